"""The composition root: options, environment and disk become a Source; nothing else knows every adapter."""

from __future__ import annotations

import os
import stat
import sys
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import TYPE_CHECKING

from console import dialects, frameworks
from console.core.faults import Fault, UsageFault
from console.core.plain import one_line
from console.core.ports import Framework, OtherDatabase, Project
from console.incident import Source
from console.lanes.elsewhere import Other
from console.lanes.of_tenants import seen_from
from console.machine import LocalMachine, SystemClock
from console.store.config import load
from console.store.options import Options
from console.tunnel import Beyond, led

if TYPE_CHECKING:
    from sqlalchemy.engine import URL

__all__ = ["DRIVERS", "EXAMPLE", "UNSAID", "Found", "Options", "Source", "SystemClock", "find", "located", "parse_url",
           "shown", "source", "with_password"]  # fmt: skip

DRIVERS = {
    "mariadb": "mariadb+pymysql",
    "mysql": "mysql+pymysql",
    "postgres": "postgresql+psycopg",
    "postgresql": "postgresql+psycopg",
    "sqlite": "sqlite",
}
"""What a person writes -> what SQLAlchemy calls it."""
EXAMPLE = "postgresql://user@host/database"
UNSAID = "this project does not say which database it uses, and here is no ledger of it: give the URL if it is this one"
_PORTS = {"postgresql": "5432", "mysql": "3306"}
_LOCAL = frozenset({"127.0.0.1", "::1", "localhost"})
_HARMLESS = frozenset({"host", "port", "service", "sslmode", "admin_port"})


@dataclass(frozen=True, slots=True)
class Found:
    """What wiring found before any connection was made."""

    options: Options
    projects: tuple[tuple[Framework, Project | None], ...]
    url: URL | None
    url_from: str
    """Where the URL came from; without one, why there is none."""
    left_out: Mapping[str, str] = field(default_factory=dict)
    """Frameworks of other packages that cannot be used, and why."""
    unfound: Mapping[str, str] = field(default_factory=dict)
    """Why it is not known which project of a framework is meant, where nobody asked for one."""

    @property
    def database(self) -> URL:
        """The URL. UsageFault when no database was named anywhere."""
        if self.url is None:
            raise UsageFault(self.url_from, todo=f"Give a URL ({EXAMPLE}) or --project DIR")
        return self.url


def find(options: Options, environ: Mapping[str, str] | None = None) -> Found:
    """Projects and the database they mean; a tunnel to it is opened. UsageFault for options that cannot be meant."""
    found = _direct(options, environ)
    return found if found.url is None else replace(found, url=led(found.url, options.ssh))


def _direct(options: Options, environ: Mapping[str, str] | None) -> Found:
    environ = os.environ if environ is None else environ
    options, named_by = _with_config(options, environ)
    folder = _folder(options)
    if options.migrations is not None:
        _check_migrations(options.migrations)
    url = _with_door(located(parse_url(options.url), folder), options) if options.url else None
    projects, left_out, unfound = _projects(options, folder, environ)
    if url is not None:
        return Found(options, projects, url, named_by, left_out, unfound)
    for _, project in projects:
        if project is not None and project.url is not None:
            named = _with_door(located(project.url, Path(project.folder)), options)
            projects = tuple((f, _apart(p, named)) for f, p in projects)
            return Found(options, projects, named, project.url_from, left_out, unfound)
    return Found(options, projects, None, _no_database(projects, folder), left_out, unfound)


def _apart(project: Project | None, url: URL) -> Project | None:
    """The project, which says so when it names another database than the one that is looked at: judged by the wrong
    one, all of it would seem to be pending."""
    if project is None:
        return None
    if project.url is None:
        return replace(project, apart=UNSAID)
    own = located(project.url, Path(project.folder))
    if _address(own) == _address(url):
        return project
    why = f"this project names another database, {shown(own)}: --framework {project.framework} looks at that one"
    return replace(project, apart=f"{why}; if both are one database, give its URL")


