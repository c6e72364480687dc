"""What a new kind of server is asked first holds for the kinds that are written."""

from __future__ import annotations

import pytest

from console.core.ports import Link
from tests.dialects.contract import Site
from tests.dialects.ports import PortsContract, PortsWritten


@pytest.mark.parametrize("contract_server", ["sqlite", "pg16"], indirect=True)
class TestPorts(PortsContract, PortsWritten):
    """A file, and a server."""

    @pytest.fixture
    def link(self, site: Site) -> Link:
        return site.link()

    @pytest.fixture
    def home(self, link: Link) -> str:
        return link.server().home
