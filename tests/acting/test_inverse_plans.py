"""What a roll-back plan says, counts and refuses: a recorded base, and a migration of which all landed."""

from __future__ import annotations

from dataclasses import replace

import pytest

from console.core.fits import fits
from console.core.plan import Count, Plan
from console.core.plans.losing import lost_more, with_losses
from console.core.statements import read_script
from tests.acting.inverse import plan_for
from tests.builders import SERVER, pending, recorded, schema_after

BASE = """CREATE TABLE orders (id bigint PRIMARY KEY, note text, total numeric(10,2) NOT NULL DEFAULT 0);
CREATE VIEW totals AS SELECT id, total FROM orders;"""


def plan(*statements: str, base: str = BASE) -> Plan:
    text = ";\n".join(statements)
    return plan_for(schema_after(f"{base};\n{text}"), SERVER, recorded("1", base), pending("2", text))


def sent(found: Plan) -> tuple[str, ...]:
    assert found.refused == ()
    return tuple(sql for step in found.steps for sql in step.sql)


def test_what_may_have_been_there_before_is_never_dropped() -> None:
    found = plan("CREATE TABLE IF NOT EXISTS carriers (id bigint)", "ALTER TABLE carriers ADD COLUMN name text")
    assert found.steps == ()
    why = "whether carriers was there before it is not known (IF NOT EXISTS)"
    assert found.refused == (f"Statement 1 cannot be taken back: {why}.",)


def test_a_view_that_may_have_replaced_another_is_never_dropped() -> None:
    found = plan("CREATE OR REPLACE VIEW names AS SELECT id FROM orders", "ALTER TABLE orders ADD COLUMN name text")
    assert found.steps == ()
    assert "(OR REPLACE)" in found.refused[0]


def test_what_the_migration_made_goes_with_all_that_was_changed_of_it() -> None:
    found = plan("CREATE TABLE carriers (id bigint)", "ALTER TABLE carriers ADD COLUMN name text",
                 "CREATE INDEX by_name ON carriers (name)", "COMMENT ON TABLE carriers IS 'who'")  # fmt: skip
    assert sent(found) == ('DROP TABLE "public"."carriers"',)
    assert [j.statement.n for j in found.steps[0].judgements] == [4, 3, 2, 1]


def test_what_goes_with_its_table_is_asked_for_when_that_goes() -> None:
    base = "CREATE TABLE orders (id bigint PRIMARY KEY)"
    text = ("CREATE TABLE lines (a bigint NOT NULL)",
            "ALTER TABLE lines ADD CONSTRAINT of_order FOREIGN KEY (a) REFERENCES orders (id)",
            "ALTER TABLE lines ADD PRIMARY KEY (a)")  # fmt: skip
    there = schema_after(";".join((base, *text)), dialect="mysql", home="app")
    files = (recorded("1", base), pending("2", ";".join(text)))
    read = (replace(t, migration=replace(t.migration, statements=read_script(t.migration.text, "mysql", "app")))
            for t in files if t.migration is not None)  # fmt: skip
    found = plan_for(there, replace(SERVER, dialect="mysql", version="9.7.4", version_number=90704, name="app"), *read)
    assert [[j.statement.n for j in step.judgements] for step in found.steps] == [[2], [3, 1]]


def test_a_table_that_was_renamed_is_counted_under_its_name_now() -> None:
    found = plan("CREATE TABLE carriers (id bigint)", "ALTER TABLE carriers RENAME TO shippers")
    assert [count.sql for count in found.counts] == ['SELECT count(*) FROM "public"."shippers"']
    assert sent(found) == ('ALTER TABLE "public"."shippers" RENAME TO "carriers"', 'DROP TABLE "public"."carriers"')


def test_what_was_made_and_dropped_again_needs_nothing() -> None:
    found = plan("CREATE TABLE scratch (id bigint)", "ALTER TABLE orders ADD COLUMN name text", "DROP TABLE scratch")
    assert sent(found) == ('ALTER TABLE "public"."orders" DROP COLUMN "name"',)


def test_a_column_that_takes_no_null_is_said_to_be_refused_where_rows_are() -> None:
    base = "CREATE TABLE orders (id bigint PRIMARY KEY, who bigint NOT NULL, total int NOT NULL DEFAULT 0)"
    told = plan("ALTER TABLE orders DROP COLUMN who", "ALTER TABLE orders DROP COLUMN total", base=base).careful
    said = "Column orders.{} takes no null: with rows there, the server refuses it or its keys."
    assert [name for name in ("who", "total") if said.format(name) in told] == ["who"]


