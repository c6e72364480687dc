"""Which of squawk's rules say what which of ours say, and where the two do not agree: each with its reason.

Figures are of `tests/core/measured` (`pg.json`: every lock, rewrite and scan read from six versions of the server).
"""

from __future__ import annotations

from dataclasses import dataclass

SAME: dict[str, frozenset[str]] = {
    "adding-field-with-default": frozenset({
        "pg-add-column-volatile-default", "pg-add-column-identity", "pg-add-column-generated-stored", "pg-add-column"}),
    "adding-foreign-key-constraint": frozenset({"pg-add-fk", "pg-add-column-fk"}),
    "adding-not-nullable-field": frozenset({"pg-set-not-null"}),
    "adding-required-field": frozenset({"pg-add-required-column"}),
    "adding-serial-primary-key-field": frozenset({"pg-add-pk", "pg-add-column-unique"}),
    "ban-alter-domain-with-add-constraint": frozenset({"pg-domain-add-check"}),
    "ban-drop-column": frozenset({"pg-drop-column", "app-drop-column"}),
    "ban-drop-constraint": frozenset({"pg-drop-constraint", "pg-drop-fk"}),
    "ban-drop-database": frozenset({"pg-drop-database"}),
    "ban-drop-not-null": frozenset({"pg-drop-not-null", "app-drop-not-null"}),
    "ban-drop-schema": frozenset({"pg-drop-schema"}),
    "ban-drop-table": frozenset({"pg-drop-table", "pg-drop-table-fk", "pg-drop-partition", "app-drop-table"}),
    "ban-set-schema": frozenset({"pg-set-schema", "app-rename"}),
    "ban-truncate-cascade": frozenset({"pg-truncate"}),
    "changing-column-type": frozenset({"pg-alter-type-rewrite", "pg-alter-type-index", "pg-alter-type-view",
                                       "pg-alter-type", "app-narrow-type"}),
    "constraint-missing-not-valid": frozenset({"pg-add-check", "pg-add-fk", "pg-add-unique", "pg-add-pk",
                                               "pg-add-exclude"}),
    "disallowed-unique-constraint": frozenset({"pg-add-unique", "pg-add-column-unique"}),
    "identifier-too-long": frozenset({"pg-ident-too-long"}),
    "renaming-column": frozenset({"pg-rename-column", "app-rename"}),
    "renaming-object": frozenset({"pg-rename-constraint", "pg-rename-index", "pg-enum-rename-value",
                                  "app-enum-remove"}),
    "renaming-table": frozenset({"pg-rename-table", "app-rename"}),
    "require-concurrent-index-creation": frozenset({"pg-create-index", "pg-index-partitioned"}),
    "require-concurrent-index-deletion": frozenset({"pg-drop-index"}),
    "require-concurrent-partition-detach": frozenset({"pg-detach"}),
    "require-concurrent-reindex": frozenset({"pg-reindex"}),
}  # fmt: skip

STYLE: dict[str, str] = {
    "ban-char-field": "how a column is declared locks nothing",
    "ban-create-domain-with-constraint": "a new domain is used by nobody; a column of it is judged where it is added",
    "prefer-bigint-over-int": "how a column is declared locks nothing",
    "prefer-identity": "how a column is declared locks nothing",
    "prefer-robust-stmts": "it asks for IF NOT EXISTS, which hides a different object of that name; whether a run that "
                           "stops can be run again is judged for the migration as a whole",
    "prefer-text-field": "how a column is declared locks nothing",
    "prefer-timestamp-tz": "how a column is declared locks nothing",
    "require-enum-value-ordering": "a value at the end locks nothing and can be used",
    "require-statement-timeout": "a time-out of the statement ends work that is under way; what makes others wait is "
                                 "bounded by lock_timeout, which is asked for",
}  # fmt: skip
"""Rules of squawk that are not compared, and why not."""


