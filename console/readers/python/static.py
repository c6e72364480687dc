"""What a Python expression must be, found from its syntax alone: literals, names bound once, and plain string work.

Nothing is imported and nothing is called but what this module lists; everything else is an `UnreadableError` that says
which text could not be known. A value that something might have changed since it was bound counts as unknown.
"""

from __future__ import annotations

import ast
import re
from collections import ChainMap
from collections.abc import Callable, ItemsView, Iterable, Iterator, KeysView, Mapping, Sized, ValuesView
from typing import Any, cast

from console.readers.python.operators import BINARY, COMPARE, DICT_METHODS, FUNCTIONS, STRING_METHODS, UNARY
from console.readers.python.segments import segment

LARGEST = 2_000_000
"""Characters of a file, and of a value made of it: more is no migration."""
_MOST = 100_000
"""Items of a value."""


class UnreadableError(Exception):
    """Something that only a run could tell; its text says what and why, for people."""


Names = Mapping[str, Any]
"""What names stand for. `UNKNOWN` marks a name that is bound to something which is not known."""
CallReader = Callable[[ast.Call], Any]
"""Gives the value of a call, or raises UnreadableError."""
ScopedReader = Callable[[ast.Call, Names], Any]
"""The same for who needs the names that a comprehension has bound around the call: a ChainMap, innermost first."""
AttributeReader = Callable[[ast.Attribute], Any]
"""Gives the value of an attribute, or raises UnreadableError."""


class _Unknown:
    def __repr__(self) -> str:
        return "UNKNOWN"


UNKNOWN: Any = _Unknown()


def parse(text: str) -> ast.Module:
    """The tree of a file. UnreadableError where Python could not parse it either."""
    if len(text) > LARGEST:
        raise UnreadableError("the file is larger than any that is read")
    try:
        return ast.parse(text)
    except (SyntaxError, ValueError, RecursionError, MemoryError) as error:
        where = f" in line {error.lineno}" if isinstance(error, SyntaxError) and error.lineno else ""
        raise UnreadableError(f"the file cannot be parsed{where}") from None


def shown(node: ast.AST, text: str = "") -> str:
    """The text of a node as it stands in the file, else as Python would write it."""
    return segment(text, node) or ast.unparse(node)


def imports(tree: ast.Module) -> dict[str, str]:
    """What a module's imported names stand for: `sa` for `sqlalchemy`, `Text` for `sqlalchemy.types.Text`."""
    found: dict[str, str] = {}
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            for name in node.names:
                first = name.name.partition(".")[0]
                found[name.asname or first] = name.name if name.asname else first
        elif isinstance(node, ast.ImportFrom):
            module = "." * node.level + (node.module or "")
            for name in node.names:
                glue = "" if module.endswith(".") else "."
                found[name.asname or name.name] = f"{module}{glue}{name.name}"
    return found


def dotted(node: ast.AST, known: Mapping[str, str] | None = None) -> str:
    """`sa.dialects.postgresql` of a name or a chain of attributes, its first part replaced as imported; else empty."""
    parts: list[str] = []
    while isinstance(node, ast.Attribute):
        parts.append(node.attr)
        node = node.value
    if not isinstance(node, ast.Name):
        return ""
    first = (known or {}).get(node.id, node.id)
    return ".".join([first, *reversed(parts)])


def bound(body: Iterable[ast.stmt], names: Names | None = None, call: CallReader | None = None) -> dict[str, Any]:
    """The names that a module's (or a class's) body binds exactly once, at its own level, to something known.

    All others that it binds are UNKNOWN.
    """
    body = list(body)
    changed = changed_names(body)
    found: dict[str, Any] = {}
    for target, value in assignments(body):
        if target in found or target in changed:
            found[target] = UNKNOWN
            continue
        try:
            found[target] = evaluate(value, ChainMap(found, cast("dict[str, Any]", names or {})), call)
        except UnreadableError:
            found[target] = UNKNOWN
    return found | dict.fromkeys(changed - found.keys(), UNKNOWN)


