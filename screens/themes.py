"""Colours of our own, for who does not trust the terminal's: dark, light, and high contrast.

Each can be read as it is and as the nearest of 256, which every terminal but the oldest has. Where there are fewer, or
NO_COLOR is set, the terminal's own are used. States stay words: a tone repeats what a word says.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from rich.style import Style
from textual.theme import Theme

from screens.theme import Tone, dress


@dataclass(frozen=True, slots=True)
class Colours:
    """What is written with, and on what."""

    paper: str
    plain: str
    dim: str
    bad: str
    warn: str
    good: str
    dark: bool = True

    def styles(self) -> dict[Tone, Style]:
        """How each tone is written; none is `dim` to the terminal, which would take its contrast away."""
        named = {Tone.BAD: self.bad, Tone.WARN: self.warn, Tone.GOOD: self.good, Tone.DIM: self.dim}
        bold = {Tone.STRONG, Tone.BAD, Tone.WARN}
        return {
            tone: Style(color=named.get(tone, self.plain), bold=tone in bold or None, reverse=tone is Tone.BAR or None)
            for tone in Tone
        }

    def theme(self, name: str) -> Theme:
        """What Textual draws fields and background with."""
        own = {"primary", "secondary", "accent", "foreground", "success", "warning", "error"}
        every = dict.fromkeys(own, self.plain) | dict.fromkeys(("background", "surface", "panel", "boost"), self.paper)
        field = {
            "input-cursor-background": self.plain, "input-cursor-foreground": self.paper,
            "input-cursor-text-style": "none", "input-selection-background": self.plain,
            "input-selection-foreground": self.paper, "text-disabled": self.dim,
        }  # fmt: skip
        return Theme(name=f"halfway-{name}", dark=self.dark, variables=field, **every)  # type: ignore[arg-type]


COLOURS = {
    "dark": Colours("#121212", "#d0d0d0", "#949494", "#ff8787", "#ffd75f", "#87d787"),
    "light": Colours("#ffffff", "#262626", "#626262", "#af0000", "#875f00", "#005f00", dark=False),
    "high-contrast": Colours("#000000", "#ffffff", "#d0d0d0", "#ff8787", "#ffff00", "#87ff87"),
}


def use(name: str, environ: Mapping[str, str]) -> str:
    """Draw with these colours from now on; why the terminal's own are used instead, '' where they are not."""
    if environ.get("NO_COLOR"):
        return f"NO_COLOR is set: theme {name} is not used"
    if not many_colours(environ):
        return f"this terminal has 16 colours: theme {name} is not used"
    colours = COLOURS[name]
    dress(colours.theme(name), colours.styles())
    return ""


def many_colours(environ: Mapping[str, str]) -> bool:
    """Whether the terminal says that it has 256 or more."""
    term = environ.get("TERM", "")
    return environ.get("COLORTERM", "") in ("truecolor", "24bit") or "256" in term or term.endswith("-direct") or (
        term.partition("-")[0] in ("alacritty", "foot", "ghostty", "wezterm") or term == "xterm-kitty"
    )  # fmt: skip
