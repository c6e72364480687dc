"""What loads a backup into a scratch MariaDB: MySQL's, which asks the server what it is."""

from console.dialects.mysql.hand_load import make

__all__ = ["make"]
