"""The process that acts: what runs when the console dies goes on, is recorded, and is not sent again."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from functools import partial
from pathlib import Path

import psycopg
import pytest
from sqlalchemy.engine import URL, make_url

from console.core.faults import LinkLostFault, RefusedFault, UnreachableFault
from console.core.journal import Topic
from console.dialects.postgres.hand import PostgresHand
from console.keeper import Charge, KeptHand
from tests.acting.kept import Lines, step
from tests.headless import environment
from tests.servers import Connect, conninfo
from tests.waiting import eventually

SLOW = "CREATE TABLE made AS SELECT 1 AS one FROM pg_sleep(1)"
CONSOLE = "import sys; from tests.acting.kept import console; console(*sys.argv[1:])"


def is_alive(pid: int) -> bool:
    return Path(f"/proc/{pid}/stat").exists()


def kept(url: URL) -> KeptHand:
    return KeptHand(Charge(partial(PostgresHand, url)))


def test_it_does_what_the_hand_does(database: URL) -> None:
    hand = kept(database)
    plain = PostgresHand(database)
    try:
        assert hand.identity() == plain.identity()
        assert hand.whoami() != plain.whoami()
        seen = hand.look(plain.whoami().split()[0])
        assert seen is not None
        assert seen.own
        hand.run(step("CREATE TABLE made (id int)"))
        assert hand.count("SELECT count(*) FROM made", 1.0) == 0
        with pytest.raises(RefusedFault) as refused:
            hand.run(step("CREATE TABLE made (id int)"))
        assert refused.value.code == "42P07"
        assert 'relation "made" already exists' in refused.value.why
    finally:
        plain.close()
        hand.close()
    eventually(lambda: not is_alive(hand.pid))


def test_a_server_that_cannot_be_reached_is_said_at_the_start(database: URL) -> None:
    with pytest.raises(UnreachableFault):
        kept(database.set(port=1))


def test_what_lies_in_the_current_folder_is_not_run(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    ran = tmp_path / "ran"
    (tmp_path / "console").mkdir()
    for name in ("console/__init__.py", "console/keeper.py", "socket.py"):
        (tmp_path / name).write_text(f"open({str(ran)!r}, 'w').close()\nraise SystemExit\n")
    monkeypatch.chdir(tmp_path)
    with pytest.raises(UnreachableFault):
        kept(make_url("postgresql://ann@127.0.0.1:1/shop"))
    assert not ran.exists()


def test_its_end_is_a_lost_link(database: URL) -> None:
    hand = kept(database)
    os.kill(hand.pid, signal.SIGKILL)
    with pytest.raises(LinkLostFault):
        hand.identity()
    hand.close()


@pytest.mark.parametrize("how", [signal.SIGKILL, signal.SIGHUP, signal.SIGTERM], ids=lambda how: how.name)
def test_what_runs_when_the_console_dies_goes_on_and_is_recorded(
    how: signal.Signals, database: URL, connect: Connect, tmp_path: Path
) -> None:
    journal = Lines(tmp_path / "journal")
    command = [sys.executable, "-c", CONSOLE, conninfo(database), str(journal.path), SLOW]
    watch = connect()
    ours = environment()  # its keeper does not look into the current folder for the journal of this test
    with subprocess.Popen(command, env=ours, stdout=subprocess.PIPE, text=True, start_new_session=True) as console:
        assert console.stdout
        keeper = int(console.stdout.readline())
        running = "SELECT 1 FROM pg_stat_activity WHERE state = 'active' AND query LIKE 'CREATE TABLE made%'"
        eventually(lambda: watch.execute(running).fetchall())
        os.killpg(console.pid, how)
    assert is_alive(keeper)
    assert [e.text for e in journal.in_flight()] == ["statement 1 of V2"]
    eventually(lambda: not is_alive(keeper))
    assert journal.in_flight() == ()
    assert [e.topic for e in journal.entries()] == [Topic.ACTING, Topic.OUTCOME]
    assert "the console was gone" in journal.entries()[-1].details["by"]
    assert watch.execute("SELECT count(*) FROM made").fetchone() == (1,)
    left = "SELECT pid FROM pg_stat_activity WHERE application_name LIKE 'halfway%' AND datname = current_database()"
    eventually(lambda: not watch.execute(left).fetchall())


def test_nothing_secret_is_in_its_arguments_or_environment(database: URL) -> None:
    hand = kept(database.set(password="s3cret-word"))
    try:
        for name in ("cmdline", "environ"):
            assert b"s3cret-word" not in Path(f"/proc/{hand.pid}/{name}").read_bytes()
    finally:
        hand.close()


def test_an_idle_one_ends_with_its_console(database: URL) -> None:
    hand = kept(database)
    with psycopg.connect(conninfo(database)) as watch:
        hand.close()
        eventually(lambda: not is_alive(hand.pid))
        sql = "SELECT 1 FROM pg_stat_activity WHERE application_name = 'halfway hand' AND datname = current_database()"
        eventually(lambda: not watch.execute(sql).fetchall())
