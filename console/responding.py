"""Puts together what a responder acts with: the hand in its own process, the journal, the markers.

Apart from wiring.py, because nothing here may ever be imported where somebody only looks.
"""

from __future__ import annotations

import os
import secrets
import threading
from collections.abc import Callable, Mapping
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

from console import dialects, frameworks
from console.acting import Acting
from console.core.faults import Fault, UsageFault
from console.core.journal import Person
from console.core.masks import known_secrets, mask
from console.core.ports import Project
from console.core.ports_acting import Hand
from console.core.restore.desk import Desk
from console.incident import Incident
from console.keeper import Charge, KeptHand
from console.lanes.riding import Lender
from console.places import room_url
from console.report.document import document
from console.rooms import Wish, journal_of, seat_in
from console.seeing import Seeing
from console.smoke import Smoke
from console.store.journal import DiskJournal, open_journal
from console.store.person import who
from console.store.remembered import DiskMemory, memory
from console.store.reserve import ample
from console.tools import Tools
from console.wiring import Found, located, shown

if TYPE_CHECKING:
    from sqlalchemy.engine import URL

    from console.store.remote import RemoteJournal

    Account = DiskJournal | RemoteJournal

_PORTS = {"postgresql": "5432", "mysql": "3306"}
_DECIDES = frozenset({"service", "hostaddr", "tunnel", "dbname", "database", "db", "read_default_file",
                      "read_default_group"})  # fmt: skip
"""Options of a URL that lead to another place than the rest of it says."""
_SHELTERS = ("TMUX", "STY", "ZELLIJ")
"""What tmux, screen and zellij say of themselves in the environment."""


def responder(
    found: Found,
    incident: Incident,
    environ: Mapping[str, str] | None = None,
    path: str | None = None,
    room: Wish | None = None,
) -> Acting:
    """What acts on the database of `found`; `path` is another place for the journal, `room` what was said of the room
    (None: nobody else can be in it). JournalFault or UsageFault when no account can be kept: then nothing may be done.
    The acting connection is being opened when this returns: where few are left it comes first, and `incident` looks
    over it where there is no other."""
    environ = dict(os.environ if environ is None else environ)
    url = found.database
    person = who(environ, url.username or "")
    account = _account(found, incident.title, person, environ, path, room)
    journal = account()
    seat = seat_in(journal, incident.title, person, room, environ) if room is not None else None
    markers = {framework.name: frameworks.marker(framework.name, project) for framework, project in found.projects}
    production = url.database if url.database in found.options.production else ""
    hand = partial(_hand, url, account)
    sheltered = any(environ.get(name) for name in _SHELTERS)
    leads = partial(lead, found, environ)
    hide = partial(mask, secrets=known_secrets(environ, url))
    seeing = Seeing(journal, document, seat, _room_for(journal), hide=hide)
    tools = Tools(dialects.renderer, hand, journal, markers, production or "", leads, _smoke(found), _desk(found),
                  sheltered, seat, seeing)  # fmt: skip
    if seat is not None:
        seat.join()
    acting = Acting(tools, incident.fresh)
    incident.lender = Lender(acting.grip.ready, acting.grip.lend)
    threading.Thread(target=acting.warm, name="halfway-first-hand", daemon=True).start()
    return acting


def remembered(found: Found, environ: Mapping[str, str] | None = None) -> DiskMemory | None:
    """How the console on this database was left, and where that is kept; None: nothing is."""
    environ = os.environ if environ is None else environ
    if not found.options.preferences.remember:
        return None
    return memory(shown(found.database), environ, words=not found.options.redact)


def _account(
    found: Found, incident: str, person: Person, environ: Mapping[str, str], path: str | None, room: Wish | None
) -> Callable[[], Account]:
    """What opens the journal, here and in the process that keeps the acting connection: one run of one person."""
    hidden, run = known_secrets(environ, found.database), secrets.token_hex(4)
    if room is not None and "://" in room.place:
        from console.store.remote import open_remote

        url = room_url(room.place, environ)
        not_the_incidents(url, found.database)
        return partial(open_remote, url, incident, person, run, environ, hidden)
    path = journal_of(room, path) if room is not None else path
    return partial(open_journal, incident, person, run, environ, path=path, secrets=hidden)


def _room_for(journal: Account) -> Callable[[], bool]:
    """Whether there is room for what need not be written: a database has its own."""
    return partial(ample, journal.path) if isinstance(journal, DiskJournal) else lambda: True


def not_the_incidents(room: URL, incident: URL) -> None:
    """UsageFault where both are one database, however their URLs are written."""
    if room.get_backend_name().replace("mariadb", "mysql") != incident.get_backend_name().replace("mariadb", "mysql"):
        return
    ours, theirs = (_server_of(url) for url in (room, incident))
    if ours is not None and ours == theirs:
        raise UsageFault("the room would be in the very database of the incident", todo="Name another database")


