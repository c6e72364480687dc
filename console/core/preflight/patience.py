"""Whether anything ends a wait for a lock: a migration that only waits already makes everybody queue behind it."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from console.core.preflight.finding import About, Finding, Severity
from console.core.preflight.ground import Case, Ground
from console.core.preflight.said import inside, said

_SETTINGS = ("lock_timeout", "statement_timeout")
_UNSEEN = "A time-out in the tool's own settings or in postgresql.conf is not visible from here"


def patience(ground: Ground, found: Sequence[Case]) -> Iterator[Finding]:
    """One finding for the run: which migrations take locks that others wait for, and wait for them without end."""
    if ground.server.dialect != "postgresql":
        return
    waiting = [case for case in found if not case.unit.past and _blocks(case)]
    units = {case.unit.id: case.unit for case in waiting}
    told = {name: said(unit, "postgres").patient for name, unit in units.items()}
    endless = {c.unit.id: c.unit for c in waiting if not inside(c.statement.line, told[c.unit.id])}
    if not endless:
        return
    held = _held(ground)
    names = ", ".join(unit.label for unit in list(endless.values())[:3])
    more = f" and {len(endless) - 3} more" if len(endless) > 3 else ""
    takes = "takes locks" if len(endless) == 1 else "take locks"
    yield Finding(
        "pg-no-lock-timeout",
        Severity.LOW if held else Severity.HIGH,
        About.GROUP,
        f"{names}{more} {takes} that others wait for, and no lock_timeout: behind one long transaction everybody waits "
        f"with it. {held or 'No role and no database sets one either'}. {_UNSEEN}; through a pooler of "
        "transactions a SET of the session may not hold.",
        "Let the tool's sessions give up after some seconds, and run the migration again.",
        steps=("ALTER ROLE <the tool's role> SET lock_timeout = '5s'", "PGOPTIONS='-c lock_timeout=5s' <the tool>"),
    )


def _blocks(case: Case) -> bool:
    return case.hazard.blocks in ("writes", "reads and writes") and bool(case.hazard.locks)


def _held(ground: Ground) -> str:
    """Roles and databases that end a wait: `role app sets lock_timeout = 5s`."""
    told = [(name, value) for name, value in ground.server.settings if name.startswith(_SETTINGS)]
    words = [f"{name.partition(' of ')[2]} sets {name.split(' ')[0]} = {value}" for name, value in told]
    return ", ".join(word[:1].upper() + word[1:] for word in words if not word.endswith("= 0"))
