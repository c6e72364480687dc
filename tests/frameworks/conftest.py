"""Folders of migrations that several modules of tests begin with."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from console.core.kept import put_up
from tests.doubting import DoubtingShelf
from tests.frameworks.making import ONE, THREE, TWO, write


@pytest.fixture
def three(tmp_path: Path) -> Path:
    return write(tmp_path, {"sql/V1__x.sql": ONE, "sql/V2__x.sql": TWO, "sql/V3__x.sql": THREE})


@pytest.fixture(autouse=True)
def _kept_as_read() -> Iterator[None]:
    """Whatever any test here reads goes to text and back, and must be the very same."""
    with put_up(DoubtingShelf()):
        yield
