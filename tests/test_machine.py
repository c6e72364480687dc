"""The socket table and process list of the machine the tests run on."""

from __future__ import annotations

import socket
import subprocess
import sys
from pathlib import Path

import pytest

from console.machine import LocalMachine, masked
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


def test_an_ipv6_connection_is_seen_by_its_plain_address() -> None:
    try:
        server = socket.create_server(("::1", 0), family=socket.AF_INET6)
    except OSError:
        pytest.xfail("this machine has no IPv6 loopback")
    with server:
        client = socket.create_connection(server.getsockname()[:2])
        assert ("::1", client.getsockname()[1]) in LocalMachine().look().sockets
        client.close()


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
