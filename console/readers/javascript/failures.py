"""What a file does after something failed: only what says so, undoes and throws on is of no account."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from console.readers.javascript.syntax import Node, below, part, text_of

SAYING = ("console.", "Error", "reject", "process.stdout")
"""How names begin that only tell somebody."""


def swallows(handler: Node) -> bool:
    """Whether a failure ends there: it is caught, and not passed on."""
    called = ("".join(text_of(part(found, "function")).split()) for found in below(handler, "call_expression"))
    return not any(below(handler, "throw_statement")) and not any(
        name.endswith("reject") or name in _ENDING for name in called
    )


_ENDING = ("process.exit", "process.abort")


def quietly(lines: Iterable[int]) -> Iterator[str]:
    """What is said of failures that are caught and not passed on."""
    for line in sorted(set(lines)):
        yield f"what fails before line {line} is caught there, and the migration may be recorded all the same"


def not_waited(lines: Iterable[int]) -> Iterator[str]:
    """What is said of calls that nobody waits for."""
    for line in sorted(set(lines)):
        yield f"line {line} is not waited for: it may fail although the migration is recorded"


def is_harmless(handler: Node) -> bool:
    """Whether what runs after a failure only says so, undoes and throws on."""
    for found in below(handler, "call_expression", "new_expression"):
        called = "".join(text_of(part(found, "function") or part(found, "constructor")).split())
        if not called.startswith(SAYING) and not called.endswith((".rollback", ".rollbackTransaction")):
            return False
    return True
