"""Scripts as particular tools and teams write them: Hibernate, pg_dump, generated names, other alphabets, CRLF."""

from __future__ import annotations

from tests.incidents.script import SHOP, script

SCRIPTS = (
    script(
        "hibernate_upper_case",
        SHOP,
        """CREATE TABLE PRODUCT (ID BIGINT NOT NULL, NAME VARCHAR(255) NOT NULL, PRICE NUMERIC(19, 2), ACTIVE BOOLEAN
          NOT NULL,
          CREATED_AT TIMESTAMP(6), VERSION INTEGER, PRIMARY KEY (ID));;
        CREATE TABLE PRODUCT_TAGS (PRODUCT_ID BIGINT NOT NULL, TAGS VARCHAR(255));;
        CREATE SEQUENCE PRODUCT_SEQ START WITH 1 INCREMENT BY 50;;
        ALTER TABLE IF EXISTS PRODUCT ADD CONSTRAINT UK_4gqcq8xf4n UNIQUE (NAME);;
        ALTER TABLE IF EXISTS PRODUCT_TAGS ADD CONSTRAINT FKk7sp1uxp4oyjqpccchfcxjb7d FOREIGN KEY (PRODUCT_ID)
          REFERENCES PRODUCT;;
        CREATE INDEX IDX_PRODUCT_NAME ON PRODUCT (NAME);;
        ALTER TABLE PRODUCT ADD COLUMN STATUS VARCHAR(255) CHECK (STATUS IN ('ACTIVE','INACTIVE','DELETED'));;
        ALTER TABLE PRODUCT ADD COLUMN KIND SMALLINT CHECK (KIND BETWEEN 0 AND 3)""",
    ),
    script(
        "quoted_camel_case",
        SHOP,
        """CREATE TABLE "UserAccount" ("userId" UUID DEFAULT gen_random_uuid() NOT NULL, "displayName" TEXT NOT NULL,
          "createdAt" TIMESTAMP(3) NOT NULL DEFAULT CURRENT_TIMESTAMP, "Order" INT, CONSTRAINT "UserAccount_pkey"
          PRIMARY KEY
          ("userId"));;
        CREATE UNIQUE INDEX "UserAccount_displayName_key" ON "UserAccount"("displayName");;
        ALTER TABLE "UserAccount" ADD COLUMN "parentId" UUID;;
        ALTER TABLE "UserAccount" ADD CONSTRAINT "UserAccount_parentId_fkey" FOREIGN KEY ("parentId")
          REFERENCES "UserAccount"("userId") ON DELETE SET NULL ON UPDATE CASCADE;;
        CREATE INDEX "UserAccount_Order_idx" ON "UserAccount" ("Order" DESC, lower("displayName"));;
        ALTER TABLE "UserAccount" RENAME COLUMN "Order" TO "sortOrder";;
        ALTER TABLE "UserAccount" ADD CHECK ("sortOrder" >= 0), ADD CHECK ("sortOrder" < 1000);;
        CREATE TYPE "Role" AS ENUM ('ADMIN', 'User');;
        ALTER TABLE "UserAccount" ADD COLUMN "role" "Role" NOT NULL DEFAULT 'User', ADD COLUMN "roles" "Role"[] DEFAULT
          ARRAY[]::"Role"[];;
        ALTER TYPE "Role" ADD VALUE 'Guest'""",
    ),
    script(
        "pg_dump",
        "",
        """CREATE SCHEMA app;;
        SET statement_timeout = 0; SELECT pg_catalog.set_config('search_path', '', false); SET check_function_bodies
          = false;
        CREATE FUNCTION app.touch() RETURNS trigger
    LANGUAGE plpgsql
    AS $$
begin
  new.updated_at = now();
  return new;
end;
$$;;
        ALTER FUNCTION app.touch() OWNER TO postgres;;
        CREATE TABLE app.account (
    id bigint NOT NULL,
    email character varying(255) NOT NULL,
    state character varying(16) DEFAULT 'new'::character varying NOT NULL,
    updated_at timestamp without time zone DEFAULT now(),
    data jsonb DEFAULT '{}'::jsonb NOT NULL,
    tags text[] DEFAULT '{}'::text[],
    CONSTRAINT account_state_check CHECK (((state)::text = ANY ((ARRAY['new'::character varying, 'old'::character
      varying])::text[])))
);;
        ALTER TABLE app.account OWNER TO postgres;;
        COMMENT ON TABLE app.account IS 'who may log in; twice';;
        CREATE SEQUENCE app.account_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1;;
        ALTER SEQUENCE app.account_id_seq OWNED BY app.account.id;;
        ALTER TABLE ONLY app.account ALTER COLUMN id SET DEFAULT nextval('app.account_id_seq'::regclass);;
        ALTER TABLE ONLY app.account ADD CONSTRAINT account_pkey PRIMARY KEY (id);;
        CREATE UNIQUE INDEX account_email_key ON app.account USING btree (lower((email)::text));;
        CREATE TRIGGER account_touch BEFORE UPDATE ON app.account FOR EACH ROW EXECUTE FUNCTION app.touch();;
        CREATE VIEW app.new_accounts AS
 SELECT account.id,
    account.email
   FROM app.account
  WHERE ((account.state)::text = 'new'::text);;
        REVOKE ALL ON TABLE app.account FROM PUBLIC;;
        CREATE INDEX account_data_gin ON app.account USING gin (data jsonb_path_ops);;
        CREATE TABLE app.login (account_id bigint NOT NULL, at timestamp with time zone NOT NULL);;
        ALTER TABLE ONLY app.login
    ADD CONSTRAINT login_account_fk FOREIGN KEY (account_id) REFERENCES app.account(id) ON DELETE CASCADE""",
    ),
    script(
        "several_schemas",
        SHOP,
        """CREATE SCHEMA IF NOT EXISTS billing;;
        CREATE SCHEMA "Audit" AUTHORIZATION CURRENT_USER;;
        SET search_path TO billing, public; CREATE TABLE invoice (id serial PRIMARY KEY, order_id bigint REFERENCES
          public.orders);;
        CREATE INDEX invoice_order ON invoice (order_id);;
        ALTER TABLE invoice ADD COLUMN total numeric(9,2) DEFAULT 0 NOT NULL;;
        CREATE VIEW v_invoice AS SELECT id FROM invoice;;
        SET search_path = "Audit"; CREATE TABLE log (at timestamptz DEFAULT now(), what text);;
        ALTER TABLE log SET SCHEMA billing;;
        RESET search_path; ALTER TABLE orders ADD COLUMN invoice_id int;;
        ALTER TABLE orders ADD CONSTRAINT orders_invoice_fk FOREIGN KEY (invoice_id) REFERENCES billing.invoice (id);;
        ALTER VIEW billing.v_invoice SET SCHEMA public;;
        DROP SCHEMA "Audit" """,
    ),
    script(
        "long_and_foreign_names",
        SHOP,
        """CREATE TABLE a_table_whose_name_goes_on_and_on_until_it_is_nearly_too_long_x (
          id int PRIMARY KEY, a_column_whose_name_is_also_far_too_long_to_fit_beside_it int UNIQUE,
          ref int REFERENCES a_table_whose_name_goes_on_and_on_until_it_is_nearly_too_long_x, CHECK (ref > 0));;
        CREATE INDEX ON a_table_whose_name_goes_on_and_on_until_it_is_nearly_too_long_x
          (a_column_whose_name_is_also_far_too_long_to_fit_beside_it, ref);;
        CREATE INDEX this_index_name_is_longer_than_the_sixty_three_bytes_that_are_kept_by_it ON orders (note);;
        CREATE TABLE "größen" ("naïve" text DEFAULT 'é', "数量" int CHECK ("数量" > 0), "a b" int, "c""d" int);;
        CREATE INDEX "größen_idx" ON "größen" ("数量", "a b");;
        ALTER TABLE "größen" RENAME COLUMN "a b" TO "übergröße";;
        COMMENT ON COLUMN "größen"."c""d" IS 'ünïcödé';;
        CREATE INDEX ON "größen" ("c""d", ("数量" + 1));;
        CREATE TABLE "ééééééééééééééééééééééééééééééé_très_long" (id int PRIMARY KEY, "naïve_ééééééééééééééééééééé"
          int UNIQUE)""",
    ),
    script(
        "unnamed_constraints_of_every_sort",
        SHOP,
        """CREATE TABLE parts (id int GENERATED ALWAYS AS IDENTITY, code text CHECK (code <> '') CHECK (length(code)
          < 10) UNIQUE,
          parent int, depth int CHECK (depth >= 0), UNIQUE (code, parent), UNIQUE (parent, code), PRIMARY KEY (id),
          CHECK (depth < 100), CHECK (depth < parent OR parent IS NULL), FOREIGN KEY (parent) REFERENCES parts);;
        ALTER TABLE parts ADD CHECK (depth <> 7);;
        ALTER TABLE parts ADD FOREIGN KEY (parent) REFERENCES parts (id) ON DELETE CASCADE;;
        ALTER TABLE parts ADD UNIQUE (depth), ADD CHECK (code IS NOT NULL);;
        ALTER TABLE parts ADD COLUMN owner bigint REFERENCES customers (id) ON DELETE SET NULL;;
        ALTER TABLE parts ADD COLUMN weight int CHECK (weight > 0) NOT NULL DEFAULT 1;;
        CREATE INDEX ON parts (owner);;
        CREATE INDEX ON parts (owner) WHERE owner > 5;;
        CREATE INDEX ON parts (lower(code));;
        CREATE INDEX ON parts (upper(code), depth);;
        CREATE UNIQUE INDEX ON parts (code) INCLUDE (depth)""",
    ),
    script(
        "crlf_and_comments",
        SHOP,
        """-- first; a comment
        CREATE TABLE notes (
          id int PRIMARY KEY, -- the key
          body text /* long; text */ DEFAULT 'a;b'
        );;
        /* block; /* nested; */ */
        ALTER TABLE notes
          ADD COLUMN at timestamptz,
          -- inside
          ADD COLUMN by text;;
        CREATE FUNCTION note_of(i int) RETURNS text LANGUAGE plpgsql AS $body$
        BEGIN
          RETURN 'x'; -- done;
        END;
        $body$;;
        CREATE INDEX notes_at ON notes (at) -- trailing
        ;;
        COMMENT ON TABLE notes IS 'two
        lines';;
        CREATE VIEW v_notes AS
          SELECT id -- key
          FROM notes""".replace("\n", "\r\n"),
    ),
    script(
        "if_not_exists_everywhere",
        SHOP,
        """CREATE TABLE IF NOT EXISTS shipments (id bigserial PRIMARY KEY, order_id bigint);;
        ALTER TABLE IF EXISTS shipments ADD COLUMN IF NOT EXISTS carrier text, ADD COLUMN IF NOT EXISTS code
          varchar(9);;
        CREATE INDEX IF NOT EXISTS shipments_carrier ON shipments (carrier);;
        CREATE UNIQUE INDEX IF NOT EXISTS shipments_code ON shipments (code) WHERE code IS NOT NULL;;
        CREATE SEQUENCE IF NOT EXISTS shipment_numbers AS integer MINVALUE 10 MAXVALUE 1000 START 20 INCREMENT 10
          CYCLE;;
        CREATE SCHEMA IF NOT EXISTS logistics;;
        CREATE TABLE IF NOT EXISTS logistics.vans AS SELECT id, note FROM orders WITH NO DATA;;
        CREATE MATERIALIZED VIEW IF NOT EXISTS logistics.load AS SELECT count(*) AS n FROM orders;;
        CREATE EXTENSION IF NOT EXISTS plpgsql;;
        CREATE STATISTICS IF NOT EXISTS shipments_stats (dependencies) ON carrier, code FROM shipments;;
        ALTER TYPE mood ADD VALUE IF NOT EXISTS 'meh' AFTER 'sad'""",
        exact=False,
    ),
    script(
        "seed_data_and_grants",
        SHOP,
        """CREATE TABLE countries (code char(2) PRIMARY KEY, name text NOT NULL);;
        INSERT INTO countries (code, name) VALUES ('DE', 'Germany; really'), ('FR', 'France') ON CONFLICT DO NOTHING;;
        ALTER TABLE customers ADD COLUMN country char(2) REFERENCES countries;;
        UPDATE customers SET country = 'DE';;
        GRANT SELECT, INSERT ON countries TO PUBLIC;;
        ALTER TABLE customers ALTER COLUMN country SET NOT NULL;;
        DO $$ BEGIN IF NOT EXISTS (SELECT 1 FROM pg_type WHERE typname = 'size') THEN
          CREATE TYPE size AS ENUM ('s', 'l'); END IF; END $$;;
        ALTER TABLE customers ADD COLUMN shirt size;;
        WITH gone AS (DELETE FROM countries WHERE code = 'FR' RETURNING 1) INSERT INTO countries VALUES ('IT',
          'Italy');;
        SELECT setval('customers_id_seq', 1000);;
        ALTER TABLE customers ADD COLUMN vip boolean DEFAULT FALSE NOT NULL""",
    ),
    script(
        "explicit_null_and_synonyms",
        SHOP,
        """ALTER TABLE orders ADD a INT NULL, ADD b CHARACTER VARYING (10) DEFAULT NULL, ADD c NATIONAL CHARACTER
          VARYING(5),
          ADD d DOUBLE PRECISION DEFAULT 0, ADD e DEC(5), ADD f TIMESTAMP WITHOUT TIME ZONE DEFAULT LOCALTIMESTAMP;;
        ALTER TABLE orders ADD g BIGINT DEFAULT 0, ADD h REAL DEFAULT '1.5', ADD i NUMERIC(5,2) DEFAULT '0.00', ADD j
          bpchar,
          ADD k pg_catalog.int4 DEFAULT '7'::int, ADD l "varchar"(7), ADD m timestamptz DEFAULT
          '2020-01-01 00:00:00+00';;
        ALTER TABLE orders ADD n interval DEFAULT '1 day', ADD o date DEFAULT '2020-01-01', ADD p json DEFAULT '[]',
          ADD q text DEFAULT E'tab\\t', ADD r boolean DEFAULT '1', ADD s int DEFAULT -5, ADD t text DEFAULT NULL::text;;
        ALTER TABLE orders ADD u text DEFAULT current_user, ADD v uuid DEFAULT '00000000-0000-0000-0000-000000000000',
          ADD w int[] DEFAULT '{1,2}'::int[], ADD x text[] DEFAULT ARRAY['a','b'], ADD y xml, ADD z point, ADD aa money
          DEFAULT 5, ADD ab tsvector, ADD ac int4range, ADD ad bit varying(5) DEFAULT B'101', ADD ae macaddr, ADD af
          oid;;
        ALTER TABLE orders ALTER a SET DATA TYPE bigint USING a::bigint, ALTER b TYPE text COLLATE "C";;
        ALTER TABLE orders ALTER COLUMN g SET DEFAULT 1 + 1, ALTER COLUMN s SET DEFAULT (-1), ALTER c SET NOT NULL;;
        ALTER TABLE orders ALTER placed_at TYPE timestamp USING placed_at AT TIME ZONE 'UTC',
          ALTER placed_at SET DEFAULT (now() AT TIME ZONE 'utc')""",
    ),
)
