"""Both files on machines without Python packages, or without Python: assess, the drivers, the console on a terminal."""

from __future__ import annotations

import re
from collections.abc import Iterator

import pytest
from sqlalchemy.engine import URL

from console.drill.server import PrivatePostgres, available
from tests.install.box import BARE, WITH_PYTHON, Box, box
from tests.mysql_servers import private
from tests.screens.terminal import ROOT, Terminal

pytestmark = pytest.mark.server
UNPACKED = {"HALFWAY_UNPACK": "/keep/unpacked"}
APP = ("--project", "/keep/app")
NEW = [version for version in WITH_PYTHON if version != "3.9"]


def judges(there: Box, *program: str) -> None:
    """It is unpacked once, and then says what happened to the project."""
    first = there.run(*program, "assess", *APP, **UNPACKED)
    assert (first.returncode, first.stderr.count("unpacking into /keep/unpacked/")) == (1, 1), first.stderr
    assert re.search(r"HALF APPLIED +2 ", first.stdout), first.stdout
    again = there.run(*program, "assess", *APP, **UNPACKED)
    assert (again.returncode, again.stderr) == (1, "")
    assert "NOT LANDED" in again.stdout


@pytest.fixture(scope="module")
def servers() -> Iterator[tuple[URL, ...]]:
    """One of each driver's."""
    with PrivatePostgres(available()[-1]) as postgres, private("mysql") as mysql:
        yield postgres.url, mysql.url.set(database="mysql")


def connects(there: Box, servers: tuple[URL, ...], *program: str) -> None:
    """Every driver is inside, and so is what it is made with."""
    for url in servers:
        text = url.set(drivername=url.get_backend_name()).render_as_string(hide_password=False)
        answer = there.run(*program, "assess", text, **UNPACKED)
        assert f"{url.database} on 127.0.0.1" in answer.stdout, answer.stderr


def opens(there: Box, *program: str) -> None:
    """A person sees the screens, walks through them and leaves; the hand's own process starts as well."""
    shown = Terminal(*there.command(*program, *APP, **UNPACKED), module="tests.install.seat", cwd=ROOT)
    try:
        shown.shows("HALF APPLIED")
        shown.type("2\r")
        shown.shows("NOT LANDED")
        assert "nothing can be done from here" not in shown.text
        shown.type("q")
        shown.until(lambda: shown.process.poll() is not None or "q" in shown.text)
        shown.type("q")
        assert shown.wait()[0] == 0
    finally:
        shown.close()


@pytest.mark.parametrize("version", NEW)
def test_the_pyz_runs_on_a_python_without_packages(pyz: bytes, servers: tuple[URL, ...], version: str) -> None:
    program = (f"/usr/bin/python{version}", "/given/halfway.pyz")
    with box(WITH_PYTHON[version], {"halfway.pyz": pyz}) as there:
        judges(there, *program)
        connects(there, servers, *program)
        opens(there, *program)


def test_the_pyz_says_that_a_python_is_too_old(pyz: bytes) -> None:
    with box(WITH_PYTHON["3.9"], {"halfway.pyz": pyz}) as there:
        answer = there.run("/usr/bin/python3.9", "/given/halfway.pyz", "assess", *APP)
    assert answer.returncode == 2
    assert re.fullmatch(r"halfway: Python 3\.11 or newer is needed; this is 3\.9\.\d+\.\n", answer.stderr)


@pytest.mark.parametrize("suite", BARE)
def test_the_binary_runs_where_there_is_no_python(binary: bytes, servers: tuple[URL, ...], suite: str) -> None:
    program = "/given/halfway"
    with box(BARE[suite], {"halfway": binary}) as there:
        assert there.run("/bin/sh", "-c", "command -v python3 python3.11 python3.13").returncode == 127
        judges(there, program)
        connects(there, servers, program)
        opens(there, program)


def test_the_binary_says_that_a_c_library_is_too_old(binary: bytes) -> None:
    with box(WITH_PYTHON["3.9"], {"halfway": binary}) as there:
        answer = there.run("/given/halfway", "--version", **UNPACKED)
        assert answer.returncode == 2
        said = answer.stderr.splitlines()
        assert said[1:] == ["halfway: the C library of this machine is too old: Debian 12's is wanted, glibc 2.36."]
        assert not list((there.keep / "unpacked").iterdir())


@pytest.mark.parametrize("kind", ["pyz", "binary"])
def test_nothing_is_run_from_a_folder_that_others_write_into(pyz: bytes, binary: bytes, kind: str) -> None:
    wanted, program = (
        (WITH_PYTHON["3.11"], ("/usr/bin/python3.11", "/given/halfway"))
        if kind == "pyz"
        else (BARE["bookworm"], ("/given/halfway",))
    )
    with box(wanted, {"halfway": pyz if kind == "pyz" else binary}) as there:
        (there.keep / "open").mkdir()
        (there.keep / "open").chmod(0o777)
        answer = there.run(*program, "--version", HALFWAY_UNPACK="/keep/open")
        assert answer.returncode == 2
        assert "others may write into /keep/open" in answer.stderr
        assert not list((there.keep / "open").iterdir())
        nowhere = there.run(*program, "--version", HALFWAY_UNPACK="/proc/none")
        assert nowhere.returncode == 2
        assert nowhere.stderr.count("\n") == 1
        assert "/proc/none" in nowhere.stderr
