"""Whatever an editor writes, it is a record or complaints: never anything else."""

import json

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from graph.authoring.keys import KEYS, TYPES
from graph.errors import AuthoringErrors

WORDS = [
    *TYPES, "org/a", "person/b", "source/a", "profile/p", "claim/c", "list/l", "figure", "fact", "position", "exactly",
    "more-than", "people-killed", "2031-04-05", "2031-04-05T08:09", "2031/..", "15", "0", "true", "en", "page",
    "killing", "NGO", "City", "hotline", "public", "CC0-1.0", "https://a.example/", "https://site.example/id/org/a",
    "https://site.example/record/x", "schema:foundingDate", "vocab:act/killing", "javascript:x", "words on the page",
    "слова", "", " ", "x" * 300, "../x", "a\u202eb", "\u0000",
]  # fmt: skip
KEY = st.sampled_from(sorted({key.word for key in KEYS} | {"en", "ru", "<<", "nonsense"}))
VALUE = st.recursive(
    st.sampled_from(WORDS),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(KEY, inner, max_size=5),
    max_leaves=25,
)
THING = st.builds(
    lambda id_, keys: {"id": id_, **keys},
    st.sampled_from(sorted(f"{type_}/me" for type_ in TYPES)),
    st.dictionaries(KEY, VALUE, max_size=6),
)


@settings(deadline=None, max_examples=300, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(things=st.lists(THING, max_size=3) | VALUE, record=VALUE | st.dictionaries(KEY, VALUE, max_size=4))
def test_a_record_or_complaints(site, things: object, record: object) -> None:
    text = json.dumps({"record": record, "things": things})  # JSON is YAML
    triples, problems = (), ()
    try:
        triples = site.record(text).triples
    except AuthoringErrors as errors:
        problems = errors.problems
    assert bool(triples) != bool(problems)
    assert {problem.line for problem in problems} <= {1}
    assert all("\u0000" not in str(triple.object) for triple in triples)
    assert all(triple.subject.value.startswith("https://site.example/id/") for triple in triples)
