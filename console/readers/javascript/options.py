"""Arguments of calls as plain values: objects of options, lists of texts; what is not written down says why."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, field

from console.readers.javascript.values import Chain, Made, Many, Pairs, Undefined, Value, why_not


class UnreadableError(Exception):
    """What a call sends cannot be known without running it; the text says why."""


@dataclass(frozen=True, slots=True)
class Options:
    """An object of options, whose values are asked for by their names."""

    pairs: Pairs = field(default_factory=lambda: Pairs({}))

    def get(self, name: str) -> Value:
        """The value; None where there is none."""
        found = self.pairs.values.get(name)
        return None if isinstance(found, Undefined) else found

    def has(self, name: str) -> bool:
        """Whether it is given."""
        return name in self.pairs.values and not isinstance(self.pairs.values[name], Undefined)

    def known(self, name: str) -> Value:
        """The value. UnreadableError where only a run would tell."""
        found = self.get(name)
        if found is None or isinstance(found, (str, int, float, Pairs, Many, Chain, Made)):
            return found
        raise UnreadableError(why_not(found) or f"the value of {name} is not known")

    def text(self, name: str) -> str | None:
        """A text. UnreadableError where it is something else."""
        found = self.known(name)
        if found is None or isinstance(found, str):
            return found
        raise UnreadableError(why_not(found) or f"the value of {name} is no text")

    def yes(self, name: str) -> bool:
        """Whether JavaScript takes it for true."""
        return truth(self.known(name), name)


def truth(value: Value, name: str = "a condition") -> bool:
    """Whether JavaScript takes a value for true."""
    if isinstance(value, Chain):
        raise UnreadableError(why_not(value) or f"the value of {name} is not known")
    return isinstance(value, (Pairs, Many, Made)) or bool(value)


def options_of(args: Sequence[Value], place: int) -> Options:
    """The options at a place of the arguments."""
    value = args[place] if place < len(args) else None
    if value is None or isinstance(value, Undefined):
        return Options()
    if isinstance(value, Pairs):
        return Options(value)
    raise UnreadableError(why_not(value) or "its options are not written down")


def argument(args: Sequence[Value], place: int, what: str) -> str:
    """A text among the arguments."""
    value = args[place] if place < len(args) else None
    if isinstance(value, str):
        return value
    raise UnreadableError(why_not(value) or f"{what} is not known")


def many(value: Value) -> tuple[Value, ...]:
    """The members of an array."""
    if isinstance(value, Many):
        return value.values
    raise UnreadableError(why_not(value) or "a list is not written down")


def texts_of(value: Value, what: str) -> list[str]:
    """A list of texts. UnreadableError where one is something else."""
    given = list(value.values) if isinstance(value, Many) else [value]
    texts = [one for one in given if isinstance(one, str)]
    if len(texts) != len(given):
        raise UnreadableError(next((why for one in given if (why := why_not(one))), f"the {what} are not known"))
    return texts


_READS = re.compile(r"\s*select\b[^();]*\bfrom\b[^();]*;?\s*", re.IGNORECASE)


def only_reads(sql: str) -> bool:
    """Whether a query leaves nothing: a SELECT that calls no function but to count."""
    return _READS.fullmatch(re.sub(r"\bcount\s*\(\s*\*\s*\)", "1", sql, flags=re.IGNORECASE)) is not None


def number_text(value: float) -> str:
    """A number as JavaScript writes it."""
    if isinstance(value, int) or value == int(value):
        if abs(value) >= 10**21:
            raise UnreadableError("a number is too large to be written down")
        return str(int(value))
    text = repr(value)
    if "e" in text:
        raise UnreadableError("a number is too small to be written down")
    return text
