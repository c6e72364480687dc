"""`halfway report` as a stranger runs it."""

from __future__ import annotations

import json
from base64 import b64decode
from pathlib import Path

import pytest

from tests.report_account.stories import DEPLOY, INCIDENT, SQL, incident, kept, reported
from tests.store.journals import journal, tampered


@pytest.fixture(scope="module")
def path(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The journal of an incident; no test changes it."""
    return kept(tmp_path_factory.mktemp("report"), incident())


def test_each_form_and_each_note_is_written_to_stdout(path: Path) -> None:
    starts = {
        ("--format", "md"): f"# Incident: {INCIDENT}\n",
        ("--format", "html"): "<!doctype html>\n",
        ("--format", "json"): "{\n",
        ("--as", "handover"): f"# Hand-over: {INCIDENT}\n",
        ("--as", "status"): "# Status update\n",
        ("--as", "retro"): f"# Looking back: {INCIDENT}\n",
        ("--as", "brief"): "# A database migration stopped halfway\n",
    }
    for asked, start in starts.items():
        answer = reported("--journal", str(path), *asked)
        assert (answer.code, answer.err, answer.out.startswith(start)) == (0, "", True), asked
    found = json.loads(reported("--journal", str(path), "--format", "json").out)
    assert found["actions"][0]["sql"] == SQL
    assert found["journal"]["trusted"] is True


def test_a_room_is_named_by_its_folder_and_an_incident_by_a_part_of_its_name(path: Path, tmp_path: Path) -> None:
    (tmp_path / "desk").symlink_to(path.parent)
    assert reported("--room", str(tmp_path)).out.startswith(f"# Incident: {INCIDENT}")
    assert reported("--room", str(tmp_path), "--incident", "SHOP").code == 0


def test_what_cannot_be_told_is_one_sentence(path: Path, tmp_path: Path) -> None:
    there = tmp_path / "there.md"
    there.write_text("mine")
    with journal(tmp_path, who=DEPLOY) as empty:
        pass
    junk = tmp_path / "junk.db"
    junk.write_bytes(b"no journal" * 200)
    wrong = (
        ("--journal", str(path), "--incident", "nothing"),
        ("--journal", str(path), "--room", str(tmp_path)),
        ("--journal", str(path), "--as", "brief", "--format", "json"),
        ("--journal", str(path), "--to", str(there)),
        ("--journal", str(path), "--to", str(tmp_path / "no" / "folder.md")),
        ("--journal", str(empty.path)),
        ("--journal", str(junk)),
        ("--journal", str(tmp_path / "none.db")),
    )
    for asked in wrong:
        answer = reported(*asked)
        assert (answer.code != 0, answer.out, answer.err.count("Traceback")) == (True, "", 0), asked
        assert answer.err.startswith("halfway: "), asked
    assert there.read_text() == "mine"


def test_a_note_is_sent_to_the_clipboard_of_a_terminal(path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    asked = ("--journal", str(path), "--as", "handover", "--copy")
    assert "there is no terminal whose clipboard could take it" in reported(*asked).err
    monkeypatch.setattr("console.cli.report._on_terminal", lambda: True)
    answer = reported(*asked)
    sent, _, said = answer.err.removeprefix("\x1b]52;c;").partition("\a")
    assert (answer.code, b64decode(sent).decode()) == (0, answer.out)
    assert said == f"halfway: {len(answer.out.encode()):,} bytes were sent to your terminal's clipboard (OSC 52)\n"


def test_a_report_is_written_to_a_new_file(path: Path, tmp_path: Path) -> None:
    target = tmp_path / "report.html"
    answer = reported("--journal", str(path), "--format", "html", "--to", str(target))
    assert (answer.code, answer.out) == (0, "")
    assert target.read_text() == reported("--journal", str(path), "--format", "html").out


def test_a_journal_that_was_changed_is_told_and_not_trusted(tmp_path: Path) -> None:
    path = kept(tmp_path, incident())
    with tampered(path) as link:
        link.execute("UPDATE entries SET text = 'nothing happened' WHERE n = 19")
    answer = reported("--journal", str(path))
    assert answer.code == 1
    assert answer.err == "halfway: the journal cannot be trusted: entry 19 was changed after it was written\n"
    assert "**The journal cannot be trusted: entry 19 was changed after it was written.**" in answer.out
    assert json.loads(reported("--journal", str(path), "--format", "json").out)["journal"]["trusted"] is False
