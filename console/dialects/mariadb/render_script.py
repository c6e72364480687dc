"""What a script for MariaDB has: what one for MySQL has."""

from __future__ import annotations

from console.dialects.mysql.render_script import script_sql

__all__ = ["script_sql"]
