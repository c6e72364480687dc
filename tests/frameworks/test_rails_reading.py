"""What is read of a migration file, and what is said of what only a run could tell."""

from __future__ import annotations

from pathlib import Path

import pytest

from console.core.operations import Drop, Opaque, Rename
from console.core.refs import Kind
from console.core.statements import Nature
from console.readers.ruby.inflector import Inflector, inflector_of
from console.readers.ruby.names import index_name, join_table
from tests.rails.making import RAILS, app, change, one, project, read, ruby, sql, write


def why(folder: Path, text: str, dialect: str = "postgres") -> str:
    """Why the one statement of a file is not read."""
    (statement,) = one(folder, text, dialect).statements
    assert not statement.readable
    (operation,) = statement.operations
    assert isinstance(operation, Opaque)
    return operation.why


def test_a_value_from_elsewhere_keeps_the_files_own_text_and_its_neighbours(tmp_path: Path) -> None:
    found = one(
        tmp_path, change("add_column :a, :b, :string\nadd_column :a, Setting.name, :string\nadd_column :a, :c, :text")
    )
    assert sql(found) == [
        'ALTER TABLE "a" ADD "b" character varying',
        "(add_column :a, Setting.name, :string)",
        'ALTER TABLE "a" ADD "c" text',
    ]


def test_in_single_quotes_a_backslash_only_means_something_before_a_quote_or_itself(tmp_path: Path) -> None:
    text = r"""execute 'UPDATE a SET b = \'x\', c = \'\\d\n\''"""
    assert sql(one(tmp_path, change(text))) == [r"UPDATE a SET b = 'x', c = '\d\n'"]


def test_rows_that_a_model_changes_are_data_and_nothing_else(tmp_path: Path) -> None:
    found = one(tmp_path, ruby('def up\n  User.where(a: nil).update_all("a = 1")\nend'))
    assert [(s.nature, s.readable) for s in found.statements] == [(Nature.DATA, False)]


def test_a_block_that_may_change_the_schema_is_anything(tmp_path: Path) -> None:
    found = one(tmp_path, ruby("def up\n  User.find_each { |u| execute(u.sql) }\nend"))
    assert [(s.nature, s.readable) for s in found.statements] == [(Nature.OPAQUE, False)]


def test_a_condition_that_asks_the_catalog_is_a_guard(tmp_path: Path) -> None:
    found = one(tmp_path, change("unless column_exists?(:users, :nick)\n  add_column :users, :nick, :string\nend"))
    (guard,) = found.statements[0].guards
    assert guard.ref is not None
    assert (guard.ref.label(), guard.present, guard.text) == ("users.nick", False, "!column_exists?(:users, :nick)")


def test_a_table_that_is_made_unless_it_is_there_is_read_whole(tmp_path: Path) -> None:
    made = "create_table :tags do |t|\n  t.string :name\n%send"
    text = f"unless table_exists?(:tags)\n{made}\nend"
    assert sql(one(tmp_path, change(text % ""))) == [
        'CREATE TABLE "tags" ("id" bigserial primary key, "name" character varying)'
    ]
    assert (
        why(tmp_path, change(text % "  t.string :more if ENV['X']\n")) == "what is in the table depends on a condition"
    )


def test_a_condition_nobody_can_answer_keeps_its_words(tmp_path: Path) -> None:
    lines = ("add_column :a, :b, :text if Rails.env.production?", "return if ENV['X']", "add_column :a, :c, :text")
    found = one(tmp_path, change("\n".join(lines)))
    assert [[(g.text, g.ref) for g in s.guards] for s in found.statements] == [
        [("Rails.env.production?", None)],
        [("!ENV['X']", None)],
    ]


