"""What lies below `var/` and how it stays whole: snapshots, manifests, locks, what is proved, what is pruned."""
