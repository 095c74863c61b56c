"""No rule of the model is missing: each sentence of its table of rules, and the shapes that hold it."""

import pytest

# What the model promises, in its own words and order, and the rules that keep the promise.
PROMISES = {
    "claims": {
        "names its document": ["claim-names-its-document"],
        "says who makes it": ["claim-says-who-makes-it"],
        "one type, one status, from the lists": ["claim-has-one-type", "claim-has-one-status"],
        "is about something": ["claim-is-about-something"],
        "has content (text, count or statement)": ["claim-has-content"],
        "warn: points at its passage": ["claim-points-at-its-passage"],
        "structured content is whole (subject, predicate, object)": ["claim-statement-is-whole"],
        "“verified” needs two documents of independent origin": ["verified-claim-has-two-independent-origins"],
        "a figure carries a count": ["figure-carries-a-count"],
        "warn: “self-reported” is about its speaker": ["self-reported-is-about-its-speaker"],
        "info: its date and its document's differ": ["claim-date-differs-from-its-document"],
        "an allegation is never in the voice of the page": ["allegation-is-not-in-the-voice-of-the-page"],
        "an alleged perpetrator stands only inside a claim": ["perpetrator-is-named-only-in-a-claim"],
    },
    "counts": {
        "say what is counted": ["count-says-what-is-counted"],
        "belong to one claim": ["count-belongs-to-one-claim"],
        "give the bound": ["count-gives-its-bound"],
        "keep the source's words": ["count-keeps-the-words-of-its-source"],
        "whole number >= 0": ["count-is-a-whole-number"],
        "min <= max": ["count-minimum-is-not-over-its-maximum"],
        "min/max agree with bound and value": ["count-interval-agrees-with-its-bound"],
    },
    "sources": {
        "author or publisher": ["source-has-an-author-or-a-publisher"],
        "title or description": ["source-has-a-title-or-a-description"],
        "warn: a date or a note why not": ["source-has-a-date-or-a-note-why-not"],
        "a date that is given can be read": ["publication-date-can-be-read"],
    },
    "quotations": {
        "a quotation has words, speaker, document": [
            "quotation-has-its-words",
            "quotation-has-its-speaker",
            "quotation-names-its-document",
        ],
        "its words are those of its passage": ["quotation-has-the-words-of-its-passage"],
        "a passage quotes its text": ["passage-quotes-its-text"],
    },
    "events": {
        "an act belongs to an incident and has a type from the list": [
            "act-belongs-to-an-incident",
            "act-has-a-type-from-the-list",
        ],
        "every event is supported by a claim": ["event-is-supported-by-a-claim"],
        "an incident has label, place, act": ["incident-has-a-label", "incident-has-a-place", "incident-has-an-act"],
        "earliest <= latest": ["earliest-is-not-after-latest"],
        "dates are EDTF with bounds": ["date-is-edtf", "date-has-its-bounds"],
        "no date in the future": ["date-is-not-in-the-future"],
        "an intervention says who acted": ["intervention-says-who-acted"],
    },
    "people": {
        "a named person has a recorded basis": ["named-person-has-a-basis"],
        "a victim is named only with consent on file (a public role is not enough)": [
            "victim-is-named-only-with-consent"
        ],
        "a person at risk is pseudonymous, or has consent and a risk review": ["person-at-risk-is-protected"],
        "a pseudonymous person carries no other identifier": ["pseudonymous-person-has-no-other-identifier"],
        "no private contact or identity details": ["person-has-no-private-details"],
        "the IRI of a person at risk is opaque": ["person-at-risk-has-an-opaque-iri"],
        "the marks these rules rest on can be read": ["at-risk-is-true-or-false", "pseudonymous-is-true-or-false"],
    },
    "places": {
        "a place at risk has no coordinates, address or exact precision": ["place-at-risk-is-not-pinpointed"],
        "every place states its precision": ["place-states-its-precision"],
        "an act against people at risk is not located more exactly than a settlement": [
            "act-against-people-at-risk-is-not-pinpointed"
        ],
        "warn: a small number of people at risk in a small place": [
            "few-people-at-risk-are-not-placed-in-a-small-place"
        ],
        "a place does not lie within itself": ["place-is-not-within-itself"],
    },
    "records": {
        "access, licence, responsible editor, time": [
            "record-says-who-may-read-it",
            "record-has-a-licence",
            "record-has-a-responsible-editor",
            "record-has-its-time",
        ],
        "not public before its embargo ends": ["record-is-not-public-before-its-embargo-ends"],
        "no consent record and no link to one": ["consent-record-is-not-published", "consent-record-is-not-linked-to"],
        "warn: risk not reviewed for two years": ["risk-is-reviewed-every-two-years"],
        "a withdrawn record has its withdrawal note, and that note no free text": [
            "withdrawn-record-has-its-note",
            "withdrawal-gives-a-reason-from-the-list",
            "withdrawal-note-has-no-free-text",
        ],
    },
    "profiles": {
        "a profile has one main entity, a title, dates in order": [
            "profile-has-one-main-entity",
            "profile-has-a-title",
            "profile-dates-are-in-order",
        ],
    },
    "memberships": {
        "a membership has member, organization, role": [
            "membership-names-its-member",
            "membership-names-its-organization",
            "membership-names-its-role",
        ],
    },
    "vocabulary": {
        "a concept has en and ru labels": ["concept-has-labels-in-both-languages"],
    },
    "general": {
        "warn: a text says its language": ["text-says-its-language"],
        "every object IRI of the site is described somewhere": ["object-is-described"],
        "no javascript: or data: IRI": ["iri-cannot-run"],
        "a blank node never stands where an IRI belongs": ["node-has-an-iri"],
    },
}
SEVERITIES = {"warn": "Warning", "info": "Info"}
ROWS = [(group, says, rules) for group, promises in PROMISES.items() for says, rules in promises.items()]


@pytest.mark.parametrize(("group", "says", "rules"), ROWS, ids=[says for _, says, _ in ROWS])
def test_the_promise_is_kept_by_rules_of_its_severity(group: str, says: str, rules: list[str], shapes) -> None:
    sh, khs = "http://www.w3.org/ns/shacl#", "https://w3id.org/khronika/shapes#"
    for rule in rules:
        facts = {(str(p), str(o)) for s, p, o in shapes.graph if str(s) == khs + rule}
        assert (sh + "group", khs + group) in facts, f"there is no rule {rule} about {group}"
        assert (sh + "severity", sh + SEVERITIES.get(says.split(":")[0], "Violation")) in facts


def test_every_rule_keeps_a_promise_and_none_is_named_twice(shapes) -> None:
    kept = [rule for _, _, rules in ROWS for rule in rules]
    assert len(kept) == len(set(kept))
    assert set(kept) == {str(rule).split("#")[1] for rule in shapes.rules}
