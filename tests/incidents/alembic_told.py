"""A real Alembic is stopped, and Halfway tells without running any Python of the project what it left."""

from __future__ import annotations

from dataclasses import dataclass

from console.core.assessment import Assessment, JudgedMigration
from tests.alembic.project import AlembicProject
from tests.incidents.told import assessed, judged_of, letters, states, texts

__all__ = ["assess", "letters", "migration", "states", "texts"]

FIRST, BROKEN = "aaa000000001", "bbb000000002"
BASE = """
op.create_table("customers", sa.Column("id", sa.Integer, primary_key=True),
    sa.Column("email", sa.String(80), nullable=False), sa.Column("name", sa.String(80)))
op.create_table("orders", sa.Column("id", sa.Integer, primary_key=True),
    sa.Column("customer_id", sa.Integer, nullable=False), sa.Column("note", sa.String(80)))
"""
DROP = 'op.drop_table("orders")\nop.drop_table("customers")'
ROWS = (
    "INSERT INTO customers (id, email, name) VALUES (1, 'a@x', NULL), (2, 'a@x', 'Bo')",
    "INSERT INTO orders (id, customer_id) VALUES (1, 1), (2, 77)",
)
NICK = 'op.add_column("customers", sa.Column("nick", sa.String(40), nullable=True))\n'
NOTES = 'op.create_table("notes", sa.Column("id", sa.Integer, primary_key=True), sa.Column("text", sa.Text))\n'
INDEX = 'op.create_index("ix_orders_note", "orders", ["note"])\n'
UNIQUE = 'op.create_unique_constraint("uq_email", "customers", ["email"])\n'
KEY = 'op.create_foreign_key("fk_customer", "orders", "customers", ["customer_id"], ["id"])\n'
NOT_NULL = 'op.alter_column("customers", "name", existing_type=sa.String(80), nullable=False)\n'


@dataclass(frozen=True)
class Case:
    """A migration that fails, and what is told of it."""

    name: str
    up: str
    verdicts: str
    """Where every statement commits by itself."""

    @property
    def done(self) -> int:
        """How many statements the server carried out."""
        return self.verdicts.count("L")


CASES = (
    Case("duplicates_first", UNIQUE + NICK + NOTES, "NNN"),
    Case("duplicates_middle", NICK + UNIQUE + NOTES, "LNN"),
    Case("duplicates_last", NICK + NOTES + UNIQUE, "LLN"),
    Case("orphans_middle", NOTES + INDEX + KEY + NICK, "LLNN"),
    Case("nulls_last", INDEX + NICK + NOT_NULL, "LLN"),
    Case("batch", 'with op.batch_alter_table("customers") as batch:\n    batch.add_column(sa.Column("z", sa.Integer))\n'
         '    batch.create_unique_constraint("uq_email", ["email"])\n    batch.drop_column("name")\n', "LNN"),
)  # fmt: skip


def assess(project: AlembicProject) -> Assessment:
    """What Halfway says in the project's folder."""
    return assessed(project.folder, project.environ)


def migration(found: Assessment, name: str = BROKEN) -> JudgedMigration:
    """One of them."""
    return judged_of(found, name)
