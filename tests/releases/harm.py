"""Harm done to a file behind our back."""

from pathlib import Path


def flip(path: Path) -> None:
    """Change one bit in the middle of a file, as a tired disk does."""
    content = bytearray(path.read_bytes())
    content[len(content) // 2] ^= 0x40
    path.unlink()  # a file of its own again, where snapshots share it
    path.write_bytes(content)
