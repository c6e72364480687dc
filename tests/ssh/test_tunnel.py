"""Commands through a tunnel: they see the database by its own name, leave nothing behind and say what is wrong."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path

import pytest
from sqlalchemy.engine import URL

from console.core.faults import UsageFault
from console.drill.server import PrivatePostgres, available
from console.tunnel import checked
from tests.headless import Answer, command, environment, halfway
from tests.ssh.far import DATABASE, HOSTS, Seat
from tests.tools.sshd import Sshd, sshd
from tests.waiting import eventually

pytestmark = pytest.mark.server
SECRET = "Brg-9un7er-Zaun"
_HOLDER = """
import os, subprocess, sys
from sqlalchemy.engine import make_url
from console import tunnel
print(tunnel.through(make_url(sys.argv[1]), "bastion").query["tunnel"])
kept = subprocess.Popen(["/bin/cat"], stdin=0, pass_fds=tunnel.leashes())
print(kept.pid, flush=True)
os.kill(os.getpid(), 9)
"""

_ACTING = """
import os, sys
from functools import partial
from pathlib import Path
from sqlalchemy.engine import make_url
from console import dialects, tunnel
from console.keeper import Charge, KeptHand
url = tunnel.through(make_url(sys.argv[1]), "bastion")
hand = KeptHand(Charge(partial(dialects.open_hand, "postgresql", url)))
(leash,) = tunnel.leashes()
ours = os.readlink(f"/proc/self/fd/{leash}")
theirs = {os.readlink(each) for each in Path(f"/proc/{hand.pid}/fd").iterdir()}
print(ours in theirs, hand.identity() != "")
hand.close()
"""

_TAKEN = """
import os, socket, sys
from sqlalchemy.engine import make_url
from console import tunnel
from console.core.faults import UnreachableFault
url = tunnel.through(make_url(sys.argv[1]), "bastion")
print(url.query["tunnel"], flush=True)
sys.stdin.readline()
with socket.create_server(("127.0.0.1", int(url.query["tunnel"].rpartition(":")[2]))):
    for _ in range(2):
        try:
            print("led to", tunnel.way(url))
        except UnreachableFault as fault:
            print(fault)
"""


@pytest.fixture(scope="module")
def bastion() -> Iterator[Sshd]:
    """It alone knows the name of the database's machine."""
    with sshd("", "", HOSTS) as made:
        yield made


@pytest.fixture(scope="module")
def server() -> Iterator[URL]:
    """A database whose machine has a socket too; the server runs as somebody else."""
    with tempfile.TemporaryDirectory() as sockets:
        Path(sockets).chmod(0o777)
        with PrivatePostgres(available()[-1], {"unix_socket_directories": sockets}) as made:
            yield made.url.update_query_dict({"sockets": sockets})


@pytest.fixture
def seat(bastion: Sshd, tmp_path: Path) -> Iterator[Seat]:
    """Somebody who goes through the bastion."""
    with Seat.at(bastion, tmp_path) as made:
        yield made


def assess(seat: Seat, url: URL, *words: str) -> Answer:
    """Through the bastion."""
    text = url.set(drivername=url.get_backend_name()).render_as_string(hide_password=False)
    return halfway("assess", "--json", "--ssh", "bastion", *words, text, env=seat.environ)


def test_a_database_that_only_the_bastion_can_find_goes_by_its_own_name(seat: Seat, server: URL) -> None:
    answer = assess(seat, server.set(host=DATABASE, query={}))
    assert answer.code == 1, answer.err
    assert answer.document["database"]["name"] == "postgres"
    text = server.set(drivername="postgresql", host=DATABASE, query={}).render_as_string()
    shown = halfway("assess", "--ssh", "bastion", text, env=seat.environ).out
    assert f"postgres on {DATABASE}" in shown
    eventually(lambda: seat.gone)


def test_what_the_bastion_calls_localhost_goes_by_the_name_of_the_bastion(seat: Seat, server: URL) -> None:
    text = server.set(drivername="postgresql", host="localhost", query={}).render_as_string()
    assert "postgres on bastion" in halfway("assess", "--ssh", "bastion", text, env=seat.environ).out


def test_a_socket_on_the_far_side_is_a_way_too(seat: Seat, server: URL) -> None:
    answer = assess(seat, server.set(host=None, query={"host": str(server.query["sockets"])}))
    assert answer.code == 1, answer.err
    assert answer.document["database"]["name"] == "postgres"


def test_no_password_is_in_the_arguments_of_any_process(seat: Seat, server: URL) -> None:
    url = server.set(drivername="postgresql", host=DATABASE, password=SECRET, query={})
    environ = environment({**seat.environ, "HALFWAY_URL": url.render_as_string(hide_password=False)})
    seen: set[str] = set()

    def looked() -> bool:
        ours = [path for path in Path("/proc").glob("[0-9]*") if _runs_with(path, str(seat.places))]
        seen.update(argument for path in ours for argument in _arguments(path))
        return running.poll() is not None

    with subprocess.Popen(
        command("assess", "--ssh", "bastion"), env=environ, stdout=subprocess.PIPE, stderr=subprocess.STDOUT
    ) as running:
        eventually(looked)
        assert running.stdout is not None
        said = running.stdout.read().decode()
    assert f"postgres on {DATABASE}" in said
    assert any("control" in word for word in seen)
    assert not any(SECRET in word for word in seen)


