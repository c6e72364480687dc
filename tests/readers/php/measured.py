"""Golden files of what real Laravels send to MySQL, MariaDB and SQLite: reading their notation.

As in golden.py, with more said before the first bar: `alter[prefix=p_,version=8_0_2] s.users: a && b` is a blueprint of
two lines for table `s.users`. Of what is sent `??` is a table rebuilt from what is in the database just then, and `--`
is nothing at all. Files that begin with `# derived` were written from the framework's source, not by it.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from console.readers.php.blueprint import compile_blueprint
from console.readers.php.draft import Blueprint, Call, Connection, Line
from console.readers.php.values import Listing, Raw, Value

HERE = Path(__file__).parent
CASE = re.compile(r"(create|alter)(?:\[(.*?)\])?(?: (\S+))?: (.*)")
CALL = re.compile(r"(\w+)\((.*?)\)(?:->|$)")
RAW = re.compile(r'raw\(("(?:[^"\\]|\\.)*")\)')
KEYED = re.compile(r'\["(\w+)"=>(\w+)\]')


@dataclass(frozen=True, slots=True)
class Measured:
    """One line of a golden file."""

    laravel: str
    case: str
    driver: str
    sent: tuple[str, ...]
    refusal: str = ""
    """What the framework says instead of sending anything."""


def measured(folder: str, *drivers: str) -> list[Measured]:
    """Every line of the files in a folder."""
    lines = [
        (path.stem[1:], line)
        for path in sorted((HERE / folder).glob("v*.txt"))
        for line in path.read_text(encoding="utf-8").splitlines()
        if not line.startswith("#")
    ]
    found = [_measured(laravel, *line.split(" | ", 2)) for laravel, line in lines]
    return [one for one in found if one.driver in drivers]


def _measured(laravel: str, case: str, driver: str, result: str) -> Measured:
    if result.startswith("!! "):
        return Measured(laravel, case, driver, (), result[3:])
    return Measured(laravel, case, driver, () if result == "--" else tuple(result.split(" ;; ")))


def read(one: Measured) -> tuple[str, ...]:
    """What the reader makes of it; `??` for what it cannot read, several of them one behind the other once."""
    parts = CASE.fullmatch(one.case)
    assert parts, one.case
    options = dict(part.split("=") for part in (parts[2] or "").split(",") if part)
    lines = tuple(map(_line, parts[4].split(" && ")))
    blueprint = Blueprint(parts[3] or "t", parts[1] == "create", lines, one.case)
    sent = [each.sql or "??" for each in compile_blueprint(blueprint, _connection(one, options))]
    return tuple(sql for n, sql in enumerate(sent) if sql != "??" or sent[n - 1 : n] != ["??"])


def refused(given: list[Measured]) -> list[Measured]:
    """Those of which the framework sends nothing, because it raises."""
    return [one for one in given if one.refusal]


def differing(given: list[Measured]) -> list[tuple[str, tuple[str, ...], tuple[str, ...]]]:
    """Case, what is sent and what is read of it, where these are not the same."""
    return [(one.case, one.sent, found) for one in given if not one.refusal and (found := read(one)) != one.sent]


def _connection(one: Measured, options: dict[str, str]) -> Connection:
    laravel = tuple(map(int, one.laravel.split(".")))
    version, _, server = options.get("version", "").partition("-")
    is_sqlite = one.driver == "sqlite"
    return Connection(
        one.driver,
        (laravel[0], laravel[1], laravel[2]),
        tuple(map(int, version.split("_"))) if version else (),
        is_mariadb=bool(server),
        prefix=options.get("prefix", ""),
        charset="" if is_sqlite else "utf8mb4",
        collation="" if is_sqlite else "utf8mb4_unicode_ci",
        engine=options.get("engine", ""),
        native_changes="native" in options,
    )


def _line(chain: str) -> Line:
    if " = " in chain:
        name, _, value = chain.partition(" = ")
        return Line((Call(f"{name}=", (json.loads(value),)),), chain)
    return Line(tuple(_calls(chain)), f"$table->{chain}")


def _calls(chain: str) -> Iterator[Call]:
    text = KEYED.sub(r'{"\1":\2}', RAW.sub(r'{"raw":\1}', chain))
    for name, inside in CALL.findall(text):
        yield Call(name, tuple(map(_value, json.loads(f"[{inside}]"))))


def _value(found: object) -> Value:
    if isinstance(found, dict):
        return Raw(found["raw"]) if "raw" in found else Listing(tuple((key, _value(one)) for key, one in found.items()))
    if isinstance(found, list):
        return Listing(tuple((n, _value(one)) for n, one in enumerate(found)))
    assert found is None or isinstance(found, bool | int | float | str)
    return found
