"""Before there are screens: which modules are loaded, what is drawn, and that the terminal is given back."""

from __future__ import annotations

import os
import pty
import select
import subprocess
import sys
import termios
import threading
from collections.abc import Callable, Iterator
from contextlib import suppress
from pathlib import Path
from typing import Any, cast

import pytest

from console.core.assessment import Assessment
from console.incident import Incident
from screens import opening as first
from screens.opening import Opening
from tests.headless import environment
from tests.screens.builders import half_applied, healthy
from tests.screens.terminal import Terminal
from tests.test_sqlite_cli import site

__all__ = ["site"]

ROOT = Path(__file__).parents[1]
HEAVY = {"textual", "sqlalchemy", "sqlglot", "tree_sitter", "yaml", "pymysql", "cryptography"}
ELSEWHERE = (
    "console.core.preflight", "console.core.restore", "console.core.forward", "console.core.recover",
    "console.core.plans", "console.core.plan", "console.core.journal", "console.cli.journal", "console.cli.preflight",
    "console.cli.report", "console.cli.restore", "console.frameworks.efcore.script", "console.frameworks.sqitch.plan",
    "console.frameworks.liquibase.changelog", "console.readers.changelog.changes", "console.readers.javascript.values",
    "console.readers.php.values",
    "console.acting", "console.keeper", "console.drill", "console.core.statements.mysql.ways",
    "console.core.lexer_mysql", "console.readers.php.blueprint", "console.readers.ruby",
    "console.readers.javascript.tree", "console.readers.python.alembic_ops", "console.dialects.mysql",
    "console.dialects.postgres",
)  # fmt: skip
"""Rooms that nobody enters who looks at a Flyway project on SQLite."""
_SAID = (
    "import sys\n"
    "from screens.__main__ import main\n"
    "try: main()\n"
    "finally: sys.stderr.write('\\n' + ' '.join(sys.modules))"
)
_DRAWN = (
    "import os, sys; from screens import opening\n"
    "opening.WAIT, draw = 60.0, opening.Opening._draw\n"
    "def drawn(self, assessment):\n"
    "    os.write(int(os.environ['FENCE']), ' '.join(sys.modules).encode())\n"
    "    draw(self, assessment)\n"
    "opening.Opening._draw = drawn\n"
    "from screens.__main__ import main\nmain()"
)


def loaded(*words: str, cwd: Path) -> set[str]:
    """The modules that `halfway WORDS` has loaded at its end."""
    line = [sys.executable, "-c", _SAID, *words]
    env = environment({"HOME": str(cwd), "PYTHONPATH": str(ROOT)})
    done = subprocess.run(line, cwd=cwd, env=env, capture_output=True, text=True, check=False, timeout=120)
    assert "Traceback" not in done.stderr, done.stderr
    return set(done.stderr.splitlines()[-1].split())


def without(modules: set[str], names: set[str] | tuple[str, ...]) -> set[str]:
    """Those of them that should not be there."""
    return {each for each in modules if any(f"{each}.".startswith(f"{name}.") for name in names)}


def test_the_help_loads_no_driver_and_no_tool(tmp_path: Path) -> None:
    modules = loaded("--help", cwd=tmp_path)
    assert without(modules, HEAVY | {"psycopg", "rich"}) == set()
    assert {
        each
        for each in modules
        if each.startswith("console.frameworks.") and not each.startswith("console.frameworks.guests")
    } == set()


def test_an_assessment_loads_what_it_needs_and_no_more(site: Path) -> None:
    modules = loaded("assess", cwd=site)
    assert "console.frameworks.flyway.tracking" in modules
    assert without(modules, HEAVY | {"psycopg", "rich"}) == set()
    assert without(modules, ELSEWHERE) == set()


def test_a_link_to_postgresql_needs_its_driver_only() -> None:
    code = "import sys, console.dialects.postgres; print(*sys.modules)"
    modules = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True).stdout.split()
    assert "psycopg" in modules
    assert without(set(modules), HEAVY) == set()


@pytest.fixture
def console(site: Path) -> Iterator[Terminal]:
    """A console whose first picture says what was loaded before it."""
    (site / "drawn.py").write_text(_DRAWN)
    shown = Terminal(module="drawn", cwd=site, HOME=str(site), PYTHONPATH=str(ROOT), XDG_STATE_HOME=str(site / "state"))
    yield shown
    if shown.process.poll() is None:
        shown.process.kill()
        shown.process.wait()


def test_the_state_of_the_migrations_is_drawn_before_textual_is_loaded(console: Terminal) -> None:
    console.shows("PENDING")
    modules = set(os.read(console._fence, 1 << 20).decode().split())
    assert without(modules, HEAVY | {"rich.console", "rich.style", "screens.app", "screens.driver"}) == set()
    assert without(modules, ELSEWHERE) == set()
    console.shows("q quit")
    console.shows("PENDING")
    console.type("q")
    assert console.wait()[0] == 0
    assert console.restored