def test_methods_constants_loops_and_wrappers_are_followed(tmp_path: Path) -> None:
    body = (
        "WORDS = %w[a b].freeze\ndef up\n  safety_assured { more }\nend\n\nprivate\n\ndef more\n"
        "  WORDS.each do |word|\n    add_column :t, word, :integer\n  end\nend"
    )
    assert sql(one(tmp_path, ruby(body))) == ['ALTER TABLE "t" ADD "a" integer', 'ALTER TABLE "t" ADD "b" integer']


@pytest.mark.parametrize(
    ("parameters", "arguments", "made"),
    [
        ("(name, kind)", "(:b, :text)", '"b" text'),
        (" name, kind = :text", " :b", '"b" text'),
        ("(name = :x, kind)", "(:text)", '"x" text'),
        ("(name = :x, kind)", "(:b, :text)", '"b" text'),
        ("(name, kind:)", "(:b, kind: :text)", '"b" text'),
        ("(name, kind: :text)", "(:b)", '"b" text'),
        ("(name, kind: name)", "(:text)", '"text" text'),
    ],
)
def test_a_method_of_the_files_own_is_read_with_its_arguments(
    parameters: str, arguments: str, made: str, tmp_path: Path
) -> None:
    body = f"def change\n  add{arguments}\nend\n\nprivate\n\ndef add{parameters}\n  add_column :a, name, kind\nend"
    assert sql(one(tmp_path, ruby(body))) == [f'ALTER TABLE "a" ADD {made}']


@pytest.mark.parametrize(
    ("parameters", "arguments", "words"),
    [
        ("(name)", "(:b, :c)", "takes other arguments"),
        ("(name, kind)", "(:b)", "takes other arguments"),
        ("(name:)", "()", "takes other arguments"),
        ("(name:)", "(name: :b, kind: :c)", "takes other arguments"),
        ("(*names)", "(:b)", "the method add is not read"),
        ("(name)", "(Time.now)", "the value of Time is not known"),
        ("(name)", "(:b) { 1 }", "the method add is not read"),
        ("(name = Time.now)", "()", "the value of Time is not known"),
    ],
)
def test_a_call_that_is_not_understood_is_not_guessed(
    parameters: str, arguments: str, words: str, tmp_path: Path
) -> None:
    body = f"def change\n  add{arguments}\nend\n\ndef add{parameters}\n  add_column :a, name, :text\nend"
    assert words in why(tmp_path, ruby(body))


def test_a_method_that_calls_itself_comes_to_an_end(tmp_path: Path) -> None:
    body = "def change\n  more :b\nend\n\ndef more(name)\n  more name\nend"
    assert why(tmp_path, ruby(body)) == "the method more is not read"


def test_what_cannot_be_taken_back_sends_nothing(tmp_path: Path) -> None:
    found = one(tmp_path, change("add_column :a, :b, :text\nremove_column :a, :c"))
    (statement,) = found.down
    assert not statement.readable
    assert "only with a type" in str(statement.operations)


def test_behind_what_rails_refuses_nothing_is_sent(tmp_path: Path) -> None:
    found = one(tmp_path, change("add_index :a, :b, algorithm: :concurrently\nadd_column :a, :c, :text"), "mysql")
    assert sql(found) == ["(add_index :a, :b, algorithm: :concurrently)"]


@pytest.mark.parametrize(
    "line",
    [
        "rename_table :users, :people",
        "rename_column :users, :a, :b",
        "remove_index :users, :a",
        "remove_foreign_key :users, :orgs",
        "change_column_default :users, :a, 5",
    ],
)
def test_what_depends_on_a_table_that_is_not_known_is_not_guessed(tmp_path: Path, line: str) -> None:
    assert "not known" in why(tmp_path, ruby(f"def up\n  {line}\nend"))


def test_on_mysql_a_change_repeats_what_only_the_server_knows(tmp_path: Path) -> None:
    assert "from the server" in why(tmp_path, ruby("def up\n  change_column :t, :a, :text\nend"), "mysql")


