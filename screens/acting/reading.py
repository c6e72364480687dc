"""The command that shows SQL in the person's own editor: a private copy, read only, gone again when they come back."""

from __future__ import annotations

import os
import shlex
import signal
import subprocess
import sys
from abc import abstractmethod
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path
from tempfile import TemporaryDirectory
from types import FrameType

from textual.app import SuspendNotSupported

from console.core.assessment import Assessment
from console.core.plain import one_line, visible
from screens.account import JournalPage
from screens.app import HalfwayApp
from screens.driver import ConsoleDriver
from screens.locks import sessions_at
from screens.migrations import find
from screens.recover import migration_of

_READ_ONLY = {"vi": "-R", "vim": "-R", "nvim": "-R", "nano": "-v"}
"""How editors are told: for root no file is read only."""
_MARGIN = "--\n" * 5
"""Editors obey settings in the first and last lines of a file; those are ours."""


def editor_of(environ: Mapping[str, str]) -> list[str]:
    """The words of the command; [] where none is set."""
    try:
        words = shlex.split(environ.get("VISUAL") or environ.get("EDITOR") or "")
    except ValueError:
        return []
    flag = _READ_ONLY.get(Path(words[0]).name) if words else None
    return [words[0], flag, *words[1:]] if flag else words


def text_of(parts: Sequence[tuple[str, str]]) -> str:
    """(what it is, SQL) as a file: every line in sight as it is, control characters written out."""
    told = []
    for about, sql in parts:
        shown = "\n".join("\t".join(visible(cell, 1_000_000) for cell in row.split("\t")) for row in sql.splitlines())
        told.append(f"-- {one_line(about, 400)}\n{shown}\n")
    return f"-- To read: nothing that is changed here goes anywhere.\n{_MARGIN}\n" + "\n".join(told) + f"\n{_MARGIN}"


def sql_at(assessment: Assessment, key: str) -> list[tuple[str, str]]:
    """The statements of the migration, or the one statement, that a line is about."""
    found = find(assessment, migration_of(key))
    if found is None:
        return []
    (_, migration), one = found
    total, chosen = len(migration.statements), [one] if one is not None else migration.statements
    return [
        (f"{migration.id}, statement {j.statement.n} of {total}: {j.verdict.value}", j.statement.sql) for j in chosen
    ]


class Reading(HalfwayApp):
    """Whoever responds can read SQL where they read code."""

    @abstractmethod
    def _in_thread(self, work: Callable[[], None]) -> None:
        """What reads or writes is done on a thread of its own."""

    def do_editor(self) -> None:
        """Give the terminal to the editor, and take it back."""
        parts, editor = self._sql(), editor_of(os.environ)
        if not parts:
            self.say("there is no SQL under the cursor")
        elif not editor:
            self.say("no editor is named: set EDITOR before the console is started")
        else:
            self._give_away(editor, text_of(parts))

    def _sql(self) -> list[tuple[str, str]]:
        now, key, page = self.assessment, self.page.main.key, self.page
        if isinstance(page, JournalPage):
            entries = (e for e in page.entries if f"j/{e.n}" == key and e.details.get("sql"))
            return [(f"journal entry {e.n}: {e.text}", e.details["sql"]) for e in entries]
        if now is None:
            return []
        if parts := sql_at(now, page.key_of_migration() or key):
            return parts
        ids = sessions_at(now, page.look, key)
        return [(f"session {s.id}", s.query) for s in now.observation.sessions.value or () if s.id in ids and s.query]

    def _give_away(self, editor: list[str], text: str) -> None:
        """The screens wait; the incident is read on meanwhile."""
        try:
            with TemporaryDirectory(prefix="halfway-") as folder, self.suspend():
                said = _shown(editor, Path(folder, "halfway.sql"), text)
        except SuspendNotSupported:
            self.say("this terminal cannot be given to an editor")
            return
        except OSError as problem:
            said = f"nothing was shown: {problem.strerror}"
        if isinstance(self._driver, ConsoleDriver):
            self._driver.redraw()
        self.refresh()
        self.draw()
        self.say(said)
        self.incident.refresh()


def _shown(editor: Sequence[str], path: Path, text: str) -> str:
    """Wait until it was read; what to say of it. The screens are on stderr: so is the editor."""
    handle = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_NOFOLLOW, 0o400)
    with os.fdopen(handle, "w", encoding="utf-8", errors="backslashreplace") as file:
        file.write(text)
    with _away(path) as begun:
        try:
            process = subprocess.Popen([*editor, str(path)], stdout=sys.__stderr__)
        except OSError as problem:
            return f"{one_line(editor[0], 80)} cannot be started: {problem.strerror}"
        begun(process)
        code = process.wait()
    return "" if code == 0 else f"{one_line(editor[0], 80)} ended with {code}"


@contextmanager
def _away(path: Path) -> Iterator[Callable[[subprocess.Popen[bytes]], None]]:
    """Ctrl-C is the editor's; what ends this program ends the editor and takes the copy away.

    The handlers stand before the editor is started: a signal may come while it is.
    """
    before = {number: signal.getsignal(number) for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)}
    editors: list[subprocess.Popen[bytes]] = []
    ended: list[int] = []

    def begun(process: subprocess.Popen[bytes]) -> None:
        editors.append(process)
        if ended:
            process.terminate()

    def end(number: int, frame: FrameType | None) -> None:
        ended.append(number)
        for process in editors:
            process.terminate()
        path.unlink(missing_ok=True)
        handler = before[signal.Signals(number)]
        if callable(handler):
            handler(number, frame)

    signal.signal(signal.SIGINT, lambda _, __: None)
    for number in (signal.SIGTERM, signal.SIGHUP):
        if before[number] is not signal.SIG_IGN:
            signal.signal(number, end)
    try:
        yield begun
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)
