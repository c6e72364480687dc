"""What the configuration says of preflight's findings: `[[preflight.allow]]`."""

from __future__ import annotations

from dataclasses import fields

from console.core.exceptions import Allow
from console.core.faults import UsageFault

_KNOWN = frozenset(f.name for f in fields(Allow)) - {"where"}


def exceptions(found: object, name: str) -> tuple[Allow, ...]:
    """The rules in the file's order. One without a reason is kept: preflight says that it counts for nothing."""
    if not isinstance(found, dict) or set(found) - {"allow"}:
        raise UsageFault(f"the configuration {name} is wrong", "[preflight] may hold [[preflight.allow]] alone")
    rules = found.get("allow", [])
    if not isinstance(rules, list):
        raise UsageFault(f"the configuration {name} is wrong", "`preflight.allow` must be tables: [[preflight.allow]]")
    return tuple(_rule(rule, name) for rule in rules)


def _rule(rule: object, name: str) -> Allow:
    texts = isinstance(rule, dict) and {key: str(value) for key, value in rule.items()}
    if not isinstance(texts, dict) or not texts.get("rule") or set(texts) - _KNOWN:
        what = "[[preflight.allow]] needs rule and reason, and may have migration, table and until"
        raise UsageFault(f"the configuration {name} is wrong", what)
    return Allow(**{**texts, "where": name})
