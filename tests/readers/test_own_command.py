"""A tool's own program, run once: what it printed, or one sentence."""

from __future__ import annotations

from pathlib import Path

import pytest

from console.readers.own_command import Ended, run_own


def test_what_it_printed_is_there_without_colours_and_without_what_it_logged(tmp_path: Path) -> None:
    script = r"printf '\033[90ma\033[39m b\n'; echo logged >&2; cat"
    assert run_own(("sh", "-c", script), str(tmp_path)) == Ended("a b\n")


def test_it_runs_in_the_folder_with_what_it_is_given(tmp_path: Path) -> None:
    assert run_own(("sh", "-c", "echo $PWD $X"), str(tmp_path), environ={"X": "y"}).output == f"{tmp_path} y\n"


@pytest.mark.parametrize(
    ("script", "problem"),
    [
        ("echo out; echo broken >&2; exit 3", "it ended with 3: broken"),
        ("echo out; exit 3", "it ended with 3: out"),
        ("exit 3", "it ended with 3: it said nothing"),
        ("sleep 60", "it did not end within 0.5 s and was ended."),
    ],
    ids=["said", "printed", "nothing", "hangs"],
)
def test_what_goes_wrong_is_a_sentence(tmp_path: Path, script: str, problem: str) -> None:
    assert run_own(("sh", "-c", script), str(tmp_path), 0.5) == Ended(problem=problem)


def test_a_program_that_is_not_there_is_a_sentence(tmp_path: Path) -> None:
    assert run_own(("no-such-program",), str(tmp_path)).problem.startswith("there is no no-such-program")
    (tmp_path / "locked").write_text("")
    assert run_own((str(tmp_path / "locked"),), str(tmp_path)).problem == "it cannot be run: Permission denied."


def test_a_password_in_its_last_words_is_not_shown(tmp_path: Path) -> None:
    said = "cannot connect to mysql://deploy:s3cret-word@db1/shop"
    ended = run_own(("sh", "-c", f"echo '{said}' >&2; exit 1"), str(tmp_path))
    assert ended.problem == "it ended with 1: cannot connect to mysql://deploy:***@db1/shop"
