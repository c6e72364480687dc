"""The console that is heard, on a real terminal that can do nothing, over a SQLite file: what it says and leaves."""

from __future__ import annotations

import grp
import os
import signal
import sqlite3
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path
from typing import Any

import pytest

from console.core.proof import writers
from console.drill.player import checksum
from tests.headless import halfway
from tests.linear.listening import Listener, listener
from tests.screens.terminal import terminal
from tests.test_sqlite_cli import HISTORY, ONE, TWO, ran

pytestmark = pytest.mark.slow

_LONG = 60.0
READ = ("help", "2", "2 carrier", "3", "3 orders", "4", "5", "6", "recover 1", "7", "8", "file", "statement 2", "why",
        "flights", "refresh", "more", "times", "report", "report status", "room")  # fmt: skip
"""Whatever a responder may ask without changing anything."""


@pytest.fixture
def site(tmp_path: Path) -> Path:
    """The second migration has stopped halfway."""
    (tmp_path / "sql").mkdir()
    (tmp_path / "sql" / "V1__orders.sql").write_text(ONE)
    (tmp_path / "sql" / "V2__carrier.sql").write_text(TWO)
    (tmp_path / "flyway.conf").write_text("flyway.url=jdbc:sqlite:app.db\nflyway.locations=filesystem:sql\n")
    row = f"(1, '1', 'orders', 'SQL', 'V1__orders.sql', {checksum(ONE)}, '', '2026-01-31 11:00:00.000', 7, 1)"
    ran(tmp_path / "app.db", HISTORY, ONE, f"INSERT INTO flyway_schema_history VALUES {row}", TWO.splitlines()[0])
    return tmp_path


def columns(site: Path) -> list[str]:
    with closing(sqlite3.connect(site / "app.db")) as link:
        return [name for (name,) in link.execute("SELECT name FROM pragma_table_info('orders')")]


def entries(site: Path, name: str = "journal") -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = halfway("journal", "--json", "--journal", str(site / name)).document["entries"]
    return found


def opened(site: Path, *words: str, **environ: str) -> Listener:
    return Listener(*words, "--project", str(site), XDG_STATE_HOME=str(site / "state"), **environ)


@pytest.fixture
def heard(site: Path) -> Iterator[Listener]:
    """A responder who listens, with a journal beside the database."""
    with listener("--linear", "--project", str(site), "--journal", str(site / "journal"),
                  XDG_STATE_HOME=str(site / "state")) as made:  # fmt: skip
        yield made


def test_it_says_the_verdict_and_finishes_what_was_typed_for(site: Path, heard: Listener) -> None:
    first = heard.hear()
    assert "Verdict: incident. " in first
    assert "Statement 2 of 2: not landed: ALTER TABLE orders ADD COLUMN shipped_at datetime" in first
    assert "Next safe step" in first
    phrase, said = heard.act("finish")
    assert phrase == "finish 2"
    assert "Step 1 of 2 begins: statement 2 of V2__carrier." in said
    assert "Statement 2 of V2__carrier: done" in said
    assert "The verdict is healthy." in said
    assert columns(site) == ["id", "total", "carrier", "shipped_at"]
    assert "Verdict: healthy." in heard.type("status")
    assert heard.leave() == 0
    verified = halfway("journal", "verify", "--journal", str(site / "journal"))
    assert verified.code == 0, verified.out


def test_no_byte_moves_a_cursor_and_no_line_is_said_over(site: Path, heard: Listener) -> None:
    heard.hear()
    for line in READ:
        said = heard.type(line)
        assert "There is no command" not in said, line
        assert "itself failed" not in said, line
    assert heard.leave() == 0
    written = bytes(heard.terminal.written)
    assert b"\x1b" not in written
    assert b"\r" not in written.replace(b"\r\n", b"")
    assert b"\x08" not in written


@pytest.mark.parametrize("typed", ["finish 3", "Finish 2", " finish 2", "finish 2 ", "yes", ""])
def test_what_is_not_typed_exactly_does_nothing_and_says_so(site: Path, heard: Listener, typed: str) -> None:
    heard.hear()
    assert "type exactly: finish 2" in heard.type("finish")
    assert "othing was sent." in heard.type(typed)
    assert heard.leave() == 0
    assert columns(site) == ["id", "total", "carrier"]
    assert [e["topic"] for e in entries(site) if e["topic"] in ("acting", "outcome")] == []