def _address(url: URL) -> tuple[object, ...]:
    """What tells two databases apart, however their URLs are written."""
    family = {"mariadb": "mysql"}.get(url.get_backend_name(), url.get_backend_name())
    host = str(url.host or url.query.get("host") or url.query.get("unix_socket") or "localhost").lower()
    port = str(url.port or url.query.get("port") or _PORTS.get(family, ""))
    return family, "localhost" if host in _LOCAL else host, port, url.database


def source(found: Found) -> Source:
    """Everything an Incident needs. UsageFault when no database was named."""
    named = (other for _, project in found.projects if project for other in project.others)
    others = tuple(_other(found, other) for other in named)
    here = LocalMachine(programs=frameworks.programs(tool for tool, _ in found.projects))
    home, (tools, shared) = _schema(found), seen_from(found.projects, found.options.schema)
    return Source(
        others=others,
        dialect=dialects.open_dialect(found.database.get_backend_name()),
        url=found.database,
        frameworks=tools,
        shared=shared,
        machine=Beyond(here) if found.options.ssh else here,
        clock=SystemClock(),
        given=found.options.migrations,
        home=home,
        ignore=found.options.ignore,
        allow=found.options.allow,
        redact=found.options.redact,
        contacts=found.options.contacts,
        left_out=tuple(found.left_out.items()),
        unfound=found.unfound,
    )


def _schema(found: Found) -> str | None:
    """What --schema named. UsageFault where a database has none: the wrong one would be judged."""
    schema, url = found.options.schema, found.database
    if schema is None or url.get_backend_name() not in ("mysql", "mariadb"):
        return schema
    if schema != url.database:
        raise UsageFault(
            "a database of MySQL or MariaDB has no schemas, so --schema means nothing there",
            todo=f"Name the database in the URL: {url.get_backend_name()}://user@host/{one_line(schema, 80)}",
        )
    return None


def _other(found: Found, other: OtherDatabase) -> Other:
    if other.url is None:
        return Other(other.name, why=other.why)
    backend, own = other.url.get_backend_name(), found.database.get_backend_name()
    if backend != own:
        return Other(other.name, why=f"it is on {backend}, which is not read beside {own} yet")
    return Other(other.name, dialects.open_dialect(backend), led(other.url, found.options.ssh), other.why)


def with_password(found: Found, password: str) -> Found:
    """The same with the password a person typed."""
    return replace(found, url=found.database.set(password=password))


def shown(url: URL) -> str:
    """A URL for people: without driver, password and any option that could be secret."""
    plain = url.set(drivername=url.get_backend_name(), query={})
    options = "&".join(f"{name}={value}" for name, value in url.query.items() if name in _HARMLESS)
    return plain.render_as_string(hide_password=True) + (f"?{options}" if options else "")


def parse_url(text: str) -> URL:
    """A SQLAlchemy URL from what a person wrote. UsageFault with one sentence that repeats nothing of it."""
    from console.core.urls import make_url

    text = text.strip()
    if text.startswith("jdbc:"):
        raise UsageFault("this is a JDBC URL", todo=f"Write it like {EXAMPLE}")
    # With the password cut off wrongly, a part of it would be shown as the name of the host.
    if text.partition("?")[0].count("@") > 1:
        raise UsageFault("the URL holds more than one @", todo="Write an @ in a password as %40")
    try:
        url = make_url(text)
    except ValueError:
        raise UsageFault("this is not a database URL", todo=f"Write it like {EXAMPLE}") from None
    backend = url.get_backend_name()
    if backend not in DRIVERS:
        todo = f"Known are {', '.join(dialects.names())}"
        raise UsageFault(f"{one_line(backend, 40)} is not a server this version knows", todo=todo)
    return url.set(drivername=DRIVERS[backend])


def located(url: URL, folder: Path) -> URL:
    """The URL with the whole path of its file, where it is one: `folder` is where a relative one begins. Who writes
    three slashes before an absolute path means that one, when only that is there."""
    if url.get_backend_name() != "sqlite":
        return url
    path = (url.database or "").removeprefix("file:").partition("?")[0]
    if not path or ":memory:" in path:
        raise UsageFault("the database is in memory: only the program that made it can read it")
    here, above = folder.absolute() / Path(path).expanduser(), Path("/", path)
    return url.set(database=str(above if above.exists() and not here.exists() else here))


