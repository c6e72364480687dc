"""Which server is no scratch server although it has another number: what is done there is done on the incident's."""

from __future__ import annotations

from dataclasses import replace

import pytest

from console.core.observation import Server
from console.core.restore.ground import one_server
from console.core.shadow import is_one_group
from console.dialects.mysql.server import Nature, notes
from tests.builders import SERVER


def _mysql(variable: str = "", *, replica: bool = False) -> Server:
    nature = Nature({variable: "ON"} if variable else {}, proxied=False, limited=True, replica=replica)
    return replace(SERVER, dialect="mysql", replica=replica, notes=tuple(notes(nature, "mysql", 90700)))


GALERA, GROUP, ALONE = _mysql("wsrep_on"), _mysql("group_replication_group_name"), _mysql()


@pytest.mark.parametrize(
    ("scratch", "incident", "one"),
    [
        (GALERA, GALERA, True),
        (GROUP, GROUP, True),
        (ALONE, GALERA, False),
        (GALERA, ALONE, False),
        (ALONE, ALONE, False),
        (ALONE, _mysql(replica=True), True),
        (SERVER, replace(SERVER, replica=True), False),
    ],
    ids=["galera", "group", "only the incident", "only the scratch", "alone", "a replica", "a replica of PostgreSQL"],
)
def test_a_node_or_the_primary_of_the_incident_is_no_scratch_server(
    scratch: Server, incident: Server, *, one: bool
) -> None:
    assert is_one_group(scratch, incident) is one
    assert one_server(replace(scratch, identity="a 1"), replace(incident, identity="b 2")) is one
