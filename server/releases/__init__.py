"""Releases as a reader meets them: the past, versions, changes, feeds, citations, what was withdrawn."""
