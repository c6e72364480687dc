"""The shop on MySQL and MariaDB, where every statement that changes a table commits by itself.

The ghost differs. MySQL lets an ALTER wait whose client is gone; MariaDB ends it within a second, but not an UPDATE
that waits for a row. On MySQL the ALTER of customers waits for orders: it takes the tables that refer to it as well.
"""

from __future__ import annotations

from dataclasses import replace
from types import MappingProxyType

from console.drill.shop import READ, Shop

_FILES = MappingProxyType(
    {
        "V1__create_customers.sql": """\
CREATE TABLE customers (
    id bigint unsigned NOT NULL AUTO_INCREMENT PRIMARY KEY,
    email varchar(255) NOT NULL,
    name varchar(100) NOT NULL,
    legacy_flags int NOT NULL DEFAULT 0,
    created_at datetime NOT NULL DEFAULT CURRENT_TIMESTAMP,
    KEY customers_created_at_idx (created_at)
);
""",
        "V2__create_orders.sql": """\
CREATE TABLE orders (
    id bigint unsigned NOT NULL AUTO_INCREMENT PRIMARY KEY,
    customer_id bigint unsigned NOT NULL,
    status enum('open', 'paid', 'shipped', 'cancelled') NOT NULL DEFAULT 'open',
    total decimal(10, 2) NOT NULL,
    placed_at datetime NOT NULL DEFAULT CURRENT_TIMESTAMP,
    note varchar(200),
    CONSTRAINT orders_total_not_negative CHECK (total >= 0),
    CONSTRAINT orders_customer_id_fk FOREIGN KEY (customer_id) REFERENCES customers (id)
);
CREATE INDEX orders_status_idx ON orders (status, placed_at);
""",
        "V3__create_invoices.sql": """\
CREATE TABLE invoices (
    order_id bigint unsigned NOT NULL PRIMARY KEY,
    number varchar(20) NOT NULL UNIQUE,
    issued_on date NOT NULL,
    CONSTRAINT invoices_order_id_fk FOREIGN KEY (order_id) REFERENCES orders (id) ON DELETE CASCADE
) COMMENT 'one for each paid order';
""",
        "R__daily_sales.sql": """\
CREATE OR REPLACE VIEW daily_sales AS
SELECT cast(placed_at AS date) AS day, count(*) AS orders, sum(total) AS total
FROM orders
WHERE status <> 'cancelled'
GROUP BY 1;
""",
    }
)

_CARRIERS = """\
CREATE TABLE carriers (
    id bigint unsigned NOT NULL AUTO_INCREMENT PRIMARY KEY,
    name varchar(40) NOT NULL UNIQUE
);
"""
_NOTE = "ALTER TABLE customers ADD COLUMN delivery_note varchar(200);\n"
_CARRIER = "ALTER TABLE orders ADD COLUMN carrier_id bigint unsigned, ADD COLUMN shipped_at datetime;\n"
_INDEX = "CREATE INDEX orders_carrier_id_idx ON orders (carrier_id);\n"

_NOTED = """\
ALTER TABLE invoices ADD COLUMN note varchar(200);
UPDATE orders SET note = '' WHERE note IS NULL;
ALTER TABLE orders MODIFY note varchar(200) NOT NULL DEFAULT '';
"""

_PENDING = MappingProxyType({"V5__drop_legacy_flags.sql": "ALTER TABLE customers DROP COLUMN legacy_flags;\n"})

NUMBERS = """\
WITH digits AS (
 SELECT 0 AS d UNION ALL SELECT 1 UNION ALL SELECT 2 UNION ALL SELECT 3 UNION ALL SELECT 4
 UNION ALL SELECT 5 UNION ALL SELECT 6 UNION ALL SELECT 7 UNION ALL SELECT 8 UNION ALL SELECT 9),
numbers AS (SELECT 1 + e.d + 10 * t.d + 100 * h.d + 1000 * k.d AS n FROM digits e, digits t, digits h, digits k)"""
"""1 to 10,000: neither server counts beyond 1000 by itself."""
# Every 97th customer signed up twice: what a unique index meets in real life.
CUSTOMERS = f"""\
INSERT INTO customers (email, name, created_at)
{NUMBERS}
SELECT concat('customer', n - (n % 97 = 0), '@example.com'), concat('Customer ', n), now() - INTERVAL n * 3 HOUR
FROM numbers WHERE n <= 2000 ORDER BY n"""
ORDERS = f"""\
INSERT INTO orders (customer_id, status, total, placed_at)
{NUMBERS}
SELECT 1 + n * 7 % 2000, elt(1 + n % 4, 'open', 'paid', 'shipped', 'cancelled'), 5 + n % 300, now() - INTERVAL n HOUR
FROM numbers WHERE n <= 5000 ORDER BY n"""
INVOICES = """\
INSERT INTO invoices (order_id, number, issued_on)
SELECT id, concat('R-', lpad(id, 6, '0')), current_date FROM orders WHERE status IN ('paid', 'shipped')"""
ANALYZE = "ANALYZE TABLE customers, orders, invoices"

MYSQL = Shop(
    files=_FILES,
    shipping=_CARRIERS + _NOTE + _CARRIER + _INDEX,
    failing=f"{_CARRIERS}{_NOTE}CREATE UNIQUE INDEX customers_email_key ON customers (email);\n{_CARRIER}",
    ghost=_CARRIERS + _NOTE + _CARRIER + _INDEX,
    pending=_PENDING,
    rows=(CUSTOMERS, ORDERS, INVOICES, ANALYZE),
    hold="SELECT * FROM orders WHERE id = 1",
    behind=READ,
)
MARIADB = replace(
    MYSQL,
    ghost=_CARRIERS + _NOTED,
    hold="SELECT * FROM orders WHERE id = 4321 FOR UPDATE",
    behind="UPDATE orders SET status = 'paid' WHERE id = {n}",
)