def _with_door(url: URL, options: Options) -> URL:
    """The URL with the port by which a full server is entered, unless it names one itself."""
    theirs = options.admin_port and url.get_backend_name() in ("mysql", "mariadb") and "admin_port" not in url.query
    return url.update_query_dict({"admin_port": options.admin_port or ""}) if theirs else url


def _with_config(options: Options, environ: Mapping[str, str]) -> tuple[Options, str]:
    """The options completed by environment and configuration, and who named the URL."""
    config = load(options.config, environ)
    named = ((options.url, "the command line"), (environ.get("HALFWAY_URL"), "HALFWAY_URL"), (config.url, config.path))
    url, named_by = next(((url, by) for url, by in named if url), (None, ""))
    completed = replace(
        options,
        url=url,
        project=options.project or config.project,
        migrations=options.migrations or config.migrations,
        framework=options.framework or config.framework,
        schema=options.schema or config.schema,
        ignore=config.ignore,
        allow=config.allow,
        admin_port=config.admin_port,
        backups=config.backups,
        scratch=config.scratch,
        contacts=config.contacts,
        smoke=config.smoke,
        config_file=config.path,
        preferences=config.preferences,
        redact=options.redact or config.redact,
        cache=config.cache,
        production=tuple(name.strip() for name in (config.production or "").split(",") if name.strip()),
    )
    return completed, named_by


def _folder(options: Options) -> Path:
    try:
        folder = Path(options.project).expanduser() if options.project else Path.cwd()
    except FileNotFoundError:
        raise UsageFault(
            "the current folder does not exist any more", todo="Go to another one, or name --project DIR"
        ) from None
    mode = _mode_of(folder, f"the folder {one_line(str(options.project or folder))}")
    if not stat.S_ISDIR(mode):
        raise UsageFault(f"{one_line(str(folder))} is not a folder", todo="--project takes the folder of the project")
    return folder


def _check_migrations(given: str) -> None:
    if given != "-":
        _mode_of(Path(given).expanduser(), f"--migrations {one_line(given)}")
    elif sys.stdin is None or sys.stdin.closed or sys.stdin.isatty():
        raise UsageFault("--migrations - reads a tar or SQL from stdin, and nothing is piped in")


def _mode_of(path: Path, name: str) -> int:
    try:
        return path.stat().st_mode
    except (OSError, ValueError) as problem:
        why = getattr(problem, "strerror", None) or type(problem).__name__
        raise UsageFault(f"{name} cannot be read", why) from None


def _projects(
    options: Options, folder: Path, environ: Mapping[str, str]
) -> tuple[tuple[tuple[Framework, Project | None], ...], dict[str, str], dict[str, str]]:
    """Each framework with its project, those that cannot be used and why, and those whose project is not known."""
    chosen, left_out = frameworks.chosen(options.framework)
    seen = [(framework, *_detected(framework, folder, environ, options)) for framework in chosen]
    found = tuple((framework, project) for framework, project, _ in seen)
    if options.migrations and not any(project for _, project in found):
        found = tuple((framework, Project(framework.name, options.migrations, bare=True)) for framework in chosen)
    unfound = {framework.name: why for framework, _, why in seen if why}
    return found, left_out | frameworks.failed(chosen), unfound


def _detected(
    framework: Framework, folder: Path, environ: Mapping[str, str], options: Options
) -> tuple[Project | None, str]:
    """The project, or why it is not known which; who named a database and no project did not ask about the folder that
    happens to be the current one."""
    try:
        return framework.detect(folder, environ), ""
    except Fault as fault:
        if options.project is None and options.url is not None:
            return None, str(fault)
        raise


def _no_database(projects: tuple[tuple[Framework, Project | None], ...], folder: Path) -> str:
    found = [project for _, project in projects if project is not None]
    if not found:
        return f"no database was named and no project was found in {folder}"
    missing = f": {found[0].missing[-1].rstrip('.')}" if found[0].missing else ""
    return f"the {found[0].framework} project in {found[0].folder} does not say which database it uses{missing}"
