"""The Flask application: parse the request, call `graph`, choose a representation."""
