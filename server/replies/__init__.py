"""The one door by which a reader writes: the form of a letter, and what keeps machines and the curious out."""
