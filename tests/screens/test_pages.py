"""What the pages say, as lines, without a terminal."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

import pytest

from console.core.assessment import Assessment
from console.core.landed import Verdict
from console.core.schema import Schema
from screens import incident, locks, migrations, schema, schema_tree
from screens.chrome import Mood, header, keys, tabs
from screens.commands import PAGES
from screens.lines import Line
from screens.look import Look
from screens.text import width_of
from tests.screens import builders
from tests.screens.builders import (
    CASES,
    HOSTILE,
    failed,
    half_applied,
    healthy,
    hostile,
    low_rights,
    many_tables,
    no_project,
    several,
)

SIZES = ((60, 15), (80, 19), (120, 35), (200, 60))


def text_of(lines: list[Line]) -> str:
    return "\n".join(line.text.rstrip() for line in lines)


def drawn(assessment: Assessment, width: int = 80, height: int = 19) -> str:
    return text_of(incident.page(assessment, width, height))


def every_page(assessment: Assessment, width: int) -> list[Line]:
    """All lines of all pages, everything unfolded, with all details."""
    look = Look(unfolded=True)
    lines = [*incident.page(assessment, width, 19), *migrations.page(assessment, look, width)]
    lines += [part for one in list(lines) for part in migrations.details(assessment, one.key, width)]
    lines += locks.page(assessment, look, width)
    lines += [part for one in list(lines) for part in locks.details(assessment, one.key, width)]
    value = assessment.observation.schema.value
    if value is not None:
        tree = schema_tree.Tree.of(value, schema_tree.since(assessment))
        found = schema_tree.nodes(tree, look)
        lines += [*schema.page(found, width)]
        lines += [part for node in found for part in schema.details(node, tree, assessment, width)]
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


def test_the_incident_says_statement_by_statement_what_landed() -> None:
    text = drawn(half_applied())
    assert "HALF APPLIED  V2__add_shipping_to_orders" in text
    assert "1  LANDED      alter table orders add column shipping_name" in text
    assert "3  NOT LANDED  alter table orders add column shipped_at" in text
    assert "4  NOT LANDED  create index" in text


def test_the_incident_says_who_blocks_whom() -> None:
    text = drawn(half_applied())
    assert "BLOCKED  21 sessions, oldest 12 min, by 4711 web@10.0.0.7 idle in transaction" in text
    assert "4711 <- 4712 ALTER orders (this migration, client gone) <- 20 more" in text


def test_the_incident_says_what_happens_by_itself_and_what_is_next() -> None:
    text = drawn(half_applied(), height=40)
    assert "COMES    When 4711 ends, 4712 lands statement 3" in text
    assert "NEXT     1. Decide about 4712 before 4711" in text
    assert "LEFT     INVALID INDEX orders_shipped_at_idx" in text


def test_everything_important_fits_into_80_by_24() -> None:
    lines = incident.page(half_applied(), 80, 19)
    assert len(lines) <= 19
    assert "SEEN" in lines[-1].text


def test_at_60_by_20_statements_blockers_and_the_next_step_are_in_sight() -> None:
    text = text_of(incident.page(half_applied(), 60, 15)[:15])
    for word in ("HALF APPLIED", "NOT LANDED", "BLOCKED", "NEXT     1."):
        assert word in text


def test_a_forecast_that_no_step_repeats_is_never_left_out() -> None:
    assert "COMES" in drawn(replace(half_applied(), next=("Look.",)), 80, 5)


def test_with_more_room_there_is_more_evidence() -> None:
    assert "column orders.shipping_name is there" not in drawn(half_applied(), 80, 19)
    assert "column orders.shipping_name is there" in drawn(half_applied(), 80, 40)


def test_long_runs_of_landed_statements_are_one_line_when_there_is_no_room() -> None:
    whole = half_applied()
    migration = builders.half_migration()
    many = tuple(
        replace(migration.statements[0], statement=builders.statement(n, f"select {n}"), verdict=verdict)
        for n, verdict in enumerate([Verdict.LANDED] * 36 + [Verdict.NOT_LANDED] * 2, 1)
    )
    framework = replace(whole.frameworks[0], migrations=(replace(migration, statements=many),))
    text = drawn(replace(whole, frameworks=(framework,)))
    assert "1-36  LANDED      36 statements" in text
    assert "37  NOT LANDED" in text
    assert "38  NOT LANDED" in text


def test_healthy_is_one_calm_screen() -> None:
    text = drawn(healthy())
    assert text.startswith(" HEALTHY  2 migrations applied, 1 pending")
    assert "BLOCKED  nobody; 14 sessions" in text
    assert "NEXT" not in text
    assert "SEEN     everything" in text


def test_several_incidents_are_one_line_each_worst_first() -> None:
    states = [line.text.split()[0] for line in incident.page(several(), 80, 19) if line.key.startswith("m/")]
    assert states == ["HALF", "CHECKSUM", "FILE"]


def test_a_recorded_failure_says_so() -> None:
    assert drawn(failed()).startswith(" FAILED")
    assert "Flyway refuses to run anything" in drawn(failed())


def test_what_was_not_seen_is_said_with_its_grant() -> None:
    assert "NOT SEEN sessions" in drawn(low_rights())
    assert "GRANT pg_monitor TO halfway" in drawn(low_rights())
    assert "NOT SEEN migrations: no project was found" in drawn(no_project())
    assert "SEEN     everything" not in drawn(no_project())


def test_one_reason_that_hides_everything_is_said_once() -> None:
    gone = tuple(replace(item, complete=False, reason="connection refused") for item in builders.COVERED)
    text = drawn(replace(healthy(), coverage=gone))
    assert "NOT SEEN server, schema, sessions, locks, migrations: connection refused" in text
    assert text.count("refused") == 1


def test_migrations_have_attention_on_top_then_the_newest() -> None:
    found = migrations.ordered(several(), Look())
    assert [migration.id for _, migration in found] == ["2", "4", "5", "1"]
    found = migrations.ordered(half_applied(), Look())
    assert [migration.id for _, migration in found] == ["2", "3", "1"]
    found = migrations.ordered(half_applied(), Look(order=1))
    assert [migration.id for _, migration in found] == ["1", "2", "3"]


@pytest.mark.parametrize(
    ("words", "ids"), [("shipping", ["2"]), ("applied", ["2", "1"]), ("half v2", ["2"]), ("nothing", [])]
)
def test_migrations_are_filtered_by_every_word(words: str, ids: list[str]) -> None:
    assert [migration.id for _, migration in migrations.ordered(half_applied(), Look(words=words))] == ids


def test_an_unfolded_migration_shows_its_statements() -> None:
    look = Look()
    assert "NOT LANDED" not in text_of(migrations.page(half_applied(), look, 80))
    look.toggle("m/flyway/2")
    assert text_of(migrations.page(half_applied(), look, 80)).count("NOT LANDED") == 2


def test_a_statement_says_verdict_inference_and_why() -> None:
    text = text_of(migrations.details(half_applied(), "m/flyway/2#3", 80))
    assert "3  NOT LANDED  inferred no  waiting: session 4712" in text
    assert "why   column orders.shipped_at is not there" in text
    assert "sql   alter table orders add column shipped_at" in text


def test_a_partial_statement_says_what_it_wants_and_what_is_there() -> None:
    whole = half_applied()
    migration = builders.half_migration()
    partial = replace(
        migration.statements[1],
        verdict=Verdict.PARTIAL,
        wants="varchar(40) not null",
        has="varchar(255) null",
        inferred=True,
    )
    framework = replace(whole.frameworks[0], migrations=(replace(migration, statements=(partial,)),))
    text = text_of(migrations.details(replace(whole, frameworks=(framework,)), "m/flyway/2#2", 80))
    assert "PARTIAL  inferred yes" in text
    assert "wants varchar(40) not null" in text
    assert "has   varchar(255) null" in text


def test_a_data_statement_offers_a_count_and_then_shows_it() -> None:
    whole = half_applied()
    assert "press c to count" in text_of(migrations.details(whole, "m/flyway/3#1", 80))
    migration = builders.pending(3)
    counted = replace(migration, statements=(replace(migration.statements[0], remaining_rows=12_345),))
    framework = replace(whole.frameworks[0], migrations=(counted,))
    text = text_of(migrations.details(replace(whole, frameworks=(framework,)), "m/flyway/3#1", 80))
    assert "12,345 rows left to do" in text


def test_a_files_own_text_has_line_numbers() -> None:
    found = migrations.file_text(half_applied(), "m/flyway/2#3")
    assert found is not None
    assert found[0] == "sql/V2__add_shipping_to_orders.sql"
    assert found[1][0].text.startswith(" 1 alter table orders")
    assert migrations.file_text(no_project(), "m/flyway/1") is None


def branches(assessment: Assessment, look: Look) -> list[schema_tree.Node]:
    value = assessment.observation.schema.value
    assert value is not None
    return schema_tree.nodes(schema_tree.Tree.of(value, schema_tree.since(assessment)), look)


def marks(assessment: Assessment) -> dict[str, tuple[str, ...]]:
    return {node.thing.ref.label(): node.marks for node in branches(assessment, Look(unfolded=True)) if node.thing}


def test_the_schema_marks_in_words() -> None:
    found = marks(half_applied())
    assert found["orders_shipped_at_idx"] == ("CHANGED", "INVALID")
    assert found["orders.shipping_name"] == ("NEW",)
    assert found["orders.orders_user_fk"] == ("NOT VALID",)
    assert found["orders.orders_audit"] == ("DISABLED",)
    assert found["users"] == ("LOCKED",)
    assert found["orders.id"] == ()


def test_a_folded_table_says_what_is_wrong_inside() -> None:
    look = Look(toggled={"table/public//orders"})
    node = next(node for node in branches(half_applied(), look) if node.thing and node.thing.ref.name == "orders")
    assert node.open is False
    assert {"has INVALID", "has NOT VALID", "has DISABLED"} <= set(node.marks)


def test_tables_with_marks_come_first_until_the_order_is_changed() -> None:
    def tables(look: Look) -> list[str]:
        return [
            n.thing.ref.name for n in branches(half_applied(), look) if n.thing and n.thing.ref.kind.value == "table"
        ]

    assert tables(Look())[-1] == "invoices"
    assert tables(Look(order=1)) == ["orders", "users", "invoices"]


def test_the_schema_filter_finds_columns_and_unfolds_their_table() -> None:
    labels = [n.thing.ref.label() for n in branches(half_applied(), Look(words="shipping")) if n.thing]
    assert labels == ["orders", "orders.shipping_name", "orders.shipping_method"]


def test_ten_thousand_tables_are_made_into_text_only_where_they_are_seen() -> None:
    found = branches(many_tables(), Look())
    page = schema.page(found, 80)
    assert len(page) == 10_002
    assert "table_09999" in page[-1].text
    assert page[2].text.strip().startswith("+ table_00000")


def test_a_view_shows_its_source_below() -> None:
    assessment = half_applied()
    tree = schema_tree.Tree.of(assessment.observation.schema.value or Schema(), schema_tree.since(assessment))
    node = next(
        n for n in schema_tree.nodes(tree, Look(unfolded=True)) if n.thing and n.thing.ref.name == "open_orders"
    )
    assert "WHERE state = 'new'" in text_of(schema.details(node, tree, assessment, 80))


def test_the_lock_tree_marks_the_migration_and_folds_what_is_alike() -> None:
    lines = locks.page(half_applied(), Look(), 80)
    text = text_of(lines)
    assert "21 blocked by 1 root, oldest wait 12 min" in text
    assert next(line.text for line in lines if line.key == "s/4712").rstrip().endswith("19 <")
    assert "+ 17 like these" in text


def test_folded_waiters_unfold() -> None:
    assert "like these" not in text_of(locks.page(half_applied(), Look(unfolded=True), 80))
    key = next(row.key for row in locks.rows(half_applied(), Look()) if row.count)
    assert "like these" not in text_of(locks.page(half_applied(), Look(toggled={key}), 80))


def test_blockers_are_never_filtered_away() -> None:
    shown = [row.node.session.id for row in locks.rows(half_applied(), Look(words="no such session"))]
    assert shown == ["4711", "4712"]


def test_a_session_says_what_happens_if_it_ends() -> None:
    text = text_of(locks.details(half_applied(), "s/4711", 80))
    assert "Ending it frees 21 sessions." in text
    assert "When 4711 ends, 4712 lands statement 3" in text
    assert "Cancel does nothing to an idle session" in text
    assert "it has written nothing" in text


def test_the_migrations_own_session_says_so() -> None:
    text = text_of(locks.details(half_applied(), "s/4712", 80))
    assert "This is the migration's own session: runs statement 3 of V2; client gone." in text


def test_without_rights_the_tree_is_drawn_with_pids_and_the_grant() -> None:
    text = text_of(locks.page(low_rights(), Look(), 80))
    assert "4711" in text
    assert "4712" in text
    assert "not permitted" in text
    assert "GRANT pg_monitor TO halfway" in text
    assert "not permitted for this login" in text_of(locks.details(low_rights(), "s/4711", 80))


def test_nobody_blocked_is_a_sentence_with_a_number() -> None:
    assert "Nobody waits for anybody. 14 sessions." in text_of(locks.page(healthy(), Look(), 80))


def test_a_deadlock_is_drawn_once_and_named() -> None:
    whole = half_applied()
    root = whole.blocked.trees[0]
    again = replace(root, waiters=(), cycle=True, waits_for="orders SHARE")
    tree = replace(root, waiters=(replace(root.waiters[0], waiters=(again,)),))
    found = locks.rows(replace(whole, blocked=replace(whole.blocked, trees=(tree,))), Look())
    assert len({row.key for row in found}) == len(found) == 3
    assert "deadlock" in text_of(locks.page(replace(whole, blocked=replace(whole.blocked, trees=(tree,))), Look(), 80))


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


@pytest.mark.parametrize("page", PAGES)
@pytest.mark.parametrize("width", [60, 80, 120])
def test_help_and_quit_are_always_in_the_key_line(page: str, width: int) -> None:
    text = keys(page, width).text
    assert "? keys" in text
    assert "q quit" in text
    assert width_of(text) <= width
