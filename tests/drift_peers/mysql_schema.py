"""The schema of MySQL and MariaDB that pairs are made of, and what is changed in it."""

from __future__ import annotations

from collections.abc import Mapping

_BASE = (
    """CREATE TABLE customers (
  id bigint unsigned NOT NULL AUTO_INCREMENT, email varchar(190) NOT NULL, name text, joined date DEFAULT '2026-01-01',
  level enum('new','old') NOT NULL DEFAULT 'new', size int, city varchar(40) DEFAULT 'Bonn', zip char(5),
  rate decimal(8,3) DEFAULT 1.500, old_name varchar(77), title varchar(20), born datetime, PRIMARY KEY (id),
  UNIQUE KEY customers_email (email), UNIQUE KEY customers_zip (zip, city),
  CONSTRAINT customers_size CHECK (size > 0))""",
    """CREATE TABLE orders (
  id bigint unsigned NOT NULL AUTO_INCREMENT, customer_id bigint unsigned, giver_id bigint unsigned,
  payer_id bigint unsigned, total decimal(10,2) DEFAULT 0, note varchar(80), state varchar(10) DEFAULT 'new',
  code varchar(30), flag tinyint(1) NOT NULL DEFAULT 0, weight int, made timestamp NULL DEFAULT CURRENT_TIMESTAMP,
  kept smallint NOT NULL, touched timestamp NULL, body longtext, PRIMARY KEY (id),
  KEY orders_giver_id (giver_id), KEY orders_customer_id (customer_id), KEY orders_payer_id (payer_id),
  KEY orders_total (total), KEY orders_code (code), KEY orders_note (note(10)), KEY orders_old (weight),
  KEY orders_state (state, code), FULLTEXT KEY orders_body (body),
  CONSTRAINT orders_customer FOREIGN KEY (customer_id) REFERENCES customers (id) ON DELETE CASCADE,
  CONSTRAINT orders_giver FOREIGN KEY (giver_id) REFERENCES customers (id),
  CONSTRAINT orders_state_known CHECK (state <> ''))""",
    """CREATE TABLE plain (a int, b varchar(20), c int, n int NOT NULL, m mediumint, w varchar(9) COMMENT 'what')""",
    "CREATE TABLE more (id int NOT NULL, what varchar(20) NOT NULL, at datetime)",
    "CREATE TABLE dropped (id int NOT NULL PRIMARY KEY, what varchar(20) UNIQUE)",
    "CREATE TABLE old_title (left_side int NOT NULL, right_side varchar(11))",
    "CREATE TABLE heap (a int) ROW_FORMAT=DYNAMIC",
    (
        "CREATE TABLE parted (a int NOT NULL) PARTITION BY RANGE (a) (PARTITION p0 VALUES LESS THAN (10),"
        " PARTITION p1 VALUES LESS THAN MAXVALUE)"
    ),
    "CREATE VIEW big AS SELECT id, total FROM orders WHERE total > 100",
    "CREATE VIEW small AS SELECT id FROM customers",
    "CREATE TRIGGER orders_before BEFORE INSERT ON orders FOR EACH ROW SET NEW.weight = 1",
    "CREATE PROCEDURE wipe() DELETE FROM heap",
    "CREATE FUNCTION twice(n int) RETURNS int DETERMINISTIC RETURN n * 2",
    "CREATE EVENT nightly ON SCHEDULE EVERY 1 DAY DISABLE DO DELETE FROM heap",
)
_SEQUENCES = ("CREATE SEQUENCE counter INCREMENT BY 5", "CREATE SEQUENCE spare_counter")

