"""Where the targets of a fleet come from: a list in a file, a query on a catalog database, or a server itself."""

from __future__ import annotations

import csv
import io
import os
import tomllib
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from fnmatch import fnmatchcase
from pathlib import Path
from typing import TYPE_CHECKING, Any

from console.core.faults import UsageFault
from console.core.plain import one_line
from console.core.ports_fleet import Lister
from console.core.statements.splitting import split
from console.dialects import open_lister
from console.fleet.reach import Reach, named_apart, reach
from console.wiring import parse_url

if TYPE_CHECKING:
    from sqlalchemy.engine import URL

KEYS = ("name", "url", "schema", "group", "database", "host", "port", "user", "password", "password_env")
_ALIASES = {"schema_name": "schema", "database_name": "database", "datname": "database", "db": "database",
            "username": "user", "domain": "name"}  # fmt: skip
_LARGEST = 16 * 1024 * 1024
_READS = ("select", "with", "table", "values", "show")


def from_file(name: str, environ: Mapping[str, str] = os.environ) -> tuple[Reach, ...]:
    """The targets of a TOML or CSV file. UsageFault with one sentence that repeats no value of it."""
    try:
        with Path(name).expanduser().open("rb") as file:
            data = file.read(_LARGEST + 1)
        text = data.decode("utf-8-sig")
    except OSError as problem:
        raise UsageFault(f"the list {one_line(name)} cannot be read", problem.strerror or "") from None
    except UnicodeDecodeError:
        raise UsageFault(f"the list {one_line(name)} is not UTF-8 text") from None
    if len(data) > _LARGEST:
        raise UsageFault(f"the list {one_line(name)} is too large for one")
    records = _of_toml(text, name) if _is_toml(text, name) else _of_csv(text, name)
    found = tuple(_reach(values, place, None, environ) for place, values in records)
    if not found:
        raise UsageFault(f"the list {one_line(name)} names no database", todo="Its form is in docs/fleet.md")
    return named_apart(found)


def _is_toml(text: str, name: str) -> bool:
    if name.endswith((".toml", ".csv", ".tsv")):
        return name.endswith(".toml")
    first = next((line for line in text.splitlines() if line.strip() and not line.startswith("#")), "")
    return first.startswith("[") or "=" in first.partition(",")[0]


def _of_toml(text: str, name: str) -> Iterator[tuple[str, dict[str, str]]]:
    try:
        values = tomllib.loads(text)
    except tomllib.TOMLDecodeError:
        raise UsageFault(f"the list {one_line(name)} is not valid TOML") from None
    targets = values.pop("target", [])
    if not isinstance(targets, list) or not all(isinstance(item, dict) for item in targets):
        raise UsageFault(f"the list {one_line(name)} is wrong", "its databases are [[target]] tables")
    if values.keys() - {"url", "password_env", "group"}:
        raise UsageFault(f"the list {one_line(name)} is wrong", "above its targets only url, group, password_env stand")
    for number, item in enumerate(targets, start=1):
        yield f"target {number} of {one_line(name)}", _texts({**values, **item})


def _of_csv(text: str, name: str) -> Iterator[tuple[str, dict[str, str]]]:
    lines = [line for line in text.splitlines() if line.strip() and not line.startswith("#")]
    if not lines:
        return
    sign = max(",;\t", key=lines[0].count)
    for number, item in enumerate(csv.DictReader(io.StringIO("\n".join(lines)), delimiter=sign), start=1):
        if None in item:
            raise UsageFault(f"row {number} of {one_line(name)} has more columns than its header")
        yield f"row {number} of {one_line(name)}", _texts({str(k).strip().lower(): v for k, v in item.items()})


def _texts(values: Mapping[str, Any]) -> dict[str, str]:
    kept = {_ALIASES.get(key, key): str(value).strip() for key, value in values.items() if value is not None}
    return {key: value for key, value in kept.items() if value}


