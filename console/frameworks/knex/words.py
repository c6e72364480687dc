"""Names and values as Knex writes them on each server, and what of a file's values it can write at all."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from dataclasses import dataclass

from console.readers.javascript.module import Known
from console.readers.javascript.values import (
    UNDEFINED,
    Chain,
    Many,
    Pairs,
    Value,
    shown,
    why_not,
)

_UUID = {
    "postgres": "(gen_random_uuid())",
    "mysql": "(UUID())",
    "sqlite": "(lower(hex(randomblob(4))) || '-' || lower(hex(randomblob(2))) || '-4' || substr(lower(hex(randomblob("
    "2))),2) || '-' || substr('89ab',abs(random()) % 4 + 1, 1) || substr(lower(hex(randomblob(2))),2) || '-' || "
    "lower(hex(randomblob(6))))",
}
_MYSQL = {"\0": "\\0", "\b": "\\b", "\t": "\\t", "\n": "\\n", "\r": "\\r", "\x1a": "\\Z", '"': '\\"', "'": "\\'",
          "\\": "\\\\"}  # fmt: skip
_PLACED = re.compile(r"\\\?|\?\??")
_NAMED = re.compile(r"\\?(:(\w+):(?=::)|:(\w+):(?!:)|:(\w+))")


class UnreadableError(Exception):
    """What Knex sends cannot be known without running the file; its text says why, for people."""


@dataclass(frozen=True, slots=True)
class Sql:
    """One statement of Knex's; without `sql` it is made from what it finds on the server, and `why` says so."""

    sql: str
    effect: str = ""
    """SQL that leaves the same behind."""
    why: str = ""


@dataclass(frozen=True, slots=True)
class Writer:
    """How one kind of server is written to."""

    grammar: str
    """postgres, mysql, mariadb or sqlite."""
    client: str = ""
    """What the project calls its driver."""
    charset: str = ""
    collate: str = ""
    renames: str = ""
    """snake: capitals in a name become underscores; yes: names are changed in a way that is not read."""

    @property
    def known(self) -> Known:
        """What a migration can ask of its own client."""
        dialect = {"postgres": "postgresql", "sqlite": "sqlite3"}.get(self.family, self.family)
        found = (("knex.client.dialect", dialect),)
        if not self.client:
            return found
        driver = {"postgres": "pg", "postgresql": "pg", "sqlite": "sqlite3"}.get(self.client, self.client)
        return (*found, ("knex.client.config.client", self.client), ("knex.client.driverName", driver))

    @property
    def postgres(self) -> bool:
        """It is PostgreSQL."""
        return self.grammar == "postgres"

    @property
    def sqlite(self) -> bool:
        """It is SQLite."""
        return self.grammar == "sqlite"

    @property
    def family(self) -> str:
        """MariaDB is written to as MySQL is."""
        return "mysql" if self.grammar == "mariadb" else self.grammar

    def one(self, name: str) -> str:
        """A name without a schema."""
        name = name.strip()
        if name == "*":
            return name
        if self.renames == "yes" or (self.renames and name != name.lower()):
            raise UnreadableError("the project has Knex rename what it names (wrapIdentifier), and how is not read")
        mark = '"' if self.postgres else "`"
        return mark + name.replace(mark, mark * 2) + mark

    def name(self, name: str) -> str:
        """A name, its schema before a dot."""
        if " as " in name.lower():
            raise UnreadableError(f"{name} is two names")
        return ".".join(self.one(part) for part in name.split("."))

    def names(self, value: Value) -> str:
        """One name or several; raw SQL as it is."""
        several = value.values if isinstance(value, Many) else (value,)
        return ", ".join(raw if (raw := self.raw(one)) is not None else self.name(word(one)) for one in several)

    def text(self, value: str) -> str:
        """A text."""
        if self.family == "mysql":
            return "'" + "".join(_MYSQL.get(letter, letter) for letter in value) + "'"
        doubled = value.replace("'", "''")
        if self.postgres and "\\" in value:
            return "E'" + doubled.replace("\\", "\\\\") + "'"
        return f"'{doubled}'"

    def literal(self, value: Value) -> str:
        """A value bound to a place in SQL."""
        if value is None:
            return "NULL"
        if isinstance(value, bool):
            return "true" if value else "false"
        if isinstance(value, int | float):
            return number(value)
        if isinstance(value, str):
            return self.text(value)
        raw = self.raw(value)
        if raw is not None:
            return raw
        raise UnreadableError(why_not(value) or "a value given to it is of a kind that is not read")

    def raw(self, value: Value) -> str | None:
        """`knex.raw(...)`, `knex.fn.now()` as text; None where it is neither."""
        if not isinstance(value, Chain) or not value.steps or value.root.kind != "parameter":
            return None
        names = tuple(step.name for step in value.steps)
        args = value.steps[-1].args
        if names == ("raw",) and args:
            return self.filled(args)
        if names == ("fn", "now") and args is not None:
            whole = args[0] if args and isinstance(args[0], int) else None
            return f"CURRENT_TIMESTAMP({whole})" if whole is not None else "CURRENT_TIMESTAMP"
        return _UUID[self.family] if names == ("fn", "uuid") else None

    def filled(self, args: tuple[Value, ...]) -> str:
        """SQL with what is bound to it in its place."""
        sql = word(args[0])
        if not sql.strip():
            raise UnreadableError("it is empty: Knex refuses that")
        given = args[1] if len(args) > 1 else UNDEFINED
        if given == UNDEFINED:
            if self.postgres and any(found[0] != "\\?" for found in _PLACED.finditer(sql)):
                raise UnreadableError("a ? in it has no value: Knex makes a parameter of it")
            return sql.replace("\\?", "?") if self.postgres else sql
        if isinstance(given, Pairs):
            return _NAMED.sub(lambda found: self._named(found, given.values), sql)
        return self._placed(sql, given.values if isinstance(given, Many) else (given,))

    def _placed(self, sql: str, values: tuple[Value, ...]) -> str:
        waiting = list(values)

        def fill(found: re.Match[str]) -> str:
            if found[0] == "\\?":
                return "?"
            if not waiting:
                raise UnreadableError("it has more places than values: Knex refuses it")
            value = waiting.pop(0)
            return self.names(value) if found[0] == "??" else self.literal(value)

        made = _PLACED.sub(fill, sql)
        if waiting:
            raise UnreadableError("it has more values than places: Knex refuses it")
        return made

    def _named(self, found: re.Match[str], values: Mapping[str, Value]) -> str:
        if found[0] != found[1]:
            return found[1]
        name = found[2] or found[3] or found[4]
        if name not in values:
            return found[0]
        return self.names(values[name]) if found[1].endswith(":") else self.literal(values[name])


