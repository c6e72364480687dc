"""The connection that acts on MySQL says nothing for minutes: it is kept while its console lives, and no longer."""

from __future__ import annotations

from functools import partial

import pytest
from sqlalchemy.engine import URL

from console.dialects.mysql.hand import MySQLHand
from console.dialects.mysql.wire import Wire
from console.keeper import Charge, KeptHand
from tests.headless import ROOT
from tests.mysql_servers import ask, open_connection
from tests.waiting import eventually


def impatient(url: URL, lane: str = "hand") -> MySQLHand:
    """Its server ends it after four silent seconds."""
    Wire.idle = "4"
    return MySQLHand(url, lane)


def is_there(url: URL, told: str) -> bool:
    """The session of that identity is on the server."""
    own = told.split(maxsplit=1)[0]
    with open_connection(url) as other:
        return bool(ask(other, f"SELECT 1 FROM information_schema.processlist WHERE id = {own}"))


def test_the_server_ends_a_hand_whose_console_is_lost_and_keeps_one_that_rests(
    my_database: URL, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("PYTHONPATH", str(ROOT))
    kept = KeptHand(Charge(partial(impatient, my_database), rest=0.2))
    monkeypatch.setattr(Wire, "idle", "4")
    silent = MySQLHand(my_database)
    try:
        at_rest, lost = kept.whoami(), silent.whoami()
        eventually(lambda: not is_there(my_database, lost))
        assert is_there(my_database, at_rest)
        assert kept.whoami() == at_rest
    finally:
        silent.close()
        kept.close()


def test_a_minute_of_silence_ends_every_session_of_ours(my_database: URL) -> None:
    hand = MySQLHand(my_database)
    try:
        assert hand.ask("SELECT @@wait_timeout") == int(Wire.idle)
        hand.read("server")
        assert hand.ask("SELECT @@wait_timeout") == int(Wire.idle)
        assert Charge.rest * 2 < int(Wire.idle) < 60
    finally:
        hand.close()
