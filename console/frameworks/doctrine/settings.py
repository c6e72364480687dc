"""Where Doctrine Migrations is told of: a file of its own in four languages, or Symfony's; and its database's URL."""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path
from typing import TYPE_CHECKING

from console.core.faults import ProjectFault
from console.core.urls import URL
from console.readers.settings import dotenv, expand, read_text, yaml_documents
from console.readers.sqlfiles.projects import Told

if TYPE_CHECKING:
    from console.readers.php.values import Value

OWN = ("migrations.php", "migrations.xml", "migrations.yml", "migrations.yaml", "migrations.json")
SYMFONY = ("config/packages/doctrine_migrations.yaml", "config/packages/doctrine_migrations.yml",
           "config/packages/doctrine_migrations.php")  # fmt: skip
_DATABASE = "migrations-db.php"
_BACKENDS = {"mysql": "mysql", "mysqli": "mysql", "pdo_mysql": "mysql", "pgsql": "postgresql",
             "pdo_pgsql": "postgresql", "sqlite3": "sqlite", "pdo_sqlite": "sqlite", "postgres": "postgresql",
             "postgresql": "postgresql", "sqlite": "sqlite", "mariadb": "mysql", "mysql2": "mysql"}  # fmt: skip
_UNKNOWN = "?"
_RENAMED = "{}: a column of its table has another name, and such a table is not read."
_VERSION = re.compile(r"[?&](?:serverVersion|charset)=[^&]*")


def file_in(folder: Path) -> Path | None:
    """The configuration file that counts there."""
    return next((folder / name for name in (*OWN, *SYMFONY) if (folder / name).is_file()), None)


def told(folder: Path, environ: Mapping[str, str]) -> Told:
    """What a project says of itself."""
    from console.readers.php.composer import version_of

    path = file_in(folder)
    if path is None:
        return Told()
    symfony = "config" in path.relative_to(folder).parts
    values = _values(path, folder)
    places = [(key.removeprefix("migrations_paths."), value) for key, value in values.items()
              if key.startswith("migrations_paths.")]  # fmt: skip
    if "migrations_directory" in values:
        places.append((values.get("migrations_namespace", ""), values["migrations_directory"]))
    version = version_of(folder, "doctrine/dbal", read_text)
    settings = {
        "config": str(path.relative_to(folder)),
        "symfony": "yes" if symfony else "",
        "table": values.get("table_storage.table_name") or values.get("table_name", ""),
        "recursive": "yes" if values.get("organize_migrations", "none").lower() not in ("none", "false") else "",
        "transactional": values.get("transactional", "true"),
        "all_or_nothing": values.get("all_or_nothing", "false"),
        "places": "\n".join(place for _, place in places),
        "spaces": "\n".join(space for space, _ in places),
        "dbal": str(version[0]) if version else "",
    }
    missing = (_RENAMED.format(path.name),) if any(map(_is_renamed, values.items())) else ()
    url, origin = _database(folder, environ, symfony=symfony)
    return Told(url, origin, settings, missing)


def _is_renamed(setting: tuple[str, str]) -> bool:
    """Whether it gives a column of the table another name."""
    key, _, name = setting[0].rpartition(".")[2].partition("_column_name")
    return setting[0].endswith("_column_name") and not name and setting[1] != key


def _values(path: Path, folder: Path) -> dict[str, str]:
    from console.readers.php.values import Unknown

    text = read_text(path) or ""
    if path.suffix == ".xml":
        return dict(_of_xml(text, path))
    if path.suffix == ".php":
        found = dict(_flat(_config(text, lambda _: Unknown("it is not known")), ""))
    elif path.suffix == ".json":
        try:
            text = json.dumps(json.loads(text))
        except ValueError:
            raise ProjectFault(f"{path} is not valid JSON") from None
        found = _first(yaml_documents(text, str(path)))
    else:
        found = _first(yaml_documents(text, str(path)))
    own = {key.removeprefix("doctrine_migrations."): value for key, value in found.items()}
    own = {key.removeprefix("storage."): value for key, value in own.items()}
    return {key: _place(value, path, folder) if "migrations_" in key else value for key, value in own.items()}


def _config(text: str, known: Callable[[str], Value]) -> Value:
    """What a file of PHP returns; what reads that language is only loaded where there is one."""
    from console.readers.php.configuration import read_config

    return read_config(text, known)


def _first(documents: tuple[dict[str, str], ...]) -> dict[str, str]:
    return documents[0] if documents else {}


