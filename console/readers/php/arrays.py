"""PHP's functions on arrays and on plain values, without those that take a function."""

from __future__ import annotations

import json
import math
from collections.abc import Callable
from itertools import islice

from console.readers.php.operators import as_text, cast, equal, float_text, is_numeric, number, ordered
from console.readers.php.scope import identical
from console.readers.php.strings import listed, text, whole
from console.readers.php.things import Case
from console.readers.php.values import Listing, Value

LONGEST = 20_000
"""Items of an array that a file puts together."""


def key_of(value: Value) -> int | str:
    """A value as the key of an array; ValueError when it cannot be one."""
    if isinstance(value, str):
        plain = value.lstrip("-")
        is_int = plain.isascii() and plain.isdigit() and len(plain) < 19 and str(int(value)) == value
        return int(value) if is_int else value
    if isinstance(value, (bool, int, float)) and abs(value) < 2**63:
        return int(value)
    if value is None:
        return ""
    raise ValueError


class Items:
    """An array while it is written: keys as PHP counts them."""

    def __init__(self, items: Listing | None = None) -> None:
        """`items` are in it already."""
        self._found: dict[int | str, Value] = dict(items.items) if items is not None else {}
        self._next = max((key for key in self._found if isinstance(key, int)), default=-1) + 1

    def put(self, key: Value, value: Value) -> None:
        """Under a key; ValueError when it can be none."""
        place = key_of(key)
        self._found[place] = value
        if isinstance(place, int):
            self._next = max(self._next, place + 1)
        if len(self._found) > LONGEST:
            raise ValueError

    def append(self, value: Value) -> None:
        """Behind the last number."""
        self.put(self._next, value)

    def spread(self, more: Listing) -> None:
        """`...$more`: number keys go on, others replace."""
        for key, value in more.items:
            self.put(self._next if isinstance(key, int) else key, value)

    def listing(self) -> Listing:
        """The array."""
        return Listing(tuple(self._found.items()))


def put(items: Listing, key: Value, value: Value, *, append: bool = False) -> Listing:
    """An array with one more item, or another value under a key."""
    found = Items(items)
    if append:
        found.append(value)
    else:
        found.put(key, value)
    return found.listing()


def renumbered(items: list[tuple[int | str, Value]]) -> Listing:
    """Number keys count from 0 again, others stay."""
    count, found = 0, dict[int | str, Value]()
    for key, value in items:
        found[count if isinstance(key, int) else key] = value
        count += isinstance(key, int)
    return Listing(tuple(found.items()))


def _merge(*lists: Listing) -> Listing:
    found: dict[int | str, Value] = {}
    count = 0
    for key, value in (item for one in lists for item in one.items):
        found[count if isinstance(key, int) else key] = value
        count += isinstance(key, int)
    return Listing(tuple(found.items()))


def _replaced(*lists: Listing) -> Listing:
    found: dict[int | str, Value] = {}
    for one in lists:
        found.update(one.items)
    return Listing(tuple(found.items()))


def _slice(items: Listing, start: Value, length: Value = None, keep: Value = False) -> Listing:
    first = whole(start)
    cut = list(items.items)[first:]
    if length is not None:
        cut = cut[: whole(length)]
    return Listing(tuple(cut)) if keep else renumbered(cut)


def _unique(items: Listing) -> Listing:
    found: list[tuple[int | str, Value]] = []
    for key, value in items.items:
        if not any(equal(value, kept) for _, kept in found):
            found.append((key, value))
    return Listing(tuple(found))


def _without(keep: bool, by_key: bool) -> Callable[..., Value]:
    def chosen(items: Listing, *others: Listing) -> Value:
        def among(key: int | str, value: Value) -> bool:
            if by_key:
                return (
                    all(key in dict(one.items) for one in others) if keep else any(key in dict(o.items) for o in others)
                )
            tests = (any(as_text(value) == as_text(kept) for kept in one.values) for one in others)
            return all(tests) if keep else any(tests)

        return Listing(tuple((key, value) for key, value in items.items if among(key, value) is keep))

    return chosen


