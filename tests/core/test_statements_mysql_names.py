"""Names that one statement of MySQL or MariaDB changes at once, and names that say nothing of what they stand for."""

from __future__ import annotations

import pytest

from console.core.compare_mysql import could_be
from console.core.operations import Change, Create, Drop, Opaque, Operation, Rename, apply_all
from console.core.schema import Constraint, Index, Kind, Ref, column_ref, table_ref
from console.core.state import Picture
from console.core.statements import read_script
from console.core.statements.mysql.keys import plain_name
from tests.builders import schema_after


def operations(text: str, dialect: str = "mysql") -> list[Operation]:
    """All operations of a script."""
    return [operation for statement in read_script(text, dialect, "app") for operation in statement.operations]


def renames(text: str) -> list[tuple[str, str]]:
    """What is renamed, in order."""
    return [(o.ref.name, o.to.name) for o in operations(text) if isinstance(o, Rename)]


@pytest.mark.parametrize(
    ("clauses", "wanted"),
    [
        ("RENAME COLUMN a TO b, RENAME COLUMN c TO d", [("a", "b"), ("c", "d")]),
        ("RENAME COLUMN a TO b, RENAME COLUMN b TO c", [("b", "c"), ("a", "b")]),
        ("RENAME COLUMN b TO c, RENAME COLUMN a TO b", [("b", "c"), ("a", "b")]),
        ("CHANGE a b int, CHANGE b c int, CHANGE c d int", [("c", "d"), ("b", "c"), ("a", "b")]),
        ("RENAME COLUMN a TO b, RENAME COLUMN b TO a, RENAME COLUMN x TO y", [("x", "y")]),
    ],
)
def test_columns_are_renamed_from_the_end_of_the_row(clauses: str, wanted: list[tuple[str, str]]) -> None:
    assert renames(f"ALTER TABLE t {clauses}") == wanted


def test_columns_that_exchange_their_names_cannot_be_told_by_them() -> None:
    code, *rest = operations("ALTER TABLE t RENAME COLUMN a TO b, RENAME COLUMN b TO a, ADD c int")
    assert isinstance(code, Opaque)
    assert code.why.startswith("Columns exchange their names")
    assert sorted(code.mentions) == ["a", "b"]
    assert [type(operation) for operation in rest] == [Create]


def test_columns_that_move_up_keep_what_they_are() -> None:
    schema = schema_after(
        "CREATE TABLE t (a int, b date); ALTER TABLE t CHANGE a c int, CHANGE b a date", dialect="mysql"
    )
    names = [thing.ref.name for thing in schema.things if thing.ref.kind is Kind.COLUMN]
    assert names == ["a", "c"]


@pytest.mark.parametrize(
    ("item", "name"), [("the id", "the id"), ("a b(5)", "a b"), ("code(20) DESC", "code"), ("x DESC", "x")]
)
def test_the_column_of_an_index_item(item: str, name: str) -> None:
    assert plain_name(item) == name


def test_a_key_of_a_column_with_a_blank_in_its_name() -> None:
    (create,) = operations("CREATE TABLE t (`the id` int PRIMARY KEY, KEY (`the id` DESC))")
    assert isinstance(create, Create)
    keys = [thing for thing in create.things if isinstance(thing, Constraint)]
    names = [thing.ref.name for thing in create.things if isinstance(thing, Index)]
    assert [key.columns for key in keys] == [("the id",)]
    assert names == ["primary", "the id"]


def test_drop_constraint_of_what_the_script_made_as_unique_is_about_an_index() -> None:
    made = "ALTER TABLE t ADD CONSTRAINT once UNIQUE (a), ADD CONSTRAINT fk FOREIGN KEY (b) REFERENCES u (id);"
    dropped = operations(f"{made} ALTER TABLE t DROP CONSTRAINT once; ALTER TABLE t DROP CONSTRAINT fk")[-2:]
    assert [operation.ref.kind for operation in dropped if isinstance(operation, Drop)] == [Kind.INDEX, Kind.CONSTRAINT]


