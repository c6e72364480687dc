"""Breaking in: keys, paste, mouse, environment, configuration, command line, URLs and what a database says.

Each test tries with a login that may do everything, and asks the server's own log what arrived.
"""

from __future__ import annotations

import io
import string
import tarfile
from pathlib import Path

import pytest

from screens.commands import ACTING, COMMANDS
from tests.headless import halfway
from tests.observer.stands import HOSTILE, Stand
from tests.observer.watched import files, observer

pytestmark = pytest.mark.slow

OPENERS = (":", "?", "/", "y", "v", "\r")
AT_ONCE = [key for key in string.ascii_letters + string.punctuation + " 567890" if key not in {"q", *OPENERS}]
AT_ONCE += [
    "\t",
    *(chr(code) for code in range(1, 27) if chr(code) not in "\x03\x10\x11\t\r\n\x1a"),
    "\x1bOP",
    "\x1b[15~",
]
PASTED = "\x1b[200~terminate 4711\rkill\r\x1b[201~"
MOUSE = "\x1b[<0;5;2M\x1b[<0;5;2m\x1b[<2;20;10M\x1b[<64;20;10M\x1b[M !!"
PHRASES = ("terminate 4711\r", "finish 2\r", "roll back 2\r", "mark ran 2\r")


def test_no_key_does_more_than_look(tmp_path: Path, stand: Stand) -> None:
    before = stand.state()
    with stand.blocked(), observer(tmp_path, stand.address) as observed:
        for page in "1234":
            observed.press(page)
            observed.press("".join(AT_ONCE))
            for opener in OPENERS:
                observed.press(page + opener)
                observed.close(f"{''.join(AT_ONCE)}\r")
        assert "OBSERVER" in observed.shown.text
    assert stand.acts() == []
    assert stand.state() == before


def test_no_command_of_the_palette_no_phrase_no_paste_and_no_click_does(tmp_path: Path, stand: Stand) -> None:
    before = stand.state()
    commands = [each.help[:20] for each in (*COMMANDS, *ACTING) if each.name not in ("quit", "interrupt")]
    with stand.blocked(), observer(tmp_path, stand.address) as observed:
        for command in commands:
            observed.close(f":{command}\r")
        for page in "14":
            observed.press(page)
            for sent in (PASTED, MOUSE, *(f":{phrase}" for phrase in PHRASES), f"/{PASTED}"):
                observed.close(sent)
        assert "OBSERVER" in observed.shown.text
    assert stand.acts() == []
    assert stand.state() == before


def test_no_key_that_acts_is_listed(tmp_path: Path, stand: Stand) -> None:
    with observer(tmp_path, stand.address) as observed:
        observed.press("?")
        assert not [command.help for command in ACTING if command.help[:30] in observed.shown.text]


def test_the_environment_opens_nothing(tmp_path: Path, stand: Stand) -> None:
    project = tmp_path / "project"
    project.mkdir()
    mine = tmp_path / "mine"
    program = tmp_path / "program"
    program.write_text(f"#!/bin/sh\ntouch {mine}\n")
    program.chmod(0o755)
    names = ("EDITOR", "VISUAL", "PAGER", "BROWSER", "SHELL", "LESSOPEN", "GIT_EXTERNAL_DIFF", "GIT_SSH_COMMAND",
             "HALFWAY_KEEPER", "HALFWAY_HOOK")  # fmt: skip
    wrong = dict.fromkeys(names, str(program)) | {
        "HALFWAY_JOURNAL": str(mine), "HALFWAY_ROLE": "RESPONDER", "HALFWAY_DEBUG": "1", "HALFWAY_CACHE": str(mine),
        "TEXTUAL_LOG": str(mine), "TEXTUAL": "devtools,debug", "TEXTUAL_PRESS": "k,enter", "TEXTUAL_SCREENSHOT": "0",
        "TEXTUAL_SCREENSHOT_LOCATION": str(tmp_path), "TEXTUAL_DRIVER": "os:system", "PYTHONBREAKPOINT": "os.system",
        "PGOPTIONS": "-c default_transaction_read_only=off -c transaction_read_only=off", "MYSQL_PWD": "looks",
    }  # fmt: skip
    with stand.blocked(), observer(tmp_path, stand.address, **wrong) as observed:
        assert "SESSION" in observed.shown.text
        assert "read only, tested" in observed.shown.text
        for page in "1234":
            observed.press(page)
    assert not mine.exists()
    assert stand.acts() == []


