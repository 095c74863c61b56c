"""What the catalogue says of a record: its title, licence, access, who answers for it, and when."""

from collections.abc import Iterable

from pyoxigraph import Literal, NamedNode, Triple

from graph.authoring import values
from graph.authoring.complaints import nearest
from graph.authoring.draft import Draft
from graph.authoring.fields import Fields, fields, write
from graph.authoring.keys import keys_of
from graph.authoring.labels import firsts
from graph.authoring.names import LANGUAGE_TAG, address, referred
from graph.authoring.written import Node, Text
from graph.errors import SiteError
from graph.settings import LICENCES, Settings
from graph.terms import DCTERMS, KH, LABEL, PROV
from graph.vocabulary import Vocabulary


def check_settings(settings: Settings, vocabulary: Vocabulary) -> None:
    """Look at the settings every record leans on; `SiteError` for one that cannot stand in a record."""
    path = settings.folder / "site.toml"
    if not LANGUAGE_TAG.fullmatch(settings.language):
        raise SiteError(
            path, f"'language': '{settings.language}' is not a language.", "Write en, ru or zh-hant (BCP 47)."
        )
    if vocabulary.concept("access", settings.access) is None:
        hint = nearest(settings.access, vocabulary.words("access"))
        raise SiteError(path, f"'access': '{settings.access}' is not a word of the scheme access.", hint)
    try:
        if settings.editor:
            referred(settings.editor, settings)
    except ValueError as error:
        raise SiteError(path, f"'editor': {error}.", "Write the id of who answers for the records, as org/x.") from None


def write_catalogue(draft: Draft, iri: NamedNode, node: Node | None, said: Iterable[Triple], id_: str) -> str:
    """The record node; what its editor leaves out is the site's setting. Gives its access, a word of vocab/access.

    `draft` may hold what a Turtle file says of its record already. `said` is the content of the record: without a
    title it is called what the thing of the same id in it is called, else what its own id says.
    """
    written = values.entries(draft, node, "'record'") if node is not None else None
    found = fields(draft, written, "record") if written is not None else {}
    line = written.line if written is not None else 1
    before = {t.predicate for t in draft.triples}
    draft.is_a(iri, KH("Record"), line=line)
    write(draft, iri, found, ("access", "editor"))
    if not before & {DCTERMS("title"), LABEL}:
        _title(draft, iri, found, said, id_, line)
    if DCTERMS("license") not in before:
        _licence(draft, iri, found, line)
    if not before & {DCTERMS("creator"), PROV("wasAttributedTo")}:
        _editor(draft, iri, found, line)
    _say_both(draft, iri, DCTERMS("title"), LABEL)
    _say_both(draft, iri, DCTERMS("creator"), PROV("wasAttributedTo"))
    if DCTERMS("accessRights") not in before:
        _access(draft, iri, found, line)
    return next((_word(t.object) for t in draft.triples if t.predicate == DCTERMS("accessRights")), "")


def _title(draft: Draft, iri: NamedNode, found: Fields, said: Iterable[Triple], id_: str, line: int) -> None:
    if "title" in found:
        titles = list(values.texts(draft, found["title"].value, "'title'"))
    else:
        same = draft.settings.thing(id_)
        labels = (t.object for t in said if t.subject == same and t.predicate == LABEL)
        titles = [(label, line) for label in labels if isinstance(label, Literal)]
        titles = titles or [(Literal(id_.replace("-", " ").replace("_", " "), language=draft.language), line)]
    for literal, at in firsts(titles):
        draft.add(iri, DCTERMS("title"), literal, at)


def _licence(draft: Draft, iri: NamedNode, found: Fields, line: int) -> None:
    if "licence" not in found:
        draft.add(iri, DCTERMS("license"), NamedNode(draft.settings.licence), line)
        return
    text = values.scalar(draft, found["licence"].value, "'licence'")
    if text is None:
        return
    try:
        draft.add(iri, DCTERMS("license"), address(LICENCES.get(text.value, text.value)), text.line)
    except ValueError:
        hint = nearest(text.value, LICENCES) + " Or write its address, with https://."
        draft.wrong(text, f"'{text.value}' is not a licence we know.", hint.strip())


def _editor(draft: Draft, iri: NamedNode, found: Fields, line: int) -> None:
    key = keys_of("record")["editor"]
    if "editor" in found:
        editors = values.things(draft, found["editor"].value, key)
    else:
        editors = [(site_editor, line)] if (site_editor := editor_of(draft.settings)) else []
    for editor, at in editors:
        draft.add(iri, DCTERMS("creator"), editor, at)


def editor_of(settings: Settings) -> NamedNode | None:
    """Who answers for the records that name no editor of their own."""
    return referred(settings.editor, settings)[0] if settings.editor else None


def _access(draft: Draft, iri: NamedNode, found: Fields, line: int) -> None:
    node = found["access"].value if "access" in found else Text(draft.settings.access, line)
    for concept, at in values.concepts(draft, node, "access", "access", one=True):
        draft.add(iri, DCTERMS("accessRights"), concept, at)


def _say_both(draft: Draft, iri: NamedNode, one: NamedNode, other: NamedNode) -> None:
    """Where only one of two properties is given, say the same with the other: queries may ask for either."""
    for given, missing in ((one, other), (other, one)):
        said = [(t.object, line) for t, line in draft.triples.items() if t.predicate == given]
        if not any(t.predicate == missing for t in draft.triples):
            for value, line in said:
                if isinstance(value, NamedNode | Literal):
                    draft.add(iri, missing, value, line)


def _word(concept: object) -> str:
    return str(getattr(concept, "value", "")).rsplit("/", 1)[-1]
