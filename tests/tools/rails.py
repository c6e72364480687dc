"""Ruby with ActiveRecord, as Debian packs them."""

from __future__ import annotations

import os
import re
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from tests.tools.debian import Unpacked, Wanted, unpacked

_PACKAGES = ("ruby-activerecord", "ruby", "ruby-pg", "ruby-mysql2", "ruby-sqlite3")
RAILS_61 = Wanted("bookworm", _PACKAGES)
RAILS_72 = Wanted("trixie", _PACKAGES)

_LIBRARIES = ("usr/lib/ruby/vendor_ruby", "usr/lib/ruby/3.*", "usr/lib/*/ruby/3.*", "usr/lib/*/ruby/vendor_ruby/3.*")
_GEMS = (
    "usr/share/rubygems-integration/all",
    "usr/share/rubygems-integration/3.*",
    "usr/lib/*/rubygems-integration/3.*",
)


@dataclass(frozen=True, slots=True)
class Ruby:
    """A Ruby with ActiveRecord on its path."""

    packages: Unpacked

    @property
    def rails(self) -> str:
        """ActiveRecord's own version: `6.1.7.10`."""
        pattern = "usr/share/rubygems-integration/all/specifications/activerecord-*.gemspec"
        found = re.fullmatch(r"activerecord-([0-9.]+)\.gemspec", self.packages.find(pattern).name)
        assert found, "no gem of ActiveRecord has a version"
        return found[1]

    def command(self, *arguments: str | Path) -> tuple[str, ...]:
        """A command line: Ruby without any settings of this machine."""
        return self.packages.command("usr/bin/ruby3.*", *map(str, arguments))

    def environment(self) -> Mapping[str, str]:
        """Where this Ruby finds what it loads."""
        root = self.packages.root
        return {
            "PATH": os.environ.get("PATH", ""),
            "LANG": "C.UTF-8",
            "TZ": "UTC",
            "MARIADB_PLUGIN_DIR": str(self.packages.find("usr/lib/*/libmariadb3/plugin")),
            "RUBYLIB": ":".join(str(p) for pattern in _LIBRARIES for p in sorted(root.glob(pattern))),
            "GEM_PATH": ":".join(str(p) for pattern in _GEMS for p in sorted(root.glob(pattern))),
        }


def ruby(wanted: Wanted = RAILS_61) -> Ruby:
    """From the cache, or fetched. Raises DebianError."""
    return Ruby(unpacked(wanted))
