"""The catalog queries: one per sort of object, however many objects there are.

Two rules. Definitions come from raw catalog rows wherever those say it. What only the server can spell (expressions
over columns, view queries) is asked for by functions that take a lock on the table, so each such call stands behind a
check that nobody holds or awaits ACCESS EXCLUSIVE there; `readable` is that check, and `without_functions` turns it
off altogether for the case that a lock comes in between.

Run on 15, 16 and 18; what concerns 12 to 14 and 17 is from the documentation.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from console.dialects.postgres.queries import NEXT_XID, Versioned, pick

_LOCKED = """
WITH locked AS MATERIALIZED (
  SELECT DISTINCT l.relation FROM pg_catalog.pg_locks l
   WHERE l.mode = 'AccessExclusiveLock' AND l.locktype = 'relation'
     AND l.pid IS DISTINCT FROM pg_catalog.pg_backend_pid()
     AND l.database = (SELECT d.oid FROM pg_catalog.pg_database d WHERE d.datname = pg_catalog.current_database()))
"""
_USER = "{user}"
"""Stands for the schemas that are read."""
_ALL_SCHEMAS = "n.nspname !~ '^pg_' AND n.nspname <> 'information_schema'"


def _own(oid: str, catalog: str) -> str:
    """Not a member of an extension."""
    return f"""{oid} NOT IN (SELECT d.objid FROM pg_catalog.pg_depend d
      WHERE d.refclassid = 'pg_catalog.pg_extension'::pg_catalog.regclass AND d.deptype = 'e'
        AND d.classid = 'pg_catalog.{catalog}'::pg_catalog.regclass)"""


def _comment(oid: str, catalog: str, part: str = "0") -> str:
    return f"""LEFT JOIN pg_catalog.pg_description com ON com.objoid = {oid} AND com.objsubid = {part}
      AND com.classoid = 'pg_catalog.{catalog}'::pg_catalog.regclass"""


def _readable(*relations: str) -> str:
    return f"{{allowed}} AND NOT EXISTS (SELECT FROM locked WHERE locked.relation IN ({', '.join(relations)}))"


def _independent(catalog: str, oid: str) -> str:
    """Nothing that this object's stored query depends on is locked."""
    return f"""{{allowed}} AND NOT EXISTS (
      SELECT FROM pg_catalog.pg_depend dep JOIN locked ON locked.relation = dep.refobjid
       WHERE dep.classid = 'pg_catalog.{catalog}'::pg_catalog.regclass AND dep.objid = {oid}
         AND dep.refclassid = 'pg_catalog.pg_class'::pg_catalog.regclass)"""


_OWNER = "pg_catalog.pg_get_userbyid({})::text"

_NAMES = """
SELECT 'xid', {next_xid}::text, NULL, NULL
UNION ALL
SELECT 'opclass', c.oid::text, CASE WHEN n.nspname = 'pg_catalog' THEN '' ELSE n.nspname END || ',' || c.opcname,
       c.opcdefault::text
  FROM pg_catalog.pg_opclass c JOIN pg_catalog.pg_namespace n ON n.oid = c.opcnamespace
UNION ALL
SELECT 'collation', c.oid::text, CASE WHEN n.nspname = 'pg_catalog' THEN '' ELSE n.nspname END || ',' || c.collname,
       NULL
  FROM pg_catalog.pg_collation c JOIN pg_catalog.pg_namespace n ON n.oid = c.collnamespace
UNION ALL
SELECT 'role', r.oid::text, r.rolname::text, NULL FROM pg_catalog.pg_roles r
UNION ALL
SELECT CASE WHEN d.classoid = 'pg_catalog.pg_class'::pg_catalog.regclass THEN 'comment' ELSE 'of constraint' END,
       d.objoid || ' ' || d.objsubid, d.description, d.xmin::text
  FROM pg_catalog.pg_description d
 WHERE d.objoid >= 16384 AND d.classoid IN ('pg_catalog.pg_class'::pg_catalog.regclass,
                                            'pg_catalog.pg_constraint'::pg_catalog.regclass)
"""
"""Comments too, of what there is most: few have one, and so nobody looks for it at each."""

_SCHEMAS = f"""
SELECT n.nspname, {_OWNER.format("n.nspowner")}, com.description, n.xmin, com.xmin
  FROM pg_catalog.pg_namespace n {_comment("n.oid", "pg_namespace")}
 WHERE {_USER} AND {_own("n.oid", "pg_namespace")}
"""

