"""The app of the corpus as the PHP reader sees it, and how what it reads is held against what was sent."""

from __future__ import annotations

from collections.abc import Sequence
from functools import cache
from pathlib import Path

from console.core.statements import Sent
from console.readers.php.configuration import read_config
from console.readers.php.draft import Connection
from console.readers.php.migration import PhpMigration, read_migration
from console.readers.php.values import Listing, Unknown, Value
from tests.laravel.corpus import Variant, truth

_APP = Path(__file__).parent / "app"
_SERVERS = {"pgsql": (16,), "mysql": (10, 11, 18), "sqlite": (3, 40)}
_CONTROL = ("begin", "commit", "rollback")


class AppLookup:
    """The app's own files, as a framework adapter reads them."""

    def __init__(self, variant: Variant) -> None:
        """`variant` says what its .env holds."""
        self._env = {"DB_CONNECTION": variant.driver, **variant.env}
        self._connection = connection_of(variant)

    def config(self, key: str) -> Value:
        """From config/*.php."""
        name, *parts = key.split(".")
        path = _APP / "config" / f"{name}.php"
        found: Value = read_config(path.read_text(), self.env) if path.exists() else Unknown(f"no {path.name}")
        for part in parts:
            known = isinstance(found, Listing) and part in dict(found.items)
            found = found.get(part) if isinstance(found, Listing) and known else Unknown(f"{key} is not there")
        return found

    def env(self, key: str) -> Value:
        """From .env."""
        return self._env.get(key)

    def class_source(self, name: str) -> str | None:
        """By PSR-4."""
        path = _APP / "app" / f"{name.removeprefix('App').replace(chr(92), '/').strip('/')}.php"
        return path.read_text() if name.startswith("App\\") and path.exists() else None

    def connection(self, name: str) -> Connection | None:
        """The audit connection has no prefix; all of them lead to one database."""
        return self._connection

    def same_database(self, name: str) -> bool:
        """All of them lead to one database."""
        return True


def connection_of(variant: Variant) -> Connection:
    """What decides the SQL of a variant."""
    version, _ = truth(variant.name)
    major, minor, patch = (int(part) for part in version.split("."))
    is_mysql = variant.driver == "mysql"
    return Connection(
        driver=variant.driver,
        laravel=(major, minor, patch),
        server=_SERVERS[variant.driver],
        is_mariadb=is_mysql,
        database="app",
        prefix=variant.prefix,
        charset="utf8mb4" if is_mysql else "utf8",
        collation="utf8mb4_unicode_ci" if is_mysql else "",
        home="app" if is_mysql else "main" if variant.driver == "sqlite" else "public",
        native_changes=major == 10,
    )


@cache
def php_migration(variant_name: str, migration: str) -> PhpMigration:
    """One file of the corpus, read for one variant."""
    from tests.laravel.corpus import VARIANTS

    variant = next(one for one in VARIANTS if one.name == variant_name)
    return read_migration(variant.migrations[migration].read_text(), connection_of(variant), AppLookup(variant))


def statements_of(sent: Sequence[Sent]) -> list[Sent]:
    """Without BEGIN and COMMIT, which the server is sent in another way."""
    return [one for one in sent if one.sql.lower() not in _CONTROL]


def difference(read: Sequence[Sent], sent: Sequence[str]) -> str:
    """Where the reader and the framework part; empty when every statement sent is accounted for, in order.

    What the reader says it cannot know stands for any number of statements; a conditional one may not have been sent.
    """
    seen: set[tuple[int, int]] = set()
    ways = [(0, 0)]
    while ways:
        n, k = ways.pop()
        if (n, k) in seen or n > len(read) or k > len(sent):
            continue
        if (n, k) == (len(read), len(sent)):
            return ""
        seen.add((n, k))
        ways += _on(read, sent, n, k)
    n, k = max(seen, key=lambda place: (place[1], place[0]))
    expected = read[n].sql or f"({read[n].unreadable or read[n].effect})" if n < len(read) else "nothing more"
    return f"read: {expected}\nsent: {sent[k] if k < len(sent) else 'nothing more'}"


def _on(read: Sequence[Sent], sent: Sequence[str], n: int, k: int) -> list[tuple[int, int]]:
    if n == len(read):
        return []
    one = read[n]
    ways = [(n + 1, k)] if one.guards or not one.sql else []
    if not one.sql:
        ways.append((n, k + 1))
    elif k < len(sent) and one.sql == sent[k]:
        ways.append((n + 1, k + 1))
    return ways
