"""Who sits here: the kernel's word first, and an origin only when it is of this very session."""

from __future__ import annotations

import os
import shutil
import socket
import subprocess
import sys
from collections.abc import Mapping
from pathlib import Path

import pytest

from console.core.journal import Person
from console.store.person import origin, user_name, who
from tests.headless import ROOT, environment

ME = user_name(os.getuid())
FAR = {"SSH_CONNECTION": "10.0.0.5 51234 10.0.0.1 22"}


class Machine:
    """A /proc with the processes that are put in."""

    def __init__(self, folder: Path) -> None:
        self.proc = folder
        (folder / "self" / "net").mkdir(parents=True)

    def process(self, pid: int, name: str, parent: int, environ: Mapping[str, str] | None = None) -> None:
        (self.proc / str(pid)).mkdir()
        (self.proc / str(pid) / "stat").write_text(f"{pid} ({name}) S {parent} 1 1 0")
        data = "\0".join(f"{key}={value}" for key, value in (environ or {}).items())
        (self.proc / str(pid) / "environ").write_text(data)

    def logged_in(self, uid: int) -> None:
        (self.proc / "self" / "loginuid").write_text(str(uid))


@pytest.fixture
def machine(tmp_path: Path) -> Machine:
    return Machine(tmp_path)


def test_nobody_else_and_nowhere_else(machine: Machine) -> None:
    assert who({}, "shop_rw", machine.proc) == Person(ME, "", "shop_rw")


@pytest.mark.parametrize(
    ("login", "sudo", "said"),
    [
        (2**32 - 1, "", ME),
        (os.getuid(), "", ME),
        (os.getuid(), ME, ME),
        (424242, "", f"uid 424242 as {ME}"),
        (2**32 - 1, "alice", f"alice as {ME}"),
        (424242, "alice", f"uid 424242 as alice as {ME}"),
    ],
    ids=["nobody", "same", "same-sudo", "su", "sudo", "both"],
)
def test_who_became_whom(machine: Machine, login: int, sudo: str, said: str) -> None:
    machine.logged_in(login)
    assert who({"SUDO_USER": sudo}, proc=machine.proc).user == said


def test_a_login_over_ssh(machine: Machine) -> None:
    machine.process(10, "sshd", 1)
    machine.process(11, "bash", 10, FAR)
    machine.process(12, "halfway", 11, FAR)
    assert origin(FAR, machine.proc, 12) == "10.0.0.5"


def test_sudo_took_the_variables_away(machine: Machine) -> None:
    machine.process(10, "sshd-session", 1)
    machine.process(11, "bash", 10, FAR)
    machine.process(12, "sudo", 11)
    machine.process(13, "halfway", 12)
    assert origin({}, machine.proc, 13) == "10.0.0.5"


def test_a_jump_from_here_to_here_is_the_last_one(machine: Machine) -> None:
    machine.process(10, "sshd", 1)
    machine.process(11, "bash", 10, FAR)
    machine.process(12, "odd) name (", 11, {"SSH_CONNECTION": "192.0.2.7 1 10.0.0.1 22"})
    assert origin({"SSH_CONNECTION": "192.0.2.8 1 10.0.0.1 22"}, machine.proc, 12) == "10.0.0.5"


def test_the_environment_of_a_tmux_session_may_be_of_a_connection_that_ended(machine: Machine) -> None:
    machine.process(20, "tmux: server", 1, FAR)
    machine.process(21, "bash", 20, FAR)
    machine.process(22, "halfway", 21, FAR)
    assert origin(FAR, machine.proc, 22) == ""


@pytest.mark.parametrize("said", ["", "nonsense", "10.0.0.5", "999.1.1.1 1 1 1", "\x1b[2J 1 2 3", "10.0.0.5 x y z"])
def test_an_environment_that_makes_no_sense_is_no_origin(machine: Machine, said: str) -> None:
    machine.process(10, "sshd", 1)
    machine.process(11, "halfway", 10)
    assert origin({"SSH_CONNECTION": said}, machine.proc, 11) == ""


def test_a_machine_that_shows_nothing(tmp_path: Path) -> None:
    assert origin(FAR, tmp_path / "nothing") == ""


@pytest.mark.parametrize("family", [socket.AF_INET, socket.AF_INET6], ids=["v4", "v6"])
def test_a_connection_that_is_open_now_is_of_this_machine(tmp_path: Path, family: socket.AddressFamily) -> None:
    here = "127.0.0.1" if family is socket.AF_INET else "::1"
    with socket.create_server((here, 0), family=family) as server:
        port = server.getsockname()[1]
        with socket.create_connection((here, port)) as client:
            taken, _ = server.accept()
            said = {"SSH_CONNECTION": f"{here} {client.getsockname()[1]} {here} {port}"}
            assert origin(said, without_a_door(tmp_path)) == here
            taken.close()
        assert origin(said, without_a_door(tmp_path)) == ""


def without_a_door(folder: Path) -> Path:
    """This machine's connections, and of its processes only this one, so that no real sshd is found above."""
    own = folder / "self"
    own.mkdir(exist_ok=True)
    if not (own / "net").exists():
        (own / "net").symlink_to("/proc/self/net")
    return folder


def test_the_real_ancestors_are_looked_at(tmp_path: Path) -> None:
    """A program called sshd that is the machine's own: what it started came through it."""
    door = tmp_path / "sshd"
    shutil.copy(shutil.which("sh") or "", door)
    look = "import os; from console.store.person import origin; print(origin({}))"
    inner = f'"{sys.executable}" -c "{look}"; true'
    done = subprocess.run(
        [door, "-c", f"sh -c '{inner}'; true"], capture_output=True, text=True, check=True, cwd=ROOT,
        env=environment({"SSH_CONNECTION": "192.0.2.7 1 10.0.0.1 22"}),
    )  # fmt: skip
    owned_by_the_machine = Path("/proc").stat().st_uid == os.getuid()
    assert done.stdout.strip() == ("192.0.2.7" if owned_by_the_machine else "")
