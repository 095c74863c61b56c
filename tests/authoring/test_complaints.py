"""What an editor is told: each mistake once, with its line, and what was probably meant."""

import pytest

THING = "things:\n- id: org/a\n  name: A\n"


@pytest.mark.parametrize(
    ("text", "told"),
    [
        # the file
        ("record: {title: T}", "1: the record describes nothing. Add a line 'things:'"),
        ("things: []", "1: the record describes nothing."),
        ("thing:\n- {id: org/a, name: A}", "1: 'thing' is not a key of a record's file. Did you mean 'things'?"),
        (THING + "language: russian!", "4: the language: 'russian!' is not a language. Write a language as en, ru"),
        (THING + "language: [en]", "4: the language is one text, here stands a list."),
        ("things: some words", "1: a thing is made of keys and values."),
        ("things:\n- just words", "2: a thing is made of keys and values."),
        # ids
        ("things:\n- name: A", "2: a thing without an 'id'. Write - id: TYPE/NAME; types: source, profile, person"),
        ("things:\n- id: lantern", "2: 'lantern' cannot be an id: it is a type, a slash and a name."),
        ("things:\n- id: org/a/b", "2: 'org/a/b' cannot be an id: it is a type, a slash and a name."),
        ("things:\n- id: org/two words", "2: 'org/two words' cannot be an id: a name is made of letters"),
        ("things:\n- id: org/../x", "2: 'org/../x' cannot be an id"),
        ("things:\n- id: org/.hidden", "2: 'org/.hidden' cannot be an id"),
        ("things:\n- id: org/a.ttl", "2: 'org/a.ttl' cannot be an id: it ends like a file."),
        (
            "things:\n- id: organisation/a",
            "2: 'organisation' is not a type of thing. One of: source, profile, person, org",
        ),
        ("things:\n- id: evnt/a", "2: 'evnt' is not a type of thing. Did you mean 'event'?"),
        ("things:\n- id: [org/a]", "2: 'id' is one text, here stands a list."),
        (
            THING + "- id: org/a\n  url: https://a.example",
            "4: 'org/a' is described twice in this file, first on line 2.",
        ),
        # keys
        ("things:\n- {id: source/a, autor: person/x}", "2: 'autor' is not a key of a source. Did you mean 'author'?"),
        ("things:\n- id: org/a\n  name: A\n  founded: 2006", "4: 'founded' is not a key of an org. One of: id, name"),
        ("things:\n- {id: act/a, by: person/x}", "2: 'by' is not a key of an act."),
        ("things:\n- {id: org/a, name: A, '<<': {b: c}}", "2: '<<' is not a key of an org."),
        (
            "things:\n- {id: source/a, name: A, published: 2031-01-01, posted: 2031-01-01}",
            "2: 'published' and 'posted' say the same. Keep one.",
        ),
        (
            "things:\n- {id: source/a, name: A, published: 2031-01-01,\n   date: 2031}",
            "3: 'published' and 'date' say the same. Keep one.",
        ),
        ("things:\n- {id: group/a, name: A, label: B}", "2: 'name' and 'label' say the same. Keep one."),
        # texts
        ("things:\n- {id: org/a, name: {english: A, b c: D}}", "2: 'b c' is not a language. Write a language as en"),
        ("things:\n- {id: org/a, name: [[A]]}", "2: 'name' is a list in a list."),
        ("things:\n- {id: org/a, name: {en: {ru: A}}}", "2: 'name' in 'en' is one text, here stands keys and values."),
        (
            "things:\n- {id: profile/a, breadcrumb: {en: A}}",
            "2: 'breadcrumb' is one text, here stands keys and values.",
        ),
        # references
        (
            "things:\n- {id: source/a, name: A, author: anna}",
            "2: 'anna' is not an id: it is a type, a slash and a name.",
        ),
        ("things:\n- {id: source/a, name: A, author: anna}", "Write an id that begins with person/ or org/ or group/."),
        (
            "things:\n- {id: source/a, name: A, author: place/x}",
            "2: 'author' cannot be 'place/x': a place does not fit",
        ),
        ("things:\n- {id: source/a, name: A, author: 'javascript:alert(1)//x/y'}", "2: 'javascript:alert(1)//x/y'"),
        ("things:\n- {id: source/a, name: A, about: [org/x, {b: c}]}", "2: 'about' is one text, here stands keys"),
        ("things:\n- {id: profile/a, name: A, about: [org/x, org/y]}", "2: 'about' is one id, here stand 2. Keep one."),
        ("things:\n- {id: membership/a, member: anna, organization: org/b}", "2: 'anna' is not an id"),
        # words
        ("things:\n- {id: act/a, type: kiling}", "2: 'kiling' is not a type of act. Did you mean 'killing'?"),
        ("things:\n- {id: org/a, name: A, type: Ngo}", "2: 'Ngo' is not a type of org. Did you mean 'NGO'?"),
        ("things:\n- {id: place/a, name: A, type: Town}", "2: 'Town' is not a type of place. One of: City, Admin"),
        ("things:\n- {id: org/a, name: A, type: [[NGO]]}", "2: 'type' is one text, here stands a list."),
        (
            "things:\n- {id: person/a, name: A, basis: by-line}",
            "2: 'by-line' is not a word for 'basis' (scheme basis). Did you mean 'byline'?",
        ),
        ("things:\n- {id: place/a, name: A, precision: [exact, region]}", "2: 'precision' is one word, here stand 2."),
        # addresses
        (
            "things:\n- {id: org/a, name: A, url: www.a.example}",
            "2: 'url': 'www.a.example' is not an address: it begins with",
        ),
        (
            "things:\n- {id: org/a, name: A, url: 'javascript:alert(1)'}",
            "2: 'url': 'javascript:alert(1)' is not an address",
        ),
        ("things:\n- {id: org/a, name: A, url: 'data:text/html,x'}", "2: 'url': 'data:text/html,x' is not an address"),
        (
            "things:\n- {id: org/a, name: A, url: 'https://a.example/a b'}",
            "2: 'url': 'https://a.example/a b' is not an address",
        ),
        ("things:\n- {id: org/a, name: A, url: 'https://'}", "2: 'url': 'https://' is not an address"),
        ("things:\n- {id: org/a, name: A, url: 'https://[x'}", "2: 'url': 'https://[x' is not an address"),
        ("things:\n- {id: source/a, name: A, about: 'https://a b'}", "2: 'https://a b' is not an address"),
        # dates, numbers, truth
        (
            "things:\n- id: source/a\n  name: A\n  published: 2017-13-40",
            "4: 'published': there is no month 13. Write 2017-04-01",
        ),
        ("things:\n- {id: event/a, date: 5 April}", "2: 'date': '5 April' is not a date. Write 2017, 2017-04"),
        ("things:\n- {id: event/a, date: [2017]}", "2: 'date' is one text, here stands a list."),
        ("things:\n- {id: source/a, name: A, updated: 2031-04}", "2: 'updated' is one day, not '2031-04'. Write it as"),
        (
            "things:\n- {id: person/a, name: A, risk-reviewed: 2031}",
            "2: 'risk-reviewed' is one day, not '2031'. Write it as",
        ),
        ("things:\n- {id: person/a, name: A, at-risk: no}", "2: 'at-risk': it is true or false, not 'no'."),
        ("things:\n- {id: person/a, name: A, at-risk: [true]}", "2: 'at-risk' is one text, here stands a list."),
        ("things:\n- {id: place/a, name: A, latitude: 43°}", "2: 'latitude': '43°' is not a decimal number."),
        ("things:\n- {id: place/a, name: A, latitude: [43]}", "2: 'latitude' is one text, here stands a list."),
        ("things:\n- {id: source/a, name: A, language: English!}", "2: the language: 'English!' is not a language."),
        # passages
        (
            "things:\n- {id: event/a, type: founding, passage: x}",
            "2: the page of this passage is not known. Write passage:",
        ),
        ("things:\n- {id: event/a, type: founding, passage: [x]}", "2: 'passage' is one text, here stands a list."),
        (
            "things:\n- {id: event/a, type: founding, passage: {on: profile/p}}",
            "2: a passage on another page needs 'on' and 'words'.",
        ),
        (
            "things:\n- {id: event/a, type: founding, passage: {on: profile/p, word: x, words: y}}",
            "2: 'word' is not a key of a passage.",
        ),
        (
            "things:\n- {id: event/a, type: founding, passage: {on: org/p, words: y}}",
            "2: 'on' cannot be 'org/p': an org does not fit there.",
        ),
        # records
        ("record: {acces: public}\n" + THING, "1: 'acces' is not a key of a record. Did you mean 'access'?"),
        ("record: {access: secret}\n" + THING, "1: 'secret' is not a word for 'access' (scheme access)."),
        ("record: {licence: CC-BY-4}\n" + THING, "1: 'CC-BY-4' is not a licence we know. Did you mean 'CC-BY-4.0'?"),
        ("record: {licence: [a]}\n" + THING, "1: 'licence' is one text, here stands a list."),
        ("record: {modified: yesterday}\n" + THING, "1: 'modified': 'yesterday' is not a date."),
        ("record: {embargo: 2031}\n" + THING, "1: 'embargo' is one day, not '2031'."),
        ("record: a title\n" + THING, "1: 'record' is made of keys and values."),
    ],
)
def test_what_is_wrong_with_things(site, text: str, told: str) -> None:
    complaints = site.wrong(text)
    assert any(told in complaint for complaint in complaints), complaints
    assert len(complaints) <= 2, complaints


