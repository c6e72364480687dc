"""A past incident on the same screens, from a journal alone: moment by moment, no database, nothing that could act."""

from __future__ import annotations

import sqlite3
import sys
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager
from pathlib import Path

import pytest
from click.testing import CliRunner
from textual.pilot import Pilot

from console.cli.replay import past_of
from console.core.journal import Topic
from console.core.proof import writers
from console.replaying import Past
from console.report.document import document
from console.seeing import Seeing
from console.store.place import NAME
from screens.__main__ import replay
from screens.commands import LIVE, commands
from screens.replay import ReplayApp
from screens.role import Role, be
from screens.widgets.one_line import OneLine
from tests.room.seats import seat
from tests.screens.builders import CASES
from tests.screens.loop import in_a_loop
from tests.screens.terminal import Terminal
from tests.store.journals import tampered


@pytest.fixture(scope="module")
def journal(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """An incident that is over: half applied, acted upon, healthy; its first and its last line show nothing."""
    folder = tmp_path_factory.mktemp("past")
    folder.chmod(0o700)
    ann = seat(folder, "Ann")
    ann.join()
    seeing = Seeing(ann.journal, document, ann, lambda: True)
    seeing.keep(CASES["half_applied"](), "a migration stopped halfway")
    ann.journal.append(Topic.ACTING, "terminate 4711", {"sql": "SELECT pg_terminate_backend(4711)"})
    seeing.keep(CASES["healthy"](), "after: Terminate session 4711")
    ann.journal.append(Topic.SEEN, "written by an older Halfway")
    ann.close()
    return folder / NAME


@pytest.fixture
def replaying() -> Iterator[None]:
    """This process shows what was."""
    be(Role.REPLAY)
    yield
    be(Role.READER)


def number(past: Past, text: str) -> int:
    """Which moment it is, from 0."""
    return next(at for at, entry in enumerate(past.moments) if text in entry.text)


@asynccontextmanager
async def shown(past: Past) -> AsyncIterator[tuple[ReplayApp, Pilot[None]]]:
    """The replay at 80 x 24."""
    app = ReplayApp(past, now=lambda: 0.0)
    async with app.run_test(size=(80, 24)) as pilot:
        await pilot.pause()
        yield app, pilot


def around(app: ReplayApp, name: str) -> str:
    """One of the lines around the page."""
    return app.screen.query_one(f"#{name}", OneLine)._line.text


@pytest.mark.usefixtures("replaying")
@in_a_loop
async def test_keys_go_from_moment_to_moment_and_every_page_shows_what_was_seen_then(journal: Path) -> None:
    past = past_of(str(journal), None, None)
    async with shown(past) as (app, pilot):
        assert "what was seen until then was not kept" in app.page.main.text
        assert "connecting" not in around(app, "header")
        await pilot.press("greater_than_sign")
        assert "HALF APPLIED" in app.page.main.text
        assert app.assessment is not None
        at = number(past, "stopped halfway")
        entry = past.moments[at]
        assert f"REPLAY  {entry.at:%Y-%m-%d %H:%M:%S}Z" in around(app, "header")
        assert around(app, "keys").startswith(f" {at + 1}/{len(past.moments)} ")
        await pilot.press("4")
        assert "4711" in app.page.main.text
        await pilot.press("full_stop")
        assert "acting terminate 4711" in around(app, "keys")
        await pilot.press("7")
        await pilot.pause()
        assert app.page.main.key == f"j/{past.moments[at + 1].n}"
        assert "after: Terminate" not in app.page.main.text, "the account as it was then"
        assert app.page.below is not None
        assert "pg_terminate_backend(4711)" in app.page.below.text
        await pilot.press("1", "full_stop")
        assert "HALF APPLIED" not in app.page.main.text
        assert app.assessment == CASES["healthy"]()
        await pilot.press("comma", "comma")
        assert "HALF APPLIED" in app.page.main.text


@pytest.mark.usefixtures("replaying")
@in_a_loop
async def test_a_moment_without_a_picture_shows_its_entry_on_every_page(journal: Path) -> None:
    past = past_of(str(journal), None, None)
    async with shown(past) as (app, pilot):
        await pilot.press(*["full_stop"] * number(past, "older Halfway"))
        for key in "123456":
            await pilot.press(key)
            await pilot.pause()
            assert "no picture was kept with this entry" in app.page.main.text
            assert "written by an older Halfway" in app.page.main.text
        await pilot.press("7")
        await pilot.pause()
        assert "written by an older Halfway" in app.page.main.text
        assert "replay" not in around(app, "keys")


@pytest.mark.usefixtures("replaying")
@in_a_loop
async def test_no_key_asks_or_acts_and_the_keys_of_the_replay_are_listed(journal: Path) -> None:
    names = {command.name for command in commands()}
    assert {"later", "earlier"} <= names
    assert not names & {*LIVE, "kill", "finish", "note", "room"}
    async with shown(past_of(str(journal), None, None)) as (app, pilot):
        await pilot.press("greater_than_sign")
        before = app.page.main.text
        for key in ("k", "f", "u", "m", "n", "r", "p", "c", "plus", "x"):
            await pilot.press(key)
            assert len(app.screen_stack) == 1
        await pilot.press("1")
        assert app.page.main.text == before
        assert ". later" in around(app, "keys")
        assert ", earlier" in around(app, "keys")


@pytest.mark.usefixtures("replaying")
@in_a_loop
async def test_the_ends_of_the_account_are_the_ends_of_the_replay(journal: Path) -> None:
    past = past_of(str(journal), None, None)
    async with shown(past) as (app, pilot):
        await pilot.press("comma", "less_than_sign")
        assert around(app, "keys").strip() == "nothing else was seen in that direction"
        await pilot.press(*["full_stop"] * (len(past.moments) + 2))
        assert app.entry == past.moments[-1]


def run(*arguments: str) -> tuple[int, list[str], str]:
    """The command without a terminal: (exit code, lines, what is said beside)."""
    done = CliRunner().invoke(replay, arguments)
    return done.exit_code, done.stdout.splitlines(), done.stderr


def test_without_a_terminal_every_moment_is_a_line(journal: Path) -> None:
    code, lines, _ = run("--journal", str(journal), "--incident", "shop")
    assert code == 0
    assert [line.partition("  ")[0] for line in lines] == [f"{n}/{len(lines)}" for n in range(1, len(lines) + 1)]
    assert "Z  Ann" in lines[-2]
    assert any(line.endswith("seen  after: Terminate session 4711") for line in lines)
    assert [line for line in lines if "[" in line] == [line for line in lines if "older Halfway" in line]
    assert lines[number(past_of(str(journal), None, None), "older")].endswith("[no picture was kept with this entry]")
    code, _, _ = run("--journal", str(journal), "--incident", "nothing like it")
    assert code != 0


def test_a_broken_chain_is_said_first_and_with_every_moment(journal: Path, tmp_path: Path) -> None:
    forged = tmp_path / NAME
    with sqlite3.connect(journal) as source, sqlite3.connect(forged) as target:
        source.backup(target)
    source.close()
    target.close()
    forged.chmod(0o600)
    with tampered(forged) as link:
        link.execute("UPDATE entries SET text = 'all was well' WHERE topic = 'acting'")
    code, lines, said = run("--journal", str(forged))
    assert code == 1
    assert "the journal cannot be trusted: entry" in said
    assert all("NOT TRUSTED" in line for line in lines)


def test_in_a_terminal_it_opens_with_nothing_but_the_journal_and_loads_no_writer(journal: Path) -> None:
    terminal = Terminal("replay", "--journal", str(journal), module="screens")
    try:
        terminal.shows("REPLAY")
        terminal.type(">")
        terminal.shows("HALF APPLIED")
        terminal.type("7")
        terminal.shows("stopped halfway")
        terminal.type("q")
        terminal.until(lambda: terminal.process.poll() is not None)
        assert terminal.process.returncode == 0
    finally:
        terminal.close()


def test_what_is_shown_needs_no_module_that_writes() -> None:
    import subprocess

    loads = "import sys, screens.run, screens.replay, console.replaying, console.cli.replay; print(*sys.modules)"
    told = subprocess.run(
        [sys.executable, "-c", loads], cwd=Path(__file__).parents[2], capture_output=True, text=True, check=True
    )
    assert "screens.replay" in told.stdout.split()
    assert writers(told.stdout.split()) == ()