_EXTENSIONS = f"""
SELECT e.extname, e.extversion, com.description, e.xmin, com.xmin
  FROM pg_catalog.pg_extension e {_comment("e.oid", "pg_extension")}
"""

_REFERENCED = """
        OR c.oid IN (SELECT k.confrelid FROM pg_catalog.pg_constraint k
                       JOIN pg_catalog.pg_namespace kn ON kn.oid = k.connamespace WHERE k.contype = 'f' AND {})"""
"""Tables of other schemas that keys lead to: how their columns are called is part of the key."""

_TABLES = f"""{_LOCKED}
SELECT c.oid::bigint, n.nspname, c.relname, c.relkind::text, {_USER} AND {_own("c.oid", "pg_class")},
       c.relpersistence::text, c.relrowsecurity,
       c.relforcerowsecurity, c.relreplident::text, c.reloptions, c.reltuples::bigint, {_OWNER.format("c.relowner")},
       c.relispartition,
       CASE WHEN c.relispartition THEN pg_catalog.pg_get_expr(c.relpartbound, 0) || coalesce(
         (SELECT ' DETACH PENDING' FROM pg_catalog.pg_inherits i
           WHERE i.inhrelid = c.oid AND (pg_catalog.to_jsonb(i) ->> 'inhdetachpending')::boolean), '') END,
       CASE WHEN c.relkind = 'p' AND {_readable("c.oid")} THEN pg_catalog.pg_get_partkeydef(c.oid) END,
       (SELECT pg_catalog.array_agg(pn.nspname || '.' || p.relname ORDER BY i.inhseqno)
          FROM pg_catalog.pg_inherits i JOIN pg_catalog.pg_class p ON p.oid = i.inhparent
          JOIN pg_catalog.pg_namespace pn ON pn.oid = p.relnamespace WHERE i.inhrelid = c.oid),
       EXISTS (SELECT FROM locked WHERE locked.relation = c.oid), c.xmin,
       (SELECT pg_catalog.max(i.xmin::text::bigint) FROM pg_catalog.pg_inherits i WHERE i.inhrelid = c.oid)::text,
       c.relacl::text[]
  FROM pg_catalog.pg_class c JOIN pg_catalog.pg_namespace n ON n.oid = c.relnamespace
 WHERE c.relkind IN ('r', 'p', 'f', 'm') AND ({_USER}{{referenced}})
"""
"""Also those that are only spoken of: of an extension, materialized, of another schema that keys lead to."""

_DEFAULTS = f"""{_LOCKED}
SELECT ad.adrelid::bigint, ad.adnum,
       CASE WHEN pg_catalog.strpos(ad.adbin::text, '{{VAR ') = 0 THEN pg_catalog.pg_get_expr(ad.adbin, 0)
            WHEN {_readable("ad.adrelid")} THEN pg_catalog.pg_get_expr(ad.adbin, ad.adrelid) END, ad.xmin
  FROM pg_catalog.pg_attrdef ad{{of_these}}
"""
"""Only the expression of a generated column speaks of columns: to spell it, its table is opened."""
_OF_THESE = """
 WHERE ad.adrelid IN (SELECT c.oid FROM pg_catalog.pg_class c
                        JOIN pg_catalog.pg_namespace n ON n.oid = c.relnamespace WHERE {})"""

_COLUMNS = f"""
SELECT a.attrelid::bigint, a.attname, a.attnum, pg_catalog.format_type(a.atttypid, a.atttypmod), a.attnotnull,
       a.atthasdef, a.xmin, nullif(a.attidentity::text, ''), nullif(a.attgenerated::text, ''),
       CASE WHEN a.attcollation <> t.typcollation THEN a.attcollation::bigint END,
       CASE WHEN a.attstorage <> t.typstorage THEN a.attstorage::text END,
       CASE WHEN a.attstattarget >= 0 THEN a.attstattarget::text END
  FROM pg_catalog.pg_attribute a
  JOIN pg_catalog.pg_class c ON c.oid = a.attrelid JOIN pg_catalog.pg_namespace n ON n.oid = c.relnamespace
  JOIN pg_catalog.pg_type t ON t.oid = a.atttypid
 WHERE a.attnum > 0 AND NOT a.attisdropped AND c.relkind IN ('r', 'p', 'f', 'm')
   AND ({_USER}{{referenced}})
"""

