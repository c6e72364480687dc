"""Statements that MySQL and MariaDB refuse for values that would not fit, and what is asked and found."""

from __future__ import annotations

from tests.dialects.my_questions import LONG, RANGE, case

_FIT = "rows of customers whose {} does not fit {}"

_ZERO = "rows of {} with 0000-00-00 in {}, which NO_ZERO_DATE refuses to copy"

VALUES = (
    case(
        "too long",
        "ALTER TABLE customers MODIFY email VARCHAR(3)",
        (_FIT.format("email", "varchar(3)"), 1, ("a@x ",)),
        errors=(1265, 1265),
    ),
    case(
        "text too long",
        "ALTER TABLE customers MODIFY note VARCHAR(3)",
        (_FIT.format("note", "varchar(3)"), 1, ("one two three",)),
        errors=LONG,
    ),
    case(
        "spaces go when it becomes a char",
        "ALTER TABLE customers MODIFY email CHAR(3)",
        (_FIT.format("email", "char(3)"), 0, ()),
    ),
    case(
        "a number as text",
        "ALTER TABLE customers MODIFY big VARCHAR(4)",
        (_FIT.format("big", "varchar(4)"), 1, ("3000000000",)),
        errors=LONG,
    ),
    case(
        "bytes",
        "ALTER TABLE customers MODIFY raw VARBINARY(3)",
        (_FIT.format("raw", "varbinary(3)"), 1, ("rrrr",)),
        errors=(1265, 1265),
    ),
    case(
        "bytes of text",
        "ALTER TABLE long_text MODIFY t TINYTEXT",
        ("rows of long_text whose t does not fit tinytext", 1, ("é" * 60,)),
        errors=LONG,
        setup="CREATE TABLE long_text (t TEXT) CHARACTER SET utf8mb4; "
        "INSERT INTO long_text VALUES (repeat('é', 200)), (repeat('e', 200))",
    ),
    case(
        "out of range",
        "ALTER TABLE customers MODIFY big INT",
        (_FIT.format("big", "int"), 1, ("3000000000",)),
        errors=RANGE,
    ),
    case(
        "below zero",
        "ALTER TABLE customers MODIFY big BIGINT UNSIGNED",
        (_FIT.format("big", "bigint unsigned"), 1, ("-1",)),
        errors=RANGE,
    ),
    case(
        "a decimal too small",
        "ALTER TABLE customers MODIFY price DECIMAL(9,3)",
        (_FIT.format("price", "decimal(9,3)"), 1, ("1234567.891",)),
        errors=RANGE,
    ),
    case(
        "a decimal that is rounded",
        "ALTER TABLE customers MODIFY price DECIMAL(8,1)",
        (_FIT.format("price", "decimal(8,1)"), 0, ()),
    ),
    case(
        "a double as a number",
        "ALTER TABLE customers MODIFY half TINYINT UNSIGNED",
        (_FIT.format("half", "tinyint unsigned"), 2, ("1e20", "300")),
        errors=(1292, 1916),
    ),
    case(
        "text that is no number",
        "ALTER TABLE customers MODIFY note INT",
        (_FIT.format("note", "int"), 2, ("one", "one two three")),
        errors=(1366, 1292),
    ),
    case(
        "text with a fraction",
        "ALTER TABLE texts MODIFY t INT",
        ("rows of texts whose t does not fit int", 0, ()),
        setup="CREATE TABLE texts (t VARCHAR(20)); INSERT INTO texts VALUES ('12.7'), ('1e3'), (' 5 ')",
        only="mysql",
    ),
    case(
        "text with a fraction on MariaDB",
        "ALTER TABLE texts MODIFY t INT",
        ("rows of texts whose t does not fit int", 2, ("12.7", "1e3")),
        errors=(0, 1292),
        setup="CREATE TABLE texts (t VARCHAR(20)); INSERT INTO texts VALUES ('12.7'), ('1e3'), (' 5 ')",
        only="mariadb",
    ),
    case(
        "text of a number too great",
        "ALTER TABLE texts MODIFY t BIGINT",
        ("rows of texts whose t does not fit bigint", 1, ("9223372036854775808",)),
        errors=(1264, 1292),
        setup="CREATE TABLE texts (t VARCHAR(30)); "
        "INSERT INTO texts VALUES ('9223372036854775807'), ('9223372036854775808')",
    ),
    case(
        "not in the enum",
        "ALTER TABLE customers MODIFY kind ENUM('old','NEW')",
        (_FIT.format("kind", "enum('old','NEW')"), 1, ("gone",)),
        errors=(1265, 1265),
    ),
    case(
        "text not in the enum",
        r"ALTER TABLE customers MODIFY name ENUM('bob','it''s','a\\b')",
        (_FIT.format("name", r"enum('bob','it''s','a\b')"), 3, ("Zoë", "日本")),
        errors=(1265, 1265),
    ),
    case(
        "not in the set",
        "ALTER TABLE customers MODIFY tags SET('a','b')",
        (_FIT.format("tags", "set('a','b')"), 1, ("c",)),
        errors=(1265, 1265),
    ),
    *(
        case(
            f"not a timestamp on {kind}",
            "ALTER TABLE moments MODIFY t TIMESTAMP NULL",
            ("rows of moments whose t does not fit timestamp", 1, ("1969-05-05 00:00:00",)),
            *more,
            errors=(1292, 1292),
            setup="CREATE TABLE moments (t DATETIME); "
            "INSERT INTO moments VALUES ('1969-05-05'), ('2026-01-02'), (NULL)",
            only=kind,
        )
        for kind, more in (("mariadb", ()), ("mysql", ((_ZERO.format("moments", "t"), 0, ()),)))
    ),
    case(
        "a zero date anywhere",
        "ALTER TABLE zeros MODIFY n VARCHAR(90)",
        (_ZERO.format("zeros", "d, t"), 1, ()),
        errors=(1292, 0),
        only="mysql",
        setup="CREATE TABLE zeros (d DATE, n VARCHAR(9), t TIMESTAMP NULL); "
        "INSERT IGNORE INTO zeros VALUES ('0000-00-00', 'x', NULL), ('2026-01-01', 'y', '2026-01-01')",
    ),
    case(
        "a date for every row",
        "ALTER TABLE customers ADD due DATE NOT NULL",
        ("rows of customers that would get 0000-00-00 as due, which NO_ZERO_DATE refuses", 4, ()),
        errors=(1292, 1292),
    ),
    case("a time for every row", "ALTER TABLE customers ADD due TIMESTAMP NOT NULL DEFAULT CURRENT_TIMESTAMP"),
    case(
        "not a date",
        "ALTER TABLE dates MODIFY t DATE",
        ("rows of dates whose t does not fit date", 2, ("2026-02-30", "x")),
        errors=(1292, 1292),
        setup="CREATE TABLE dates (t VARCHAR(20)); "
        "INSERT INTO dates VALUES ('2026-02-28'), ('2026-02-30'), ('x'), (NULL)",
    ),
    case(
        "not a json",
        "ALTER TABLE customers MODIFY note JSON",
        (_FIT.format("note", "json"), 2, ("one", "one two three")),
        errors=(3140, 4025),
    ),
    case(
        "not to be written",
        "ALTER TABLE customers MODIFY name VARCHAR(40) CHARACTER SET latin1",
        (_FIT.format("name", "varchar(40) in latin1"), 1, ("日本",)),
        errors=(1366, 1366),
    ),
    case(
        "a table converted",
        "ALTER TABLE customers CONVERT TO CHARACTER SET latin1",
        (_FIT.format("email", "varchar(40) in latin1"), 0, ()),
        (_FIT.format("name", "varchar(40) in latin1"), 1, ("日本",)),
        (_FIT.format("note", "text in latin1"), 0, ()),
        (_FIT.format("kind", "enum('new','old','gone') in latin1"), 0, ()),
        (_FIT.format("tags", "set('a','b','c') in latin1"), 0, ()),
        errors=(1366, 1366),
    ),
    case(
        "everything fits",
        "ALTER TABLE customers MODIFY email VARCHAR(80), MODIFY big DECIMAL(20,0), MODIFY id DECIMAL(30,2)",
    ),
)
