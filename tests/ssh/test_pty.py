"""The console behind a tunnel: ssh asks before the screens; what broke is opened again, or it is said why not."""

from __future__ import annotations

import os
import signal
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from sqlalchemy.engine import URL

from tests.screens.terminal import ROOT, Terminal
from tests.servers import run
from tests.ssh.far import DATABASE, HOSTS, Seat
from tests.tools.sshd import Sshd, sshd
from tests.waiting import eventually

pytestmark = [pytest.mark.server, pytest.mark.first_of("a tunnel under the screens")]
PASSPHRASE = "correct-horse"


@pytest.fixture(scope="module")
def bastion() -> Iterator[Sshd]:
    """It alone knows the name of the database's machine."""
    with sshd("", "", HOSTS) as made:
        yield made


@pytest.fixture
def seat(bastion: Sshd, tmp_path: Path) -> Iterator[Seat]:
    """Somebody who goes through the bastion."""
    with Seat.at(bastion, tmp_path) as made:
        yield made


@contextmanager
def console(seat: Seat, url: URL) -> Iterator[Terminal]:
    """A person's console on it."""
    text = url.set(drivername="postgresql", host=DATABASE).render_as_string(hide_password=False)
    shown = Terminal("observe", "--ssh", "bastion", text, module="tests.ssh.seat", cwd=ROOT, **seat.environ)  # type: ignore[arg-type]
    try:
        yield shown
    finally:
        shown.close()


def test_a_tunnel_that_broke_is_opened_again_where_nothing_need_be_asked(seat: Seat, database: URL) -> None:
    with console(seat, database) as shown:
        shown.shows(f"{database.database} on {DATABASE}")
        (first,) = seat.masters()
        os.kill(first, signal.SIGKILL)
        shown.until(lambda: bool(seat.masters()) and seat.masters() != [first])
        run(database, "CREATE TABLE seen_again (id int)")
        shown.type("3")
        shown.shows("seen_again")
        shown.type("q")
        shown.wait()
    eventually(lambda: seat.gone)


def test_ssh_asks_before_the_screens_and_never_in_them(seat: Seat, database: URL) -> None:
    seat.bastion.with_passphrase(seat.folder / "key", PASSPHRASE)
    with console(seat, database) as shown:
        shown.shows("Enter passphrase for key")
        shown.type(f"{PASSPHRASE}\n")
        shown.shows(f"{database.database} on {DATABASE}")
        assert PASSPHRASE not in shown.written.decode(errors="replace")
        (first,) = seat.masters()
        os.kill(first, signal.SIGKILL)
        shown.shows("The tunnel through bastion is closed")
        shown.shows("ssh would")
        assert seat.masters() == []
        shown.type("q")
        shown.wait()
    eventually(lambda: seat.gone)
