"""Halfway's own configuration file: where to look, never what to do.

A small TOML file named by --config (or HALFWAY_CONFIG). It may name a database and a project, so that a responder
types nothing at 3 a.m.; relative paths mean beside the file. A password is better kept in PGPASSWORD or .pgpass.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, fields
from pathlib import Path
from typing import TYPE_CHECKING

from console.core.expected_base import Ignore
from console.core.faults import UsageFault
from console.core.preferences import USUAL, Preferences
from console.core.schema import Kind
from console.store.exceptions import exceptions
from console.store.preferences import NAMES as PREFERENCES
from console.store.preferences import preferences

if TYPE_CHECKING:
    from console.core.contacts import Contact
    from console.core.exceptions import Allow

_LISTS = frozenset({"ignore", "backups", "contacts", "smoke", "redact", "cache", "preflight", *PREFERENCES})
"""Keys that hold something else than one text."""
_RULE = frozenset({"object", "reason", "kind"})


@dataclass(frozen=True, slots=True)
class Config:
    """What the file says; None: nothing."""

    url: str | None = None
    project: str | None = None
    migrations: str | None = None
    framework: str | None = None
    schema: str | None = None
    production: str | None = None
    """Names of databases, with commas, whose actions are typed with `on <database>` behind the phrase."""
    admin_port: str | None = None
    """MySQL's admin port or MariaDB's extra_port: the way in when no ordinary connection is left."""
    expect: str | None = None
    """What the schema should be: a snapshot, an SQL dump, or the URL of another database."""
    backups: tuple[str, ...] = ()
    """Where backups lie: folders, or URLs that fsspec reads (extra `backups`)."""
    scratch: str | None = None
    """The URL of an empty database beside production, to load a backup into."""
    ignore: tuple[Ignore, ...] = ()
    """Differences that do not count: `[[ignore]]` with `object`, `reason` and perhaps `kind`."""
    allow: tuple[Allow, ...] = ()
    """Findings of preflight that somebody knows of: `[[preflight.allow]]` with `rule` and `reason`, and perhaps
    `migration`, `table` and `until`."""
    contacts: tuple[Contact, ...] = ()
    """Whom to call: `[[contacts]]` with `name`, and perhaps `reach` and `when`."""
    smoke: tuple[str, ...] = ()
    """A command that ends with 0 where the application works: a list of its words."""
    room: str | None = None
    """Where people meet: the folder of a room, or the URL of a database that is not the incident's."""
    two_person: str | None = None
    """`losing` or `all`: for which plans a partner is asked."""
    redact: bool = False
    """No value of a row is kept or shown, as with --redact."""
    cache: bool = True
    """What is read of migration files is kept in the user's cache folder for the next start."""
    preferences: Preferences = USUAL
    """Keys, colours, times, hints and what is remembered."""
    path: str = ""
    """The file itself."""


def load(path: str | None, environ: Mapping[str, str]) -> Config:
    """Read the file that was named, or none. UsageFault with one clear sentence when it cannot be used."""
    name = path or environ.get("HALFWAY_CONFIG")
    if not name:
        return Config()
    import tomllib

    known = {f.name for f in fields(Config)} - {"path", "allow", "preferences", *_LISTS}
    try:
        values = tomllib.loads(Path(name).expanduser().read_text(encoding="utf-8"))
    except OSError as problem:
        raise UsageFault(f"cannot read the configuration {name}", problem.strerror or "", "Check --config") from None
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as problem:
        raise UsageFault(f"the configuration {name} is not valid TOML", str(problem)) from None
    rules = _rules(values.pop("ignore", []), name)
    allow = exceptions(values.pop("preflight", {}), name)
    backups = _texts(values.pop("backups", []), "backups", name)
    smoke = _texts(values.pop("smoke", []), "smoke", name)
    contacts = _contacts(values.pop("contacts", []), name)
    redact, cache = _switch(values, "redact", name, usual=False), _switch(values, "cache", name, usual=True)
    liked = preferences(values, name)
    unknown = sorted(set(values) - known)
    if unknown:
        todo = f"Known are {', '.join(sorted({*known, *_LISTS}))}"
        raise UsageFault(f"the configuration {name} has an unknown key `{unknown[0]}`", todo=todo)
    wrong = sorted(key for key, value in values.items() if not isinstance(value, str))
    if wrong:
        raise UsageFault(f"the configuration {name} is wrong", f"`{wrong[0]}` must be a text in quotes")
    if values.get("two_person", "all") not in ("losing", "all"):
        raise UsageFault(f"the configuration {name} is wrong", '`two_person` must be "losing" or "all"')
    folder = Path(name).expanduser().parent
    places = tuple(_placed({"backups": text}, folder)["backups"] for text in backups)
    return Config(**_placed(values, folder), ignore=rules, allow=allow, backups=places, contacts=contacts,
                  smoke=smoke, redact=redact, cache=cache, preferences=liked, path=name)  # fmt: skip


def _switch(values: dict[str, object], key: str, name: str, *, usual: bool) -> bool:
    found = values.pop(key, usual)
    if not isinstance(found, bool):
        raise UsageFault(f"the configuration {name} is wrong", f"`{key}` must be true or false")
    return found


def _texts(found: object, key: str, name: str) -> tuple[str, ...]:
    if not isinstance(found, list) or not all(isinstance(text, str) and text for text in found):
        raise UsageFault(f"the configuration {name} is wrong", f'`{key}` must be a list of texts: ["..."]')
    return tuple(found)


def _contacts(found: object, name: str) -> tuple[Contact, ...]:
    """Whom to call; who has no name cannot be asked for."""
    from console.core.contacts import Contact

    people = [found] if isinstance(found, dict) else found
    known = frozenset(f.name for f in fields(Contact))
    if not isinstance(people, list) or not all(_is_contact(person, known) for person in people):
        raise UsageFault(f"the configuration {name} is wrong", "[[contacts]] needs name, and may have reach and when")
    return tuple(Contact(**person) for person in people)


def _is_contact(person: object, known: frozenset[str]) -> bool:
    if not isinstance(person, dict) or not person.get("name") or set(person) - known:
        return False
    return all(isinstance(text, str) for text in person.values())


def _rules(found: object, name: str) -> tuple[Ignore, ...]:
    """What is to be ignored; a rule without a reason is none."""
    if not isinstance(found, list):
        raise UsageFault(f"the configuration {name} is wrong", "`ignore` must be tables: [[ignore]]")
    return tuple(_rule(rule, name) for rule in found)


def _rule(rule: object, name: str) -> Ignore:
    kinds = {kind.value for kind in Kind}
    texts = isinstance(rule, dict) and all(isinstance(value, str) and value for value in rule.values())
    if not texts or not isinstance(rule, dict) or {"object", "reason"} - set(rule) or set(rule) - _RULE:
        raise UsageFault(f"the configuration {name} is wrong", "[[ignore]] needs object and reason, and may have kind")
    if rule.get("kind", "table") not in kinds:
        raise UsageFault(f"the configuration {name} is wrong", f"{rule['kind']} is not a kind of object")
    return Ignore(rule["object"], rule["reason"], rule.get("kind", ""))


def _placed(values: Mapping[str, str], folder: Path) -> dict[str, str]:
    """Relative paths mean: beside the file, wherever the responder stands."""
    named = {key: values[key] for key in ("project", "migrations", "expect", "backups", "room") if key in values}
    files = {key: text for key, text in named.items() if text != "-" and "://" not in text}
    return {**values, **{key: str(folder / Path(text).expanduser()) for key, text in files.items()}}
