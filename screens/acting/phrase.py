"""The field for what must be typed: keys, never a paste."""

from __future__ import annotations

from textual import events
from textual.message import Message
from textual.widgets import Input


class PhraseInput(Input):
    """Takes keys, never a paste."""

    class PasteRefused(Message):
        """Something was pasted."""

    def _on_paste(self, event: events.Paste) -> None:
        event.stop()
        event.prevent_default()
        self.post_message(self.PasteRefused())
