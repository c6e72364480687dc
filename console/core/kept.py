"""The place where a reading that was made before may be taken from instead of being made again.

Only a reading that its arguments decide alone comes through here (a text, a server's kind, settings), or one whose
every question to its project is asked again before it is believed (`asking`). So a shelf saves work and changes
nothing. Who reads puts a shelf up for as long as that takes; without one everything is read.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from contextvars import ContextVar
from typing import Protocol, TypeVar

from console.core.forms import Form

T = TypeVar("T")
Ask = Callable[[str, str], object]
"""(question, what it is about) -> what the project says; answers that differ have reprs that differ."""
Asked = Mapping[tuple[str, str], str]
"""By question and what it was about: the digest of the answer."""


class Shelf(Protocol):
    """What was read before."""

    def kept(self, form: Form, name: str, given: tuple[object, ...], read: Callable[[], T]) -> T:
        """`read()`, or what it gave before for the same `name` and `given`."""
        ...

    def asking(self, form: Form, name: str, given: tuple[object, ...], ask: Ask, read: Callable[[Ask], T]) -> T:
        """`read(ask)`, or what it gave before when everything it asked then is answered so again."""
        ...


_SHELF: ContextVar[Shelf | None] = ContextVar("halfway_shelf", default=None)


@contextmanager
def put_up(shelf: Shelf | None) -> Iterator[None]:
    """What is read meanwhile, on this thread, goes by this shelf."""
    token = _SHELF.set(shelf)
    try:
        yield
    finally:
        _SHELF.reset(token)


def kept(form: Form, made: Callable[..., T], *given: object) -> T:
    """`made(*given)`: it looks at nothing else, and the repr of each argument says all of it."""
    shelf = _SHELF.get()
    return made(*given) if shelf is None else shelf.kept(form, _name(made), given, lambda: made(*given))


def asking(form: Form, name: str, given: tuple[object, ...], ask: Ask, read: Callable[[Ask], T]) -> T:
    """The same for a reading, called `name`, that also asks its project, through `ask` alone."""
    shelf = _SHELF.get()
    return read(ask) if shelf is None else shelf.asking(form, name, given, ask, read)


def _name(made: Callable[..., object]) -> str:
    return f"{made.__module__}.{made.__qualname__}"


def digest(value: object) -> str:
    """What tells values apart whose reprs differ."""
    return hashlib.blake2b(repr(value).encode("utf-8", "surrogatepass"), digest_size=16).hexdigest()


class Questions:
    """Asks, and keeps what was asked."""

    def __init__(self, ask: Ask) -> None:
        """Nothing is asked yet."""
        self._ask = ask
        self.asked: dict[tuple[str, str], str] = {}

    def __call__(self, question: str, about: str) -> object:
        """The answer."""
        answer = self._ask(question, about)
        self.asked[question, about] = digest(answer)
        return answer


def still_so(asked: Asked, ask: Ask) -> bool:
    """Whether all of it is answered as it was."""
    return all(digest(ask(question, about)) == answer for (question, about), answer in asked.items())
