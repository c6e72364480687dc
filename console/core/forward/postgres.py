"""Questions for PostgreSQL's catalog: what a thing is, as it tells it."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass

from console.core.forward.asking import unknown
from console.core.forward.defaults import Sort, comparison, read, truth
from console.core.forward.values import Attrs
from console.core.plan import CannotWriteError
from console.core.refs import Kind, Ref, Value

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
_INDEXED = (
    "SELECT quote_ident(k.attname) || CASE i.indoption[o.place - 1] WHEN 0 THEN '' WHEN 3 THEN ' DESC' ELSE ' ?' END "
    "FROM unnest(i.indkey) WITH ORDINALITY o (n, place) JOIN pg_catalog.pg_attribute k "
    "ON k.attrelid = i.indrelid AND k.attnum = o.n WHERE o.place <= i.indnkeyatts ORDER BY o.place"
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
    def dialect(self) -> str:
        """Its grammar."""
        return "postgres"

    def text(self, value: str) -> str:
        """A literal."""
        return literal(value)

    def source(self, ref: Ref, attrs: Attrs, *, named: bool) -> str:
        """By schema, table and name."""
        if ref.kind not in _SOURCES:
            raise CannotWriteError(f"a {ref.kind.value} cannot be compared from inside a migration ({ref.name})")
        found = f"{_SOURCES[ref.kind]} AND s.nspname = {self._schema(ref.schema)}"
        table = ref.name if ref.kind is Kind.TABLE else ref.table or (str(attrs.get("table", "")) if not named else "")
        found += f" AND t.relname = {literal(table)}" if table else ""
        return f"{found} AND {_NAME[ref.kind]} = {literal(ref.name)}" if named and ref.kind in _NAME else found

    def _schema(self, name: str) -> str:
        return "current_schema()" if name in ("", self.home) else literal(name)

    def conditions(self, ref: Ref, attrs: Attrs) -> Iterator[str]:
        """One for each attribute."""
        asked = _ASKED[ref.kind]
        for name, value in attrs.items():
            if name in asked:
                yield from asked[name](self, ref, value, attrs)
            elif name not in _ELSEWHERE and value not in (None, "", (), False):
                raise unknown(ref, name, self.home)

    def references(self, ref: Ref, value: Value, attrs: Attrs) -> Iterator[str]:
        """The table that a foreign key points at."""
        if value:
            schema, _, table = str(value).rpartition(".")
            found = f"t.relname = {literal(table)} AND s.nspname = {self._schema(schema)}"
            yield f"EXISTS (SELECT 1 FROM pg_catalog.pg_class t {_JOINED} WHERE t.oid = c.confrelid AND {found})"

    def default(self, ref: Ref, value: Value, attrs: Attrs) -> Iterator[str]:
        """As the server writes it, without casts."""
        if value is None:
            yield "d.adbin IS NULL"
            return
        yield _default(str(value), str(attrs.get("type", ""))) or _refused(ref, "default", self)

    def check(self, ref: Ref, value: Value, attrs: Attrs) -> Iterator[str]:
        """One comparison with a number; another condition could be spelled in many ways."""
        if attrs.get("type") == "check":
            plain = comparison(str(value)) or _refused(ref, "condition", self)
            spelled = f"regexp_replace(pg_catalog.pg_get_expr(c.conbin, c.conrelid), '{_CAST}', '', 'g')"
            yield f"lower(regexp_replace({spelled}, '[\"() '']', '', 'g')) = {literal(plain)}"

    def items(self, ref: Ref, value: Value, attrs: Attrs) -> Iterator[str]:
        """The columns of an index, in the default order or descending, by the default operators."""
        items = _texts(value)
        if not all(_PLAIN.fullmatch(item) for item in items):
            _refused(ref, "expression", self)
        yield f"ARRAY({_INDEXED}) = {_array(items)}"
        yield "i.indexprs IS NULL"
        yield "NOT EXISTS (SELECT 1 FROM pg_catalog.pg_opclass p WHERE p.oid = ANY (i.indclass) AND NOT p.opcdefault)"


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


Asked = Callable[[Postgres, Ref, Value, Attrs], Iterator[str]]


def _none(condition: str) -> Asked:
    """What is only compared where nothing of it is meant."""

    def asked(catalog: Postgres, ref: Ref, value: Value, attrs: Attrs) -> Iterator[str]:
        if value not in (None, "", ()):
            raise unknown(ref, "definition", catalog.home)
        yield condition

    return asked


def _flag(column: str, *, turned: bool = False) -> Asked:
    def asked(catalog: Postgres, ref: Ref, value: Value, attrs: Attrs) -> Iterator[str]:
        yield column if bool(value) is not turned else f"NOT {column}"

    return asked


def _nulls_distinct(condition: str) -> Asked:
    """What says otherwise is refused beforehand."""

    def asked(catalog: Postgres, ref: Ref, value: Value, attrs: Attrs) -> Iterator[str]:
        if attrs.get("type", "unique") == "unique":
            yield condition

    return asked


def _equal(column: str, words: Mapping[str, str] | None = None) -> Asked:
    def asked(catalog: Postgres, ref: Ref, value: Value, attrs: Attrs) -> Iterator[str]:
        if words is not None and value not in words:
            raise unknown(ref, "kind", catalog.home)
        yield f"{column} = {literal(words[str(value)] if words is not None else str(value))}"

    return asked


def _same(column: str) -> Asked:
    def asked(catalog: Postgres, ref: Ref, value: Value, attrs: Attrs) -> Iterator[str]:
        yield f"{column} IS NOT DISTINCT FROM {literal(str(value))}" if value else f"COALESCE({column}, '') = ''"

    return asked


def _columns(keys: str, table: str) -> Asked:
    def asked(catalog: Postgres, ref: Ref, value: Value, attrs: Attrs) -> Iterator[str]:
        if value and attrs.get("type") != "check":
            yield f"ARRAY({_BEHIND.format(keys=keys, table=table)}) = {_array(_texts(value))}"

    return asked


def _of_foreign_keys(column: str, words: Mapping[str, str]) -> Asked:
    def asked(catalog: Postgres, ref: Ref, value: Value, attrs: Attrs) -> Iterator[str]:
        if attrs.get("type") == "foreign key":
            yield from _equal(column, words)(catalog, ref, value, attrs)

    return asked


_ASKED: Mapping[Kind, Mapping[str, Asked]] = {
    Kind.TABLE: {
        "persistence": _equal("t.relpersistence", {"permanent": "p", "unlogged": "u"}),
        "partition_key": _none("t.relkind = 'r'"),
        "comment": _same("pg_catalog.obj_description(t.oid, 'pg_class')"),
    },
    Kind.COLUMN: {
        "type": _equal("pg_catalog.format_type(a.atttypid, a.atttypmod)"),
        "nullable": _flag("a.attnotnull", turned=True),
        "default": Postgres.default,
        "identity": _equal("a.attidentity", {"": "", "always": "a", "by default": "d"}),
        "generated": _none("a.attgenerated = ''"),
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
        "include": _none("i.indnatts = i.indnkeyatts"),
        "method": _equal("m.amname"),
        "unique": _flag("i.indisunique"),
        "nulls_distinct": _nulls_distinct(f"({_NULLS_ALIKE}) IS NOT TRUE"),
        "where": _none("i.indpred IS NULL"),
        "valid": _flag("(i.indisvalid AND i.indisready)"),
    },
}
_ELSEWHERE = frozenset({"enforced", "visible", "constraint"})
"""True unless somebody said otherwise; what says otherwise is refused beforehand."""
