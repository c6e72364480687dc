"""Snapshots: saved, read back and equal; the same text every time; and nothing half understood."""

from __future__ import annotations

import json
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from console.core.drift import compare_schemas
from console.core.expected_base import Baseline
from console.core.faults import UsageFault
from console.core.schema import MEMBERS, Kind, Ref, Routine, Schema, Table, table_ref
from console.store.snapshots import as_text, from_text, read, write
from tests.schemas import read_of, rich, with_things, with_value

NOON = datetime(2026, 1, 31, 12, 0, tzinfo=UTC)
SCHEMAS = {
    "postgres": ("postgresql", read_of(rich.POSTGRES)),
    "mysql": ("mysql", read_of(rich.MYSQL, "mysql", "shop")),
    "mariadb": ("mariadb", read_of(rich.MARIADB, "mariadb", "shop")),
    "sqlite": ("sqlite", read_of(rich.SQLITE, "sqlite", "main")),
}


def base(schema: Schema, dialect: str = "postgresql") -> Baseline:
    return Baseline(schema, "", dialect, "16.4", "shop", NOON, {"flyway": frozenset({"2", "1"})}, 160004, "73 then")


def again(given: Baseline) -> Baseline:
    return from_text(as_text(given), "before.json")


@pytest.mark.parametrize("name", SCHEMAS)
def test_what_was_saved_is_read_back_as_it_was(name: str) -> None:
    dialect, schema = SCHEMAS[name]
    given = base(schema, dialect)
    found = again(given)
    assert found == replace(given, source="snapshot before.json of 2026-01-31 12:00 UTC")
    assert [thing.unread for thing in found.schema.things] == [thing.unread for thing in schema.things]
    drift = compare_schemas(found.schema, schema)
    assert (drift.differences, drift.doubts) == ((), ())


def test_the_text_depends_on_nothing_but_the_schema() -> None:
    schema = SCHEMAS["postgres"][1]
    things = tuple(replace(thing, stamp=7) for thing in reversed(schema.things))
    assert as_text(base(replace(schema, things=things))) == as_text(base(schema))
    assert as_text(again(base(schema))) == as_text(base(schema))


def test_every_object_has_a_line_of_its_own_without_what_is_usual() -> None:
    lines = as_text(base(read_of("CREATE TABLE t (id bigint, n text);"))).splitlines()
    assert [line.rstrip(",") for line in lines[-5:-2]] == [
        '  {"kind": "column", "schema": "public", "table": "t", "name": "id", "type": "bigint", "position": 1}',
        '  {"kind": "column", "schema": "public", "table": "t", "name": "n", "type": "text", "position": 2}',
        '  {"kind": "table", "schema": "public", "name": "t"}',
    ]


def test_what_was_not_read_is_not_read_in_the_file_either() -> None:
    closed = Table(ref=table_ref("public", "t"), unread=frozenset({MEMBERS, "options"}))
    schema = Schema((closed,), unread=("t is locked",), untold={Kind.TRIGGER: "not told"})
    found = again(base(schema)).schema
    assert (found, found.things[0].unread) == (schema, closed.unread)


@pytest.mark.parametrize(
    "secret",
    ["federated='mysql://shop:hunter2222@db/shop/t'", "CREATE USER x IDENTIFIED BY 'hunter2222'"],
    ids=["connection", "user"],
)
def test_a_password_in_a_definition_never_reaches_the_file(secret: str) -> None:
    schema = SCHEMAS["postgres"][1]
    code = next(schema.of_kind(Routine))
    table = table_ref("public", "orders")
    told = with_value(with_value(schema, code.ref, "body", secret), table, "options", (secret,))
    text = as_text(base(told))
    assert "hunter2222" not in text
    found = compare_schemas(from_text(text, "x").schema, told)
    assert (found.differences, {doubt.ref for doubt in found.doubts}) == ((), {code.ref, table})


def _without(key: str) -> dict[str, Any]:
    document: dict[str, Any] = json.loads(as_text(base(SCHEMAS["postgres"][1])))
    del document[key]
    return document


def _with(**changes: object) -> dict[str, Any]:
    return {**json.loads(as_text(base(SCHEMAS["postgres"][1]))), **changes}


