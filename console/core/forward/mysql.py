"""Questions for MySQL's and MariaDB's information_schema: what a thing is, as it tells it."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass

from console.core.forward.asking import Asked, each, none, not_compared, schema_of, shown, unknown
from console.core.forward.defaults import Sort, read, truth
from console.core.forward.mysql_others import EVERYWHERE, TRIGGER, said_all, trigger_source
from console.core.forward.predicates import predicate
from console.core.forward.values import Attrs
from console.core.operations import Create, Operation
from console.core.refs import Kind, Ref, Value
from console.core.schema import Thing
from console.core.statements import Statement

_KEYS = (
    "SELECT k.constraint_name AS name_of, "
    "GROUP_CONCAT(LOWER(k.column_name) ORDER BY k.ordinal_position SEPARATOR ',') AS columns_of, "
    "GROUP_CONCAT(LOWER(k.referenced_column_name) ORDER BY k.ordinal_position SEPARATOR ',') AS their_columns, "
    "MAX(k.referenced_table_schema) AS their_schema, MAX(k.referenced_table_name) AS their_table, "
    "MAX(r.delete_rule) AS on_delete, MAX(r.update_rule) AS on_update "
    "FROM information_schema.key_column_usage k JOIN information_schema.referential_constraints r "
    "ON r.constraint_schema = k.constraint_schema AND r.constraint_name = k.constraint_name "
    "AND r.table_name = k.table_name WHERE k.table_schema = {schema} AND k.table_name = {table} GROUP BY 1"
)
_CHECKS = (
    "SELECT h.constraint_name AS name_of, h.check_clause AS clause, {enforced} AS enforced "
    "FROM information_schema.check_constraints h JOIN information_schema.table_constraints u "
    "ON u.constraint_schema = h.constraint_schema AND u.constraint_name = h.constraint_name{own} "
    "WHERE u.table_schema = {schema} AND u.table_name = {table}"
)
_NAMES = (
    "SELECT u.constraint_name AS name_of FROM information_schema.table_constraints u "
    "WHERE u.table_schema = {schema} AND u.table_name = {table}"
)
"""Of every kind."""
_STATISTICS = (
    "SELECT s.index_name AS name_of, MAX(s.non_unique) AS non_unique, LOWER(MAX(s.index_type)) AS method, "
    "MAX({visible}) AS visible, GROUP_CONCAT(CONCAT("
    "COALESCE(LOWER(s.column_name), {expression}), COALESCE(CONCAT('(', s.sub_part, ')'), ''), "
    "CASE s.collation WHEN 'D' THEN ' DESC' ELSE '' END) ORDER BY s.seq_in_index SEPARATOR ',') AS columns_of "
    "FROM information_schema.statistics s WHERE s.table_schema = {schema} AND s.table_name = {table} GROUP BY 1"
)
_PLAIN = re.compile(r"[^\s(),]+(?:\(\d+\))?(?: DESC)?")
_OF_COLUMN = re.compile(r"\([a-z_]\w*\([a-z_]\w*\)\)(?: DESC)?")
_EXPRESSION = "CONCAT('(', LOWER(REPLACE(REPLACE(s.expression, '`', ''), ' ', '')), ')')"
"""MySQL's; MariaDB has none."""
_NUMBERS = ("tinyint", "smallint", "mediumint", "int", "bigint", "decimal", "float", "double")
_CLOCKS = ("date", "time", "year")
_NOW = re.compile(r"(?:now|current_timestamp|localtimestamp|localtime)(?:\((\d*)\))?")
_DECIMAL = "DECIMAL(65, 20)"


def literal(value: str) -> str:
    """A text that means the same whatever the session is set to."""
    if "\\" in value:
        return f"CONVERT(X'{value.encode().hex()}' USING utf8mb4)"
    return "'" + value.replace("'", "''") + "'"


def _exact(expression: str, value: str) -> str:
    """Equal to the letter, whatever the collation."""
    return (
        f"CAST(CONVERT({expression} USING utf8mb4) AS BINARY) = CAST(CONVERT({literal(value)} USING utf8mb4) AS BINARY)"
    )


