"""What the README and the pages in docs/ point at is there: files, and headings in them."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parent.parent
PAGES = [ROOT / "README.md", *sorted((ROOT / "docs").rglob("*.md"))]
_LINK = re.compile(r"\]\(([^)#\s]*)(?:#([^)\s]+))?\)")


def anchors(page: Path) -> set[str]:
    """Its headings, as a link calls them."""
    titles = re.findall(r"^#+ (.+)$", page.read_text(encoding="utf-8"), re.MULTILINE)
    return {re.sub(r"[^\w\- ]", "", title.lower()).replace(" ", "-") for title in titles}


def lost(page: Path) -> Iterator[str]:
    """Links that lead nowhere."""
    for name, anchor in _LINK.findall(page.read_text(encoding="utf-8")):
        if name.startswith("http"):
            continue
        there = (page.parent / name) if name else page
        if not there.exists() or (anchor and anchor not in anchors(there)):
            yield f"{name}#{anchor}"


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.relative_to(ROOT).as_posix())
def test_every_link_of_a_page_leads_somewhere(page: Path) -> None:
    assert list(lost(page)) == []


def test_every_page_is_named_on_another() -> None:
    readme = (ROOT / "README.md").read_text(encoding="utf-8")
    named = {name for page in PAGES for name in re.findall(r"[\w-]+\.md", page.read_text(encoding="utf-8"))}
    pages = {page.name for page in (ROOT / "docs").glob("*.md")}
    assert pages <= named
    assert "docs/runbooks/README.md" in readme
