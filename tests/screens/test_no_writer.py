"""The pages that everybody sees load nothing that writes: told at once, without a server (tests/observer has more)."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

from console.core.proof import writers

_LOADED = "import sys, screens.run, screens.app, screens.pages, screens.watching, console.watching; print(*sys.modules)"


def test_the_pages_load_no_writer() -> None:
    told = subprocess.run(  # a process of its own: other tests load writers
        [sys.executable, "-c", _LOADED], cwd=Path(__file__).parents[2], capture_output=True, text=True, check=True
    )
    loaded = told.stdout.split()
    assert "screens.recover" in loaded
    assert writers(loaded) == ()
