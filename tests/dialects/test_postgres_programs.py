"""Views, sequences, types, code, partitions: all that is not a column, an index or a key, read back from PostgreSQL."""

from __future__ import annotations

from console.core.schema import (
    Column,
    Constraint,
    Extension,
    Index,
    Kind,
    Namespace,
    Other,
    Policy,
    Routine,
    Sequence,
    Table,
    Trigger,
    UserType,
    View,
)
from tests.dialects.pg_schema import After, find, plain
from tests.servers import Connect, ServerUnderTest


def test_views_are_read_with_their_query(after: After) -> None:
    schema = after(
        "CREATE TABLE t (a int)",
        "CREATE VIEW v AS SELECT a FROM t WHERE a > 0",
        "CREATE MATERIALIZED VIEW m AS SELECT a FROM t WITH NO DATA",
        "CREATE INDEX mi ON m (a)",
    )
    view, materialized = find(schema, View, "v"), find(schema, View, "m")
    assert (view.materialized, plain(view.definition)) == (False, "SELECT a FROM t WHERE (a > 0)")
    assert (materialized.materialized, materialized.populated) == (True, False)
    assert find(schema, Index, "mi").columns == ("a",)
    assert find(schema, Index, "mi").table == "m"


def test_sequences_say_whose_they_are(after: After) -> None:
    schema = after(
        "CREATE SEQUENCE s AS smallint INCREMENT 5 START 10 MAXVALUE 100 CYCLE", "CREATE TABLE t (a bigserial)"
    )
    free = find(schema, Sequence, "s")
    assert (free.type, free.start, free.increment, free.maximum, free.cycle) == ("smallint", 10, 5, 100, True)
    assert free.owned_by is None
    assert find(schema, Sequence, "t_a_seq").owned_by == "public.t.a"


def test_types_of_every_sort_are_read(after: After) -> None:
    schema = after(
        "CREATE TYPE mood AS ENUM ('sad', 'happy')",
        "ALTER TYPE mood ADD VALUE 'so so' BEFORE 'happy'",
        "CREATE DOMAIN amount AS numeric(8,2) DEFAULT 0 NOT NULL CONSTRAINT positive CHECK (VALUE >= 0)",
        "ALTER DOMAIN amount ADD CONSTRAINT small CHECK (VALUE < 10) NOT VALID",
        'CREATE TYPE pair AS (x int, "Y" text)',
        "CREATE TYPE span AS RANGE (SUBTYPE = float8)",
    )
    assert find(schema, UserType, "mood").labels == ("sad", "so so", "happy")
    amount = find(schema, UserType, "amount")
    assert (amount.base, amount.default, amount.nullable) == ("numeric(8,2)", "0", False)
    assert amount.checks == ("positive: VALUE >= (0)::numeric", "small: VALUE < (10)::numeric NOT VALID")
    assert find(schema, UserType, "pair").labels == ("x integer", '"Y" text')
    assert find(schema, UserType, "span").base == "double precision"


def test_routines_are_told_apart_by_their_arguments(after: After) -> None:
    schema = after(
        "CREATE FUNCTION f(a int, b text DEFAULT 'x') RETURNS text LANGUAGE sql AS $$ SELECT b $$",
        "CREATE FUNCTION f() RETURNS void LANGUAGE plpgsql AS 'BEGIN END'",
        "CREATE PROCEDURE p(x int) LANGUAGE sql AS 'SELECT 1'",
    )
    one = find(schema, Routine, "f(integer, text)")
    assert (one.returns, one.language, one.body) == ("text", "sql", " SELECT b ")
    assert find(schema, Routine, "f()").body == "BEGIN END"
    assert find(schema, Routine, "p(integer)").type == "procedure"


def test_a_body_that_the_server_parsed_is_read(after: After, postgres_server: ServerUnderTest) -> None:
    body = "BEGIN ATOMIC SELECT 1; END" if postgres_server.major >= 14 else "AS 'SELECT 1;'"
    schema = after(f"CREATE FUNCTION f() RETURNS int LANGUAGE sql {body}")
    assert "SELECT 1" in (find(schema, Routine, "f()").body or "")


TRIGGER_FUNCTION = "CREATE FUNCTION f() RETURNS trigger LANGUAGE plpgsql AS 'BEGIN RETURN NEW; END'"


def test_triggers_are_read_with_their_state(after: After) -> None:
    schema = after(
        "CREATE TABLE t (a int)",
        TRIGGER_FUNCTION,
        "CREATE TRIGGER one BEFORE INSERT ON t FOR EACH ROW WHEN (NEW.a > 0) EXECUTE FUNCTION f()",
        "CREATE TRIGGER two AFTER UPDATE ON t EXECUTE FUNCTION f()",
        "ALTER TABLE t DISABLE TRIGGER two",
    )
    one, two = find(schema, Trigger, "one"), find(schema, Trigger, "two")
    assert (one.enabled, one.function, two.enabled) == ("origin", "f", "disabled")
    assert one.definition == (
        "CREATE TRIGGER one BEFORE INSERT ON public.t FOR EACH ROW WHEN ((new.a > 0)) EXECUTE FUNCTION f()"
    )