_CONSTRAINTS = f"""{_LOCKED}
SELECT con.oid::bigint, con.conrelid::bigint, con.conname, con.contype::text, con.convalidated, con.condeferrable,
       con.condeferred, con.conkey::text, con.confkey::text, con.confrelid::bigint, con.confupdtype::text,
       con.confdeltype::text, con.confmatchtype::text, con.conindid::bigint, {{set_columns}},
       CASE WHEN con.contype = 'c' AND {_readable("con.conrelid")} THEN pg_catalog.pg_get_expr(con.conbin, con.conrelid)
            WHEN con.contype = 'x' AND {_readable("con.conrelid", "con.conindid")}
            THEN pg_catalog.pg_get_constraintdef(con.oid) END,
       con.xmin
  FROM pg_catalog.pg_constraint con
  JOIN pg_catalog.pg_namespace n ON n.oid = con.connamespace
 WHERE con.contype IN ('p', 'u', 'f', 'c', 'x', 'n') AND con.conrelid <> 0 AND {_USER}
   AND (con.conparentid = 0 OR NOT EXISTS (SELECT FROM pg_catalog.pg_constraint p
                                            WHERE p.oid = con.conparentid AND p.conrelid = con.conrelid))
"""
"""The last condition leaves out what a foreign key to a partitioned table makes per partition behind the scenes."""

_INDEXES = f"""{_LOCKED}
SELECT i.indexrelid::bigint, i.indrelid::bigint, n.nspname, c.relname, am.amname, i.indisunique,
       i.indisvalid AND i.indisready AND i.indislive, i.indnkeyatts, i.indkey::text, i.indoption::text,
       i.indclass::text, i.indcollation::text, {{nulls_distinct}}, i.indexprs IS NOT NULL, i.indpred IS NOT NULL,
       CASE WHEN i.indexprs IS NOT NULL AND {_readable("i.indrelid", "i.indexrelid")}
            THEN ARRAY(SELECT pg_catalog.pg_get_indexdef(i.indexrelid, k, false)
                         FROM pg_catalog.generate_series(
                                CASE WHEN i.indcollation::text ~ '^(0|100)( (0|100))*$' THEN 1 ELSE 0 END,
                                i.indnkeyatts::int) k
                        WHERE k = 0 OR i.indkey[k - 1] = 0 ORDER BY k) END,
       CASE WHEN i.indpred IS NOT NULL AND {_readable("i.indrelid")}
            THEN pg_catalog.pg_get_expr(i.indpred, i.indrelid) END,
       c.reloptions,
       CASE WHEN am.amname <> 'btree' OR EXISTS (
                   SELECT FROM pg_catalog.pg_amproc o JOIN pg_catalog.pg_opfamily f ON f.oid = o.amprocfamily
                    WHERE f.opfmethod = 403 AND o.amprocnum = 5) THEN
         (SELECT pg_catalog.array_agg(a.attnum || ':' || pg_catalog.array_to_string(a.attoptions, ', '))
            FROM pg_catalog.pg_attribute a WHERE a.attrelid = i.indexrelid AND a.attoptions IS NOT NULL) END,
       CASE WHEN c.relispartition THEN
         (SELECT pn.nspname || '.' || p.relname FROM pg_catalog.pg_inherits h
            JOIN pg_catalog.pg_class p ON p.oid = h.inhparent JOIN pg_catalog.pg_namespace pn ON pn.oid = p.relnamespace
           WHERE h.inhrelid = i.indexrelid) END,
       i.indexrelid IN (SELECT g.index_relid FROM pg_catalog.pg_stat_progress_create_index g),
       i.indisprimary OR i.indexrelid IN (SELECT k.conindid FROM pg_catalog.pg_constraint k
                                           WHERE k.contype IN ('p', 'u', 'x')),
       c.xmin, i.xmin
  FROM pg_catalog.pg_index i
  JOIN pg_catalog.pg_class c ON c.oid = i.indexrelid JOIN pg_catalog.pg_namespace n ON n.oid = c.relnamespace
  JOIN pg_catalog.pg_am am ON am.oid = c.relam
 WHERE {_USER} AND {_own("c.oid", "pg_class")}
"""
"""Of the expressions only those are asked for that are no column; the whole definition stands before them where it is
needed to tell a collation."""

