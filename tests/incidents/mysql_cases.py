"""Migrations that really fail on MySQL and MariaDB, for the reasons they fail in production, and what must be said."""

from __future__ import annotations

from dataclasses import dataclass

V1 = (
    """CREATE TABLE customers (id int PRIMARY KEY, email varchar(60) NOT NULL DEFAULT '' COMMENT 'where to write',
  name varchar(40), age int DEFAULT 18, plan enum('free', 'paid') DEFAULT 'free') DEFAULT CHARSET utf8mb4
  COLLATE utf8mb4_general_ci""",
    """CREATE TABLE orders (id bigint PRIMARY KEY, customer_id int, code varchar(40) NOT NULL, total decimal(12,2),
  note text, KEY by_code (code)) DEFAULT CHARSET utf8mb4 COLLATE utf8mb4_general_ci""",
    "CREATE TABLE tags (name varchar(20) NOT NULL, n int UNIQUE) ENGINE=MyISAM",
    "CREATE TABLE notes (id int AUTO_INCREMENT PRIMARY KEY, body varchar(20))",
)
ROWS = (
    """INSERT INTO customers (id, email, name)
  VALUES (1, 'a@x', 'Ada'), (2, 'A@X', 'ada'), (3, 'e@x', NULL), (4, 'é@x', 'Eve')""",
    "INSERT INTO orders VALUES (1, 1, 'short', 5, 'n'), (2, 99, 'much too long for ten', -1, NULL)",
    "INSERT INTO tags VALUES ('a', 1), ('b', 2), ('c', 10)",
    "INSERT INTO notes (body) VALUES ('x'), ('long enough'), ('y')",
)
A = "ALTER TABLE customers ADD COLUMN a int"
B = "ALTER TABLE orders ADD COLUMN b int"


@dataclass(frozen=True, slots=True)
class Failure:
    """One incident: what was run, what the server said, and what must be said."""

    name: str
    steps: tuple[str, ...]
    verdicts: str
    """A letter a statement: L(anded), N(ot landed), P(artial), U(nknowable)."""
    error: tuple[int, int]
    """Of MySQL and of MariaDB."""
    state: str = "half_applied"
    by_hand: tuple[str, ...] = ()
    says: tuple[str, ...] = ()
    mariadb: str = ""
    """The verdicts there, where they differ."""
    done_all_the_same: bool = False
    """On MariaDB the statement that fails has done all it could."""
    file: str = ""
    """The file's text, where it is not the statements with semicolons."""

    @property
    def text(self) -> str:
        """What the file says."""
        return self.file or ";\n".join(self.steps)


def fails(name: str, *steps: str, error: int | tuple[int, int], **more: object) -> Failure:
    """A failure; by default all statements before the last landed and the last did not."""
    both = (error, error) if isinstance(error, int) else error
    given = {"verdicts": "L" * (len(steps) - 1) + "N", **more}
    return Failure(name, steps, error=both, **given)  # type: ignore[arg-type]


ROWS_REFUSE = (
    fails("duplicates_first", "ALTER TABLE customers ADD UNIQUE (email)", A, error=1062, verdicts="NN", state="failed"),
    fails("duplicates_middle", B, "CREATE UNIQUE INDEX once ON customers (email)", A, error=1062, verdicts="LNN"),
    fails("duplicates_last", A, B, "ALTER TABLE customers ADD UNIQUE KEY once (email)", error=1062,
          says=("finish statement 3",)),
    fails("duplicates_by_case", A, "ALTER TABLE customers ADD UNIQUE one_name (name)", error=1062),
    fails("duplicates_by_accent", "DELETE FROM customers WHERE id = 2", A, "CREATE UNIQUE INDEX u ON customers (email)",
          error=1062, verdicts="LLN"),
    fails("duplicates_of_a_primary_key", A, "ALTER TABLE customers DROP PRIMARY KEY, ADD PRIMARY KEY (plan)",
          error=1062),
    fails("orphans", B, "ALTER TABLE orders ADD CONSTRAINT fk FOREIGN KEY (customer_id) REFERENCES customers (id)", A,
          error=1452, verdicts="LNN"),
    fails("orphans_without_a_name", "ALTER TABLE orders ADD FOREIGN KEY (customer_id) REFERENCES customers (id)", A,
          error=1452, verdicts="NN", state="failed"),
    fails("nulls", A, "ALTER TABLE customers MODIFY name varchar(40) NOT NULL", error=(1138, 1265),
          says=("null instead of not null",)),
    fails("nulls_in_one_of_many", A, "ALTER TABLE customers ADD c int, CHANGE name n varchar(40) NOT NULL, ADD d int",
          error=(1138, 1265)),
    fails("too_long", A, "ALTER TABLE orders MODIFY code varchar(10) NOT NULL", B, error=1265, verdicts="LNN"),
    fails("out_of_range", A, "ALTER TABLE orders MODIFY total decimal(3,2) unsigned", error=1264),
    fails("not_in_the_enum", "UPDATE customers SET plan = 'paid' WHERE id = 1",
          "ALTER TABLE customers MODIFY plan enum('free', 'gold')", error=1265, verdicts="UN", state="failed"),
    fails("check", A, "ALTER TABLE orders ADD CONSTRAINT positive CHECK (total >= 0)", error=(3819, 4025)),
    fails("not_a_date", A, "ALTER TABLE orders MODIFY code date", error=1292),
    fails("not_a_number", "ALTER TABLE orders MODIFY code int NOT NULL", A, error=(1366, 1292), verdicts="NN",
          state="failed"),
)  # fmt: skip

