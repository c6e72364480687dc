"""Alembic runs the recovery of a revision that stopped at each of its statements."""

from __future__ import annotations

import pytest
from sqlalchemy.engine import URL

from console.core.forward import Recovery
from tests.alembic.project import AlembicProject, NewAlembic, alembic
from tests.forward.walking import Place, every_stop
from tests.incidents.alembic_told import BASE, BROKEN, DROP, FIRST, KEY, NICK
from tests.mysql_servers import MyServer

__all__ = ["alembic"]

NOTES = """
op.create_table("notes", sa.Column("id", sa.BigInteger, primary_key=True), sa.Column("text", sa.Text),
    sa.Column("price", sa.Numeric(9, 3), server_default="1.5"), sa.Column("order_id", sa.Integer),
    sa.ForeignKeyConstraint(["order_id"], ["orders.id"], ondelete="CASCADE"))
"""
FILL = 'op.execute("UPDATE customers SET nick = name WHERE nick IS NULL")\n'
GONE = 'op.drop_column("customers", "name")\n'
CONCURRENTLY = """
with op.get_context().autocommit_block():
    op.create_index("uq_c", "customers", ["email"], unique=True, postgresql_concurrently=True)
"""


def _place(project: AlembicProject, url: URL, change: str) -> Place:
    project.add(FIRST, BASE, DROP)
    made = project.alembic("upgrade", "head")
    assert made.code == 0, made.said
    project.add(BROKEN, change, after=FIRST)

    def go(_: Recovery) -> None:
        go_all()

    def go_all() -> None:
        ended = project.alembic("upgrade", "head")
        assert ended.code == 0, ended.said

    return Place(
        project.folder,
        url,
        BROKEN,
        lambda name: (f"UPDATE alembic_version SET version_num = '{name}'",),
        lambda _: (f"UPDATE alembic_version SET version_num = '{BROKEN}'",),
        go,
        go_all,
        project.environ,
    )


@pytest.mark.parametrize("postgres_server", [15], indirect=True)
def test_alembic_recovers_on_postgresql(alembic: NewAlembic, database: URL) -> None:
    every_stop(_place(alembic(database), database, NICK + KEY + NOTES + FILL + CONCURRENTLY + GONE))


@pytest.mark.parametrize("my_server", ["mysql"], indirect=True)
def test_alembic_recovers_on_mysql(alembic: NewAlembic, my_server: MyServer, my_database: URL) -> None:
    every_stop(_place(alembic(my_database), my_database, NICK))