_VIEWS = f"""{_LOCKED}
SELECT c.oid::bigint, n.nspname, c.relname, c.relkind = 'm', c.relispopulated, {_OWNER.format("c.relowner")},
       CASE WHEN {_readable("c.oid")} AND {_independent("pg_rewrite", "r.oid")}
            THEN pg_catalog.pg_get_viewdef(c.oid) END,
       c.reloptions, com.description, c.xmin, r.xmin, com.xmin
  FROM pg_catalog.pg_class c JOIN pg_catalog.pg_namespace n ON n.oid = c.relnamespace
  LEFT JOIN pg_catalog.pg_rewrite r ON r.ev_class = c.oid AND r.rulename = '_RETURN'
  {_comment("c.oid", "pg_class")}
 WHERE c.relkind IN ('v', 'm') AND {_USER} AND {_own("c.oid", "pg_class")}
"""

_SEQUENCES = f"""
SELECT c.oid::bigint, n.nspname, c.relname, pg_catalog.format_type(s.seqtypid, NULL), s.seqstart, s.seqincrement,
       s.seqmin, s.seqmax, s.seqcycle, {_OWNER.format("c.relowner")},
       (SELECT d.refobjid || ' ' || d.refobjsubid FROM pg_catalog.pg_depend d
         WHERE d.classid = 'pg_catalog.pg_class'::pg_catalog.regclass AND d.objid = c.oid
           AND d.refclassid = 'pg_catalog.pg_class'::pg_catalog.regclass AND d.deptype IN ('a', 'i')
           AND d.refobjsubid > 0 LIMIT 1),
       c.xmin, s.xmin, c.relacl::text[]
  FROM pg_catalog.pg_sequence s
  JOIN pg_catalog.pg_class c ON c.oid = s.seqrelid JOIN pg_catalog.pg_namespace n ON n.oid = c.relnamespace
 WHERE {_USER} AND {_own("c.oid", "pg_class")}
"""

_TRIGGERS = f"""{_LOCKED}
SELECT t.tgrelid::bigint, n.nspname, c.relname, t.tgname, t.tgenabled::text, t.tgisinternal,
       CASE WHEN pn.nspname IN (pg_catalog.current_schema(), 'pg_catalog') THEN '' ELSE pn.nspname || '.' END
         || p.proname,
       CASE WHEN {{allowed}} AND (t.tgqual IS NULL OR NOT EXISTS (SELECT FROM locked WHERE locked.relation = t.tgrelid))
            THEN pg_catalog.pg_get_triggerdef(t.oid) END,
       com.description, t.xmin, com.xmin
  FROM pg_catalog.pg_trigger t
  JOIN pg_catalog.pg_class c ON c.oid = t.tgrelid JOIN pg_catalog.pg_namespace n ON n.oid = c.relnamespace
  JOIN pg_catalog.pg_proc p ON p.oid = t.tgfoid JOIN pg_catalog.pg_namespace pn ON pn.oid = p.pronamespace
  {_comment("t.oid", "pg_trigger")}
 WHERE (NOT t.tgisinternal OR t.tgenabled = 'D') AND {_USER} AND {_own("c.oid", "pg_class")}
"""

_POLICIES = f"""{_LOCKED}
SELECT n.nspname, c.relname, p.polname, p.polcmd::text, p.polpermissive, p.polroles::bigint[],
       p.polqual IS NOT NULL, p.polwithcheck IS NOT NULL,
       CASE WHEN {_readable("p.polrelid")} AND {_independent("pg_policy", "p.oid")}
            THEN pg_catalog.pg_get_expr(p.polqual, p.polrelid) END,
       CASE WHEN {_readable("p.polrelid")} AND {_independent("pg_policy", "p.oid")}
            THEN pg_catalog.pg_get_expr(p.polwithcheck, p.polrelid) END,
       com.description, p.xmin, com.xmin
  FROM pg_catalog.pg_policy p
  JOIN pg_catalog.pg_class c ON c.oid = p.polrelid JOIN pg_catalog.pg_namespace n ON n.oid = c.relnamespace
  {_comment("p.oid", "pg_policy")}
 WHERE {_USER} AND {_own("c.oid", "pg_class")}
"""

