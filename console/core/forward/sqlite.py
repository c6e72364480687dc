"""Questions for the catalog of SQLite: what its tables tell of themselves, and the texts that it keeps.

It keeps every CREATE as it was sent, from the name on, puts the columns that are added behind the others, and writes
names anew where something is renamed. So what nothing else tells (a CHECK, a view, the condition of an index) is told
by that text. Blanks mean nothing, but in a string and in a name in quotes.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass

from console.core.forward.asking import Asked, each, not_compared, unknown
from console.core.forward.defaults import Sort, read
from console.core.forward.sqlite_texts import Kept, kept, rewritten
from console.core.forward.values import Attrs
from console.core.operations import Create, Operation
from console.core.refs import Kind, Ref, Value
from console.core.schema import Column, Constraint, Index, Other, Thing
from console.core.statements import Statement

_PLAIN = re.compile(r"[a-z_][a-z0-9_]*(?: collate [a-z_]+)?(?: desc)?")
_BLANKS = (" ", "char(9)", "char(10)", "char(13)")
_ITEMS = (
    "(SELECT group_concat(n, ',') FROM (SELECT coalesce(lower(x.name), '()'){collation} "
    "|| CASE x.\"desc\" WHEN 1 THEN ' desc' ELSE '' END AS n FROM pragma_index_xinfo(m.name) AS x WHERE x.key = 1 "
    "ORDER BY x.seqno))"
)
_COLLATION = " || CASE lower(x.coll) WHEN 'binary' THEN '' ELSE ' collate ' || lower(x.coll) END"
_LISTED = '(SELECT l."{what}" FROM pragma_index_list(m.tbl_name) AS l WHERE l.name = m.name)'

_OF_TABLES = ("CHECK(", "UNIQUE(", "PRIMARYKEY(", "FOREIGNKEY(", "CONSTRAINT")
"""What no column begins with that is added to a table later."""


def literal(value: str) -> str:
    """A text: nothing but the quote means anything in it."""
    return "'" + value.replace("'", "''") + "'"


def _squeezed(expression: str) -> str:
    """Without any blanks."""
    for sign in _BLANKS:
        expression = f"replace({expression}, {literal(sign) if sign == ' ' else sign}, '')"
    return expression


@dataclass(frozen=True, slots=True)
class SQLite:
    """Of one file."""

    home: str

    @property
    def here(self) -> str:
        """It has no schemas besides those that are attached."""
        return "'main'"

    @property
    def dialect(self) -> str:
        """Its grammar."""
        return "sqlite"

    def text(self, value: str) -> str:
        """A literal."""
        return literal(value)

    def looked_at(
        self, create: Create, statement: Statement, later: Iterable[Operation]
    ) -> Iterator[tuple[Thing, Attrs]]:
        """Constraints are told by the text of what they came with."""
        for thing in create.shown:
            if isinstance(thing, Other):
                raise unknown(thing.ref, "definition", self.home)
            if not isinstance(thing, Constraint):
                if _needs_text(thing, create):
                    rewritten(thing, statement, later)
                    yield thing, {"text": kept(statement, thing).as_value}
                elif isinstance(thing, Column) and create.things[0] is thing:
                    yield thing, {"plain": kept(statement, thing).as_value}
                else:
                    yield thing, {}

    def source(self, ref: Ref, attrs: Attrs, *, named: bool) -> str:
        """By name: every name here is the person's own."""
        if ref.schema not in ("", self.home) or ref.kind not in _ASKED:
            raise not_compared(ref.kind, ref.name)
        if ref.kind is not Kind.COLUMN:
            return f"FROM main.sqlite_master AS m WHERE m.type = '{ref.kind}' AND lower(m.name) = {literal(ref.name)}"
        return (
            "FROM main.sqlite_master AS m JOIN pragma_table_xinfo(m.name, 'main') AS c "
            f"WHERE m.type = 'table' AND lower(m.name) = {literal(ref.table)} AND lower(c.name) = {literal(ref.name)}"
        )

    def conditions(self, ref: Ref, attrs: Attrs) -> Iterator[str]:
        """One for each attribute."""
        return each(self, _ASKED.get(ref.kind, {}), _ELSEWHERE, ref, attrs)

    def default(self, ref: Ref, value: Value, attrs: Attrs) -> Iterator[str]:
        """As it was written; what is no plain value is told by the text alone."""
        if value is None:
            yield "lower(coalesce(c.dflt_value, 'null')) = 'null'"
            return
        found = read(str(value))
        if found is None and "text" not in attrs:
            raise unknown(ref, "default", self.home)
        if found is not None and found.sort is Sort.STRING:
            yield f"c.dflt_value = {literal(literal(found.value))}"
        elif found is not None:
            yield f"lower(trim(c.dflt_value, '()+ ')) = {literal(found.value.lower())}"

    def items(self, ref: Ref, value: Value, attrs: Attrs) -> Iterator[str]:
        """The columns of an index whose text is not asked."""
        if "text" in attrs:
            return
        items = [str(item) for item in value] if isinstance(value, tuple) else []
        collation = _COLLATION if any(" collate " in item for item in items) else ""
        yield f"{_ITEMS.format(collation=collation)} = {literal(','.join(items))}"
        if not collation and not any("collate" in name.lower() for name in (*items, ref.name, str(attrs.get("table")))):
            yield "instr(lower(m.sql), 'collate') = 0"

    def kept(self, ref: Ref, value: Value, attrs: Attrs) -> Iterator[str]:
        """The text: from the beginning, to the end, and every string in it to the letter."""
        found = Kept.of(value)
        whole = _squeezed("m.sql")
        if found.within:
            ends = " OR ".join(f"instr({whole}, {literal(',' + found.within + end)}) > 0" for end in ",)")
            yield f"({ends})"
        elif not found.tail:
            yield f"{whole} = {literal(found.head)}"
        else:
            yield f"substr({whole}, 1, {len(found.head)}) = {literal(found.head)}"
            yield f"substr({whole}, -{len(found.tail)}) = {literal(found.tail)}"
            between = f"substr({whole}, {len(found.head) + 1}, length({whole}) - {len(found.head + found.tail)})"
            yield from (f"instr(upper({between}), ',{word}') = 0" for word in _OF_TABLES)
        yield from (f"instr(m.sql, {literal(string)}) > 0" for string in found.strings)

    def plain(self, ref: Ref, value: Value, attrs: Attrs) -> Iterator[str]:
        """A column of which nothing else was said: no key, and no word in its table's text that could be about it."""
        keys = f'pragma_foreign_key_list(m.name) AS k WHERE lower(k."from") = {literal(ref.name)}'
        yield f"NOT EXISTS (SELECT 1 FROM {keys})"
        said = " OR ".join(f"instr(lower(m.sql), '{word}') > 0" for word in ("collate", "check"))
        yield f"(NOT ({said}) OR ({' AND '.join(self.kept(ref, value, attrs))}))"


