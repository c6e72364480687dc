"""What the rules for PostgreSQL ask of a schema: who hangs on a table, and the words of a statement."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property

from console.core.hazards_cost import table_at
from console.core.lexer import significant, tokens
from console.core.schema import Constraint, Index, Ref, Schema, Table, table_ref
from console.core.statements import Statement

ACCESS_EXCLUSIVE = "ACCESS EXCLUSIVE"
MODES = {
    "ROW SHARE": "nothing",
    "ROW EXCLUSIVE": "nothing",
    "SHARE UPDATE EXCLUSIVE": "nothing",
    "SHARE": "writes",
    "SHARE ROW EXCLUSIVE": "writes",
    "EXCLUSIVE": "writes",
    ACCESS_EXCLUSIVE: "reads and writes",
}
"""Lock modes from weak to strong, with what of others' work each blocks."""


@dataclass(frozen=True)
class Ask:
    """A statement, and the schema it meets."""

    statement: Statement
    schema: Schema
    version: int

    @cached_property
    def words(self) -> tuple[str, ...]:
        """The statement's tokens in lower case."""
        return tuple(token.folded.lower() for token in significant(tokens(self.statement.sql)))

    def says(self, *words: str) -> bool:
        """These words stand in the statement, in a row."""
        size = len(words)
        return any(self.words[at : at + size] == words for at in range(len(self.words) - size + 1))

    def table(self, ref: Ref) -> Table | None:
        """The table, as it was read."""
        return table_at(self.schema, ref)

    def named(self, text: str) -> Ref:
        """`public.customers` as an address."""
        place, _, name = text.rpartition(".")
        return table_ref(place or self.schema.home, name)

    def below(self, ref: Ref) -> tuple[Ref, ...]:
        """Partitions and children, and theirs."""
        text = f"{ref.schema}.{ref.name}"
        direct = [t.ref for t in self.schema.of_kind(Table) if t.partition_of == text or text in t.inherits]
        return tuple(found for child in direct for found in (child, *self.below(child)))

    def default_of(self, parent: Ref) -> tuple[Ref, ...]:
        """Its default partition."""
        text = f"{parent.schema}.{parent.name}"
        parts = (t for t in self.schema.of_kind(Table) if t.partition_of == text)
        return tuple(t.ref for t in parts if (t.partition_bound or "").upper() == "DEFAULT")

    def indexes_of(self, ref: Ref) -> Iterator[Index]:
        """Its indexes."""
        return (i for i in self.schema.of_kind(Index) if i.table == ref.name and i.ref.schema == ref.schema)

    def constraints_of(self, ref: Ref) -> Iterator[Constraint]:
        """Its constraints."""
        found = self.schema.by_table.get((ref.schema, ref.name), ())
        return (thing for thing in found if isinstance(thing, Constraint))


def owner(ref: Ref) -> Ref:
    """The table a column, constraint or trigger is of."""
    return table_ref(ref.schema, ref.table)


def family(mode: str, ref: Ref, ask: Ask) -> tuple[tuple[str, Ref], ...]:
    """The lock on a table and on all that is made with it."""
    refs = (ref,) if ask.says("only") else (ref, *ask.below(ref))
    return tuple((mode, one) for one in refs)


def other_sides(ask: Ask, ref: Ref, column: str = "", *, incoming: bool = False) -> tuple[Ref, ...]:
    """Tables at the other end of the foreign keys of `ref`: of one column, or only those that point at it."""
    text, found = f"{ref.schema}.{ref.name}", []
    for key in ask.schema.of_kind(Constraint):
        if key.type != "foreign key" or not key.references:
            continue
        holder = table_ref(key.ref.schema, key.ref.table)
        if holder == ref and not incoming and column in ("", *key.columns):
            found.append(ask.named(key.references))
        elif key.references == text and column in ("", *key.referenced_columns):
            found.append(holder)
    return tuple(dict.fromkeys(one for one in found if one != ref))
