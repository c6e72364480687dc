"""What Rails has from 7.0 on, line by line; what 7.2 really sends is held in tests/incidents/test_rails_seven.py."""

from __future__ import annotations

from pathlib import Path

import pytest

from console.core.migration import Migration
from console.core.operations import Create, Opaque
from console.core.refs import Kind, Ref
from tests.rails.making import app, change, read, ruby, sql


def newer(folder: Path, text: str, version: str = "8.0", dialect: str = "postgres") -> Migration:
    """One migration of a project with that Rails."""
    files = {"Gemfile.lock": f"    activerecord ({version}.1)\n", "db/migrate/1_changes.rb": text}
    (found,) = read(app(folder, files=files), dialect).migrations
    return found


def up(folder: Path, line: str, version: str = "8.0") -> list[str]:
    """What one line sends, as one line each."""
    found = newer(folder, ruby(f"def up\n  {line}\nend", version), version)
    return [" ".join(text.split()) for text in sql(found)]


T = 'ALTER TABLE "t" '


@pytest.mark.parametrize(
    ("line", "made"),
    [
        ("drop_enum :mood", 'DROP TYPE "mood"'),
        ("drop_enum :mood, if_exists: true", 'DROP TYPE IF EXISTS "mood"'),
        ("add_enum_value :mood, 'so', after: 'sad'", "ALTER TYPE \"mood\" ADD VALUE 'so' AFTER 'sad'"),
        ("rename_enum_value :mood, from: 'a', to: 'b'", "ALTER TYPE \"mood\" RENAME VALUE 'a' TO 'b'"),
        (
            "add_exclusion_constraint :t, 'a WITH =', using: :gist, where: 'b > 0', deferrable: :deferred, name: 'x'",
            T + 'ADD CONSTRAINT "x" EXCLUDE USING gist (a WITH =) WHERE (b > 0) DEFERRABLE INITIALLY DEFERRED',
        ),
        ("add_exclusion_constraint :t, 'a WITH ='", T + 'ADD CONSTRAINT "excl_rails_561e371228" EXCLUDE (a WITH =)'),
        ("remove_exclusion_constraint :t, 'a WITH ='", T + 'DROP CONSTRAINT "excl_rails_561e371228"'),
        (
            "add_unique_constraint :t, [:a, :b], nulls_not_distinct: true",
            T + 'ADD CONSTRAINT "uniq_rails_171005a6d7" UNIQUE NULLS NOT DISTINCT ("a", "b")',
        ),
        (
            "add_unique_constraint :t, name: 'x', using_index: 'y', deferrable: :immediate",
            T + 'ADD CONSTRAINT "x" UNIQUE USING INDEX "y" DEFERRABLE INITIALLY IMMEDIATE',
        ),
        ("remove_unique_constraint :t, name: 'x'", T + 'DROP CONSTRAINT "x"'),
        (
            "add_column :t, :low, :virtual, type: :string, as: 'lower(a)', stored: true, null: false",
            T + 'ADD "low" character varying GENERATED ALWAYS AS (lower(a)) STORED NOT NULL',
        ),
    ],
)
def test_what_newer_versions_have(line: str, made: str, tmp_path: Path) -> None:
    assert up(tmp_path, line) == [made]


def test_a_table_has_its_constraints_in_the_order_of_rails(tmp_path: Path) -> None:
    lines = (
        "t.unique_constraint :a",
        "t.exclusion_constraint 'b WITH =', name: 'x'",
        "t.check_constraint 'c', name: 'y'",
        "t.enum :m, enum_type: :mood",
        "t.virtual :v, type: :text, as: 'd', stored: true",
    )
    made = (
        '"m" mood',
        '"v" text GENERATED ALWAYS AS (d) STORED',
        "CONSTRAINT y CHECK (c)",
        'CONSTRAINT "x" EXCLUDE (b WITH =)',
        'CONSTRAINT "uniq_rails_9c83d122dd" UNIQUE ("a")',
    )
    assert up(tmp_path, f"create_table(:t, id: false) {{ |t| {'; '.join(lines)} }}") == [
        f'CREATE TABLE "t" ({", ".join(made)})'
    ]


