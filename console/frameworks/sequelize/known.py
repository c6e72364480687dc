"""What the files of a project say of its foreign keys and constraints: names that MySQL gives are only on the server.

Files are read in their order, so what an earlier one made is known to a later one.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field


@dataclass(slots=True)
class Known:
    """Columns and named constraints, as far as the files make them."""

    columns: dict[str, dict[str, tuple[str, ...] | None]] = field(default_factory=dict)
    """By table and column: the names of its foreign keys; None where it has one whose name the server gave."""
    constraints: dict[tuple[str, str], str] = field(default_factory=dict)
    """By table and name: FOREIGN KEY, UNIQUE, ..."""

    def made(self, table: str, columns: Mapping[str, bool]) -> None:
        """A table; each column with whether it has a foreign key."""
        self.columns[table] = {name: None if key else () for name, key in columns.items()}

    def gone(self, table: str) -> None:
        """A table that is dropped."""
        self.columns.pop(table, None)

    def renamed(self, before: str, after: str) -> None:
        """A table's other name."""
        if before in self.columns:
            self.columns[after] = self.columns.pop(before)

    def added(self, table: str, column: str, key: str) -> None:
        """A column, and the name of its foreign key."""
        self.columns.setdefault(table, {})[column] = (key,) if key else ()

    def changed(self, table: str, column: str, key: bool) -> None:
        """A column that is given a foreign key, or not."""
        if key and column in self.columns.get(table, {}):
            self.columns[table][column] = None

    def moved(self, table: str, before: str, after: str) -> None:
        """A column's other name."""
        of = self.columns.get(table, {})
        if before in of:
            of[after] = of.pop(before)

    def dropped(self, table: str, column: str) -> None:
        """A column that is dropped."""
        self.columns.get(table, {}).pop(column, None)

    def keys_of(self, table: str, column: str) -> tuple[str, ...] | None:
        """The foreign keys of a column; None where they are not known."""
        return self.columns.get(table, {}).get(column)

    def constrained(self, table: str, name: str, kind: str, columns: tuple[str, ...]) -> None:
        """A constraint that is added."""
        self.constraints[table, name] = kind
        of = self.columns.get(table, {})
        for column in columns if kind == "FOREIGN KEY" else ():
            keys = of.get(column)
            if column in of and keys is not None:
                of[column] = (*keys, name)

    def released(self, table: str, name: str) -> str:
        """What a constraint is that is dropped; '' where that is not known."""
        for column, keys in self.columns.get(table, {}).items():
            if keys is not None and name in keys:
                self.columns[table][column] = tuple(key for key in keys if key != name)
                self.constraints.pop((table, name), None)
                return "FOREIGN KEY"
        return self.constraints.pop((table, name), "")

    def forget(self) -> None:
        """Code that is not read may have changed anything."""
        self.columns.clear()
        self.constraints.clear()

    def copied(self) -> Known:
        """The same, to be changed on its own."""
        return Known({table: dict(columns) for table, columns in self.columns.items()}, dict(self.constraints))
