"""What the generator writes is sound and honest, and docs/contributing.md leads from there to what is done."""

from __future__ import annotations

import os
import re
import shlex
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from tests.dialects.ports import PORTS
from tests.frameworks.installed import installed
from tests.frameworks.making import write as put_down
from tests.new.framework import framework, package
from tests.new.names import NewError
from tests.new.server import server
from tests.new.writing import write
from tests.tools.packages import wanted_by_tests

ROOT = Path(__file__).resolve().parents[1]
PAGE = (ROOT / "docs/contributing.md").read_text(encoding="utf-8")
LONG = "abcdefghijklmnopqrstuvwx"
BIN = Path(sys.executable).parent
TREE = ("console", "screens", "tests", "docs", "README.md", "pyproject.toml", "Makefile")
SHOWN = dict(re.findall(r"^`([\w/.]+)`:\n\n```\w+\n(.*?)^```$", PAGE, re.MULTILINE | re.DOTALL))
COMMANDS = [line for block in re.findall(r"^```sh\n(.*?)^```$", PAGE, re.MULTILINE | re.DOTALL)
            for line in block.splitlines()]  # fmt: skip
TOY = "tests/frameworks/test_toy.py"
BAD = {
    "Toy": "is no name",
    "a-b": "is no name",
    "../toy": "is no name",
    "a/b": "is no name",
    "a_b": "is no name",
    "9x": "is no name",
    "": "is no name",
    "x" * 25: "is too long",
    "class": "is a word of Python's own",
    "match": "is a word of Python's own",
}

ACTS = """
from console import dialects
from console.core.urls import make_url
url = make_url("duckdb://x/y")
for ask in (dialects.renderer, lambda name: dialects.scripter(name)(None, None), lambda _: dialects.open_lister(url)):
    try: ask("duckdb")
    except Exception as refused: print(f"{type(refused).__name__}: {refused}")
"""


@pytest.fixture
def clone(tmp_path: Path) -> Path:
    """The tree, as a contributor has it."""
    made = tmp_path / "clone"
    made.mkdir()
    for name in TREE:
        if (ROOT / name).is_dir():
            shutil.copytree(ROOT / name, made / name, ignore=shutil.ignore_patterns("__pycache__"))
        else:
            shutil.copy2(ROOT / name, made)
    if (ROOT / ".mypy_cache").is_dir():
        shutil.copytree(ROOT / ".mypy_cache", made / ".mypy_cache", ignore=shutil.ignore_patterns("*.tmp"))
    return made


def ran(folder: Path, command: str, **more: str) -> subprocess.CompletedProcess[str]:
    """A command of the page, there; its environment is ours."""
    words = [str(BIN / word.removeprefix(".venv/bin/")) if word.startswith(".venv/bin/") else word
             for word in shlex.split(command)]  # fmt: skip
    environ = {name: value for name, value in os.environ.items() if not name.startswith("PYTEST_")} | more
    return subprocess.run(words, cwd=folder, env=environ, capture_output=True, text=True, check=False, timeout=300)


def well(folder: Path, command: str, **more: str) -> str:
    """What it printed; it ended well."""
    done = ran(folder, command, **more)
    assert done.returncode == 0, f"{command}\n{done.stdout}{done.stderr}"
    return done.stdout


def lint(clone: Path) -> None:
    """`make lint` about what was written: nothing else of a tree that somebody works on, and no new environment."""
    recipe = (clone / "Makefile").read_text(encoding="utf-8").partition("\nlint:")[2].partition("\n\n")[0]
    rules = re.findall(r"^\t@\$\(BIN\)/(.+)$", recipe, re.MULTILINE)
    assert [rule.split()[0] for rule in rules] == ["ruff", "ruff", "mypy", "lint-imports"]
    rooms = [clone / room / kind for room in ("console", "tests") for kind in ("frameworks", "dialects")]
    made = [path for room in rooms for name in ("toy", LONG) for path in (room / name, room / f"test_{name}.py")]
    own = " ".join(str(path) for path in made if path.exists() and path != clone / "tests/frameworks/toy")
    assert (own.count(LONG), own.count("toy")) == (4, 2)
    for rule in rules[:-1]:
        well(clone, f".venv/bin/{rule}{' --follow-imports silent' if 'mypy' in rule else ''} {own}")
    arrows = ran(clone, f".venv/bin/{rules[-1]}").stdout
    assert "Contracts: " in arrows
    assert [line for line in arrows.splitlines() if "toy" in line or LONG in line] == []