def test_what_was_typed_before_it_was_asked_does_not_count(site: Path, heard: Listener) -> None:
    heard.hear()
    heard.terminal.type("finish\nfinish 2\n")
    heard.terminal.until(lambda: "phrase> " in heard.all, _LONG)
    assert columns(site) == ["id", "total", "carrier"]
    assert heard.hear().endswith("phrase> ")
    assert "Nothing was sent." in heard.type("")


def test_data_is_lost_only_for_a_phrase_of_its_own(site: Path, heard: Listener) -> None:
    ran(site / "app.db", "INSERT INTO orders (id, carrier) VALUES (1, 'post')")
    heard.hear()
    said = heard.type("roll-back")
    assert "Loses: " in said
    said = heard.type("roll back 2")
    assert "To do it, type exactly: lose data in orders" in said
    assert "nothing was sent" in heard.type("lose data")
    assert columns(site) == ["id", "total", "carrier"]
    heard.type("roll-back")
    heard.type("roll back 2")
    assert "done" in heard.type("lose data in orders")
    assert columns(site) == ["id", "total"]


def test_ctrl_c_ends_the_line_and_the_end_of_input_leaves(site: Path, heard: Listener) -> None:
    heard.hear()
    heard.type("finish")
    heard.terminal.type("fini\x03")
    assert heard.hear().rstrip().endswith("halfway>")
    assert "Verdict: incident" in heard.type("status")
    heard.terminal.type("\x04")
    assert heard.terminal.wait()[0] == 0
    assert columns(site) == ["id", "total", "carrier"]


@pytest.mark.parametrize(("number", "code"), [(signal.SIGTERM, 143), (signal.SIGHUP, 129)])
def test_a_signal_ends_it_with_its_number(heard: Listener, number: signal.Signals, code: int) -> None:
    heard.hear()
    heard.terminal.process.send_signal(number)
    assert heard.terminal.wait()[0] == code


def test_what_changes_is_said_before_the_next_prompt_and_while_somebody_watches(site: Path, heard: Listener) -> None:
    heard.hear()
    ran(site / "app.db", TWO.splitlines()[1])
    heard.waits_for("", "Changed since ")
    heard.terminal.type("watch\n")
    heard.terminal.until(lambda: "Watching. Enter ends it." in heard.all, _LONG)
    ran(site / "app.db", "ALTER TABLE orders DROP COLUMN shipped_at")
    heard.terminal.until(lambda: heard.all.count("Changed since ") == 2, _LONG)
    assert "Watching has ended." in heard.type("")


def test_a_note_a_decision_and_a_closed_incident_are_in_the_journal(site: Path, heard: Listener) -> None:
    heard.hear()
    heard.act("finish")
    assert "It is in the journal." in heard.type("note the release waits")
    heard.type("answer carrier")
    for word in ("no", "yes", "yes", "unknown", "", "", ""):
        heard.type(word)
    said = heard.type("verify carrier")
    assert "verify> " in said
    heard.type("close" if "Type close when" in said else "close unverified")
    heard.leave()
    topics = [entry["topic"] for entry in entries(site)]
    assert topics.count("decision") == 4
    assert {"note", "verified", "closed"} <= set(topics)


def test_ctrl_c_while_it_is_done_leaves_and_says_that_it_goes_on(site: Path, heard: Listener) -> None:
    heard.hear()
    heard.type("finish")
    with closing(sqlite3.connect(site / "app.db", isolation_level=None)) as other:
        other.execute("BEGIN IMMEDIATE")
        heard.terminal.type("finish 2\n")
        heard.terminal.until(lambda: "Step 1 of 2 begins" in heard.all, _LONG)
        heard.terminal.type("\x03")
        assert heard.terminal.wait()[0] == 130
        assert "Whatever was sent goes on, on the server; the next console opens on it." in heard.all
        other.execute("ROLLBACK")


