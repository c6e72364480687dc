"""What the pages say, as lines, without a terminal."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

import pytest

from console.core.assessment import Assessment
from console.core.observation import Reading
from console.core.schema import Schema, Table
from screens import diff, diff_all, incident, lock_details, locks, migrations, recover, schema, schema_tree
from screens.chrome import Mood, header, keys, tabs
from screens.commands import PAGES, key_for
from screens.lines import Line
from screens.look import Look
from screens.text import width_of
from tests.core.recovering import stopped
from tests.screens.builders import (
    CASES,
    HOSTILE,
    answered,
    counted,
    half_applied,
    hostile,
    inferred,
    many_tables,
    no_project,
    partly,
    refused,
    scarred,
    several,
)
from tests.screens.said import drawn, text_of
from tests.screens.shop import NEW

SIZES = ((60, 15), (80, 19), (120, 35), (200, 60))


def every_page(assessment: Assessment, width: int) -> list[Line]:
    """All lines of all pages, everything unfolded, with all details."""
    look = Look(unfolded=True)
    lines = [*incident.page(assessment, width, 19), *migrations.page(assessment, look, width)]
    lines += [part for one in list(lines) for part in migrations.details(assessment, one.key, width)]
    lines += locks.page(assessment, look, width)
    lines += [part for one in list(lines) for part in lock_details.details(assessment, one.key, width)]
    value = assessment.observation.schema.value
    if value is not None:
        tree = schema_tree.Tree.of(value, schema_tree.since(assessment))
        found = schema_tree.nodes(tree, look)
        lines += [*schema.page(found, width)]
        lines += [part for node in found for part in schema.details(node, tree, assessment, width)]
    lines += [*diff.page(assessment, look, width), *diff_all.everything(assessment, look, width)]
    lines += [
        part for item in assessment.drift for part in diff.details(assessment, schema_tree.key_of_item(item), width)
    ]
    lines += recover.page(assessment, look, width)
    lines += [part for one in list(lines) for part in recover.details(assessment, one.key, width)]
    lines += schema.nothing(assessment, look, width)
    lines += [header(assessment, "shop on db1", Mood(True, True, "x", "10 s"), width)]
    return lines + [line for page in PAGES for line in (tabs(page, width), keys(page, width))]


@pytest.mark.parametrize("width", [width for width, _ in SIZES])
@pytest.mark.parametrize("case", CASES.values())
def test_no_line_is_wider_than_its_page_and_none_can_hurt(case: Callable[[], Assessment], width: int) -> None:
    for line in every_page(case(), width):
        assert width_of(line.text) <= width, line.text
        assert not any(ord(char) < 32 or 127 <= ord(char) < 160 for char in line.text)
        assert "\u202e" not in line.text


def test_migrations_have_attention_on_top_then_the_newest() -> None:
    found = migrations.ordered(several(), Look())
    assert [migration.id for _, migration in found] == ["4", "2", "3.1", "R__daily_sales", "3", "1"]
    found = migrations.ordered(half_applied(), Look())
    assert [migration.id for _, migration in found] == ["4", "5", "R__daily_sales", "3", "2", "1"]
    found = migrations.ordered(half_applied(), Look(order=1))
    assert [migration.id for _, migration in found] == ["1", "2", "3", "R__daily_sales", "4", "5"]


@pytest.mark.parametrize(
    ("words", "ids"), [("shipping", ["4"]), ("applied create", ["3", "2", "1"]), ("half v4", ["4"]), ("nothing", [])]
)
def test_migrations_are_filtered_by_every_word(words: str, ids: list[str]) -> None:
    assert [migration.id for _, migration in migrations.ordered(half_applied(), Look(words=words))] == ids


def test_an_unfolded_migration_shows_its_statements() -> None:
    look = Look()
    assert "NOT LANDED" not in text_of(migrations.page(half_applied(), look, 80))
    look.toggle("m/flyway/4")
    assert text_of(migrations.page(half_applied(), look, 80)).count("NOT LANDED") == 2


def test_a_statement_says_verdict_inference_and_why() -> None:
    text = text_of(migrations.details(half_applied(), "m/flyway/4#3", 80))
    assert "3  NOT LANDED  waiting: session 4712" in text
    assert "why   will land by itself once 4711 ends" in text
    assert "sql   ALTER TABLE orders ADD COLUMN carrier_id" in text


def test_a_partial_statement_says_what_it_wants_and_what_is_there() -> None:
    text = text_of(migrations.details(partly(), "m/flyway/4#1", 80))
    assert " 1  PARTIAL\n" in text
    assert "wants character varying(40)" in text
    assert "has   character varying(255)" in text


def test_a_verdict_that_only_the_order_supports_says_so() -> None:
    text = text_of(migrations.details(inferred(), "m/flyway/4#1", 80))
    assert "1  LANDED  inferred" in text
    assert "(inferred from the order)" in text


def test_a_migration_says_what_weakens_the_evidence_each_once() -> None:
    text = text_of(migrations.details(partly(), "m/flyway/4", 80))
    assert text.count("out of order") == 1
    assert "The file differs from the last commit" in text
    assert "release 2, from the failed deploy" in text


def test_down_statements_stand_behind_the_others_and_have_details() -> None:
    lines = migrations.page(partly(), Look(unfolded=True), 80)
    row = next(line for line in lines if line.key == "m/flyway/4#D1")
    assert row.text.split() == ["D1", "DOWN", "drop", "table", "t"]
    text = text_of(migrations.details(partly(), row.key, 80))
    assert "Down statement 1" in text
    assert "sql   drop table t" in text


def test_a_data_statement_offers_a_count_and_then_shows_it() -> None:
    assert "press c to count the rows left to do" in text_of(migrations.details(counted(), "m/flyway/4#2", 80))
    assert "12345 rows still match" in text_of(migrations.details(counted(12_345), "m/flyway/4#2", 80))


def test_what_the_schema_itself_tells_is_not_counted() -> None:
    there = stopped("CREATE TABLE orders (id bigint, total int);")
    text = text_of(migrations.details(there, "m/flyway/4#1", 80))
    assert "cause press c to see what in the definitions stops it" in text
    assert "to count" not in text


def test_a_refused_statement_offers_a_count_and_then_shows_its_answer() -> None:
    asked = text_of(migrations.details(refused(), "m/flyway/4#3", 80))
    assert "cause press c to count duplicate values of customers (lower(email))" in asked
    told = text_of(migrations.details(answered(), "m/flyway/4#3", 80))
    assert "cause 20 duplicate values of customers (lower(email)):" in told
    assert "press c" not in told
    assert "statement 3: 20 duplicate values" in text_of(migrations.details(answered(), "m/flyway/4", 80))


@pytest.mark.parametrize("n", [1, 2, 4])
def test_what_has_no_question_offers_no_count(n: int) -> None:
    assert "press c" not in text_of(migrations.details(refused(), f"m/flyway/4#{n}", 80))


def test_a_files_own_text_has_line_numbers() -> None:
    found = migrations.file_text(half_applied(), "m/flyway/4#3")
    assert found is not None
    assert found[0] == "sql/V4__add_shipping.sql"
    assert found[1][0].text.startswith(" 1 -- Outside a transaction")
    assert migrations.file_text(no_project(), "m/flyway/1") is None


def branches(assessment: Assessment, look: Look) -> list[schema_tree.Node]:
    value = assessment.observation.schema.value
    assert value is not None
    return schema_tree.nodes(schema_tree.Tree.of(value, schema_tree.since(assessment)), look)


def marks(assessment: Assessment) -> dict[str, tuple[str, ...]]:
    return {node.thing.ref.label(): node.marks for node in branches(assessment, Look(unfolded=True)) if node.thing}


def test_the_schema_marks_in_words() -> None:
    found = marks(scarred())
    assert found["customers_email_unique"] == ("INVALID",)
    assert found["carriers"] == ("NEW",)
    assert found["customers.delivery_note"] == ("NEW",)
    assert found["invoices.invoices_number_ck"] == ("NOT VALID",)
    assert found["orders.orders_audit"] == ("DISABLED",)
    assert found["customers"] == ("LOCKED",)
    assert found["orders.id"] == ()


def test_what_is_only_later_is_not_called_a_change() -> None:
    seen = half_applied()
    value = seen.observation.schema.value
    assert value is not None
    later = tuple(
        replace(t, stamp=NEW) if t.ref.name == "invoices" and isinstance(t, Table) else t for t in value.things
    )
    reading = replace(seen.observation.schema, value=replace(value, things=later))
    seen = replace(seen, observation=replace(seen.observation, schema=reading))
    node = next(node for node in branches(seen, Look()) if node.thing and node.thing.ref.name == "invoices")
    assert node.marks == ("TOUCHED",)
    tree = schema_tree.Tree.of(reading.value or value, schema_tree.since(seen))
    text = " ".join(" ".join(line.text for line in schema.details(node, tree, seen, 80)).split())
    assert "or only a GRANT or another table's key: what is not as expected says DIFFERS." in text


def test_a_folded_table_says_what_is_wrong_inside() -> None:
    look = Look(toggled={"table/public//customers"})
    node = next(node for node in branches(scarred(), look) if node.thing and node.thing.ref.name == "customers")
    assert node.open is False
    assert {"LOCKED", "has INVALID", "has NEW"} <= set(node.marks)


def test_tables_with_marks_come_first_until_the_order_is_changed() -> None:
    def tables(look: Look) -> list[str]:
        found = branches(half_applied(), look)
        return [n.thing.ref.name for n in found if n.thing and n.thing.ref.kind.value == "table"]

    assert tables(Look())[-1] == "invoices"
    assert tables(Look(order=1)) == ["carriers", "customers", "invoices", "orders"]


def test_the_schema_filter_finds_columns_and_unfolds_their_table() -> None:
    labels = [n.thing.ref.label() for n in branches(half_applied(), Look(words="delivery")) if n.thing]
    assert labels == ["customers", "customers.delivery_note"]


def test_ten_thousand_tables_are_made_into_text_only_where_they_are_seen() -> None:
    found = branches(many_tables(), Look())
    page = schema.page(found, 80)
    assert len(page) == 10_002
    assert "table_09999" in page[-1].text
    assert page[2].text.strip().startswith("+ table_00000")


def test_a_view_shows_its_source_below() -> None:
    assessment = scarred()
    tree = schema_tree.Tree.of(assessment.observation.schema.value or Schema(), schema_tree.since(assessment))
    node = next(
        n for n in schema_tree.nodes(tree, Look(unfolded=True)) if n.thing and n.thing.ref.name == "daily_sales"
    )
    assert "WHERE status <> 'cancelled'" in text_of(schema.details(node, tree, assessment, 80))


def test_hostile_names_are_shown_as_they_are_made() -> None:
    assert "\\x1b[31m\\x07[red]bold[/red]\\u202e" in text_of(every_page(hostile(), 200))
    assert HOSTILE not in text_of(every_page(hostile(), 200))


def test_the_header_names_database_server_and_role() -> None:
    text = header(half_applied(), "x", Mood(), 80).text
    assert text.split("  ")[:4] == [" HALFWAY", "shop on db1", "PostgreSQL 16.4", "READ ONLY"]
    assert "old" not in text


@pytest.mark.parametrize("width", [60, 80, 120])
def test_the_header_says_stale_with_an_age_at_the_right(width: int) -> None:
    text = header(half_applied(), "x", Mood(stale=True, reason="gone", age="2 min"), width).text
    assert text.rstrip().endswith("STALE 2 min old")
    assert width_of(text) <= width
    assert "READ ONLY" in text


def test_the_header_gives_up_the_version_before_the_host() -> None:
    seen = half_applied()
    server = seen.observation.server
    assert server.value is not None
    server = replace(server, value=replace(server.value, host="database-7.eu.example"))
    text = header(replace(seen, observation=replace(seen.observation, server=server)), "x", Mood(), 60).text
    assert "shop on database-7.eu.example" in text
    assert "PostgreSQL" not in text


def test_nobody_blocked_is_said_beside_a_migration_in_trouble() -> None:
    assert "BLOCKED  nobody; 3 sessions" in drawn(counted())
    unread = replace(counted().observation, locks=Reading())
    assert "BLOCKED" not in drawn(replace(counted(), observation=unread))


@pytest.mark.parametrize("page", PAGES)
@pytest.mark.parametrize("width", [60, 80, 120])
def test_help_and_quit_are_always_in_the_key_line(page: str, width: int) -> None:
    text = keys(page, width).text
    assert "? keys" in text
    assert "q quit" in text
    assert width_of(text) <= width


@pytest.mark.usefixtures("responding")
def test_the_way_out_comes_first_in_the_key_line_where_only_something_was_left() -> None:
    left = replace(CASES["healthy"](), debris=scarred().debris)
    assert keys("incident", 80, left).text.startswith(f" {key_for('clean')} clean ")
    assert not keys("incident", 80, scarred()).text.startswith(f" {key_for('clean')} clean "), (
        "a migration is in trouble"
    )
