"""The one table of formats."""

from graph.formats import FORMATS, JSON_LD, TURTLE, by_media_type, by_suffix


def test_every_suffix_and_media_type_names_one_format() -> None:
    suffixes = [f.suffix for f in FORMATS]
    names = [m for f in FORMATS for m in (f.media_type, *f.aliases)]
    assert len(set(suffixes)) == len(suffixes)
    assert len(set(names)) == len(names)
    assert all(by_suffix(f.suffix) is f and by_media_type(f.media_type.upper()) is f for f in FORMATS)


def test_unknown_ones_are_none() -> None:
    assert by_suffix(".doc") is None
    assert by_media_type("image/png") is None
    assert by_suffix("") is None


def test_the_engine_agrees_about_media_types() -> None:
    """Our table and the engine's must not drift: what we label Turtle is what it writes as Turtle."""
    for form in FORMATS:
        if form.rdf is not None:
            assert form.rdf.media_type == form.media_type
        if form.results is not None:
            assert form.results.media_type.split(";")[0] == form.media_type
    assert JSON_LD.graphs
    assert not TURTLE.graphs