def member(value: Value, name: Value) -> Value:
    """What `array_column` and `pluck` take out of one item; KeyError when there is none."""
    if isinstance(value, Case):
        return {"name": value.name, "value": value.value}[text(name)]
    if isinstance(value, Listing):
        return dict(value.items)[key_of(name)]
    raise KeyError


def column(items: Listing, name: Value, by: Value = None) -> Value:
    """PHP's array_column."""
    found: list[tuple[int | str, Value]] = []
    for item in items.values:
        try:
            value = item if name is None else member(item, name)
        except KeyError:
            continue
        found.append((len(found) if by is None else key_of(member(item, by)), value))
    return Listing(tuple(dict(found).items()))


def _range(first: Value, last: Value, step: Value = 1) -> Value:
    if isinstance(first, str) and isinstance(last, str) and len(first) == len(last) == 1 and not is_numeric(first):
        a, b = ord(first), ord(last)
        return listed([chr(c) for c in range(a, b + (1 if b >= a else -1), 1 if b >= a else -1)])
    a, b, by = whole(first), whole(last), abs(whole(step))
    if abs(b - a) // by > LONGEST:
        raise ValueError
    return listed([*range(a, b + 1, by)] if b >= a else [*range(a, b - 1, -by)])


def _extreme(sign: int) -> Callable[..., Value]:
    def found(*args: Value) -> Value:
        values = args[0].values if len(args) == 1 and isinstance(args[0], Listing) else args
        best = values[0]
        for value in values[1:]:
            order = ordered(value, best)
            if order is None:
                raise ValueError
            best = value if order == sign else best
        return best

    return found


def search(wanted: Value, items: Listing, strict: Value = False) -> Value:
    """PHP's array_search."""
    for key, value in items.items:
        if identical(wanted, value) if strict else equal(wanted, value):
            return key
    return False


def _fill(start: Value, count: Value, value: Value) -> Value:
    if whole(count) > LONGEST:
        raise ValueError
    return Listing(tuple((whole(start) + n, value) for n in range(whole(count))))


def _chunk(items: Listing, size: Value, keep: Value = False) -> Value:
    rest, parts = iter(items.items), list[Value]()
    while part := list(islice(rest, max(1, whole(size)))):
        parts.append(Listing(tuple(part)) if keep else listed([value for _, value in part]))
    return listed(parts)


def _edge(at: int) -> Callable[..., Value]:
    return lambda items: items.values[at] if items.items else False


def _sum(items: Listing) -> Value:
    return sum(number(value) or 0 for value in items.values)


def json_text(value: Value, flags: int = 0) -> str:
    """PHP's json_encode; ValueError for what it is not read for."""
    if flags & ~(64 | 256 | 4194304 | 1024):
        raise ValueError
    if isinstance(value, Listing):
        return _json_list(value, flags)
    if isinstance(value, Case):
        return json_text(value.value, flags)
    if isinstance(value, str):
        found = json.dumps(value, ensure_ascii=not flags & 256)
        return found if flags & 64 else found.replace("/", "\\/")
    if isinstance(value, float):
        return json_float(value, flags)
    if isinstance(value, (bool, int)) or value is None:
        return json.dumps(value)
    raise ValueError


def json_float(value: float, flags: int) -> str:
    """`1.0` is `1.0` only when it is asked for."""
    if math.isinf(value) or math.isnan(value):
        raise ValueError
    return repr(value) if value == int(value) and flags & 1024 and abs(value) < 1e15 else float_text(value, 17).lower()


