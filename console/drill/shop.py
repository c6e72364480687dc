"""The shop whose migrations go wrong: its files as Flyway finds them, and a few thousand rows as a shop has them."""

from __future__ import annotations

from pathlib import Path
from types import MappingProxyType

from sqlalchemy.engine import URL

DATABASE = "shop"
OWNER = "deploy"
READER = "web"
READER_APPLICATION = "shop-web"

SETTING_UP = (
    f"CREATE ROLE {OWNER} LOGIN",
    f"GRANT pg_monitor, pg_signal_backend TO {OWNER}",
    f"CREATE ROLE {READER} LOGIN",
    f"CREATE DATABASE {DATABASE} OWNER {OWNER}",
)

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

SHIPPING = "V4__add_shipping.sql"
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


def write_project(folder: Path, url: URL) -> None:
    """A Flyway project for that server, without any password: the private server asks for none."""
    (folder / "sql").mkdir(parents=True)
    (folder / "flyway.conf").write_text(
        f"flyway.url=jdbc:postgresql://{url.host}:{url.port}/{DATABASE}\n"
        f"flyway.user={OWNER}\n"
        "flyway.locations=filesystem:sql\n"
        "flyway.mixed=true\n"
        "flyway.postgresql.transactional.lock=false\n"
    )
    for name, text in FILES.items():
        (folder / "sql" / name).write_text(text)


def add_migration(folder: Path, name: str, text: str, *, transactional: bool = True) -> None:
    """One more file in the project; `transactional=False` writes the `.conf` beside it that Flyway reads."""
    (folder / "sql" / name).write_text(text)
    if not transactional:
        (folder / "sql" / f"{name}.conf").write_text("executeInTransaction=false\n")
