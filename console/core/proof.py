"""That an observer cannot act, as values: of the process, of its sessions and of the rights it was given.

A session that only reads stops no pg_terminate_backend and no KILL, and what a session set it may take back. So each
of the three is tested by itself, and what was not tested is never said to hold.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass

_WRITERS = re.compile(
    r"""console\.(?: acting | holding | keeper | responding | rooms | seat | seeing | core\.plans | drill(?:\..+)?
        | core\.plans\..+ | dialects\.\w+\.(?:hand|render)\w* | frameworks\.\w+\.marks
        | store\.(?:journal|keeping|making|reserve|presence|remote|remembered) ) | screens\.acting(?:\..+)?""",
    re.VERBOSE,
)
"""Modules that can change a database, or write on this machine: a journal, what was read."""
MOST = 6
"""Rights that are shown one by one on a page."""


@dataclass(frozen=True, slots=True)
class Power:
    """Something the rights of this login would allow."""

    may: str
    """`INSERT, UPDATE on 2 tables of shop`; after `could still`."""
    by: str = ""
    """What allows it: `role shop_ro is a member of pg_signal_backend`."""
    fix: tuple[str, ...] = ()
    """The statements that take it away; () where none does without taking more."""


@dataclass(frozen=True, slots=True)
class Tried:
    """A write that can change nothing was sent over a session."""

    refused: bool | None
    """None: it is not known."""
    told: str
    """What the server said, or why it is not known."""


@dataclass(frozen=True, slots=True)
class Proof:
    """What was found out; None and '' stand for what was not yet."""

    sessions: tuple[Tried, ...] = ()
    powers: tuple[Power, ...] | None = None
    untold: str = ""
    """Why the rights are not known."""
    strangers: tuple[str, ...] = ()
    """Packages of other people whose code runs in this process."""


@dataclass(frozen=True, slots=True)
class Finding:
    """One line of the sheet, and the statements that would mend it."""

    label: str
    holds: bool
    text: str
    fix: tuple[str, ...] = ()


def writers(loaded: Iterable[str]) -> tuple[str, ...]:
    """Those of the loaded modules that can write."""
    return tuple(sorted(name for name in loaded if _WRITERS.fullmatch(name)))


def sheet(proof: Proof, loaded: Iterable[str], most: int = MOST) -> tuple[Finding, ...]:
    """The proof sheet, with at most so many of the rights."""
    return (_client(loaded, proof.strangers), _session(proof.sessions), *_grants(proof, most))


def fix_words(statement: str) -> str:
    """A statement that takes rights away, behind whom else it concerns: the application may use the same login."""
    whom = "it takes this from everybody" if statement.endswith(" FROM PUBLIC") else "if only observers use this login"
    return f"fix ({whom}): {statement};"


def _client(loaded: Iterable[str], strangers: tuple[str, ...]) -> Finding:
    found = writers(loaded)
    if strangers and not found:
        by = f"{'packages' if len(strangers) > 1 else 'package'} {', '.join(strangers)}"
        return Finding(
            "CLIENT", False, f"no writer of Halfway's in this process; what the {by} may do in it is not known"
        )
    return Finding("CLIENT", not found, f"{', '.join(found)} can write" if found else "no writer in this process")


def _session(sessions: tuple[Tried, ...]) -> Finding:
    if not sessions:
        return Finding("SESSION", False, "not tested yet")
    worst = min(sessions, key=lambda tried: {False: 0, None: 1, True: 2}[tried.refused])
    if worst.refused:
        count = f"each of {len(sessions)} sessions" if len(sessions) > 1 else "the session"
        return Finding("SESSION", True, f"read only, tested: {count} was refused a write ({worst.told})")
    word = "NOT READ ONLY" if worst.refused is False else "cannot tell"
    return Finding("SESSION", False, f"{word}: {worst.told}")


def _grants(proof: Proof, most: int) -> tuple[Finding, ...]:
    if proof.powers is None:
        return (Finding("GRANTS", False, f"cannot tell: {proof.untold}" if proof.untold else "not read yet"),)
    found = tuple(_power(power) for power in proof.powers[:most])
    if len(proof.powers) > most:
        found += (Finding("GRANTS", False, f"and {len(proof.powers) - most} more: `halfway doctor` has all"),)
    if proof.untold:
        found += (Finding("GRANTS", False, f"cannot tell all: {proof.untold}"),)
    return found or (Finding("GRANTS", True, "none that could change anything, tested"),)


def _power(power: Power) -> Finding:
    by = f": {power.by}" if power.by else ""
    return Finding("GRANTS", False, f"could still {power.may}{by}", power.fix)
