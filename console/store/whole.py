"""Files that programs read while they are written: whole or not at all, and readable to others than their writer."""

from __future__ import annotations

import os
import tempfile
from pathlib import Path


def write_whole(path: Path, text: str) -> None:
    """A new file takes the place of the old one; OSError leaves the old one as it was, and nothing beside it."""
    with tempfile.NamedTemporaryFile(
        "w", encoding="utf-8", newline="\n", dir=path.parent, prefix=f".{path.name}-", delete=False
    ) as file:
        new = Path(file.name)
        try:
            file.write(text)
            file.flush()
            os.fchmod(file.fileno(), 0o644)
            new.replace(path)
        except BaseException:
            new.unlink(missing_ok=True)
            raise
