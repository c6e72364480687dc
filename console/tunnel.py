"""The way to a database through another machine: a tunnel that the system's own ssh opens and keeps.

A URL that leads through one keeps the database's name and port, so whatever is verified, shown or remembered is about
that database; `tunnel=127.0.0.1:PORT` beside them is where a connection really goes. ssh asks what it has to ask on the
terminal and then goes into the background, where its control socket tells whether it lives and ends it. A shell at the
other end of a pipe ends it when the last process that holds ours is gone: the console, and the keeper of a change that
still runs. A tunnel that broke is opened again by the next connection, if ssh need not ask anything for that.
"""

from __future__ import annotations

import os
import re
import socket
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

from console.core.faults import AbsentFault, UnreachableFault, UsageFault
from console.core.observation import Machine
from console.core.plain import one_line
from console.core.ports import HostMachine

if TYPE_CHECKING:
    from sqlalchemy.engine import URL

OPTION = "tunnel"
_PORTS = {"postgresql": 5432, "mysql": 3306, "mariadb": 3306}
_HERE = frozenset({"localhost", "127.0.0.1", "::1"})
_LOCAL = "127.0.0.1"
_LONGEST = 55
"""Letters that the folder of a socket may have: the kernel takes 108 for the whole, and ssh adds some of its own."""
_PAUSE = 15.0
"""Seconds without another try to log in: a bastion may bar whoever comes too often."""
_LOGIN_SECONDS = 12.0
"""For a login that asks nothing."""
_OPTIONS = {"ClearAllForwardings": "yes", "ControlPersist": "no", "ServerAliveInterval": "5",
            "ServerAliveCountMax": "3", "LogLevel": "INFO", "RemoteCommand": "none"}  # fmt: skip
_LEASH = 'read -r end; "$1" -F none -S "$2/control" -O exit -- "$3"; rm -rf -- "$2"'
_QUESTION = re.compile(r"permission denied|host key verification failed|too many authentication", re.IGNORECASE)

_tunnels: dict[str, Tunnel] = {}
_opening = threading.Lock()


