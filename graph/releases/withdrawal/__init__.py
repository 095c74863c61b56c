"""What must go: hidden at once in every channel, and if asked destroyed, with a proof that it is gone."""
