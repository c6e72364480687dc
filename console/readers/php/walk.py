"""Statements of PHP in their order: conditions, returns, and what a function does when it is called."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial

from console.core.statements import Guard
from console.readers.php.assign import forget, write
from console.readers.php.catching import walk_try
from console.readers.php.draft import UnreadableError
from console.readers.php.endings import Ending, How, Leave
from console.readers.php.guards import after, behind, branches, condition, mildest, returned, short
from console.readers.php.machine import LimitError, Machine, ThrownError, Walk
from console.readers.php.scope import Cell, Frame, Unset
from console.readers.php.switching import walk_switch
from console.readers.php.syntax import Node, first_of, is_broken, name_of, of_type, only, part, parts, text_of, words
from console.readers.php.things import Closure
from console.readers.php.values import Listing, Unknown, Value


def walk_block(machine: Machine, nodes: list[Node], frame: Frame) -> Ending:
    """Statements one after the other, until one of them leaves."""
    before = len(machine.guards)
    ending = Ending()
    found: tuple[Leave, ...] = ()
    absorbed: list[Guard] = []
    try:
        for node in nodes:
            ending = walk_statement(machine, node, frame)
            found = (*found, *behind(ending.leaves, absorbed))
            absorbed += after(ending.leaves, How.CONTINUE, How.BREAK)
            machine.guards.extend(after(ending.leaves, How.CONTINUE, How.BREAK, How.RETURN))
            if ending.how is not How.ON:
                break
    finally:
        del machine.guards[before:]
    return mildest(Ending(ending.how, ending.value, found))


def walk_statement(machine: Machine, node: Node, frame: Frame) -> Ending:
    """One statement; one that cannot be read is taken down as that, and its neighbours stay."""
    machine.step()
    if is_broken(node):
        return _unread(machine, node, "the file has an error here", frame)
    handler = machine.language.statements.get(node.type)
    if handler is None:
        return _unread(machine, node, "a statement of this kind is not read", frame)
    try:
        with machine.deeper():
            return handler(machine, node, frame)
    except LimitError:
        raise
    except ThrownError:
        return Ending(How.THROW)
    except UnreadableError as error:
        return _unread(machine, node, str(error), frame)
    except RecursionError:
        return _unread(machine, node, "it is nested too deeply", frame)


def _unread(machine: Machine, node: Node, why: str, frame: Frame) -> Ending:
    forget(machine, node, frame, why)
    for sheet in machine.sheets[-1:]:
        machine.spoil(sheet, node, why)
    if not machine.sheets:
        machine.unread(node, why, frame)
    return Ending()


def _expression(machine: Machine, node: Node, frame: Frame) -> Ending:
    for one in parts(node):
        machine.value(one, frame)
    return Ending()


def _block(machine: Machine, node: Node, frame: Frame) -> Ending:
    return walk_block(machine, parts(node), frame)


def _nothing(machine: Machine, node: Node, frame: Frame) -> Ending:
    return Ending()


def _return(machine: Machine, node: Node, frame: Frame) -> Ending:
    return Ending(How.RETURN, machine.value(only(node), frame))


def _leave(how: How) -> Walk:
    def leave(machine: Machine, node: Node, frame: Frame) -> Ending:
        levels = machine.value(only(node), frame)
        return Ending(how, levels if isinstance(levels, int) else 1)

    return leave


def _if(machine: Machine, node: Node, frame: Frame) -> Ending:
    others = node.children_by_field_name("alternative")
    return _ways(machine, node, list(others), frame)


def _ways(machine: Machine, node: Node, others: list[Node], frame: Frame) -> Ending:
    """An `if` or `elseif` with what comes when it is not so."""
    if node.type == "else_clause":
        return _body(machine, node, frame)
    test = part(node, "condition")
    asked = condition(machine.value(test, frame), words(test))
    if isinstance(asked, bool):
        return _body(machine, node, frame) if asked else _otherwise(machine, others, frame)
    return branches(
        machine,
        [
            (asked.yes, lambda: _body(machine, node, frame)),
            (asked.no, lambda: _otherwise(machine, others, frame)),
        ],
    )


def _otherwise(machine: Machine, others: list[Node], frame: Frame) -> Ending:
    return (
        _guarded(machine, others[0], lambda: _ways(machine, others[0], others[1:], frame), frame)
        if others
        else Ending()
    )


def _guarded(machine: Machine, node: Node, walk: Callable[[], Ending], frame: Frame) -> Ending:
    """A part of a statement may throw or be unreadable by itself."""
    try:
        return walk()
    except LimitError:
        raise
    except ThrownError:
        return Ending(How.THROW)
    except UnreadableError as error:
        return _unread(machine, node, str(error), frame)


def _body(machine: Machine, node: Node, frame: Frame) -> Ending:
    body = part(node, "body")
    return walk_statement(machine, body, frame) if body is not None else Ending()


def _goto(machine: Machine, node: Node, frame: Frame) -> Ending:
    """It may go anywhere: what stands behind it is done only by whoever jumps there."""
    machine.unread(node, "a goto is not read", frame)
    return Ending(leaves=(Leave(How.RETURN, (Guard(short(text_of(node))),), Unknown("it depends on a goto")),))


def _exit(machine: Machine, node: Node, frame: Frame) -> Ending:
    for one in parts(node):
        machine.value(one, frame)
    machine.throw(node)


def _unset(machine: Machine, node: Node, frame: Frame) -> Ending:
    for target in parts(node):
        if target.type == "variable_name":
            machine.trail.write(frame.cell(name_of(target)), Unset())
        elif target.type == "subscript_expression" and len(parts(target)) == 2:
            holder, key = parts(target)
            write(machine, holder, _without(machine.value(holder, frame), machine.value(key, frame)), frame)
    return Ending()


def _without(items: Value, key: Value) -> Value:
    if isinstance(items, Listing) and isinstance(key, (int, str)):
        return Listing(tuple((name, value) for name, value in items.items if str(name) != str(key)))
    return Unknown("it is not known what is left in the list")


def _static_variables(machine: Machine, node: Node, frame: Frame) -> Ending:
    for one in of_type(node, "static_variable_declaration", "variable_name"):
        name = name_of(part(one, "name") or one)
        machine.trail.write(frame.cell(name), Unknown(f"${name} keeps what an earlier call gave it"))
    return Ending()


def invoke(machine: Machine, closure: Closure, args: tuple[Value, ...], node: Node) -> Value:
    """What a closure, a method or a function returns for some arguments."""
    if closure.bound is not None:
        return closure.bound(args)
    if closure.frame is None:
        return Unknown("it is not known what is called")
    if closure.node is None:
        return machine.language.native(machine, closure, args, node)
    outer = closure.frame
    frame = Frame(outer.file, outer.of, outer.this, dict(closure.captured), outer.foreign)
    frame.cells = {name: Cell(cell.value) if not _is_shared(closure, name) else cell for name, cell in closure.captured}
    if closure.node.type == "arrow_function":
        frame.cells = {name: Cell(cell.value) for name, cell in outer.cells.items()}
    bind(machine, closure.node, args, frame)
    body = part(closure.node, "body")
    if body is None or closure.node.type == "arrow_function":
        return machine.value(body, frame)
    ending = walk_block(machine, parts(body), frame)
    if ending.how is How.THROW:
        raise ThrownError
    return returned(ending)


def _is_shared(closure: Closure, name: str) -> bool:
    """Handed in as `use (&$name)`."""
    clause = first_of(closure.node, "anonymous_function_use_clause") if closure.node is not None else None
    shared = (only(one) for one in parts(clause) if one.type == "by_ref") if clause is not None else ()
    return any(name_of(one) == name for one in shared)


def bind(machine: Machine, function: Node, args: tuple[Value, ...], frame: Frame) -> None:
    """The parameters of a function as its first variables."""
    holder = part(function, "parameters")
    if holder is None:
        single = part(function, "parameter")
        if single is not None:
            frame.cell(name_of(single)).value = args[0] if args else Unset()
        return
    for at, one in enumerate(parts(holder)):
        name = name_of(part(one, "name"))
        if one.type == "variadic_parameter":
            frame.cells[name] = Cell(Listing(tuple(enumerate(args[at:]))))
            return
        default = part(one, "default_value")
        value: Value = args[at] if at < len(args) else Unset()
        if isinstance(value, Unset):
            value = machine.value(default, frame) if default is not None else Unknown(f"${name} is not given")
        frame.cells[name] = Cell(value)


STATEMENTS: dict[str, Walk] = {
    "expression_statement": _expression,
    "echo_statement": _expression,
    "compound_statement": _block,
    "colon_block": _block,
    "empty_statement": _nothing,
    "comment": _nothing,
    "text_interpolation": _nothing,
    "declare_statement": _nothing,
    "function_definition": _nothing,
    "class_declaration": _nothing,
    "const_declaration": _nothing,
    "return_statement": _return,
    "break_statement": _leave(How.BREAK),
    "continue_statement": _leave(How.CONTINUE),
    "if_statement": _if,
    "switch_statement": partial(walk_switch, walk_block),
    "try_statement": partial(walk_try, walk_statement),
    "unset_statement": _unset,
    "function_static_declaration": _static_variables,
    "global_declaration": _static_variables,
    "exit_statement": _exit,
    "goto_statement": _goto,
    "named_label_statement": _nothing,
}
"""By the parser's word for it; loops have a module of their own."""
