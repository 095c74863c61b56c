"""Origins are counted, not documents; and the counting agrees with the rule that asks for two of them."""

import random
from pathlib import Path
from types import SimpleNamespace

import pytest
from pyoxigraph import NamedNode, Quad, Triple

from graph.authoring.records import read_site
from graph.checking.examining import examine
from graph.checking.facts import Statements
from graph.checking.origins import independent, origins
from graph.checking.rules import read_rules
from graph.settings import read_settings
from graph.store.embedded import EmbeddedReader
from graph.terms import KH, PROV, SCHEMA, VOCAB, A

ROOT = Path(__file__).resolve().parents[2]
EXAMPLES = sorted((ROOT / "tests" / "shapes" / "examples").glob("verified-claim-has-two-independent-origins*.ttl"))
BASE = ROOT / "tests" / "shapes" / "examples" / "base.ttl"
RULE = "https://w3id.org/khronika/shapes#verified-claim-has-two-independent-origins"
VERIFIED = VOCAB("status/verified")


def reader(triples: list[Triple]) -> EmbeddedReader:
    return EmbeddedReader.of(Quad(t.subject, t.predicate, t.object) for t in triples)


def broken_by(triples: list[Triple]) -> set[object]:
    """The claims for which the rule asks for more origins."""
    path = ROOT / "shapes" / "claims.ttl"
    rules = read_rules([(p, p.read_bytes()) for p in (path, path.with_name("shapes.ttl"))])
    return {f.node for f in examine(rules, triples, Statements(triples)) if f.rule == RULE}


def verified(triples: list[Triple]) -> list[NamedNode]:
    return sorted(
        {t.subject for t in triples if t.predicate == KH("assertionStatus") and t.object == VERIFIED}, key=str
    )


@pytest.mark.parametrize("path", EXAMPLES, ids=lambda p: p.name)
def test_the_rule_and_the_count_agree_on_its_examples(path: Path, shacl: SimpleNamespace) -> None:
    triples = [*shacl.triples(BASE.read_bytes()), *shacl.triples(path.read_bytes())]
    claims = verified(triples)
    assert claims
    with reader(triples) as site:
        assert {c for c in claims if independent(site, c) < 2} == broken_by(triples)


CLAIMS, DOCUMENTS, OUTLETS, ACTS = (
    [NamedNode(f"https://x.example/{kind}/{n}") for n in range(4)] for kind in ("claim", "doc", "org", "act")
)


def tangle(number: int) -> list[Triple]:
    """Verified claims, documents and publishers linked at random, circles among them."""
    chance = random.Random(number)
    triples = []
    for claim in CLAIMS:
        triples += [Triple(claim, A, KH("Claim")), Triple(claim, KH("assertionStatus"), VERIFIED)]
        links = ((SCHEMA("about"), ACTS), (KH("statedIn"), DOCUMENTS), (PROV("hadPrimarySource"), DOCUMENTS))
        for predicate, nodes in links:
            triples += [Triple(claim, predicate, node) for node in chance.sample(nodes, chance.randint(0, 2))]
    for document in DOCUMENTS:
        triples += [Triple(document, SCHEMA("publisher"), chance.choice(OUTLETS))]
        triples += [Triple(document, PROV("wasDerivedFrom"), d) for d in DOCUMENTS if chance.random() < 0.15]
        triples += [Triple(document, PROV("hadPrimarySource"), d) for d in DOCUMENTS if chance.random() < 0.1]
    return list(dict.fromkeys(triples))


def test_the_rule_and_the_count_agree_on_any_tangle() -> None:
    verdicts = set()
    for number in range(60):
        triples = tangle(number)
        with reader(triples) as site:
            counts = {claim: independent(site, claim) for claim in CLAIMS}
        assert {claim for claim, count in counts.items() if count < 2} == broken_by(triples), number
        verdicts |= set(counts.values())
    assert verdicts >= {0, 1, 2}, "tangles of every kind"


def test_caucasian_knot_citing_novaya_gazeta_is_one_origin() -> None:
    settings = read_settings(ROOT / "examples" / "rights-in-russia")
    triples = [t for r in read_site(settings) for t in r.triples]
    prison = settings.thing("act/chechnya-2017-secret-prison")
    with reader(triples) as site:
        claims = [
            q.subject for q in site.quads(None, SCHEMA("about"), prison) if any(site.quads(q.subject, KH("statedIn")))
        ]
        assert claims
        found = {origin for claim in claims for origin in origins(site, claim)}
        outlets = {q.object for o in found for q in site.quads(o, SCHEMA("publisher"))}
        assert outlets == {settings.thing("org/novaya-gazeta")}
        assert {independent(site, claim) for claim in claims} == {1}


def test_more_origins_than_can_be_tried_are_counted_one_after_another() -> None:
    about, claim = NamedNode("https://x.example/act"), NamedNode("https://x.example/claim")
    triples = [Triple(claim, SCHEMA("about"), about)]
    for n in range(20):
        document = NamedNode(f"https://x.example/doc/{n}")
        triples += [Triple(claim, PROV("hadPrimarySource"), document)]
        triples += [Triple(document, SCHEMA("publisher"), NamedNode(f"https://x.example/org/{n // 2}"))]
    with reader(triples) as site:
        assert len(origins(site, claim)) == 20
        assert independent(site, claim) == 10