class Tunnel:
    """One ssh, and the local ports that it forwards."""

    def __init__(self, host: str) -> None:
        """Log in: ssh asks on the terminal what it has to. UnreachableFault, UsageFault."""
        import shutil

        self.host = host
        self._ports: dict[str, int] = {}
        self._lock = threading.RLock()
        self._failed: tuple[float, str, str] | None = None
        found = shutil.which("ssh")
        if found is None:
            raise UsageFault("--ssh needs the program ssh", todo="Install it (Debian: openssh-client)")
        self._ssh = found
        self.folder = _private_folder()
        self._leash()
        self._log_in()

    def _leash(self) -> None:
        """Have the tunnel end with the last process that holds the pipe's end, however that ends."""
        theirs, self.leash = os.pipe()
        try:
            subprocess.Popen(
                ["/bin/sh", "-c", _LEASH, "sh", self._ssh, str(self.folder), self.host],
                stdin=theirs,
                stdout=subprocess.DEVNULL,
                stderr=subprocess.DEVNULL,
                start_new_session=True,
            ).returncode = 0  # it outlives us: nobody waits for it
        finally:
            os.close(theirs)

    def _log_in(self, *more: str, seconds: float | None = None) -> None:
        options = (word for name, value in _OPTIONS.items() for word in ("-o", f"{name}={value}"))
        log = self.folder / "log"
        begun = log.stat().st_size if log.exists() else 0
        command = [self._ssh, "-f", "-N", "-M", "-a", "-x", "-T", "-S", self._control, "-E", str(log),
                   *options, *more, "--", self.host]  # fmt: skip
        process = subprocess.Popen(command, stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL)
        try:
            code = process.wait(seconds) if seconds else _followed(process, log)
        except BaseException:
            process.kill()
            process.wait()
            raise
        if code:
            raise UnreachableFault(f"No tunnel leads through {one_line(self.host, 80)}", self._said(begun))

    @property
    def _control(self) -> str:
        return str(self.folder / "control")

    def port_to(self, far: str) -> int:
        """The local port that leads to `far`, as it is called where ssh ends."""
        with self._lock:
            if far not in self._ports:
                self._ports[far] = self._forward(far, _free_port())
            return self._ports[far]

    def _forward(self, far: str, port: int) -> int:
        why = self._ordered("forward", "-L", f"{_LOCAL}:{port}:{far}")
        if why:
            raise UnreachableFault(f"No tunnel leads through {one_line(self.host, 80)}", why)
        return port

    def _ordered(self, *what: str) -> str:
        """Have the ssh in the background do something; why it did not."""
        command = [self._ssh, "-F", "none", "-S", self._control, "-O", *what, "--", self.host]
        try:
            done = subprocess.run(command, capture_output=True, text=True, check=False, timeout=_LOGIN_SECONDS)
        except subprocess.TimeoutExpired:
            return "ssh did not answer in time"
        return (one_line(done.stderr.strip().rpartition("\n")[2], 200) or "no reason") if done.returncode else ""

    def alive(self) -> bool:
        """Whether its ssh is there."""
        with socket.socket(socket.AF_UNIX) as asked:
            asked.settimeout(1.0)
            with suppress(OSError):
                asked.connect(self._control)
                return True
        return False

    def mend(self) -> None:
        """Open it again if it is broken. UnreachableFault where that did not work, now or a moment ago."""
        with self._lock:
            if self.alive():
                return
            if self._failed is None or time.monotonic() - self._failed[0] >= _PAUSE:
                self._failed = self._reopened()
            if self._failed is not None:
                raise UnreachableFault(f"The tunnel through {one_line(self.host, 80)} is closed", *self._failed[1:])

    def _reopened(self) -> tuple[float, str, str] | None:
        """Log in without a question, or say why not and what to do. The ports stay the same."""
        Path(self._control).unlink(missing_ok=True)
        try:
            self._log_in("-o", "BatchMode=yes", "-o", "ConnectTimeout=5", seconds=_LOGIN_SECONDS)
            for far, port in self._ports.items():
                self._forward(far, port)
        except subprocess.TimeoutExpired:
            return time.monotonic(), "ssh did not answer in time", "It is tried again"
        except UnreachableFault as fault:
            self._ordered("exit")  # without its forwards it leads to whoever has the port now
            asks = _QUESTION.search(fault.why)
            todo = "ssh would have to ask you: leave, and start Halfway again" if asks else "It is tried again"
            return time.monotonic(), fault.why, todo
        return None

    def _said(self, begun: int = 0) -> str:
        """The last that ssh wrote since its log was `begun` bytes long."""
        lines = _text_of(self.folder / "log", begun).strip().splitlines()
        return one_line(lines[-1], 200).rstrip(".") if lines else "ssh gave no reason"

    def refusals(self) -> list[str]:
        """What the far side said each time it could not reach a database."""
        lines = _text_of(self.folder / "log", 0).splitlines()
        return [line.partition("open failed: ")[2] for line in lines if "open failed: " in line]

    def leads(self, port: int) -> bool:
        """Whether this local port is one of its own."""
        return port in self._ports.values()


def checked(host: str) -> str:
    """The host, if it is one. UsageFault: what begins with a dash would be an option of ssh's."""
    if not host or host.startswith("-") or not host.isprintable() or " " in host:
        raise UsageFault(f"`{one_line(host, 40)}` is not a host of ssh's", todo="--ssh takes HOST or USER@HOST")
    return host


class Beyond:
    """This machine, for a database that sees none of its addresses: its connections prove nothing about a session."""

    def __init__(self, machine: HostMachine) -> None:
        self._machine = machine

    def look(self) -> Machine:
        """The tools that run here, and no connection."""
        return replace(self._machine.look(), sockets=frozenset(), addresses=frozenset())


def led(url: URL, host: str | None) -> URL:
    """The URL, through a tunnel if a host for one is named. UnreachableFault, UsageFault."""
    return url if not host or OPTION in url.query else through(url, host)