def _place(text: str, path: Path, folder: Path) -> str:
    """A folder as it is written, from the project's: it is meant from the file's own folder."""
    if "%kernel.project_dir%" in text:
        return text.replace("%kernel.project_dir%", "").strip("/") or "."
    inside = text.replace("{base}/config", ".", 1) if text.startswith("{base}/config") else text
    whole = Path(inside) if Path(inside).is_absolute() else path.parent / inside
    try:
        return str(whole.resolve().relative_to(folder.resolve()))
    except ValueError:
        return str(whole)


def _flat(value: Value, name: str) -> Iterator[tuple[str, str]]:
    from console.readers.php.values import Listing, Unknown

    if isinstance(value, Listing):
        for key, inner in value.items:
            yield from _flat(inner, f"{name}.{key}" if name else str(key))
    elif isinstance(value, bool):
        yield name, str(value).lower()
    elif value is not None:
        yield name, _UNKNOWN if isinstance(value, Unknown) else str(value)


def _of_xml(text: str, path: Path) -> Iterator[tuple[str, str]]:
    """The elements of its own schema; a document with entities of its own is none."""
    import xml.etree.ElementTree as ET

    if "<!ENTITY" in text or "<!DOCTYPE" in text:
        raise ProjectFault(f"{path} is not read", "it defines entities")
    try:
        root = ET.fromstring(text)  # noqa: S314 - without a DTD there is nothing to expand
    except ET.ParseError:
        raise ProjectFault(f"{path} is not valid XML") from None
    for node in root.iter():
        tag = node.tag.rpartition("}")[2]
        if tag == "path" and node.text:
            yield f"migrations_paths.{node.get('namespace', '')}", _place(node.text.strip(), path, path.parent)
        elif tag == "table-storage":
            yield from ((f"table_storage.{key.replace('-', '_')}", value) for key, value in node.attrib.items())
        elif node.text and node.text.strip():
            yield tag.replace("-", "_"), node.text.strip()


def _database(folder: Path, environ: Mapping[str, str], *, symfony: bool) -> tuple[str, str]:
    """The URL, and where it stands."""
    if not symfony and (folder / _DATABASE).is_file():
        return _from_php(folder), _DATABASE
    known, origin = _environment(folder, environ)
    text = known.get("DATABASE_URL", "")
    if not text:
        return "", ""
    filled, unknown = expand(text, known.get)
    if unknown:
        return "", origin
    return _plain(filled, folder), origin


def _plain(text: str, folder: Path) -> str:
    """As the other readers of URLs take it: no server version behind the question mark, no `pdo-` before the scheme."""
    scheme, colon, rest = text.partition(":")
    backend = _BACKENDS.get(scheme.lower().replace("-", "_"), scheme)
    rest = _VERSION.sub("", rest).replace("%kernel.project_dir%", str(folder))
    if backend == "sqlite":
        rest = "//" + rest.removeprefix("///") if rest.startswith("///") else rest
    return f"{backend}{colon}{rest}"


def _environment(folder: Path, environ: Mapping[str, str]) -> tuple[dict[str, str], str]:
    """Symfony's .env files in its order; the process's own variables count more than any."""
    known: dict[str, str] = {}
    origin = ""
    before = (environ, dotenv(read_text(folder / ".env.local") or ""), dotenv(read_text(folder / ".env") or ""))
    name = next((one["APP_ENV"] for one in before if one.get("APP_ENV")), "dev")
    for file in (".env", ".env.local", f".env.{name}", f".env.{name}.local"):
        found = dotenv(read_text(folder / file) or "")
        origin = f"{file} (DATABASE_URL)" if "DATABASE_URL" in found else origin
        known |= found
    dumped = folder / ".env.local.php"
    if dumped.is_file():
        listed = dict(_flat(_config(read_text(dumped) or "", lambda _: None), ""))
        origin = ".env.local.php (DATABASE_URL)" if "DATABASE_URL" in listed else origin
        known |= listed
    if environ.get("DATABASE_URL"):
        origin = "DATABASE_URL"
    return {**known, **environ}, origin


def _from_php(folder: Path) -> str:
    values = dict(_flat(_config(read_text(folder / _DATABASE) or "", lambda _: None), ""))
    if values.get("url"):
        return _plain(values["url"], folder)
    backend = _BACKENDS.get(values.get("driver", "").lower(), "")
    if not backend or _UNKNOWN in (values.get(key) for key in ("host", "dbname", "user", "password", "path")):
        return ""
    if backend == "sqlite":
        path = values.get("path", "").replace("{base}/config", str(folder))
        return f"sqlite:{path}"
    port = values.get("port", "")
    query = {"socket": values["unix_socket"]} if values.get("unix_socket") else {}
    url = URL.create(backend, values.get("user"), values.get("password"), values.get("host"),
                     int(port) if port.isdigit() else None, values.get("dbname"), query)  # fmt: skip
    return url.render_as_string(hide_password=False)
