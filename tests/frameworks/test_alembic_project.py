"""Finding an Alembic project: alembic.ini, pyproject.toml, env.py read without running it."""

from __future__ import annotations

from pathlib import Path

import pytest

from console.core.faults import ProjectFault
from console.core.migration import Ledger
from console.core.observation import Health
from console.core.ports import Project
from tests.alembic.making import ALEMBIC, ENV, INI, SERVER, app, ledger, project, read, revision
from tests.frameworks.making import write

SECRET = "s3cr&t"


def shown(found: Project) -> str | None:
    return found.url.render_as_string(hide_password=False) if found.url is not None else None


def env(line: str, head: str = "import os") -> str:
    """An env.py that sets its URL in one line."""
    return (
        f"{head}\nfrom alembic import context\nfrom sqlalchemy import create_engine\nconfig = context.config\n{line}\n"
    )


def test_the_ini_names_the_folder_and_the_database(tmp_path: Path) -> None:
    found = project(app(tmp_path, ("one",)))
    assert (shown(found), found.url_from) == ("postgresql+psycopg://deploy:s3cret@db/shop", "alembic.ini")
    assert found.settings["versions"] == str(tmp_path / "migrations" / "versions")
    assert (found.missing, "s3cret" in repr(found.settings)) == ((), False)


@pytest.mark.parametrize("inside", ["", "migrations", "migrations/versions", "src/shop"])
def test_alembic_detection_finds_a_project_from_inside_it(tmp_path: Path, inside: str) -> None:
    app(tmp_path, ("one",), {"src/shop/x.py": "a = 1"})
    assert project(tmp_path / inside).folder == str(tmp_path)


def test_a_project_is_found_from_above_it_and_of_two_one_must_be_named(tmp_path: Path) -> None:
    app(tmp_path / "backend", ("one",))
    assert project(tmp_path).folder == str(tmp_path / "backend")
    app(tmp_path / "other", ("one",))
    with pytest.raises(ProjectFault, match="several Alembic projects"):
        ALEMBIC.detect(tmp_path, {})


def test_flask_migrate_names_no_folder(tmp_path: Path) -> None:
    files = {"alembic.ini": "", "migrations/alembic.ini": "[alembic]\n# no script_location\n"}
    found = project(app(tmp_path, ("one",), files))
    assert [m.id for m in read(tmp_path).migrations] == ["one"]
    assert found.url is None
    assert found.missing == ("No database is named in alembic.ini.",)


def test_pyproject_names_the_folder(tmp_path: Path) -> None:
    toml = '[tool.alembic]\nscript_location = "%(here)s/migrations"\n'
    app(tmp_path, ("one",), {"alembic.ini": "", "pyproject.toml": toml})
    assert [m.id for m in read(tmp_path).migrations] == ["one"]


def test_a_package_may_hold_the_folder(tmp_path: Path) -> None:
    ini = INI.replace("= migrations", "= shop.db:migrations")
    files = {"alembic.ini": ini, "shop/db/migrations/env.py": ENV,
             "shop/db/migrations/versions/x.py": revision("inside")}  # fmt: skip
    assert [m.id for m in read(write(tmp_path, files)).migrations] == ["inside"]


@pytest.mark.parametrize(
    "line",
    ["version_locations = %(here)s/a %(here)s/b", "path_separator = os\nversion_locations = %(here)s/a:b",
     "version_path_separator = space\nversion_locations = a b", "version_locations = a, b"],
    ids=["spaces", "os", "older", "comma"],
)  # fmt: skip
def test_several_folders_are_one_graph(tmp_path: Path, line: str) -> None:
    ini = f"{INI}{line}\n"
    files = {"alembic.ini": ini, "a/x.py": revision("one"), "b/y.py": revision("two", "one")}
    assert {m.id for m in read(app(tmp_path, ("never",), files)).migrations} == {"one", "two"}


def test_folders_inside_are_only_read_when_it_is_asked_for(tmp_path: Path) -> None:
    files = {"migrations/versions/2024/x.py": revision("deep", "one")}
    app(tmp_path, ("one",), files)
    assert [m.id for m in read(tmp_path).migrations] == ["one"]
    (tmp_path / "alembic.ini").write_text(f"{INI}recursive_version_locations = true\n")
    assert {m.id for m in read(tmp_path).migrations} == {"one", "deep"}


