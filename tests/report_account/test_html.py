"""The report as one HTML page: it tells everything, needs nothing, and a browser shows hostile text as text."""

from __future__ import annotations

import re
import select
import socket
import struct
import zlib
from collections.abc import Callable

import pytest

from console.core.journal import Topic
from console.report.account.blocks import utc
from console.report.account.forms import as_html
from console.report.account.page import pages
from tests.report_account.reading import Page
from tests.report_account.stories import SQL, Writing, incident, told
from tests.tools.chromium import Chromium, chromium

ADDRESS = "http://127.0.0.1:{port}/asked"
BAD = (
    "<script>document.title='ran';alert(1)</script>",
    "<img src={address} onerror=alert(1)>",
    "</code></pre><h1>broken out</h1>",
    '<a href="javascript:alert(1)">x</a>',
    "'\" onmouseover=alert(1) x=\"",
    "</td></table><iframe src={address}></iframe>",
    "<svg/onload=alert(1)>",
    "<style>@import url({address})</style>",
    "<meta http-equiv=refresh content='0;url={address}'>",
    "</title><link rel=stylesheet href={address}>",
    "\u202egnirts\u202c", "nul \x00 bell \x07 esc \x1b]0;x\x07", "]]><!-- -->",
    "&lt;script&gt;", "\ud800 half a letter", "\r\n\tlines", "\n\nfirst line", "\ufeff\u200b\u2028\u00ad",
)  # fmt: skip
ALLOWED = {"html", "head", "meta", "title", "style", "body", "h1", "h2", "h3", "p", "ul", "li", "dl", "dt", "dd", "pre",
           "code", "i", "table", "thead", "tbody", "tr", "th", "td"}  # fmt: skip
HUGE = "x" * 1_000_000


def hostile(port: int = 9) -> Writing:
    """An incident whose every text is made to break out of the page."""
    write = Writing()
    for text in (bad.replace("{address}", ADDRESS.format(port=port)) for bad in BAD):
        write("ann", Topic.NOTE, text, reason=text)
        write.did("ann", text, "done", plan=text, evidence=text, session=text, reason=text)
    write.did("ann", f"SELECT '{HUGE}'", "done", plan=HUGE, evidence=HUGE)
    return write


def page_of(write: Writing) -> str:
    """As `--format html` writes it."""
    story = told(write.entries)
    return as_html(f"Incident: {story.incident} </title>", pages(story))


@pytest.mark.parametrize("made", [incident, hostile], ids=["incident", "hostile"])
def test_the_page_alone_tells_who_when_what_and_what_came_of_it(made: Callable[[], Writing]) -> None:
    write = made()
    story = told(write.entries)
    page = Page(page_of(write))
    assert list(page.actions) == [action.entry.n for action in story.actions]
    for action in story.actions:
        found = page.actions[action.entry.n]
        assert (found.sql == action.entry.details["sql"]) is True
        assert found.facts["Who"].startswith(action.who.shown)
        assert found.facts["When"] == utc(action.entry)
        assert found.facts["Outcome"] == action.outcome
        assert found.facts["State before"] == (action.before.words if action.before else "not known")
        assert found.facts["State after"] == (action.after.words if action.after else "not known")
        for n in found.facts["Journal entries"].split(", "):
            assert page.lines[int(n)][0] == n
    assert list(page.lines) == [entry.n for entry in write.entries]


def test_the_page_needs_nothing_else() -> None:
    for write in (incident(), hostile()):
        page = Page(page_of(write))
        assert {tag for tag, _ in page.elements} <= ALLOWED
        names = {name for _, given in page.elements for name in given}
        assert names <= {"lang", "charset", "http-equiv", "content", "name", "id", "class", "title"}


@pytest.fixture(scope="module")
def browser(tmp_path_factory: pytest.TempPathFactory) -> Chromium:
    """The browser."""
    return chromium(tmp_path_factory.mktemp("chromium"))


def test_a_browser_shows_it_and_prints_it(browser: Chromium) -> None:
    path = browser.work / "incident.html"
    path.write_text(page_of(incident()))
    browser.run(path, "--window-size=900,1400", "--screenshot=incident.png")
    width, height, rows = pixels((browser.work / "incident.png").read_bytes())
    assert (width, height) == (900, 1400)
    written = sum(len(set(row)) > 3 for row in rows)
    assert height / 4 < written < height
    browser.run(path, "--print-to-pdf=incident.pdf")
    pdf = (browser.work / "incident.pdf").read_bytes()
    assert pdf.startswith(b"%PDF-")
    assert len(re.findall(rb"/Type\s*/Page\b", pdf)) > 1


def test_hostile_text_stays_text_in_a_browser(browser: Chromium) -> None:
    with socket.create_server(("127.0.0.1", 0)) as listening:
        write = hostile(listening.getsockname()[1])
        path = browser.work / "hostile.html"
        path.write_text(page_of(write))
        dom = browser.run(path, "--dump-dom")
        asked, _, _ = select.select([listening], [], [], 0)
    page = Page(dom)
    assert asked == []
    assert ("<title>Incident: shop on db1 &lt;/title&gt;</title>" in dom) is True
    assert {tag for tag, _ in page.elements} <= ALLOWED
    sent = {action.entry.n: action.sql for action in told(write.entries).actions}
    assert [n for n, found in page.actions.items() if found.sql != sent[n]] == []
    assert list(page.actions) == list(sent)


def test_the_sql_of_a_browser_is_the_sql_that_was_sent(browser: Chromium) -> None:
    path = browser.work / "exact.html"
    path.write_text(page_of(incident()))
    assert Page(browser.run(path, "--dump-dom")).actions[10].sql == SQL


def pixels(png: bytes) -> tuple[int, int, list[bytes]]:
    """Width, height and the rows of a picture as Chromium writes it, still filtered: an empty row is all the same."""
    width, height, depth, kind = struct.unpack(">IIBB", png[16:26])
    data, at = b"", 8
    while at < len(png):
        size, name = struct.unpack(">I4s", png[at : at + 8])
        data += png[at + 8 : at + 8 + size] if name == b"IDAT" else b""
        at += 12 + size
    assert depth == 8
    raw, row = zlib.decompress(data), 1 + width * {2: 3, 6: 4}[kind]
    return width, height, [raw[y * row + 1 : (y + 1) * row] for y in range(height)]
