"""What every framework owes the rest on every server: its ledger, as the tool writes it there, is read whole."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import UTC, timedelta
from pathlib import Path

import pytest

from console import frameworks
from console.core.migration import Belief, Ledger
from console.core.observation import Health, Tracking
from console.core.ports import Framework, Link, Project
from console.drill.history import advisory_key, lock_name
from console.frameworks.flyway.names import checksum
from console.frameworks.rails.ledger import lock_number
from tests.alembic.making import app as alembic_app
from tests.dialects.contract import SERVED, Site, locks_of
from tests.django.making import app as django_app
from tests.frameworks.laravel_making import ADD, ADD_INDEX, CREATE, INDEX, PHONE, USERS, app, migrations
from tests.frameworks.making import ONE, THREE, TWO, write
from tests.frameworks.programs import PROGRAMS
from tests.frameworks.sqlfiles import LOCKING, SQL_TOOLS
from tests.rails.making import app as rails_app

_FLYWAY = """CREATE TABLE {table} (
    "installed_rank" INT NOT NULL PRIMARY KEY, "version" VARCHAR(50), "description" VARCHAR(200) NOT NULL,
    "type" VARCHAR(20) NOT NULL, "script" VARCHAR(1000) NOT NULL, "checksum" INTEGER,
    "installed_by" VARCHAR(100) NOT NULL, "installed_on" TIMESTAMP NOT NULL DEFAULT CURRENT_TIMESTAMP,
    "execution_time" INTEGER NOT NULL, "success" BOOLEAN NOT NULL)"""
_LARAVEL = """create table {table} ("id" {number}, "migration" varchar(255) not null, "batch" integer not null)"""
_NUMBERS = {
    "pg": "serial not null primary key",
    "my": "int unsigned not null auto_increment primary key",
    "ma": "int unsigned not null auto_increment primary key",
    "sq": "integer primary key autoincrement not null",
}
_RAILS = 'CREATE TABLE {table} ("version" varchar(255) NOT NULL PRIMARY KEY)'
RAILS_GONE, RAILS_ONE, RAILS_TWO, RAILS_NEXT = "20140101000000", "20140201000000", "20140301000000", "20140401000000"
GONE = "2014_01_01_000000_gone"
_ALEMBIC = 'CREATE TABLE {table} ("version_num" VARCHAR(32) NOT NULL, PRIMARY KEY ("version_num"))'
_DJANGO = """CREATE TABLE {table} ("id" {number}, "app" varchar(255) NOT NULL, "name" varchar(255) NOT NULL,
    "applied" TIMESTAMP NOT NULL DEFAULT CURRENT_TIMESTAMP)"""


@dataclass(frozen=True)
class Tool:
    """A framework with what it wrote, and what follows from that."""

    create: str
    insert: str
    rows: tuple[str, ...]
    beliefs: Mapping[str, Belief]
    files: Mapping[str, str] = field(default_factory=dict)
    """Its project, where that is plain files."""
    key: str = ""
    """The column that holds the name of a migration, where one does."""

    def sql(self, table: str, kind: str) -> Iterator[str]:
        """The ledger as the tool leaves it, on a server whose name begins so."""
        for sql in (self.create, *(f"{self.insert} VALUES ({row})" for row in self.rows)):
            yield sql.replace("{number}", _NUMBERS[kind]).replace("{table}", f'"{table}"')

    def write(self, site: Site, table: str) -> None:
        """The same, there."""
        for sql in self.sql(table, site.kind[:2]):
            site.admin.ask(sql.replace('"', site.words.quote))


TOOLS = {
    "flyway": Tool(
        _FLYWAY,
        'INSERT INTO {table} ("installed_rank", "version", "description", "type", "script", "checksum", "installed_by",'
        ' "execution_time", "success")',
        (
            f"1, '1', 'x', 'SQL', 'V1__x.sql', {checksum(ONE)}, 'deploy', 12, true",
            f"2, '2', 'x', 'SQL', 'V2__x.sql', {checksum(TWO)}, 'deploy', 3, false",
        ),
        {"1": Belief.RECORDED, "2": Belief.FAILED, "3": Belief.PENDING},
    ),
    "laravel": Tool(
        _LARAVEL,
        'insert into {table} ("migration", "batch")',
        (f"'{GONE}', 1", f"'{USERS}', 1", f"'{PHONE}', 2"),
        {GONE: Belief.RECORDED, USERS: Belief.RECORDED, PHONE: Belief.RECORDED, INDEX: Belief.PENDING},
    ),
    "rails": Tool(
        _RAILS,
        'insert into {table} ("version")',
        (f"'{RAILS_GONE}'", f"'{RAILS_ONE}'", f"'{RAILS_TWO}'"),
        {
            RAILS_GONE: Belief.RECORDED,
            RAILS_ONE: Belief.RECORDED,
            RAILS_TWO: Belief.RECORDED,
            RAILS_NEXT: Belief.PENDING,
        },
    ),
    "alembic": Tool(
        _ALEMBIC,
        'INSERT INTO {table} ("version_num")',
        ("'two'",),
        {"one": Belief.RECORDED, "two": Belief.RECORDED, "three": Belief.PENDING},
    ),
    "django": Tool(
        _DJANGO,
        'INSERT INTO {table} ("app", "name")',
        ("'shop', '0001_one'", "'shop', '0002_two'"),
        {"shop.0001_one": Belief.RECORDED, "shop.0002_two": Belief.RECORDED, "shop.0003_three": Belief.PENDING},
    ),
}

TOOLS |= {name: Tool(*made) for name, made in {**SQL_TOOLS, **PROGRAMS}.items()}


@pytest.fixture(params=TOOLS)
def framework(request: pytest.FixtureRequest) -> Framework:
    return frameworks.load(request.param)


def laid(name: str, folder: Path) -> None:
    """The project of a tool."""
    if TOOLS[name].files:
        write(folder, TOOLS[name].files)
    elif name == "laravel":
        app(folder, migrations({USERS: CREATE, PHONE: ADD, INDEX: ADD_INDEX}))
    elif name == "rails":
        rails_app(folder, (RAILS_ONE, RAILS_TWO, RAILS_NEXT))
    elif name == "alembic":
        alembic_app(folder, ("one", "two", "three"))
    elif name == "django":
        django_app(folder, ("0001_one", "0002_two", "0003_three"))
    else:
        scripts = {"sql/V1__x.sql": ONE, "sql/V2__x.sql": TWO, "sql/V3__x.sql": THREE}
        write(folder, {"flyway.conf": "flyway.locations=filesystem:sql\n", **scripts})


@pytest.fixture
def project(framework: Framework, tmp_path: Path) -> Project:
    laid(framework.name, tmp_path)
    found = framework.detect(tmp_path, {})
    assert found is not None
    return found


def ledger_of(link: Link, framework: Framework, project: Project) -> Ledger:
    """Found where the framework says that it may be, and read."""
    home = link.server().home
    tables = [table for schema, table in framework.ledger_tables(project) if schema in (None, home)]
    place = next(table for table in tables if home in link.tables_named(table))
    ledger = framework.parse_ledger(f"{home}.{place}", link.rows(home, place))
    assert ledger is not None
    return ledger


def tracked(link: Link, framework: Framework, project: Project) -> Tracking:
    server = link.server()
    files = framework.read(project, None, server.grammar, server.home)
    return framework.track(project, files, ledger_of(link, framework, project), server)


def test_every_framework_has_a_ledger_here() -> None:
    assert tuple(TOOLS) == frameworks.names()[: len(TOOLS)], "others have a module of tests each: test_contract.py"


def test_order_and_beliefs_are_those_of_what_the_tool_wrote(site: Site, framework: Framework, project: Project) -> None:
    tool = TOOLS[framework.name]
    link = site.link()
    tool.write(site, framework.ledger_tables(project)[0][1])
    ledger = ledger_of(link, framework, project)
    assert (ledger.exists, ledger.unread, len(ledger.rows)) == (True, "", len(tool.rows))
    tracking = tracked(link, framework, project)
    assert {each.id: each.belief for each in tracking.tracked} == tool.beliefs
    assert (tracking.framework, tracking.files.health) == (framework.name, Health.OK)
    assert [each.id for each in tracking.tracked if each.migration is None] == sorted(
        {GONE, RAILS_GONE} & set(tool.beliefs)
    )
    assert not [each for each in tracking.tracked if each.checksum_differs]


def test_every_column_of_a_row_is_kept_as_the_server_writes_it(
    site: Site, framework: Framework, project: Project
) -> None:
    tool = TOOLS[framework.name]
    link = site.link()
    tool.write(site, framework.ledger_tables(project)[0][1])
    now = link.server().now
    assert now is not None
    for number, row in enumerate(ledger_of(link, framework, project).rows, 1):
        raw = dict(row.raw)
        if tool.key:
            assert (raw[tool.key], len(raw)) == (row.id.partition("::")[0], tool.create.count(",") + 1)
        elif framework.name == "laravel":
            assert (raw["id"], row.batch) == (str(number), int(raw["batch"] or 0))
        elif framework.name == "alembic":
            assert (tuple(raw), raw["version_num"]) == (("version_num",), row.id)
        elif framework.name == "django":
            assert (raw["id"], f"{raw['app']}.{raw['name']}") == (str(number), row.id)
            assert row.applied_at is not None
        elif framework.name == "rails":
            assert (tuple(raw), raw["version"]) == (("version",), row.id)
        else:
            assert (raw["installed_rank"], raw["execution_time"]) == (str(number), "12" if number == 1 else "3")
            assert raw["success"] in ({"t", "1"} if row.success else {"f", "0"})
            assert row.applied_at is not None
            assert abs(row.applied_at.replace(tzinfo=UTC) - now) < timedelta(minutes=2)


def test_detection_refuses_a_strangers_table_of_the_same_name(
    site: Site, framework: Framework, project: Project
) -> None:
    table = framework.ledger_tables(project)[0][1]
    site.admin.ask(f"CREATE TABLE {table} (id INT PRIMARY KEY, name VARCHAR(9), executed_at VARCHAR(9))")
    link = site.link()
    assert framework.parse_ledger(table, link.rows(link.server().home, table)) is None


def test_an_empty_table_is_an_empty_ledger(site: Site, framework: Framework, project: Project) -> None:
    tool = TOOLS[framework.name]
    Tool(tool.create, tool.insert, (), {}).write(site, framework.ledger_tables(project)[0][1])
    link = site.link()
    assert ledger_of(link, framework, project).rows == ()
    assert {each.belief for each in tracked(link, framework, project).tracked} == {Belief.PENDING}


@pytest.mark.parametrize("contract_server", SERVED, indirect=True)
@pytest.mark.parametrize("framework", ["flyway", "rails", *LOCKING], indirect=True)
def test_lock_of_the_tool_is_known_when_it_is_held(site: Site, framework: Framework, project: Project) -> None:
    ledger = framework.ledger_tables(project)[0][1]
    TOOLS[framework.name].write(site, ledger)
    link, home = site.link(), site.link().server().home
    table = f"{site.quoted(home)}.{site.quoted(ledger)}"
    name, number = lock_name(table), advisory_key(table)
    if framework.name == "rails":
        number = lock_number(link.server().name)
        name = str(number)
    elif framework.name in LOCKING:
        name = str(tracked(link, framework, project).locks[-1][0])
        number = int(name) if site.kind.startswith("pg") else 0
    held = f"SELECT pg_advisory_lock({number})" if site.kind.startswith("pg") else f"SELECT GET_LOCK('{name}', 1)"
    holder = site.connect()
    holder.ask(held)
    own = {f"advisory {target[0]}" for target in tracked(link, framework, project).locks}
    assert [lock.session for lock in locks_of(link) if lock.object in own] == [holder.number]
