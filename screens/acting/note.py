"""One line for the journal, in a person's own words."""

from __future__ import annotations

from screens.asking import LineDialog


class NoteDialog(LineDialog):
    """The result is the line, or nothing."""

    def __init__(self) -> None:
        """Nothing is written before Enter."""
        super().__init__("A note for the journal", "Enter writes it, Esc leaves")
