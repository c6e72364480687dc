"""The server a change is written for: how Liquibase names things there."""

from __future__ import annotations

import re
from dataclasses import dataclass

from console.readers.changelog.node import Node

_PLAIN = re.compile(r"[A-Za-z_]\w*\Z", re.ASCII)
_MIXED = re.compile(r"(?=.*[a-z])(?=.*[A-Z])", re.DOTALL)
MYSQL = frozenset({"mysql", "mariadb"})
_RESERVED_POSTGRES = frozenset(
    """ALL ANALYSE ANALYZE AND ANY ARRAY AS ASC ASYMMETRIC AUTHORIZATION BINARY BOTH CASE CAST CHECK COLLATE COLLATION
    COLUMN CONCURRENTLY CONSTRAINT CREATE CROSS CURRENT_CATALOG CURRENT_DATE CURRENT_ROLE CURRENT_SCHEMA CURRENT_TIME
    CURRENT_TIMESTAMP CURRENT_USER DEFAULT DEFERRABLE DESC DISTINCT DO ELSE END EXCEPT FALSE FETCH FOR FOREIGN FREEZE
    FROM FULL GRANT GROUP HAVING ILIKE IN INITIALLY INNER INTERSECT INTO IS ISNULL JOIN LATERAL LEADING LEFT LIKE LIMIT
    LOCALTIME LOCALTIMESTAMP NATURAL NOT NOTNULL NULL OFFSET ON ONLY OR ORDER OUTER OVERLAPS PLACING PRIMARY REFERENCES
    RETURNING RIGHT SELECT SESSION_USER SIMILAR SOME SYMMETRIC TABLE TABLESAMPLE THEN TO TRAILING TRUE UNION UNIQUE USER
    USING VARIADIC VERBOSE WHEN WHERE WINDOW WITH""".split()
)
_RESERVED_MYSQL = frozenset(
    """ACCESSIBLE ADD ADMIN ALL ALTER ANALYZE AND AS ASC ASENSITIVE BEFORE BETWEEN BIGINT BINARY BLOB BOTH BUCKETS BY
    CALL CASCADE CASE CHANGE CHAR CHARACTER CHECK COLLATE COLUMN CONDITION CONSTRAINT CONTINUE CONVERT CREATE CROSS
    CLONE COMPONENT CUBE CUME_DIST CURRENT_DATE CURRENT_TIME CURRENT_TIMESTAMP CURRENT_USER CURSOR DATABASE DATABASES
    DAY_HOUR DAY_MICROSECOND DAY_MINUTE DAY_SECOND DEC DECIMAL DECLARE DEFAULT DEFINITION DELAYED DELETE DENSE_RANK DESC
    DESCRIBE DESCRIPTION DETERMINISTIC DISTINCT DISTINCTROW DIV DOUBLE DROP DUAL EACH ELSE ELSEIF EMPTY ENCLOSED ESCAPED
    EXCEPT EXCLUDE EXISTS EXIT EXPLAIN FALSE FETCH FIRST_VALUE FLOAT FLOAT4 FLOAT8 FOLLOWING FOR FORCE FOREIGN FROM
    FULLTEXT GEOMCOLLECTION GENERATED GET GET_MASTER_PUBLIC_KEY GRANT GROUP GROUPING GROUPS HAVING HIGH_PRIORITY
    HISTOGRAM HISTORY HOUR_MICROSECOND HOUR_MINUTE HOUR_SECOND IF IGNORE IN INDEX INFILE INNER INOUT INSENSITIVE INSERT
    INT INT1 INT2 INT3 INT4 INT8 INTEGER INTERVAL INTO INVISIBLE IS ITERATE JOIN JSON_TABLE KEY KEYS KILL LAG LAST_VALUE
    LEAD LEADING LEAVE LEFT LIKE LIMIT LINEAR LINES LOAD LOCALTIME LOCALTIMESTAMP LOCK LOCKED LONG LONGBLOB LONGTEXT
    LOOP LOW_PRIORITY MASTER_PUBLIC_KEY_PATH MASTER_SSL_VERIFY_SERVER_CERT MATCH MAXVALUE MEDIUMBLOB MEDIUMINT
    MEDIUMTEXT MIDDLEINT MINUTE_MICROSECOND MINUTE_SECOND MOD MODIFIES NATURAL NESTED NOT NOWAIT NO_WRITE_TO_BINLOG
    NTH_VALUE NTILE NULL NULLS NUMERIC OF ON OPTIMIZE OPTIMIZER_COSTS OPTION OPTIONALLY OR ORDER ORDINALITY ORGANIZATION
    OTHERS OUT OUTER OUTFILE OVER PARTITION PATH PERCENT_RANK PERIOD PERSIST PERSIST_ONLY PRECEDING PRECISION PROCEDURE
    PROCESS PURGE RANGE RANK READ READS READ_WRITE REAL RECURSIVE REFERENCE REFERENCES REGEXP RELEASE REMOTE RENAME
    REPEAT REPLACE REQUIRE RESIGNAL RESOURCE RESPECT RESTART RESTRICT RETURN REUSE REVOKE RIGHT RLIKE ROLE ROW
    ROWS ROW_NUMBER SCHEMA SCHEMAS SECOND_MICROSECOND SELECT SENSITIVE SEPARATOR SET SHOW SIGNAL SKIP SMALLINT SPATIAL
    SPECIFIC SQL SQLEXCEPTION SQLSTATE SQLWARNING SQL_BIG_RESULT SQL_CALC_FOUND_ROWS SQL_SMALL_RESULT SRID SSL STARTING
    STORED STRAIGHT_JOIN SYSTEM TABLE TERMINATED THEN THREAD_PRIORITY TIES TINYBLOB TINYINT TINYTEXT TO TRAILING TRIGGER
    TRUE UNBOUNDED UNDO UNION UNIQUE UNLOCK UNSIGNED UPDATE USAGE USE USING UTC_DATE UTC_TIME UTC_TIMESTAMP VALUES
    VARBINARY VARCHAR VARCHARACTER VARYING VCPU VIRTUAL VISIBLE WHEN WHERE WHILE WINDOW WITH WRITE XOR YEAR_MONTH
    ZEROFILL""".split()
)


