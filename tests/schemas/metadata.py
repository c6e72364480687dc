"""Run by the real Alembic's Python: for each line on stdin, what its compare_metadata finds, as one line of JSON."""

from __future__ import annotations

import json
import sys
from importlib import import_module
from typing import Any

from sqlalchemy import MetaData, create_engine, pool


def main(expected: str, actual: str) -> None:
    """The schema of `expected` is reflected once; `actual` anew for every line."""
    compare_metadata = import_module("alembic.autogenerate").compare_metadata
    configure = import_module("alembic.migration").MigrationContext.configure

    wanted = MetaData()
    wanted.reflect(create_engine(expected, poolclass=pool.NullPool))
    engine = create_engine(actual, poolclass=pool.NullPool)
    for _ in sys.stdin:
        with engine.connect() as connection:
            context = configure(connection, opts={"compare_type": True, "compare_server_default": True})
            found = [_said(item) for item in compare_metadata(context, wanted)]
        sys.stdout.write(json.dumps([item for item in found if item]) + "\n")
        sys.stdout.flush()


def _said(item: Any) -> list[str]:
    if isinstance(item, list):
        return ["changed", item[0][2], item[0][3]]
    verb, subject = item[0], item[1]
    change = {"add": "missing", "remove": "unexpected"}.get(verb.partition("_")[0], "changed")
    if verb in ("add_column", "remove_column"):
        return [change, item[2], item[3].name]
    if verb in ("add_table", "remove_table"):
        return [change, subject.name, ""]
    if "table_comment" in verb:
        return ["changed", subject.name, ""]
    return [change, subject.table.name, subject.name]


if __name__ == "__main__":
    main(*sys.argv[1:3])