def held(folder: Path, command: str, **more: str) -> tuple[set[str], set[str], set[str]]:
    """Tests that passed, tests that failed, and what the failures said; none of them has an error of another kind."""
    done = ran(folder, f"{command} -rA -p no:cacheprovider", **more)
    found = re.findall(r"^(PASSED|FAILED|ERROR) \S+::(\w+\S*)", done.stdout, re.MULTILINE)
    told = {kind: {name for each, name in found if each == kind} for kind in ("PASSED", "FAILED", "ERROR")}
    assert not told["ERROR"], done.stdout
    said = re.findall(r"^E +(\w+): (.*)$", done.stdout, re.MULTILINE)
    assert {kind for kind, _ in said} <= {"AssertionError"}, done.stdout
    return told["PASSED"], told["FAILED"], {text for _, text in said}


@pytest.mark.server
def test_the_page_leads_to_a_framework_that_is_held_to_all(clone: Path) -> None:
    making, first, second, support, linting, *_ = COMMANDS
    assert (first, linting) == (second, "make lint")
    for kind in ("framework", "server"):
        well(clone, f".venv/bin/python -m tests.new {kind} {LONG}")
    assert f"written  {TOY}" in well(clone, making)

    passed, failed, said = held(clone, first)
    assert {"test_an_empty_folder_is_no_project", "test_files_that_were_not_read_are_not_none"} <= passed
    assert {"test_its_project_is_found_and_nothing_is_written", "test_a_mark_is_exact_or_refused"} <= failed
    assert "test_its_ledger_is_found_there_and_joined[pg16]" in failed
    assert said == {
        "the sample is empty: it takes a project, a ledger, and what follows from both",
        "parse_ledger does not read it: how toy's ledger is read is not written",
        "parse_ledger takes a table for its own that has other columns",
        "read does not say that an empty folder holds none",
    }

    for name, text in SHOWN.items():
        assert (clone / name).is_file(), f"the generator writes no {name}"
        (clone / name).write_text(text, encoding="utf-8")
    passed, failed, said = held(clone, second)
    assert (failed, said) == (set(), set())
    assert {f"test_its_ledger_is_found_there_and_joined[{kind}]" for kind in ("pg16", "mysql", "sqlite")} <= passed
    well(clone, support)
    assert "| toy |" in (clone / "README.md").read_text(encoding="utf-8")
    everybody = "tests/frameworks/test_contract.py::test_every_framework_is_held_to_this"
    well(clone, f".venv/bin/pytest -q -p no:cacheprovider -k toy {everybody} tests/frameworks/test_support.py")
    lint(clone)


@pytest.mark.server
def test_the_page_leads_to_a_package_that_is_held_to_the_same(clone: Path, tmp_path: Path) -> None:
    making, going, install, test = COMMANDS[5:9]
    well(clone, making)
    folder = clone / going.removeprefix("cd ")
    for name, text in SHOWN.items():
        if name.startswith("console/"):
            own = folder / named(name)
            assert own.is_file(), f"the generator writes no {own}"
            own.write_text(named(text), encoding="utf-8")
    written = folder / "tests/test_acme.py"
    written.write_text(sampled(written.read_text(encoding="utf-8")), encoding="utf-8")

    builds = str(wanted_by_tests("setuptools-80", ("setuptools==80.9.0",)))
    told = well(folder, f".venv/bin/{install} --dry-run --no-index --no-build-isolation", PYTHONPATH=builds)
    assert "Would install halfway-acme-0.1.0" in told
    packages = installed(folder, tmp_path)  # the same, but not into the environment that others test with
    paths = os.pathsep.join((str(packages), str(clone)))
    passed, failed, said = held(folder, f".venv/bin/{test}", PYTHONPATH=paths)
    assert (failed, said) == (set(), set())
    assert {"test_its_ledger_is_found_there_and_joined", "test_a_mark_is_exact_or_refused"} <= passed
    project = put_down(tmp_path / "project", {"acme/001-one.sql": "create table a (b int)"})
    (doctor,) = re.findall(r"`(halfway doctor .*)`", PAGE)
    told = ran(project, f".venv/bin/python -m screens {doctor.removeprefix('halfway ')}", PYTHONPATH=paths).stdout
    assert [" ".join(line.split()) for line in told.splitlines()][:2] == [
        f"PROJECT acme in {project}", "FILES 1 migration",
    ]  # fmt: skip


def named(text: str) -> str:
    """The example of the page by the other name."""
    for before, after in (("console.frameworks.toy", "halfway_acme"), ("console/frameworks/toy", "halfway_acme"),
                          ("toy", "acme"), ("Toy", "Acme"), ("TOY", "ACME")):  # fmt: skip
        text = text.replace(before, after)
    return text


