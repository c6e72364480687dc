"""Questions for PostgreSQL's catalog about what is no table and no part of one: types, code, schemas, extensions."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping

from console.core.forward.asking import Asked, Catalog, not_compared, schema_of, unknown
from console.core.forward.values import ADDED, Attrs
from console.core.lexer import significant, tokens
from console.core.operations import Create
from console.core.refs import Kind, Ref, Value
from console.core.statements import Statement

_TRIGGER = re.compile(
    r"CREATE TRIGGER \w+ (BEFORE|AFTER) ((?:INSERT|DELETE|UPDATE)(?: OR (?:INSERT|DELETE|UPDATE))*) "
    r"ON (?:\w+\.)?\w+ FOR EACH (ROW|STATEMENT) EXECUTE FUNCTION (?:(\w+)\.)?(\w+)\(\)"
)
_BITS = {"ROW": 1, "STATEMENT": 0, "BEFORE": 2, "AFTER": 0, "INSERT": 4, "DELETE": 8, "UPDATE": 16}
_LABELS = "SELECT CAST(e.enumlabel AS text) FROM pg_catalog.pg_enum e WHERE e.enumtypid = y.oid"
_MORE = frozenset({"STRICT", "NULL", "SET", "COST", "ROWS", "PARALLEL", "LEAKPROOF", "SUPPORT", "WINDOW", "TRANSFORM"})
_VOLATILITY = {None: "v", "volatile": "v", "stable": "s", "immutable": "i"}


def other_source(ref: Ref, catalog: Catalog) -> str:
    """FROM and WHERE that find it."""
    name, schema = catalog.text(ref.name), schema_of(ref.schema, catalog)
    match ref.kind:
        case Kind.SCHEMA:
            return f"FROM pg_catalog.pg_namespace s WHERE s.nspname = {name}"
        case Kind.EXTENSION:
            return f"FROM pg_catalog.pg_extension x WHERE x.extname = {name}"
        case Kind.TYPE:
            return (
                "FROM pg_catalog.pg_type y JOIN pg_catalog.pg_namespace s ON s.oid = y.typnamespace "
                f"WHERE s.nspname = {schema} AND y.typname = {name}"
            )
        case Kind.ROUTINE if ref.name.endswith("()"):
            return (
                "FROM pg_catalog.pg_proc p JOIN pg_catalog.pg_namespace s ON s.oid = p.pronamespace "
                f"WHERE s.nspname = {schema} AND p.proname = {catalog.text(ref.name[:-2])} AND p.pronargs = 0"
            )
        case Kind.TRIGGER:
            return (
                "FROM pg_catalog.pg_trigger g JOIN pg_catalog.pg_class t ON t.oid = g.tgrelid "
                "JOIN pg_catalog.pg_namespace s ON s.oid = t.relnamespace "
                "JOIN pg_catalog.pg_proc p ON p.oid = g.tgfoid WHERE NOT g.tgisinternal "
                f"AND s.nspname = {schema} AND t.relname = {catalog.text(ref.table)} AND g.tgname = {name}"
            )
    raise not_compared(ref.kind, ref.name)


def said_all(create: Create, statement: Statement, home: str) -> None:
    """Refused where a CREATE FUNCTION says more than is asked for."""
    words = {token.word for token in significant(tokens(statement.sql, "postgres"))}
    if create.subject.kind is Kind.ROUTINE and words & _MORE:
        raise unknown(create.subject, "options", home)


def _sort(catalog: Catalog, ref: Ref, value: Value, attrs: Attrs) -> Iterator[str]:
    if value not in ("enum", "domain"):
        raise unknown(ref, "definition", catalog.home)
    yield f"y.typtype = '{str(value)[0]}'"


def _labels(catalog: Catalog, ref: Ref, value: Value, attrs: Attrs) -> Iterator[str]:
    if attrs.get("type") == "enum" and isinstance(value, tuple):
        texts = ", ".join(catalog.text(str(label)) for label in value)
        yield f"ARRAY({_LABELS} ORDER BY e.enumsortorder) = ARRAY[{texts}]"


def _added(catalog: Catalog, ref: Ref, value: Value, attrs: Attrs) -> Iterator[str]:
    label, there = value if isinstance(value, tuple) else (value, True)
    yield f"{'' if there else 'NOT '}EXISTS ({_LABELS} AND e.enumlabel = {catalog.text(str(label))})"


def _base(catalog: Catalog, ref: Ref, value: Value, attrs: Attrs) -> Iterator[str]:
    if attrs.get("type") == "domain":
        yield f"pg_catalog.format_type(y.typbasetype, y.typtypmod) = {catalog.text(str(value))}"
        yield "NOT EXISTS (SELECT 1 FROM pg_catalog.pg_constraint c WHERE c.contypid = y.oid AND c.contype = 'c')"
        yield "y.typdefault IS NULL"


def _nullable(catalog: Catalog, ref: Ref, value: Value, attrs: Attrs) -> Iterator[str]:
    if attrs.get("type") == "domain":
        yield "NOT y.typnotnull" if value else "y.typnotnull"


def _body(catalog: Catalog, ref: Ref, value: Value, attrs: Attrs) -> Iterator[str]:
    """Its source is kept to the letter; what its CREATE leaves out is the same everywhere."""
    if not value or attrs.get("options") or attrs.get("type", "function") != "function":
        raise unknown(ref, "definition", catalog.home)
    yield f"p.prosrc = {catalog.text(str(value))}"
    yield f"p.provolatile = '{_VOLATILITY[attrs.get('volatility')]}'"  # type: ignore[index]
    yield "p.prosecdef" if attrs.get("security") == "definer" else "NOT p.prosecdef"
    yield "p.prokind = 'f' AND p.proconfig IS NULL AND NOT p.proisstrict AND NOT p.proleakproof"
    yield "p.proparallel = 'u' AND p.procost = 100 AND p.prosupport = 0 AND NOT p.proretset"


def _language(catalog: Catalog, ref: Ref, value: Value, attrs: Attrs) -> Iterator[str]:
    yield f"(SELECT l.lanname FROM pg_catalog.pg_language l WHERE l.oid = p.prolang) = {catalog.text(str(value))}"


def _returns(catalog: Catalog, ref: Ref, value: Value, attrs: Attrs) -> Iterator[str]:
    yield f"pg_catalog.pg_get_function_result(p.oid) = {catalog.text(str(value))}"


def _fires(catalog: Catalog, ref: Ref, value: Value, attrs: Attrs) -> Iterator[str]:
    """When, for what and which function; without WHEN, columns, arguments and transition tables."""
    found = _TRIGGER.fullmatch(str(value))
    if found is None:
        raise unknown(ref, "definition", catalog.home)
    when, events, each, schema, function = found.groups()
    seen = f"s.nspname = {schema_of(schema, catalog)}" if schema else "pg_catalog.pg_function_is_visible(p.oid)"
    yield f"EXISTS (SELECT 1 FROM pg_catalog.pg_namespace s WHERE s.oid = p.pronamespace AND {seen})"
    yield f"g.tgtype = {_BITS[when] + _BITS[each] + sum(_BITS[event] for event in set(events.split(' OR ')))}"
    yield f"p.proname = {catalog.text(function)} AND g.tgnargs = 0 AND g.tgqual IS NULL AND g.tgenabled = 'O'"
    yield "g.tgoldtable IS NULL AND g.tgnewtable IS NULL AND g.tgconstraint = 0"
    yield "CAST(g.tgattr AS text) = ''"


OTHERS: Mapping[Kind, Mapping[str, Asked[Catalog]]] = {
    Kind.SCHEMA: {},
    Kind.EXTENSION: {},
    Kind.TYPE: {"type": _sort, "labels": _labels, "base": _base, "nullable": _nullable, ADDED: _added},
    Kind.ROUTINE: {"body": _body, "language": _language, "returns": _returns},
    Kind.TRIGGER: {"definition": _fires},
}
ELSEWHERE = frozenset({"type", "arguments", "options", "volatility", "security", "function", "enabled"})
"""Asked together with another."""
