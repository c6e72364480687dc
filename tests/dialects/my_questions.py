"""Statements that MySQL and MariaDB refuse for the rows or definitions there are, and what is asked and found."""

from __future__ import annotations

from dataclasses import dataclass

SHOP = """
CREATE TABLE `customers` (id BIGINT UNSIGNED PRIMARY KEY, email VARCHAR(40), name VARCHAR(40), `order` INT, note TEXT,
  code VARCHAR(40) CHARACTER SET latin1, kind ENUM('new','old','gone'), tags SET('a','b','c'),
  price DECIMAL(10,3), big BIGINT, half DOUBLE, raw VARBINARY(20), KEY by_code (code))
  CHARACTER SET utf8mb4 COLLATE utf8mb4_general_ci;
CREATE TABLE `orders` (id BIGINT PRIMARY KEY, customer_id BIGINT UNSIGNED, parent_id BIGINT, small INT, a INT, b INT)
  CHARACTER SET utf8mb4 COLLATE utf8mb4_general_ci;
CREATE TABLE `pairs` (a INT, b INT, c INT, PRIMARY KEY (a, b), KEY by_c (c), UNIQUE by_b (b));
CREATE VIEW everybody AS SELECT id, email FROM customers;
INSERT INTO customers (id, email, name, `order`, note, code, kind, tags, price, big, half, raw) VALUES
  (1, 'A@x', 'Zoë', -1, 'one', 'k1', 'new', 'a,b', 1234567.891, 3000000000, 1e20, 'r'),
  (2, 'a@x ', 'zoe', 1, 'one two three', 'k2', 'gone', 'a', 1, 1, 1.4, 'rr'),
  (3, NULL, '日本', 2, NULL, 'k 2', 'old', 'c', -1, -1, 2, NULL),
  (4, 'b@x', 'bob', NULL, '12', NULL, NULL, '', 2.5, 200, 300, 'rrrr');
INSERT INTO orders VALUES (1, 1, NULL, 1, 1, 1), (2, 77, 1, 2, 1, 2), (3, 78, 99, 3, NULL, 9), (4, NULL, 2, 4, 8, 8);
INSERT INTO pairs VALUES (1, 1, 5), (1, 2, 6)
"""


@dataclass(frozen=True, slots=True)
class Case:
    """One statement: what is asked and answered, and the errors of the two servers."""

    name: str
    sql: str
    asked: tuple[tuple[str, int, tuple[str, ...]], ...]
    mysql: int = 0
    """0: it runs."""
    mariadb: int = 0
    setup: str = ""
    only: str = ""
    """mysql or mariadb: the other one has no such thing."""


def case(
    name: str,
    sql: str,
    *asked: tuple[str, int, tuple[str, ...]],
    errors: tuple[int, int] = (0, 0),
    setup: str = "",
    only: str = "",
) -> Case:
    """One, the short way."""
    return Case(name, sql, asked, *errors, setup, only)


DUPLICATE, ORPHAN, NULL, LONG, RANGE = (1062, 1062), (1452, 1452), (1138, 1265), (1406, 1406), (1264, 1264)

