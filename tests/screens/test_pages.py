"""What the pages say, as lines, without a terminal."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

import pytest

from console.core.assessment import Assessment, Cause
from console.core.observation import Reading
from console.core.schema import Schema
from console.core.session import Node, Session
from screens import incident, lock_details, locks, migrations, schema, schema_tree
from screens.chrome import Mood, header, keys, tabs
from screens.commands import PAGES
from screens.lines import Line
from screens.look import Look
from screens.text import width_of
from screens.words import awaited_in_short, cause_of
from tests.screens import builders
from tests.screens.builders import (
    CASES,
    HOSTILE,
    answered,
    counted,
    failed,
    half_applied,
    healthy,
    hostile,
    inferred,
    low_rights,
    many_statements,
    many_tables,
    no_project,
    partly,
    refused,
    scarred,
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
    lines += [part for one in list(lines) for part in lock_details.details(assessment, one.key, width)]
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
    assert "HALF APPLIED  V4__add_shipping" in text
    assert "1  LANDED      CREATE TABLE carriers" in text
    assert "3  NOT LANDED  ALTER TABLE orders ADD COLUMN carrier_id" in text
    assert "4  NOT LANDED  CREATE INDEX CONCURRENTLY" in text


@pytest.mark.parametrize("size", [(60, 15), (80, 19), (120, 35)])
def test_why_the_statement_it_stopped_at_did_not_land_is_always_said(size: tuple[int, int]) -> None:
    lines = incident.page(half_applied(), *size)[: size[1]]
    row = next(n for n, line in enumerate(lines) if line.key == "m/flyway/4#3")
    assert lines[row + 1].text.strip().startswith("will land by itself once 4711 ends")


def test_the_tools_next_run_is_told_in_the_cores_words() -> None:
    text = " ".join(drawn(half_applied()).split())
    assert f"2 of 4 statements landed. Next run: {builders.STARTS_AGAIN}" in text


def test_an_answer_stands_under_its_statement_at_every_size() -> None:
    for width, height in SIZES:
        lines = incident.page(answered(), width, height)
        row = next(n for n, line in enumerate(lines) if line.key == "m/flyway/4#3")
        below = [line.text.strip() for line in lines[row + 1 : row + 4]]
        assert any(text.startswith("20 duplicate values of customers") for text in below), (width, height)


@pytest.mark.parametrize(
    ("cause", "said"),
    [
        (Cause(1, "rows of t where a is null", 3), "3 rows of t where a is null"),
        (Cause(1, "rows of t where a is null", 0), "no rows of t where a is null"),
        (Cause(1, "duplicate values of t (a)", None), "an unknown number of duplicate values of t (a)"),
        (Cause(1, "duplicate values of t (a)", 1200, ("x", "y\n")), "1,200 duplicate values of t (a): x, y"),
    ],
)
def test_an_answer_is_one_sentence(cause: Cause, said: str) -> None:
    assert cause_of(cause) == said


def test_the_incident_says_who_blocks_whom() -> None:
    text = drawn(half_applied())
    assert "BLOCKED  21 sessions, oldest 12 min, by 4711: idle in transaction, web@10.0.0.7" in text
    assert "4711 <- 4712 ALTER orders (this migration, client gone) <- 20 more" in text


def test_the_incident_says_what_happens_by_itself_and_what_is_next() -> None:
    text = drawn(half_applied(), height=40)
    assert "COMES    When 4711 ends, 4712 lands statement 3" in text
    assert "NEXT     1. Orphan 4712 lands statement 3 by itself once 4711 ends" in text
    assert "LEFT     INVALID INDEX customers_email_unique" in text


def test_everything_important_fits_into_80_by_24() -> None:
    lines = incident.page(half_applied(), 80, 19)
    assert len(lines) <= 19
    assert "NOT SEEN" in text_of(lines[-2:])


def test_at_60_by_20_statements_blockers_and_the_next_step_are_in_sight() -> None:
    text = text_of(incident.page(half_applied(), 60, 15)[:15])
    for word in ("HALF APPLIED", "NOT LANDED", "BLOCKED", "NEXT     1."):
        assert word in text


def test_a_forecast_that_no_step_repeats_is_never_left_out() -> None:
    assert "COMES" in drawn(replace(half_applied(), next=("Look.",)), 80, 5)


def test_with_more_room_there_is_more_evidence() -> None:
    assert "column customers.delivery_note is there" not in drawn(half_applied(), 80, 19)
    assert "column customers.delivery_note is there" in drawn(half_applied(), 80, 40)


def test_long_runs_of_landed_statements_are_one_line_when_there_is_no_room() -> None:
    text = drawn(many_statements())
    assert "1-36  LANDED      36 statements" in text
    assert "37  NOT LANDED" in text
    assert "38  NOT LANDED" in text


def test_healthy_is_one_calm_screen() -> None:
    text = drawn(healthy())
    assert text.startswith(" HEALTHY  4 migrations applied, 1 pending")
    assert "BLOCKED  nobody; 14 sessions" in text
    assert "NEXT" not in text
    assert "SEEN     everything" in text


def test_several_incidents_are_one_line_each_worst_first() -> None:
    lines = [line for line in incident.page(several(), 80, 19) if line.key.startswith("m/") and "#" not in line.key]
    states = [line.text.split()[0] for line in lines]
    assert states == ["HALF", "CHECKSUM", "FILE"]


def test_a_recorded_failure_says_so() -> None:
    assert drawn(failed()).startswith(" FAILED")
    assert f"Next run: {builders.REFUSES}" in " ".join(drawn(failed()).split())


def test_what_was_not_seen_is_said_with_its_grant() -> None:
    assert "NOT SEEN sessions" in drawn(low_rights())
    assert "GRANT pg_read_all_stats TO halfway" in drawn(low_rights())
    assert "NOT SEEN flyway files: no project was found" in drawn(no_project())
    assert "SEEN     everything" not in drawn(no_project())


def test_what_is_pending_is_not_known_without_files() -> None:
    assert "PENDING  not known: its files were not read" in drawn(no_project())
    assert "PENDING  none" not in drawn(no_project())


def test_a_grant_that_is_a_next_step_is_not_repeated() -> None:
    assert drawn(low_rights(), 120, 60).count("GRANT pg_read_all_stats") == 1


def test_one_reason_that_hides_everything_is_said_once() -> None:
    gone = tuple(replace(item, complete=False, reason="connection refused") for item in healthy().coverage)
    text = drawn(replace(healthy(), coverage=gone))
    assert "NOT SEEN server, schema, sessions, locks, progress, ledger" in text
    assert text.count("refused") == 1


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


def test_the_lock_tree_marks_the_migration_and_folds_what_is_alike() -> None:
    lines = locks.page(half_applied(), Look(), 80)
    text = text_of(lines)
    assert "21 blocked by 1 root, oldest wait 12 min" in text
    assert next(line.text for line in lines if line.key == "s/4712").rstrip().endswith("20 <")
    assert "+ 18 like these" in text


@pytest.mark.parametrize(
    ("width", "alter", "reader"),
    [
        (60, "orders excl.", "orders read"),
        (80, "orders excl.", "orders read"),
        (120, "orders (ACCESS EXCLUSIVE)", "orders (ACCESS SHARE)"),
    ],
)
def test_lock_modes_are_short_where_their_names_would_be_cut(width: int, alter: str, reader: str) -> None:
    lines = {line.key: line.text for line in locks.page(half_applied(), Look(), width)}
    assert f" {alter} " in lines["s/4712"]
    assert f" {reader} " in lines["s/4720"]
    assert "client gone" in lines["s/4712"]
    assert "ACCESS EXCLUSIVE" in " ".join(text_of(lock_details.details(half_applied(), "s/4712", width)).split())


@pytest.mark.parametrize(
    ("waits_for", "mode", "room", "said"),
    [
        ("orders (ACCESS SHARE)", "AccessShareLock", 20, "orders read"),
        ("a_very_long_table_name (ROW EXCLUSIVE)", "RowExclusiveLock", 16, "a_very_l.. write"),
        ("orders (SHARE)", "ShareLock", 20, "orders share"),
        ("transaction 812", "ShareLock", 20, "transaction 812"),
        ("odd (name (EXCLUSIVE)", "ExclusiveLock", 40, "odd (name all but read"),
        ("orders (EXCLUSIVE)", "EXCLUSIVE", 20, "orders excl."),
        ("orders (SHARED NO WRITE)", "SHARED_NO_WRITE", 20, "orders no writes"),
        ("user lock nightly import", "EXCLUSIVE", 30, "user lock nightly import"),
        ("new (SOME OTHER MODE)", "SomeOtherModeLock", 40, "new (SOME OTHER MODE)"),
    ],
)
def test_a_short_mode_is_never_what_is_cut(waits_for: str, mode: str, room: int, said: str) -> None:
    assert awaited_in_short(Node(Session("1"), waits_for, mode), room) == said


def test_folded_waiters_unfold() -> None:
    assert "like these" not in text_of(locks.page(half_applied(), Look(unfolded=True), 80))
    key = next(row.key for row in locks.rows(half_applied(), Look()) if row.count)
    assert "like these" not in text_of(locks.page(half_applied(), Look(toggled={key}), 80))


def test_blockers_are_never_filtered_away() -> None:
    shown = [row.node.session.id for row in locks.rows(half_applied(), Look(words="no such session"))]
    assert shown == ["4711", "4712"]


def test_a_folded_root_does_not_make_the_migration_wait_for_nobody() -> None:
    text = text_of(locks.page(half_applied(), Look(toggled={"s/4711"}), 80))
    assert "4712" not in text
    assert "waits for nobody" not in text


def test_a_session_says_what_happens_if_it_ends() -> None:
    text = text_of(lock_details.details(half_applied(), "s/4711", 80))
    assert "Ending it frees 21 sessions." in text
    assert "When 4711 ends, 4712 lands statement 3" in text
    assert "Cancel does nothing to an idle session" in text
    assert "Transaction open 13 min, nothing written." in text


def test_the_migrations_own_session_says_so() -> None:
    text = text_of(lock_details.details(half_applied(), "s/4712", 80))
    said = " ".join(text.split())
    assert "This is the migration's own session: runs statement 3 of V4__add_shipping; client gone." in said


def test_without_rights_the_tree_is_drawn_with_pids_and_the_grant() -> None:
    text = text_of(locks.page(low_rights(), Look(), 80))
    assert "4711" in text
    assert "4712" in text
    assert "not permitted" in text
    assert "GRANT pg_read_all_stats TO halfway" in text
    assert "not permitted for this login" in text_of(lock_details.details(low_rights(), "s/4711", 80))


def test_nobody_blocked_is_a_sentence_with_a_number() -> None:
    assert "Nobody waits for anybody. 14 sessions." in text_of(locks.page(healthy(), Look(), 80))


def test_a_deadlock_is_drawn_once_and_named() -> None:
    whole = half_applied()
    root = whole.blocked.trees[0]
    again = replace(root, waiters=(), cycle=True, waits_for="orders (SHARE)")
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