def _arguments(process: Path) -> list[str]:
    try:
        return (process / "cmdline").read_bytes().decode(errors="replace").split("\0")
    except OSError:
        return []


def _runs_with(process: Path, name: str) -> bool:
    return any(name in word for word in _arguments(process))


@pytest.mark.parametrize(
    ("change", "said"),
    [
        ({"host": "nosuch.invalid"}, "bastion could not reach it (connect failed: Name or service not known)"),
        ({"port": 1}, "bastion could not reach it (connect failed: Connection refused)"),
    ],
    ids=["name", "port"],
)
def test_it_is_said_what_the_bastion_could_not_reach(
    seat: Seat, server: URL, change: dict[str, str | int], said: str
) -> None:
    answer = assess(seat, server.set(**{"host": DATABASE, "query": {}, **change}))  # type: ignore[arg-type]
    assert answer.code == 3
    assert said in answer.err
    eventually(lambda: seat.gone)


def test_a_bastion_that_lets_nobody_in_is_one_sentence(seat: Seat, server: URL) -> None:
    (seat.folder / "key").unlink()
    answer = assess(seat, server.set(host=DATABASE, query={}))
    assert answer.code == 3
    assert "No tunnel leads through bastion: ann@127.0.0.1: Permission denied (publickey" in answer.err
    eventually(lambda: seat.gone)


@pytest.mark.parametrize(
    ("host", "url", "said"),
    [
        ("-oProxyCommand=id", "postgresql://db1/shop", "is not a host of ssh's"),
        ("bastion", "sqlite:////nowhere.db", "this database is a file"),
        ("bastion", "postgresql:///shop", "needs the one host of the database"),
        ("bastion", "postgresql://db1,db2/shop", "needs the one host of the database"),
    ],
    ids=["option", "file", "no host", "two hosts"],
)
def test_what_leads_nowhere_is_wrong_usage(seat: Seat, host: str, url: str, said: str) -> None:
    answer = halfway("assess", f"--ssh={host}", url, env=seat.environ)
    assert (answer.code, answer.out) == (2, "")
    assert said in answer.err
    assert seat.gone


@pytest.mark.parametrize("host", ["", "-L", "a b", "a\nb"])
def test_a_host_is_a_host(host: str) -> None:
    with pytest.raises(UsageFault):
        checked(host)


def test_it_stays_as_long_as_anybody_needs_it_and_no_longer(seat: Seat, server: URL) -> None:
    """The console dies at once; what keeps a change running holds the tunnel until it ends itself."""
    text = server.set(host=DATABASE, query={}).render_as_string(hide_password=False)
    held, holds = os.pipe()
    with subprocess.Popen(
        [sys.executable, "-c", _HOLDER, text], env=environment(seat.environ), stdin=held, stdout=subprocess.PIPE
    ) as console:
        os.close(held)
        assert console.stdout is not None
        way, keeper = console.stdout.readline().decode().strip(), int(console.stdout.readline())
        assert console.wait() == -signal.SIGKILL
    assert len(seat.masters()) == 1
    there = server.set(drivername="postgresql", host="127.0.0.1", port=int(way.rpartition(":")[2]), query={})
    assert halfway("assess", there.render_as_string()).code == 1
    assert Path(f"/proc/{keeper}").exists()
    os.close(holds)
    eventually(lambda: seat.gone)
    assert seat.masters() == []


def test_the_process_that_acts_goes_through_the_tunnel_and_holds_it(seat: Seat, server: URL) -> None:
    text = server.set(drivername="postgresql", host=DATABASE, query={}).render_as_string(hide_password=False)
    done = subprocess.run(
        [sys.executable, "-c", _ACTING, text], env=environment(seat.environ), capture_output=True, text=True,
        check=False, timeout=60,
    )  # fmt: skip
    assert done.stdout == "True True\n", done.stderr
    eventually(lambda: seat.gone)


def test_nobody_is_led_to_who_took_the_port_of_a_tunnel_that_broke(seat: Seat, server: URL) -> None:
    text = server.set(host=DATABASE, query={}).render_as_string(hide_password=False)
    with subprocess.Popen(
        [sys.executable, "-c", _TAKEN, text], env=environment(seat.environ), stdin=subprocess.PIPE,
        stdout=subprocess.PIPE, text=True,
    ) as console:  # fmt: skip
        assert console.stdout is not None
        console.stdout.readline()
        (master,) = seat.masters()
        os.kill(master, signal.SIGKILL)
        eventually(lambda: seat.masters() == [])
        said, _ = console.communicate("go on\n", timeout=60)
    assert said.count("The tunnel through bastion is closed") == 2, said
    assert "led to" not in said
    eventually(lambda: seat.gone)
