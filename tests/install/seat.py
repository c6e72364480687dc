"""Becomes another program, on the terminal it stands on."""

from __future__ import annotations

import os
import sys

if __name__ == "__main__":
    os.execvp(sys.argv[1], sys.argv[1:])  # noqa: S606 - that is what it is for
