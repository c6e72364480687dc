"""Logs are read from their end, masked, and only where not everybody could have written them."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from console.readers.sources.logs import clues_of, end_of, log_of


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    tmp_path.chmod(0o755)
    return tmp_path


def test_the_end_is_read_and_masked(folder: Path) -> None:
    log = folder / "laravel.log"
    log.write_text("x" * 900 + "\nALTER ROLE bob PASSWORD 'geheim'\n")
    text, why = end_of(log, most=60)
    assert (len(text) <= 60, "geheim" in text, "***" in text, why) == (True, False, True, "")


def test_what_anybody_could_have_written_is_not_read(folder: Path) -> None:
    log = folder / "a.log"
    log.write_text("ERROR")
    log.chmod(0o666)
    assert end_of(log) == ("", f"{log} could have been written by anybody")
    log.chmod(0o644)
    folder.chmod(0o777)
    assert end_of(log)[1] == f"{log} could have been written by anybody"


def test_pipes_folders_and_nothing_do_not_hang(folder: Path) -> None:
    os.mkfifo(folder / "pipe")
    assert end_of(folder / "pipe")[1].endswith("is no file")
    assert end_of(folder)[1] == f"{folder} is no file"
    assert end_of(folder / "none")[1].endswith("cannot be read: no such file or directory")


def test_a_tools_own_log_is_found_the_newest_first(folder: Path) -> None:
    logs = folder / "storage" / "logs"
    logs.mkdir(parents=True)
    for number, name in enumerate(("laravel-2026-01-30.log", "laravel-2026-01-31.log")):
        (logs / name).write_text(name)
        os.utime(logs / name, (number, number))
    assert log_of("laravel", folder) == logs / "laravel-2026-01-31.log"
    assert log_of("django", folder) is None
    clues = clues_of("", None, [("laravel", str(folder))], local=False, file=logs)
    assert (clues.log, clues.asked, clues.kernel) == ("laravel-2026-01-31.log", True, None)
    assert clues.free is not None
    assert clues_of("", None, [], local=False, file=None).unread == "no log of the tool was found"
