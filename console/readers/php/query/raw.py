"""SQL given to the DB facade as text: `DB::statement`, `DB::unprepared`, `DB::select` and their like."""

from __future__ import annotations

import re
from itertools import pairwise

from console.core.lexer import TokenKind, significant, tokens
from console.core.statements import Sent
from console.readers.php.draft import Call, Connection, Line, UnreadableError
from console.readers.php.query.literals import known, substituted, text
from console.readers.php.query.steps import given
from console.readers.php.values import Listing, Raw

CHANGES = frozenset({"statement", "insert", "update", "delete", "affectingstatement"})
"""They send their text as one prepared statement."""

READS = frozenset({"select", "selectone", "scalar", "selectfromwriteconnection", "selectresultsets", "cursor"})
"""They send their text and give back rows."""

_DATA = re.compile(r"\s*(insert|update|delete|replace|truncate|merge|copy)\b", re.IGNORECASE)
_READING = frozenset("SELECT WITH SHOW EXPLAIN DESCRIBE DESC VALUES TABLE PRAGMA".split())
_SHOWING = frozenset({"SHOW", "DESCRIBE", "DESC"})
_WRITING = frozenset("INSERT UPDATE DELETE MERGE INTO TRUNCATE REPLACE CALL ANALYZE CREATE ALTER DROP".split())
_HARMLESS = frozenset(
    """
    abs age any array array_agg array_length array_position array_to_json array_to_string as avg between bool_and
    bool_or btrim cardinality cast ceil ceiling char_length character_length coalesce col_description concat concat_ws
    count cume_dist current_database current_schema current_schemas current_setting database date date_add date_format
    date_part date_sub date_trunc datediff decode dense_rank distinct encode every exists extract filter first_value
    floor format format_type from_unixtime generate_series greatest group_concat grouping has_schema_privilege
    has_table_privilege hex if ifnull in instr is_json isnull jsonb_agg json_agg json_array json_array_length
    json_array_elements json_array_elements_text json_build_array json_build_object json_contains json_each json_extract
    json_group_array json_length json_object json_object_keys json_overlaps json_search json_typeof json_unquote
    json_valid json_value jsonb_array_elements jsonb_array_elements_text jsonb_array_length jsonb_build_array
    jsonb_build_object jsonb_each jsonb_each_text jsonb_object_agg jsonb_object_keys jsonb_typeof lag last_value lead
    least left length like locate lower lpad ltrim make_date max md5 min mod month now nth_value ntile nullif numeric
    numeric_precision obj_description octet_length on or and not over partition percent_rank percentile_cont
    percentile_disc pg_column_size pg_database_size pg_encoding_to_char pg_get_constraintdef pg_get_expr
    pg_get_functiondef pg_get_indexdef pg_get_serial_sequence pg_get_userbyid pg_get_viewdef pg_indexes_size
    pg_is_in_recovery pg_relation_size pg_size_pretty pg_table_is_visible pg_table_size pg_total_relation_size pg_typeof
    position power quote_ident quote_literal rank regexp_match regexp_matches regexp_replace repeat replace reverse
    right round row row_number row_to_json rpad rtrim schema sign some split_part sqrt st_x st_y starts_with stddev
    strftime string_agg string_to_array strpos substr substring sum table_info index_list index_info foreign_key_list
    to_char to_date to_json to_jsonb to_number to_regclass to_regtype to_timestamp translate trim trunc typeof unhex
    union unix_timestamp unnest upper using uuid values varchar char decimal variance version when where then else year
    day hour minute second within windows with xmin lateral from select by having limit offset all
    """.split()
)
"""Functions, and words that may stand before a parenthesis, that change nothing."""


def compile_raw(line: Line, connection: Connection) -> tuple[Sent, ...] | None:
    """The one statement a call sends; None when it only reads."""
    call = line.calls[0]
    name = call.name.rpartition("::")[2].lower()
    try:
        sql = _sql(call, name, connection)
    except UnreadableError as why:
        return _unreadable(line, call, name, str(why))
    if name in READS and only_reads(sql):
        return None
    return (Sent(sql, line.source, line.line, line.guards),)


def _sql(call: Call, name: str, connection: Connection) -> str:
    found = given(call, "query bindings useReadPdo")
    if not found:
        raise UnreadableError(f"{call.name}() is given too little")
    query = known(found[0])
    if isinstance(query, Raw) and connection.laravel >= (10,):
        raise UnreadableError("Laravel 10 and later refuse DB::raw() as a whole statement")
    sql = text(query)
    if name == "unprepared":
        return sql
    return substituted(sql, found[1] if len(found) > 1 else Listing(), connection)


def _unreadable(line: Line, call: Call, name: str, why: str) -> tuple[Sent, ...] | None:
    written = call.arg(0, "query")
    sql = written.sql if isinstance(written, Raw) else written
    if name in READS and isinstance(sql, str) and only_reads(sql):
        return None
    data = isinstance(sql, str) and _DATA.match(sql) is not None
    return (Sent("", line.source, line.line, line.guards, unreadable=why, data=data),)


def only_reads(sql: str) -> bool:
    """Whether a query surely changes nothing: it reads, and calls no function that could do more."""
    found = [token for token in significant(tokens(sql)) if token.text != ";" or token.end < len(sql.rstrip())]
    if not found or found[0].word not in _READING or ";" in {token.text for token in found}:
        return False
    words = [token.word for token in found]
    if words[0] in _SHOWING:
        return True
    if any(word in _WRITING and not _is_lock(words, place) for place, word in enumerate(words)):
        return False
    return all(
        token.folded in _HARMLESS
        for token, following in pairwise(found)
        if following.text == "(" and token.kind in (TokenKind.WORD, TokenKind.QUOTED)
    )


def _is_lock(words: list[str], place: int) -> bool:
    """`FOR UPDATE`, `FOR NO KEY UPDATE`; and `replace(...)` is a function."""
    if words[place] == "REPLACE":
        return words[place + 1 : place + 2] == ["("]
    return words[place] == "UPDATE" and place > 0 and words[place - 1] in ("FOR", "KEY")
