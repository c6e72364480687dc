"""Servers with a database of our own, one of each kind, for whoever tries faults."""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import contextmanager
from itertools import count

from sqlalchemy.engine import URL

from tests.dialects.contract import SERVED, Site, _made

FEW = (next(kind for kind in reversed(SERVED) if kind.startswith("pg")), "mysql", "mariadb")
"""The newest PostgreSQL, MySQL, MariaDB."""
_numbers = count(1)


@contextmanager
def site_on(server: tuple[str, URL]) -> Iterator[Site]:
    """A database with the table `t`, for as long as is wanted."""
    made = _made(*server, f"weather_{os.getpid()}_{next(_numbers)}")
    try:
        yield made
    finally:
        made.close()


def plain(url: URL) -> URL:
    """As a proxy can read along: without TLS."""
    return url if url.get_backend_name() == "postgresql" else url.set(query={"ssl_disabled": "true"})
