"""A recovery file on disk: written where a person says, and never over anything. The journal has it first."""

from __future__ import annotations

import hashlib
from pathlib import Path

from console.core.faults import UsageFault
from console.core.forward import Recovery
from console.core.journal import Topic
from console.core.plain import one_line
from console.core.ports_acting import Journal


def save_recovery(made: Recovery, place: str, about: str, journal: Journal) -> Path:
    """Where it was saved. UsageFault where something is there or it cannot be written, JournalFault."""
    path = Path(place).expanduser().absolute()
    digest = hashlib.sha256(made.text.encode()).hexdigest()
    journal.append(Topic.NOTE, f"saves {made.title} of {about} in {path}", {"file": str(path), "sha256": digest})
    write(path, made.text)
    return path


def write(path: Path, text: str) -> None:
    """To the letter, also its line ends. UsageFault where something is there, or it cannot be written."""
    try:
        with path.open("x", encoding="utf-8", newline="") as file:
            file.write(text)
    except FileExistsError:
        raise UsageFault(f"{one_line(str(path))} is there already", todo="Name another file") from None
    except (OSError, ValueError) as problem:
        why = problem.strerror if isinstance(problem, OSError) else "it is no name for a file"
        raise UsageFault(f"{one_line(str(path))} cannot be written", why or "") from None
