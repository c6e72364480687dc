"""PostgreSQL's keywords that cannot be plain names, and when a name needs quotes.

Needed twice: to write a name the way the server's deparser does, and to tell a column from a keyword in an expression.
The lists are those of `pg_get_keywords()` of PostgreSQL 18, which contains those of the older versions.
"""

from __future__ import annotations

import re
from collections.abc import Iterable


def words(text: str) -> frozenset[str]:
    """The words of a list that is written as prose."""
    return frozenset(text.split())


RESERVED = words(
    """
    all analyse analyze and any array as asc asymmetric both case cast check collate column constraint create
    current_catalog current_date current_role current_time current_timestamp current_user default deferrable desc
    distinct do else end except false fetch for foreign from grant group having in initially intersect into lateral
    leading limit localtime localtimestamp not null offset on only or order placing primary references returning select
    session_user some symmetric system_user table then to trailing true union unique user using variadic when where
    window with
    """
)
"""Never a column or a table without quotes."""

TYPE_OR_FUNCTION = words(
    """
    authorization binary collation concurrently cross current_schema freeze full ilike inner is isnull join left like
    natural notnull outer overlaps right similar tablesample verbose
    """
)
"""May name a type or function, never a column."""

COLUMN_OR_TYPE = words(
    """
    between bigint bit boolean char character coalesce dec decimal exists extract float greatest grouping inout int
    integer interval json json_array json_arrayagg json_exists json_object json_objectagg json_query json_scalar
    json_serialize json_table json_value least merge_action national nchar none normalize nullif numeric out overlay
    position precision real row setof smallint substring time timestamp treat trim values varchar xmlattributes
    xmlconcat xmlelement xmlexists xmlforest xmlnamespaces xmlparse xmlpi xmlroot xmlserialize xmltable
    """
)
"""May name a column, never a function."""

KEYWORDS = RESERVED | TYPE_OR_FUNCTION | COLUMN_OR_TYPE
"""The server quotes a name that is one of these."""

_PLAIN = re.compile(r"[a-z_][a-z0-9_]*\Z")


def quote_name(name: str) -> str:
    """The name as the server writes it: in double quotes only when it needs them."""
    if _PLAIN.match(name) and name not in KEYWORDS:
        return name
    return '"' + name.replace('"', '""') + '"'


def qualified(schema: str, name: str, home: str) -> str:
    """A quoted name with its schema, which is left out when it is the `home` schema, pg_catalog or not known."""
    return quote_name(name) if schema in ("", home, "pg_catalog") else f"{quote_name(schema)}.{quote_name(name)}"


_WHETHER = {"on": "true", "1": "true", "yes": "true", "off": "false", "0": "false", "no": "false"}


def view_options(items: Iterable[str]) -> tuple[str, ...]:
    """`security_barrier=true`: each in lower case, yes and no in one way, without what is off, which is the usual."""
    pairs = (item.lower().partition("=") for item in items)
    found = (f"{name}={_WHETHER.get(value, value)}" for name, _, value in pairs)
    return tuple(sorted(option for option in found if not option.endswith("=false")))
