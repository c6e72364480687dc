"""What the journal keeps of an assessment: enough for a report, bounded, and no value of a row."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from console.core.journal import Entry, Person, Topic
from console.core.room.seen import MOST, PART, details_of, document_of, reduced


def entry(details: dict[str, str]) -> Entry:
    """One that holds these."""
    return Entry(1, datetime(2026, 1, 31, tzinfo=UTC), "shop on db1", "ann", Person("ann"), Topic.SEEN, "", details)


def migration(name: str, state: str, sql: str = "alter table a add b int") -> dict[str, Any]:
    """As `assess --json` tells it."""
    statements = [{"n": 1, "sql": sql, "verdict": "landed", "evidence": "it is there"}]
    causes = [{"n": 1, "question": "duplicates", "rows": 3, "sample": ["a@x", "b@x"]}]
    return {"id": name, "description": "", "state": state, "file": None, "statements": statements, "causes": causes}


def document(*migrations: dict[str, Any], trees: list[dict[str, Any]] | None = None) -> dict[str, Any]:
    """An assessment with these."""
    return {
        "halfway": 1, "taken_at": "2026-01-31T12:00:00Z", "database": {"name": "shop"}, "coverage": [],
        "frameworks": [{"framework": "laravel", "ledger": "migrations", "migrations": list(migrations)}],
        "sessions": {"total": 3, "blocked": 1, "trees": trees or []}, "drift": [], "debris": [], "baseline": None,
        "verdict": {"state": "incident", "summary": "half applied", "next": []},
    }  # fmt: skip


def test_what_is_applied_is_counted_and_not_kept() -> None:
    kept = reduced(document(migration("a", "applied"), migration("b", "half_applied"), migration("c", "pending")))
    assert [m["id"] for m in kept["frameworks"][0]["migrations"]] == ["b", "c"]
    assert kept["frameworks"][0]["states"] == {"applied": 1, "half_applied": 1, "pending": 1}


def test_no_value_of_a_row_is_kept() -> None:
    assert "a@x" not in str(details_of(document(migration("b", "half_applied"))))


def test_trees_are_cut_and_their_roots_stay() -> None:
    deep: dict[str, Any] = {"id": "0", "waiters": []}
    node = deep
    for n in range(1, 1200):
        node["waiters"] = [{"id": str(n), "waiters": []}]
        node = node["waiters"][0]
    kept = reduced(document(trees=[deep]))["sessions"]["trees"]
    assert kept[0]["id"] == "0"
    assert str(kept).count("'id'") == MOST


@given(st.integers(0, 300), st.text(st.characters(exclude_categories=()), max_size=2000))
def test_it_fits_into_the_details_of_an_entry_and_can_be_read_again(count: int, sql: str) -> None:
    details = details_of(document(*(migration(str(n), "half_applied", sql) for n in range(count))))
    assert all(len(text.encode()) <= PART for text in details.values())
    found = document_of(entry(details))
    assert found is not None
    assert found["verdict"] == {"state": "incident", "summary": "half applied", "next": []}


def test_what_is_no_picture_is_none() -> None:
    assert document_of(entry({})) is None
    assert document_of(entry({"assessment": "{"})) is None
    assert document_of(entry({"assessment": "[]"})) is None
