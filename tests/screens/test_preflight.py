"""The page of what is pending: the answer first, each finding with its reasons, and keys that lead to the statement."""

from __future__ import annotations

from dataclasses import replace
from types import MappingProxyType

import pytest
from textual.pilot import Pilot

from console.core.assessment import Assessment
from console.core.faults import UsageFault
from console.core.preflight.finding import About, Allowed, Answer, Finding, Report, Severity
from console.core.preflight.reporting import ground_of
from console.core.verdict import Verdict
from screens import preflight
from screens.app import HalfwayApp
from screens.chrome import tabs
from screens.look import Look
from screens.text import width_of
from tests.screens.builders import HOSTILE, half_applied, healthy
from tests.screens.fake import FakeIncident
from tests.screens.loop import in_a_loop
from tests.screens.responding import until
from tests.screens.said import text_of
from tests.screens.test_console import Console, opened
from tests.screens.test_goldens import Compare

LOCK = Finding(
    "pg-set-not-null", Severity.HIGH, About.LOCK,
    "All rows of orders are read while nobody can read or write it: 1,200,000 rows by the server's estimate.",
    "Add CHECK (carrier IS NOT NULL) NOT VALID, VALIDATE it, then SET NOT NULL, then drop the CHECK.",
    migration="4", file="sql/V4__add_carrier.sql", n=2, line=3,
    sql="ALTER TABLE orders ALTER COLUMN carrier SET NOT NULL", table="orders", lock="ACCESS EXCLUSIVE on orders",
    rewrite=False, scan=True, blocks="reads and writes", hold="reads 1,200,000 rows: 20 to 90 s",
    steps=("ALTER TABLE orders ADD CONSTRAINT carrier_nn CHECK (carrier IS NOT NULL) NOT VALID",
           "ALTER TABLE orders VALIDATE CONSTRAINT carrier_nn"),
)  # fmt: skip
NOW = Finding(
    "now-long-transaction", Severity.BLOCK, About.NOW, "Its transaction has read orders and stays open.",
    waits_for="session 4711 (web@10.0.0.7), idle in transaction for 13 min", table="orders",
)  # fmt: skip
CODE = replace(LOCK, rule="app-drop-column", severity=Severity.APP, about=About.CODE, n=3, why="Code still reads it.")
KNOWN = replace(LOCK, rule="pg-create-index", n=1, allowed=Allowed("the table is tiny", "2027-01-01", "halfway.toml"))
REPORT = Report((NOW, CODE, LOCK, KNOWN), ("V4__add_carrier",), "PostgreSQL 16.4, shop on db1", "2026-01-31T12:00:00")


def texts(report: Report, width: int = 80, look: Look | None = None) -> str:
    return text_of(preflight.page(report, look or Look(), width, MappingProxyType({"4": "V4__add_carrier"})))


def test_the_answer_stands_first_and_names_whom_to_wait_for() -> None:
    lines = texts(REPORT).splitlines()
    assert lines[1].startswith(" WAIT")
    assert "session 4711 (web@10.0.0.7)" in lines[1]
    assert "1 migration judged: 1 block, 1 app, 1 high" in texts(REPORT)


@pytest.mark.parametrize(
    ("findings", "unread", "word"),
    [
        ((), (), Answer.GO),
        ((replace(LOCK, severity=Severity.MED),), (), Answer.GO),
        ((KNOWN,), (), Answer.GO),
        ((LOCK,), (), Answer.LOOK_FIRST),
        ((CODE,), (), Answer.LOOK_FIRST),
        ((LOCK,), ("The session list was not read.",), Answer.CANNOT_TELL),
        ((NOW, LOCK), ("The session list was not read.",), Answer.WAIT),
        ((NOW, replace(LOCK, severity=Severity.BLOCK)), (), Answer.STOP),
    ],
)
def test_the_answer_is_the_worst_of_all(findings: tuple[Finding, ...], unread: tuple[str, ...], word: Answer) -> None:
    assert replace(REPORT, findings=findings, unread=unread).answer[0] is word


def test_a_finding_has_its_reason_its_lock_and_the_safer_way_below_it() -> None:
    said = text_of(preflight.details(REPORT, preflight.key_of(LOCK), 80))
    for words in ("1,200,000 rows", "ACCESS EXCLUSIVE on orders", "NOT VALID", "VALIDATE CONSTRAINT", "20 to 90 s"):
        assert words in said
    assert "the table is tiny, until 2027-01-01 (halfway.toml)" in text_of(
        preflight.details(REPORT, preflight.key_of(KNOWN), 80)
    )