_COMMON: tuple[tuple[str, ...], ...] = (
    ("table added", "CREATE TABLE added (id bigint PRIMARY KEY, what int, KEY added_what (what))", "table added"),
    ("table dropped", "DROP TABLE dropped", "table dropped"),
    ("table renamed", "RENAME TABLE old_title TO new_title", "table old_title", "table new_title"),
    ("column added", "ALTER TABLE plain ADD d varchar(40)", "column plain.d"),
    ("column added NOT NULL", "ALTER TABLE customers ADD f int DEFAULT 7 NOT NULL", "column customers.f"),
    ("column dropped", "ALTER TABLE plain DROP c", "column plain.c"),
    ("column renamed", "ALTER TABLE customers CHANGE old_name new_name varchar(77)", "column customers.old_name",
     "column customers.new_name"),
    ("type widened", "ALTER TABLE plain MODIFY a bigint", "column plain.a"),
    ("unsigned", "ALTER TABLE plain MODIFY m mediumint unsigned", "column plain.m"),
    ("length", "ALTER TABLE customers MODIFY title varchar(30)", "column customers.title"),
    ("scale", "ALTER TABLE customers MODIFY rate decimal(9,2) DEFAULT 1.500", "column customers.rate"),
    ("larger text", "ALTER TABLE customers MODIFY name mediumtext", "column customers.name"),
    ("fractions of seconds", "ALTER TABLE more MODIFY at datetime(3)", "column more.at"),
    ("timestamp for datetime", "ALTER TABLE customers MODIFY born timestamp NULL", "column customers.born"),
    ("boolean for int", "ALTER TABLE plain MODIFY n tinyint(1) NOT NULL", "column plain.n"),
    ("enum value added", "ALTER TABLE customers MODIFY level enum('new','old','lost') NOT NULL DEFAULT 'new'",
     "column customers.level"),
    ("not null", "ALTER TABLE plain MODIFY b varchar(20) NOT NULL", "column plain.b"),
    ("null", "ALTER TABLE orders MODIFY kept smallint", "column orders.kept"),
    ("default changed", "ALTER TABLE customers ALTER city SET DEFAULT 'Köln'", "column customers.city"),
    ("default dropped", "ALTER TABLE customers MODIFY joined date", "column customers.joined"),
    ("default set", "ALTER TABLE orders ALTER flag SET DEFAULT 1", "column orders.flag"),
    ("default now", "ALTER TABLE orders MODIFY touched timestamp NULL DEFAULT CURRENT_TIMESTAMP",
     "column orders.touched"),
    ("on update", ("ALTER TABLE orders MODIFY made timestamp NULL DEFAULT CURRENT_TIMESTAMP ON UPDATE"
     " CURRENT_TIMESTAMP"), "column orders.made"),
    ("generated column", "ALTER TABLE more ADD g int GENERATED ALWAYS AS (id * 2) STORED", "column more.g"),
    ("collation", "ALTER TABLE more MODIFY what varchar(20) CHARACTER SET latin1 COLLATE latin1_bin NOT NULL",
     "column more.what"),
    ("comment of a column", "ALTER TABLE plain MODIFY w varchar(9) COMMENT 'why'", "column plain.w"),
    ("comment of a table", "ALTER TABLE more COMMENT 'more of it'", "table more"),
    ("engine", "ALTER TABLE heap ENGINE=MyISAM", "table heap"),
    ("index added", "CREATE INDEX customers_born ON customers (born, size)", "key customers_born"),
    ("index dropped", "DROP INDEX orders_code ON orders", "key orders_code"),
    ("index of other columns", "ALTER TABLE orders DROP KEY orders_total, ADD KEY orders_total (total, code)",
     "key orders_total"),
    ("index of a longer prefix", "ALTER TABLE orders DROP KEY orders_note, ADD KEY orders_note (note(20))",
     "key orders_note"),
    ("index renamed", "ALTER TABLE orders RENAME INDEX orders_old TO orders_new", "key orders_old", "key orders_new"),
    ("full text index dropped", "DROP INDEX orders_body ON orders", "key orders_body"),
    ("index made unique", "ALTER TABLE orders DROP KEY orders_state, ADD UNIQUE KEY orders_state (state, code)",
     "key orders_state"),
    ("unique key added", "ALTER TABLE customers ADD UNIQUE KEY customers_title (title)", "key customers_title"),
    ("unique key dropped", "ALTER TABLE customers DROP KEY customers_email", "key customers_email"),
    ("unique key changed", "ALTER TABLE customers DROP KEY customers_zip, ADD UNIQUE KEY customers_zip (zip)",
     "key customers_zip"),
    ("primary key added", "ALTER TABLE parted ADD PRIMARY KEY (a)", "key primary"),
    ("foreign key added", ("ALTER TABLE orders ADD CONSTRAINT orders_payer FOREIGN KEY (payer_id)"
     " REFERENCES customers (id)"), "key orders_payer"),
    ("foreign key dropped", "ALTER TABLE orders DROP FOREIGN KEY orders_giver", "key orders_giver"),
    ("foreign key changed", ("ALTER TABLE orders DROP FOREIGN KEY orders_customer;\nALTER TABLE orders ADD CONSTRAINT"
     " orders_customer FOREIGN KEY (customer_id) REFERENCES customers (id) ON DELETE SET NULL"), "key orders_customer"),
    ("check added", "ALTER TABLE more ADD CONSTRAINT more_check CHECK (id > 0)", "key more_check"),
    ("check dropped", "ALTER TABLE orders DROP CONSTRAINT orders_state_known", "key orders_state_known"),
    ("check changed", ("ALTER TABLE customers DROP CONSTRAINT customers_size;\nALTER TABLE customers ADD CONSTRAINT"
     " customers_size CHECK (size > 1)"), "key customers_size"),
    ("view added", "CREATE VIEW added_view AS SELECT 1 AS a", "view added_view"),
    ("view dropped", "DROP VIEW small", "view small"),
    ("view changed", "CREATE OR REPLACE VIEW big AS SELECT id, total FROM orders WHERE total > 200", "view big"),
    ("trigger dropped", "DROP TRIGGER orders_before", "trigger orders_before"),
    ("procedure changed", "DROP PROCEDURE wipe;\nCREATE PROCEDURE wipe() DELETE FROM heap WHERE a > 1",
     "routine wipe"),
    ("function dropped", "DROP FUNCTION twice", "routine twice"),
    ("event changed", "ALTER EVENT nightly ON SCHEDULE EVERY 2 DAY", "event nightly"),
)  # fmt: skip
_OF_MYSQL: tuple[tuple[str, ...], ...] = (
    ("index made invisible", "ALTER TABLE orders ALTER INDEX orders_payer_id INVISIBLE", "key orders_payer_id"),
    ("expression index added", "CREATE INDEX customers_lower ON customers ((lower(title)))", "key customers_lower"),
    (
        "check not enforced",
        "ALTER TABLE plain ADD CONSTRAINT plain_check CHECK (n > 0) NOT ENFORCED",
        "key plain_check",
    ),
)
_OF_MARIADB: tuple[tuple[str, ...], ...] = (
    ("index ignored", "ALTER TABLE orders ALTER INDEX orders_payer_id IGNORED", "key orders_payer_id"),
    ("sequence dropped", "DROP SEQUENCE spare_counter", "sequence spare_counter"),
    ("sequence added", "CREATE SEQUENCE added_counter", "sequence added_counter"),
)

BASE: Mapping[str, tuple[str, ...]] = {"mysql": _BASE, "mariadb": (*_BASE, *_SEQUENCES)}
MUTATIONS: Mapping[str, tuple[tuple[str, ...], ...]] = {
    "mysql": (*_COMMON, *_OF_MYSQL),
    "mariadb": (*_COMMON, *_OF_MARIADB),
}
