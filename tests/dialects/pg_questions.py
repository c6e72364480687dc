"""Statements that PostgreSQL refuses for the rows or definitions there are, and what is asked and found."""

from __future__ import annotations

from dataclasses import dataclass

SHOP = (
    "CREATE TYPE mood AS ENUM ('sad', 'ok')",
    (
        "CREATE TABLE customers (id bigint PRIMARY KEY, email text, name varchar(40), note text, score int, big bigint,"
        " price numeric(10,3), half double precision, day timestamp, kind mood, doc json, yes boolean DEFAULT true,"
        " code text DEFAULT 'x', \"Order\" int)"
    ),
    "CREATE TABLE orders (id bigint PRIMARY KEY, customer_id bigint, small int, a int, b int, who text, ref uuid)",
    "CREATE TABLE pairs (a int, b int, c int, PRIMARY KEY (a, b))",
    (
        'INSERT INTO customers (id, email, name, note, score, big, price, half, day, kind, doc, code, "Order") VALUES'
        " (1, 'A@x', 'anna', '12', 1, 3000000000, 1234567.891, 1e20, '2024-01-05 10:00', 'sad', '{}', 'x', -1),"
        " (2, 'a@x', 'bob', '1x', 2, 1, 1, 1.4, '2024-01-05 11:00', 'ok', '[]', 'y', 1),"
        " (3, NULL, 'cleo   ', NULL, 1, -1, -1, 2, '2024-03-01', 'ok', NULL, 'z', 2),"
        " (4, 'b@x', 'david', '99999999999', NULL, 200, 2.5, 'NaN', NULL, NULL, NULL, NULL, NULL)"
    ),
    (
        "INSERT INTO orders VALUES (1, 1, 1, 1, 1, 'a'), (2, 77, 2, 1, 2, 'b'), (3, 78, 3, NULL, 9, 'c'),"
        " (4, NULL, 4, 8, 8, NULL)"
    ),
    "INSERT INTO pairs VALUES (1, 1, 5), (1, 2, 6)",
)


NOCASE = "CREATE COLLATION nocase (provider = icu, locale = 'und-u-ks-level2', deterministic = false)"
ICU = 15
"""The newest of our builds that has it."""


@dataclass(frozen=True, slots=True)
class Case:
    """One statement: what is asked and answered, and the state the server refuses it with."""

    name: str
    sql: str
    asked: tuple[tuple[str, int | None, tuple[str, ...]], ...]
    state: str
    """'' : it runs."""
    setup: tuple[str, ...]
    since: int
    until: int


def case(
    name: str,
    sql: str,
    *asked: tuple[str, int | None, tuple[str, ...]],
    state: str = "",
    setup: tuple[str, ...] = (),
    since: int = 0,
    until: int = 99,
) -> Case:
    """One, the short way."""
    return Case(name, sql, asked, state, setup, since, until)


