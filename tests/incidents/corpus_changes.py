"""Scripts that change a schema under traffic: the patterns of zero-downtime work, moves, swaps and rebuilds."""

from __future__ import annotations

from tests.incidents.script import SHOP, script

SCRIPTS = (
    script(
        "not_null_by_check",
        SHOP,
        """ALTER TABLE orders ADD CONSTRAINT orders_note_nn CHECK (note IS NOT NULL) NOT VALID;;
        UPDATE orders SET note = '' WHERE note IS NULL;;
        ALTER TABLE orders VALIDATE CONSTRAINT orders_note_nn;;
        ALTER TABLE orders ALTER COLUMN note SET NOT NULL;;
        ALTER TABLE orders DROP CONSTRAINT orders_note_nn""",
    ),
    script(
        "index_rebuild_concurrently",
        SHOP,
        """CREATE INDEX CONCURRENTLY orders_status_idx_new ON orders (status, placed_at) WHERE status <> 'done';;
        DROP INDEX CONCURRENTLY orders_status_idx;;
        ALTER INDEX orders_status_idx_new RENAME TO orders_status_idx;;
        REINDEX INDEX CONCURRENTLY orders_status_idx;;
        CREATE UNIQUE INDEX CONCURRENTLY orders_pkey_new ON orders (id);;
        ALTER TABLE orders DROP CONSTRAINT orders_pkey, ADD CONSTRAINT orders_pkey PRIMARY KEY USING INDEX
          orders_pkey_new""",
    ),
    script(
        "same_index_rebuilt",
        SHOP,
        """CREATE INDEX CONCURRENTLY tmp_idx ON orders (status) WHERE status <> 'done';;
        DROP INDEX CONCURRENTLY orders_status_idx;;
        ALTER INDEX tmp_idx RENAME TO orders_status_idx""",
        exact=False,
    ),
    script(
        "expand_and_contract",
        SHOP,
        """ALTER TABLE customers ADD COLUMN full_name text;;
        CREATE FUNCTION sync_name() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN
          NEW.full_name := NEW.name; RETURN NEW; END $$;;
        CREATE TRIGGER sync_name BEFORE INSERT OR UPDATE OF name ON customers FOR EACH ROW
          WHEN (NEW.full_name IS DISTINCT FROM NEW.name) EXECUTE PROCEDURE sync_name();;
        UPDATE customers SET full_name = name WHERE full_name IS NULL;;
        DROP TRIGGER sync_name ON customers;;
        DROP FUNCTION sync_name();;
        ALTER TABLE customers DROP COLUMN name;;
        ALTER TABLE customers RENAME COLUMN full_name TO name""",
        exact=False,
    ),
    script(
        "table_swap",
        SHOP,
        """CREATE TABLE orders_new (LIKE orders INCLUDING ALL);;
        ALTER TABLE orders_new ALTER COLUMN note TYPE varchar(500);;
        INSERT INTO orders_new SELECT * FROM orders;;
        ALTER TABLE orders_new ADD CONSTRAINT orders_new_customer_fk FOREIGN KEY (customer_id) REFERENCES customers
          (id);;
        ALTER TABLE orders RENAME TO orders_old;;
        ALTER TABLE orders_new RENAME TO orders;;
        ALTER TABLE orders RENAME CONSTRAINT orders_new_customer_fk TO orders_customer_fk2;;
        CREATE INDEX orders_note ON orders (note);;
        DROP TABLE orders_old CASCADE""",
    ),
    script(
        "view_chain",
        SHOP,
        """DROP VIEW open_orders;;
        CREATE VIEW v1 AS SELECT id, total FROM orders;;
        CREATE VIEW v2 AS SELECT sum(total) AS s FROM v1;;
        DROP VIEW v2;;
        DROP VIEW v1;;
        ALTER TABLE orders ALTER COLUMN total TYPE numeric(14,2);;
        CREATE VIEW v1 AS SELECT id, total, note FROM orders;;
        CREATE OR REPLACE VIEW v2 AS SELECT sum(total) AS s, count(*) AS n FROM v1;;
        COMMENT ON VIEW v2 IS 'totals'""",
        exact=False,
    ),
    script(
        "view_recreated_around_a_type_change",
        SHOP,
        """DROP VIEW open_orders;;
        ALTER TABLE orders ALTER COLUMN total TYPE numeric(14,2);;
        CREATE VIEW open_orders AS SELECT id, total FROM orders WHERE status = 'new';;
        ALTER TABLE orders ADD COLUMN gross numeric(14,2)""",
    ),
    script(
        "drop_if_exists_and_create",
        SHOP,
        """DROP VIEW IF EXISTS open_orders;;
        CREATE VIEW open_orders AS SELECT id, total, status FROM orders WHERE status = 'new';;
        DROP FUNCTION IF EXISTS score_of(int);;
        CREATE FUNCTION score_of(int) RETURNS int LANGUAGE sql IMMUTABLE AS 'SELECT $1';;
        DROP TRIGGER IF EXISTS customers_score ON customers;;
        CREATE TRIGGER customers_score BEFORE INSERT ON customers FOR EACH ROW EXECUTE FUNCTION bump();;
        ALTER TABLE orders DROP CONSTRAINT IF EXISTS orders_status_ck;;
        ALTER TABLE orders ADD CONSTRAINT orders_status_ck CHECK (status <> '')""",
        exact=False,
    ),
    script(
        "constraint_replaced_under_its_name",
        SHOP,
        """ALTER TABLE orders DROP CONSTRAINT total_positive;;
        ALTER TABLE orders ADD CONSTRAINT total_positive CHECK (total >= 0 AND total < 1000000);;
        ALTER TABLE orders DROP CONSTRAINT orders_customer_id_fkey,
          ADD CONSTRAINT orders_customer_id_fkey FOREIGN KEY (customer_id) REFERENCES customers (id) ON DELETE CASCADE;;
        DROP INDEX orders_status_idx;;
        CREATE INDEX orders_status_idx ON orders (status, placed_at DESC);;
        DROP TRIGGER customers_bump ON customers;;
        CREATE TRIGGER customers_bump BEFORE INSERT OR UPDATE ON customers FOR EACH ROW EXECUTE FUNCTION bump()""",
    ),
    script(
        "partition_rotation",
        SHOP,
        """CREATE TABLE metrics_2028 PARTITION OF metrics FOR VALUES FROM ('2028-01-01') TO ('2029-01-01');;
        CREATE TABLE metrics_2029 (LIKE metrics INCLUDING DEFAULTS INCLUDING CONSTRAINTS);;
        ALTER TABLE metrics_2029 ADD CONSTRAINT y2029 CHECK (at >= '2029-01-01' AND at < '2030-01-01');;
        ALTER TABLE metrics ATTACH PARTITION metrics_2029 FOR VALUES FROM ('2029-01-01') TO ('2030-01-01');;
        ALTER TABLE metrics_2029 DROP CONSTRAINT y2029;;
        ALTER TABLE metrics DETACH PARTITION metrics_2026;;
        ALTER TABLE metrics_2026 RENAME TO metrics_2026_old;;
        CREATE INDEX metrics_v ON ONLY metrics (v);;
        CREATE INDEX metrics_2028_v ON metrics_2028 (v);;
        ALTER INDEX metrics_v ATTACH PARTITION metrics_2028_v;;
        CREATE TABLE by_region (region text NOT NULL, n int) PARTITION BY LIST (region);;
        CREATE TABLE by_region_eu PARTITION OF by_region FOR VALUES IN ('de', 'fr') PARTITION BY HASH (n);;
        CREATE TABLE by_region_eu_0 PARTITION OF by_region_eu FOR VALUES WITH (MODULUS 2, REMAINDER 0);;
        ALTER TABLE by_region ADD PRIMARY KEY (region, n);;
        DROP TABLE by_region_eu_0""",
    ),
    script(
        "enum_evolution",
        SHOP,
        """ALTER TABLE customers ADD COLUMN feels mood DEFAULT 'ok';;
        ALTER TYPE mood RENAME TO mood_old;;
        CREATE TYPE mood AS ENUM ('sad', 'ok', 'great');;
        ALTER TABLE customers ALTER COLUMN feels DROP DEFAULT, ALTER COLUMN feels TYPE mood USING feels::text::mood,
          ALTER COLUMN feels SET DEFAULT 'great';;
        DROP TYPE mood_old;;
        ALTER TYPE mood ADD VALUE 'super' AFTER 'great';;
        ALTER TYPE mood RENAME VALUE 'super' TO 'best'""",
    ),
    script(
        "rename_everything",
        SHOP,
        """ALTER TABLE orders RENAME TO purchases;;
        ALTER TABLE purchases RENAME COLUMN customer_id TO client_id;;
        ALTER TABLE customers RENAME TO clients;;
        ALTER SEQUENCE customers_id_seq RENAME TO clients_id_seq;;
        ALTER INDEX customers_pkey RENAME TO clients_pkey;;
        ALTER TABLE purchases RENAME CONSTRAINT orders_pkey TO purchases_pkey;;
        ALTER TABLE purchases RENAME CONSTRAINT orders_customer_id_fkey TO purchases_client_id_fkey;;
        ALTER INDEX orders_status_idx RENAME TO purchases_status_idx;;
        ALTER TRIGGER customers_bump ON clients RENAME TO clients_bump;;
        ALTER FUNCTION bump() RENAME TO bump_score;;
        ALTER VIEW open_orders RENAME TO open_purchases;;
        ALTER VIEW open_purchases RENAME COLUMN total TO amount;;
        ALTER TYPE mood RENAME TO feeling;;
        ALTER DOMAIN email_address RENAME TO email;;
        ALTER TABLE clients ALTER COLUMN email TYPE varchar(320);;
        ALTER TABLE purchases DROP COLUMN note""",
    ),
    script(
        "drop_a_lot",
        SHOP,
        """DROP VIEW open_orders;;
        ALTER TABLE orders DROP COLUMN customer_id, DROP COLUMN note;;
        ALTER TABLE orders DROP CONSTRAINT orders_pkey;;
        ALTER TABLE orders DROP COLUMN status;;
        DROP TRIGGER customers_bump ON customers;;
        DROP FUNCTION bump;;
        DROP TABLE metrics CASCADE;;
        DROP TABLE customers, metrics_2027;;
        DROP DOMAIN email_address;;
        DROP TYPE mood RESTRICT;;
        DROP SEQUENCE ticket;;
        DROP TABLE orders""",
    ),
    script(
        "change_and_change_back",
        SHOP,
        """DROP VIEW open_orders;;
        ALTER TABLE orders ALTER COLUMN total TYPE numeric(14,2);;
        ALTER TABLE orders ALTER COLUMN status SET DEFAULT 'open';;
        ALTER TABLE orders ALTER COLUMN status TYPE text;;
        ALTER TABLE orders ALTER COLUMN status TYPE varchar(20);;
        ALTER TABLE orders ALTER COLUMN status SET DEFAULT 'new';;
        ALTER TABLE customers DISABLE TRIGGER ALL;;
        UPDATE customers SET score = 5;;
        ALTER TABLE customers ENABLE TRIGGER ALL;;
        ALTER TABLE orders ADD COLUMN z int""",
        exact=False,
    ),
)
