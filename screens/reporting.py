"""The command that makes a report, or a note for one reader, from the account that this console has."""

from __future__ import annotations

from collections.abc import Sequence
from functools import partial
from typing import TYPE_CHECKING

from console.core.journal import Entry
from screens.app import HalfwayApp
from screens.choosing import ChoiceDialog
from screens.habitual import MOST
from screens.lines import line
from screens.notes import OFFERED, made
from screens.text import safe_lines
from screens.theme import Tone

if TYPE_CHECKING:
    from console.report.account.story import Story


class Reporting(HalfwayApp):
    """Whoever has the account can tell of it."""

    def account(self) -> Sequence[Entry]:
        """The lines that this console has."""
        return ()

    def do_report(self) -> None:
        """Ask which one."""
        from console.report.account.story import story_of

        account = self.account()
        if not account:
            self.say("nothing is written in the account yet")
            return
        dialog = ChoiceDialog("Which report?", OFFERED, "Enter shows and copies it; Esc leaves")
        self.push_screen(dialog, partial(self._report, story_of(account, account[-1].incident)))

    def _report(self, story: Story, kind: str | None) -> None:
        self.draw()
        if kind is None:
            return
        text = made(story, kind)
        size = len(text.encode())
        if size <= MOST:
            self.copy_to_clipboard(text)
            said = f" {size:,} bytes sent to your terminal's clipboard (OSC 52); where that is off, select it here:"
        else:
            said = f" {size:,} bytes are more than a terminal's clipboard takes: halfway report --to FILE writes it"
        self.read("Report", [line((said, Tone.DIM)), line(), *(line(f" {part}") for part in safe_lines(text))])
