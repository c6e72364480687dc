"""What to do instead on PostgreSQL: for each rule a sentence or two, and where it can be written out, the SQL.

Every list of steps is run by a test on a real server and ends in the schema that the statement itself makes.
"""

from __future__ import annotations

from collections.abc import Callable

from console.core.operations import Change, Create, Opaque, Operation, Rename
from console.core.preflight import postgres_way_columns as columns
from console.core.preflight import postgres_way_parts as parts
from console.core.preflight import postgres_way_proofs as proofs
from console.core.preflight.ground import Case
from console.core.preflight.postgres_names import patient
from console.core.preflight.tools import outside
from console.core.schema import Column, Constraint

Write = Callable[[Operation, Case], tuple[str, ...]]

_BATCHES = "Add the bare column, set its default, give the rows that are there their value in small transactions, and"
_COLUMN = f"{_BATCHES} tighten it with a constraint that is validated after."
_NEW_COLUMN = (
    "Add a new column of the new type, write both, fill the old rows in batches, and let the code change over."
)
_LATER = (
    "Add it NOT VALID, which is short, and VALIDATE it in a transaction of its own: others read and write meanwhile."
)
_WINDOW = "There is no way that lets others work meanwhile: choose a time when nobody needs the table."
_REPACK = "pg_repack does the same while others read and write."
_SHORT = "Set a short lock_timeout and try again: whoever waits for this lock makes everybody else wait too."

