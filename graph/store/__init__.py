"""Where released quads live: the embedded engine, a remote one, and the workers that answer strangers."""
