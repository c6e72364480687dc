"""Folders of migrations that several modules of tests begin with."""

from pathlib import Path

import pytest

from tests.frameworks.making import ONE, THREE, TWO, write


@pytest.fixture
def three(tmp_path: Path) -> Path:
    return write(tmp_path, {"sql/V1__x.sql": ONE, "sql/V2__x.sql": TWO, "sql/V3__x.sql": THREE})
