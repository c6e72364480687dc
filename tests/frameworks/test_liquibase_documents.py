"""Changelogs as documents: what is refused, what cannot be known, which file is the first, where paths begin."""

from __future__ import annotations

from pathlib import Path

import pytest

from console import frameworks
from console.core.migration import Migration
from console.core.ports import Files, Project
from tests.frameworks.liquibase_corpus import HEAD
from tests.frameworks.making import write
from tests.frameworks.sqlfiles import MYSQL, POSTGRES, beliefs, by_id, project, tracked
from tests.frameworks.sqlfiles import ledger as made

NAME, TABLE = "liquibase", "public.databasechangelog"
COLUMNS = (
    "id",
    "author",
    "filename",
    "dateexecuted",
    "orderexecuted",
    "exectype",
    "md5sum",
    "description",
    "liquibase",
)
SET = '<changeSet id="1" author="ann">{}</changeSet></databaseChangeLog>'
CHECKED = (
    '<createTable tableName="t"><column name="a" type="int"><constraints checkConstraint="a"/></column></createTable>'
)
BOMB = "\n".join(
    f"a{n}: &a{n} {{{', '.join(f'b{m}: *a{n - 1}' for m in range(9)) if n else 'x: y'}}}" for n in range(9)
)


def read(folder: Path, text: str, name: str = "db/all.xml", dialect: str = "postgres") -> Files:
    write(folder, {name: text, "liquibase.properties": f"changeLogFile={name}\nparameter.given=yes\n"})
    return frameworks.load(NAME).read(project(NAME, folder), None, dialect, "public")


def one(folder: Path, changes: str, dialect: str = "postgres") -> Migration:
    (found,) = read(folder, HEAD + SET.format(changes), dialect=dialect).migrations
    return found


def row(path: str, total: str | None = "9:x", version: str = "4.28.0") -> tuple[str | None, ...]:
    return ("1", "ann", path, "2026-01-31 12:00:00", "1", "EXECUTED", total, "sql", version)


@pytest.mark.parametrize(
    ("name", "text", "why"),
    [
        ("a.xml", f'<!DOCTYPE x [<!ENTITY e SYSTEM "file:///etc/passwd">]>{HEAD[39:]}&e;</databaseChangeLog>',
         "a.xml: it defines a document type of its own, which is not read"),
        ("a.xml", f"{HEAD}<changeSet>", "a.xml: it is not valid XML (line 3)"),
        ("a.xml", "<project>databaseChangeLog</project>", "a.xml is no changelog"),
        ("a.yaml", f"{BOMB}\ndatabaseChangeLog: *a8\n", "a.yaml: it is larger than any changelog"),
        ("a.yaml", "databaseChangeLog: [", "a.yaml: it is not valid YAML (line 1)"),
        ("a.json", '{"databaseChangeLog": [}', "a.json: it is not valid JSON (line 1)"),
        ("a.yaml", "databaseChangeLog:\n- !!python/name:os.system [id]\n- changeSet: {id: 2020-01-01, author: a}",
         "a.yaml: its id 2020-01-01 is a date to YAML, which Liquibase keeps in its machine's words"),
        ("a.xml", f'{HEAD}<include file="../../etc/passwd.xml" relativeToChangelogFile="true"/></databaseChangeLog>',
         "../../etc/passwd.xml is not here, and a changelog includes it"),
        ("a.xml", f'{HEAD}<include file="a.xml"/></databaseChangeLog>',
         "its changelogs include each other without end"),
        ("a.xml", f'{HEAD}<includeAll path="none"/></databaseChangeLog>',
         "none is not here, and a.xml includes all of it"),
    ],
    ids=["entity", "cut-off", "other-xml", "aliases", "yaml", "json", "date", "outside", "itself", "no-folder"],
)  # fmt: skip
def test_what_is_refused(name: str, text: str, why: str, tmp_path: Path) -> None:
    found = read(tmp_path, text, name)
    assert (found.unread, found.migrations) == (why, ())


