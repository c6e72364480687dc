"""What a body sends as far as it is known, and what is said where it is not: never a guess."""

from __future__ import annotations

import pytest

from console.core.statements import Sent
from console.readers.python.alembic import AlembicFile, Setting, read_revision
from tests.alembic.project import HEAD

USERS = 'op.execute("A")'


def read(body: str, head: str = "", setting: Setting | None = None) -> AlembicFile:
    text = HEAD.format(message="x", revision="x", down=None, depends=None, down_body="    pass",
                       up="\n".join(f"    {line}" for line in body.strip().splitlines()))  # fmt: skip
    return read_revision(text.replace("\n\ndef upgrade", f"\n{head}\n\ndef upgrade", 1), setting or Setting())


def sent(body: str, head: str = "", setting: Setting | None = None) -> tuple[Sent, ...]:
    return read(body, head, setting).up


def told(body: str, head: str = "") -> list[str]:
    """The SQL, or a question mark with the reason; conditions behind it."""
    return [(one.sql or f"? {one.unreadable}") + "".join(f" | {guard.text}" for guard in one.guards)
            for one in sent(body, head)]  # fmt: skip


def test_a_condition_that_is_known_is_followed() -> None:
    body = 'if op.get_bind().dialect.name == "postgresql":\n    op.execute("A")\nelse:\n    op.execute("B")'
    assert told(body) == ["A"]


def test_a_condition_that_is_not_known_stands_beside_both_branches() -> None:
    body = 'if settings.X:\n    op.execute("A")\nelse:\n    op.execute("B")\nop.execute("C")'
    assert told(body) == ["A | settings.X", "B | not (settings.X)", "C"]


def test_what_follows_a_return_under_a_condition_carries_its_opposite() -> None:
    body = 'if sa.inspect(op.get_bind()).has_table("x"):\n    return\nop.execute("A")'
    assert told(body) == ['A | not (sa.inspect(op.get_bind()).has_table("x"))']


def test_a_return_further_inside_leaves_its_condition_to_all_that_follows() -> None:
    body = 'if s.X:\n    op.execute("A")\n    if s.Y:\n        return\n    op.execute("B")\nop.execute("C")'
    assert told(body) == ["A | s.X", "B | s.X | not (s.Y)", "C | not (s.X and s.Y)"]
    assert told('if s.X:\n    op.execute("A")\nelse:\n    return\nop.execute("B")') == ["A | s.X", "B | s.X"]
    assert told('if s.X:\n    return\nelse:\n    return\nop.execute("B")') == []


def test_a_name_bound_under_a_condition_is_not_known_after_it() -> None:
    body = 'name = "a"\nif settings.X:\n    name = "b"\nop.drop_table(name)'
    assert told(body) == ["? `name` is only known at run time"]


@pytest.mark.parametrize(
    "change",
    ['columns.append(sa.Column("b", sa.Integer))', "columns += more", 'columns[0] = "x"', "del columns[0]",
     "alias = columns\nalias.append(1)", "change(columns)"],
    ids=["append", "add", "item", "del", "alias", "handed"],
)  # fmt: skip
def test_a_list_that_was_changed_is_not_known_any_more(change: str) -> None:
    head = "def change(given):\n    given.append(1)\n"
    body = f'columns = [sa.Column("a", sa.Integer)]\n{change}\nop.create_table("t", *columns)'
    assert told(body, head)[-1].startswith("? `columns` is only known")


def test_loops_over_what_is_known_are_followed() -> None:
    assert told('for n, t in enumerate(["a", "b"]):\n    op.execute(f"DROP TABLE {t}{n}")') == [
        "DROP TABLE a0", "DROP TABLE b1"]  # fmt: skip