@pytest.mark.parametrize(
    ("line", "from_"),
    [
        ('config.set_main_option("sqlalchemy.url", os.environ["DATABASE_URL"])', "env.py (DATABASE_URL)"),
        ('config.set_main_option("sqlalchemy.url", os.getenv("DATABASE_URL", "x"))', "env.py (DATABASE_URL)"),
        ('config.set_main_option("sqlalchemy.url", os.environ.get("DATABASE_URL").replace("%", "%%"))',
         "env.py (DATABASE_URL)"),
        ('url = os.environ["DATABASE_URL"]\nengine = create_engine(url)', "env.py (DATABASE_URL)"),
        ('section = {}\nsection["sqlalchemy.url"] = os.environ["DATABASE_URL"]', "env.py (DATABASE_URL)"),
        ('name = "shop"\ncreate_engine(f"postgresql://u@db/{name}")', "env.py"),
        ('create_engine(f"postgresql+asyncpg://u@{os.environ[\'HOST\']}/shop")', "env.py (HOST)"),
    ],
    ids=["environ", "getenv", "replaced", "engine", "section", "literal", "parts"],
)  # fmt: skip
def test_env_py_sets_the_url(tmp_path: Path, line: str, from_: str) -> None:
    app(tmp_path, ("one",), {"migrations/env.py": env(line)})
    found = project(tmp_path, DATABASE_URL="postgres://u@db/shop", HOST="db")
    assert (shown(found), found.url_from) == ("postgresql+psycopg://u@db/shop", from_)


@pytest.mark.parametrize(
    ("line", "why"),
    [
        ("config.set_main_option('sqlalchemy.url', settings.DATABASE_URL)", "`settings.DATABASE_URL`"),
        ("config.set_main_option('sqlalchemy.url', os.environ['NOT_SET'])", "NOT_SET is not set"),
        ("create_engine(make_url())", "`make_url()`"),
        ("config.set_main_option('sqlalchemy.url', os.getenv('NOT_SET', ''))", "which is empty here"),
    ],
    ids=["settings", "unset", "function", "empty"],
)
def test_a_url_that_only_a_run_knows_is_not_that_of_the_ini(tmp_path: Path, line: str, why: str) -> None:
    app(tmp_path, ("one",), {"migrations/env.py": env(line)})
    found = project(tmp_path)
    assert found.url is None
    assert why in found.missing[0]


def test_an_env_file_is_read_when_env_py_loads_it(tmp_path: Path) -> None:
    line = 'load_dotenv()\ncreate_engine(os.environ["DATABASE_URL"])'
    files = {"migrations/env.py": env(line, "import os\nfrom dotenv import load_dotenv"),
             ".env": f'# x\nexport DATABASE_URL="mysql://u:{SECRET}@db/shop"\n'}  # fmt: skip
    found = project(app(tmp_path, ("one",), files))
    assert shown(found) == "mysql+pymysql://u:s3cr%26t@db/shop"
    assert SECRET not in repr(found)


def test_the_table_and_the_transactions_are_read_from_context_configure(tmp_path: Path) -> None:
    words = 'version_table="shop_version", version_table_schema="ops", transaction_per_migration=True'
    line = f"context.configure(connection=c, {words})"
    found = project(app(tmp_path, ("one",), {"migrations/env.py": env(line)}))
    assert ALEMBIC.ledger_tables(found) == (("ops", "shop_version"),)
    assert found.settings["transaction_per_migration"] == "True"


def test_a_table_that_only_a_run_knows_is_said(tmp_path: Path) -> None:
    line = "context.configure(connection=c, version_table=settings.TABLE)"
    found = project(app(tmp_path, ("one",), {"migrations/env.py": env(line)}))
    assert "env.py: the value of version_table is only known at run time." in found.missing
    files = ALEMBIC.read(found, None, "postgres", "public")
    nowhere = ALEMBIC.track(found, files, Ledger("alembic_version", exists=False), SERVER)
    assert (nowhere.tracked, nowhere.files.health) == ((), Health.NOT_READ)
    assert nowhere.files.reason.startswith("env.py says only at run time what its version_table is")
    assert [t.id for t in ALEMBIC.track(found, files, ledger("one"), SERVER).tracked] == ["one"]


def test_a_broken_ini_is_named_and_never_quoted(tmp_path: Path) -> None:
    app(tmp_path, ("one",), {"alembic.ini": f"[alembic]\nscript_location = x\n{SECRET}\n"})
    with pytest.raises(ProjectFault) as fault:
        ALEMBIC.detect(tmp_path, {})
    assert SECRET not in str(fault.value)


def test_nothing_of_the_project_is_run(tmp_path: Path) -> None:
    touch = f"open({str(tmp_path / 'ran')!r}, 'w').close()\n"
    files = {"migrations/env.py": touch + ENV, "migrations/versions/x.py": touch + revision("x", None, touch.strip())}
    folder = app(tmp_path, (), files)
    assert [s.readable for m in read(folder).migrations for s in m.statements] == [False]
    assert not (tmp_path / "ran").exists()
