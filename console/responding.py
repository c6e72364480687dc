"""Puts together what a responder acts with: the hand in its own process, the journal, the markers.

Apart from wiring.py, because nothing here may ever be imported where somebody only looks.
"""

from __future__ import annotations

import os
import secrets
from collections.abc import Mapping
from functools import partial
from typing import TYPE_CHECKING

from console import dialects, frameworks
from console.acting import Acting, Tools
from console.core.ports_acting import Hand
from console.incident import Incident
from console.keeper import Charge, KeptHand
from console.store.journal import open_journal
from console.store.masks import known_secrets
from console.store.person import who
from console.wiring import Found

if TYPE_CHECKING:
    from sqlalchemy.engine import URL


def responder(
    found: Found, incident: Incident, environ: Mapping[str, str] | None = None, path: str | None = None
) -> Acting:
    """What acts on the database of `found`; `path` is another place for the journal. JournalFault or UsageFault when
    no account can be kept: then nothing may be done. Nothing is connected yet."""
    environ = dict(os.environ if environ is None else environ)
    url = found.database
    person = who(environ, url.username or "")
    hidden = known_secrets(environ, url)
    account = partial(open_journal, incident.title, person, secrets.token_hex(4), environ, path=path, secrets=hidden)
    markers = {framework.name: frameworks.marker(framework.name, project) for framework, project in found.projects}
    production = url.database if url.database in found.options.production else ""
    hand = partial(_hand, url, Charge(partial(dialects.open_hand, url.get_backend_name(), url), account))
    return Acting(Tools(dialects.renderer, hand, account(), markers, production or ""), incident.fresh)


def _hand(url: URL, charge: Charge) -> Hand:
    """The hand in its process, known as ours: MariaDB does not tell what a session calls itself."""
    hand = KeptHand(charge)
    if url.get_backend_name() in ("mysql", "mariadb"):
        from console.dialects.mysql.wire import Wire

        Wire.claim(url, int(hand.whoami().split()[0]), "hand")
    return hand
