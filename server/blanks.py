"""Pages of one kind differ in a few places: the rest is made once, as a blank with gaps, which are filled for each.

A template is rendered for a thing that does not exist, whose names and address are marks; where the marks come out are
the gaps. Blocks that show the thing itself are gaps as a whole, and are made for each page as the template has them.
So a filled page is what the template would have made of it: it was made by the template.
"""

from collections.abc import Callable, Iterable, Iterator, Mapping
from secrets import token_hex

from jinja2 import Template
from jinja2.runtime import Context
from markupsafe import Markup

MARK = token_hex(16)  # letters and digits: no escape changes it, and no word of a site's is like it
Block = Callable[[Context], Iterator[str]]


def gap(name: str) -> Markup:
    """The mark of a gap, for a value that stands in a page as it is."""
    return Markup(f"{MARK}{name}{MARK}")  # noqa: S704 - hexadecimal digits and a name of ours


class Blank:
    """What pages share, as `template` makes it for `stand_in`; `blocks` are gaps, the other gaps are marks in it.

    `spelled` has marks that come out together or in another spelling, and the gap that they are.
    """

    def __init__(
        self, template: Template, stand_in: Mapping[str, object], blocks: Iterable[str], spelled: Mapping[str, str]
    ) -> None:
        context = template.new_context(dict(stand_in))
        for name in blocks:
            context.blocks.setdefault(name, []).insert(0, _leaving(name))
        text = "".join(template.root_render_func(context))
        for marks, name in spelled.items():
            text = text.replace(marks, gap(name))
        self._template = template
        self._pieces = text.split(MARK)
        self._gaps = [(place, self._pieces[place]) for place in range(1, len(self._pieces), 2)]
        self._blocks = {name: context.blocks[name][1] for name in blocks}
        self._imported = context.vars  # what the templates name outside of their blocks

    def filled(self, words: Mapping[str, str], shown: Mapping[str, object]) -> str:
        """The page: `words` (HTML) go where the marks were, `shown` is for the blocks; `KeyError` for what lacks."""
        context = self._template.new_context({**self._imported, **shown})
        made = {name: "".join(block(context)) for name, block in self._blocks.items()}
        made.update(words)
        pieces = self._pieces.copy()
        for place, name in self._gaps:
            pieces[place] = made[name]
        return "".join(pieces)


def _leaving(name: str) -> Block:
    """A block that leaves a gap."""
    return lambda _context: iter((gap(name),))
