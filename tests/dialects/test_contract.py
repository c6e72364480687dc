"""What every link promises, on every server: one text for all of them.

What a server is told in its own words stands in contract_words.py; what only one of them can do is tested beside it.
"""

from __future__ import annotations

from dataclasses import replace

import pytest

from console import dialects
from console.core.faults import NotPermittedFault, NotSupportedFault
from console.readers.sources.disk import Door, room_of
from tests.dialects.contract import KINDS, SERVED, Site, answer
from tests.dialects.panels import PANELS
from tests.waiting import eventually

ON_SERVERS = pytest.mark.parametrize("contract_server", SERVED, indirect=True)


def test_every_kind_of_server_is_held_to_this() -> None:
    assert {"postgresql" if kind.startswith("pg") else kind for kind in KINDS} == set(dialects.names())


def test_two_links_meet_the_same_server(site: Site) -> None:
    first, second = site.link().server(), site.link("locks").server()
    assert first.identity == second.identity != ""
    assert first.now is not None
    assert first.now.utcoffset() is not None
    assert replace(first, now=None) == replace(second, now=None)


@ON_SERVERS
def test_the_server_says_who_we_are_there(site: Site) -> None:
    server = site.link().server()
    assert (server.name, server.user) == (site.url.database, site.url.username)
    assert len(server.identity.split()) == 2, "which files, and since when it runs"


@ON_SERVERS
def test_every_right_that_is_missing_is_given_by_its_grant(site: Site) -> None:
    low = site.user()
    for _ in range(2):  # some GRANTs only work for who may connect
        fault = answer(lambda: site.link(url=low))
        if isinstance(fault, NotPermittedFault):
            site.admin.ask(fault.grant)
    missing = [right for right in site.link(url=low).rights() if not right.held]
    assert missing
    for right in missing:
        assert right.without.endswith(".")
        site.admin.ask(right.grant)
    assert [right.name for right in site.link(url=low).rights() if not right.held] == []


def test_each_kind_of_ddl_changes_the_fingerprint_even_within_one_second(site: Site) -> None:
    for statement in site.words.makes:
        site.admin.ask(statement)
    link, missed = site.link(), []
    assert len(site.words.changes) >= (18 if site.kind == "sqlite" else 30)
    for change in site.words.changes:
        before = link.fingerprint()
        site.admin.ask(change)
        missed += [change] if link.fingerprint() == before else []
    assert missed == []


def test_what_changes_no_schema_leaves_fingerprint_and_schema_alone(site: Site) -> None:
    link = site.link()
    before, schema = link.fingerprint(), link.schema()
    for statement in site.words.leaves:
        site.admin.ask(statement)
        eventually(lambda: link.fingerprint() == before)
    assert link.schema() == schema
    assert site.link("locks").schema() == schema


def test_each_change_is_seen_by_the_next_reading(site: Site) -> None:
    for statement in site.words.makes:
        site.admin.ask(statement)
    link = site.link()
    seen = [link.schema()]
    for change in site.words.changes:
        site.admin.ask(change)
        seen.append(link.schema())
    assert [change for change, a, b in zip(site.words.changes, seen, seen[1:], strict=False) if a == b] == []
    assert site.link().schema() == seen[-1]


def test_names_come_back_as_they_are(site: Site) -> None:
    link = site.link()
    home = link.server().home
    for name in site.words.names:
        quoted = site.quoted(name)
        site.admin.ask(f"CREATE TABLE {quoted} (id INT, {quoted} INT)")
        site.admin.ask(f"INSERT INTO {quoted} VALUES (1, 2)")
    schema = link.schema()
    for name in site.words.names:
        assert schema.get(site.table(home, name)), name
        assert schema.get(site.column(home, name, name)), name
        assert (link.rows(home, name).columns, link.rows(home, name).rows) == (("id", name), (("1", "2"),))
        assert link.tables_named(name) == (home,), name


def test_bytes_that_are_no_text_are_shown_all_the_same(site: Site) -> None:
    for statement in site.words.bytes:
        site.admin.ask(statement)
    link = site.link()
    ((first, *_),) = link.rows(link.server().home, "raw").rows
    assert first in {"\\xffA", "\\xff41", "\N{REPLACEMENT CHARACTER}A"}


@ON_SERVERS
def test_a_server_that_takes_no_writes_is_read_like_any_other(site: Site) -> None:
    before = site.link().schema()
    site.admin.ask(site.words.read_only[0].format(site.url.database))
    try:
        link = site.link()
        assert link.server().read_only is True
        assert link.schema() == before
        for panel, ask in PANELS.items():
            ask(link, link.server().home), panel
    finally:
        site.admin.ask(site.words.read_only[1].format(site.url.database))
    assert site.link().server().read_only is False


@ON_SERVERS
def test_where_its_data_lies_is_told_while_a_table_is_locked(site: Site) -> None:
    postgres = site.url.drivername == "postgresql"
    site.admin.ask("ANALYZE t" if postgres else "ANALYZE TABLE t")
    holder, link = site.connect(), site.link()
    for sql in ("BEGIN", "LOCK TABLE t") if postgres else ("LOCK TABLES t WRITE",):
        holder.ask(sql)
    storage = link.storage((("", "t"), ("", "gone")))
    assert [name[1] for name, size in storage.sizes if 8192 <= size < 2**20] == ["t"]
    room = room_of(storage, Door.LOOPBACK)
    assert (room.free is not None, room.unseen) == (True, "")
    assert link.server().identity.startswith(storage.identity.partition(" ")[0])


@ON_SERVERS
@pytest.mark.parametrize("panel", PANELS)
def test_who_has_few_rights_gets_an_answer_or_a_fault_with_the_grant_that_mends_it(site: Site, panel: str) -> None:
    low = site.user(f"GRANT {'CONNECT ON DATABASE' if site.kind.startswith('pg') else 'SHOW VIEW ON'} "
                    f"{site.url.database}{'' if site.kind.startswith('pg') else '.*'} TO {{}}")  # fmt: skip
    for _ in range(3):
        link = site.link(url=low)
        found = answer(lambda link=link: PANELS[panel](link, link.server().home))  # type: ignore[misc]
        if not isinstance(found, NotPermittedFault):
            break
        assert found.grant, found
        site.admin.ask(found.grant)
    assert not isinstance(found, NotPermittedFault), found


@pytest.mark.parametrize("contract_server", sorted(set(KINDS) - set(SERVED)), indirect=True)
@pytest.mark.parametrize("panel", ["sessions", "locks", "progress"])
def test_what_such_a_server_cannot_tell_is_not_supported_and_not_empty(site: Site, panel: str) -> None:
    assert isinstance(answer(lambda: PANELS[panel](site.link(), "main")), NotSupportedFault)