CLAIM = """\
things:
- id: source/a
  name: A
  publisher: org/p
  says:
  - {}
"""


@pytest.mark.parametrize(
    ("claim", "told"),
    [
        (
            "{about: org/x, text: T}",
            "6: the claim does not say of what kind it is: add 'kind'. One of: allegation, fact",
        ),
        (
            "{kind: figur, about: org/x, text: T}",
            "6: 'figur' is not a word for 'kind' (scheme claim-type). Did you mean 'fig",
        ),
        ("{kind: [fact, figure], about: org/x, text: T}", "6: 'kind' is one word, here stand 2."),
        ("{kind: headline, about: org/x, text: T}", "6: 'headline' is not a word for 'kind' (scheme claim-type)."),
        ("{kind: fact, abuot: org/x, text: T}", "6: 'abuot' is not a key of a claim. Did you mean 'about'?"),
        ("{kind: fact, in: [source/a, source/b], about: org/x, text: T}", "6: 'in' is one id, here stand 2."),
        ("{kind: fact, in: org/a, about: org/x, text: T}", "6: 'in' cannot be 'org/a': an org does not fit there."),
        (
            "{kind: fact, id: quote/q, about: org/x, text: T}",
            "6: the id of a claim begins with 'claim/', not with 'quote/'.",
        ),
        (
            "{kind: fact, id: claim, about: org/x, text: T}",
            "6: 'claim' cannot be an id: it is a type, a slash and a name. W",
        ),
        ("{kind: fact, date: soon, about: org/x, text: T}", "6: 'date': 'soon' is not a date."),
        ("[a, b]", "6: a claim is made of keys and values."),
        ("{kind: fact, about: org/x, text: T, count: 15}", "6: a count is made of keys and values."),
        (
            "{about: org/x, text: T, count: {of: people-killed, value: 3, words: three}}",
            "6: a count needs 'bound': what the number is.",
        ),
        (
            "{about: org/x, text: T, count: {bound: exactly, value: 3, words: three}}",
            "6: a count needs 'of': what is counted.",
        ),
        (
            "{about: org/x, text: T, count: {of: people-killed, bound: exactly, words: three}}",
            "6: a count needs 'value': the number.",
        ),
        (
            "{about: org/x, text: T, count: {of: people-killed, bound: exactly, value: 3}}",
            "6: a count needs 'words': the source's own words for it.",
        ),
        (
            "{about: org/x, text: T, count: {of: people-killed, bound: over, value: 3, words: three}}",
            "6: 'over' is not a word for 'bound' (scheme bound). One of: exactly, at-least, more-than",
        ),
        (
            "{about: org/x, text: T, count: {of: killed, bound: exactly, value: 3, words: three}}",
            "6: 'killed' is not a word for 'of' (scheme measure).",
        ),
        (
            "{about: org/x, text: T, count: {of: people-killed, bound: exactly, value: three, words: three}}",
            "6: 'value': 'three' is not a whole number. Write digits only",
        ),
        (
            "{about: org/x, text: T, count: {of: people-killed, bound: fewer-than, value: 0, words: none}}",
            "6: nothing is fewer than 0.",
        ),
        ("{kind: fact, about: org/x, text: T, quotes: [{id: claim/q, words: hm}]}", "6: the id of a quote begins with"),
        (
            "{kind: fact, about: org/x, text: T, statement: {predicate: [schema:name], object: X}}",
            "6: 'predicate' is one text, here stands a list.",
        ),
        ("{kind: fact, about: org/x, text: T, statement: founded}", "6: a statement is made of keys and values."),
        (
            "{kind: fact, about: org/x, text: T, statement: {predicate: schema:name}}",
            "6: a statement needs 'object': an id, a date",
        ),
        (
            "{kind: fact, about: [org/x, org/y], text: T, statement: {predicate: schema:name, object: X}}",
            "6: a statement needs 'subject' where the claim is about 2 things.",
        ),
        (
            "{kind: fact, about: org/x, text: T, statement: {predicate: foundingDate, object: 2006}}",
            "6: 'foundingDate' is not a property. Write a prefix and a name, as schema:foundingDate. Prefixes: dcat",
        ),
        (
            "{kind: fact, about: org/x, text: T, statement: {predicate: kh:victm, object: person/y}}",
            "6: 'kh:victm' is not a term of the vocabulary. Did you mean 'kh:victim'?",
        ),
        (
            "{kind: fact, about: org/x, text: T, statement: {predicate: dcterms:type, object: vocab:act/kiling}}",
            "6: 'vocab:act/kiling' is not a term of the vocabulary. Did you mean 'vocab:act/killing'?",
        ),
        (
            "{kind: fact, about: org/x, text: T, statement: {predicate: schema:foundingDate, object: April}}",
            "6: 'object': 'April' is not a date.",
        ),
        (
            "{kind: fact, about: org/x, text: T, statement: {predicate: schema:url, object: 'https://a b'}}",
            "6: 'https://a b' is not an address",
        ),
        (
            "{kind: fact, about: org/x, text: T, statement: {subject: x, predicate: schema:name, object: X}}",
            "6: 'x' is not an id",
        ),
        ("{kind: fact, about: org/x, text: T, quotes: [{words: hm, by: place/x}]}", "6: 'by' cannot be 'place/x'"),
        ("{kind: fact, about: org/x, text: T, passage: {on: profile/p, words: [a]}}", "6: 'words' is one text"),
    ],
)
def test_what_is_wrong_with_claims(site, claim: str, told: str) -> None:
    complaints = site.wrong(CLAIM.format(claim))
    assert any(complaint.startswith(told) for complaint in complaints), complaints
    assert len(complaints) <= 3, complaints


