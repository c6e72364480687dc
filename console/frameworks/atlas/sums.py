"""The sums that bind Atlas' files together: each is over all files up to it, so a change shows in all after it."""

from __future__ import annotations

import base64
import hashlib
import re
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, field

from console.readers.sources import SourceFile

SUM = "atlas.sum"
_DIRECTIVE = re.compile(r"(?:--|#)\s*atlas:(\w+)(?:\s+(.*))?\Z")


@dataclass(frozen=True, slots=True)
class Sums:
    """The sums of the files as they are, and whether atlas.sum says the same."""

    files: tuple[tuple[str, bytes], ...] = ()
    """Name and bytes, in Atlas' order."""
    known: Mapping[str, str] = field(default_factory=dict)
    """By name."""
    fits: bool = True

    def of_only(self, names: Collection[str]) -> Mapping[str, str]:
        """The sums as they were when only these files were there."""
        return _running((name, data) for name, data in self.files if name in names)


def sums_of(files: Iterable[SourceFile], total: SourceFile | None) -> Sums:
    """Of these files, in their order."""
    found = tuple((file.name, file.data) for file in files)
    known = _running(found)
    return Sums(found, known, total is not None and total.text.split() == _written(known).split())


def directives(text: str) -> list[tuple[str, str]]:
    """Those at the top of a file: they count only where an empty line stands behind them."""
    found: list[tuple[str, str]] = []
    lines = text.split("\n")
    for line in lines:
        if not line.startswith(("--", "#")):
            return found if not line.strip() else []
        match = _DIRECTIVE.match(line.strip())
        if match is not None:
            found.append((match[1], (match[2] or "").strip()))
    return found


def _running(files: Iterable[tuple[str, bytes]]) -> dict[str, str]:
    total = hashlib.sha256()
    known: dict[str, str] = {}
    for name, data in files:
        total.update(name.encode())
        if ("sum", "ignore") in directives(data.decode(errors="replace")):
            continue
        total.update(data)
        known[name] = base64.b64encode(total.digest()).decode()
    return known


def _written(known: Mapping[str, str]) -> str:
    """atlas.sum as Atlas writes it."""
    whole = hashlib.sha256()
    for name, each in known.items():
        whole.update(name.encode() + each.encode())
    lines = [f"{name} h1:{each}" for name, each in known.items()]
    return "\n".join((f"h1:{base64.b64encode(whole.digest()).decode()}", *lines))
