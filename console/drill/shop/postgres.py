"""The shop on PostgreSQL. It stays open while an index is built, so that migration runs outside a transaction."""

from __future__ import annotations

from types import MappingProxyType

from console.drill.shop import READ, READER, Shop

FILES = MappingProxyType(
    {
        "V1__create_customers.sql": """\
CREATE TABLE customers (
    id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    email varchar(255) NOT NULL,
    name varchar(100) NOT NULL,
    legacy_flags integer NOT NULL DEFAULT 0,
    created_at timestamptz NOT NULL DEFAULT now()
);
CREATE INDEX customers_created_at_idx ON customers (created_at);
""",
        "V2__create_orders.sql": """\
CREATE TYPE order_status AS ENUM ('open', 'paid', 'shipped', 'cancelled');
CREATE TABLE orders (
    id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    customer_id bigint NOT NULL REFERENCES customers (id),
    status order_status NOT NULL DEFAULT 'open',
    total numeric(10, 2) NOT NULL CHECK (total >= 0),
    placed_at timestamptz NOT NULL DEFAULT now()
);
CREATE INDEX orders_customer_id_idx ON orders (customer_id);
CREATE INDEX orders_open_idx ON orders (placed_at) WHERE status = 'open';
""",
        "V3__create_invoices.sql": """\
CREATE TABLE invoices (
    order_id bigint PRIMARY KEY REFERENCES orders (id) ON DELETE CASCADE,
    number varchar(20) NOT NULL UNIQUE,
    issued_on date NOT NULL DEFAULT current_date
);
COMMENT ON TABLE invoices IS 'one for each paid order';
""",
        "R__daily_sales.sql": """\
CREATE OR REPLACE VIEW daily_sales AS
SELECT placed_at::date AS day, count(*) AS orders, sum(total) AS total
FROM orders
WHERE status <> 'cancelled'
GROUP BY 1;
""",
    }
)

SHIPPING_SQL = """\
-- Outside a transaction, because the index is built while the shop is open.
CREATE TABLE carriers (
    id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    name varchar(40) NOT NULL UNIQUE
);
ALTER TABLE customers ADD COLUMN delivery_note varchar(200);
ALTER TABLE orders ADD COLUMN carrier_id bigint, ADD COLUMN shipped_at timestamptz;
CREATE INDEX CONCURRENTLY orders_carrier_id_idx ON orders (carrier_id);
"""
FAILING_SQL = """\
-- Outside a transaction, because the index is built while the shop is open.
CREATE TABLE carriers (
    id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    name varchar(40) NOT NULL UNIQUE
);
ALTER TABLE customers ADD COLUMN delivery_note varchar(200);
CREATE UNIQUE INDEX CONCURRENTLY customers_email_key ON customers (lower(email));
ALTER TABLE orders ADD COLUMN carrier_id bigint, ADD COLUMN shipped_at timestamptz;
"""
PENDING = MappingProxyType(
    {
        "V5__drop_legacy_flags.sql": "ALTER TABLE customers DROP COLUMN legacy_flags;\n",
    }
)

# Every 97th customer signed up twice: what a unique index meets in real life.
CUSTOMERS = """\
INSERT INTO customers (email, name, created_at)
SELECT 'customer' || n - (n % 97 = 0)::int || '@example.com', 'Customer ' || n, now() - n * interval '3 hours'
FROM generate_series(1, 2000) AS n"""
ORDERS = """\
INSERT INTO orders (customer_id, status, total, placed_at)
SELECT 1 + n * 7 % 2000, (enum_range(NULL::order_status))[1 + n % 4], 5 + n % 300, now() - n * interval '1 hour'
FROM generate_series(1, 5000) AS n"""
INVOICES = """\
INSERT INTO invoices (order_id, number)
SELECT id, 'R-' || to_char(id, 'FM000000') FROM orders WHERE status IN ('paid', 'shipped')"""
ROWS = (
    CUSTOMERS,
    ORDERS,
    INVOICES,
    f"GRANT SELECT, INSERT, UPDATE, DELETE ON customers, orders, invoices, daily_sales TO {READER}",
    "ANALYZE customers, orders, invoices",
)
EARLIER_TRY = "CREATE UNIQUE INDEX CONCURRENTLY customers_email_unique ON customers (email)"
"""What somebody tried by hand before: it fails over the duplicates and leaves an invalid index."""

SHOP = Shop(
    files=FILES,
    shipping=SHIPPING_SQL,
    failing=FAILING_SQL,
    ghost=SHIPPING_SQL,
    pending=PENDING,
    rows=ROWS,
    hold="SELECT * FROM orders WHERE id = 1",
    behind=READ,
    earlier_try=EARLIER_TRY,
    settings=("flyway.mixed=true", "flyway.postgresql.transactional.lock=false"),
    loose=True,
)
