"""Migrations of SQLite that can stop anywhere: what the tools send, and what people write."""

from __future__ import annotations

from tests.incidents.script import script

SHOP = """
CREATE TABLE customers (id integer PRIMARY KEY AUTOINCREMENT NOT NULL, email varchar(255) NOT NULL, name text,
  score int DEFAULT 0);
CREATE TABLE orders (id integer PRIMARY KEY AUTOINCREMENT, customer_id integer NOT NULL REFERENCES customers (id),
  status varchar(20) NOT NULL DEFAULT 'new', total numeric(12,2) NOT NULL DEFAULT 0, note text,
  placed_at datetime NOT NULL DEFAULT CURRENT_TIMESTAMP, CONSTRAINT total_positive CHECK (total >= 0));
CREATE INDEX orders_status ON orders (status) WHERE status <> 'done';
CREATE UNIQUE INDEX customers_email ON customers (email COLLATE NOCASE);
CREATE VIEW open_orders AS SELECT id, total FROM orders WHERE status = 'new';
CREATE TRIGGER bump AFTER UPDATE OF name ON customers BEGIN
  UPDATE customers SET score = score + 1 WHERE id = new.id; END;
CREATE VIRTUAL TABLE search USING fts5(title, body);
INSERT INTO customers (email, name) VALUES ('a@x', 'Ada'), ('b@x', NULL);
INSERT INTO orders (customer_id) VALUES (1), (2);
"""

