"""What is to be done after the next drawing, and is never lost.

Textual gives such a callback to the screen in front; a dialog that closes before it was drawn again takes it along.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from textual.app import App

LATEST = 0.2
"""Seconds after which it is done in any case."""


def once_drawn(app: App[Any], callback: Callable[..., object], *arguments: object) -> None:
    """Once, after the screen was drawn or a moment later."""
    waiting = [callback]

    def go() -> None:
        if waiting:
            waiting.pop()(*arguments)

    app.call_after_refresh(go)
    app.set_timer(LATEST, go)
