"""The real Liquibase: its jars and drivers out of its package of the npm registry, run by Debian's Java, unpacked."""

from __future__ import annotations

import fcntl
import hashlib
import io
import os
import shutil
import subprocess
import tarfile
import tempfile
from base64 import b64encode
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path

import pytest
from sqlalchemy.engine import URL

from tests.tools.debian import DebianError, Unpacked, Wanted, cache_folder, unpacked
from tests.tools.packages import PackagesError, download

VERSION = "4.28.0"
_PACKAGE = "4.28.1"
"""The package that carries it."""
_ADDRESS = f"https://registry.npmjs.org/liquibase/-/liquibase-{_PACKAGE}.tgz"
_SUM = "UZCRA3wWYd57mt/fWkYZCpgOGrPWX/C6UGMd4uDCKxWA46Y6170Xq/YWDzMffNTKB61aMNkHCxvXrx/Ps5XINg=="
_INSIDE = "package/dist/liquibase/internal/lib/"
_JARS = frozenset({
    "liquibase-core", "commons-collections4", "commons-io", "commons-lang3", "commons-text", "jaxb-api", "jaxb-core",
    "jaxb-runtime", "mariadb-java-client", "opencsv", "picocli", "postgresql", "snakeyaml", "sqlite-jdbc",
})  # fmt: skip
_JAVA = Wanted("bookworm", ("openjdk-17-jre-headless", "libslf4j-java"))
"""SQLite's driver wants the second one."""
_MAIN = "liquibase.integration.commandline.LiquibaseCommandLine"
_QUICK = ("-XX:TieredStopAtLevel=1", "-XX:+UseSerialGC", "-Duser.timezone=UTC", "-Dfile.encoding=UTF-8")
TIMEOUT = 120
_ARCHIVE = "classes.jsa"


@dataclass(frozen=True)
class Ended:
    """What the program left."""

    code: int
    out: str
    said: str


def jars() -> Path:
    """The folder of the jars, from the cache or fetched now. A test fails with one sentence if they cannot be had."""
    folder = cache_folder() / f"liquibase-{_PACKAGE}"
    folder.parent.mkdir(parents=True, exist_ok=True)
    with folder.with_name(f"{folder.name}.lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        if not folder.is_dir():
            _fetch(folder)
        if not (folder / _ARCHIVE).is_file():
            _archive(folder)
    return folder


def _path(folder: Path) -> str:
    logs = _java().find("usr/share/java/slf4j-api.jar").resolve()
    return ":".join(str(jar) for jar in (*sorted(folder.glob("*.jar")), logs))


def _archive(folder: Path) -> None:
    """The classes that one run loads, as Java keeps them: every other run begins in half the time."""
    with tempfile.TemporaryDirectory(dir=folder.parent) as work:
        Path(work, "all.sql").write_text("--liquibase formatted sql\n--changeset a:1\nSELECT 1;\n")
        made = Path(work, _ARCHIVE)
        line = ("usr/lib/jvm/java-17-openjdk-*/bin/java", *_QUICK, f"-XX:ArchiveClassesAtExit={made}", "-cp",
                _path(folder), _MAIN, "--url=offline:postgresql", "--changelog-file=all.sql", "update-sql")  # fmt: skip
        subprocess.run(_java().command(*line), cwd=work, capture_output=True, check=True, timeout=TIMEOUT)
        shutil.move(made, folder / _ARCHIVE)


def _fetch(folder: Path) -> None:
    try:
        data = download(_ADDRESS)
    except PackagesError as error:
        pytest.fail(str(error), pytrace=False)
    if b64encode(hashlib.sha512(data).digest()).decode() != _SUM:
        pytest.fail("Liquibase's package at npm is not the one that is known here", pytrace=False)
    with tempfile.TemporaryDirectory(dir=folder.parent) as work, tarfile.open(fileobj=io.BytesIO(data)) as archive:
        made = Path(work, "jars")
        made.mkdir()
        for member in archive:
            name = member.name.removeprefix(_INSIDE)
            source = archive.extractfile(member) if name.removesuffix(".jar") in _JARS else None
            if source is not None:
                (made / name).write_bytes(source.read())
        shutil.move(made, folder)


@cache
def _java() -> Unpacked:
    """Java, whose settings lie behind absolute links: they are made to point into the same folder."""
    try:
        packages = unpacked(_JAVA)
    except DebianError as error:
        pytest.fail(str(error), pytrace=False)
    for link in packages.find("usr/lib/jvm/java-17-openjdk-*").rglob("*"):
        if link.is_symlink() and str(link.readlink()).startswith("/"):
            target = packages.root / str(link.readlink()).removeprefix("/")
            made = link.with_name(f".{link.name}-{os.getpid()}")
            made.symlink_to(os.path.relpath(target, link.parent))
            made.rename(link)
    return packages


def command(url: str, *arguments: str, options: Sequence[str] = ()) -> tuple[str, ...]:
    """The command line of one run."""
    path = _path(jars())
    archive = f"-XX:SharedArchiveFile={jars() / _ARCHIVE}"
    java = _java().command("usr/lib/jvm/java-17-openjdk-*/bin/java", *_QUICK, archive, *options, "-cp", path, _MAIN)
    return (*java, "--show-banner=false", "--url", url, *arguments)


def environ(folder: Path) -> dict[str, str]:
    """What it runs with: nothing of this machine's."""
    return {"PATH": os.environ["PATH"], "HOME": str(folder), "LC_ALL": "C.UTF-8", "TZ": "UTC"}


def liquibase(folder: Path, url: str, *arguments: str) -> Ended:
    """Run it in a project's folder; `url` is JDBC's."""
    done = subprocess.run(
        command(url, *arguments), cwd=folder, env=environ(folder), capture_output=True, text=True, check=False,
        timeout=TIMEOUT,
    )  # fmt: skip
    return Ended(done.returncode, done.stdout, done.stderr)


def jdbc(url: URL) -> str:
    """A database as Java's drivers name it."""
    backend = url.get_backend_name()
    if backend == "sqlite":
        return f"jdbc:sqlite:{url.database}"
    kind = "postgresql" if backend == "postgresql" else "mariadb"
    more = "" if kind == "postgresql" else "&allowPublicKeyRetrieval=true&sslMode=disable"
    who = f"user={url.username}" + (f"&password={url.password}" if url.password else "")
    return f"jdbc:{kind}://{url.host}:{url.port}/{url.database}?{who}{more}"
