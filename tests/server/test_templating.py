"""The templates speak each language of the interface, and what many pages share is remembered within bounds."""

import itertools
from datetime import date
from pathlib import Path
from urllib.parse import urlencode

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from graph.publish.lens import Kept
from graph.settings import Settings
from server.compiling import Compiled
from server.http.urls import Urls, question_of
from server.messages import Messages, read_messages
from server.templating import PARTS, Page, Templates, environment


def test_what_never_changes_is_written_into_a_template_when_it_is_compiled() -> None:
    say = Messages("en", {"x": 'Rights & "<wrongs>"', "y": "{n} of them"})
    template = environment(say).from_string("<p title=\"{{ say('x') }}\">{{ say('y', n=2) }}</p>")
    assert template.render(say=say) == '<p title="Rights &amp; &#34;&lt;wrongs&gt;&#34;">2 of them</p>'


def test_a_template_cannot_say_what_the_catalogue_has_not() -> None:
    with pytest.raises(KeyError, match=r"no\.such"):
        environment(Messages("en", {})).from_string("{{ say('no.such') }}")


@pytest.mark.parametrize("language", ["en", "ru"])
def test_every_template_compiles_in_every_language(language: str) -> None:
    templates = environment(read_messages()[language])
    for name in templates.list_templates(extensions=["html"]):
        templates.get_template(name)


def test_a_number_is_written_as_it_is_whatever_was_written_before() -> None:
    say = read_messages()["en"]
    assert [say.number(n) for n in (1, 1.0, 1.5, 12_000, 1)] == ["1", "1", "1.5", "12,000", "1"]
    assert say.number(12_000) != read_messages()["ru"].number(12_000)
    assert say.day(date(2017, 4, 1)) == "1 April 2017"
    assert read_messages()["ru"].day(date(2017, 4, 1)) == "1 апреля 2017"


def test_a_full_memory_forgets_and_goes_on() -> None:
    memory: Kept[int, str] = Kept(3)
    for number in range(7):
        assert memory.keep(number, str(number)) == str(number)
        assert len(memory) <= 3
    assert memory[6] == "6"


def test_what_one_process_compiled_no_other_compiles_again(monkeypatch: pytest.MonkeyPatch) -> None:
    messages = read_messages()
    first = Templates(messages)
    for language in messages:
        first._environments[language].get_template("claim.html")
    second = Templates(messages, first.compiled())

    def fail(*_: object, **__: object) -> None:
        raise AssertionError

    monkeypatch.setattr(Compiled, "compile", fail)
    for language in messages:
        second._environments[language].get_template("claim.html")
        with pytest.raises(AssertionError):
            second._environments[language].from_string("{{ 1 }}")


def page(tmp_path: Path, language: str, depth: int, choice: str | None, path: str) -> Page:
    site = Settings(folder=tmp_path, title={"en": "Docs", "ru": "Документы"}, base="https://x.example/", publisher="x")
    return Page(site, read_messages()[language], Urls(depth, choice), path)


def test_a_part_of_the_layout_is_made_once_for_what_it_depends_on(tmp_path: Path) -> None:
    messages = read_messages()
    seen = []
    for language in messages:
        kept = environment(messages[language])
        for depth, choice, path in itertools.product(
            (0, 2), (None, "ru"), ("doc/x", "doc/y", "search", "browse", "ns")
        ):
            asked = page(tmp_path, language, depth, choice, path)
            for name in ("_head.html", "_ways.html", "_foot.html"):
                part = kept.globals["part"](name, asked)  # type: ignore[operator]
                assert part == environment(messages[language]).get_template(name).render(page=asked)
                assert kept.globals["part"](name, asked) is part  # type: ignore[operator]
                seen.append(part)
    assert len(set(seen)) > 20


def test_parts_are_remembered_within_bounds(tmp_path: Path) -> None:
    part = environment(read_messages()["en"]).globals["part"]
    for depth in range(PARTS + 9):
        part("_foot.html", page(tmp_path, "en", depth, None, "doc/x"))  # type: ignore[operator]
    assert len(part._made) <= PARTS  # type: ignore[attr-defined]


@settings(deadline=None)
@given(
    st.dictionaries(st.text("ab&= ", min_size=1), st.one_of(st.text(max_size=5), st.integers(), st.just("a/b~é+ %")))
)
def test_a_question_is_written_as_urlencode_would(parameters: dict[str, object]) -> None:
    assert question_of(parameters) == urlencode(parameters)
