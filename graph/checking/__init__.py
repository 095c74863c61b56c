"""Quads and shapes in, findings a person can act on out."""
