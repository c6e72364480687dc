"""Sqitch's own rows, in all of its tables, as its `--log-only` writes them: the next change ran, or the last one not.

Its registry has no holes: what is deployed is a beginning of the plan. So a mark that would leave one is refused.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import UTC, datetime

from console.core.ledger_sql import as_text
from console.core.migration import LedgerRow
from console.core.observation import Server, Tracking
from console.core.plan import CannotWriteError, Check, LedgerEdit
from console.core.ports import Project
from console.frameworks.sqitch.carried import Carried, carried
from console.frameworks.sqitch.person import EMAIL, NAME
from console.frameworks.sqitch.rows import WRITES, Registry, change_row, deployed, meant, reverted
from console.readers.sqlfiles.marking import of_a_file, rows_of

_SHA = 40
_ELSEWHERE = "Sqitch keeps its registry of SQLite in a file of its own, which one transaction here cannot write."
_NOBODY = (
    "Who you are to Sqitch is not said, and its rows name you: set user.name and user.email with"
    " `sqitch config --user`, or SQITCH_FULLNAME and SQITCH_EMAIL."
)


class Marks:
    """What `console.core.ports_acting.Marker` promises, for Sqitch."""

    undoes_by_mark = True

    def __init__(self, project: Project | None) -> None:
        """`project` says who records it."""
        self._settings = project.settings if project is not None else {}

    def mark_ran(self, tracking: Tracking, migration: str, server: Server) -> LedgerEdit:
        """What `sqitch deploy --log-only` writes of the next change."""
        registry = self._registry(tracking, server)
        file = of_a_file(tracking, migration, "Sqitch")
        of = carried(file)
        if of is None or file.checksum is None:
            raise CannotWriteError("Its script or its plan is not here, so what Sqitch would record is not known.")
        _next(of, _newest(tracking))
        _known(of)
        row = change_row(registry, of, file.checksum)
        return LedgerEdit(
            tracking.ledger.name,
            tuple(deployed(registry, of, row)),
            (),
            (as_text({column: what for column, what in row if column != "planned_at"}, server),),
            tuple(reverted(registry, of.change.digest)),
            "The next sqitch deploy goes on behind it.",
            checks=tuple(_asked(registry, of)),
        )

    def mark_not_ran(self, tracking: Tracking, migration: str, server: Server) -> LedgerEdit:
        """What `sqitch revert --log-only` does of the last change."""
        registry = self._registry(tracking, server)
        row, newest = rows_of(tracking, migration, "Sqitch")[0], _newest(tracking)
        if newest is None or newest.raw != row.raw:
            raise CannotWriteError(
                f"{newest.id if newest else 'Another change'} was deployed after it: Sqitch takes back the last first."
            )
        digest = _digest(row)
        others = f"dependency_id = {registry.value(digest)}"
        asked = Check(f"SELECT count(*) FROM {registry.table('dependencies')} WHERE {others}", 0,
                      "A change of another project requires it.")  # fmt: skip
        told = "The next sqitch deploy runs it again."
        back = self._back(tracking, migration, registry)
        return LedgerEdit(tracking.ledger.name, tuple(reverted(registry, digest)), (row.raw,), (), back, told,
                          checks=(asked,))  # fmt: skip

    def session_settings(self, server: Server) -> Mapping[str, str]:
        """Nothing: the scripts say what they need."""
        return {}

    def _registry(self, tracking: Tracking, server: Server) -> Registry:
        if server.grammar not in WRITES:
            raise CannotWriteError(_ELSEWHERE)
        who, where = self._settings.get(NAME, ""), self._settings.get(EMAIL, "")
        if not who or not where:
            raise CannotWriteError(_NOBODY)
        return Registry(tracking.ledger.name, server, (who, where))

    def _back(self, tracking: Tracking, migration: str, registry: Registry) -> tuple[str, ...]:
        """What records it again: as a deploy would."""
        file = next((t.migration for t in tracking.tracked if t.id == migration), None)
        of = carried(file) if file is not None else None
        if of is None or file is None or file.checksum is None:
            return (f"-- sqitch deploy --log-only, once {migration} is in the plan again",)
        return tuple(deployed(registry, of, change_row(registry, of, file.checksum)))


def _newest(tracking: Tracking) -> LedgerRow | None:
    """What was deployed last of this project."""
    rows = [each.row for each in tracking.tracked if each.row is not None]
    if any(row.applied_at is None for row in rows):
        raise CannotWriteError("When its changes were deployed cannot be read, so which is the last is not known.")
    return max(rows, key=lambda row: row.applied_at or datetime.min.replace(tzinfo=UTC), default=None)


def _digest(row: LedgerRow) -> str:
    return next((text or "" for column, text in row.raw if column == "change_id"), "")


def _next(of: Carried, newest: LedgerRow | None) -> None:
    """CannotWriteError unless it is the one behind the last that is deployed."""
    if not of.change.digest:
        raise CannotWriteError(f"What Sqitch makes of %uri={of.uri} is not known here, and its ids hold it.")
    last, before = _digest(newest) if newest is not None else "", of.before.digest if of.before is not None else ""
    if last == before:
        return
    if newest is not None and of.before is not None and newest.id == of.before.id:
        raise CannotWriteError(
            f"The plan is not the one that {newest.id} was deployed from: its id there is {last[:10]}, here"
            f" {before[:10]}."
        )
    first = of.before.id if of.before is not None else "nothing"
    raise CannotWriteError(f"{first} comes right before it and is not the last that is deployed: Sqitch has no holes.")


def _known(of: Carried) -> None:
    """CannotWriteError for what it needs and nobody can find."""
    for need, found in zip(of.change.requires, of.ids, strict=True):
        if found is None and not _foreign(need):
            raise CannotWriteError(f"It requires {need}, which is not before it in the plan.")
    for need in of.change.conflicts:
        if _odd(need):
            raise CannotWriteError(f"Whether {need} is deployed, with which it conflicts, is not known here.")


def _foreign(need: str) -> bool:
    return ":" in need and not _odd(need)


def _odd(need: str) -> bool:
    """An id, or a place that moves."""
    key = need.rpartition(":")[2]
    return len(key) == _SHA or key.endswith(("@HEAD", "@ROOT"))


def _asked(registry: Registry, of: Carried) -> Iterator[Check]:
    """What Sqitch would refuse it for."""
    if of.before is None:
        other = f"uri <> {registry.value(of.uri)} OR uri IS NULL" if of.uri else "uri IS NOT NULL"
        where = f"project = {registry.value(of.project)} AND ({other})"
        yield Check(f"SELECT count(*) FROM {registry.table('projects')} WHERE {where}", 0,
                    f"The registry knows {of.project} by another URI.")  # fmt: skip
    for need in filter(_foreign, of.change.requires):
        yield Check(_there(registry, need), 1, f"It requires {need}, which is not deployed.")
    for need in of.change.conflicts:
        yield Check(_there(registry, need if ":" in need else f"{of.project}:{need}"), 0,
                    f"It conflicts with {need}, which is deployed.")  # fmt: skip


def _there(registry: Registry, need: str) -> str:
    return f"SELECT count(*) FROM {registry.table('changes')} WHERE change_id = {meant(registry, need)}"
