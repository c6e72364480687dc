"""What a table of a PostgreSQL dump may call while its rows are loaded: functions that are known, and no other.

A default, a check and a generated column run with the login that loads. So every name before a parenthesis must be a
word of the grammar, a type, or a function that only computes or tells; `tests/restore/test_calls.py` asks real servers
whether those that compute are what PostgreSQL itself calls immutable.
"""

from __future__ import annotations

from collections.abc import Sequence

from console.core.lexer import Token, TokenKind

_GRAMMAR = frozenset({
    "ALL", "AND", "ANY", "ARRAY", "AS", "BETWEEN", "BY", "CASE", "CAST", "CHECK", "COALESCE", "DEFAULT", "DISTINCT",
    "ELSE", "ENUM", "EXCLUDE", "EXTRACT", "FROM", "GREATEST", "HASH", "IDENTITY", "ILIKE", "IN", "INCLUDE", "INHERITS",
    "IS", "KEY", "LEAST", "LIKE", "LIST", "NOT", "NULLIF", "OPERATOR", "OR", "OVERLAPS", "RANGE", "ROW", "SOME",
    "THEN", "TO", "UNIQUE", "VALUES", "WHEN", "WHERE", "WITH",
})  # fmt: skip
_METHODS = frozenset({"btree", "hash", "gist", "spgist", "gin", "brin"})
_TYPES = frozenset({
    "bit", "bpchar", "char", "character", "dec", "decimal", "float", "geography", "geometry", "halfvec", "interval",
    "numeric", "sparsevec", "time", "timestamp", "timestamptz", "timetz", "varbit", "varchar", "varying", "vector",
})  # fmt: skip
COMPUTING = frozenset("""
    abs acos array_dims array_fill array_length array_lower array_ndims array_position array_positions array_remove
    array_replace array_to_tsvector array_upper ascii asin atan atan2 bit_count bit_length bool btrim cardinality cbrt
    ceil ceiling char_length character_length chr cos cot date_bin daterange decode degrees div encode exp factorial
    family float4 float8 floor gcd get_bit get_byte host hostmask inet_same_family initcap int2 int4 int4range int8
    int8range isempty isfinite json_array_length json_object json_strip_nulls json_typeof jsonb_array_length
    jsonb_insert jsonb_object jsonb_path_exists jsonb_path_match jsonb_path_query_array jsonb_path_query_first
    jsonb_pretty jsonb_set jsonb_set_lax jsonb_strip_nulls jsonb_typeof justify_days justify_hours justify_interval lcm
    left ln log log10 lower lower_inc lower_inf lpad ltrim make_date make_interval make_time make_timestamp masklen md5
    min_scale mod netmask network normalize num_nonnulls num_nulls numnode numrange octet_length overlay parse_ident pi
    point position pow power quote_ident radians regexp_count regexp_instr regexp_like regexp_match regexp_replace
    regexp_split_to_array regexp_substr repeat replace reverse right round rpad rtrim scale setweight sha224 sha256
    sha384 sha512 sign sin split_part sqrt string_to_array strip strpos substr substring tan text to_hex translate
    trim_array trim_scale trunc tsrange tstzrange tsvector_to_array unistr upper upper_inc upper_inf width_bucket
    xml_is_well_formed_content xml_is_well_formed_document
""".split())  # fmt: skip
"""Immutable in every form, of pg_catalog."""
TELLING = frozenset("""
    age array_append array_cat array_prepend array_to_json array_to_string bound_box box clock_timestamp concat
    concat_ws convert_from convert_to currval date date_part date_trunc format gen_random_uuid inet_client_addr
    json_build_array json_build_object jsonb_build_array jsonb_build_object jsonb_extract_path jsonb_extract_path_text
    json_extract_path json_extract_path_text lastval length make_timestamptz nextval now numeric
    plainto_tsquery phraseto_tsquery quote_literal quote_nullable random row_to_json
    starts_with statement_timestamp timeofday timezone to_char to_date to_json to_jsonb to_number
    to_timestamp to_tsquery to_tsvector transaction_timestamp txid_current uuidv4 uuidv7 version websearch_to_tsquery
    current_database current_schema current_setting pg_backend_pid
""".split())  # fmt: skip
"""They look at the clock, the session, a sequence or dice, or do so in one of their forms; they change nothing else."""
_OF_EXTENSIONS = frozenset("""
    uuid_generate_v1 uuid_generate_v1mc uuid_generate_v3 uuid_generate_v4 uuid_generate_v5 uuid_nil uuid_ns_dns
    uuid_ns_oid uuid_ns_url uuid_ns_x500 crypt digest gen_random_bytes gen_salt hmac unaccent similarity hstore
    hstore_to_json hstore_to_jsonb akeys avals nlevel subltree subpath ltree2text text2ltree icount idx sort uniq
    vector_dims vector_norm l2_norm geometrytype st_area st_asgeojson st_astext st_centroid st_coorddim st_force2d
    st_geogfromtext st_geometrytype st_geomfromewkt st_geomfromtext st_isempty st_isvalid st_length st_makeenvelope
    st_makepoint st_ndims st_point st_setsrid st_srid st_transform st_x st_y st_z
""".split())  # fmt: skip
_KNOWN = _METHODS | _TYPES | COMPUTING | TELLING | _OF_EXTENSIONS
_NAMES = (TokenKind.WORD, TokenKind.QUOTED)
_RELATION = frozenset({"TABLE", "REFERENCES", "OF", "EXISTS", "ONLY"})


def stranger(tokens: Sequence[Token]) -> str:
    """The first name in a table, a type or a sequence that is called and not known here; '' where there is none."""
    for n, token in enumerate(tokens[:-1]):
        after, before = tokens[n + 1].text, tokens[n - 1].text if n else ""
        if token.kind not in _NAMES:
            continue
        if before == "." and n > 1 and tokens[n - 2].text in (")", "]"):
            return token.folded
        if after == "(" and not _is_grammar(token) and not _is_relation(tokens, n) and token.folded not in _KNOWN:
            return token.folded
    return ""


def _is_grammar(token: Token) -> bool:
    return token.kind is TokenKind.WORD and token.text.isascii() and token.word in _GRAMMAR


def _is_relation(tokens: Sequence[Token], n: int) -> bool:
    """A table before its columns: no server takes a call there."""
    while n > 1 and tokens[n - 1].text == ".":
        n -= 2
    return n > 0 and tokens[n - 1].word in _RELATION


def relation(tokens: Sequence[Token], words: Sequence[str]) -> str:
    """The name that a CREATE or ALTER is about, as people say it."""
    skipped = ("CREATE", "ALTER", "UNLOGGED", "TABLE", "IF", "NOT", "EXISTS", "ONLY", "TYPE", "DOMAIN", "SEQUENCE",
               "FOREIGN", "TEMPORARY", "TEMP")  # fmt: skip
    n = next((n for n, word in enumerate(words) if word not in skipped), len(words))
    parts = []
    while n < len(tokens) and tokens[n].kind in _NAMES:
        parts.append(tokens[n].folded)
        if n + 1 >= len(tokens) or tokens[n + 1].text != ".":
            break
        n += 2
    return ".".join(parts)