@pytest.mark.parametrize(
    ("text", "told"),
    [
        (
            "things:\n- {id: claim/a, kind: fact, by: org/x, about: org/y, text: T}",
            "2: the claim names no document: say where it comes from. Add: in: source/…",
        ),
        (
            "things:\n- {id: claim/a, kind: fact, in: source/b, about: org/y, text: T}\n- {id: source/b, name: B}",
            "2: the claim does not say who makes it, and neither does its document. Add 'by'",
        ),
        ("things:\n- {id: source/a, name: A, quotes: [hm]}", "2: the quotation names no speaker. Say who said it"),
        ("things:\n- {id: source/a, name: A, quotes: [{by: org/x}]}", "2: the quotation has no words. Add 'words'"),
        ("things:\n- {id: source/a, name: A, quotes: [[a]]}", "2: a quotation is made of keys and values."),
        ("things:\n- {id: quote/a, by: org/x}", "2: the quotation has no words."),
        ("things:\n- {id: list/a, name: A}", "2: a list needs 'items'"),
        ("things:\n- {id: list/a, name: A, items: [[a]]}", "2: a claim is made of keys and values."),
        ("things:\n- {id: list/a, name: A, items: [], open: [a]}", "2: 'open' is one text, here stands a list."),
        ("things:\n- {id: profile/a, name: A, text: [[a]]}", "2: an item of the text is made of keys and values."),
        (
            "things:\n- {id: profile/a, name: A, text: [{says: []}]}",
            "2: an item needs 'passage': the words on the page.",
        ),
        (
            "things:\n- {id: profile/a, name: A, text: [{passage: [a]}]}",
            "2: 'passage' is one text, here stands a list.",
        ),
        (
            "things:\n- {id: profile/a, name: A, text: [{passage: a, lists: b}]}",
            "2: 'lists' is not a key of an item. Did",
        ),
        ("things:\n- {id: profile/a, name: A, text: [{passage: a, list: b}]}", "2: a list is made of keys and values."),
        (
            "things:\n- {id: profile/a, name: A, text: [{passage: a, list: {id: org/x, items: []}}]}",
            "2: the id of a list begins with 'list/', not with 'org/'.",
        ),
        ("things:\n- {id: profile/a, name: A, text: [{passage: a, cites: org/x}]}", "2: 'cites' cannot be 'org/x'"),
        ("things:\n- {id: profile/a, name: A, text: [{passage: a, carries: pages}]}", "2: 'pages' is not an id"),
    ],
)
def test_what_is_wrong_with_what_is_said(site, text: str, told: str) -> None:
    complaints = site.wrong(text)
    assert any(complaint.startswith(told) for complaint in complaints), complaints


