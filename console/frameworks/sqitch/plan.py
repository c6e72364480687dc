"""sqitch.plan: changes in their order, with the tags between them; a name that comes twice was reworked."""

from __future__ import annotations

import re
from dataclasses import dataclass

_PRAGMA = re.compile(r"\s*%(?P<name>[\w-]+)\s*=\s*(?P<value>.*?)\s*\Z")
_WHO = r"\s+\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ\s+[^<]*<[^>]*>"
_CHANGE = re.compile(rf"\s*(?P<sign>[+-]?)\s*(?P<name>[^\s\[@#%+-][^\s\[@]*)(?:\s*\[(?P<needs>[^\]]*)\])?{_WHO}")
_TAG = re.compile(rf"\s*@(?P<name>[^\s@]+){_WHO}")


@dataclass(frozen=True, slots=True)
class Change:
    """One line of the plan."""

    name: str
    tag: str = ""
    """Where a later line reworks it: the tag that its own scripts are kept under."""

    @property
    def id(self) -> str:
        """What people call it."""
        return f"{self.name}@{self.tag}" if self.tag else self.name


@dataclass(frozen=True, slots=True)
class Plan:
    """A whole plan."""

    project: str = ""
    changes: tuple[Change, ...] = ()
    odd: str = ""
    """The first line that is none of a plan."""


def read_plan(text: str) -> Plan:
    """The plan in a text."""
    project, odd = "", ""
    found: list[tuple[str, list[str]]] = []
    for number, raw in enumerate(text.split("\n"), 1):
        line = raw.rstrip()
        if not line.strip() or line.lstrip().startswith("#"):
            continue
        if (pragma := _PRAGMA.match(line)) is not None:
            project = pragma["value"] if pragma["name"] == "project" else project
        elif (tag := _TAG.match(line)) is not None and found:
            found[-1][1].append(tag["name"])
        elif (change := _CHANGE.match(line)) is not None and change["sign"] != "-":
            found.append((change["name"], []))
        else:
            odd = odd or f"line {number}"
    return Plan(project, tuple(_reworked(found)), odd)


def _reworked(found: list[tuple[str, list[str]]]) -> list[Change]:
    made: list[Change] = []
    for at, (name, _) in enumerate(found):
        again = next((later for later in range(at + 1, len(found)) if found[later][0] == name), None)
        between = [tag for _, tags in found[at:again] for tag in tags] if again is not None else []
        made.append(Change(name, between[0] if between else ""))
    return made
