"""PgBouncer, as Debian packs it, in transaction mode in front of a server."""

from __future__ import annotations

import socket
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import psycopg
import pytest
from sqlalchemy.engine import URL

from tests.servers import conninfo
from tests.tools.debian import DebianError, Wanted, unpacked
from tests.waiting import eventually

_WANTED = Wanted("bookworm", ("pgbouncer",))
_SETTINGS = """[databases]
* = host={host} port={port} user={user}
[pgbouncer]
listen_addr = 127.0.0.1
listen_port = {own}
unix_socket_dir =
auth_type = any
pool_mode = transaction
ignore_startup_parameters = options, extra_float_digits
"""


@contextmanager
def bouncer(folder: Path, url: URL) -> Iterator[URL]:
    """The database as it is reached through it; one sentence instead of a traceback when it is not to be had."""
    try:
        program = unpacked(_WANTED)
    except DebianError as error:
        pytest.fail(str(error), pytrace=False)
    with socket.create_server(("127.0.0.1", 0)) as free:
        own = free.getsockname()[1]
    settings = folder / "pgbouncer.ini"
    settings.write_text(_SETTINGS.format(host=url.host, port=url.port, user=url.username, own=own))
    command = program.command("usr/sbin/pgbouncer", "-u", "nobody", "/dev/stdin")
    with settings.open() as given:
        process = subprocess.Popen(command, stdin=given, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    through = url.set(host="127.0.0.1", port=own)
    try:
        eventually(lambda: _answers(through))
        yield through
    finally:
        process.kill()
        process.wait()


def _answers(url: URL) -> bool:
    try:
        psycopg.connect(conninfo(url), connect_timeout=2).close()
    except psycopg.OperationalError:
        return False
    return True
