"""What both files are made of: wheels as `lock.txt` pins them, and Halfway itself, in archives equal each time.

python packaging/parts.py --lock     writes lock.txt anew from pyproject.toml: versions, and every wheel's checksum
"""

from __future__ import annotations

import hashlib
import io
import os
import pwd
import re
import subprocess
import sys
import tempfile
import tomllib
import zipfile
from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
LOCK = ROOT / "packaging" / "lock.txt"
PYTHONS = ("3.11", "3.12", "3.13", "3.14")
PLATFORMS = {
    "x86_64-gnu": tuple(f"{name}_x86_64" for name in ("manylinux_2_28", "manylinux_2_17", "manylinux2014",
                                                      "manylinux_2_5", "manylinux1")),
    "aarch64-gnu": tuple(f"{name}_aarch64" for name in ("manylinux_2_28", "manylinux_2_17", "manylinux2014")),
    "x86_64-musl": ("musllinux_1_2_x86_64", "musllinux_1_1_x86_64"),
}  # fmt: skip
"""Machine and C library -> how PyPI names what runs there."""
_OURS = frozenset({".py", ".tcss", ".typed"})
_EPOCH = (1980, 1, 1, 0, 0, 0)

Files = Mapping[str, bytes]


class PartsError(Exception):
    """What could not be had, in a sentence."""


def tag(python: str, platform: str) -> str:
    """How the parts for one Python on one platform are called: cp311-x86_64-gnu."""
    return f"cp{python.replace('.', '')}-{platform}"


def version() -> str:
    """Halfway's own."""
    return str(tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]["version"])


def wheels(python: str, platform: str, lock: Path = LOCK) -> list[Path]:
    """Every wheel for one Python on one platform, fetched once."""
    mark = hashlib.sha256(lock.read_bytes()).hexdigest()[:12]
    folder = _cache() / f"wheels-{tag(python, platform)}-{mark}"
    if not folder.is_dir():
        folder.parent.mkdir(parents=True, exist_ok=True)
        with tempfile.TemporaryDirectory(prefix=".fetching-", dir=folder.parent) as name:
            work = Path(name) / "wheels"
            work.mkdir()
            _download(("--require-hashes", "--no-deps", "--requirement", str(lock)), python, platform, work)
            if not folder.is_dir():
                work.rename(folder)
    return sorted(folder.glob("*.whl"))


def kept(name: str, make: Callable[[], bytes]) -> bytes:
    """What is the same until lock.txt changes, made once."""
    path = _cache() / f"{name}-{hashlib.sha256(LOCK.read_bytes()).hexdigest()[:12]}"
    if not path.exists():
        path.parent.mkdir(parents=True, exist_ok=True)
        with tempfile.NamedTemporaryFile(dir=path.parent, prefix=".making-", delete=False) as file:
            file.write(make())
        Path(file.name).replace(path)
    return path.read_bytes()


def of_wheels(found: Iterable[Path]) -> dict[str, bytes]:
    """The files of wheels, where an interpreter looks for them; licences stay beside what they are for."""
    files: dict[str, bytes] = {}
    for wheel in found:
        with zipfile.ZipFile(wheel) as archive:
            for name in archive.namelist():
                if not name.endswith(("/", "/RECORD", ".pyi")) and ".data/" not in name:
                    files[name] = archive.read(name)
    return files


def of_halfway() -> dict[str, bytes]:
    """Halfway as it lies here, with what tells its version."""
    found = (path for room in ("console", "screens") for path in (ROOT / room).rglob("*"))
    files = {path.relative_to(ROOT).as_posix(): path.read_bytes() for path in found if path.suffix in _OURS}
    about = f"halfway_console-{version()}.dist-info"
    files[f"{about}/METADATA"] = f"Metadata-Version: 2.1\nName: halfway-console\nVersion: {version()}\n".encode()
    files[f"{about}/licenses/LICENSE"] = (ROOT / "LICENSE").read_bytes()
    return files


def common_to(sets: Iterable[Files]) -> dict[str, bytes]:
    """The files that are the same for every Python."""
    first, *others = sets
    return {name: data for name, data in first.items() if all(each.get(name) == data for each in others)}


def archive(files: Files, method: int = zipfile.ZIP_DEFLATED) -> bytes:
    """A zip whose bytes depend on nothing but what is in it."""
    made = io.BytesIO()
    with zipfile.ZipFile(made, "w", method, compresslevel=9) as out:
        for name in sorted(files):
            info = zipfile.ZipInfo(name, _EPOCH)
            info.compress_type, info.external_attr = method, 0o644 << 16
            out.writestr(info, files[name])
    return made.getvalue()


def manifest(found: Iterable[Path]) -> str:
    """Which wheels, with their checksums."""
    return "".join(f"{hashlib.sha256(w.read_bytes()).hexdigest()}  {w.name}\n" for w in sorted(found, key=_name))


def write_lock() -> None:
    """lock.txt anew: what pip takes today, for every Python and platform."""
    project = tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]
    sums: defaultdict[str, set[str]] = defaultdict(set)
    with tempfile.TemporaryDirectory() as name:
        for platform in PLATFORMS:
            for python in PYTHONS:
                folder = Path(name) / tag(python, platform)
                folder.mkdir()
                _download([*project["dependencies"], *sums], python, platform, folder)
                for wheel in folder.glob("*.whl"):
                    package, number = wheel.name.split("-")[:2]
                    sums[f"{_plain(package)}=={number}"].add(hashlib.sha256(wheel.read_bytes()).hexdigest())
    lines = (f"{each} " + " ".join(f"--hash=sha256:{digest}" for digest in sorted(sums[each])) for each in sorted(sums))
    LOCK.write_text("# Written by `python packaging/parts.py --lock`.\n" + "\n".join(lines) + "\n")


def _download(wanted: Iterable[str], python: str, platform: str, folder: Path) -> None:
    platforms = [word for each in PLATFORMS[platform] for word in ("--platform", each)]
    _run([*_pip(str(folder), *platforms, "--implementation", "cp", "--python-version", python), *wanted])


def _pip(folder: str, *more: str) -> list[str]:
    pip = [sys.executable, "-m", "pip", "download", "--quiet", "--disable-pip-version-check"]
    return [*pip, "--only-binary=:all:", "--dest", folder, *more]


def _run(command: list[str]) -> None:
    done = subprocess.run(command, capture_output=True, text=True, check=False, timeout=900)
    if done.returncode:
        said = [line for line in done.stderr.splitlines() if line.startswith("ERROR")] or ["no reason was given"]
        raise PartsError(f"the wheels could not be had from PyPI ({said[-1]})")


def _cache() -> Path:
    given = os.environ.get("HALFWAY_CACHE", "")
    return Path(given) if given else Path(pwd.getpwuid(os.geteuid()).pw_dir) / ".cache" / "halfway-tests"


def _name(wheel: Path) -> str:
    return wheel.name


def _plain(package: str) -> str:
    return re.sub(r"[-_.]+", "-", package).lower()


if __name__ == "__main__":
    write_lock()
