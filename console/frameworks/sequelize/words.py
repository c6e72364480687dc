"""Names and values as Sequelize writes them into SQL, for each of its dialects."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from dataclasses import dataclass

from console.readers.javascript.options import Options, UnreadableError, number_text
from console.readers.javascript.values import Chain, Made, Many, Pairs, Step, Undefined, Value, why_not

_ESCAPED = {"\0": "\\0", "\n": "\\n", "\r": "\\r", "\b": "\\b", "\t": "\\t", "\x1a": "\\Z"}
_TO_ESCAPE = re.compile("[\0\n\r\b\t\\\\'\"\x1a]")
_TIGHT = (";", ",", ")")
NO_SCHEMA = "public"


@dataclass(frozen=True, slots=True)
class Way:
    """How one of Sequelize's dialects writes."""

    name: str
    """postgres, mysql, mariadb or sqlite."""
    schema: str = ""
    """What the configuration says for every table."""

    @property
    def postgres(self) -> bool:
        """Whether it is that."""
        return self.name == "postgres"

    @property
    def mysql(self) -> bool:
        """Whether it is MySQL or MariaDB."""
        return self.name in ("mysql", "mariadb")

    @property
    def sqlite(self) -> bool:
        """Whether it is that."""
        return self.name == "sqlite"

    def quoted(self, name: str) -> str:
        """One name."""
        mark = '"' if self.postgres else "`"
        return name if name == "*" else f"{mark}{name.replace(mark, '')}{mark}"

    def dotted(self, name: str) -> str:
        """A name that may stand behind that of a schema."""
        head, dot, tail = name.rpartition(".")
        return f"{self.quoted(head.replace('.', '->'))}.{self.quoted(tail)}" if dot else self.quoted(name)


@dataclass(frozen=True, slots=True)
class Table:
    """A table as a call names it."""

    name: str
    schema: str = ""
    plain: bool = True
    """False: it is named by an object."""

    def sql(self, way: Way) -> str:
        """As most calls write it."""
        if not self.schema:
            return way.quoted(self.name)
        if way.postgres or way.name == "mariadb":
            return f"{way.quoted(self.schema)}.{way.quoted(self.name)}"
        return way.quoted(f"{self.schema}.{self.name}")

    def dotted(self, way: Way) -> str:
        """As calls for indexes and constraints write it: a dot in a text parts a schema from a name."""
        return way.dotted(self.name) if self.plain else self.sql(way)

    def with_schema(self, way: Way) -> Table:
        """As PostgreSQL's calls for columns write it: never without a schema."""
        return Table(self.name, self.schema or way.schema or NO_SCHEMA, plain=False)


def table_of(value: Value) -> Table:
    """The table that an argument names."""
    if isinstance(value, str):
        return Table(value)
    if isinstance(value, Pairs):
        options = Options(value)
        return Table(options.text("tableName") or "", options.text("schema") or "", plain=False)
    raise UnreadableError(why_not(value) or "the name of its table is not known")


def joined(*parts: str | bool | None) -> str:
    """Parts of a statement with one blank between them, as Sequelize joins them."""
    found = [text for part in parts if part and isinstance(part, str) and (text := part.strip())]
    out = ""
    for number, text in enumerate(found):
        tight = not number or found[number - 1].endswith("(") or text.startswith(_TIGHT)
        out += text if tight else f" {text}"
    return out


def underscored(text: str) -> str:
    """`userName` as `user_name`."""
    parts = (re.sub("^_", "", re.sub("([A-Z])", r"_\1", part)) for part in text.split("::"))
    return "/".join(parts).lower()


def escape(value: Value, way: Way) -> str:
    """A value in SQL, without knowing its type."""
    if value is None or isinstance(value, Undefined):
        return "NULL"
    if isinstance(value, bool):
        return str(int(value)) if way.sqlite else str(value).lower()
    if isinstance(value, (int, float)):
        return number_text(value)
    if isinstance(value, str):
        return _text(value, way)
    if isinstance(value, Chain):
        return method(value, way)
    if isinstance(value, Many):
        inner = (f"({escape(one, way)})" if isinstance(one, Many) else escape(one, way) for one in value.values)
        return f"ARRAY[{','.join(escape(one, way) for one in value.values)}]" if way.postgres else ", ".join(inner)
    if isinstance(value, Made):
        raise UnreadableError(f"the value of new {value.name}() is only known while it runs")
    raise UnreadableError(why_not(value) or "a value is none that SQL has")


def _text(value: str, way: Way) -> str:
    if way.mysql:
        return "'" + _TO_ESCAPE.sub(lambda found: _ESCAPED.get(found[0], f"\\{found[0]}"), value) + "'"
    return "'" + value.replace("'", "''").replace("\0", "\\0" if way.postgres else "\0") + "'"


def method(value: Chain, way: Way) -> str:
    """`Sequelize.literal`, `fn`, `col` and `cast`."""
    step = last_step(value)
    args = step.args or ()
    if step.name == "literal" and len(args) == 1 and isinstance(args[0], (str, int)):
        return args[0] if isinstance(args[0], str) else number_text(args[0])
    if step.name == "fn" and args and isinstance(args[0], str):
        inner = (escape(one.replace("$", "$$$") if isinstance(one, str) else one, way) for one in args[1:])
        return f"{args[0]}({', '.join(inner)})"
    if step.name == "col" and len(args) == 1 and isinstance(args[0], str):
        return way.dotted(args[0])
    raise UnreadableError(why_not(value))


def last_step(value: Chain) -> Step:
    """The last member of a chain."""
    return value.steps[-1] if value.steps else Step("")


def as_json(value: Value) -> str:
    """What `JSON.stringify` makes of a value."""
    return json.dumps(_plain(value), ensure_ascii=False, separators=(",", ":"))


def _plain(value: Value) -> object:
    if isinstance(value, Pairs):
        given = _given(value.values)
        return {name: _plain(one) for name, one in given.items()}
    if isinstance(value, Many):
        return [_plain(one) for one in value.values]
    if isinstance(value, float) and value == int(value):
        return int(value)
    if value is None or isinstance(value, (str, int, float)):
        return value
    raise UnreadableError(why_not(value) or "a value is none that JSON has")


def _given(values: Mapping[str, Value]) -> dict[str, Value]:
    return {name: one for name, one in values.items() if not isinstance(one, Undefined)}
