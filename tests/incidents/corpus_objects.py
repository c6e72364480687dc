"""Scripts about everything that is not a plain table: functions, types, policies, odd indexes, statistics,
inheritance."""

from __future__ import annotations

from tests.incidents.script import SHOP, script

SCRIPTS = (
    script(
        "overloads",
        SHOP + 'CREATE DOMAIN "Mood Swing" AS int;',
        """CREATE FUNCTION price(o int) RETURNS numeric LANGUAGE sql AS 'SELECT 1.0';;
        CREATE FUNCTION price(o bigint, d date DEFAULT CURRENT_DATE) RETURNS numeric LANGUAGE sql AS 'SELECT 2.0';;
        CREATE FUNCTION price(VARIADIC o character varying[]) RETURNS numeric LANGUAGE sql AS 'SELECT 3.0';;
        CREATE OR REPLACE FUNCTION price(o int) RETURNS numeric LANGUAGE sql AS 'SELECT 4.0';;
        CREATE OR REPLACE FUNCTION pair_of(INOUT a int, IN b "Mood Swing" DEFAULT NULL) LANGUAGE sql AS 'SELECT 1';;
        DROP FUNCTION price(bigint, date);;
        ALTER FUNCTION price(int) RENAME TO price_of""",
    ),
    script(
        "functions_with_options",
        SHOP,
        """CREATE OR REPLACE FUNCTION public.find(p_email TEXT, OUT p_id BIGINT, OUT p_name TEXT) RETURNS SETOF
          RECORD AS
          $BODY$ SELECT id, name FROM customers WHERE email = p_email; $BODY$ LANGUAGE SQL STABLE STRICT PARALLEL SAFE
          SECURITY DEFINER SET search_path = public COST 10 ROWS 5;;
        CREATE FUNCTION rows_of() RETURNS TABLE (id bigint, n int) LANGUAGE plpgsql AS $$ BEGIN RETURN; END; $$;;
        CREATE FUNCTION stamp() RETURNS event_trigger LANGUAGE plpgsql AS $$ BEGIN NULL; END; $$;;
        CREATE FUNCTION ts(timestamp with time zone, timestamp, numeric(5,2), char, "char", double precision, int[][])
          RETURNS int LANGUAGE sql AS $$ SELECT 1 $$;;
        CREATE FUNCTION typed(c customers, e customers.email%TYPE) RETURNS customers LANGUAGE sql AS $$ SELECT $1 $$;;
        CREATE OR REPLACE PROCEDURE clean(IN days int DEFAULT 30, INOUT n int DEFAULT 0) LANGUAGE plpgsql AS $$ BEGIN
          DELETE FROM orders; END $$;;
        CREATE AGGREGATE total_sum (numeric) (SFUNC = numeric_add, STYPE = numeric, INITCOND = '0');;
        DROP FUNCTION ts;;
        DROP PROCEDURE clean(int, int)""",
        exact=False,
    ),
    script(
        "triggers_of_every_sort",
        SHOP,
        """CREATE TRIGGER t1 AFTER INSERT OR DELETE ON orders FOR EACH STATEMENT EXECUTE FUNCTION bump();;
        CREATE TRIGGER t2 AFTER UPDATE ON orders REFERENCING OLD TABLE AS o NEW TABLE AS n FOR EACH STATEMENT EXECUTE
          FUNCTION bump();;
        CREATE CONSTRAINT TRIGGER t3 AFTER INSERT ON orders DEFERRABLE INITIALLY DEFERRED FOR EACH ROW WHEN
          (NEW.total > 5)
          EXECUTE FUNCTION bump();;
        CREATE TRIGGER t4 INSTEAD OF INSERT ON open_orders FOR EACH ROW EXECUTE PROCEDURE bump();;
        CREATE TRIGGER t5 BEFORE UPDATE OF total, note ON orders FOR EACH ROW
          WHEN (OLD.* IS DISTINCT FROM NEW.*) EXECUTE FUNCTION bump('a', 'b');;
        ALTER TABLE orders DISABLE TRIGGER t1;;
        ALTER TABLE orders ENABLE ALWAYS TRIGGER t5;;
        ALTER TABLE orders ENABLE REPLICA TRIGGER t2;;
        DROP TRIGGER IF EXISTS t1 ON orders;;
        DROP TRIGGER t4 ON open_orders""",
    ),
    script(
        "row_security",
        SHOP,
        """ALTER TABLE orders ENABLE ROW LEVEL SECURITY;;
        ALTER TABLE orders FORCE ROW LEVEL SECURITY;;
        CREATE POLICY owner_all ON orders USING (customer_id = current_setting('app.user', true)::bigint)
          WITH CHECK (customer_id = current_setting('app.user', true)::bigint);;
        CREATE POLICY readers ON orders AS RESTRICTIVE FOR SELECT TO PUBLIC USING (status IN ('new', 'done'));;
        CREATE POLICY adders ON orders FOR INSERT TO CURRENT_USER WITH CHECK (true);;
        ALTER POLICY readers ON orders USING (status = 'new');;
        ALTER POLICY readers ON orders RENAME TO only_readers;;
        ALTER TABLE orders NO FORCE ROW LEVEL SECURITY;;
        DROP POLICY adders ON orders""",
        exact=False,
    ),
    script(
        "indexes_of_every_sort",
        SHOP,
        """ALTER TABLE orders ADD COLUMN doc jsonb, ADD COLUMN words tsvector, ADD COLUMN area int4range, ADD COLUMN
          tags text[];;
        CREATE INDEX o_doc ON orders USING gin (doc);;
        CREATE INDEX o_doc_path ON orders USING GIN (doc jsonb_path_ops) WITH (fastupdate = off);;
        CREATE INDEX o_words ON orders USING gist (words);;
        CREATE INDEX o_brin ON orders USING brin (placed_at) WITH (pages_per_range = 32);;
        CREATE INDEX o_area ON orders USING spgist (area);;
        CREATE INDEX o_expr ON orders ((doc ->> 'kind'), ((doc -> 'a') ->> 'b') DESC NULLS LAST);;
        CREATE INDEX o_coll ON orders (note COLLATE "C" text_pattern_ops, status DESC);;
        CREATE INDEX o_case ON orders ((CASE WHEN status = 'new' THEN 1 ELSE 0 END)) WHERE total IS NOT NULL AND NOT
          (total < 0);;
        CREATE INDEX o_coalesce ON orders (COALESCE(note, ''), (total::int), extract(year from (placed_at at time
          zone 'UTC')));;
        CREATE INDEX o_cover ON orders (customer_id ASC, placed_at DESC NULLS FIRST) INCLUDE (total, status);;
        CREATE INDEX o_fts ON orders USING gin (to_tsvector('english', coalesce(note, '') || ' ' || status));;
        CREATE UNIQUE INDEX o_uq ON orders (customer_id, lower(status)) WHERE status IN ('new', 'open') AND note ~*
          'x';;
        ALTER INDEX o_brin SET (pages_per_range = 64);;
        DROP INDEX o_doc, o_words""",
    ),
    script(
        "exclusion_and_deferrable",
        SHOP,
        """CREATE TABLE bookings (id int PRIMARY KEY, room int4range, during tstzrange NOT NULL,
          EXCLUDE USING gist (during WITH &&));;
        ALTER TABLE bookings ADD CONSTRAINT no_overlap EXCLUDE USING gist (room WITH =, during WITH &&) WHERE (id > 0);;
        ALTER TABLE bookings ADD COLUMN customer_id bigint, ADD CONSTRAINT b_customer FOREIGN KEY (customer_id)
          REFERENCES
          customers (id) MATCH FULL ON UPDATE RESTRICT ON DELETE SET DEFAULT DEFERRABLE;;
        ALTER TABLE bookings ALTER CONSTRAINT b_customer DEFERRABLE INITIALLY DEFERRED;;
        ALTER TABLE bookings ADD CONSTRAINT b_uq UNIQUE (room, customer_id) DEFERRABLE INITIALLY IMMEDIATE;;
        CREATE TABLE seats (booking int, n int, PRIMARY KEY (booking, n), next_b int, next_n int,
          FOREIGN KEY (next_b, next_n) REFERENCES seats, FOREIGN KEY (booking) REFERENCES bookings);;
        ALTER TABLE seats ADD CONSTRAINT seats_multi FOREIGN KEY (next_b, next_n) REFERENCES seats (booking, n) NOT
          VALID;;
        ALTER TABLE seats VALIDATE CONSTRAINT seats_multi;;
        ALTER TABLE bookings DROP CONSTRAINT no_overlap""",
    ),
    script(
        "types_of_every_sort",
        SHOP,
        """CREATE TYPE address AS (street text, "zipCode" varchar(10), pos point);;
        CREATE TYPE empty_enum AS ENUM ();;
        CREATE TYPE floatrange AS RANGE (subtype = float8, subtype_diff = float8mi);;
        CREATE DOMAIN us_zip AS varchar(10) CHECK (VALUE ~ '^\\d{5}$' OR VALUE ~ '^\\d{5}-\\d{4}$');;
        CREATE DOMAIN money_amount AS numeric(12,2) DEFAULT 0.00 CONSTRAINT positive CHECK (VALUE >= 0) NOT NULL;;
        ALTER DOMAIN money_amount DROP CONSTRAINT positive;;
        ALTER DOMAIN money_amount ADD CONSTRAINT not_huge CHECK (VALUE < 1e9) NOT VALID;;
        ALTER DOMAIN money_amount VALIDATE CONSTRAINT not_huge;;
        ALTER DOMAIN money_amount SET DEFAULT 1;;
        ALTER TYPE address ADD ATTRIBUTE country char(2), DROP ATTRIBUTE pos;;
        ALTER TYPE address RENAME ATTRIBUTE street TO road;;
        ALTER TYPE address ALTER ATTRIBUTE country TYPE text;;
        CREATE TABLE people (home address, zip us_zip, pay money_amount, homes address[], f floatrange);;
        ALTER TYPE empty_enum ADD VALUE 'only'""",
        exact=False,
    ),
    script(
        "generated_columns",
        SHOP,
        """CREATE TABLE boxes (w numeric NOT NULL, h numeric NOT NULL, area numeric GENERATED ALWAYS AS (w * h) STORED,
          id bigint GENERATED ALWAYS AS IDENTITY (START WITH 1000 INCREMENT BY 10), label text GENERATED ALWAYS AS
          ('box ' || (w)::text) STORED);;
        ALTER TABLE boxes ADD COLUMN d numeric, ADD COLUMN half numeric GENERATED ALWAYS AS (round(w / 2, 2)) STORED
          NOT NULL;;
        ALTER TABLE boxes ADD PRIMARY KEY (id);;
        ALTER TABLE boxes ALTER COLUMN id SET GENERATED BY DEFAULT SET START WITH 5 RESTART;;
        ALTER TABLE boxes ALTER COLUMN id RESTART WITH 7;;
        ALTER TABLE boxes DROP COLUMN area;;
        CREATE INDEX boxes_half ON boxes (half);;
        ALTER TABLE boxes ALTER COLUMN half DROP EXPRESSION IF EXISTS""",
        exact=False,
    ),
    script(
        "materialized_views_statistics_publications",
        SHOP,
        """CREATE MATERIALIZED VIEW mv_totals AS SELECT customer_id, sum(total) AS total FROM orders GROUP BY
          customer_id;;
        CREATE UNIQUE INDEX mv_totals_customer ON mv_totals (customer_id);;
        REFRESH MATERIALIZED VIEW CONCURRENTLY mv_totals;;
        ALTER MATERIALIZED VIEW mv_totals RENAME TO mv_sums;;
        CREATE STATISTICS orders_st (ndistinct, dependencies) ON status, customer_id FROM orders;;
        CREATE PUBLICATION shop_pub FOR TABLE orders, customers WITH (publish = 'insert,update');;
        ALTER PUBLICATION shop_pub DROP TABLE customers;;
        ALTER TABLE orders REPLICA IDENTITY USING INDEX orders_pkey;;
        DROP STATISTICS orders_st;;
        DROP PUBLICATION shop_pub;;
        DROP MATERIALIZED VIEW mv_sums""",
    ),
    script(
        "sequences_with_odd_options",
        SHOP,
        """CREATE SEQUENCE s_down AS smallint INCREMENT -1 MINVALUE -100 MAXVALUE -1 START WITH -5 NO CYCLE CACHE 5;;
        CREATE SEQUENCE s_int AS int;;
        ALTER SEQUENCE s_int INCREMENT BY 7 MAXVALUE 5000 RESTART 10;;
        ALTER SEQUENCE ticket AS integer;;
        ALTER SEQUENCE ticket OWNED BY customers.score;;
        ALTER SEQUENCE ticket OWNED BY NONE;;
        ALTER SEQUENCE s_int NO MAXVALUE CYCLE;;
        ALTER SEQUENCE s_down RENAME TO s_desc;;
        ALTER TABLE orders ALTER COLUMN total SET DEFAULT nextval('s_int');;
        DROP SEQUENCE s_desc""",
        exact=False,
    ),
    script(
        "temporary_like_and_copies",
        SHOP + "CREATE TYPE pair_t AS (a int, b text);",
        """CREATE TEMP TABLE work AS SELECT id FROM orders;;
        CREATE TABLE orders_copy AS SELECT id, total, note AS remark FROM orders;;
        CREATE INDEX orders_copy_id ON orders_copy (id);;
        CREATE TABLE orders_like (LIKE orders INCLUDING DEFAULTS INCLUDING INDEXES, extra int NOT NULL);;
        CREATE TABLE names (a, b) AS VALUES (1, 'x');;
        SELECT * INTO names2 FROM names;;
        ALTER TABLE orders_copy ADD PRIMARY KEY (id);;
        DROP TABLE work;;
        ALTER TABLE orders_like ADD COLUMN more text;;
        CREATE TABLE typed OF pair_t (PRIMARY KEY (a))""",
    ),
    script(
        "inheritance_and_storage",
        SHOP,
        """CREATE TABLE vehicle (id int PRIMARY KEY, wheels int NOT NULL DEFAULT 4);;
        CREATE TABLE car (doors int) INHERITS (vehicle);;
        CREATE TABLE truck (id int NOT NULL, wheels int NOT NULL, load numeric);;
        ALTER TABLE truck INHERIT vehicle;;
        ALTER TABLE vehicle ADD COLUMN color text;;
        ALTER TABLE truck NO INHERIT vehicle;;
        ALTER TABLE car SET (fillfactor = 70, autovacuum_enabled = off);;
        ALTER TABLE car RESET (fillfactor);;
        ALTER TABLE car SET UNLOGGED;;
        ALTER TABLE vehicle ALTER COLUMN color SET STORAGE EXTERNAL;;
        ALTER TABLE vehicle ALTER COLUMN id SET STATISTICS 500;;
        ALTER TABLE ONLY vehicle ADD CONSTRAINT wheels_ck CHECK (wheels > 0) NO INHERIT;;
        ALTER TABLE vehicle ALTER wheels DROP NOT NULL;;
        DROP TABLE vehicle CASCADE""",
        exact=False,
    ),
    script(
        "comments_and_rules",
        SHOP,
        """COMMENT ON TABLE orders IS 'orders, "all" of them';;
        COMMENT ON COLUMN orders.note IS $$what the customer's said$$;;
        COMMENT ON INDEX orders_status_idx IS 'hot';;
        COMMENT ON CONSTRAINT total_positive ON orders IS 'money';;
        COMMENT ON FUNCTION bump() IS 'adds one';;
        COMMENT ON TRIGGER customers_bump ON customers IS 't';;
        COMMENT ON VIEW open_orders IS 'v';;
        COMMENT ON TYPE mood IS 'm';;
        COMMENT ON DOMAIN email_address IS 'd';;
        COMMENT ON SEQUENCE ticket IS 's';;
        COMMENT ON SCHEMA public IS 'p';;
        COMMENT ON COLUMN orders.note IS NULL;;
        CREATE RULE orders_ro AS ON UPDATE TO open_orders DO INSTEAD SELECT 1;;
        COMMENT ON EXTENSION plpgsql IS 'x';;
        ALTER RULE orders_ro ON open_orders RENAME TO orders_readonly""",
        exact=False,
    ),
)
