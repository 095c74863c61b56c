"""The rules in SHACL, one Turtle file a subject, as data files; a package so that they travel in the wheel."""
