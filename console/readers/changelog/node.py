"""One tree for every format: an element of XML, a mapping of YAML or JSON."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field

ROOT = "databaseChangeLog"
MOST = 200_000
"""Elements of one document: aliases of YAML multiply."""
DEEPEST = 60
SHOWN = 4000
SHOWN_LINES = 120


class UnreadError(Exception):
    """A document, or the SQL of a change, that is not known here; its text is the reason, for people."""


@dataclass(frozen=True, slots=True)
class Node:
    """What a change, a column, a constraint is in the document."""

    name: str
    attributes: Mapping[str, str] = field(default_factory=dict)
    children: tuple[Node, ...] = ()
    text: str = ""
    line: int = 1
    source: str = ""
    """The document's own text of it, where that is short enough to be shown."""

    def get(self, *names: str) -> str:
        """The value of the first of these that stands as an attribute, else as a child with a text."""
        for name in names:
            if name in self.attributes:
                return self.attributes[name]
            found = next((child.text for child in self.children if child.name == name and child.text), None)
            if found is not None:
                return found
        return ""

    def has(self, name: str) -> bool:
        """Whether it says anything of that name."""
        return name in self.attributes or any(child.name == name for child in self.children)

    def is_set(self, name: str, default: str = "false") -> bool:
        """A value that is true or false."""
        return (self.get(name) or default).strip().lower() == "true"

    def all(self, name: str, *around: str) -> Iterator[Node]:
        """Children of that name, also where a list of them stands around them (`columns` around `column`)."""
        for child in self.children:
            if child.name == name:
                yield child
            elif child.name == f"{name}s" or child.name in around:
                yield from child.all(name)

    def first(self, name: str) -> Node | None:
        """The first child of that name."""
        return next(self.all(name), None)


def refused(node: Node, *names: str) -> None:
    """UnreadError where one of these is said: what Liquibase makes of it was not measured."""
    for name in names:
        if node.get(name) not in ("", "false"):
            raise UnreadError(f"what Liquibase makes of {name} is not known")
