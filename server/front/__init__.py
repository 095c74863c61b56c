"""The front: one process with one thread that talks to everybody, and hands on what takes long."""
