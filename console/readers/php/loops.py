"""Loops: unrolled while it is known how often they run, else one statement for all they send."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from functools import partial

from console.core.statements import Guard
from console.readers.php.assign import write
from console.readers.php.collected import as_list
from console.readers.php.endings import Ending, How, Leave, out_of
from console.readers.php.guards import after, behind, mildest, short
from console.readers.php.machine import Machine, Walk
from console.readers.php.operators import truth
from console.readers.php.rows import collapse
from console.readers.php.scope import Frame
from console.readers.php.syntax import Node, only, part, parts, text_of
from console.readers.php.things import Rows
from console.readers.php.values import Unknown, Value
from console.readers.php.walk import walk_statement


def _foreach(machine: Machine, node: Node, frame: Frame) -> Ending:
    inside = parts(node)
    body = part(node, "body")
    head = [one for one in inside if one != body]
    if len(head) < 2:
        return Ending()
    source, target = head[0], head[1]
    value = machine.value(source, frame)
    items = as_list(value)
    if items is None:
        return _over_unknown(machine, node, value, source, target, frame)
    turns = (partial(_bind, machine, target, key, one, frame) for key, one in items.items)
    ending = _unrolled(machine, turns, node, frame)
    if any(one.type == "by_ref" for one in (target, *parts(target))) and source.type == "variable_name":
        write(machine, source, Unknown("the loop writes to the list it goes through"), frame)
    return ending


def _bind(machine: Machine, target: Node, key: Value, value: Value, frame: Frame) -> bool:
    if target.type == "pair":
        write(machine, parts(target)[0], key, frame)
        target = parts(target)[1]
    write(machine, target, value, frame)
    return True


def _over_unknown(machine: Machine, node: Node, value: Value, source: Node, target: Node, frame: Frame) -> Ending:
    """Rows, or a list that is not known."""
    rows = isinstance(value, Rows)
    why = f"{short(text_of(source))} is not known" if not rows else "the rows are known only when the file is run"
    row = Rows(building=value.building, by=value.by) if isinstance(value, Rows) else Unknown(why)

    def walk() -> Ending:
        _bind(machine, target, Unknown(why), row, frame)
        return _inside(walk_body(machine, node, frame))

    building, by = (value.building, value.by) if isinstance(value, Rows) else (None, "")
    return collapse(machine, node, frame, walk, building=building, by=by, body=node, why=why)


def _inside(ending: Ending) -> Ending:
    return Ending() if ending.how is How.CONTINUE and not ending.leaves else ending


def walk_body(machine: Machine, node: Node, frame: Frame) -> Ending:
    """The body of a loop, once."""
    body = part(node, "body")
    return walk_statement(machine, body, frame) if body is not None else Ending()


def _unrolled(machine: Machine, turns: Iterator[Callable[[], bool]], node: Node, frame: Frame) -> Ending:
    """One turn after the other; a conditional end of one is a condition of the next."""
    before = len(machine.guards)
    leaves: tuple[Leave, ...] = ()
    absorbed: list[Guard] = []
    ending = Ending()
    try:
        for turn in turns:
            if not turn():
                break
            ending = walk_body(machine, node, frame)
            ends = _ends(ending)
            leaves = (*leaves, *behind(ends, absorbed))
            absorbed += after(ends, How.CONTINUE, How.BREAK)
            machine.guards.extend(after(ends, How.CONTINUE, How.BREAK, How.RETURN))
            if ending.how > How.CONTINUE or (ending.how is How.CONTINUE and ending.value != 1):
                break
            ending = Ending()
    finally:
        del machine.guards[before:]
    return out_of(mildest(Ending(ending.how, ending.value, leaves)))


def _ends(ending: Ending) -> tuple[Leave, ...]:
    """The conditional ends after which there is no next turn."""
    return tuple(leave for leave in ending.leaves if leave.how is not How.CONTINUE or leave.value != 1)


def _for(machine: Machine, node: Node, frame: Frame) -> Ending:
    for one in node.children_by_field_name("initialize"):
        machine.value(one, frame)
    return _while_true(machine, node, frame, node.children_by_field_name("update"))


def _while(machine: Machine, node: Node, frame: Frame) -> Ending:
    return _while_true(machine, node, frame, [])


def _do(machine: Machine, node: Node, frame: Frame) -> Ending:
    """The first turn is certain."""
    first = _unrolled(machine, iter([lambda: True]), node, frame)
    if first.how is not How.ON or first.leaves:
        return first
    return _while_true(machine, node, frame, [])


def _while_true(machine: Machine, node: Node, frame: Frame, updates: list[Node]) -> Ending:
    test = part(node, "condition")
    inner = only(test) if test is not None and test.type == "parenthesized_expression" else test
    forever = inner is None or truth(_constant(inner)) is True
    rest: list[Value] = []

    def turns() -> Iterator[Callable[[], bool]]:
        yield goes_on
        while True:
            for one in updates:
                machine.value(one, frame)
            yield goes_on

    def goes_on() -> bool:
        answer = None if forever else truth(machine.value(inner, frame))
        if answer is None:
            rest.append(None)
        return bool(answer)

    ending = _unrolled(machine, turns(), node, frame)
    if not rest:
        return ending
    why = f"how often it goes round depends on {short(text_of(inner))}"

    def walk() -> Ending:
        ending = _inside(walk_body(machine, node, frame))
        machine.value(inner, frame)
        return ending

    return collapse(machine, node, frame, walk, body=node, why=why)


def _constant(node: Node) -> Value:
    """`while (true)`, `while (1)`: only a `break` ends it."""
    return True if text_of(node).lower() in ("true", "1") else None


LOOPS: dict[str, Walk] = {
    "foreach_statement": _foreach,
    "for_statement": _for,
    "while_statement": _while,
    "do_statement": _do,
}
"""By the parser's word for it."""