@pytest.mark.parametrize(
    "body",
    ["for t in tables():\n    op.drop_table(t)", 'while True:\n    op.drop_table("t")',
     'try:\n    op.drop_table("t")\nexcept Exception:\n    pass', "with something():\n    op.drop_table('t')",
     "for t in {'a', 'b'}:\n    op.drop_table(t)", "[op.drop_table(t) for t in ('a', 'b')]"],
    ids=["for", "while", "try", "with", "set", "comprehension"],
)  # fmt: skip
def test_what_only_a_run_knows_is_one_statement_with_the_files_own_text(body: str) -> None:
    (one,) = sent(body)
    assert (one.sql, one.source) == ("", body.replace("\n", "\n    "))
    assert one.unreadable


@pytest.mark.parametrize(
    "body",
    ["print('x')", "log.info('x')", "pass", "x = 5", "y = [i for i in range(3)]", "bind = op.get_bind()",
     "inspector = sa.inspect(op.get_bind())\ntables = inspector.get_table_names()", "import os\nz = os.getenv('X')"],
    ids=["print", "log", "pass", "number", "list", "bind", "inspector", "environment"],
)  # fmt: skip
def test_what_cannot_reach_the_database_is_no_statement(body: str) -> None:
    assert sent(body) == ()


@pytest.mark.parametrize(
    "body",
    ["Base.metadata.create_all(op.get_bind())", "session = Session(op.get_bind())", "helper(op)", "op.invoke(x)",
     "sa.Table('t', sa.MetaData()).create(op.get_bind())", "x = load(op.get_bind())"],
    ids=["metadata", "session", "helper", "invoke", "table", "assigned"],
)  # fmt: skip
def test_what_may_reach_the_database_is_never_left_out(body: str) -> None:
    assert [one.sql for one in sent(body, "from shop import Base, Session, helper, load")] == [""]


def test_a_functions_own_helpers_are_followed_with_their_arguments() -> None:
    head = 'def drop(name, cascade=False):\n    op.execute(f"DROP TABLE {name}" + (" CASCADE" if cascade else ""))\n'
    assert told('drop("a")\ndrop(name="b", cascade=True)', head) == ["DROP TABLE a", "DROP TABLE b CASCADE"]


def test_a_helper_that_only_gives_a_value_is_read() -> None:
    head = 'def column(name, size=5):\n    """One."""\n    return sa.Column(name, sa.String(size), nullable=False)\n'
    assert told('op.add_column("t", column("a"))\nop.add_column("t", column("b", size=7))', head) == [
        "ALTER TABLE t ADD COLUMN a VARCHAR(5) NOT NULL", "ALTER TABLE t ADD COLUMN b VARCHAR(7) NOT NULL"]  # fmt: skip
    assert "only known" in told('op.add_column("t", column("a"))', "def column(name):\n    x = 1\n    return f(x)\n")[0]
    assert told("op.add_column('t', again())", "def again():\n    return again()\n")[0].startswith("? ")


def test_what_a_helper_gives_back_is_known_where_its_way_is() -> None:
    head = "def kind():\n    if op.get_bind().dialect.name == 'mssql':\n        return sa.Text\n    return sa.JSON\n"
    body = 'made = kind()\nop.add_column("t", sa.Column("a", made))'
    assert told(body, head) == ["ALTER TABLE t ADD COLUMN a JSON"]
    assert told(body, head.replace("op.get_bind().dialect.name == 'mssql'", "settings.X"))[0].startswith("? `made`")


def test_the_arguments_of_a_batch_may_have_names() -> None:
    body = """with op.batch_alter_table("t") as batch:
    batch.drop_constraint(constraint_name="x", type_="unique")
    batch.create_primary_key(constraint_name="pk", columns=["a"])
    batch.drop_column(column_name="b")
"""
    assert told(body) == ["ALTER TABLE t DROP CONSTRAINT x", "ALTER TABLE t ADD CONSTRAINT pk PRIMARY KEY (a)",
                          "ALTER TABLE t DROP COLUMN b"]  # fmt: skip


def test_an_update_that_is_not_read_is_data() -> None:
    (one,) = sent("op.execute(jobs.update().where(jobs.c.state == 1).values(state=2))")
    assert (one.sql, one.data) == ("", True)


def test_a_helper_that_calls_itself_ends() -> None:
    assert "nested too deeply" in told("again()", "def again():\n    again()\n")[-1]


