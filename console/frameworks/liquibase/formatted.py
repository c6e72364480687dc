"""What Liquibase takes out of a formatted SQL file: changesets with their attributes, and their lines.

Only what stands in the file counts; a parameter's value, a precondition's answer and a chosen context do not.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field

from console.readers.changelog import Node
from console.readers.sqlfiles.files import lines_of

_HEADER = re.compile(r"\s*--\s*liquibase\s+formatted\s+sql\b(?P<rest>.*)", re.IGNORECASE)
_CHANGESET = re.compile(
    r"\s*--\s*changeset\s+(?P<author>\"[^\"]+\"|[^:]+):\s*(?P<id>\"[^\"]+\"|\S+)(?P<rest>.*)", re.IGNORECASE
)
_ATTRIBUTE = re.compile(r"\b(\w+):(\"[^\"]*\"|'[^']*'|\S+)")
_ROLLBACK = re.compile(r"\s*--\s*rollback\s(?P<sql>.*)", re.IGNORECASE)
_ROLLBACK_BEGINS = re.compile(r"\s*/\*\s*liquibase\s+rollback\s*\Z", re.IGNORECASE)
_WORD = re.compile(r"\s*--\s*(preconditions?\b|precondition-|ignoreLines|ignore:)", re.IGNORECASE)
_SILENT = re.compile(r"\s*--\s*(?:property|validCheckSum)\b", re.IGNORECASE)
_COMMENT = re.compile(r"\s*--\s*comment:?\s+(?P<text>.*)", re.IGNORECASE)
_SPELLED = {name.lower(): name for name in (
    "runInTransaction", "runAlways", "runOnChange", "failOnError", "runOrder", "splitStatements", "endDelimiter",
    "logicalFilePath", "contextFilter", "stripComments", "objectQuotingStrategy",
)}  # fmt: skip
PARAMETER = re.compile(r"\$\{([^}\s]+)\}")


@dataclass
class Changeset:
    """One changeset: which lines of the file it sends, and what takes it back."""

    author: str
    id: str
    attributes: Mapping[str, str]
    lines: list[int] = field(default_factory=list)
    rollback: list[str] = field(default_factory=list)
    comments: list[str] = field(default_factory=list)
    preconditions: bool = False
    odd: str = ""
    """A word of it that is not read."""

    def as_node(self, text: str) -> Node:
        """It as the changesets of documents are: its lines where they stand, all else as attributes."""
        given = {_SPELLED.get(name, name): value for name, value in self.attributes.items()}
        own = {"id": self.id, "author": self.author, "odd": self.odd, "rollback": "\n".join(self.rollback),
               "comment": " ".join(self.comments)}  # fmt: skip
        asked = (Node("preConditions", {"asked": "yes"}),) if self.preconditions else ()
        return Node("formatted", {**given, **own}, asked, lines_of(text.split("\n"), self.lines))


def header(text: str) -> Mapping[str, str] | None:
    """The attributes of the file; None where it is none of Liquibase's."""
    first = next((line for line in text.removeprefix("\ufeff").split("\n") if line.strip()), "")
    match = _HEADER.match(first)
    return attributes_in(match["rest"]) if match is not None else None


def attributes_in(text: str) -> dict[str, str]:
    """Names in lower case with their values, without quotes."""
    return {name.lower(): value.strip("\"'") for name, value in _ATTRIBUTE.findall(text)}


def changesets(text: str) -> Iterator[Changeset]:
    """Every changeset, in the order of the file."""
    found: Changeset | None = None
    inside = False
    for number, line in enumerate(text.split("\n")):
        match = _CHANGESET.match(line)
        if match is not None:
            if found is not None:
                yield found
            author, name = match["author"].strip().strip('"'), match["id"].strip('"')
            found, inside = Changeset(author, name, attributes_in(match["rest"])), False
        elif found is not None:
            inside = _line(found, line, number, inside=inside)
    if found is not None:
        yield found


def _line(found: Changeset, line: str, number: int, *, inside: bool) -> bool:
    """One line of a changeset; whether a rollback of several lines is still open."""
    if inside:
        if "*/" in line:
            return False
        found.rollback.append(line)
        return True
    if _ROLLBACK_BEGINS.match(line):
        return True
    if (back := _ROLLBACK.match(line)) is not None:
        found.rollback.append(back["sql"])
    elif (word := _WORD.match(line)) is not None:
        kind = word[1].lower()
        found.preconditions = found.preconditions or kind.startswith("precondition")
        found.odd = found.odd or ("" if kind.startswith("precondition") else kind.rstrip(":"))
    elif (comment := _COMMENT.match(line)) is not None:
        found.comments.append(comment["text"].strip())
    elif not _SILENT.match(line):
        found.lines.append(number)
    return False
