"""Conditions: decided when they are known, else turned into the guards of what stands under them.

`if (! Schema::hasColumn('users', 'phone'))` asks the catalog, and the catalog can be asked again today. What only a
running program could decide keeps its words and has no address.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

from console.core.refs import Kind, Ref, column_ref, table_ref
from console.core.statements import Guard
from console.readers.php.endings import Ending, How, Leave
from console.readers.php.machine import Machine
from console.readers.php.operators import truth
from console.readers.php.scope import identical
from console.readers.php.things import Names, On, Question
from console.readers.php.values import Unknown, Value

DEPENDS = "it depends on a condition that is decided only when the file is run"
_LONGEST = 200


Branch = tuple[tuple[Guard, ...], Callable[[], Ending]]


def condition(value: Value, text: str) -> bool | Question:
    """A value as the condition of an `if`, in the file's words."""
    if isinstance(value, Question):
        return value
    known = truth(value)
    return unanswered(text) if known is None else known


def unanswered(text: str) -> Question:
    """A question nobody can answer without running the file."""
    yes = Guard(short(text))
    return Question(yes=(yes,), no=(against(yes),))


def short(text: str) -> str:
    """A condition's words on one line."""
    line = " ".join(text.split())
    return line if len(line) <= _LONGEST else f"{line[: _LONGEST - 1]}\N{HORIZONTAL ELLIPSIS}"


def against(guard: Guard) -> Guard:
    """The opposite of a condition."""
    return Guard(opposite(guard.text), guard.ref, not guard.present if guard.ref else True)


def opposite(text: str) -> str:
    """The words of the opposite of a condition."""
    if text.startswith("!"):
        inner = text[1:].strip()
        if _is_one(inner):
            return inner[1:-1].strip() if inner.startswith("(") else inner
    return f"! {text}" if _is_one(text) else f"! ({text})"


def _is_one(text: str) -> bool:
    """Whether a sign before it would speak of all of it: one word, one chain of calls, or all in brackets."""
    depth = 0
    for at, char in enumerate(text):
        depth += (char in "([") - (char in ")]")
        closed = text.startswith("(") and depth == 0 and at < len(text) - 1
        if closed or (depth == 0 and char in " =<&|?+*"):
            return False
    return bool(text)


def none_of(guards: tuple[Guard, ...]) -> tuple[Guard, ...]:
    """What holds when not all of some conditions hold."""
    if len(guards) == 1:
        return (against(guards[0]),)
    return (Guard(short(f"! ({' && '.join(map(_as_part, guards))})")),) if guards else ()


def _as_part(guard: Guard) -> str:
    """A condition's words where `&&` stands around it."""
    return f"({guard.text})" if any(mark in guard.text for mark in ("||", " or ", "?")) else guard.text


def negated(question: Question) -> Question:
    """`! $question`."""
    return Question(yes=question.no, no=question.yes)


def both(one: Question, other: Question, text: str) -> Question:
    """`$one && $other`."""
    return Question(yes=_together(one.yes, other.yes), no=(Guard(short(f"! ({text})")),))


def either(one: Question, other: Question, text: str) -> Question:
    """`$one || $other`."""
    return Question(yes=(Guard(short(text)),), no=_together(one.no, other.no))


def _together(one: tuple[Guard, ...], other: tuple[Guard, ...]) -> tuple[Guard, ...]:
    return (*one, *(guard for guard in other if guard not in one))


def about(on: On, table: str) -> tuple[str, str]:
    """(schema, name) of a table as the server knows it."""
    schema, _, name = table.rpartition(".")
    return schema or on.connection.home, on.connection.prefix + name


def has_table(on: On, table: str, text: str) -> Question:
    """`Schema::hasTable('t')`."""
    return _asked([table_ref(*about(on, table))], on, text)


def has_columns(on: On, table: str, columns: list[str], text: str) -> Question:
    """`Schema::hasColumn('t', 'c')`, `Schema::hasColumns('t', ['a', 'b'])`."""
    return _asked([column_ref(*about(on, table), column) for column in columns], on, text)


def has_index(on: On, table: str, index: str, text: str) -> Question:
    """`Schema::hasIndex('t', 'name')`."""
    schema, name = about(on, table)
    owner = "" if on.connection.driver == "pgsql" else name
    return _asked([Ref(Kind.INDEX, schema, owner, index)], on, text)