_TYPES = f"""
SELECT n.nspname, t.typname, t.typtype::text, {_OWNER.format("t.typowner")},
       CASE t.typtype WHEN 'e' THEN
         (SELECT pg_catalog.array_agg(e.enumlabel::text ORDER BY e.enumsortorder) FROM pg_catalog.pg_enum e
           WHERE e.enumtypid = t.oid)
       WHEN 'c' THEN
         (SELECT pg_catalog.array_agg(pg_catalog.quote_ident(a.attname) || ' '
                                        || pg_catalog.format_type(a.atttypid, a.atttypmod)
                                      ORDER BY a.attnum)
            FROM pg_catalog.pg_attribute a WHERE a.attrelid = t.typrelid AND a.attnum > 0 AND NOT a.attisdropped) END,
       CASE t.typtype WHEN 'd' THEN pg_catalog.format_type(t.typbasetype, t.typtypmod)
       WHEN 'r' THEN (SELECT pg_catalog.format_type(r.rngsubtype, NULL) FROM pg_catalog.pg_range r
                       WHERE r.rngtypid = t.oid) END,
       NOT t.typnotnull, t.typdefault,
       (SELECT pg_catalog.array_agg(k.conname::text ORDER BY k.conname) FROM pg_catalog.pg_constraint k
         WHERE k.contypid = t.oid AND k.contype = 'c'),
       (SELECT pg_catalog.array_agg(pg_catalog.pg_get_expr(k.conbin, 0) ORDER BY k.conname)
          FROM pg_catalog.pg_constraint k WHERE k.contypid = t.oid AND k.contype = 'c'),
       (SELECT pg_catalog.array_agg(k.convalidated ORDER BY k.conname) FROM pg_catalog.pg_constraint k
         WHERE k.contypid = t.oid AND k.contype = 'c'),
       com.description, t.xmin, com.xmin,
       CASE t.typtype
         WHEN 'e' THEN (SELECT pg_catalog.array_agg(e.xmin::text) FROM pg_catalog.pg_enum e WHERE e.enumtypid = t.oid)
         WHEN 'd' THEN (SELECT pg_catalog.array_agg(k.xmin::text) FROM pg_catalog.pg_constraint k
                         WHERE k.contypid = t.oid)
         WHEN 'c' THEN (SELECT pg_catalog.array_agg(a.xmin::text) FROM pg_catalog.pg_attribute a
                         WHERE a.attrelid = t.typrelid) END
  FROM pg_catalog.pg_type t JOIN pg_catalog.pg_namespace n ON n.oid = t.typnamespace
  LEFT JOIN pg_catalog.pg_class c ON c.oid = t.typrelid
  {_comment("t.oid", "pg_type")}
 WHERE t.typtype IN ('e', 'd', 'c', 'r') AND (t.typtype <> 'c' OR c.relkind = 'c') AND {_USER}
   AND {_own("t.oid", "pg_type")}
"""

_ROUTINES = f"""{_LOCKED}
SELECT n.nspname, p.proname, pg_catalog.oidvectortypes(p.proargtypes), p.prokind::text, l.lanname,
       pg_catalog.pg_get_function_result(p.oid), {{body}}, {_OWNER.format("p.proowner")},
       p.provolatile::text, p.prosecdef, pg_catalog.pg_get_function_arguments(p.oid), p.proisstrict, p.proleakproof,
       p.proparallel::text, p.procost::text, p.prorows::text, p.proretset,
       p.prosupport <> 0 OR p.protrftypes IS NOT NULL, p.proconfig, com.description, p.xmin, com.xmin
  FROM pg_catalog.pg_proc p JOIN pg_catalog.pg_namespace n ON n.oid = p.pronamespace
  JOIN pg_catalog.pg_language l ON l.oid = p.prolang
  {_comment("p.oid", "pg_proc")}
 WHERE {_USER} AND {_own("p.oid", "pg_proc")}
"""

