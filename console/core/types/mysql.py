"""MySQL's and MariaDB's spelling of types, as `information_schema.columns.column_type` has them.

A type in a file and a type in the catalog are compared as text after both went through `canonical_type`. MariaDB keeps
the display widths of integers, MySQL has given them up. JSON is a type on MySQL and a checked text on MariaDB; here it
is `json` on both (`is_json_check` tells the check that makes it one).
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache

from console.core.lexer import Token, TokenKind, significant, tokens
from console.core.types.mysql_tables import (
    ALIASES,
    FRACTIONS,
    INTEGERS,
    LENGTH_ONE,
    PHRASES,
    SIZES,
    TEXTS,
    WIDEST_CHARACTER,
)

NAMES = frozenset({TokenKind.WORD, TokenKind.QUOTED})


class NotAType(ValueError):
    """These tokens are no type name."""


@dataclass(frozen=True, slots=True)
class TypeRead:
    """A type as it stands in a definition."""

    name: str
    """Canonical; `text(100)` where the size of its characters decides."""
    end: int
    """Index of the first token behind it."""
    charset: str = ""
    """The character set that the type itself means, '' when it means none."""
    counts: bool = False
    """SERIAL: not null, auto_increment and unique."""


@lru_cache(4096)
def canonical_type(text: str, dialect: str = "mysql") -> str:
    """`text` as the catalog writes it; unchanged when it is no type."""
    found = significant(tokens(text, dialect))
    try:
        read = read_type(found, 0, dialect)
    except ValueError:
        return text.strip()
    behind = {token.word for token in found[read.end :]}
    return read.name if behind <= {"COMPRESSED"} else text.strip()


def read_type(found: Sequence[Token], at: int, dialect: str) -> TypeRead:
    """The type that begins at token `at`, with UNSIGNED and ZEROFILL behind it."""
    name, at = _name(found, at)
    if name == "serial":
        return TypeRead(_integer("bigint", (), {"UNSIGNED"}, dialect), at, counts=True)
    arguments, at = _arguments(found, at)
    signs: set[str] = set()
    while at < len(found) and found[at].word in ("UNSIGNED", "SIGNED", "ZEROFILL"):
        signs.add(found[at].word)
        at += 1
    charset = "utf8mb3" if name in ("nchar", "nvarchar") else ""
    name = {"nchar": "char", "nvarchar": "varchar"}.get(name, name)
    return TypeRead(_written(name, arguments, signs, dialect), at, charset)


def _name(found: Sequence[Token], at: int) -> tuple[str, int]:
    for phrase, name in PHRASES.items():
        if tuple(token.word for token in found[at : at + len(phrase)]) == phrase:
            return name, at + len(phrase)
    if at >= len(found) or found[at].kind is not TokenKind.WORD:
        raise NotAType
    name = found[at].text.lower()
    return ALIASES.get(name, name), at + 1


def _arguments(found: Sequence[Token], at: int) -> tuple[tuple[str, ...], int]:
    if at >= len(found) or found[at].text != "(":
        return (), at
    values: list[str] = []
    at += 1
    while at < len(found) and found[at].text != ")":
        token = found[at]
        if token.kind is TokenKind.STRING:
            values.append("'" + token.value.rstrip(" ").replace("'", "''") + "'")
        elif token.text != ",":
            values.append(token.text.lower())
        at += 1
    if at >= len(found):
        raise NotAType
    return tuple(values), at + 1


def _written(name: str, arguments: tuple[str, ...], signs: set[str], dialect: str) -> str:
    if name == "boolean":
        return "tinyint(1)"
    if name in INTEGERS:
        return _integer(name, arguments, signs, dialect)
    if name == "year":
        return "year(4)" if dialect == "mariadb" else "year"
    name, arguments = _sized(name, arguments)
    text = f"{name}({','.join(arguments)})" if arguments else name
    unsigned = " unsigned" if signs & {"UNSIGNED", "ZEROFILL"} else ""
    return text + unsigned + (" zerofill" if "ZEROFILL" in signs else "")


def _integer(name: str, arguments: tuple[str, ...], signs: set[str], dialect: str) -> str:
    unsigned = bool(signs & {"UNSIGNED", "ZEROFILL"})
    width = arguments[0] if arguments else str(INTEGERS[name][unsigned])
    text = name
    if dialect == "mariadb" or "ZEROFILL" in signs or (name == "tinyint" and width == "1" and not unsigned):
        text = f"{name}({width})"
    return text + (" unsigned" if unsigned else "") + (" zerofill" if "ZEROFILL" in signs else "")


def _sized(name: str, arguments: tuple[str, ...]) -> tuple[str, tuple[str, ...]]:
    """Name and arguments once what was left out is there and what means nothing is gone."""
    if name == "decimal":
        return name, (*(arguments or ("10",)), "0")[:2] if len(arguments) < 2 else arguments
    if name == "float" and len(arguments) == 1:
        return ("float" if int(arguments[0]) <= 24 else "double"), ()
    if name in LENGTH_ONE and not arguments:
        return name, ("1",)
    if name in FRACTIONS and arguments == ("0",):
        return name, ()
    if name == "blob" and arguments:
        return f"{size_for(int(arguments[0]))}blob", ()
    if name == "text" and arguments == ("0",):
        return name, ()
    return name, arguments


def size_for(bytes_wanted: int) -> str:
    """tiny, '', medium or long."""
    return next((size for size, most in SIZES if bytes_wanted <= most), "long")


def same_type(wanted: str, actual: str, charset: str | None) -> bool:
    """Whether a type of a file is the one in the catalog: `text(100)` is tinytext where characters are narrow."""
    if wanted == actual:
        return True
    if not wanted.startswith("text("):
        return False
    length = int(wanted[5:-1])
    return actual == f"{size_for(length * WIDEST_CHARACTER.get(charset or '', 1))}text"


def has_charset(type_name: str) -> bool:
    """Whether values of this canonical type are made of characters."""
    return type_name.partition("(")[0] in TEXTS


def of_bytes(type_name: str) -> str:
    """What a text type becomes with CHARACTER SET binary: `varchar(5)` is varbinary(5)."""
    base, _, rest = type_name.partition("(")
    swapped = {"char": "binary", "varchar": "varbinary"}.get(base, base.replace("text", "blob"))
    return f"{swapped}({rest}" if rest else swapped


def canonical_charset(name: str) -> str:
    """`utf8` is called utf8mb3 since both servers know another one."""
    lowered = name.lower()
    return "utf8mb3" if lowered == "utf8" else lowered


def canonical_collation(name: str) -> str:
    """`utf8_bin` is utf8mb3_bin."""
    lowered = name.lower()
    return "utf8mb3" + lowered[4:] if lowered.startswith("utf8_") else lowered


def charset_of(collation: str) -> str:
    """The character set a collation belongs to; '' where its name does not say (MariaDB's `uca1400_ai_ci`)."""
    head = canonical_collation(collation).partition("_")[0]
    return "" if head == "uca1400" else head


def is_json_check(clause: str, column: str) -> bool:
    """Whether a column's CHECK is the one that makes a MariaDB longtext a JSON."""
    bare = clause.replace("`", "").replace(" ", "").lower().strip("()")
    return bare in (f"json_valid({column.lower()}", f"json_valid({column.lower()})")
