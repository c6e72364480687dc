"""Screens of a terminal as one SVG that shows one after the other; without scripts, so that any page may hold it."""

from __future__ import annotations

from collections.abc import Iterator
from html import escape
from itertools import groupby

import pyte
from pyte.screens import Char

_WIDE, _HIGH, _EDGE = 8.4, 18, 12
_BLANK = "\N{NO-BREAK SPACE}"
"""Others are made one where several stand together."""
_GROUND, _INK = "#101418", "#d6dbe0"
_NAMED = {
    "black": "#101418", "red": "#ff6b68", "green": "#7bd88f", "brown": "#e5c07b", "blue": "#6cb6ff",
    "magenta": "#d2a8ff", "cyan": "#56d4dd", "white": "#d6dbe0", "brightblack": "#7d8590", "brightred": "#ff8f8c",
    "brightgreen": "#a2e8b0", "brightbrown": "#f2d9a0", "brightblue": "#9ccfff", "brightmagenta": "#e2c5ff",
    "brightcyan": "#8ce9f0", "brightwhite": "#ffffff",
}  # fmt: skip
_Look = tuple[str, str, bool]


def film(screens: list[tuple[str, pyte.Screen]], seconds: float) -> str:
    """All of them, each for so long, again and again, with what was typed under each."""
    columns, lines = screens[0][1].columns, screens[0][1].lines
    wide, high = columns * _WIDE + 2 * _EDGE, (lines + 2) * _HIGH + 2 * _EDGE
    whole = len(screens) * seconds
    share = 100 / len(screens)
    frames = "".join(
        f'<g class="f" style="animation-delay:{n * seconds:g}s">{_frame(screen)}{_typed(typed, lines)}</g>'
        for n, (typed, screen) in enumerate(screens)
    )
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {wide:g} {high:g}" font-size="14" '
        "font-family=\"ui-monospace,Menlo,Consolas,'DejaVu Sans Mono',monospace\">\n<style>"
        f".f{{visibility:hidden;animation:s {whole:g}s step-end infinite}}"
        f"@keyframes s{{0%{{visibility:visible}}{share:.4f}%{{visibility:hidden}}}}</style>\n"
        f'<rect width="100%" height="100%" rx="8" fill="{_GROUND}"/>\n{frames}</svg>\n'
    )


def _typed(typed: str, lines: int) -> str:
    shown = escape(f"keys: {typed}" if typed else "")
    return f'<text x="{_EDGE}" y="{(lines + 1.5) * _HIGH + _EDGE:g}" fill="#7d8590">{shown}</text>\n'


def _frame(screen: pyte.Screen) -> str:
    return "".join(part for row in range(screen.lines) for part in _row(screen, row))


def _row(screen: pyte.Screen, row: int) -> Iterator[str]:
    """Pieces of one look each: their ground, then their text."""
    cells = [screen.buffer[row][column] for column in range(screen.columns)]
    column = 0
    for (ink, ground, bold), piece in groupby(cells, key=_look):
        text = "".join(cell.data for cell in piece)
        x, y = _EDGE + column * _WIDE, _EDGE + row * _HIGH
        column += len(text)
        if ground != _GROUND:
            yield f'<rect x="{x:g}" y="{y:g}" width="{len(text) * _WIDE:g}" height="{_HIGH}" fill="{ground}"/>'
        if word := text.strip():
            x += text.index(word) * _WIDE
            heavy = ' font-weight="bold"' if bold else ""
            length = f' textLength="{len(word) * _WIDE:g}" lengthAdjust="spacingAndGlyphs"'
            shown = escape(word.replace(" ", _BLANK))
            yield f'<text x="{x:g}" y="{y + 14:g}" fill="{ink}"{heavy}{length}>{shown}</text>\n'


def _look(cell: Char) -> _Look:
    ink, ground = _colour(cell.fg, _INK), _colour(cell.bg, _GROUND)
    return (ground, ink, cell.bold) if cell.reverse else (ink, ground, cell.bold)


def _colour(name: str, usual: str) -> str:
    return usual if name == "default" else _NAMED.get(name, f"#{name}")
