"""What an expression writes to: variables, items of arrays, properties, and lists of these."""

from __future__ import annotations

from console.readers.php.arrays import put
from console.readers.php.draft import Call
from console.readers.php.machine import Machine
from console.readers.php.scope import Cell, Frame, Unset
from console.readers.php.syntax import Node, descendants, line_of, name_of, only, part, parts, shown, text_of
from console.readers.php.things import Building, Foreign, Harmless, Instance, SheetHandle
from console.readers.php.values import Listing, Unknown, Value

_WRITES = ("assignment_expression", "augmented_assignment_expression", "reference_assignment_expression")


def write(machine: Machine, target: Node, value: Value, frame: Frame) -> None:
    """Write a value to whatever stands on the left."""
    if target.type in ("list_literal", "array_creation_expression"):
        _write_list(machine, target, value, frame)
    elif target.type == "subscript_expression":
        _write_item(machine, target, value, frame)
    elif target.type in ("member_access_expression", "nullsafe_member_access_expression"):
        _write_property(machine, target, value, frame)
    elif target.type == "by_ref" and (inner := only(target)) is not None:
        write(machine, inner, value, frame)
    elif (cell := cell_of(machine, target, frame)) is not None:
        machine.trail.write(cell, value)
    else:
        machine.unread(target, f"it is not known what {text_of(target)} is", frame)


def cell_of(machine: Machine, target: Node, frame: Frame) -> Cell | None:
    """The cell of a variable or a property."""
    if target.type == "variable_name":
        return frame.cell(name_of(target))
    if target.type == "scoped_property_access_expression":
        return _static_cell(machine, target, frame)
    if target.type in ("member_access_expression", "nullsafe_member_access_expression"):
        holder = machine.value(part(target, "object"), frame)
        name = member_name(machine, target, frame)
        return property_cell(machine, holder, name) if isinstance(holder, Instance) and name is not None else None
    return None


def member_name(machine: Machine, node: Node, frame: Frame) -> str | None:
    """The name behind `->` or `::`, written out or computed."""
    name = part(node, "name")
    if name is None or name.type == "name":
        return text_of(name)
    value = machine.value(name, frame)
    return value if isinstance(value, str) else None


def property_cell(machine: Machine, holder: Instance, name: str) -> Cell:
    """A property of an object, with its first value when nothing was written to it."""
    if name not in holder.fields:
        holder.fields[name] = Cell(_first_value(machine, holder, name))
    return holder.fields[name]


def _first_value(machine: Machine, holder: Instance, name: str) -> Value:
    for found in machine.lineage(holder.of):
        if name in found.properties:
            node = found.properties[name]
            return machine.value(node, Frame(found.file, found)) if node is not None else None
    return Unset(f"the property {name} has no value here")


def _static_cell(machine: Machine, target: Node, frame: Frame) -> Cell | None:
    scope, name = part(target, "scope"), part(target, "name")
    of = frame.of
    if scope is not None and scope.type != "relative_scope":
        of = machine.class_named(frame.file.full_name(text_of(scope)), frame.file)
    found = machine.lineage(of) if of is not None and name is not None else ()
    return next((cell for one in found if (cell := machine.static(one, name_of(name))) is not None), None)


def _write_list(machine: Machine, target: Node, value: Value, frame: Frame) -> None:
    """`[$a, , 'k' => $b] = ...`."""
    for at, (key, inner) in enumerate(_slots(target)):
        if inner is None:
            continue
        wanted = machine.value(key, frame) if key is not None else at
        write(machine, inner, item(value, wanted), frame)


def _slots(target: Node) -> list[tuple[Node | None, Node | None]]:
    """(key, target) between the commas; both None where nothing stands."""
    slots: list[list[Node]] = [[]]
    for child in target.children:
        if child.type == ",":
            slots.append([])
        elif child.is_named:
            slots[-1] += parts(child) if child.type == "array_element_initializer" else [child]
    return [(slot[0] if len(slot) > 1 else None, slot[-1] if slot else None) for slot in slots]


def item(value: Value, key: Value) -> Value:
    """`$value[$key]`; null where there is none."""
    if isinstance(value, Unknown):
        return Unknown(value.why)
    if isinstance(key, Unknown):
        return Unknown(key.why)
    if isinstance(value, Listing):
        try:
            found = put(Listing(), key, None).items[0][0]
        except ValueError:
            return Unknown("an item cannot be found by that key")
        return value.get(found)
    if isinstance(value, str) and isinstance(key, int) and -len(value) <= key < len(value):
        return value[key]
    return None


def _write_item(machine: Machine, target: Node, value: Value, frame: Frame) -> None:
    """`$array['a']['b'] = ...`, `$array[] = ...`."""
    inside = parts(target)
    holder = inside[0]
    old = None if _is_unset(machine, holder, frame) else machine.value(holder, frame)
    append = len(inside) == 1
    key = None if append else machine.value(inside[1], frame)
    new = _with_item(Listing() if old is None else old, key, value, append=append)
    machine.step(len(new.items) // 50 if isinstance(new, Listing) else 1)
    if isinstance(old, (Foreign, Harmless)):
        return
    write(machine, holder, new, frame)


def _is_unset(machine: Machine, holder: Node, frame: Frame) -> bool:
    return holder.type == "variable_name" and isinstance(frame.cell(name_of(holder)).value, Unset)


def _with_item(old: Value, key: Value, value: Value, *, append: bool) -> Value:
    if not isinstance(old, Listing):
        return Unknown(old.why if isinstance(old, Unknown) else "it is no list")
    if isinstance(key, Unknown):
        return Unknown(key.why)
    try:
        return put(old, key, value, append=append)
    except ValueError:
        return Unknown("the list cannot be read")


def _write_property(machine: Machine, target: Node, value: Value, frame: Frame) -> None:
    """`$this->x = ...`, `$table->engine = 'InnoDB'`."""
    holder = machine.value(part(target, "object"), frame)
    name = member_name(machine, target, frame)
    if isinstance(holder, Instance) and name is not None:
        machine.trail.write(property_cell(machine, holder, name), value)
    elif isinstance(holder, SheetHandle):
        call = Call(f"{name}=", (value,))
        statement = target.parent if target.parent is not None else target
        guards = tuple(machine.guards[holder.sheet.depth :])
        cell = machine.new_cell((call,))
        machine.append(holder.sheet, Building(cell, target.start_byte, shown(statement), line_of(target), guards))
    elif not isinstance(holder, Unknown):
        machine.unread(target, f"it is not known what {text_of(target)} is", frame)


def forget(machine: Machine, node: Node, frame: Frame, why: str) -> None:
    """Every variable that is written to somewhere below a node is not known from here on."""
    targets = [part(found, "left") for found in descendants(node, *_WRITES)]
    targets += [part(found, "argument") for found in descendants(node, "update_expression")]
    for found in descendants(node, "foreach_statement"):
        targets += parts(found)[1:-1]
    for target in targets:
        for variable in _written(target):
            if name_of(variable) != "this":
                machine.trail.write(frame.cell(name_of(variable)), Unknown(why))


def _written(target: Node | None) -> list[Node]:
    """The variables a target changes: `$a` of `$a['b']`, each of a list."""
    if target is None:
        return []
    if target.type == "subscript_expression":
        return _written(only(target))
    return list(descendants(target, "variable_name"))
