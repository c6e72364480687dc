"""All tables, by the kind of server."""

from __future__ import annotations

from console.core.errors.mysql import MYSQL
from console.core.errors.postgres import POSTGRES
from console.core.errors.rule import Rule
from console.core.errors.sqlite import SQLITE

RULES: dict[str, tuple[Rule, ...]] = {
    "postgres": POSTGRES,
    "postgresql": POSTGRES,
    "mysql": MYSQL,
    "mariadb": MYSQL,
    "sqlite": SQLITE,
}
