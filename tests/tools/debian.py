"""Programs out of Debian packages, without installing anything: PHP, Laravel and database servers for tests.

Packages come from the mirror this machine's own apt uses (checked with Debian's keyring), are unpacked into a cache
outside the clone (`HALFWAY_CACHE`, else ~/.cache/halfway-tests) and run through their own loader and libraries, so the
machine's own libc and versions do not matter. The second time nothing is fetched.
"""

from __future__ import annotations

import fcntl
import hashlib
import os
import platform
import pwd
import re
import subprocess
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from functools import cache
from pathlib import Path

_GIVEN = os.environ.get("HALFWAY_CACHE", "")
_KEYRING = "/usr/share/keyrings/debian-archive-keyring.gpg"
_USUAL = "http://deb.debian.org/debian"
_LOADERS = ("lib/*/ld-linux*.so.*", "usr/lib/*/ld-linux*.so.*")
# Read after the machine's own settings, whose proxies are wanted and whose hooks are not.
_SETTINGS = """
Dir::Etc::sourcelist "{work}/sources.list";
Dir::Etc::sourceparts "/dev/null";
Dir::Etc::preferences "/dev/null";
Dir::Etc::preferencesparts "/dev/null";
Dir::State "{work}/state";
Dir::State::status "{work}/status";
Dir::Cache "{work}/cache";
Dir::Log "{work}/log";
APT::Sandbox::User "root";
APT::Install-Recommends "false";
APT::Install-Suggests "false";
Acquire::Languages "none";
Acquire::Retries "2";
Acquire::http::Timeout "30";
Acquire::https::Timeout "30";
#clear APT::Update::Pre-Invoke;
#clear APT::Update::Post-Invoke;
#clear APT::Update::Post-Invoke-Success;
#clear DPkg::Pre-Invoke;
#clear DPkg::Pre-Install-Pkgs;
#clear DPkg::Post-Invoke;
"""


class DebianError(Exception):
    """Packages that could not be had; its text is one sentence for people."""


@dataclass(frozen=True, slots=True)
class Wanted:
    """Packages of one suite, unpacked together with all they depend on."""

    suite: str
    packages: tuple[str, ...]
    """The first one gives the folder its name."""

    @property
    def mark(self) -> str:
        """What tells this wish from others that begin with the same package."""
        return hashlib.sha256(" ".join((self.suite, *self.packages)).encode()).hexdigest()[:8]


@dataclass(frozen=True, slots=True)
class Unpacked:
    """Where packages were unpacked; folders below `root` are those of the packages."""

    root: Path

    def find(self, pattern: str) -> Path:
        """The one file or folder of that name; the last one in order when there are several."""
        found = sorted(self.root.glob(pattern))
        if not found:
            raise DebianError(f"{self.root} does not hold {pattern}: remove that folder, it is made again.")
        return found[-1]

    def command(self, program: str, *arguments: str) -> tuple[str, ...]:
        """A command line that runs a program of the packages with their own libraries."""
        loader = next(path for name in _LOADERS for path in sorted(self.root.glob(name)) if not path.is_symlink())
        triple = loader.parent.name
        libraries = f"{self.root}/lib/{triple}:{self.root}/usr/lib/{triple}"
        started = str(self.find(program))
        return (str(loader), "--inhibit-cache", "--library-path", libraries, started, *arguments)


def cache_folder() -> Path:
    """Where unpacked packages stay; the tests' own empty home is not asked."""
    return Path(_GIVEN) if _GIVEN else Path(pwd.getpwuid(os.geteuid()).pw_dir) / ".cache" / "halfway-tests"


def unpacked(wanted: Wanted) -> Unpacked:
    """The packages, from the cache or fetched now. Raises DebianError."""
    folder = cache_folder()
    folder.mkdir(parents=True, exist_ok=True)
    with _alone(folder / f"{wanted.packages[0]}-{wanted.mark}.lock"):
        return _found(folder, wanted) or _made(folder, wanted)


