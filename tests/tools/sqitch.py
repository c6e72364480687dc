"""Sqitch as Debian packs it, with its Perl and the psql that it starts, unpacked beside the tests."""

from __future__ import annotations

import os
import shlex
import subprocess
from dataclasses import dataclass
from pathlib import Path

import pytest

from tests.tools.debian import DebianError, Unpacked, Wanted, unpacked

_WANTED = Wanted("bookworm", ("sqitch", "perl", "libdbd-pg-perl", "postgresql-client-15"))
_LIBRARIES = ("etc/perl", "usr/share/perl5", "usr/lib/*/perl5/5.*", "usr/share/perl/5.??", "usr/lib/*/perl/5.??",
              "usr/lib/*/perl-base")  # fmt: skip
TIMEOUT = 120


@dataclass(frozen=True)
class Ended:
    """What the program left."""

    code: int
    said: str


def _packages() -> Unpacked:
    try:
        return unpacked(_WANTED)
    except DebianError as error:
        pytest.fail(str(error), pytrace=False)


def sqitch(folder: Path, *arguments: str) -> Ended:
    """Run it in a project's folder, as nobody's own user with no settings but the project's."""
    packages = _packages()
    psql = folder / "psql"
    psql.write_text(f'#!/bin/sh\nexec {shlex.join(packages.command("usr/lib/postgresql/15/bin/psql"))} "$@"\n')
    psql.chmod(0o755)
    found = [str(path) for pattern in _LIBRARIES for path in sorted(packages.root.glob(pattern))]
    environ = {
        "PATH": os.environ["PATH"], "HOME": str(folder), "TZ": "UTC", "LC_ALL": "C.UTF-8", "PERL5LIB": ":".join(found),
        "SQITCH_FULLNAME": "Ann", "SQITCH_EMAIL": "ann@example.org", "SQITCH_SYSTEM_CONFIG": "/dev/null",
    }  # fmt: skip
    program = str(packages.find("usr/bin/sqitch"))
    line = [*packages.command("usr/bin/perl"), "-CAS", program, "--client", str(psql), *arguments]
    done = subprocess.run(line, cwd=folder, env=environ, capture_output=True, text=True, check=False, timeout=TIMEOUT)
    return Ended(done.returncode, done.stdout + done.stderr)
