"""Tones: what a piece of text means, and how a terminal shows it.

Only the terminal's own sixteen colours, bold, dim and reverse are used, so every palette, 16-colour terminals and
NO_COLOR work without a second design. A tone repeats what a word already says; it is never the only sign.
"""

from __future__ import annotations

from rich.style import Style
from textual.theme import BUILTIN_THEMES, Theme

from screens.tones import OF_OVERALL, OF_STATE, OF_VERDICT, Tone, tone_of

__all__ = ["CURSOR", "OF_OVERALL", "OF_STATE", "OF_VERDICT", "STYLES", "THEME", "Tone", "dress", "theme_now", "tone_of"]

STYLES: dict[Tone, Style] = {
    Tone.PLAIN: Style(),
    Tone.STRONG: Style(bold=True),
    Tone.DIM: Style(dim=True),
    Tone.BAD: Style(color="red", bold=True),
    Tone.WARN: Style(color="yellow", bold=True),
    Tone.GOOD: Style(color="green"),
    Tone.BAR: Style(reverse=True),
}
CURSOR = Style(reverse=True)

THEME = Theme(
    name="halfway",
    ansi=True,
    primary="ansi_default",
    secondary="ansi_cyan",
    warning="ansi_yellow",
    error="ansi_red",
    success="ansi_green",
    accent="ansi_default",
    foreground="ansi_default",
    background="ansi_default",
    surface="ansi_default",
    panel="ansi_default",
    boost="ansi_default",
    variables={
        **BUILTIN_THEMES["ansi-dark"].variables,
        "input-cursor-background": "ansi_default",
        "input-cursor-foreground": "ansi_default",
        "input-cursor-text-style": "reverse",
        "input-selection-background": "ansi_blue",
    },
)


class _Process:
    theme = THEME


def dress(theme: Theme, styles: dict[Tone, Style]) -> None:
    """From now on this process draws so; the default is the terminal's own colours."""
    _Process.theme = theme
    STYLES.update(styles)


def theme_now() -> Theme:
    """What it draws with."""
    return _Process.theme
