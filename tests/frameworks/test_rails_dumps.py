"""db/schema.rb and db/structure.sql: what they stand for, and what of it a ledger does not hold."""

from __future__ import annotations

from pathlib import Path

import pytest

from console.core.migration import Belief
from console.frameworks.rails.dumps import Dump, dump
from tests.rails.making import app, by_id, project, track, write

ONE, TWO, THREE = "20240101000000", "20240201000000", "20240301000000"
SCHEMA = """# This file is auto-generated
ActiveRecord::Schema[7.1].define(version: 2024_03_01_000000) do
  # These are extensions that must be enabled in order to support this database
  enable_extension "plpgsql"

  create_table "users", id: :uuid, default: -> { "gen_random_uuid()" }, force: :cascade do |t|
    t.string "email", default: "", null: false
    t.datetime "created_at", null: false
    t.datetime "seen_at", precision: nil
    t.index ["email"], name: "index_users_on_email", unique: true
  end

# Could not dump table "odd" because of following StandardError
#   Unknown type 'geometry' for column 'place'

  create_view "many", sql_definition: <<-SQL
      SELECT 1;
  SQL
end
"""
STRUCTURE = """
CREATE EXTENSION IF NOT EXISTS plpgsql WITH SCHEMA pg_catalog;
CREATE TABLE public.ar_internal_metadata (key character varying NOT NULL, value character varying);
CREATE TABLE public.schema_migrations (version character varying NOT NULL);
CREATE TABLE public.users (id bigint NOT NULL);
ALTER TABLE ONLY public.schema_migrations ADD CONSTRAINT schema_migrations_pkey PRIMARY KEY (version);
ALTER TABLE ONLY public.users ADD CONSTRAINT users_pkey PRIMARY KEY (id);
SET search_path TO "$user", public;

INSERT INTO "schema_migrations" (version) VALUES
('20240301000000'),
('20240101000000');
"""


def dump_of(folder: Path, files: dict[str, str], dialect: str = "postgres", name: str = "primary") -> Dump:
    """The dump of a project with these files."""
    found = dump(project(app(folder, files=files)), dialect, "public", name)
    assert found is not None
    return found


def test_schema_rb_is_read_as_statements_with_its_version(tmp_path: Path) -> None:
    found = dump_of(tmp_path, {"db/schema.rb": SCHEMA})
    assert (found.version, found.versions, found.unread) == (THREE, frozenset(), "")
    columns = (
        '"id" uuid DEFAULT gen_random_uuid() NOT NULL PRIMARY KEY',
        "\"email\" character varying DEFAULT '' NOT NULL",
        '"created_at" timestamp(6) NOT NULL',
        '"seen_at" timestamp',
    )
    assert [s.sql for s in found.migration.statements if s.readable] == [
        'CREATE EXTENSION IF NOT EXISTS "plpgsql"',
        f'CREATE TABLE "users" ({", ".join(columns)})',
        'CREATE UNIQUE INDEX "index_users_on_email" ON "users" ("email")',
    ]
    unread = [(s.sql.partition(",")[0], s.line) for s in found.migration.statements if not s.readable]
    assert unread == [
        ('create_view "many"', 16),
        ('Could not dump table "odd" because of following StandardError', 13),
    ]


def test_structure_sql_is_read_without_the_tables_of_rails(tmp_path: Path) -> None:
    found = dump_of(tmp_path, {"db/structure.sql": STRUCTURE})
    assert [s.sql.partition(" (")[0] for s in found.migration.statements] == [
        "CREATE EXTENSION IF NOT EXISTS plpgsql WITH SCHEMA pg_catalog",
        "CREATE TABLE public.users",
        "ALTER TABLE ONLY public.users ADD CONSTRAINT users_pkey PRIMARY KEY",
    ]
    assert (found.version, found.versions) == (THREE, frozenset({ONE, THREE}))


def test_schemas_and_extensions_of_structure_sql_should_be_there(tmp_path: Path) -> None:
    more = "CREATE SCHEMA audit;\nCREATE EXTENSION IF NOT EXISTS pgcrypto WITH SCHEMA public;\n"
    more += "COMMENT ON EXTENSION pgcrypto IS 'cryptographic functions';\n"
    found = dump_of(tmp_path, {"db/structure.sql": more + STRUCTURE})
    made = [s.sql.partition(" WITH")[0] for s in found.migration.statements]
    assert made[:4] == [
        "CREATE SCHEMA audit",
        "CREATE EXTENSION IF NOT EXISTS pgcrypto",
        "CREATE EXTENSION IF NOT EXISTS plpgsql",
        "CREATE TABLE public.users (id bigint NOT NULL)",
    ]


@pytest.mark.parametrize("line", ["", "puts 1", "ActiveRecord::Schema.define(version: 1"], ids=("no", "other", "cut"))
def test_what_is_no_schema_says_so(line: str, tmp_path: Path) -> None:
    found = dump_of(tmp_path, {"db/schema.rb": line})
    assert (found.migration.statements, found.version) == ((), "")
    assert found.unread in ("the file holds no schema", "the file cannot be parsed")


def test_each_database_has_its_own(tmp_path: Path) -> None:
    text = SCHEMA.replace("users", "cats")
    found = dump_of(tmp_path, {"db/schema.rb": SCHEMA, "db/animals_schema.rb": text}, name="animals")
    assert found.migration.file == "db/animals_schema.rb"
    assert found.migration.statements[1].sql.startswith('CREATE TABLE "cats"')
    assert dump(project(tmp_path), "postgres", "public", "birds") is None


def test_what_it_holds_and_the_ledger_does_not_is_said(tmp_path: Path) -> None:
    folder = app(tmp_path, (TWO, THREE), {"db/schema.rb": SCHEMA})
    assert track(folder, TWO).about == "db/schema.rb holds 20240301000000, not recorded here."
    assert track(folder, TWO, THREE).about == ""
    write(folder, {"db/schema.rb": "puts 1"})
    assert track(folder, TWO).about == "db/schema.rb cannot be read: the file holds no schema."


def test_a_row_whose_file_is_gone_is_not_missed_where_it_stands_for_it(tmp_path: Path) -> None:
    folder = app(tmp_path, (TWO, THREE), {"db/schema.rb": SCHEMA})
    found = by_id(track(folder, ONE, TWO))[ONE]
    assert (found.belief, found.file_expected) == (Belief.RECORDED, False)
    assert found.note == "older than every file here: db/schema.rb may stand for it"


def test_the_format_that_the_application_names_counts(tmp_path: Path) -> None:
    both = {"db/schema.rb": SCHEMA, "db/structure.sql": STRUCTURE}
    assert dump_of(tmp_path, both).migration.file == "db/schema.rb"
    said = {"config/application.rb": "config.active_record.schema_format = :sql\n"}
    assert dump_of(tmp_path, {**both, **said}).migration.file == "db/structure.sql"
