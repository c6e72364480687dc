"""Locks in words: what a session waits for, and what it holds that others wait for."""

from __future__ import annotations

GLOBAL_READ_LOCK = "global read lock"
BACKUP_LOCK = "backup lock"
USER_LOCK = "user lock"
_STOPS_OTHERS = frozenset({"SHARED", "EXCLUSIVE"})
_NAMED = frozenset({"row", "flush"})
"""Kinds whose mode says nothing that the object does not say."""


def mode_words(mode: str) -> str:
    """`AccessExclusiveLock` as SQL spells it: ACCESS EXCLUSIVE; MySQL's SHARED_READ without the underline."""
    if mode.isupper():
        return mode.replace("_", " ")
    words = "".join(f" {letter}" if letter.isupper() else letter for letter in mode.removesuffix("Lock"))
    return words.strip().upper()


def awaited(kind: str, mode: str, thing: str) -> str:
    """`orders (EXCLUSIVE)`, `a row of orders`, `the global read lock`, `user lock nightly import`."""
    if kind == USER_LOCK:
        return f"{USER_LOCK} {named(thing)}"
    if _is_of_the_server(kind, thing):
        return f"the {thing}"
    return thing if kind in _NAMED or not mode else f"{thing} ({mode_words(mode)})".strip()


def held(kind: str, mode: str, thing: str) -> str:
    """What holds everybody up, where it is not a transaction that uses a table; '' where it is."""
    if kind == USER_LOCK:
        return f"the {USER_LOCK} {named(thing)} by GET_LOCK"
    if _is_of_the_server(kind, thing):
        return f"the {thing} by {_taken_by(thing)}" if mode in _STOPS_OTHERS else ""
    taken = {"SHARED_NO_READ_WRITE": "WRITE", "SHARED_READ_ONLY": "READ"}.get(mode) if kind == "metadata" else None
    return f"{thing} by LOCK TABLES {taken}" if taken else ""


def usual_holder(waits_for: str) -> str:
    """Who usually has what a session waits for, where the server does not say who has it."""
    if waits_for.startswith((f"the {GLOBAL_READ_LOCK}", f"the {BACKUP_LOCK}")):
        return "a backup, or a session that said FLUSH TABLES WITH READ LOCK"
    if waits_for.startswith("a row"):
        return "a transaction that is open"
    return "a transaction that is open, or a session that said LOCK TABLES"


def is_for_backup(holds: str) -> bool:
    """Whether such a lock, in words, is one that backups take."""
    return holds.startswith((f"the {GLOBAL_READ_LOCK}", f"the {BACKUP_LOCK}"))


def named(thing: str) -> str:
    """The name of a user lock: adapters call it `advisory NAME`."""
    return thing.removeprefix("advisory ")


def _is_of_the_server(kind: str, thing: str) -> bool:
    return kind == "scope" and thing.startswith((GLOBAL_READ_LOCK, BACKUP_LOCK))


def _taken_by(thing: str) -> str:
    return "FLUSH TABLES WITH READ LOCK" if thing.startswith(GLOBAL_READ_LOCK) else "a backup or FLUSH TABLES"