def _json_list(value: Listing, flags: int) -> str:
    if [key for key, _ in value.items] == list(range(len(value.items))):
        return f"[{','.join(json_text(item, flags) for item in value.values)}]"
    pairs = (f"{json_text(str(key), flags)}:{json_text(item, flags)}" for key, item in value.items)
    return "{" + ",".join(pairs) + "}"


_SIGNS = {"<": {-1}, "lt": {-1}, "<=": {-1, 0}, "le": {-1, 0}, ">": {1}, "gt": {1}, ">=": {0, 1}, "ge": {0, 1}} | {
    "==": {0}, "=": {0}, "eq": {0}, "!=": {-1, 1}, "<>": {-1, 1}, "ne": {-1, 1}
}  # fmt: skip


def _version_compare(one: Value, other: Value, operator: Value = None) -> Value:
    """Numbers with points only; one that has more of them is the newer."""
    a, b = ([int(part) for part in text(value).split(".")] for value in (one, other))
    sign = (a > b) - (a < b)
    return sign if operator is None else sign in _SIGNS[text(operator)]


LAX: dict[str, Callable[..., Value]] = {
    "array_merge": _merge,
    "array_replace": _replaced,
    "array_keys": lambda items: listed([key for key, _ in items.items]),
    "array_values": lambda items: listed([*items.values]),
    "array_combine": lambda keys, items: Listing(tuple(zip(map(key_of, keys.values), items.values, strict=True))),
    "array_reverse": lambda items, keep=False: (Listing if keep else lambda i: renumbered([*i]))(items.items[::-1]),
    "array_slice": _slice,
    "array_fill": _fill,
    "array_fill_keys": lambda keys, value: Listing(tuple((key_of(key), value) for key in keys.values)),
    "array_key_exists": lambda key, items: key_of(key) in dict(items.items),
    "key_exists": lambda key, items: key_of(key) in dict(items.items),
    "array_column": column,
    "array_chunk": _chunk,
    "array_key_first": lambda items: items.items[0][0] if items.items else None,
    "array_key_last": lambda items: items.items[-1][0] if items.items else None,
    "array_diff_key": _without(keep=False, by_key=True),
    "array_intersect_key": _without(keep=True, by_key=True),
    "array_is_list": lambda items: [key for key, _ in items.items] == list(range(len(items.items))),
    "current": _edge(0),
    "reset": _edge(0),
    "end": _edge(-1),
    "count": lambda items: len(items.items),
    "sizeof": lambda items: len(items.items),
}
"""They never look at the items: what is not known stays in its place."""

STRICT: dict[str, Callable[..., Value]] = {
    "array_flip": lambda items: Listing(tuple({key_of(value): key for key, value in items.items}.items())),
    "array_unique": _unique,
    "array_diff": _without(keep=False, by_key=False),
    "array_intersect": _without(keep=True, by_key=False),
    "array_search": search,
    "in_array": lambda wanted, items, strict=False: search(wanted, items, strict) is not False,
    "array_sum": _sum,
    "range": _range,
    "min": _extreme(-1),
    "max": _extreme(1),
    "abs": lambda value: abs(number(value) or 0),
    "floor": lambda value: float(math.floor(number(value) or 0)),
    "ceil": lambda value: float(math.ceil(number(value) or 0)),
    "intdiv": lambda one, other: int(whole(one) / whole(other)),
    "pow": lambda one, other: whole(one) ** min(whole(other), 64),
    "intval": lambda value: cast("int", value),
    "floatval": lambda value: cast("float", value),
    "strval": text,
    "boolval": lambda value: cast("bool", value),
    "is_null": lambda value: value is None,
    "is_string": lambda value: isinstance(value, str),
    "is_array": lambda value: isinstance(value, Listing),
    "is_int": lambda value: isinstance(value, int) and not isinstance(value, bool),
    "is_bool": lambda value: isinstance(value, bool),
    "is_numeric": is_numeric,
    "json_encode": lambda value, flags=0: json_text(value, whole(flags)),
    "version_compare": _version_compare,
}
