"""A bastion, the ssh that knows it, and what is left of a tunnel."""

from __future__ import annotations

import os
import subprocess
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from tests.tools.sshd import Sshd

DATABASE = "db1"
"""What the database's machine is called, where only the bastion can find it."""
HOSTS = f"127.0.0.1 {DATABASE}\n"


@dataclass(frozen=True)
class Seat:
    """Where somebody sits who goes through the bastion."""

    bastion: Sshd
    folder: Path
    """Holds their ssh."""
    places: Path
    """Where their tunnels' sockets lie."""

    @classmethod
    @contextmanager
    def at(cls, bastion: Sshd, folder: Path) -> Iterator[Seat]:
        """With an ssh of their own; a socket's path must be short."""
        bastion.program(folder)
        with tempfile.TemporaryDirectory(prefix="hw-") as places:
            yield cls(bastion, folder, Path(places))

    @property
    def environ(self) -> dict[str, str]:
        """What finds that ssh."""
        return {"PATH": f"{self.folder}:{os.environ['PATH']}", "XDG_RUNTIME_DIR": str(self.places)}

    def masters(self) -> list[int]:
        """The processes of ssh that keep a tunnel open."""
        found = (self.asked("check", control) for control in self.places.glob("halfway-ssh-*/control"))
        return [int(said.partition("pid=")[2].rstrip(")\r\n")) for said in found if "pid=" in said]

    def asked(self, what: str, control: Path) -> str:
        """What ssh says to an order."""
        command = [str(self.folder / "ssh"), "-F", "none", "-S", str(control), "-O", what, "x"]
        return subprocess.run(command, capture_output=True, text=True, check=False, timeout=30).stderr

    @property
    def gone(self) -> bool:
        """Nothing is left of any tunnel."""
        return not list(self.places.iterdir())
