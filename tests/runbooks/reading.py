"""A runbook as a program: the state it is about, what is typed, and the lines that must be seen then.

A comment at its head names the state (`state: drill NAME [SERVER]`, `state: sqlfiles TOOL [SERVER]`, `state: made
NAME`) and perhaps what the server refuses there (`refused: SQL`), whose answer must hold a line under *Symptom*.
In a block marked `console` a line that begins with `$ ` is a command, in one marked `keys` a line that begins with `> `
is pressed; what stands under it must be seen, in this order. `…` stands for anything, a line of it alone for any lines.
A line of a block marked `sql` is a statement that somebody sends with a client of their own, and a comment
`meanwhile: SQL` is what another session is sent that has to wait.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

ROOT = Path(__file__).parents[2]
PAGES = ROOT / "docs" / "runbooks"
SECTIONS = ("Symptom", "What Halfway shows", "What to do", "What not to do")
_HEAD = re.compile(r"<!-- (state|refused): (.+?) -->", re.DOTALL)
_BLOCK = re.compile(
    r"^(?:```|<!-- )(text|console|keys|sql|meanwhile)(?:\n|: )(.*?)(?:^```| -->)$", re.DOTALL | re.MULTILINE
)
_TYPED = {"console": r"^\$ ", "keys": r"^[$>] ", "sql": r"^(?=\S)", "meanwhile": r"^(?=\S)"}


@dataclass(frozen=True)
class Step:
    """What is typed, and what is seen then."""

    kind: str
    """`console`, `keys`, `sql` or `meanwhile`."""
    typed: str
    seen: tuple[str, ...]


@dataclass(frozen=True)
class Runbook:
    """One page."""

    path: Path

    @cached_property
    def text(self) -> str:
        """As it stands there."""
        return self.path.read_text(encoding="utf-8")

    @cached_property
    def head(self) -> dict[str, str]:
        """`state` and, where the server refuses something, `refused`."""
        return {name: " ".join(value.split()) for name, value in _HEAD.findall(self.text)}

    @property
    def state(self) -> tuple[str, ...]:
        """The words that name the state."""
        return tuple(self.head["state"].split())

    @property
    def sections(self) -> tuple[str, ...]:
        """The headings, in their order."""
        return tuple(re.findall(r"^## (.+)$", self.text, re.MULTILINE))

    @property
    def symptoms(self) -> tuple[str, ...]:
        """The texts that somebody comes with."""
        (found,) = [body for kind, body in _BLOCK.findall(self.text) if kind == "text"][:1] or [""]
        return tuple(line.strip() for line in found.splitlines() if line.strip())

    @property
    def blocks(self) -> tuple[tuple[Step, ...], ...]:
        """What is carried out, block by block."""
        return tuple(tuple(_steps(kind, body)) for kind, body in _BLOCK.findall(self.text) if kind in _TYPED)


def _steps(kind: str, body: str) -> Iterator[Step]:
    first, *rest = re.split(_TYPED[kind], body, flags=re.MULTILINE)
    assert not first, f"nothing is typed before {first!r}"
    for each in rest:
        typed, *seen = each.splitlines()
        yield Step(kind, typed.strip(), tuple(line.strip() for line in seen if line.strip() not in ("", "…")))


def runbooks() -> list[Runbook]:
    """All there are; the list of them is none."""
    return [Runbook(path) for path in sorted(PAGES.glob("*.md")) if path.name != "README.md"]


def missing(seen: tuple[str, ...], text: str) -> str:
    """The first of these lines that does not stand in the text behind the ones before it; '' when all do."""
    rest = " ".join(text.split())
    for line in seen:
        found = re.search(".*?".join(map(re.escape, " ".join(line.split()).split("…"))), rest)
        if found is None:
            return line
        rest = rest[found.end() :]
    return ""
