"""Statements of MySQL and MariaDB to operations: the measured 99, and every form a migration is likely to hold."""

from __future__ import annotations

import pytest

from console.core.operations import Change, Create, Drop, Opaque, Operation, Rename
from console.core.schema import (
    Column,
    Constraint,
    Index,
    Kind,
    Ref,
    Table,
    column_ref,
    table_ref,
)
from console.core.statements import Nature, read_script
from tests.core.mysql_corpus import STATEMENTS
from tests.core.mysql_reading import all_of, changed, column, made, only, part

NO_STATEMENT = (
    "DELIMITER",
    "SET ",
    "/*!40101 SET",
    "LOCK TABLES",
    "UNLOCK",
    "SELECT GET_LOCK",
    "START TRANSACTION",
    "COMMIT",
)
DATA = ("INSERT", "UPDATE", "REPLACE", "TRUNCATE TABLE")
UNSEEN = ("OPTIMIZE", "ANALYZE", "GRANT", "CREATE DATABASE", "ALTER DATABASE", "CREATE TEMPORARY")
UNSEEN_ACTIONS = ("ORDER BY code", "DISABLE KEYS", "AUTO_INCREMENT = 1000", "TRUNCATE PARTITION", "EXCHANGE PARTITION")


@pytest.mark.parametrize("sql", STATEMENTS)
@pytest.mark.parametrize("dialect", ["mysql", "mariadb"])
def test_each_measured_statement_becomes_operations_or_says_why_not(sql: str, dialect: str) -> None:
    statements = read_script(sql, dialect, "app")
    if sql.startswith(NO_STATEMENT):
        assert statements == ()
        return
    (statement,) = statements
    assert statement.sql == sql
    assert statement.operations
    if sql.startswith(DATA):
        assert statement.nature is Nature.DATA
        assert statement.tables
    elif sql.startswith(UNSEEN) or any(action in sql for action in UNSEEN_ACTIONS):
        assert statement.nature is Nature.OPAQUE
        assert all(isinstance(o, Opaque) and o.why.endswith(".") for o in statement.operations)
    else:
        assert statement.nature is Nature.SCHEMA
        assert not any(isinstance(operation, Opaque) for operation in statement.operations)


COLUMNS: dict[str, dict[str, object]] = {
    "a int": {"type": "int", "nullable": True, "default": None},
    "a int not null default '0'": {"type": "int", "nullable": False, "default": "'0'"},
    "a int null default null": {"nullable": True, "default": None},
    "a bigint unsigned auto_increment": {"type": "bigint unsigned", "nullable": False, "auto_increment": True},
    "a serial": {"type": "bigint unsigned", "nullable": False, "auto_increment": True},
    "`Odd Name` int": {"type": "int"},
    "a varchar(20) character set latin1": {"charset": "latin1", "collation": None},
    "a varchar(20) charset utf8": {"charset": "utf8mb3"},
    "a varchar(20) collate utf8mb4_bin": {"charset": "utf8mb4", "collation": "utf8mb4_bin"},
    "a varchar(20) character set utf8mb4 collate utf8_bin": {"charset": "utf8mb3", "collation": "utf8mb3_bin"},
    "a nchar(3)": {"type": "char(3)", "charset": "utf8mb3"},
    "a varchar(5) character set binary": {"type": "varbinary(5)", "charset": None},
    "a datetime(3) default now(3) on update now(3)": {"default": "now(3)", "on_update": "now(3)"},
    "a timestamp not null default current_timestamp on update current_timestamp": {
        "nullable": False,
        "default": "current_timestamp",
        "on_update": "current_timestamp",
    },
    "a timestamp null": {"nullable": True, "default": None, "on_update": None},
    "a int default (1 + 2)": {"default": "(1 + 2)"},
    "a varchar(36) default (uuid()) comment 'x''y'": {"default": "(uuid())", "comment": "x'y"},
    "a varchar(3) default _utf8mb4'x' not null": {"default": "_utf8mb4'x'", "nullable": False},
    "a bit(3) default b'101' null": {"default": "b'101'", "nullable": True},
    "a int as (b + 1)": {"generated": "b + 1", "generated_kind": "virtual"},
    "a int generated always as (b * (c + 1)) stored not null": {
        "generated": "b * (c + 1)",
        "generated_kind": "stored",
        "nullable": False,
    },
    "a int as (b) persistent": {"generated_kind": "stored"},
    "a int invisible": {"invisible": True},
    "a int visible": {"invisible": False},
    "a point not null srid 4326": {"type": "point", "srid": 4326, "nullable": False},
    "a int comment ''": {"comment": None},
    "a int column_format dynamic storage disk": {"type": "int"},
    "a int first": {"type": "int"},
    "a int not null after b": {"nullable": False},
    "a int engine_attribute='{}'": {"type": "int"},
}


