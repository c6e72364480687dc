"""`halfway observe` behind a real sshd, with the lines of the README: nothing else ever answers such a login."""

from __future__ import annotations

import re
import sqlite3
import sys
from collections.abc import Callable, Iterator
from contextlib import closing, suppress
from pathlib import Path

import pytest

from tests.tools.sshd import Sshd, sshd
from tests.tools.tmux import ROOT, Pane, Tmux, tmux

pytestmark = pytest.mark.slow

_HALFWAY = Path(sys.executable).with_name("halfway")
_LINES = re.compile(r"^    (Match Group watchers\n(?:    .+\n)+)", re.MULTILINE)
_SECRET = "root:x:0:0"


@pytest.fixture(scope="module")
def host(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Sshd]:
    """What the README says, for a database of our own."""
    project = tmp_path_factory.mktemp("project")
    for name in ("shop", "other"):
        with closing(sqlite3.connect(project / f"{name}.db")) as database:
            database.execute(f"CREATE TABLE of_{name} (id INTEGER PRIMARY KEY)")
    (forced,) = _LINES.findall((ROOT / "README.md").read_text())
    said = f'[observers]\nurl = "sqlite:///{project}/shop.db"\nproject = "{project}"\n[responders]\ngroups = ["dba"]\n'
    with sshd(said, forced.replace("/usr/local/bin/halfway", str(_HALFWAY))) as made:
        (made.folder / "other").write_text(f"sqlite:///{project}/other.db")
        yield made


@pytest.fixture(scope="module")
def window() -> Iterator[Tmux]:
    """Where people sit."""
    with tmux() as made:
        yield made


@pytest.mark.parametrize(
    "words",
    [("cat /etc/passwd",), ("sh", "-c", "id"), ("halfway", "restore", "--from", "/etc/passwd"), ("observe; id",)],
    ids=" ".join,
)
def test_whatever_is_typed_behind_ssh_the_assessment_answers(host: Sshd, words: tuple[str, ...]) -> None:
    _, out, err = host.run("watcher", *words)
    assert "shop.db" in out, err
    assert _SECRET not in out
    assert "uid=0" not in out


def test_their_environment_names_nothing(host: Sshd) -> None:
    other = (host.folder / "other").read_text()
    environ = {"HALFWAY_URL": other, "DATABASE_URL": other, "HALFWAY_CONFIG": "/etc/passwd", "LC_ALL": "C.UTF-8"}
    options = ("-o", "SendEnv=HALFWAY_* DATABASE_URL LC_*")
    _, out, err = host.run("watcher", options=options, **environ)
    assert "shop.db" in out, err
    assert "other.db" not in out
    assert _SECRET not in out + err


def test_no_file_is_had_and_nothing_is_forwarded(host: Sshd) -> None:
    _, out, _ = host.run("watcher", "sftp", options=("-s",))
    assert "shop.db" in out
    for options in (("-W", f"127.0.0.1:{host.port}"), ("-N", "-R", "0:127.0.0.1:1")):
        code, out, err = host.run("watcher", options=options)
        assert code != 0
        assert "SSH-2.0" not in out
        assert "prohibited" in err or "forward" in err


KEYS = {
    "ctrl_z": ("", "C-z"), "ctrl_backslash": ("", "C-\\"), "bang": ("!", ""), "shell": ("!id", "Enter"),
    "palette": (":!id", "Enter"), "file": ("v", ""), "help": ("?", ""), "copy": ("y", ""), "kill": ("k", ""),
    "note": ("n", ""), "pipe": ("|id", "Enter"),
}  # fmt: skip


def test_on_a_terminal_no_key_leads_anywhere_else(host: Sshd, window: Tmux) -> None:
    console = window.pane(*host.command("watcher", "-t"), "sh")
    console.shows("OBSERVER", "shop.db", "[1 Incident]")
    for text, key in KEYS.values():
        console.type(text, *([key] if key else []))
        assert "uid=0" not in console.flat
        _closed(console)
    _insisted(console, "?", lambda: "Keys that work here" in console.flat)
    console.type("", "Escape")
    console.shows("q quit")
    window.run("set-buffer", "q\nid\n")
    window.run("paste-buffer", "-p", "-t", console.id)
    console.shows("OBSERVER")
    assert "uid=0" not in console.flat
    _closed(console)
    _insisted(console, "q", lambda: console.ended)


def _insisted(console: Pane, key: str, holds: Callable[[], object]) -> None:
    """Type it until that holds: a key that comes right behind an Escape is another one."""
    for _ in range(5):
        console.type(key)
        with suppress(AssertionError):
            console.until(holds, seconds=5)
            return
    console.until(holds)


def _closed(console: Pane) -> None:
    """Back on the page, however deep a key had led."""
    if "q quit" not in console.flat:
        console.type("", "Escape")
        console.shows("q quit", "OBSERVER")


def test_somebody_of_the_other_group_acts(host: Sshd, window: Tmux) -> None:
    other = (host.folder / "other").read_text()
    console = window.pane(*host.command("ann", "-t"), f"{_HALFWAY} {other}")
    console.shows("RESPONDER", "other.db")
    console.type("q")
    console.until(lambda: console.ended)