_OTHERS = f"""{_LOCKED}
SELECT 'rule', n.nspname, c.relname, r.rulename,
       CASE WHEN {_readable("c.oid")} AND {_independent("pg_rewrite", "r.oid")}
            THEN pg_catalog.pg_get_ruledef(r.oid) END,
       com.description, r.xmin, com.xmin
  FROM pg_catalog.pg_rewrite r
  JOIN pg_catalog.pg_class c ON c.oid = r.ev_class JOIN pg_catalog.pg_namespace n ON n.oid = c.relnamespace
  {_comment("r.oid", "pg_rewrite")}
 WHERE r.rulename <> '_RETURN' AND {_USER} AND {_own("c.oid", "pg_class")}
UNION ALL
SELECT 'statistics', n.nspname, '', s.stxname,
       CASE WHEN {_readable("s.stxrelid")} THEN pg_catalog.pg_get_statisticsobjdef(s.oid) END,
       com.description, s.xmin, com.xmin
  FROM pg_catalog.pg_statistic_ext s JOIN pg_catalog.pg_namespace n ON n.oid = s.stxnamespace
  {_comment("s.oid", "pg_statistic_ext")}
 WHERE {_USER} AND {_own("s.oid", "pg_statistic_ext")}
UNION ALL
SELECT 'publication', '', '', p.pubname,
       CASE WHEN p.puballtables THEN 'FOR ALL TABLES' ELSE 'FOR TABLE ' || coalesce(
         (SELECT pg_catalog.string_agg(rn.nspname || '.' || c.relname, ', ' ORDER BY rn.nspname, c.relname)
            FROM pg_catalog.pg_publication_rel pr JOIN pg_catalog.pg_class c ON c.oid = pr.prrelid
            JOIN pg_catalog.pg_namespace rn ON rn.oid = c.relnamespace WHERE pr.prpubid = p.oid), 'none') END,
       com.description, p.xmin, com.xmin
  FROM pg_catalog.pg_publication p {_comment("p.oid", "pg_publication")}
"""

_SET_COLUMNS: Versioned = ((150000, "con.confdelsetcols"), (0, "NULL::smallint[]"))
_NULLS_DISTINCT: Versioned = ((150000, "NOT i.indnullsnotdistinct"), (0, "true"))
_BODY: Versioned = (
    (
        140000,
        f"""CASE WHEN p.prosqlbody IS NULL THEN p.prosrc
            WHEN {_independent("pg_proc", "p.oid")} THEN pg_catalog.pg_get_function_sqlbody(p.oid) END""",
    ),
    (0, "p.prosrc"),
)


@dataclass(frozen=True, slots=True)
class Definition:
    """One catalog query, for one server version."""

    name: str
    sql: str
    without_functions: str
    """The same, asking for nothing that could wait behind a lock."""

    @property
    def has_fallback(self) -> bool:
        """Whether it asks for anything that could wait."""
        return self.sql != self.without_functions


_ALL = {
    "names": _NAMES,
    "schemas": _SCHEMAS,
    "extensions": _EXTENSIONS,
    "tables": _TABLES,
    "defaults": _DEFAULTS,
    "columns": _COLUMNS,
    "indexes": _INDEXES,
    "constraints": _CONSTRAINTS,
    "views": _VIEWS,
    "sequences": _SEQUENCES,
    "triggers": _TRIGGERS,
    "policies": _POLICIES,
    "types": _TYPES,
    "routines": _ROUTINES,
    "others": _OTHERS,
}


def definitions(version: int, only: Iterable[str] = ()) -> tuple[Definition, ...]:
    """All catalog queries for a server of this version, in the order in which their rows build on each other. `only`:
    what is in these schemas."""
    listed = ", ".join("'" + name.replace("'", "''") + "'" for name in only)
    among = f"n.nspname = ANY (ARRAY[{listed}]::pg_catalog.name[])"
    words = {
        "{referenced}": _REFERENCED.format(among.replace("n.nspname", "kn.nspname")) if listed else "",
        "{of_these}": _OF_THESE.format(among) if listed else "",
        _USER: among if listed else _ALL_SCHEMAS,
        "{next_xid}": pick(NEXT_XID, version),
        "{set_columns}": pick(_SET_COLUMNS, version),
        "{nulls_distinct}": pick(_NULLS_DISTINCT, version),
        "{body}": pick(_BODY, version),
    }
    found = []
    for name, template in _ALL.items():
        sql = template
        for word, meaning in words.items():
            sql = sql.replace(word, meaning)
        found.append(Definition(name, sql.replace("{allowed}", "true"), sql.replace("{allowed}", "false")))
    return tuple(found)
