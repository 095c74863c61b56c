"""How Turtle and TriG of ours look: sorted prefixes, those used alone, a line between subjects, always alike."""

import re

_PREFIX = re.compile(r"@prefix (?P<name>[\w-]*): <(?P<base>[^>]*)> \.\n")
_USED = re.compile(r"(?<![\w<:/#.-])([a-z][\w-]*):(?=[\w%\\])")


def laid_out(text: str) -> str:
    """Turtle with its prefixes sorted (the engine gives them in no order), unused ones left out, subjects set apart."""
    end = 0
    prefixes = {}
    while match := _PREFIX.match(text, end):
        prefixes[match["name"]], end = match["base"], match.end()
    body = text[end:]
    used = set(_USED.findall(body))
    head = [f"@prefix {name}: <{prefixes[name]}> .\n" for name in sorted(prefixes) if name in used]
    return "".join(head) + "\n" + re.sub(r"(?<= \.\n)(?=[^\t\n}])", "\n", body)
