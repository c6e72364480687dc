"""Placeholders: what `${name}` becomes, and what happens to a statement when nobody knows.

Flyway refuses a file with a placeholder it has no value for; the value may have been given on a command line Halfway
never saw. So the statement keeps its raw text and cannot be judged, and its neighbours can. A value that looks like a
secret is not put into text that is shown; it counts only for the checksum.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field, replace

from console.core.operations import Opaque
from console.core.statements import Nature, Statement
from console.frameworks.flyway.options import PLACEHOLDERS, Options

_SECRET = re.compile(r"passw|pwd|secret|token|credential|api_?key|private_?key", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Replaced:
    """A text with its placeholders replaced."""

    text: str = field(repr=False)
    unknown: tuple[str, ...] = ()
    """Names without a value; they stand in the text as they were."""
    hidden: tuple[str, ...] = ()
    """Names whose value is kept back."""


@dataclass(frozen=True, slots=True)
class Placeholders:
    """Values by name; names compare without case."""

    values: Mapping[str, str] = field(repr=False)
    prefix: str = "${"
    suffix: str = "}"
    on: bool = True

    def replace(self, text: str, reveal: bool = False) -> Replaced:
        """The text Flyway would send; `reveal` puts secrets in too, for a checksum and nothing else."""
        unknown: dict[str, None] = {}
        hidden: dict[str, None] = {}

        def value(match: re.Match[str]) -> str:
            found = self.values.get(match[1].lower())
            if found is None:
                unknown[match[1]] = None
                return match[0]
            if not reveal and _SECRET.search(match[1]):
                hidden[match[1]] = None
                return match[0]
            return found

        if not self.on or not self.prefix or not self.suffix:
            return Replaced(text)
        done = re.sub(f"{re.escape(self.prefix)}(.*?){re.escape(self.suffix)}", value, text, flags=re.DOTALL)
        return Replaced(done, tuple(unknown), tuple(hidden))

    def without_sense(self, statement: Statement, replaced: Replaced) -> Statement:
        """The statement, unreadable when a placeholder is left in it."""
        left = [name for name in (*replaced.unknown, *replaced.hidden) if self.spelled(name) in statement.sql]
        if not left:
            return statement
        name = self.spelled(left[0])
        why = f"no value is known for the placeholder {name}"
        if left[0] in replaced.hidden:
            why = f"the placeholder {name} holds a secret that is not shown"
        opaque = Opaque(why, anything=True)
        return replace(statement, nature=Nature.OPAQUE, operations=(opaque,), tables=(), probe=None)

    def spelled(self, name: str) -> str:
        """A placeholder as it stands in a file."""
        return f"{self.prefix}{name}{self.suffix}"


def placeholders_of(
    settings: Mapping[str, str], options: Options, builtin: Mapping[str, str | None], on: bool = True
) -> Placeholders:
    """The configured placeholders and Flyway's own (`flyway:user`), as far as they are known."""
    values = {f"flyway{options.placeholder_separator}{name}".lower(): v for name, v in builtin.items() if v is not None}
    for name, value in settings.items():
        if name.startswith(PLACEHOLDERS):
            values[name.removeprefix(PLACEHOLDERS).lower()] = value
    return Placeholders(
        values, options.placeholder_prefix, options.placeholder_suffix, on=on and options.placeholders_on
    )
