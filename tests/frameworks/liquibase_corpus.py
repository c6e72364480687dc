"""Changesets of every kind of change, as people write them, and what the real Liquibase writes of them."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from itertools import product
from pathlib import Path
from xml.sax.saxutils import quoteattr

_FILE = Path(__file__).with_name("liquibase_changes.xml")
_SET = re.compile(r"<changeSet id=\"(?P<id>\w+)\".*?</changeSet>\n", re.DOTALL)
HEAD = _FILE.read_text().partition("<changeSet")[0]
"""How a changelog in XML begins."""
_END = "</databaseChangeLog>"
_PLAIN = (
    "int integer INT4 int(11) bigint BIGINT(20) int8 smallint smallint(5) tinyint tinyint(1) mediumint serial bit"
    " bit(1) boolean bool varchar(255) varchar varchar2(20) nvarchar(30) char char(3) nchar(5) character(2) text"
    " tinytext mediumtext longtext clob nclob blob tinyblob mediumblob longblob bytea binary(16) varbinary(20)"
    " longvarbinary longvarchar image date"
    " time time(3) timetz timestamp timestamp(3) timestamptz datetime datetime(6) decimal"
    " decimal(10) decimal(10,2) numeric(12,3) number number(10) currency money float float(8) double double(10,2) real"
    " float8 uuid json jsonb xml inet citext text[] year enum('a','b') set('a') interval mytype my_type(3) oid"
    " smalldatetime uniqueidentifier nvarchar(max) java.sql.Types.VARCHAR(20) java.sql.Types.BIGINT"
    " java.sql.Types.BOOLEAN java.sql.Types.TIMESTAMP java.sql.Types.CLOB java.sql.Types.BLOB"
    " java.sql.Types.DECIMAL(8,2) java.sql.Types.DATE java.sql.Types.INTEGER java.sql.Types.TINYINT"
    " java.sql.Types.CHAR(3) java.sql.Types.DOUBLE java.sql.Types.FLOAT java.sql.Types.NUMERIC(8,2)"
    " java.sql.Types.LONGVARCHAR java.sql.Types.NVARCHAR(9) java.sql.Types.REAL java.sql.Types.VARBINARY(9)"
    " java.sql.Types.NCLOB java.sql.Types.TIMESTAMP_WITH_TIMEZONE java.sql.Types.BIT"
)
_OF_WORDS = (
    "timestamp with time zone",
    "timestamp(3) with time zone",
    "timestamp without time zone",
    "time with time zone",
    "double precision",
    "int unsigned",
    "bigint unsigned",
    "int(10) unsigned",
    "varchar(20) CHARACTER SET utf8mb4",
    "character varying(10)",
)
TYPES = (*_PLAIN.split(), *_OF_WORDS)
_ANY = ("Computed=CURRENT_TIMESTAMP", "Computed=now()", "Computed=CURRENT_TIMESTAMP(3)", "Computed=f()", "=NULL")
_DEFAULTS = {
    ("int", "decimal(10,2)", "smallint", "double", "number(10)"): (
        "=0", "=-1.50", "Numeric=0.00", "Numeric=0.50", "Numeric=-7", "Numeric=1000000"),
    ("varchar(9)", "char(3)", "clob"): ("=0", "=abc", "=", "=now()", "=a\\b'c"),
    ("varchar(20)",): ("Numeric=1.0", "Boolean=true"),
    ("boolean", "bit"): ("=0", "=1", "=true", "Boolean=true", "Boolean=false"),
    ("date",): ("=2020-01-02", "Date=2020-01-02", "Date=CURRENT_TIMESTAMP"),
    ("time",): ("=03:04:05", "Date=03:04:05"),
    ("timestamp", "datetime(3)", "timestamp with time zone"): (
        "=2020-01-02 03:04:05", "=CURRENT_TIMESTAMP", "=now()", "Date=2020-01-02T03:04:05",
        "Date=2020-01-02 03:04:05.678", "Date=now()"),
    ("uuid", "json", "blob", "enum('a','b')", "mytype"): ("=abc",),
}  # fmt: skip


REVERSIBLE = frozenset(
    "ct1 ct2 ct3 ct4 ac1 ac2 ac3 ac4 rc rt nn1 nn2 nn3 uq1 pk1 fk1 fk2 ix1 ix2 df1 df2 df3 df4 df5 sq1 sq2 sq2b sq5"
    " vw1 vw2 vw3 tag emp al1 out".split()
)
"""What Liquibase takes back by itself."""


def changes(only: frozenset[str] = frozenset()) -> str:
    """The changelog of all kinds of changes."""
    text = _FILE.read_text()
    if not only:
        return text
    return _SET.sub(lambda match: match[0] if match["id"] in only else "", text)


def names() -> frozenset[str]:
    """What its changesets are called."""
    return frozenset(re.findall(r'<changeSet id="(\w+)"', changes()))


ON_SQLITE = frozenset("ct1 ct3 ct4 rc rt ix1 ix2 ix4 vw1 vw4 up1 de1 de2 sql1 sql2 tag emp out dt1 dt2".split())


def with_types(only: frozenset[str] = frozenset()) -> str:
    """The same, and a column of every type, and of types with defaults; where only some are wanted, in new tables."""
    columns = [_column(f"type{n}", kind) for n, kind in enumerate(TYPES)]
    given = ((kind, default) for kinds, some in _DEFAULTS.items() for kind, default in product(kinds, (*some, *_ANY)))
    columns += [_column(f"default{n}", kind, default) for n, (kind, default) in enumerate(given)]
    text = changes(only).replace(_END, "\n".join((*columns, _END)))
    return text.replace('<addColumn tableName="t">', '<createTable tableName="t">').replace(
        "</addColumn></changeSet>", "</createTable></changeSet>") if only else text  # fmt: skip


def _column(name: str, kind: str, default: str = "") -> str:
    how, equals, value = default.partition("=")
    more = f" defaultValue{how}={quoteattr(value)}" if equals else ""
    column = f'<column name="c" type={quoteattr(kind)}{more}/>'
    return f'<changeSet id="{name}" author="ann"><addColumn tableName="t">{column}</addColumn></changeSet>'


_OWN = re.compile(r"^(SET SEARCH_PATH|.*DATABASECHANGELOG|-- )", re.IGNORECASE)
_INSERT = re.compile(r"^INSERT INTO \S*DATABASECHANGELOG \(([^)]*)\) VALUES \((.*)\);$", re.IGNORECASE | re.MULTILINE)
_VALUE = re.compile(r"'(?:[^']|'')*'|\w+\([^)]*\)|\w+")
_BEGINS = re.compile(r"^--\s+(?:Changeset|Rolling Back ChangeSet:) (?P<path>.+?)::(?P<id>.+?)::(?P<author>.+)$")


def told(output: str, by: Callable[[re.Match[str]], str] = lambda match: match["id"]) -> dict[str, str]:
    """What the real one writes, by the changeset."""
    found: dict[str, list[str]] = {}
    lines: list[str] = []
    for line in output.split("\n"):
        begins = _BEGINS.match(line)
        if begins is not None:
            lines = found.setdefault(by(begins), [])
        elif not _OWN.match(line):
            lines.append(line)
    return {name: normal("\n".join(text)) for name, text in found.items()}


def written(output: str) -> dict[str, dict[str, str | None]]:
    """The rows that the real one writes, by the changeset."""
    return {row["ID"] or "": row for row in map(_row, _INSERT.findall(output))}


def _row(match: tuple[str, str]) -> dict[str, str | None]:
    values = (text[1:-1].replace("''", "'") if text[0] == "'" else None for text in _VALUE.findall(match[1]))
    return dict(zip(match[0].replace("`", "").split(", "), values, strict=True))


def normal(text: str) -> str:
    """Blanks, ends of statements and the order of keys in a new table do not count."""
    plain = re.sub(r"\s+", " ", text.replace(";", " ")).strip()
    return re.sub(r"(CREATE TABLE [^(]*\()(.*)(\))", _sorted, plain)


def _sorted(match: re.Match[str]) -> str:
    return match[1] + ", ".join(sorted(_items(match[2]))) + match[3]


def _items(text: str) -> Iterator[str]:
    depth, start = 0, 0
    for place, letter in enumerate(text):
        depth += (letter == "(") - (letter == ")")
        if letter == "," and not depth:
            yield text[start:place].strip()
            start = place + 1
    yield text[start:].strip()
