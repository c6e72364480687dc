"""A report read from its HTML alone, as somebody would who has nothing else."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from html.parser import HTMLParser

_HIDDEN = re.compile(r"U\+([0-9A-F]{4,6})")


@dataclass
class Told:
    """What the page says of one action."""

    facts: dict[str, str] = field(default_factory=dict)
    sql: str = ""


class Page(HTMLParser):
    """Actions by the number of their entry, the lines of the journal, and every element with its attributes."""

    def __init__(self, text: str) -> None:
        super().__init__(convert_charrefs=True)
        self.actions: dict[int, Told] = {}
        self.lines: dict[int, tuple[str, ...]] = {}
        self.elements: list[tuple[str, dict[str, str | None]]] = []
        self.text: list[str] = []
        self._at = self._row = 0
        self._inside: list[str] = []
        self._name = self._hidden = ""
        self._cells: list[str] = []
        self.feed(text)
        self.close()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        """Where it is now."""
        given = dict(attrs)
        self.elements.append((tag, given))
        if tag == "meta":
            return
        self._inside.append(f"pre.{given.get('class')}" if tag == "pre" else tag)
        anchor = given.get("id") or ""
        if tag in ("h2", "h3"):
            self._at = int(anchor.removeprefix("action-") or 0) if anchor.startswith("action-") else 0
            if self._at:
                self.actions[self._at] = Told()
        elif tag == "tr":
            self._row, self._cells = int(anchor.removeprefix("entry-") or 0), []
        elif tag == "td":
            self._cells.append("")
        elif tag in ("dt", "dd"):
            self._name = self._name if tag == "dd" else ""
        elif tag == "i":
            self._hidden = given.get("title") or ""

    def handle_endtag(self, tag: str) -> None:
        """A line of the journal is whole."""
        self._inside.pop()
        if tag == "tr" and self._row:
            self.lines[self._row] = tuple(self._cells)
        elif tag == "i":
            self._hidden = ""

    def handle_data(self, data: str) -> None:
        """Text, exactly."""
        self.text.append(data)
        if "td" in self._inside:
            self._cells[-1] += data
        elif self._at and self._inside[-1:] == ["dt"]:
            self._name += data
        elif self._at and self._inside[-1:] == ["dd"]:
            facts = self.actions[self._at].facts
            facts[self._name] = facts.get(self._name, "") + data
        elif self._at and "pre.sql" in self._inside:
            hidden = _HIDDEN.fullmatch(self._hidden)
            self.actions[self._at].sql += chr(int(hidden.group(1), 16)) if hidden else data
