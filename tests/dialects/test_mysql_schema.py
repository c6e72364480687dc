"""What a real MySQL and a real MariaDB hold, read back and compared with what they were given."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pymysql
import pytest

from console.core.schema import (
    Column,
    Constraint,
    Event,
    Index,
    Kind,
    Namespace,
    Ref,
    Routine,
    Schema,
    Sequence,
    Table,
    Thing,
    Trigger,
    View,
    attributes,
    column_ref,
    table_ref,
)
from console.dialects.mysql.link import MySQLLink
from console.dialects.mysql.wire import Wire
from tests.dialects.my_columns import DETAILS, TYPES, on
from tests.dialects.my_fixtures import OpenMyLink
from tests.mysql_servers import MyConnect, MyConnection, MyServer, ask

Make = Callable[..., Schema]


@pytest.fixture
def make(my_connect: MyConnect, my_link: MySQLLink) -> Make:
    """Runs statements, then reads the schema."""
    connection = my_connect()

    def maker(*statements: str) -> Schema:
        for statement in statements:
            ask(connection, statement)
        return my_link.schema()

    return maker


def at(schema: Schema, kind: Kind, table: str, name: str) -> Any:
    found = schema.get(Ref(kind, schema.home, table, name))
    assert found is not None, [thing.ref for thing in schema.things]
    return found


def names(schema: Schema, kind: type[Thing]) -> list[str]:
    return [thing.ref.label(schema.home) for thing in schema.of_kind(kind)]


def some(thing: Thing, *wanted: str) -> dict[str, Any]:
    found = attributes(thing)
    return {name: found[name] for name in wanted}


def test_every_type_is_spelled_as_the_server_spells_it(make: Make, my_server: MyServer) -> None:
    columns = ", ".join(f"c{n} {definition}" for n, (definition, _) in enumerate(TYPES))
    schema = make(f"CREATE TABLE t ({columns})")
    found = {definition: at(schema, Kind.COLUMN, "t", f"c{n}").type for n, (definition, _) in enumerate(TYPES)}
    assert found == {definition: on(kind, mariadb=my_server.is_mariadb) for definition, kind in TYPES}


def test_every_detail_of_a_column_is_read(make: Make, my_server: MyServer) -> None:
    columns = ", ".join(f"c{n} {definition}" for n, (definition, _) in enumerate(DETAILS))
    schema = make(f"CREATE TABLE t (id INT NOT NULL, {columns})")
    found = {
        definition: some(at(schema, Kind.COLUMN, "t", f"c{n}"), *wanted)
        for n, (definition, wanted) in enumerate(DETAILS)
    }
    assert found == {
        definition: {name: on(value, mariadb=my_server.is_mariadb) for name, value in wanted.items()}
        for definition, wanted in DETAILS
    }


def test_columns_stand_in_order_and_are_found_without_case(make: Make) -> None:
    schema = make("CREATE TABLE t (Id INT AUTO_INCREMENT PRIMARY KEY, `userName` INT, last INT)")
    columns = sorted(schema.of_kind(Column), key=lambda column: column.position)
    assert [(column.ref.name, column.ref.label(schema.home)) for column in columns] == [
        ("id", "t.Id"), ("username", "t.userName"), ("last", "t.last"),
    ]  # fmt: skip
    assert some(columns[0], "auto_increment", "nullable") == {"auto_increment": True, "nullable": False}
    assert [column.auto_increment for column in columns[1:]] == [False, False]


def test_a_table_is_read_with_what_it_is_made_of(make: Make) -> None:
    schema = make(
        "CREATE TABLE t (id INT) ENGINE=InnoDB ROW_FORMAT=COMPACT DEFAULT CHARSET=latin1 COMMENT='about it'",
        "CREATE TABLE u (id INT) ENGINE=MyISAM COLLATE=utf8mb4_bin",
    )
    t, u = at(schema, Kind.TABLE, "", "t"), at(schema, Kind.TABLE, "", "u")
    assert some(t, "engine", "charset", "collation", "options", "comment") == {
        "engine": "innodb", "charset": "latin1", "collation": "latin1_swedish_ci",
        "options": ("row_format=compact",), "comment": "about it",
    }  # fmt: skip
    assert some(u, "engine", "charset", "collation", "options", "comment") == {
        "engine": "myisam", "charset": "utf8mb4", "collation": "utf8mb4_bin", "options": (), "comment": None,
    }  # fmt: skip
    assert t.stamp is not None
    assert t.locked is False


INDEXES: tuple[tuple[str, dict[str, Any]], ...] = (
    ("KEY i (a)", {"columns": ("a",), "unique": False, "method": "btree", "visible": True}),
    ("KEY i (a, b DESC)", {"columns": ("a", "b DESC")}),
    ("KEY i (b(10))", {"columns": ("b(10)",)}),
    ("UNIQUE KEY I (A, b(5))", {"columns": ("a", "b(5)"), "unique": True, "constraint": False}),
    ("FULLTEXT KEY i (b)", {"columns": ("b",), "method": "fulltext"}),
    ("FULLTEXT KEY i (b, c)", {"columns": ("b", "c"), "method": "fulltext"}),
    ("SPATIAL KEY i (g)", {"columns": ("g",), "method": "spatial"}),
    ("KEY i (a) COMMENT 'why'", {"comment": "why"}),
)


@pytest.mark.parametrize(("written", "wanted"), INDEXES, ids=[str(n) for n in range(len(INDEXES))])
def test_an_index_is_read_with_what_it_is_on(make: Make, written: str, wanted: dict[str, Any]) -> None:
    schema = make(f"CREATE TABLE t (a INT, b VARCHAR(100), c TEXT, g GEOMETRY NOT NULL, {written})")
    index = at(schema, Kind.INDEX, "t", "i")
    assert some(index, "table", *(name for name in wanted if name != "constraint")) == {
        "table": "t", **{name: value for name, value in wanted.items() if name != "constraint"},
    }  # fmt: skip
    assert index.constraint is False


def test_a_hash_that_innodb_makes_a_btree_may_still_be_called_one(make: Make) -> None:
    schema = make("CREATE TABLE t (a INT, KEY i (a) USING HASH)")
    assert at(schema, Kind.INDEX, "t", "i").method in ("btree", "hash"), "MariaDB 11.8 tells what was asked for"


def test_what_only_one_server_has_in_an_index(make: Make, my_server: MyServer) -> None:
    hidden = "IGNORED" if my_server.is_mariadb else "INVISIBLE"
    schema = make(f"CREATE TABLE t (a INT, b VARCHAR(9), KEY hidden (a) {hidden})")
    assert at(schema, Kind.INDEX, "t", "hidden").visible is False
    if not my_server.is_mariadb:
        schema = make("CREATE INDEX on_lower ON t ((lower(b)), a DESC)")
        assert at(schema, Kind.INDEX, "t", "on_lower").columns == ("(lower(`b`))", "a DESC")


def test_a_primary_key_is_a_constraint_and_an_index(make: Make) -> None:
    schema = make("CREATE TABLE t (b INT, A INT, PRIMARY KEY (A, b))")
    constraint, index = at(schema, Kind.CONSTRAINT, "t", "primary"), at(schema, Kind.INDEX, "t", "primary")
    assert some(constraint, "type", "columns") == {"type": "primary key", "columns": ("a", "b")}
    assert (index.columns, index.unique, index.constraint) == (("a", "b"), True, True)


def test_a_unique_key_is_an_index_and_nothing_else(make: Make) -> None:
    schema = make("CREATE TABLE t (a INT, CONSTRAINT once UNIQUE (a))")
    assert (names(schema, Index), names(schema, Constraint)) == (["t.once"], [])


def test_foreign_keys_are_read_with_their_actions_and_the_index_they_were_given(make: Make) -> None:
    schema = make(
        "CREATE TABLE parent (x INT, y INT, z INT UNIQUE, PRIMARY KEY (x, y))",
        """CREATE TABLE child (a INT, b INT, c INT,
             CONSTRAINT both_of FOREIGN KEY (a, b) REFERENCES parent (x, y) ON DELETE CASCADE ON UPDATE SET NULL,
             FOREIGN KEY (c) REFERENCES parent (z) ON DELETE RESTRICT)""",
    )
    both = at(schema, Kind.CONSTRAINT, "child", "both_of")
    assert some(both, "columns", "references", "referenced_columns", "on_delete", "on_update", "match") == {
        "columns": ("a", "b"), "references": f"{schema.home}.parent", "referenced_columns": ("x", "y"),
        "on_delete": "cascade", "on_update": "set null", "match": "simple",
    }  # fmt: skip
    other = at(schema, Kind.CONSTRAINT, "child", "child_ibfk_1")
    assert some(other, "columns", "on_delete", "on_update") == {
        "columns": ("c",), "on_delete": "no action", "on_update": "no action",
    }  # fmt: skip
    assert {"child.both_of", "child.c"} <= set(names(schema, Index))


def test_checks_are_read_and_whether_they_are_looked_at(make: Make, my_server: MyServer) -> None:
    schema = make(
        "CREATE TABLE t (a INT, note VARCHAR(9), CONSTRAINT positive CHECK (a > 0), CHECK (note <> 'it''s'))",
        "CREATE TABLE u (a INT, CONSTRAINT positive2 CHECK (a > 0))",
    )
    positive = at(schema, Kind.CONSTRAINT, "t", "positive")
    assert some(positive, "type", "expression", "enforced") == {
        "type": "check", "expression": "`a` > 0" if my_server.is_mariadb else "(`a` > 0)", "enforced": True,
    }  # fmt: skip
    generated = at(schema, Kind.CONSTRAINT, "t", "constraint_1" if my_server.is_mariadb else "t_chk_1")
    assert "it" in generated.expression
    assert "\\'" not in generated.expression.replace("\\'s", "")
    if not my_server.is_mariadb:
        schema = make("ALTER TABLE t ALTER CHECK positive NOT ENFORCED")
        assert at(schema, Kind.CONSTRAINT, "t", "positive").enforced is False


def test_the_check_behind_a_json_column_is_no_constraint(make: Make) -> None:
    schema = make("CREATE TABLE t (doc JSON, other JSON CHECK (JSON_LENGTH(other) > 0))")
    assert at(schema, Kind.COLUMN, "t", "doc").type == "json"
    assert len(names(schema, Constraint)) == 1


def test_partitions_are_read_in_order(make: Make) -> None:
    schema = make(
        """CREATE TABLE sales (id INT, year INT) PARTITION BY RANGE (year)
             (PARTITION old VALUES LESS THAN (2020), PARTITION new VALUES LESS THAN MAXVALUE)""",
        "CREATE TABLE spread (id INT PRIMARY KEY) PARTITION BY HASH (id) PARTITIONS 3",
        "CREATE TABLE plain (id INT)",
    )
    sales, spread = at(schema, Kind.TABLE, "", "sales"), at(schema, Kind.TABLE, "", "spread")
    held = ("old=less than (2020)", "new=less than (maxvalue)")
    assert (sales.partition_key, sales.partitions) == ("RANGE (`year`)", held)
    assert (spread.partition_key, spread.partitions) == ("HASH (`id`)", ("p0", "p1", "p2"))
    assert at(schema, Kind.TABLE, "", "plain").partition_key is None
    assert sales.options == ()


def test_views_triggers_routines_and_events_are_read(make: Make) -> None:
    schema = make(
        "CREATE TABLE t (id INT, note VARCHAR(9))",
        "CREATE VIEW seen AS SELECT id FROM t WHERE note = 'x'",
        "CREATE TRIGGER stamped BEFORE INSERT ON t FOR EACH ROW SET NEW.note = 'n'",
        "CREATE PROCEDURE tidy(IN days INT) COMMENT 'at night' BEGIN DELETE FROM t; END",
        "CREATE FUNCTION doubled(n INT) RETURNS INT DETERMINISTIC RETURN n * 2",
        "CREATE EVENT nightly ON SCHEDULE EVERY 1 DAY DISABLE COMMENT 'late' DO DELETE FROM t",
    )
    assert "`note` = " in (at(schema, Kind.VIEW, "", "seen").definition or "")
    trigger = at(schema, Kind.TRIGGER, "", "stamped")
    assert some(trigger, "table", "definition") == {
        "table": "t", "definition": "before insert for each row SET NEW.note = 'n'",
    }  # fmt: skip
    procedure = at(schema, Kind.PROCEDURE, "", "tidy")
    assert some(procedure, "type", "body", "comment") == {
        "type": "procedure", "body": "BEGIN DELETE FROM t; END", "comment": "at night",
    }  # fmt: skip
    function = at(schema, Kind.ROUTINE, "", "doubled")
    assert (function.body, function.type) == ("RETURN n * 2", "function")
    assert function.returns.startswith("int")
    event = at(schema, Kind.EVENT, "", "nightly")
    assert some(event, "schedule", "enabled", "body", "comment") == {
        "schedule": "every 1 day", "enabled": "disabled", "body": "DELETE FROM t", "comment": "late",
    }  # fmt: skip
    for kind in (View, Trigger, Routine, Event):
        assert names(schema, kind)


def test_what_only_mariadb_has(make: Make, my_server: MyServer) -> None:
    statements = ("CREATE SEQUENCE numbers START WITH 5", "CREATE TABLE v (id INT) WITH SYSTEM VERSIONING")
    if not my_server.is_mariadb:
        with pytest.raises(pymysql.err.ProgrammingError):
            make(statements[0])
        return
    schema = make(*statements)
    assert names(schema, Sequence) == ["numbers"]
    numbers = at(schema, Kind.SEQUENCE, "", "numbers")
    assert (some(numbers, "start", "increment", "cycle"), numbers.unread) == (
        {"start": 5, "increment": 1, "cycle": False}, {"type"}
    )  # fmt: skip
    assert at(schema, Kind.TABLE, "", "v").options == ("with system versioning",)
    assert names(schema, Table) == ["v"]


def test_other_databases_are_there_without_their_members(make: Make, my_link: MySQLLink, my_connect: MyConnect) -> None:
    connection = my_connect()
    other = f"{my_link.server().home}_other"
    ask(connection, f"CREATE DATABASE {other}")
    try:
        schema = make("CREATE TABLE t (id INT)", f"CREATE TABLE {other}.hidden (id INT)")
    finally:
        ask(connection, f"DROP DATABASE {other}")
    spaces = {space.ref.name: space for space in schema.of_kind(Namespace)}
    assert spaces[other].unread == {"members"}
    assert spaces[schema.home].unread == frozenset()
    assert names(schema, Table) == ["t"]
    assert not {"mysql", "sys", "performance_schema", "information_schema"} & spaces.keys()


def test_without_a_database_it_says_so(my_server: MyServer, open_my_link: OpenMyLink) -> None:
    schema = open_my_link(url=my_server.url).schema()
    assert (schema.home, names(schema, Table)) == ("", [])
    assert schema.unread[-1] == "No database was named: name one at the end of the URL"


def test_names_that_need_quotes_are_read_as_they_are(make: Make) -> None:
    schema = make("CREATE TABLE `odd ``name` (`a.b` INT, `%s` INT, `ünï` INT DEFAULT 1, KEY `x y` (`a.b`))")
    assert names(schema, Column) == ["odd `name.%s", "odd `name.a.b", "odd `name.ünï"]
    assert at(schema, Kind.INDEX, "odd `name", "x y").columns == ("a.b",)


@pytest.fixture
def big(my_connect: MyConnect) -> MyConnection:
    """A database with a hundred tables."""
    connection = my_connect()
    ask(connection, "CREATE TABLE t0 (id INT PRIMARY KEY)")
    for n in range(1, 100):
        ask(connection, f"""CREATE TABLE t{n} (id INT PRIMARY KEY, name VARCHAR(50) NOT NULL DEFAULT 'n{n}', t_id INT,
              amount DECIMAL(8,2), UNIQUE KEY (name), KEY (amount, id), CONSTRAINT f{n} FOREIGN KEY (t_id)
              REFERENCES t{n - 1} (id), CONSTRAINT k{n} CHECK (amount > {n}))""")  # fmt: skip
    return connection


def test_a_hundred_tables_cost_as_many_reads_as_one(
    big: MyConnection, my_link: MySQLLink, monkeypatch: pytest.MonkeyPatch
) -> None:
    reads: list[str] = []
    really = Wire.noticed

    def counted(self: Wire, sql: str, parameters: Any = None) -> Any:
        reads.append(sql)
        return really(self, sql, parameters)

    my_link.rights()
    monkeypatch.setattr(Wire, "noticed", counted)
    schema = my_link.schema()
    many = len(reads)
    assert len(list(schema.of_kind(Table))) == 100
    assert len(list(schema.of_kind(Column))) == 1 + 99 * 4
    assert len(list(schema.of_kind(Constraint))) == 100 + 99 * 2
    assert len(list(schema.of_kind(Index))) == 100 + 99 * 3
    for n in range(99, 0, -1):
        ask(big, f"DROP TABLE t{n}")
    reads.clear()
    assert len(list(my_link.schema().of_kind(Table))) == 1
    assert len(reads) == many < 20
    assert not [sql for sql in reads if "SHOW CREATE" in sql]


CHANGES = (
    "ALTER TABLE t ADD c INT",
    "ALTER TABLE t ALTER a SET DEFAULT 5",
    "ALTER TABLE t MODIFY note VARCHAR(30) NOT NULL",
    "ALTER TABLE t RENAME COLUMN note TO remark",
    "ALTER TABLE t COMMENT = 'x'",
    "ALTER TABLE t ADD CONSTRAINT k CHECK (a > 0)",
    "ALTER TABLE t ADD FOREIGN KEY (a) REFERENCES p (id)",
    "CREATE INDEX i ON t (a)",
    "CREATE OR REPLACE VIEW v AS SELECT a FROM t",
    "CREATE TRIGGER r BEFORE DELETE ON t FOR EACH ROW SET @x = 1",
    "CREATE PROCEDURE q() SELECT 1",
    "CREATE EVENT e ON SCHEDULE EVERY 1 DAY DISABLE DO SELECT 1",
    "RENAME TABLE p TO p2",
    "DROP TABLE t",
)


@pytest.mark.parametrize("change", CHANGES, ids=[change.split(" (")[0].replace(" ", "-")[:30] for change in CHANGES])
def test_the_fingerprint_moves_with_every_change(my_connect: MyConnect, my_link: MySQLLink, change: str) -> None:
    connection = my_connect()
    for statement in ("CREATE TABLE p (id INT PRIMARY KEY)", "CREATE TABLE t (a INT, note VARCHAR(20))",
                      "CREATE VIEW v AS SELECT note FROM t" if "note" not in change else "DO 1"):  # fmt: skip
        ask(connection, statement)
    before = my_link.fingerprint()
    ask(connection, change)
    assert my_link.fingerprint() != before


def test_the_fingerprint_rests_while_only_rows_change(my_connect: MyConnect, my_link: MySQLLink) -> None:
    connection = my_connect()
    ask(connection, "CREATE TABLE t (a INT)")
    before = [part.partition(" ")[0] for part in my_link.fingerprint().split()[:5]]
    ask(connection, "INSERT INTO t VALUES (1), (2)")
    ask(connection, "UPDATE t SET a = 5")
    assert [part.partition(" ")[0] for part in my_link.fingerprint().split()[:5]] == before


def test_reading_twice_gives_the_same(make: Make, my_link: MySQLLink) -> None:
    first = make("CREATE TABLE t (a INT, b JSON, KEY (a))", "CREATE VIEW v AS SELECT a FROM t")
    assert my_link.schema() == first
    assert first.get(column_ref(first.home, "t", "a")) is not None
    assert first.get(table_ref(first.home, "v")) is None
    assert first.dialect == my_link.dialect