@pytest.mark.parametrize("definition", COLUMNS)
def test_a_column_is_what_its_definition_says(definition: str) -> None:
    found = column(definition)
    wanted = COLUMNS[definition]
    assert {name: getattr(found, name) for name in wanted} == wanted


@pytest.mark.parametrize(
    ("definition", "unread"),
    [
        ("a int", set()),
        ("a varchar(3)", {"charset", "collation"}),
        ("a varchar(3) charset latin1", {"collation"}),
        ("a varchar(3) collate latin1_bin", set()),
        ("a json", {"charset", "collation"}),
        ("a timestamp", {"nullable", "default", "on_update"}),
        ("a timestamp not null", {"default", "on_update"}),
        ("a timestamp default current_timestamp", {"nullable"}),
        ("a timestamp null", set()),
        ("a datetime", set()),
    ],
)
def test_what_the_server_decides_is_left_open(definition: str, unread: set[str]) -> None:
    assert column(definition).unread == unread


def test_mariadb_keeps_json_as_a_checked_text() -> None:
    assert column("j json", "mariadb").type == "json"
    text = "`j` longtext character set utf8mb4 collate utf8mb4_bin default null check (json_valid(`j`))"
    (found, *others) = made(f"ALTER TABLE t ADD {text}", "mariadb")
    assert (getattr(found, "type", ""), others) == ("json", [])


def test_names_of_parts_have_no_case() -> None:
    found = column("userId int")
    assert found.ref == column_ref("app", "t", "userid")
    assert found.ref.label("app") == "t.userId"
    assert only("ALTER TABLE Users DROP COLUMN USERID") == Drop(column_ref("app", "Users", "userid"))
    assert only("RENAME TABLE Users TO users") == Rename(table_ref("app", "Users"), table_ref("app", "users"))
    assert isinstance(only("ALTER TABLE t RENAME COLUMN a TO A"), Opaque)


CREATED = """
CREATE TABLE IF NOT EXISTS `orders` (
  `id` bigint unsigned NOT NULL AUTO_INCREMENT,
  `user_id` bigint unsigned, shop_id int, code varchar(40) NOT NULL, note varchar(20) character set latin1,
  total int check (total > 0),
  PRIMARY KEY (`id`), KEY (code), KEY (code, total), UNIQUE KEY uq (shop_id, code(20)),
  KEY odd USING BTREE (total DESC) COMMENT 'c',
  FULLTEXT KEY ft (note), KEY ((lower(code))) INVISIBLE,
  CONSTRAINT fk_user FOREIGN KEY (user_id) REFERENCES users (id) ON DELETE CASCADE ON UPDATE RESTRICT,
  FOREIGN KEY (shop_id) REFERENCES other.shops (id), CONSTRAINT named CHECK (total < 100) NOT ENFORCED,
  CHECK (total <> 5)
) ENGINE=InnoDB AUTO_INCREMENT=7 DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_unicode_ci COMMENT='all orders'
  ROW_FORMAT=DYNAMIC
"""


