"""The command on a terminal that is its own, so that Ctrl-C is a signal: `python -m tests.linear.child ...`.

What it had loaded is written where LOADED says.
"""

from __future__ import annotations

import atexit
import fcntl
import os
import sys
import termios
from pathlib import Path

from screens.__main__ import main


def _tell() -> None:
    if path := os.environ.get("LOADED"):
        Path(path).write_text("\n".join(sys.modules))


if __name__ == "__main__":
    fcntl.ioctl(0, termios.TIOCSCTTY, 0)
    atexit.register(_tell)
    main()
