"""Operators that decide what is evaluated at all: `&&`, `||`, `??`, `match`, and the questions `isset` and `empty`.

When only the database knows the answer both ways are walked, each under its condition.
"""

from __future__ import annotations

from collections.abc import Callable

from console.readers.php.endings import Ending, How
from console.readers.php.guards import DEPENDS, Branch, both, branches, condition, either, unanswered
from console.readers.php.machine import Machine, ThrownError
from console.readers.php.operators import same, truth
from console.readers.php.scope import Frame, Unset
from console.readers.php.syntax import Node, first_of, name_of, part, parts, text_of
from console.readers.php.things import Question
from console.readers.php.values import Unknown, Value

_NAMED = frozenset({"variable_name", "member_access_expression", "scoped_property_access_expression"})


def evaluated(walk: Callable[[], Value]) -> Ending:
    """An expression as a way that may be taken."""
    try:
        return Ending(value=walk())
    except ThrownError:
        return Ending(How.THROW)


def either_way(machine: Machine, asked: Question, yes: Callable[[], Value], no: Callable[[], Value]) -> Value:
    """The value of one of two expressions, and only the database knows of which."""
    ending = branches(machine, [(asked.yes, lambda: evaluated(yes)), (asked.no, lambda: evaluated(no))])
    if ending.how is How.THROW:
        raise ThrownError
    return ending.value


def _and(machine: Machine, node: Node, frame: Frame) -> Value:
    left, right = part(node, "left"), part(node, "right")
    first = condition(machine.value(left, frame), text_of(left))
    if isinstance(first, bool):
        return first and _as_answer(machine, right, frame)
    second = _second(machine, first, right, frame, after_yes=True)
    if isinstance(second, bool):
        return first if second else False
    return both(first, second, text_of(node))


def _or(machine: Machine, node: Node, frame: Frame) -> Value:
    left, right = part(node, "left"), part(node, "right")
    first = condition(machine.value(left, frame), text_of(left))
    if isinstance(first, bool):
        return first or _as_answer(machine, right, frame)
    second = _second(machine, first, right, frame, after_yes=False)
    if isinstance(second, bool):
        return True if second else first
    return either(first, second, text_of(node))


def _as_answer(machine: Machine, node: Node | None, frame: Frame) -> bool | Question:
    return condition(machine.value(node, frame), text_of(node))


def _second(machine: Machine, first: Question, node: Node | None, frame: Frame, *, after_yes: bool) -> bool | Question:
    """The right side, walked as what only happens after one answer of the left."""
    found: list[Value] = []
    way: Branch = (first.yes if after_yes else first.no, lambda: evaluated(lambda: _kept(machine, node, frame, found)))
    branches(machine, [way, (first.no if after_yes else first.yes, Ending)])
    return condition(found[0], text_of(node)) if found else unanswered(text_of(node))


def _kept(machine: Machine, node: Node | None, frame: Frame, found: list[Value]) -> Value:
    found.append(machine.value(node, frame))
    return found[0]


def _xor(machine: Machine, node: Node, frame: Frame) -> Value:
    sides = [truth(machine.value(part(node, name), frame)) for name in ("left", "right")]
    return Unknown(DEPENDS) if None in sides else sides[0] != sides[1]


def _coalesce(machine: Machine, node: Node, frame: Frame) -> Value:
    left = part(node, "left")
    return coalesced(machine, left, part(node, "right"), frame)


def coalesced(machine: Machine, left: Node | None, right: Node | None, frame: Frame) -> Value:
    """`$left ?? $right`."""
    value = quietly(machine, left, frame)
    if not isinstance(value, Unknown):
        return machine.value(right, frame) if value is None else value
    if value.never_null:
        return value
    asked = unanswered(f"{text_of(left)} !== null")
    return _never_null(machine, asked, value, right, frame)