def sampled(test: str) -> str:
    """A package's tests with the sample of the page."""
    shown = named(SHOWN[TOY])
    given = re.findall(r"^(?:FILES|WRITTEN) = .*\n", shown, re.MULTILINE)
    (body,) = re.findall(r"def sample.*\n((?:        .*\n)+)", shown)
    (empty,) = re.findall(r"def sample.*\n((?:        .*\n)+)", test)
    known = "from console.core.migration import Belief\n"
    return test.replace(empty, body).replace("_numbers =", f"{''.join(given)}_numbers =").replace(
        "from console.core.ports import", f"{known}from console.core.ports import", 1)  # fmt: skip


@pytest.mark.server
def test_a_server_says_of_each_port_that_it_is_not_written(clone: Path) -> None:
    making, test = COMMANDS[-2:]
    well(clone, making)
    passed, failed, said = held(clone, test)
    assert "test_every_port_takes_what_it_is_given" in passed
    assert {f"test_a_port_answers_or_says_why_not[{port}]" for port in PORTS} <= passed
    assert {"test_a_connection_is_made", "test_a_port_is_written[schema]", "test_a_port_is_written[sessions]"} <= failed
    assert "console.dialects.duckdb.link: schema says that it is not written" in said
    assert well(clone, f".venv/bin/python -c {shlex.quote(ACTS)}").splitlines() == [
        "UsageFault: Halfway cannot act on duckdb. It can on mariadb, mysql, postgresql, sqlite.",
        "CannotWriteError: How changes are written for duckdb is not written so far.",
        "NotSupportedFault: The list of databases is not available: Halfway's dialect of duckdb is not written so far.",
    ]
    done = ran(clone, ".venv/bin/python -m screens assess duckdb://nobody@127.0.0.1/none")
    assert (done.returncode, done.stdout) == (3, "")
    assert done.stderr == (
        "halfway: No connection to duckdb is made: Halfway's dialect of duckdb is not written so far.\n"
    )


@pytest.mark.parametrize("kind", ["framework", "server"])
@pytest.mark.parametrize("name", [*BAD, "contract"])
def test_a_bad_name_is_one_sentence(kind: str, name: str) -> None:
    make = {"framework": framework, "server": server}[kind]
    with pytest.raises(NewError, match=BAD.get(name, "is taken")):
        make(ROOT, name)


@pytest.mark.parametrize("words", [("framework", "flyway"), ("server", "postgres"), ("framework", "A/B")], ids="-".join)
def test_a_refusal_ends_with_two_and_changes_nothing(clone: Path, words: tuple[str, str]) -> None:
    before = tree(clone)
    done = ran(clone, f".venv/bin/python -m tests.new {' '.join(words)}", PYTHONDONTWRITEBYTECODE="1")
    assert (done.returncode, done.stdout, done.stderr.count("\n")) == (2, "", 1)
    assert done.stderr.startswith(f"tests.new: {words[1]!r} is ")
    assert tree(clone) == before


def test_nothing_is_written_over(tmp_path: Path) -> None:
    write(package(tmp_path / "own", "acme"))
    kept = tmp_path / "own/halfway_acme/files.py"
    kept.write_text("mine\n", encoding="utf-8")
    before = tree(tmp_path)
    with pytest.raises(NewError, match="is there already, and nothing is written over"):
        write(package(tmp_path / "own", "acme"))
    assert tree(tmp_path) == before


def test_all_of_it_is_written_or_nothing(clone: Path) -> None:
    made = framework(clone, "acme")
    shutil.rmtree(clone / "docs/support")
    (clone / "docs/support").write_text("no folder\n", encoding="utf-8")
    before = tree(clone)
    with pytest.raises(NewError, match=r"docs/support/acme.toml cannot be written: Not a directory"):
        write(made)
    assert tree(clone) == before


def test_the_registry_that_cannot_be_changed_is_said(clone: Path) -> None:
    (clone / "console/frameworks/__init__.py").write_text("none\n", encoding="utf-8")
    with pytest.raises(NewError, match="does not look as it should"):
        framework(clone, "acme")


def tree(folder: Path) -> dict[str, str]:
    """Every file with its text, and every folder."""
    return {str(path.relative_to(folder)): "" if path.is_dir() else path.read_text(encoding="utf-8", errors="replace")
            for path in folder.rglob("*") if ".mypy_cache" not in path.parts}  # fmt: skip
