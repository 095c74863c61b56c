"""Puts the pieces of a page into a list. Jinja hands each through all the generators it is nested in, one by one.

A template's Python is read once more, when it is compiled: `yield` becomes `put`, what is put in a row is put at once,
and who is asked for pieces gives a list of them.
"""

import ast

PIECES, PUT, WRITTEN = "pieces", "put", "written"  # names that Jinja gives to nothing of its own


def gathered(source: str) -> ast.Module:
    """The Python that Jinja wrote for a template, with lists where it had generators."""
    tree = ast.parse(source)
    for function in tree.body:
        if isinstance(function, ast.FunctionDef) and (function.name == "root" or function.name.startswith("block_")):
            _gather(function)
    return ast.fix_missing_locations(tree)


def _gather(function: ast.FunctionDef) -> None:
    _Known().visit(function)
    body = _Put().generic_visit(ast.Module(function.body, [])).body  # type: ignore[attr-defined]  # the same module
    function.args.args.append(ast.arg(WRITTEN))
    function.args.defaults.append(ast.parse(f"environment.{WRITTEN}", mode="eval").body)
    function.body = [*_begin(), *_in_rows(body), ast.Return(_name(PIECES))]


def _begin() -> list[ast.stmt]:
    return ast.parse(f"{PIECES} = []\n{PUT} = {PIECES}.extend").body


class _Known(ast.NodeTransformer):
    """What is so in functions inside as well: `written` has a name of its own, and a list need not be closed."""

    def visit_Attribute(self, node: ast.Attribute) -> ast.AST:
        """One attribute."""
        self.generic_visit(node)
        is_ours = node.attr == WRITTEN and isinstance(node.value, ast.Name) and node.value.id == "environment"
        return _name(WRITTEN) if is_ours else node

    def visit_Try(self, node: ast.Try) -> ast.AST | list[ast.stmt]:
        """An included template, or a filter that is looked up."""
        self.generic_visit(node)
        return node.body if node.finalbody else node


class _Put(ast.NodeTransformer):
    """What a function puts where it yielded; functions inside of it stay as they are."""

    def visit_FunctionDef(self, node: ast.FunctionDef) -> ast.AST:
        """A macro, which gathers its pieces already, or what goes through a loop with a condition."""
        return node

    def visit_Yield(self, node: ast.Yield) -> ast.AST:
        """One piece."""
        assert node.value is not None
        return _put(ast.Tuple([node.value], ast.Load()))

    def visit_YieldFrom(self, node: ast.YieldFrom) -> ast.AST:
        """The pieces of a block, or of the template that this one extends."""
        return _put(node.value)

    def visit_Return(self, _node: ast.Return) -> ast.AST:
        """An end before the end."""
        return ast.Return(_name(PIECES))

    def visit_For(self, node: ast.For) -> ast.AST:
        """A loop, or the pieces of an included template."""
        if ast.unparse(node.body) == "yield event":  # type: ignore[arg-type]  # it takes lists
            return ast.Expr(_put(node.iter))
        return self.generic_visit(node)


def _in_rows(body: list[ast.stmt]) -> list[ast.stmt]:
    """Statements without what does nothing, and with neighbouring pieces put at once."""
    found: list[ast.stmt] = []
    for each in body:
        for name in ("body", "orelse"):
            inner = getattr(each, name, None)
            if inner:
                setattr(each, name, _in_rows(inner) or [ast.Pass()])
        if isinstance(each, ast.Pass) or _is_never(each):
            continue
        pieces, before = _row(each), _row(found[-1]) if found else None
        if pieces is not None and before is not None:
            before.elts += pieces.elts
        else:
            found.append(each)
    return found


def _is_never(statement: ast.stmt) -> bool:
    """What Jinja writes so that a function without pieces is a generator all the same, and its like."""
    never = isinstance(statement, ast.If) and isinstance(statement.test, ast.Constant) and not statement.test.value
    return never and not statement.orelse  # type: ignore[attr-defined]  # which it has


def _row(statement: ast.stmt) -> ast.Tuple | None:
    """The pieces that a statement puts; None for any other."""
    if not isinstance(statement, ast.Expr) or not isinstance(statement.value, ast.Call):
        return None
    call = statement.value
    if not isinstance(call.func, ast.Name) or call.func.id != PUT:
        return None
    return call.args[0] if isinstance(call.args[0], ast.Tuple) else None


def _put(pieces: ast.expr) -> ast.Call:
    return ast.Call(_name(PUT), [pieces], [])


def _name(word: str) -> ast.Name:
    return ast.Name(word, ast.Load())
