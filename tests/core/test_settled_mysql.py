"""What the words of a MySQL statement leave open is settled by the catalog and by what recorded migrations left."""

from __future__ import annotations

import pytest

from console.core.operations import Change, Drop, Opaque, Operation, Rename
from console.core.past import history
from console.core.schema import Kind, Schema
from console.core.statements import Statement, read_script
from console.core.statements.mysql.settled import settled
from tests.builders import schema_after

BASE = """
CREATE TABLE t (id int PRIMARY KEY, a int NOT NULL DEFAULT 1, b varchar(9), CONSTRAINT once UNIQUE (a),
  CONSTRAINT fk FOREIGN KEY (a) REFERENCES u (id));
CREATE VIEW v AS SELECT 1;
"""


def read(text: str, dialect: str = "mysql") -> tuple[Statement, ...]:
    """The statements of a file."""
    return read_script(text, dialect, "app")


def settle(text: str, *, catalog: str = BASE, past: str = BASE, dialect: str = "mysql") -> list[Operation]:
    """The operations of a pending file on top of recorded migrations, with the catalog as it is."""
    schema = schema_after(catalog, dialect=dialect, home="app")
    file = read(text, dialect)
    known = history(read(past, dialect), ()).picture
    return [o for n, s in enumerate(file) for o in settled(s, schema, known, file[:n]).operations]


def dropped(**given: str) -> list[tuple[Kind, bool]]:
    """What `DROP CONSTRAINT once` is about."""
    found = settle("ALTER TABLE t DROP CONSTRAINT once", **given)
    return [(o.ref.kind, o.if_present) for o in found if isinstance(o, Drop)]


def test_a_constraint_that_is_a_unique_index_is_dropped_as_one() -> None:
    assert dropped() == [(Kind.INDEX, False)]
    assert dropped(catalog="") == [(Kind.INDEX, False)]
    assert dropped(past="") == [(Kind.INDEX, False)]
    assert dropped(catalog="", past="") == [(Kind.CONSTRAINT, True)]
    (drop,) = settle("ALTER TABLE t DROP CONSTRAINT IF EXISTS once", dialect="mariadb")
    assert isinstance(drop, Drop)
    assert (drop.ref.kind, drop.if_present) == (Kind.INDEX, True)


def test_a_constraint_that_is_a_foreign_key_is_dropped_as_one_though_its_index_has_the_same_name() -> None:
    for given in ({}, {"catalog": ""}, {"past": ""}):
        (drop,) = settle("ALTER TABLE t DROP CONSTRAINT fk", **given)
        assert isinstance(drop, Drop)
        assert (drop.ref.kind, drop.if_present) == (Kind.CONSTRAINT, False)


def test_a_table_that_is_a_view_is_renamed_as_one() -> None:
    for given in ({}, {"catalog": "CREATE VIEW w AS SELECT 1"}, {"catalog": ""}, {"past": ""}):
        renames = [o for o in settle("RENAME TABLE v TO w, t TO s", **given) if isinstance(o, Rename)]
        assert [o.ref.kind for o in renames] == [Kind.VIEW, Kind.TABLE]


@pytest.mark.parametrize(
    ("text", "repeated"),
    [
        ("ALTER TABLE t ENGINE=InnoDB", [True]),
        ("ALTER TABLE t ENGINE=MyISAM", [False]),
        ("ALTER TABLE t MODIFY a int NOT NULL DEFAULT 1 AFTER b", [True]),
        ("ALTER TABLE t MODIFY a int", [False]),
        ("ALTER TABLE t MODIFY b varchar(9) COMMENT 'x'", [False]),
        ("ALTER TABLE t MODIFY b varchar(9)", [True]),
        ("ALTER TABLE t MODIFY a bigint; ALTER TABLE t MODIFY a int NOT NULL DEFAULT 1", [False, False]),
        ("ALTER TABLE t MODIFY other int", [False]),
        ("RENAME TABLE x TO t; ALTER TABLE t MODIFY b varchar(9)", [False]),
        ("ALTER TABLE t ALTER a SET DEFAULT 1", [True]),
    ],
)
def test_what_was_so_before_does_not_show_whether_it_was_said_again(text: str, repeated: list[bool]) -> None:
    found = [o for o in settle(text) if not isinstance(o, Rename)]
    assert [isinstance(o, Opaque) for o in found] == repeated


def test_postgresql_is_left_alone() -> None:
    (statement,) = read_script("ALTER TABLE t ALTER a SET DEFAULT 1", home="app")
    known = history(read_script("CREATE TABLE t (a int DEFAULT 1)", home="app"), ()).picture
    assert settled(statement, Schema(home="app"), known) is statement
    assert isinstance(statement.operations[0], Change)


def test_the_index_that_a_foreign_key_gets_is_known_of_the_past() -> None:
    made = "CREATE TABLE t (a int, b int, KEY kb (b, a), CONSTRAINT fa FOREIGN KEY (a) REFERENCES u (id));"
    picture = history(read(made + "ALTER TABLE t ADD CONSTRAINT fb FOREIGN KEY (b) REFERENCES u (id)"), ()).picture
    assert sorted(ref.name for ref in picture.things if ref.kind is Kind.INDEX) == ["fa", "kb"]
