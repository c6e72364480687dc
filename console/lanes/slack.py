"""Memory that a read left behind: the system's allocator keeps what was freed, a seventh of the console at ten thousand
tables, until it is asked to give it back."""

from __future__ import annotations

import ctypes
import gc
from contextlib import suppress


def give_back() -> None:
    """Once what was read is judged; nothing where the C library has no such thing (musl, macOS)."""
    gc.collect()
    with suppress(OSError, AttributeError):
        ctypes.CDLL(None).malloc_trim(0)
