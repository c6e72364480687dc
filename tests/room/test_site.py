"""Whom the machine's owner lets act, and what everybody else looks at."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from console.cli.site import arguments
from console.core.faults import UsageFault
from console.store.person import user_name
from console.store.site import harmless, load_site, own_groups

ONLY_LOOK = """
[observers]
url = "postgresql://watcher@db1/shop"
project = "/srv/shop"
room = "/var/lib/halfway/room"
[responders]
users = ["ann-who-is-not-here"]
"""


@pytest.fixture
def place(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A file that root owns, as far as this process is told."""
    path = tmp_path / "halfway.toml"
    path.write_text(ONLY_LOOK)
    path.chmod(0o644)
    real = os.fstat
    monkeypatch.setattr("os.fstat", lambda handle: os.stat_result((*real(handle)[:4], 0, *real(handle)[5:])))
    return path


def test_without_the_file_everything_is_as_it_was_typed(tmp_path: Path) -> None:
    assert arguments(["restore", "--from", "x"], {}, tmp_path / "none") == ["restore", "--from", "x"]


@pytest.mark.parametrize("by", ["users", "groups"])
def test_who_is_named_may_act(place: Path, by: str) -> None:
    names = {"users": user_name(os.geteuid()), "groups": min(own_groups())}
    place.write_text(f'[responders]\n{by} = ["{names[by]}"]\n')
    assert arguments(["postgresql://h/d", "--two-person", "all"], {}, place) == [
        "postgresql://h/d",
        "--two-person",
        "all",
    ]


@pytest.mark.parametrize(
    "typed",
    [[], ["observe"], ["postgresql://other/db"], ["restore", "--from", "/etc/shadow"], ["--config", "mine.toml"],
     ["journal", "--journal", "/root/x"], ["room", "make", "x"], ["drill"]],
    ids=" ".join,
)  # fmt: skip
def test_everybody_else_looks_at_what_the_owner_named_whatever_they_type(place: Path, typed: list[str]) -> None:
    wanted = ["observe", "postgresql://watcher@db1/shop", "--project", "/srv/shop", "--room", "/var/lib/halfway/room"]
    assert arguments(typed, {}, place) == wanted


def test_they_may_have_the_assessment_as_json(place: Path) -> None:
    wanted = ["assess", "postgresql://watcher@db1/shop", "--project", "/srv/shop", "--json"]
    assert arguments(["assess", "--dry-run", "V4", "mysql://x/y", "--json"], {}, place) == wanted


def test_their_environment_does_not_count(place: Path) -> None:
    given = {"HALFWAY_URL": "mysql://x/y", "PGHOST": "evil", "EDITOR": "sh", "LC_ALL": "C.UTF-8", "TERM": "xterm"}
    environ = dict(given)
    arguments([], environ, place)
    assert environ == {"LC_ALL": "C.UTF-8", "TERM": "xterm"}
    place.write_text(ONLY_LOOK.replace("[responders]", "environment = true\n[responders]"))
    environ = dict(given)
    arguments([], environ, place)
    assert environ == given


def test_who_may_choose_still_only_looks(place: Path) -> None:
    place.write_text(ONLY_LOOK.replace("[responders]", "choose = true\n[responders]"))
    assert arguments(["mysql://x/y"], {}, place) == ["observe", "mysql://x/y", "--room", "/var/lib/halfway/room"]
    assert arguments(["assess", "mysql://x/y"], {}, place) == ["assess", "mysql://x/y"]
    for typed in (["restore"], ["drill"], ["assess", "--dry-run", "V4"], ["report", "--to=x"], ["snapshot", "save"]):
        with pytest.raises(UsageFault, match="may only look"):
            arguments(typed, {}, place)


@pytest.mark.parametrize(
    ("text", "why"),
    [("[observers", "not valid TOML"), ("[owners]", "`owners` is not known"), ('observers = "x"', "must be a table"),
     ("[observers]\nurl = 3", "texts in quotes"), ("[observers]\nchoose = 1", "true or false"),
     ('[responders]\nusers = "ann"', "list of names"), ("[observers]\nshell = true", "`observers.shell`")],
)  # fmt: skip
def test_a_file_that_cannot_be_meant_stops_everybody(place: Path, text: str, why: str) -> None:
    place.write_text(text)
    with pytest.raises(UsageFault, match=why):
        load_site(place)


def test_a_file_that_others_can_write_stops_everybody(place: Path) -> None:
    place.chmod(0o664)
    with pytest.raises(UsageFault, match="belongs to root"):
        arguments([], {}, place)


def test_a_file_that_is_not_roots_stops_everybody(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = tmp_path / "halfway.toml"
    path.write_text(ONLY_LOOK)
    real = os.fstat
    monkeypatch.setattr("os.fstat", lambda handle: os.stat_result((*real(handle)[:4], 1000, *real(handle)[5:])))
    with pytest.raises(UsageFault, match="belongs to root"):
        load_site(path)


def test_what_is_left_of_an_environment_names_nothing() -> None:
    left = harmless({"LESSOPEN": "|sh", "PYTHONPATH": "x", "SSH_CONNECTION": "1 2 3 4", "DATABASE_URL": "x"})
    assert left == {"SSH_CONNECTION": "1 2 3 4"}