SCRIPTS = (
    script("columns", SHOP, """
ALTER TABLE orders ADD COLUMN carrier varchar(40) NOT NULL DEFAULT '';;
ALTER TABLE orders ADD tracking text COLLATE nocase;;
ALTER TABLE orders ADD weight REAL CHECK (weight > 0);;
ALTER TABLE orders RENAME COLUMN tracking TO track;;
ALTER TABLE orders DROP COLUMN carrier;;
ALTER TABLE orders RENAME note TO remark
"""),
    script("quotes of every kind", SHOP, """
ALTER TABLE "orders" ADD COLUMN "ship to" text;;
ALTER TABLE `orders` ADD COLUMN `from` text DEFAULT "none";;
ALTER TABLE [orders] ADD COLUMN [group] text;;
ALTER TABLE orders RENAME COLUMN [ship to] TO 'ship-to';;
CREATE INDEX "by ship" ON 'orders' ("ship-to" DESC, [group]);;
ALTER TABLE orders DROP COLUMN "from"
"""),
    script("names in any case", SHOP, """
ALTER TABLE ORDERS ADD COLUMN ShipTo text;;
CREATE INDEX Ship_IX ON Orders (SHIPTO);;
ALTER TABLE orders RENAME COLUMN shipTO TO Ship_Name;;
DROP INDEX ship_ix;;
CREATE TABLE Labels (Id INTEGER PRIMARY KEY);;
ALTER TABLE LABELS RENAME TO Stickers;;
DROP TRIGGER BUMP
"""),
    script("a table and its keys", SHOP, """
CREATE TABLE shipments (id integer PRIMARY KEY, order_id integer, code varchar(40) UNIQUE, weight int DEFAULT -1,
  UNIQUE (order_id, code), FOREIGN KEY (order_id) REFERENCES orders (id) ON DELETE CASCADE ON UPDATE SET NULL
  DEFERRABLE INITIALLY DEFERRED);;
CREATE INDEX heavy ON shipments (weight DESC, lower(code));;
CREATE UNIQUE INDEX once ON shipments (order_id) WHERE weight > 3;;
ALTER TABLE shipments RENAME TO parcels;;
DROP INDEX heavy;;
DROP TABLE orders
"""),
    script("strict and without rowid", SHOP, """
CREATE TABLE settings (key text NOT NULL PRIMARY KEY, value any) STRICT, WITHOUT ROWID;;
CREATE TABLE pairs (a int, b int, PRIMARY KEY (a, b DESC)) WITHOUT ROWID;;
ALTER TABLE pairs ADD COLUMN c blob DEFAULT x'00ff';;
DROP TABLE settings
"""),
    script("generated columns", SHOP, """
ALTER TABLE orders ADD COLUMN cents int AS (total * 100) VIRTUAL;;
ALTER TABLE orders ADD COLUMN label text GENERATED ALWAYS AS (status || '-' || coalesce(note, ''));;
CREATE INDEX by_label ON orders (label);;
CREATE TABLE sums (a int, b int, c int AS (a + b) STORED NOT NULL);;
DROP INDEX by_label;;
ALTER TABLE orders DROP COLUMN label
"""),
    script("laravel", SHOP, """
create table "posts" ("id" integer primary key autoincrement not null, "user_id" integer not null, "title" varchar not
  null, "kind" varchar check ("kind" in ('a', 'b')) not null default 'a', "meta" text, "created_at" datetime,
  "updated_at" datetime, foreign key("user_id") references "customers"("id") on delete cascade);;
create unique index "posts_title_unique" on "posts" ("title");;
alter table "posts" add column "slug" varchar not null default '';;
update "posts" set "slug" = "title" where "slug" = '';;
create index "posts_user_id_index" on "posts" ("user_id");;
alter table "posts" add column "views" integer not null default '0';;
drop index "posts_title_unique";;
alter table "posts" rename to "articles"
"""),
    script("rails", SHOP, """
CREATE TABLE "tags" ("id" integer PRIMARY KEY AUTOINCREMENT NOT NULL, "name" varchar, "created_at" datetime(6) NOT NULL,
  "updated_at" datetime(6) NOT NULL);;
CREATE UNIQUE INDEX "index_tags_on_name" ON "tags" ("name");;
ALTER TABLE "orders" ADD "tag_id" integer;;
CREATE INDEX "index_orders_on_tag_id" ON "orders" ("tag_id");;
ALTER TABLE "tags" RENAME COLUMN "name" TO "label";;
DROP INDEX "index_orders_on_tag_id";;
ALTER TABLE "orders" DROP COLUMN "tag_id"
"""),
    script("django", SHOP, """
CREATE TABLE "shop_coupon" ("id" integer NOT NULL PRIMARY KEY AUTOINCREMENT, "code" varchar(40) NOT NULL UNIQUE,
  "percent" smallint unsigned NOT NULL CHECK ("percent" >= 0), "active" bool NOT NULL, "customer_id" bigint NOT NULL
  REFERENCES "customers" ("id") DEFERRABLE INITIALLY DEFERRED, CONSTRAINT "small" CHECK ("percent" < 100));;
CREATE INDEX "shop_coupon_customer_id" ON "shop_coupon" ("customer_id");;
ALTER TABLE "shop_coupon" ADD COLUMN "note" text DEFAULT '' NOT NULL;;
CREATE UNIQUE INDEX "one_active" ON "shop_coupon" ("customer_id") WHERE "active"
"""),
    script("a rebuild by django", SHOP, """
CREATE TABLE "new__customers" ("id" integer NOT NULL PRIMARY KEY AUTOINCREMENT, "email" varchar(100) NOT NULL, "name"
  text NULL, "score" integer NOT NULL DEFAULT 0, "phone" varchar(40) NULL);;
INSERT INTO "new__customers" ("id", "email", "name", "score", "phone") SELECT "id", "email", "name",
  coalesce("score", 0), NULL FROM "customers";;
DROP TABLE "customers";;
ALTER TABLE "new__customers" RENAME TO "customers";;
CREATE UNIQUE INDEX "customers_email" ON "customers" ("email");;
CREATE INDEX "customers_phone" ON "customers" ("phone")
""", exact=False),
    script("a rebuild by laravel", SHOP, """
create table "__temp__customers" ("id" integer primary key autoincrement not null, "email" varchar not null, "name"
  varchar not null default 'x', "score" integer default 0);;
insert into "__temp__customers" ("id", "email", "name", "score") select "id", "email", coalesce("name", 'x'), "score"
  from "customers";;
drop table "customers";;
alter table "__temp__customers" rename to "customers";;
create unique index "customers_email" on "customers" ("email")
""", exact=False),
    script("a rebuild by rails", SHOP, """
CREATE TABLE "acustomers" ("id" integer PRIMARY KEY AUTOINCREMENT NOT NULL, "email" varchar(255) NOT NULL, "name" text,
  "score" int DEFAULT 0);;
INSERT INTO "acustomers" SELECT * FROM "customers";;
DROP TABLE "customers";;
CREATE TABLE "customers" ("id" integer PRIMARY KEY AUTOINCREMENT NOT NULL, "email" varchar(100), "name" text,
  "score" int DEFAULT 0);;
INSERT INTO "customers" SELECT * FROM "acustomers";;
DROP TABLE "acustomers"
""", exact=False),
    script("a rebuild of what others refer to", """
CREATE TABLE parents (id integer PRIMARY KEY, name text);
CREATE TABLE children (id integer PRIMARY KEY, parent_id integer REFERENCES parents (id));
CREATE INDEX children_parent ON children (parent_id);
""", """
CREATE TABLE __temp__parents (id integer PRIMARY KEY, name text NOT NULL DEFAULT '',
  parent integer REFERENCES parents (id));;
INSERT INTO __temp__parents (id, name) SELECT id, name FROM parents;;
DROP TABLE parents;;
ALTER TABLE __temp__parents RENAME TO parents;;
ALTER TABLE children ADD COLUMN age int
""", exact=False),
    script("two rebuilds of one table", """
CREATE TABLE notes (id integer PRIMARY KEY, body text);
""", """
CREATE TABLE __temp__notes (id integer PRIMARY KEY, body text NOT NULL);;
INSERT INTO __temp__notes SELECT * FROM notes;;
DROP TABLE notes;;
ALTER TABLE __temp__notes RENAME TO notes;;
CREATE TABLE __temp__notes (id integer PRIMARY KEY, body text NOT NULL, author text);;
INSERT INTO __temp__notes (id, body) SELECT id, body FROM notes;;
DROP TABLE notes;;
ALTER TABLE __temp__notes RENAME TO notes
""", exact=False),
    script("views", SHOP, """
CREATE VIEW late AS SELECT id FROM orders WHERE status = 'late';;
DROP VIEW open_orders;;
CREATE VIEW open_orders (number, sum) AS SELECT id, total FROM orders WHERE status = 'open';;
CREATE VIEW IF NOT EXISTS totals AS WITH t AS (SELECT sum(total) AS s FROM orders) SELECT s FROM t;;
DROP VIEW late
""", exact=False),
    script("triggers", SHOP, """
CREATE TRIGGER after_order AFTER INSERT ON orders FOR EACH ROW WHEN new.total > 10 BEGIN
  UPDATE customers SET score = CASE WHEN score IS NULL THEN 1 ELSE score + 1 END WHERE id = new.customer_id;
  INSERT INTO customers (email) VALUES ('x;y');
END;;
DROP TRIGGER bump;;
CREATE TRIGGER bump2 BEFORE DELETE ON customers BEGIN SELECT raise(abort, 'no'); END;;
CREATE TRIGGER insteadof INSTEAD OF INSERT ON open_orders BEGIN SELECT 1; END;;
DROP TRIGGER after_order
"""),
    script("renames that are spelled anew everywhere", SHOP, """
ALTER TABLE customers RENAME TO clients;;
ALTER TABLE clients RENAME COLUMN name TO title;;
ALTER TABLE orders RENAME COLUMN status TO state;;
ALTER TABLE orders RENAME TO purchases;;
CREATE INDEX purchases_state ON purchases (state)
"""),
    script("made and renamed", SHOP, """
CREATE TABLE a (id integer PRIMARY KEY, n int CHECK (n > 0), m int DEFAULT 1);;
CREATE INDEX a_n ON a (n, lower(m)) WHERE n > 3;;
CREATE TRIGGER a_t AFTER INSERT ON a BEGIN UPDATE customers SET score = new.n; END;;
CREATE VIEW a_v AS SELECT n FROM a;;
ALTER TABLE a RENAME COLUMN n TO number;;
ALTER TABLE a RENAME TO b;;
ALTER TABLE customers RENAME TO clients;;
ALTER TABLE b ADD COLUMN other int REFERENCES clients (id)
"""),
    script("code that speaks of what is renamed", SHOP, """
CREATE TRIGGER count_orders AFTER INSERT ON orders BEGIN UPDATE customers SET score = 1; END;;
CREATE VIEW names AS SELECT name FROM customers;;
ALTER TABLE customers RENAME TO clients;;
ALTER TABLE clients RENAME COLUMN score TO points;;
DROP VIEW open_orders
"""),
    script("virtual tables", SHOP, """
CREATE VIRTUAL TABLE found USING fts5(title, tokenize = 'porter');;
ALTER TABLE found RENAME TO finds;;
CREATE VIRTUAL TABLE places USING rtree(id, x0, x1);;
DROP TABLE search;;
DROP TABLE places
"""),
    script("data between", SHOP, """
ALTER TABLE customers ADD COLUMN login text;;
UPDATE customers SET login = email WHERE login IS NULL;;
INSERT OR IGNORE INTO customers (email) VALUES ('c@x');;
REPLACE INTO customers (id, email) VALUES (9, 'd@x');;
DELETE FROM orders WHERE id IN (SELECT id FROM orders WHERE total < 0);;
WITH old AS (SELECT id FROM orders WHERE status = 'old') UPDATE orders SET status = 'gone' WHERE id IN old;;
CREATE UNIQUE INDEX customers_login ON customers (login)
"""),
    script("idempotent", SHOP, """
CREATE TABLE IF NOT EXISTS tags (id integer PRIMARY KEY);;
DROP TABLE IF EXISTS missing;;
CREATE INDEX IF NOT EXISTS tags_ix ON tags (id);;
CREATE TABLE IF NOT EXISTS labels (id integer PRIMARY KEY);;
DROP TABLE IF EXISTS tags
"""),
    script("copied tables", SHOP, """
CREATE TABLE archive AS SELECT * FROM orders WHERE status = 'done';;
CREATE INDEX archive_status ON archive (status);;
ALTER TABLE archive ADD COLUMN archived_at datetime
"""),
    script("temporary tables", SHOP, """
CREATE TEMP TABLE picked AS SELECT id FROM orders;;
CREATE TABLE kept (id integer PRIMARY KEY);;
INSERT INTO kept SELECT id FROM picked;;
DROP TABLE picked;;
CREATE TEMPORARY VIEW seen AS SELECT 1;;
ALTER TABLE kept ADD COLUMN note text
"""),
    script("maintenance between", SHOP, """
ALTER TABLE orders ADD COLUMN a int;;
ANALYZE;;
REINDEX orders_status;;
PRAGMA user_version = 7;;
ALTER TABLE orders ADD COLUMN b int
"""),
    script("types as they are written", SHOP, """
CREATE TABLE types (a, b UNSIGNED BIG INT, c double precision, d varchar ( 20 ), e DECIMAL(10, -2), f "my type",
  g native character(70) NOT NULL ON CONFLICT REPLACE DEFAULT 'x', h integer NULL,
  i text DEFAULT (date('now', '-1 day')));;
ALTER TABLE types ADD COLUMN j tinyint(1) NOT NULL DEFAULT +1;;
ALTER TABLE types ADD COLUMN k text DEFAULT NULL
"""),
    script("comments", SHOP, """
-- a remark; with a semicolon
CREATE TABLE remarks (id integer PRIMARY KEY, -- the number
  body text /* what was said; */ NOT NULL);;
/* more */ ALTER TABLE remarks ADD COLUMN said_at datetime
"""),
    script("named constraints", SHOP, """
CREATE TABLE named (id integer CONSTRAINT named_pk PRIMARY KEY, n int CONSTRAINT n_nn NOT NULL
  CONSTRAINT n_pos CHECK (n > 0),
  o integer CONSTRAINT to_order REFERENCES orders, CONSTRAINT both UNIQUE (n, o) ON CONFLICT IGNORE
  CONSTRAINT sum CHECK (n + o < 100));;
CREATE TABLE other (id integer PRIMARY KEY);;
ALTER TABLE named RENAME COLUMN o TO order_id
"""),
    script("in main by name", SHOP, """
CREATE TABLE main.here (id integer PRIMARY KEY);;
CREATE INDEX main.here_ix ON here (id);;
ALTER TABLE main.here ADD COLUMN a int;;
DROP INDEX main.here_ix
"""),
)  # fmt: skip
