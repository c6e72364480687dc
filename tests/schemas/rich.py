"""One rich schema for each server, as SQL that the readers of migrations understand too."""

from __future__ import annotations

POSTGRES = """
CREATE SCHEMA audit;
CREATE TYPE mood AS ENUM ('sad', 'ok', 'happy');
CREATE DOMAIN positive AS integer CHECK (VALUE > 0);
CREATE TYPE pair AS (one integer, other text);
CREATE SEQUENCE counter AS integer INCREMENT 5 MINVALUE 5 MAXVALUE 500 START 10 CYCLE;
CREATE TABLE customers (
  id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY, email varchar(255) NOT NULL UNIQUE, feels mood DEFAULT 'ok',
  joined date NOT NULL DEFAULT CURRENT_DATE, size positive, name text COLLATE "C",
  CONSTRAINT customers_email_check CHECK (email <> ''::text));
CREATE TABLE orders (
  id bigserial PRIMARY KEY, customer_id bigint REFERENCES customers (id) ON DELETE CASCADE ON UPDATE SET NULL,
  total numeric(10, 2) DEFAULT 0, note text, state varchar(10) DEFAULT 'new', tags text[],
  gross numeric GENERATED ALWAYS AS (total * 2) STORED,
  CONSTRAINT orders_total_check CHECK (total >= 0), CONSTRAINT orders_state_check CHECK (state IN ('new', 'paid')));
CREATE INDEX orders_note_idx ON orders (lower(note)) WHERE total > 5;
CREATE INDEX orders_total_idx ON orders (total DESC NULLS LAST, id) INCLUDE (note) WITH (fillfactor = 70);
CREATE INDEX orders_tags_idx ON orders USING gin (tags);
CREATE TABLE audit.log (at timestamptz NOT NULL DEFAULT now(), what text) PARTITION BY RANGE (at);
CREATE TABLE audit.log_1 PARTITION OF audit.log
  FOR VALUES FROM ('2026-01-01 00:00:00+00') TO ('2026-02-01 00:00:00+00');
CREATE INDEX log_at ON audit.log (at);
CREATE VIEW big AS SELECT id, total FROM orders WHERE total > 100 AND state IN ('new', 'paid');
CREATE MATERIALIZED VIEW sums AS SELECT customer_id, sum(total) AS total FROM orders GROUP BY customer_id;
CREATE FUNCTION touch() RETURNS trigger LANGUAGE plpgsql AS 'begin return new; end';
CREATE TRIGGER touch BEFORE UPDATE ON orders FOR EACH ROW EXECUTE FUNCTION touch();
ALTER TABLE orders ENABLE ROW LEVEL SECURITY;
CREATE POLICY mine ON orders FOR SELECT USING (customer_id = 1);
COMMENT ON TABLE orders IS 'What people bought';
COMMENT ON COLUMN orders.total IS 'without tax';
"""

_MY_COMMON = """
CREATE TABLE customers (
  id bigint unsigned NOT NULL AUTO_INCREMENT, email varchar(190) NOT NULL, joined date NOT NULL DEFAULT '2026-01-01',
  level enum('new','old') NOT NULL DEFAULT 'new', rate decimal(8,3) DEFAULT 1.500, settings json,
  PRIMARY KEY (id), UNIQUE KEY customers_email (email)) ENGINE=InnoDB COMMENT='People';
CREATE TABLE orders (
  id bigint unsigned NOT NULL AUTO_INCREMENT, customer_id bigint unsigned, total int NOT NULL DEFAULT 0,
  note varchar(80) CHARACTER SET latin1 COLLATE latin1_bin, touched timestamp NULL DEFAULT CURRENT_TIMESTAMP
  ON UPDATE CURRENT_TIMESTAMP, gross int GENERATED ALWAYS AS (total * 2) STORED,
  PRIMARY KEY (id), KEY orders_note (note(10), total), CONSTRAINT orders_total CHECK (total >= 0),
  CONSTRAINT orders_customer FOREIGN KEY (customer_id) REFERENCES customers (id) ON DELETE SET NULL) ENGINE=InnoDB;
CREATE TABLE flat (a int, b text, FULLTEXT KEY flat_b (b)) ENGINE=InnoDB ROW_FORMAT=DYNAMIC;
CREATE TABLE visits (id int NOT NULL, at date NOT NULL) PARTITION BY RANGE (year(at))
  (PARTITION p0 VALUES LESS THAN (2025), PARTITION p1 VALUES LESS THAN MAXVALUE);
CREATE VIEW big AS SELECT id, total FROM orders WHERE total > 100;
"""
_MY_CODE = """
CREATE TRIGGER orders_before BEFORE INSERT ON orders FOR EACH ROW SET NEW.total = NEW.total + 1;
CREATE PROCEDURE wipe() DELETE FROM flat;
CREATE FUNCTION twice(n int) RETURNS int DETERMINISTIC RETURN n * 2;
CREATE EVENT nightly ON SCHEDULE EVERY 1 DAY DISABLE DO DELETE FROM flat;
"""
MYSQL = _MY_COMMON + _MY_CODE
MARIADB = MYSQL + "CREATE SEQUENCE counter START WITH 10 INCREMENT BY 5;\n"

SQLITE = """
CREATE TABLE customers (id integer PRIMARY KEY AUTOINCREMENT, email text COLLATE nocase UNIQUE, name text NOT NULL);
CREATE TABLE orders (id integer PRIMARY KEY, customer_id int REFERENCES customers (id) ON DELETE CASCADE,
  total int DEFAULT 0 CHECK (total >= 0), gross int GENERATED ALWAYS AS (total * 2) VIRTUAL);
CREATE INDEX orders_total ON orders (total DESC) WHERE total > 5;
CREATE VIEW big AS SELECT id FROM orders WHERE total > 100;
CREATE TRIGGER touch AFTER UPDATE ON orders BEGIN UPDATE customers SET name = name; END;
"""
