"""Fields as they stand in the head of an answer."""

import pytest

from server.front.requests import lines


def test_fields_are_written_in_their_order() -> None:
    assert lines([("Link", "<a>"), ("Vary", "Accept"), ("Link", "<b>")]) == "Link: <a>\r\nVary: Accept\r\nLink: <b>\r\n"
    assert lines([]) == ""


@pytest.mark.parametrize("value", ["a\r\nSet-Cookie: b", "a\nb", "a\rb"])
def test_a_value_that_would_be_read_as_two_fields_is_refused(value: str) -> None:
    with pytest.raises(ValueError, match="Link"):
        lines([("Vary", "Accept"), ("Link", value)])
