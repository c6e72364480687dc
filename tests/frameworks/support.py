"""The table of what is known of each migration tool: declared in docs/support/, one file a tool, and held to its tests.

A cell is `ran` (a test runs the real tool), `source` (a test holds it to the tool's documented files and ledger) or
`no: why`. `python -m tests.frameworks.support` writes the README's table anew.
"""

from __future__ import annotations

import ast
import tomllib
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from importlib import import_module
from pathlib import Path

ROOT = Path(__file__).parents[2]
README = ROOT / "README.md"
BEGIN, END = "<!-- support -->\n", "<!-- /support -->"
COLUMNS = {
    "detection": "found by",
    "order": "order, pending, missing, changed",
    "statements_up": "up",
    "statements_down": "down",
    "transactions": "transactions",
    "failure": "failure it keeps",
    "lock": "lock: holder, since, alive",
    "mark_ran": "mark ran",
    "mark_not_ran": "mark not ran",
    "roll_back": "back one step",
    "finish": "finish",
}
"""What the names of tests call a column, and what the README does."""
FACTS = (
    "laravel", "rails", "django", "flyway", "alembic", "prisma", "liquibase", "golang-migrate", "dbmate", "goose",
    "knex", "sequelize", "typeorm", "drizzle", "phinx", "doctrine", "efcore", "sqitch", "atlas",
)  # fmt: skip
"""Every tool that a responder meets, in the order of the sheet of facts."""
_WORDS = {"ran": "yes, *ran*", "source": "yes, *source*"}


@dataclass(frozen=True)
class Support:
    """One row."""

    name: str
    title: str
    ran: str
    """Which versions ran on which servers; else why no package of the tool can be had."""
    runner: tuple[str, ...]
    """The modules that run the real tool."""
    cells: dict[str, str]

    @property
    def line(self) -> str:
        """As Markdown."""
        shown = (_WORDS.get(self.cells[column], self.cells[column]) for column in COLUMNS)
        return f"| {' | '.join((self.title, *shown, self.ran))} |"


@dataclass(frozen=True)
class Found:
    """One test: where, what it is called, what it is given, and whether it does anything."""

    module: str
    owner: str
    name: str
    given: tuple[str, ...]
    does: bool


@cache
def declared() -> dict[str, Support]:
    """Every row, in the order of the facts."""
    read = (tomllib.loads(path.read_text(encoding="utf-8")) for path in (ROOT / "docs/support").glob("*.toml"))
    rows = {row["name"]: Support(row["name"], row["title"], row["ran"], tuple(row.get("runner", ())), row["cells"])
            for row in read}  # fmt: skip
    return {name: rows[name] for name in (*FACTS, *sorted(set(rows) - set(FACTS))) if name in rows}


def table() -> str:
    """The README's table."""
    head = ("tool", *COLUMNS.values(), "the real tool")
    rule = "|---" * len(head) + "|"
    return "\n".join((f"| {' | '.join(head)} |", rule, *(row.line for row in declared().values()), ""))


@cache
def tests() -> tuple[Found, ...]:
    """Every test there is, by its text: nothing is imported for it."""
    return tuple(found for path in sorted((ROOT / "tests").rglob("*.py")) for found in _tests_in(path))


def _tests_in(path: Path) -> Iterator[Found]:
    module = ".".join(path.relative_to(ROOT).with_suffix("").parts)
    body = ast.parse(path.read_text(encoding="utf-8")).body
    classes = ((node.name, node.body) for node in body if isinstance(node, ast.ClassDef))
    for owner, nodes in (("", body), *classes):
        for node in nodes:
            if isinstance(node, ast.FunctionDef) and node.name.startswith("test_"):
                given = tuple(each.arg for each in node.args.args)
                yield Found(module, owner, node.name, given, any(map(_does, ast.walk(node))))


def _does(node: ast.AST) -> bool:
    """An assertion about something, or a call: of a helper that asserts, of `pytest.raises`."""
    return isinstance(node, ast.Call) or (isinstance(node, ast.Assert) and not isinstance(node.test, ast.Constant))


def of_cell(tool: str, column: str) -> list[Found]:
    """The tests of a cell, by the names that docs/frameworks.md allows."""
    return [test for test in tests() if test.does and _is_of(test, tool, column)]


def _is_of(test: Found, tool: str, column: str) -> bool:
    own = f"test_{tool.replace('-', '_')}"
    if _begins(test.name, f"{own}_{column}"):
        return True
    if _begins(test.name, f"test_{column}"):
        return tool in parameters(test)
    return _begins(test.name, own) and any(_begins(name, column) for name in parameters(test))


def _begins(name: str, start: str) -> bool:
    return name == start or name.startswith(f"{start}_")


@cache
def parameters(test: Found) -> frozenset[str]:
    """The ids a test is parametrised with, by its marks or by a fixture of its module."""
    module = import_module(test.module)
    whole = getattr(module, "pytestmark", [])
    function = getattr(getattr(module, test.owner) if test.owner else module, test.name)
    marks = [mark for mark in (*getattr(function, "pytestmark", ()), *(whole if isinstance(whole, list) else [whole]))
             if mark.name == "parametrize"]  # fmt: skip
    marked = {name.strip() for mark in marks for name in str(mark.args[0]).split(",")}
    made = (getattr(getattr(module, name, None), "_fixture_function_marker", None) for name in {*test.given} - marked)
    by_fixture = ((one.params or (), one.ids) for one in made if one is not None)
    by_mark = ((mark.args[1], mark.kwargs.get("ids")) for mark in marks)
    return frozenset(_id(value, ids, number) for values, ids in (*by_mark, *by_fixture)
                     for number, value in enumerate(values))  # fmt: skip


def _id(value: object, ids: object, number: int) -> str:
    if callable(ids):
        return str(ids(value))
    return str(ids[number]) if isinstance(ids, (list, tuple)) else str(value)


def runs(module: str, runner: tuple[str, ...]) -> bool:
    """Whether a module of tests reaches what runs the real tool, by its imports or those of a conftest beside it."""
    return bool(_reached(module) & set(runner))


@cache
def _reached(module: str) -> frozenset[str]:
    seen, waiting = set[str](), [module]
    while waiting:
        one = waiting.pop()
        if one not in seen:
            seen.add(one)
            waiting += _imports(one)
    return frozenset(seen)


@cache
def _imports(module: str) -> tuple[str, ...]:
    path = ROOT.joinpath(*module.split(".")).with_suffix(".py")
    if not path.is_file():
        return ()
    beside = ".".join((*module.split(".")[:-1], "conftest"))
    tree = ast.parse(path.read_text(encoding="utf-8"))
    named = (node for node in ast.walk(tree) if isinstance(node, ast.ImportFrom) and node.module)
    pairs = ((str(node.module), f"{node.module}.{name.name}") for node in named for name in node.names)
    return (beside, *(name for pair in pairs for name in pair if name.startswith("tests.")))


if __name__ == "__main__":
    before, _, rest = README.read_text(encoding="utf-8").partition(BEGIN)
    README.write_text(f"{before}{BEGIN}{table()}{END}{rest.partition(END)[2]}", encoding="utf-8")
