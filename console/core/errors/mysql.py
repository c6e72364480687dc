"""MySQL and MariaDB: error numbers, and the words of servers that speak English."""

from __future__ import annotations

from console.core.causes_values import Doubt
from console.core.errors.rule import Rule, Sort

_ASK = "Ask the data on page Migrations (c), mend those rows, then run it again."
_LOOK = "Compare what is there with what the statement wants before anything is run again."
_MADE = "Look which migration should have made it, and whether that one ran."
_AGAIN = "Find out who held it (page Locks), then run it again with a short lock_wait_timeout."

MYSQL = (
    Rule(
        ("1062", "1586"),
        r"Duplicate entry '[\s\S]{0,800}?' for key '(?P<object>[^']+)'",
        Sort.DATA,
        "rows are equal under a key that must be unique",
        _ASK,
        Doubt.DUPLICATES,
    ),
    Rule(
        ("1138", "1048"),
        r"Invalid use of NULL value|Column '(?P<column>[^']+)' cannot be null",
        Sort.DATA,
        "rows have NULL in a column that must not",
        _ASK,
        Doubt.NULLS,
    ),
    Rule(
        ("1452", "1216"),
        r"Cannot add or update a child row",
        Sort.DATA,
        "rows refer to rows that are not there",
        _ASK,
        Doubt.ORPHANS,
    ),
    Rule(
        ("3819", "4025"),
        r"(?:Check constraint '(?P<object>[^']+)' is violated|CONSTRAINT `(?P<object2>[^`]+)` failed)",
        Sort.DATA,
        "rows break a check",
        _ASK,
        Doubt.VIOLATIONS,
    ),
    Rule(
        ("1406",),
        r"Data too long for column '(?P<column>[^']+)'",
        Sort.DATA,
        "values are too long for the type",
        _ASK,
        Doubt.MISFITS,
    ),
    Rule(
        ("1264", "1690"),
        r"Out of range value for column '(?P<column>[^']+)'|value is out of range",
        Sort.DATA,
        "values are too large for the type",
        _ASK,
        Doubt.MISFITS,
    ),
    Rule(
        ("1366", "1265", "1292", "3140", "1411"),
        r"Incorrect .* value: .*for column|Data truncated for column '(?P<column>[^']+)'"
        r"|Incorrect .* value: '|Invalid JSON text",
        Sort.DATA,
        "values do not fit the type, or cannot be read as it",
        _ASK,
        Doubt.MISFITS,
    ),
    Rule(
        ("1050", "1060", "1061", "1826", "3822", "1022", "1304", "1359", "1007"),
        r"Table '(?P<table>[^']+)' already exists|Duplicate column name '(?P<column>[^']+)'"
        r"|Duplicate key name '(?P<object>[^']+)'|Duplicate (?:foreign key|check) constraint name '(?P<object2>[^']+)'"
        r"|Duplicate key on write or update|errno: 121|already exists",
        Sort.DEFINITION,
        "something with that name is there already",
        _LOOK,
    ),
    Rule(("1068",), r"Multiple primary key defined", Sort.DEFINITION, "the table has a primary key already", _LOOK),
    Rule(
        ("3780", "1005", "1215"),
        r"Referencing column '(?P<column>[^']+)' and referenced column|errno: 150"
        r"|Cannot add foreign key constraint",
        Sort.DEFINITION,
        "a foreign key does not fit what it refers to: type, sign, character set, or no key there",
        "Ask on page Migrations (c) which pair differs; no row is to blame.",
    ),
    Rule(
        ("6125", "1822", "1824"),
        r"Missing (?:unique key|index) for constraint|Failed to open the referenced table",
        Sort.DEFINITION,
        "what a foreign key refers to has no key, or is not there",
        "Add the key on the parent first.",
    ),
    Rule(("1146",), r"Table '(?P<table>[^']+)' doesn't exist", Sort.DEFINITION, "a table is not there", _MADE),
    Rule(
        ("1054", "1072"),
        r"Unknown column '(?P<column>[^']+)'|Key column '(?P<column2>[^']+)' doesn't exist",
        Sort.DEFINITION,
        "a column is not there",
        _MADE,
    ),
    Rule(
        ("1091",),
        r"Can't DROP.*'(?P<object>[^']+)'|Can't DROP.*`(?P<object2>[^`]+)`",
        Sort.DEFINITION,
        "what it drops is not there: it may have gone in an earlier try",
        _LOOK,
    ),
    Rule(
        ("1553", "1828", "1829", "3730", "1451", "3959"),
        r"needed in a foreign key constraint|Cannot (?:drop|delete or update)",
        Sort.DEFINITION,
        "a foreign key uses what is dropped",
        "Drop the foreign key first.",
    ),
    Rule(
        ("1067", "1101"),
        r"Invalid default value for '(?P<column>[^']+)'|can't have a default value",
        Sort.DEFINITION,
        "the default is none for this type and sql_mode",
        "Mend the migration's text, or look at the sql_mode it runs with.",
    ),
    Rule(
        ("1071", "1170", "1709"),
        r"Specified key was too long|used in key specification without a key length",
        Sort.DEFINITION,
        "the index is too long",
        "Index a prefix, or fewer columns.",
    ),
    Rule(
        ("1118", "1074", "1117"),
        r"Row size too large|Column length too big|Too many columns",
        Sort.DEFINITION,
        "the row is too wide",
        "Make some of the long columns TEXT or BLOB.",
    ),
    Rule(
        ("4092", "1846", "1845"),
        r"Maximum row versions reached|ALGORITHM=\w+ is not supported|LOCK=\w+ is not supported",
        Sort.WAY,
        "it cannot be done in the way that was asked for",
        "Leave ALGORITHM and LOCK away, or rebuild the table first.",
    ),
    Rule(("1205",), r"Lock wait timeout exceeded", Sort.LOCK, "it waited too long for a lock", _AGAIN),
    Rule(
        ("1213",),
        r"Deadlock found when trying to get lock",
        Sort.LOCK,
        "it and another session waited for each other",
        _AGAIN,
    ),
    Rule(
        ("3024", "1969"),
        r"maximum statement execution time exceeded|max_statement_time exceeded",
        Sort.TIME,
        "it ran longer than the server allows",
        "Raise max_statement_time for the migration's own session.",
    ),
    Rule(
        ("1317",),
        r"Query execution was interrupted(?! \(max|, max)",
        Sort.ENDED,
        "somebody, or the tool, cancelled it",
        "Ask who did.",
    ),
    Rule(
        ("1927", "3169"),
        r"Connection was killed|The client was disconnected by the server",
        Sort.ENDED,
        "somebody, or a time-out, ended the session",
        "Ask who did, and look whether the statement still runs.",
    ),
    Rule(
        ("1053",),
        r"Server shutdown in progress",
        Sort.ENDED,
        "the server was shut down",
        "Look why, then assess again.",
    ),
    Rule(
        ("2006", "2013", "2055", "1158", "1159", "1160", "1161"),
        r"server has gone away|Lost connection to|Packets out of order",
        Sort.LOST,
        "the connection was lost: the statement may still run, or have landed",
        "Assess again before anything is run.",
    ),
    Rule(
        ("1799",),
        r"more than 'innodb_online_alter_log_max_size' bytes",
        Sort.SPACE,
        "more was written to the table while it was built anew than the server keeps of that",
        "Raise innodb_online_alter_log_max_size, or run it while less is written.",
    ),
    Rule(
        ("1114", "1021", "1878", "3675"),
        r"The table '.*' is full|Disk full|No space left|Temporary file write failure",
        Sort.SPACE,
        "the server has no space left",
        "Free space first: a rebuild needs the table once more, and its log.",
    ),
    Rule(
        ("1037", "1041", "1135"),
        r"Out of memory",
        Sort.MEMORY,
        "the server had no memory for it",
        "Look what else runs there.",
    ),
    Rule(
        ("1040", "1203", "1226"),
        r"Too many connections|max_user_connections|has exceeded the '",
        Sort.LOST,
        "there was no connection left",
        "Find out who holds them (page Locks).",
    ),
    Rule(
        ("1290", "1792", "1836"),
        r"--(?:super-)?read-only option|in a READ ONLY transaction|Running in read-only mode",
        Sort.READ_ONLY,
        "the server, or the session, is read only",
        "Look whether this is the primary: after a failover the old one is not.",
    ),
    Rule(
        ("1142", "1044", "1045", "1227", "1370", "1419", "1143"),
        r"command denied to user|Access denied",
        Sort.RIGHTS,
        "the login may not do that",
        "Grant what is missing.",
    ),
    Rule(
        ("1100",),
        r"was not locked with LOCK TABLES",
        Sort.WAY,
        "the session holds LOCK TABLES on other tables",
        "Take LOCK TABLES out of the migration.",
    ),
    Rule(
        ("1064", "1149"),
        r"You have an error in your SQL syntax",
        Sort.WRITING,
        "the SQL is wrong, or meant for another server or version",
        "Mend the migration's text.",
    ),
)