SHAPES_REFUSE = (
    fails("type_of_a_foreign_key", A,
          "ALTER TABLE orders ADD CONSTRAINT fk FOREIGN KEY (code) REFERENCES customers (id)", error=(3780, 1005)),
    fails("sign_of_a_foreign_key",
          "CREATE TABLE parts (id int PRIMARY KEY, o bigint unsigned, FOREIGN KEY (o) REFERENCES orders (id))",
          A, error=(3780, 1005), verdicts="NN", state="failed"),
    fails("no_key_to_refer_to", A, "ALTER TABLE orders ADD CONSTRAINT f FOREIGN KEY (code) REFERENCES customers (name)",
          error=(6125, 1005)),
    fails("row_too_large", A, "ALTER TABLE orders ADD c1 varchar(9000), ADD c2 varchar(9000)", B, error=1118,
          verdicts="LNN"),
    fails("index_too_long", A, "CREATE TABLE k (c varchar(1000) PRIMARY KEY) DEFAULT CHARSET utf8mb4", error=1071),
    fails("text_without_length", A, "ALTER TABLE orders DROP PRIMARY KEY, ADD PRIMARY KEY (note)", error=1170),
    fails("instant_refused", A, "ALTER TABLE orders MODIFY total bigint, ALGORITHM=INSTANT", B, error=(1846, 1846),
          verdicts="LNN"),
    fails("inplace_refused", A, "ALTER TABLE orders ADD PRIMARY KEY (code), ALGORITHM=INPLACE", error=1068,
          verdicts="LP"),
    fails("no_such_column", A, "ALTER TABLE orders ADD INDEX i (nothing)", error=1072),
    fails("no_such_table", A, "ALTER TABLE nowhere ADD COLUMN x int", B, error=1146, verdicts="LNN"),
    fails("nothing_to_drop", A, "ALTER TABLE orders DROP COLUMN nothing", B, error=1091, verdicts="LUN"),
    fails("behind_no_such_column", A, "ALTER TABLE orders ADD c int AFTER nothing", error=1054),
    fails("typing_error", A, "ALTER TABLE orders ADD COLUM c int", B, error=(1064, 4161), verdicts="LUN"),
    fails("all_or_nothing", B, "ALTER TABLE orders ADD ok int, ADD b int, ADD more int", error=1060),
    fails("view_of_nothing", A, "CREATE VIEW v AS SELECT nothing FROM orders", error=1054),
    fails("second_primary_key", A, "ALTER TABLE customers ADD PRIMARY KEY (id, a)", error=1068,
          verdicts="LP"),
    fails("two_counters", A, "ALTER TABLE notes ADD n int AUTO_INCREMENT UNIQUE", error=1075),
    fails("index_of_a_foreign_key", "UPDATE orders SET customer_id = 1",
          "ALTER TABLE orders ADD CONSTRAINT fk FOREIGN KEY (customer_id) REFERENCES customers (id)",
          "ALTER TABLE orders DROP INDEX fk", error=1553),
)  # fmt: skip

ALREADY_THERE = (
    fails("table_by_hand", A, "CREATE TABLE audit (id int PRIMARY KEY, said varchar(9))", B, error=1050, verdicts="LPN",
          by_hand=("CREATE TABLE audit (id int PRIMARY KEY)",)),
    fails("column_by_hand", B, "ALTER TABLE orders ADD carrier varchar(40) NOT NULL DEFAULT 'post'", A, error=1060,
          verdicts="LPN", by_hand=("ALTER TABLE orders ADD carrier varchar(200)",), says=("varchar(200)",)),
    fails("one_of_three_by_hand", A, "ALTER TABLE orders ADD x int, ADD y int, ADD z int", error=1060,
          by_hand=("ALTER TABLE orders ADD y text",), says=("lands whole or not at all",)),
    fails("index_by_hand", A, "CREATE INDEX by_name ON customers (name)", B, error=1061, verdicts="LPN",
          by_hand=("CREATE INDEX by_name ON customers (name, age)",)),
    fails("foreign_key_by_hand", A, "ALTER TABLE notes ADD owner int",
          "ALTER TABLE notes ADD CONSTRAINT o FOREIGN KEY (owner) REFERENCES customers (id) ON DELETE CASCADE",
          error=(1826, 1005),
          by_hand=("CREATE TABLE other (owner int, CONSTRAINT o FOREIGN KEY (owner) REFERENCES customers (id))",)),
    fails("later_one_by_hand", A, "CREATE UNIQUE INDEX u ON customers (email)", B, error=1062, verdicts="LNL",
          by_hand=(B,), says=("Do not resume it automatically",)),
    fails("trigger_by_hand", A, "CREATE TRIGGER t BEFORE INSERT ON notes FOR EACH ROW SET NEW.body = 'a'", error=1359,
          verdicts="LP", by_hand=("CREATE TRIGGER t BEFORE INSERT ON notes FOR EACH ROW SET NEW.body = 'b'",)),
    fails("procedure_by_hand", "CREATE PROCEDURE p() SELECT 1", A, error=1304, verdicts="PN",
          by_hand=("CREATE PROCEDURE p() SELECT 2",)),
    fails("check_by_hand", A, "ALTER TABLE orders ADD CONSTRAINT c CHECK (id > 0)", error=(3822, 1826), verdicts="LP",
          by_hand=("ALTER TABLE orders ADD CONSTRAINT c CHECK (id > -1)",)),
)  # fmt: skip

