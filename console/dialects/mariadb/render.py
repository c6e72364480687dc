"""What MariaDB writes differently in plans."""

from __future__ import annotations

from console.dialects.mysql.render import MySQLRenderer


class MariaDBRenderer(MySQLRenderer):
    """What `console.core.ports_acting.Renderer` promises, on MariaDB."""

    is_mariadb = True


def make() -> MariaDBRenderer:
    """The renderer."""
    return MariaDBRenderer()
