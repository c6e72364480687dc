"""Who sits at this console, as far as the machine knows: for the journal, where names count.

The user is the kernel's word. Who logged in before becoming somebody else is the kernel's too where it keeps it, else
sudo's. Where they came from is said only when it is of this very session: in tmux the environment may be of a
connection that ended long ago.
"""

from __future__ import annotations

import os
import pwd
import sys
from base64 import b64decode, b64encode
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from hashlib import sha256
from ipaddress import IPv4Address, IPv6Address, ip_address
from pathlib import Path

from console.core.journal import Person

PROC = Path("/proc")
_NOBODY = 2**32 - 1
"""The kernel's login uid of what nobody logged in for."""
_DOORS = ("sshd", "sshd-session")
_SEEN = ("SSH_CONNECTION", "SSH_CLIENT")

Address = IPv4Address | IPv6Address


def who(environ: Mapping[str, str], database_user: str = "", proc: Path = PROC) -> Person:
    """`alice as root`, from where, and as whom in the database."""
    names = (_login_name(proc), environ.get("SUDO_USER", ""), user_name(os.getuid()))
    return Person(" as ".join(dict.fromkeys(name for name in names if name)), origin(environ, proc), database_user)


def user_name(uid: int) -> str:
    """The name of a user; `uid 4242` of one without."""
    try:
        return pwd.getpwuid(uid).pw_name
    except KeyError:
        return f"uid {uid}"


def origin(environ: Mapping[str, str], proc: Path = PROC, pid: int | None = None) -> str:
    """The address this session came from over SSH; '' when there is none, or none that can be told for certain."""
    line = list(_ancestors(proc, os.getpid() if pid is None else pid))
    own = [environ, *(_environ(proc, process.pid) for process in line[1:])]
    door = next((n for n, process in enumerate(line) if n and process.is_door), None)
    if door is not None:
        # The nearest to the door is the login itself; sudo has taken the variables from those further in.
        return next((str(found.address) for found in map(_connection, reversed(own[:door])) if found), "")
    said = [found for found in map(_connection, own) if found]
    return str(said[0].address) if said and said[0].is_alive(proc) else ""


def ssh_key(environ: Mapping[str, str]) -> str:
    """The fingerprint of the key this session was opened with, where the daemon tells it (ExposeAuthInfo yes):
    `SHA256:...` as ssh-keygen writes it; '' where it does not."""
    try:
        lines = Path(environ.get("SSH_USER_AUTH") or os.devnull).read_text(encoding="ascii").splitlines()
        blob = next((words[2] for words in map(str.split, lines) if words[:1] == ["publickey"] and len(words) > 2), "")
        digest = sha256(b64decode(blob, validate=True)).digest()
    except (OSError, ValueError):
        return ""
    return f"SHA256:{b64encode(digest).decode().rstrip('=')}" if blob else ""


@dataclass(frozen=True, slots=True)
class _Process:
    pid: int
    is_door: bool
    """It is the SSH daemon, and the machine's, not somebody's program of that name."""


@dataclass(frozen=True, slots=True)
class _Connection:
    address: Address
    port: int

    def is_alive(self, proc: Path) -> bool:
        """Whether the machine has this very connection open now."""
        return (self.address, self.port) in set(_open_connections(proc))


def _login_name(proc: Path) -> str:
    try:
        uid = int((proc / "self" / "loginuid").read_text(encoding="ascii"))
    except (OSError, ValueError):
        return ""
    return "" if uid == _NOBODY else user_name(uid)


def _ancestors(proc: Path, pid: int) -> Iterator[_Process]:
    """A process, its parent, and so on, as far as they may be seen."""
    seen: set[int] = set()
    while pid > 0 and pid not in seen:
        seen.add(pid)
        try:
            name, _, rest = (proc / str(pid) / "stat").read_text(errors="replace").partition("(")[2].rpartition(")")
            machines = (proc / str(pid)).stat().st_uid == proc.stat().st_uid
            parent = int(rest.split()[1])
        except (OSError, ValueError, IndexError):
            return
        yield _Process(pid, name in _DOORS and machines)
        pid = parent


def _environ(proc: Path, pid: int) -> dict[str, str]:
    try:
        pairs = (proc / str(pid) / "environ").read_bytes().decode(errors="replace").split("\0")
    except OSError:
        return {}
    return dict(pair.split("=", 1) for pair in pairs if "=" in pair)


def _connection(environ: Mapping[str, str]) -> _Connection | None:
    for name in _SEEN:
        words = environ.get(name, "").split()
        try:
            return _Connection(_plain(ip_address(words[0].partition("%")[0])), int(words[1]))
        except (ValueError, IndexError):
            continue
    return None


def _open_connections(proc: Path) -> Iterator[tuple[Address, int]]:
    for name in ("tcp", "tcp6"):
        try:
            lines = (proc / "self" / "net" / name).read_text(encoding="ascii").splitlines()[1:]
        except OSError:
            continue
        for words in map(str.split, lines):
            if len(words) > 3 and words[3] == "01":
                address, _, port = words[2].partition(":")
                yield _address(address), int(port, 16)


def _address(text: str) -> Address:
    """The kernel writes each 32-bit word in the machine's own order."""
    data = b"".join(bytes.fromhex(text[n : n + 8])[::_ORDER] for n in range(0, len(text), 8))
    return _plain(ip_address(data))


def _plain(address: Address) -> Address:
    return (address.ipv4_mapped or address) if isinstance(address, IPv6Address) else address


_ORDER = -1 if sys.byteorder == "little" else 1
