"""How long until there is something to read: the console on a pty against importing Textual, which is its floor."""

from __future__ import annotations

import os
import pty
import select
import subprocess
import sys
import termios
from collections.abc import Iterator, Sequence

from sqlalchemy.engine import URL

from tests.bench.measure import compare, seconds
from tests.servers import conninfo

_HEADER = b"HALFWAY"
_ASSESSMENT = b"NEXT"
_PATIENCE = 20


def measure(server: URL) -> None:
    """The header, then the first assessment."""
    halfway = [sys.executable, "-m", "screens", conninfo(server)]
    compare(
        "first paint at 80x24",
        ("python importing textual.app", seconds(lambda: _until([sys.executable, "-c", "import textual.app"], b""))),
        ("halfway: the header", seconds(lambda: _until(halfway, _HEADER))),
        ("halfway: the first assessment", seconds(lambda: _until(halfway, _ASSESSMENT))),
        ("halfway assess, whole", seconds(lambda: _assess(server))),
    )


def _until(command: Sequence[str], word: bytes) -> None:
    """Run on a terminal until `word` was written, or to the end when there is none."""
    master, slave = pty.openpty()
    termios.tcsetwinsize(master, (24, 80))
    environ = os.environ | {"TERM": "xterm-256color"}
    child = subprocess.Popen(command, stdin=slave, stdout=slave, stderr=slave, env=environ, start_new_session=True)
    os.close(slave)
    try:
        written = b"".join(_written(master, word))
    finally:
        child.kill()
        child.wait()
        os.close(master)
    assert word in written, written[-500:]


def _written(master: int, word: bytes) -> Iterator[bytes]:
    """What the child writes up to `word`, or until it is gone or silent for long."""
    seen = b""
    while not (word and word in seen) and select.select([master], [], [], _PATIENCE)[0]:
        try:
            part = os.read(master, 65536)
        except OSError:
            return
        seen += part
        yield part


def _assess(server: URL) -> None:
    command = [sys.executable, "-m", "screens", "assess", conninfo(server)]
    subprocess.run(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, check=False)
