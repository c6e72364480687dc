"""A model of the terminal's cells: what is meant to stand there, and what is known to stand there already.

Textual repaints whole regions; on a slow link most of that is what the screen shows anyway. `feed` takes what Textual
writes and applies it to the cells, `take` gives the bytes that turn the terminal's picture into the meant one: nothing
where nothing differs, however often it was painted over in between. What this model does not understand goes to the
terminal unchanged, and everything known about the terminal is forgotten.
"""

from __future__ import annotations

import re
from typing import NamedTuple

from rich.cells import get_character_cell_size

from screens.sgr import PLAIN, Pen, UnknownStyle, after

CLEAR = "\x1b[0m\x1b[H\x1b[2J"
SYNC_START, SYNC_END = "\x1b[?2026h", "\x1b[?2026l"
_GAP = 6
"""Unchanged cells up to this many are written again: moving the cursor costs more."""
_WORTH_SYNC = 256

_TOKEN = re.compile(
    r"(?P<text>[^\x00-\x1f\x7f-\x9f]+)"
    r"|\x1b\[(?P<row>\d*);?(?P<column>\d*)H"
    r"|\x1b\[(?P<sgr>[\d;]*)m"
    r"|(?P<sync>\x1b\[\?2026[hl])"
    r"|(?P<screen>\x1b\[\?1049[hl])"
    r"|(?P<quiet>\x1b\[\?(?:7|25|1000|1002|1003|1004|1006|1015|1016|2004|2048)[hl]|\x1b\[\?\d+\$p|\x1b\[[<>]\d*u"
    r"|\x1b\](?:52|22|0|2);[^\x07\x1b]*(?:\x07|\x1b\\)|\x07)"
    r"|(?P<feed>\r?\n)"
    r"|(?P<return>\r)"
)


class Cell(NamedTuple):
    """One cell; the right half of a wide character has an empty text."""

    text: str
    pen: Pen


BLANK = Cell(" ", PLAIN)
Row = list[Cell | None]
"""None: not known."""


