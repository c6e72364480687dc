"""Where the programs of MySQL and MariaDB are, and how `nobody` gets at them.

A server is either installed on the machine or lies unpacked out of Debian packages in the cache that our tests fill;
then it runs through its own loader and libraries. A program called mysqld can be MariaDB's: only its version says.
"""

from __future__ import annotations

import os
import pwd
import re
import shutil
import subprocess
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import chain
from pathlib import Path

from console.drill.binaries import link_or_copy, open_up

PROGRAMS = ("mysqld", "mariadbd")
_PLACES = ("/usr/sbin", "/usr/libexec", "/usr/local/sbin", "/usr/local/bin", "/usr/local/mysql/bin")
_LIBRARIES = ("lib/*-linux-gnu*", "usr/lib/*-linux-gnu*")
_PARTS = ("usr/share/mysql", "usr/share/mariadb", "usr/lib/mysql/plugin", "usr/lib/mariadb/plugin")
_SCRIPTS = (
    "{server}_system_tables.sql",
    "{server}_performance_tables.sql",
    "{server}_system_tables_data.sql",
    "maria_add_gis_sp_bootstrap.sql",
    "{server}_sys_schema.sql",
)


@dataclass(frozen=True, slots=True)
class Installation:
    """One server that can be started."""

    kind: str
    """mysql or mariadb."""
    version: str
    """`9.7.4`"""
    program: Path
    root: Path | None = None
    """The folder of unpacked packages; None when it is installed on the machine."""

    @property
    def command(self) -> tuple[str, ...]:
        """How the program is run: unpacked ones with their own loader."""
        return (*(_through_loader(self.root) if self.root else ()), str(self.program))

    @property
    def options(self) -> tuple[str, ...]:
        """Where its messages, character sets and plugins are, when that is not where it would look."""
        if self.root is None:
            return ()
        share, plugins = _first(self.root, _PARTS[:2]), _first(self.root, _PARTS[2:])
        options = [f"--lc-messages-dir={share}", f"--character-sets-dir={share}/charsets"]
        return (*options, f"--plugin-dir={plugins}") if plugins else tuple(options)

    @property
    def scripts(self) -> tuple[Path, ...]:
        """The SQL files that make MariaDB's own tables, in order; none when they are missing. They are named after
        MySQL until 10.11."""
        prefix = self.root / "usr" if self.root else self.program.resolve().parent.parent
        for folder in (prefix / "share" / name for name in ("mariadb", "mysql")):
            for server in ("mariadb", "mysql"):
                files = tuple(folder / name.format(server=server) for name in _SCRIPTS)
                if all(path.is_file() for path in files):
                    return files
        return ()


def found(kind: str) -> Installation | None:
    """The server of this kind to use here: one on the machine, else one in the cache."""
    return next((each for each in chain(installed(), _cached(kind)) if each.kind == kind), None)


def installed() -> Iterator[Installation]:
    """Servers that the machine has."""
    path = os.pathsep.join((os.environ.get("PATH", os.defpath), *_PLACES))
    for name in PROGRAMS:
        program = shutil.which(name, path=path)
        if program and (known := _asked(Path(program), None)):
            yield known


def unpacked(root: Path) -> Installation | None:
    """The server in a folder of unpacked packages."""
    programs = (root / "usr/sbin" / name for name in PROGRAMS)
    program = next((path for path in programs if path.is_file()), None)
    return _asked(program.resolve(), root) if program else None


def _cached(kind: str) -> Iterator[Installation]:
    """Servers of this kind that our tests have fetched, newest version first."""
    given = os.environ.get("HALFWAY_CACHE", "")
    folder = Path(given) if given else Path(pwd.getpwuid(os.geteuid()).pw_dir) / ".cache" / "halfway-tests"
    servers = [known for path in folder.glob(f"{kind}-server-core_*") if (known := unpacked(path))]
    yield from sorted(servers, key=lambda server: _numbers(server.version), reverse=True)


def _numbers(version: str) -> tuple[int, ...]:
    return tuple(int(part) for part in version.split("."))


def _asked(program: Path, root: Path | None) -> Installation | None:
    """What the program says it is."""
    unnamed = Installation("", "", program, root)
    try:
        done = subprocess.run(
            [*unnamed.command, "--no-defaults", "--version"], capture_output=True, text=True, check=True, timeout=20
        )
    except (OSError, subprocess.SubprocessError, StopIteration):
        return None
    match = re.search(r"Ver (\d+\.\d+\.\d+)(-MariaDB)?", done.stdout)
    return Installation("mariadb" if match[2] else "mysql", match[1], program, root) if match else None


def _through_loader(root: Path) -> tuple[str, ...]:
    folders = [path for pattern in _LIBRARIES for path in sorted(root.glob(pattern)) if path.is_dir()]
    loader = next(path for folder in folders for path in sorted(folder.glob("ld-linux*.so.*")) if path.is_file())
    return (str(loader), "--inhibit-cache", "--library-path", ":".join(map(str, folders)))


def _first(root: Path, names: tuple[str, ...]) -> Path | None:
    return next((root / name for name in names if (root / name).is_dir()), None)


def private_copy(server: Installation, folder: Path) -> Installation:
    """The same server where everybody may read it, linked rather than copied where that can be."""
    if server.root is None:
        return server
    target = folder / "programs"
    for pattern in _LIBRARIES:
        for libraries in server.root.glob(pattern):
            _link_files(libraries, target / libraries.relative_to(server.root))
    for name in _PARTS:
        if (server.root / name).is_dir():
            shutil.copytree(server.root / name, target / name, copy_function=link_or_copy)
    program = target / server.program.relative_to(server.root)
    program.parent.mkdir(parents=True)
    link_or_copy(str(server.program), str(program))
    open_up(target)
    return Installation(server.kind, server.version, program, target)


def _link_files(source: Path, target: Path) -> None:
    """Libraries themselves; folders of loadable extras beside them are not needed."""
    target.mkdir(parents=True)
    for path in source.iterdir():
        if path.is_file() and ".so" in path.name:
            link_or_copy(str(path.resolve()), str(target / path.name))
