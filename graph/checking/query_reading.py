"""The text of a rule's query, read as far as one must know it to ask it of many nodes at once.

Not a SPARQL parser: Oxigraph is one, and has accepted the text before it comes here. This finds the groups, the triple
patterns in each, and the variables its expressions use; for what it does not know it gives up with `NotUnderstood`.
"""

from collections.abc import Mapping

from pyoxigraph import Literal, NamedNode

from graph.checking.paths import Alternative, Inverse, Path, Repeated, Sequence, Step
from graph.checking.query_text import End, Group, NotUnderstood, Pattern, Select, Token, tokens
from graph.checking.report import Node
from graph.terms import XSD, A

_AGGREGATES = frozenset(["COUNT", "SUM", "MIN", "MAX", "AVG", "SAMPLE", "GROUP_CONCAT"])


def read_select(text: str, prefixes: Mapping[str, str]) -> Select:
    """A SELECT query with the prefixes it may use besides its own; `NotUnderstood` where we cannot read it."""
    return _Reading(text, dict(prefixes)).query()


def read_path_text(text: str) -> Path | None:
    """The path that a finding gives as an IRI or as SPARQL; None for what is neither."""
    try:
        return Step(NamedNode(text)) if text[:1].isalpha() else _Reading(text, {}).path()
    except (NotUnderstood, ValueError):
        return None


