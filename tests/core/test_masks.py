"""No secret reaches the journal's file: not a known one, however it is written, nor what is written like one."""

from __future__ import annotations

import json
from pathlib import Path
from urllib.parse import quote, quote_plus

import pytest
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy.engine import make_url

from console.core.journal import Person, Topic
from console.core.masks import known_secrets, mask
from tests.store.journals import journal

SECRET = "Zw3rg'9un\\7er Zaun@/%"
SPELT = {
    "plain": SECRET,
    "sql": "ALTER ROLE bob PASSWORD '" + SECRET.replace("'", "''") + "'",
    "mysql": "IDENTIFIED BY '" + SECRET.replace("\\", "\\\\").replace("'", "\\'") + "'",
    "url": f"postgresql://bob:{quote(SECRET, safe='')}@db1/shop",
    "form": f"password={quote_plus(SECRET)}&x=1",
    "json": json.dumps({"anything": SECRET}),
    "middle": f"could not connect with {SECRET} to db1",
}


@pytest.mark.parametrize("text", SPELT.values(), ids=SPELT.keys())
def test_a_known_secret_is_hidden_however_it_is_spelt(text: str) -> None:
    shown = mask(text, [SECRET])
    assert "***" in shown
    assert "9un" not in shown


WRITTEN = [
    "ALTER ROLE bob PASSWORD 'geheim'",
    "alter user bob with encrypted password 'geheim' valid until 'infinity'",
    "CREATE ROLE bob LOGIN PASSWORD E'geheim\\'x'",
    "CREATE ROLE bob PASSWORD $$geheim$$",
    "CREATE ROLE bob PASSWORD $q$geheim$$x$q$",
    "CREATE USER bob@'%' IDENTIFIED BY 'geheim'",
    'CREATE USER bob@"%" IDENTIFIED BY "geheim"',
    "CREATE USER bob IDENTIFIED BY PASSWORD '*geheim'",
    "CREATE USER bob IDENTIFIED WITH caching_sha2_password BY 'geheim'",
    "ALTER USER bob IDENTIFIED WITH 'mysql_native_password' AS '*geheim'",
    "ALTER USER bob IDENTIFIED BY 'neu' REPLACE 'geheim'",
    "CREATE USER bob IDENTIFIED VIA mysql_native_password USING '*geheim'",
    "CREATE USER bob IDENTIFIED VIA ed25519 USING PASSWORD('geheim')",
    "SET PASSWORD FOR 'bob'@'%' = 'geheim'",
    "SET PASSWORD FOR bob = PASSWORD('geheim')",
    "SET PASSWORD = 'geheim'",
    "CHANGE MASTER TO MASTER_HOST='h', MASTER_PASSWORD='geheim'",
    "CHANGE REPLICATION SOURCE TO SOURCE_PASSWORD = 'geheim', SOURCE_PORT = 1",
    "CREATE USER MAPPING FOR bob SERVER s OPTIONS (user 'bob', password 'geheim')",
    "CREATE SUBSCRIPTION s CONNECTION 'host=h user=bob password=geheim dbname=x' PUBLICATION p",
    "host=h password=geheim",
    "host=h sslpassword='geheim'",
    "Server=h;Uid=bob;Pwd=geheim;Database=x",
    "postgresql://bob:geheim@db1/shop",
    "mysql+pymysql://bob:ge/h@eim:geheim@db1:3306/shop?ssl=1",
    "jdbc:postgresql://db1/shop?user=bob&password=geheim&ssl=true",
    '{"password": "geheim"}',
    "['password' => 'geheim']",
    "UPDATE users SET api_token = 'geheim' WHERE id = 1",
    "UPDATE users SET `password` = 'geheim'",
    "ALTER ROLE bob PASSWORD 'geheim",
    "-----BEGIN RSA PRIVATE KEY-----\ngeheim\n-----END RSA PRIVATE KEY-----",
    "DB_PASSWORD=geheim",
    "ALTER ROLE bob PASSWORD'geheim'",
    "ALTER ROLE bob PASSWORD ',geheim'",
    'CREATE USER bob IDENTIFIED BY"geheim"',
    "insert into settings values ('smtp_password', 'geheim')",
    r"""select '{\"password\": \"geheim\"}'""",
    "SET PASSWORD=PASSWORD ( 'geheim' )",
    "ALTER ROLE bob PASSWORD   \n\t 'geheim'",
]


