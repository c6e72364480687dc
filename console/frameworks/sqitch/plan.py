"""sqitch.plan: changes in their order, with the tags between them; a name that comes twice was reworked."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, field, replace

from console.frameworks.sqitch.identity import Said, canonical, identity

_PRAGMA = re.compile(r"\s*%\s*(?P<name>[\w-]+)\s*=\s*(?P<value>.*?)\s*\Z")
_WHO = r"\s+(?P<at>\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ)[ \t]*(?P<planner>[^<]+)[ \t]<(?P<email>[^>]+)>\s*\Z"
_CHANGE = re.compile(rf"\s*(?P<sign>[+-]?)\s*(?P<name>[^\s\[@#%+-][^\s\[@]*)(?:\s*\[(?P<needs>[^\]]*)\](?=\s))?{_WHO}")
_TAG = re.compile(rf"\s*@(?P<name>[^\s@]+){_WHO}")
_ESCAPE = re.compile(r"\\([\\nr])")
_ESCAPED = {"n": "\n", "r": "\r", "\\": "\\"}


@dataclass(frozen=True, slots=True)
class Tag:
    """A name for how far the plan had come."""

    name: str
    said: Said
    digest: str = ""


@dataclass(frozen=True, slots=True)
class Change:
    """One line of the plan."""

    name: str
    reworked: tuple[str, ...] = ()
    """Where a later line reworks it: the tags that its own scripts may be kept under, the likeliest first."""
    said: Said = field(default_factory=Said)
    requires: tuple[str, ...] = ()
    """As Sqitch writes them: those of its own project without its name."""
    conflicts: tuple[str, ...] = ()
    tags: tuple[Tag, ...] = ()
    digest: str = ""
    """What Sqitch calls it; '' where that cannot be made here."""

    @property
    def tag(self) -> str:
        """The first of them."""
        return self.reworked[0] if self.reworked else ""

    @property
    def id(self) -> str:
        """What people call it."""
        return f"{self.name}@{self.tag}" if self.tag else self.name

    @property
    def under_each_tag(self) -> tuple[Change, ...]:
        """It, as each of the tags would have its scripts called."""
        return tuple(replace(self, reworked=(tag,)) for tag in self.reworked) or (self,)


@dataclass(frozen=True, slots=True)
class Plan:
    """A whole plan."""

    project: str = ""
    changes: tuple[Change, ...] = ()
    odd: str = ""
    """The first line that is none of a plan."""
    uri: str = ""

    def find(self, key: str) -> int | None:
        """Where the change is that `name`, `@tag` or `name@tag` means; None where there is none."""
        name, _, tag = key.partition("@")
        if not tag:
            return next((at for at, change in enumerate(self.changes) if change.name == name), None)
        tagged = next((at for at, one in enumerate(self.changes) if tag in {t.name for t in one.tags}), None)
        if tagged is None or not name:
            return tagged
        return next((at for at in range(tagged, -1, -1) if self.changes[at].name == name), None)


@dataclass(slots=True)
class _Line:
    """One change as it is being read."""

    name: str
    needs: tuple[str, ...]
    said: Said
    tags: list[tuple[str, Said]]


def read_plan(text: str) -> Plan:
    """The plan in a text."""
    told, odd = {"project": "", "uri": ""}, ""
    found: list[_Line] = []
    for number, raw in enumerate(text.split("\n"), 1):
        line, _, note = raw.partition("#")
        if not line.strip():
            continue
        if (pragma := _PRAGMA.match(line)) is not None:
            told[pragma["name"]] = pragma["value"]
        elif (tag := _TAG.match(line)) is not None and found:
            found[-1].tags.append((tag["name"], _said(tag, note)))
        elif (change := _CHANGE.match(line)) is not None and change["sign"] != "-":
            found.append(_Line(change["name"], tuple((change["needs"] or "").split()), _said(change, note), []))
        else:
            odd = odd or f"line {number}"
    return Plan(told["project"], tuple(_changes(found, told["project"], told["uri"])), odd, told["uri"])


def _said(match: re.Match[str], note: str) -> Said:
    whole = _ESCAPE.sub(lambda escape: _ESCAPED[escape[1]], note.strip())
    return Said(match["at"], match["planner"], match["email"], whole)


def _changes(found: Sequence[_Line], project: str, uri: str) -> list[Change]:
    made: list[Change] = []
    address = canonical(uri)
    head = (f"project {project}", *((f"uri {address}",) if address else ()))
    parent, known = "", address is not None
    for at, line in enumerate(found):
        requires, conflicts = _needs(line.needs, project)
        digest = identity("change", line.name, line.said, head, parent, requires, conflicts) if known else ""
        tags = tuple(
            Tag(name, said, identity("tag", f"@{name}", said, head, digest) if known else "")
            for name, said in line.tags
        )
        made.append(Change(line.name, _reworked(found, at), line.said, requires, conflicts, tags, digest))
        parent = digest
    return made


def _needs(given: Sequence[str], project: str) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """What it requires, and what it does not go with."""
    requires = tuple(one.removeprefix(f"{project}:") for one in given if not one.startswith("!"))
    return requires, tuple(one[1:].removeprefix(f"{project}:") for one in given if one.startswith("!"))


def _reworked(found: Sequence[_Line], at: int) -> tuple[str, ...]:
    """Sqitch looks for the scripts under the tags of the nearest change before the rework first."""
    again = next((later for later in range(at + 1, len(found)) if found[later].name == found[at].name), None)
    between = reversed(found[at:again]) if again is not None else ()
    return tuple(tag for line in between for tag, _ in line.tags)