class _Reading:
    """A walk over the tokens of one query."""

    def __init__(self, text: str, prefixes: dict[str, str]) -> None:
        self._tokens = tokens(text)
        self._at = 0
        self._prefixes = prefixes
        self._fresh = 0

    def query(self) -> Select:
        while self._word() in ("PREFIX", "BASE"):
            if self._take().text.upper() == "BASE":
                raise NotUnderstood("BASE")
            name = self._take().text
            self._prefixes[name[:-1]] = self._take().text[1:-1]
        return self._select()

    def path(self) -> Path:
        return self._alternatives()

    def _peek(self) -> Token:
        return self._tokens[self._at] if self._at < len(self._tokens) else Token("end", "", -1)

    def _take(self) -> Token:
        token = self._peek()
        if token.kind == "end":
            raise NotUnderstood("the end of the text")
        self._at += 1
        return token

    def _word(self) -> str:
        """The keyword that comes next, in capitals; empty where something else does."""
        token = self._peek()
        return token.text.upper() if token.kind == "word" else ""

    def _expect(self, text: str) -> Token:
        token = self._take()
        if token.text.upper() != text:
            raise NotUnderstood(f"{token.text!r} for {text}")
        return token

    def _select(self) -> Select:
        self._expect("SELECT")
        if self._word() in ("DISTINCT", "REDUCED"):
            self._take()
        projected: set[str] = set()
        head = Group("head")
        aggregates = False
        while self._peek().text not in ("WHERE", "{") and self._word() != "WHERE":
            token = self._peek()
            if token.text == "(":
                first = self._at
                self._brackets(head)
                inside = self._tokens[first : self._at]
                projected.add(inside[-2].text[1:])
                aggregates = aggregates or any(t.text.upper() in _AGGREGATES for t in inside if t.kind == "word")
            elif token.kind == "variable" or token.text == "*":
                projected.add(self._take().text.lstrip("?$"))
            else:
                raise NotUnderstood(token.text)
        if self._word() == "WHERE":
            self._take()
        opens = self._expect("{").end
        select = Select(projected, self._group("where"), opens, aggregates=aggregates)
        self._modifiers(select)
        select.where.used |= head.used
        return select

    def _modifiers(self, select: Select) -> None:
        """GROUP BY, HAVING, ORDER BY, LIMIT, OFFSET: up to the end of the query or of the subselect."""
        section = ""
        while self._peek().kind != "end" and self._peek().text != "}":
            word = self._word()
            if word in ("GROUP", "HAVING", "ORDER", "LIMIT", "OFFSET", "VALUES"):
                section = word
            select.sliced = select.sliced or word in ("LIMIT", "OFFSET")
            select.aggregates = select.aggregates or word in _AGGREGATES or word == "GROUP"
            if self._peek().text == "{":
                raise NotUnderstood("a group behind the query")
            token = self._take()
            if token.kind == "variable":
                (select.grouped if section == "GROUP" else select.where.used).add(token.text[1:])

    def _group(self, kind: str) -> Group:
        """What follows an opening brace, up to its closing one."""
        group = Group(kind)
        if self._word() == "SELECT":
            group.kind, group.select = "subselect", self._select()
            group.groups.append(group.select.where)
            self._hide(group.select)
            self._expect("}")
            return group
        while self._peek().text != "}":
            self._element(group)
        self._take()
        return group

    def _element(self, group: Group) -> None:
        word = self._word()
        if self._peek().text == "{":
            self._take()
            group.groups.append(self._group("plain"))
        elif word == "OPTIONAL":
            self._take()
            self._expect("{")
            group.groups.append(self._group("optional"))
        elif word == "UNION":
            self._take()
            group.groups[-1].kind = "branch"
            self._expect("{")
            group.groups.append(self._group("branch"))
        elif self._peek().text == ".":
            self._take()
        elif word == "FILTER":
            self._take()
            self._constraint(group)
        elif word == "BIND":
            self._take()
            self._brackets(group)
        elif word and word != "A" and word not in ("TRUE", "FALSE"):
            raise NotUnderstood(word)
        else:
            self._triples(group)

    def _constraint(self, group: Group) -> None:
        """What follows FILTER."""
        if self._word() in ("NOT", "EXISTS"):
            self._exists(group)
            return
        if self._peek().text != "(":
            self._take()  # the name of a function
        self._brackets(group)

    def _exists(self, group: Group) -> None:
        if self._word() == "NOT":
            self._take()
        self._expect("EXISTS")
        self._expect("{")
        group.groups.append(self._group("exists"))

    def _brackets(self, group: Group) -> None:
        """From an opening bracket to its closing one, with the EXISTS in it."""
        self._expect("(")
        while self._peek().text != ")":
            if self._peek().text == "(":
                self._brackets(group)
            elif self._word() == "EXISTS" or (self._word() == "NOT" and self._peek_behind() == "EXISTS"):
                self._exists(group)
            else:
                token = self._take()
                if token.kind == "variable":
                    group.used.add(token.text[1:])
        self._take()

    def _peek_behind(self) -> str:
        return self._tokens[self._at + 1].text.upper() if self._at + 1 < len(self._tokens) else ""

    def _triples(self, group: Group) -> None:
        subject = self._end(group)
        if self._peek().text not in (".", "}"):
            self._properties(group, subject)

    def _properties(self, group: Group, subject: End) -> None:
        """Predicates and objects of one subject, up to the mark that ends them."""
        while True:
            path = self._verb()
            group.patterns.append(Pattern(subject, path, self._end(group)))
            while self._peek().text == ",":
                self._take()
                group.patterns.append(Pattern(subject, path, self._end(group)))
            while self._peek().text == ";":
                self._take()
            if self._tokens[self._at - 1].text != ";" or self._peek().text in (".", "}", "]"):
                return

    def _end(self, group: Group) -> End:
        """A subject or an object."""
        token = self._take()
        if token.kind == "variable":
            return token.text[1:]
        if token.text == "[":
            self._fresh += 1
            name = f" {self._fresh}"
            if self._peek().text != "]":
                self._properties(group, name)
            self._expect("]")
            return name
        return self._term(token)

    def _term(self, token: Token) -> Node:
        if token.kind in ("iri", "name"):
            return self._iri(token)
        if token.kind == "string":
            quote = 3 if token.text[:3] in ('"""', "'''") else 1
            return self._literal(token.text[quote:-quote])
        if token.kind == "number" and token.text.isdigit():
            return Literal(token.text, datatype=XSD("integer"))
        if token.text.lower() in ("true", "false"):
            return Literal(token.text.lower(), datatype=XSD("boolean"))
        raise NotUnderstood(token.text)

    def _literal(self, text: str) -> Literal:
        if "\\" in text:
            raise NotUnderstood("an escape in a literal")
        if self._peek().kind == "language":
            return Literal(text, language=self._take().text[1:].lower())
        if self._peek().text == "^^":
            self._take()
            return Literal(text, datatype=self._iri(self._take()))
        return Literal(text)

    def _iri(self, token: Token) -> NamedNode:
        if token.kind == "iri":
            return NamedNode(token.text[1:-1])
        prefix, _, local = token.text.partition(":")
        if token.kind != "name" or prefix not in self._prefixes or "\\" in local:
            raise NotUnderstood(token.text)
        return NamedNode(self._prefixes[prefix] + local)

    def _verb(self) -> Path:
        if self._peek().kind == "variable":
            self._take()
            return Step(None)
        return self._alternatives()

    def _alternatives(self) -> Path:
        paths = [self._sequence()]
        while self._peek().text == "|":
            self._take()
            paths.append(self._sequence())
        return paths[0] if len(paths) == 1 else Alternative(tuple(paths))

    def _sequence(self) -> Path:
        paths = [self._single()]
        while self._peek().text == "/":
            self._take()
            paths.append(self._single())
        return paths[0] if len(paths) == 1 else Sequence(tuple(paths))

    def _single(self) -> Path:
        token = self._take()
        path: Path
        if token.text == "^":
            return Inverse(self._single())
        if token.text == "(":
            path = self._alternatives()
            self._expect(")")
        else:
            path = Step(A) if token.text == "a" else Step(self._iri(token))
        if self._peek().text in ("*", "+", "?"):
            mark = self._take().text
            path = Repeated(path, 1 if mark == "+" else 0, once=mark == "?")
        return path

    def _hide(self, select: Select) -> None:
        """Give the variables a subselect keeps to itself names that nobody else has."""
        if "*" in select.projected:
            return
        self._fresh += 1
        mark = f" {self._fresh}"

        def name(end: End) -> End:
            return end + mark if isinstance(end, str) and end not in select.projected else end

        for group in select.where.everything():
            group.patterns = [Pattern(name(p.subject), p.path, name(p.object)) for p in group.patterns]
            group.used = {u if u in select.projected else u + mark for u in group.used}
