"""What the SQL of every server has in common: Phinx's adapters, each in a module of its own, stand on this."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from typing import Protocol

from console.core.statements import Sent
from console.frameworks.phinx.actions import (
    Action,
    AddColumn,
    AddIndex,
    AddKey,
    ChangeColumn,
    ChangeComment,
    ChangeKey,
    Column,
    CreateTable,
    DropIndex,
    DropKey,
    DropTable,
    RemoveColumn,
    RenameColumn,
    RenameTable,
    Table,
    php_text,
)
from console.frameworks.phinx.planning import Alteration, Creation
from console.readers.php.draft import UnreadableError
from console.readers.php.operators import truth
from console.readers.php.values import Listing, Raw, Value

GEOSPATIAL = ("geometry", "point", "linestring", "polygon")
ASKED = "the words of it are made of what the server says of the table when it runs"
"""Why a statement is not word for word what Phinx sends."""


@dataclass(frozen=True, slots=True)
class Shape:
    """What of a project, its Phinx and its server decides the SQL."""

    driver: str = "mysql"
    """mysql, pgsql or sqlite."""
    phinx: tuple[int, int] = (0, 16)
    server: int = 0
    """The server's major version as the driver tells it; 0: not known."""
    schema: str = "public"
    prefix: str = ""
    suffix: str = ""
    null_default: bool = True
    unsigned_keys: bool = True
    timestamps_as_datetime: bool = False
    engine: str = "InnoDB"
    collation: str = "utf8mb4_unicode_ci"

    @property
    def identity(self) -> bool:
        """PostgreSQL's own way to count is used."""
        return self.phinx >= (0, 13) and (self.server >= 10 or not self.server)

    def named(self, table: str) -> str:
        """A table's name with what the project puts around it."""
        return f"{self.prefix}{table}{self.suffix}"


@dataclass(frozen=True, slots=True)
class Piece:
    """One clause or statement; with `why` it is not word for word what Phinx sends, but leaves the same."""

    sql: str
    why: str = ""


@dataclass(slots=True)
class Steps:
    """Clauses of one ALTER TABLE, and the statements behind it."""

    clauses: list[Piece] = field(default_factory=list)
    behind: list[Piece] = field(default_factory=list)

    def statements(self, table: str) -> Iterator[Piece]:
        """As they are sent."""
        if self.clauses:
            why = next((piece.why for piece in self.clauses if piece.why), "")
            clauses = ", ".join(piece.sql for piece in self.clauses)
            yield Piece(f"ALTER TABLE {table} {clauses}", why)
        yield from self.behind


class Grammar(Protocol):
    """The SQL of one server."""

    shape: Shape

    def name(self, column: str) -> str:
        """A quoted name."""

    def table(self, table: str) -> str:
        """A quoted name of a table."""

    def quoted(self, text: str) -> str:
        """A literal."""

    def truth(self, value: bool) -> str:
        """A truth."""

    def create(self, creation: Creation) -> Iterator[Piece]:
        """A new table."""

    def add_column(self, table: Table, column: Column, steps: Steps) -> None:
        """ADD."""

    def change_column(self, action: ChangeColumn, steps: Steps) -> None:
        """CHANGE."""

    def rename_column(self, action: RenameColumn, steps: Steps) -> None:
        """RENAME COLUMN."""

    def add_index(self, action: AddIndex, steps: Steps) -> None:
        """An index."""

    def drop_index(self, action: DropIndex, steps: Steps) -> None:
        """It goes."""

    def add_key(self, action: AddKey, steps: Steps) -> None:
        """A foreign key."""

    def drop_key(self, action: DropKey, steps: Steps) -> None:
        """It goes."""

    def rename_table(self, action: RenameTable, steps: Steps) -> None:
        """Another name."""

    def change_key(self, action: ChangeKey, steps: Steps) -> None:
        """Another primary key."""

    def change_comment(self, action: ChangeComment, steps: Steps) -> None:
        """Another comment."""

    def drop_column(self, action: RemoveColumn, steps: Steps) -> None:
        """DROP COLUMN."""

    def truncate(self, table: str) -> str:
        """All rows go."""

    def override(self) -> str:
        """What stands before VALUES."""


@dataclass(slots=True)
class Quoting:
    """How most adapters write names and values; one that differs says how."""

    shape: Shape

    def name(self, column: str) -> str:
        """In back ticks."""
        return f"`{column.replace('`', '``')}`"

    def table(self, table: str) -> str:
        """A point parts schema and name."""
        return self.name(self.shape.named(table)).replace(".", "`.`")

    def quoted(self, text: str) -> str:
        """A literal."""
        return "'" + text.replace("'", "''") + "'"

    def truth(self, value: bool) -> str:
        """A number."""
        return str(int(value))


