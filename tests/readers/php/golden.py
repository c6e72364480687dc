"""Golden files of what Laravel's own grammars say: reading their notation, and the lines a case stands for.

One line of a file: `alter: string("c")->nullable() | pgsql | SQL ;; SQL`, or `!! exception` for what the framework
refuses. The words before the first bar are PHP, or the name of one of the blueprints of `NAMED`; several lines are
separated by ` ; `. The table (`t` unless said) and the connection's prefix stand behind the first word.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from dataclasses import dataclass, replace
from pathlib import Path

from console.readers.php.blueprint.compile import compile_blueprint
from console.readers.php.draft import Blueprint, Call, Connection, Line
from console.readers.php.values import Listing, Value

HERE = Path(__file__).parent / "golden"
_KEYED = re.compile(r'\["(\w+)"=>([^],]+)\]')
"""A PHP array with one key."""
NAMED = {
    "create: typical": (
        "id()",
        'string("email")->unique()',
        'foreignId("org_id")->constrained()',
        'text("body")->nullable()->comment("b")',
        'index(["email","org_id"])',
        "timestamps()",
    ),
    "create: composite pk": (
        'unsignedBigInteger("a")',
        'unsignedBigInteger("b")',
        'primary(["a","b"])',
        'comment("tc")',
        'engine = "InnoDB"',
        'charset = "utf8"',
    ),
    "alter: three columns + index": (
        'string("a")',
        'integer("b")->nullable()',
        'boolean("c")->default(false)',
        'index("a")',
        'dropColumn("z")',
    ),
}
"""Blueprints of several lines."""


@dataclass(frozen=True, slots=True)
class Case:
    """One line of a golden file."""

    version: str
    """Of Laravel: `8.83.27`."""
    text: str
    driver: str
    statements: tuple[str, ...]
    refusal: str = ""
    """What the framework says instead of sending anything."""

    @property
    def id(self) -> str:
        """For pytest."""
        return f"{self.version.partition('.')[0]} {self.text}"


def cases(driver: str, folder: Path = HERE) -> list[Case]:
    """Every line of every file that is about one driver."""
    found = []
    for path in sorted(folder.glob("v*.txt")):
        for line in path.read_text(encoding="utf-8").splitlines():
            if line and not line.startswith("#"):
                text, of, result = line.split(" | ", 2)
                refused = result.startswith("!! ")
                sql = () if refused or not result else tuple(result.split(" ;; "))
                if of == driver:
                    found.append(Case(path.stem[1:], text, of, sql, result[3:] if refused else ""))
    return found


def connection_of(case: Case) -> Connection:
    """The connection the golden files were written with."""
    major, minor, patch = (int(part) for part in case.version.split("."))
    return Connection(case.driver, (major, minor, patch), charset="utf8mb4", collation="utf8mb4_unicode_ci")


def blueprint_of(text: str) -> tuple[Blueprint, str]:
    """The blueprint a case stands for, and the prefix of its connection: `alter crm.people wp_: drop() ; drop()`."""
    head, _, chains = text.partition(": ")
    kind, table, prefix = (*head.split(" "), "", "")[:3]
    lines = tuple(map(line_of, NAMED.get(text, chains.split(" ; "))))
    return Blueprint(table or "t", kind == "create", lines, f"Schema::{kind}('{table or 't'}', ...)"), prefix


def compiled(case: Case) -> tuple[tuple[str, ...], str]:
    """What the reader makes of it: the statements, and why one of them is not readable."""
    blueprint, prefix = blueprint_of(case.text)
    sent = compile_blueprint(blueprint, replace(connection_of(case), prefix=prefix))
    return tuple(one.sql for one in sent if one.sql), next((one.unreadable for one in sent if not one.sql), "")


def line_of(chain: str) -> Line:
    """`string("c")->nullable()` or `engine = "InnoDB"`."""
    if chain.split(" ")[1:2] == ["="]:
        name, _, value = chain.partition(" = ")
        return Line((Call(f"{name}=", (_value(json.loads(value)),)),), f"$table->{chain}")
    return Line(tuple(_calls(chain)), f"$table->{chain}")


def _calls(chain: str) -> Iterator[Call]:
    for part in chain.split("->"):
        name, _, rest = part.partition("(")
        inside = _KEYED.sub(r'{"\1":\2}', rest.rpartition(")")[0])
        yield Call(name, tuple(_value(one) for one in json.loads(f"[{inside}]")))


def _value(found: object) -> Value:
    if isinstance(found, dict):
        return Listing(tuple((key, _value(one)) for key, one in found.items()))
    if isinstance(found, list):
        return Listing(tuple((n, _value(one)) for n, one in enumerate(found)))
    assert found is None or isinstance(found, bool | int | float | str)
    return found
