"""`op.alter_column`: one statement per attribute on PostgreSQL, MODIFY or CHANGE with all of them on MySQL."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import sqlalchemy as sa
from sqlalchemy.types import TypeEngine

from console.readers.python.alembic_ddl import Ddl
from console.readers.python.static import UnreadableError

_WORDS = frozenset(
    {"nullable", "comment", "server_default", "new_column_name", "type_", "existing_type", "existing_server_default",
     "existing_nullable", "existing_comment", "schema", "autoincrement", "existing_autoincrement", "postgresql_using",
     "insert_before", "insert_after"}
)  # fmt: skip


def alter_column(ddl: Ddl, table: str, column: str, words: Mapping[str, Any]) -> list[str]:
    """What Alembic sends for these words."""
    if strange := set(words) - _WORDS:
        raise UnreadableError(f"alter_column's {min(strange)} is not read")
    given = dict(words)
    for name in ("type_", "existing_type"):
        given[name] = _instance(given.get(name))
    _refuse_unread(given)
    if ddl.dialect.name in {"mysql", "mariadb"}:
        return _mysql(ddl, table, column, given)
    if ddl.dialect.name == "sqlite":
        return _sqlite(ddl, table, column, given)
    return _postgres(ddl, table, column, given)


def _instance(type_: Any) -> TypeEngine[Any] | None:  # noqa: ANN401 - a type, its class, or nothing
    made = type_() if isinstance(type_, type) else type_
    if made is not None and not isinstance(made, TypeEngine):
        raise UnreadableError("its type is not known")
    return made


def _refuse_unread(given: Mapping[str, Any]) -> None:
    if any(getattr(given[name], "create_constraint", False) for name in ("type_", "existing_type")):
        raise UnreadableError("the constraint that comes with its type is not read")
    defaults = (given.get("server_default", False), given.get("existing_server_default", False))
    if any(isinstance(default, (sa.Computed, sa.Identity)) for default in defaults):
        raise UnreadableError("a change of a computed or identity column is not read")


def _postgres(ddl: Ddl, table: str, column: str, given: Mapping[str, Any]) -> list[str]:
    """The type first, the new name last."""
    begin = ddl.alter(table, given.get("schema"))
    of = f"{begin} ALTER COLUMN {ddl.quoted(column)}"
    sql: list[str] = []
    using = given.get("postgresql_using")
    if using is not None and given["type_"] is None:
        raise UnreadableError("postgresql_using needs type_: Alembic stops here")
    if given["type_"] is not None:
        sql.append(f"{of} TYPE {ddl.type(given['type_'])} {f'USING {using}' if using else ''}".rstrip())
    if given.get("nullable") is not None:
        sql.append(f"{of} {'DROP' if given['nullable'] else 'SET'} NOT NULL")
    default = given.get("server_default", False)
    if default is not False:
        sql.append(f"{of} DROP DEFAULT" if default is None else f"{of} SET DEFAULT {ddl.default(default)}")
    if given.get("comment", False) is not False:
        name = begin.removeprefix("ALTER TABLE ")
        text = "NULL" if given["comment"] is None else ddl.literal(given["comment"])
        sql.append(f"COMMENT ON COLUMN {name}.{ddl.quoted(column)} IS {text}")
    if given.get("new_column_name") is not None:
        sql.append(f"{begin} RENAME {ddl.quoted(column)} TO {ddl.quoted(given['new_column_name'])}")
    return sql


def _sqlite(ddl: Ddl, table: str, column: str, given: Mapping[str, Any]) -> list[str]:
    asked = [name for name in ("type_", "nullable", "comment") if given.get(name) is not None]
    if asked or given.get("server_default", False) is not False:
        raise UnreadableError("SQLite changes nothing of a column but its name: it stops here")
    new = given.get("new_column_name")
    begin = ddl.alter(table, given.get("schema"))
    return [] if new is None else [f"{begin} RENAME COLUMN {ddl.quoted(column)} TO {ddl.quoted(new)}"]


def _mysql(ddl: Ddl, table: str, column: str, given: Mapping[str, Any]) -> list[str]:
    """CHANGE for a new name and for dates, MODIFY for the rest; a default alone is altered alone."""
    begin = ddl.alter(table, given.get("schema"))
    new, default = given.get("new_column_name"), given.get("server_default", False)
    type_ = given["type_"] if given["type_"] is not None else given["existing_type"]
    of_dates = type_ is not None and type_._type_affinity is sa.DateTime and default is not None  # noqa: SLF001 - as Alembic asks it
    if new is not None or of_dates:
        begin = f"{begin} CHANGE {ddl.quoted(column)} {ddl.quoted(new if new is not None else column)}"
        return [f"{begin} {_definition(ddl, type_, given)}"]
    asked = [given.get(name) for name in ("nullable", "type_", "autoincrement")]
    if any(one is not None for one in asked) or given.get("comment", False) is not False:
        return [f"{begin} MODIFY {ddl.quoted(column)} {_definition(ddl, type_, given)}"]
    if default is False:
        return []
    word = "DROP DEFAULT" if default is None else f"SET DEFAULT {ddl.default(default)}"
    return [f"{begin} ALTER COLUMN {ddl.quoted(column)} {word}"]


def _definition(ddl: Ddl, type_: TypeEngine[Any] | None, given: Mapping[str, Any]) -> str:
    if type_ is None:
        raise UnreadableError("on MySQL alter_column needs existing_type: Alembic stops here")
    nullable = next((given[n] for n in ("nullable", "existing_nullable") if given.get(n) is not None), True)
    counted = next((given[n] for n in ("autoincrement", "existing_autoincrement") if given.get(n) is not None), None)
    default = given.get("server_default", False)
    default = default if default is not False else given.get("existing_server_default", False)
    comment = given.get("comment", False)
    comment = comment if comment is not False else given.get("existing_comment")
    words = [ddl.type(type_), "NULL" if nullable else "NOT NULL"]
    words += ["AUTO_INCREMENT"] if counted else []
    words += [f"DEFAULT {ddl.default(default)}"] if default is not False and default is not None else []
    words += [f"COMMENT {ddl.literal(comment)}"] if comment is not None else []
    return " ".join(words)
