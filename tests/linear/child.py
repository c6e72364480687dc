"""The command, which says what it had loaded: `python -m tests.linear.child ...`, in the file that LOADED names."""

from __future__ import annotations

import atexit
import os
import sys
from pathlib import Path

from screens.__main__ import main


def _tell() -> None:
    Path(os.environ["LOADED"]).write_text("\n".join(sys.modules))


if __name__ == "__main__":
    atexit.register(_tell)
    main()
