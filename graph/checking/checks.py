"""The check itself: what editors wrote, held against every rule, in one report.

Core constraints are pySHACL's business; a screen of ours only spares it the nodes that are beyond doubt. SPARQL-based
constraints are asked once over the whole graph instead of once a node. `docs/decisions/0004` has the numbers.
"""

from collections.abc import Collection, Iterable, Sequence
from hashlib import sha256
from itertools import chain

from graph.authoring.record import Record
from graph.checking.changes import examine_change
from graph.checking.examining import Progress, examine, silent
from graph.checking.facts import Statements
from graph.checking.locating import elsewhere, locate
from graph.checking.report import Finding, Report
from graph.checking.rules import Rules, shape_files, site_rules
from graph.pausing import nothing_collected
from graph.settings import Settings
from graph.store.base import Reader
from graph.vocabulary import Vocabulary, load_vocabulary


def check(
    records: Sequence[Record],
    settings: Settings,
    *,
    vocabulary: Vocabulary | None = None,
    thorough: bool = False,
    progress: Progress | None = None,
) -> Report:
    """Everything that is wrong with `records`, which are the whole site.

    `vocabulary` is the site's, read when not given. `thorough` hands every node to pySHACL, unscreened: slow, the
    measure of the fast way. Raises `ShapesError` where a rule cannot be used.
    """
    rules = site_rules(settings)
    words = vocabulary or load_vocabulary(settings.folder / "concepts")
    with nothing_collected():
        triples = [*words.triples(), *chain.from_iterable(chain(r.triples, r.catalogue) for r in records)]
        findings = examine(rules, triples, Statements(triples), thorough=thorough, progress=progress)
    return _report(findings, records, rules, settings)


def check_changes(
    changed: Sequence[Record],
    settings: Settings,
    base: Reader,
    *,
    removed: Collection[str] = (),
    vocabulary: Vocabulary | None = None,
    progress: Progress | None = None,
) -> Report:
    """What is wrong with whatever `changed` records (and `removed` ones, by IRI) touch in the release `base`.

    The report holds every finding about a node whose verdict can differ from the release's, also in records that
    were not changed, whose file is then told without a line. Costs what changed, not what there is. Rules and
    vocabulary must be those the release was checked with: `rules_digest` tells. Raises `ShapesError`.
    """
    rules = site_rules(settings)
    words = tuple((vocabulary or load_vocabulary(settings.folder / "concepts")).triples())
    with nothing_collected():
        findings = examine_change(rules, words, changed, removed, base, settings, progress or silent)
    return _report(elsewhere(findings, base, settings), changed, rules, settings)


def rules_digest(settings: Settings, vocabulary: Vocabulary | None = None) -> str:
    """Names what records are held against, 64 hex digits: the rules and the vocabulary. Another means a whole check."""
    words = vocabulary or load_vocabulary(settings.folder / "concepts")
    texts = sorted(content for _, content in shape_files(settings))
    return sha256(b"\0".join([*texts, words.digest.encode()])).hexdigest()


def _report(findings: Iterable[Finding], records: Sequence[Record], rules: Rules, settings: Settings) -> Report:
    located = locate(tuple(findings), records)
    found = tuple(sorted(located, key=_order))
    return Report(found, len(records), len(rules.shapes()), settings.base, settings.folder)


def _order(finding: Finding) -> tuple[object, ...]:
    """Worst first; then as the files and lines come; then by what is meant, so that it is always the same order."""
    return (
        -finding.severity, finding.file is None, str(finding.file), finding.line or 0, finding.rule, finding.focus,
        finding.path or "", finding.value or "", sorted(finding.messages.items()),
    )  # fmt: skip
