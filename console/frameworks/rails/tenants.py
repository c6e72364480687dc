"""apartment (and ros-apartment): a schema of PostgreSQL for each tenant, or a database; all migrations run in each.

Which tenants there are is code in most projects (`Customer.pluck(:subdomain)`): then the schemas that have a table of
versions of their own are the tenants. Only what stands there plainly is read of the initializer.
"""

from __future__ import annotations

import re
from pathlib import Path

from console.core.fleet.tenancy import Tenancy
from console.core.ports import Project
from console.readers.settings import read_text

FILE = "config/initializers/apartment.rb"
_LOCKED = re.compile(r"^ {4}(ros-apartment|apartment) \(", re.MULTILINE)
_SET = re.compile(r"^\s*config\.(\w+)\s*=\s*(.+?)\s*$", re.MULTILINE)
_WORDS = re.compile(r"%w[\[{(]([^\])}]*)[\])}]")
_QUOTED = re.compile(r"""["']([^"'#]+)["']""")
_COMMAND = "DB={} bin/rails apartment:migrate"


def tenancy_of(project: Project) -> Tenancy | None:
    """The rule, or None where the gem is not locked and has no initializer."""
    folder = Path(project.folder)
    locked = _LOCKED.search(read_text(folder / "Gemfile.lock") or "")
    text = read_text(folder / FILE)
    if locked is None and text is None:
        return None
    said: dict[str, str] = dict(_SET.findall(text or ""))
    default = _QUOTED.search(said.get("default_schema", said.get("default_tenant", "")))
    names = project.settings
    return Tenancy(
        package=locked[1] if locked else "apartment",
        framework="rails",
        by_schema=_has_schemas(project) and said.get("use_schemas", "true") != "false",
        ledger=names.get("prefix", "") + names.get("schema_migrations", "schema_migrations") + names.get("suffix", ""),
        shared=(default[1] if default else "public", *_list(said.get("persistent_schemas", ""))),
        named=_list(said.get("tenant_names", "")),
        command=_COMMAND,
    )


def _has_schemas(project: Project) -> bool:
    return project.url is None or project.url.get_backend_name() == "postgresql"


def _list(text: str) -> tuple[str, ...]:
    """A list of names that is written out; nothing of what only code could tell."""
    words = _WORDS.fullmatch(text)
    if words is not None:
        return tuple(words[1].split())
    return tuple(_QUOTED.findall(text)) if text.startswith("[") and text.endswith("]") else ()
