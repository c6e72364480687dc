"""What the rules say of MySQL and MariaDB against every measurement they claim to know."""

from __future__ import annotations

from dataclasses import replace
from functools import cache

import pytest

from console.core.hazards import Hazard, hazard_of
from console.core.schema import Schema
from console.core.statements import read_script
from tests.core.hazard_cases import MY_TABLES, MyRow, my_rows, schema_of, server

ROWS = tuple(row for row in my_rows() if row.way is not None)
UNCHECKED = "ADD FK (fk_checks=0)"
"""Hangs on the session: the rule says the worse and names the setting."""
NO_PROOF = frozenset({"ENGINE MyISAM->InnoDB", "PARTITION BY (existing)", "REMOVE PARTITIONING"})
"""MariaDB takes ALGORITHM=INSTANT there and copies all the same."""
OTHER_FILE = frozenset({"MyISAM ADD COLUMN", "MyISAM ADD INDEX", "ADD PARTITION", "DROP PARTITION"})
OTHER_FILE |= {"TRUNCATE PARTITION"}
WITHOUT = frozenset({"ADD PARTITION", "DROP PARTITION", "TRUNCATE PARTITION", "REORGANIZE PARTITION"})
"""MariaDB takes no ALGORITHM beside them, so the measurement has none; who waits was measured apart."""
"""InnoDB's number of the table says nothing of its rows: it is MyISAM's, or one partition comes or goes."""


@cache
def _schema(dialect: str) -> Schema:
    return schema_of(MY_TABLES, dialect=dialect, home="lab")


def _hazard(sql: str, dialect: str, number: int = 0) -> Hazard:
    (statement,) = read_script(sql, dialect, "lab")
    on = server(dialect, number or (90_704 if dialect == "mysql" else 101_119))
    return hazard_of(statement, on, _schema(dialect))


KNOWN = tuple(row for row in ROWS if row.name != UNCHECKED and (row.name not in WITHOUT or row.dialect == "mysql"))


@pytest.mark.parametrize("row", KNOWN, ids=lambda row: f"{row.dialect} {row.name}")
def test_what_is_claimed_was_measured(row: MyRow) -> None:
    hazard = _hazard(row.sql, row.dialect)
    assert hazard.rule
    assert row.way is not None
    algorithm, lock, rebuilt = row.way
    copied = algorithm == "COPY" or (row.dialect == "mariadb" and row.name in NO_PROOF)
    assert hazard.blocks == ("writes" if copied or lock == "SHARED" else "nothing")
    assert ("copied" in hazard.lock) is copied
    if row.name not in OTHER_FILE:
        assert hazard.rewrite is rebuilt


@pytest.mark.parametrize("name", sorted(WITHOUT))
def test_partitions_of_mariadb_that_are_written_anew_keep_writers_waiting(name: str) -> None:
    (row,) = (row for row in ROWS if (row.name, row.dialect) == (name, "mariadb"))
    assert _hazard(row.sql, "mariadb").blocks == ("writes" if name == "REORGANIZE PARTITION" else "nothing")


def test_the_table_covers_what_was_measured() -> None:
    assert len(KNOWN) >= 190


@pytest.mark.parametrize("dialect", ["mysql", "mariadb"])
def test_what_the_session_decides_is_named(dialect: str) -> None:
    hazard = _hazard("alter table c add constraint f9 foreign key (p_id) references p (id)", dialect)
    assert "foreign_key_checks=0" in hazard.careful
    assert hazard.blocks == "writes"


def test_an_older_mysql_rebuilds_what_a_newer_does_at_once() -> None:
    assert _hazard("alter table c drop column g", "mysql", 80_028).rewrite is True
    assert _hazard("alter table c drop column g", "mysql", 80_036).rewrite is False
    assert _hazard("alter table c add column x int first", "mysql", 80_028).rewrite is True
    assert _hazard("alter table c add column x int", "mysql", 80_028).rewrite is False


def test_a_version_that_was_not_measured_is_said_to_be() -> None:
    assert "Not measured" in _hazard("alter table c add column x int", "mysql", 80_400).careful
    assert "Not measured" not in _hazard("alter table c add column x int", "mysql").careful
    assert _hazard("alter table c add column x int", "mysql", 50_744) == Hazard()


def test_a_table_that_is_not_there_yet_is_waited_for_by_nobody() -> None:
    hazard = _hazard("alter table brand_new add column x int", "mysql")
    assert (hazard.blocks, hazard.rewrite, hazard.severity) == ("nothing", False, 0)


def test_a_copy_that_is_asked_for_is_a_copy() -> None:
    assert _hazard("alter table c add column x int, algorithm=copy", "mysql").blocks == "writes"
    assert _hazard("alter table c add column x int, lock=exclusive", "mysql").blocks == "reads and writes"


@pytest.mark.parametrize(("mode", "dialect", "copied"), [("", "mysql", True), ("STRICT_ALL_TABLES", "mysql", False),
                                                         ("", "mariadb", False)])  # fmt: skip
def test_mysql_copies_for_not_null_where_sql_mode_is_lenient(mode: str, dialect: str, copied: bool) -> None:
    (statement,) = read_script("alter table c modify nn int not null", dialect, "lab")
    on = replace(server(dialect, 90_704 if dialect == "mysql" else 101_119), settings=(("sql_mode", mode),))
    assert ("copied" in hazard_of(statement, on, _schema(dialect)).lock) is copied