@pytest.mark.parametrize("text", WRITTEN, ids=range(len(WRITTEN)))
def test_what_is_written_like_a_secret_is_hidden(text: str) -> None:
    shown = mask(text)
    assert "geheim" not in shown
    assert "***" in shown


HARMLESS = [
    "ALTER TABLE users ADD COLUMN password varchar(255) NOT NULL",
    "alter table `users` add `remember_token` varchar(100) null after `password`",
    "CREATE INDEX users_token_index ON users (token)",
    'CREATE INDEX t ON users ("token", "user_id")',
    'ALTER TABLE "users" DROP COLUMN "api_token", ADD "password" text',
    "SELECT a FROM t WHERE kind IN ('x', 'token')",
    "insert into password_resets values ('a', 'b')",
    "UPDATE users SET password = NULL WHERE password = ?",
    "SELECT 'a:b', '10:20@x'",
    "the server at postgresql://bob@db1/shop refused the password of bob",
    "DELETE FROM flyway_schema_history WHERE version = '4'",
]


@pytest.mark.parametrize("text", HARMLESS, ids=range(len(HARMLESS)))
def test_what_holds_no_secret_stays_as_it_is(text: str) -> None:
    assert mask(text) == text


@given(st.text(st.characters(min_codepoint=33, max_codepoint=0x2FF), min_size=4, max_size=20), st.data())
def test_a_known_secret_is_nowhere(secret: str, data: st.DataObject) -> None:
    around = st.text(st.characters(categories=["Lu"], max_codepoint=0x7F), max_size=10)
    text = "".join(
        piece
        for _ in range(3)
        for piece in (data.draw(around), data.draw(st.sampled_from([secret, quote(secret, safe=""), f"'{secret}'"])))
    )
    shown = mask(text, [secret])
    assert secret not in shown.replace("***", "\0")


@given(st.text(st.characters(exclude_characters="'\\", exclude_categories=["Cs"]), min_size=1, max_size=20))
def test_a_literal_after_password_is_hidden_whatever_it_is(secret: str) -> None:
    assert mask(f"ALTER ROLE bob PASSWORD '{secret}'") == "ALTER ROLE bob PASSWORD '***'"


def test_a_short_secret_is_hidden_where_it_stands_alone() -> None:
    assert mask("the word abc, not abcd: 'abc'", ["abc"]) == "the word ***, not abcd: '***'"


def test_masking_long_hostile_text_takes_no_longer_than_its_length() -> None:
    for text in ("password" * 50_000, "'" * 300_001, "://a:" * 60_000, "identified by " * 30_000, "\\" * 300_001):
        assert len(mask(text, [SECRET])) <= 2 * len(text)


def test_what_is_known_comes_from_url_and_environment() -> None:
    url = make_url("postgresql+psycopg://bob:from-url@db1/shop?sslpassword=from-query&sslmode=require")
    environ = {
        "PGPASSWORD": "pg", "MYSQL_PWD": "my", "PWD": "/srv/app", "STRIPE_SECRET": "sk_live_1234", "HOME": "/root",
        "DATABASE_URL": "mysql://u:p%40ss@h/x", "PASSWORD_MIN_LENGTH": "12", "DB_PASSWORD_FILE": "/run/secrets/db",
    }  # fmt: skip
    assert known_secrets(environ, url) == {
        "from-url", "from-query", "pg", "my", "sk_live_1234", "p%40ss", "p@ss"
    }  # fmt: skip


def test_no_known_secret_is_in_any_file_of_the_journal(tmp_path: Path) -> None:
    environ = {"PGPASSWORD": "from-environment", "APP_SECRET": "s3cr3t-of-the-app"}
    person = Person("ann", "10.0.0.5", f"as {SECRET}")
    with journal(tmp_path, f"shop {SECRET}", who=person, run=f"run {SECRET}", environ=environ, secrets=[SECRET]) as one:
        for text in (*SPELT.values(), "from-environment", "x" * 65_530 + "from-environment" + SECRET):
            one.append(Topic.NOTE, text, {"sql": text, text: "as a name", "evidence": f"s3cr3t-of-the-app {text}"})
        files = b"".join(path.read_bytes() for path in one.path.parent.iterdir())
        text = str([(entry, dict(entry.details)) for entry in one.entries()])
    for secret in (*SPELT.values(), "from-environment", "s3cr3t-of-the-app", "Zw3rg", "9un"):
        assert secret not in text
        assert len(secret) < 5 or secret.encode() not in files  # three bytes stand anywhere in a file by chance
    assert len(one.path.parent.name) > 0
