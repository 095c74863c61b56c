"""The command line: one file a command. Everything it does is done by `graph` and shown by `server`."""

__version__ = "0.1.0"
