"""To live with a difference: the rule as the configuration has it. Made here, written by nobody but the person."""

from __future__ import annotations

import json

from console.core.assessment import DriftItem


def rule_of(item: DriftItem, reason: str) -> str:
    """The rule as TOML has it."""
    values = (("object", item.object), ("kind", item.kind), ("reason", reason))
    return "\n".join(["[[ignore]]", *(f"{name} = {_text(value)}" for name, value in values)]) + "\n"


def _text(value: str) -> str:
    return json.dumps(value, ensure_ascii=False).replace("\x7f", "\\u007f")