def statements(grammar: Grammar, parts: Sequence[Creation | Alteration]) -> Iterator[Piece]:
    """What is sent for a plan."""
    for part in parts:
        try:
            yield from list(grammar.create(part) if isinstance(part, Creation) else _alteration(grammar, part))
        except UnreadableError as error:
            yield Piece("", str(error))


def _alteration(grammar: Grammar, part: Alteration) -> Iterator[Piece]:
    steps = Steps()
    for action in part.actions:
        _add(grammar, action, steps)
    yield from steps.statements(grammar.table(part.table.name))


def _add(grammar: Grammar, action: Action, steps: Steps) -> None:
    match action:
        case AddColumn():
            grammar.add_column(action.table, action.column, steps)
        case ChangeColumn():
            grammar.change_column(action, steps)
        case RenameColumn():
            grammar.rename_column(action, steps)
        case RemoveColumn():
            grammar.drop_column(action, steps)
        case AddIndex():
            grammar.add_index(action, steps)
        case DropIndex():
            grammar.drop_index(action, steps)
        case AddKey():
            grammar.add_key(action, steps)
        case DropKey():
            grammar.drop_key(action, steps)
        case _:
            _move(grammar, action, steps)


def _move(grammar: Grammar, action: Action, steps: Steps) -> None:
    match action:
        case DropTable():
            steps.behind.append(Piece(f"DROP TABLE {grammar.table(action.table.name)}"))
        case RenameTable():
            grammar.rename_table(action, steps)
        case ChangeKey():
            grammar.change_key(action, steps)
        case ChangeComment():
            grammar.change_comment(action, steps)
        case CreateTable() | _:
            raise UnreadableError("a table is created twice")


def default_of(grammar: Grammar, column: Column, glue: str = " ") -> str:
    """` DEFAULT 'x'`; '' where there is none."""
    given = column.default
    if given is None:
        return ""
    if isinstance(given, Raw):
        return f"{glue}DEFAULT {given.sql}"
    if isinstance(given, str):
        plain = given.upper().startswith("CURRENT_TIMESTAMP")
        return f"{glue}DEFAULT {given if plain else grammar.quoted(given)}"
    if isinstance(given, bool) or column.type == "boolean":
        return f"{glue}DEFAULT {grammar.truth(bool(truth(given)))}"
    return f"{glue}DEFAULT {php_text(given)}"


def primary_key(grammar: Grammar, given: Value) -> str:
    """The columns of a primary key, quoted."""
    if isinstance(given, str):
        return grammar.name(given)
    if isinstance(given, Listing):
        return ",".join(grammar.name(php_text(one)) for one in given.values)
    raise UnreadableError("the primary key is not known")


def keyed(creation: Creation, signed: bool | None) -> tuple[list[Column], Value]:
    """The columns with the key that Phinx adds, and what the primary key is made of."""
    options = creation.table.options
    named = options.get("id")
    key = options.get("primary_key")
    if named is None or named is True:
        named = "id"
    if not isinstance(named, str):
        return list(creation.columns), key
    if key is not None and key not in (named, Listing(((0, named),))):
        raise UnreadableError("Phinx refuses an id that counts by itself beside a primary key")
    given: dict[str, Value] = {"identity": True}
    if signed is not None:
        given["signed"] = options["signed"] if options.get("signed") is not None else signed
    if options.get("limit") is not None:
        given["limit"] = options["limit"]
    return [Column(named, "integer", False, given), *creation.columns], named


def rows(grammar: Grammar, table: str, data: Sequence[Listing]) -> Iterator[str]:
    """The INSERTs that put these rows in, values in place."""
    keys = [tuple(key for key, _ in row.items) for row in data]
    groups = [data] if len(set(keys)) == 1 else [[row] for row in data]
    for group in groups:
        columns = ", ".join(grammar.name(str(key)) for key, _ in group[0].items)
        values = ", ".join(f"({', '.join(_value(grammar, one) for one in row.values)})" for row in group)
        yield f"INSERT INTO {grammar.table(table)} ({columns}) {grammar.override()}VALUES {values}"


def _value(grammar: Grammar, value: Value) -> str:
    if value is None:
        return "null"
    if isinstance(value, Raw):
        return value.sql
    if isinstance(value, bool):
        return grammar.truth(value)
    if isinstance(value, str):
        return grammar.quoted(value)
    return php_text(value)


def sent_of(piece: Piece, source: str, line: int) -> Sent:
    """A statement; where its words are not known, what it leaves is judged all the same."""
    if piece.why:
        return Sent("", source=source, line=line, unreadable=piece.why, effect=piece.sql)
    return Sent(piece.sql, source=source, line=line)