def _needs_text(thing: Thing, create: Create) -> bool:
    """Nothing but its text tells all that was said of it."""
    if isinstance(thing, Index):
        return thing.where is not None or not all(_PLAIN.fullmatch(item) for item in thing.columns)
    if isinstance(thing, Column):
        alone = create.things[0] is thing
        odd = thing.collation or thing.generated or (thing.default and read(thing.default) is None)
        return alone and (bool(odd) or len(create.things) > 1)
    return True


def _nullable(catalog: SQLite, ref: Ref, value: Value, attrs: Attrs) -> Iterator[str]:
    yield f'c."notnull" = {0 if value else 1}'


def _type(catalog: SQLite, ref: Ref, value: Value, attrs: Attrs) -> Iterator[str]:
    yield f"lower(replace(c.type, ' ', '')) = {literal(str(value).replace(' ', ''))}"


def _generated(catalog: SQLite, ref: Ref, value: Value, attrs: Attrs) -> Iterator[str]:
    yield "c.hidden IN (2, 3)" if value else "c.hidden = 0"


def _table(catalog: SQLite, ref: Ref, value: Value, attrs: Attrs) -> Iterator[str]:
    yield f"lower(m.tbl_name) = {literal(str(value))}"


def _unique(catalog: SQLite, ref: Ref, value: Value, attrs: Attrs) -> Iterator[str]:
    yield f"{_LISTED.format(what='unique')} = {1 if value else 0}"


def _where(catalog: SQLite, ref: Ref, value: Value, attrs: Attrs) -> Iterator[str]:
    yield f"{_LISTED.format(what='partial')} = {1 if value else 0}"


_TEXT: Mapping[str, Asked[SQLite]] = {"text": SQLite.kept}
_ASKED: Mapping[Kind, Mapping[str, Asked[SQLite]]] = {
    Kind.TABLE: _TEXT,
    Kind.COLUMN: {
        **_TEXT,
        "plain": SQLite.plain,
        "type": _type,
        "nullable": _nullable,
        "default": SQLite.default,
        "generated": _generated,
    },
    Kind.INDEX: {**_TEXT, "table": _table, "columns": SQLite.items, "unique": _unique, "where": _where},
    Kind.VIEW: _TEXT,
    Kind.TRIGGER: _TEXT,
}
_ELSEWHERE = frozenset(
    {"persistence", "options", "collation", "generated_kind", "auto_increment", "method", "nulls_distinct", "valid",
     "visible", "constraint", "definition", "table", "populated", "enabled"}
)  # fmt: skip
"""In the text, or always so here."""
