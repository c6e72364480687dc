"""`flyway undo` takes what was recorded last, by its undo script, in the editions that have the command."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

from console.core.ports import Project
from console.core.rollback import Rollback
from console.frameworks.flyway.history import Entry, History, Key
from console.readers.sqlfiles.tracking import back

_FILES = ("flyway.conf", "flyway.toml", "conf/flyway.conf", "conf/flyway.toml")
_HEEDS = ("FLYWAY_URL", "FLYWAY_USER", "FLYWAY_PASSWORD", "FLYWAY_CONFIG_FILES", "FLYWAY_LOCATIONS")
_PAID = "Only the paid editions of Flyway have undo: the free one refuses, and changes nothing."


def rollback(project: Project | None, history: History, undo: Mapping[Key, str]) -> Rollback:
    """What Flyway's own program would take back; where it runs inside an application or a build, it has no such one."""
    live = {key: entry for key, entry in history.versions.items() if entry.live and entry.row.success}
    newest = max(live, key=lambda key: _rank(live[key]), default=None)
    if project is not None and not any(Path(project.folder, name).is_file() for name in _FILES):
        return Rollback(why="Flyway runs inside the application or its build here: its own program has no settings.")
    if newest is None:
        return back(project, (), None, (), "")
    name = live[newest].row.id
    if newest != max((key for key in live if isinstance(key, tuple)), default=None):
        return Rollback(why=f"{name} was recorded last and is not the highest version: what undo takes is not known.")
    if newest not in undo:
        return Rollback(why=f"Flyway takes back only by an undo script, and there is none for {name}.")
    return back(project, ("flyway", "undo"), name, _HEEDS, _PAID)


def _rank(entry: Entry) -> int:
    return entry.row.rank or 0
