"""The socket table and process list of the machine the tests run on."""

from __future__ import annotations

import os
import signal
import socket
import struct
import subprocess
import sys
from pathlib import Path
from typing import Self

import pytest

from console.machine import LocalMachine, _end, gone, here, masked, tool_of
from tests.waiting import eventually

PROC = Path("/proc")


def test_a_connection_is_seen_from_both_ends_and_gone_when_closed() -> None:
    with socket.create_server(("127.0.0.1", 0)) as server:
        client = socket.create_connection(server.getsockname())
        accepted, _ = server.accept()
        end = client.getsockname()
        assert end in LocalMachine(PROC).look().sockets
        client.close()
        assert end not in LocalMachine(PROC).look().sockets
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


def test_in_a_container_the_hosts_processes_are_where_they_are_mounted(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "net").symlink_to("/proc/net")
    (tmp_path / "4242").mkdir()
    (tmp_path / "4242/cmdline").write_bytes(b"flyway\0migrate")
    monkeypatch.setenv("HALFWAY_PROC", str(tmp_path))
    found = LocalMachine().look()
    assert [(tool.pid, tool.framework) for tool in found.tools] == [(4242, "flyway")]
    assert found.readable


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
        tools = eventually(lambda: [t for t in LocalMachine(PROC).look().tools if t.pid == child.pid])
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


@pytest.mark.parametrize(
    ("command", "tool"),
    [
        ("flyway migrate", "flyway"),
        ("/opt/flyway/flyway -url=jdbc:postgresql://h/db -X migrate", "flyway"),
        ("sudo -u deploy flyway repair", "flyway"),
        ("/usr/bin/java -cp /flyway/lib/* org.flywaydb.commandline.Main migrate", "flyway"),
        ("java -jar shop.jar --spring.flyway.enabled=true", "flyway"),
        ("mvn -q flyway:migrate", "flyway"),
        ("./gradlew flywayMigrate", "flyway"),
        ("php artisan migrate --force", "laravel"),
        ("ruby bin/rails db:migrate", "rails"),
        ("/usr/bin/ruby /usr/bin/rake db:schema:load", "rails"),
        ("python3 manage.py migrate shop", "django"),
        ("/srv/venv/bin/python /srv/venv/bin/alembic upgrade head", "alembic"),
        ("flask db upgrade", "alembic"),
        ("/bin/sh -c cd /srv && flyway migrate", "flyway"),
    ],
)
def test_the_tools_are_known_by_their_command_lines(command: str, tool: str) -> None:
    assert tool_of(command) == tool


@pytest.mark.parametrize(
    "command",
    [
        "vim /srv/flyway/conf/flyway.conf",
        "/usr/bin/less flyway migrate.log",
        "tail -f /var/log/artisan-migrate.log",
        "grep -r manage.py migrate",
        "psql -f /srv/flyway/sql/V2__migrate.sql",
        "php artisan queue:work",
        "python manage.py runserver",
        "/srv/.venv/bin/halfway --framework flyway --project /srv/shop",
        "bin/rails server",
    ],
)
def test_what_only_reads_a_tools_files_or_serves_is_none(command: str) -> None:
    assert tool_of(command) is None


@pytest.mark.parametrize("word", ["flyway", "java", "flask db", "rails", "artisan", "manage.py", "alembic"])
def test_a_command_line_as_long_as_the_system_allows_is_read_at_once(word: str) -> None:
    assert tool_of(f"{word} " * 100_000) is None


def test_a_process_is_gone_with_all_that_it_began() -> None:
    script = "sleep 60 >/dev/null & echo $!"
    with subprocess.Popen(["/bin/sh", "-c", script], stdout=subprocess.PIPE, start_new_session=True) as leader:
        left, _ = leader.communicate()
    assert gone(here(), str(leader.pid)) is False
    os.kill(int(left), signal.SIGKILL)
    eventually(lambda: gone(here(), str(leader.pid)))


@pytest.mark.parametrize("process", ["", "0", "1", "-5", "x", "٣"])
def test_of_what_is_not_known_nothing_is_said(process: str) -> None:
    assert gone(here(), process) is None
    assert gone("another", "4711") is None


def test_the_kernel_and_its_files_tell_of_the_same_connections(monkeypatch: pytest.MonkeyPatch) -> None:
    with socket.create_server(("::", 0), family=socket.AF_INET6, dualstack_ipv6=True) as server:
        port = server.getsockname()[1]
        clients = [socket.create_connection((host, port)) for host in ("127.0.0.1", "::1")]
        accepted = [server.accept()[0] for _ in clients]
        ends = {one.getsockname()[:2] for one in clients} | {("127.0.0.1", port), ("::1", port)}
        assert ends <= LocalMachine(PROC).look().sockets

        def refused(*_: object) -> socket.socket:
            raise PermissionError("no netlink here")

        with monkeypatch.context() as patched:
            patched.setattr("console.machine.socket.socket", refused)
            assert ends <= LocalMachine(PROC).look().sockets
        for each in (*clients, *accepted):
            each.close()


def test_a_process_that_becomes_a_tool_is_seen_as_one_and_one_that_stays_as_it_was(tmp_path: Path) -> None:
    (tmp_path / "net").symlink_to("/proc/net")
    (tmp_path / "4242").mkdir()
    line = tmp_path / "4242/cmdline"
    machine = LocalMachine(tmp_path)
    for written, found in ((b"sh\0-c\0x", []), (b"flyway\0migrate", ["flyway"]), (b"flyway\0migrate", ["flyway"])):
        line.write_bytes(written)
        assert [tool.framework for tool in machine.look().tools] == found
    line.write_bytes(b"java\0" + b"-cp\0/srv/lib\0" * 20_000 + b"org.flywaydb.commandline.Main")
    assert [tool.framework for tool in machine.look().tools] == ["flyway"]


def test_a_process_that_gave_itself_a_name_is_looked_at_again_now_and_then(tmp_path: Path) -> None:
    (tmp_path / "net").symlink_to("/proc/net")
    (tmp_path / "4242").mkdir()
    line = tmp_path / "4242/cmdline"
    machine = LocalMachine(tmp_path)
    line.write_bytes(b"postgres: app shop [local] idle")
    assert [machine.look().tools for _ in range(2)] == [(), ()]
    line.write_bytes(b"flyway\0migrate")
    found = [[tool.framework for tool in machine.look().tools] for _ in range(5)]
    assert found[0] == []
    assert found[-1] == ["flyway"]


class Deaf:
    """A kernel without the part that answers: its list ends at once, with an error number."""

    def __init__(self, *_: object) -> None:
        """Whatever is asked for."""

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        """Nothing is open."""

    def settimeout(self, _: float) -> None:
        """It answers at once."""

    def send(self, _: bytes) -> None:
        """It does not listen."""

    def recv(self, _: int) -> bytes:
        return struct.pack("=IHHIIi", 20, 3, 2, 1, 0, -2)


def test_a_kernel_that_does_not_tell_is_no_kernel_without_connections(monkeypatch: pytest.MonkeyPatch) -> None:
    with socket.create_server(("127.0.0.1", 0)) as server, socket.create_connection(server.getsockname()) as client:
        end = client.getsockname()
        monkeypatch.setattr("console.machine.socket.socket", Deaf)
        assert end in LocalMachine(PROC).look().sockets