def test_drop_constraint_takes_the_index_of_a_unique_along() -> None:
    base = "CREATE TABLE t (id int, code int, KEY plain (code), CONSTRAINT once UNIQUE (id));"
    things = Picture({}, complete=True)
    made = apply_all(tuple(operations(base)), things)
    for name, left in (("once", ["plain"]), ("plain", ["once", "plain"])):
        after = apply_all((Drop(Ref(Kind.CONSTRAINT, "app", "t", name), if_present=True),), made)
        assert sorted(ref.name for ref in after.things if ref.kind is Kind.INDEX) == left


def test_rename_table_of_what_the_script_made_as_a_view_is_about_a_view() -> None:
    renamed = operations("CREATE VIEW v AS SELECT 1; RENAME TABLE v TO w, t TO u")[1:]
    assert [o.to for o in renamed if isinstance(o, Rename)] == [Ref(Kind.VIEW, "app", "", "w"), table_ref("app", "u")]


def test_modify_restates_the_check_that_a_mariadb_column_was_made_with() -> None:
    text = "CREATE TABLE t (a int CHECK (a > 0), b int CHECK (b > 0), CHECK (a < b)); ALTER TABLE t MODIFY a bigint;"
    text += "ALTER TABLE t CHANGE b b bigint CHECK (b > 5)"
    for dialect, left in (("mariadb", ["b", "constraint_1"]), ("mysql", ["t_chk_1", "t_chk_2", "t_chk_3", "t_chk_4"])):
        schema = schema_after(text, dialect=dialect)
        checks = [thing for thing in schema.things if isinstance(thing, Constraint)]
        assert sorted(check.ref.name for check in checks) == left
        assert "b > 5" in [check.expression for check in checks]


@pytest.mark.parametrize(
    ("made_up", "other", "told"),
    [
        ("email", "email_2", True),
        ("email_2", "email", True),
        ("a_2", "a_2_3", True),
        ("owner_fk", "first", True),
        ("owner_fk", "first_2", True),
        ("email", "by_email", False),
        ("email", "mail", False),
    ],
)
def test_an_index_with_a_name_that_the_server_cannot_have_made_up_is_another(
    made_up: str, other: str, told: bool
) -> None:
    index = Index(ref=Ref(Kind.INDEX, "app", "t", other), table="t", columns=("first(9) DESC", "second"))
    assert could_be(Ref(Kind.INDEX, "app", "t", made_up), index) is told


@pytest.mark.parametrize(
    ("made_up", "other", "told"),
    [
        ("t_ibfk_1", "old_t_ibfk_4", True),
        ("t_ibfk_1", "t_owner", False),
        ("t_chk_1", "t_chk_2", True),
        ("constraint_1", "constraint_2", True),
        ("constraint_1", "positive", False),
    ],
)
def test_a_constraint_with_a_name_that_the_server_cannot_have_made_up_is_another(
    made_up: str, other: str, told: bool
) -> None:
    constraint = Constraint(ref=Ref(Kind.CONSTRAINT, "app", "t", other), type="check")
    assert could_be(Ref(Kind.CONSTRAINT, "app", "t", made_up), constraint) is told


def test_create_or_replace_index_may_find_one() -> None:
    (create,) = operations("CREATE OR REPLACE INDEX i ON t (a)", "mariadb")
    assert isinstance(create, Create)
    assert (create.replace, create.requires()) == (True, {})


def test_how_many_partitions_a_hash_has_is_not_told_by_a_step() -> None:
    for clause in ("COALESCE PARTITION 1", "ADD PARTITION PARTITIONS 2"):
        (operation,) = operations(f"ALTER TABLE t {clause}")
        assert isinstance(operation, Opaque)
        assert operation.may_touch(table_ref("app", "t"))
        assert not operation.may_touch(column_ref("app", "t", "a"))


def test_a_type_without_characters_gives_the_character_set_up() -> None:
    changed = operations("ALTER TABLE t MODIFY c varbinary(9)")[0]
    assert isinstance(changed, Change)
    assert dict(changed.attrs)["charset"] is None