def _never_null(machine: Machine, asked: Question, value: Unknown, right: Node | None, frame: Frame) -> Value:
    """Not known, but not null when what stands in for it is not."""
    found: list[Value] = []
    either_way(machine, asked, lambda: value, lambda: _kept(machine, right, frame, found))
    other = found[0] if found else Unknown(value.why, never_null=True)
    null = other.never_null is False if isinstance(other, Unknown) else other is None
    return Unknown(value.why, never_null=not null)


def quietly(machine: Machine, node: Node | None, frame: Frame) -> Value:
    """A value where it is allowed not to be there: then it is null."""
    if node is not None and node.type == "variable_name" and name_of(node) != "this":
        value = frame.cell(name_of(node)).value
        return None if isinstance(value, Unset) else machine.value(node, frame)
    found = machine.value(node, frame)
    return None if isinstance(found, Unset) else found


def is_set(machine: Machine, nodes: list[Node], frame: Frame) -> Value:
    """`isset($a, $b['c'])`."""
    found = [quietly(machine, node, frame) for node in nodes]
    if any(value is None for value in found):
        return False
    asked = [value for value in found if isinstance(value, Question)]
    if asked:
        return asked[0] if len(found) == 1 else Unknown(asked[0].why)
    unsure = [value for value in found if isinstance(value, Unknown) and not value.never_null]
    return Unknown(unsure[0].why) if unsure else True


def is_empty(machine: Machine, node: Node, frame: Frame) -> Value:
    """`empty($a)`."""
    asked = condition(quietly(machine, node, frame), text_of(node))
    return Question(yes=asked.no, no=asked.yes) if isinstance(asked, Question) else not asked


def matched(machine: Machine, node: Node, frame: Frame) -> Value:
    """`match ($x) { 'a' => 1, default => 2 }`."""
    subject = part(node, "condition")
    value = machine.value(subject, frame)
    body = part(node, "body")
    open_arms: list[tuple[Question, Node | None]] = []
    default: Node | None = None
    for arm in parts(body) if body is not None else ():
        if arm.type == "match_default_expression":
            default = part(arm, "return_expression") or parts(arm)[-1]
            continue
        answer = _arm_fits(machine, value, text_of(subject), arm, frame)
        if answer is True:
            return _first_of_arms(machine, open_arms, part(arm, "return_expression"), frame)
        if isinstance(answer, Question):
            open_arms.append((answer, part(arm, "return_expression")))
    return _first_of_arms(machine, open_arms, default, frame)


def _arm_fits(machine: Machine, value: Value, subject: str, arm: Node, frame: Frame) -> bool | Question:
    wanted = part(arm, "conditional_expressions") or first_of(arm, "match_condition_list")
    unsure: list[Question] = []
    for node in parts(wanted) if wanted is not None else ():
        found = machine.value(node, frame)
        if value is True and isinstance(found, Question):
            unsure.append(found)
            continue
        answer = same(value, found)
        if answer:
            return True
        if answer is None:
            unsure.append(unanswered(text_of(node) if value is True else f"{subject} === {text_of(node)}"))
    if not unsure:
        return False
    return unsure[0] if len(unsure) == 1 else unanswered(" || ".join(one.yes[0].text for one in unsure))


def _first_of_arms(
    machine: Machine, arms: list[tuple[Question, Node | None]], last: Node | None, frame: Frame
) -> Value:
    """The arms that may be taken, each under its condition; the last is taken when none of them is."""
    if not arms:
        if last is None:
            raise ThrownError
        return machine.value(last, frame)
    (asked, node), rest = arms[0], arms[1:]
    return either_way(
        machine, asked, lambda: machine.value(node, frame), lambda: _first_of_arms(machine, rest, last, frame)
    )


DECIDING: dict[str, Callable[[Machine, Node, Frame], Value]] = {
    "&&": _and,
    "and": _and,
    "||": _or,
    "or": _or,
    "xor": _xor,
    "??": _coalesce,
}
"""By the operator's text."""
