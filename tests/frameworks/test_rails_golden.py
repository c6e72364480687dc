"""Every statement that Rails 6.1 was recorded with on real servers, read from the files character for character."""

from __future__ import annotations

import pytest

from console.core.statements import Sent
from console.readers.ruby.compile import compiled
from console.readers.ruby.context import Context
from console.readers.ruby.migration import read_migration
from tests.rails.golden import FILES, recorded


def sent(dialect: str) -> list[Sent]:
    """All files, one after the other, on one database."""
    context = Context(dialect)
    found: list[Sent] = []
    for text in FILES:
        ruby = read_migration(text, context.place)
        context.version = ruby.version
        found += compiled(ruby.up, context)
    return found


@pytest.mark.parametrize(("dialect", "name"), [("postgres", "pg"), ("mariadb", "my")])
def test_all_is_read_as_rails_sent_it(dialect: str, name: str) -> None:
    found = sent(dialect)
    assert [one.unreadable for one in found if one.unreadable] == []
    assert [one.sql for one in found] == recorded(name)


def test_the_recordings_hold_what_they_are_said_to() -> None:
    assert (len(recorded("pg")), len(recorded("my"))) == (68, 49)
