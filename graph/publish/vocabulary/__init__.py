"""The vocabulary as something to read: its pages and docs, and ready queries for each term."""
