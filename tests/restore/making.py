"""Backups as the servers' own programs write them."""

from __future__ import annotations

import shlex
import subprocess
from pathlib import Path

import pytest
from sqlalchemy.engine import URL

from console.drill.binaries import installations
from tests.mysql_servers import _SUITE
from tests.servers import conninfo
from tests.tools.debian import DebianError, Unpacked, Wanted, unpacked

SHOP = (
    "CREATE TABLE orders (id bigint PRIMARY KEY, note varchar(80))",
    "INSERT INTO orders VALUES (1, 'first;'), (2, 'it''s'), (3, NULL)",
)


def pg_dump(source: URL, major: int, *options: str) -> bytes:
    """What pg_dump writes to its output."""
    program = str(installations()[major] / "bin" / "pg_dump")
    done = subprocess.run([program, *options, conninfo(source)], capture_output=True, check=False, timeout=60)
    assert done.returncode == 0, done.stderr.decode(errors="replace")
    return done.stdout


def _programs(package: str) -> Unpacked:
    try:
        return unpacked(Wanted(_SUITE, (package,)))
    except DebianError as error:
        pytest.fail(str(error), pytrace=False)


def zstd(folder: Path) -> Path:
    """The program, where a PATH can name it."""
    folder.mkdir()
    program = folder / "zstd"
    program.write_text(f'#!/bin/sh\nexec {shlex.join(_programs("zstd").command("usr/bin/zstd"))} "$@"\n')
    program.chmod(0o755)
    return program


def mydumped(source: URL, folder: Path, *options: str) -> Path:
    """What mydumper writes into a folder."""
    programs = _programs("mydumper")
    login = ("-h", str(source.host), "-P", str(source.port), "-u", str(source.username), "-B", str(source.database))
    command = programs.command("usr/bin/mydumper", *login, "-o", str(folder), *options)
    done = subprocess.run(command, capture_output=True, check=False, timeout=60)
    assert done.returncode == 0, done.stderr.decode(errors="replace")
    return folder