def assignments(body: Iterable[ast.stmt]) -> Iterator[tuple[str, ast.expr]]:
    """The plain assignments of a body to names, in order."""
    for node in body:
        if isinstance(node, ast.Assign):
            yield from ((target.id, node.value) for target in node.targets if isinstance(target, ast.Name))
        elif isinstance(node, ast.AnnAssign) and node.value is not None and isinstance(node.target, ast.Name):
            yield node.target.id, node.value


MUTATORS: frozenset[str] = frozenset(
    {"append", "extend", "insert", "remove", "pop", "clear", "sort", "reverse", "update", "add", "discard",
     "setdefault", "popitem", "difference_update", "intersection_update", "symmetric_difference_update"}
)  # fmt: skip


def changed_names(body: Iterable[ast.stmt]) -> set[str]:
    """Names that are bound or changed otherwise than by one plain assignment of the body itself."""
    plain = {id(target) for node in body for target in _plain_targets(node)}
    found: set[str] = set()
    for node in (inside for statement in body for inside in ast.walk(statement)):
        if isinstance(node, ast.Name) and not isinstance(node.ctx, ast.Load) and id(node) not in plain:
            found.add(node.id)
        elif isinstance(node, ast.Attribute) and isinstance(node.value, ast.Name):
            if node.attr in MUTATORS or not isinstance(node.ctx, ast.Load):
                found.add(node.value.id)
        elif isinstance(node, ast.Subscript) and not isinstance(node.ctx, ast.Load):
            found.update(name.id for name in ast.walk(node.value) if isinstance(name, ast.Name))
    return found


def _plain_targets(node: ast.stmt) -> list[ast.expr]:
    if isinstance(node, ast.Assign):
        return node.targets
    return [node.target] if isinstance(node, ast.AnnAssign) else []


def evaluate(
    node: ast.expr,
    names: Names | None = None,
    call: CallReader | None = None,
    attribute: AttributeReader | None = None,
    scoped: ScopedReader | None = None,
) -> Any:  # noqa: ANN401 - what the text says
    """The value of an expression; `call` (or `scoped`) and `attribute` read what this module does not know.
    UnreadableError."""
    reader = scoped or (None if call is None else lambda node, _: call(node))
    try:
        value = _Reader({} if names is None else names, reader, attribute).value(node)
    except UnreadableError:
        raise
    except RecursionError:
        raise UnreadableError("it is nested too deeply") from None
    except Exception as error:  # noqa: BLE001 - what Python would raise there, too: it is part of the answer
        raise UnreadableError(f"`{_short(node)}` fails with {type(error).__name__}") from None
    return value


def _short(node: ast.AST) -> str:
    text = " ".join(ast.unparse(node).split())
    return text if len(text) <= 60 else f"{text[:57]}..."


_WIDE = re.compile(r"\d{5}")
"""A width in a format that would make a value far larger than its text."""
_PLAIN = (str, bytes, int, float, bool, type(None), tuple, list, dict, set, frozenset, range)
"""What operators and methods are applied to: of anything else only its reader knows what they mean."""


