"""Ontology, concept schemes and JSON-LD context, as data files; a package so that they travel in the wheel."""
