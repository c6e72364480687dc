"""Flyway's settings: the names it knows, their defaults, and one typed value the rest of the adapter reads.

`Settings` is the flat mapping that a `Project` carries, in Flyway's own spelling. It never holds the connection, and
does not show its values when printed: placeholders are a common place for secrets.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

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


def options_of(settings: Mapping[str, str]) -> Options:
    """Typed options from flat settings; what is not set has Flyway's default."""

    def text(name: str, default: str) -> str:
        return settings.get(f"flyway.{name}", default)

    def flag(name: str, default: bool) -> bool:
        return text(name, str(default)).strip().lower() == "true"

    def several(name: str, default: tuple[str, ...] = ()) -> tuple[str, ...]:
        parts = tuple(part.strip() for part in text(name, "").split(","))
        return tuple(part for part in parts if part) or default

    schemas = several("schemas")
    return Options(
        table=text("table", TABLE),
        schema=settings.get("flyway.defaultSchema") or (schemas[0] if schemas else None),
        locations=several("locations"),
        encoding=text("encoding", "UTF-8"),
        versioned=text("sqlMigrationPrefix", "V"),
        undo=text("undoSqlMigrationPrefix", "U"),
        repeatable=text("repeatableSqlMigrationPrefix", "R"),
        baseline=text("baselineMigrationPrefix", "B"),
        separator=text("sqlMigrationSeparator", "__"),
        suffixes=several("sqlMigrationSuffixes", several("sqlMigrationSuffix", (".sql",))),
        placeholders_on=flag("placeholderReplacement", True),
        placeholder_prefix=text("placeholderPrefix", "${"),
        placeholder_suffix=text("placeholderSuffix", "}"),
        placeholder_separator=text("placeholderSeparator", ":"),
        mixed=flag("mixed", False),
        in_transaction=flag("executeInTransaction", True),
        group=flag("group", False),
        out_of_order=flag("outOfOrder", False),
        baseline_on_migrate=flag("baselineOnMigrate", False),
        baseline_version=text("baselineVersion", "1"),
        target=text("target", ""),
        cherry_pick=several("cherryPick"),
        skips_running=flag("skipExecutingMigrations", False),
        transactional_lock=flag("postgresql.transactional.lock", True),
        validates=flag("validateOnMigrate", True),
        ignored=_ignored(settings, several("ignoreMigrationPatterns")),
        ignored_by_choice="flyway.ignoreMigrationPatterns" in settings,
        sql_files=not flag("skipDefaultResolvers", False),
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