@dataclass(frozen=True, slots=True)
class MySQL:
    """Of a database whose unqualified names mean `home`; there it is the database that the session is in."""

    home: str
    mariadb: bool = False

    @property
    def here(self) -> str:
        """The database of the session."""
        return "DATABASE()"

    @property
    def dialect(self) -> str:
        """Its grammar."""
        return "mariadb" if self.mariadb else "mysql"

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
        """By database, table and name."""
        place = {"schema": schema_of(ref.schema, self), "table": literal(ref.table or str(attrs.get("table", "")))}
        match ref.kind:
            case Kind.TABLE:
                return (
                    f"FROM information_schema.tables t WHERE t.table_type = 'BASE TABLE' "
                    f"AND t.table_schema = {place['schema']} AND t.table_name = {literal(ref.name)}"
                )
            case Kind.COLUMN:
                return (
                    f"FROM information_schema.columns c WHERE c.table_schema = {place['schema']} "
                    f"AND c.table_name = {place['table']} AND LOWER(c.column_name) = {literal(ref.name)}"
                )
            case Kind.INDEX:
                visible = "s.ignored = 'NO'" if self.mariadb else "s.is_visible = 'YES'"
                expression = "'()'" if self.mariadb else _EXPRESSION
                found = _STATISTICS.format(visible=visible, expression=expression, **place)
            case Kind.CONSTRAINT if "type" not in attrs:
                found = _NAMES.format(**place)
            case Kind.CONSTRAINT if attrs["type"] == "check":
                own = " AND u.table_name = h.table_name" if self.mariadb else ""
                found = _CHECKS.format(own=own, enforced="'YES'" if self.mariadb else "u.enforced", **place)
            case Kind.CONSTRAINT:
                found = _KEYS.format(**place)
            case Kind.TRIGGER:
                return trigger_source(ref, self)
            case _:
                raise not_compared(ref.kind, ref.name)
        return f"FROM ({found}) AS f WHERE {f'LOWER(f.name_of) = {literal(ref.name.lower())}' if named else '1 = 1'}"

    def conditions(self, ref: Ref, attrs: Attrs) -> Iterator[str]:
        """One for each attribute."""
        if ref.kind is Kind.TRIGGER:
            return each(self, TRIGGER, EVERYWHERE, ref, attrs)
        return each(self, _ASKED.get(ref.kind, {}), _ELSEWHERE, ref, attrs)

    def type(self, ref: Ref, value: Value, attrs: Attrs) -> Iterator[str]:
        """As `column_type` has it."""
        name = str(value)
        if name.startswith("text("):
            raise unknown(ref, "type", self.home)
        yield _exact("c.column_type", "longtext" if name == "json" and self.mariadb else name)

    def default(self, ref: Ref, value: Value, attrs: Attrs) -> Iterator[str]:
        """MySQL tells a value, MariaDB the SQL of it."""
        if value is None:
            yield (
                "(c.column_default IS NULL OR c.column_default = 'NULL')"
                if self.mariadb
                else "c.column_default IS NULL"
            )
            return
        asked = self._default(str(value), str(attrs.get("type", "")))
        if asked is None:
            raise unknown(ref, "default", self.home)
        yield asked

    def _default(self, value: str, type_name: str) -> str | None:
        found = read(value, escapes=True)
        if found is None or found.value.lower() == "null":
            return None
        if type_name.startswith(_NUMBERS):
            told = truth(found) if found.sort is Sort.CALL else None
            number = str(int(told)) if told is not None else found.value
            if not re.fullmatch(r"-?\d+(?:\.\d+)?", number):
                return None
            return f"CAST(TRIM(BOTH '''' FROM c.column_default) AS {_DECIMAL}) = CAST('{number}' AS {_DECIMAL})"
        if found.sort is Sort.CALL:
            now = _NOW.fullmatch(found.value)
            if now is None:
                return None
            precise = f"({now[1]})" if now[1] and now[1] != "0" else ""
            return f"REPLACE(LOWER(c.column_default), '()', '') = 'current_timestamp{precise}'"
        if type_name.startswith(_CLOCKS) or not type_name:
            return None
        if not self.mariadb:
            return _exact("c.column_default", found.value) + " AND LOCATE('DEFAULT_GENERATED', UPPER(c.extra)) = 0"
        spelled = dict.fromkeys(found.value.replace("'", quote) for quote in ("\\'", "''"))
        return "(" + " OR ".join(_exact("c.column_default", f"'{text}'") for text in spelled) + ")"

    def items(self, ref: Ref, value: Value, attrs: Attrs) -> Iterator[str]:
        """The columns of an index."""
        items = [str(item) for item in value] if isinstance(value, tuple) else []
        if not all(_PLAIN.fullmatch(item) or (_OF_COLUMN.fullmatch(item) and not self.mariadb) for item in items):
            raise unknown(ref, "expression", self.home)
        yield f"f.columns_of = {literal(','.join(items))}"

    def references(self, ref: Ref, value: Value, attrs: Attrs) -> Iterator[str]:
        """The table that a foreign key points at."""
        if value:
            schema, _, table = str(value).rpartition(".")
            yield f"f.their_schema = {schema_of(schema, self)} AND f.their_table = {literal(table)}"

    def check(self, ref: Ref, value: Value, attrs: Attrs) -> Iterator[str]:
        """Simple tests with numbers: strings are told with the character set of the session that made it."""
        if attrs.get("type") != "check":
            return
        found = predicate(str(value), self.dialect)
        if found is None or found.strings or found.listed or attrs.get("enforced") is False:
            raise unknown(ref, "condition", self.home)
        stripped = "f.clause"
        for sign in ("`", "(", ")", " "):
            stripped = f"REPLACE({stripped}, '{sign}', '')"
        yield f"LOWER({stripped}) = {literal(found.plain)}"
        yield "f.enforced = 'YES'"

    def kind(self, ref: Ref, value: Value, attrs: Attrs) -> Iterator[str]:
        """Of a constraint: what is not looked up by its kind is an index here."""
        if value not in ("foreign key", "check"):
            raise unknown(ref, "kind", self.home)
        yield from ()