def test_it_stops_where_the_file_raises() -> None:
    assert told('op.execute("A")\nraise ValueError("no")\nop.execute("B")') == [
        "A", "? it stops here, so nothing after it is sent"]  # fmt: skip


def test_a_parameter_without_a_value_stops_sqlalchemy() -> None:
    assert told('op.execute("SELECT :x")') == ["? its parameter :x has no value: SQLAlchemy stops here"]
    assert told('op.execute(sa.text("SELECT :x").bindparams(x=5))') == ["SELECT 5"]
    assert told('op.execute("UPDATE t SET a = b::text")') == ["UPDATE t SET a = b::text"]


def test_rows_are_data_even_when_they_are_not_known() -> None:
    (one,) = sent("op.bulk_insert(t, rows())")
    assert (one.sql, one.data) == ("", True)


def test_a_value_that_python_gives_when_a_row_is_inserted_is_not_left_out() -> None:
    columns = 'sa.Column("a", sa.Integer), sa.Column("b", sa.Integer, default=5)'
    body = f't = op.create_table("t", {columns})\nop.bulk_insert(t, [{{"a": 1}}])'
    assert told(body)[1].startswith("? ")


def test_a_name_from_conventions_that_are_not_known_is_not_guessed() -> None:
    body = 'op.create_unique_constraint(None, "t", ["a"])\nop.create_unique_constraint("uq", "t", ["a"])'
    known = sent(body, "", Setting(conventions=(("uq", "uq_%(table_name)s_%(column_0_name)s"),)))
    assert [one.sql for one in known] == [
        "ALTER TABLE t ADD CONSTRAINT uq_t_a UNIQUE (a)", "ALTER TABLE t ADD CONSTRAINT uq UNIQUE (a)"]  # fmt: skip
    unknown = sent(body, "", Setting(nameless=False))
    assert [bool(one.sql) for one in unknown] == [False, True]


def test_on_mariadb_the_name_of_the_dialect_is_that_of_the_url() -> None:
    body = 'if op.get_bind().dialect.name == "mysql":\n    op.execute("A")'
    assert [one.guards == () for one in sent(body, "", Setting("mariadb", "mysql"))] == [True]
    assert sent(body, "", Setting("mariadb", "mariadb")) == ()
    assert [one.guards == () for one in sent(body, "", Setting("mariadb"))] == [False]


def test_an_enum_that_is_looked_for_first_is_sent_under_that_condition() -> None:
    body = 'postgresql.ENUM("a", name="mood").create(op.get_bind(), checkfirst=True)'
    (one,) = sent(body)
    (guard,) = one.guards
    assert (one.sql, guard.present) == ("CREATE TYPE mood AS ENUM ('a')", False)
    assert guard.ref is not None
    assert guard.ref.label() == "mood"


@pytest.mark.parametrize(
    ("text", "why"),
    [
        ("revision = get()\n", "its revision is only known at run time"),
        ("revision = 'a'\nif x:\n    revision = 'b'\n", "its revision is only known at run time"),
        ("x = 1\n", "the file names no revision"),
        ("def (", "the file cannot be parsed in line 1"),
    ],
    ids=["call", "changed", "none", "syntax"],
)
def test_a_file_whose_place_is_not_known_is_not_read(text: str, why: str) -> None:
    assert read_revision(text, Setting()).unreadable == why


def test_a_file_without_upgrade_says_so() -> None:
    (one,) = read_revision("revision = 'a'\ndown_revision = None\n", Setting()).up
    assert one.unreadable == "the file has no such function of its own"


def test_an_exclude_of_an_expression_is_refused_as_alembic_refuses_it() -> None:
    refused = told('op.create_exclude_constraint("x", "t", (sa.text("lower(a)"), "="))')
    assert refused == ["? op.create_exclude_constraint refuses these arguments (ArgumentError)"]
    (one,) = sent('op.create_exclude_constraint("x", "t", ("a", "="))', setting=Setting("mysql", "mysql"))
    assert one.unreadable == "only PostgreSQL has EXCLUDE: SQLAlchemy stops here"