class Begun:
    """An incident as far as an opening asks it."""

    title, interval = "shop on db1", 2.0

    def __init__(self) -> None:
        """Nothing was delivered."""
        self.deliver: Callable[[Assessment], None] = lambda _: None
        self.stopped = False

    def start(self, deliver: Callable[[Assessment], None], _: float) -> None:
        """Whom to tell."""
        self.deliver = deliver

    def stop(self) -> None:
        """It is over."""
        self.stopped = True


class Screen:
    """A pty in place of the terminal."""

    def __init__(self) -> None:
        """80 to 24."""
        self.ours, self.theirs = pty.openpty()
        termios.tcsetwinsize(self.theirs, (24, 80))
        self.before = termios.tcgetattr(self.theirs)

    def fileno(self) -> int:
        """What is drawn on."""
        return self.theirs

    @property
    def echoes(self) -> bool:
        """Whether what is typed is shown."""
        return bool(termios.tcgetattr(self.theirs)[3] & termios.ECHO)

    def written(self) -> bytes:
        """All of it so far."""
        found = b""
        while select.select([self.ours], [], [], 0)[0]:
            found += os.read(self.ours, 65536)
        return found


@pytest.fixture
def screen(monkeypatch: pytest.MonkeyPatch) -> Iterator[Screen]:
    """One, and nothing else to draw on."""
    made = Screen()
    monkeypatch.setattr(sys, "__stderr__", made)
    monkeypatch.setattr(first, "WAIT", 60.0)
    monkeypatch.delenv("NO_COLOR", raising=False)
    yield made
    os.close(made.ours)
    os.close(made.theirs)


def opening(begun: Begun) -> Opening:
    """Of that incident."""
    return Opening(cast("Incident", begun), ascii_only=False)


def test_nothing_is_written_before_there_is_an_assessment(screen: Screen) -> None:
    begun = Begun()
    with suppress(LookupError), opening(begun):
        assert screen.echoes
        raise LookupError
    assert screen.written() == b""
    assert begun.stopped


def test_a_picture_without_screens_behind_it_is_taken_away_again(screen: Screen) -> None:
    begun = Begun()
    with suppress(LookupError), opening(begun) as made:
        begun.deliver(half_applied())
        made.look()
        assert not screen.echoes
        assert b"HALF" in screen.written()
        raise LookupError
    assert screen.written().endswith(b"\x1b[?1049l\x1b[?25h")
    assert termios.tcgetattr(screen.theirs) == screen.before
    assert begun.stopped


def test_what_the_screens_take_over_is_theirs_to_give_back(screen: Screen) -> None:
    begun = Begun()
    with opening(begun) as made:
        begun.deliver(half_applied())
        made.look()
        screen.written()
        made.hand_over()
        assert screen.echoes
        made.attach(lambda _: None)
    assert screen.written() == b""
    assert not begun.stopped


def test_after_they_took_over_nothing_is_drawn(screen: Screen) -> None:
    begun, seen = Begun(), list[Any]()
    with opening(begun) as made:
        made.hand_over()
        begun.deliver(one := half_applied())
        made.attach(seen.append)
        begun.deliver(two := healthy())
    assert seen == [one, two]
    assert screen.written() == b""


def test_a_terminal_that_takes_nothing_holds_up_neither_the_incident_nor_the_screens(screen: Screen) -> None:
    os.set_blocking(screen.theirs, False)
    while select.select([], [screen.theirs], [], 0)[1]:
        try:
            os.write(screen.theirs, b"x" * 65536)
        except BlockingIOError:
            break
    os.set_blocking(screen.theirs, True)
    begun = Begun()
    with opening(begun) as made:
        teller = threading.Thread(target=begun.deliver, args=(half_applied(),), daemon=True)
        teller.start()
        teller.join(60)
        assert not teller.is_alive()
        made.look()
        made.hand_over()
        made.attach(lambda _: None)
        screen.written()


def test_text_of_a_database_cannot_move_the_cursor(screen: Screen) -> None:
    from tests.screens.builders import hostile

    begun = Begun()
    with opening(begun) as made:
        begun.deliver(hostile())
        made.look()
        written = screen.written()
    allowed = written.replace(b"\x1b[", b"")
    assert b"\x1b" not in allowed
    assert b"\x07" not in allowed


def test_a_fault_in_what_was_said_of_a_room_comes_before_any_picture(site: Path) -> None:
    shown = Terminal(
        "console",
        "--room",
        str(site / "none"),
        module="screens",
        cwd=site,
        HOME=str(site),
        PYTHONPATH=str(ROOT),
        XDG_STATE_HOME=str(site / "state"),
    )
    code, _ = shown.wait()
    assert code == 2
    assert b"1049" not in shown.written
    assert "halfway: " in shown.text
