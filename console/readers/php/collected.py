"""Lists with functions: `array_map` and its like, and the methods of a collection."""

from __future__ import annotations

from collections.abc import Callable

from console.readers.php.arguments import Args, unknown_call
from console.readers.php.arrays import LAX, column, key_of, member, search
from console.readers.php.endings import Ending, How
from console.readers.php.machine import Machine
from console.readers.php.operators import equal, joined, ordered, truth
from console.readers.php.rows import collapse
from console.readers.php.scope import Frame
from console.readers.php.strings import listed
from console.readers.php.syntax import Node
from console.readers.php.things import Closure, Collected, Question
from console.readers.php.values import Listing, Unknown, Value


def as_list(value: Value) -> Listing | None:
    """The items of a list or a collection; None: not known."""
    if isinstance(value, Collected):
        return value.items
    return value if isinstance(value, Listing) else None


def mapped(machine: Machine, closure: Closure, items: Listing, node: Node, *, keys: bool = True) -> Listing:
    """What a function makes of each item."""
    return Listing(
        tuple((key, machine.call(closure, (value, key) if keys else (value,), node)) for key, value in items.items)
    )


def filtered(machine: Machine, closure: Closure | None, items: Listing, node: Node, *, by: int = 0) -> Value:
    """The items a function says yes to; `by` 1: it is given both, 2: the key."""
    kept: list[tuple[int | str, Value]] = []
    for key, value in items.items:
        given: tuple[Value, ...] = ((value, key), (value, key), (key,))[by] if by else (value,)
        answer = truth(value if closure is None else machine.call(closure, given, node))
        if answer is None:
            return Unknown("it is known only when the file is run which items are left")
        if answer:
            kept.append((key, value))
    return Listing(tuple(kept))


def array_map(machine: Machine, args: Args, node: Node, frame: Frame) -> Value:
    """One list keeps its keys, several are walked together."""
    closure, lists = args.at(0), [as_list(value) for value in args.values[1:]]
    known = [items for items in lists if items is not None]
    if not isinstance(closure, Closure) or len(known) < len(lists) or not known:
        return _unsure(machine, "array_map", args, node, frame)
    if len(known) == 1:
        return mapped(machine, closure, known[0], node, keys=False)
    longest = max(len(items.items) for items in known)
    rows = [tuple(items.values[n] if n < len(items.items) else None for items in known) for n in range(longest)]
    return listed([machine.call(closure, row, node) for row in rows])


def array_filter(machine: Machine, args: Args, node: Node, frame: Frame) -> Value:
    """Without a function what counts as true is left."""
    items, closure, by = as_list(args.at(0)), args.at(1), args.at(2, "", 0)
    if items is None or not (closure is None or isinstance(closure, Closure)) or not isinstance(by, int):
        return _unsure(machine, "array_filter", args, node, frame)
    return filtered(machine, closure, items, node, by=by)


def array_reduce(machine: Machine, args: Args, node: Node, frame: Frame) -> Value:
    """One value of all items."""
    items, closure, value = as_list(args.at(0)), args.at(1), args.at(2)
    if items is None or not isinstance(closure, Closure):
        return _unsure(machine, "array_reduce", args, node, frame)
    for one in items.values:
        value = machine.call(closure, (value, one), node)
    return value


def array_walk(machine: Machine, args: Args, node: Node, frame: Frame) -> Value:
    """Each item with its key; what the function writes to the item is not kept."""
    items, closure = as_list(args.at(0)), args.at(1)
    if items is None or not isinstance(closure, Closure):
        return _unsure(machine, "array_walk", args, node, frame)
    mapped(machine, closure, items, node)
    return True


def _unsure(machine: Machine, name: str, args: Args, node: Node, frame: Frame) -> Value:
    """A list that is not known: the function runs an unknown number of times, so what it sends is not known."""
    if any(isinstance(value, Closure) and value.node is not None for value in args.values):
        return each_unknown(machine, args, node, frame)
    return Unknown(f"the list {name} is given is not known", never_null=True)


