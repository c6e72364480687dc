"""What stands in a Django file, as values: literals, references, and calls that are not made.

A call becomes a `Made` with its path and its arguments; what cannot be known becomes `Unsure`, in its own
place, so that one help text nobody can read does not hide a table.
"""

from __future__ import annotations

import ast
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

from console.readers.python.static import UNKNOWN, UnreadableError, bound, dotted, evaluate, imports, parse, shown


@dataclass(frozen=True, slots=True)
class Reference:
    """A name that is not called: `django.db.models.deletion.CASCADE`, `uuid.uuid4`."""

    path: str


@dataclass(frozen=True, slots=True)
class Unsure:
    """A value that only a run could tell."""

    text: str


@dataclass(frozen=True, slots=True)
class Made:
    """A call as it is written: `django.db.models.CharField(max_length=40)`."""

    path: str
    args: tuple[Any, ...] = ()
    kwargs: Mapping[str, Any] = field(default_factory=dict)
    text: str = field(default="", compare=False)
    line: int = field(default=1, compare=False)

    @property
    def name(self) -> str:
        """The last word of its path."""
        return self.path.rpartition(".")[2]


_COLLECTIONS = frozenset({"set", "list", "tuple", "dict", "frozenset"})


class Values:
    """The values of one module's expressions."""

    def __init__(self, text: str, package: str = "") -> None:
        """`package` is what relative imports start from. UnreadableError where the text is no Python."""
        self.text = text
        self.tree = parse(text)
        self.imports = {name: _absolute(path, package) for name, path in imports(self.tree).items()}
        self.defined = {n.name for n in self.tree.body if isinstance(n, (ast.FunctionDef, ast.ClassDef))}
        self.names = {name: value for name, value in bound(self.tree.body).items() if name not in self.defined}

    def of(self, node: ast.expr) -> Any:  # noqa: ANN401 - any value
        """The value of an expression; what is not known in it is `Unsure` in its place."""
        if isinstance(node, ast.Call):
            return self._call(node)
        if isinstance(node, (ast.Name, ast.Attribute)):
            return self._name(node)
        if isinstance(node, (ast.List, ast.Tuple, ast.Set)):
            return self._items(node)
        if isinstance(node, ast.Dict):
            return self._dict(node)
        if isinstance(node, ast.BinOp):
            return self._binary(node)
        if isinstance(node, ast.UnaryOp) and isinstance(node.op, ast.Invert):
            return self._denied(node)
        return self._plain(node)

    def _plain(self, node: ast.expr) -> Any:  # noqa: ANN401 - any value
        try:
            return evaluate(node, self.names)
        except UnreadableError:
            return Unsure(ast.unparse(node))

    def _call(self, node: ast.Call) -> Any:  # noqa: ANN401 - any value
        path = dotted(node.func, self.imports)
        if isinstance(node.func, ast.Attribute) and isinstance(node.func.value, ast.Call) and self._orders(node):
            text = shown(node, self.text)
            down = {"descending": node.func.attr == "desc"}
            return Made("django.db.models.OrderBy", (self.of(node.func.value),), down, text, node.lineno)
        if not path or any(word.arg is None for word in node.keywords):
            return self._plain(node)
        if any(isinstance(arg, ast.Starred) for arg in node.args):
            return Unsure(ast.unparse(node))
        if path in _COLLECTIONS:
            return self._plain(node)
        return Made(
            path,
            tuple(self.of(arg) for arg in node.args),
            {word.arg: self.of(word.value) for word in node.keywords if word.arg},
            shown(node, self.text),
            node.lineno,
        )

    def _orders(self, node: ast.Call) -> bool:
        """`F("x").desc()`."""
        plain = isinstance(node.func, ast.Attribute) and node.func.attr in ("asc", "desc")
        return plain and not node.args and not node.keywords

    def _name(self, node: ast.Name | ast.Attribute) -> Any:  # noqa: ANN401 - any value
        path = dotted(node, self.imports)
        first = path.partition(".")[0]
        if isinstance(node, ast.Name) and node.id in self.names:
            value = self.names[node.id]
            return Unsure(node.id) if value is UNKNOWN else value
        if not path or first in self.names:
            return Unsure(ast.unparse(node))
        return Reference(path)

    def _items(self, node: ast.List | ast.Tuple | ast.Set) -> Any:  # noqa: ANN401 - a list or a tuple
        if any(isinstance(item, ast.Starred) for item in node.elts):
            return self._plain(node)
        found = [self.of(item) for item in node.elts]
        return found if isinstance(node, ast.List) else tuple(found)

    def _dict(self, node: ast.Dict) -> Any:  # noqa: ANN401 - a dict
        if None in node.keys:
            return self._plain(node)
        pairs = zip(node.keys, node.values, strict=True)
        return {self._key(key): self.of(value) for key, value in pairs if key is not None}

    def _key(self, node: ast.expr) -> Any:  # noqa: ANN401 - a key
        key = self._plain(node)
        return key if isinstance(key, (str, int, bytes, float, tuple)) else repr(key)

    def _denied(self, node: ast.UnaryOp) -> Any:  # noqa: ANN401 - any value
        """`~Q(a=1)`."""
        made = self.of(node.operand)
        if isinstance(made, Made) and made.name == "Q" and "_negated" not in made.kwargs:
            return Made(made.path, made.args, {**made.kwargs, "_negated": True}, ast.unparse(node), node.lineno)
        return Unsure(ast.unparse(node))

    def _binary(self, node: ast.BinOp) -> Any:  # noqa: ANN401 - any value
        """`Q(a=1) | Q(b=2)` and lists put together; the rest is plain."""
        left, right = self.of(node.left), self.of(node.right)
        if isinstance(left, list) and isinstance(right, list) and isinstance(node.op, ast.Add):
            return [*left, *right]
        if isinstance(left, Made) or isinstance(right, Made):
            words = {ast.BitOr: "|", ast.BitAnd: "&", ast.Div: "/", ast.Add: "+", ast.Sub: "-", ast.Mult: "*"}
            return Made(words.get(type(node.op), "?"), (left, right), {}, ast.unparse(node), node.lineno)
        return self._plain(node)


def _absolute(path: str, package: str) -> str:
    """`.fields.Money` seen from `shop.migrations`."""
    plain = path.lstrip(".")
    up = len(path) - len(plain)
    if not up:
        return path
    parts = package.split(".")
    return ".".join([*parts[: len(parts) - up + 1], plain])


def sure(value: Any) -> bool:  # noqa: ANN401 - any value
    """Whether all of a value is known."""
    return not any(isinstance(part, (Unsure, Reference, Made)) for part in parts(value))


def parts(value: Any) -> Iterator[Any]:  # noqa: ANN401 - any value
    """A value and everything inside it."""
    yield value
    inside: list[Any] = []
    if isinstance(value, (list, tuple, set)):
        inside = list(value)
    elif isinstance(value, dict):
        inside = [*value, *value.values()]
    for part in inside:
        yield from parts(part)
