"""Statements that PostgreSQL refuses for values of another type, for what depends on them, or for what is there."""

from __future__ import annotations

from tests.dialects.pg_questions import case

USED = (
    "CREATE VIEW best AS SELECT id FROM customers WHERE score > 1",
    "CREATE VIEW sums AS SELECT max(score) AS most FROM customers",
    "ALTER TABLE customers ADD twice int GENERATED ALWAYS AS (score * 2) STORED",
)
OTHER_INDEX = "index by_a: table pairs instead of table orders, columns b instead of columns a"
VIEWS = ("column twice of table customers", "view best", "view sums")
EVENTS = (
    "CREATE TABLE events (at date, n int) PARTITION BY RANGE (at)",
    "CREATE TABLE rest PARTITION OF events DEFAULT",
    "CREATE TABLE early (at date, n int)",
    "INSERT INTO early VALUES ('2024-01-05', 1), ('2024-02-01', 2)",
    "INSERT INTO rest VALUES ('2025-03-01', 1), ('2023-03-01', 1)",
)
CHANGES = (
    case(
        "shorter text",
        "ALTER TABLE customers ALTER name TYPE varchar(4)",
        ("rows of customers whose name does not fit character varying(4)", 1, ("david",)),
        state="22001",
    ),
    case("shorter text with USING is cut", "ALTER TABLE customers ALTER name TYPE varchar(4) USING name::varchar(4)"),
    case(
        "a number as short text",
        "ALTER TABLE customers ALTER big TYPE varchar(3)",
        ("rows of customers whose big does not fit character varying(3)", 1, ("3000000000",)),
        state="22001",
    ),
    case(
        "a smaller integer",
        "ALTER TABLE customers ALTER big TYPE int",
        ("rows of customers whose big does not fit integer", 1, ("3000000000",)),
        state="22003",
    ),
    case("a wider integer", "ALTER TABLE customers ALTER score TYPE bigint"),
    case(
        "a double as an integer",
        "ALTER TABLE customers ALTER half TYPE int",
        ("rows of customers whose half does not fit integer", 2, ("1e+20", "NaN")),
        state="22003",
    ),
    case(
        "fewer digits",
        "ALTER TABLE customers ALTER price TYPE numeric(8,2)",
        ("rows of customers whose price does not fit numeric(8,2)", 1, ("1234567.891",)),
        state="22003",
    ),
    case(
        "a double as a number",
        "ALTER TABLE customers ALTER half TYPE numeric(5,2)",
        ("rows of customers whose half does not fit numeric(5,2)", 1, ("1e+20",)),
        state="22003",
    ),
    case(
        "text as a number",
        "ALTER TABLE customers ALTER note TYPE int",
        ("columns that are not cast without a USING", 1, ("customers.note: text to integer",)),
        state="42804",
    ),
    case(
        "text as a number by USING",
        "ALTER TABLE customers ALTER note TYPE int USING note::integer",
        ("rows of customers whose note does not fit integer (note::integer)", 2, ("1x", "99999999999")),
        state="22P02",
    ),
    case(
        "text as a date by USING",
        "ALTER TABLE customers ALTER note TYPE date USING CAST(note AS date)",
        ("rows of customers whose note does not fit date (CAST(note AS date))", 3, ("12", "1x", "99999999999")),
        state="22007",
        since=16,
    ),
    case(
        "text as a date where no server tells",
        "ALTER TABLE customers ALTER note TYPE date USING CAST(note AS date)",
        ("rows of customers whose note does not fit date (CAST(note AS date))", None, ()),
        state="22007",
        until=15,
    ),
    case(
        "code of its own",
        "ALTER TABLE customers ALTER note TYPE int USING (left(note, 1))::int",
        ("rows of customers whose note does not fit integer ((left(note, 1))::int)", None, ()),
    ),
    case(
        "a label that rows still use",
        "ALTER TABLE customers ALTER kind TYPE feeling USING kind::text::feeling",
        ("rows of customers whose kind does not fit feeling (kind::text::feeling)", 1, ("sad",)),
        state="22P02",
        setup=("CREATE TYPE feeling AS ENUM ('ok', 'fine')",),
    ),
    case(
        "a default that cannot be cast",
        "ALTER TABLE customers ALTER code TYPE feeling USING code::feeling",
        ("defaults that are not cast by themselves: drop them before", 1, ("customers.code: text to feeling",)),
        state="42804",
        setup=("CREATE TYPE feeling AS ENUM ('x', 'y', 'z')",),
    ),
    case(
        "a boolean as a number",
        "ALTER TABLE customers ALTER yes TYPE int",
        ("columns that are not cast without a USING", 1, ("customers.yes: boolean to integer",)),
        state="42804",
    ),
    case("a moment as a day", "ALTER TABLE customers ALTER day TYPE date"),
    case(
        "a unique index over coarser values",
        "ALTER TABLE days ALTER day TYPE date",
        ("duplicate values of days (day)", 1, ("2024-01-05",)),
        state="23505",
        setup=(
            "CREATE TABLE days (day timestamp UNIQUE)",
            "INSERT INTO days VALUES ('2024-01-05 10:00'), ('2024-01-05 11:00')",
        ),
    ),
    case(
        "a type that views use",
        "ALTER TABLE customers ALTER score TYPE bigint",
        ("objects that use customers.score", 3, VIEWS),
        state="0A000",
        setup=USED,
    ),
    case(
        "a column that views use",
        "ALTER TABLE customers DROP score",
        ("objects that use customers.score", 3, VIEWS),
        state="2BP01",
        setup=USED,
    ),
    case("a column that goes with what uses it", "ALTER TABLE customers DROP score CASCADE", setup=USED),
    case(
        "a table that others point at",
        "DROP TABLE pairs",
        ("objects that use pairs", 2, ("constraint orders_a_b_fkey on table orders", "view twos")),
        state="2BP01",
        setup=(
            "CREATE VIEW twos AS SELECT a, b FROM pairs",
            "ALTER TABLE orders ADD FOREIGN KEY (a, b) REFERENCES pairs NOT VALID",
        ),
    ),
    case(
        "a table whose own key, policy and triggers go with it",
        "DROP TABLE members",
        setup=(
            "CREATE TABLE members (id int PRIMARY KEY, chief int REFERENCES members, who text)",
            "CREATE POLICY own ON members USING (who = current_user)",
            "CREATE TRIGGER t BEFORE UPDATE OF who ON members EXECUTE FUNCTION suppress_redundant_updates_trigger()",
        ),
    ),
    case(
        "a column that a key of its own table points at",
        "ALTER TABLE members DROP id",
        ("objects that use members.id", 1, ("constraint members_chief_fkey on table members",)),
        state="2BP01",
        setup=("CREATE TABLE members (id int PRIMARY KEY, chief int REFERENCES members)",),
    ),
    case(
        "rows that exclude each other",
        "ALTER TABLE rooms ADD EXCLUDE USING gist (during WITH &&) WHERE (NOT gone)",
        ("pairs of rows of rooms that conflict in during", 2, ("[1,5)", "[4,9)")),
        state="23P01",
        setup=(
            "CREATE TABLE rooms (during int4range, gone boolean DEFAULT false)",
            "INSERT INTO rooms VALUES ('[1,5)'), ('[4,9)'), ('[8,12)'), ('[20,30)')",
            "INSERT INTO rooms VALUES ('[1,30)', true)",
        ),
    ),
    case(
        "an exclusion by equality",
        "ALTER TABLE orders ADD EXCLUDE (a WITH =)",
        ("pairs of rows of orders that conflict in a", 1, ("1",)),
        state="23P01",
    ),
    case(
        "rows outside the bounds",
        "ALTER TABLE events ATTACH PARTITION early FOR VALUES FROM ('2024-01-01') TO ('2024-02-01')",
        ("rows of early that are not FOR VALUES FROM ('2024-01-01') TO ('2024-02-01')", 1, ()),
        ("rows of rest that belong into early FOR VALUES FROM ('2024-01-01') TO ('2024-02-01')", 0, ()),
        state="23514",
        setup=EVENTS,
    ),
    case(
        "rows of the default partition",
        "CREATE TABLE late PARTITION OF events FOR VALUES FROM ('2025-01-01') TO (MAXVALUE)",
        ("rows of rest that belong into late FOR VALUES FROM ('2025-01-01') TO (MAXVALUE)", 1, ()),
        state="23514",
        setup=EVENTS,
    ),
    case(
        "a list",
        "ALTER TABLE lists ATTACH PARTITION piece FOR VALUES IN ('a', NULL)",
        ("rows of piece that are not FOR VALUES IN ('a', NULL)", 1, ()),
        state="23514",
        setup=(
            "CREATE TABLE lists (k text) PARTITION BY LIST (k)",
            "CREATE TABLE piece (k text)",
            "INSERT INTO piece VALUES ('a'), ('b'), (NULL)",
        ),
    ),
    case(
        "a hash",
        "ALTER TABLE hashed ATTACH PARTITION piece FOR VALUES WITH (MODULUS 2, REMAINDER 0)",
        ("rows of piece that are not FOR VALUES WITH (MODULUS 2, REMAINDER 0)", None, ()),
        state="23514",
        setup=(
            "CREATE TABLE hashed (k int) PARTITION BY HASH (k)",
            "CREATE TABLE piece (k int)",
            "INSERT INTO piece SELECT generate_series(1, 20)",
        ),
    ),
    case(
        "a column that is there",
        "ALTER TABLE customers ADD email varchar(40) NOT NULL",
        (
            "objects that it makes are there already",
            1,
            ("column customers.email: text instead of character varying(40), null instead of not null",),
        ),
        state="42701",
    ),
    case(
        "a table that is there",
        "CREATE TABLE pairs (a int, z text)",
        ("objects that it makes are there already", 1, ("table pairs: z is missing",)),
        state="42P07",
    ),
    case(
        "an index over another table",
        "CREATE INDEX by_a ON orders (a)",
        ("objects that it makes are there already", 1, (OTHER_INDEX,)),
        state="42P07",
        setup=("CREATE INDEX by_a ON pairs (b)",),
    ),
    case(
        "an index that was left INVALID",
        "CREATE UNIQUE INDEX broken ON orders (a)",
        ("duplicate values of orders (a)", 1, ("1",)),
        state="42P07",
        setup=(
            "CREATE INDEX broken ON orders (a)",
            "UPDATE pg_index SET indisvalid = false WHERE indexrelid = 'broken'::regclass",
        ),
    ),
    case(
        "a view with the name of an index",
        "CREATE VIEW by_b AS SELECT 1 AS n",
        ("objects that it makes are there already", 1, ("index by_b: another kind of object",)),
        state="42P07",
        setup=("CREATE INDEX by_b ON pairs (b)",),
    ),
)
