"""Rows of a query as a table for a terminal: columns as wide as what is in them, wide scripts counted as wide."""

import unicodedata
from collections.abc import Mapping
from typing import Any

WIDEST_COLUMN = 72  # characters; more is cut with an ellipsis, as a table that wraps cannot be read


def table(results: Mapping[str, Any], most: int) -> str:
    """SPARQL 1.1 Query Results JSON with `most` rows at the most, and a line that counts them."""
    names: list[str] = results["head"]["vars"]
    rows = results["results"]["bindings"]
    cells = [[_cell(row.get(name)) for name in names] for row in rows[:most]]
    widths = [max([_width(name), *(_width(row[n]) for row in cells)]) for n, name in enumerate(names)]
    lines = [_line(names, widths), _line(["-" * width for width in widths], widths)]
    lines += [_line(row, widths) for row in cells]
    left = len(rows) - len(cells)
    count = f"{len(rows):,} row{'' if len(rows) == 1 else 's'}"
    lines.append(f"\n{count}" + (f", {left:,} not shown; --format csv gives all" if left else ""))
    return "\n".join(lines)


def _cell(value: Mapping[str, str] | None) -> str:
    """A term as one reads it, on one line and without characters that could steer a terminal."""
    if value is None:
        return ""
    text = "".join(c if unicodedata.category(c)[0] != "C" else " " for c in value["value"])
    text += f"@{value['xml:lang']}" if "xml:lang" in value else ""
    return text if len(text) <= WIDEST_COLUMN else text[: WIDEST_COLUMN - 1] + "…"


def _width(text: str) -> int:
    """Terminal columns: East Asian wide characters take two, combining ones none (Unicode Standard Annex 11)."""
    return sum(0 if unicodedata.combining(c) else 2 if unicodedata.east_asian_width(c) in "WF" else 1 for c in text)


def _line(cells: list[str], widths: list[int]) -> str:
    padded = (cell + " " * (width - _width(cell)) for cell, width in zip(cells, widths, strict=True))
    return "  ".join(padded).rstrip()