def test_what_earlier_files_made_is_known(tmp_path: Path) -> None:
    first = change("create_table :users do |t|\n  t.string :email, index: true\nend", name="First")
    second = change("rename_column :users, :email, :mail", name="Second")
    app(tmp_path, files={"db/migrate/1_first.rb": first, "db/migrate/2_second.rb": second})
    assert sql(read(tmp_path).migrations[1]) == [
        'ALTER TABLE "users" RENAME COLUMN "email" TO "mail"',
        'ALTER INDEX "index_users_on_email" RENAME TO "index_users_on_mail"',
    ]


def test_sql_of_the_projects_own_makes_its_tables_unknown(tmp_path: Path) -> None:
    lines = "create_table :users\nexecute 'CREATE INDEX own ON users (id)'\nrename_table :users, :people"
    found = one(tmp_path, ruby(f"def up\n  {lines}\nend".replace("\n", "\n  ")))
    assert [s.readable for s in found.statements] == [True, True, False]


def test_a_sequence_that_is_renamed_as_a_table_is_judged_as_a_sequence(tmp_path: Path) -> None:
    found = one(tmp_path, ruby("def up\n  create_table :a\n  rename_table :a, :b\nend"))
    (rename,) = found.statements[3].operations
    assert isinstance(rename, Rename)
    assert (found.statements[3].sql, rename.to.kind) == (
        'ALTER TABLE "public"."a_id_seq" RENAME TO "b_id_seq"',
        Kind.SEQUENCE,
    )


def test_a_transaction_is_asked_for_on_postgres_unless_the_file_does_not_want_it(tmp_path: Path) -> None:
    text = change("add_column :a, :b, :text")
    loose = change("add_index :a, :b, algorithm: :concurrently", head="disable_ddl_transaction!")
    assert [one(tmp_path, t).transactional for t in (text, loose)] == [True, False]
    assert one(tmp_path, loose).statements[0].concurrently
    assert not one(tmp_path, text, "mysql").transactional


@pytest.mark.parametrize(
    ("version", "column"),
    [("6.1", '"at" timestamp'), ("7.0", '"at" timestamp(6)'), ("8.0", '"at" timestamp(6)')],
)
def test_times_have_six_places_from_7_on(tmp_path: Path, version: str, column: str) -> None:
    app(tmp_path, files={"Gemfile.lock": "    activerecord (8.0.1)\n"})
    write(tmp_path, {"db/migrate/1_changes.rb": change("add_column :a, :at, :datetime", version)})
    assert sql(read(tmp_path).migrations[0]) == [f'ALTER TABLE "a" ADD {column}']


def test_a_long_name_is_made_short_from_7_1_on_and_refused_before(tmp_path: Path) -> None:
    columns = ", ".join(f":a_rather_long_column_{n}" for n in range(3))
    assert "too long" in why(tmp_path, change(f"add_index :table_of_many_things, [{columns}]"))
    name = index_name("table_of_many_things", tuple(f"a_rather_long_column_{n}" for n in range(3)), shortened=True)
    assert (len(name), name[:20]) == (62, "idx_on_a_rather_long")


@pytest.mark.parametrize(
    ("one_table", "other", "joined"),
    [("people", "categories", "categories_people"), ("music_a", "music_b", "music_a_b"), ("as", "bs", "as_bs")],
)
def test_a_join_table_has_both_names(one_table: str, other: str, joined: str) -> None:
    assert join_table(one_table, other) == joined


@pytest.mark.parametrize(
    ("many", "single"),
    [("people", "person"), ("categories", "category"), ("statuses", "status"), ("boxes", "box"), ("news", "news"),
     ("admin_users", "admin_user"), ("sheep", "sheep"), ("addresses", "address"), ("movies", "movie")],
)  # fmt: skip
def test_words_have_a_singular(many: str, single: str) -> None:
    assert Inflector().singular(many) == single
    assert Inflector().plural(single) == many


