"""What a figure allows: `more than 100` is 101 or more. The one place where bounds become numbers."""

MOST = 10**15  # nobody counted more; the store holds 64-bit integers


def interval(bound: str, value: int) -> tuple[int | None, int | None]:
    """The least and the greatest number that `bound` (a word of vocab/bound) and `value` allow; None where open.

    ValueError for `fewer-than 0`, and for a bound whose numbers we do not know.
    """
    match bound:
        case "exactly":
            return value, value
        case "at-least":
            return value, None
        case "more-than":
            return value + 1, None
        case "up-to":
            return None, value
        case "fewer-than" if value > 0:
            return None, value - 1
        case "fewer-than":
            raise ValueError("nothing is fewer than 0")
        case "about":
            return None, None
    raise ValueError(f"the bound '{bound}' has no numbers")


def read_value(text: str) -> int:
    """The whole number in `text`; ValueError says what is wrong with it."""
    if not (text.isascii() and text.isdigit()):
        raise ValueError(f"'{text}' is not a whole number")
    if len(text) > len(str(MOST)) or int(text) > MOST:
        raise ValueError(f"'{text}' is more than anybody counted")
    return int(text)
