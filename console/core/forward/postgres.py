"""Questions for PostgreSQL's catalog: what a thing is, as it tells it."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass

from console.core.forward.asking import Asked, each, none, schema_of, shown, unknown
from console.core.forward.defaults import Sort, read, truth
from console.core.forward.postgres_others import ELSEWHERE, OTHERS, other_source, said_all
from console.core.forward.predicates import predicate
from console.core.forward.values import Attrs
from console.core.operations import Create, Operation
from console.core.refs import Kind, Ref, Value
from console.core.schema import Thing
from console.core.statements import Statement

_JOINED = "JOIN pg_catalog.pg_namespace s ON s.oid = t.relnamespace"
_SOURCES = {
    Kind.TABLE: f"FROM pg_catalog.pg_class t {_JOINED} WHERE t.relkind IN ('r', 'p')",
    Kind.COLUMN: f"FROM pg_catalog.pg_attribute a JOIN pg_catalog.pg_class t ON t.oid = a.attrelid {_JOINED} "
    "LEFT JOIN pg_catalog.pg_attrdef d ON d.adrelid = a.attrelid AND d.adnum = a.attnum "
    "WHERE a.attnum > 0 AND NOT a.attisdropped",
    Kind.CONSTRAINT: f"FROM pg_catalog.pg_constraint c JOIN pg_catalog.pg_class t ON t.oid = c.conrelid {_JOINED} "
    "WHERE c.contype <> 'n'",
    Kind.INDEX: "FROM pg_catalog.pg_index i JOIN pg_catalog.pg_class x ON x.oid = i.indexrelid "
    f"JOIN pg_catalog.pg_class t ON t.oid = i.indrelid {_JOINED} "
    "JOIN pg_catalog.pg_am m ON m.oid = x.relam WHERE x.relkind IN ('i', 'I')",
}
_NAME = {Kind.COLUMN: "a.attname", Kind.CONSTRAINT: "c.conname", Kind.INDEX: "x.relname"}
_CAST = '::[a-zA-Z_"][a-zA-Z0-9_." ]*([(][0-9, ]+[)])?([[][]])?'
"""Without a backslash: what one means hangs on the session."""
_SPELLED = f"regexp_replace(pg_catalog.pg_get_expr(d.adbin, d.adrelid), '{_CAST}', '', 'g')"
_ACTIONS = {"no action": "a", "restrict": "r", "cascade": "c", "set null": "n", "set default": "d"}
_TYPES = {"primary key": "p", "unique": "u", "foreign key": "f", "check": "c"}
_CLOCKS = ("date", "time", "interval")
_PLAIN = re.compile(r"(?:[a-z_]\w*|\"(?:[^\"]|\"\")+\")(?: DESC)?")
_BEHIND = (
    "SELECT CAST(k.attname AS text) FROM unnest({keys}) WITH ORDINALITY o (n, place) "
    "JOIN pg_catalog.pg_attribute k ON k.attrelid = {table} AND k.attnum = o.n ORDER BY o.place"
)
_OF_COLUMN = re.compile(r"[a-z_]\w*\([a-z_]\w*\)(?: DESC)?")
_INDEXED = (
    "SELECT quote_ident(k.attname) || CASE i.indoption[o.place - 1] WHEN 0 THEN '' WHEN 3 THEN ' DESC' ELSE ' ?' END "
    "FROM unnest(i.indkey) WITH ORDINALITY o (n, place) JOIN pg_catalog.pg_attribute k "
    "ON k.attrelid = i.indrelid AND k.attnum = o.n WHERE o.place <= i.indnkeyatts ORDER BY o.place"
)

_EXPRESSION = (
    "replace(replace(regexp_replace(pg_catalog.pg_get_indexdef(i.indexrelid, CAST(o.place AS int), false), "
    f"'{_CAST}', '', 'g'), '((', '('), '))', ')')"
)
"""`lower(email)`: no column is written so."""
_MIXED = (
    f"SELECT CASE o.n WHEN 0 THEN {_EXPRESSION} ELSE (SELECT quote_ident(k.attname) FROM pg_catalog.pg_attribute k "
    "WHERE k.attrelid = i.indrelid AND k.attnum = o.n) END "
    "|| CASE i.indoption[o.place - 1] WHEN 0 THEN '' WHEN 3 THEN ' DESC' ELSE ' ?' END "
    "FROM unnest(i.indkey) WITH ORDINALITY o (n, place) WHERE o.place <= i.indnkeyatts ORDER BY o.place"
)
_NULLS_ALIKE = "to_jsonb(i) ->> 'indnullsnotdistinct' = 'true'"
"""Asked in a way that servers before 15, which have no such column, understand."""
_NULLS_ALIKE_BEHIND = f"SELECT 1 FROM pg_catalog.pg_index i WHERE i.indexrelid = c.conindid AND {_NULLS_ALIKE}"


def literal(value: str) -> str:
    """A text that means the same whatever the session is set to."""
    quoted = "'" + value.replace("'", "''") + "'"
    return "E" + quoted.replace("\\", "\\\\") if "\\" in quoted else quoted


@dataclass(frozen=True, slots=True)
class Postgres:
    """Of a database whose unqualified names mean `home`; there it is whatever schema the session calls so."""

    home: str

    @property
    def here(self) -> str:
        """The first schema of the session's search path that is there."""
        return "current_schema()"

    @property
    def dialect(self) -> str:
        """Its grammar."""
        return "postgres"

    def text(self, value: str) -> str:
        """A literal."""
        return literal(value)

    def looked_at(
        self, create: Create, statement: Statement, later: Iterable[Operation]
    ) -> Iterator[tuple[Thing, Attrs]]:
        """Each by itself: the catalog tells all of it."""
        said_all(create, statement, self.home)
        return shown(create)

    def source(self, ref: Ref, attrs: Attrs, *, named: bool) -> str:
        """By schema, table and name."""
        if ref.kind not in _SOURCES:
            return other_source(ref, self)
        found = f"{_SOURCES[ref.kind]} AND s.nspname = {schema_of(ref.schema, self)}"
        table = ref.name if ref.kind is Kind.TABLE else ref.table or (str(attrs.get("table", "")) if not named else "")
        found += f" AND t.relname = {literal(table)}" if table else ""
        return f"{found} AND {_NAME[ref.kind]} = {literal(ref.name)}" if named and ref.kind in _NAME else found

    def conditions(self, ref: Ref, attrs: Attrs) -> Iterator[str]:
        """One for each attribute."""
        if ref.kind in OTHERS:
            return each(self, OTHERS[ref.kind], ELSEWHERE, ref, attrs)
        return each(self, _ASKED.get(ref.kind, {}), _ELSEWHERE, ref, attrs)

    def references(self, ref: Ref, value: Value, attrs: Attrs) -> Iterator[str]:
        """The table that a foreign key points at."""
        if value:
            schema, _, table = str(value).rpartition(".")
            found = f"t.relname = {literal(table)} AND s.nspname = {schema_of(schema, self)}"
            yield f"EXISTS (SELECT 1 FROM pg_catalog.pg_class t {_JOINED} WHERE t.oid = c.confrelid AND {found})"

    def default(self, ref: Ref, value: Value, attrs: Attrs) -> Iterator[str]:
        """As the server writes it, without casts."""
        if value is None:
            yield "d.adbin IS NULL"
            return
        yield _default(str(value), str(attrs.get("type", ""))) or _refused(ref, "default", self)

    def check(self, ref: Ref, value: Value, attrs: Attrs) -> Iterator[str]:
        """Simple tests; another condition could be spelled in many ways."""
        if attrs.get("type") == "check":
            yield from _holds("pg_catalog.pg_get_expr(c.conbin, c.conrelid)", ref, value, self)

    def where(self, ref: Ref, value: Value, attrs: Attrs) -> Iterator[str]:
        """The same of a partial index."""
        if value:
            yield from _holds("pg_catalog.pg_get_expr(i.indpred, i.indrelid)", ref, value, self)
        else:
            yield "i.indpred IS NULL"

    def items(self, ref: Ref, value: Value, attrs: Attrs) -> Iterator[str]:
        """The columns of an index, or functions of one column, in the default order or descending, by the default
        operators."""
        items = _texts(value)
        if all(_PLAIN.fullmatch(item) for item in items):
            yield f"ARRAY({_INDEXED}) = {_array(items)}"
            yield "i.indexprs IS NULL"
        elif all(_PLAIN.fullmatch(item) or _OF_COLUMN.fullmatch(item) for item in items):
            yield f"ARRAY({_MIXED}) = {_array(items)}"
        else:
            _refused(ref, "expression", self)
        yield "NOT EXISTS (SELECT 1 FROM pg_catalog.pg_opclass p WHERE p.oid = ANY (i.indclass) AND NOT p.opcdefault)"


