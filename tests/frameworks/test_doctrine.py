"""Doctrine Migrations: its files, its configuration, its table, and what is left of a version that stopped."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from sqlalchemy.engine import URL

from console.core.migration import Belief
from console.core.observation import Server
from console.frameworks.doctrine.reading import Context, _sent
from tests.frameworks.making import write
from tests.frameworks.projects import shown
from tests.frameworks.sqlfiles import MYSQL, POSTGRES, beliefs, by_id, ledger, project, tracked
from tests.frameworks.stopped import COLUMNS as TOLD
from tests.frameworks.stopped import ROWS, Place, nothing_left, told_of, ways_out
from tests.mysql_servers import MyServer, fresh_database
from tests.servers import ServerUnderTest

BASE, MORE = "DoctrineMigrations\\Version20260101000000", "DoctrineMigrations\\Version20260102000000"
COLUMNS = ("version", "executed_at", "execution_time")


def php(name: str, up: str, down: str = "", more: str = "") -> str:
    """A version as `migrations:generate` makes it, with these bodies."""
    return f"""<?php
declare(strict_types=1);
namespace DoctrineMigrations;
use Doctrine\\DBAL\\Schema\\Schema;
use Doctrine\\Migrations\\AbstractMigration;
final class {name} extends AbstractMigration
{{
    public function getDescription(): string {{ return 'about {name}'; }}
    public function up(Schema $schema): void {{ {up} }}
    public function down(Schema $schema): void {{ {down} }}
    {more}
}}
"""


def sql(*statements: str) -> str:
    """These, collected."""
    return "".join(f'$this->addSql("{one}");' for one in statements)


KEY = {"mysql": "INT AUTO_INCREMENT NOT NULL, PRIMARY KEY(id)", "postgresql": "SERIAL NOT NULL, PRIMARY KEY(id)"}
ON = {"mysql": " ON customers", "postgresql": ""}


def files(kind: str) -> dict[str, str]:
    """A Symfony project of two versions."""
    up = sql(
        "ALTER TABLE customers ADD nick VARCHAR(40) DEFAULT NULL",
        "CREATE TABLE notes (id INT NOT NULL, body VARCHAR(80) DEFAULT NULL, PRIMARY KEY(id))",
        "CREATE UNIQUE INDEX uq_email ON customers (email)",
        "CREATE INDEX ix_nick ON customers (nick)",
    )
    down = sql(
        f"DROP INDEX ix_nick{ON[kind]}", f"DROP INDEX uq_email{ON[kind]}", "DROP TABLE notes",
        "ALTER TABLE customers DROP nick",
    )  # fmt: skip
    base = sql(f"CREATE TABLE customers (email VARCHAR(80) NOT NULL, id {KEY[kind]})")
    return {
        "config/packages/doctrine_migrations.yaml": "doctrine_migrations:\n  migrations_paths:\n"
        "    'DoctrineMigrations': '%kernel.project_dir%/migrations'\n",
        "migrations/Version20260101000000.php": php("Version20260101000000", base),
        "migrations/Version20260102000000.php": php("Version20260102000000", up, down),
    }


TABLE = {
    "mysql": "CREATE TABLE `doctrine_migration_versions` (`version` VARCHAR(191) NOT NULL, `executed_at` DATETIME"
    " DEFAULT NULL, `execution_time` INT DEFAULT NULL, PRIMARY KEY(`version`))",
    "postgresql": "CREATE TABLE doctrine_migration_versions (version VARCHAR(191) NOT NULL, executed_at TIMESTAMP(0)"
    " WITHOUT TIME ZONE DEFAULT NULL, execution_time INT DEFAULT NULL, PRIMARY KEY(version))",
}
WRITTEN = "SELECT version, executed_at IS NULL, execution_time FROM doctrine_migration_versions ORDER BY 1"


def at(url: URL, folder: Path) -> Place:
    """A project whose first version ran, with its rows."""
    kind = "postgresql" if url.get_backend_name() == "postgresql" else "mysql"
    named = url.set(drivername=kind).render_as_string(hide_password=False)
    write(folder, {**files(kind), ".env.local": f'DATABASE_URL="{named}?serverVersion=8.4&charset=utf8mb4"\n'})
    made = Place("doctrine", url, folder, {}, BASE, MORE, WRITTEN)
    literal = BASE.replace("\\", "\\\\") if kind == "mysql" else BASE
    made.run(TABLE[kind], *made.sent(BASE), ROWS,
             f"INSERT INTO doctrine_migration_versions VALUES ('{literal}', '2026-01-31 12:00:00', 9)")  # fmt: skip
    return made


@pytest.mark.parametrize("postgres_server", [16], indirect=True)
def test_doctrine_transactions_leave_nothing_on_postgres(
    database: URL, tmp_path: Path, postgres_server: ServerUnderTest
) -> None:
    nothing_left(at(database, tmp_path), [(BASE, False, 9)], (MORE, True, None))


@pytest.fixture(scope="module")
def told(my_server: MyServer, tmp_path_factory: pytest.TempPathFactory) -> Iterator[dict[str, object]]:
    with fresh_database(my_server) as url:
        yield ways_out(at(url, tmp_path_factory.mktemp("doctrine")))


@pytest.mark.parametrize("my_server", ["mariadb"], indirect=True)
@pytest.mark.parametrize("column", TOLD)
def test_doctrine_leaves_and_is_led_out_of(told: dict[str, object], column: str) -> None:
    wanted = {
        **told_of([(BASE, 0, 9)], (MORE, 1, None)),
        "statements_up": ["ALTER", "CREATE", "CREATE", "CREATE"],
    }
    assert told[column] == wanted[column]


CONFIGURED = {
    "migrations.php": "<?php return ['table_storage' => ['table_name' => 'log'], 'migrations_paths' => ["
    "'DoctrineMigrations' => './db'], 'all_or_nothing' => true];",
    "migrations.json": '{"table_storage": {"table_name": "log"}, "migrations_paths": {"DoctrineMigrations": "db"},'
    ' "all_or_nothing": true}',
    "migrations.yml": "table_storage: {table_name: log}\nmigrations_paths: {DoctrineMigrations: ./db}\n"
    "all_or_nothing: true",
    "migrations.xml": '<?xml version="1.0"?><doctrine-migrations xmlns="http://doctrine-project.org/schemas/x"><storage>'
    '<table-storage table-name="log"/></storage><migrations-paths><path namespace="DoctrineMigrations">db</path>'
    "</migrations-paths><all-or-nothing>true</all-or-nothing></doctrine-migrations>",
    "config/packages/doctrine_migrations.yaml": "doctrine_migrations: {migrations_paths: {DoctrineMigrations:"
    " '%kernel.project_dir%/db'}, storage: {table_storage: {table_name: log}}, all_or_nothing: true}",
}
DATABASE = (
    "<?php return ['dbname' => 'app', 'user' => 'me', 'password' => 'pw', 'host' => 'db', 'driver' => 'pdo_pgsql'];"
)


@pytest.mark.parametrize("name", CONFIGURED)
def test_doctrine_detection_reads_each_form_of_its_configuration(tmp_path: Path, name: str) -> None:
    symfony = name.startswith("config")
    beside = {
        ".env": "APP_ENV=prod\nDATABASE_URL=mysql://wrong",
        ".env.prod": "PW=pw\nDATABASE_URL=pdo-pgsql://me:${PW}@db/app",
    }
    write(tmp_path, {name: CONFIGURED[name], "db/Version1.php": php("Version1", sql("SELECT 1")),
                     **(beside if symfony else {"migrations-db.php": DATABASE})})  # fmt: skip
    found = project("doctrine", tmp_path)
    assert (found.settings["table"], shown(found)) == ("log", "postgresql://me:pw@db/app")
    tracking = tracked("doctrine", tmp_path, ledger("doctrine", "log", COLUMNS), POSTGRES)
    (only,) = tracking.tracked
    assert (only.id, only.migration and only.migration.description) == (
        "DoctrineMigrations\\Version1",
        "about Version1",
    )
    assert "one transaction (all_or_nothing)" in tracking.about
    command = "php bin/console doctrine:migrations:migrate" if symfony else "vendor/bin/doctrine-migrations migrate"
    assert f"`{command}` runs" in tracking.next_run


def test_doctrine_order_is_that_of_the_names_and_a_row_without_a_file_is_missing(tmp_path: Path) -> None:
    write(tmp_path, {"migrations.json": '{"migrations_paths": {"B": "b", "A": "a"}}',
                     "a/Version2.php": php("Version2", "").replace("DoctrineMigrations", "A"),
                     "b/Version1.php": php("Version1", "").replace("DoctrineMigrations", "B"),
                     "b/deep/Version0.php": php("Version0", ""), "b/Helper.php": php("Helper", "")})  # fmt: skip
    rows = (("A\\Version2", None, None), ("B\\Version0", "2026-01-01 00:00:00", "3"))
    tracking = tracked("doctrine", tmp_path, ledger("doctrine", "doctrine_migration_versions", COLUMNS, *rows), MYSQL)
    assert list(beliefs(tracking).items()) == [
        ("A\\Version2", Belief.RECORDED), ("B\\Version0", Belief.RECORDED), ("B\\Version1", Belief.PENDING),
    ]  # fmt: skip
    assert (tracking.rollback.takes, by_id(tracking)["B\\Version0"].migration) == (("A\\Version2",), None)
    assert tracking.rollback.argv == (
        "vendor/bin/doctrine-migrations", "migrations:execute", "A\\Version2", "--down", "--no-interaction",
    )  # fmt: skip
    old = ledger("doctrine", "migration_versions", ("version", "executed_at"), ("20260101000000", None))
    assert "Doctrine Migrations 2" in old.unread


def sent(up: str, more: str = "", *, server: str = "mysql", dbal: int = 3) -> tuple[list[str], tuple[str, ...]]:
    """What a version sends; what is not known by its reason in brackets; and what is noted."""
    found, notes = _sent(php("Version1", up, "", more), "up", Context(server, "app", dbal=dbal))
    return [one.sql or f"({one.unreadable[:30]})" for one in found], notes


def test_doctrine_statements_up_are_sent_in_the_order_of_its_executor() -> None:
    up = """$table = $schema->createTable('later'); $table->addColumn('id', 'integer');
        $this->addSql('CREATE TABLE collected (id INT);');
        $this->connection->executeStatement('CREATE TABLE at_once (id INT)');
        $rows = $this->connection->fetchAllAssociative('SELECT 1');"""
    more = """public function postUp(Schema $schema): void { $this->connection->insert('t', ['a' => 1]); }
        public function preUp(Schema $schema): void { $this->connection->executeQuery('UPDATE t SET a = 1'); }"""
    assert sent(up, more)[0] == [
        "UPDATE t SET a = 1",
        "CREATE TABLE at_once (id INT)",
        "CREATE TABLE collected (id INT)",
        "(it is asked of the Schema obje)",
        "(what the connection's insert b)",
    ]


PLATFORM = "$this->connection->getDatabasePlatform()"
ASKS = {
    "name": (f"$this->abortIf({PLATFORM}->getName() !== 'mysql', 'no');", "mysql", 3),
    "class": (
        f"$this->abortIf(!{PLATFORM} instanceof \\Doctrine\\DBAL\\Platforms\\PostgreSQLPlatform, 'no');",
        "postgres",
        0,
    ),
    "maria": (f"$this->skipIf(!{PLATFORM} instanceof \\Doctrine\\DBAL\\Platforms\\MySQLPlatform, 'no');", "mariadb", 3),
}


@pytest.mark.parametrize("ask", ASKS)
def test_doctrine_statements_up_of_another_platform_are_never_sent(ask: str) -> None:
    text, here, dbal = ASKS[ask]
    body = text + sql("CREATE TABLE a (b INT)")
    assert sent(body, server=here, dbal=dbal)[0] == ["CREATE TABLE a (b INT)"]
    other = "sqlite" if here != "sqlite" else "mysql"
    assert sent(body, server=other)[0] == ["(the file throws here, so nothi)"]


def test_doctrine_statements_up_keep_their_conditions_and_say_what_is_not_known() -> None:
    body = """$this->skipIf($this->connection->fetchOne('SELECT 1') > 0, 'done');
        if (!$schema->hasTable('t')) { $this->addSql('CREATE TABLE t (a INT)'); }
        $this->addSql('UPDATE t SET a = ?', [1]);"""
    found, notes = _sent(php("Version1", body), "up", Context("mysql", "app"))
    assert [(one.sql, [guard.text for guard in one.guards]) for one in found] == [
        ("CREATE TABLE t (a INT)", ["!$schema->hasTable('t')"]), ("", []),
    ]  # fmt: skip
    assert (found[1].data, notes) == (True, ("it is skipped if $this->connection->fetchOne('SELECT 1') > 0",))


def test_doctrine_transactions_are_left_where_a_version_says_so(tmp_path: Path) -> None:
    alone = "public function isTransactional(): bool { return false; }"
    write(tmp_path, {"migrations.json": '{"migrations_paths": {"DoctrineMigrations": "db"}}',
                     "db/Version1.php": php("Version1", sql("SELECT 1")),
                     "db/Version2.php": php("Version2", sql("SELECT 1"), more=alone)})  # fmt: skip
    whole: list[list[bool]] = []
    for server in (POSTGRES, MYSQL, Server("mariadb", "10.11", 101100, "app", "app", "me")):
        tracking = tracked("doctrine", tmp_path, ledger("doctrine", "x", COLUMNS), server)
        whole.append([each.migration.transactional for each in tracking.tracked if each.migration])
    assert whole == [[True, False], [False, False], [False, False]]