def each_unknown(machine: Machine, args: Args, node: Node, frame: Frame) -> Value:
    """Functions that are called nobody knows how often, with nobody knows what."""
    why = "the list it goes through is not known"

    closures = [value for value in args.everything() if isinstance(value, Closure) and not value.native]

    def walk() -> Ending:
        for closure in closures:
            machine.call(closure, (Unknown(why), Unknown(why)), node)
        return Ending(How.ON)

    if closures:
        collapse(machine, node, frame, walk, why=why)
    return Unknown(why)


def collection_call(machine: Machine, held: Collected, name: str, args: Args, node: Node, frame: Frame) -> Value:
    """A method of `collect([...])`."""
    word = name.lower()
    if args.why or word not in _METHODS:
        return _unsure_call(machine, name, args, node, frame)
    try:
        found = _METHODS[word](machine, held.items, args, node)
    except (ValueError, KeyError, TypeError, IndexError, AttributeError):
        return _unsure_call(machine, name, args, node, frame)
    return Collected(items=found) if isinstance(found, Listing) and word not in _PLAIN else found


def _unsure_call(machine: Machine, name: str, args: Args, node: Node, frame: Frame) -> Value:
    if any(isinstance(value, Closure) for value in args.values):
        return each_unknown(machine, args, node, frame)
    return unknown_call(machine, node, f"the method {name} of a collection", args, frame)


_Method = Callable[[Machine, Listing, Args, Node], Value]
_PLAIN = frozenset({"all", "toarray", "first", "last", "get", "reduce", "pipe", "pull", "pop", "shift"})


def _each(machine: Machine, items: Listing, args: Args, node: Node) -> Value:
    """It stops when the function says false."""
    for key, value in items.items:
        answer = machine.call(_closure(args.at(0)), (value, key), node)
        if answer is False:
            break
    return items


def _each_spread(machine: Machine, items: Listing, args: Args, node: Node) -> Value:
    for key, value in items.items:
        machine.call(_closure(args.at(0)), (*_items(value).values, key), node)
    return items


def _closure(value: Value) -> Closure:
    if isinstance(value, Closure):
        return value
    raise ValueError


def _items(value: Value) -> Listing:
    found = as_list(value)
    if found is None:
        raise ValueError
    return found


def _filter(machine: Machine, items: Listing, args: Args, node: Node) -> Value:
    closure = args.at(0)
    return filtered(
        machine, None if closure is None else _closure(closure), items, node, by=0 if closure is None else 1
    )


def _reject(machine: Machine, items: Listing, args: Args, node: Node) -> Value:
    kept: list[tuple[int | str, Value]] = []
    for key, value in items.items:
        test = args.at(0)
        answer = truth(machine.call(test, (value, key), node)) if isinstance(test, Closure) else equal(value, test)
        if answer is None:
            return Unknown("it is known only when the file is run which items are left")
        kept += [] if answer else [(key, value)]
    return Listing(tuple(kept))


def _map_with_keys(machine: Machine, items: Listing, args: Args, node: Node) -> Value:
    made = mapped(machine, _closure(args.at(0)), items, node)
    return Listing(tuple(dict(item for value in made.values for item in _items(value).items).items()))


def _flat_map(machine: Machine, items: Listing, args: Args, node: Node) -> Value:
    made = mapped(machine, _closure(args.at(0)), items, node)
    return LAX["array_merge"](*map(_items, made.values))


def _pluck(machine: Machine, items: Listing, args: Args, node: Node) -> Value:
    return column(items, args.at(0), args.at(1))


def _key_by(machine: Machine, items: Listing, args: Args, node: Node) -> Value:
    by = args.at(0)
    keys = [machine.call(by, (v, k), node) if isinstance(by, Closure) else member(v, by) for k, v in items.items]
    return Listing(tuple(dict(zip(map(key_of, keys), items.values, strict=True)).items()))


def _contains(machine: Machine, items: Listing, args: Args, node: Node) -> Value:
    wanted = args.at(0)
    if isinstance(wanted, (Closure, Unknown)) or any(isinstance(value, Unknown) for value in items.values):
        return Unknown("it is known only when the file is run whether it is among them", never_null=True)
    return search(wanted, items) is not False


def _first(machine: Machine, items: Listing, args: Args, node: Node) -> Value:
    if args.at(0) is None:
        return items.values[0] if items.items else None
    found = filtered(machine, _closure(args.at(0)), items, node, by=1)
    return found if isinstance(found, Unknown) else next(iter(_items(found).values), None)


