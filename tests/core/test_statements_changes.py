"""Statements that change, rename, drop or are opaque, and code: each as its operations."""

from __future__ import annotations

import pytest

from console.core.operations import Change, Create, Drop, Opaque, Rename
from console.core.schema import (
    Column,
    Kind,
    Policy,
    Ref,
    Routine,
    Sequence,
    Trigger,
    UserType,
    View,
    column_ref,
    table_ref,
)
from console.core.statements import Nature
from tests.core.only_statements import changed, made, one, only


@pytest.mark.parametrize(
    ("sql", "expected"),
    [
        (
            'ALTER COLUMN a TYPE varchar(3) COLLATE "C" USING b::text',
            {"type": "character varying(3)", "collation": "C"},
        ),
        ("ALTER a SET DATA TYPE int", {"type": "integer"}),
        ("ALTER COLUMN a SET DEFAULT now() + interval '1 day'", {"default": "now() + interval '1 day'"}),
        ("ALTER COLUMN a DROP DEFAULT", {"default": None}),
        ("ALTER COLUMN a SET NOT NULL", {"nullable": False}),
        ("ALTER COLUMN a DROP NOT NULL", {"nullable": True}),
        ("ALTER COLUMN a DROP EXPRESSION IF EXISTS", {"generated": None, "generated_kind": ""}),
        ("ALTER COLUMN a SET GENERATED ALWAYS", {"identity": "always"}),
        ("VALIDATE CONSTRAINT c", {"validated": True}),
        ("ALTER CONSTRAINT c DEFERRABLE INITIALLY DEFERRED", {"deferrable": True, "deferred": True}),
        (
            "SET (fillfactor = 70, toast.autovacuum_enabled = off)",
            {"options:fillfactor=70": True, "options:toast.autovacuum_enabled=off": True},
        ),
        ("RESET (fillfactor)", {"options:fillfactor=": False}),
        ("SET LOGGED", {"persistence": "permanent"}),
        ("REPLICA IDENTITY USING INDEX i", {"replica_identity": "index"}),
        ("FORCE ROW LEVEL SECURITY", {"row_security": "forced"}),
        ("OWNER TO app", {"owner": "app"}),
        ("INHERIT s.p", {"inherits:s.p": True}),
        ("NO INHERIT p", {"inherits:public.p": False}),
        ("ENABLE REPLICA TRIGGER tr", {"enabled": "replica"}),
        ("DETACH PARTITION c", {"partition_of": None, "partition_bound": None}),
        ("ATTACH PARTITION c DEFAULT", {"partition_of": "public.t", "partition_bound": "DEFAULT"}),
    ],
)
def test_an_alter_table_changes_attributes(sql: str, expected: dict[str, object]) -> None:
    assert changed(f"ALTER TABLE t {sql}") == expected


def test_several_actions_are_several_operations_of_one_statement() -> None:
    statement = one(
        'ALTER TABLE IF EXISTS ONLY a.t ADD b int, DROP COLUMN IF EXISTS c CASCADE, RENAME_ME "d", ALTER e SET NOT NULL'
    )
    create, drop, unknown, change = statement.operations
    assert isinstance(create, Create)
    assert drop == Drop(column_ref("a", "t", "c"), if_present=True, cascade=True)
    assert isinstance(unknown, Opaque)
    assert "RENAME_ME" in unknown.why
    assert unknown.anything
    assert change == Change(column_ref("a", "t", "e"), (("nullable", False),), if_present=True)
    assert statement.nature is Nature.SCHEMA
    assert statement.tables == (("a", "t"),)