def _server_of(url: URL) -> tuple[str, str] | None:
    """Which server answers there, and with which database; None where nobody answers."""
    try:
        link = dialects.open_dialect(url.get_backend_name()).open(url, "room")
    except Fault:
        return None
    try:
        server = link.server()
    except Fault:
        return None
    finally:
        link.close()
    return server.identity, server.name


def _desk(found: Found) -> Desk:
    """Where the configuration says that backups lie, and where one was loaded."""
    from console.dialects.comparing import rows_of_table
    from console.store.backups import look
    from console.wiring import parse_url

    places, scratch = found.options.backups, found.options.scratch
    return Desk(
        (lambda: look(places).found) if places else None,
        partial(rows_of_table, found.database, parse_url(scratch)) if scratch else None,
    )


def _smoke(found: Found) -> Smoke | None:
    """The configured command; it is run in the project's folder, or else beside the configuration."""
    options = found.options
    if not options.smoke or not options.config_file:
        return None
    folder = next((p.folder for _, p in found.projects if p is not None), str(Path(options.config_file).parent))
    return Smoke(options.smoke, folder, options.config_file)


def lead(found: Found, environ: Mapping[str, str], framework: str) -> str | None:
    """Where that tool's settings lead as they are on the disk now: what `leads_elsewhere` says of them."""
    folder = found.options.project
    try:
        project = frameworks.load(framework).detect(Path(folder).expanduser() if folder else Path.cwd(), environ)
    except (Fault, OSError):
        return None
    return leads_elsewhere(project, found.database) if project is not None else None


def leads_elsewhere(project: Project, url: URL) -> str | None:
    """Why the tool's own settings lead to another database; '' when they lead to this one; None: that is not known."""
    own = project.url
    if own is None or not own.database:
        return None
    if "sqlite" in (own.get_backend_name(), url.get_backend_name()):
        return _another_file(project, own, url)
    there, here = _place(own), _place(url)
    if there is None or here is None or (there != here and _untold({there[1], here[1]})):
        return None
    if there == here:
        return ""
    return _astray(project, "/".join(part for part in there[1:] if part))


def _astray(project: Project, where: str) -> str:
    return f"The tool's own settings ({project.url_from or 'its project'}) lead to {where}, which is not this database."


def _another_file(project: Project, own: URL, url: URL) -> str | None:
    """The same, where one of the two is a file."""
    if own.get_backend_name() != url.get_backend_name():
        return _astray(project, f"a database of {own.get_backend_name()}")
    try:
        there, here = (os.path.realpath(located(each, Path(project.folder)).database or "") for each in (own, url))
    except Fault:
        return None
    return "" if there == here else _astray(project, there)


def _place(url: URL) -> tuple[str, str, str, str] | None:
    """What of a URL says which database it is; None where something else decides that, or there are several."""
    kind = url.get_backend_name().replace("mariadb", "mysql")
    hosts, ports, sockets = (_said(url, name) for name in ("host", "port", "unix_socket"))
    decides = _DECIDES | ({"host", "port"} if kind == "mysql" else set())  # what connects to MySQL does not heed these
    if not decides.isdisjoint(url.query) or any(len(each) > 1 for each in (hosts, ports, sockets)):
        return None
    host, port = "".join(hosts), "".join(ports) or _PORTS.get(kind, "")
    if "," in host + port:
        return None
    if sockets:
        return kind, "".join(sockets), "", url.database or ""
    return kind, "127.0.0.1" if host == "localhost" else host, port, url.database or ""


def _said(url: URL, name: str) -> set[str]:
    """Every value that a URL gives for it, as one of its parts or behind the question mark."""
    part, more = {"host": url.host, "port": url.port}.get(name), url.query.get(name, ())
    return {str(each) for each in (part, *((more,) if isinstance(more, str) else more)) if each}


def _untold(hosts: set[str]) -> bool:
    """Whether two that differ may be one: the default is not known, and a socket leads to this machine."""
    return "" in hosts or ("127.0.0.1" in hosts and any(host.startswith("/") for host in hosts))


def _hand(url: URL, account: Callable[[], Account]) -> Hand:
    """The hand in its process, known as ours: MariaDB does not tell what a session calls itself."""
    if url.get_backend_name() not in ("mysql", "mariadb"):
        return KeptHand(Charge(partial(dialects.open_hand, url.get_backend_name(), url), account))
    from console.dialects.mysql.doors import with_door
    from console.dialects.mysql.wire import Wire

    def claim(session: str, lane: str) -> None:
        Wire.claim(url, int(session.partition(" ")[0]), lane)

    charge = Charge(partial(dialects.open_hand, url.get_backend_name(), with_door(url)), account)
    hand = KeptHand(charge, partial(claim, lane="hold"))
    claim(hand.whoami(), "hand")
    return hand