def test_who_leaves_a_plan_hears_its_end_later(site: Path, heard: Listener) -> None:
    heard.hear()
    heard.type("finish")
    with closing(sqlite3.connect(site / "app.db", isolation_level=None)) as other:
        other.execute("BEGIN IMMEDIATE")
        heard.terminal.type("finish 2\n")
        heard.terminal.until(lambda: "Step 1 of 2 begins" in heard.all, _LONG)
        heard.terminal.type("leave\n")
        assert "its end is said before a prompt to come." in heard.hear()
        assert "It is refused: nothing was sent." in heard.type("finish")
        other.execute("ROLLBACK")
    heard.waits_for("", "Main.flyway_schema_history: V2__carrier ran: done")
    assert columns(site) == ["id", "total", "carrier", "shipped_at"]


HOSTILE = 'CREATE TABLE "ev\x1b[2J\nil\u202e\x07" (id int)'


def test_text_of_the_database_is_written_out(site: Path, heard: Listener) -> None:
    ran(site / "app.db", HOSTILE)
    (site / "sql" / "V3__a\x1b]0;x\x07.sql").write_text('ALTER TABLE orders ADD COLUMN "a\x1b[31mb" int;\n')
    heard.hear()
    heard.waits_for("refresh", "")
    assert "\\x1b[2J" in heard.waits_for("schema ev", "il") or "\\e[2J" in heard.all
    heard.type("migrations")
    heard.type("preflight")
    assert heard.leave() == 0
    written = bytes(heard.terminal.written)
    for byte in (b"\x1b", b"\x07", "\u202e".encode()):
        assert byte not in written


def test_an_observer_has_no_word_that_acts_and_no_module_that_could(site: Path) -> None:
    loaded = site / "loaded"
    with listener("observe", "--linear", "--project", str(site),
                  LOADED=str(loaded), XDG_STATE_HOME=str(site / "state")) as own:  # fmt: skip
        assert "Halfway, observer: " in own.hear()
        words = own.type("help")
        assert "finish" not in words
        assert "There is no command finish here." in own.type("finish")
        for line in ("f", "kill", "note x", "mark", "take the wheel", "instead"):
            assert "There is no command" in own.type(line)
        assert own.leave() == 0
    modules = loaded.read_text().split("\n")
    assert "screens.linear.looking" in modules
    assert writers(modules) == ()
    assert [name for name in modules if name.partition(".")[0] == "textual"] == []
    assert columns(site) == ["id", "total", "carrier"]
    assert not (site / "state").exists()


def test_a_responder_loads_no_textual_either(site: Path) -> None:
    loaded = site / "loaded"
    with listener("--linear", "--project", str(site),
                  LOADED=str(loaded), XDG_STATE_HOME=str(site / "state")) as own:  # fmt: skip
        own.hear()
        for line in READ:
            own.type(line)
        own.type("finish")
        own.type("")
        assert own.leave() == 0
    modules = loaded.read_text().split("\n")
    assert "screens.acting.linear.console" in modules
    assert [name for name in modules if name.partition(".")[0] == "textual"] == []


def test_without_somebody_who_types_it_is_refused_in_one_sentence(site: Path) -> None:
    answer = halfway("--linear", "--project", str(site))
    assert answer.code == 2
    assert answer.err == (
        "halfway: --linear asks, and nobody can answer: stdin is no terminal. `halfway assess` is for scripts.\n"
    )
    assert answer.out == ""


def test_the_environment_and_the_configuration_ask_for_it_too(site: Path) -> None:
    (site / "h.toml").write_text("linear = true\n")
    for words, environ in (((), {"HALFWAY_LINEAR": "1"}), (("--config", str(site / "h.toml")), {})):
        with closing(opened(site, *words, **environ).terminal) as own:
            own.until(lambda own=own: b"halfway> " in own.written, _LONG)  # type: ignore[misc]
    with terminal("--config", str(site / "h.toml"), "--project", str(site), module="screens", HALFWAY_LINEAR="0",
                  XDG_STATE_HOME=str(site / "state")) as drawn:  # fmt: skip
        drawn.until(lambda: "[1 Incident]" in drawn.text, _LONG)
    (site / "h.toml").write_text('linear = "yes"\n')
    answer = halfway("assess", "--config", str(site / "h.toml"), "--project", str(site))
    assert (answer.code, "`linear` must be true or false" in answer.err) == (2, True)


