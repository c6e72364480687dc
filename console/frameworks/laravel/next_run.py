"""What `php artisan migrate` does next in the present state, in one true sentence."""

from __future__ import annotations

from collections.abc import Sequence

from console.core.migration import Belief, Ledger, Tracked
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
    return f"`php artisan migrate` {table}runs {first.run_as(first.id)}."
