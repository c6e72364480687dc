"""The outcome of comparing what a file says with what a catalog holds."""

from __future__ import annotations

from enum import StrEnum


class Match(StrEnum):
    """Unknown is not different: what a server may have written in another way is UNSURE, what hangs on something that
    nobody told is UNTOLD."""

    EQUAL = "equal"
    DIFFERENT = "different"
    UNSURE = "unsure"
    UNTOLD = "untold"