@pytest.mark.parametrize(
    ("version", "words"),
    [
        ("7.0", "SELECT 1 FROM pg_type t WHERE t.typname = 'mood' ) THEN"),
        ("7.1", "WHERE t.typname = 'mood' AND n.nspname = ANY (current_schemas(false)) ) THEN"),
    ],
)
def test_an_enum_is_made_where_there_is_none(version: str, words: str, tmp_path: Path) -> None:
    (made,) = up(tmp_path, "create_enum :mood, %w[happy it's]", version)
    assert words in made
    assert "CREATE TYPE \"mood\" AS ENUM ('happy', 'it''s');" in made
    found = newer(tmp_path, change("create_enum :mood, %w[happy sad]", version), version)
    (operation,) = found.statements[0].operations
    assert isinstance(operation, Create)
    assert operation.subject.kind is Kind.TYPE
    (guard,) = found.statements[0].guards
    assert (guard.ref, guard.present) == (operation.subject, False)
    assert [s.sql for s in found.down] == ['DROP TYPE IF EXISTS "mood"' if version == "7.0" else 'DROP TYPE "mood"']


def test_what_they_have_is_taken_back(tmp_path: Path) -> None:
    lines = (
        "add_unique_constraint :t, :a, name: 'x'",
        "add_exclusion_constraint :t, 'b WITH =', name: 'y'",
        "rename_enum_value :mood, from: 'a', to: 'b'",
        "change_table(:t) { |t| t.unique_constraint :c, name: 'z' }",
    )
    assert [s.sql for s in newer(tmp_path, change("\n".join(lines), "8.0")).down] == [
        T + 'DROP CONSTRAINT "z"',
        "ALTER TYPE \"mood\" RENAME VALUE 'b' TO 'a'",
        T + 'DROP CONSTRAINT "y"',
        T + 'DROP CONSTRAINT "x"',
    ]


@pytest.mark.parametrize(
    ("line", "words"),
    [
        ("remove_unique_constraint :t, :a", "looks for the unique constraint on the server"),
        ("add_unique_constraint :t, :a, using_index: 'x'", "of columns and of an index"),
        ("add_unique_constraint :t, :a, deferrable: true", "refuses deferrable: True"),
        ("add_enum_value :mood, 'a', before: 'b', after: 'c'", "both before and after"),
        ("create_enum :mood, Mood.all", "the value of Mood is not known"),
        ("add_column :t, :a, :virtual, type: :text, as: 'x'", "that is not stored depends on its version"),
    ],
)
def test_what_is_not_certain_of_them_says_why(line: str, words: str, tmp_path: Path) -> None:
    (statement,) = newer(tmp_path, change(line, "8.0")).statements
    (operation,) = statement.operations
    assert isinstance(operation, Opaque)
    assert words in operation.why


@pytest.mark.parametrize(
    ("line", "name", "present"),
    [
        ("add_foreign_key :t, :users, name: 'x', if_not_exists: true", "x", False),
        ("remove_foreign_key :t, name: 'x', if_exists: true", "x", True),
        ("add_check_constraint :t, 'a > 0', name: 'x', if_not_exists: true", "x", False),
        ("remove_check_constraint :t, name: 'x', if_exists: true", "x", True),
    ],
)
def test_what_it_asks_the_server_first_is_a_guard(line: str, name: str, present: bool, tmp_path: Path) -> None:
    (statement,) = newer(tmp_path, ruby(f"def up\n  {line}\nend", "8.0")).statements
    (guard,) = statement.guards
    assert statement.readable
    assert (guard.ref, guard.present) == (Ref(Kind.CONSTRAINT, "public", "t", name), present)


def test_on_mysql_a_default_of_a_column_that_is_not_sent_yet_is_refused(tmp_path: Path) -> None:
    lines = "change_table :t, bulk: true do |t|\n  t.integer :a\n  t.change_default :a, 3\nend"
    (statement,) = newer(tmp_path, change(lines, "7.2"), "7.2", "mysql").statements
    assert not statement.readable


def test_before_7_it_does_not_ask_for_keys(tmp_path: Path) -> None:
    (statement,) = newer(tmp_path, change("add_foreign_key :t, :users, if_not_exists: true", "6.1"), "6.1").statements
    assert not statement.readable