@dataclass(frozen=True, slots=True)
class Target:
    """One server, and what unqualified names mean there."""

    dialect: str
    home: str
    quoting: str = "LEGACY"
    """objectQuotingStrategy."""

    @property
    def is_mysql(self) -> bool:
        """MySQL or MariaDB."""
        return self.dialect in MYSQL

    def name(self, text: str) -> str:
        """One name as Liquibase writes it."""
        mark = "`" if self.is_mysql else '"'
        plain = text.strip()
        return mark + plain.replace(mark, mark * 2) + mark if self._is_quoted(plain) else plain

    def _is_quoted(self, text: str) -> bool:
        if self.quoting == "QUOTE_ALL_OBJECTS":
            return True
        reserved = _RESERVED_MYSQL if self.is_mysql else _RESERVED_POSTGRES if self.dialect == "postgres" else ()
        if text.upper() in reserved or not _PLAIN.match(text):
            return True
        return self.dialect == "postgres" and self.quoting == "LEGACY" and bool(_MIXED.match(text))

    def names(self, text: str) -> str:
        """A list of names with commas."""
        return ", ".join(self.name(part) for part in text.split(","))

    def indexed(self, text: str) -> str:
        """A column of an index: what may be a function stays as it is."""
        return text if "(" in text or " " in text else self.name(text)

    def within(self, schema: str, text: str) -> str:
        """A name with its schema, which is the home where none is said."""
        place = schema.strip() or self.home
        return self.name(text) if self.dialect == "sqlite" or not place else f"{self.name(place)}.{self.name(text)}"

    def of(self, node: Node, attribute: str, prefix: str = "") -> str:
        """What an attribute names, in the schema that stands beside it (`baseTableSchemaName`)."""
        schema = node.get(f"{prefix}SchemaName" if prefix else "schemaName")
        if self.is_mysql:
            schema = node.get(f"{prefix}CatalogName" if prefix else "catalogName") or schema
        return self.within(schema, node.get(attribute))

    def text(self, value: str) -> str:
        """A literal."""
        doubled = value.replace("\\", "\\\\") if self.is_mysql else value
        return "'" + doubled.replace("'", "''") + "'"
