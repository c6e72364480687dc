"""One call of a migration: what it sends, or why that is not known."""

from __future__ import annotations

import ast
import inspect
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

import sqlalchemy as sa
from sqlalchemy.types import SchemaType

from console.core.refs import Kind, Ref
from console.core.statements import Guard
from console.readers.python.alembic_ddl import Ddl
from console.readers.python.alembic_ops import Ops
from console.readers.python.alembic_values import BIND, DEFAULT, INSPECTOR, Handle, Values
from console.readers.python.static import UNKNOWN, UnreadableError, shown

_BATCH_FIRST = frozenset({"add_column", "drop_column", "alter_column", "create_table_comment", "drop_table_comment"})
"""Operations whose table stands before everything else; of the others it stands second."""
_BATCH_SECOND = frozenset(
    {"create_index", "drop_index", "create_foreign_key", "create_unique_constraint", "create_primary_key",
     "create_check_constraint", "create_exclude_constraint", "drop_constraint"}
)  # fmt: skip
_SILENT_MODULES = ("logging.", "warnings.", "sqlalchemy.", "uuid.", "datetime.", "os.", "json.", "re.", "decimal.",
                   "typing.", "pathlib.", "textwrap.", "time.", "collections.", "itertools.", "enum.")  # fmt: skip
_SILENT_NAMES = frozenset(
    {"print", "len", "str", "int", "float", "bool", "list", "dict", "tuple", "set", "sorted", "range", "zip",
     "enumerate", "min", "max", "any", "all", "sum", "isinstance", "getattr", "hasattr", "repr", "map", "filter"}
)  # fmt: skip
_SILENT_OPS = frozenset({"alembic.op.get_bind", "alembic.op.get_context", "alembic.op.f", "alembic.op.inline_literal"})
_LOGGERS = frozenset({"log", "logger", "LOG", "LOGGER", "_logger", "logging"})
_RESULTS = frozenset(
    {"fetchall", "fetchone", "scalar", "scalar_one", "scalar_one_or_none", "scalars", "all", "first", "one", "mappings",
     "one_or_none", "close", "fetchmany"}
)  # fmt: skip
_ONLY_READS = re.compile(
    r"\s*SELECT\b(?!.*\b(INTO|FOR\s+(UPDATE|SHARE)|setval|nextval|\w+_lock)\b)", re.IGNORECASE | re.DOTALL
)
_CALLS = re.compile(
    r"\b(?!count|max|min|sum|coalesce|exists|lower|upper|in|and|or|not|where|values|from)(\w+)\s*\(", re.IGNORECASE
)


COPIED = "Alembic makes the whole table anew from its live definition here, so the SQL depends on it"


@dataclass(frozen=True)
class Batch(Handle):
    """`with op.batch_alter_table('users') as batch`: its operations are sent when it ends."""

    table: str = ""
    schema: str | None = None
    recreate: str = "auto"
    """SQLite: `always`, `never`, or `auto`, which is where ALTER TABLE cannot do what is asked."""
    asks: list[str] = field(default_factory=list, compare=False)
    """SQLite: what makes Alembic copy the table."""

    @property
    def copies(self) -> bool:
        """Whether the table is made anew instead of altered."""
        return bool(self.asks)


@dataclass(frozen=True)
class Found:
    """What one call sends."""

    sql: tuple[str, ...] = ()
    guards: tuple[Guard, ...] = ()
    effects: tuple[str, ...] = ()
    """What a part of a copied table leaves behind, for itself."""
    batch: Batch | None = None
    """It is sent when this ends."""
    value: Any = UNKNOWN


def of_batch(args: list[Any], words: Mapping[str, Any], dialect: str) -> Batch:
    """The batch that these arguments begin. UnreadableError where the table is copied on a server that could alter
    it."""
    given = dict(zip(("table_name", "schema", "recreate"), args, strict=False)) | dict(words)
    recreate = str(given.get("recreate", "auto"))
    if recreate == "always" and dialect != "sqlite":
        raise UnreadableError(COPIED)
    asks = ["recreate"] if recreate == "always" else []
    return Batch("batch", str(given["table_name"]), given.get("schema"), recreate, asks)


