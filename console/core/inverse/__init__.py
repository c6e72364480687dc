"""What takes landed statements back, as operations and texts: nothing here is a statement that could be sent."""

from __future__ import annotations

from console.core.inverse.undone import Undone, undone

__all__ = ["Undone", "undone"]
