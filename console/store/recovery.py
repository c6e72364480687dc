"""A recovery file on disk: written where a person names it, and never over anything."""

from __future__ import annotations

from pathlib import Path

from console.core.faults import UsageFault
from console.core.plain import one_line


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