class Sender:
    """Reads the calls of one file."""

    def __init__(self, values: Values, ops: Ops, home: str, env: Mapping[str, Any]) -> None:
        """`env` are the file's own names; `home` is what unqualified names mean."""
        self.env = env
        self._values = values
        self._ops = ops
        self._home = home

    @property
    def dialect(self) -> str:
        """The dialect's name."""
        return self._ops.ddl.dialect.name

    @property
    def _ddl(self) -> Ddl:
        return self._ops.ddl

    def send(self, node: ast.expr, env: Mapping[str, Any], *, used: bool = False) -> Found:
        """What a call sends. UnreadableError. `used`: its result is looked at."""
        call = _inner(node)
        if call is None:
            raise UnreadableError("it is only known at run time what this sends")
        name = self._values.name(call.func, env)
        if name.startswith("alembic.op."):
            return self._operation(name.removeprefix("alembic.op."), call, env)
        if isinstance(call.func, ast.Attribute):
            found = self._method(call, call.func, env, used=used)
            if found is not None:
                return found
        if self.is_harmless(call, env):
            return Found()
        raise UnreadableError(f"what `{_brief(call.func)}` sends is only known at run time")

    def _operation(self, name: str, call: ast.Call, env: Mapping[str, Any]) -> Found:
        if f"alembic.op.{name}" in _SILENT_OPS:
            return Found()
        if not hasattr(Ops, name) or name.startswith("_") or name == "add_constraint":
            raise UnreadableError(f"op.{name} is not read")
        args, words = self._values.arguments(call, env)
        sql = self._asked(name, args, words)
        value = UNKNOWN
        if name == "create_table" and not any(part.info.get(DEFAULT) for part in args if isinstance(part, sa.Column)):
            columns = [sa.column(part.name, part.type) for part in args if isinstance(part, sa.Column)]
            value = sa.table(args[0], *columns, schema=words.get("schema"))
        return Found(tuple(sql), value=value)

    def _asked(self, name: str, args: list[Any], words: Mapping[str, Any]) -> list[str]:
        """SQLAlchemy and Python refuse wrong arguments here as they would there."""
        try:
            return list(getattr(self._ops, name)(*args, **words))
        except UnreadableError:
            raise
        except (sa.exc.SQLAlchemyError, TypeError, ValueError, AttributeError, KeyError, RuntimeError) as error:
            raise UnreadableError(f"op.{name} refuses these arguments ({type(error).__name__})") from None

    def _method(self, call: ast.Call, func: ast.Attribute, env: Mapping[str, Any], *, used: bool) -> Found | None:
        try:
            of = self._values.of(func.value, env)
        except UnreadableError:
            return None
        if isinstance(of, Batch):
            return self._in_batch(of, func.attr, call, env)
        if of == BIND and func.attr in {"execute", "exec_driver_sql", "scalar", "scalars"}:
            return self._executed(func.attr, call, env, used=used)
        if isinstance(of, SchemaType) and func.attr in {"create", "drop"}:
            return self._type(of, func.attr, call, env)
        return None

    def _in_batch(self, batch: Batch, name: str, call: ast.Call, env: Mapping[str, Any]) -> Found:
        args, words = self._values.arguments(call, env)
        if name in {"execute", "bulk_insert"}:
            return Found(tuple(self._asked(name, args, words)))
        if name in {"f", "get_bind", "get_context"}:
            return Found()
        if name not in _BATCH_FIRST | _BATCH_SECOND:
            raise UnreadableError(f"batch_op.{name} is not read")
        if self.dialect == "sqlite" and batch.recreate != "never" and _is_copied(name, args):
            batch.asks.append(name)
            return Found(batch=batch, effects=tuple(self._left_by(name, batch, args, words)))
        at, word = (0, "table_name") if name in _BATCH_FIRST else (1, "table_name")
        word = "source_table" if name == "create_foreign_key" else word
        if len(args) >= at:
            args.insert(at, batch.table)
        else:
            words[word] = batch.table
        if name == "create_foreign_key":
            words = {"source_schema": batch.schema, **words}
        elif batch.schema is not None:
            words = {"schema": batch.schema, **words}
        for word in ("insert_before", "insert_after"):
            words.pop(word, None)
        return Found(tuple(self._asked(name, args, words)), batch=batch)

    def _left_by(self, name: str, batch: Batch, args: list[Any], words: Mapping[str, Any]) -> Iterator[str]:
        """What ALTER TABLE would do that leaves the same in a table that is made anew, where it has words for that."""
        of = self._ddl.alter(batch.table, batch.schema)
        column = self._ddl.quoted(args[0]) if args and isinstance(args[0], str) else ""
        if name == "add_column" and args:
            yield f"{of} ADD COLUMN {self._ddl.column(args[0])}"
        elif name == "drop_column" and column:
            yield f"{of} DROP COLUMN {column}"
        elif name == "alter_column" and column and words.get("new_column_name") is not None:
            yield f"{of} RENAME COLUMN {column} TO {self._ddl.quoted(str(words['new_column_name']))}"

    def _executed(self, how: str, call: ast.Call, env: Mapping[str, Any], *, used: bool) -> Found:
        args, words = self._values.arguments(call, env)
        if len(args) != 1 or words:
            raise UnreadableError("it is sent with parameters, which are not read")
        plain = isinstance(args[0], str) and how == "exec_driver_sql"
        (sql,) = [args[0]] if plain else self._asked("execute", args, {})
        if (used or how != "execute") and _ONLY_READS.match(sql) and not _CALLS.search(sql):
            return Found()
        return Found((sql,))

    def _type(self, of: SchemaType, word: str, call: ast.Call, env: Mapping[str, Any]) -> Found:
        """It is asked first whether the type is there, unless checkfirst is False."""
        args, words = self._values.arguments(call, env)
        if not args and not words:
            raise UnreadableError("the connection it is made on is not known")
        usual = inspect.signature(getattr(of, word)).parameters["checkfirst"].default
        check = words.get("checkfirst", args[1] if len(args) > 1 else usual)
        made: Any = of
        if type(of) is sa.Enum:
            made = of.dialect_impl(self._ddl.dialect)
        if not hasattr(made, word) or self.dialect != "postgresql":
            return Found()
        sql = self._ddl.of_type(made, word)
        schema = str(getattr(of, "schema", None) or self._home)
        ref = Ref(Kind.TYPE, schema, "", str(of.name))
        there = Guard(f"{shown(call.func)}: checkfirst", ref, present=word == "drop")
        return Found(tuple(sql), (there,) if check else ())

    def is_harmless(self, call: ast.Call, env: Mapping[str, Any]) -> bool:
        """Whether a call cannot reach the database, as far as its name tells."""
        name = self._values.name(call.func, env)
        if name in _SILENT_OPS or name in _SILENT_NAMES or name.startswith(_SILENT_MODULES):
            return not name.endswith(("Session", "sessionmaker", "system", "create_engine"))
        if not isinstance(call.func, ast.Attribute):
            return False
        if name.partition(".")[0] in _LOGGERS or isinstance(call.func.value, ast.Constant):
            return True
        try:
            of = self._values.of(call.func.value, env)
        except UnreadableError:
            return False
        return of == INSPECTOR or isinstance(of, (str, list, dict, tuple, set, int)) or call.func.attr == "f"


def _inner(node: ast.expr) -> ast.Call | None:
    """`conn.execute(...)` of `conn.execute(...).scalar()`."""
    while isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute):
        if node.func.attr not in _RESULTS or not isinstance(node.func.value, ast.Call) or node.args:
            return node
        node = node.func.value
    return node if isinstance(node, ast.Call) else None


def _is_copied(name: str, args: list[Any]) -> bool:
    if name in {"create_index", "drop_index"}:
        return False
    if name != "add_column" or not args:
        return True
    column = args[0]
    computed = getattr(column, "computed", None)
    if computed is not None and computed.persisted:
        return True
    default = getattr(getattr(column, "server_default", None), "arg", None)
    return isinstance(default, sa.ClauseElement) or bool(column.constraints or column.foreign_keys or column.unique)


def _brief(node: ast.AST) -> str:
    text = " ".join(ast.unparse(node).split())
    return text if len(text) <= 60 else f"{text[:57]}..."
