"""Saving a page as a table and reading SQL in an editor: only for who responds, only where and when they say."""

from __future__ import annotations

import csv
import io
import json
import os
import signal
import stat
import sys
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest
from sqlalchemy.engine import make_url
from textual.widgets import Input

from console.core.assessment import Assessment
from screens.acting import reading
from screens.acting.app import ResponderApp
from screens.acting.reading import editor_of, text_of
from screens.app import HalfwayApp
from screens.commands import KEEPING
from screens.widgets.one_line import OneLine
from tests.screens.builders import half_applied, hostile, low_rights, no_project
from tests.screens.drifted import drifted
from tests.screens.fake import FakeIncident
from tests.screens.loop import in_a_loop
from tests.screens.test_acting_goldens import Stage

pytestmark = [pytest.mark.slow, pytest.mark.usefixtures("responding")]


class Console:
    """A responder's console and its keys."""

    def __init__(self, app: ResponderApp, pilot: Any) -> None:
        self.app, self.pilot = app, pilot

    async def press(self, *keys: str) -> None:
        await self.pilot.press(*keys)
        for _ in range(3):
            await self.pilot.pause()

    async def says(self, text: str) -> None:
        for _ in range(500):
            if text in self.app.query_one("#keys", OneLine).text:
                return
            await self.pilot.pause(0.01)
        raise AssertionError(self.app.query_one("#keys", OneLine).text)

    async def save(self, path: Path) -> None:
        await self.press("S")
        await self.type(str(path))

    async def type(self, text: str) -> None:
        self.app.screen.query_one("#note", Input).value = text
        await self.press("enter")


@asynccontextmanager
async def opened(assessment: Assessment, redact: bool = False) -> AsyncIterator[Console]:
    incident = FakeIncident(assessment)
    incident.source = SimpleNamespace(redact=redact, url=make_url("postgresql://web:hunter2zz@h/shop"))  # type: ignore[attr-defined]
    app = ResponderApp(incident, Stage(), now=lambda: 0.0)  # type: ignore[arg-type]
    async with app.run_test(size=(100, 24)) as pilot:
        console = Console(app, pilot)
        await console.press("1")
        yield console


def files(folder: Path) -> list[Path]:
    return list(folder.iterdir())


def mode(path: Path) -> int:
    return stat.S_IMODE(path.stat().st_mode)


@pytest.mark.parametrize("page", ["1", "2", "3", "4", "5", "6", "7", "8"])
@in_a_loop
async def test_every_page_is_a_table(page: str, tmp_path: Path) -> None:
    async with opened(drifted()) as console:
        await console.press(page)
        if page == "8":
            for _ in range(500):
                if console.app.query_one("#preflight").report is not None:  # type: ignore[attr-defined]
                    break
                await console.pilot.pause(0.01)
        path = tmp_path / "t.csv"
        await console.save(path)
        await console.says("saved in")
        assert mode(path) == 0o600
        rows = list(csv.reader(io.StringIO(path.read_text())))
        assert len({len(row) for row in rows}) == 1
        assert len(rows) > 1 or page in "78"


@in_a_loop
async def test_json_says_of_what_it_is_and_what_is_missing(tmp_path: Path) -> None:
    async with opened(low_rights()) as console:
        await console.press("4")
        await console.save(tmp_path / "t.json")
        await console.says("not everything was read")
        found = json.loads((tmp_path / "t.json").read_text())
        assert (found["table"], found["database"], found["filter"]) == ("locks", "shop", None)
        assert any("not visible" in reason for reason in found["missing"])
        assert found["total"] == len(found["rows"]) > 1


@in_a_loop
async def test_a_filter_saves_what_it_shows_and_says_so(tmp_path: Path) -> None:
    async with opened(half_applied()) as console:
        await console.press("4", "slash", *"4711", "enter", "S")
        assert "(filter: 4711)" in console.app.screen.query_one("#note-title", OneLine).text
        await console.type(str(tmp_path / "t.json"))
        await console.says("saved in")
        found = json.loads((tmp_path / "t.json").read_text())
        assert found["filter"] == "4711"
        assert 0 < len(found["rows"]) < found["total"]


@in_a_loop
async def test_nothing_is_written_over_unasked(tmp_path: Path) -> None:
    path = tmp_path / "t.csv"
    path.write_text("mine")
    async with opened(half_applied()) as console:
        await console.save(path)
        await console.press("enter")
        assert path.read_text() == "mine"
        await console.save(path)
        await console.type("yes")
        await console.says("nothing was saved")
        assert path.read_text() == "mine"
        await console.save(path)
        await console.type("overwrite")
        await console.says("saved in")
        assert path.read_text() != "mine"
        assert mode(path) == 0o600


@in_a_loop
async def test_a_link_is_never_written_through(tmp_path: Path) -> None:
    (tmp_path / "real").write_text("mine")
    (tmp_path / "t.csv").symlink_to(tmp_path / "real")
    async with opened(half_applied()) as console:
        await console.save(tmp_path / "t.csv")
        await console.type("overwrite")
        await console.says("is there already")
        assert (tmp_path / "real").read_text() == "mine"


