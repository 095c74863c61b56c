"""Rows on a terminal."""

from typing import Any

from khronika.table import table


def results(*values: dict[str, str] | None) -> dict[str, Any]:
    return {"head": {"vars": ["a", "b"]}, "results": {"bindings": [{"a": v} if v else {} for v in values]}}


def test_columns_line_up_also_in_wide_scripts() -> None:
    text = table(
        results({"type": "literal", "value": "日本"}, {"type": "literal", "value": "Ключ", "xml:lang": "ru"}), 9
    )
    assert text.splitlines() == ["a        b", "-------  -", "日本", "Ключ@ru", "", "2 rows"]


def test_nothing_in_a_literal_steers_the_terminal() -> None:
    text = table(results({"type": "literal", "value": "a\x1b[31mred\nb\x07"}), 9)
    assert "\x1b" not in text
    assert "\x07" not in text
    assert len(text.splitlines()) == 5


def test_says_how_many_rows_are_not_shown() -> None:
    assert "3 rows, 1 not shown" in table(results(None, None, None), 2)


def test_long_values_are_cut_visibly() -> None:
    assert "…" in table(results({"type": "literal", "value": "x" * 500}), 9)
