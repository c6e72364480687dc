"""One column beside another: both kept in step by a trigger whichever code writes, until the old one can go.

For a rename the code moves from one name to the other; for a change of type the two change places in one moment.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace

from console.core.preflight.steps_batches import Filling, batches
from console.core.preflight.steps_others import others_of
from console.core.preflight.steps_values import Names, Step, short, slug
from console.core.refs import Ref, table_ref
from console.core.schema import Column, Schema


@dataclass(frozen=True)
class Beside:
    """The old column, and the new one that takes its place."""

    old: Column
    name: str
    """Of the new column."""
    type: str
    schema: Schema
    names: Names
    forth: str = "{0}"
    """The new value out of the old one."""
    back: str = "{0}"

    @property
    def place(self) -> Ref:
        """Their table."""
        return table_ref(self.old.ref.schema, self.old.ref.table)

    @property
    def table(self) -> str:
        """As it is written."""
        return self.names.table(self.place.schema, self.place.name)

    @property
    def was(self) -> str:
        """The old column as it is written."""
        return self.names.quoted(self.old.ref.written or self.old.ref.name)

    @property
    def new(self) -> str:
        """The new column as it is written."""
        return self.names.quoted(self.name)

    @property
    def keeper(self) -> str:
        """What the trigger is called."""
        return short("keep", self.place.name, self.name)

    def add(self) -> Step:
        """Deploy 1: the column and what keeps both in step."""
        kind = self.type if self.names.postgres else f"{self.type}{_characters(self.old, self.type)} NULL"
        sql = (f"ALTER TABLE {self.table} ADD COLUMN {self.new} {kind}", *self._keepers())
        told = "From here on both columns hold the same, whichever of them code writes."
        if not self.names.postgres:
            told += " With a binary log, CREATE TRIGGER needs log_bin_trust_function_creators or the right to it."
        undo = (*self.unkeep(), f"ALTER TABLE {self.table} DROP COLUMN {self.new}")
        return Step(1, slug("add", self.name, "beside", self.old.ref.name), sql, undo, told=told)

    def _keepers(self) -> tuple[str, ...]:
        return (self._function(), self._trigger()) if self.names.postgres else self._triggers()

    def _function(self) -> str:
        forth, back = self.forth.format(f"NEW.{self.was}"), self.back.format(f"NEW.{self.new}")
        differ = f"NEW.{self.new} IS DISTINCT FROM {forth}"
        return (
            f"CREATE FUNCTION {self._code()}() RETURNS trigger LANGUAGE plpgsql AS $keep$\n"
            "BEGIN\n"
            f"  IF NEW.{self.new} IS NULL AND TG_OP = 'INSERT' THEN\n"
            f"    NEW.{self.new} := {forth};\n"
            f"  ELSIF TG_OP = 'INSERT' OR NEW.{self.new} IS DISTINCT FROM OLD.{self.new} THEN\n"
            f"    IF {differ} THEN NEW.{self.was} := {back}; END IF;\n"
            "  ELSE\n"
            f"    NEW.{self.new} := {forth};\n"
            "  END IF;\n"
            "  RETURN NEW;\n"
            "END\n"
            "$keep$"
        )

    def _code(self) -> str:
        return self.names.table(self.place.schema, self.keeper)

    def _trigger(self) -> str:
        return (
            f"CREATE TRIGGER {self.names.quoted(self.keeper)} BEFORE INSERT OR UPDATE ON {self.table} "
            f"FOR EACH ROW EXECUTE PROCEDURE {self._code()}()"
        )

    def _triggers(self) -> tuple[str, ...]:
        """One statement each, without BEGIN and END: no client has to be told where they end."""
        was, new, first = f"NEW.{self.was}", f"NEW.{self.new}", self.names.quoted(f"{self.keeper}_insert")
        second = self.names.quoted(f"{self.keeper}_update")
        made = f"{new} = IFNULL({new}, {was}), {was} = IF({new} <=> {was}, {was}, {new})"
        kept = f"{was} = IF({new} <=> OLD.{self.new} OR {new} <=> {was}, {was}, {new})"
        moved = f"{new} = IF({new} <=> OLD.{self.new}, {was}, {new})"
        return (
            f"CREATE TRIGGER {first} BEFORE INSERT ON {self.table} FOR EACH ROW SET {made}",
            f"CREATE TRIGGER {second} BEFORE UPDATE ON {self.table} FOR EACH ROW SET {kept}, {moved}",
        )

    def unkeep(self) -> tuple[str, ...]:
        """Without the trigger again."""
        if self.names.postgres:
            return (
                f"DROP TRIGGER {self.names.quoted(self.keeper)} ON {self.table}",
                f"DROP FUNCTION {self._code()}()",
            )
        return tuple(f"DROP TRIGGER {self.names.quoted(f'{self.keeper}_{what}')}" for what in ("insert", "update"))

    def fill(self) -> Step:
        """Deploy 1, behind the migration: the rows that were there before."""
        value = self.forth.format("{row}" + _braced(self.was))
        needed = self.names.differ("{row}" + _braced(self.new), value)
        sql, told = batches(Filling(self.place, self.name, value, needed), self.schema, self.names)
        return Step(1, "", sql, batches=True, told=told)

    def same(self) -> Step:
        """Nothing is left to be filled."""
        needed = self.names.differ(self.new, self.forth.format(self.was))
        told = "It has to answer 0 before the code moves; it reads the whole table."
        return Step(1, "", (f"SELECT count(*) FROM {self.table} WHERE {needed}",), batches=True, told=told)

    def like(self) -> Iterator[Step]:
        """Deploy 2, when all rows are filled: what the old column has besides (NOT NULL, indexes, keys)."""
        made = others_of(self.old, self.name, self.type, self.schema, self.names)
        yield from (replace(step, deploy=2) for step in made)


def _braced(name: str) -> str:
    """A name in a text that is formatted once more."""
    return name.replace("{", "{{").replace("}", "}}")


def _characters(column: Column, type_name: str) -> str:
    """MySQL: the characters of the old column, where the new one has some too."""
    has = type_name.startswith(("char", "varchar", "text", "tinytext", "mediumtext", "longtext", "enum", "set"))
    if not has or not column.charset:
        return ""
    return f" CHARACTER SET {column.charset}" + (f" COLLATE {column.collation}" if column.collation else "")
