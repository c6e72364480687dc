"""Phinx: its files, its configuration, its table, and what is left of a migration that stopped, on real servers."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from sqlalchemy.engine import URL

from console.core.migration import Belief
from console.core.observation import Health
from console.core.plan import CannotWriteError
from console.frameworks.phinx.grammar import Shape
from console.frameworks.phinx.reading import _read
from tests.frameworks.making import write
from tests.frameworks.projects import shown
from tests.frameworks.sqlfiles import MYSQL, beliefs, by_id, ledger, not_ran, project, ran, tracked
from tests.frameworks.stopped import COLUMNS as COLUMNS_TOLD
from tests.frameworks.stopped import ROWS, Place, nothing_left, told_of, ways_out
from tests.mysql_servers import MyServer, fresh_database
from tests.servers import ServerUnderTest

BASE, MORE = "20260101000000", "20260102000000"
COLUMNS = ("version", "migration_name", "start_time", "end_time", "breakpoint")


def php(name: str, body: str, base: str = "Phinx\\Migration\\AbstractMigration") -> str:
    """A migration file."""
    return f"<?php\nuse {base};\nfinal class {name} extends AbstractMigration\n{{\n{body}\n}}\n"


CHANGE = php(
    "AddNotes",
    """    public function change(): void
    {
        $this->table('customers')->addColumn('nick', 'string', ['limit' => 40])->update();
        $this->table('notes', ['id' => false, 'primary_key' => 'n'])
            ->addColumn('n', 'integer', ['null' => false])->addColumn('body', 'text')->create();
        $this->table('customers')->addIndex('email', ['unique' => true, 'name' => 'uq_email'])->update();
        $this->table('customers')->addIndex(['nick'], ['name' => 'ix_nick'])->update();
    }""",
)
FIRST = php(
    "MakeCustomers",
    "    public function change(): void { $this->table('customers')->addColumn('email', 'string')->create(); }",
)
CONFIG = """
paths:
  migrations: '%%PHINX_CONFIG_DIR%%/db/migrations'
environments:
  default_migration_table: phinxlog
  default_environment: production
  development: {adapter: sqlite, name: dev}
  production:
    adapter: ADAPTER
    host: '%%PHINX_DBHOST%%'
    name: '%%PHINX_DBNAME%%'
    user: '%%PHINX_DBUSER%%'
    pass: '%%PHINX_DBPASS%%'
    port: '%%PHINX_DBPORT%%'
