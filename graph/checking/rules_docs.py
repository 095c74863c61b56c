"""`docs/rules.md`: every rule in a table, made from the shapes; a test compares the committed file."""

from itertools import groupby

from graph.checking.explaining import Explained, explained, said
from graph.checking.rules import Rules

HEAD = """# The rules

Made from `shapes/` by `make docs`; do not edit. A **violation** stops a publication; a **warning** and a **note** do
not. `khronika explain RULE` says the same on a terminal, in English or Russian. Rules marked *query* are asked
in SPARQL over the whole site at once, the others are SHACL core constraints. A site adds its own in `shapes/`.
"""
_SEVERITIES = {"VIOLATION": "violation", "WARNING": "*warning*", "INFO": "*note*"}


def rules_docs(rules: Rules, language: str = "en") -> str:
    """The page in Markdown: a table a subject."""
    parts = [HEAD]
    for subject, group in groupby(explained(rules), key=lambda rule: said(rule.subject, language)):
        parts.append(f"\n## {subject}\n\n| rule | | what it says when it is broken |\n|---|---|---|\n")
        parts += [_row(rule, language) for rule in group]
    return "".join(parts)


def _row(rule: Explained, language: str) -> str:
    how = ", *query*" if rule.asked_as == "query" else ""
    label, message = said(rule.label, language), said(rule.messages, language)
    cells = (f'<a id="{rule.name}"></a>**{label}**<br>`{rule.name}`', _SEVERITIES[rule.severity.name] + how, message)
    return "| " + " | ".join(cell.replace("|", "\\|").replace("\n", " ") for cell in cells) + " |\n"
