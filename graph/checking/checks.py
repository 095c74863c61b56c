"""The check itself: what editors wrote, held against every rule, in one report.

Core constraints are pySHACL's business; a screen of ours only spares it the nodes that are beyond doubt. SPARQL-based
constraints are asked once over the whole graph instead of once a node. `docs/decisions/0004` has the numbers.
"""

from collections.abc import Callable, Collection, Sequence

from graph.authoring.records import Record
from graph.checking.report import Report
from graph.settings import Settings
from graph.store.base import Reader
from graph.vocabulary import Vocabulary

Progress = Callable[[str, int, int], None]  # what is being done, how much of it is done, how much there is


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
    raise NotImplementedError


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
    were not changed. Costs what changed, not what there is. Raises `ShapesError`.
    """
    raise NotImplementedError