def test_a_configuration_file_opens_nothing(tmp_path: Path, stand: Stand) -> None:
    config = tmp_path / "halfway.toml"
    config.write_text(f'url = "{stand.address}"\n')
    with observer(tmp_path, "--config", str(config)) as observed:
        assert any("read only, tested" in line for line in observed.proof)
    assert stand.acts() == []
    for line in ('journal = "j"', "act = true", 'role = "RESPONDER"'):
        config.write_text(f'url = "{stand.address}"\n{line}\n')
        answer = halfway("observe", "--config", str(config), cwd=tmp_path)
        assert answer.code in {1, 2}
    assert list(files(tmp_path)) == ["halfway.toml", "home", "project", "tmp"]


@pytest.mark.parametrize("option", ["--journal=x", "--act", "--role=responder", "--keeper"])
def test_the_command_line_has_no_way_to_act(tmp_path: Path, option: str) -> None:
    answer = halfway("observe", option, "postgresql://nobody@127.0.0.1:1/none", cwd=tmp_path)
    assert answer.code == 2
    assert list(tmp_path.iterdir()) == []


URLS = {
    "postgresql": "options=-c%20default_transaction_read_only%3Doff%20-c%20transaction_read_only%3Doff",
    "mysql": "init_command=DROP%20TABLE%20orders&local_infile=1&autocommit=0&client_flag=65536",
    "mariadb": "init_command=DROP%20TABLE%20orders&local_infile=1&client_flag=65536",
}


def test_a_url_cannot_make_the_session_write(tmp_path: Path, stand: Stand) -> None:
    before = stand.state()
    with observer(tmp_path, f"{stand.address}?{URLS[stand.kind]}") as observed:
        assert any("read only, tested" in line for line in observed.proof)
    assert stand.acts() == []
    assert stand.state() == before


def hostile_tar() -> bytes:
    """Files that want to be anywhere but where they are put, and SQL that wants to be run."""
    made = io.BytesIO()
    with tarfile.open(fileobj=made, mode="w") as tar:
        for name in ("../../escaped.sql", "/tmp/escaped.sql", "sql/V1__x.sql", "V2__\x1b[2J.sql"):  # noqa: S108
            text = b"DROP TABLE orders; COPY orders TO PROGRAM 'touch escaped'; \\! touch escaped\n"
            member = tarfile.TarInfo(name)
            member.size = len(text)
            tar.addfile(member, io.BytesIO(text))
        link = tarfile.TarInfo("sql/V3__link.sql")
        link.type, link.linkname = tarfile.SYMTYPE, "/etc/passwd"
        tar.addfile(link)
    return made.getvalue()


def test_a_hostile_tar_is_read_and_nothing_else(tmp_path: Path, stand: Stand) -> None:
    before = stand.state()
    answer = halfway("observe", stand.address, "--migrations", "-", cwd=tmp_path, stdin=hostile_tar())
    assert answer.code in {0, 1, 2}
    assert "root:" not in answer.out
    assert "\x1b" not in answer.out + answer.err
    assert list(tmp_path.iterdir()) == []
    assert stand.state() == before


def test_what_a_database_says_is_shown_and_not_obeyed(tmp_path: Path, stand: Stand) -> None:
    with stand.blocked(), observer(tmp_path, stand.address) as observed:
        seen = ""
        for keys in ("3", "e", "e", "4\r", "4y"):
            observed.press(keys)
            seen += observed.shown.text
            observed.close("")
            assert "OBSERVER" in observed.shown.text
        assert HOSTILE not in seen
        assert "]0;owned" in seen
        assert b"\x1b]0;owned" not in observed.shown.written
        assert b"\x1b[2J;" not in observed.shown.written
    assert stand.acts() == []
