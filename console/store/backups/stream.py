"""Bytes of a backup, unpacked while they are read, and never more of them than was agreed on."""

from __future__ import annotations

import bz2
import gzip
import lzma
import shutil
import subprocess
import zlib
from collections.abc import Callable, Iterator
from contextlib import suppress
from dataclasses import dataclass
from threading import Thread
from typing import IO, cast

from console.core.recover.given import Known

CHUNK = 2**16
MOST = 8 * 2**30
"""Bytes, unpacked, after which nobody goes on reading: then it is not known whether the end is there."""
HEAD = 2**16
TAIL = 2**13
_MAGIC = ((b"\x1f\x8b", "gzip"), (b"BZh", "bzip2"), (b"\xfd7zXZ\x00", "xz"), (b"\x28\xb5\x2f\xfd", "zstd"))
_OPENERS: dict[str, Callable[[IO[bytes]], object]] = {
    "gzip": lambda file: gzip.GzipFile(fileobj=file),
    "bzip2": bz2.BZ2File,
    "xz": lzma.LZMAFile,
}
_DAMAGE = (EOFError, OSError, zlib.error, lzma.LZMAError)


class BrokenError(Exception):
    """It cannot be read to its end; one sentence without a full stop."""


class UnknownError(Exception):
    """It may be good, but that cannot be told; one sentence without a full stop."""


@dataclass(frozen=True, slots=True)
class Scan:
    """What was seen of a stream."""

    head: bytes = b""
    tail: bytes = b""
    size: int | None = None
    """Bytes unpacked; None: it was not read to its end."""
    whole: Known = Known.UNKNOWN
    """The packing is intact; whether what was packed is complete is for who knows its format."""
    why: str = ""


def packing(head: bytes) -> str:
    """gzip, bzip2, xz, zstd, or '' for what is not packed."""
    return next((name for magic, name in _MAGIC if head.startswith(magic)), "")


def unpacked(file: IO[bytes]) -> Iterator[bytes]:
    """Everything in it from its beginning, in pieces. BrokenError, UnknownError."""
    file.seek(0)
    name = packing(file.read(8))
    file.seek(0)
    if name == "zstd":
        yield from _by_zstd(file)
        return
    stream = cast("IO[bytes]", _OPENERS[name](file)) if name else file
    step = getattr(stream, "read1", stream.read)  # what comes before the damage is wanted too
    try:
        while piece := step(CHUNK):
            yield piece
    except _DAMAGE as error:
        raise BrokenError(f"{name or 'the file'} cannot be read to its end ({error})") from None


def _by_zstd(file: IO[bytes]) -> Iterator[bytes]:
    """The program unpacks it: a child that reads this file and writes to us, and does nothing else."""
    program = shutil.which("zstd")
    if program is None:
        raise UnknownError("it is packed with zstd, and no program `zstd` is here")
    child = subprocess.Popen(
        (program, "-dcq"), stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL
    )
    failed: list[Exception] = []
    feeder = Thread(target=_fed, args=(file, child, failed), daemon=True)
    feeder.start()
    try:
        assert child.stdout is not None
        while piece := child.stdout.read(CHUNK):
            yield piece
        if child.wait() != 0:
            raise BrokenError("zstd cannot be read to its end")
    finally:
        child.kill()
        feeder.join()
        child.stdin = None
        child.communicate()
    if failed:
        raise BrokenError(f"it cannot be read ({type(failed[0]).__name__})")


def _fed(file: IO[bytes], child: subprocess.Popen[bytes], failed: list[Exception]) -> None:
    """All of the file, which need not lie on a disk, to the program."""
    assert child.stdin is not None
    try:
        while piece := file.read(CHUNK):
            child.stdin.write(piece)
    except BrokenPipeError:
        pass  # it ended: its exit code tells how
    except Exception as problem:  # noqa: BLE001 - every system of fsspec has errors of its own
        failed.append(problem)
    finally:
        with suppress(OSError):
            child.stdin.close()


def scan(file: IO[bytes], most: int = MOST) -> Scan:
    """Its beginning and its end. What is not packed is not read in between: it has nothing that could be damaged."""
    file.seek(0)
    if not packing(file.read(8)):
        return _ends(file)
    head, tail, size = b"", b"", 0
    try:
        for piece in unpacked(file):
            head += piece[: max(HEAD - len(head), 0)]
            tail = (tail + piece)[-TAIL:]
            size += len(piece)
            if size > most:
                return Scan(head, why=f"only the first {most} bytes of it were read")
    except BrokenError as broken:
        return Scan(head, tail, None, Known.NO, str(broken))
    except UnknownError as unknown:
        return Scan(head, tail, None, Known.UNKNOWN, str(unknown))
    return Scan(head, tail, size, Known.YES)


def _ends(file: IO[bytes]) -> Scan:
    size = file.seek(0, 2)
    file.seek(0)
    head = file.read(HEAD)
    file.seek(max(size - TAIL, 0))
    return Scan(head, file.read(TAIL), size, Known.YES)
