"""Alembic projects whose histories branch, read by the real adapter, and two tools in one database."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from tempfile import TemporaryDirectory

from console.core.assessment import Assessment
from console.core.judge import assess
from console.core.migration import Ledger
from console.core.observation import Health, Reading, Tracking
from console.lanes.schema import NO_PROJECT
from tests.alembic import making
from tests.builders import observation, recorded, schema_after, tracking
from tests.screens import shop

LINES: tuple[tuple[str, str, tuple[str, ...]], ...] = (
    ("1a0c", "create_people", ()),
    ("2b1d", "add_email", ("1a0c",)),
    ("3c2e", "create_orders", ("2b1d",)),
    ("4d3f", "add_phone", ("2b1d",)),
    ("5e40", "index_orders", ("3c2e",)),
    ("6f51", "merge_orders_and_phone", ("5e40", "4d3f")),
    ("7a62", "add_nick", ("6f51",)),
    ("8b73", "create_invoices", ("6f51",)),
    ("9c84", "invoice_total", ("8b73",)),
)
"""(revision, name, what it stands on): they part and join, and part again into two heads."""
_UP = {
    "1a0c": 'op.create_table("people", sa.Column("id", sa.Integer, primary_key=True))',
    "2b1d": 'op.add_column("people", sa.Column("email", sa.String(80)))',
    "3c2e": 'op.create_table("orders", sa.Column("id", sa.Integer, primary_key=True), sa.Column("n", sa.Integer))',
    "4d3f": 'op.add_column("people", sa.Column("phone", sa.String(20)))',
    "5e40": 'op.create_index("ix_orders_n", "orders", ["n"])',
    "7a62": 'op.add_column("people", sa.Column("nick", sa.String(20)))',
    "8b73": 'op.create_table("invoices", sa.Column("id", sa.Integer, primary_key=True))\n'
            '    op.add_column("orders", sa.Column("invoice_id", sa.Integer))',
    "9c84": 'op.add_column("invoices", sa.Column("total", sa.Integer))',
}  # fmt: skip


def tracked(*heads: str) -> Tracking:
    """The project when these heads are recorded."""
    with TemporaryDirectory() as folder:
        files = {
            f"migrations/versions/{name}_{title}.py": making.revision(
                name, after if len(after) > 1 else (*after, None)[0], _UP.get(name, "pass")
            )
            for name, title, after in LINES
        }
        making.app(Path(folder), files=files)
        return replace(making.track(Path(folder), *heads), project="/srv/shop")


def seen(found: Tracking, *others: Tracking, after: str = "") -> Assessment:
    """The assessment when all that is recorded has run, and then `after`."""
    ran = [s.sql for t in found.tracked if t.belief == "recorded" and t.migration for s in t.migration.statements]
    schema = schema_after(";\n".join((*ran, after)))
    stamped = (replace(t, stamp=shop.OLD, unread=frozenset()) for t in schema.things)
    return assess(observation(replace(schema, things=tuple(stamped)), found, *others, sessions=shop.calm(3)))


def alembic_branches() -> Assessment:
    """Two heads, one line of them applied, the other to come."""
    return seen(tracked("7a62"))


def alembic_stopped() -> Assessment:
    """The other line stopped half way."""
    return seen(tracked("7a62"), after="CREATE TABLE invoices (id SERIAL NOT NULL, PRIMARY KEY (id))")


def several_tools() -> Assessment:
    """The same beside a Flyway ledger without a project."""
    unread: Reading[int] = Reading(health=Health.NOT_READ, reason=NO_PROJECT)
    rows = tuple(recorded(str(n), None, rank=n) for n in (1, 2))
    ledger = Ledger("public.flyway_schema_history", True, tuple(t.row for t in rows if t.row is not None))
    flyway = tracking(*rows, project=None, files=unread, ledger=ledger, next_run="")
    return seen(tracked("7a62"), flyway, after="CREATE TABLE invoices (id SERIAL NOT NULL, PRIMARY KEY (id))")
