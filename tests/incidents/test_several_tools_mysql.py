"""Two real tools on one MySQL or MariaDB, where every statement commits by itself; either can be the broken one."""

from __future__ import annotations

from sqlalchemy.engine import URL

from tests.django.fixtures import NewDjango
from tests.django.shop import migration as file
from tests.incidents.alembic_told import BROKEN, FIRST
from tests.incidents.django_told import BROKEN as CHANGE
from tests.incidents.django_told import ROWS
from tests.incidents.several_tools import FLYWAY, STOPPED, both, told, tools
from tests.mysql_servers import run


def test_each_of_two_tools_can_be_the_broken_one(django: NewDjango, my_database: URL) -> None:
    theirs, others = both(django, my_database)
    run(my_database, *FLYWAY)
    missing = 'op.add_column("nowhere", sa.Column("x", sa.Integer))'
    others.add(BROKEN, 'op.add_column("people", sa.Column("nick", sa.String(9)))\n' + missing, after=FIRST)
    assert others.alembic("upgrade", "head").code == 1
    answer = told(others, "--json")
    assert (answer.verdict["state"], answer.states[BROKEN]) == ("incident", "half_applied")
    assert tools(answer) == {
        "flyway": ("flyway_schema_history", 1, {"applied"}, False),
        "alembic": ("alembic_version", 1, {"applied", "half_applied"}, True),
        "django": ("django_migrations", 19, {"applied"}, True),
    }
    run(my_database, *ROWS)
    theirs.add("0002_change", file(STOPPED, "0001_initial"))
    assert theirs.migrate().code == 1
    answer = told(others, "--json")
    assert (answer.states[BROKEN], answer.states[CHANGE]) == ("half_applied", "half_applied")
    assert "1 more need attention" in answer.verdict["summary"]
