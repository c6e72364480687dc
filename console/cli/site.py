"""Whom the machine's owner lets act: everybody else looks, at what the owner named, whatever they type.

Fit for an sshd ForceCommand: what such a login types behind `ssh host` is not read (SSH_ORIGINAL_COMMAND is ignored).
"""

from __future__ import annotations

import os
from collections.abc import MutableMapping, Sequence
from pathlib import Path

from console.core.faults import UsageFault
from console.core.plain import one_line
from console.store.site import PLACE, Site, harmless, load_site, own_groups

_LOOKING = frozenset({"observe", "assess", "doctor", "preflight", "journal", "report", "--help", "-h", "--version"})
_CHANGES = frozenset({"--to", "--dry-run", "--shadow", "--scratch", "--ssh"})
"""Options by which something is written or run: what ssh runs, their own settings for it say."""


def arguments(given: Sequence[str], environ: MutableMapping[str, str], path: Path = PLACE) -> list[str]:
    """What is really meant by a command line, for whoever sits here. `environ` of one who may only look is made
    harmless where the owner says nothing else. UsageFault for what such a one may not do."""
    site = load_site(path)
    if site is None:
        return list(given)
    from console.store.person import user_name

    if site.may_act(user_name(os.geteuid()), own_groups()):
        return list(given)
    if not site.environment:
        kept = harmless(environ)
        environ.clear()
        environ.update(kept)
    return _chosen(given) + _named(site, given) if site.choose else _forced(given, site)


def _forced(given: Sequence[str], site: Site) -> list[str]:
    """The owner's own words; only the form of the answer is theirs."""
    if given[:1] == ["assess"]:
        return ["assess", *_options(site), *(["--json"] if "--json" in given else [])]
    return ["observe", *_options(site, room=True)]


def _chosen(given: Sequence[str]) -> list[str]:
    """What they typed, if it only looks."""
    first = given[0] if given else ""
    if changes := next((word for word in given if word.partition("=")[0] in _CHANGES), None):
        raise UsageFault(f"this login may only look, and {one_line(changes, 40)} writes or runs something")
    if first in _LOOKING:
        return list(given)
    if first and "://" not in first and not first.startswith("-"):
        raise UsageFault(f"this login may only look, and {one_line(first, 40)} is not for looking")
    return ["observe", *given]


def _named(site: Site, given: Sequence[str]) -> list[str]:
    """The room, where they named none."""
    room = (site.looks_at or {}).get("room")
    observes = not given or given[0] == "observe" or "://" in given[0] or given[0].startswith("-")
    return ["--room", room] if room and observes and "--room" not in given else []


def _options(site: Site, *, room: bool = False) -> list[str]:
    said = site.looks_at or {}
    words = [said["url"]] if "url" in said else []
    for name in ("project", "schema", "framework", "config", *(("room",) if room else ())):
        words += [f"--{name}", said[name]] if name in said else []
    return words