@pytest.mark.parametrize(
    ("changes", "why"),
    [
        ('<loadData tableName="t" file="rows.csv"/>', "loadData: its rows come from rows.csv (2 rows)"),
        ('<customChange class="x.Y"/>', "customChange: this kind of change is not known here"),
        ('<sqlFile path="none.sql"/>', "sqlFile: its file none.sql is not here"),
        ('<dropPrimaryKey tableName="t"/>', "dropPrimaryKey: Liquibase asks the server for the name"),
        (CHECKED, "createTable: what Liquibase makes of checkConstraint is not known"),
        ('<sql endDelimiter="[;]+">SELECT 1</sql>', "sql: its statements end in [;]+, which is not read"),
    ],
    ids=["rows", "class", "file", "key", "check", "delimiter"],
)  # fmt: skip
def test_what_is_not_known_is_shown_as_it_stands(changes: str, why: str, tmp_path: Path) -> None:
    write(tmp_path, {"rows.csv": "a,b\n1,2\n3,4\n"})
    (statement,) = one(tmp_path, changes).statements
    (opaque,) = statement.operations
    assert (statement.readable, statement.sql) == (False, changes)
    assert str(getattr(opaque, "why", "")).startswith(why) or statement.nature == "data"


def test_sqlite_is_told_only_what_does_not_depend_on_its_tables(tmp_path: Path) -> None:
    changes = '<dropTable tableName="t"/><addColumn tableName="u"><column name="a" type="int"/></addColumn>'
    found = one(tmp_path, changes, "sqlite").statements
    assert [(s.readable, s.sql[:14]) for s in found] == [(True, "DROP TABLE t"), (False, "<addColumn tab")]


def test_parameters_come_from_the_settings_first(tmp_path: Path) -> None:
    text = '<property name="given" value="no"/><property name="open" value="x" context="a"/>'
    sets = '<changeSet id="1" author="ann"><sql>SELECT \'${given}\'</sql></changeSet>'
    unsure = '<changeSet id="2" author="ann"><sql>SELECT \'${open}\'</sql></changeSet></databaseChangeLog>'
    sure, unknown = read(tmp_path, f"{HEAD}{text}{sets}{unsure}").migrations
    assert [s.sql for s in sure.statements] == ["SELECT 'yes'"]
    assert unknown.unreadable == "it puts the value of ${open} into its text, and that is not known here"


def test_the_first_of_several_is_the_one_that_no_other_includes(tmp_path: Path) -> None:
    changes = SET.format("<sql>SELECT 1</sql>")
    write(tmp_path, {"db/changelog/a.xml": f'{HEAD}<include file="db/changelog/b.xml"/></databaseChangeLog>',
                     "db/changelog/b.xml": HEAD + changes})  # fmt: skip
    found = frameworks.load(NAME).read(project(NAME, tmp_path), None, "postgres", "public")
    assert [m.id for m in found.migrations] == ["1::ann::db/changelog/b.xml"]
    given = frameworks.load(NAME).read(Project(NAME, ".", bare=True), f"{tmp_path}/db/changelog", "postgres", "public")
    assert [m.id for m in given.migrations] == ["1::ann::db/changelog/b.xml"]


@pytest.mark.parametrize(
    ("said", "path", "belief"),
    [
        ("changeLogFile=db/changelog/a.xml", "db/changelog/a.xml", "recorded"),
        ("changeLogFile=db/changelog/a.xml", "classpath:db/changelog/a.xml", "recorded"),
        ("changeLogFile=db/changelog/a.xml", "changelog/a.xml", "pending"),
        ("", "src/main/db/changelog/a.xml", "recorded"),
        ("", "db/other/a.xml", "pending"),
    ],
    ids=["same", "classpath", "said-otherwise", "guessed", "another"],
)
def test_a_row_is_found_where_its_path_may_begin(said: str, path: str, belief: str, tmp_path: Path) -> None:
    text = HEAD + SET.format("<sql>SELECT 1</sql>")
    write(tmp_path, {"db/changelog/a.xml": text, "liquibase.properties": said})
    found = tracked(NAME, tmp_path, made(NAME, TABLE, COLUMNS, row(path)), POSTGRES)
    assert beliefs(found)["1::ann::db/changelog/a.xml"] == belief


