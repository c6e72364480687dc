"""What speaks of what: which views and functions a text names, and so what has to be made first and to go first.

Texts are read word by word. A word may mean something else than the thing of that name: then more is kept in order, or
made anew, than there need be, and never less.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from functools import lru_cache
from typing import TypeVar

from console.core.lexer import tokens
from console.core.schema import Kind, Ref, Routine, Thing, Trigger, UserType, View
from console.core.statements.mentioned import mentions

Item = TypeVar("Item")
_TEXTS = ("definition", "body", "function", "arguments", "returns", "base", "default")


@lru_cache(maxsize=4096)
def words_of(thing: Thing) -> frozenset[str]:
    """Every name in its texts, in lower case."""
    texts = [text for name in _TEXTS if isinstance(text := getattr(thing, name, None), str)]
    texts += [*thing.labels, *thing.checks] if isinstance(thing, UserType) else []
    return frozenset().union(*map(mentions, texts))


def name_of(ref: Ref) -> str:
    """As texts have it."""
    return ref.name.partition("(")[0].lower()


def in_turn(items: Iterable[Item], thing: Callable[[Item], Thing]) -> list[Item]:
    """Each behind those that it names, and else as they came."""
    left, found = list(items), []
    while left:
        names = [name_of(thing(item).ref) for item in left]
        free = (i for i, item in enumerate(left) if not _others(names, i) & words_of(thing(item)))
        found.append(left.pop(next(free, 0)))
    return found


def _others(names: Sequence[str], at: int) -> frozenset[str]:
    return frozenset(name for i, name in enumerate(names) if i != at) - {names[at]}


def standing_on(things: Iterable[Thing], gone: Iterable[Ref], retyped: Iterable[Ref]) -> Iterator[Thing]:
    """Views, and triggers, that PostgreSQL would refuse to leave without what goes, or over a column of a new type."""
    names = {name_of(ref) for ref in gone}
    columns = {(ref.table.lower(), ref.name.lower()) for ref in retyped}
    left = [thing for thing in things if isinstance(thing, View | Trigger) and thing.ref not in set(gone)]
    routines = {name_of(ref) for ref in gone if ref.kind is Kind.ROUTINE}
    while True:
        more = [t for t in left if _stands_on(t, names, routines, columns)]
        if not more:
            return
        yield from more
        names |= {name_of(thing.ref) for thing in more if isinstance(thing, View)}
        left = [thing for thing in left if thing not in more]


def _stands_on(thing: Thing, names: set[str], routines: set[str], columns: set[tuple[str, str]]) -> bool:
    said = words_of(thing)
    if isinstance(thing, Trigger):
        return not routines.isdisjoint(said)
    return not names.isdisjoint(said) or any(set(pair) <= said for pair in columns)


def same_columns(one: View, other: View) -> bool:
    """Both ask for the same columns, so that the one can take the place of the other."""
    return _columns(one.definition or "") == _columns(other.definition or "")


def _columns(query: str) -> tuple[str, ...]:
    """What stands before the FROM of the whole."""
    found: list[str] = []
    depth = 0
    for token in tokens(query):
        if not depth and token.word == "FROM":
            break
        depth += {"(": 1, ")": -1}.get(token.text, 0)
        if not token.silent:
            found.append(token.text)
    return tuple(found)


def is_late(thing: Thing, made: frozenset[str]) -> bool:
    """Code that names a table or view, which has to be there before it."""
    return isinstance(thing, Routine) and not made.isdisjoint(words_of(thing))
