"""`try` and `catch`: which of them runs when it is known what is thrown, and what may run when that is not known."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import nullcontext
from functools import partial

from console.core.statements import Guard
from console.readers.php.endings import Ending, How
from console.readers.php.guards import branches, short
from console.readers.php.machine import Machine, Walk
from console.readers.php.scope import Frame
from console.readers.php.syntax import Node, descendants, first_of, name_of, of_type, part, parts, text_of
from console.readers.php.values import Unknown

Run = Callable[[Node], Ending]

_TRIED = Guard("nothing fails there: it is tried, and what fails is let pass")
_ENDING = ("die", "dd", "abort", "abort_if", "abort_unless", "throw_if", "throw_unless", "exit")
_PARENTS = {
    "exception": "throwable",
    "error": "throwable",
    "errorexception": "exception",
    "logicexception": "exception",
    "badfunctioncallexception": "logicexception",
    "badmethodcallexception": "badfunctioncallexception",
    "domainexception": "logicexception",
    "invalidargumentexception": "logicexception",
    "lengthexception": "logicexception",
    "outofrangeexception": "logicexception",
    "runtimeexception": "exception",
    "outofboundsexception": "runtimeexception",
    "overflowexception": "runtimeexception",
    "pdoexception": "runtimeexception",
    "queryexception": "pdoexception",
    "rangeexception": "runtimeexception",
    "underflowexception": "runtimeexception",
    "unexpectedvalueexception": "runtimeexception",
    "jsonexception": "exception",
    "arithmeticerror": "error",
    "assertionerror": "error",
    "typeerror": "error",
    "valueerror": "error",
}
"""What PHP and Laravel throw, without their namespaces."""


def walk_try(walk: Walk, machine: Machine, node: Node, frame: Frame) -> Ending:
    """The `try`, what catches, and what is done at last; `walk` walks a statement."""

    def run(inside: Node) -> Ending:
        body = part(inside, "body")
        return walk(machine, body, frame) if body is not None else Ending()

    def caught(clause: Node) -> Ending:
        return _caught(machine, clause, frame, run)

    clauses = of_type(node, "catch_clause")
    with machine.under((_TRIED,)) if any(_goes_on(clause) for clause in clauses) else nullcontext():
        ending = run(node)
    if ending.how is How.THROW:
        ending = _thrown(machine, clauses, ending, caught)
    else:
        for clause in clauses:
            ending = _perhaps(machine, clause, ending, caught)
    last = first_of(node, "finally_clause")
    if last is None or (ending.how is How.THROW and exits(machine.thrown)):
        return ending
    final = run(last)
    return final if final.how is not How.ON else Ending(ending.how, ending.value, (*ending.leaves, *final.leaves))


def _goes_on(clause: Node) -> bool:
    """What fails is let pass: the `catch` neither throws nor ends the file."""
    if any(True for _ in descendants(clause, "throw_expression", "exit_statement")):
        return False
    calls = descendants(clause, "function_call_expression")
    return not any(text_of(part(call, "function")).lower() in _ENDING for call in calls)


def _thrown(machine: Machine, clauses: list[Node], ending: Ending, run: Run) -> Ending:
    """Something is thrown for certain: the first that catches it runs, and what may catch it before that may run."""
    if not clauses or exits(machine.thrown):
        return ending
    first, *others = clauses
    catches = _catches(first, machine.thrown)
    if catches is None:
        rest = partial(_thrown, machine, others, ending, run)
        return branches(machine, [((_guard(first),), partial(run, first)), ((), rest)])
    return run(first) if catches else _thrown(machine, others, ending, run)


def _perhaps(machine: Machine, clause: Node, ending: Ending, run: Run) -> Ending:
    """Nobody knows whether something is thrown."""
    caught = branches(machine, [((_guard(clause),), partial(run, clause)), ((), Ending)])
    return Ending(ending.how, ending.value, (*ending.leaves, *caught.leaves))


def _guard(clause: Node) -> Guard:
    return Guard(short(f"catch ({text_of(part(clause, 'type'))})"))


def _caught(machine: Machine, clause: Node, frame: Frame, run: Run) -> Ending:
    """What a `catch` does."""
    name = part(clause, "name")
    if name is not None:
        machine.trail.write(frame.cell(name_of(name)), Unknown("it is not known what failed", never_null=True))
    machine.failing += 1
    try:
        return run(clause)
    finally:
        machine.failing -= 1


def exits(thrown: Node | None) -> bool:
    """`exit`, `die`, `dd`: nothing catches it."""
    if thrown is None or thrown.type != "function_call_expression":
        return thrown is not None and thrown.type == "exit_statement"
    return text_of(part(thrown, "function")).lower() in ("die", "dd")


def _catches(clause: Node, thrown: Node | None) -> bool | None:
    """Whether a `catch` is meant for what is thrown; None: that is not known."""
    types = part(clause, "type")
    wanted = {_last_name(one) for one in (parts(types) if types is not None else [])}
    if "throwable" in wanted:
        return True
    name = _thrown_name(thrown)
    if name in wanted or ("exception" in wanted and _is_exception(name, thrown)):
        return True
    line = _line_of(name)
    if line is None:
        return None
    return True if wanted & line else None if wanted - _PARENTS.keys() else False


def _is_exception(name: str, thrown: Node | None) -> bool:
    """By its name; or nothing was thrown by the file itself, but by what it calls: Laravel throws exceptions."""
    return name.endswith("exception") or (thrown is not None and thrown.type != "throw_expression")


def _thrown_name(thrown: Node | None) -> str:
    """The class of `throw new Name(...)`."""
    made = first_of(thrown, "object_creation_expression") if thrown is not None else None
    named = first_of(made, "name", "qualified_name") if made is not None else None
    return _last_name(named) if named is not None else ""


def _line_of(name: str) -> set[str] | None:
    """A class with those it comes from."""
    if name not in _PARENTS:
        return None
    found = {name}
    while name in _PARENTS:
        name = _PARENTS[name]
        found.add(name)
    return found


def _last_name(node: Node) -> str:
    return text_of(node).rpartition("\\")[2].lower()
