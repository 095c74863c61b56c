"""How a release is named from outside: by its number, or by a moment at which it was the newest."""

import re
from datetime import UTC, datetime, time

_NUMBER = re.compile(r"[0-9]{1,9}", re.ASCII)
_DAY = re.compile(r"\d{4}-\d\d-\d\d", re.ASCII)


def read_at(word: str, now: datetime) -> int | datetime:
    """A number, or a moment of ISO 8601, UTC where it names no zone; ValueError for anything else.

    A day is its end, so that it includes what was published on it; the day of `now` is `now`.
    """
    if _NUMBER.fullmatch(word):
        return int(word)
    moment = datetime.fromisoformat(word)
    if _DAY.fullmatch(word):
        end = datetime.combine(moment, time(23, 59, 59, 999_999), UTC)
        return now if moment.date() == now.astimezone(UTC).date() else end
    moment = moment if moment.tzinfo else moment.replace(tzinfo=UTC)
    return moment.astimezone(UTC)