"""
LOCK = '{"packages": [{"name": "robmorgan/phinx", "version": "0.16.5"}]}'
FILES = {
    f"db/migrations/{BASE}_make_customers.php": FIRST,
    f"db/migrations/{MORE}_add_notes.php": CHANGE,
    "composer.lock": LOCK,
}
TABLE = {
    "postgresql": 'CREATE TABLE "public"."phinxlog" ("version" BIGINT NOT NULL, "migration_name" CHARACTER VARYING'
    ' (100) NULL, "start_time" TIMESTAMP NULL, "end_time" TIMESTAMP NULL, "breakpoint" BOOLEAN NOT NULL DEFAULT FALSE,'
    ' CONSTRAINT "phinxlog_pkey" PRIMARY KEY ("version"))',
    "mysql": "CREATE TABLE `phinxlog` (`version` BIGINT(20) NOT NULL, `migration_name` VARCHAR(100) NULL, `start_time`"
    " TIMESTAMP NULL, `end_time` TIMESTAMP NULL, `breakpoint` TINYINT(1) NOT NULL DEFAULT 0, PRIMARY KEY (`version`))"
    " ENGINE = InnoDB CHARACTER SET utf8mb4 COLLATE utf8mb4_unicode_ci",
}
INSERT = (
    "INSERT INTO phinxlog (version, migration_name, start_time, end_time, breakpoint) VALUES"
    f" ('{BASE}', 'MakeCustomers', '2026-01-31 12:00:00', '2026-01-31 12:00:01', FALSE)"
)
WRITTEN = "SELECT version, migration_name, start_time = end_time, breakpoint FROM phinxlog ORDER BY 1"


def at(url: URL, folder: Path) -> Place:
    """A project whose first migration ran, with its rows."""
    kind = "pgsql" if url.get_backend_name() == "postgresql" else "mysql"
    environ = {
        "PHINX_DBHOST": url.host or "", "PHINX_DBNAME": url.database or "", "PHINX_DBUSER": url.username or "",
        "PHINX_DBPASS": str(url.password or ""), "PHINX_DBPORT": str(url.port or ""),
    }  # fmt: skip
    write(folder, {**FILES, "phinx.yml": CONFIG.replace("ADAPTER", kind)})
    made = Place("phinx", url, folder, environ, BASE, MORE, WRITTEN)
    made.run(TABLE["postgresql" if made.is_postgres else "mysql"])
    made.run(*made.sent(BASE), INSERT, ROWS)
    return made


@pytest.mark.parametrize("postgres_server", [16], indirect=True)
def test_phinx_transactions_leave_nothing_on_postgres(
    database: URL, tmp_path: Path, postgres_server: ServerUnderTest
) -> None:
    row = (int(MORE), "AddNotes", True, False)
    old = (int(BASE), "MakeCustomers", False, False)
    nothing_left(at(database, tmp_path), [old], row)


@pytest.fixture(scope="module")
def told(my_server: MyServer, tmp_path_factory: pytest.TempPathFactory) -> Iterator[dict[str, object]]:
    with fresh_database(my_server) as url:
        yield ways_out(at(url, tmp_path_factory.mktemp("phinx")))


@pytest.mark.parametrize("my_server", ["mariadb"], indirect=True)
@pytest.mark.parametrize("column", COLUMNS_TOLD)
def test_phinx_leaves_and_is_led_out_of(told: dict[str, object], column: str) -> None:
    old, new = (int(BASE), "MakeCustomers", 0, 0), (int(MORE), "AddNotes", 1, 0)
    wanted = {**told_of([old], new), "statements_up": ["ALTER", "CREATE", "ALTER", "ALTER"]}
    assert told[column] == wanted[column]


@pytest.mark.parametrize(
    ("name", "text"),
    [
        ("phinx.php", ("<?php return ['paths' => ['migrations' => __DIR__ . '/m'], 'environments' => ["
         "'default_environment' => 'p', 'p' => ['adapter' => 'mysql', 'host' => 'db', 'name' => 'app',"
                " 'user' => 'me', 'pass' => 'pw',"
         " 'port' => 3307, 'migration_table' => 'log']]];")),
        ("phinx.json", ('{"paths": {"migrations": ["m"]}, "environments": {"p": {"migration_table": "log",'
         ' "dsn": "mysql://me:pw@db:3307/app"}}}')),
        ("phinx.yml", ("paths: {migrations: {'App\\Db': 'm'}}\nenvironments: {default_migration_table: log, p:"
         " {adapter: mysql, host: db, name: app, user: me, pass: pw, port: 3307}}")),
    ],
)  # fmt: skip
def test_phinx_detection_reads_each_form_of_its_configuration(tmp_path: Path, name: str, text: str) -> None:
    write(tmp_path, {name: text, "m/1_one_two.php": php("OneTwo", "public function up() {}")})
    found = project("phinx", tmp_path)
    assert (shown(found), found.settings["table"], found.settings["environment"]) == (
        "mysql+pymysql://me:pw@db:3307/app" if "+" in (shown(found) or "") else "mysql://me:pw@db:3307/app", "log", "p",
    )  # fmt: skip
    tracking = tracked("phinx", tmp_path, ledger("phinx", "log", COLUMNS), MYSQL)
    assert (list(by_id(tracking)), tracking.files.health) == (["1"], Health.OK)
    wanted = "App\\Db\\OneTwo" if name.endswith("yml") else ""
    assert (wanted in by_id(tracking)["1"].note, "0.16 is assumed" in tracking.about) == (True, True)


def test_phinx_detection_names_what_only_a_run_could_fill_in(tmp_path: Path) -> None:
    write(tmp_path, {"phinx.yml": CONFIG.replace("ADAPTER", "mysql")})
    found = project("phinx", tmp_path, PHINX_DBHOST="db")
    assert (found.url, any("%%PHINX_DBNAME%%" in one for one in found.missing)) == (None, True)
    assert project("phinx", tmp_path, PHINX_ENVIRONMENT="development").settings["environment"] == "development"
    write(tmp_path, {"phinx.php": "<?php return ['paths' => ['migrations' => 'm'], 'environments' => ['a' => ["
                     "'adapter' => 'pgsql', 'name' => secret(), 'host' => 'h']]];"})  # fmt: skip
    found = project("phinx", tmp_path)
    assert (found.url, found.missing[0]) == (None, "phinx.php: the name of a is known only when Phinx runs.")


def test_phinx_order_is_that_of_the_numbers_and_a_row_without_a_file_is_missing(tmp_path: Path) -> None:
    write(tmp_path, {"phinx.yml": "paths: {migrations: ['db/{a,b}/*', m]}\nenvironments: {p: {adapter: mysql}}\n"
                     "version_order: execution", "composer.lock": LOCK})  # fmt: skip
    for path, name in (("db/a/x/10_ten.php", "Ten"), ("db/b/y/9_nine.php", "Nine"), ("m/2_two.php", "Other"),
                       ("m/readme.php", "No"), ("db/a/x/deep/1_one.php", "One")):  # fmt: skip
        write(tmp_path, {path: php(name, "public function up() {}")})
    rows = (("9", "Nine", "2026-01-02 00:00:00", "2026-01-02 00:00:00", "0"),
            ("10", "Ten", "2026-01-01 00:00:00", "2026-01-01 00:00:00", "0"),
            ("3", "Three", "2026-01-01 00:00:00", "2026-01-01 00:00:00", "0"))  # fmt: skip
    tracking = tracked("phinx", tmp_path, ledger("phinx", "phinxlog", COLUMNS, *rows), MYSQL)
    assert list(beliefs(tracking).items()) == [
        ("2", Belief.PENDING), ("3", Belief.RECORDED), ("9", Belief.RECORDED), ("10", Belief.RECORDED),
    ]  # fmt: skip
    assert "looks for the class Two" in tracking.next_run
    assert tracking.rollback.takes == ("9",)
    assert tracking.rollback.argv == ("vendor/bin/phinx", "rollback", "-c", "phinx.yml", "-e", "p")
    halted = tracked("phinx", tmp_path, ledger("phinx", "phinxlog", COLUMNS, (*rows[0][:4], "1")), MYSQL)
    assert (halted.rollback.argv, "breakpoint is set on 9" in halted.rollback.why) == ((), True)


def test_phinx_mark_ran_is_refused_where_its_row_is_not_known(tmp_path: Path) -> None:
    write(tmp_path, {**FILES, "phinx.yml": CONFIG.replace("ADAPTER", "mysql")})
    tracking = tracked(
        "phinx", tmp_path, ledger("phinx", "phinxlog", COLUMNS, (BASE, "MakeCustomers", None, None, "0")), MYSQL
    )
    with pytest.raises(CannotWriteError, match="recorded it already"):
        ran(tracking, BASE, MYSQL)
    with pytest.raises(CannotWriteError, match="no row of it"):
        not_ran(tracking, MORE, MYSQL)


def sent(body: str, *, driver: str = "mysql", back: bool = False, version: tuple[int, int] = (0, 16)) -> list[str]:
    """What a migration sends; what is not known by its reason in brackets."""
    old = version < (0, 13)
    shape = Shape(driver, version, 16, null_default=not old, unsigned_keys=not old)
    up, down, why, _ = _read(php("X", body), shape)
    assert not why
    return [one.sql or f"({one.unreadable})" for one in (down if back else up)]


GOLDEN = """public function up() {
    $this->table('table1')->addColumn('column1', 'string')->addColumn('column2', 'integer', ['null' => true])
        ->addColumn('column3', 'string', ['default' => 'test', 'null' => false])->create(); }
