"""Sqitch as Debian packs it, with its Perl and the clients that it starts, unpacked beside the tests."""

from __future__ import annotations

import os
import shlex
from pathlib import Path

import pytest

from tests.tools.debian import DebianError, Unpacked, Wanted, unpacked
from tests.tools.perl import libraries
from tests.tools.programs import Ended, Program

_WANTED = Wanted("bookworm", ("sqitch", "perl", "libdbd-pg-perl", "postgresql-client-15", "libdbd-mysql-perl",
                              "mariadb-client-core"))  # fmt: skip
_CLIENTS = {"psql": "usr/lib/postgresql/15/bin/psql", "mysql": "usr/bin/mariadb"}


def _packages() -> Unpacked:
    try:
        return unpacked(_WANTED)
    except DebianError as error:
        pytest.fail(str(error), pytrace=False)


def command(folder: Path, *arguments: str, client: str = "psql") -> Program:
    """Its command line in a project's folder, as nobody's own user with no settings but the project's."""
    packages = _packages()
    script = folder / client
    script.write_text(f'#!/bin/sh\nexec {shlex.join(packages.command(_CLIENTS[client]))} "$@"\n')
    script.chmod(0o755)
    environ = {
        "PATH": os.environ["PATH"], "HOME": str(folder), "TZ": "UTC", "LC_ALL": "C.UTF-8",
        "PERL5LIB": libraries(packages), "SQITCH_FULLNAME": "Ann",
        "SQITCH_EMAIL": "ann@example.org", "SQITCH_SYSTEM_CONFIG": "/dev/null",
    }  # fmt: skip
    line = [*packages.command("usr/bin/perl"), "-CAS", str(packages.find("usr/bin/sqitch")), "--client", str(script)]
    return Program([*line, *arguments], folder, environ)


def sqitch(folder: Path, *arguments: str, client: str = "psql") -> Ended:
    """Run it there."""
    return command(folder, *arguments, client=client).run()
