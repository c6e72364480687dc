"""What the texts of MySQL's and MariaDB's catalogs mean, as SQL: defaults, expressions, options of a table.

`information_schema` writes a MySQL default without its quotes and an expression with every quote escaped, MariaDB
writes both as SQL. Once they are SQL, `core/expressions_mysql.py` compares them with what a file says.
"""

from __future__ import annotations

import re

from console.core.types.mysql_tables import NUMBERS

_ESCAPED = re.compile(r"\\(.)", re.DOTALL)
_MEANT = {"n": "\n", "r": "\r", "0": "\0", "Z": "\x1a"}
"""Characters that the escapes around a text write as letters."""
_ON_UPDATE = re.compile(r"on update (\S+)", re.IGNORECASE)
_NO_OPTION = frozenset({"partitioned"})


def catalog_expression(text: str | None) -> str | None:
    """A check clause, generation expression or expression default of MySQL without the escapes around it."""
    if text is None:
        return None
    text = _told_once(text)
    return text if "\\'" not in text else _ESCAPED.sub(lambda found: _MEANT.get(found[1], found[1]), text)


def _told_once(text: str) -> str:
    """MySQL takes the bytes of these texts for Latin-1 and encodes them again: `prÃ¼fen` is prüfen."""
    if text.isascii():
        return text
    try:
        return text.encode("latin-1").decode()
    except ValueError:
        return text


def catalog_default(raw: str | None, type_name: str, extra: str, dialect: str) -> str | None:
    """`column_default` as SQL; None where there is none (a default of NULL is none)."""
    if raw is None or dialect == "mariadb":
        return None if raw is None or raw.upper() == "NULL" else raw
    base = type_name.partition("(")[0].partition(" ")[0]
    clock = base in ("datetime", "timestamp") and raw.upper().startswith("CURRENT_TIMESTAMP")
    if clock or "DEFAULT_GENERATED" in extra.upper():
        return catalog_expression(raw)
    if base in NUMBERS or (base in ("binary", "varbinary") and raw.startswith("0x")):
        return raw
    return "'" + raw.replace("\\", "\\\\").replace("'", "''") + "'"


def catalog_on_update(extra: str) -> str | None:
    """`CURRENT_TIMESTAMP(3)` from `DEFAULT_GENERATED on update CURRENT_TIMESTAMP(3)`."""
    found = _ON_UPDATE.search(extra)
    return found.group(1) if found else None


def table_options(create_options: str | None) -> tuple[str, ...]:
    """`row_format=DYNAMIC partitioned` as options in lower case, sorted."""
    said = (create_options or "").lower().replace('"', "").replace("`", "").split()
    return tuple(sorted(option for option in said if option not in _NO_OPTION))


def index_item(column: str | None, prefix: int | None, collation: str | None, expression: str | None = None) -> str:
    """One row of `information_schema.statistics` as a column of an index: `code(20) DESC`, `(lower(code))`."""
    subject = f"({catalog_expression(expression)})" if expression is not None else (column or "").lower()
    return f"{subject}{f'({prefix})' if prefix else ''}{' DESC' if collation == 'D' else ''}"


def trigger_definition(timing: str, event: str, body: str) -> str:
    """A trigger in one text, as `information_schema.triggers` has its parts."""
    return f"{timing} {event} for each row".lower() + f" {body.strip()}"


_USUAL = ("", "none", "definer", "undefined", "merge")


def view_options(security: str, checked: str, algorithm: str = "") -> tuple[str, ...]:
    """`check_option=local`, `sql_security=invoker`; what is usual is left out, and MySQL tells no algorithm. MERGE is
    usual: MariaDB itself keeps UNDEFINED where a view cannot be merged, and merges an undefined one where it can."""
    said = {"algorithm": algorithm, "check_option": checked, "sql_security": security}
    found = ((name, value.lower()) for name, value in said.items())
    return tuple(f"{name}={value}" for name, value in found if value not in _USUAL)
