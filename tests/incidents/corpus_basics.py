"""Scripts about one sort of change each."""

from __future__ import annotations

from tests.incidents.script import SHOP, script

SCRIPTS = (
    script(
        "columns",
        SHOP,
        """ALTER TABLE orders ADD COLUMN carrier varchar(40);;
        ALTER TABLE orders ADD COLUMN IF NOT EXISTS tracking TEXT DEFAULT '' NOT NULL;;
        ALTER TABLE orders ADD shipped_at timestamp(3) with time zone, ADD COLUMN weight decimal(8,3) DEFAULT 0.5;;
        ALTER TABLE public.orders ALTER COLUMN note TYPE varchar(40);;
        ALTER TABLE orders ALTER COLUMN note SET DEFAULT 'none', ALTER COLUMN note SET NOT NULL;;
        ALTER TABLE orders RENAME COLUMN carrier TO shipper;;
        ALTER TABLE orders DROP COLUMN IF EXISTS tracking CASCADE;;
        ALTER TABLE customers ALTER score DROP DEFAULT""",
    ),
    script(
        "types",
        SHOP,
        """ALTER TABLE orders ADD a int2 DEFAULT 1, ADD b "char", ADD c char(3), ADD d float, ADD e real, ADD f bit(4);;
        ALTER TABLE orders ADD g timetz, ADD h interval year to month, ADD i uuid, ADD j jsonb DEFAULT '{}'::jsonb;;
        ALTER TABLE orders ADD k int[] DEFAULT '{}', ADD l text ARRAY, ADD m mood DEFAULT 'ok', ADD n email_address;;
        ALTER TABLE orders ADD o boolean DEFAULT true NOT NULL, ADD p bytea, ADD q inet, ADD r double precision;;
        ALTER TABLE orders ADD s time(2), ADD t varchar, ADD u bool DEFAULT 'f', ADD v date DEFAULT CURRENT_DATE;;
        ALTER TABLE orders ADD w numeric DEFAULT -1.5, ADD x timestamptz DEFAULT CURRENT_TIMESTAMP,
          ADD y int DEFAULT (1+2);;
        ALTER TABLE orders ADD z text DEFAULT upper('x' || 'y'), ADD aa varchar(9) COLLATE "C", ADD ab smallserial""",
    ),
    script(
        "tables",
        SHOP,
        """CREATE TABLE IF NOT EXISTS "Invoices" (
          "Id" bigserial PRIMARY KEY, order_id bigint NOT NULL REFERENCES orders ON DELETE CASCADE,
          "number" varchar(30) UNIQUE, amount numeric(10,2) CHECK (amount > 0), kind char(1) DEFAULT 'A',
          CONSTRAINT inv_uq UNIQUE (order_id, kind), CHECK (kind IN ('A', 'B')));;
        CREATE INDEX ON "Invoices" (order_id);;
        CREATE INDEX ON "Invoices" (lower("number"), kind DESC);;
        COMMENT ON TABLE "Invoices" IS 'what we billed';;
        COMMENT ON COLUMN "Invoices"."number" IS E'it\\'s ours';;
        CREATE UNLOGGED TABLE cache (k text PRIMARY KEY, v jsonb) WITH (fillfactor=70);;
        ALTER TABLE "Invoices" RENAME TO bills;;
        ALTER TABLE bills RENAME CONSTRAINT inv_uq TO bills_uq;;
        DROP TABLE cache""",
    ),
    script(
        "indexes",
        SHOP,
        """CREATE INDEX CONCURRENTLY orders_note_idx ON orders USING btree (note DESC NULLS LAST);;
        CREATE UNIQUE INDEX CONCURRENTLY IF NOT EXISTS customers_email_key ON customers (lower(email));;
        CREATE INDEX orders_inc ON orders (status) INCLUDE (total) WITH (fillfactor = 80);;
        CREATE INDEX orders_hash ON orders USING hash (status);;
        CREATE INDEX customers_pattern ON customers (email varchar_pattern_ops) WHERE name IS NOT NULL AND score > 5;;
        ALTER INDEX orders_note_idx RENAME TO orders_remark_idx;;
        DROP INDEX CONCURRENTLY orders_inc;;
        CREATE INDEX orders_placed ON orders (date_trunc('day', placed_at AT TIME ZONE 'UTC'), (total * 2))""",
    ),
    script(
        "constraints",
        SHOP,
        """ALTER TABLE customers ADD CONSTRAINT email_ck CHECK (email LIKE '%@%') NOT VALID;;
        ALTER TABLE customers VALIDATE CONSTRAINT email_ck;;
        ALTER TABLE customers ADD UNIQUE (email);;
        ALTER TABLE orders ADD CONSTRAINT status_ck
          CHECK (status IN ('new', 'paid', 'done') AND total BETWEEN 0 AND 1e6);;
        ALTER TABLE orders ADD FOREIGN KEY (customer_id) REFERENCES customers (id) ON DELETE SET NULL NOT VALID;;
        ALTER TABLE orders DROP CONSTRAINT total_positive;;
        ALTER TABLE orders ADD CONSTRAINT due FOREIGN KEY (customer_id) REFERENCES customers
          DEFERRABLE INITIALLY DEFERRED;;
        CREATE UNIQUE INDEX orders_pk2 ON orders (id, status);;
        ALTER TABLE orders ADD CONSTRAINT orders_uq UNIQUE USING INDEX orders_pk2;;
        ALTER TABLE metrics_2027 ADD PRIMARY KEY (at)""",
    ),
    script(
        "types_and_code",
        SHOP,
        """CREATE TYPE color AS ENUM ('red', 'green');;
        ALTER TYPE mood ADD VALUE 'happy';;
        ALTER TYPE mood ADD VALUE IF NOT EXISTS 'sour' BEFORE 'ok';;
        ALTER TYPE mood RENAME VALUE 'sad' TO 'blue';;
        CREATE TYPE pair AS (a int, b text);;
        CREATE DOMAIN positive AS int DEFAULT 1 NOT NULL CHECK (VALUE > 0);;
        CREATE OR REPLACE FUNCTION total_of(o bigint, OUT t numeric) LANGUAGE sql STABLE AS $f$ SELECT 1::numeric; $f$;;
        CREATE PROCEDURE tidy(n int) LANGUAGE plpgsql AS 'BEGIN NULL; END';;
        CREATE OR REPLACE FUNCTION bump() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN RETURN NEW; END $$;;
        CREATE TRIGGER orders_bump AFTER INSERT OR UPDATE OF status ON orders FOR EACH ROW
          WHEN (NEW.status IS NOT NULL) EXECUTE FUNCTION bump();;
        ALTER TABLE customers DISABLE TRIGGER customers_bump;;
        DROP TRIGGER customers_bump ON customers;;
        DROP FUNCTION total_of(bigint);;
        DROP TYPE color""",
    ),
    script(
        "views",
        SHOP,
        """CREATE VIEW big_orders AS SELECT o.id, c.email FROM orders o JOIN customers c ON c.id = o.customer_id;;
        CREATE MATERIALIZED VIEW per_day AS
          SELECT placed_at::date AS d, count(*) AS n FROM orders GROUP BY 1 WITH NO DATA;;
        CREATE UNIQUE INDEX per_day_d ON per_day (d);;
        ALTER VIEW open_orders RENAME TO new_orders;;
        CREATE RULE no_delete AS ON DELETE TO customers DO INSTEAD NOTHING;;
        DROP VIEW IF EXISTS new_orders, big_orders;;
        DROP MATERIALIZED VIEW per_day""",
    ),
    script(
        "partitions",
        SHOP,
        """ALTER TABLE metrics ATTACH PARTITION metrics_2027 FOR VALUES FROM ('2027-01-01') TO ('2028-01-01');;
        CREATE TABLE metrics_other PARTITION OF metrics DEFAULT;;
        CREATE INDEX metrics_at ON metrics (at);;
        ALTER TABLE metrics DETACH PARTITION metrics_2026;;
        ALTER TABLE metrics_2026 SET (autovacuum_enabled = false);;
        DROP TABLE metrics_2026""",
    ),
    script(
        "security",
        SHOP,
        """CREATE SCHEMA audit;;
        ALTER TABLE orders SET SCHEMA audit;;
        ALTER TABLE audit.orders ENABLE ROW LEVEL SECURITY;;
        CREATE POLICY mine ON audit.orders FOR SELECT USING (customer_id > 0);;
        ALTER TABLE audit.orders REPLICA IDENTITY FULL;;
        CREATE SEQUENCE audit.numbers START 100 INCREMENT BY 5 OWNED BY audit.orders.id;;
        ALTER SEQUENCE ticket RENAME TO coupon;;
        DROP POLICY mine ON audit.orders;;
        DROP SEQUENCE coupon;;
        ALTER SCHEMA audit RENAME TO archive""",
    ),
    script(
        "identity_and_generated",
        SHOP,
        """ALTER TABLE orders ADD COLUMN doubled numeric GENERATED ALWAYS AS (total * 2) STORED;;
        ALTER TABLE customers ALTER COLUMN id DROP DEFAULT;;
        ALTER TABLE customers ALTER COLUMN id ADD GENERATED ALWAYS AS IDENTITY;;
        ALTER TABLE customers ALTER COLUMN id SET GENERATED BY DEFAULT;;
        ALTER TABLE customers ALTER COLUMN name SET NOT NULL;;
        ALTER TABLE orders ALTER COLUMN id DROP IDENTITY;;
        ALTER TABLE orders ALTER COLUMN doubled DROP EXPRESSION""",
    ),
    script(
        "there_and_back",
        SHOP,
        """ALTER TABLE customers ALTER COLUMN id DROP DEFAULT;;
        ALTER TABLE customers ALTER COLUMN id ADD GENERATED ALWAYS AS IDENTITY;;
        ALTER TABLE customers ALTER COLUMN id DROP IDENTITY IF EXISTS;;
        ALTER TABLE customers ALTER COLUMN name SET NOT NULL;;
        ALTER TABLE customers ALTER COLUMN name DROP NOT NULL;;
        CREATE TABLE tmp (a int);;
        INSERT INTO tmp VALUES (1);;
        DROP TABLE tmp;;
        ALTER TABLE orders RENAME TO o2;;
        ALTER TABLE o2 RENAME TO orders""",
        exact=False,
    ),
    script(
        "mixed_with_data",
        SHOP,
        """ALTER TABLE customers ADD COLUMN tier text;;
        UPDATE customers SET tier = 'basic' WHERE tier IS NULL;;
        ALTER TABLE customers ALTER COLUMN tier SET NOT NULL;;
        INSERT INTO customers (email, tier) VALUES ('a@b', 'gold');;
        CREATE INDEX customers_tier ON customers (tier);;
        DO $$ BEGIN UPDATE customers SET score = 1; END $$;;
        GRANT SELECT ON customers TO PUBLIC;;
        ANALYZE customers;;
        ALTER TABLE customers ADD COLUMN tier_since date""",
    ),
)
