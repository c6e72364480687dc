"""Verify on real screens and a real PostgreSQL: the list, the smoke command, and the end that a person gives it."""

from __future__ import annotations

import asyncio
from dataclasses import replace
from pathlib import Path

import pytest
from sqlalchemy.engine import URL
from textual.app import App

from console.core.faults import LinkLostFault
from console.core.journal import Topic
from console.core.rehearsal import REFUSED, TRIED, Rehearsed
from console.core.verify import Check, Found
from console.smoke import Smoke, untrusted
from screens.acting.lines import heard_lines
from screens.acting.rehearsal import rehearsed_lines
from screens.acting.verify import Looked, VerifyDialog, verify_lines
from screens.text import width_of
from screens.widgets.line_view import LineView
from screens.widgets.one_line import OneLine
from tests.screens.responding import console, typed, until
from tests.screens.test_saying import ON_ONE
from tests.sites import Site, shop


@pytest.fixture
def site(tmp_path: Path, database: URL) -> Site:
    found = shop(tmp_path / "site", database)
    found.applied("2", "ALTER TABLE orders ADD COLUMN note text;\n")
    found.run("INSERT INTO orders (id) VALUES (1)")
    return found


def configured(folder: Path, mode: int = 0o600) -> Path:
    folder.mkdir(mode=0o700, exist_ok=True)
    path = folder / "halfway.toml"
    path.write_text('smoke = ["true"]\n')
    path.chmod(mode)
    return path


@ON_ONE
def test_it_is_looked_at_smoked_and_closed(site: Site, responding: None, tmp_path: Path) -> None:
    ran = tmp_path / "ran"
    smoke = Smoke(("touch", str(ran)), str(tmp_path), str(configured(tmp_path / "own")))

    async def work() -> None:
        async with console(site, troubled=False) as (app, pilot, journal):
            app.acting.tools = replace(app.acting.tools, smoke=smoke)
            await pilot.press("V")
            await until(lambda: isinstance(app.screen, VerifyDialog))
            shown = app.screen.query_one("#verify-list", LineView)
            await until(lambda: "not verified" in shown.text)
            assert "post-conditions" in shown.text
            assert "NULLs in orders.note: 1" in shown.text
            journal.full = True
            await pilot.press("f5")
            await until(lambda: "it was not run" in shown.text)
            assert not ran.exists()
            journal.full = False
            await pilot.press("f5")
            await until(lambda: "it ended with 0" in shown.text)
            assert ran.exists()
            await typed(pilot, "clos")
            assert isinstance(app.screen, VerifyDialog)
            await typed(pilot, "close")
            await until(lambda: journal.kept[-1].topic is Topic.CLOSED)
            assert [e.topic for e in journal.kept] == [Topic.VERIFIED, Topic.DECISION, Topic.VERIFIED, Topic.CLOSED]
            assert journal.kept[1].details == {"command": f"touch {ran}", "folder": str(tmp_path)}
            assert journal.kept[2].details["smoke"] == "holds: it ended with 0"
            assert journal.kept[3].text == "2: the incident is closed, attention: not verified: application"
            assert journal.kept[3].details["application"].startswith("not known: nobody has said")
            assert journal.kept[3].details["watch"].startswith("NULLs in orders.note: 1 (+0 since the watch began)")

    asyncio.run(work())


@pytest.mark.parametrize("problem", [LinkLostFault("The server", "is gone"), KeyError("x")])
def test_a_look_that_fails_is_said_and_can_be_repeated(problem: Exception) -> None:
    looks: list[bool] = []

    def look(smoke: bool) -> Looked:
        looks.append(smoke)
        raise problem

    async def work() -> None:
        app = App[None]()
        async with app.run_test() as pilot:
            await app.push_screen(VerifyDialog("Verify 2", look, ()))
            shown = app.screen.query_one("#verify-list", LineView)
            await until(lambda: "is gone" in shown.text or "failed (KeyError)" in shown.text)
            await pilot.press("ctrl+r")
            await until(lambda: len(looks) == 2)

    asyncio.run(work())


