"""What goose takes out of a file: its annotations, and the texts between them as goose cuts them (its own parser).

goose ends a statement where a line ends in a semicolon, unless StatementBegin and StatementEnd stand around it.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field

_ANNOTATION = re.compile(r"--\s*\+goose\s+(?P<word>.*?)\s*\Z", re.IGNORECASE)


@dataclass
class Part:
    """One direction."""

    lines: set[int] = field(default_factory=set)
    """Which lines of the file belong to it."""
    sent: list[str] = field(default_factory=list)
    """What goose sends, one text after the other."""
    held: list[str] = field(default_factory=list)
    """A statement that is not ended yet."""
    refused: str = ""
    """Why goose does not go this way: the other way it does not mind."""

    def end(self) -> None:
        """What was held is one text."""
        self.sent.append("\n".join(self.held))
        self.held = []


@dataclass
class Annotated:
    """A file as goose reads it."""

    up: Part = field(default_factory=Part)
    down: Part = field(default_factory=Part)
    transaction: bool = True
    substitutes: bool = False
    """It is to put values of the environment into the text."""
    refused: str = ""


def read(text: str) -> Annotated:
    """The parts of a file."""
    found = Annotated()
    part: Part | None = None
    inside = False
    for number, line in enumerate(text.split("\n")):
        word = _word(line)
        if word in ("UP", "DOWN"):
            part = _begun(found, part, word, inside=inside)
        elif word in ("STATEMENTBEGIN", "STATEMENTEND"):
            inside = _bracket(found, part, word, inside=inside)
        elif word == "NO TRANSACTION":
            found.transaction = False
        elif word.startswith("ENVSUB") and word.endswith(" ON"):
            found.substitutes = True
        elif part is not None:
            _line(part, line, number, inside=inside)
        elif line.strip() and not line.strip().startswith("--"):
            found.refused = found.refused or "statements stand before its +goose Up"
    found.refused = found.refused or _unended(part, inside=inside)
    return found


def is_one(text: str) -> bool:
    """Whether it is a file of goose's."""
    return any(_word(line) == "UP" for line in text.split("\n"))


def _word(line: str) -> str:
    match = _ANNOTATION.match(line) if line.startswith("--") else None
    return " ".join(match["word"].upper().split()) if match is not None else ""


def _begun(found: Annotated, part: Part | None, word: str, *, inside: bool) -> Part:
    new = found.up if word == "UP" else found.down
    if inside or (part is None) != (word == "UP") or (part is not None and part is not found.up):
        found.refused = found.refused or f"its +goose {word.capitalize()} stands where none may"
    if part is not None:
        _close(part)
    return new


def _bracket(found: Annotated, part: Part | None, word: str, *, inside: bool) -> bool:
    begins = word == "STATEMENTBEGIN"
    if part is None or begins == inside:
        found.refused = found.refused or f"its +goose {'StatementBegin' if begins else 'StatementEnd'} is out of place"
    elif not begins:
        part.end()
    return begins


def _line(part: Part, line: str, number: int, *, inside: bool) -> None:
    if not part.held and (not line.strip() or line.strip().startswith("--")):
        return
    part.lines.add(number)
    part.held.append(line)
    if not inside and _ends(line):
        part.end()


def _ends(line: str) -> bool:
    words = line.split()
    before = next((n for n, word in enumerate(words) if word.startswith("--")), len(words))
    return before > 0 and words[before - 1].endswith(";")


def _close(part: Part) -> None:
    """The part is over: what is held is a statement without an end, and the lines it stands on are not sent."""
    if any(line.strip() for line in part.held):
        part.refused = part.refused or "a statement of it has no semicolon"


def _unended(part: Part | None, *, inside: bool) -> str:
    if part is None:
        return "it has no +goose Up"
    if inside:
        return "a +goose StatementEnd is missing"
    _close(part)
    return ""
