"""The JSON contract of DESIGN 6, and text that a hostile database cannot turn into anything else."""

from __future__ import annotations

import json
from dataclasses import replace
from typing import Any

from console.core.judge import assess
from console.core.observation import Health, Machine, Reading
from console.report import as_json, as_text
from tests.builders import observation, pending, recorded, schema_after, session, table_lock, tracking

V1 = "create table orders (id bigint primary key);"
V2 = "alter table orders add column carrier text;\nalter table orders add column shipped_at timestamptz;"

MIGRATION_KEYS = {"id", "state", "recorded", "applied_at", "batch", "file", "source", "statements", "causes"}
STATEMENT_KEYS = {"n", "sql", "verdict", "inferred", "evidence", "remaining_rows"}
NODE_KEYS = {"id", "user", "state", "since_seconds", "query", "is_migration", "blocks", "waiters"}


def half_applied() -> Any:
    """One half-applied migration and a queue of two."""
    sessions = (session("4711", "select \x1b[2J1", state="idle in transaction"), session("4712", V2.split(";\n")[1]))
    locks = (
        table_lock("4711", "orders", "AccessShareLock", granted=True),
        table_lock("4712", "orders", "AccessExclusiveLock", granted=False),
    )
    schema = schema_after(V1 + "alter table orders add column carrier text")
    files = tracking(recorded("1", V1), pending("2", V2))
    return assess(observation(schema, files, sessions=sessions, locks=locks, machine=Machine()))


def test_every_key_of_the_contract_is_there_with_its_type() -> None:
    found = json.loads(as_json(half_applied()))
    assert found["halfway"] == 1
    assert found["taken_at"].endswith("Z")
    assert {"dialect", "version", "name", "server_read_only"} <= set(found["database"])
    assert all({"what", "complete", "reason", "grant"} <= set(item) for item in found["coverage"])
    framework = found["frameworks"][0]
    assert {"framework", "ledger", "project", "migrations"} <= set(framework)
    assert all(set(m) >= MIGRATION_KEYS for m in framework["migrations"])
    assert all(set(s) >= STATEMENT_KEYS for m in framework["migrations"] for s in m["statements"])
    assert {"total", "blocked", "trees"} <= set(found["sessions"])
    root = found["sessions"]["trees"][0]
    assert set(root) >= NODE_KEYS
    assert root["waiters"][0]["is_migration"] is True
    assert root["since_seconds"] == 50
    assert [item["object"] for item in found["drift"]] == ["orders.shipped_at"]
    assert {"change", "kind", "object", "expected", "actual"} <= set(found["drift"][0])
    assert found["baseline"] == "replay of 1 migration"
    assert set(found["verdict"]) == {"state", "summary", "next"}


def test_the_words_are_those_of_the_design() -> None:
    found = json.loads(as_json(half_applied()))
    states = [m["state"] for m in found["frameworks"][0]["migrations"]]
    verdicts = [s["verdict"] for s in found["frameworks"][0]["migrations"][1]["statements"]]
    assert states == ["applied", "half_applied"]
    assert verdicts == ["landed", "not_landed"]
    assert found["verdict"]["state"] == "incident"


def test_what_was_not_read_is_null_and_never_zero() -> None:
    seen = replace(half_applied().observation, sessions=Reading(health=Health.NOT_PERMITTED), locks=Reading())
    found = json.loads(as_json(assess(seen)))
    assert found["sessions"]["total"] is None
    assert found["sessions"]["blocked"] is None


def test_text_says_every_statement_with_its_word_and_why() -> None:
    text = as_text(half_applied())
    assert "HALF APPLIED  2" in text
    assert "LANDED  alter table orders add column carrier text" in text
    assert "NOT LANDED" in text
    assert "column orders.shipped_at is not there" in text
    assert "4712" in text
    assert text.count("NEXT") == 1


def test_no_control_character_reaches_the_terminal() -> None:
    hostile = 'alter table orders add column "a\x1b]0;owned\x07" text'
    seen = observation(schema_after(V1), tracking(recorded("1", V1), pending("2", hostile + ";" + V2)))
    schema = schema_after(V1 + "alter table orders add column carrier text")
    text = as_text(assess(replace(seen, schema=Reading(schema, Health.OK))))
    assert all(ch == "\n" or ch.isprintable() for ch in text)


def test_a_queue_a_thousand_deep_is_written_without_recursion() -> None:
    many = [session(str(1000 + n), "select 1") for n in range(1500)]
    locks = []
    for n, one in enumerate(many):
        locks.append(table_lock(one.id, f"t{n}", "AccessExclusiveLock", granted=True))
        if n:
            locks.append(table_lock(one.id, f"t{n - 1}", "AccessExclusiveLock", granted=False))
    found = assess(observation(schema_after(V1), sessions=tuple(many), locks=tuple(locks)))
    assert found.blocked.trees[0].blocks == 1499
    assert "1499" in as_text(found)