@pytest.mark.parametrize(
    ("document", "said"),
    [
        ("{", "it is not JSON"),
        ([], "it does not begin with halfway_snapshot"),
        (_with(halfway_snapshot=2), "its format is 2, not 1"),
        (_with(more=1), "unknown: more"),
        (_without("things"), "things is missing"),
        (_with(things={}), "things is not a list"),
        (_with(things=[1]), "one of its things is not an object"),
        (_with(things=[{"kind": "planet", "name": "x"}]), "planet is not a kind of object"),
        (_with(things=[{"kind": "table", "name": "x", "is": "planet"}]), "planet is not a sort of object"),
        (_with(things=[{"kind": "table", "name": "x", "mass": 1}]), "x has an unknown attribute mass"),
        (_with(things=[{"kind": "table", "name": "x", "options": "a"}]), "options is not what it should be"),
        (_with(things=[{"kind": "view", "name": "x", "populated": 1}]), "populated is not what it should be"),
        (_with(things=[{"kind": "column", "name": "x"}]), "x has no type"),
        (_with(things=[{"kind": "table", "name": "x"}] * 2), "it holds an object twice"),
        (_with(taken_at="then"), "taken_at is not a time"),
        (_with(taken_at="0001-01-01T00:00:00+14:00"), "taken_at is not a time"),
        (_with(taken_at="2026-01-31T12:00:00"), "taken_at has no time zone"),
        (_with(recorded=[]), "recorded is not a map"),
        (_with(folded="no"), "folded is not what it should be"),
    ],
    ids=lambda value: value if isinstance(value, str) else "",
)  # fmt: skip
def test_what_is_not_understood_is_refused_in_one_sentence(document: object, said: str) -> None:
    text = document if isinstance(document, str) else json.dumps(document)
    with pytest.raises(UsageFault) as caught:
        from_text(text, "x.json")
    assert str(caught.value) == (
        f"x.json is not a snapshot that this Halfway understands: {said}. Save it again with this version."
    )


def test_a_file_is_written_whole_and_can_be_read_by_others(tmp_path: Path) -> None:
    path = tmp_path / "before.json"
    path.write_text("old")
    write(path, base(SCHEMAS["mysql"][1], "mysql"))
    assert read(path).schema == SCHEMAS["mysql"][1]
    assert (path.stat().st_mode & 0o777, [p.name for p in tmp_path.iterdir()]) == (0o644, ["before.json"])


def test_a_file_that_cannot_be_used_is_told_in_one_sentence(tmp_path: Path) -> None:
    with pytest.raises(UsageFault, match="cannot be read: No such file"):
        read(tmp_path / "none.json")
    (tmp_path / "bytes").write_bytes(b"\xff\xfe")
    with pytest.raises(UsageFault, match="it is not UTF-8 text"):
        read(tmp_path / "bytes")
    with pytest.raises(UsageFault, match="cannot be written: No such file"):
        write(tmp_path / "none" / "x.json", base(SCHEMAS["sqlite"][1]))


def test_a_thing_of_another_class_stays_what_it_is() -> None:
    from console.core.schema import Other

    schema = with_things(Schema(), {table_ref("main", "s"): Other(ref=table_ref("main", "s"), definition="virtual")})
    assert again(base(schema)).schema == schema


@pytest.mark.parametrize("name", SCHEMAS)
def test_the_format_is_that_of_files_that_were_saved_before(name: str) -> None:
    """A golden that has to change without another FORMAT is a file that nobody can read any more."""
    golden = Path(__file__).resolve().parent.parent.parent / "snapshots" / "schemas" / f"{name}.json"
    dialect, schema = SCHEMAS[name]
    text = as_text(base(schema, dialect))
    assert golden.read_text(encoding="utf-8") == text
    assert read(golden).schema == schema


def test_a_file_that_is_older_than_an_attribute_does_not_differ_by_it() -> None:
    """A server tells it today; the file was saved when nobody asked for it."""
    told: dict[Kind, dict[str, Any]] = {
        Kind.COLUMN: {"storage": "external", "statistics": "500"},
        Kind.VIEW: {"options": ("security_barrier=true",)},
        Kind.ROUTINE: {"volatility": "stable", "security": "definer", "arguments": "", "options": ("STRICT",)},
    }
    _, schema = SCHEMAS["postgres"]
    now = {ref: replace(thing, **told[ref.kind]) for ref, thing in schema.by_ref.items() if ref.kind in told}
    newer = with_things(schema, dict(now))
    assert len(now) > 15
    old = again(base(schema)).schema
    drift = compare_schemas(old, newer)
    assert (drift.differences, drift.doubts) == ((), ())
    kept = again(base(newer)).schema
    assert kept == newer
    other = with_value(newer, Ref(Kind.ROUTINE, "public", "", "touch()"), "security", "invoker")
    assert [d.parts for d in compare_schemas(kept, other).differences] == [(("security", "definer", "invoker"),)]


def test_a_sequence_that_was_saved_without_its_settings_does_not_differ_by_them() -> None:
    schema = SCHEMAS["mariadb"][1]
    ref = Ref(Kind.SEQUENCE, "shop", "", "counter")
    settings = frozenset({"type", "start", "increment", "minimum", "maximum", "cycle"})
    old = with_things(schema, {ref: replace(schema.by_ref[ref], unread=settings)})
    drift = compare_schemas(again(base(old, "mariadb")).schema, schema)
    assert drift.differences == ()
    assert [(doubt.ref, doubt.slight) for doubt in drift.doubts] == [(ref, True)]
