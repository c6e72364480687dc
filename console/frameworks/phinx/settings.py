"""phinx.php, .json, .yaml and .yml, read and never run: environments, paths, and what decides the SQL."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import TYPE_CHECKING
from urllib.parse import unquote

from console.core.faults import ProjectFault
from console.core.urls import URL
from console.readers.settings import read_text, yaml_documents
from console.readers.sqlfiles.projects import Told, variables

if TYPE_CHECKING:
    from console.readers.php.values import Value

NAMES = ("phinx.php", "phinx.json", "phinx.yaml", "phinx.yml")
PACKAGE = "robmorgan/phinx"
_TOKEN = re.compile(r"%%(PHINX_\w+)%%")
_DSN = re.compile(
    r"(?P<adapter>\w+)://(?:(?P<user>[^:@/]*)(?::(?P<pass>[^@/]*))?@)?(?P<host>[^:/?]*)?(?::(?P<port>\d+))?"
    r"(?:/(?P<name>[^?]*))?(?:\?.*)?"
)
_BACKENDS = {"mysql": "mysql", "pgsql": "postgresql", "sqlite": "sqlite"}
_FLAGS = ("unsigned_primary_keys", "column_null_default", "add_timestamps_use_datetime")
_UNKNOWN = "?"


def file_in(folder: Path) -> Path | None:
    """The configuration file that Phinx takes there."""
    return next((folder / name for name in NAMES if (folder / name).is_file()), None)


def told(folder: Path, environ: Mapping[str, str]) -> Told:
    """What a project says of itself, for the environment that Phinx would take."""
    from console.readers.php.composer import version_of

    path = file_in(folder)
    if path is None:
        return Told()
    known, missing = variables(folder, environ), list[str]()
    values = _filled(_read(path, folder, known), path, known, missing)
    name = _environment(values, environ)
    own = _of(values, f"environments.{name}.")
    own = {**_dsn(own.get("dsn", "")), **own}
    settings = {
        "config": path.name,
        "environment": name,
        "table": own.get("migration_table") or values.get("environments.default_migration_table", ""),
        "order": values.get("version_order", "creation"),
        **{
            key: own.get(key, "")
            for key in ("schema", "table_prefix", "table_suffix", "engine", "collation", "adapter")
        },
        **{flag: values.get(f"feature_flags.{flag}", "") for flag in _FLAGS},
        **_places(values),
    }
    number = version_of(folder, PACKAGE, read_text)
    settings["version"] = ".".join(map(str, number)) if number else ""
    if not name:
        missing.append(f"{path.name} names no environment.")
    url = _url(own, folder, missing, path.name, name)
    return Told(url, f"{path.name} ({name})", settings, tuple(missing))


def _read(path: Path, folder: Path, known: Mapping[str, str]) -> dict[str, str]:
    text = read_text(path) or ""
    if path.suffix == ".php":
        from console.readers.php.configuration import read_config

        return dict(_flat(read_config(text, known.get), "", folder))
    if path.suffix == ".json":
        try:
            text = json.dumps(json.loads(text))
        except ValueError:
            raise ProjectFault(f"{path} is not valid JSON") from None
    documents = yaml_documents(text, str(path))
    return documents[0] if documents else {}


def _flat(value: Value, name: str, folder: Path) -> Iterator[tuple[str, str]]:
    """A list as flat settings; what is not known is told by a question mark."""
    from console.readers.php.values import Listing

    if isinstance(value, Listing):
        if value.items and all(isinstance(key, int) for key, _ in value.items):
            yield name, ",".join(_word(one, folder) for one in value.values)
            return
        for key, inner in value.items:
            yield from _flat(inner, f"{name}.{key}" if name else str(key), folder)
    elif value is not None:
        yield name, _word(value, folder)


def _word(value: Value, folder: Path) -> str:
    from console.readers.php.values import Listing, Unknown

    if isinstance(value, bool):
        return str(value).lower()
    if isinstance(value, (Unknown, Listing)):
        return _UNKNOWN
    text = str(value)
    return text.replace("{base}/config", str(folder)) if text.startswith("{base}/config") else text


def _filled(values: Mapping[str, str], path: Path, known: Mapping[str, str], missing: list[str]) -> dict[str, str]:
    tokens = {**{key: value for key, value in known.items() if key.startswith("PHINX_")},
              "PHINX_CONFIG_DIR": str(path.parent), "PHINX_CONFIG_PATH": str(path)}  # fmt: skip

    def put(match: re.Match[str]) -> str:
        if match[1] not in tokens:
            missing.append(f"{path.name}: %%{match[1]}%% has no value here.")
        return tokens.get(match[1], match[0])

    return {name: _TOKEN.sub(put, value) for name, value in values.items()}


def _environment(values: Mapping[str, str], environ: Mapping[str, str]) -> str:
    named = list(dict.fromkeys(
        key.split(".")[1] for key in values if key.startswith("environments.") and key.count(".") > 1
    ))  # fmt: skip
    asked = (environ.get("PHINX_ENVIRONMENT"), values.get("environments.default_database"),
             values.get("environments.default_environment"))  # fmt: skip
    wanted = next((name for name in asked if name and name in named), None)
    return wanted or next(iter(named), "")


def _of(values: Mapping[str, str], prefix: str) -> dict[str, str]:
    return {key.removeprefix(prefix): value for key, value in values.items() if key.startswith(prefix)}


def _dsn(text: str) -> dict[str, str]:
    found = _DSN.fullmatch(text)
    return {key: unquote(value) for key, value in found.groupdict().items() if value} if found else {}


def _places(values: Mapping[str, str]) -> dict[str, str]:
    """Where migrations lie: `places` are folders and patterns, `space.N` the namespace of the Nth."""
    plain = _parts(values.get("paths.migrations", ""))
    found = [("", part) for part in plain]
    for key, value in _of(values, "paths.migrations.").items():
        found += [(key, part) for part in _parts(value)]
    spaces = {f"space.{at}": space for at, (space, _) in enumerate(found) if space}
    return {"places": "\n".join(part for _, part in found), **spaces}


def _parts(text: str) -> list[str]:
    """Paths parted by commas; those inside braces are of a pattern."""
    return [part for part in re.split(r",(?![^{}]*\})", text) if part]


def _url(own: Mapping[str, str], folder: Path, missing: list[str], file: str, name: str) -> str:
    backend = _BACKENDS.get(own.get("adapter", "").lower(), "")
    if not backend:
        if own:
            missing.append(f"{file}: the adapter of {name} is not one that Halfway speaks.")
        return ""
    unknown = [
        key for key in ("host", "name", "user", "pass", "port") if own.get(key) == _UNKNOWN or "%%" in own.get(key, "")
    ]
    if unknown:
        missing.append(f"{file}: the {unknown[0]} of {name} is known only when Phinx runs.")
        return ""
    if backend == "sqlite":
        suffix = own.get("suffix", ".sqlite3")
        suffix = f".{suffix}" if suffix and not suffix.startswith(".") else suffix
        return f"sqlite:{folder / own.get('name', '')}{suffix}"
    port = own.get("port", "")
    query = {"socket": own["unix_socket"]} if own.get("unix_socket") else {}
    url = URL.create(backend, own.get("user"), own.get("pass"), own.get("host") or None,
                     int(port) if port.isdigit() else None, own.get("name"), query)  # fmt: skip
    return url.render_as_string(hide_password=False)


def numbers(text: str) -> tuple[int, ...]:
    """`0.16.5` as numbers."""
    return tuple(int(part) for part in re.findall(r"\d+", text)[:3])
