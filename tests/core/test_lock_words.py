"""What is waited for and what is held, in words."""

from __future__ import annotations

import pytest

from console.core.behind import Behind, called, listed
from console.core.lock_words import awaited, held, is_for_backup, usual_holder


@pytest.mark.parametrize(
    ("kind", "mode", "thing", "said"),
    [
        ("relation", "AccessExclusiveLock", "orders", "orders (ACCESS EXCLUSIVE)"),
        ("metadata", "SHARED_NO_READ_WRITE", "orders", "orders (SHARED NO READ WRITE)"),
        ("row", "X", "a row of orders", "a row of orders"),
        ("user lock", "EXCLUSIVE", "advisory nightly import", "user lock nightly import"),
        ("scope", "INTENTION_EXCLUSIVE", "global read lock", "the global read lock"),
        ("scope", "SHARED", "backup lock", "the backup lock"),
        ("scope", "EXCLUSIVE", "database shop", "database shop (EXCLUSIVE)"),
        ("flush", "FLUSH", "a table flush", "a table flush"),
        ("", "", "a table's lock", "a table's lock"),
    ],
    ids=["relation", "table", "row", "user", "global", "backup", "database", "flush", "unseen"],
)
def test_what_is_awaited_is_said_without_a_mode_that_says_nothing(kind: str, mode: str, thing: str, said: str) -> None:
    assert awaited(kind, mode, thing) == said


@pytest.mark.parametrize(
    ("kind", "mode", "thing", "said"),
    [
        ("metadata", "SHARED_READ", "orders", ""),
        ("metadata", "SHARED_NO_READ_WRITE", "orders", "orders by LOCK TABLES WRITE"),
        ("metadata", "SHARED_READ_ONLY", "orders", "orders by LOCK TABLES READ"),
        ("scope", "SHARED", "global read lock", "the global read lock by FLUSH TABLES WITH READ LOCK"),
        ("scope", "INTENTION_EXCLUSIVE", "global read lock", ""),
        ("scope", "SHARED", "backup lock", "the backup lock by a backup or FLUSH TABLES"),
        ("user lock", "EXCLUSIVE", "advisory import", "the user lock import by GET_LOCK"),
        ("relation", "ShareLock", "orders", ""),
    ],
    ids=["read", "write", "read-only", "global", "intention", "backup", "user", "postgres"],
)
def test_what_is_held_is_said_where_it_is_more_than_a_table_in_use(kind: str, mode: str, thing: str, said: str) -> None:
    assert held(kind, mode, thing) == said
    assert is_for_backup(said) == ("global read lock" in said or "backup lock" in said)


def test_who_may_hold_what_nobody_tells_of_is_named_by_what_is_usual() -> None:
    assert "FLUSH TABLES WITH READ LOCK" in usual_holder("the backup lock")
    assert "LOCK TABLES" in usual_holder("orders (EXCLUSIVE)")
    assert usual_holder("a row of orders") == "a transaction that is open"


@pytest.mark.parametrize(
    ("names", "said"),
    [
        (("1",), "1"),
        (("1", "2"), "1 and 2"),
        (("1", "2", "3"), "1, 2 and 3"),
        (("1", "2", "3", "4", "5"), "1, 2, 3 and 2 more"),
        (("prepared", "2"), "a prepared transaction and 2"),
    ],
    ids=["one", "two", "three", "five", "unnamed"],
)
def test_names_are_listed_up_to_three(names: tuple[str, ...], said: str) -> None:
    assert listed(names, "and") == said
    assert called(names[0]) in said


@pytest.mark.parametrize(
    ("ends", "said"),
    [
        (Behind(("1",)), "1 ends"),
        (Behind(("1", "2")), "1 and 2 end"),
        (Behind(("1",), likely=True), "the one who holds that ends (likely 1)"),
        (Behind(("1", "2"), likely=True), "the one who holds that ends (likely 1 or 2)"),
        (Behind(), "the one who holds that ends (the server does not tell who)"),
        (Behind(circle=True), "the server breaks the deadlock"),
    ],
    ids=["known", "several", "likely", "several likely", "untold", "circle"],
)
def test_until_when_somebody_waits_says_no_guess_as_a_fact(ends: Behind, said: str) -> None:
    assert ends.until == said
