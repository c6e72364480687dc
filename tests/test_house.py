"""The house keeps its own rules: sizes, docstrings, words, and what a command may import."""

from __future__ import annotations

import ast
import re
import statistics
import subprocess
import sys
from dataclasses import dataclass
from functools import cache
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parent.parent
SOURCES = sorted(path for room in ("console", "screens") for path in (ROOT / room).rglob("*.py"))
TESTS = sorted((ROOT / "tests").rglob("*.py"))
PAGES = [path for ending in ("toml", "md") for path in ROOT.glob(f"*.{ending}")]
TEXTS = [*SOURCES, *TESTS, *PAGES, ROOT / "Makefile", *sorted((ROOT / ".ci").iterdir())]
THIS = Path(__file__).resolve()
ADAPTERS = ("console/dialects/", "console/frameworks/", "console/readers/")
LEFT_TO_DO = re.compile(r"\b(TODO|FIXME|XXX|NotImplementedError)\b")
OF_ONE_MACHINE = re.compile(r"(?<![\w.])/(work|farm)/")
GUESSED_WAITS = re.compile(r"\btime\.sleep\b|from time import .*\bsleep\b")
LOOKING_AWAY = re.compile(r"\bpytest\.(skip|importorskip|xfail)\b|\bmark\.(skip|skipif|xfail)\b")
CLOCKS = frozenset({"now", "utcnow", "today", "open", "print", "input"})

Function = ast.FunctionDef | ast.AsyncFunctionDef


def _name(path: Path) -> str:
    return path.relative_to(ROOT).as_posix()


@dataclass(frozen=True)
class Module:
    """What is asked of a file: its tree takes too much room to be kept."""

    says: str
    functions: tuple[tuple[str, int], ...]
    """Names and lengths."""
    calls: frozenset[str]


@cache
def _module(path: Path) -> Module:
    tree = ast.parse(path.read_text(encoding="utf-8"))
    nodes = list(ast.walk(tree))
    called = (node.func for node in nodes if isinstance(node, ast.Call))
    return Module(
        ast.get_docstring(tree) or "",
        tuple((node.name, _length(node)) for node in nodes if isinstance(node, Function)),
        frozenset(f.id if isinstance(f, ast.Name) else f.attr if isinstance(f, ast.Attribute) else "" for f in called),
    )


def _length(function: Function) -> int:
    first = function.body[0]
    says = isinstance(first, ast.Expr) and ast.get_docstring(function) is not None
    spoken = (first.end_lineno or 0) - first.lineno + 1 if says else 0
    return (function.end_lineno or 0) - function.lineno + 1 - spoken


def _found(pattern: re.Pattern[str], paths: list[Path]) -> list[str]:
    return [
        f"{_name(path)}:{n} {line.strip()}"
        for path in paths
        if path != THIS and path.is_file()
        for n, line in enumerate(path.read_text(encoding="utf-8").splitlines(), 1)
        if pattern.search(line)
    ]


def _run(code: str) -> str:
    """What a fresh interpreter prints last."""
    done = subprocess.run([sys.executable, "-c", code], cwd=ROOT, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    return done.stdout.splitlines()[-1]


def _loaded_by(arguments: list[str]) -> set[str]:
    """The top-level packages that `halfway ARGUMENTS` imports."""
    return set(
        _run(
            "import contextlib, sys\n"
            f"sys.argv = ['halfway', *{arguments!r}]\n"
            "from screens.__main__ import main\n"
            "with contextlib.suppress(SystemExit): main()\n"
            "print()\n"
            "print(*sorted({name.partition('.')[0] for name in sys.modules}))"
        ).split()
    )


def test_a_module_stays_below_its_cap() -> None:
    lines = {_name(path): len(path.read_text(encoding="utf-8").splitlines()) for path in SOURCES}
    assert {name: n for name, n in lines.items() if n > (400 if name.startswith(ADAPTERS) else 300)} == {}


def test_a_function_stays_below_forty_lines() -> None:
    long = [(_name(path), name, n) for path in SOURCES for name, n in _module(path).functions if n > 40]
    assert long == []


@pytest.mark.parametrize("room", ["console", "screens"])
def test_the_median_function_is_short(room: str) -> None:
    lengths = [n for path in SOURCES if _name(path).startswith(room) for _, n in _module(path).functions]
    assert statistics.median(lengths) <= 8


def test_a_module_opens_with_why_it_exists() -> None:
    assert [_name(path) for path in (*SOURCES, *TESTS) if len(_module(path).says.split()) < 3] == []


def test_nothing_is_left_to_do() -> None:
    assert _found(LEFT_TO_DO, TEXTS) == []


def test_no_path_of_one_machine_is_written_down() -> None:
    assert _found(OF_ONE_MACHINE, TEXTS) == []


def test_tests_never_guess_how_long_something_takes() -> None:
    assert _found(GUESSED_WAITS, TESTS) == []


def test_tests_never_look_away() -> None:
    assert _found(LOOKING_AWAY, TESTS) == []


def test_no_process_of_ours_takes_its_code_from_the_current_folder() -> None:
    assert _found(re.compile(r'sys\.executable, "-m"'), SOURCES) == []


def test_the_core_asks_no_clock_and_opens_nothing() -> None:
    core = {_name(path): CLOCKS & _module(path).calls for path in SOURCES if _name(path).startswith("console/core/")}
    assert core
    assert {name: clocks for name, clocks in core.items() if clocks} == {}


def test_help_loads_neither_screens_nor_drivers_nor_the_parser() -> None:
    assert not _loaded_by(["--help"]) & {"textual", "rich", "sqlglot", "psycopg", "sqlalchemy", "pytest"}


def test_assess_loads_no_screens() -> None:
    assert not _loaded_by(["assess", "postgresql://nobody@127.0.0.1:1/none"]) & {"textual", "rich"}


def test_everything_in_console_loads_without_a_terminal_library() -> None:
    loaded = _run(
        "import importlib, pkgutil, sys, console\n"
        "for found in pkgutil.walk_packages(console.__path__, 'console.'): importlib.import_module(found.name)\n"
        "print(*sorted({name.partition('.')[0] for name in sys.modules}))"
    )
    assert not {"textual", "rich"} & set(loaded.split())


def test_the_readme_lists_the_keys_as_they_are_declared() -> None:
    from screens.commands import key_table

    readme = (ROOT / "README.md").read_text(encoding="utf-8")
    table = readme.partition("<!-- keys -->")[2].partition("<!-- /keys -->")[0]
    assert table.strip() == key_table().strip()


def test_every_picture_in_the_readme_is_a_golden() -> None:
    pictures = re.findall(r"\]\((snapshots/\S+)\)", (ROOT / "README.md").read_text(encoding="utf-8"))
    assert pictures
    assert [picture for picture in pictures if not (ROOT / picture).is_file()] == []
