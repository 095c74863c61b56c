"""The journal of a site: what was published when, by whom and why. One SQLite file, and the only truth."""
