"""The socket table and process list of the machine the tests run on."""

from __future__ import annotations

import socket
import subprocess
import sys
from pathlib import Path

import pytest

from console.machine import LocalMachine, _end, masked
from tests.waiting import eventually


def test_a_connection_is_seen_from_both_ends_and_gone_when_closed() -> None:
    with socket.create_server(("127.0.0.1", 0)) as server:
        client = socket.create_connection(server.getsockname())
        accepted, _ = server.accept()
        end = client.getsockname()
        assert end in LocalMachine().look().sockets
        client.close()
        assert end not in LocalMachine().look().sockets
        accepted.close()


@pytest.mark.parametrize(
    ("written", "meant"),
    [
        ("0100007F:1538", ("127.0.0.1", 5432)),
        ("00000000000000000000000001000000:1F90", ("::1", 8080)),
        ("0000000000000000FFFF00000100007F:1538", ("127.0.0.1", 5432)),
    ],
)
def test_addresses_are_read_as_a_little_endian_kernel_writes_them(written: str, meant: tuple[str, int]) -> None:
    assert _end(written) == meant


def test_where_the_system_does_not_tell_nothing_is_concluded(tmp_path: Path) -> None:
    assert not LocalMachine(tmp_path).look().readable


def test_a_running_migration_tool_is_found_with_its_ports() -> None:
    code = (
        "import socket,sys\ns=socket.create_server(('127.0.0.1',0))\n"
        "c=socket.create_connection(s.getsockname())\na,_=s.accept()\n"
        "print(c.getsockname()[1],flush=True)\nsys.stdin.read()"
    )
    command = [sys.executable, "-c", code, "org.flywaydb.commandline.Main", "-password=hunter2", "migrate"]
    with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True) as child:
        assert child.stdout is not None
        port = int(child.stdout.readline())
        tools = eventually(lambda: [t for t in LocalMachine().look().tools if t.pid == child.pid])
        assert tools[0].framework == "flyway"
        assert port in tools[0].ports
        assert "hunter2" not in tools[0].command
        child.communicate("")


@pytest.mark.parametrize(
    "command",
    [
        "flyway -url=jdbc:postgresql://h/db -user=u -password=s3cret migrate",
        "flyway -url=jdbc:postgresql://u:s3cret@h/db migrate",
        "flyway -Dflyway.password=s3cret migrate",
        "mysql --password=s3cret",
        "java -jar flyway.jar PGPASSWORD: s3cret",
    ],
)
def test_secrets_in_command_lines_are_masked(command: str) -> None:
    assert "s3cret" not in masked(command)
