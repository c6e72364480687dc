"""Long histories of recorded migrations: no alarm while nothing is wrong, and what somebody did by hand is told."""

from __future__ import annotations

import psycopg
import pytest
from sqlalchemy.engine import URL

from console.core.assessment import Assessment
from console.core.judge import assess
from console.core.landed import Verdict
from console.core.migration import State
from console.core.schema import Schema
from console.dialects import open_dialect
from tests.builders import observation, recorded, tracking
from tests.servers import conninfo

HISTORY = tuple(
    part.strip()
    for part in """
CREATE TABLE users (id serial PRIMARY KEY, email varchar(100) NOT NULL, name text);;
CREATE UNIQUE INDEX users_email ON users (email); CREATE TABLE posts (id serial PRIMARY KEY, user_id int, t text);;
ALTER TABLE posts ADD CONSTRAINT posts_user_fk FOREIGN KEY (user_id) REFERENCES users (id);;
ALTER TABLE posts RENAME COLUMN t TO title; ALTER TABLE posts ADD COLUMN body text DEFAULT '' NOT NULL;;
CREATE VIEW recent AS SELECT id, title FROM posts;;
CREATE FUNCTION slug(t text) RETURNS text LANGUAGE sql AS $$ SELECT lower(t) $$;;
CREATE OR REPLACE FUNCTION slug(t text) RETURNS text LANGUAGE sql AS $$ SELECT lower(trim(t)) $$;;
DROP VIEW recent; ALTER TABLE posts ALTER COLUMN title TYPE varchar(200);;
CREATE VIEW recent AS SELECT id, title, body FROM posts ORDER BY id DESC;;
CREATE OR REPLACE VIEW recent AS SELECT id, title, body, user_id FROM posts ORDER BY id DESC;;
ALTER TABLE users ALTER COLUMN email TYPE varchar(320), ALTER COLUMN name SET NOT NULL;;
ALTER TABLE users ALTER COLUMN name DROP NOT NULL; ALTER TABLE users ADD COLUMN legacy int;;
DROP INDEX users_email; CREATE UNIQUE INDEX users_email ON users (lower(email));;
CREATE TABLE tags (name text PRIMARY KEY); CREATE TABLE post_tags (post_id int REFERENCES posts, tag text);;
ALTER TABLE post_tags ADD PRIMARY KEY (post_id, tag); ALTER TABLE post_tags ADD FOREIGN KEY (tag) REFERENCES tags;;
ALTER TABLE tags RENAME TO labels; ALTER TABLE post_tags RENAME TO post_labels;;
ALTER TABLE post_labels RENAME COLUMN tag TO label; ALTER TABLE labels ADD COLUMN color text;;
CREATE SCHEMA blog; ALTER TABLE posts SET SCHEMA blog; ALTER TABLE post_labels SET SCHEMA blog;;
ALTER TABLE blog.posts ADD COLUMN published_at timestamptz; CREATE INDEX posts_pub ON blog.posts (published_at);;
ALTER INDEX blog.posts_pub RENAME TO posts_published; ALTER TABLE users DROP COLUMN legacy;;
CREATE TYPE status AS ENUM ('draft', 'live'); ALTER TABLE blog.posts ADD COLUMN status status DEFAULT 'draft';;
ALTER TYPE status ADD VALUE 'gone'; ALTER TYPE status RENAME TO post_status;;
DO $$ BEGIN ALTER TABLE users ADD COLUMN made_by_code int; END $$;;
ALTER TABLE users ALTER COLUMN made_by_code TYPE bigint; UPDATE users SET made_by_code = 1;;
CREATE TABLE old_stuff (id int); CREATE INDEX old_idx ON old_stuff (id); DROP TABLE old_stuff;;
CREATE TABLE old_stuff (id bigint PRIMARY KEY, kind text CHECK (kind <> ''));;
DROP TABLE old_stuff CASCADE; CREATE SEQUENCE counter; ALTER SEQUENCE counter RENAME TO counters;;
CREATE FUNCTION touch() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN RETURN NEW; END $$;;
CREATE TRIGGER users_touch BEFORE UPDATE ON users FOR EACH ROW EXECUTE FUNCTION touch();;
CREATE OR REPLACE FUNCTION touch() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN RETURN NULL; END $$;;
DROP TRIGGER users_touch ON users; CREATE TRIGGER users_touch AFTER UPDATE ON users FOR EACH ROW EXECUTE FUNCTION
  touch();;
ALTER TABLE users ADD COLUMN a int, ADD COLUMN b int; ALTER TABLE users DROP COLUMN a; ALTER TABLE users ADD a text;;
ALTER TABLE users RENAME COLUMN b TO c; ALTER TABLE users RENAME COLUMN a TO b;;
ALTER TABLE users ADD CONSTRAINT c_ck CHECK (c > 0) NOT VALID; ALTER TABLE users VALIDATE CONSTRAINT c_ck;;
ALTER TABLE users DROP CONSTRAINT c_ck; ALTER TABLE users ADD CONSTRAINT c_ck CHECK (c > 1);;
ALTER TABLE users ALTER COLUMN id TYPE bigint; ALTER SEQUENCE users_id_seq AS bigint;;
CREATE MATERIALIZED VIEW stats AS SELECT count(*) AS n FROM users; CREATE UNIQUE INDEX stats_n ON stats (n);;
DROP MATERIALIZED VIEW stats; CREATE MATERIALIZED VIEW stats AS SELECT count(*) AS n, 1 AS one FROM users;;
COMMENT ON TABLE users IS 'people'; COMMENT ON TABLE users IS 'all people'; COMMENT ON COLUMN users.c IS NULL;;
CREATE TABLE m (at date NOT NULL) PARTITION BY RANGE (at); CREATE TABLE m_1 PARTITION OF m FOR VALUES FROM
  ('2024-01-01') TO ('2025-01-01');;
CREATE INDEX m_at ON m (at); ALTER TABLE m DETACH PARTITION m_1; DROP TABLE m_1;;
CREATE TABLE m_2 PARTITION OF m DEFAULT; DROP TABLE m;;
ALTER TABLE users ENABLE ROW LEVEL SECURITY; CREATE POLICY p ON users USING (true);;
ALTER TABLE users DISABLE ROW LEVEL SECURITY; DROP POLICY p ON users;;
ALTER TABLE users DISABLE TRIGGER users_touch; ALTER TABLE users ENABLE TRIGGER users_touch;;
DROP FUNCTION slug(text); CREATE FUNCTION slug(t text, n int) RETURNS text LANGUAGE sql AS 'SELECT t';;
ALTER TABLE blog.posts DROP CONSTRAINT posts_user_fk; ALTER TABLE blog.posts ADD FOREIGN KEY (user_id) REFERENCES
  users ON DELETE CASCADE;;
ALTER SCHEMA blog RENAME TO magazine; ALTER TABLE magazine.posts ADD COLUMN words int DEFAULT 0;;
CREATE INDEX ON magazine.posts (words); CREATE INDEX ON magazine.posts (words) WHERE words > 9;;
ALTER TABLE labels DROP COLUMN color; ALTER TABLE labels SET (fillfactor = 80); ALTER TABLE labels RESET
  (fillfactor);;
CREATE TABLE swap_new (LIKE labels INCLUDING ALL); ALTER TABLE labels RENAME TO labels_old;;
ALTER TABLE swap_new RENAME TO labels; ALTER TABLE labels ADD COLUMN icon text; DROP TABLE labels_old CASCADE;;
CREATE DOMAIN amount AS int CHECK (VALUE > 0); ALTER DOMAIN amount SET DEFAULT 5; ALTER DOMAIN amount DROP DEFAULT;;
ALTER TABLE users ADD COLUMN paid amount; ALTER DOMAIN amount RENAME TO quantity;;
ALTER TABLE users ALTER COLUMN paid SET DEFAULT 3; ALTER TABLE users ALTER COLUMN paid DROP DEFAULT;;
CREATE RULE nothing AS ON DELETE TO users DO INSTEAD NOTHING; DROP RULE nothing ON users;;
CREATE STATISTICS st ON b, c FROM users; DROP STATISTICS st; CREATE EXTENSION IF NOT EXISTS plpgsql;;
ALTER TABLE users ALTER COLUMN id DROP DEFAULT; ALTER TABLE users ALTER COLUMN id ADD GENERATED ALWAYS AS IDENTITY;;
ALTER TABLE users ADD CONSTRAINT b_uq UNIQUE (b); ALTER TABLE users RENAME CONSTRAINT b_uq TO users_b_unique;;
CREATE INDEX users_c ON users (c); ALTER TABLE users ALTER COLUMN c TYPE bigint USING c::bigint
""".split(";;")
)


