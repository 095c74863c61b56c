"""Finding: an index of one release, built with it and gone with it, in which Russian and English words are one.

`words` makes keys of words, `sounds` makes keys across scripts, `entries` says what can be found, `building` writes the
index, `query` reads what was typed, `index` answers, `snippets` shows why something was found.
"""
