"""What `php artisan migrate` does next in the present state, in one true sentence."""

from __future__ import annotations

from collections.abc import Sequence

from console.core.migration import Belief, Ledger, Migration, Tracked
from console.frameworks.laravel.dumps import FOLDER


def next_run(tracked: Sequence[Tracked], ledger: Ledger) -> str:
    """The first migration without a row, from its first statement: Laravel knows no half; '' when there is none."""
    pending = [item.migration for item in tracked if item.belief is Belief.PENDING and item.migration is not None]
    if not pending:
        return ""
    first = pending[0]
    table = "" if ledger.exists else "makes its table of migrations, then "
    if first.file.startswith(f"{FOLDER}/"):
        return (
            f"`php artisan migrate` {table}loads {first.file} with the server's own client, which goes on after errors."
        )
    return f"`php artisan migrate` {table}runs {_how(first)}."


def _how(migration: Migration) -> str:
    count = len(migration.statements)
    if migration.unreadable or not count:
        return migration.id
    if count == 1:
        return f"the statement of {migration.id}" + (", in a transaction" if migration.transactional else "")
    if migration.transactional:
        return f"{migration.id} from the first of its {count} statements, all in one transaction"
    return f"{migration.id} from the first of its {count} statements, each on its own, until one is refused"