def test_an_edited_changeset_differs_where_its_sum_can_be_made(tmp_path: Path) -> None:
    path, name = "db/all.xml", "1::ann::db/all.xml"

    def differs(changes: str, total: str | None) -> bool:
        read(tmp_path, HEAD + SET.format(changes))
        return by_id(tracked(NAME, tmp_path, made(NAME, TABLE, COLUMNS, row(path, total))))[name].checksum_differs

    ran = "<sql>UPDATE t SET b = 1</sql>"
    real = "9:d3a29894aff21403d65da198872b698c"
    assert [differs(ran, total) for total in (real, "9:0", "8:0", None)] == [False, True, False, False]
    assert differs(f"<validCheckSum>ANY</validCheckSum>{ran}", "9:0") is False
    assert differs('<createView viewName="v">SELECT 1</createView>', "9:0") is False
    about = tracked(NAME, tmp_path, made(NAME, TABLE, COLUMNS, row(path, "9:0", "5.0.1"))).about
    assert about == (
        "Whether 1 of the changesets were edited since they ran is not known: their check sums cannot be made here."
        " The last row was written by Liquibase 5.0.1; the SQL here is as 4.28 writes it."
    )


def test_a_table_of_another_name_is_called_as_it_is_spelled(tmp_path: Path) -> None:
    settings = "changeLogFile=db/all.xml\ndatabaseChangeLogTableName=My_Changes"
    write(tmp_path, {"db/all.xml": HEAD + SET.format("<sql>SELECT 1</sql>"), "liquibase.properties": settings})
    of = made(NAME, "app.my_changes", COLUMNS, row("db/all.xml"))
    assert [tracked(NAME, tmp_path, of, server).ledger.name for server in (MYSQL, POSTGRES)] == [
        "app.My_Changes", "app.my_changes"]  # fmt: skip
    usual = made(NAME, "app.databasechangelog", COLUMNS, row("db/all.xml"))
    assert tracked(NAME, tmp_path, usual, MYSQL).ledger.name == "app.DATABASECHANGELOG"


def test_spring_says_where_its_changelog_and_its_database_are(tmp_path: Path) -> None:
    base = (
        "spring:\n  datasource:\n    url: jdbc:postgresql://${HOST:db}/app\n    username: me\n    password: ${NOBODY}\n"
    )
    write(tmp_path, {
        "src/main/resources/application.yml": base + "  liquibase:\n    parameters: {given: from-spring}\n",
        "src/main/resources/application-prod.properties": "spring.liquibase.change-log=classpath:/db/other.xml\n",
        "src/main/resources/db/changelog/db.changelog-master.yaml": "databaseChangeLog: []\n",
        "src/main/resources/db/other.xml": HEAD + SET.format("<sql>SELECT '${given}'</sql>"),
    })  # fmt: skip
    found = project(NAME, tmp_path)
    assert (str(found.url), found.settings["changelog"]) == (
        "postgresql://me@db/app", "db/changelog/db.changelog-master.yaml")  # fmt: skip
    assert frameworks.load(NAME).read(found, None, "postgres", "public") == Files()
    prod = project(NAME, tmp_path, SPRING_PROFILES_ACTIVE="prod", HOST="live")
    assert str(prod.url) == "postgresql://me@live/app"
    (migration,) = frameworks.load(NAME).read(prod, None, "postgres", "public").migrations
    assert (migration.id, [s.sql for s in migration.statements]) == ("1::ann::db/other.xml", ["SELECT 'from-spring'"])