def test_create_table_makes_everything_in_it() -> None:
    things = {thing.ref: thing for thing in made(CREATED)}
    table = things[table_ref("app", "orders")]
    assert isinstance(table, Table)
    assert (table.engine, table.charset, table.collation, table.comment, table.options) == (
        "innodb",
        "utf8mb4",
        "utf8mb4_unicode_ci",
        "all orders",
        ("row_format=dynamic",),
    )
    indexes = {t.ref.name: (t.columns, t.unique, t.method, t.named) for t in things.values() if isinstance(t, Index)}
    assert indexes == {
        "primary": (("id",), True, "btree", True),
        "code": (("code",), False, "btree", False),
        "code_2": (("code", "total"), False, "btree", False),
        "uq": (("shop_id", "code(20)"), True, "btree", True),
        "odd": (("total DESC",), False, "btree", True),
        "ft": (("note",), False, "fulltext", True),
        "functional_index": (("(lower(code))",), False, "btree", False),
        "fk_user": (("user_id",), False, "btree", False),
    }
    constraints = {t.ref.name: t for t in things.values() if isinstance(t, Constraint)}
    assert {name: (c.type, c.named) for name, c in constraints.items()} == {
        "primary": ("primary key", True),
        "orders_chk_1": ("check", False),
        "fk_user": ("foreign key", True),
        "orders_ibfk_1": ("foreign key", False),
        "named": ("check", True),
        "orders_chk_2": ("check", False),
    }
    assert (constraints["fk_user"].on_delete, constraints["fk_user"].on_update) == ("cascade", "no action")
    assert constraints["orders_ibfk_1"].references == "other.shops"
    assert not constraints["named"].enforced


def test_columns_take_the_character_set_of_their_table() -> None:
    columns = {t.ref.name: t for t in made(CREATED) if isinstance(t, Column)}
    assert (columns["code"].charset, columns["code"].collation) == ("utf8mb4", "utf8mb4_unicode_ci")
    assert (columns["note"].charset, columns["note"].unread) == ("latin1", frozenset({"collation"}))
    assert columns["id"].charset is None


def test_a_foreign_key_gets_an_index_only_where_none_fits() -> None:
    implied = [t.ref.name for t in made(CREATED) if isinstance(t, Index) and t.implied]
    assert implied == ["fk_user"]
    create = all_of(CREATED)[0]
    assert isinstance(create, Create)
    assert "fk_user" not in [t.ref.name for t in create.shown if isinstance(t, Index)]


def test_checks_are_named_as_each_server_does() -> None:
    sql = "CREATE TABLE t (a int CHECK (a > 0), CHECK (a < 9), CHECK (a <> 5))"
    names = [[t.ref.label("app") for t in made(sql, d) if isinstance(t, Constraint)] for d in ("mysql", "mariadb")]
    assert names == [["t.t_chk_1", "t.t_chk_2", "t.t_chk_3"], ["t.a", "t.CONSTRAINT_1", "t.CONSTRAINT_2"]]


def test_a_reference_in_a_column_is_read_by_mariadb_only() -> None:
    sql = "CREATE TABLE t (a int REFERENCES p (id))"
    assert [len(made(sql, dialect)) for dialect in ("mysql", "mariadb")] == [2, 4]


@pytest.mark.parametrize(
    ("sql", "key", "names"),
    [
        ("CREATE TABLE t (id int) PARTITION BY HASH (id) PARTITIONS 3", "HASH (id)", ("p0", "p1", "p2")),
        ("CREATE TABLE t (id int) PARTITION BY KEY ()", "KEY ()", ("p0",)),
        (
            "CREATE TABLE t (a int) PARTITION BY LIST COLUMNS (a) (PARTITION x VALUES IN (1))",
            "LIST COLUMNS (a)",
            ("x=in (1)",),
        ),
        (
            (
                "CREATE TABLE t (d date) /*!50100 PARTITION BY RANGE (year(d)) (PARTITION p0 VALUES LESS THAN (2020), "
                "PARTITION pmax VALUES LESS THAN MAXVALUE ENGINE = InnoDB) */"
            ),
            "RANGE (year(d))",
            ("p0=less than (2020)", "pmax=less than (maxvalue)"),
        ),
    ],
)
def test_partitions_are_told_by_their_names_and_what_they_hold(sql: str, key: str, names: tuple[str, ...]) -> None:
    (table, *_) = made(sql)
    assert isinstance(table, Table)
    assert (table.partition_key, table.partitions) == (key, names)


@pytest.mark.parametrize(
    "sql",
    [
        "CREATE TABLE t LIKE other",
        "CREATE TABLE t (LIKE other)",
        "CREATE TABLE t SELECT * FROM other",
        "CREATE TABLE t AS SELECT 1 AS a",
        "CREATE TABLE t ENGINE=InnoDB AS (SELECT 1)",
        "CREATE TABLE t (SELECT 1)",
    ],
)
def test_a_table_made_of_another_has_columns_that_are_not_known(sql: str) -> None:
    (table,) = made(sql)
    assert "columns" in table.unread


