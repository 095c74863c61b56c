"""The list of every statement about a thing, built without a template: it is a third of a page and of its time."""

from collections.abc import Sequence
from typing import TYPE_CHECKING

from markupsafe import Markup

from graph.publish.description import Property, Value
from server.compiling import written

if TYPE_CHECKING:
    from server.templating import Page


def statements(page: "Page", properties: Sequence[Property]) -> Markup:
    """A definition list of predicates and values, inner nodes nested in it. Every part is escaped here or by `page`."""
    parts = ['<dl class="statements">']
    for each in properties:
        parts.append(f"<div><dt>{page.link(each.predicate)}</dt>")
        parts += [f"<dd>{_value(page, value)}</dd>" for value in each.values]
        parts.append("</div>")
    parts.append("</dl>")
    return Markup("\n".join(parts))  # noqa: S704 - see above


def _value(page: "Page", value: Value) -> str:
    if value.ref is not None:
        return f"{page.link(value.ref)}{statements(page, value.inner)}" if value.inner else page.link(value.ref)
    assert value.text is not None
    tag = value.text.language or value.datatype.rsplit("#", 1)[-1].rsplit("/", 1)[-1]
    return f'{page.marked(value.text)} <span class="tag">{written(tag)}</span>' if tag else page.marked(value.text)