def test_a_project_has_words_of_its_own() -> None:
    text = 'ActiveSupport::Inflector.inflections(:en) do |inflect|\n  inflect.irregular "virus", "viren"\n'
    own = inflector_of(text + "  inflect.uncountable %w[staff]\nend\n")
    assert (own.plural("virus"), own.plural("staff"), own.doubtful) == ("viren", "staff", False)
    assert inflector_of('inflect.plural(/^(ox)$/i, "\\1en")').doubtful


def test_a_file_that_is_no_migration_keeps_its_place(tmp_path: Path) -> None:
    found = one(tmp_path, "puts 'x'\n")
    assert (found.id, found.unreadable) == ("20240101000000", "the file holds no migration")


@pytest.mark.parametrize(
    "lines",
    [
        f"a = {'(' * 5000}1{')' * 5000}\nadd_column :a, :b, :text",
        "[1, 2, 3, 4, 5, 6, 7, 8].each do |n|\n" * 8 + "add_column :a, :b, :text\n" + "end\n" * 8,
        "m0\nend\n" + "".join(f"def m{n}\nm{n + 1}\nm{n + 1}\nend\n" for n in range(30)) + "def m30",
    ],
    ids=["deep", "loops", "methods"],
)
def test_a_file_that_nobody_could_read_to_its_end_costs_no_other_file(tmp_path: Path, lines: str) -> None:
    assert one(tmp_path, change(lines)).unreadable == "it is nested too deeply or repeats too much to be read"


def test_nothing_of_the_file_is_run(tmp_path: Path) -> None:
    text = change(f"add_column :a, :b, :text, default: `touch {tmp_path}/ran`\nsystem('touch {tmp_path}/ran')")
    assert [s.readable for s in one(tmp_path, text).statements] == [False, False]
    assert not (tmp_path / "ran").exists()


@pytest.mark.parametrize(("word", "dialect"), [("jsonb", "sqlite"), ("uuid", "mysql"), ("longtext", "postgres")])
def test_a_table_has_no_words_of_another_server(word: str, dialect: str, tmp_path: Path) -> None:
    for lines in (f"create_table(:a) {{ |t| t.{word} :b }}", f"change_table(:a) {{ |t| t.{word} :b }}"):
        assert why(tmp_path, change(lines), dialect) == f"what {word} makes of a table is not known"


def test_what_a_rebuild_leaves_is_judged_although_its_sql_is_not_known(tmp_path: Path) -> None:
    found = one(tmp_path, ruby("def up\n  remove_column :a, :b\n  rename_column :a, :c, :d\nend"), "sqlite")
    assert [s.readable for s in found.statements] == [False, False]
    assert [type(operation) for s in found.statements for operation in s.operations] == [Drop, Rename]


def test_a_single_file_can_be_given(tmp_path: Path) -> None:
    path = write(tmp_path, {"20240101000000_add_nick.rb": change("add_column :a, :b, :text", name="AddNick")})
    given = str(path / "20240101000000_add_nick.rb")
    files = RAILS.read(project(app(tmp_path / "app")), given, "postgres", "public")
    assert [m.id for m in files.migrations] == ["20240101000000"]
    assert "only one file was given" in files.unread


@pytest.mark.parametrize(
    "lines",
    [
        "name = 'a'\nname << 'b'\nadd_column :t, name, :text",
        "name = 'a'\nname += 'b'\nadd_column :t, name, :text",
        "name = 'a'\nname = 'b' if ENV['X']\nadd_column :t, name, :text",
        "name = 'a'\nname.concat('b')\nadd_column :t, name, :text",
    ],
    ids=["appended", "added", "perhaps", "concatenated"],
)
def test_a_name_that_may_have_changed_is_not_known(tmp_path: Path, lines: str) -> None:
    last = one(tmp_path, change(lines)).statements[-1]
    assert (last.readable, last.sql) == (False, "add_column :t, name, :text")