class Canvas:
    """Meant and shown cells of one terminal."""

    def __init__(self, width: int, height: int) -> None:
        """Nothing is known of the terminal yet, and it still shows somebody else's screen."""
        self.width, self.height = width, height
        self._pen = PLAIN
        self._at: tuple[int, int] | None = None
        self._synced = False
        self._clear_first = False
        self._away = True
        self._meant = self._rows(None)
        self._shown = self._rows(None)
        self._dirty: set[int] = set()

    def _rows(self, cell: Cell | None) -> list[Row]:
        return [[cell] * self.width for _ in range(self.height)]

    def resize(self, width: int, height: int) -> None:
        """The terminal changed: its cells are unknown; what was meant stays when the size is the same."""
        if (width, height) != (self.width, self.height):
            self.width, self.height = width, height
            self._meant = self._rows(None)
        self.redraw()

    def redraw(self) -> None:
        """Clear the terminal and write everything again."""
        self._shown = self._rows(BLANK)
        self._dirty = set(range(self.height))
        self._clear_first = True

    def forget(self) -> None:
        """Something wrote to the terminal that this model did not understand."""
        self._meant, self._shown = self._rows(None), self._rows(None)
        self._dirty, self._clear_first, self._at, self._pen = set(), False, None, PLAIN

    def feed(self, data: str) -> str:
        """Apply what the application writes; what has to reach the terminal as it is comes back."""
        passed = ""
        position = 0
        while position < len(data):
            token = _TOKEN.match(data, position)
            if token is None or not self._apply(token):
                return passed + self._raw(data[position:])
            if token["quiet"]:
                passed += token[0]
            elif token["screen"]:
                passed += self.take() + token[0]
                self._switch(away=token[0].endswith("l"))
            position = token.end()
        return passed

    def _switch(self, away: bool) -> None:
        """The other screen is up: while away nothing may be painted, coming back everything must be."""
        self._away = away
        if not away:
            self.redraw()

    def _apply(self, token: re.Match[str]) -> bool:
        """Whether the model understood it."""
        match token.lastgroup:
            case "text":
                return self._at is not None and self._write(token[0])
            case "row" | "column":
                self._at = (int(token["row"] or 1) - 1, int(token["column"] or 1) - 1)
            case "sgr":
                return self._restyle(token["sgr"])
            case "sync":
                self._synced = True
            case "feed" | "return":
                return self._break(down=token.lastgroup == "feed")
        return True

    def _restyle(self, parameters: str) -> bool:
        try:
            self._pen = after(self._pen, parameters)
        except UnknownStyle:
            return False
        return True

    def _break(self, down: bool) -> bool:
        if self._at is None:
            return False
        row = self._at[0] + (1 if down else 0)
        self._at = (row, 0)
        # A frame for a larger window than this one has become ends below it: sent on, it would scroll the terminal.
        return row < self.height or not self._away

    def _raw(self, rest: str) -> str:
        """Hand the rest over as it is, from where the application thinks the cursor is."""
        here = f"\x1b[{self._at[0] + 1};{self._at[1] + 1}H" if self._at else ""
        passed = self.take() + here + self._pen.sequence() + rest
        self.forget()
        return passed

    def _write(self, text: str) -> bool:
        if self._at is None:
            return False
        row, column = self._at
        if not 0 <= row < self.height:
            self._at = (row, column + len(text))
            return True
        cells = self._meant[row]
        self._dirty.add(row)
        for char in text:
            size = 1 if char.isascii() else get_character_cell_size(char)
            if size == 0 and not self._join(cells, column, char):
                return False
            if size:
                self._place(cells, column, char, size)
            column += size
        self._at = (row, column)
        return True

    def _join(self, cells: Row, column: int, mark: str) -> bool:
        """Put a mark without width onto the letter before it."""
        base = column - 1
        while 0 < base < self.width and (cell := cells[base]) is not None and not cell.text:
            base -= 1
        letter = cells[base] if 0 <= base < self.width else None
        if letter is None or not letter.text.strip():
            return False
        cells[base] = letter._replace(text=letter.text + mark)
        return True

    def _place(self, cells: Row, column: int, char: str, size: int) -> None:
        if column >= self.width:
            return
        if size == 2 and column + 1 >= self.width:
            char, size = " ", 1
        self._split(cells, column)
        self._split(cells, column + size)
        cells[column] = Cell(char, self._pen)
        if size == 2:
            cells[column + 1] = Cell("", self._pen)

    def _split(self, cells: Row, column: int) -> None:
        """A wide character cut at `column` leaves blanks."""
        if not 0 < column < self.width or (right := cells[column]) is None or right.text:
            return
        cells[column] = right._replace(text=" ")
        left = cells[column - 1]
        if left is not None:
            cells[column - 1] = left._replace(text=" ")

    def take(self) -> str:
        """The bytes that make the terminal show what is meant; '' when it does already."""
        if self._away:
            return ""
        parts = [CLEAR] if self._clear_first else []
        self._clear_first = False
        pen = PLAIN
        for row in sorted(self._dirty):
            if row < self.height:
                pen = self._changes(row, pen, parts)
        self._dirty.clear()
        if pen != PLAIN:
            parts.append(PLAIN.sequence())
        bytes_out = "".join(parts)
        return SYNC_START + bytes_out + SYNC_END if self._synced and len(bytes_out) > _WORTH_SYNC else bytes_out

    def _changes(self, row: int, pen: Pen, parts: list[str]) -> Pen:
        meant, shown = self._meant[row], self._shown[row]
        for start, end in _runs(meant, shown):
            parts.append(f"\x1b[{row + 1};{start + 1}H")
            for cell in meant[start:end]:
                if cell is None or not cell.text:
                    continue
                if cell.pen != pen:
                    pen = cell.pen
                    parts.append(pen.sequence())
                parts.append(cell.text)
            shown[start:end] = meant[start:end]
        return pen


def _runs(meant: Row, shown: Row) -> list[tuple[int, int]]:
    """Ranges of a row that have to be written, near ones joined."""
    runs: list[tuple[int, int]] = []
    for column, cell in enumerate(meant):
        if cell is None or cell == shown[column]:
            continue
        start, end = _whole(meant, column)
        if runs and start - runs[-1][1] <= _GAP and None not in meant[runs[-1][1] : start]:
            start = runs.pop()[0]
        runs.append((start, max(end, start + 1)))
    return runs


def _whole(meant: Row, column: int) -> tuple[int, int]:
    """The cells of the character that covers `column`."""
    cell = meant[column]
    if cell is not None and not cell.text and column:
        return column - 1, column + 1
    following = meant[column + 1] if column + 1 < len(meant) else None
    return column, column + (2 if following is not None and not following.text else 1)
