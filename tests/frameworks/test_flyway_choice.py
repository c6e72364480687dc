"""Which project is meant, and what a lone file says of the others."""

from __future__ import annotations

from pathlib import Path

import pytest

from console.core.faults import ProjectFault
from console.core.ports import Project
from console.frameworks import load


def _project(folder: Path) -> None:
    (folder / "sql").mkdir(parents=True)
    (folder / "flyway.conf").write_text("flyway.url=jdbc:postgresql://h/db\n")
    (folder / "sql" / "V1__a.sql").write_text("create table a (id int);")


def test_one_project_below_is_found_and_of_several_one_must_be_named(tmp_path: Path) -> None:
    _project(tmp_path / "shop")
    found = load("flyway").detect(tmp_path, {})
    assert found is not None
    assert found.folder == str(tmp_path / "shop")
    _project(tmp_path / "billing")
    with pytest.raises(ProjectFault, match="several Flyway projects") as caught:
        load("flyway").detect(tmp_path, {})
    assert "--project" in str(caught.value)
    named = load("flyway").detect(tmp_path / "billing", {})
    assert named is not None


def test_a_lone_file_says_nothing_of_other_migrations(tmp_path: Path) -> None:
    _project(tmp_path)
    flyway = load("flyway")
    files = flyway.read(Project("flyway", str(tmp_path)), str(tmp_path / "sql" / "V1__a.sql"), "postgres", "public")
    assert len(files.migrations) == 1
    assert "only one file" in files.unread
    whole = flyway.read(Project("flyway", str(tmp_path)), str(tmp_path / "sql"), "postgres", "public")
    assert not whole.unread