def asked_of(names: Names, name: str, text: str) -> Question:
    """Whether a live table has a column or an index of a name."""
    if names.indexes:
        return has_index(names.on, names.table, name, text)
    return has_columns(names.on, names.table, [name], text)


def _asked(refs: list[Ref], on: On, text: str) -> Question:
    if on.database or not refs:
        return unanswered(text)
    yes = tuple(Guard(short(text), ref) for ref in refs)
    return Question(yes=yes, no=none_of(yes) if len(yes) == 1 else (against(Guard(short(text))),))


def branches(machine: Machine, ways: list[Branch]) -> Ending:
    """Walk every way that may be taken, each under its conditions and as if the others were not there."""
    endings: list[tuple[tuple[Guard, ...], Ending]] = []
    wrote = []
    for conditions, walk in ways:
        guards = tuple(guard for guard in conditions if guard not in machine.guards) or conditions
        begun = machine.trail.begin()
        with machine.under(guards):
            ending = walk()
        written = machine.trail.end(begun)
        endings.append((guards, ending))
        if ending.how < How.RETURN:
            wrote.append(written)
    if wrote:
        machine.trail.merge(wrote, DEPENDS)
    return _joined(endings)


def _joined(endings: list[tuple[tuple[Guard, ...], Ending]]) -> Ending:
    """One ending of several: the mildest is how it goes on, the others are left by under conditions."""
    mildest = min(ending.how for _, ending in endings)
    leaves: list[Leave] = []
    values: list[Value] = []
    for at, (guards, ending) in enumerate(endings):
        leaves += [_under(leave, guards) for leave in ending.leaves]
        if ending.how is mildest:
            values.append(ending.value)
        elif ending.how is not How.THROW:
            unless = endings[1 - at][0] if len(endings) == 2 else ()
            leaves.append(Leave(ending.how, guards, ending.value, unless))
    return Ending(mildest, _merged(endings, values), tuple(leaves))


def _merged(endings: list[tuple[tuple[Guard, ...], Ending]], values: list[Value]) -> Value:
    if all(identical(value, values[0]) for value in values[1:]):
        return values[0]
    if len(endings) == 2 and len(values) == 2 and all(isinstance(value, bool) for value in values):
        (guards, first), (others, _) = endings
        return Question(yes=guards, no=others) if first.value is True else Question(yes=others, no=guards)
    return Unknown(DEPENDS)


def returned(ending: Ending) -> Value:
    """What a function returns that ended like this."""
    value = ending.value if ending.how is How.RETURN else None
    others = [leave for leave in ending.leaves if leave.how is How.RETURN]
    if all(identical(leave.value, value) for leave in others):
        return value
    if len(others) == 1 and isinstance(others[0].value, bool) and isinstance(value, bool):
        yes, no = others[0].guards, not_left(others[0])
        return Question(yes=yes, no=no) if others[0].value else Question(yes=no, no=yes)
    return Unknown(DEPENDS)


def behind(leaves: tuple[Leave, ...], guards: list[Guard]) -> tuple[Leave, ...]:
    """Ends that come only behind others, which a loop around takes back; those never reached are left out."""
    found = (_under(leave, tuple(guards)) for leave in leaves)
    return tuple(leave for leave in found if not any(against(guard) in leave.guards for guard in leave.guards))


def mildest(ending: Ending) -> Ending:
    """Code that may have been left more mildly before its end ends like that, and as it does only under conditions."""
    mild = min(ending.leaves, key=lambda leave: leave.how, default=None)
    if mild is None or ending.how <= mild.how or ending.how is How.ON:
        return ending
    last = Leave(ending.how, after(ending.leaves, *How), ending.value)
    leaves = ending.leaves if ending.how is How.THROW else (*ending.leaves, last)
    return Ending(mild.how, mild.value, leaves)


def after(leaves: tuple[Leave, ...], *hows: How) -> tuple[Guard, ...]:
    """What holds for what comes after code that may have been left."""
    return tuple(guard for leave in leaves if leave.how in hows for guard in not_left(leave))


def not_left(leave: Leave) -> tuple[Guard, ...]:
    """What holds when an end was not reached."""
    return leave.unless or none_of(leave.guards)


def _under(leave: Leave, guards: tuple[Guard, ...]) -> Leave:
    """An end that is reached only under more conditions."""
    if not guards:
        return leave
    return replace(leave, guards=tuple(dict.fromkeys((*guards, *leave.guards))), unless=())