@pytest.mark.parametrize(
    ("sql", "old", "new"),
    [
        ("ALTER TABLE a.t RENAME TO u", table_ref("a", "t"), table_ref("a", "u")),
        ("ALTER TABLE t RENAME a TO b", column_ref("public", "t", "a"), column_ref("public", "t", "b")),
        ("ALTER TABLE t SET SCHEMA x", table_ref("public", "t"), table_ref("x", "t")),
        ("ALTER INDEX i RENAME TO j", Ref(Kind.INDEX, "public", "", "i"), Ref(Kind.INDEX, "public", "", "j")),
        ("ALTER TYPE m RENAME TO n", Ref(Kind.TYPE, "public", "", "m"), Ref(Kind.TYPE, "public", "", "n")),
        (
            "ALTER TRIGGER a ON t RENAME TO b",
            Ref(Kind.TRIGGER, "public", "t", "a"),
            Ref(Kind.TRIGGER, "public", "t", "b"),
        ),
        ("ALTER SCHEMA a RENAME TO b", Ref(Kind.SCHEMA, "", "", "a"), Ref(Kind.SCHEMA, "", "", "b")),
        (
            "ALTER FUNCTION f(int) RENAME TO g",
            Ref(Kind.ROUTINE, "public", "", "f(integer)"),
            Ref(Kind.ROUTINE, "public", "", "g(integer)"),
        ),
        ("ALTER MATERIALIZED VIEW v RENAME TO w", Ref(Kind.VIEW, "public", "", "v"), Ref(Kind.VIEW, "public", "", "w")),
    ],
)
def test_renames_and_moves(sql: str, old: Ref, new: Ref) -> None:
    assert only(sql) == Rename(old, new)


@pytest.mark.parametrize(
    ("sql", "expected"),
    [
        ("CREATE INDEX i ON a.t (x)", {"ref": Ref(Kind.INDEX, "a", "", "i"), "table": "t", "columns": ("x",)}),
        ("CREATE INDEX ON t (x, lower(y))", {"ref": Ref(Kind.INDEX, "public", "", "t_x_lower_idx"), "named": False}),
        (
            "CREATE INDEX i ON t (x DESC, y ASC NULLS FIRST, z DESC NULLS FIRST)",
            {"columns": ("x DESC", "y NULLS FIRST", "z DESC")},
        ),
        ('CREATE INDEX i ON t (x COLLATE "C" text_pattern_ops)', {"columns": ('x COLLATE "C" text_pattern_ops',)}),
        (
            "CREATE INDEX i ON t USING gin (x jsonb_path_ops, y jsonb_ops)",
            {"method": "gin", "columns": ("x jsonb_path_ops", "y")},
        ),
        ("CREATE INDEX i ON t ((x ->> 'n') gin_trgm_ops)", {"columns": ("(x ->> 'n') gin_trgm_ops",)}),
        (
            "CREATE UNIQUE INDEX i ON t (x) INCLUDE (y) NULLS NOT DISTINCT WITH (fillfactor = 80) WHERE z IS NULL",
            {
                "unique": True,
                "include": ("y",),
                "nulls_distinct": False,
                "options": ("fillfactor=80",),
                "where": "z IS NULL",
            },
        ),
        ('CREATE INDEX i ON t ("A b")', {"columns": ("A b",)}),
    ],
)
def test_an_index_is_read(sql: str, expected: dict[str, object]) -> None:
    (index,) = made(sql)
    assert {name: getattr(index, name) for name in expected} == expected


@pytest.mark.parametrize(
    "sql",
    [
        "CREATE INDEX CONCURRENTLY IF NOT EXISTS i ON t (a)",
        "DROP INDEX CONCURRENTLY i",
    ],
)
def test_what_runs_concurrently_may_leave_an_invalid_index(sql: str) -> None:
    statement = one(sql)
    assert statement.concurrently
    assert statement.operations[0].leaves == "an INVALID index"


@pytest.mark.parametrize(
    ("sql", "refs"),
    [
        ("DROP TABLE IF EXISTS a, s.b CASCADE", [table_ref("public", "a"), table_ref("s", "b")]),
        ("DROP VIEW v", [Ref(Kind.VIEW, "public", "", "v")]),
        ("DROP TRIGGER t ON s.x", [Ref(Kind.TRIGGER, "s", "x", "t")]),
        (
            "DROP FUNCTION f(int, IN b varchar(3), OUT c text), g()",
            [Ref(Kind.ROUTINE, "public", "", "f(integer, character varying)"), Ref(Kind.ROUTINE, "public", "", "g()")],
        ),
        ("DROP DOMAIN d", [Ref(Kind.TYPE, "public", "", "d")]),
        ("DROP SCHEMA s", [Ref(Kind.SCHEMA, "", "", "s")]),
        ('DROP EXTENSION "uuid-ossp"', [Ref(Kind.EXTENSION, "", "", "uuid-ossp")]),
    ],
)
def test_a_drop_is_one_operation_a_name(sql: str, refs: list[Ref]) -> None:
    operations = one(sql).operations
    assert [operation.subject for operation in operations] == refs
    assert all(isinstance(operation, Drop) for operation in operations)


