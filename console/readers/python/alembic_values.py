"""SQLAlchemy's own objects, made of literals: types, columns, constraints, text. Nothing of a project is among them.

Only what is listed here is ever called; it makes descriptions of schema and reads or writes nothing.
"""

from __future__ import annotations

import ast
from collections import ChainMap
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from types import ModuleType
from typing import Any

import sqlalchemy as sa
from sqlalchemy.dialects import mysql, postgresql, sqlite
from sqlalchemy.schema import conv
from sqlalchemy.types import TypeEngine

from console.readers.python.static import UnreadableError, dotted, evaluate, shown

_DIALECTS: Mapping[str, ModuleType] = {
    "postgresql": postgresql,
    "mysql": mysql,
    "mariadb": mysql,
    "sqlite": sqlite,
}
_MAKERS = frozenset(
    {"Column", "ForeignKey", "ForeignKeyConstraint", "PrimaryKeyConstraint", "UniqueConstraint", "CheckConstraint",
     "Index", "text", "literal_column", "Computed", "Identity", "Sequence", "table", "column", "Table", "MetaData",
     "true", "false", "null", "desc", "asc", "nulls_last", "nulls_first", "DefaultClause"}
)  # fmt: skip
_METHODS = frozenset(
    {"with_variant", "bindparams", "desc", "asc", "nulls_last", "nulls_first", "nullslast", "nullsfirst"}
)
_IGNORED = frozenset({"default", "onupdate", "insert_default", "info", "doc", "key_doc"})
"""What a Column keeps for Python alone: no statement changes with it (a Sequence apart)."""
DEFAULT = "default"
"""In a Column's info: Python gives it a value when a row is inserted."""
_AUTO_STRING = frozenset({"sqlmodel.sql.sqltypes.AutoString", "sqlmodel.AutoString"})


_DEEPEST = 12


@dataclass(frozen=True)
class Handle:
    """Something of Alembic's that has a meaning and no value: `op.get_bind()`, `op`, a batch."""

    name: str
    """`bind`, `context`, `inspector` or `batch`."""


BIND, CONTEXT, INSPECTOR = Handle("bind"), Handle("context"), Handle("inspector")


def known(name: str) -> Any:  # noqa: ANN401 - a class, a function, a value
    """What a dotted name of SQLAlchemy stands for. KeyError when it is none that is made here."""
    if name in _AUTO_STRING:
        return sa.String
    if not name.startswith("sqlalchemy."):
        raise KeyError(name)
    _, *between, last = name.split(".")
    if between[:1] == ["func"] or between[:2] == ["sql", "func"] or between[:3] == ["sql", "expression", "func"]:
        return getattr(sa.func, last)
    of = _DIALECTS.get(between[1]) if len(between) > 1 and between[0] == "dialects" else sa
    found = getattr(of, last, None) or getattr(sa.types, last, None)
    if isinstance(found, type) and issubclass(found, TypeEngine):
        return found
    if found is not None and (last in _MAKERS or last == "ExcludeConstraint"):
        return found
    raise KeyError(name)


class Names(Mapping[str, Any]):
    """Local names before imported ones; those of SQLAlchemy have values, others only their handles."""

    def __init__(self, local: Mapping[str, Any], imported: Mapping[str, str], dialect: str) -> None:
        """`dialect` is what the tool's engine calls its own; empty: not known."""
        self._local = local
        self._imported = imported
        self._dialect = dialect

    def __getitem__(self, key: str) -> Any:  # noqa: ANN401 - any value
        first, _, rest = key.partition(".")
        if not rest and first in self._local:
            return self._local[first]
        if first in self._local:
            return dialect_of(self._local[first], rest, self._dialect)
        if first not in self._imported:
            raise KeyError(key)
        return known(f"{self._imported[first]}.{rest}" if rest else self._imported[first])

    def __iter__(self) -> Iterator[str]:
        return iter({**self._local, **self._imported})

    def __len__(self) -> int:
        return len({**self._local, **self._imported})


_OF_DIALECT = frozenset({"dialect.name", "engine.name", "engine.dialect.name", "bind.dialect.name"})


