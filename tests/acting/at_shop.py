"""A responder at a small shop on PostgreSQL whose project is Flyway's, and what a second client sees there."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from sqlalchemy.engine import URL

from console import dialects, frameworks
from tests.acting.responder import Responder, responder
from tests.sites import Site, shop
from tests.test_incident import incident_on


@pytest.fixture
def site(tmp_path: Path, database: URL) -> Site:
    """Two orders that are alike."""
    found = shop(tmp_path, database)
    found.run("INSERT INTO orders VALUES (1, 1), (2, 1)")
    return found


@pytest.fixture
def ann(site: Site) -> Iterator[Responder]:
    """Whatever the site is."""
    incident = incident_on(site)
    projects = incident.source.frameworks
    markers = {framework.name: frameworks.marker(framework.name, project) for framework, project in projects}
    renderer = dialects.renderer("postgresql")
    with responder(incident, renderer, lambda: dialects.open_hand("postgresql", site.url), markers) as person:
        yield person