TIMEOUT = "require-lock-timeout"
OURS_OF_IT = "pg-no-lock-timeout"
NO_TIMEOUT: dict[str, str] = {
    "rename index/validate": "SHARE UPDATE EXCLUSIVE: behind it nobody waits who reads or writes",
    "index, concurrently/index, concurrently, unless there/index of four columns/drop index, concurrently"
    "/reindex, concurrently": "a time-out in the middle of it leaves an INVALID index; nobody waits behind it who reads"
                              " or writes",
    "enum value/enum value in its place/enum value renamed/domain with a check": "measured: no table is locked",
    "drop database": "it waits for nobody: it is refused while anybody is connected",
}  # fmt: skip
"""Statements (with `/` between them) for which squawk wants a lock_timeout and we do not, and why."""


@dataclass(frozen=True, slots=True)
class Explained:
    """One kind of disagreement."""

    cases: frozenset[str]
    reason: str
    theirs: frozenset[str] = frozenset()
    """Rules of squawk that we do not call at least medium."""
    ours: frozenset[str] = frozenset()
    """Rules of ours, high or worse, for which squawk has no word."""


def _theirs(cases: str, rules: str, reason: str) -> Explained:
    return Explained(frozenset(cases.split(", ")), reason, theirs=frozenset(rules.split()))


def _ours(cases: str, rules: str, reason: str) -> Explained:
    return Explained(frozenset(cases.split(", ")), reason, ours=frozenset(rules.split()))


EXPLAINED: tuple[Explained, ...] = (
    _theirs("wider varchar", "changing-column-type",
            "measured: no rewrite, no scan and no index built on any version (TYPE varchar(20)->varchar(40) indexed)"),
    _theirs("set not null with a proof", "adding-not-nullable-field",
            "measured: no scan behind a validated CHECK (SET NOT NULL (validated CHECK proof)); it reads no schema"),
    _theirs("rename constraint, rename index", "renaming-object",
            "no code names a constraint or an index; measured: no scan, and an index is renamed without any lock on its"
            " table (RENAME INDEX)"),
    _theirs("drop not null", "ban-drop-not-null",
            "measured: the catalog only (DROP NOT NULL); that readers may meet NULL is told as low"),
    _theirs("drop constraint", "ban-drop-constraint",
            "measured: the catalog only (DROP CONSTRAINT CHECK); rows that it kept out may come: told as low"),
    _ours("serial column", "pg-add-column-serial",
          "measured: the table is rewritten on every version (ADD COLUMN serial); it only advises identity, which is"
          " rewritten as well (ADD COLUMN identity)"),
    _ours("column with a check", "pg-add-column-check",
          "measured: all rows are read under ACCESS EXCLUSIVE (ADD COLUMN with CHECK)"),
    _ours("required column, primary key column", "app-not-null-without-db-default",
          "inserts of the code that runs do not name the new column: they are refused"),
    _ours("vacuum full", "pg-vacuum-full", "the table is rewritten under ACCESS EXCLUSIVE (as CLUSTER measured);"
          " it has no word for it on this version"),
    _ours("cluster", "pg-cluster", "measured: the table is rewritten under ACCESS EXCLUSIVE (CLUSTER)"),
    _ours("truncate", "pg-truncate", "all rows are gone; it only looks at CASCADE"),
    _ours("row security", "app-row-security", "without a policy the code that runs sees no row any more"),
    _ours("unlogged", "pg-set-logged", "measured: the table is rewritten (SET UNLOGGED)"),
    _ours("attach partition", "pg-attach-no-proof",
          "measured: the new partition is read under ACCESS EXCLUSIVE (ATTACH PARTITION no proof)"),
    _ours("refresh", "pg-refresh-mv", "measured: nobody reads the view until it is done (REFRESH MATVIEW)"),
    _ours("delete", "pg-backfill", "every row is locked to the end of the transaction; it reads no statement on rows"),
)  # fmt: skip
