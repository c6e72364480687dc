"""What Sqitch calls a change or a tag: the SHA-1 of all that its plan says of it, its parent's among it."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Sequence
from dataclasses import dataclass

_PLAIN = re.compile(r"https?://[a-z0-9.-]+(?P<path>(?:/[A-Za-z0-9._~-]*)*)")
_EMPTY = ("", "0")
"""What Perl takes for nothing."""


@dataclass(frozen=True, slots=True)
class Said:
    """Who planned it, when, and why."""

    at: str = ""
    planner: str = ""
    email: str = ""
    note: str = ""


def canonical(uri: str) -> str | None:
    """A project's URI as it stands in the description; None where what Sqitch makes of it is not known here."""
    if not uri:
        return ""
    found = _PLAIN.fullmatch(uri)
    if found is None:
        return None
    return uri if found["path"] else f"{uri}/"


def identity(
    kind: str,
    name: str,
    said: Said,
    head: Sequence[str],
    parent: str,
    requires: Sequence[str] = (),
    conflicts: Sequence[str] = (),
) -> str:
    """The hash. `head`: the project and its URI; `parent`: of a change the one before it, of a tag its change."""
    above = "change" if kind == "tag" else "parent"
    text = "\n".join((
        *head,
        f"{kind} {name}",
        *((f"{above} {parent}",) if parent else ()),
        f"planner {said.planner} <{said.email}>",
        f"date {said.at}",
        *(("\n  + ".join(("requires", *requires)),) if requires else ()),
        *(("\n  - ".join(("conflicts", *conflicts)),) if conflicts else ()),
        *(("", said.note) if said.note not in _EMPTY else ()),
    ))  # fmt: skip
    data = text.encode()
    return hashlib.sha1(b"%s %d\0" % (kind.encode(), len(data)) + data, usedforsecurity=False).hexdigest()
