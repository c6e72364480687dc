"""PostgreSQL's spelling of types (`format_type`), and its 32-bit transaction numbers.

A type in a file and a type in the catalog are compared as text after both went through `canonical_type`. Generated
names are in postgres_names.py, keywords and quoting in postgres_words.py.
"""

from __future__ import annotations

import re
from collections.abc import Sequence

from console.core.lexer import Token, TokenKind, significant, tokens
from console.core.types.postgres_words import qualified, words

_ALIASES = {
    "int": "integer",
    "int4": "integer",
    "int2": "smallint",
    "int8": "bigint",
    "bool": "boolean",
    "float4": "real",
    "float8": "double precision",
    "decimal": "numeric",
    "dec": "numeric",
    "varchar": "character varying",
    "varbit": "bit varying",
    "char": "character",
    "nchar": "character",
    "timestamptz": "timestamp with time zone",
    "timetz": "time with time zone",
    "timestamp": "timestamp without time zone",
    "time": "time without time zone",
    "serial2": "smallserial",
    "serial4": "serial",
    "serial8": "bigserial",
}

_BUILT_IN = words(
    """
    integer smallint bigint boolean real numeric character text bytea json jsonb uuid date interval bit inet cidr
    macaddr macaddr8 money name oid bpchar xml point line lseg box path polygon circle tsvector tsquery int4range
    int8range numrange tsrange tstzrange daterange int4multirange int8multirange nummultirange tsmultirange
    tstzmultirange datemultirange regclass regtype regproc regprocedure regoper regoperator regrole regnamespace
    regconfig regdictionary regcollation pg_lsn txid_snapshot pg_snapshot xid xid8 cid tid jsonpath record void trigger
    event_trigger anyelement anyarray anynonarray anyenum anyrange anycompatible anycompatiblearray internal cstring
    smallserial serial bigserial oidvector int2vector refcursor unknown
    """
) | frozenset(_ALIASES.values())

_SERIALS = {"smallserial": "smallint", "serial": "integer", "bigserial": "bigint"}
_FIRST_WORDS = {
    "DOUBLE": ("PRECISION",),
    "CHARACTER": ("VARYING",),
    "CHAR": ("VARYING",),
    "NCHAR": ("VARYING",),
    "BIT": ("VARYING",),
}
_INTERVAL_FIELDS = ("YEAR", "MONTH", "DAY", "HOUR", "MINUTE", "SECOND")
_INTERVAL_SPANS = {"YEAR": ("MONTH",), "DAY": ("HOUR", "MINUTE", "SECOND"), "HOUR": ("MINUTE", "SECOND")}
_INTERVAL_SPANS |= {"MINUTE": ("SECOND",)}
_HOLDS_LENGTH_ONE = frozenset({"character", "bit"})


class NotAType(ValueError):
    """These tokens are no type name."""


def canonical_type(text: str, home: str = "public") -> str:
    """`text` as `format_type` would write it; unchanged when it is no type name."""
    found = significant(tokens(text))
    try:
        name, end = read_type(found, 0, home)
    except NotAType:
        return text.strip()
    return name if end == len(found) else text.strip()


def serial_base(name: str) -> str | None:
    """The type a serial column really has; None for any other type."""
    return _SERIALS.get(name)


def read_type(found: Sequence[Token], at: int, home: str) -> tuple[str, int]:
    """The canonical type that begins at token `at`, and the index of the first token behind it."""
    if _word(found, at) == "SETOF":
        inner, end = read_type(found, at + 1, home)
        return f"SETOF {inner}", end
    name, at, quoted = _name(found, at, home)
    if _word(found, at) == "%" and _word(found, at + 1) == "TYPE":
        return f"{name}%TYPE", at + 2
    arguments, at = _arguments(found, at)
    name, at = _with_arguments(name, arguments, found, at, quoted=quoted)
    dimensions, at = _dimensions(found, at)
    return _array(name) if dimensions else name, at


def _word(found: Sequence[Token], at: int) -> str:
    return found[at].word if at < len(found) else ""


def _name(found: Sequence[Token], at: int, home: str) -> tuple[str, int, bool]:
    """Canonical name without arguments; True when it was quoted (`"char"` is not char)."""
    if _word(found, at) == "NATIONAL":
        at += 1
    if at >= len(found) or found[at].kind not in (TokenKind.WORD, TokenKind.QUOTED):
        raise NotAType
    parts = [found[at]]
    following = _FIRST_WORDS.get(found[at].word, ())
    at += 1
    if _word(found, at) in following:
        return (
            {"DOUBLE": "double precision", "BIT": "bit varying"}.get(parts[0].word, "character varying"),
            at + 1,
            False,
        )
    while _word(found, at) == "." and at + 1 < len(found):
        parts.append(found[at + 1])
        at += 2
    schema = parts[-2].folded if len(parts) > 1 else ""
    return *_plain_name(parts[-1], schema, home, at), parts[-1].kind is TokenKind.QUOTED


