"""What a real server does not tell, for a lock or for want of rights, is never judged as if it were not there."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from sqlalchemy.engine import URL

from console.core.compare import Sight, look
from console.core.landed import Ground, Judgement, Verdict, judge
from console.core.schema import Kind, Schema, Table, attributes
from console.core.statements import read_script
from tests.dialects.my_fixtures import MyWaits, NewUser, OpenMyLink, holding_exclusively
from tests.mysql_servers import MyConnect, MyServer, ask

MADE = (
    "CREATE TABLE parent (id INT PRIMARY KEY)",
    """CREATE TABLE orders (id INT PRIMARY KEY, note VARCHAR(20) DEFAULT 'x', parent_id INT, secret INT,
       CONSTRAINT noted CHECK (note <> 'a'), KEY by_note (note), UNIQUE KEY by_secret (secret),
       CONSTRAINT of_parent FOREIGN KEY (parent_id) REFERENCES parent (id) ON DELETE CASCADE) COMMENT 'ours'""",
    "CREATE TABLE other (id INT PRIMARY KEY, code CHAR(3) NOT NULL, CONSTRAINT coded CHECK (code <> 'zzz'))",
    "CREATE VIEW seen AS SELECT id, note FROM orders",
    "CREATE VIEW codes AS SELECT code FROM other",
    "CREATE TRIGGER stamped BEFORE INSERT ON orders FOR EACH ROW SET NEW.note = 'n'",
    "CREATE TRIGGER coded BEFORE INSERT ON other FOR EACH ROW SET NEW.code = 'n'",
    "CREATE FUNCTION one() RETURNS INT DETERMINISTIC RETURN 1",
    "CREATE PROCEDURE two() SELECT 2",
    "CREATE EVENT daily ON SCHEDULE EVERY 1 DAY DISABLE DO SELECT 1",
)
GRANTS = (
    ("SELECT ON {db}.*",),
    ("SELECT ON {db}.*", "TRIGGER ON {db}.orders"),
    ("SELECT, TRIGGER, EVENT, SHOW VIEW ON {db}.*",),
    ("SELECT, REFERENCES ON {db}.*",),
    ("SELECT ON {db}.orders", "SELECT ON {db}.other"),
    ("SELECT (id, note) ON {db}.orders", "INSERT (code), SELECT ON {db}.other"),
    ("UPDATE (id) ON {db}.orders",),
    ("DELETE ON {db}.orders", "INSERT ON {db}.other"),
    ("INDEX ON {db}.orders", "TRIGGER ON {db}.other"),
    ("INSERT ON {db}.*",),
    ("CREATE, DROP, ALTER ON {db}.*",),
    ("CREATE ON {db}.*", "SELECT ON {db}.other"),
    ("EXECUTE ON {db}.*",),
    ("ALTER ROUTINE ON {db}.*",),
    ("SELECT ON {db}.*", "EXECUTE ON FUNCTION {db}.one"),
    ("SELECT ON *.*",),
    ("CREATE VIEW ON {db}.*", "SHOW DATABASES ON *.*"),
)

Reading = Callable[[URL | None], Schema]


@pytest.fixture
def read(my_connect: MyConnect, open_my_link: OpenMyLink, my_server: MyServer) -> Reading:
    """Reads the schema of a database with something of everything."""
    connection = my_connect()
    for statement in (*MADE, *(["CREATE SEQUENCE numbers"] if my_server.is_mariadb else [])):
        ask(connection, statement)
    return lambda url: open_my_link(url=url).schema()


def contradicted(whole: Schema, told: Schema) -> list[str]:
    """What the smaller picture would deny."""
    wanted = [look(thing.ref, attributes(thing), told) for thing in whole.things if thing.ref.kind is not Kind.SCHEMA]
    absent = [look(thing.ref, None, told) for thing in whole.things]
    spaces = [look(thing.ref, {}, told) for thing in whole.things if thing.ref.kind is Kind.SCHEMA]
    return [f"{seen.ref} {seen.sight} {seen.differing}" for seen in (*wanted, *spaces) if not seen.fits] + [
        f"{seen.ref} {seen.sight}" for seen in absent if seen.sight is Sight.GONE
    ]


@pytest.mark.parametrize("rights", GRANTS, ids=lambda rights: " and ".join(rights).replace("{db}.", ""))
def test_nothing_is_denied_for_want_of_rights(rights: tuple[str, ...], read: Reading, my_user: NewUser) -> None:
    url = my_user(*(f"GRANT {right} TO {{user}}" for right in rights))
    whole, told = read(None), read(url)
    assert contradicted(whole, told) == []
    assert not [table.ref for table in told.of_kind(Table) if table.locked]
    assert whole.untold == {}
    assert told.unread


def test_rights_taken_back_on_one_database_are_not_held(
    read: Reading, my_user: NewUser, my_connect: MyConnect, my_server: MyServer
) -> None:
    url = my_user("GRANT SELECT, TRIGGER ON *.* TO {user}")
    whole, connection = read(None), my_connect()
    if not my_server.is_mariadb:
        ask(connection, "SET GLOBAL partial_revokes = ON")
        ask(connection, f"REVOKE TRIGGER ON {url.database}.* FROM '{url.username}'@'%'")
    told = read(url)
    assert contradicted(whole, told) == []
    assert (Kind.TRIGGER in told.untold) is not my_server.is_mariadb
    if not my_server.is_mariadb:
        ask(connection, f"DROP USER '{url.username}'@'%'")
        ask(connection, f"CREATE USER '{url.username}'@'%'")
        ask(connection, "SET GLOBAL partial_revokes = OFF")


@pytest.mark.parametrize("name", ["orders", "other", "codes", "numbers"])
def test_nothing_is_denied_of_what_is_locked(
    name: str, read: Reading, my_waits: MyWaits, my_connect: MyConnect, my_server: MyServer
) -> None:
    locked = name if my_server.is_mariadb or name != "numbers" else "parent"
    whole = read(None)
    holding_exclusively(my_waits, my_connect, locked)
    told = read(None)
    assert contradicted(whole, told) == []
    assert [reason.partition(" is locked")[0] for reason in told.unread] == ([name] if my_server.is_mariadb else [])


FILE = """
ALTER TABLE orders ADD COLUMN carrier VARCHAR(40);
ALTER TABLE other ADD COLUMN name TEXT;
ALTER TABLE orders DROP COLUMN secret;
CREATE INDEX by_code ON other (code);
CREATE TRIGGER stamped_too BEFORE UPDATE ON orders FOR EACH ROW SET NEW.note = 'u';
CREATE TABLE fresh (id INT PRIMARY KEY, order_id INT, FOREIGN KEY (order_id) REFERENCES orders (id));
UPDATE other SET code = 'x';
DROP TRIGGER coded;
ALTER TABLE orders COMMENT 'theirs';
DROP PROCEDURE two
"""


def verdicts(schema: Schema, dialect: str) -> list[Judgement]:
    return list(judge(read_script(FILE, dialect, schema.home), Ground(schema)))


@pytest.mark.parametrize("ran", range(0, 11, 2))
def test_a_file_is_judged_by_what_is_told_however_far_it_came(
    ran: int, read: Reading, my_waits: MyWaits, my_connect: MyConnect, my_server: MyServer, my_user: NewUser
) -> None:
    home = read(None).home
    for statement in read_script(FILE, my_server.kind, home)[:ran]:
        ask(my_connect(), statement.sql)
    urls = (my_user("GRANT SELECT ON {db}.* TO {user}"), my_user("GRANT SELECT ON {db}.other TO {user}"))
    whole = verdicts(read(None), my_server.kind)
    low = [verdicts(read(url), my_server.kind) for url in urls]
    holding_exclusively(my_waits, my_connect, "orders")
    low.append(verdicts(read(None), my_server.kind))
    for told in low:
        wrong = [(a, b) for a, b in zip(whole, told, strict=True) if b.verdict not in (a.verdict, Verdict.UNKNOWABLE)]
        assert wrong == []
    known = [
        {judgement.statement.n for judgement in told if judgement.verdict is not Verdict.UNKNOWABLE} for told in low
    ]
    locked = {2, 6} if my_server.is_mariadb else {1, 2, 3, 4, 5, 6, 8, 9, 10}
    assert [found >= least for found, least in zip(known, ({1, 2, 3, 6}, {2}, locked), strict=True)] == [True] * 3


def test_why_it_cannot_be_told_is_said(
    read: Reading, my_waits: MyWaits, my_connect: MyConnect, my_server: MyServer, my_user: NewUser
) -> None:
    url = my_user("GRANT SELECT ON {db}.* TO {user}")
    told = verdicts(read(url), my_server.kind)
    assert told[7].evidence == "trigger coded cannot be seen: not all triggers are told to this account"
    holding_exclusively(my_waits, my_connect, "orders")
    found = verdicts(read(None), my_server.kind)[0]
    if my_server.is_mariadb:
        text = "column orders.carrier cannot be seen: orders is locked and its columns could not be read"
        assert (found.verdict, found.evidence) == (Verdict.UNKNOWABLE, text)
    else:
        assert (found.verdict, found.evidence) == (Verdict.NOT_LANDED, "column orders.carrier is not there")
