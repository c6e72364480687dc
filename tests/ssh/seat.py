"""Halfway as a person starts it: the terminal it stands on is its own, so that ssh finds somebody to ask."""

from __future__ import annotations

import os
import sys

from screens.__main__ import main

if __name__ == "__main__":
    os.close(os.open(os.ttyname(sys.stdin.fileno()), os.O_RDWR))
    main()