def number(value: float) -> str:
    """As JavaScript writes it."""
    return str(int(value)) if float(value).is_integer() else repr(value)


def word(value: Value) -> str:
    """A text. UnreadableError where it is none."""
    if isinstance(value, str):
        return value
    raise UnreadableError(why_not(value) or "a name in it is no text")


def whole(value: Value, otherwise: int) -> int:
    """A whole number, or what Knex takes where there is none."""
    if value in (None, UNDEFINED):
        return otherwise
    if isinstance(value, int | float):
        return int(value)
    if isinstance(value, str):
        found = re.match(r"\s*([+-]?\d+)", value)
        return int(found[1]) if found else otherwise
    raise UnreadableError(why_not(value) or "a length in it is no number")


def options(value: Value) -> Mapping[str, Value]:
    """The members of an object; none where it is nothing."""
    if isinstance(value, Pairs):
        return value.values
    if value in (None, UNDEFINED):
        return {}
    raise UnreadableError(why_not(value) or "the options given to it are no object")


def yes(value: Value) -> bool:
    """A truth. UnreadableError where it is not known."""
    if isinstance(value, Many | Pairs):
        return True
    if value is None or value == UNDEFINED or isinstance(value, str | int | float):
        return bool(value) if value != UNDEFINED else False
    raise UnreadableError(why_not(value) or "whether that is so is not known")


def as_json(value: Value) -> str:
    """As JSON.stringify writes it."""
    return json.dumps(_plain(value), separators=(",", ":"), ensure_ascii=False)


def _plain(value: Value) -> object:
    if isinstance(value, Many):
        return [_plain(one) for one in value.values]
    if isinstance(value, Pairs):
        return {name: _plain(one) for name, one in value.values.items() if one != UNDEFINED}
    if value is None or isinstance(value, str | int | float):
        return value
    raise UnreadableError(f"the value of {shown(value)} is not known" if isinstance(value, Chain) else "it is no JSON")