ROWS = (
    case(
        "unique under its collation",
        "ALTER TABLE customers ADD UNIQUE (email)",
        ("duplicate values of customers (email)", 1, ("A@x",)),
        errors=DUPLICATE,
    ),
    case(
        "accents are no difference",
        "CREATE UNIQUE INDEX u ON customers (name)",
        ("duplicate values of customers (name)", 1, ("Zoë",)),
        errors=DUPLICATE,
    ),
    case(
        "a prefix",
        "CREATE UNIQUE INDEX u ON customers (code(1))",
        ("duplicate values of customers (code(1))", 1, ("k",)),
        errors=DUPLICATE,
    ),
    case(
        "a prefix of text descending",
        "CREATE UNIQUE INDEX u ON customers (note(3) DESC)",
        ("duplicate values of customers (note(3))", 1, ("one",)),
        errors=DUPLICATE,
    ),
    case("several columns", "ALTER TABLE orders ADD UNIQUE ab (a, b)", ("duplicate values of orders (a, b)", 0, ())),
    case(
        "several columns with duplicates",
        "ALTER TABLE pairs ADD UNIQUE u (a)",
        ("duplicate values of pairs (a)", 1, ("1",)),
        errors=DUPLICATE,
    ),
    case(
        "a part of it is an expression",
        "CREATE UNIQUE INDEX u ON customers ((substr(email, 2, 2)), (id * 0))",
        ("duplicate values of customers ((substr(email, 2, 2)), (id * 0))", 1, ("@x, 0",)),
        errors=DUPLICATE,
        only="mysql",
    ),
    case(
        "a binary collation in the same statement",
        "ALTER TABLE customers MODIFY name VARCHAR(40) COLLATE utf8mb4_bin, ADD UNIQUE (name)",
        ("duplicate values of customers (name)", 0, ()),
    ),
    case(
        "a wider collation in the same statement",
        "ALTER TABLE customers CHANGE email mail VARCHAR(40) COLLATE utf8mb4_general_ci, ADD UNIQUE (mail)",
        ("duplicate values of customers (mail)", 1, ("A@x",)),
        errors=DUPLICATE,
    ),
    case(
        "a new column is the same in all rows",
        "ALTER TABLE customers ADD slug VARCHAR(20) NOT NULL, ADD UNIQUE u (slug)",
        ("duplicate values of customers (slug)", 1, ("''",)),
        errors=DUPLICATE,
    ),
    case(
        "a new column with a default",
        "ALTER TABLE customers ADD state INT NOT NULL DEFAULT 7 UNIQUE",
        ("duplicate values of customers (state)", 1, ("7",)),
        errors=DUPLICATE,
    ),
    case("a new column without values", "ALTER TABLE customers ADD slug VARCHAR(20), ADD UNIQUE u (slug)"),
    case(
        "a new generated column",
        "ALTER TABLE customers ADD low VARCHAR(40) AS (lower(email)) STORED, ADD UNIQUE u (low)",
        ("duplicate values of customers (low)", 1, ("a@x",)),
        errors=DUPLICATE,
    ),
    case(
        "a unique index under another collation",
        "ALTER TABLE bins CONVERT TO CHARACTER SET utf8mb4 COLLATE utf8mb4_general_ci",
        ("duplicate values of bins (n)", 1, ("x",)),
        errors=DUPLICATE,
        setup="CREATE TABLE bins (n VARCHAR(9) UNIQUE) COLLATE utf8mb4_bin; INSERT INTO bins VALUES ('x'), ('X')",
    ),
    case(
        "a primary key",
        "ALTER TABLE loose ADD PRIMARY KEY (a)",
        ("rows of loose where a is null", 1, ()),
        ("duplicate values of loose (a)", 1, ("1",)),
        errors=(1138, 1265),
        setup="CREATE TABLE loose (a INT); INSERT INTO loose VALUES (1), (1), (NULL)",
    ),
    case(
        "a primary key over two",
        "ALTER TABLE loose ADD PRIMARY KEY (a, b)",
        ("duplicate values of loose (a, b)", 1, ("1, x",)),
        errors=DUPLICATE,
        setup="CREATE TABLE loose (a INT NOT NULL, b CHAR(5) NOT NULL); "
        "INSERT INTO loose VALUES (1,'x'),(1,'X'),(2,'x')",
    ),
    case(
        "spaces count without padding",
        "ALTER TABLE nopad ADD UNIQUE u (n)",
        ("duplicate values of nopad (n)", 1, ("x",)),
        errors=DUPLICATE,
        only="mysql",
        setup="CREATE TABLE nopad (n VARCHAR(9) COLLATE utf8mb4_0900_ai_ci); "
        "INSERT INTO nopad VALUES ('x'),('x '),('X')",
    ),
    case(
        "spaces do not count with padding",
        "ALTER TABLE pad ADD UNIQUE u (n)",
        ("duplicate values of pad (n)", 1, ("x",)),
        errors=DUPLICATE,
        setup="CREATE TABLE pad (n VARCHAR(9) COLLATE utf8mb4_bin); INSERT INTO pad VALUES ('x'), ('x '), ('X')",
    ),
    case(
        "odd names",
        "ALTER TABLE `it's ``odd``` ADD UNIQUE `u``` (`a``b (2) DESC`(3), `c(4)`)",
        ("duplicate values of it's `odd` (a`b (2) desc(3), c(4))", 1, ("abc, 1",)),
        errors=DUPLICATE,
        setup="CREATE TABLE `it's ``odd``` (`a``b (2) DESC` VARCHAR(20), `c(4)` INT); "
        "INSERT INTO `it's ``odd``` VALUES ('abcd', 1), ('abce', 1), ('abc', 2)",
    ),
    case(
        "not null",
        "ALTER TABLE customers MODIFY email VARCHAR(40) NOT NULL",
        ("rows of customers where email is null", 1, ()),
        errors=NULL,
    ),
    case(
        "not null by change",
        "ALTER TABLE customers CHANGE `order` position INT NOT NULL DEFAULT 0",
        ("rows of customers where order is null", 1, ()),
        errors=NULL,
    ),
    case("not null already", "ALTER TABLE customers MODIFY id BIGINT UNSIGNED NOT NULL COMMENT 'key'"),
    case(
        "a foreign key",
        "ALTER TABLE orders ADD FOREIGN KEY (customer_id) REFERENCES customers (id)",
        ("rows of orders whose customer_id is not in customers", 2, ("77", "78")),
        errors=ORPHAN,
    ),
    case(
        "a foreign key to itself",
        "ALTER TABLE orders ADD CONSTRAINT own FOREIGN KEY (parent_id) REFERENCES orders (id)",
        ("rows of orders whose parent_id is not in orders", 1, ("99",)),
        errors=ORPHAN,
    ),
    case(
        "a foreign key over two",
        "ALTER TABLE orders ADD FOREIGN KEY (a, b) REFERENCES pairs (a, b)",
        ("rows of orders whose a, b is not in pairs", 1, ("8, 8",)),
        errors=ORPHAN,
    ),
    case(
        "a foreign key on a new column",
        "ALTER TABLE orders ADD agent BIGINT UNSIGNED NOT NULL, ADD FOREIGN KEY (agent) REFERENCES customers (id)",
        ("rows of orders whose agent is not in customers", 4, ("0",)),
        errors=ORPHAN,
    ),
    case(
        "a check",
        "ALTER TABLE customers ADD CONSTRAINT positive CHECK (`order` > 0 AND email LIKE '%@%')",
        ("rows of customers that break `order` > 0 AND email LIKE '%@%'", 1, ()),
        errors=(3819, 4025),
    ),
    case(
        "a check of a new column",
        "ALTER TABLE customers ADD rank_no INT DEFAULT 5 CHECK (rank_no < 5)",
        ("rows of customers that break rank_no < 5", 4, ()),
        errors=(3819, 0),
        only="mysql",
    ),
    case(
        "a check of a new column is not looked at",
        "ALTER TABLE customers ADD rank_no INT DEFAULT 5 CHECK (rank_no < 5)",
        only="mariadb",
    ),
    case(
        "a check beside a new column",
        "ALTER TABLE customers ADD rank_no INT DEFAULT 5, ADD CHECK (rank_no < id)",
        ("rows of customers that break rank_no < id", 4, ()),
        errors=(3819, 4025),
    ),
    case(
        "a check of a renamed column",
        "ALTER TABLE customers CHANGE `order` pos INT, ADD CHECK (pos <> 2)",
        ("rows of customers that break pos <> 2", 1, ()),
        errors=(3819, 4025),
    ),
    case("a check not enforced", "ALTER TABLE customers ADD CHECK (id > 9) NOT ENFORCED", only="mysql"),
    case(
        "a check enforced later",
        "ALTER TABLE checked ALTER CHECK ck ENFORCED",
        ("rows of checked that break (`a` > 1)", 1, ()),
        errors=(3819, 0),
        only="mysql",
        setup="CREATE TABLE checked (a INT, CONSTRAINT ck CHECK (a > 1) NOT ENFORCED); "
        "INSERT INTO checked VALUES (1), (2)",
    ),
)
