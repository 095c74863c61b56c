"""Templates compiled our way say what Jinja's own would: the same words, escaped alike, and the same slips refused."""

import gc
import threading
import time
from types import SimpleNamespace

import pytest
from jinja2 import DictLoader, Environment, StrictUndefined
from jinja2.exceptions import UndefinedError
from markupsafe import Markup

from server.compiling import Compiled, written

OPTIONS = {"autoescape": True, "undefined": StrictUndefined}
OTHERS = DictLoader(
    {
        "layout": "<{% block title %}none{% endblock %}>{% block main %}{% block inner scoped %}i{% endblock %}"
        "{% endblock %}!",
        "part": "({{ sharp }}{% for n in list %}{{ n }}{% endfor %})",
        "macros": "{% macro m(a, b='<d>') %}[{{ a }}{{ b }}{{ words }}]{% endmacro %}",
    }
)
ours, theirs = Compiled(loader=OTHERS, **OPTIONS), Environment(loader=OTHERS, **OPTIONS)  # type: ignore[arg-type]


class Drawn:
    """An object that writes itself as HTML."""

    def __html__(self) -> str:
        return "<i>drawn</i>"


VALUES = {
    "words": "plain",
    "sharp": "<b>&\"'</b>",
    "safe": Markup("<b>safe</b>"),
    "number": 7,
    "nothing": None,
    "drawn": Drawn(),
    "thing": SimpleNamespace(name="<n>", label=None, say=lambda *a, **k: f"{a}{sorted(k.items())}"),
    "table": {"a": "<1>"},
    "list": [1, 2],
}
TEMPLATES = [
    "{{ words }}{{ sharp }}{{ safe }}{{ number }}{{ nothing }}{{ drawn }}",
    "{{ thing.name }}{{ thing['name'] }}{{ table['a'] }}{{ thing.say(1, *list, b=2) }}{{ thing.say(**table) }}",
    "{{ thing.say(1, class='x') }}{{ thing.say() }}{{ thing.say(words, b=sharp) }}",
    "{% if thing.gone is defined %}a{% elif table.a is defined and table.b is not defined %}b{% endif %}",
    "{{ 'a' ~ sharp ~ safe }}{{ sharp|upper }}{{ safe|length }}{{ words if number else sharp }}",
    "{% for n in list %}{{ n }}{% if not loop.last %}, {% endif %}{% endfor %}",
    "{% macro m(a, b='<d>') %}[{{ a }}{{ b }}]{% endmacro %}{{ m(sharp) }}{{ m(safe, 1) }}{{ m(b=2, a=sharp) }}",
    "{% macro m(a) %}{{ a }}{{ caller() }}{{ varargs }}{% endmacro %}{% call m(1, 2) %}<u>{{ sharp }}</u>{% endcall %}",
    "{% set kept %}<p>{{ sharp }}</p>{% endset %}{{ kept }}{% filter upper %}{{ sharp }}{% endfilter %}",
    "{% extends 'layout' %}{% block title %}{{ sharp }}{{ super() }}{% endblock %}",
    "{% extends 'layout' %}{% block main %}a{{ super() }}b{{ self['title']() }}{% endblock %}"
    "{% block inner %}{% endblock %}",
    "{% include 'part' %}{% for n in list %}{% include 'part' %}{% endfor %}",
    "{% with sharp = 1 %}{% include 'part' %}{% endwith %}{% set kept %}{% include 'part' %}{% endset %}{{ kept }}",
    "{% macro inside() %}{% include 'part' %}{{ sharp }}{% endmacro %}{{ inside() }}{{ inside() }}",
    "{% import 'macros' as m with context %}{{ m.m(1) }}{{ m.m(sharp, safe) }}",
    "{% from 'macros' import m with context %}{{ m(2, 3) }}",
    "{% for n in list if n > 1 %}{{ n }}{{ loop.index }}{% else %}none{% endfor %}",
    "{% for n in [] %}{% else %}none{% endfor %}",
    "{% for n in list recursive %}{{ n }}{% if n is number and n > 1 %}{{ loop([1]) }}{% endif %}{% endfor %}",
    "{% if false %}a{% else %}b{% endif %}{% if true %}c{% endif %}{% if 0 %}d{% endif %}",
    "{{ nothing is none }}{{ number is none }}{{ thing.label is not none }}{{ number is number }}",
    "{% for n in list %}{% if loop.first %}{% else %}{{ n }}{% endif %}{% endfor %}",
    "",
    "{% autoescape false %}{{ sharp }}{{ safe }}{% endautoescape %}",
]


@pytest.mark.parametrize("text", TEMPLATES)
def test_it_says_what_jinja_would(text: str) -> None:
    assert ours.from_string(text).render(VALUES) == theirs.from_string(text).render(VALUES)


@pytest.mark.parametrize(
    "text", ["{{ gone }}", "{{ gone.name }}", "{{ gone() }}", "{% macro m(a) %}{{ a }}{% endmacro %}{{ m() }}"]
)
def test_an_unknown_name_is_still_an_error(text: str) -> None:
    with pytest.raises(UndefinedError):
        ours.from_string(text).render(VALUES)


def test_an_unknown_attribute_is_an_error_and_an_item_is_none() -> None:
    for text in ("{{ thing.gone }}", "{{ table.a }}"):
        with pytest.raises(AttributeError):
            ours.from_string(text).render(VALUES)


@pytest.mark.parametrize("call", ["m(1, 2)", "m(1, b=2)", "m(1, a=2)"])
def test_a_macro_takes_what_it_names(call: str) -> None:
    with pytest.raises(TypeError, match="'m' takes a"):
        ours.from_string("{% macro m(a) %}{{ a }}{% endmacro %}{{ " + call + " }}").render()


@pytest.mark.parametrize("sign", "&<>\"'")
def test_each_sign_that_means_something_is_written_out(sign: str) -> None:
    assert written(f"a{sign}b") not in (f"a{sign}b", "")
    assert written(Markup(sign)) == sign


def test_templates_compiled_by_several_threads_at_once_are_whole() -> None:
    """Python 3.11 fails where one makes way for another in the middle, as the collector may have it do."""
    text = "{% for a in b %}{{ a.c[1] }}{% if a %}{{ m(a, [a, 1], {2: a.b.c}) }}{% endif %}{% endfor %}" * 40
    source, failed = Compiled().compile(text, raw=True), list[BaseException]()

    def make_way(_phase: str, _info: dict[str, int]) -> None:
        time.sleep(0)

    def compile_it(deeper: int) -> None:
        if deeper:
            return compile_it(deeper - 1)
        try:
            for _ in range(3):
                Compiled()._compile(source, "text")
        except BaseException as error:
            failed.append(error)

    before = gc.get_threshold()
    gc.callbacks.append(make_way)
    gc.set_threshold(50)
    try:
        threads = [threading.Thread(target=compile_it, args=(3 * n,)) for n in range(4)]
        for each in threads:
            each.start()
        for each in threads:
            each.join()
    finally:
        gc.set_threshold(*before)
        gc.callbacks.remove(make_way)
    assert not failed