@pytest.mark.parametrize(
    ("sql", "attrs", "repeatable"),
    [
        ("ALTER TYPE m ADD VALUE 'x'", (("labels:x", True),), False),
        ("ALTER TYPE m ADD VALUE IF NOT EXISTS 'x' BEFORE 'y'", (("labels:x", True),), True),
        ("ALTER TYPE m RENAME VALUE 'a' TO 'b'", (("labels:a", False), ("labels:b", True)), False),
        ("ALTER TYPE m ADD ATTRIBUTE c varchar(3) CASCADE", (("labels:c character varying(3)", True),), False),
        ("ALTER DOMAIN d SET NOT NULL", (("nullable", False),), True),
        ("ALTER DOMAIN d DROP DEFAULT", (("default", None),), True),
        ("ALTER SEQUENCE s INCREMENT BY 5 MAXVALUE 9", (("increment", 5), ("maximum", 9)), True),
        ("ALTER SEQUENCE s OWNED BY t.c", (("owned_by", "public.t.c"),), True),
        ("ALTER EXTENSION e UPDATE TO '1.2'", (("version", "1.2"),), True),
        ("ALTER POLICY p ON t USING (a > 1)", (("using", "a > 1"),), True),
        ("COMMENT ON TABLE t IS E'it\\'s'", (("comment", "it's"),), True),
        ("COMMENT ON COLUMN s.t.c IS NULL", (("comment", None),), True),
    ],
)
def test_types_sequences_and_comments_change(sql: str, attrs: tuple[object, ...], repeatable: bool) -> None:
    change = only(sql)
    assert isinstance(change, Change)
    assert (change.attrs, change.repeatable) == (attrs, repeatable)


def test_an_enum_keeps_its_labels_and_a_domain_its_checks() -> None:
    (enum,) = made("CREATE TYPE m AS ENUM ('it''s', 'b')")
    (domain,) = made("CREATE DOMAIN d AS varchar(9) NOT NULL DEFAULT 'x' CHECK (VALUE ~ 'a') CONSTRAINT a CHECK (true)")
    assert isinstance(enum, UserType)
    assert enum.labels == ("it's", "b")
    assert isinstance(domain, UserType)
    assert (domain.base, domain.nullable, domain.default) == ("character varying(9)", False, "'x'")
    assert domain.checks == ("a: true", "d_check: VALUE ~ 'a'")


@pytest.mark.parametrize(
    ("sql", "name", "returns", "body"),
    [
        (
            "CREATE FUNCTION f(a int, text DEFAULT 'x', OUT o int) LANGUAGE sql AS $$ SELECT 1 $$",
            "f(integer, text)",
            "integer",
            " SELECT 1 ",
        ),
        (
            "CREATE FUNCTION f(VARIADIC y int[]) RETURNS TABLE (a int, b text) AS 'it''s' LANGUAGE PLPGSQL",
            "f(integer[])",
            "TABLE(a integer, b text)",
            "it's",
        ),
        (
            "CREATE FUNCTION f(\"time\" time, double precision) RETURNS SETOF t LANGUAGE sql AS ''",
            "f(time without time zone, double precision)",
            "SETOF t",
            "",
        ),
        ("CREATE FUNCTION g(a int) RETURNS int LANGUAGE sql RETURN a + 1", "g(integer)", "integer", None),
        (
            "CREATE PROCEDURE p(INOUT a char(3), b OUT int) LANGUAGE plpgsql AS $x$ BEGIN END $x$",
            "p(character)",
            "",
            " BEGIN END ",
        ),
    ],
)
def test_a_routine_is_read(sql: str, name: str, returns: str, body: str | None) -> None:
    (routine,) = made(sql)
    assert isinstance(routine, Routine)
    assert (routine.ref.name, routine.returns, routine.body) == (name, returns, body)


