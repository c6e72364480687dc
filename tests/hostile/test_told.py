"""What strangers put into a URL, a configuration and a database, as it is told: on every page, in every report."""

from __future__ import annotations

import json
import unicodedata
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from threading import Thread

import pytest
from hypothesis import given
from hypothesis import strategies as st

from console.core.assessment import Assessment
from console.core.faults import Fault, UsageFault
from console.incident import Incident
from console.report import as_json, as_text
from console.report.prometheus import as_metrics
from console.store.config import load
from console.wiring import Options, find, parse_url, shown, source
from screens.text import width_of
from tests.dialects.contract import Site
from tests.faults.stands import FEW
from tests.hostile.test_names import NAMES, made
from tests.screens.test_pages import every_page
from tests.waiting import eventually

SECRET = "hush-Hush"
_WORDS = "postgresql mysql mariadb sqlite :// : @ / ? & = % %zz [ ] ::1 ../.. host= options=-c".split()
_PARTS = st.one_of(st.text(max_size=12), st.sampled_from([*_WORDS, "9" * 400, "\x00", "\x1b[2J", "\u202e", "\n"]))


@given(st.lists(_PARTS, max_size=8))
def test_a_url_is_one_or_one_sentence_and_never_tells_a_password(parts: list[str]) -> None:
    for text in ("".join(parts), f"postgresql://me:{SECRET}@" + "".join(parts)):
        try:
            told = shown(parse_url(text))
        except UsageFault as fault:
            told = str(fault)
        assert SECRET not in told


@given(st.lists(_PARTS, max_size=6))
def test_what_is_found_by_a_url_is_a_place_or_one_sentence(parts: list[str]) -> None:
    try:
        found = find(Options(url=f"mysql://me:{SECRET}@" + "".join(parts), project="/nowhere-at-all"), {})
        told = repr(found.options.project)
    except Fault as fault:
        told = str(fault)
    assert SECRET not in told


_KEYS = st.sampled_from([*"url project framework schema contacts ignore production [ [[ignore]]".split(), "\x00"])
_VALUES = st.one_of(st.text(max_size=20), st.integers(), st.booleans(), st.lists(st.text(max_size=5), max_size=3))


@given(st.lists(st.tuples(_KEYS, _VALUES), max_size=5), st.binary(max_size=20))
def test_a_configuration_is_read_or_refused_in_a_sentence(pairs: list[tuple[str, object]], junk: bytes) -> None:
    lines = [f"{key} = {json.dumps(value)}" for key, value in pairs]
    path = Path("/dev/shm" if Path("/dev/shm").is_dir() else "/tmp") / f"halfway-hostile-{id(pairs)}.toml"  # noqa: S108 - many times a second
    try:
        for text in ("\n".join(lines).encode(errors="replace"), "\n".join(lines).encode(errors="replace") + junk):
            path.write_bytes(text)
            try:
                load(str(path), {})
            except UsageFault as fault:
                assert str(fault)  # noqa: PT017 - either is an answer
    finally:
        path.unlink()


def hurts(char: str) -> bool:
    """A terminal would obey it, or show the rest in another order."""
    return unicodedata.category(char) in ("Cc", "Cf", "Cs", "Zl", "Zp") and char != "\n"


LONG = "x" * 1_000_000


@pytest.fixture
def told(site: Site, tmp_path: Path) -> Iterator[Assessment]:
    """As it is seen of a database full of hostile names, with a session that runs a megabyte of text."""
    for name in NAMES:
        for statement in made(site, name)[:2]:
            site.admin.ask(statement)
    waits = "pg_sleep(60)" if site.kind.startswith("pg") else "sleep(60)"
    loud = site.connect()
    loud.start(f"SELECT {waits} /* \x1b]0;owned\x07 \u202e [bold] </pre><script> {LONG} */")
    options = Options(url=site.url.render_as_string(hide_password=False), project=str(tmp_path))
    incident = Incident(source(find(options, {})))
    try:
        eventually(lambda: runs_it(site))
        yield incident.observe()
    finally:
        incident.stop()
        Thread(target=loud.join, daemon=True).start()


def runs_it(site: Site) -> bool:
    table = (
        "pg_stat_activity WHERE query" if site.kind.startswith("pg") else "information_schema.processlist WHERE info"
    )
    return len(site.admin.ask(f"SELECT 1 FROM {table} LIKE '%owned%'")) > 1  # this one, and the one that is meant


@pytest.mark.parametrize("contract_server", FEW, indirect=True)
def test_a_hostile_database_is_told_on_every_page_and_in_every_report(told: Assessment) -> None:
    assert told.observation.schema.value is not None
    names = {thing.ref.name for thing in told.observation.schema.value.things}
    assert set(NAMES) <= names
    sessions = told.observation.sessions.value or ()
    assert any("owned" in session.query for session in sessions)
    for width in (60, 80, 200):
        for line in every_page(told, width):
            assert width_of(line.text) <= width
            assert not any(map(hurts, line.text)), line.text
    assert not any(map(hurts, as_text(told)))
    assert json.loads(as_json(told))["halfway"] == 1
    assert as_json(told, ascii_only=True).isascii()
    assert not any(map(hurts, as_metrics(told, {"database": NAMES[0]}, datetime.now(UTC))))
    assert max(len(line) for line in as_text(told).splitlines()) < 4_000