@in_a_loop
async def test_the_key_that_opens_saves_nothing_and_a_strange_name_is_refused(tmp_path: Path) -> None:
    async with opened(half_applied()) as console:
        await console.press("S", "enter")
        assert console.app.query_one("#keys", OneLine).text
        await console.save(tmp_path / "t.exe")
        await console.says("ends in .csv or .json")
        await console.save(tmp_path / "none" / "t.csv")
        await console.says("cannot be written")
        assert files(tmp_path) == []


@in_a_loop
async def test_what_was_not_read_is_no_empty_table() -> None:
    async with opened(no_project()) as console:
        await console.press("5", "S")
        await console.says("no expected schema is known")


@in_a_loop
async def test_text_from_a_database_is_no_formula_and_has_no_control_character(tmp_path: Path) -> None:
    async with opened(hostile()) as console:
        await console.press("4")
        await console.save(tmp_path / "t.csv")
        await console.says("saved in")
        assert "\x1b" not in (tmp_path / "t.csv").read_text()


@in_a_loop
async def test_with_redact_no_literal_is_saved_and_a_secret_never(tmp_path: Path) -> None:
    for redact in (False, True):
        async with opened(half_applied(), redact) as console:
            await console.press("2")
            await console.save(tmp_path / f"{redact}.csv")
            await console.says("saved in")
    assert "varchar(40)" in (tmp_path / "False.csv").read_text()
    assert "varchar(40)" not in (tmp_path / "True.csv").read_text()
    assert "carriers" in (tmp_path / "True.csv").read_text()


def test_who_only_looks_has_no_such_command() -> None:
    for command in KEEPING:
        assert not hasattr(HalfwayApp, f"do_{command.name}")


@pytest.mark.parametrize(
    ("environ", "words"),
    [
        ({"EDITOR": "vim"}, ["vim", "-R"]),
        ({"VISUAL": "/usr/bin/nano -l", "EDITOR": "vim"}, ["/usr/bin/nano", "-v", "-l"]),
        ({"EDITOR": "less"}, ["less"]),
        ({"EDITOR": "'"}, []),
        ({}, []),
    ],
)
def test_the_editor_is_the_persons_own(environ: dict[str, str], words: list[str]) -> None:
    assert editor_of(environ) == words


def test_the_first_and_last_lines_of_what_an_editor_reads_are_ours() -> None:
    shown = text_of([("x\n\x1b[31m", "select 1; -- vim: set x\n\tselect '\x1b]0;\x07'")])
    lines = shown.splitlines()
    assert all(line.startswith("--") for line in (*lines[:5], *lines[-5:]))
    assert "\x1b" not in shown
    assert "\tselect" in shown


def editor(folder: Path, code: str) -> list[str]:
    path = folder / "editor.py"
    path.write_text(f"import os, signal, sys, json\npath = sys.argv[1]\n{code}")
    return [sys.executable, str(path)]


def test_the_copy_is_private_read_only_and_goes(tmp_path: Path) -> None:
    told = tmp_path / "told"
    code = f"json.dump([oct(os.stat(path).st_mode), open(path).read()], open({str(told)!r}, 'w'))"
    assert reading._shown(editor(tmp_path, code), tmp_path / "x.sql", "select 1") == ""
    assert json.loads(told.read_text()) == ["0o100400", "select 1"]
    assert "ended with 3" in reading._shown(editor(tmp_path, "sys.exit(3)"), tmp_path / "y.sql", "")
    assert "cannot be started" in reading._shown([str(tmp_path / "none")], tmp_path / "z.sql", "")


def test_ctrl_c_is_the_editors_and_an_end_of_ours_ends_it(tmp_path: Path) -> None:
    ended: list[int] = []
    before = signal.signal(signal.SIGTERM, lambda number, _: ended.append(number))
    try:
        code = "os.kill(os.getppid(), signal.SIGINT); os.kill(os.getppid(), signal.SIGTERM); signal.pause()"
        said = reading._shown(editor(tmp_path, code), tmp_path / "x.sql", "")
        assert ended == [signal.SIGTERM]
        assert "ended with -15" in said
        assert not (tmp_path / "x.sql").exists()
    finally:
        signal.signal(signal.SIGTERM, before)


@in_a_loop
async def test_without_an_editor_or_sql_it_says_so(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("EDITOR", raising=False)
    monkeypatch.delenv("VISUAL", raising=False)
    async with opened(half_applied()) as console:
        await console.press("E")
        await console.says("no editor is named")
        await console.press("3", "E")
        await console.says("there is no SQL under the cursor")
        monkeypatch.setenv("EDITOR", "true")
        await console.press("1", "E")
        await console.says("cannot be given to an editor")  # a terminal of tests is none


@in_a_loop
async def test_a_responders_line_for_a_command_and_both_meanings_of_a_key_work() -> None:
    async with opened(drifted()) as console:
        await console.press("colon", *"locks", "enter")
        assert console.app.page_name == "locks"
        await console.press("5", "down", "x")
        assert type(console.app.screen).__name__ == "IgnoreDialog"
        assert os.environ.get("HALFWAY_THEME") is None