def test_internal_triggers_are_read_only_when_disabled(after: After) -> None:
    schema = after("CREATE TABLE p (a int PRIMARY KEY)", "CREATE TABLE t (a int REFERENCES p)")
    assert list(schema.of_kind(Trigger)) == []
    schema = after("ALTER TABLE t DISABLE TRIGGER ALL")
    assert {(t.ref.table, t.internal, t.enabled) for t in schema.of_kind(Trigger)} == {("t", True, "disabled")}


def test_row_security_and_policies_are_read(after: After) -> None:
    schema = after(
        "CREATE TABLE t (a int)",
        "ALTER TABLE t ENABLE ROW LEVEL SECURITY",
        "CREATE POLICY p ON t AS RESTRICTIVE FOR UPDATE TO public, pg_monitor USING (a > 0) WITH CHECK (a < 9)",
    )
    policy = find(schema, Policy, "p")
    assert (policy.command, policy.permissive, policy.using, policy.check) == ("update", False, "a > 0", "a < 9")
    assert policy.roles == ("public",)
    assert find(schema, Table, "t").row_security == "on"


def test_partitions_know_their_parents(after: After) -> None:
    schema = after(
        "CREATE TABLE t (a int, b text, PRIMARY KEY (a)) PARTITION BY RANGE (a)",
        "CREATE TABLE t1 PARTITION OF t FOR VALUES FROM (1) TO (10)",
        "CREATE TABLE t2 PARTITION OF t DEFAULT",
    )
    assert find(schema, Table, "t").partition_key == "RANGE (a)"
    one = find(schema, Table, "t1")
    assert (one.partition_of, one.partition_bound) == ("public.t", "FOR VALUES FROM (1) TO (10)")
    assert find(schema, Table, "t2").partition_bound == "DEFAULT"
    assert find(schema, Index, "t1_pkey").attached_to == "public.t_pkey"


def test_foreign_keys_to_partitioned_tables_are_listed_once(after: After) -> None:
    schema = after(
        "CREATE TABLE t (a int PRIMARY KEY) PARTITION BY RANGE (a)",
        "CREATE TABLE t1 PARTITION OF t FOR VALUES FROM (1) TO (10)",
        "CREATE TABLE c (a int CONSTRAINT k REFERENCES t)",
    )
    assert [c.ref.name for c in schema.of_kind(Constraint) if c.type == "foreign key"] == ["k"]


def test_inheritance_and_table_settings_are_read(after: After) -> None:
    schema = after(
        "CREATE TABLE p (a int)",
        "CREATE UNLOGGED TABLE t (b int) INHERITS (p) WITH (fillfactor = 50)",
        "ALTER TABLE t REPLICA IDENTITY FULL",
    )
    table = find(schema, Table, "t")
    assert (table.inherits, table.persistence, table.replica_identity) == (("public.p",), "unlogged", "full")
    assert table.options == ("fillfactor=50",)


def test_rules_statistics_and_publications_are_known(after: After) -> None:
    schema = after(
        "CREATE TABLE t (a int, b int)",
        "CREATE RULE r AS ON INSERT TO t DO INSTEAD NOTHING",
        "CREATE STATISTICS s ON a, b FROM t",
        "CREATE PUBLICATION p FOR TABLE t",
    )
    assert {o.ref.kind for o in schema.of_kind(Other)} == {Kind.RULE, Kind.STATISTICS, Kind.PUBLICATION}
    assert find(schema, Other, "p").definition == "FOR TABLE public.t"
    assert "DO INSTEAD NOTHING" in (find(schema, Other, "r").definition or "")


COMMENTS = {
    "TABLE t": (Table, "t"),
    "COLUMN t.a": (Column, "a"),
    "CONSTRAINT k ON t": (Constraint, "k"),
    "INDEX i": (Index, "i"),
    "VIEW v": (View, "v"),
    "TYPE e": (UserType, "e"),
    "FUNCTION f()": (Routine, "f()"),
    "TRIGGER g ON t": (Trigger, "g"),
    "SEQUENCE s": (Sequence, "s"),
    "SCHEMA public": (Namespace, "public"),
    "EXTENSION plpgsql": (Extension, "plpgsql"),
}


def test_comments_are_read_on_everything(after: After) -> None:
    schema = after(
        "CREATE TABLE t (a int CONSTRAINT k CHECK (a > 0))",
        *("CREATE INDEX i ON t (a)", "CREATE VIEW v AS SELECT 1 AS x", "CREATE TYPE e AS ENUM ()", TRIGGER_FUNCTION),
        *("CREATE TRIGGER g AFTER INSERT ON t EXECUTE FUNCTION f()", "CREATE SEQUENCE s"),
        *(f"COMMENT ON {what} IS 'about {what}'" for what in COMMENTS),
    )
    assert {what: find(schema, kind, name).comment for what, (kind, name) in COMMENTS.items()} == {
        what: f"about {what}" for what in COMMENTS
    }


def test_members_of_extensions_are_left_out(after: After, connect: Connect, postgres_server: ServerUnderTest) -> None:
    names = {row[0] for row in connect().execute("SELECT name FROM pg_available_extensions").fetchall()}
    wanted = sorted(names & {"vector", "citext"})
    schema = after(*(f"CREATE EXTENSION {name}" for name in wanted))
    assert {e.ref.name for e in schema.of_kind(Extension)} == {"plpgsql", *wanted}
    assert list(schema.of_kind(Routine)) == []
    assert list(schema.of_kind(UserType)) == []