class _Reader:
    """One reading, with the names that stand around it."""

    def __init__(self, names: Names, call: ScopedReader | None, attribute: AttributeReader | None) -> None:
        self._names = names
        self._other = call
        self._attribute_reader = attribute

    def value(self, node: ast.expr) -> Any:  # noqa: ANN401 - any value
        """The value of a node."""
        reader = getattr(self, f"_{type(node).__name__.lower()}", None)
        if reader is None:
            raise UnreadableError(f"`{_short(node)}` is only known at run time")
        return _bounded(reader(node), node)

    def _constant(self, node: ast.Constant) -> Any:  # noqa: ANN401 - any value
        return node.value

    def _name(self, node: ast.Name) -> Any:  # noqa: ANN401 - any value
        value = self._names.get(node.id, UNKNOWN)
        if value is UNKNOWN:
            raise UnreadableError(f"`{node.id}` is only known at run time")
        return value

    def _attribute(self, node: ast.Attribute) -> Any:  # noqa: ANN401 - any value
        known = self._names.get(dotted(node), UNKNOWN) if dotted(node) else UNKNOWN
        if known is UNKNOWN and self._attribute_reader is not None:
            return self._attribute_reader(node)
        if known is UNKNOWN:
            raise UnreadableError(f"`{_short(node)}` is only known at run time")
        return known

    def _tuple(self, node: ast.Tuple) -> tuple[Any, ...]:
        return tuple(self._items(node.elts))

    def _list(self, node: ast.List) -> list[Any]:
        return self._items(node.elts)

    def _set(self, node: ast.Set) -> set[Any]:
        return set(self._items(node.elts))

    def _items(self, nodes: Iterable[ast.expr]) -> list[Any]:
        found: list[Any] = []
        for node in nodes:
            if isinstance(node, ast.Starred):
                found.extend(_plain(self.value(node.value), node))
            else:
                found.append(self.value(node))
        return found

    def _dict(self, node: ast.Dict) -> dict[Any, Any]:
        found: dict[Any, Any] = {}
        for key, value in zip(node.keys, node.values, strict=True):
            if key is None:
                found.update(_plain(self.value(value), value))
            else:
                found[self.value(key)] = self.value(value)
        return found

    def _joinedstr(self, node: ast.JoinedStr) -> str:
        return "".join(str(self.value(part)) for part in node.values)

    def _formattedvalue(self, node: ast.FormattedValue) -> str:
        value = _plain(self.value(node.value), node)
        spec = _narrow(self.value(node.format_spec), node) if node.format_spec is not None else ""
        shapes: Mapping[int, Callable[[object], str]] = {ord("r"): repr, ord("s"): str, ord("a"): ascii}
        return format(shapes[node.conversion](value) if node.conversion in shapes else value, spec)

    def _binop(self, node: ast.BinOp) -> Any:  # noqa: ANN401 - any value
        left, right = _plain(self.value(node.left), node), _plain(self.value(node.right), node)
        if isinstance(node.op, ast.Mod) and isinstance(left, (str, bytes)):
            _narrow(left, node)
        if type(node.op) not in BINARY or (isinstance(node.op, ast.Mult) and _product(left, right) > LARGEST):
            raise UnreadableError(f"`{_short(node)}` is only known at run time")
        return BINARY[type(node.op)](left, right)

    def _unaryop(self, node: ast.UnaryOp) -> Any:  # noqa: ANN401 - any value
        if type(node.op) not in UNARY:
            raise UnreadableError(f"`{_short(node)}` is only known at run time")
        return UNARY[type(node.op)](_plain(self.value(node.operand), node))

    def _boolop(self, node: ast.BoolOp) -> Any:  # noqa: ANN401 - any value
        value: Any = None
        for one in node.values:
            value = _plain(self.value(one), one)
            if bool(value) is isinstance(node.op, ast.Or):
                break
        return value

    def _compare(self, node: ast.Compare) -> bool:
        left = _plain(self.value(node.left), node)
        for how, other in zip(node.ops, node.comparators, strict=True):
            right = _plain(self.value(other), node)
            if not COMPARE[type(how)](left, right):
                return False
            left = right
        return True

    def _ifexp(self, node: ast.IfExp) -> Any:  # noqa: ANN401 - any value
        return self.value(node.body if _plain(self.value(node.test), node.test) else node.orelse)

    def _subscript(self, node: ast.Subscript) -> Any:  # noqa: ANN401 - any value
        return _plain(self.value(node.value), node)[self.value(node.slice)]

    def _slice(self, node: ast.Slice) -> slice:
        return slice(*(self.value(part) if part is not None else None for part in (node.lower, node.upper, node.step)))

    def _listcomp(self, node: ast.ListComp) -> list[Any]:
        return [reader.value(node.elt) for reader in self._loops(node.generators)]

    _generatorexp = _listcomp

    def _dictcomp(self, node: ast.DictComp) -> dict[Any, Any]:
        return {reader.value(node.key): reader.value(node.value) for reader in self._loops(node.generators)}

    def _loops(self, generators: list[ast.comprehension]) -> Iterator[_Reader]:
        if not generators:
            yield self
            return
        first, *rest = generators
        for item in _plain(self.value(first.iter), first.iter):
            names = ChainMap(unpacked(first.target, item), cast("dict[str, Any]", self._names))
            inner = _Reader(names, self._other, self._attribute_reader)
            if all(_plain(inner.value(test), test) for test in first.ifs):
                yield from inner._loops(rest)

    def _call(self, node: ast.Call) -> Any:  # noqa: ANN401 - any value
        """Plain calls first; the rest is for who knows the tool."""
        try:
            return self._plain_call(node)
        except UnreadableError:
            if self._other is None:
                raise
        return self._other(node, self._names)

    def _plain_call(self, node: ast.Call) -> Any:  # noqa: ANN401 - any value
        function = self._function(node)
        positional = [_plain(item, node) for item in self._items(node.args)]
        if any(word.arg is None for word in node.keywords):
            raise UnreadableError(f"`{_short(node)}` is only known at run time")
        named = {word.arg or "": _plain(self.value(word.value), node) for word in node.keywords}
        _growing(node, getattr(function, "__self__", None), positional)
        made = function(*positional, **named)
        return list(made) if isinstance(made, (zip, enumerate, KeysView, ItemsView, ValuesView)) else made

    def _function(self, node: ast.Call) -> Callable[..., Any]:
        """What is called, when it is one of those that are known here."""
        if isinstance(node.func, ast.Name) and node.func.id in FUNCTIONS and node.func.id not in self._names:
            return FUNCTIONS[node.func.id]
        if isinstance(node.func, ast.Attribute) and node.func.attr in STRING_METHODS | DICT_METHODS:
            of = _plain(self.value(node.func.value), node)
            if node.func.attr in (STRING_METHODS if isinstance(of, str) else DICT_METHODS) and isinstance(
                of, (str, dict)
            ):
                return cast("Callable[..., Any]", getattr(of, node.func.attr))
        raise UnreadableError(f"`{_short(node)}` is only known at run time")


