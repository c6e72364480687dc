"""`bin/rails db:migrate:down VERSION=...`: it takes that version and no other, whatever else is recorded."""

from __future__ import annotations

from pathlib import Path

from console.core.migration import Ledger
from console.core.ports import Project
from console.core.rollback import Rollback, heeded
from console.readers.settings import environ_of

_HEEDS = ("RAILS_ENV", "RACK_ENV", "DATABASE_URL")
_WRITES = "Afterwards Rails writes db/schema.rb or db/structure.sql anew, unless its environment says otherwise."


def rollback(project: Project | None, ledger: Ledger) -> Rollback:
    """What `bin/rails` would take back: the newest version."""
    if project is None:
        return Rollback(why="The project of Rails was not found here.")
    if project.others:
        return Rollback(why="Several databases are configured: which of them db:migrate:down means is not known.")
    versions = [row.id for row in ledger.rows if row.id.isdecimal()]
    if not versions:
        return Rollback(why="Rails has recorded nothing.")
    newest = max(versions, key=int)
    there = Path(project.folder, "bin", "rails").is_file()
    words = ("bin/rails",) if there else ("bundle", "exec", "rails")
    return Rollback(
        (*words, "db:migrate:down", f"VERSION={newest}"),
        project.folder,
        (newest,),
        tuple(heeded(environ_of(project.settings), _HEEDS)),
        (_WRITES,),
    )
