"""PHP put together: expressions, calls, statements and loops, as one language for the machine."""

from __future__ import annotations

from console.readers.php.arguments import Args
from console.readers.php.calls import CALLS
from console.readers.php.classes import read_file
from console.readers.php.evaluate import EXPRESSIONS
from console.readers.php.functions import native_call
from console.readers.php.loops import LOOPS
from console.readers.php.machine import Language, Machine
from console.readers.php.scope import Frame
from console.readers.php.syntax import Node
from console.readers.php.things import Closure
from console.readers.php.values import Value
from console.readers.php.walk import STATEMENTS, invoke


def evaluate(machine: Machine, node: Node, frame: Frame) -> Value:
    """The value of an expression; of a kind that is not read it is taken down that nothing is known."""
    handler = CALLS.get(node.type) or EXPRESSIONS.get(node.type)
    if handler is None:
        return machine.unread(node, "an expression of this kind is not read", frame)
    return handler(machine, node, frame)


def _native(machine: Machine, closure: Closure, args: tuple[Value, ...], node: Node) -> Value:
    return native_call(machine, closure.native, Args(args), node, closure.frame or Frame(read_file("")))


PHP = Language(evaluate, invoke, _native, {**STATEMENTS, **LOOPS})