def test_a_column_that_comes_back_is_said_to_be_empty() -> None:
    found = plan("DROP VIEW totals", "ALTER TABLE orders DROP COLUMN note")
    assert sent(found) == ('ALTER TABLE "public"."orders" ADD COLUMN "note" text',
                           "CREATE VIEW totals AS SELECT id, total FROM orders")  # fmt: skip
    assert found.careful == (
        "Column orders.note comes back empty: what was in it is gone.",
        "Who was allowed to use what comes back is not known: look at its grants.",
        "What was there before is taken from the recorded migrations, not from the database.",
    )


def test_a_view_is_not_made_again_from_a_text_that_is_no_longer_true() -> None:
    base = f"{BASE}\nALTER TABLE orders RENAME COLUMN total TO amount;"
    found = plan("DROP VIEW totals", "ALTER TABLE orders ADD COLUMN name text", base=base)
    why = "no recorded migration says how view totals can be made as it was"
    assert found.refused == (f"Statement 1 cannot be taken back: {why}.",)


def test_a_text_that_does_not_fit_any_more_is_refused_by_the_server_and_never_cut_off() -> None:
    base = "CREATE TABLE orders (id bigint, note varchar(10))"
    found = plan("ALTER TABLE orders ALTER COLUMN note TYPE text", base=base)
    assert sent(found) == ('ALTER TABLE "public"."orders" ALTER COLUMN "note" TYPE character varying(10)',)
    assert [(count.table, count.thing) for count in found.counts] == [("orders", "orders.note")]


def test_a_type_that_holds_all_values_loses_none() -> None:
    base = "CREATE TABLE orders (id bigint, n bigint)"
    found = plan("ALTER TABLE orders ALTER COLUMN n TYPE integer", base=base)
    assert found.counts == ()


def test_code_behind_what_did_not_land_is_taken_not_to_have_run() -> None:
    landed = "ALTER TABLE orders ADD COLUMN a int"
    text = f"{landed};\nALTER TABLE orders ADD COLUMN b int;\nGRANT SELECT ON orders TO PUBLIC;"
    found = plan_for(schema_after(f"{BASE};\n{landed}"), SERVER, recorded("1", BASE), pending("2", text))
    assert sent(found) == ('ALTER TABLE "public"."orders" DROP COLUMN "a"',)
    assert found.careful == ("Statement 3 is taken not to have run, for one before it has not.",)


def test_code_that_may_have_run_is_not_passed_over() -> None:
    landed = "ALTER TABLE orders ADD COLUMN a int"
    text = f"{landed};\nDO $$ BEGIN PERFORM 1; END $$;\nALTER TABLE orders ADD COLUMN b int;"
    found = plan_for(schema_after(f"{BASE};\n{landed}"), SERVER, recorded("1", BASE), pending("2", text))
    assert found.refused == ("Whether statement 2 ran cannot be told, so it cannot be taken back.",)


def test_a_grant_that_may_have_run_stays_and_is_named() -> None:
    landed = "ALTER TABLE orders ADD COLUMN a int"
    text = f"{landed};\nGRANT SELECT ON orders TO PUBLIC;"
    found = plan_for(schema_after(f"{BASE};\n{landed}"), SERVER, recorded("1", BASE), pending("2", text))
    assert sent(found) == ('ALTER TABLE "public"."orders" DROP COLUMN "a"',)
    assert found.careful == ("What statement 2 allows or forbids, if it ran, stays so.",)


@pytest.mark.parametrize(
    ("now", "former", "held"),
    [
        ("int", "bigint", True),
        ("bigint", "int", False),
        ("integer", "bigint", True),
        ("int unsigned", "bigint", False),
        ("int unsigned", "bigint unsigned", True),
        ("varchar(40)", "varchar(80)", True),
        ("character varying(40)", "text", True),
        ("text", "varchar(80)", False),
        ("varchar(20000)", "text", False),
        ("numeric(10,2)", "numeric(12,2)", True),
        ("numeric(10,2)", "numeric(12,4)", True),
        ("numeric(10,2)", "numeric(11,4)", False),
        ("numeric(10,2)", "numeric", True),
        ("numeric", "numeric(10,2)", False),
        ("datetime", "date", False),
        ("text", "text", True),
    ],
)
def test_which_types_hold_every_value_of_another(now: str, former: str, held: bool) -> None:
    assert fits(now, former) is held


@pytest.mark.parametrize(("shown", "now", "refused"), [
    (0, 0, False), (0, 1, True), (5, 5, False), (5, 4, False), (5, 6, True), (5, None, True), (None, 9, False),
])  # fmt: skip
def test_more_than_was_shown_is_not_lost(shown: int | None, now: int | None, refused: bool) -> None:
    bare = replace(plan("ALTER TABLE orders ADD COLUMN x int"), losses=(), counts=(Count("orders", "", "SELECT 1"),))
    assert bool(lost_more(with_losses(bare, [shown]), [now])) is refused
