"""A release as one names it on the command line: its number, or a moment."""

from datetime import UTC, datetime
from typing import Any

import click

from graph.releases.moments import read_at


class At(click.ParamType[int | datetime]):
    """`12`, or `2026-01-31`, or `2026-01-31T12:00:00Z`: the release of that number, or the newest at that moment."""

    name = "release"

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> int | datetime:
        """A number, or a moment in UTC; a day is its end, so that it includes what was published on it."""
        if isinstance(value, int | datetime):
            return value
        try:
            return read_at(value, datetime.now(UTC))
        except ValueError:
            self.fail(f"'{value}' is neither a release's number nor a moment such as 2026-01-31T12:00:00Z.", param, ctx)


AT = At()
