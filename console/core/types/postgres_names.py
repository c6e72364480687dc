"""Names that PostgreSQL makes for what the SQL left nameless.

An object whose name the SQL did not give is looked for under these names first; it is still matched by definition,
because the server counts up when a name is taken.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator, Sequence

from console.core.lexer import NAME_BYTES


def _clipped(text: str, length: int) -> str:
    """At most `length` bytes, never half a character."""
    return text.encode("utf-8", "surrogatepass")[: max(length, 0)].decode("utf-8", "ignore")


def object_name(first: str, second: str = "", label: str = "") -> str:
    """`first_second_label` within 63 bytes: the longer of the two names is shortened first."""
    lengths = [len(first.encode()), len(second.encode())]
    room = NAME_BYTES - (1 if second else 0) - (len(label) + 1 if label else 0)
    while sum(lengths) > room:
        lengths[0 if lengths[0] > lengths[1] else 1] -= 1
    parts = (_clipped(first, lengths[0]), _clipped(second, lengths[1]) if second else "", label)
    return "_".join(part for part in parts if part)


def free_name(first: str, second: str, label: str, taken: Collection[str] = ()) -> str:
    """`object_name`, counted up (`label1`, `label2`) past the names in `taken`."""
    return next(name for name in _candidates(first, second, label) if name not in taken)


def _candidates(first: str, second: str, label: str) -> Iterator[str]:
    yield object_name(first, second, label)
    number = 0
    while True:
        number += 1
        yield object_name(first, second, f"{label}{number}")


def joined_columns(columns: Sequence[str]) -> str:
    """Column names as they go into a generated name: joined until 64 bytes are full."""
    joined = ""
    for column in columns:
        if joined:
            joined += "_"
        joined += column
        if len(joined.encode()) > NAME_BYTES:
            break
    return _clipped(joined, 2 * NAME_BYTES)


def index_column_names(names: Sequence[str]) -> tuple[str, ...]:
    """Names an index gives its columns: a second `expr` becomes `expr1`."""
    used: list[str] = []
    for name in names:
        number, candidate = 0, name
        while candidate in used:
            number += 1
            candidate = _clipped(name, NAME_BYTES - len(str(number))) + str(number)
        used.append(candidate)
    return tuple(used)


def index_name(table: str, columns: Sequence[str], label: str = "idx", taken: Collection[str] = ()) -> str:
    """The name of an index or constraint that was given none; `label` is idx, key, excl, fkey or pkey."""
    if label == "pkey":
        return free_name(table, "", label, taken)
    return free_name(table, joined_columns(index_column_names(columns)), label, taken)


def check_name(table: str, columns: Collection[str], taken: Collection[str] = ()) -> str:
    """The name of a CHECK that was given none: it mentions the column if there is exactly one."""
    return free_name(table, next(iter(columns)) if len(columns) == 1 else "", "check", taken)
