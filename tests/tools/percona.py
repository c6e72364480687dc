"""pt-online-schema-change as Debian packs it, with its Perl and its driver, unpacked beside the tests.

It is started with a file that makes it pause, so it stands in the middle of its work for as long as a test looks at it.
"""

from __future__ import annotations

import os
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from sqlalchemy.engine import URL

from tests.tools.debian import DebianError, Wanted, unpacked
from tests.tools.perl import libraries
from tests.waiting import eventually

_WANTED = Wanted("bookworm", ("percona-toolkit", "perl"))


@contextmanager
def toolkit(folder: Path) -> Iterator[tuple[list[str], dict[str, str]]]:
    """How the program is started, and with what environment; `folder` is its home."""
    try:
        packages = unpacked(_WANTED)
    except DebianError as error:
        pytest.fail(str(error), pytrace=False)
    environ = {
        "PATH": os.environ["PATH"], "HOME": str(folder), "LC_ALL": "C.UTF-8", "PERL5LIB": libraries(packages),
        "MARIADB_PLUGIN_DIR": str(packages.find("usr/lib/*/libmariadb3/plugin")),
    }  # fmt: skip
    yield [*packages.command("usr/bin/perl"), str(packages.find("usr/bin/pt-online-schema-change"))], environ


@contextmanager
def paused(folder: Path, url: URL, table: str, alter: str) -> Iterator[subprocess.Popen[str]]:
    """It has made its table and its triggers and waits, connected; killed by the block or after it."""
    pause, said = folder / "pause", folder / "said"
    pause.touch()
    where = f"h={url.host},P={url.port or 3306},u={url.username},D={url.database},t={table}"
    options = ("--execute", "--alter", alter, "--pause-file", str(pause), "--recursion-method=none", "--chunk-size=1",
               "--no-version-check", "--charset=utf8mb4")  # fmt: skip
    with (
        toolkit(folder) as (command, environ),
        said.open("w") as out,
        subprocess.Popen([*command, *options, where], env=environ, stdout=out, stderr=out, text=True) as process,
    ):
        try:
            eventually(lambda: "because" in said.read_text() or process.poll() is not None)
            assert process.poll() is None, said.read_text()
            yield process
        finally:
            process.kill()
            process.wait()
