"""Migration files to migrations: names, `.conf` beside them, placeholders, checksum, statements.

A project's files come from its locations (in every release that counts), or from what `--migrations` named. What is
odd about a file is said in its note; a file that cannot be read is kept, with the reason, in its place.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from functools import lru_cache
from pathlib import Path

from console.core.faults import ProjectFault
from console.core.migration import Migration
from console.core.ports import Files, Project
from console.core.statements import Statement, read_script
from console.frameworks.flyway.callbacks import Callback, FlywayFiles, event_of, in_order
from console.frameworks.flyway.names import FileName, Kind, checksum, parse_name, stem_of
from console.frameworks.flyway.options import Options, options_of
from console.frameworks.flyway.placeholders import placeholders_of
from console.frameworks.flyway.project import is_migration, places_of
from console.frameworks.flyway.transactions import way_of
from console.readers.settings import plain_properties
from console.readers.sources import (
    Deployment,
    SourceFile,
    deployment_of,
    from_folder,
    from_zip,
    gather_given,
    merged,
)

CONF = ".conf"
TWIN = "is the same migration: Flyway refuses to run"
ONLY_IF = "runs only if"
VALUELESS = "no value is known for the placeholder"
JARS = ("*.jar", "target/*.jar", "build/libs/*.jar", "lib/*.jar", "libs/*.jar")


@dataclass(frozen=True, slots=True)
class _Context:
    options: Options
    settings: Mapping[str, str]
    builtin: Mapping[str, str | None]
    dialect: str
    home: str


ALONE = "only one file was given, so nothing is said of the files of other migrations"


def read(project: Project, given: str | None, dialect: str, home: str) -> Files:
    """All migration files of a project, or those that `given` names."""
    options = options_of(project.settings)
    # Flyway puts its default schema first on the search path before it runs a file
    meant = options.schema or home
    context = _Context(options, project.settings, builtin_of(project, options, home), dialect, meant)
    if not options.sql_files:
        return Files(unread="flyway.skipDefaultResolvers is set: Flyway itself reads no SQL files")
    if given is not None:
        sources = list(_narrowed(gather_given(given, _Wanted(options), options.encoding), options))
        unread = ALONE if len(sources) == 1 and not Path(given).is_dir() else ""
    else:
        try:
            sources, unread = _of_project(project, options, dialect)
        except OSError as error:
            raise ProjectFault(f"{project.folder} cannot be read", error.strerror or "") from None
    return _files(sources, context, unread, lone=given is not None)


def builtin_of(project: Project | None, options: Options, home: str) -> dict[str, str | None]:
    """Flyway's own placeholders, as far as the project tells; the rest is None."""
    url = project.url if project else None
    return {
        "defaultSchema": options.schema or home,
        "user": url.username if url else None,
        "database": url.database if url else None,
        "table": options.table,
        "timestamp": None,
        "filename": None,
        "environment": (project.settings if project else {}).get("flyway.environment", "default"),
        "workingDirectory": project.folder if project else None,
    }


@dataclass(frozen=True, slots=True)
class _Wanted:
    """Migrations and callbacks, and the `.conf` beside them."""

    options: Options

    def __call__(self, name: str) -> bool:
        plain = name.removesuffix(CONF)
        return is_migration(plain, self.options) or bool(event_of(plain, self.options))


def _narrowed(files: list[SourceFile], options: Options) -> list[SourceFile]:
    """Of a whole file system (an image, a container) only what lies in a configured or usual location."""
    names = [location.rpartition(":")[2].strip("/*") for location in options.locations]
    for tail in (*(name for name in names if name), "db/migration"):
        inside = [file for file in files if f"/{tail}/" in f"/{file.inside}"]
        if inside:
            return inside
    return files


def _of_project(project: Project, options: Options, dialect: str) -> tuple[list[SourceFile], str]:
    folder = Path(project.folder)
    deployment = deployment_of(folder)
    if deployment is not None and deployment.names:
        return _of_releases(deployment, folder, options, dialect)
    return _of_folder(folder, options, dialect)


def _of_folder(folder: Path, options: Options, dialect: str) -> tuple[list[SourceFile], str]:
    places = places_of(folder, options, dialect)
    files = [
        file for place in places.folders for file in from_folder(place, _Wanted(options), folder, options.encoding)
    ]
    if not files and (packed := _of_jar(folder, options)):
        return packed, ""
    return files, "" if places.folders else " ".join(places.missing)


def _of_jar(folder: Path, options: Options) -> list[SourceFile]:
    jars = sorted({jar for pattern in JARS for jar in folder.glob(pattern)}, key=lambda jar: -jar.stat().st_mtime)
    classpath = [place.removeprefix("classpath:").strip("/") for place in options.locations if ":" not in place[10:]]
    for jar in jars[:10]:
        for location in classpath or ["db/migration"]:
            for root in ("BOOT-INF/classes/", "WEB-INF/classes/", ""):
                if files := from_zip(jar, f"{root}{location}/", _Wanted(options), options.encoding):
                    return files
    return []