ALTERS: dict[str, list[str]] = {
    "ADD a int, ADD (b int, c int), ADD INDEX i (a)": ["Create t.a", "Create t.b", "Create t.c", "Create t.i"],
    "ADD INDEX i (a), DROP INDEX i": ["Drop t.i", "Create t.i"],
    "RENAME TO u, ADD COLUMN a int": ["Create t.a", "Rename u"],
    "CHANGE a b int, ADD INDEX (b), DROP COLUMN c": ["Drop t.c", "Rename t.b", "Change t.b", "Create t.b"],
    "MODIFY a int UNIQUE": ["Change t.a", "Create t.a"],
    "DROP PRIMARY KEY, ADD PRIMARY KEY (a, b)": ["Drop t.PRIMARY", "Change t.a", "Change t.b", "Create t.PRIMARY"],
    "DROP FOREIGN KEY f, DROP KEY f": ["Drop t.f", "Drop t.f"],
    "DROP COLUMN a, ALGORITHM=INSTANT, LOCK=DEFAULT": ["Drop t.a"],
    "ALTER a SET DEFAULT 5, ALTER COLUMN b DROP DEFAULT": ["Change t.a", "Change t.b"],
    "ALTER INDEX i INVISIBLE": ["Change t.i"],
    "ALTER CHECK c NOT ENFORCED": ["Change t.c"],
    "RENAME INDEX i TO j, RENAME COLUMN a TO b": ["Rename t.j", "Rename t.b"],
    "ADD CONSTRAINT f FOREIGN KEY (a) REFERENCES p (id)": ["Create t.f"],
    "ADD UNIQUE (a), ADD UNIQUE KEY u (b), ADD FULLTEXT (c), ADD SPATIAL INDEX (d)": [
        "Create t.a",
        "Create t.u",
        "Create t.c",
        "Create t.d",
    ],
    "ENGINE=InnoDB, COMMENT='x' ROW_FORMAT=COMPACT": ["Change t", "Change t"],
    "CONVERT TO CHARACTER SET utf8mb4": ["Change t"],
    "DEFAULT CHARACTER SET = utf8mb4 COLLATE = utf8mb4_bin": ["Change t"],
    "ADD PARTITION (PARTITION p1 VALUES IN (1, 2))": ["Change t"],
    "DROP PARTITION p1, p2": ["Change t"],
    "REORGANIZE PARTITION p1, p2 INTO (PARTITION p3 VALUES LESS THAN (5))": ["Change t"],
    "PARTITION BY HASH (id) PARTITIONS 2": ["Change t"],
    "REMOVE PARTITIONING": ["Change t"],
    "ADD CHECK (a > 0)": ["Create t.t_chk_1"],
    "ADD `check` int": ["Create t.check"],
    "FORCE": ["Opaque"],
    "ADD COLUMN a int, NOVEL CLAUSE": ["Opaque", "Create t.a"],
    "ALGORITHM=INPLACE": ["Opaque"],
}


@pytest.mark.parametrize("clauses", ALTERS)
def test_alter_table_is_one_statement_with_its_clauses_in_the_order_they_work(clauses: str) -> None:
    said = [
        f"{type(o).__name__} {o.subject.label('app')}" if o.subject else type(o).__name__
        for o in all_of(f"ALTER TABLE t {clauses}")
    ]
    assert said == ALTERS[clauses]


def test_modify_restates_the_whole_column() -> None:
    assert changed("ALTER TABLE t MODIFY name varchar(200)") == {
        "type": "varchar(200)",
        "nullable": True,
        "default": None,
        "generated": None,
        "generated_kind": "",
        "comment": None,
        "on_update": None,
        "auto_increment": False,
        "invisible": False,
        "charset": "",
        "collation": "",
    }
    number = changed("ALTER TABLE t MODIFY COLUMN n int NOT NULL DEFAULT 1 AFTER x")
    assert (number["charset"], number["collation"]) == (None, None)


