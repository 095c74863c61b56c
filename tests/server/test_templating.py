"""The templates speak each language of the interface, and what many pages share is remembered within bounds."""

from datetime import date

import pytest

from graph.publish.lens import Kept
from server.messages import Messages, read_messages
from server.templating import environment


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