def _assessed(url: URL) -> Assessment:
    files = tracking(*(recorded(str(n), sql, rank=n) for n, sql in enumerate(HISTORY, start=1)))
    return assess(observation(_read(url), files))


def _read(url: URL) -> Schema:
    link = open_dialect("postgresql").open(url, "schema")
    try:
        return link.schema()
    finally:
        link.close()


def _alarms(found: Assessment) -> list[tuple[str, str, str]]:
    return [
        (m.id, j.verdict.value, j.evidence)
        for m in found.frameworks[0].migrations
        for j in m.statements
        if j.verdict in (Verdict.NOT_LANDED, Verdict.PARTIAL)
    ]


@pytest.fixture
def built(database: URL) -> URL:
    """A database in which the whole history ran."""
    with psycopg.connect(conninfo(database), autocommit=True) as connection:
        for sql in HISTORY:
            connection.execute(sql.encode())
    return database


def test_a_long_history_raises_no_alarm(built: URL) -> None:
    found = _assessed(built)
    assert _alarms(found) == []
    assert {m.state for m in found.frameworks[0].migrations} == {State.APPLIED}
    assert found.debris == ()


@pytest.mark.parametrize(
    ("by_hand", "said"),
    [
        ("DROP INDEX users_email", "index users_email is not there"),
        ("ALTER TABLE magazine.posts DROP COLUMN words", "column magazine.posts.words is not there"),
        ("ALTER TABLE users DROP CONSTRAINT c_ck", "constraint users.c_ck is not there"),
        (
            "ALTER TABLE users ALTER COLUMN email TYPE text",
            "users.email is there, but text instead of character",
        ),
        ("DROP TRIGGER users_touch ON users", "trigger users.users_touch is not there"),
        ("DROP VIEW recent", "view recent is not there"),
        (
            "ALTER TABLE users ALTER COLUMN email DROP NOT NULL",
            "users.email is there, but null instead of not null",
        ),
        (
            "CREATE OR REPLACE FUNCTION touch() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN RETURN OLD; END $$",
            "routine touch() is there, but",
        ),
    ],
)
def test_what_somebody_took_or_changed_by_hand_is_told(built: URL, by_hand: str, said: str) -> None:
    with psycopg.connect(conninfo(built), autocommit=True) as connection:
        connection.execute(by_hand.encode())
    found = _assessed(built)
    assert any(said in evidence for _, _, evidence in _alarms(found)), _alarms(found)
    assert State.HOLLOW in {m.state for m in found.frameworks[0].migrations}