def _holds(expression: str, ref: Ref, value: Value, catalog: Postgres) -> Iterator[str]:
    found = predicate(str(value), "postgres")
    if found is None:
        raise unknown(ref, "condition", catalog.home)
    plain = found.plain.replace("=any[", "=anyarray[")
    yield f"{_bare(expression)} = {literal(plain)}"
    yield from (f"strpos({expression}, {literal(string)}) > 0" for string in found.strings)


def _bare(expression: str) -> str:
    """Without casts, parentheses, quotes and blanks."""
    return f"lower(regexp_replace(regexp_replace({expression}, '{_CAST}', '', 'g'), '[\"() '']', '', 'g'))"


def _refused(ref: Ref, what: str, catalog: Postgres) -> str:
    raise unknown(ref, what, catalog.home)


def _texts(value: Value) -> tuple[str, ...]:
    return tuple(str(item) for item in value) if isinstance(value, tuple) else ()


def _array(items: Sequence[str]) -> str:
    return f"ARRAY[{', '.join(literal(item) for item in items)}]"


def _default(value: str, type_name: str) -> str | None:
    found = read(value)
    if value.lower().startswith("nextval("):
        return f"left({_SPELLED}, 8) = 'nextval('"
    if found is None or (found.sort is Sort.STRING and type_name.startswith((*_CLOCKS, "timestamp"))):
        return None
    if type_name == "boolean":
        told = truth(found)
        return None if told is None else f"{_SPELLED} = '{str(told).lower()}'"
    if found.sort is Sort.CALL:
        return f"lower({_SPELLED}) = {literal(found.value)}"
    bare = f"btrim({_SPELLED}, '()''')" if found.sort is Sort.NUMBER or not _is_text(type_name) else _SPELLED
    wanted = found.value if bare is not _SPELLED else "'" + found.value.replace("'", "''") + "'"
    return f"{bare} = {literal(wanted)}"