_WAYS: dict[str, tuple[str, Write | None]] = {
    "pg-add-column-volatile-default": (_COLUMN, columns.add_column),
    "pg-add-column-serial": (_COLUMN, columns.add_column),
    "pg-add-column-identity": (f"{_BATCHES} make it an identity column after.", columns.add_column),
    "pg-add-column-generated-stored": (
        "Fill an ordinary column by a trigger and in batches; from PostgreSQL 18 on, VIRTUAL needs no rewrite.",
        None,
    ),
    "pg-add-column-domain-check": (
        "Give the column the domain's base type and the table a CHECK, NOT VALID and validated after.",
        None,
    ),
    "pg-add-column-check": ("Add the column first. " + _LATER, columns.add_column),
    "pg-add-column-fk": ("Add the column first. " + _LATER, columns.add_column),
    "pg-add-column-unique": (
        "Add the column, build the unique index CONCURRENTLY, and make it the constraint.",
        columns.add_column,
    ),
    "pg-add-required-column": (
        "Add it nullable, give the rows a value in batches, make it NOT NULL after; or give it a constant DEFAULT.",
        None,
    ),
    "pg-set-expression": (_NEW_COLUMN, None),
    "pg-set-not-null": (
        "Let a constraint that is validated first prove it: SET NOT NULL reads no rows then.",
        columns.set_not_null,
    ),
    "pg-alter-type-rewrite": (_NEW_COLUMN, None),
    "pg-alter-type-index": (
        "Drop the index CONCURRENTLY first, change the type, and build the index CONCURRENTLY again.",
        None,
    ),
    "pg-alter-type-view": ("Drop the view before and make it again after, in the same transaction.", None),
    "pg-add-check": (_LATER, parts.later),
    "pg-add-fk": (_LATER, parts.later),
    "pg-validate": ("", None),
    "pg-create-table-fk": (
        "Make the table without the key, and add the key in a statement of its own with a short lock_timeout.",
        None,
    ),
    "pg-drop-fk": (_SHORT, None),
    "pg-drop-table-fk": (
        "Drop its keys one by one first, each with a short lock_timeout: then no other table is locked with it.",
        parts.keys_first,
    ),
    "pg-drop-table": ("Rename it first, and drop it when a week has passed and nobody has asked for it.", None),
    "pg-drop-schema": ("Drop what is in it one by one, foreign keys first, and the empty schema last.", None),
    "pg-drop-column": (
        "Let no code read it any more, wait for a release, then drop it with a short lock_timeout.",
        None,
    ),
    "pg-rename-column": ("Add a column of the new name, write both, and drop the old one a release later.", None),
    "pg-rename-table": ("Make a view of the old name in the same transaction, and drop it a release later.", None),
    "pg-rename-view": ("Make a view of the old name as well, and drop it a release later.", None),
    "pg-set-schema": ("Make a view in the old schema in the same transaction, and drop it a release later.", None),
    "pg-drop-not-null": ("Let all code that reads it understand NULL first.", None),
    "pg-add-unique": ("Build the unique index CONCURRENTLY, and make it the constraint.", columns.key_steps),
    "pg-add-pk": ("Build the unique index CONCURRENTLY, and make it the key.", columns.key_steps),
    "pg-add-exclude": (_WINDOW, None),
    "pg-invalid-index": (
        "Drop that index CONCURRENTLY, build it again, then make it the constraint.",
        proofs.made_valid,
    ),
    "pg-create-index": ("Build it CONCURRENTLY: {outside}.", parts.concurrently),
    "pg-cic-if-not-exists": (
        "Drop the INVALID index CONCURRENTLY first; then this builds it.",
        proofs.rebuilt,
    ),
    "pg-index-partitioned": (
        "Make the index ON ONLY the parent, build each partition's CONCURRENTLY, and attach them: {outside}.",
        parts.indexed_by_part,
    ),
    "pg-drop-index": ("Drop it CONCURRENTLY: {outside}.", parts.concurrently),
    "pg-reindex": ("Do it CONCURRENTLY: {outside}.", parts.reindex),
    "pg-cluster": (_REPACK, None),
    "pg-vacuum-full": (_REPACK, None),
    "pg-truncate": ("Delete the rows in batches if they are many, or rename the table and make an empty one.", None),
    "pg-set-logged": (_WINDOW, None),
    "pg-attach-no-proof": (
        "Give it a CHECK of its bounds, and the default partition one that excludes them, validated before.",
        proofs.attached,
    ),
    "pg-create-partition-of": (
        "Make it a table of its own and attach it: the parent goes on being read and written.",
        parts.made_apart,
    ),
    "pg-detach": (
        "Do it CONCURRENTLY, which leaves a CHECK of the old bounds on what was the partition: {outside}.",
        parts.detached,
    ),
    "pg-drop-partition": ("Detach it CONCURRENTLY first: {outside}.", parts.detached),
    "pg-enum-add-value": ("Add it in a migration of its own, before the one that uses it.", None),
    "pg-enum-rename-value": ("Add the new label, change the rows in batches, and let the old one be.", None),
    "pg-domain-add-check": ("Add it NOT VALID, which locks no table, and VALIDATE it after.", parts.domain_later),
    "pg-refresh-mv": ("Do it CONCURRENTLY, which needs a unique index on it.", parts.refresh),
    "pg-backfill": ("Change the rows in batches by ranges of the key, each in a transaction of its own.", None),
    **dict.fromkeys(
        ("pg-create-trigger", "pg-drop-trigger", "pg-toggle-trigger", "pg-rls-policy-rule"), (_SHORT, None)
    ),
    **dict.fromkeys(("pg-set-storage", "pg-replace-view", "pg-drop-view"), (_SHORT, None)),
}


def way(rule: str, case: Case) -> tuple[str, tuple[str, ...]]:
    """What to do instead, and its steps; '' and () where nothing is better or it cannot be written out."""
    if case.statement.concurrently and rule in _DONE_SO:
        return "", ()
    text, write = _WAYS.get(rule, ("", None))
    alone = list(_alone(case.statement.operations))
    if write is None or not case.statement.readable:
        return text.format(outside=outside(case.unit.framework)), ()
    if len(alone) != 1:
        return f"Give each part a statement of its own. {text.format(outside=outside(case.unit.framework))}", ()
    return text.format(outside=outside(case.unit.framework)), patient([s for s in write(alone[0], case) if s])


_DONE_SO = frozenset({"pg-create-index", "pg-drop-index", "pg-reindex", "pg-detach", "pg-refresh-mv"})
"""What is done CONCURRENTLY already."""


def _alone(operations: tuple[Operation, ...]) -> list[Operation]:
    """Without what only follows from another: NOT NULL by its constraint, the columns of a new table."""
    keys = [op for op in operations if isinstance(op, Create) and isinstance(op.things[0], Constraint | Column)]
    if not keys:
        return list(operations)
    return [op for op in operations if not isinstance(op, Rename | Opaque) and not _says_not_null(op)]


def _says_not_null(operation: Operation) -> bool:
    return isinstance(operation, Change) and operation.attrs == (("nullable", False),)