def through(url: URL, host: str) -> URL:
    """The same database by way of `host`; logs in there when that has not been done. UnreachableFault, UsageFault."""
    far, name = _far(url, checked(host))
    with _opening:
        tunnel = _tunnels[host] = _tunnels.get(host) or Tunnel(host)
    port = tunnel.port_to(far)
    kept = {key: value for key, value in url.query.items() if key not in ("host", "hostaddr", "unix_socket", "port")}
    number = url.port or int(str(url.query.get("port", 0))) or None
    return url.set(host=name, port=number, query={**kept, OPTION: f"{_LOCAL}:{port}"})


def way(url: URL) -> tuple[str, int] | None:
    """Where a connection to `url` really goes; None: where it says. A broken tunnel of this process is mended first.
    UnreachableFault."""
    given = url.query.get(OPTION)
    if not isinstance(given, str):
        return None
    host, _, port = given.rpartition(":")
    if tunnel := _tunnel_at(port):
        tunnel.mend()
    return host, int(port)


@contextmanager
def explained(url: URL) -> Iterator[None]:
    """Say what the far side said when no connection was made through a tunnel: here it only ends at once."""
    tunnel = _tunnel_at(str(url.query.get(OPTION, "")).rpartition(":")[2])
    before = len(tunnel.refusals()) if tunnel else 0
    try:
        yield
    except AbsentFault as fault:
        said = tunnel.refusals()[before:] if tunnel else ()
        if tunnel and said:
            fault.why = f"{one_line(tunnel.host, 80)} could not reach it ({one_line(said[-1], 200)})"
        raise


def leashes() -> tuple[int, ...]:
    """What a process inherits for which the tunnels must stay open, even when this one ends."""
    return tuple(tunnel.leash for tunnel in _tunnels.values())


def _tunnel_at(port: str) -> Tunnel | None:
    return next((tunnel for tunnel in _tunnels.values() if port.isdigit() and tunnel.leads(int(port))), None)


def _far(url: URL, host: str) -> tuple[str, str]:
    """The database as it is called where ssh ends, and what it is called from here."""
    kind = url.get_backend_name()
    if kind not in _PORTS:
        raise UsageFault("--ssh leads to a server, and this database is a file", todo="Run Halfway where the file is")
    port = url.port or url.query.get("port") or _PORTS[kind]
    named = str(url.query.get("hostaddr") or url.host or url.query.get("host") or "")
    path = str(url.query.get("unix_socket", "")) or (f"{named}/.s.PGSQL.{port}" if named.startswith("/") else "")
    if "service" in url.query or "," in named or not (named or path):
        todo = f"Write it as it is called on {one_line(host, 80)}: postgresql://user@db1/shop, or @localhost"
        raise UsageFault("--ssh needs the one host of the database in its URL", todo=todo)
    own = re.sub(r"^ssh://|^[^@]*@", "", host.removeprefix("ssh://")).partition(":")[0]
    if path:
        return path, own
    target = f"[{named}]" if ":" in named else named
    return f"{target}:{port}", own if named in _HERE else str(url.host or url.query.get("host") or named)


def _private_folder() -> Path:
    """For the control socket and what ssh says: nobody else's."""
    import tempfile

    places = (os.environ.get("XDG_RUNTIME_DIR"), tempfile.gettempdir(), "/tmp")  # noqa: S108 - made for us alone
    usable = (p for p in places if p and len(p) < _LONGEST and os.access(p, os.W_OK))
    return Path(tempfile.mkdtemp(prefix="halfway-ssh-", dir=next(usable, None)))


def _free_port() -> int:
    with socket.create_server((_LOCAL, 0)) as server:
        return int(server.getsockname()[1])


def _followed(process: subprocess.Popen[bytes], log: Path) -> int:
    """The exit code of an ssh that a person logs in with; what it has to say is shown meanwhile."""
    shown = 0
    while True:
        with suppress(subprocess.TimeoutExpired):
            process.wait(0.1)
        text = _text_of(log, shown)
        shown += len(text.encode(errors="surrogateescape"))
        if text and process.returncode in (None, 0):
            sys.stderr.write(text)
            sys.stderr.flush()
        if process.returncode is not None:
            return process.returncode


def _text_of(log: Path, begun: int) -> str:
    with suppress(OSError), log.open("rb") as file:
        file.seek(begun)
        return file.read().decode(errors="surrogateescape")
    return ""
