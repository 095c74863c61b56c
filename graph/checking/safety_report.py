"""The people and places report as text: `khronika check --safety`."""

from collections.abc import Iterator, Mapping
from datetime import date
from pathlib import Path

from graph.checking.rendering.saying import plain, shown
from graph.checking.safety import Person, Place, Safety
from graph.vocabulary import Vocabulary

WORDS: Mapping[str, Mapping[str, str]] = {
    "en": {
        "people": "People",
        "places": "Places",
        "nobody": "Nobody is described.",
        "nowhere": "No place is described.",
        "named": "named",
        "pseudonym": "under a pseudonym",
        "group": "unnamed group",
        "basis": "basis: {}",
        "no-basis": "NO BASIS",
        "at-risk": "AT RISK",
        "not-at-risk": "not at risk",
        "risk-unsaid": "risk not said",
        "reviewed": "risk reviewed {}",
        "due": "REVIEW DUE",
        "victim": "victim in {}",
        "precision": "given as: {}",
        "no-precision": "NO PRECISION GIVEN",
        "pinpointed": "PINPOINTED",
        "events": "events here: {}",
        "summary": "Named: {}. Under a pseudonym: {}. Groups: {}. At risk: {}. Reviews due: {}. "
        "Places: {}, pinpointed: {}.",
    },
    "ru": {
        "people": "Люди",
        "places": "Места",
        "nobody": "Никто не описан.",
        "nowhere": "Ни одно место не описано.",
        "named": "назван",
        "pseudonym": "под псевдонимом",
        "group": "группа неназванных",
        "basis": "основание: {}",
        "no-basis": "БЕЗ ОСНОВАНИЯ",
        "at-risk": "ПОД УГРОЗОЙ",
        "not-at-risk": "не под угрозой",
        "risk-unsaid": "об угрозе не сказано",
        "reviewed": "риск оценён {}",
        "due": "ПОРА ОЦЕНИТЬ РИСК",
        "victim": "жертва: {}",
        "precision": "указано как: {}",
        "no-precision": "ТОЧНОСТЬ НЕ УКАЗАНА",
        "pinpointed": "ТОЧНО УКАЗАНО НА КАРТЕ",
        "events": "событий здесь: {}",
        "summary": "Названы: {}. Под псевдонимом: {}. Групп: {}. Под угрозой: {}. Пора оценить риск: {}. "
        "Мест: {}, точно указанных: {}.",
    },
}


def safety_text(safety: Safety, vocabulary: Vocabulary, language: str, today: date) -> str:
    """What an editor looks over before publishing; words in capitals are what to look at first."""
    return "".join(f"{line}\n" for line in _lines(safety, vocabulary, language, today))


def _lines(safety: Safety, vocabulary: Vocabulary, language: str, today: date) -> Iterator[str]:
    words = WORDS[language]
    yield words["people"]
    for person in safety.people:
        yield from _entry(person.label, person.iri, _about_person(person, vocabulary, language, today), person.files)
    yield from () if safety.people else [f"  {words['nobody']}"]
    yield ""
    yield words["places"]
    for place in safety.places:
        yield from _entry(place.label, place.iri, _about_place(place, vocabulary, language), place.files)
    yield from () if safety.places else [f"  {words['nowhere']}"]
    yield ""
    people = [p for p in safety.people if not p.group]
    yield words["summary"].format(
        sum(p.named for p in people),
        sum(not p.named for p in people),
        sum(p.group for p in safety.people),
        sum(p.at_risk is True for p in safety.people),
        sum(p.review_due(today) for p in safety.people),
        len(safety.places),
        sum(p.pinpointed for p in safety.places),
    )


def _entry(label: str, iri: str, notes: Iterator[str], files: tuple[Path, ...]) -> Iterator[str]:
    yield f"  {plain(label)}  <{plain(iri)}>"
    yield f"      {'; '.join(notes)}"
    if files:
        yield f"      {', '.join(map(shown, files))}"


def _about_person(person: Person, vocabulary: Vocabulary, language: str, today: date) -> Iterator[str]:
    words = WORDS[language]
    yield words["group" if person.group else "named" if person.named else "pseudonym"]
    if person.basis:
        yield words["basis"].format(", ".join(plain(vocabulary.label(b, language) or b) for b in person.basis))
    elif person.named:
        yield words["no-basis"]
    yield from _risk(person.at_risk, language)
    if person.reviewed:
        yield words["reviewed"].format(plain(person.reviewed))
    if person.review_due(today):
        yield words["due"]
    if person.victim_of:
        yield words["victim"].format(", ".join(map(plain, person.victim_of)))


def _about_place(place: Place, vocabulary: Vocabulary, language: str) -> Iterator[str]:
    words = WORDS[language]
    precision = place.precision
    said = words["precision"].format(plain(vocabulary.label(precision, language) or precision)) if precision else None
    yield said or words["no-precision"]
    yield from _risk(place.at_risk, language) if place.at_risk is not None else ()
    if place.pinpointed:
        yield words["pinpointed"]
    yield words["events"].format(place.events)


def _risk(at_risk: bool | None, language: str) -> Iterator[str]:
    word = {True: "at-risk", False: "not-at-risk", None: "risk-unsaid"}[at_risk]
    yield WORDS[language][word]
