"""A shelf on which everything is written and read back at once: whatever is read under it proves its own form."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from dataclasses import fields, is_dataclass
from typing import Any, TypeVar

from console.core.forms import Form, NoFormError
from console.core.kept import Ask, Questions, still_so

T = TypeVar("T")


class DoubtingShelf:
    """Gives back what became of a value on its way through text; it must be the very same in every part."""

    def __init__(self) -> None:
        self.met = 0
        """Values that went to text and back."""
        self.refused: list[str] = []
        """Why others did not: they are read anew each time."""

    def kept(self, form: Form, name: str, given: tuple[object, ...], read: Callable[[], T]) -> T:
        """As Shelf says."""
        assert " object at 0x" not in repr(given), f"{name}: not every argument says what it is"
        return self._again(form, read())

    def asking(self, form: Form, name: str, given: tuple[object, ...], ask: Ask, read: Callable[[Ask], T]) -> T:
        """The same."""
        assert " object at 0x" not in repr(given), f"{name}: not every argument says what it is"
        questions = Questions(ask)
        made = read(questions)
        assert still_so(questions.asked, ask), f"{name}: the project answers differently each time"
        return self._again(form, made)

    def _again(self, form: Form, made: T) -> T:
        try:
            text = json.dumps(form.plain(made))
        except NoFormError as problem:
            self.refused.append(str(problem))
            return made
        back: T = form.value(json.loads(text))
        assert same(made, back), f"{back!r} instead of {made!r}"
        self.met += 1
        return back


def same(one: Any, other: Any) -> bool:
    """Equal in every field, also those that do not count for ==."""
    if type(one) is not type(other):
        return False
    if is_dataclass(one) and not isinstance(one, type):
        return all(same(getattr(one, field.name), getattr(other, field.name)) for field in fields(one))
    if isinstance(one, (tuple, list)):
        return len(one) == len(other) and all(map(same, one, other))
    if isinstance(one, Mapping):
        return list(one) == list(other) and all(same(one[key], other[key]) for key in one)
    return bool(one == other)