def unpacked(target: ast.expr, value: Any) -> dict[str, Any]:  # noqa: ANN401 - any value
    """The names a target binds to a value: `a, (b, c)`."""
    if isinstance(target, ast.Name):
        return {target.id: value}
    if not isinstance(target, (ast.Tuple, ast.List)):
        raise UnreadableError(f"`{_short(target)}` is only known at run time")
    items = list(_plain(value, target))
    if len(items) != len(target.elts) or any(isinstance(one, ast.Starred) for one in target.elts):
        raise UnreadableError(f"`{_short(target)}` is only known at run time")
    found: dict[str, Any] = {}
    for one, item in zip(target.elts, items, strict=True):
        found.update(unpacked(one, item))
    return found


def _plain(value: Any, node: ast.AST) -> Any:  # noqa: ANN401 - any value
    if not isinstance(value, _PLAIN):
        raise UnreadableError(f"`{_short(node)}` is only known at run time")
    return value


def _narrow(text: Any, node: ast.AST) -> Any:  # noqa: ANN401 - any value
    if _WIDE.search(text if isinstance(text, str) else repr(text)):
        raise UnreadableError(f"`{_short(node)}` is larger than anything that is read")
    return text


def _growing(node: ast.Call, of: Any, given: list[Any]) -> None:  # noqa: ANN401 - any value
    """Refuse what would make a value far larger than its parts, before it is made."""
    word = node.func.attr if isinstance(node.func, ast.Attribute) else getattr(node.func, "id", "")
    if word == "range" and any(isinstance(item, int) and abs(item) > _MOST for item in given):
        raise UnreadableError(f"`{_short(node)}` is larger than anything that is read")
    if word == "format":
        _narrow(of, node)
    if word in {"replace", "join"} and given:
        sizes = [len(item) for item in (given[-1], *given[:1]) if isinstance(item, Sized)]
        if len(of) * max(sizes, default=0) > 10 * LARGEST:
            raise UnreadableError(f"`{_short(node)}` is larger than anything that is read")


def _bounded(value: Any, node: ast.AST) -> Any:  # noqa: ANN401 - any value
    most = LARGEST if isinstance(value, (str, bytes)) else _MOST
    if isinstance(value, Sized) and len(value) > most:
        raise UnreadableError(f"`{_short(node)}` is larger than anything that is read")
    return value


def _product(left: Any, right: Any) -> int:  # noqa: ANN401 - any value
    sizes = [abs(side) if isinstance(side, int) else len(side) for side in (left, right) if not isinstance(side, float)]
    return int(sizes[0] * sizes[1]) if len(sizes) == 2 else 0