public function down() { $this->table('table1')->drop()->save(); }"""


def test_phinx_statements_up_are_those_of_its_own_tests() -> None:
    assert sent(GOLDEN, driver="pgsql") == [
        (
            'CREATE TABLE "public"."table1" ("id" INTEGER NOT NULL GENERATED BY DEFAULT AS IDENTITY, "column1"'
            ' CHARACTER VARYING (255) NULL, "column2" INTEGER NULL, "column3" CHARACTER VARYING (255) NOT NULL '
            ' DEFAULT \'test\', CONSTRAINT "table1_pkey" PRIMARY KEY ("id"))'
        )
    ]
    assert sent(GOLDEN) == [
        (
            "CREATE TABLE `table1` (`id` INT(11) unsigned NOT NULL AUTO_INCREMENT, `column1` VARCHAR(255) NULL,"
            " `column2` INT(11) NULL, `column3` VARCHAR(255) NOT NULL DEFAULT 'test', PRIMARY KEY (`id`)) ENGINE ="
            " InnoDB CHARACTER SET utf8mb4 COLLATE utf8mb4_unicode_ci"
        )
    ]
    assert sent(GOLDEN, driver="sqlite")[0].startswith("CREATE TABLE `table1` (`id` INTEGER NOT NULL PRIMARY KEY AUTO")
    two = "[['a' => 'x', 'b' => 23], ['a' => null, 'b' => 4]]"
    rows = f"public function up() {{ $this->table('t')->insert({two})->saveData(); }}"
    assert sent(rows, driver="pgsql") == [
        """INSERT INTO "public"."t" ("a", "b") OVERRIDING SYSTEM VALUE VALUES ('x', 23), (null, 4)"""
    ]
    assert sent(GOLDEN, version=(0, 12)) == ["(this Phinx is older than 0.13: its words are not known exactly)"]


def test_phinx_statements_down_turn_a_change_round_in_its_own_order() -> None:
    change = """public function change() {
        $this->table('a')->addColumn('x', 'integer')->addIndex('x', ['name' => 'ix'])->update();
        $this->table('b')->rename('c')->update();
        $this->execute('UPDATE a SET x = 1');
        $this->table('a')->renameColumn('x', 'y')->update(); }"""
    assert sent(change, driver="pgsql", back=True) == [
        "UPDATE a SET x = 1",
        'ALTER TABLE "public"."c" RENAME TO "b"',
        'DROP INDEX IF EXISTS "public"."ix"',
        'ALTER TABLE "public"."a" DROP COLUMN "x"',
        'ALTER TABLE "public"."a" RENAME COLUMN "y" TO "x"',
    ]
    gone = "public function change() { $this->table('a')->removeColumn('x')->update(); }"
    assert sent(gone, back=True) == ["(Phinx cannot reverse removeColumn: it refuses to roll back)"]


def test_phinx_statements_up_keep_their_conditions_and_say_what_is_not_known() -> None:
    body = """public function up() {
        if (!$this->hasTable('t')) { $this->table('t')->addColumn('a', 'uuid')->create(); }
        $this->table('u')->addColumn('b', 'boolean', ['default' => false])->save();
        $this->table('v')->renameColumn('a', 'b')->update();
        $this->table('w')->removeIndex(['a'])->update();
        $this->table('x')->addColumn('a', 'string', ['limit' => $this->wide()])->update();
        $rows = $this->fetchAll('SELECT 1');
        $this->getQueryBuilder('update')->update('t')->set('a', 1)->execute(); }"""
    _read.cache_clear()
    up = _read(php("X", body), Shape("mysql", server=8))[0]
    assert [(bool(one.sql), [guard.text for guard in one.guards]) for one in up] == [
        (True, ["!$this->hasTable('t')"]),
        (True, ["the table u is there"]),
        (True, ["the table u is not there"]),
        (False, []), (False, []), (False, []), (False, []), (False, []),
    ]  # fmt: skip
    assert "RENAME COLUMN `a` TO `b`" in up[3].effect
    assert "asked of the server" in up[4].unreadable
    assert up[-1].data


def test_phinx_statements_up_come_out_of_files_beside_and_constants_too(tmp_path: Path) -> None:
    body = """public function up() {
        $this->execute(file_get_contents(__DIR__ . '/sql/one.sql'));
        $this->table('t')->addColumn('a', \\Phinx\\Db\\Adapter\\AdapterInterface::PHINX_TYPE_BIG_INTEGER)
            ->addColumn('b', 'text', ['limit' => \\Phinx\\Db\\Adapter\\MysqlAdapter::TEXT_LONG])->update(); }"""
    write(tmp_path, {"phinx.yml": "paths: {migrations: m}\nenvironments: {p: {adapter: mysql}}",
                     "m/1_one.php": php("One", body), "m/sql/one.sql": "create table a (b int);"})  # fmt: skip
    for table in ("a", "c"):
        write(tmp_path, {"m/sql/one.sql": f"create table {table} (b int);"})
        one = by_id(tracked("phinx", tmp_path, ledger("phinx", "phinxlog", COLUMNS), MYSQL))["1"].migration
        assert one is not None
        assert [each.sql for each in one.statements] == [
            f"create table {table} (b int)", "ALTER TABLE `t` ADD `a` BIGINT(20) NULL, ADD `b` LONGTEXT NULL",
        ]  # fmt: skip
