"""The catalog queries of a whole database, one per kind of thing, for MySQL and MariaDB.

Each names only columns that never open a table's file on MySQL: no sizes, no counts, no cardinality, no counters. On
MariaDB nearly all of them open every table; there the connection does not wait for locks, and the warnings that come
with a result are counted. CHECK_CONSTRAINTS and TABLE_CONSTRAINTS are never joined: the server does that row by row.
"""

from __future__ import annotations

from dataclasses import dataclass

_SCHEMAS = """
SELECT schema_name, default_character_set_name, default_collation_name, NULL FROM information_schema.schemata
 WHERE schema_name NOT IN ('information_schema', 'performance_schema', 'mysql', 'sys')
"""
_TABLES = """
SELECT table_name, table_type, engine, table_collation, create_options, table_comment, unix_timestamp(create_time)
  FROM information_schema.tables WHERE table_schema = %(home)s
"""
_COLUMNS = """
SELECT table_name, column_name, ordinal_position, column_default, is_nullable, column_type, character_set_name,
       collation_name, extra, column_comment, generation_expression, {srid}
  FROM information_schema.columns WHERE table_schema = %(home)s ORDER BY table_name, ordinal_position
"""
_INDEXES = """
SELECT table_name, index_name, non_unique, seq_in_index, column_name, collation, sub_part, index_type, index_comment,
       {visible}, {expression}
  FROM information_schema.statistics WHERE table_schema = %(home)s ORDER BY table_name, index_name, seq_in_index
"""
_KEYS = """
SELECT table_name, constraint_name, column_name, referenced_table_schema, referenced_table_name,
       referenced_column_name
  FROM information_schema.key_column_usage WHERE table_schema = %(home)s AND referenced_table_name IS NOT NULL
 ORDER BY table_name, constraint_name, ordinal_position
"""
_RULES = """
SELECT table_name, constraint_name, update_rule, delete_rule, match_option
  FROM information_schema.referential_constraints WHERE constraint_schema = %(home)s
"""
_CHECKED = """
SELECT table_name, constraint_name, {enforced} FROM information_schema.table_constraints
 WHERE table_schema = %(home)s AND constraint_type = 'CHECK'
"""
_CHECKS = """
SELECT {table}, constraint_name, check_clause, {level} FROM information_schema.check_constraints
 WHERE constraint_schema = %(home)s
"""
_PARTITIONS = """
SELECT table_name, partition_name, partition_method, partition_expression, partition_description
  FROM information_schema.partitions WHERE table_schema = %(home)s AND partition_name IS NOT NULL
 ORDER BY table_name, partition_ordinal_position
"""
_VIEWS = """
SELECT table_name, view_definition, definer, security_type, check_option, {algorithm}
  FROM information_schema.views WHERE table_schema = %(home)s
"""
_TRIGGERS = """
SELECT event_object_table, trigger_name, action_timing, event_manipulation, action_statement
  FROM information_schema.triggers WHERE trigger_schema = %(home)s
"""
_ROUTINES = """
SELECT routine_name, routine_type, dtd_identifier, routine_body, routine_definition, routine_comment, definer,
       is_deterministic, security_type, sql_data_access, character_set_name, collation_name
  FROM information_schema.routines WHERE routine_schema = %(home)s
"""
_PARAMETERS = """
SELECT specific_name, routine_type, parameter_mode, parameter_name, dtd_identifier, character_set_name, collation_name
  FROM information_schema.parameters WHERE specific_schema = %(home)s AND ordinal_position > 0
 ORDER BY routine_type, specific_name, ordinal_position
"""
_EVENTS = """
SELECT event_name, event_type, execute_at, interval_value, interval_field, status, event_definition, event_comment
  FROM information_schema.events WHERE event_schema = %(home)s
"""
ESTIMATES = """
SELECT substring_index(table_name, '#', 1), sum(n_rows) FROM mysql.innodb_table_stats
 WHERE database_name = %(home)s GROUP BY 1
"""
"""InnoDB's own figures; those of information_schema.tables are worked out anew, table by table, when they are old."""

GRANTS = """
SELECT table_name, grantee, privilege_type FROM information_schema.table_privileges
 WHERE table_schema = %(home)s ORDER BY 1, 2, 3
"""
"""Of single tables only: what is granted on all of the database holds for new tables too. Comes from memory."""

_WORDS = {
    "mysql": {
        "{srid}": "srs_id",
        "{visible}": "is_visible = 'YES'",
        "{expression}": "expression",
        "{enforced}": "enforced = 'YES'",
        "{table}": "NULL",
        "{level}": "NULL",
        "{algorithm}": "NULL",
    },
    "mariadb": {
        "{srid}": "NULL",
        "{visible}": "ignored = 'NO'",
        "{expression}": "NULL",
        "{enforced}": "1",
        "{table}": "table_name",
        "{level}": "level",
        "{algorithm}": "algorithm",
    },
}


_FUNCTIONAL_SINCE = 80013
_CHECKS_SINCE = 80016
_BEFORE_CHECKS = {
    "checked": "SELECT NULL, NULL, NULL FROM dual WHERE FALSE",
    "checks": "SELECT NULL, NULL, NULL, NULL FROM dual WHERE FALSE",
}
"""CHECK was read and forgotten until 8.0.16."""


@dataclass(frozen=True, slots=True)
class Definition:
    """One catalog query."""

    name: str
    sql: str


_ALL = {
    "schemas": _SCHEMAS,
    "tables": _TABLES,
    "partitions": _PARTITIONS,
    "columns": _COLUMNS,
    "indexes": _INDEXES,
    "rules": _RULES,
    "keys": _KEYS,
    "checked": _CHECKED,
    "checks": _CHECKS,
    "views": _VIEWS,
    "triggers": _TRIGGERS,
    "routines": _ROUTINES,
    "parameters": _PARAMETERS,
    "events": _EVENTS,
}


def definitions(dialect: str, number: int) -> tuple[Definition, ...]:
    """All catalog queries for a server of that version, in the order in which their rows build on each other."""
    words = {**_WORDS[dialect], **({"{expression}": "NULL"} if number < _FUNCTIONAL_SINCE else {})}
    found = []
    for name, template in _ALL.items():
        sql = template if dialect != "mysql" or number >= _CHECKS_SINCE else _BEFORE_CHECKS.get(name, template)
        for word, meaning in words.items():
            sql = sql.replace(word, meaning)
        found.append(Definition(name, sql))
    return tuple(found)