def _equal(column: str) -> Asked[MySQL]:
    """Where it is said at all."""

    def asked(catalog: MySQL, ref: Ref, value: Value, attrs: Attrs) -> Iterator[str]:
        if value not in (None, ""):
            yield f"{column} = {literal(str(value))}"

    return asked


def _extra(word: str) -> Asked[MySQL]:
    def asked(catalog: MySQL, ref: Ref, value: Value, attrs: Attrs) -> Iterator[str]:
        yield f"LOCATE('{word}', LOWER(c.extra)) {'>' if value else '='} 0"

    return asked


def _columns(column: str) -> Asked[MySQL]:
    def asked(catalog: MySQL, ref: Ref, value: Value, attrs: Attrs) -> Iterator[str]:
        if isinstance(value, tuple) and value and attrs.get("type") != "check":
            yield f"{column} = {literal(','.join(str(item).lower() for item in value))}"

    return asked


def _action(column: str) -> Asked[MySQL]:
    def asked(catalog: MySQL, ref: Ref, value: Value, attrs: Attrs) -> Iterator[str]:
        if attrs.get("type") == "foreign key":
            same = ("NO ACTION", "RESTRICT") if value == "no action" else (str(value).upper(),)
            yield f"{column} IN ({', '.join(literal(word) for word in same)})"

    return asked


def _nullable(catalog: MySQL, ref: Ref, value: Value, attrs: Attrs) -> Iterator[str]:
    yield f"c.is_nullable = '{'YES' if value else 'NO'}'"


def _visible(catalog: MySQL, ref: Ref, value: Value, attrs: Attrs) -> Iterator[str]:
    yield f"f.visible = {1 if value else 0}"


def _unique(catalog: MySQL, ref: Ref, value: Value, attrs: Attrs) -> Iterator[str]:
    yield f"f.non_unique = {0 if value else 1}"


def _comment(column: str) -> Asked[MySQL]:
    def asked(catalog: MySQL, ref: Ref, value: Value, attrs: Attrs) -> Iterator[str]:
        yield _exact(column, str(value or ""))

    return asked


_ASKED: Mapping[Kind, Mapping[str, Asked[MySQL]]] = {
    Kind.TABLE: {
        "engine": _equal("LOWER(t.engine)"),
        "charset": _equal("SUBSTRING_INDEX(t.table_collation, '_', 1)"),
        "collation": _equal("t.table_collation"),
        "partition_key": none("LOCATE('partitioned', COALESCE(t.create_options, '')) = 0"),
        "comment": _comment("t.table_comment"),
    },
    Kind.COLUMN: {
        "type": MySQL.type,
        "nullable": _nullable,
        "default": MySQL.default,
        "generated": none("COALESCE(c.generation_expression, '') = ''"),
        "charset": _equal("c.character_set_name"),
        "collation": _equal("c.collation_name"),
        "on_update": _extra("on update"),
        "auto_increment": _extra("auto_increment"),
        "invisible": _extra("invisible"),
        "comment": _comment("c.column_comment"),
    },
    Kind.CONSTRAINT: {
        "type": MySQL.kind,
        "columns": _columns("f.columns_of"),
        "references": MySQL.references,
        "referenced_columns": _columns("f.their_columns"),
        "on_delete": _action("f.on_delete"),
        "on_update": _action("f.on_update"),
        "expression": MySQL.check,
    },
    Kind.INDEX: {"columns": MySQL.items, "method": _equal("f.method"), "unique": _unique, "visible": _visible},
}  # fmt: skip
_ELSEWHERE = frozenset(
    {"persistence", "nulls_distinct", "enforced", "valid", "validated", "match", "table", "constraint"}
)
"""What is always so here; what says otherwise is refused beforehand."""