def test_a_name_that_has_a_value_is_known(tmp_path: Path) -> None:
    lines = "name = 'a'\nadd_column :t, \"#{name}_b\", :text\nname = 'c'\nadd_column :t, name, :text"
    assert sql(one(tmp_path, change(lines))) == ['ALTER TABLE "t" ADD "a_b" text', 'ALTER TABLE "t" ADD "c" text']


def test_a_method_of_the_files_own_stands_before_that_of_rails(tmp_path: Path) -> None:
    body = "def change\n  add_column :a, :b, :text\nend\n\ndef add_column(*args)\n  execute 'SELECT 1'\nend"
    assert why(tmp_path, ruby(body)) == "the method add_column is not read"


def test_what_a_gem_adds_to_a_table_is_not_taken_for_a_type(tmp_path: Path) -> None:
    text = change("change_table :users do |t|\n  t.attachment :avatar\n  t.string :nick\nend")
    assert sql(one(tmp_path, text)) == ["(t.attachment :avatar)", 'ALTER TABLE "users" ADD "nick" character varying']
    assert "attachment" in why(tmp_path, change("create_table :users do |t|\n  t.attachment :avatar\nend"))


def test_a_connection_of_its_own_is_not_read(tmp_path: Path) -> None:
    text = ruby("def connection\n  Other.connection\nend\n\ndef change\n  add_column :a, :b, :text\nend")
    assert one(tmp_path, text).unreadable == "it names a connection of its own"


def test_methods_of_the_class_are_read_too(tmp_path: Path) -> None:
    down = "def self.down\n  raise ActiveRecord::IrreversibleMigration\nend"
    body = f"def self.up\n  add_column :a, :b, :text\nend\n\n{down}"
    found = one(tmp_path, ruby(body))
    assert sql(found) == ['ALTER TABLE "a" ADD "b" text']
    (refused,) = found.down
    assert (refused.readable, refused.sql) == (False, "raise ActiveRecord::IrreversibleMigration")


def test_behind_a_raise_under_a_condition_everything_stands_under_its_opposite(tmp_path: Path) -> None:
    found = one(tmp_path, change("raise 'no' unless table_exists?(:a)\nadd_column :a, :b, :text"))
    assert [[(g.text, g.present) for g in s.guards] for s in found.statements] == [[("table_exists?(:a)", True)]]


@pytest.mark.parametrize(
    ("line", "words"),
    [
        ("add_index :a, :b, include: [:c]", "Rails 6.1 refuses the option include"),
        ("drop_table :a, :b", "several tables"),
        ("add_column :a, :b, :date, default: '2020-02-30'", "as a date is not known"),
        ("add_column :a, :b, :date, default: 'yesterday'", "as a date is not known"),
        ("add_column :a, :b, :jsonb, default: { a: '<' }", "the default of a jsonb is not known"),
        ("add_column :a, :b, :jsonb, default: { a: 1e30 }", "the default of a jsonb is not known"),
        ("add_column :a, :b, :string, array: true, default: ['a b']", "the default of an array is not read"),
        ("add_column :a, :b, :string, array: true, default: ['null']", "the default of an array is not read"),
        ("add_column :a, :b, :virtual, as: 'x'", "the type of the generated column b is not known"),
        ("add_column :a, :b, :virtual, type: :text, as: 'x', stored: true", "no generated columns for this server"),
        ("add_column :a, :b, :decimal, scale: 2", "a scale and no precision"),
        ("add_reference :a, :b, polymorphic: true, foreign_key: true", "polymorphic"),
        ("create_enum :mood, %w[happy sad]", "Rails 6.1 has no create_enum of its own"),
        ("add_unique_constraint :a, :b", "Rails 6.1 has no method of its own for a unique constraint"),
        ("create_table(:a) { |t| t.string :x, default: Time.now }", "the value of Time is not known"),
    ],
)
def test_what_is_not_certain_says_why(tmp_path: Path, line: str, words: str) -> None:
    assert words in why(tmp_path, change(line, head="disable_ddl_transaction!"))
