"""What Halfway found and what it lacks, before anybody trusts its picture.

Each line is said as soon as it is known, so that a server that cannot be reached does not hide what was found on disk.
"""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterator
from dataclasses import dataclass

from console.core.faults import Fault, NotInstrumentedFault, PasswordFault
from console.core.grants import Part, as_sql, grants
from console.core.observation import Server
from console.core.plain import visible
from console.core.ports import Framework, Link, Project, Right
from console.core.products import product
from console.core.proof import Power, Proof, fix_words, sheet
from console.wiring import Found, shown, source, with_password

Line = tuple[str, str, bool]
"""A label, what is to be said, and whether that is how it should be."""


@dataclass
class Doctor:
    """Looks at everything once."""

    found: Found
    say: Callable[[str], object]
    """Takes one line."""
    ask: Callable[[PasswordFault], str]
    """The password when the server wants one; raises the fault where nobody can be asked."""

    def examine(self) -> int:
        """0 when nothing is missing, else 1. Raises the fault when no server can be reached."""
        well = self._tell(self._projects())
        url = self.found.database
        well &= self._tell([("CONNECTION", f"{shown(url)} (from {self.found.url_from})", True)])
        link = self._open()
        try:
            server = link.server()
            well &= self._tell(_server(server))
            well &= self._tell(_ledgers(link, self.found))
            rights = link.rights()
            well &= self._tell(_rights(rights))
            well &= self._tell(_recorded(link, rights))
            self._tell(_proof(link, source(self.found).strangers))
        finally:
            link.close()
        return 0 if well else 1

    def _tell(self, lines: Iterator[Line] | list[Line]) -> bool:
        well = True
        for label, text, good in lines:
            self.say(f"{label:<12}{visible(text)}")
            well &= good
        return well

    def _open(self) -> Link:
        try:
            return source(self.found).dialect.open(self.found.database, "doctor")
        except PasswordFault as fault:
            self.found = with_password(self.found, self.ask(fault))
            return source(self.found).dialect.open(self.found.database, "doctor")

    def _projects(self) -> Iterator[Line]:
        for name, why in self.found.left_out.items():
            yield "FRAMEWORK", f"{name}: MISSING, {why}", False
        there = [(framework, project) for framework, project in self.found.projects if project is not None]
        if not there:
            names = ", ".join(framework.name for framework, _ in self.found.projects)
            yield "PROJECT", f"MISSING, none found of {names} (name it with --project DIR)", False
        for framework, project in there:
            yield from _project(framework, project, self.found)


def least(found: Found, part: str) -> str:
    """The SQL that makes an observer's or a responder's login for this database; nothing is connected."""
    url = found.database
    tables = dict.fromkeys(
        framework.ledger_tables(project)[0][1] for framework, project in found.projects if project is not None
    )
    name = url.database or ""
    return as_sql(grants(url.get_backend_name(), Part(part), name, found.options.schema or "", tuple(tables)))


def _project(framework: Framework, project: Project, found: Found) -> Iterator[Line]:
    yield "PROJECT", f"{framework.name} in {project.folder}", True
    if project.releases:
        linked = f"{project.current_release} is linked" if project.current_release else "none is linked"
        yield "RELEASE", f"{linked}; there are {', '.join(project.releases)}", project.current_release is not None
    try:
        files = framework.read(project, found.options.migrations, *_grammar(found))
    except Fault as fault:
        yield "FILES", f"MISSING, {fault}", False
    else:
        count = len(files.migrations)
        told = f"{count} {'migration' if count == 1 else 'migrations'}"
        yield "FILES", f"MISSING, {files.unread}" if files.unread else told, not files.unread
        for migration in files.migrations:
            if migration.unreadable:
                yield "", f"{migration.file}: {migration.unreadable}", False
    for sentence in project.missing:
        yield "NOTE", sentence, True


def _grammar(found: Found) -> tuple[str, str]:
    """How files are read and what unqualified names mean in them, as far as the URL tells before anybody answers."""
    backend = found.url.get_backend_name() if found.url is not None else "postgresql"
    if backend == "postgresql" or found.url is None:
        return "postgres", found.options.schema or "public"
    return backend, "main" if backend == "sqlite" else found.url.database or ""