def test_a_clause_that_is_not_read_says_so_with_its_own_text() -> None:
    unread, _ = all_of("ALTER TABLE t ADD COLUMN a int, NOVEL CLAUSE")
    assert isinstance(unread, Opaque)
    assert (unread.why, unread.anything) == ("Halfway does not read this part: t NOVEL CLAUSE", True)


def test_partitions_come_and_go_by_name() -> None:
    sql = "ALTER TABLE t REORGANIZE PARTITION pm INTO (PARTITION p9 VALUES IN (9), PARTITION pm VALUES IN (8))"
    assert changed(sql) == {"partitions:p9=in (9)": True, "partitions:pm=in (8)": True}
    assert changed("ALTER TABLE t DROP PARTITION a, b") == {"partitions:a=": False, "partitions:b=": False}


def test_converting_reaches_the_columns() -> None:
    convert = only("ALTER TABLE t CONVERT TO CHARACTER SET utf8mb4 COLLATE utf8mb4_bin")
    assert convert == Change(
        table_ref("app", "t"), (("charset", "utf8mb4"), ("collation", "utf8mb4_bin")), spreads=True
    )


@pytest.mark.parametrize(
    ("sql", "operation"),
    [
        ("DROP INDEX i ON t", Drop(part(Kind.INDEX, "i"))),
        ("DROP INDEX IF EXISTS I ON t", Drop(part(Kind.INDEX, "i"), if_present=True)),
        ("DROP TABLE IF EXISTS t RESTRICT", Drop(table_ref("app", "t"), if_present=True)),
        ("DROP VIEW v", Drop(Ref(Kind.VIEW, "app", "", "v"))),
        ("DROP TRIGGER Tr", Drop(Ref(Kind.TRIGGER, "app", "", "Tr"))),
        ("DROP PROCEDURE IF EXISTS P", Drop(Ref(Kind.PROCEDURE, "app", "", "p"), if_present=True)),
        ("DROP FUNCTION F", Drop(Ref(Kind.ROUTINE, "app", "", "f"))),
        ("DROP EVENT E", Drop(Ref(Kind.EVENT, "app", "", "e"))),
        ("DROP SEQUENCE s", Drop(Ref(Kind.SEQUENCE, "app", "", "s"))),
        ("ALTER TABLE t DROP COLUMN IF EXISTS A", Drop(column_ref("app", "t", "a"), if_present=True)),
        ("ALTER TABLE t DROP CONSTRAINT c", Drop(part(Kind.CONSTRAINT, "c"), if_present=True)),
        ("ALTER TABLE IF EXISTS t DROP CHECK c", Drop(part(Kind.CONSTRAINT, "c"), if_present=True)),
        ("ALTER TABLE t RENAME AS u", Rename(table_ref("app", "t"), table_ref("app", "u"))),
        ("ALTER EVENT e RENAME TO f", Rename(Ref(Kind.EVENT, "app", "", "e"), Ref(Kind.EVENT, "app", "", "f"))),
        ("ALTER EVENT e DISABLE", Change(Ref(Kind.EVENT, "app", "", "e"), (("enabled", "disabled"),))),
    ],
)
def test_short_statements(sql: str, operation: Operation) -> None:
    assert only(sql, "mariadb") == operation


def test_rename_table_goes_from_left_to_right() -> None:
    names = [
        (o.ref.name, o.to.name) for o in all_of("RENAME TABLE a TO tmp, b TO a, tmp TO b") if isinstance(o, Rename)
    ]
    assert names == [("a", "tmp"), ("b", "a"), ("tmp", "b")]


@pytest.mark.parametrize("more", ["", "IF NOT EXISTS "])
def test_an_index_knows_its_table(more: str) -> None:
    create = only(
        f"CREATE UNIQUE INDEX {more}Ux USING BTREE ON app.t (a(10) DESC, `b c`) COMMENT 'x' LOCK=NONE", "mariadb"
    )
    assert isinstance(create, Create)
    (index,) = create.things
    assert isinstance(index, Index)
    assert (index.ref, index.table, index.columns, index.unique, index.comment) == (
        part(Kind.INDEX, "ux"),
        "t",
        ("a(10) DESC", "b c"),
        True,
        "x",
    )
    assert create.if_absent is bool(more)