def test_a_trigger_that_somebody_disabled_is_debris(built: URL) -> None:
    with psycopg.connect(conninfo(built), autocommit=True) as connection:
        connection.execute("ALTER TABLE users DISABLE TRIGGER users_touch")
    assert [item.kind for item in _assessed(built).debris] == ["disabled_trigger"]


def test_an_invalid_index_that_if_not_exists_stepped_over_is_hollow(database: URL) -> None:
    with psycopg.connect(conninfo(database), autocommit=True) as connection:
        connection.execute("CREATE TABLE t (a int); INSERT INTO t VALUES (1), (1)")
        with pytest.raises(psycopg.errors.UniqueViolation):
            connection.execute("CREATE UNIQUE INDEX CONCURRENTLY t_a ON t (a)")
        connection.execute("CREATE UNIQUE INDEX CONCURRENTLY IF NOT EXISTS t_a ON t (a)")
    second = "CREATE UNIQUE INDEX CONCURRENTLY IF NOT EXISTS t_a ON t (a)"
    found = assess(
        observation(_read(database), tracking(recorded("1", "CREATE TABLE t (a int)"), recorded("2", second, rank=2)))
    )
    assert [m.state for m in found.frameworks[0].migrations] == [State.APPLIED, State.HOLLOW]
    assert "INVALID" in found.frameworks[0].migrations[1].statements[0].evidence
    assert [item.kind for item in found.debris] == ["invalid_index"]
