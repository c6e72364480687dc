"""The connection that acts on a MariaDB: MySQL's, which asks the server what it is."""

from __future__ import annotations

from console.dialects.mysql.hand import make

__all__ = ["make"]
