"""PHP with Laravel, as Debian packs them."""

from __future__ import annotations

import re
from dataclasses import dataclass
from pathlib import Path

from tests.tools.debian import Unpacked, Wanted, unpacked

_PACKAGES = (
    "php-laravel-framework",
    "php-cli",
    "php-pgsql",
    "php-sqlite3",
    "php-mysql",
    "php-mbstring",
    "php-intl",
    "php-xml",
    "php-doctrine-dbal",
)
LARAVEL_8 = Wanted("bookworm", _PACKAGES)
LARAVEL_10 = Wanted("trixie", _PACKAGES)
LARAVEL_13 = Wanted("sid", _PACKAGES)
"""Sid moves: recorded by hand, not held against again."""

# In the order they are loaded; what a PHP has built in has no file.
_EXTENSIONS = (
    "tokenizer ctype phar mbstring iconv fileinfo posix pcntl intl dom xml simplexml "
    "pdo pdo_sqlite pdo_pgsql mysqlnd pdo_mysql"
).split()


@dataclass(frozen=True, slots=True)
class Php:
    """A PHP with Laravel on its include path."""

    packages: Unpacked

    @property
    def laravel(self) -> str:
        """Laravel's own version: `8.83.26`."""
        text = self.packages.find("usr/share/php/Illuminate/Foundation/Application.php").read_text()
        found = re.search(r"VERSION = '([0-9.]+)'", text)
        assert found, "Application.php names no version"
        return found[1]

    def command(self, *arguments: str | Path) -> tuple[str, ...]:
        """A command line: PHP without any settings of this machine."""
        extensions = self.packages.find("usr/lib/php/20*")
        loaded = (name for name in _EXTENSIONS if (extensions / f"{name}.so").exists())
        settings = [
            f"extension_dir={extensions}",
            f"include_path=.:{self.packages.find('usr/share/php')}",
            "memory_limit=512M",
            "date.timezone=UTC",
            *(f"extension={name}" for name in loaded),
        ]
        given = [part for setting in settings for part in ("-d", setting)]
        return self.packages.command("usr/bin/php[0-9]*.[0-9]", "-n", *given, *map(str, arguments))


def php(wanted: Wanted = LARAVEL_8) -> Php:
    """From the cache, or fetched. Raises DebianError."""
    return Php(unpacked(wanted))
