"""The shop whose migrations go wrong: its files as Flyway finds them, and a few thousand rows as a shop has them.

What stands here is the same on every server; the SQL is in a module for each kind of server.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from sqlalchemy.engine import URL

DATABASE = "shop"
OWNER = "deploy"
READER = "web"
READER_APPLICATION = "shop-web"
SHIPPING = "V4__add_shipping.sql"
"""The migration that goes wrong."""
READ = "SELECT id, status, total FROM orders WHERE customer_id = {n} ORDER BY placed_at DESC LIMIT 20"
"""What the application asks all the time."""
EXPORT = "SELECT o.*, p.total AS other_total FROM orders o JOIN orders p ON p.customer_id >= o.customer_id"
"""A report nobody should run in the day: millions of rows, and who reads it takes his time."""


@dataclass(frozen=True, slots=True)
class Shop:
    """The shop on one kind of server."""

    files: Mapping[str, str]
    """What was applied before."""
    shipping: str
    """The migration that would go well, were it not for others."""
    failing: str
    """One that fails in the middle: customers signed up twice."""
    ghost: str
    """One whose statement lands by itself after its client was killed."""
    pending: Mapping[str, str]
    rows: tuple[str, ...]
    hold: str
    """What a session that forgot to end its transaction did: the ghost waits for it."""
    behind: str
    """What sessions ask that then queue behind the ghost; `{n}` differs."""
    earlier_try: str = ""
    """What somebody tried by hand before, and what it left; empty where nothing is left."""
    settings: tuple[str, ...] = ()
    """More lines of flyway.conf."""
    loose: bool = False
    """Whether it takes a `.conf` beside a file to keep it out of a transaction."""


def write_project(folder: Path, url: URL, shop: Shop) -> None:
    """A Flyway project for that server. It holds a password only where the server wants one."""
    (folder / "sql").mkdir(parents=True)
    lines = [
        f"flyway.url=jdbc:{url.get_backend_name()}://{url.host}:{url.port}/{DATABASE}",
        f"flyway.user={OWNER}",
        *([f"flyway.password={url.password}"] if url.password else []),
        "flyway.locations=filesystem:sql",
        *shop.settings,
    ]
    (folder / "flyway.conf").write_text("".join(f"{line}\n" for line in lines))
    for name, text in shop.files.items():
        (folder / "sql" / name).write_text(text)


def add_migration(folder: Path, name: str, text: str, *, loose: bool = False) -> None:
    """One more file in the project; `loose` writes the `.conf` beside it that keeps it out of a transaction."""
    (folder / "sql" / name).write_text(text)
    if loose:
        (folder / "sql" / f"{name}.conf").write_text("executeInTransaction=false\n")
