"""What editors write, read into the quads of one record, each complaint with file and line."""
