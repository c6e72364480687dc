"""Whether a migration has really come to its end: a list of checks, each with its evidence."""

from __future__ import annotations

from console.core.verify.check import Check, Counted, Found, told, verdict
from console.core.verify.seen import checks

__all__ = ["Check", "Counted", "Found", "checks", "told", "verdict"]
