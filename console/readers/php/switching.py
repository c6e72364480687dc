"""`switch`: which of its cases are walked."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial

from console.core.statements import Guard
from console.readers.php.endings import Ending, out_of
from console.readers.php.guards import Branch, branches, short, unanswered
from console.readers.php.machine import Machine
from console.readers.php.operators import equal
from console.readers.php.scope import Frame
from console.readers.php.syntax import Node, of_type, part, parts, text_of, words
from console.readers.php.things import Question
from console.readers.php.values import Value

Block = Callable[[Machine, list[Node], Frame], Ending]


def walk_switch(block: Block, machine: Machine, node: Node, frame: Frame) -> Ending:
    """The case that fits, and those that may; `block` walks statements one after the other."""
    test, body = part(node, "condition"), part(node, "body")
    value = machine.value(test, frame)
    cases = of_type(body, "case_statement", "default_statement") if body is not None else []
    ways: list[Branch] = []
    for at, case in enumerate(cases):
        if case.type == "default_statement":
            continue
        answer = _case_fits(machine, value, words(test), case, frame)
        if answer is True:
            return _one_of(machine, ways, partial(_from_case, block, machine, cases, at, frame))
        if isinstance(answer, Question):
            ways.append((answer.yes, partial(_from_case, block, machine, cases, at, frame)))
    default = next((at for at, case in enumerate(cases) if case.type == "default_statement"), len(cases))
    return _one_of(machine, ways, partial(_from_case, block, machine, cases, default, frame))


def _one_of(machine: Machine, ways: list[Branch], last: Callable[[], Ending]) -> Ending:
    if not ways:
        return last()
    text = " || ".join(guard.text for guards, _ in ways for guard in guards)
    return branches(machine, [*ways, ((Guard(short(f"! ({text})")),), last)])


def _case_fits(machine: Machine, value: Value, subject: str, case: Node, frame: Frame) -> bool | Question:
    wanted = part(case, "value")
    found = machine.value(wanted, frame)
    if value is True and isinstance(found, Question):
        return found
    answer = equal(value, found)
    return unanswered(f"{subject} == {text_of(wanted)}") if answer is None else answer


def _from_case(block: Block, machine: Machine, cases: list[Node], first: int, frame: Frame) -> Ending:
    """From one case on through those below it, until a `break`."""
    nodes = [
        node
        for case in cases[first:]
        for node in parts(case)
        if part(case, "value") is None or node != part(case, "value")
    ]
    return out_of(block(machine, nodes, frame))