def _plain_name(last: Token, schema: str, home: str, at: int) -> tuple[str, int]:
    name = last.folded
    # Only the parser, not the catalog, knows these spellings: "int" in quotes would be a type of that name.
    in_catalog = name not in ("int", "decimal", "dec", "nchar", "smallserial", "serial", "bigserial")
    if schema in ("", "pg_catalog") and (last.kind is TokenKind.WORD or in_catalog):
        if last.kind is TokenKind.QUOTED and name in ("char", "bit"):
            return f'"{name}"', at
        if name == "float":
            return "float", at
        if name in _ALIASES or name in _BUILT_IN:
            return _ALIASES.get(name, name), at
        if name.startswith("_") and name[1:] in _ALIASES | dict.fromkeys(_BUILT_IN):
            return f"{canonical_type(name[1:])}[]", at
    return qualified(schema, name, home), at


def _arguments(found: Sequence[Token], at: int) -> tuple[tuple[str, ...], int]:
    """What stands in parentheses behind a type name."""
    if _word(found, at) != "(":
        return (), at
    values: list[str] = []
    at += 1
    while at < len(found) and _word(found, at) != ")":
        if _word(found, at) == ",":
            values.append("")
        elif values:
            values[-1] += found[at].text
        else:
            values.append(found[at].text)
        at += 1
    if at >= len(found):
        raise NotAType
    return tuple(values), at + 1


def _with_arguments(
    name: str, arguments: tuple[str, ...], found: Sequence[Token], at: int, *, quoted: bool
) -> tuple[str, int]:
    if name == "float":
        single = bool(arguments) and arguments[0].isdigit() and int(arguments[0]) <= 24
        return "real" if single else "double precision", at
    if name.startswith(("timestamp ", "time ")):
        return _time_type(name, arguments, found, at)
    if name == "interval":
        return _interval(arguments, found, at)
    if not arguments:
        # `character` means one character; the catalog's own name (`bpchar`) has no limit.
        return (f"{name}(1)" if name in _HOLDS_LENGTH_ONE and not quoted else name), at
    if name == "numeric" and len(arguments) == 1:
        arguments = (*arguments, "0")
    if name == "bpchar":
        name = "character"
    return f"{name}({','.join(arguments)})", at


def _time_type(name: str, arguments: tuple[str, ...], found: Sequence[Token], at: int) -> tuple[str, int]:
    kind, _, zone = name.partition(" ")
    if _word(found, at) in ("WITH", "WITHOUT") and [_word(found, at + 1), _word(found, at + 2)] == ["TIME", "ZONE"]:
        zone = "with time zone" if _word(found, at) == "WITH" else "without time zone"
        at += 3
    precision = f"({arguments[0]})" if arguments else ""
    return f"{kind}{precision} {zone}", at


def _interval(arguments: tuple[str, ...], found: Sequence[Token], at: int) -> tuple[str, int]:
    fields = ""
    if not arguments and _word(found, at) in _INTERVAL_FIELDS:
        first = _word(found, at)
        fields = f" {first.lower()}"
        at += 1
        if _word(found, at) == "TO" and _word(found, at + 1) in _INTERVAL_SPANS.get(first, ()):
            fields += f" to {_word(found, at + 1).lower()}"
            at += 2
        if fields.endswith("second"):
            arguments, at = _arguments(found, at)
    return f"interval{fields}" + (f"({arguments[0]})" if arguments else ""), at


def _dimensions(found: Sequence[Token], at: int) -> tuple[bool, int]:
    start = at
    if _word(found, at) == "ARRAY":
        at += 1
    while _word(found, at) == "[":
        while at < len(found) and _word(found, at) != "]":
            at += 1
        at += 1
    return at > start, min(at, len(found))


def _array(name: str) -> str:
    return name if name.endswith("[]") else f"{name}[]"


_MODIFIER = re.compile(r"\([^)]*\)")


def without_modifier(name: str) -> str:
    """A canonical type as an argument has it: length, precision and fields do not count there."""
    bare = _MODIFIER.sub("", name)
    head, setof = bare.removeprefix("SETOF "), "SETOF " if bare.startswith("SETOF ") else ""
    array = "[]" if head.endswith("[]") else ""
    base = head.removesuffix("[]")
    base = "interval" if base.startswith("interval ") else "character" if base == "bpchar" else base
    return f"{setof}{base}{array}"


_FIRST_NORMAL_XID = 3


def full_xid(xmin: int, reference: int) -> int | None:
    """A 32-bit `xmin` as a 64-bit number, the newest that is not past `reference` (64-bit, the next one to come).

    None for the numbers that mean "frozen" or "bootstrap" and for those that no epoch explains.
    """
    if xmin < _FIRST_NORMAL_XID:
        return None
    full = (reference >> 32 << 32) + xmin
    if full >= reference:
        full -= 1 << 32
    return full if full > 0 else None
