"""A project of several databases: which of them is looked at, so that no migration is judged in another's."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path

from console.core.migration import Ledger, Migration
from console.core.observation import Server
from console.core.ports import Project
from console.frameworks.rails.dumps import FIRST, Dump
from console.frameworks.rails.files import RailsFiles

NOT_TOLD = "which of the project's databases this is cannot be told, so none of their files is judged"


@dataclass(frozen=True, slots=True)
class Here:
    """What of a project's files is for the database that is looked at."""

    migrations: tuple[Migration, ...] = ()
    others: tuple[tuple[str, Migration], ...] = ()
    """What is not, with the reason."""
    dump: Dump | None = None
    """What stands for migrations whose files are gone."""
    told: str = ""
    """What is to be said of the choice."""
    files_of: Mapping[str, str] = field(default_factory=dict)
    """Versions that only other databases have a file of, and whose."""


def here(project: Project | None, files: RailsFiles, ledger: Ledger, server: Server) -> Here:
    """The files of the databases that go by this one's name; where none or several do, what is recorded decides."""
    every = {FIRST: files.migrations, **files.others}
    if not files.others:
        return Here(files.migrations, dump=files.dumps.get(FIRST))
    wanted = _by_name(project, every, server) or _by_rows(every, ledger)
    # databases may share a folder
    found_here = {m.file: m for name in every if name in wanted for m in every[name]}
    ours, own = tuple(found_here.values()), {m.id for m in found_here.values()}
    rest = {name: found for name, found in every.items() if name not in wanted}
    others = tuple((_why(name, wanted), m) for name, found in rest.items() for m in found if m.file not in found_here)
    theirs = {m.id: name for name, found in rest.items() for m in found if m.id not in own}
    dumps = [files.dumps[name] for name in every if name in wanted and name in files.dumps]
    return Here(ours, others, dumps[0] if len(wanted) == 1 and dumps else None, _told(wanted, rest), theirs)


def _by_name(project: Project | None, every: Mapping[str, tuple[Migration, ...]], server: Server) -> frozenset[str]:
    """Those that are configured under the name of this database, where all of them are one and the same."""
    if project is None:
        return frozenset()
    urls = {FIRST: project.url, **{one.name: one.url for one in project.others if one.name in every}}
    found = {
        name: (url.host, url.port, url.database)
        for name, url in urls.items()
        if url is not None and _same(str(url.database or ""), server)
    }
    return frozenset(found) if len(set(found.values())) == 1 else frozenset()


def setting(project: Project | None, name: str, server: Server) -> str:
    """A setting of the database that goes by this one's name; of the first where none does."""
    if project is None:
        return ""
    named = (one.name for one in project.others if one.url is not None and _same(str(one.url.database or ""), server))
    is_first = project.url is None or _same(str(project.url.database or ""), server)
    other = "" if is_first else next(named, "")
    return project.settings.get(f"{name}.{other}" if other else name, "")


def _same(database: str, server: Server) -> bool:
    if server.grammar == "sqlite":
        return Path(database).name == Path(server.name).name
    return database.lower() == server.name.lower()


def _by_rows(every: Mapping[str, tuple[Migration, ...]], ledger: Ledger) -> frozenset[str]:
    """The one whose versions are recorded here, where that is one."""
    rows = {row.id for row in ledger.rows}
    fits = {name: len(rows & {m.id for m in found}) for name, found in every.items()}
    best = [name for name, count in fits.items() if count and count == max(fits.values())]
    return frozenset(best) if len(best) == 1 else frozenset()


def _why(name: str, wanted: frozenset[str]) -> str:
    return f"it is for the database {name} of this project" if wanted else NOT_TOLD


def _told(wanted: frozenset[str], rest: Mapping[str, tuple[Migration, ...]]) -> str:
    if not wanted:
        return NOT_TOLD
    return "; ".join(_of_each(rest)) and f"not judged here: {'; '.join(_of_each(rest))}"


def _of_each(rest: Mapping[str, tuple[Migration, ...]]) -> Iterator[str]:
    for name, found in rest.items():
        if found:
            yield f"{len(found)} {'file' if len(found) == 1 else 'files'} for the database {name}"