def _reach(values: Mapping[str, str], place: str, base: URL | None, environ: Mapping[str, str]) -> Reach:
    unknown = sorted(values.keys() - set(KEYS))
    if unknown and base is None:
        raise UsageFault(
            f"{place} has an unknown column {one_line(unknown[0], 40)}", todo=f"Known are {', '.join(KEYS)}"
        )
    url = _url(values, place, base)
    if "password_env" in values:
        password = environ.get(values["password_env"])
        if password is None:
            raise UsageFault(
                f"{place} takes its password from {one_line(values['password_env'], 60)}, which is not set"
            )
        url = url.set(password=password)
    return reach(url, values.get("name", ""), values.get("schema"), values.get("group", ""))


def _url(values: Mapping[str, str], place: str, base: URL | None) -> URL:
    if "url" in values:
        try:
            base = parse_url(values["url"])
        except UsageFault as fault:
            raise UsageFault(f"{place} cannot be used", fault.what, fault.todo) from None
    if base is None:
        raise UsageFault(f"{place} has no url", todo="Each needs one, or one stands above all")
    try:
        port = int(values["port"]) if "port" in values else base.port
    except ValueError:
        raise UsageFault(f"{place} has a port that is no number") from None
    return base.set(
        host=values.get("host", base.host),
        port=port,
        username=values.get("user", base.username),
        password=values.get("password", base.password),
        database=values.get("database", base.database),
    )


@contextmanager
def _open(url: URL) -> Iterator[Lister]:
    lister = open_lister(url)
    try:
        yield lister
    finally:
        lister.close()


def from_query(url: URL, sql: str, environ: Mapping[str, str] = os.environ) -> tuple[Reach, ...]:
    """The targets that a query on a catalog database gives; what a row does not say is as in the catalog's own URL."""
    dialect = "postgres" if url.get_backend_name() == "postgresql" else "mysql"
    pieces = split(sql, dialect)
    if len(pieces) != 1 or not pieces[0].text.lstrip("( \t\r\n").lower().startswith(_READS):
        raise UsageFault("--from-query takes one statement that only reads", todo="Write a SELECT")
    with _open(url) as lister:
        rows = lister.listed(sql)
    columns = [_ALIASES.get(column.lower(), column.lower()) for column in rows.columns]
    if not {"url", "database", "schema", "host"} & set(columns):
        todo = f"Name its columns {', '.join(KEYS)}: SELECT db AS database"
        raise UsageFault("the query gives no column that names a database", todo=todo)
    records = (_texts(dict(zip(columns, row, strict=True))) for row in rows.rows)
    found = tuple(_reach(values, f"row {n} of the query", url, environ) for n, values in enumerate(records, start=1))
    if not found:
        raise UsageFault("the query gives no row")
    return named_apart(found)


def from_server(url: URL, databases: str | None, schemas: str | None) -> tuple[Reach, ...]:
    """Every database, or every schema of one database, whose name fits a pattern."""
    with _open(url) as lister:
        if databases is not None:
            names = fitting(lister.databases(), databases)
            found = [reach(url.set(database=name)) for name in names]
        else:
            names = fitting(lister.schemas(), schemas or "*")
            found = [reach(url, name, name) for name in names]
    if not found:
        what = f"a database like {databases}" if databases is not None else f"a schema like {schemas}"
        raise UsageFault(f"there is not {one_line(what, 80)} on {one_line(reach(url).target.place, 200)}")
    return named_apart(tuple(found))


def fitting(names: Iterable[str], patterns: str) -> tuple[str, ...]:
    """Names that fit one of the patterns (with commas between them), and none of those behind a `!`."""
    words = [word.strip() for word in patterns.split(",") if word.strip()]
    wanted = [word for word in words if not word.startswith("!")] or ["*"]
    barred = [word[1:] for word in words if word.startswith("!")]
    return tuple(
        name
        for name in names
        if any(fnmatchcase(name, word) for word in wanted) and not any(fnmatchcase(name, word) for word in barred)
    )
