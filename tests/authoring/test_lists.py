"""Lists on a page: their items in order, with the language, the speaker and the document of where they stand."""

from itertools import pairwise

from authoring.paged import page

LIST = """
  - passage: "Its goals are:"
    list:
      id: list/goals
      name: Goals
      kind: goal
      by: org/group
      in: source/paper
      about: org/group
      note: As printed
      items:
      - One goal
      - {text: Two goals, about: [org/group, org/other], note: Both}
      - {id: claim/third, text: The third goal, passage: third goal, by: person/anna}
      open: And more...
  - {passage: The end, carries: page}
"""


def test_a_list(site) -> None:
    graph = page(site, LIST)
    assert {(p, o) for s, p, o in graph if s == "list/goals" and p not in ("kh:passage", "schema:itemListElement")} == {
        ("rdf:type", "schema:ItemList"),
        ("schema:name", '"Goals"@en'),
        ("rdfs:label", '"Goals"@en'),
        ("schema:about", "org/group"),
        ("schema:author", "org/group"),
        ("kh:statedIn", "source/paper"),
        ("skos:editorialNote", '"As printed"@en'),
        ("skos:editorialNote", '"The source leaves the list open: “And more...”"@en'),
        ("skos:editorialNote", '"Источник оставляет список открытым: «And more...»"@ru'),
    }
    items = sorted(graph.of("list/goals", "schema:itemListElement"), key=lambda c: graph.one(c, "schema:position"))
    assert [graph.one(c, "schema:text") for c in items] == ['"One goal"@en', '"Two goals"@en', '"The third goal"@en']
    assert items[0].startswith("list/goals/claim/")
    assert items[2] == "claim/third"
    for claim in items:
        assert graph.one(claim, "dcterms:type") == "vocab:claim-type/goal"
        assert graph.one(claim, "kh:statedIn") == "source/paper"
    assert [graph.one(c, "kh:assertionStatus") for c in items] == [
        "vocab:status/self-reported", "vocab:status/self-reported", "vocab:status/reported",
    ]  # fmt: skip
    assert graph.of(items[1], "schema:about") == ["org/group", "org/other"]
    assert graph.of(items[2], "prov:wasAttributedTo") == ["person/anna"]


def test_the_passages_of_a_page_are_in_its_order(site) -> None:
    graph = page(site, LIST)
    order = sorted((int(o.split('"')[1]), s) for s, p, o in graph if p == "schema:position" and "/passage/" in s)
    words = [graph.one(f"{s}/quote", "oa:exact") for _, s in order]
    assert words == [
        '"The page"@en', '"Its goals are:"@en', '"One goal"@en', '"Two goals"@en', '"third goal"@en',
        '"And more..."@en', '"The end"@en',
    ]  # fmt: skip
    assert all(later == earlier + 1 for (earlier, _), (later, _) in pairwise(order))
    assert set(graph.of("list/goals", "kh:passage")) == {order[1][1], order[5][1]}


def test_a_list_without_name_or_id(site) -> None:
    graph = page(
        site, "  - {passage: Its goals are, list: {kind: goal, about: org/group, by: org/group, items: [One]}}"
    )
    (node,) = graph.subjects("rdf:type", "schema:ItemList")
    assert node.startswith("profile/p/list/")
    assert graph.one(node, "rdfs:label") == '"Its goals are"@en'
    assert graph.one(node, "kh:statedIn") == "profile/p"
    (claim,) = graph.of(node, "schema:itemListElement")
    assert graph.one(claim, "kh:statedIn") == "profile/p"


def test_the_items_of_a_list_are_in_the_language_of_their_page(site) -> None:
    graph = site.graph("""
        things:
        - id: profile/p
          name: P
          language: ru
          publisher: org/us
          text:
          - passage: Цели
            list:
              {kind: goal, about: org/x, items: [Помогать, {text: To print, passage: Печатать}, {text: Учить}]}
    """)
    claims = {graph.one(c, "schema:position")[1]: c for c in graph.subjects("rdf:type", "kh:Claim")}
    assert [graph.one(claims[n], "schema:text") for n in "123"] == ['"Помогать"@ru', '"To print"@en', '"Учить"@ru']


def test_a_list_among_the_things(site) -> None:
    graph = site.graph("""
        things:
        - id: list/l
          name: Demands
          kind: position
          status: disputed
          by: org/group
          in: source/s
          about: org/group
          items: [One, {text: Two, passage: two}, {text: Three, passage: {on: profile/q, words: three}}]
          open: and so on
    """)
    texts = {graph.one(c, "schema:text"): c for c in graph.of("list/l", "schema:itemListElement")}
    assert graph.of(texts['"One"@en'], "kh:passage") == []
    assert graph.one(graph.one(texts['"Two"@en'], "kh:passage"), "oa:hasSource") == "source/s"
    assert graph.one(graph.one(texts['"Three"@en'], "kh:passage"), "oa:hasSource") == "profile/q"
    assert {graph.one(c, "kh:assertionStatus") for c in texts.values()} == {"vocab:status/disputed"}