def dialect_of(value: object, rest: str, dialect: str) -> Any:  # noqa: ANN401 - any value
    """`bind.dialect.name`, the one attribute of a connection that is known beforehand; handles lead to handles."""
    if value in (BIND, CONTEXT) and rest in _OF_DIALECT and dialect:
        return dialect
    if value == CONTEXT and rest in {"bind", "connection"}:
        return BIND
    if value == CONTEXT and rest == "as_sql":
        return False
    raise KeyError(rest)


class Values:
    """Reads expressions of one file: what they are made of, in the place where they stand."""

    def __init__(self, imported: Mapping[str, str], dialect: str) -> None:
        """`imported` says what names stand for, `dialect` is the engine's own name (empty: not known)."""
        self.imported = imported
        self.dialect = dialect
        self.functions: Mapping[str, ast.FunctionDef] = {}
        """The file's own that do nothing but give a value."""
        self.env: Mapping[str, Any] = {}
        """The file's own names."""
        self._depth = 0

    def of(self, node: ast.expr, local: Mapping[str, Any]) -> Any:  # noqa: ANN401 - any value
        """The value of an expression. UnreadableError."""
        names = Names(local, self.imported, self.dialect)
        return evaluate(
            node,
            names,
            attribute=lambda at: self.attribute(at, local),
            scoped=lambda call, around: self.call(call, _with_bound(local, around)),
        )

    def name(self, node: ast.AST, local: Mapping[str, Any]) -> str:
        """The dotted name of what is called, as imported; empty when a local name stands before it."""
        first = dotted(node).partition(".")[0]
        return "" if not first or first in local else dotted(node, self.imported)

    def attribute(self, node: ast.Attribute, local: Mapping[str, Any]) -> Any:  # noqa: ANN401 - any value
        """`op.get_bind().dialect.name` and its like."""
        rest = [node.attr]
        inner = node.value
        while isinstance(inner, ast.Attribute):
            rest.insert(0, inner.attr)
            inner = inner.value
        if isinstance(inner, ast.Call):
            value = self.of(inner, local)
            try:
                return dialect_of(value, ".".join(rest), self.dialect)
            except KeyError:
                if isinstance(value, sa.TableClause) and rest[0] in {"c", "columns"} and len(rest) == 2:
                    return value.c[rest[1]]
        raise UnreadableError(f"`{shown(node)}` is only known at run time")

    def call(self, node: ast.Call, local: Mapping[str, Any]) -> Any:  # noqa: ANN401 - any value
        """The value of a call that makes something."""
        name = self.name(node.func, local)
        special = self._special(name, node, local)
        if special is not None:
            return special
        if name.startswith("sqlalchemy.") or name in _AUTO_STRING:
            return self._made(name, node, local)
        if isinstance(node.func, ast.Name) and node.func.id in self.functions and node.func.id not in local:
            return self._given_back(self.functions[node.func.id], node, local)
        if isinstance(node.func, ast.Attribute) and node.func.attr in _METHODS:
            of = self.of(node.func.value, local)
            if isinstance(of, (sa.ClauseElement, TypeEngine)):
                return self._called(getattr(of, node.func.attr), node, local)
        raise UnreadableError(f"`{_brief(node)}` is only known at run time")

    def _given_back(self, function: ast.FunctionDef, node: ast.Call, local: Mapping[str, Any]) -> Any:  # noqa: ANN401 - any value
        """What a function of one `return` gives."""
        *_, last = function.body
        if not isinstance(last, ast.Return) or last.value is None or self._depth > _DEEPEST:
            raise UnreadableError(f"`{_brief(node)}` is only known at run time")
        self._depth += 1
        try:
            return self.of(last.value, {**self.env, **self.parameters(function, node, local)})
        finally:
            self._depth -= 1

    def parameters(self, function: ast.FunctionDef, node: ast.Call, local: Mapping[str, Any]) -> dict[str, Any]:
        """The names that a call of the file's own function binds."""
        args, words = self.arguments(node, local)
        spec = function.args
        names = [one.arg for one in (*spec.posonlyargs, *spec.args)]
        if spec.vararg or spec.kwarg or len(args) > len(names):
            raise UnreadableError(f"how {function.name}() is called is not read")
        defaults = dict(zip(reversed(names), reversed(spec.defaults), strict=False))
        found = {name: self.of(default, self.env) for name, default in defaults.items()}
        for one, default in zip(spec.kwonlyargs, spec.kw_defaults, strict=True):
            if default is not None:
                found[one.arg] = self.of(default, self.env)
        found |= dict(zip(names, args, strict=False)) | words
        if missing := {*names, *(one.arg for one in spec.kwonlyargs)} - found.keys():
            raise UnreadableError(f"{function.name}() gets no {min(missing)}")
        return found

    def _special(self, name: str, node: ast.Call, local: Mapping[str, Any]) -> Any:  # noqa: ANN401 - any value
        if name in {"alembic.op.get_bind", "alembic.context.get_bind"}:
            return BIND
        if name in {"alembic.op.get_context", "alembic.context.get_context"}:
            return CONTEXT
        if name == "sqlalchemy.inspect" or name.endswith("Inspector.from_engine"):
            return INSPECTOR
        of = local.get(_receiver(node))
        if name.endswith("context.is_offline_mode"):
            return False
        if name == "alembic.op.f" or (isinstance(of, Handle) and of.name == "batch" and _attr(node) == "f"):
            return conv(self.of(node.args[0], local))
        if of == CONTEXT and _attr(node) == "get_bind":
            return BIND
        return None

    def _made(self, name: str, node: ast.Call, local: Mapping[str, Any]) -> Any:  # noqa: ANN401 - any value
        try:
            maker = known(name)
        except KeyError:
            raise UnreadableError(f"`{_brief(node)}` is only known at run time") from None
        return self._called(maker, node, local)

    def _called(self, maker: Any, node: ast.Call, local: Mapping[str, Any]) -> Any:  # noqa: ANN401 - any value
        args, words = self.arguments(node, local, _IGNORED if maker is sa.Column else frozenset())
        if maker is sa.Column:
            words["info"] = {DEFAULT: any(word.arg in {"default", "insert_default"} for word in node.keywords)}
        try:
            return maker(*args, **words)
        except (sa.exc.SQLAlchemyError, TypeError, ValueError, AttributeError, KeyError) as error:
            raise UnreadableError(f"SQLAlchemy refuses `{_brief(node)}`: {type(error).__name__}") from None

    def arguments(
        self, node: ast.Call, local: Mapping[str, Any], ignored: frozenset[str] = frozenset()
    ) -> tuple[list[Any], dict[str, Any]]:
        """The arguments of a call; `ignored` words are not even read, unless they name a sequence."""
        args: list[Any] = []
        for one in node.args:
            if isinstance(one, ast.Starred):
                args.extend(self.of(one.value, local))
            else:
                args.append(self.of(one, local))
        words: dict[str, Any] = {}
        for word in node.keywords:
            if word.arg is None:
                words.update(self.of(word.value, local))
            elif word.arg not in ignored or "Sequence" in ast.dump(word.value):
                words[word.arg] = self.of(word.value, local)
        return args, words


def _with_bound(local: Mapping[str, Any], around: Mapping[str, Any]) -> Mapping[str, Any]:
    """The local names with those that comprehensions have bound around a call."""
    bound: dict[str, Any] = {}
    while isinstance(around, ChainMap):
        for names in around.maps[:-1]:
            bound = {**names, **bound}
        around = around.maps[-1]
    return {**local, **bound} if bound else local


def _attr(node: ast.Call) -> str:
    return node.func.attr if isinstance(node.func, ast.Attribute) else ""


def _receiver(node: ast.Call) -> str:
    of = node.func.value if isinstance(node.func, ast.Attribute) else None
    return of.id if isinstance(of, ast.Name) else ""


def _brief(node: ast.AST) -> str:
    text = " ".join(ast.unparse(node).split())
    return text if len(text) <= 60 else f"{text[:57]}..."


def gives_a_value(function: ast.FunctionDef) -> bool:
    """It is one `return`, and nothing else but a docstring."""
    body = [one for one in function.body if not (isinstance(one, ast.Expr) and isinstance(one.value, ast.Constant))]
    return len(body) == 1 and isinstance(body[0], ast.Return) and not function.decorator_list
