"""Error text -> what it means. The text is bounded before anything looks at it."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace

from console.core.errors.drivers import DRIVERS
from console.core.errors.rule import Rule
from console.core.errors.tables import RULES
from console.core.errors.tools import TOOLS
from console.core.plain import one_line

MOST = 20_000
"""Characters that are looked at."""
_LINE = 400
_STATES = (
    re.compile(
        r"SQLSTATE\[(\w{5})\]|SQL ?State\s*[:=]\s*'?(\w{5})\b|\bcode:? '(\w{5})'|\bERROR:?\s+(\d\w{4}):"
        r"|\(SQLSTATE (\w{5})\)",
        re.IGNORECASE,
    ),
)
_NUMBERS = (
    re.compile(
        r"SQLSTATE\[\w{5}\](?:: [^:]{1,60})?: (\d{4})\b|SQLSTATE\[\w{5}\] \[(\d{4})\]"
        r"|\bERROR (\d{4}) \(|\((\d{4}), ['\"]|Error Code\s*:\s*(\d{4})\b|errno: (\d{4})\b|\bError (\d{4})(?: \(|:)",
        re.IGNORECASE,
    ),
)


@dataclass(frozen=True, slots=True)
class Refusal:
    """What a text tells."""

    rule: Rule
    code: str
    """As it stands there; '' where only words did."""
    said: str
    """The line of it, one line, bounded."""
    names: tuple[str, ...] = ()
    """Objects that it names."""

    @property
    def sentence(self) -> str:
        """`duplicate ... (23505): rows are equal under a key that must be unique`."""
        code = f" ({self.code})" if self.code else ""
        return f"{self.said}{code}: {self.rule.means}"


def refusal_in(text: str, dialect: str) -> Refusal | None:
    """The first error in the text that the tables know; what only follows another counts last. Words of a box
    (Laravel, Symfony) are broken over its lines: where no object was found they are read once more in one."""
    bounded = text[:MOST]
    found = _first(bounded, dialect)
    if found is not None and found.names:
        return found
    joined = _first(" ".join(bounded.split()), dialect)
    if joined is None or (found is not None and not joined.names):
        return found
    return replace(joined, said=found.said) if found is not None else joined


def _first(bounded: str, dialect: str) -> Refusal | None:
    rules = RULES.get(dialect, ())
    codes = _codes(bounded, dialect)
    found = _hits(rules, bounded, codes)
    found = found or (_hits(DRIVERS, bounded, codes) if rules and dialect != "sqlite" else [])
    found = found or (_hits(TOOLS, bounded, codes) if rules else [])
    if not found:
        return None
    found.sort(key=lambda hit: (hit[1].sort.value == "follows another", hit[0]))
    at, rule, code, names = found[0]
    return Refusal(rule, code, _line(bounded, at), names)


_Hit = tuple[int, Rule, str, tuple[str, ...]]


def _hits(rules: Iterable[Rule], text: str, codes: Mapping[str, int]) -> list[_Hit]:
    return [hit for rule in rules if (hit := _hit(rule, text, codes)) is not None]


def _codes(text: str, dialect: str) -> dict[str, int]:
    patterns = _NUMBERS if dialect in ("mysql", "mariadb") else _STATES
    found: dict[str, int] = {}
    for pattern in patterns:
        for match in pattern.finditer(text):
            code = next(group for group in match.groups() if group)
            found.setdefault(code.upper(), match.start())
    return found


def _hit(rule: Rule, text: str, codes: Mapping[str, int]) -> _Hit | None:
    """By its words; by its code alone where no other rule of that code has the words."""
    match = rule.pattern.search(text)
    code = next((code for code in rule.codes if code in codes), "")
    if match is not None and (code or not codes or not rule.codes):
        names = tuple(dict.fromkeys(name for name in match.groupdict().values() if name))
        return match.start(), rule, code, names
    return (codes[code] + MOST, rule, code, ()) if code else None


def _line(text: str, at: int) -> str:
    at %= MOST
    start, end = text.rfind("\n", 0, at) + 1, text.find("\n", at)
    return one_line(text[start : end if end >= 0 else len(text)].strip(), _LINE)
