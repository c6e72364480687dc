"""What a server's refusal means: its words matched to a cause, and to the question that finds the rows behind it.

Error text comes from a person or a tool's log, never from a connection of ours. It is hostile, long, and wrapped by
drivers and frameworks, so only codes where drivers write them, and words that servers write, are looked for.
"""

from __future__ import annotations

from console.core.errors.matching import Refusal, refusal_in
from console.core.errors.named import Named, named
from console.core.errors.rule import Rule, Sort
from console.core.errors.tables import RULES

__all__ = ["RULES", "Named", "Refusal", "Rule", "Sort", "named", "refusal_in"]
