"""What a shell completes, what the manual page says, and what the files are made of."""

from __future__ import annotations

import io
import json
import os
import re
import runpy
import shutil
import subprocess
import sys
import tomllib
import zipfile
from pathlib import Path

import pytest

from console.cli import cli
from tests.headless import environment, halfway

ROOT = Path(__file__).parents[2]
_ASK = """
eval "$1"
shift
COMP_WORDS=(halfway "$@"); COMP_CWORD=$#
_halfway_completion halfway
printf '%s\\n' "${COMPREPLY[@]}"
"""


@pytest.fixture(scope="module")
def script() -> str:
    """What bash is told."""
    return halfway("completion", "bash").out


@pytest.mark.parametrize(
    ("words", "offered"),
    [
        (["ass"], ["assess"]),
        (["snapshot", ""], ["diff", "save", "show"]),
        (["assess", "--ss"], ["--ssh"]),
        (["assess", "--ssh", "ba"], ["bastion"]),
        (["assess", "--framework", "fly"], ["flyway"]),
        (["drill", "fai"], ["failed"]),
        (["postgresql://db1/shop", "--asc"], ["--ascii"]),
        (["postgresql", ":", "//db1/shop", "--asc"], ["--ascii"]),
    ],
    ids=" ".join,
)
def test_bash_completes_words(tmp_path: Path, script: str, words: list[str], offered: list[str]) -> None:
    (tmp_path / ".ssh").mkdir()
    (tmp_path / ".ssh" / "config").write_text("Host bastion jump *.example\n  User ann\nHost *\n")
    (tmp_path / "halfway").write_text(f'#!/bin/sh\nexec {sys.executable} -m screens "$@"\n')
    (tmp_path / "halfway").chmod(0o755)
    environ = environment({"HOME": str(tmp_path), "PATH": f"{tmp_path}:{os.environ['PATH']}"})
    command = ["/bin/bash", "-c", _ASK, "bash", script, *words]
    done = subprocess.run(command, env=environ, capture_output=True, text=True, check=True, timeout=60)
    assert done.stderr == ""
    assert done.stdout.split() == offered


@pytest.mark.parametrize("shell", ["zsh", "fish"])
def test_other_shells_are_given_a_script_too(shell: str) -> None:
    answer = halfway("completion", shell)
    assert answer.code == 0
    assert "_HALFWAY_COMPLETE" in answer.out


def test_a_shell_that_nobody_knows_is_wrong_usage() -> None:
    assert halfway("completion", "cmd").code == 2


@pytest.fixture(scope="module")
def page() -> str:
    """The manual page as the commands would have it now."""
    # it loads screens.__main__, which adds its commands to those of `cli`
    text: str = runpy.run_path(str(ROOT / "packaging" / "man.py"))["page"]()
    return text


def test_the_manual_page_is_that_of_the_commands(page: str) -> None:
    assert (ROOT / "docs" / "halfway.1").read_text() == page, "write it anew: make man"


def test_the_manual_page_knows_every_command(page: str) -> None:
    shown = {line.split()[2].replace("\\", "") for line in page.splitlines() if line.startswith(".SS halfway ")}
    assert shown == {name for name, each in cli.commands.items() if not each.hidden}


def test_the_manual_page_is_troff_that_nothing_complains_about(page: str) -> None:
    assert not re.search(r"^\.(?!TH|SH|SS|TP|PP|B\b|BR\b|br\b)", page, re.MULTILINE)
    groff = shutil.which("groff")
    if groff:
        done = subprocess.run([groff, "-man", "-Tutf8", "-ww"], input=page, capture_output=True, text=True, check=True)
        assert done.stderr == ""


def test_the_pyz_holds_parts_for_each_python_and_says_what_they_are(pyz: bytes) -> None:
    with zipfile.ZipFile(io.BytesIO(pyz)) as file:
        contents = json.loads(file.read("contents.json"))
        listed = file.read("wheels.txt").decode()
        own = zipfile.ZipFile(io.BytesIO(file.read("halfway.zip"))).namelist()
    tags = [f"cp3{minor}-x86_64-gnu" for minor in (11, 12, 13, 14)]
    assert contents["parts"] == sorted(["common", "halfway", *tags])
    assert len(re.findall(r"psycopg_binary-[\d.]+-cp3\d+-", listed)) == len(tags)
    assert {"console/cli/__init__.py", "screens/console.tcss"} <= set(own)
    assert not [name for name in own if name.startswith("tests/") or "__pycache__" in name]


def test_the_lock_pins_what_the_project_asks_for() -> None:
    """Who changes a dependency writes the lock anew: python packaging/parts.py --lock."""
    asked = tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]["dependencies"]
    names = {re.split(r"[\[<>=]", each)[0] for each in asked}
    pinned = {line.partition("==")[0] for line in (ROOT / "packaging" / "lock.txt").read_text().splitlines()}
    assert names <= pinned


def test_an_archive_depends_on_nothing_but_what_is_in_it(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.syspath_prepend(str(ROOT / "packaging"))
    archive = runpy.run_path(str(ROOT / "packaging" / "parts.py"))["archive"]
    packed = runpy.run_path(str(ROOT / "packaging" / "binary.py"))["_packed"]
    one, other = {"a": b"1", "b/c": b"2"}, {"b/c": b"2", "a": b"1"}
    assert archive(one) == archive(other)
    assert packed(one, {"d": "a"}) == packed(other, {"d": "a"})
