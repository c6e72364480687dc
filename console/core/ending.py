"""What to do about those who hold others up: who to look at, who is only likely, and what cannot be ended by a kill."""

from __future__ import annotations

from collections.abc import Iterator

from console.core.assessment import Blocked
from console.core.behind import Behind, called, listed
from console.core.lock_words import is_for_backup, usual_holder
from console.core.session import MigrationSession, Node, SessionKind, walk

_MOST_LIKELY = 4


def session_steps(blocked: Blocked, dialect: str) -> Iterator[str]:
    """One safe step a line: orphans first, then who has to end; nobody who is only likely is named as the one."""
    for own in blocked.migration:
        if own.fate:
            yield from _own_steps(own, blocked, dialect)
    if all(own.fate in ("", "ended") for own in blocked.migration):
        yield from _heads(blocked)
        yield from _candidates(blocked)
        for node in [node for node in blocked.roots if node.blocks][:1]:
            yield from _root_steps(node, blocked, dialect)


def _own_steps(own: MigrationSession, blocked: Blocked, dialect: str) -> Iterator[str]:
    waiter, n, ends = own.session.id, own.statement, blocked.behind[own.session.id]
    if own.fate == "ended":
        yield f"Wait a moment: {waiter} is ended by the server, its client is gone, and statement {n} has not begun."
        return
    if own.fate == "lands":
        yield (
            f"Orphan {waiter} lands statement {n} by itself once {ends.until}: cancel {waiter} first to keep it out."
        )
    elif own.fate == "undone":
        yield f"Orphan {waiter} undoes statement {n} once {ends.until}: its client is gone, cancel it at will."
    if own.fate == "goes on" and (ends.likely or not ends.roots):
        yield f"Wait, or cancel {waiter}: it stops at statement {n}, nothing of that lands{_behind(own, blocked)}."
    yield from _enders(own, ends, blocked, dialect)


def _behind(own: MigrationSession, blocked: Blocked) -> str:
    node = next((n for n in walk(blocked.trees) if n.session.id == own.session.id), None)
    return f", and the {node.blocks} behind it go on" if node is not None and node.blocks else ""


def _enders(own: MigrationSession, ends: Behind, blocked: Blocked, dialect: str) -> Iterator[str]:
    """What has to end before it goes on."""
    roots = {node.session.id: node for node in blocked.roots}
    if ends.likely or not ends.roots:
        yield from _heads(blocked)
        yield from _candidates(blocked)
        for root in [roots[name] for name in ends.roots if name in roots][:1]:
            yield from _root_steps(root, blocked, dialect)
        return
    first = roots[ends.roots[0]]
    if first.session.kind is SessionKind.PREPARED:
        yield from _prepared(first, dialect)
    elif own.fate != "goes on":
        yield from _root_steps(first, blocked, dialect)
    elif len(ends.roots) > 1:
        names = listed((root_words(first), *ends.roots[1:]), "and")
        yield (
            f"Wait, or end {names}: only when all of them have ended {own.session.id} goes on with statement "
            f"{own.statement}."
        )
        yield from _backup(first)
    else:
        yield f"Wait, or end {root_words(first)}: {own.session.id} then goes on with statement {own.statement}."
        yield from _backup(first)


def _root_steps(node: Node, blocked: Blocked, dialect: str) -> Iterator[str]:
    """What ending one that is known to hold others up does."""
    verb = "Then end" if any(own.fate in ("lands", "undone") for own in blocked.migration) else "Look at"
    others = _others(node)
    if node.session.kind is SessionKind.PREPARED:
        yield from _prepared(node, dialect)
    elif node.is_migration:
        yield f"{root_words(node)} is the migration itself: {node.blocks} wait for it. Let it end, or cancel it."
    elif others and node.frees < node.blocks:
        names = listed((root_words(node), *others), "and")
        yield f"{verb} {names}: only when all of them have ended the {node.blocks} behind them go on."
    elif verb == "Look at":
        yield f"Look at {root_words(node)}: ending it frees {node.blocks}."
    else:
        yield f"Then end {root_words(node)}: it frees {node.blocks}."
    yield from _backup(node)


def _backup(node: Node) -> Iterator[str]:
    if is_for_backup(node.holds):
        yield f"Ask first whether {node.session.id} is a backup: one that loses its lock is worth nothing."


def _others(node: Node) -> tuple[str, ...]:
    """Who else has what those directly below it wait for."""
    return tuple(dict.fromkeys(name for waiter in node.waiters for name in waiter.besides))


def _prepared(node: Node, dialect: str) -> Iterator[str]:
    yield f"{_cap(called_prepared(node.session.id))} holds up {node.blocks}: {prepared_words(dialect)}"


def called_prepared(name: str) -> str:
    """`prepared transaction shop-7f31`; without a name where none is told."""
    return called(name) if called(name) != name else f"prepared transaction {name}"


def prepared_words(dialect: str) -> str:
    """How a prepared transaction ends, one sentence."""
    if dialect == "postgresql":
        return "there is no session to end. Ask whose it is, then COMMIT PREPARED or ROLLBACK PREPARED it."
    listing = "XA RECOVER FORMAT='SQL'" if dialect == "mariadb" else "XA RECOVER CONVERT XID"
    return (
        "KILL does nothing to it and a restart keeps it. Ask whose it is, then XA COMMIT or XA ROLLBACK it by the id "
        f"that {listing} shows."
    )


def _candidates(blocked: Blocked) -> Iterator[str]:
    found = blocked.candidates
    if len(found) == 1:
        yield (
            f"Likely {root_words(found[0])} is in the way, but the server does not say so: be sure of it before you "
            "end it."
        )
    elif found:
        states = list(dict.fromkeys(node.session.state for node in found))
        names = [f"{called(node.session.id)} {node.session.who}" for node in found[:_MOST_LIKELY]]
        more = f" and {len(found) - _MOST_LIKELY} more" if len(found) > _MOST_LIKELY else ""
        state = f" (all {states[0]})" if len(states) == 1 else ""
        yield (
            f"The server does not say who is in the way; likely one of {', '.join(names)}{more}{state}: end none of "
            "them before you know which."
        )


def _heads(blocked: Blocked) -> Iterator[str]:
    heads = blocked.heads
    for node in heads[:1]:
        more = f" and {len(heads) - 1} more wait" if len(heads) > 1 else " waits"
        yield (
            f"The server does not say who has what {node.session.id} {node.session.who}{more} for ({node.waits_for}): "
            f"look for {usual_holder(node.waits_for)}."
        )


def root_words(node: Node) -> str:
    """`4711 web@10.0.0.7 (idle in transaction)`, with what it holds where that says more than its state."""
    if not node.session.visible:
        return f"{node.session.id} {node.session.who}"
    said = ", ".join(filter(None, (node.session.state, f"holds {node.holds}" if node.holds else "")))
    return f"{called(node.session.id)} {node.session.who} ({said})"


def _cap(text: str) -> str:
    return text[:1].upper() + text[1:]
