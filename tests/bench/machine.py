"""Which machine the figures are from: a figure without it means nothing."""

from __future__ import annotations

import os
import platform
import time
from pathlib import Path

from console.drill.server import available
from tests.mysql_servers import KINDS, fetched

_TERMS = "servers on the same machine, over loopback, without TLS, fsync off"


class Machine:
    """This one, from the start of a run on."""

    def __init__(self) -> None:
        """Now."""
        self._began = time.strftime("%Y-%m-%d %H:%M", time.gmtime())
        self._load = _load()
        self._servers = ", ".join((f"PostgreSQL {max(available())}", *map(_version, KINDS)))

    def told(self) -> str:
        """In a few lines, with what else it did: a load above the number of cores makes every time longer."""
        ended = time.strftime("%H:%M UTC", time.gmtime())
        machine = (f"{os.cpu_count()} cores", _said("/proc/cpuinfo", "model name"), _memory(), _system())
        return "\n".join(
            (
                f"* {self._began} to {ended}, load average {self._load} at the start, {_load()} at the end",
                f"* {', '.join(machine)}",
                f"* Python {platform.python_version()}; {self._servers}; {_TERMS}",
            )
        )


def _load() -> str:
    return f"{os.getloadavg()[0]:.1f}"


def _system() -> str:
    return f"{platform.system()} {platform.release()}"


def _version(kind: str) -> str:
    """Out of the name of the folder that the packages are in."""
    return f"{kind} {fetched(kind).name.split('_')[1]}"


def _said(file: str, name: str) -> str:
    lines = Path(file).read_text(encoding="utf-8").splitlines() if Path(file).exists() else []
    return next((line.partition(":")[2].strip() for line in lines if line.startswith(name)), "not told")


def _memory() -> str:
    kilobytes = _said("/proc/meminfo", "MemTotal").split()[0]
    return f"{int(kilobytes) / (1 << 20):.0f} GB" if kilobytes.isdigit() else "memory not told"
