"""Snapshots without a place of their own: kept in the user's folder, and found again by the database they are of."""

from __future__ import annotations

import os
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest

from console.core.expected_base import Baseline
from console.core.faults import UsageFault
from console.core.observation import Server
from console.lanes.expecting import Expecting
from console.store import shelf
from tests.builders import NOON
from tests.schemas import read_of
from tests.test_snapshot_cli import halfway, ran
from tests.test_sqlite_cli import site as a_site

site = a_site
BASE = Baseline(read_of("CREATE TABLE t (a int)"), "", "postgresql", "16.4", "shop", NOON, {}, 160004, "73 then")


@pytest.fixture
def kept(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The folder of this test."""
    monkeypatch.setenv("HALFWAY_SNAPSHOTS", str(tmp_path / "kept"))
    return tmp_path / "kept"


def at_minute(minute: int, base: Baseline = BASE) -> Baseline:
    return replace(base, taken_at=NOON + timedelta(minutes=minute))


def found(identity: str = "73 later", database: str = "shop") -> list[str]:
    return [base.source for base in shelf.of_database(identity, database, os.environ)]


def test_the_newest_one_of_the_same_database_comes_first(kept: Path) -> None:
    assert found() == []
    for base in (at_minute(1), at_minute(3), at_minute(2), at_minute(4, replace(BASE, database="other"))):
        shelf.keep(base, os.environ)
    odd = max(path.name for path in kept.iterdir())
    (kept / f"{odd[:17]}-20990101T000000Z.json").write_text("{}")
    assert found() == [f"snapshot of 2026-01-31 12:0{minute} UTC" for minute in (3, 2, 1)]
    assert found("74 later") == []
    assert found(database="other") == ["snapshot of 2026-01-31 12:04 UTC"]
    assert kept.stat().st_mode & 0o777 == 0o700


def test_what_others_can_write_is_not_believed(kept: Path) -> None:
    path = shelf.keep(BASE, os.environ)
    path.chmod(0o666)
    assert found() == []
    path.chmod(0o600)
    assert len(found()) == 1
    kept.chmod(0o777)
    assert found() == []
    with pytest.raises(UsageFault, match="others can write in"):
        shelf.keep(BASE, os.environ)


def test_the_sources_follow_each_other_and_a_named_one_comes_first() -> None:
    named, server = (
        replace(BASE, source="named"),
        Server("postgresql", "16.4", 160004, "shop", "db1", "me", identity="73 now"),
    )
    alone = Expecting((), lambda *_: [])
    alone.look(server)
    assert (alone.several, alone.base, alone.kept) == (False, None, ())
    asked: list[tuple[str, str]] = []

    def kept_of(identity: str, database: str) -> list[Baseline]:
        asked.append((identity, database))
        return [BASE]

    both = Expecting((named,), kept_of)
    seen = []
    for _ in range(4):
        both.look(server)
        seen.append((both.base, both.kept))
        both.next()
    assert seen == [(named, ()), (None, (BASE,)), (None, ()), (named, ())]
    assert asked == [("73 now", "shop")]


def saved(project: Path) -> str:
    answer = halfway("snapshot", "save", "--project", str(project))
    assert answer.code == 0
    return answer.out.strip()


def test_assess_finds_the_one_from_before_the_deploy(site: Path, kept: Path) -> None:
    file = Path(saved(site))
    assert (file.parent, file.name[:9]) == (kept, "app_db-" + file.name[7:9])
    answer = halfway("assess", "--json", "--project", str(site)).document
    assert (answer["baseline"].partition(" UTC")[0][:11], answer["drift"]) == ("snapshot of", [])
    app = site / "data" / "app.db"
    ran(app, "ALTER TABLE orders ADD COLUMN carrier varchar(40)", "ALTER TABLE orders ADD COLUMN by_hand text")
    expected = [("missing", "orders.shipped_at"), ("unexpected", "orders.by_hand")]
    first = halfway("assess", "--json", "--project", str(site)).document
    assert "1 statement since" not in first["baseline"]
    assert first["baseline"].endswith("UTC and 2 statements since")
    assert sorted((d["change"], d["object"]) for d in first["drift"]) == expected
    later = file.with_name(f"{file.name[:-22]}-99990101T000000Z.json")
    assert halfway("snapshot", "save", "--project", str(site), "--to", str(later)).code == 0
    again = halfway("assess", "--json", "--project", str(site)).document
    assert (again["baseline"], again["drift"]) == (first["baseline"], first["drift"])
    named = halfway("assess", "--json", "--project", str(site), "--expect", str(later)).document
    assert named["baseline"].startswith("snapshot /")