def test_all_complaints_come_at_once_and_each_once(site) -> None:
    told = site.wrong("""\
        things:
        - {id: source/a, autor: x, name: {not a language: A}, published: 2017-13-40}
        - {id: act/b, type: kiling, date: soon}
        - {id: org/c, name: C, url: 'javascript:x'}
    """)
    assert [t.split(":")[0] for t in told] == ["2", "2", "2", "3", "3", "4"]
    assert len(set(told)) == 6


def test_a_nested_value_that_is_missing_is_told_once(site) -> None:
    assert site.wrong("things:\n- id: source/a\n  name: A\n  says:\n  quotes: []\n") == [
        "4: 'says' is empty. Write something there, or leave it out."
    ]
    assert site.wrong("record:\nthings:\n- {id: org/a, name: A}") == [
        "1: 'record' is empty. Write something there, or leave it out."
    ]
    assert site.wrong("things:\n- id: org/a\n  name:\n") == [
        "3: 'name' is empty. Write something there, or leave it out."
    ]


def test_a_comma_in_braces_that_cuts_a_text(site) -> None:
    """Else the second half of the sentence would be lost."""
    assert site.wrong("things:\n- {id: org/a, name: A, note: One thing, and another}") == [
        "2: 'and another' is empty. Between { and } a text with a comma needs quotes."
    ]
