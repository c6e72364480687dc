"""A console in a process of its own that only appends: `python -m tests.store.appender FOLDER HOW_MANY RUN`.

Each entry's number is printed as soon as it is acknowledged.
"""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

from console.core.journal import Topic
from tests.store.journals import journal


def started(folder: Path, how_many: int, run: str) -> subprocess.Popen[str]:
    """One at work; its numbers come on stdout."""
    return subprocess.Popen(
        [sys.executable, "-m", "tests.store.appender", str(folder), str(how_many), run],
        stdout=subprocess.PIPE,
        text=True,
        cwd=Path(__file__).parents[2],
    )


def main(folder: Path, how_many: int, run: str) -> None:
    """Append, and say each number once it is kept."""
    one = journal(folder, run=run)
    for n in range(how_many):
        entry = one.append(Topic.ACTING, f"step {n}", {"sql": "ALTER TABLE orders ADD COLUMN carrier text" * 20})
        os.write(1, f"{entry.n}\n".encode())


if __name__ == "__main__":
    main(Path(sys.argv[1]), int(sys.argv[2]), sys.argv[3])