def told(site: Path, name: str) -> list[tuple[str, str, tuple[str, ...]]]:
    """What the journal has of a deed, without moments and numbers."""
    kept = ("intent", "acting", "outcome", "refused")
    return [(e["topic"], e["text"], tuple(sorted(e["details"]))) for e in entries(site, name) if e["topic"] in kept]


def test_the_journal_is_the_same_as_the_drawn_consoles(site: Path, heard: Listener) -> None:
    before = (site / "app.db").read_bytes()
    heard.hear()
    heard.act("finish")
    heard.leave()
    said, after = told(site, "journal"), columns(site)
    (site / "app.db").write_bytes(before)
    with terminal("--project", str(site), "--journal", str(site / "drawn"), module="screens",
                  XDG_STATE_HOME=str(site / "state")) as drawn:  # fmt: skip
        drawn.until(lambda: "HALF APPLIED" in drawn.text, _LONG)
        drawn.type("f")
        drawn.until(lambda: "Type  finish 2" in drawn.text, _LONG)
        drawn.type("finish 2\r")
        drawn.until(lambda: "Esc back" in drawn.text, _LONG)
    assert columns(site) == after
    assert told(site, "drawn") == said
    assert [topic for topic, _, _ in said] == ["intent", "acting", "outcome", "acting", "outcome"]


@pytest.fixture
def room(site: Path) -> Path:
    """Where both meet."""
    made = halfway("room", "make", str(site / "room"), "--group", grp.getgrgid(os.getegid()).gr_name)
    assert made.code == 0, made.err
    return site / "room"


def test_two_people_are_needed_where_that_was_said(site: Path, room: Path) -> None:
    with listener("--linear", "--project", str(site), "--two-person", "all", "--room", str(room),
                  XDG_STATE_HOME=str(site / "state")) as own:  # fmt: skip
        own.hear()
        assert "You have the wheel." in own.type("room")
        own.type("finish")
        assert "Enter alone asks a partner" in own.type("finish 2")
        own.terminal.type("\n")
        own.terminal.until(lambda: "It waits for a partner" in own.all, _LONG)
        own.terminal.type("stop\n")
        assert "Nothing was sent." in own.hear()
        own.type("finish")
        own.type("finish 2")
        own.terminal.type("\n")
        own.terminal.until(lambda: own.all.count("It waits for a partner") == 2, _LONG)
        own.terminal.type("\x03")
        assert own.terminal.wait()[0] == 130
    assert columns(site) == ["id", "total", "carrier"]


@contextmanager
def after_it_spoke(first: Listener) -> Iterator[None]:
    """Who comes first has the wheel."""
    assert "Verdict" in first.hear()
    yield


def test_who_has_no_wheel_is_refused_in_the_same_words(site: Path, room: Path) -> None:
    words = ("--linear", "--project", str(site), "--room", str(room))
    with (
        listener(*words, XDG_STATE_HOME=str(site / "state")) as first,
        after_it_spoke(first),
        listener(*words, XDG_STATE_HOME=str(site / "state")) as second,
    ):
        second.hear()
        said = second.type("finish")
        assert "has the wheel" in said
        assert "w takes it over." in said
        assert "It is refused: nothing was sent." in said
        said = second.type("room")
        assert "type exactly: take the wheel from" in said
        assert "You have the wheel." not in second.type("take the wheel")
        assert "The wheel is given back." in first.type("give")
        second.waits_for("", "In the room: ")
        second.type("room")
        assert "You have the wheel." in second.type("take the wheel")
        assert second.act("finish")[0] == "finish 2"
    assert columns(site) == ["id", "total", "carrier", "shipped_at"]


def test_an_observer_hears_what_is_done_in_the_room(site: Path, room: Path) -> None:
    state, loaded = {"XDG_STATE_HOME": str(site / "state")}, site / "loaded"
    words = ("--linear", "--project", str(site), "--room", str(room))
    with (
        listener(*words, **state) as first,
        after_it_spoke(first),
        listener("observe", *words, LOADED=str(loaded), **state) as second,
    ):
        second.hear()
        first.act("finish")
        second.waits_for("", "In the room: ")
        assert "outcome: statement 2 of V2__carrier: done" in second.waits_for("journal", "seen: after: ")
        assert "There is no command finish here." in second.type("finish")
        assert second.leave() == 0
    assert writers(loaded.read_text().split("\n")) == ()