def _is_text(type_name: str) -> bool:
    return type_name.startswith(("character", "text", "bpchar", "citext")) or not type_name


def _flag(column: str, *, turned: bool = False) -> Asked[Postgres]:
    def asked(catalog: Postgres, ref: Ref, value: Value, attrs: Attrs) -> Iterator[str]:
        yield column if bool(value) is not turned else f"NOT {column}"

    return asked


def _nulls_distinct(condition: str) -> Asked[Postgres]:
    """What says otherwise is refused beforehand."""

    def asked(catalog: Postgres, ref: Ref, value: Value, attrs: Attrs) -> Iterator[str]:
        if attrs.get("type", "unique") == "unique":
            yield condition

    return asked


def _equal(column: str, words: Mapping[str, str] | None = None) -> Asked[Postgres]:
    def asked(catalog: Postgres, ref: Ref, value: Value, attrs: Attrs) -> Iterator[str]:
        if words is not None and value not in words:
            raise unknown(ref, "kind", catalog.home)
        yield f"{column} = {literal(words[str(value)] if words is not None else str(value))}"

    return asked


def _same(column: str) -> Asked[Postgres]:
    def asked(catalog: Postgres, ref: Ref, value: Value, attrs: Attrs) -> Iterator[str]:
        yield f"{column} IS NOT DISTINCT FROM {literal(str(value))}" if value else f"COALESCE({column}, '') = ''"

    return asked


def _columns(keys: str, table: str) -> Asked[Postgres]:
    def asked(catalog: Postgres, ref: Ref, value: Value, attrs: Attrs) -> Iterator[str]:
        if value and attrs.get("type") != "check":
            yield f"ARRAY({_BEHIND.format(keys=keys, table=table)}) = {_array(_texts(value))}"

    return asked


def _of_foreign_keys(column: str, words: Mapping[str, str]) -> Asked[Postgres]:
    def asked(catalog: Postgres, ref: Ref, value: Value, attrs: Attrs) -> Iterator[str]:
        if attrs.get("type") == "foreign key":
            yield from _equal(column, words)(catalog, ref, value, attrs)

    return asked


_ASKED: Mapping[Kind, Mapping[str, Asked[Postgres]]] = {
    Kind.TABLE: {
        "persistence": _equal("t.relpersistence", {"permanent": "p", "unlogged": "u"}),
        "partition_key": none("t.relkind = 'r'"),
        "comment": _same("pg_catalog.obj_description(t.oid, 'pg_class')"),
    },
    Kind.COLUMN: {
        "type": _equal("pg_catalog.format_type(a.atttypid, a.atttypmod)"),
        "nullable": _flag("a.attnotnull", turned=True),
        "default": Postgres.default,
        "identity": _equal("a.attidentity", {"": "", "always": "a", "by default": "d"}),
        "generated": none("a.attgenerated = ''"),
        "comment": _same("pg_catalog.col_description(a.attrelid, a.attnum)"),
    },
    Kind.CONSTRAINT: {
        "type": _equal("c.contype", _TYPES),
        "columns": _columns("c.conkey", "c.conrelid"),
        "references": Postgres.references,
        "referenced_columns": _columns("c.confkey", "c.confrelid"),
        "on_delete": _of_foreign_keys("c.confdeltype", _ACTIONS),
        "on_update": _of_foreign_keys("c.confupdtype", _ACTIONS),
        "match": _of_foreign_keys("c.confmatchtype", {"simple": "s", "full": "f"}),
        "expression": Postgres.check,
        "nulls_distinct": _nulls_distinct(f"NOT EXISTS ({_NULLS_ALIKE_BEHIND})"),
        "validated": _flag("c.convalidated"),
        "deferrable": _flag("c.condeferrable"),
        "deferred": _flag("c.condeferred"),
    },
    Kind.INDEX: {
        "table": _equal("t.relname"),
        "columns": Postgres.items,
        "include": none("i.indnatts = i.indnkeyatts"),
        "method": _equal("m.amname"),
        "unique": _flag("i.indisunique"),
        "nulls_distinct": _nulls_distinct(f"({_NULLS_ALIKE}) IS NOT TRUE"),
        "where": Postgres.where,
        "valid": _flag("(i.indisvalid AND i.indisready)"),
    },
}
_ELSEWHERE = frozenset({"enforced", "visible", "constraint"})
"""True unless somebody said otherwise; what says otherwise is refused beforehand."""
