"""Names as TypeORM writes them: quoted, with the schema where it is not the usual one, and those it makes up itself."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable
from dataclasses import dataclass
from urllib.parse import quote

from console.readers.javascript.options import Options, UnreadableError
from console.readers.javascript.values import Made, Pairs, Value, why_not


@dataclass(frozen=True, slots=True)
class Way:
    """How one of its drivers writes."""

    name: str
    """postgres, mysql, mariadb or sqlite."""
    home: str = "public"
    """The schema, or the database, that is not written."""
    version: str = ""
    """`0.3` or `1`; '' where it is not known."""

    @property
    def postgres(self) -> bool:
        """Whether it is that."""
        return self.name == "postgres"

    @property
    def mysql(self) -> bool:
        """Whether it is MySQL or MariaDB."""
        return self.name in ("mysql", "mariadb")

    @property
    def old(self) -> bool:
        """Whether it writes as before 1.0, also where that is not known: most do."""
        return self.version != "1"

    def quoted(self, name: str) -> str:
        """One name, as it stands."""
        return f"`{name}`" if self.mysql else f'"{name}"'

    def listed(self, names: Iterable[str], between: str = ", ") -> str:
        """Several names."""
        return between.join(self.quoted(name) for name in names)


@dataclass(frozen=True, slots=True)
class Path:
    """A table's name."""

    name: str
    schema: str = ""

    def sql(self, way: Way) -> str:
        """As it stands in a statement."""
        if self.schema and self.schema != way.home:
            return f"{way.quoted(self.schema)}.{way.quoted(self.name)}"
        return way.quoted(self.name)


def path_of(value: Value, what: str = "the name of its table") -> Path:
    """The table that an argument names."""
    if isinstance(value, Made) and value.name == "Table":
        options = made_of(value, "Table")
        named = path_of(options.text("name") or "")
        return Path(named.name, options.text("schema") or named.schema)
    if not isinstance(value, str) or not value:
        raise UnreadableError(why_not(value) or f"{what} is not known")
    parts = value.split(".")
    return Path(parts[1], parts[0]) if len(parts) > 1 else Path(parts[0])


def made_of(value: Value, name: str) -> Options:
    """The options of `new Table({...})`, or of the plain object that stands for one."""
    if isinstance(value, Made) and value.name == name and value.args:
        value = value.args[0]
    if isinstance(value, Pairs):
        return Options(value)
    raise UnreadableError(why_not(value) or f"its {name} is not written down")


def made_up(mark: str, table: Path, columns: Iterable[str], way: Way, more: str = "") -> str:
    """The name that TypeORM makes up for what has none: `IDX_` and a part of a sum."""
    key = f"{table.name.replace('.', '_', 1)}_{'_'.join(sorted(columns))}{f'_{more}' if more else ''}"
    return _summed(mark, key, way)


def made_up_check(table: Path, expression: str, way: Way) -> str:
    """The same for a check, which is known by its words."""
    return _summed("CHK_", f"{table.name.replace('.', '_', 1)}_{expression}", way)


def _summed(mark: str, key: str, way: Way) -> str:
    """Before 1.0 the sum was of the text as it stands in an address."""
    before = quote(key, safe="!~*'()")
    if before != key and not way.version:
        raise UnreadableError("the name that TypeORM makes up depends on its version, which is not known")
    total = hashlib.sha1((before if way.old else key).encode(), usedforsecurity=False).hexdigest()
    return mark + total[: 30 - len(mark)]


def said_of_table(text: str, way: Way) -> str:
    """A comment on a table; before 1.0 nothing in it was escaped."""
    return f"'{text}'" if way.old else comment(text, way)


def comment(text: str, way: Way) -> str:
    """A comment as a literal."""
    if way.mysql:
        text = text.replace("\\", "\\\\")
    return "'" + text.replace("'", "''").replace("\0", "") + "'"
