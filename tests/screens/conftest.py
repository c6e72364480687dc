"""Goldens are called by the name that is in the list of pictures, so that the README can link them."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from pytest_textual_snapshot import SVGImageExtension
from syrupy.location import PyTestLocation

from screens.role import Role, be


def _name(cls: type[SVGImageExtension], *, test_location: PyTestLocation, index: object = 0) -> str:
    return test_location.snapshot_name.partition("[")[2].rstrip("]") or test_location.snapshot_name


SVGImageExtension.get_snapshot_name = classmethod(_name)


@pytest.fixture
def responding() -> Iterator[None]:
    """This process is a responder's."""
    be(Role.RESPONDER)
    yield
    be(Role.READER)