def test_a_trigger_is_spelled_as_the_server_does() -> None:
    (trigger,) = made("CREATE TRIGGER g AFTER UPDATE OF a OR INSERT ON t FOR ROW EXECUTE PROCEDURE s.f('x', 1)")
    assert isinstance(trigger, Trigger)
    assert trigger.definition == (
        "CREATE TRIGGER g AFTER INSERT OR UPDATE OF a ON public.t FOR EACH ROW EXECUTE FUNCTION s.f('x', '1')"
    )
    assert trigger.function == "s.f"


def test_a_policy_is_read() -> None:
    (policy,) = made("CREATE POLICY p ON t AS RESTRICTIVE FOR UPDATE TO b, a USING (x > 1) WITH CHECK (true)")
    assert isinstance(policy, Policy)
    assert (policy.command, policy.permissive, policy.roles) == ("update", False, ("a", "b"))
    assert (policy.using, policy.check) == ("x > 1", "true")


@pytest.mark.parametrize(
    ("sql", "definition", "unread"),
    [
        ("CREATE VIEW v AS SELECT a FROM t WITH LOCAL CHECK OPTION", "SELECT a FROM t", False),
        (
            "CREATE OR REPLACE VIEW v WITH (security_barrier) AS SELECT a * 2 AS b FROM t",
            "SELECT a * 2 AS b FROM t",
            False,
        ),
        ("CREATE VIEW v AS SELECT * FROM t", "SELECT * FROM t", True),
        ("CREATE VIEW v (x) AS SELECT a FROM t", "SELECT a FROM t", True),
        ("CREATE MATERIALIZED VIEW v AS SELECT count(*) FROM t WITH NO DATA", "SELECT count(*) FROM t", False),
    ],
)
def test_a_view_is_read(sql: str, definition: str, unread: bool) -> None:
    (view,) = made(sql)
    assert isinstance(view, View)
    assert view.definition == definition
    assert ("definition" in view.unread) is unread
    assert view.populated is ("NO DATA" not in sql)


def test_a_sequence_has_the_servers_defaults() -> None:
    (up,) = made("CREATE SEQUENCE s")
    (down,) = made("CREATE SEQUENCE s AS smallint INCREMENT -2 CYCLE")
    assert isinstance(up, Sequence)
    assert (up.start, up.minimum, up.maximum) == (1, 1, 2**63 - 1)
    assert isinstance(down, Sequence)
    assert (down.start, down.minimum, down.maximum, down.cycle) == (-1, -(2**15), -1, True)


@pytest.mark.parametrize(
    ("sql", "harmless", "anything"),
    [
        ("DO $$ BEGIN ALTER TABLE orders ADD x int; END $$", False, False),
        ("DO $$ BEGIN EXECUTE 'DROP TABLE x'; END $$", False, True),
        ("DO $$ BEGIN PERFORM f(); END $$", False, True),
        ("CALL p()", False, True),
        ("SELECT migrate_everything()", False, True),
        ("SELECT setval('s', 5)", True, False),
        ("SELECT 1", True, False),
        ("VACUUM FULL orders", True, False),
        ("REFRESH MATERIALIZED VIEW v", True, False),
        ("REVOKE ALL ON orders FROM app", True, False),
        ("DROP FUNCTION f", False, True),
        ("FROBNICATE orders", False, True),
        ("CREATE TABLE orders (a int", False, True),
        ("ALTER TABLE orders", False, True),
        ("CREATE AGGREGATE a (int) (sfunc = f, stype = int)", False, True),
        ("REASSIGN OWNED BY a TO b", False, True),
    ],
)
def test_what_cannot_be_seen_says_so(sql: str, harmless: bool, anything: bool) -> None:
    statement = one(sql)
    operation = only(sql)
    assert isinstance(operation, Opaque)
    assert statement.nature is Nature.OPAQUE
    assert (operation.harmless, operation.anything) == (harmless, anything)


def test_code_mentions_what_it_names() -> None:
    operation = only('DO $$ BEGIN UPDATE Orders SET a = 1; DELETE FROM "Odd"; END $$')
    assert isinstance(operation, Opaque)
    assert {"orders", "odd", "a"} <= operation.mentions


def test_unqualified_names_mean_the_home_schema() -> None:
    assert made("CREATE TABLE t (m audit.mood)", "audit")[0].ref.schema == "audit"
    column = made("CREATE TABLE t (m audit.mood, id serial)", "audit")[1]
    assert isinstance(column, Column)
    assert column.type == "mood"
