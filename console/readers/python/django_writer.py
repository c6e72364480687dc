"""What Django's schema editor writes with: statements in their order, those kept for the end, and the names given.

What is kept for the end follows renames and goes with what it is about. The names stand for those that Django would ask
the server for.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from enum import StrEnum

from console.core.statements import Sent
from console.readers.python.django_literals import MADE_WHEN_RUN
from console.readers.python.django_names import derived, quoted, split_name
from console.readers.python.django_state import Engine

ASKED = "Django asks the server for the name, which an older Django may have given otherwise"


class Sort(StrEnum):
    """What a name stands for."""

    FOREIGN = "foreign key"
    UNIQUE = "unique"
    INDEX = "index"
    LIKE = "like"
    CHECK = "check"


@dataclass(frozen=True, slots=True)
class Named:
    """A constraint or index by the name it was given."""

    name: str
    sort: Sort
    columns: tuple[str, ...]
    own: bool = False
    """It stands in the model's Meta, not with a field."""


@dataclass
class Late:
    """A statement that Django keeps for the end."""

    table: str
    columns: list[str]
    shape: str
    """`fk`, `unique`, `index`, or the SQL itself when the name is given."""
    suffix: str = ""
    to_table: str = ""
    to_columns: list[str] = field(default_factory=list)
    operators: str = ""
    name: str = ""
    source: str = ""
    line: int = 1
    unread: str = ""
    """Why its SQL is not known."""

    def about(self, table: str, column: str | None = None) -> bool:
        """It speaks of the table, or of the column of it."""
        if column is None:
            return table in (self.table, self.to_table)
        mine = self.table == table and column in self.columns
        return mine or (self.to_table == table and column in self.to_columns)


class Writer:
    """Writes the statements of one migration."""

    def __init__(
        self, engine: Engine, catalog: dict[str, tuple[Named, ...]], *, atomic: bool = True, back: bool = False
    ) -> None:
        """`catalog` has the names by table, and is changed; `back`: the migration is taken back."""
        self.engine = engine
        self.back = back
        self.whole = not engine.mysql and atomic
        """All of it lands or nothing, so that the order of its statements does not show."""
        self.catalog = catalog
        self.sent: list[Sent] = []
        self.late: list[Late] = []
        self.source, self.line = "", 1

    def name(self, text: str) -> str:
        """A quoted name."""
        return quoted(text, self.engine.dialect)

    def emit(self, sql: str, *, certain: bool = True, asked: bool = False) -> None:
        """One statement; `asked`: Django asks the server for the name in it, and an older one may have given another.

        Such a statement is shown with the name of today and neither judged nor run: that the name is not there proves
        nothing.
        """
        if asked:
            self.sent.append(Sent("", sql, self.line, unreadable=ASKED))
        elif certain:
            self.sent.append(Sent(sql, self.source, self.line))
        else:
            self.sent.append(Sent("", self.source, self.line, unreadable=MADE_WHEN_RUN, effect=sql))

    def unread(self, why: str) -> None:
        """A statement, or several, of which only the file's text is known."""
        self.sent.append(Sent("", self.source, self.line, unreadable=why))

    # what was named

    def remember(self, table: str, named: Named) -> None:
        """A name that a statement gave."""
        self.catalog[table] = (*(n for n in self.catalog.get(table, ()) if n.name != named.name), named)

    def forget(self, table: str, name: str) -> None:
        """A name that a statement took away."""
        self.catalog[table] = tuple(n for n in self.catalog.get(table, ()) if n.name != name)

    def known(self, table: str, columns: Sequence[str], *sorts: Sort, own: bool = False) -> list[Named]:
        """What is on exactly these columns."""
        return [n for n in self.catalog.get(table, ())
                if n.columns == tuple(columns) and n.sort in sorts and n.own == own]  # fmt: skip

    # what comes late

    def later(self, table: str, columns: list[str], shape: str, suffix: str, operators: str = "") -> Late:
        """A statement for the end, with the place it comes from."""
        return Late(table, columns, shape, suffix, operators=operators, source=self.source, line=self.line)

    def late_name(self, late: Late) -> str:
        """The name it gets now: renames have moved it."""
        if late.name:
            return late.name
        suffix = late.suffix
        if late.shape == "fk":
            suffix = late.suffix or f"_fk_{split_name(late.to_table)[1]}_{late.to_columns[0]}"
        return derived(late.table, late.columns, suffix, self.engine.dialect)

    def send(self, late: Late) -> None:
        """Send one that may come late, now."""
        name, sql = self.late_name(late), self.late_sql(late)
        self.emit(sql)
        sort = {"fk": Sort.FOREIGN, "unique": Sort.UNIQUE}.get(late.shape, Sort.INDEX)
        sort = Sort.LIKE if late.suffix == "_like" else sort
        self.remember(late.table, Named(name, sort, tuple(late.columns), own=bool(late.name)))

    def late_sql(self, late: Late) -> str:
        """Its SQL."""
        name, table = self.name(self.late_name(late)), self.name(late.table)
        columns = ", ".join(f"{self.name(c)} {late.operators}".rstrip() for c in late.columns)
        if late.shape == "index":
            return f"CREATE INDEX {name} ON {table} ({columns})"
        if late.shape == "unique" and self.engine.sqlite:
            return f"CREATE UNIQUE INDEX {name} ON {table} ({columns})"
        if late.shape == "unique":
            return f"ALTER TABLE {table} ADD CONSTRAINT {name} UNIQUE ({columns})"
        if late.shape == "fk":
            to = f"{self.name(late.to_table)} ({', '.join(map(self.name, late.to_columns))})"
            end = " DEFERRABLE INITIALLY DEFERRED" if self.engine.postgres else ""
            return f"ALTER TABLE {table} ADD CONSTRAINT {name} FOREIGN KEY ({columns}) REFERENCES {to}{end}"
        return late.shape.format(name=name, table=table, columns=columns)

    def finish(self) -> None:
        """Everything that was kept for the end."""
        for late in self.late:
            self.source, self.line = late.source, late.line
            if late.unread:
                self.unread(late.unread)
            else:
                self.send(late)
        self.late = []
