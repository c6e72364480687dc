"""What of a dump is sent, what is left out and said, and for what the whole dump is refused."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from console.core.faults import UsageFault
from console.core.restore.cut import cut, lines_of
from console.core.restore.judging import Judge, chosen, judged
from console.core.restore.sorting import Fate

VERSIONS = {"postgres": 170002, "mysql": 80036, "mariadb": 101106}
MYSQL = "SET NAMES utf8mb4;\n/*!40103 SET TIME_ZONE='+00:00' */;\n"


def fates(text: str, dialect: str) -> list[tuple[Fate, str]]:
    judge = Judge(dialect, VERSIONS[dialect])
    found = [judge.fate(one) for one in cut(lines_of([text.encode()]), dialect)]
    return [(one.fate, one.what) for one in found]


@pytest.mark.parametrize(
    ("sql", "fate"),
    [
        ("CREATE TABLE public.a (id int DEFAULT 1, b text CHECK (b <> ';'));", Fate.SEND),
        ("ALTER TABLE ONLY public.a ADD CONSTRAINT a_pkey PRIMARY KEY (id);", Fate.SEND),
        ("ALTER TABLE ONLY public.a ALTER COLUMN id SET DEFAULT nextval('public.a_id_seq'::regclass);", Fate.SEND),
        ("SELECT pg_catalog.setval('public.a_id_seq', 5, true);", Fate.SEND),
        ("INSERT INTO public.a VALUES (1, 'x;\ny', NULL, -1.5);", Fate.SEND),
        ("SET client_encoding = 'LATIN1';", Fate.SEND),
        ("CREATE EXTENSION IF NOT EXISTS citext WITH SCHEMA public;", Fate.SEND),
        ("INSERT INTO public.a VALUES (pg_read_file('/etc/passwd'));", Fate.LEFT_OUT),
        ("INSERT INTO public.a SELECT * FROM dblink('host=prod', 'DELETE FROM a') AS t(a int);", Fate.LEFT_OUT),
        ("CREATE TABLE a (id int CHECK (dblink_exec('x') = ''));", Fate.LEFT_OUT),
        ("CREATE TABLE a (id int DEFAULT pg_terminate_backend(1));", Fate.LEFT_OUT),
        ("CREATE TABLE a AS SELECT 1;", Fate.LEFT_OUT),
        ("CREATE TABLE a AS TABLE b;", Fate.LEFT_OUT),
        ("CREATE TABLE a (c) AS VALUES (1);", Fate.LEFT_OUT),
        ("CREATE TABLE a (b int, c int GENERATED ALWAYS AS (b + 1) STORED) WITH (fillfactor=70);", Fate.SEND),
        ("CREATE TABLE a (b text CHECK (ts_rewrite('a'::tsquery, 'SELECT 1') <> ''));", Fate.LEFT_OUT),
        ("CREATE TABLE a (b text DEFAULT pg_catalog.query_to_xml('SELECT 1', true, true, ''));", Fate.LEFT_OUT),
        ("CREATE TABLE a (b int DEFAULT loread(1, 2));", Fate.LEFT_OUT),
        ("CREATE TABLE a (lo_price int, pg_rows int, b varchar(3) DEFAULT pg_catalog.lower('X'));", Fate.SEND),
        ("CREATE TABLE a (b uuid DEFAULT public.uuid_generate_v4(), c public.vector(3), d numeric(9,2)[]);", Fate.SEND),
        ("CREATE TABLE a (b int, CONSTRAINT c CHECK ((b = ANY (ARRAY[1, 2])))) PARTITION BY RANGE (b);", Fate.SEND),
        ("CREATE TABLE a (b int, EXCLUDE USING gist (c WITH &&) WHERE (b > 1));", Fate.SEND),
        ("CREATE TABLE a (b text DEFAULT next_code());", Fate.LEFT_OUT),
        ("CREATE TABLE a (b text DEFAULT app.\"Lower\"('x'));", Fate.LEFT_OUT),
        ("CREATE TABLE a (b oid DEFAULT ('7'::oid).lo_unlink);", Fate.LEFT_OUT),
        ('CREATE TABLE a (b text CHECK ("check"(b)));', Fate.LEFT_OUT),
        ("CREATE DOMAIN d AS text CHECK (evil(VALUE));", Fate.LEFT_OUT),
        ("ALTER TABLE a ALTER COLUMN b SET DEFAULT 1, ALTER COLUMN c TYPE int USING evil(c);", Fate.LEFT_OUT),
        ("SET session_replication_role = replica;", Fate.QUIET),
        ("SET SESSION AUTHORIZATION admin;", Fate.QUIET),
        ("ALTER TABLE a ENABLE ROW LEVEL SECURITY;", Fate.QUIET),
        ("CREATE POLICY p ON a USING (evil());", Fate.LEFT_OUT),
        ("ALTER TABLE a ENABLE ALWAYS TRIGGER t;", Fate.LEFT_OUT),
        ("CREATE EVENT TRIGGER e ON ddl_command_start EXECUTE FUNCTION f();", Fate.LEFT_OUT),
        ("CREATE SERVER prod FOREIGN DATA WRAPPER postgres_fdw OPTIONS (host 'prod');", Fate.LEFT_OUT),
        ("CREATE USER MAPPING FOR PUBLIC SERVER prod;", Fate.LEFT_OUT),
        ("CREATE FOREIGN TABLE a (b int) SERVER prod;", Fate.LEFT_OUT),
        ("CREATE MATERIALIZED VIEW v AS SELECT evil();", Fate.LEFT_OUT),
        ("REFRESH MATERIALIZED VIEW v;", Fate.LEFT_OUT),
        ("CREATE SUBSCRIPTION s CONNECTION 'host=prod' PUBLICATION p;", Fate.LEFT_OUT),
        ("CREATE RULE r AS ON INSERT TO a DO ALSO DELETE FROM b;", Fate.LEFT_OUT),
        ("CREATE CAST (a AS b) WITH FUNCTION evil(a) AS IMPLICIT;", Fate.LEFT_OUT),
        ("CREATE OPERATOR public.= (PROCEDURE = evil, LEFTARG = int, RIGHTARG = int);", Fate.LEFT_OUT),
        ("CREATE TYPE b (INPUT = evil, OUTPUT = evil);", Fate.LEFT_OUT),
        ("CREATE UNIQUE INDEX i ON a (evil(b));", Fate.LEFT_OUT),
        ("CALL evil();", Fate.LEFT_OUT),
        ("LOAD '/tmp/evil.so';", Fate.LEFT_OUT),
        ("CREATE EXTENSION dblink;", Fate.LEFT_OUT),
        ("CREATE FUNCTION f() RETURNS int LANGUAGE sql AS $$ SELECT 1; $$;", Fate.LEFT_OUT),
        ("CREATE OR REPLACE VIEW v AS SELECT 1;", Fate.LEFT_OUT),
        ("DO $$ BEGIN DELETE FROM orders; END $$;", Fate.LEFT_OUT),
        ("SELECT pg_catalog.lo_create('4711');", Fate.LEFT_OUT),
        ("SELECT pg_reload_conf();", Fate.LEFT_OUT),
        ("DELETE FROM orders;", Fate.LEFT_OUT),
        ("CREATE DATABASE shop;", Fate.LEFT_OUT),
        ("\\connect shop", Fate.LEFT_OUT),
        ("GRANT ALL ON a TO PUBLIC;", Fate.QUIET),
        ("SET ROLE admin;", Fate.QUIET),
        ("SET search_path = app, pg_catalog;", Fate.SEND),
        ("DROP TABLE orders;", Fate.QUIET),
    ],
)
def test_a_dump_of_postgres_sends_only_tables_keys_and_rows(sql: str, fate: Fate) -> None:
    assert [found for found, _ in fates(f"-- a dump\n{sql}\n", "postgres")] == [fate]


@pytest.mark.parametrize(
    ("sql", "why"),
    [
        ("COPY a FROM PROGRAM 'rm -rf /';", "a COPY that reads or writes a file, or runs a program"),
        ("COPY a TO '/tmp/x';", "a COPY that reads or writes a file, or runs a program"),
        ("\\! rm -rf /", r"it holds \\!, a command for psql"),
        ("\\i other.sql", r"it holds \\i, a command for psql"),
        ("CREATE TABLE a (b text DEFAULT U&\"pg!005fread_file\" UESCAPE '!' ('/x'));", "in U&, which hides"),
        ("INSERT INTO a VALUES (u&'x');", "in U&, which hides"),
        ("COPY pg_catalog.pg_proc (oid) FROM stdin;\n\\.", "it writes to pg_catalog, which is the server's own"),
        ("COPY pg_authid FROM stdin;\n\\.", "it writes to pg_authid, which is the server's own"),
        ('INSERT INTO "pg_catalog".pg_trigger VALUES (1);', "it writes to pg_catalog, which is"),
        ("ALTER SYSTEM SET fsync = off;", "it holds ALTER SYSTEM"),
        ("SET standard_conforming_strings = off;", "with standard_conforming_strings off"),
        ("SET client_encoding = 'SJIS';", "its encoding is not read here"),
        ("\\connect a\nSELECT 1;\n\\connect b", "it is of several databases"),
        ("CREATE TABLE a (b text DEFAULT 'x\0');", "a statement in it holds a NUL"),
        ("CREATE TABLE a (b text DEFAULT 'x;\n", "ends in the middle of a statement"),
        ("COPY a (b) FROM stdin;\n1\n2\n", "ends in the middle of the rows of a table"),
    ],
)
def test_what_only_a_hostile_or_torn_dump_holds_is_refused(sql: str, why: str) -> None:
    with pytest.raises(UsageFault, match=why):
        fates(f"{sql}\n", "postgres")


def test_rows_of_a_copy_are_never_read_as_statements() -> None:
    text = "COPY public.a (b) FROM stdin;\nDROP TABLE x;\n\\!\n\\N\n\\.\nCREATE TABLE c (d int);\n"
    found = list(cut(lines_of([text.encode()]), "postgres"))
    assert [one.sql for one in found] == ["COPY public.a (b) FROM stdin", "CREATE TABLE c (d int)"]
    copies = cut(lines_of([text.encode()]), "postgres")
    assert list(next(copies).data) == [b"DROP TABLE x;\n", b"\\!\n", b"\\N\n"]


@pytest.mark.parametrize(
    ("sql", "fate"),
    [
        ("CREATE TABLE `a` (`b` int GENERATED ALWAYS AS (1 + 1)) ENGINE=InnoDB;", Fate.SEND),
        ("INSERT INTO `a` VALUES (1,'x;\\'',_binary 'y',0xFF,NULL,-1.5e3),(2,\"z\",x'00',b'1',NULL,0);", Fate.SEND),
        ("INSERT INTO `a` (`b`, `c`) VALUES\n(1,2),\n(3,4);", Fate.SEND),
        ("INSERT INTO `a` VALUES ( 1, DEFAULT );", Fate.SEND),
        ("INSERT INTO `a` VALUES (LOAD_FILE('/etc/passwd'));", Fate.LEFT_OUT),
        ("INSERT INTO `prod`.`a` VALUES (1);", Fate.LEFT_OUT),
        ("INSERT INTO `a` VALUES (@@datadir);", Fate.LEFT_OUT),
        ("INSERT INTO `a` SELECT * FROM `prod`.`a`;", Fate.LEFT_OUT),
        ("CREATE TABLE `prod`.`a` (`b` int);", Fate.LEFT_OUT),
        ("CREATE TABLE `a` (`b` int, FOREIGN KEY (`b`) REFERENCES `prod`.`c` (`d`));", Fate.LEFT_OUT),
        ("CREATE TABLE `a` (`b` int) ENGINE=FEDERATED CONNECTION='mysql://prod/a';", Fate.LEFT_OUT),
        ("CREATE TABLE `a` (`b` int) /*!50100 DATA DIRECTORY='/x' */;", Fate.LEFT_OUT),
        ("CREATE TABLE `a` (`b` int) ENGINE=CONNECT;", Fate.LEFT_OUT),
        ("CREATE TABLE `a` (`b` int) ENGINE SPIDER COMMENT 'host \"prod\", table \"a\"';", Fate.LEFT_OUT),
        ("CREATE TABLE `a` (`b` int) ENGINE `SPIDER`;", Fate.LEFT_OUT),
        ("CREATE TABLE `a` (`b` int) ENGINE /*!50000 = */ 'SPIDER';", Fate.LEFT_OUT),
        ("CREATE TABLE `a` (`b` int) ENGINE=InnoDB ENGINE SPIDER;", Fate.LEFT_OUT),
        ("CREATE TABLE `a` (`b` int) CONNECTION 'mysql://prod/a';", Fate.LEFT_OUT),
        ("CREATE TABLE `a` (`b` int) INDEX DIRECTORY '/x';", Fate.LEFT_OUT),
        ("CREATE TABLE `a` (`engine` int) ENGINE InnoDB;", Fate.SEND),
        ("CREATE TABLE production.123 (`b` int);", Fate.LEFT_OUT),
        ("CREATE TABLE `production`.123 (`b` int);", Fate.LEFT_OUT),
        ("INSERT INTO production.123 VALUES (1);", Fate.LEFT_OUT),
        ("INSERT INTO `a` VALUES (.5);", Fate.SEND),
        ("CREATE TABLE `a` (`b` int) /*!50100 PARTITION BY HASH (`b`) */ ;", Fate.SEND),
        ("/*!50003 CREATE TABLE `a` (`\u00fc` int COMMENT '\u00fc') */;", Fate.SEND),
        ("CREATE TABLE `a` LIKE `b`;", Fate.LEFT_OUT),
        ("LOAD DATA LOCAL INFILE '/etc/passwd' INTO TABLE `a`;", Fate.LEFT_OUT),
        ("LOAD DATA INFILE '/x' INTO TABLE `prod`.`a`;", Fate.LEFT_OUT),
        ("CREATE SERVER s FOREIGN DATA WRAPPER mysql OPTIONS (HOST 'prod');", Fate.LEFT_OUT),
        ("CREATE TABLE `a` (`b` int DEFAULT (GET_LOCK('x', 9)));", Fate.LEFT_OUT),
        ("CREATE DEFINER=`root`@`%` PROCEDURE p() SQL SECURITY DEFINER DELETE FROM a;", Fate.LEFT_OUT),
        ("CREATE OR REPLACE TABLE `a` (`b` int);", Fate.LEFT_OUT),
        ("CREATE TEMPORARY TABLE `a` (`b` int);", Fate.LEFT_OUT),
        ("INSTALL PLUGIN x SONAME 'x.so';", Fate.LEFT_OUT),
        ("CHANGE MASTER TO MASTER_HOST='prod';", Fate.LEFT_OUT),
        ("GRANT ALL ON *.* TO x;", Fate.LEFT_OUT),
        ("XA COMMIT 'x';", Fate.LEFT_OUT),
        ("HANDLER a OPEN;", Fate.LEFT_OUT),
        ("PREPARE s FROM 'DELETE FROM a';", Fate.LEFT_OUT),
        ("/*!50001 CREATE ALGORITHM=UNDEFINED DEFINER=`r` SQL SECURITY DEFINER VIEW v AS SELECT 1 */;", Fate.LEFT_OUT),
        ("/*!50106 CREATE*/ /*!50117 DEFINER=`r`@`%`*/ /*!50106 EVENT e ON SCHEDULE EVERY 1 DAY DO DELETE FROM a */;",
         Fate.LEFT_OUT),
        ("SET @@GLOBAL.GTID_PURGED=/*!80000 '+'*/ 'a:1-5';", Fate.LEFT_OUT),
        ("SET GLOBAL read_only = 0;", Fate.LEFT_OUT),
        ("SET @@SESSION.SQL_LOG_BIN= 0;", Fate.LEFT_OUT),
        ("CREATE DATABASE /*!32312 IF NOT EXISTS*/ `prod`;", Fate.LEFT_OUT),
        ("USE `prod`;", Fate.LEFT_OUT),
        ("DELETE FROM a;", Fate.LEFT_OUT),
        ("DROP TABLE IF EXISTS `a`;", Fate.QUIET),
        ("LOCK TABLES `a` WRITE;", Fate.QUIET),
        ("/*!40000 ALTER TABLE `a` DISABLE KEYS */;", Fate.QUIET),
    ],
)  # fmt: skip
@pytest.mark.parametrize("dialect", ["mysql", "mariadb"])
def test_a_dump_of_mysql_sends_only_tables_and_rows_without_a_database(sql: str, fate: Fate, dialect: str) -> None:
    assert [found for found, _ in fates(f"{MYSQL}{sql}\n", dialect)][2:] == [fate]


@pytest.mark.parametrize(
    ("text", "why"),
    [
        ("\\! rm -rf /;\n", "a command for the program mysql"),
        ("SET NAMES gbk;\n", "its character set gbk is not read here"),
        ("SET NAMES utf8mb4, GLOBAL general_log = 1;\n", "its SET NAMES says more than a character set"),
        ("SET NAMES utf8mb4 COLLATE utf8mb4_bin, PERSIST a = 1;\n", "says more than a character set"),
        ("SET NAMES utf8mb4, @x = (SELECT SLEEP(9));\n", "says more than a character set"),
        ("SET NAMES utf8mb4, SESSION sql_mode = '';\n", "says more than a character set"),
        ("/*!50503 SET NAMES utf8mb4 */, @@global.a = 1;\n", "says more than a character set"),
        ("SET NAMES @x;\n", "says more than a character set"),
        ("SET NAMES;\n", "says more than a character set"),
        ("INSERT INTO `a` VALUES (1);\n", "in which character set it is"),
        ("SET NAMES utf8mb4;\nCREATE TABLE `a` (`b` timestamp);\nINSERT INTO `a` VALUES (1);\n", "in which time zone"),
    ],
)
def test_what_would_be_read_wrongly_is_refused(text: str, why: str) -> None:
    with pytest.raises(UsageFault, match=why):
        fates(text, "mysql")


NEWER = "is for a newer server than the scratch server"


@pytest.mark.parametrize(
    ("sql", "why"),
    [
        ("CREATE TABLE `a` (`b` int /*!99999 COMMENT '*/, `c` int) /* ' */);", NEWER),
        ("/*!99999 CREATE TABLE `a` (`b` int DEFAULT '*/ DROP TABLE `c` -- ')*/;", NEWER),
        ("/*!99999 SET NAMES latin1 */;", NEWER),
        ("/*!080000 CREATE TABLE `a` (`b` int) */;", "does not begin and end"),
        ("CREATE TABLE `a` (`b` int /* x */);", "a comment stands within a statement"),
        ("CREATE TABLE `a` (`b` int /*!999999 x */);", "a comment stands within a statement"),
        ("CREATE TABLE `a` (`b` int --\x01 '\n) -- '\n;", "a comment stands within a statement"),
        ("CREATE TABLE `a` (`b` int --\u00a0'\n, `c` int) -- '\n;", "odd characters outside of quotes"),
        ("CREATE TABLE \u00c2\u00a0SELECT 1 AS `b`;", "odd characters outside of quotes"),
        ("CREATE TABLE \ufeff`a` (`b` int);", "odd characters outside of quotes"),
        ("CREATE TABLE `a` (`b` int) \\N;", "holds what is no SQL"),
        ("DELIMITER //\nCREATE TABLE `a` (`b` int); DROP TABLE `c`//\nDELIMITER ;", "what is no SQL|are read as one"),
    ],
)
def test_what_a_server_may_read_otherwise_is_refused(sql: str, why: str) -> None:
    with pytest.raises(UsageFault, match=why):
        fates(f"{MYSQL}{sql}\n", "mysql")


def test_what_stands_around_a_statement_is_not_sent() -> None:
    text = "-- x\n/*!50003 CREATE TABLE `a` (`b` int) */;\n/* z */ CREATE TABLE `c` (`d` int) ; -- e\n"
    found = [one.sql for one in cut(lines_of([text.encode()]), "mysql") if one.sql]
    assert found == ["/*!50003 CREATE TABLE `a` (`b` int) */", "CREATE TABLE `c` (`d` int)"]


@pytest.mark.parametrize(
    "names", ["utf8mb4", "'utf8mb4'", "utf8mb4 COLLATE utf8mb4_bin", "latin1 COLLATE 'latin1_bin'"]
)
def test_a_character_set_and_its_collation_are_sent(names: str) -> None:
    assert fates(f"/*!40101 SET NAMES {names} */;\n", "mysql") == [(Fate.SEND, "")]


def test_of_several_databases_only_the_one_that_is_meant_is_loaded() -> None:
    text = MYSQL + "USE `a`;\nCREATE TABLE `t` (`b` int);\nUSE `c`;\nCREATE TABLE `u` (`b` int);\n"
    with pytest.raises(UsageFault, match=r"of several databases \(a, c\)"):
        judged(lines_of([text.encode()]), "mysql", 80036, "shop")
    judge = judged(lines_of([text.encode()]), "mysql", 80036, "c")
    second = Judge("mysql", 80036, chosen(judge, "c"))
    found = [second.fate(one).fate for one in cut(lines_of([text.encode()]), "mysql")]
    assert found[-4:] == [Fate.LEFT_OUT, Fate.LEFT_OUT, Fate.LEFT_OUT, Fate.SEND]


@given(st.lists(st.text("a;'\"\\`$-/*\n (),.", max_size=30), max_size=12), st.sampled_from(["postgres", "mysql"]))
def test_nothing_is_lost_or_doubled_by_cutting(parts: list[str], dialect: str) -> None:
    text = "\n".join(parts)
    try:
        found = list(cut(lines_of([text.encode()]), dialect))
    except UsageFault:
        return
    read = "".join(one.text or "".join(token.text for token in one.tokens) for one in found)
    assert "".join(text.split()).startswith("".join(read.split()))
