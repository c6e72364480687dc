"""What the machine's owner says of everybody on it: who may act, and what the others look at (/etc/halfway.toml).

Only root's word counts. A file that somebody else owns or may write is refused, and with it every command: taken for
none it would let anybody act whom it was to keep out.
"""

from __future__ import annotations

import grp
import os
import stat
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from console.core.faults import UsageFault
from console.core.plain import one_line

PLACE = Path("/etc/halfway.toml")
_TEXTS = ("url", "project", "schema", "framework", "room", "config")
_KEPT = frozenset({"PATH", "HOME", "USER", "LOGNAME", "SHELL", "TERM", "COLORTERM", "NO_COLOR", "LANG", "LANGUAGE",
                   "TZ", "LINES", "COLUMNS", "TMUX", "STY", "XDG_RUNTIME_DIR", "HALFWAY_LINEAR"})  # fmt: skip
_BEGINNINGS = ("LC_", "SSH_")


@dataclass(frozen=True, slots=True)
class Site:
    """The file."""

    users: frozenset[str] = frozenset()
    """Who may act, by name."""
    groups: frozenset[str] = frozenset()
    """Who may act, by group."""
    looks_at: Mapping[str, str] | None = None
    """What everybody else looks at: url, project, schema, framework, room, config; as much of it as is said."""
    environment: bool = False
    """Whether the environment of those others counts."""
    choose: bool = False
    """Whether those others may name another database or project."""

    def may_act(self, user: str, groups: frozenset[str]) -> bool:
        """Whether this login may."""
        return user in self.users or bool(groups & self.groups)


def load_site(path: Path = PLACE) -> Site | None:
    """The file; None where there is none. UsageFault, one sentence, where it is not root's word or cannot be meant."""
    try:
        handle = os.open(path, os.O_RDONLY | os.O_NOFOLLOW | os.O_CLOEXEC)
    except FileNotFoundError:
        return None
    except OSError as problem:
        raise _wrong(path, problem.strerror or "it cannot be read") from None
    import tomllib

    with os.fdopen(handle, "rb") as file:
        found = os.fstat(handle)
        if found.st_uid != 0 or found.st_mode & (stat.S_IWGRP | stat.S_IWOTH) or not stat.S_ISREG(found.st_mode):
            raise _wrong(path, "it must be a plain file that belongs to root and that nobody else can write")
        try:
            values = tomllib.load(file)
        except (tomllib.TOMLDecodeError, UnicodeDecodeError) as problem:
            raise _wrong(path, f"it is not valid TOML: {problem}") from None
    return _site(path, values)


def _site(path: Path, values: Mapping[str, object]) -> Site:
    acting, looking = _part(path, values, "responders"), _part(path, values, "observers")
    unknown = [name for name in values if name not in ("responders", "observers")]
    unknown += [f"responders.{name}" for name in acting if name not in ("users", "groups")]
    unknown += [f"observers.{name}" for name in looking if name not in (*_TEXTS, "environment", "choose")]
    if unknown:
        raise _wrong(path, f"`{unknown[0]}` is not known there")
    texts = {name: looking[name] for name in _TEXTS if name in looking}
    flags = {name: looking.get(name, False) for name in ("environment", "choose")}
    if not all(isinstance(text, str) for text in texts.values()) or not all(type(f) is bool for f in flags.values()):
        raise _wrong(path, "[observers] holds texts in quotes, and environment and choose that are true or false")
    named = {name: str(text) for name, text in texts.items()}
    users, groups = _names(path, acting, "users"), _names(path, acting, "groups")
    return Site(users, groups, named, bool(flags["environment"]), bool(flags["choose"]))


def _part(path: Path, values: Mapping[str, object], name: str) -> dict[str, object]:
    found = values.get(name, {})
    if not isinstance(found, dict):
        raise _wrong(path, f"`{name}` must be a table: [{name}]")
    return found


def _names(path: Path, values: Mapping[str, object], name: str) -> frozenset[str]:
    found = values.get(name, [])
    if not isinstance(found, list) or not all(isinstance(each, str) for each in found):
        raise _wrong(path, f'`{name}` must be a list of names: ["..."]')
    return frozenset(found)


def _wrong(path: Path, why: str) -> UsageFault:
    todo = "Have it mended by whoever owns this machine: until then nobody may act or look"
    return UsageFault(f"{one_line(str(path))} cannot be used", one_line(why, 300), todo)


def own_groups() -> frozenset[str]:
    """The groups of this login, by name."""
    names = set()
    for gid in {os.getegid(), *os.getgroups()}:
        try:
            names.add(grp.getgrgid(gid).gr_name)
        except KeyError:
            continue
    return frozenset(names)


def harmless(environ: Mapping[str, str]) -> dict[str, str]:
    """What is left of an environment that does not count: no configuration, no address, no program to be run."""
    return {name: value for name, value in environ.items() if name in _KEPT or name.startswith(_BEGINNINGS)}
