"""Statements that MySQL and MariaDB refuse whatever rows there are, and what is found in the definitions."""

from __future__ import annotations

from tests.dialects.my_questions import Case, case

PLACES = """
CREATE TABLE parents (id BIGINT UNSIGNED PRIMARY KEY, code VARCHAR(40), k INT, name VARCHAR(10) CHARACTER SET latin1,
  e ENUM('a','b'), pre VARCHAR(50), a INT, b INT, f FLOAT, d DECIMAL(10,2), moment DATETIME, KEY by_k (k),
  UNIQUE (name), UNIQUE (e), UNIQUE pre_key (pre(10)), UNIQUE ab (a, b), UNIQUE (f), UNIQUE (d), UNIQUE (moment))
  CHARACTER SET utf8mb4 COLLATE utf8mb4_general_ci;
CREATE TABLE kids (id INT PRIMARY KEY, parent_id INT, big BIGINT UNSIGNED NOT NULL, code VARCHAR(40), pre VARCHAR(50),
  CONSTRAINT taken FOREIGN KEY (big) REFERENCES parents (id), CONSTRAINT small CHECK (id < 1000))
  CHARACTER SET utf8mb4 COLLATE utf8mb4_general_ci;
CREATE TABLE flat (id BIGINT UNSIGNED PRIMARY KEY) ENGINE=MyISAM;
CREATE VIEW seen AS SELECT id FROM parents;
CREATE TABLE parted (id BIGINT UNSIGNED) PARTITION BY HASH (id) PARTITIONS 2
"""

TYPES = "columns that do not match what they refer to"
NO_INDEX = "foreign keys without an index on what they refer to"
NOT_UNIQUE = "foreign keys without a unique key on exactly what they refer to, as MySQL wants since 8.4"
NO_PARENT = "foreign keys to what is no InnoDB table here"
THERE = "objects that it makes are there already"
MISSING = "columns that are not there"
LONG = "indexes that are too long"
WIDE = "rows that are too wide by their definition"
VIEWS = "views where a table is needed"
_BAD = 1005
_WIDTHS = "VARCHAR(16000) NOT NULL, b VARCHAR({}) NOT NULL, c INT NOT NULL"


def found(name: str, sql: str, text: str, *sample: str, errors: tuple[int, int], only: str = "") -> Case:
    """One finding."""
    return case(name, sql, (text, len(sample), sample), errors=errors, only=only)


def loose(name: str, column: str) -> Case:
    """What MySQL refuses since 8.4: the rows are asked about all the same."""
    sql = f"ALTER TABLE kids ADD FOREIGN KEY (parent_id) REFERENCES parents ({column})"
    rows = ("rows of kids whose parent_id is not in parents", 0, ())
    return case(name, sql, (NOT_UNIQUE, 1, (f"parents ({column})",)), rows, errors=(6125, 0), only="mysql")