KEYS = (
    case(
        "unique",
        "ALTER TABLE orders ADD UNIQUE (a)",
        ("duplicate values of orders (a)", 1, ("1",)),
        state="23505",
    ),
    case(
        "unique without duplicates",
        "ALTER TABLE orders ADD UNIQUE (a, b)",
        ("duplicate values of orders (a, b)", 0, ()),
    ),
    case(
        "an expression that names its table",
        "CREATE UNIQUE INDEX u ON customers (lower(customers.email) DESC)",
        ("duplicate values of customers (lower(customers.email))", 1, ("a@x",)),
        state="23505",
    ),
    case(
        "a name with capital letters",
        'CREATE UNIQUE INDEX u ON customers ("Order" DESC)',
        ("duplicate values of customers (Order)", 0, ()),
    ),
    case(
        "a collation of its own",
        "CREATE UNIQUE INDEX u ON customers (email COLLATE nocase)",
        ("duplicate values of customers (email COLLATE nocase)", 1, ("A@x",)),
        state="23505",
        setup=(NOCASE,),
        until=ICU,
    ),
    case(
        "the collation of the column",
        "CREATE UNIQUE INDEX u ON folded (n)",
        ("duplicate values of folded (n)", 1, ("A",)),
        state="23505",
        until=ICU,
        setup=(
            NOCASE,
            "CREATE TABLE folded (n text COLLATE nocase)",
            "INSERT INTO folded VALUES ('A'), ('a'), ('b')",
        ),
    ),
    case(
        "an operator class that compares alike",
        "CREATE UNIQUE INDEX u ON customers (substr(email, 2) text_pattern_ops)",
        ("duplicate values of customers (substr(email, 2) text_pattern_ops)", 1, ("@x",)),
        state="23505",
    ),
    case(
        "an operator class of its own",
        "CREATE UNIQUE INDEX u ON customers (score odd_ops)",
        ("duplicate values of customers (score odd_ops)", None, ()),
        state="23505",
        setup=(
            (
                "CREATE OPERATOR CLASS odd_ops FOR TYPE int USING btree AS OPERATOR 1 <, OPERATOR 2 <=, OPERATOR 3 =,"
                " OPERATOR 4 >=, OPERATOR 5 >, FUNCTION 1 btint4cmp(int, int)"
            ),
        ),
    ),
    case(
        "nulls are no duplicates",
        "CREATE UNIQUE INDEX u ON customers (kind, doc_id)",
        ("duplicate values of customers (kind, doc_id)", 0, ()),
        setup=("ALTER TABLE customers ADD doc_id int",),
    ),
    case(
        "nulls are duplicates",
        "CREATE UNIQUE INDEX u ON customers (doc_id) NULLS NOT DISTINCT",
        ("duplicate values of customers (doc_id)", 1, ("",)),
        setup=("ALTER TABLE customers ADD doc_id int",),
        state="23505",
        since=15,
    ),
    case(
        "a part of the rows",
        "CREATE UNIQUE INDEX u ON customers (score) WHERE customers.id > 1",
        ("duplicate values of customers (score)", 0, ()),
    ),
    case(
        "a new column is the same in all rows",
        "ALTER TABLE customers ADD state int NOT NULL DEFAULT 7 UNIQUE",
        ("duplicate values of customers (state)", 1, ("7",)),
        state="23505",
    ),
    case(
        "a new column without values",
        "ALTER TABLE customers ADD state int UNIQUE",
        ("duplicate values of customers (state)", 0, ()),
    ),
    case(
        "a new generated column",
        "ALTER TABLE customers ADD low text GENERATED ALWAYS AS (lower(email)) STORED UNIQUE",
        ("duplicate values of customers (low)", 1, ("a@x",)),
        state="23505",
    ),
    case(
        "rows of heirs do not count",
        "CREATE UNIQUE INDEX u ON elders (n)",
        ("duplicate values of elders (n)", 0, ()),
        setup=(
            "CREATE TABLE elders (n int)",
            "CREATE TABLE heirs () INHERITS (elders)",
            "INSERT INTO elders VALUES (1)",
            "INSERT INTO heirs VALUES (1)",
        ),
    ),
    case(
        "a primary key",
        "ALTER TABLE loose ADD PRIMARY KEY (a)",
        ("duplicate values of loose (a)", 1, ("1",)),
        ("rows of loose where a is null", 1, ()),
        state="23505",
        setup=("CREATE TABLE loose (a int)", "INSERT INTO loose VALUES (1), (1), (NULL)"),
    ),
    case(
        "a second primary key",
        "ALTER TABLE orders ADD PRIMARY KEY (customer_id)",
        ("second primary keys", 1, ("orders has orders_pkey (id)",)),
        state="42P16",
    ),
    case(
        "not null",
        'ALTER TABLE customers ALTER "Order" SET NOT NULL',
        ("rows of customers where Order is null", 1, ()),
        state="23502",
    ),
    case(
        "nothing for a new column",
        "ALTER TABLE customers ADD rank int NOT NULL",
        ("rows of customers that have no value for the new rank, which is not null", 4, ()),
        state="23502",
    ),
    case(
        "a check",
        'ALTER TABLE customers ADD CHECK (customers."Order" > 0)',
        ('rows of customers that break customers."Order" > 0', 1, ()),
        state="23514",
    ),
    case(
        "a check of a new column",
        "ALTER TABLE customers ADD rank int DEFAULT 5 CHECK (rank < id)",
        ("rows of customers that break rank < id", 4, ()),
        state="23514",
    ),
    case(
        "a check that is validated later",
        "ALTER TABLE customers VALIDATE CONSTRAINT few",
        ("rows of customers that break score < 2", 1, ()),
        state="23514",
        setup=("ALTER TABLE customers ADD CONSTRAINT few CHECK (score < 2) NOT VALID",),
    ),
    case(
        "another primary key instead",
        "ALTER TABLE orders DROP CONSTRAINT orders_pkey, ADD PRIMARY KEY (id, small)",
        ("duplicate values of orders (id, small)", 0, ()),
        ("rows of orders where small is null", 0, ()),
        setup=("DELETE FROM orders WHERE small IS NULL",),
    ),
    case("a check that looks at no row", "ALTER TABLE customers ADD CONSTRAINT few CHECK (score < 2) NOT VALID"),
    case(
        "a foreign key that looks at no row",
        "ALTER TABLE orders ADD FOREIGN KEY (customer_id) REFERENCES customers NOT VALID",
    ),
    case(
        "what is not enforced",
        "ALTER TABLE customers ADD CONSTRAINT few CHECK (score < 2) NOT ENFORCED",
        since=18,
    ),
    case("a not null that looks at no row", "ALTER TABLE customers ADD CONSTRAINT n NOT NULL note NOT VALID", since=18),
    case(
        "a not null that is validated later",
        "ALTER TABLE customers VALIDATE CONSTRAINT n",
        ("rows of customers where note is null", 1, ()),
        state="23502",
        setup=("ALTER TABLE customers ADD CONSTRAINT n NOT NULL note NOT VALID",),
        since=18,
    ),
    case(
        "a check of those that inherit",
        "ALTER TABLE elders ADD CHECK (n > 1)",
        ("rows of elders that break n > 1", 2, ()),
        state="23514",
        setup=(
            "CREATE TABLE elders (n int)",
            "CREATE TABLE heirs () INHERITS (elders)",
            "INSERT INTO elders VALUES (1)",
            "INSERT INTO heirs VALUES (1)",
        ),
    ),
    case(
        "a foreign key",
        "ALTER TABLE orders ADD FOREIGN KEY (customer_id) REFERENCES customers",
        ("rows of orders whose customer_id is not in customers", 2, ("77", "78")),
        state="23503",
    ),
    case(
        "a foreign key over two",
        "ALTER TABLE orders ADD FOREIGN KEY (a, b) REFERENCES pairs",
        ("rows of orders whose a, b is not in pairs", 1, ("8, 8",)),
        state="23503",
    ),
    case(
        "a foreign key that is matched in full",
        "ALTER TABLE orders ADD FOREIGN KEY (a, b) REFERENCES pairs MATCH FULL",
        ("rows of orders whose a, b is not in pairs", 2, ("8, 8", "9")),
        state="23503",
    ),
    case(
        "types that nothing compares",
        "ALTER TABLE orders ADD FOREIGN KEY (who) REFERENCES customers (id)",
        ("columns that do not match what they refer to", 1, ("orders.who text against customers.id bigint",)),
        state="42804",
    ),
    case(
        "a uuid against a number",
        "CREATE TABLE later (ref uuid REFERENCES customers (id))",
        ("columns that do not match what they refer to", 1, ("later.ref uuid against customers.id bigint",)),
        state="42804",
    ),
    case(
        "a parent without a key",
        "ALTER TABLE orders ADD FOREIGN KEY (who) REFERENCES customers (email)",
        ("foreign keys without a unique key on what they refer to", 1, ("customers (email)",)),
        state="42830",
    ),
    case(
        "a parent with half a key",
        "ALTER TABLE orders ADD FOREIGN KEY (a) REFERENCES pairs (a)",
        ("foreign keys without a unique key on what they refer to", 1, ("pairs (a)",)),
        state="42830",
    ),
    case(
        "a parent that is not there",
        "ALTER TABLE orders ADD FOREIGN KEY (a) REFERENCES nowhere (id)",
        ("foreign keys to what is no table here", 1, ("nowhere is not there",)),
        state="42P01",
    ),
    case(
        "a parent that is a view",
        "ALTER TABLE orders ADD FOREIGN KEY (a) REFERENCES seen (id)",
        ("foreign keys to what is no table here", 1, ("seen is a view",)),
        state="42809",
        setup=("CREATE VIEW seen AS SELECT id FROM pairs, customers",),
    ),
    case(
        "a column that is not there",
        "ALTER TABLE orders ADD FOREIGN KEY (a) REFERENCES pairs (z)",
        ("columns that are not there", 1, ("pairs.z",)),
        state="42703",
    ),
    case(
        "a foreign key under another collation",
        "ALTER TABLE folks ADD FOREIGN KEY (n) REFERENCES names (n)",
        ("rows of folks whose n is not in names", 1, ("c",)),
        state="23503",
        setup=(
            'CREATE TABLE names (n text COLLATE "C" PRIMARY KEY)',
            'CREATE TABLE folks (n text COLLATE "POSIX")',
            "INSERT INTO names VALUES ('a')",
            "INSERT INTO folks VALUES ('a'), ('c')",
        ),
    ),
)
