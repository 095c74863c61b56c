"""How templates become Python: what they call is called, what they name is looked up, and nothing is asked first.

Jinja asks of each call whether the function wants a context, of each attribute whether it may be an item of a mapping,
and wraps each piece of a page anew. Nothing here needs that, and it was a third of the time a page took. So in our
templates `a.b` is an attribute, `a['b']` an item; only inside a test (`a.b is defined`) may `a.b` be missing.
"""

from collections.abc import Callable, MutableMapping
from keyword import iskeyword
from threading import Lock
from types import CodeType
from typing import Any

from jinja2 import BytecodeCache, Environment, nodes
from jinja2.bccache import Bucket
from jinja2.compiler import CodeGenerator, Frame, MacroRef
from jinja2.utils import missing
from markupsafe import Markup, escape

from server.gathering import gathered

# In Python 3.11 threads that turn source into a tree, or a tree into code, count their depth together, and fail when
# one makes way for another in the middle (CPython's issue 106905).
_ONE_AT_A_TIME = Lock()
_new = str.__new__
_WHETHER = ("defined", "undefined")


def written(value: object) -> str:
    """What `escape` gives, as plain words where nothing in them needs it: it only becomes part of a page."""
    kind = type(value)
    if kind is Markup:
        return value  # type: ignore[return-value]  # which is a string
    if kind is str:
        words: str = value  # type: ignore[assignment]  # as just seen
        if not ("&" in words or "<" in words or ">" in words or '"' in words or "'" in words):
            return words
    return escape(value)


def safe(words: str) -> Markup:
    """Words that are HTML already: every part of them was written by us or escaped."""
    return _new(Markup, words)


class Called:
    """A macro: its function takes an argument for each name, `missing` for one with a default that was not given."""

    __slots__ = ("_count", "_function", "_name", "_names")

    def __init__(self, function: Callable[..., str], name: str, names: tuple[str, ...]) -> None:
        self._function, self._name, self._names, self._count = function, name, names, len(names)

    def __call__(self, *given: object, **named: object) -> Markup:
        """What the macro makes; `TypeError` for what it does not take."""
        if len(given) != self._count or named:
            given = (*given, *(named.pop(name, missing) for name in self._names[len(given) :]))
            if named or len(given) > self._count:
                raise TypeError(f"macro {self._name!r} takes {', '.join(self._names)}")
        return _new(Markup, self._function(*given))


class Directly(CodeGenerator):
    """Writes the Python of a template; what it does not override is Jinja's own."""

    _testing = 0

    def visit_Call(  # noqa: N802 - Jinja's
        self, node: nodes.Call, frame: Frame, forward_caller: bool = False
    ) -> None:
        """`f(a, b=c)` as just that."""
        plain = not (node.dyn_args or node.dyn_kwargs or forward_caller or any(iskeyword(k.key) for k in node.kwargs))
        if not plain:
            super().visit_Call(node, frame, forward_caller=forward_caller)
            return
        self.visit(node.node, frame)
        self.write("(")
        for argument in (*node.args, *node.kwargs):
            self.visit(argument, frame)
            self.write(", ")
        self.write(")")

    def visit_Getattr(self, node: nodes.Getattr, frame: Frame) -> None:  # noqa: N802 - Jinja's
        """`a.b` as just that."""
        if self._testing or iskeyword(node.attr):
            super().visit_Getattr(node, frame)
            return
        self.visit(node.node, frame)
        self.write(f".{node.attr}")

    def visit_Test(self, node: nodes.Test, frame: Frame) -> None:  # noqa: N802 - Jinja's
        """A test whether a name is there, which therefore may be missing; any other takes what is there."""
        if node.name in _WHETHER:
            self._testing += 1
            super().visit_Test(node, frame)
            self._testing -= 1
        elif node.name == "none":
            self.write("(")
            self.visit(node.node, frame)
            self.write(" is None)")
        else:
            super().visit_Test(node, frame)

    def macro_def(self, macro_ref: MacroRef, frame: Frame) -> None:
        """A macro that takes what it names, and nothing else."""
        if macro_ref.accesses_kwargs or macro_ref.accesses_varargs or macro_ref.accesses_caller:
            super().macro_def(macro_ref, frame)
            return
        names = tuple(argument.name for argument in macro_ref.node.args)
        name = getattr(macro_ref.node, "name", None)
        self.write(f"environment.called(macro, {name!r}, {names!r})")

    def _output_child_pre(self, node: nodes.Expr, frame: Frame, finalize: Any) -> None:
        if frame.eval_ctx.volatile or not frame.eval_ctx.autoescape or finalize.src is not None:
            super()._output_child_pre(node, frame, finalize)
        else:
            self.write("environment.written(")


class KeptCode(BytecodeCache):
    """Templates that were compiled before, by this process or the one that started it: `known` is added to."""

    def __init__(self, known: dict[str, bytes]) -> None:
        self.known = known

    def load_bytecode(self, bucket: Bucket) -> None:
        """Give what is known of a template."""
        code = self.known.get(bucket.key)
        if code is not None:
            bucket.bytecode_from_string(code)

    def dump_bytecode(self, bucket: Bucket) -> None:
        """Remember a template."""
        self.known[bucket.key] = bucket.bytecode_to_string()


class Compiled(Environment):
    """Templates that are compiled so."""

    code_generator_class = Directly
    called = Called
    written = staticmethod(written)

    def _compile(self, source: str, filename: str) -> CodeType:
        with _ONE_AT_A_TIME:
            return compile(gathered(source), filename, "exec")

    def make_globals(self, d: MutableMapping[str, Any] | None) -> MutableMapping[str, Any]:
        """What every template may name, as a plain mapping: each page starts from a copy."""
        return {**self.globals, **(d or {})}