KEYS = (
    found(
        "an int to a bigint",
        "ALTER TABLE kids ADD FOREIGN KEY (parent_id) REFERENCES parents (id)",
        TYPES,
        "kids.parent_id int against parents.id bigint unsigned",
        errors=(3780, _BAD),
    ),
    found(
        "a new table with an int",
        "CREATE TABLE posts (id INT PRIMARY KEY, p BIGINT, FOREIGN KEY (p) REFERENCES parents (id))",
        TYPES,
        "posts.p bigint against parents.id bigint unsigned",
        errors=(3780, _BAD),
    ),
    found(
        "another character set",
        "CREATE TABLE posts (n VARCHAR(10) CHARACTER SET utf8mb4 COLLATE utf8mb4_bin, "
        "FOREIGN KEY (n) REFERENCES parents (name))",
        TYPES,
        "posts.n varchar(10) utf8mb4_bin against parents.name varchar(10) latin1_swedish_ci",
        errors=(3780, _BAD),
    ),
    found(
        "another collation",
        "CREATE TABLE posts (n VARCHAR(10), FOREIGN KEY (n) REFERENCES parents (name)) "
        "CHARACTER SET latin1 COLLATE latin1_bin",
        TYPES,
        "posts.n varchar(10) latin1_bin against parents.name varchar(10) latin1_swedish_ci",
        errors=(3780, _BAD),
    ),
    found(
        "a text to an enum",
        "CREATE TABLE posts (e VARCHAR(9) COLLATE utf8mb4_general_ci, FOREIGN KEY (e) REFERENCES parents (e))",
        TYPES,
        "posts.e varchar(9) utf8mb4_general_ci against parents.e enum('a','b') utf8mb4_general_ci",
        errors=(3780, _BAD),
    ),
    found(
        "a double to a float",
        "CREATE TABLE posts (f DOUBLE, FOREIGN KEY (f) REFERENCES parents (f))",
        TYPES,
        "posts.f double against parents.f float",
        errors=(3780, _BAD),
    ),
    found(
        "no index at all",
        "ALTER TABLE kids ADD FOREIGN KEY (code) REFERENCES parents (code)",
        NO_INDEX,
        "parents (code)",
        errors=(6125, _BAD),
    ),
    found(
        "only a prefix is indexed",
        "ALTER TABLE kids ADD FOREIGN KEY (pre) REFERENCES parents (pre)",
        NO_INDEX,
        "parents (pre)",
        errors=(6125, _BAD),
    ),
    found(
        "an index in another order",
        "CREATE TABLE posts (x INT, y INT, FOREIGN KEY (x, y) REFERENCES parents (b, a))",
        NO_INDEX,
        "parents (b, a)",
        errors=(6125, _BAD),
    ),
    loose("an index that is not unique", "k"),
    loose("the beginning of a unique one", "a"),
    found(
        "no such table",
        "ALTER TABLE kids ADD FOREIGN KEY (parent_id) REFERENCES nobody (id)",
        NO_PARENT,
        "nobody is not there",
        errors=(1824, _BAD),
    ),
    found(
        "a view as parent",
        "ALTER TABLE kids ADD FOREIGN KEY (big) REFERENCES seen (id)",
        NO_PARENT,
        "seen is a view",
        errors=(1824, _BAD),
    ),
    found(
        "a MyISAM parent",
        "ALTER TABLE kids ADD FOREIGN KEY (big) REFERENCES flat (id)",
        NO_PARENT,
        "flat is myisam",
        errors=(1824, _BAD),
    ),
    found(
        "no such column there",
        "ALTER TABLE kids ADD FOREIGN KEY (big) REFERENCES parents (nobody)",
        MISSING,
        "parents.nobody",
        errors=(3734, _BAD),
    ),
    found(
        "set null of not null",
        "ALTER TABLE kids ADD FOREIGN KEY (big) REFERENCES parents (id) ON DELETE SET NULL",
        "not null columns that a foreign key would set to null",
        "kids.big",
        errors=(1830, _BAD),
    ),
    found(
        "a partitioned table",
        "ALTER TABLE parted ADD FOREIGN KEY (id) REFERENCES parents (id)",
        "foreign keys of partitioned tables",
        "parted",
        errors=(1506, 1506),
    ),
    case(
        "lengths do not matter",
        "CREATE TABLE posts (n CHAR(99) CHARACTER SET latin1 COLLATE latin1_swedish_ci, d DECIMAL(20,4), "
        "m DATETIME(6), FOREIGN KEY (n) REFERENCES parents (name), FOREIGN KEY (d) REFERENCES parents (d), "
        "FOREIGN KEY (m) REFERENCES parents (moment))",
    ),
    case(
        "an engine that reads over it",
        "CREATE TABLE posts (p INT, FOREIGN KEY (p) REFERENCES nobody (id)) ENGINE=MyISAM",
    ),
)

SIZES = (
    found(
        "an index a byte too long",
        "CREATE TABLE t (a VARCHAR(767), b INT, c TINYINT, UNIQUE u (a, b, c)) CHARSET utf8mb4",
        LONG,
        "u (a, b, c): 3,073 of at most 3,072 bytes",
        errors=(1071, 0),
        only="mysql",
    ),
    case("an index that just fits", "CREATE TABLE t (a VARCHAR(767), b INT, UNIQUE u (a, b)) CHARSET utf8mb4"),
    found(
        "a column too long for an index",
        "ALTER TABLE kids ADD wide VARCHAR(769), ADD INDEX w (wide)",
        LONG,
        "w (wide): 3,076 of at most 3,072 bytes in one column",
        errors=(1071, 0),
        only="mysql",
    ),
    found(
        "a prefix too long",
        "CREATE TABLE t (a TEXT, UNIQUE u (a(769))) CHARSET utf8mb4",
        LONG,
        "u (a(769)): 3,076 of at most 3,072 bytes in one column",
        errors=(1071, 0),
        only="mysql",
    ),
    case(
        "MariaDB makes a hash of it",
        "CREATE TABLE t (a TEXT, b VARCHAR(900), UNIQUE u (a), UNIQUE v (b)) CHARSET utf8mb4",
        only="mariadb",
    ),
    found(
        "a plain index too long",
        "CREATE TABLE t (a VARCHAR(768), b TINYINT, KEY u (a, b)) CHARSET utf8mb4",
        LONG,
        "u (a, b): 3,073 of at most 3,072 bytes",
        errors=(1071, 1071),
    ),
    found(
        "a primary key too long",
        "CREATE TABLE t (a VARBINARY(3073) NOT NULL, PRIMARY KEY (a))",
        LONG,
        "PRIMARY (a): 3,073 of at most 3,072 bytes in one column",
        errors=(1071, 1071),
    ),
    found(
        "the old row format",
        "CREATE TABLE t (a VARCHAR(192), UNIQUE u (a)) ROW_FORMAT=COMPACT CHARSET utf8mb4",
        LONG,
        "u (a): 768 of at most 767 bytes in one column",
        errors=(1071, 1709),
    ),
    found(
        "MyISAM",
        "CREATE TABLE t (a VARCHAR(250), b INT, UNIQUE u (a, b)) ENGINE=MyISAM CHARSET utf8mb4",
        LONG,
        "u (a, b): 1,004 of at most 1,000 bytes",
        errors=(1071, 0),
        only="mysql",
    ),
    found(
        "text without a length",
        "ALTER TABLE kids ADD note TEXT, ADD UNIQUE u (note)",
        LONG,
        "u (note): note is text and is not cut to a length",
        errors=(1170, 0),
        only="mysql",
    ),
    found(
        "json",
        "CREATE TABLE t (a JSON, KEY u (a))",
        LONG,
        "u (a): a is json and is not cut to a length",
        errors=(3152, 0),
        only="mysql",
    ),
    found(
        "a row a byte too wide",
        f"CREATE TABLE t (a {_WIDTHS.format(382)}, d TINYINT NOT NULL) CHARSET utf8mb4",
        WIDE,
        "t: 65,537 of at most 65,535 bytes",
        errors=(1118, 1118),
    ),
    case(
        "a row that just fits",
        f"CREATE TABLE t (a {_WIDTHS.format(381)}, d SMALLINT NOT NULL, e TINYINT NOT NULL) CHARSET utf8mb4",
    ),
    found(
        "a column too wide",
        "ALTER TABLE kids ADD wide VARCHAR(16384)",
        WIDE,
        "kids.wide: 65,536 of at most 65,535 bytes",
        errors=(1074, 1074),
    ),
    case("columns without a charset are of the table's", "CREATE TABLE t (a VARCHAR(60000)) CHARSET latin1"),
)

