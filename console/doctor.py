"""What Halfway found and what it lacks, before anybody trusts its picture."""

from __future__ import annotations

from collections.abc import Iterator

from console.core.faults import Fault
from console.core.observation import Server
from console.core.plain import one_line
from console.core.ports import Framework, Link, Project, Right
from console.wiring import Found, Options, find, source


def examine(options: Options) -> tuple[tuple[str, ...], bool]:
    """(lines for a person, whether anything is missing). Raises the fault when no server can be reached."""
    found = find(options)
    link = source(found).dialect.open(found.url, "doctor")
    try:
        server, rights = link.server(), link.rights()
        ledgers = tuple(_ledgers(link, found))
    finally:
        link.close()
    lines = [
        line for framework, project in found.projects for line in _project_lines(framework, project, found, server)
    ]
    lines += [f"CONNECTION  {found.url.render_as_string(hide_password=True)} (from {found.url_from})"]
    lines += _server_lines(server)
    lines += [text for text, _ in ledgers]
    lines += [_right_line(right) for right in rights]
    lines += [f"            {right.grant};" for right in rights if not right.held and right.grant]
    missing = any(not right.held for right in rights) or any(not ok for _, ok in ledgers)
    missing = missing or not any(project for _, project in found.projects) or server.replica
    return tuple(one_line(line) if not line.startswith(" ") else line for line in lines), missing


def _project_lines(framework: Framework, project: Project | None, found: Found, server: Server) -> Iterator[str]:
    if project is None:
        yield f"PROJECT     {framework.name}: MISSING, none found (name it with --project DIR)"
        return
    yield f"PROJECT     {framework.name} in {project.folder}"
    if project.releases:
        yield f"RELEASE     {project.current_release or 'none linked'} of {', '.join(project.releases)}"
    files = framework.read(project, found.options.migrations, "postgres", server.home)
    yield f"FILES       MISSING, {files.unread}" if files.unread else f"FILES       {len(files.migrations)} migrations"
    for sentence in project.missing:
        yield f"NOTE        {sentence}"


def _server_lines(server: Server) -> Iterator[str]:
    role = "replica" if server.replica else "primary"
    writes = ", read only" if server.read_only else ""
    yield f"SERVER      {server.dialect} {server.version} on {server.host}, {role}{writes}, database {server.name}"
    yield f"ROLE        {server.user}" + (" (superuser)" if server.superuser else "")


def _ledgers(link: Link, found: Found) -> Iterator[tuple[str, bool]]:
    for framework, project in found.projects:
        for schema, table in framework.ledger_tables(project):
            places = [place for place in link.tables_named(table) if schema in (None, place)]
            for place in places:
                yield _ledger_line(link, framework, place, table)
            if not places and project is not None:
                yield f"LEDGER      {framework.name}: {table} does not exist (no migration was ever recorded)", True


def _ledger_line(link: Link, framework: Framework, place: str, table: str) -> tuple[str, bool]:
    name = f"{place}.{table}"
    try:
        ledger = framework.parse_ledger(name, link.rows(place, table))
    except Fault as fault:
        return f"LEDGER      {name}: MISSING, {fault}" + (f" {fault.grant};" if fault.grant else ""), False
    if ledger is None:
        return f"LEDGER      {name} belongs to another tool", True
    return f"LEDGER      {name}: {len(ledger.rows)} rows", True


def _right_line(right: Right) -> str:
    return f"RIGHT       {right.name}: held" if right.held else f"RIGHT       {right.name}: MISSING, {right.without}"