def _of_releases(deployment: Deployment, folder: Path, options: Options, dialect: str) -> tuple[list[SourceFile], str]:
    inside = folder.resolve().relative_to(deployment.folder(deployment.named)) if deployment.named else Path()
    by_release: dict[str, list[SourceFile]] = {}
    problems: list[str] = []
    for name in deployment.names:
        place = deployment.folder(name) / inside
        by_release[name], problem = _of_folder(place, options, dialect) if place.is_dir() else ([], "")
        problems += [f"Release {name}: {problem}"] if problem and name == deployment.linked else []
    files = merged(deployment, by_release, lambda file: _key(file, options))
    return files, "" if files else " ".join(problems)


def _key(file: SourceFile, options: Options) -> str:
    name = parse_name(file.name, options)
    return name.key if name else file.inside


def _files(sources: Iterable[SourceFile], context: _Context, unread: str, lone: bool) -> FlywayFiles:
    every = list(sources)
    confs = {file.path: file for file in every if file.name.endswith(CONF)}
    ups: list[tuple[FileName, Migration]] = []
    downs: list[tuple[FileName, Migration]] = []
    callbacks: list[Callback] = []
    for file in every:
        if file.path in confs:
            continue
        if event := event_of(file.name, context.options):
            callbacks.append(_callback(event, file, confs.get(file.path + CONF), context))
            continue
        name = parse_name(file.name, context.options)
        if name is None and lone:
            name = FileName(Kind.VERSIONED, None, file.name)
        if name is not None:
            migration = _migration(file, name, confs.get(file.path + CONF), context)
            (downs if name.kind is Kind.UNDO else ups).append((name, migration))
    undo = {name.version.parts: migration for name, migration in downs if name.version}
    joined = [(name, _with_down(name, migration, undo)) for name, migration in sorted(ups, key=_order)]
    down = tuple(migration for _, migration in sorted(downs, key=_order))
    return FlywayFiles(tuple(_told_apart(joined)), down, unread, in_order(callbacks))


def _order(pair: tuple[FileName, Migration]) -> tuple[bool, tuple[int, ...], bool, str, str]:
    name, migration = pair
    parts = name.version.parts if name.version else ()
    return (name.kind is Kind.REPEATABLE, parts, name.kind is not Kind.BASELINE, name.description, migration.file)


def _with_down(name: FileName, migration: Migration, undo: Mapping[tuple[int, ...], Migration]) -> Migration:
    found = undo.get(name.version.parts) if name.version and name.kind is Kind.VERSIONED else None
    return replace(migration, down=found.statements) if found else migration


def _told_apart(named: list[tuple[FileName, Migration]]) -> Iterator[Migration]:
    """Flyway refuses two files of one version; here all stay, told apart by their file names."""
    groups: dict[str, list[Migration]] = {}
    for name, migration in named:
        groups.setdefault(name.key, []).append(migration)
    for name, migration in named:
        group = groups[name.key]
        if len(group) == 1:
            yield migration
            continue
        other = next(m for m in group if m is not migration)
        note = _joined(migration.note, f"{other.file} {TWIN}")
        own = migration.id if migration is group[0] else f"{migration.id} ({migration.file.rpartition('/')[2]})"
        yield replace(migration, id=own, note=note)


def _joined(*notes: str) -> str:
    return "; ".join(note for note in notes if note)


def _callback(event: str, file: SourceFile, conf: SourceFile | None, context: _Context) -> Callback:
    description = (stem_of(file.name, context.options) or "").partition(context.options.separator)[2]
    return Callback(event, _migration(file, FileName(Kind.VERSIONED, None, description), conf, context))


def _migration(file: SourceFile, name: FileName, conf: SourceFile | None, context: _Context) -> Migration:
    own = plain_properties(conf.text) if conf else {}
    if own.get("encoding"):
        file = file.decoded(own["encoding"])
    options = context.options
    on = own.get("placeholderReplacement", "true").lower() == "true"
    placeholders = placeholders_of(context.settings, options, {**context.builtin, "filename": file.name}, on)
    replaced = placeholders.replace(file.text.removeprefix("\ufeff"))
    own_way = {"true": True, "false": False}.get(own.get("executeInTransaction", "").lower())
    way = way_of(replaced.text, context.dialect, options.mixed, options.in_transaction, own_way)
    statements = tuple(
        placeholders.without_sense(statement, replaced)
        for statement in _statements(replaced.text, context.dialect, context.home, way.transactional)
    )
    missing = [f"{VALUELESS} {placeholders.spelled(unknown)}" for unknown in replaced.unknown]
    skipped = f"{ONLY_IF} {own['shouldExecute'].strip()}" if own.get("shouldExecute") else ""
    repeatable = name.kind is Kind.REPEATABLE
    summed = placeholders.replace(file.text, reveal=True).text if repeatable else file.text
    return Migration(
        id=name.id if name.kind is Kind.REPEATABLE or name.version else file.name,
        description=name.description,
        file=file.path,
        statements=statements,
        text=file.text,
        checksum=None if file.unreadable else str(checksum(summed)),
        transactional=way.transactional,
        repeatable=repeatable,
        release=file.release,
        from_failed_deploy=file.from_failed_deploy,
        modified_at=file.modified_at,
        uncommitted=file.uncommitted,
        unreadable=file.unreadable,
        note=_joined(*file.notes, way.note, *missing, skipped),
    )


@lru_cache(maxsize=8192)
def _statements(text: str, dialect: str, home: str, transactional: bool) -> tuple[Statement, ...]:
    return read_script(text, dialect, home, transactional=transactional)
