"""The SQL that `halfway preflight --sql` names: read before anything is connected, so that a slip costs nothing."""

from __future__ import annotations

import codecs
import sys
from collections.abc import Sequence
from pathlib import Path

import click

from console.core.faults import UsageFault
from console.core.plain import one_line
from console.readers.sources.values import LARGEST_FILE

_MARKS = ((codecs.BOM_UTF8, "utf-8-sig"), (codecs.BOM_UTF16_LE, "utf-16"), (codecs.BOM_UTF16_BE, "utf-16"))


def scripts(names: Sequence[str]) -> list[tuple[str, str]]:
    """Each name, once, with its text. UsageFault where one cannot be read."""
    return [(name, _text(name, _data(name))) for name in dict.fromkeys(names)]


def _data(name: str) -> bytes:
    if name == "-" and (sys.stdin is None or sys.stdin.closed or sys.stdin.isatty()):
        raise UsageFault("--sql - reads SQL from stdin, and nothing is piped in")
    try:
        if name == "-":
            data = sys.stdin.buffer.read(LARGEST_FILE + 1)
        else:
            path = Path(name).expanduser()
            if path.exists() and not path.is_file():
                raise UsageFault(f"--sql {one_line(name, 200)} is not a file", todo="Name its files one by one")
            with path.open("rb") as file:
                data = file.read(LARGEST_FILE + 1)
    except (OSError, ValueError) as problem:
        why = getattr(problem, "strerror", None) or str(problem)
        raise UsageFault(f"--sql {one_line(name, 200)} cannot be read", why) from None
    if len(data) > LARGEST_FILE:
        raise UsageFault(f"--sql {one_line(name, 200)} is larger than {LARGEST_FILE // 2**20} MiB")
    return data


def _text(name: str, data: bytes) -> str:
    """What it holds. Bytes that are no UTF-8 are told and shown as such: what can be read is still judged."""
    encoding = next((encoding for mark, encoding in _MARKS if data.startswith(mark)), "utf-8")
    try:
        return data.decode(encoding)
    except UnicodeError:
        if b"\x00" in data and encoding == "utf-8":
            raise UsageFault(f"--sql {one_line(name, 200)} is no text") from None
        what = (
            f"some bytes of {one_line(name, 200)} are not valid {encoding}; they are shown as \N{REPLACEMENT CHARACTER}"
        )
        click.echo(f"halfway: {what}", err=True)
        return data.decode(encoding, errors="replace")
