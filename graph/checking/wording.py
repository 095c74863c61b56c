"""Messages of rules with their blanks filled in, in every language they have (SHACL 5.3.2)."""

import re
from collections.abc import Mapping

from graph.checking.report import Node

_BLANK = re.compile(r"\{[?$](\w+)\}")


def filled(messages: Mapping[str, str], terms: Mapping[str, Node]) -> dict[str, str]:
    """The messages with `{?x}` and `{$x}` replaced by what x is bound to; an unbound one stays as it is."""

    def word(found: re.Match[str]) -> str:
        term = terms.get(found[1])
        if term is None:
            return found[0]
        return term.value

    return {language: _BLANK.sub(word, text) for language, text in messages.items()}


def fallback(rule: str, found: str = "") -> dict[str, str]:
    """What is said for a rule that has no sh:message of its own; `found` is what an engine said of it in English."""
    said = f" {found}." if found else ""
    return {
        "en": f"This breaks the rule {rule}, which has no message of its own.{said}",
        "ru": f"Это нарушает правило {rule}, у которого нет своего сообщения.{said}",
    }
