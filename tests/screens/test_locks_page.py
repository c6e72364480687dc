"""What the page of locks says, as lines, without a terminal."""

from __future__ import annotations

from dataclasses import replace

import pytest

from console.core.session import Node, Session
from screens import lock_details, locks
from screens.look import Look
from screens.words import awaited_in_short
from tests.screens.builders import (
    half_applied,
    healthy,
    low_rights,
)
from tests.screens.left import among, left
from tests.screens.said import text_of


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
    key = next(row.key for row in locks.rows(half_applied(), Look()) if row.folded)
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


def test_a_transaction_that_somebody_left_open_is_listed_although_nobody_waits() -> None:
    found = among(left(60, "9002"), left(780), left(5, "9003"), left(900, "9004", "idle"), left(900, "9005", own=True))
    lines = locks.page(found, Look(), 80)
    assert "Nobody waits for anybody." in text_of(lines)
    keys = [line.key for line in lines if line.key and line.key.startswith("s/90")]
    assert keys == ["s/9001", "s/9002"]
    row = next(line.text for line in lines if line.key == "s/9001")
    assert ("web@10.0.0.9" in row, "13 min" in row, "idle in transaction" in row) == (True, True, True)
    assert "terminate ends its transaction" in text_of(lock_details.details(found, "s/9001", 80))
    assert locks.sessions_at(found, Look(), "s/9001") == ("9001",)


def test_what_stands_in_the_tree_is_not_listed_twice_and_many_are_counted() -> None:
    tree = locks.page(half_applied(), Look(), 80)
    assert "Left open" not in text_of(tree)
    many = locks.page(among(*(left(60 + n, str(9000 + n)) for n in range(14))), Look(), 80)
    assert "and 4 more" in text_of(many)
    assert "Left open" not in text_of(locks.page(among(left(60)), Look(words="nobody"), 80))