def _sorted(machine: Machine, items: Listing, args: Args, node: Node) -> Value:
    if args.values:
        raise ValueError
    found = list(items.items)
    for at in range(1, len(found)):
        here = at
        while here and (ordered(found[here - 1][1], found[here][1]) or 0) > 0:
            machine.step()
            found[here - 1], found[here] = found[here], found[here - 1]
            here -= 1
    return Listing(tuple(found))


def _flatten(machine: Machine, items: Listing, args: Args, node: Node) -> Value:
    found: list[Value] = []
    waiting = list(reversed(items.values))
    while waiting:
        machine.step()
        value = waiting.pop()
        inner = as_list(value)
        if inner is None:
            found.append(value)
        else:
            waiting.extend(reversed(inner.values))
    return listed(found)


def _when(machine: Machine, items: Listing, args: Args, node: Node) -> Value:
    asked = truth(args.at(0))
    if asked is None or isinstance(args.at(0), Question):
        raise ValueError
    way = args.at(1) if asked else args.at(2)
    answer = machine.call(way, (Collected(items=items),), node) if isinstance(way, Closure) else None
    return items if answer is None else answer


def _tap(machine: Machine, items: Listing, args: Args, node: Node) -> Value:
    machine.call(_closure(args.at(0)), (Collected(items=items),), node)
    return items


def _implode(machine: Machine, items: Listing, args: Args, node: Node) -> Value:
    glue = args.at(0)
    if len(args.values) == 2:
        items, glue = column(items, glue), args.at(1)  # type: ignore[assignment]  # column of a list is a list
    parts: list[Value] = []
    for value in items.values:
        parts += [glue, value]
    return joined(parts[1:])


def _of_array(name: str, *, reverse: bool = False) -> _Method:
    def method(machine: Machine, items: Listing, args: Args, node: Node) -> Value:
        more = [as_list(value) or value for value in args.values]
        return LAX[name](*more, items) if reverse else LAX[name](items, *more)

    return method


def _reverse(machine: Machine, items: Listing, args: Args, node: Node) -> Value:
    return Listing(items.items[::-1])


def _slice(machine: Machine, items: Listing, args: Args, node: Node) -> Value:
    return LAX["array_slice"](items, args.at(0), args.at(1), True)


def _reduced(machine: Machine, items: Listing, args: Args, node: Node) -> Value:
    value = args.at(1)
    for one in items.values:
        value = machine.call(_closure(args.at(0)), (value, one), node)
    return value


def _last(machine: Machine, items: Listing, args: Args, node: Node) -> Value:
    if args.values:
        raise ValueError
    return items.values[-1] if items.items else None


def _get(machine: Machine, items: Listing, args: Args, node: Node) -> Value:
    return dict(items.items).get(key_of(args.at(0)), args.at(1))


_METHODS: dict[str, _Method] = {
    "each": _each,
    "eachspread": _each_spread,
    "map": lambda machine, items, args, node: mapped(machine, _closure(args.at(0)), items, node),
    "mapwithkeys": _map_with_keys,
    "flatmap": _flat_map,
    "filter": _filter,
    "reject": _reject,
    "pluck": _pluck,
    "keyby": _key_by,
    "contains": _contains,
    "first": _first,
    "last": _last,
    "get": _get,
    "has": _of_array("array_key_exists", reverse=True),
    "sort": _sorted,
    "flatten": _flatten,
    "collapse": lambda _machine, items, _args, _node: LAX["array_merge"](*map(_items, items.values)),
    "when": _when,
    "tap": _tap,
    "implode": _implode,
    "join": _implode,
    "all": lambda _machine, items, _args, _node: items,
    "toarray": lambda _machine, items, _args, _node: items,
    "count": lambda _machine, items, _args, _node: len(items.items),
    "isempty": lambda _machine, items, _args, _node: not items.items,
    "isnotempty": lambda _machine, items, _args, _node: bool(items.items),
    "values": _of_array("array_values"),
    "keys": _of_array("array_keys"),
    "merge": _of_array("array_merge"),
    "concat": _of_array("array_merge"),
    "reverse": _reverse,
    "chunk": _of_array("array_chunk"),
    "slice": _slice,
    "combine": _of_array("array_combine"),
    "reduce": _reduced,
}
