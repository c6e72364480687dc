"""Where the names of constraints come from that a revision does not name."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from console.frameworks.alembic.conventions import UNREAD
from tests.alembic.making import ENV, app, project

UQ = 'MetaData(naming_convention={"uq": "uq_%(table_name)s"})'
CK = 'MetaData(naming_convention={"ck": "ck_%(constraint_name)s"})'
OTHER = {"tools/report.py": f"metadata = {CK}\n"}
"""Another MetaData in the same folder, with other conventions."""


def found(folder: Path, line: str, named: str, files: dict[str, str]) -> str:
    """What is known in a project whose env.py imports with `line` and names `named`."""
    env = ENV.replace("config = ", f"{line}\ntarget_metadata = {named}\nconfig = ")
    app(folder, files={"migrations/env.py": env.replace("=None)", "=target_metadata)"), **files})
    return project(folder).settings["naming_convention"]


@pytest.mark.parametrize(
    ("line", "named", "files"),
    [
        ("from app.models import Base", "Base.metadata",
         {"app/models.py": f"class Base(DeclarativeBase):\n    metadata = {UQ}\n"}),
        ("from app import models", "models.metadata", {"app/models/__init__.py": f"metadata = {UQ}\n"}),
        ("import app.db as db", "db.metadata", {"src/app/db.py": f"metadata = {UQ}\n"}),
        ("from app import Base", "Base.metadata",
         {"app/__init__.py": "from .models import Base\n", "app/models/__init__.py": "from .base import Base\n",
          "app/models/base.py": f"Base = declarative_base(metadata={UQ})\n"}),
        ("from app.models import Base as B", "B.metadata",
         {"app/models.py": "from app.base import Base\n", "app/base.py": f"Base = declarative_base(metadata={UQ})\n"}),
        ("from app.models.shop import metadata", "metadata",
         {"app/models/shop.py": "from ..base import metadata\n", "app/base.py": f"metadata = {UQ}\n"}),
    ],
    ids=["class", "package", "src", "passed-on", "renamed", "two-up"],
)  # fmt: skip
def test_what_env_py_names_counts_before_what_lies_about(
    tmp_path: Path, line: str, named: str, files: dict[str, str]
) -> None:
    assert json.loads(found(tmp_path, line, named, {**files, **OTHER})) == {"uq": "uq_%(table_name)s"}


def test_one_that_is_made_elsewhere_is_known_only_where_it_is_the_only_one(tmp_path: Path) -> None:
    files = {"app/models.py": "from app.meta import made\nBase = declarative_base(metadata=made())\n",
             "app/meta.py": f"def made():\n    return {UQ}\n"}  # fmt: skip
    one = found(tmp_path / "one", "from app.models import Base", "Base.metadata", files)
    assert json.loads(one) == {"uq": "uq_%(table_name)s"}
    assert found(tmp_path / "two", "from app.models import Base", "Base.metadata", {**files, **OTHER}) == UNREAD


@pytest.mark.parametrize(
    "made",
    [
        "MetaData(naming_convention=names())",
        "MetaData(naming_convention=NAMES)",
        f"merged({UQ}, {CK})",
        f"merged({UQ}, MetaData())",
        "MetaData(**options)",
        "(((",
        "[" * 500,
    ],
    ids=["call", "unknown", "two", "one-without", "options", "broken", "deep"],
)
def test_what_is_no_literal_is_not_known(tmp_path: Path, made: str) -> None:
    text = f"from x import NAMES\nmetadata = {made}\n"
    assert found(tmp_path, "from app.db import metadata", "metadata", {"app/db.py": text}) == UNREAD


def test_of_several_in_one_file_the_named_one_counts(tmp_path: Path) -> None:
    names = "NAMES = {'uq': 'uq_%(table_name)s'}\nbase = MetaData(naming_convention=NAMES)\n"
    text = f"{names}other = {CK}\nbare = MetaData()\n"
    files = {"app/db.py": text + "class Base(DeclarativeBase):\n    metadata = base\n"}
    named = found(tmp_path / "one", "from app.db import Base", "Base.metadata", files)
    assert json.loads(named) == {"uq": "uq_%(table_name)s"}
    assert found(tmp_path / "two", "from app import db", "db.bare", files) == ""


@pytest.mark.parametrize(
    "made", ["class Base(DeclarativeBase):\n    pass\n", "Base = declarative_base()\n"], ids=["class", "call"]
)
def test_a_base_that_was_given_nothing_has_no_conventions(tmp_path: Path, made: str) -> None:
    files = {"app/models.py": made, **OTHER}
    assert found(tmp_path, "from app.models import Base", "Base.metadata", files) == ""


def test_files_that_import_each_other_end(tmp_path: Path) -> None:
    files = {"a.py": "from b import m\n", "b.py": "from a import m\n"}
    assert found(tmp_path, "from a import m", "m", files) == ""
