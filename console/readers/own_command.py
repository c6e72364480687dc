"""A tool's own program, run once because a person asked for it.

It has no terminal and no stdin, it is bounded in time, and everything it started is ended with it.
"""

from __future__ import annotations

import os
import re
import signal
import subprocess
import tempfile
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import IO

from console.core.masks import known_secrets, mask
from console.core.plain import one_line

SECONDS = 60.0
"""How long a tool's dry run may take; then it is ended."""
WIDE = 30_000
"""Columns of the terminal it is told to write for: some fold what they print."""
_LONGEST = 4_000_000
"""Characters of output that are looked at."""
_MOST_LINES = 2_000
_WIDEST = 500
"""Characters of a line."""
_MOMENT = 0.1
"""Seconds between looks at what was said."""
_COLOUR = re.compile(r"\x1b\[[0-9;]*m")


@dataclass(frozen=True, slots=True)
class Ended:
    """What it printed, without colours, or why there is nothing."""

    output: str = ""
    problem: str = ""
    """One sentence."""


def run_own(
    words: Sequence[str], folder: str, seconds: float = SECONDS, environ: Mapping[str, str] | None = None
) -> Ended:
    """Run it in a folder. Never raises."""
    try:
        surroundings = {**os.environ, **(environ or {})}
        code, output, said = _run(words, folder, seconds, surroundings)
    except FileNotFoundError:
        return Ended(problem=f"there is no {words[0]} on this machine, or the project's folder is gone.")
    except subprocess.TimeoutExpired:
        return Ended(problem=f"it did not end within {seconds:g} s and was ended.")
    except OSError as error:
        return Ended(problem=f"it cannot be run: {error.strerror}.")
    if code:
        last = _last_line(said, surroundings) or _last_line(output, surroundings)
        return Ended(problem=f"it ended with {code}: {last or 'it said nothing'}")
    return Ended(output)


def run_aloud(
    words: Sequence[str], folder: str, hear: Callable[[str], None], began: Callable[[int], None] = lambda _: None
) -> Ended:
    """Run what changes something, to its own end: it is not stopped, and goes on where this process dies, for it writes
    into a file. `hear` gets its lines while it runs, without secrets, `began` its process, which leads a group of its
    own. Never raises."""
    surroundings = dict(os.environ)
    hidden = known_secrets(surroundings)
    try:
        with tempfile.TemporaryFile() as said:
            process = subprocess.Popen(
                words, cwd=folder, env={**surroundings, "COLUMNS": str(WIDE), "NO_COLOR": "1"},
                stdin=subprocess.DEVNULL, stdout=said, stderr=subprocess.STDOUT, start_new_session=True,
            )  # fmt: skip
            began(process.pid)
            lines = _heard(process, said, hidden, hear)
    except FileNotFoundError:
        return Ended(problem=f"there is no {words[0]} on this machine, or the project's folder is gone.")
    except OSError as error:
        return Ended(problem=f"it cannot be run: {error.strerror}.")
    output = "\n".join(lines)
    code = process.returncode
    last = next((line for line in reversed(lines) if line.strip()), "it said nothing")
    return Ended(output, problem=f"it ended with {code}: {one_line(last, 200)}" if code else "")


def _heard(
    process: subprocess.Popen[bytes], said: IO[bytes], hidden: Iterable[str], hear: Callable[[str], None]
) -> list[str]:
    """Its lines, bounded: what comes after so many is not looked at."""
    lines: list[str] = []
    read = 0
    while True:
        ended = _has_ended(process)
        new = os.pread(said.fileno(), _LONGEST, read)
        whole = new if ended else new[: new.rfind(b"\n") + 1]
        read += len(whole)
        for text in _plain(whole).splitlines() if len(lines) < _MOST_LINES else ():
            lines.append(mask(one_line(text, _WIDEST), hidden))
            hear(lines[-1])
        if ended:
            return lines


def _has_ended(process: subprocess.Popen[bytes]) -> bool:
    try:
        process.wait(_MOMENT)
    except subprocess.TimeoutExpired:
        return False
    return True


def _run(words: Sequence[str], folder: str, seconds: float, environ: Mapping[str, str]) -> tuple[int, str, str]:
    """Exit code and what was printed; the whole process group is ended when it takes too long."""
    process = subprocess.Popen(
        words,
        cwd=folder,
        env={**environ, "COLUMNS": str(WIDE), "NO_COLOR": "1"},
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        start_new_session=True,
    )
    try:
        output, said = process.communicate(timeout=seconds)
    except BaseException:
        os.killpg(process.pid, signal.SIGKILL)
        process.communicate()
        raise
    return process.returncode, _plain(output), _plain(said)


def _plain(output: bytes) -> str:
    return _COLOUR.sub("", output.decode(errors="replace")[:_LONGEST])


def _last_line(output: str, environ: Mapping[str, str]) -> str:
    """What it said at its end, without passwords: an address of a database is often part of that."""
    lines = [line.strip() for line in output.splitlines() if line.strip()]
    return one_line(mask(lines[-1], known_secrets(environ)), 200) if lines else ""
