"""Names, defaults and remarks that mean harm: what is generated of them does to a real server what it should, and
nothing else."""

from __future__ import annotations

import pytest

from console.core.plan import CannotWriteError
from console.dialects import open_dialect
from console.dialects.mysql.quoting import remark
from tests.dialects.contract import Site
from tests.faults.stands import FEW
from tests.test_snapshot_sql import mended

NAMES = (
    "'); DROP TABLE victim; --", '"; DROP TABLE victim; --', "`; DROP TABLE victim; --", "a\nb\r\tc", "*/ x /*", "-- x",
    "# x", "\\", "\\'; x", "%s%(x)s", ":name ? $1", "$$ x $$", "\x1b[2J\x07", "\u202eabc", "é" * 31, "x" * 63, "select",
    " before", "{}", "[bold]x[/]", "<b>&amp;", "ﬀ\u0301\u200b", "DELIMITER //", "\\g", "1e3", "NULL", "\x7f",
)  # fmt: skip
FOUR_BYTES = "🐘" * 15
"""PostgreSQL alone has room for them in a name."""


def literal(site: Site, text: str) -> str:
    """A text as the server reads it."""
    doubled = text.replace("'", "''")
    return f"'{doubled}'" if site.kind.startswith("pg") else "'" + doubled.replace("\\", "\\\\") + "'"


def made(site: Site, name: str) -> tuple[str, ...]:
    """A table of that name with everything else of that name in it."""
    table, value = site.quoted(name), literal(site, name)
    column, check, index = site.quoted(name), site.quoted("c" + name[:60]), site.quoted("i" + name[:60])
    is_postgres = site.kind.startswith("pg")
    said = f" COMMENT {value}" if not is_postgres and "\\" not in name else ""
    create = (
        f"CREATE TABLE {table} (id int PRIMARY KEY, {column} varchar(80) DEFAULT {value}{said},"
        f" CONSTRAINT {check} CHECK ({column} <> {value}))"
    )
    told = (f"COMMENT ON COLUMN {table}.{column} IS {value}",) if is_postgres else ()
    return (create, f"CREATE INDEX {index} ON {table} ({column})", *told)


def changes(site: Site, name: str) -> tuple[str, ...]:
    """Everything of it goes, bit by bit."""
    table, column, index = site.quoted(name), site.quoted(name), site.quoted("i" + name[:60])
    at = "" if site.kind.startswith("pg") else f" ON {table}"
    return (f"DROP INDEX {index}{at}", f"ALTER TABLE {table} ALTER COLUMN {column} DROP DEFAULT")


def test_a_remark_that_mysql_may_read_in_two_ways_is_not_written() -> None:
    with pytest.raises(CannotWriteError, match="read in two ways"):
        remark("back\\slash")
    assert remark("it's") == "'it''s'"


@pytest.mark.parametrize("contract_server", FEW, indirect=True)
def test_what_is_generated_of_a_name_does_what_it_should_and_nothing_else(site: Site) -> None:
    names = (*NAMES, FOUR_BYTES) if site.kind.startswith("pg") else NAMES
    for statement in ("CREATE TABLE victim (id int)", "INSERT INTO victim VALUES (1)"):
        site.admin.ask(statement)
    for name in names:
        for statement in made(site, name):
            site.admin.ask(statement)
    dialect = open_dialect(site.url.drivername)

    def run(sql: str) -> None:
        site.admin.ask(sql)

    bit_by_bit = tuple(sql for name in names for sql in changes(site, name))
    assert mended(dialect, site.url, bit_by_bit, run) == []
    gone = tuple(f"DROP TABLE {site.quoted(name)}" for name in names)
    assert mended(dialect, site.url, gone, run) == []
    assert site.admin.ask("SELECT count(*) FROM victim")[0][0] == 1
