"""What became of what is said: changes, feeds, citations, and copies held against what was released."""
