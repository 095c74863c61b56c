"""How Turtle and TriG of ours look: sorted prefixes, those used alone, a line between subjects, always alike."""

import re

_HEAD = re.compile(r"(?:@prefix [\w-]*: <[^>]*> \.\n)*")
_PREFIX = re.compile(r"@prefix ([\w-]*): <([^>]*)> \.\n")
_LONGER, _NAME = re.compile(r"[\w<:/#.-]"), re.compile(r"[\w%\\]")
_END = " .\n"  # of what is said of a subject


def laid_out(text: str) -> str:
    """Turtle with its prefixes sorted (the engine gives them in no order), unused ones left out, subjects set apart."""
    head = _HEAD.match(text)
    assert head is not None  # an empty one matches
    prefixes = dict(_PREFIX.findall(text, 0, head.end()))
    body = text[head.end() :]
    used = [f"@prefix {name}: <{prefixes[name]}> .\n" for name in sorted(prefixes) if _uses(body, name)]
    return "".join(used) + "\n" + _set_apart(body)


def _uses(body: str, name: str) -> bool:
    """Whether a prefix stands somewhere before a name, and is not the end of a longer word."""
    sign = name + ":"
    place = body.find(sign) if "a" <= name[:1] <= "z" else -1
    while place >= 0:
        after = place + len(sign)
        if not _LONGER.match(body[max(place - 1, 0) : place]) and _NAME.match(body[after : after + 1]):
            return True
        place = body.find(sign, after)
    return False


def _set_apart(body: str) -> str:
    """With an empty line before each subject but the first; what goes on inside braces is told by its tab."""
    first, *others = body.split(_END)
    last = len(others) - 1
    return first + "".join(
        _END + ("\n" if (part or place < last) and part[:1] not in ("\t", "\n", "}") else "") + part
        for place, part in enumerate(others)
    )