@contextmanager
def _alone(lock: Path) -> Iterator[None]:
    """One process at a time; the kernel lets go when one dies."""
    with lock.open("w") as file:
        fcntl.flock(file, fcntl.LOCK_EX)
        yield


def _found(folder: Path, wanted: Wanted) -> Unpacked | None:
    made = sorted(folder.glob(f"{wanted.packages[0]}_*_{wanted.mark}"))
    return Unpacked(made[-1]) if made else None


def _made(folder: Path, wanted: Wanted) -> Unpacked:
    with tempfile.TemporaryDirectory(prefix=".making-", dir=folder) as name:
        work = Path(name)
        archives = _fetched(work, wanted)
        root = work / "root"
        for archive in archives:
            _run(wanted, "dpkg-deb", "--extract", str(archive), str(root))
        _relocate(root)
        (root / "packages.txt").write_text("".join(f"{archive.stem}\n" for archive in archives))
        return Unpacked(root.rename(folder / _name(wanted, archives)))


def _name(wanted: Wanted, archives: list[Path]) -> str:
    """`php-laravel-framework_8.83.26+dfsg-2_all_1a2b3c4d`: without an epoch, whose colon would end a library path."""
    main = next(archive.stem for archive in archives if archive.stem.startswith(f"{wanted.packages[0]}_"))
    return f"{re.sub('_[0-9]+%3a', '_', main)}_{wanted.mark}"


def _fetched(work: Path, wanted: Wanted) -> list[Path]:
    """Everything needed on an empty machine, as .deb files."""
    for part in ("state/lists/partial", "cache/archives/partial", "log", "root"):
        (work / part).mkdir(parents=True)
    (work / "status").touch()
    (work / "sources.list").write_text(f"deb [signed-by={_KEYRING}] {_mirror()} {wanted.suite} main\n")
    (work / "apt.conf").write_text(_SETTINGS.format(work=work))
    apt = ("apt-get", "--config-file", str(work / "apt.conf"), "--quiet", "--yes")
    _run(wanted, *apt, "--error-on=any", "update")
    _run(wanted, *apt, "--download-only", "install", *wanted.packages)
    return sorted((work / "cache/archives").glob("*.deb"))


def _relocate(root: Path) -> None:
    """Newer PHP packages name each other by absolute path; let the include path find them."""
    for path in root.glob("usr/share/php/**/*autoload*.php"):
        text = path.read_text()
        path.write_text(text.replace("'/usr/share/php/", "'"))


@cache
def _mirror() -> str:
    """The archive this machine gets Debian from, in whichever format its sources are written."""
    asked = ("apt-get", "indextargets", "--format", "$(REPO_URI) $(RELEASE)", "Created-By: Packages")
    release = platform.freedesktop_os_release()
    own = release.get("VERSION_CODENAME", "") if release.get("ID") == "debian" else ""
    try:
        told = subprocess.run(asked, capture_output=True, text=True, check=True, timeout=60).stdout
    except (OSError, subprocess.SubprocessError) as error:
        raise DebianError(f"apt-get cannot be asked for its mirror, and these tests need it: {error}.") from error
    mirrors = [line.split()[0] for line in told.splitlines() if own and line.split()[1:] == [own]]
    return mirrors[0] if mirrors else _USUAL


def _run(wanted: Wanted, *command: str) -> None:
    environment = {**os.environ, "LC_ALL": "C", "DEBIAN_FRONTEND": "noninteractive"}
    try:
        done = subprocess.run(command, env=environment, capture_output=True, text=True, check=False, timeout=900)
        said = [line for line in done.stderr.splitlines() if line.startswith("E: ")] or done.stderr.splitlines()
        failed = done.returncode != 0
    except (OSError, subprocess.SubprocessError) as error:
        said, failed = [str(error)], True
    if failed:
        why = said[0].removeprefix("E: ") if said else "no reason was given"
        raise DebianError(
            f"{wanted.packages[0]} of Debian {wanted.suite} could not be had from {_mirror()} ({why}). "
            f"It is needed once; afterwards it lies in {cache_folder()}."
        )