def test_it_watches_by_itself_and_what_does_not_hold_is_closed_by_words_of_its_own(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr("screens.acting.verify.EVERY", 0.05)
    checks = (Check("drift", Found.FAILS, "x"), Check("ledger", Found.FAILS, "y"))
    results: list[Looked | None] = []
    gone = [LinkLostFault("The server", "is gone")]

    def watch() -> tuple[str, ...]:
        for fault in gone:
            raise fault
        return ("server errors: 5",)

    async def work() -> None:
        app = App[None]()
        async with app.run_test(size=(80, 24)) as pilot:
            dialog = VerifyDialog("Verify 2", lambda _: Looked(checks, ("server errors: 0",)), (), (), watch)
            await app.push_screen(dialog, results.append)
            shown = app.screen.query_one("#verify-list", LineView)
            await until(lambda: "it could not look: The server: is gone" in " ".join(shown.text.split()))
            gone.clear()
            await until(lambda: "server errors: 5" in shown.text)
            asked = app.screen.query_one("#verify-prompt", OneLine)
            assert "2 checks do not hold: type  close unverified  to end it all the same" in asked.text
            await typed(pilot, "close")
            assert (results, "this is not  close unverified" in asked.text) == ([], True)
            await typed(pilot, "close unverified")
            await until(lambda: bool(results))
            assert results[0] is not None
            assert results[0].checks == checks

    asyncio.run(work())


@pytest.mark.parametrize("mode", [0o620, 0o602, 0o666])
def test_a_configuration_that_others_can_write_runs_nothing(mode: int, tmp_path: Path) -> None:
    path = configured(tmp_path / "own", mode)
    check = Smoke(("touch", str(tmp_path / "ran")), str(tmp_path), str(path)).run()
    assert check.evidence == f"it was not run: {path} can be written by others"
    assert not (tmp_path / "ran").exists()


def test_a_folder_that_others_can_write_is_not_believed_either(tmp_path: Path) -> None:
    path = configured(tmp_path / "own")
    assert untrusted(path) == ""
    path.parent.chmod(0o777)
    assert untrusted(path) == f"{path.parent} can be written by others"


def test_a_smoke_command_that_fails_does_not_hold(tmp_path: Path) -> None:
    check = Smoke(("false",), str(tmp_path), str(configured(tmp_path / "own"))).run()
    assert (check.found.value, check.evidence) == ("does not hold", "it ended with 1: it said nothing")


@pytest.mark.parametrize("width", [60, 80])
def test_what_does_not_hold_stands_first_and_no_line_is_too_wide(width: int) -> None:
    checks = (Check("drift", Found.HOLDS, "x" * 200), Check("ledger", Found.UNKNOWN, "\x1b[2J"),
              Check("post-conditions", Found.FAILS, "statement 2 is NOT LANDED"))  # fmt: skip
    looked = Looked(checks, ("NULLs in orders.note: 9",))
    lines = verify_lines(looked, ("php artisan queue:restart",), ("curl", "a b"), width)
    lines += rehearsed_lines((Rehearsed(1, "statement 1", TRIED), Rehearsed(2, "y" * 90, REFUSED, "no")), "", width)
    lines += [*rehearsed_lines((), "no scratch server was named", width), *heard_lines(["one", "two"], width)]
    assert max(width_of(line.text) for line in lines) <= width
    assert not any(ord(char) < 32 for line in lines for char in line.text)
    shown = [line.text.split()[-1] for line in lines if line.text.startswith((" does not", " not known", " holds"))]
    assert shown == ["post-conditions", "ledger", "drift"]
    texts = [" ".join(line.text.split()) for line in lines]
    assert "SMOKE curl 'a b' (F5 runs it)" in texts
    assert texts.index("PRINTED two") < texts.index("PRINTED one")