def _server(server: Server) -> Iterator[Line]:
    role = "replica: the primary may be ahead of it" if server.replica else "primary"
    role = "whether it is a replica is not known" if server.replica_grant else role
    writes = ", read only" if server.read_only else ""
    here = f"{product(server)} {server.version} on {server.host}, {role}{writes}"
    yield "SERVER", here, not (server.replica or server.replica_grant)
    for note in server.notes:
        yield "NOTE", note, not server.foreign
    has_schemas = server.dialect == "postgresql"
    yield "DATABASE", f"{server.name}, schema {server.home}" if has_schemas else server.name, True
    yield "ROLE" if has_schemas else "ACCOUNT", server.user + (" (superuser)" if server.superuser else ""), True


_STRANGE = " belongs to another tool"


def _ledgers(link: Link, found: Found) -> Iterator[Line]:
    """Each once; a table that one tool reads is not told to be another's by the tools that have a table of its name."""
    told = tuple(dict.fromkeys(_by_framework(link, found)))
    known = {text.partition(":")[0] for _, text, _ in told}
    yield from (line for line in told if line[1].removesuffix(_STRANGE) not in known or not line[1].endswith(_STRANGE))


def _by_framework(link: Link, found: Found) -> Iterator[Line]:
    for framework, project in found.projects:
        known = False
        for schema, table in framework.ledger_tables(project):
            for place in (place for place in link.tables_named(table) if schema in (None, place)):
                if not known or schema is None:
                    yield from _ledger(link, framework, place, table)
                known = True
            if schema is not None and known:
                break
        if not known and project is not None:
            name = framework.ledger_tables(project)[0][1]
            yield "LEDGER", f"{framework.name}: {name} does not exist (no migration was ever recorded)", True


def _ledger(link: Link, framework: Framework, place: str, table: str) -> Iterator[Line]:
    name = f"{place}.{table}"
    try:
        ledger = framework.parse_ledger(name, link.rows(place, table))
    except Fault as fault:
        yield "LEDGER", f"{name}: MISSING, {fault}", False
        if fault.grant:
            yield "", f"{fault.grant};", False
        return
    if ledger is None:
        yield "LEDGER", f"{name}{_STRANGE}", True
    elif ledger.unread:
        yield "LEDGER", f"{name}: MISSING, {ledger.unread}", False
    else:
        count = len(ledger.rows)
        yield "LEDGER", f"{name}: {count} {'row' if count == 1 else 'rows'}", True


def _rights(rights: tuple[Right, ...]) -> Iterator[Line]:
    for right in rights:
        yield "RIGHT", f"{right.name}: held" if right.held else f"{right.name}: MISSING. {right.without}", right.held
        if not right.held and right.grant:
            yield "", f"{right.grant};", False


def _recorded(link: Link, rights: tuple[Right, ...]) -> Iterator[Line]:
    """What the server could tell and was not told to note down, with the statement that turns it on."""
    reads: tuple[tuple[str, Callable[[], object]], ...] = (("locks", link.locks), ("progress", link.progress))
    told = {right.grant for right in rights if not right.held}
    for what, read in reads:
        try:
            read()
        except NotInstrumentedFault as fault:
            if fault.grant not in told:
                yield "RECORDED", f"{what}: MISSING, {fault}", False
                yield "", f"{fault.grant};", False
        except Fault:
            continue  # a right that is missing is told among the rights


def _proof(link: Link, strangers: tuple[str, ...]) -> Iterator[Line]:
    """What an observer with this login could still do. Most logins may write: that is not for the exit code."""
    powers: tuple[Power, ...] | None = None
    untold = ""
    try:
        powers = link.powers()
    except Fault as fault:
        untold = str(fault)
    proof = Proof((link.try_to_write(),), powers, untold, strangers)
    for finding in sheet(proof, tuple(sys.modules), len(powers or ())):
        yield "ALLOWED" if finding.label == "GRANTS" else finding.label, finding.text, True
        for statement in finding.fix:
            yield "", fix_words(statement), True
