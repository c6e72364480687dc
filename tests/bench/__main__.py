"""`python -m tests.bench`: everything in one run on private servers, because only ratios of one run compare."""

from __future__ import annotations

import sys

from console.drill.server import PrivatePostgres, available
from tests.bench import blocking, drift, fleet, laravel, mysql, paint, schema


def main() -> None:
    """Measure on the newest server there is."""
    major = max(available())
    with PrivatePostgres(major, {"max_connections": "1000"}) as server:
        sys.stdout.write(f"PostgreSQL {major}; seconds, and how many times the first line\n")
        schema.measure(server.url, major)
        drift.measure(server.url)
        laravel.measure(server.url)
        paint.measure(server.url)
        blocking.measure(server.url)
    mysql.measure()
    fleet.measure()


if __name__ == "__main__":
    main()