OBJECTS = (
    found(
        "a table by hand",
        "CREATE TABLE kids (id BIGINT, pre VARCHAR(50), other INT, code INT)",
        THERE,
        "table kids: id is int instead of bigint, other is missing, code is varchar(40) instead of int",
        errors=(1050, 1050),
    ),
    found(
        "a view of that name",
        "CREATE TABLE seen (id INT)",
        THERE,
        "view seen: another kind of object",
        errors=(1050, 1050),
    ),
    found(
        "a column by hand",
        "ALTER TABLE kids ADD code VARCHAR(20) NOT NULL",
        THERE,
        "column kids.code: varchar(40) instead of varchar(20), null instead of not null",
        errors=(1060, 1060),
    ),
    found(
        "one of three columns by hand",
        "ALTER TABLE kids ADD x INT, ADD Code VARCHAR(40), ADD y INT",
        THERE,
        "column kids.code: varchar(40), null, collate utf8mb4_general_ci, as it is wanted",
        errors=(1060, 1060),
    ),
    found(
        "an index by hand",
        "CREATE UNIQUE INDEX by_k ON parents (a)",
        THERE,
        "index parents.by_k: columns k instead of columns a, unique no instead of unique yes",
        errors=(1061, 1061),
    ),
    found(
        "a foreign key of that name elsewhere",
        "CREATE TABLE t (p BIGINT UNSIGNED, CONSTRAINT Taken FOREIGN KEY (p) REFERENCES parents (id))",
        THERE,
        "constraint kids.taken: foreign key (big) references parents (id)",
        errors=(1826, 1005),
    ),
    found(
        "a check by hand",
        "ALTER TABLE kids ADD CONSTRAINT small CHECK (id < 5)",
        THERE,
        "constraint kids.small: expression (`id` < 1000) instead of expression id < 5",
        errors=(3822, 1826),
        only="mysql",
    ),
    found(
        "a second primary key",
        "ALTER TABLE kids ADD PRIMARY KEY (big)",
        THERE,
        "constraint kids.PRIMARY: columns id instead of columns big",
        errors=(1068, 1068),
    ),
    found("renamed onto another", "ALTER TABLE kids RENAME TO parents", THERE, "table parents", errors=(1050, 1050)),
    found(
        "a column renamed onto another",
        "ALTER TABLE kids CHANGE code pre VARCHAR(40)",
        THERE,
        "column kids.pre",
        errors=(1060, 1060),
    ),
    found("an index on a view", "CREATE INDEX i ON seen (id)", VIEWS, "seen is a view", errors=(1347, 1347)),
    found(
        "an index on a column that is not there",
        "ALTER TABLE kids ADD INDEX i (nobody, code)",
        MISSING,
        "kids.nobody",
        errors=(1072, 1072),
    ),
    case("dropped in the same statement", "ALTER TABLE kids DROP COLUMN code, ADD code INT"),
)

DEFINITIONS = (*KEYS, *SIZES, *OBJECTS)