WHOLE_OR_PART = (
    fails("rename_of_several", A, "RENAME TABLE notes TO memos, nowhere TO somewhere", B, error=1146, verdicts="LNN"),
    fails("drop_of_several", A, "DROP TABLE notes, nowhere", B, error=1051, verdicts="LNN", mariadb="LLN",
          done_all_the_same=True),
    fails("table_from_rows", A, "CREATE TABLE copied (PRIMARY KEY (email)) SELECT email FROM customers", B, error=1062,
          verdicts="LNN"),
    fails("update_that_stops_half_way", A, "UPDATE notes SET body = concat(body, ' and ten more')", B, error=1406,
          verdicts="LUN"),
    fails("update_of_myisam_that_stops_half_way", A, "INSERT INTO tags VALUES ('d', 40)",
          "UPDATE tags SET n = n + 8", B, error=1062, verdicts="LUUN"),
    fails("implicit_commits", "START TRANSACTION", "INSERT INTO notes (body) VALUES ('kept')", A,
          "INSERT INTO notes (body) VALUES ('lost')", "INSERT INTO notes (id) VALUES (1)", B, error=1062,
          verdicts="LLUUN"),
    fails("rows_then_nothing", "DELETE FROM notes", "INSERT INTO orders (id) VALUES (1)", A, error=(1364, 1364),
          verdicts="UUN", state="failed"),
    fails("truncate", "TRUNCATE TABLE notes", "ALTER TABLE notes ADD n int", "TRUNCATE TABLE nowhere", error=1146,
          verdicts="LLU"),
    fails("backfill", A, "UPDATE customers SET a = 1 WHERE a IS NULL", "CREATE UNIQUE INDEX u ON customers (a)",
          error=1062, verdicts="LUN"),
)  # fmt: skip

RESTATED = (
    fails("modify_forgets", "ALTER TABLE customers MODIFY email varchar(70)", "ALTER TABLE customers MODIFY age bigint",
          "ALTER TABLE orders MODIFY code int NOT NULL", error=(1366, 1292)),
    fails("change_renames", "ALTER TABLE customers CHANGE email mail varchar(60) NOT NULL",
          "ALTER TABLE customers CHANGE mail address varchar(90), ADD UNIQUE (plan)", error=1062),
    fails("renamed_and_gone_on", "RENAME TABLE notes TO memos",
          "ALTER TABLE memos RENAME COLUMN body TO text, ADD n int",
          "ALTER TABLE notes ADD m int", error=1146),
)  # fmt: skip

_BODY = "CREATE PROCEDURE tidy() BEGIN DELETE FROM tags; DELETE FROM notes WHERE body = 'a;b'; END"
_TRIGGER = "CREATE TRIGGER bi BEFORE INSERT ON notes FOR EACH ROW BEGIN SET NEW.body = 'x'; END"
_EVENT = "CREATE EVENT e ON SCHEDULE EVERY 1 DAY DO BEGIN DELETE FROM tags; END"
CODE = (
    fails("code_with_delimiters", _BODY, _TRIGGER, _EVENT, "ALTER TABLE customers ADD UNIQUE (email)", error=1062,
          file=f"DELIMITER //\n{_BODY}//\n{_TRIGGER}\n//\nDELIMITER $$\n{_EVENT}$$\nDELIMITER ;\n"
               "ALTER TABLE customers ADD UNIQUE (email);\n"),
    fails("versioned_comments", "/*!50001 ALTER TABLE customers ADD COLUMN a int */",
          "CREATE TABLE v (id int /*!80000 , c int */ /*M! , d int */)", "ALTER TABLE orders ADD UNIQUE (nothing)",
          error=1072),
    fails("body_that_is_wrong", A, "CREATE FUNCTION f() RETURNS int DETERMINISTIC BEGIN RETURN x y; END",
          error=(1064, 1327)),
)  # fmt: skip

FAILURES = (*ROWS_REFUSE, *SHAPES_REFUSE, *ALREADY_THERE, *WHOLE_OR_PART, *RESTATED, *CODE)
