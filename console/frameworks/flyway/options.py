"""Flyway's settings: the names it knows, their defaults, and one typed value the rest of the adapter reads.

`Settings` is the flat mapping that a `Project` carries, in Flyway's own spelling. It never holds the connection, and
does not show its values when printed: placeholders are a common place for secrets.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace

from console.readers.settings import canonical

PLACEHOLDERS = "flyway.placeholders."
TABLE = "flyway_schema_history"

_NAMES = """
url user password driver table defaultSchema schemas locations encoding sqlMigrationPrefix undoSqlMigrationPrefix
repeatableSqlMigrationPrefix baselineMigrationPrefix sqlMigrationSeparator sqlMigrationSuffixes sqlMigrationSuffix
placeholderReplacement placeholderPrefix placeholderSuffix placeholderSeparator mixed executeInTransaction group
outOfOrder baselineVersion baselineOnMigrate target cherryPick validateMigrationNaming validateOnMigrate
ignoreMigrationPatterns ignoreMissingMigrations ignoreIgnoredMigrations ignoreFutureMigrations skipDefaultResolvers
skipExecutingMigrations failOnMissingLocations installedBy environment postgresql.transactional.lock
"""
_BY_CANONICAL = {canonical(name): f"flyway.{name}" for name in _NAMES.split()}
CONNECTION = frozenset({"flyway.url", "flyway.user", "flyway.password"})


class Settings(dict[str, str]):
    """Settings that keep their values to themselves when printed."""

    def __repr__(self) -> str:
        return f"Settings({', '.join(sorted(self))})"

    __str__ = __repr__


def setting_name(name: str) -> str | None:
    """Flyway's own spelling of a name without its `flyway.`; None when it is no setting that matters here."""
    if canonical(name.partition(".")[0]) == "placeholders" and "." in name:
        return PLACEHOLDERS + name.partition(".")[2]
    return _BY_CANONICAL.get(canonical(name))


def named(values: Mapping[str, str], prefix: str) -> dict[str, str]:
    """The settings below `prefix`, in Flyway's spelling; unknown ones are left out."""
    found: dict[str, str] = {}
    for name, value in values.items():
        if name.lower().startswith(prefix) and (known := setting_name(name[len(prefix) :])):
            found[known] = value
    return found


@dataclass(frozen=True, slots=True)
class Options:
    """What the settings mean."""

    table: str = TABLE
    schema: str | None = None
    """Where the history table is; None: the connection's own schema."""
    locations: tuple[str, ...] = ()
    """Empty: Flyway's defaults."""
    encoding: str = "UTF-8"
    versioned: str = "V"
    undo: str = "U"
    repeatable: str = "R"
    baseline: str = "B"
    separator: str = "__"
    suffixes: tuple[str, ...] = (".sql",)
    placeholders_on: bool = True
    placeholder_prefix: str = "${"
    placeholder_suffix: str = "}"
    placeholder_separator: str = ":"
    mixed: bool = False
    in_transaction: bool = True
    group: bool = False
    out_of_order: bool = False
    baseline_on_migrate: bool = False
    baseline_version: str = "1"
    target: str = ""
    cherry_pick: tuple[str, ...] = ()
    """Versions or descriptions; the only ones that are run, in this order."""
    skips_running: bool = False
    """Migrations are recorded and not run."""
    transactional_lock: bool = True
    validates: bool = True
    ignored: tuple[str, ...] = ("*:future",)
    ignored_by_choice: bool = False
    """`ignored` was configured, it is not the default."""
    sql_files: bool = True


@dataclass(frozen=True, slots=True)
class _Given:
    """Settings by their names without `flyway.`."""

    settings: Mapping[str, str]

    def text(self, name: str, default: str) -> str:
        return self.settings.get(f"flyway.{name}", default)

    def flag(self, name: str, *, default: bool) -> bool:
        return self.text(name, str(default)).strip().lower() == "true"

    def several(self, name: str, default: tuple[str, ...] = ()) -> tuple[str, ...]:
        parts = tuple(part.strip() for part in self.text(name, "").split(","))
        return tuple(part for part in parts if part) or default


def options_of(settings: Mapping[str, str]) -> Options:
    """Typed options from flat settings; what is not set has Flyway's default."""
    given = _Given(settings)
    schemas = given.several("schemas")
    return replace(
        _of_a_run(given),
        table=given.text("table", TABLE),
        schema=settings.get("flyway.defaultSchema") or (schemas[0] if schemas else None),
        locations=given.several("locations"),
        encoding=given.text("encoding", "UTF-8"),
        versioned=given.text("sqlMigrationPrefix", "V"),
        undo=given.text("undoSqlMigrationPrefix", "U"),
        repeatable=given.text("repeatableSqlMigrationPrefix", "R"),
        baseline=given.text("baselineMigrationPrefix", "B"),
        separator=given.text("sqlMigrationSeparator", "__"),
        suffixes=given.several("sqlMigrationSuffixes", given.several("sqlMigrationSuffix", (".sql",))),
        placeholders_on=given.flag("placeholderReplacement", default=True),
        placeholder_prefix=given.text("placeholderPrefix", "${"),
        placeholder_suffix=given.text("placeholderSuffix", "}"),
        placeholder_separator=given.text("placeholderSeparator", ":"),
        sql_files=not given.flag("skipDefaultResolvers", default=False),
    )


def _of_a_run(given: _Given) -> Options:
    """What decides about the next run."""
    return Options(
        mixed=given.flag("mixed", default=False),
        in_transaction=given.flag("executeInTransaction", default=True),
        group=given.flag("group", default=False),
        out_of_order=given.flag("outOfOrder", default=False),
        baseline_on_migrate=given.flag("baselineOnMigrate", default=False),
        baseline_version=given.text("baselineVersion", "1"),
        target=given.text("target", ""),
        cherry_pick=given.several("cherryPick"),
        skips_running=given.flag("skipExecutingMigrations", default=False),
        transactional_lock=given.flag("postgresql.transactional.lock", default=True),
        validates=given.flag("validateOnMigrate", default=True),
        ignored=_ignored(given.settings, given.several("ignoreMigrationPatterns")),
        ignored_by_choice="flyway.ignoreMigrationPatterns" in given.settings,
    )


def _ignored(settings: Mapping[str, str], patterns: tuple[str, ...]) -> tuple[str, ...]:
    if "flyway.ignoreMigrationPatterns" in settings:
        return patterns
    found = ["*:future"] if settings.get("flyway.ignoreFutureMigrations", "true").lower() == "true" else []
    states = [s for s in ("Missing", "Ignored") if settings.get(f"flyway.ignore{s}Migrations", "").lower() == "true"]
    return (*found, *(f"*:{state.lower()}" for state in states))


def ignores(options: Options, kind: str, state: str) -> bool:
    """Whether validation overlooks a migration of that kind (versioned, repeatable) in that state."""
    for pattern in options.ignored:
        which, _, what = pattern.lower().partition(":")
        if which in {"*", kind} and what in {"*", state}:
            return True
    return False