def test_what_is_allowed_is_shown_and_does_not_count() -> None:
    assert "ALLOWED" in texts(REPORT)
    assert "high" not in preflight.counts(replace(REPORT, findings=(KNOWN,)))


def test_words_find_findings_and_say_so_when_there_are_none() -> None:
    assert "pg-set-not-null" not in texts(REPORT, look=Look(words="app-drop"))
    assert "no finding has these words: zebra" in texts(REPORT, look=Look(words="zebra"))


@pytest.mark.parametrize("width", [60, 80, 200])
def test_hostile_words_stay_in_their_line(width: int) -> None:
    bad = replace(LOCK, rule=HOSTILE, why=HOSTILE, sql=HOSTILE, table=HOSTILE, migration=HOSTILE, steps=(HOSTILE,))
    report = Report((bad, replace(NOW, waits_for=HOSTILE)), (HOSTILE,), unread=(HOSTILE,))
    found = [*preflight.page(report, Look(), width), *preflight.details(report, preflight.key_of(bad), width)]
    for line in found:
        assert width_of(line.text) <= width
        assert not any(ord(char) < 32 or 127 <= ord(char) < 160 for char in line.text)
        assert "\u202e" not in line.text


def test_nothing_pending_is_said() -> None:
    assert "Nothing is pending" in text_of(preflight.nothing(Report(()), 80))


def test_its_tab_stands_there_where_there_is_room_or_while_it_is_in_front() -> None:
    assert "8" not in tabs("incident", 80).text
    assert "8 Preflight" in tabs("incident", 120).text
    assert "[8 Preflight]" in tabs("preflight", 80).text


async def on_the_page(console: Console, report: Report = REPORT) -> preflight.PreflightPage:
    page = console.app.query_one(preflight.PreflightPage)
    page.judge = lambda _: report
    await console.press("8")
    await until(lambda: page.report is not None)
    await console.settle()
    return page


@in_a_loop
async def test_keys_lead_from_a_finding_to_its_statement_its_file_and_its_rows() -> None:
    async with opened(half_applied()) as console:
        page = await on_the_page(console)
        assert "WAIT" in console.text
        page.main.select(preflight.key_of(LOCK))
        await console.press("c")
        assert any(asked.startswith("count 4 ") for asked in console.incident.asked)
        await console.press("v")
        assert "V4" in console.text
        await console.press("escape", "enter")
        assert console.app.page_name == "migrations"
        assert console.app.page.main.key == "m/flyway/4#2"


@in_a_loop
async def test_what_cannot_be_judged_is_said_and_judged_again_later() -> None:
    def refuses(_: Assessment) -> Report:
        raise UsageFault("the server's schema was not read, so nothing can be judged", "locked")

    async with opened(healthy()) as console:
        page = console.app.query_one(preflight.PreflightPage)
        page.judge = refuses
        await console.press("8")
        await until(lambda: "Nothing can be judged" in console.text)
        page.judge = lambda _: Report(())
        await console.deliver(half_applied())
        await until(lambda: "Nothing is pending" in console.text)


def test_what_stopped_half_way_is_judged_without_what_landed() -> None:
    now = half_applied()
    landed = {j.statement.n for j in now.troubled[0][1].statements if j.verdict is Verdict.LANDED}
    stopped = next(unit for unit in ground_of(now).units if unit.id == now.troubled[0][1].id)
    assert landed
    assert landed.isdisjoint(statement.n for statement in stopped.statements)


@pytest.mark.parametrize("size", [(80, 24), (60, 20)], ids=["preflight", "preflight_60x20"])
def test_screen(size: tuple[int, int], snap_compare: Compare) -> None:
    app = HalfwayApp(FakeIncident(half_applied()), now=lambda: 0.0)
    app.title = "preflight"

    async def press(pilot: Pilot[None]) -> None:
        await pilot.pause()
        page = app.query_one(preflight.PreflightPage)
        page.judge = lambda _: REPORT
        await pilot.press("8")
        await until(lambda: page.report is not None)
        await pilot.pause()
        await pilot.press("down", "down", "down", "down")
        for _ in range(4):
            await pilot.pause()

    assert snap_compare(app, terminal_size=size, run_before=press)
