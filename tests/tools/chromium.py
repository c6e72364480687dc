"""Chromium without a window, out of Debian's package: for pages a browser has to show. It reaches this machine only."""

from __future__ import annotations

import os
import subprocess
from dataclasses import dataclass
from pathlib import Path

import pytest

from tests.tools.debian import DebianError, Unpacked, Wanted, unpacked

_WANTED = Wanted("bookworm", ("chromium-headless-shell", "fonts-dejavu-core"))
_FONTS = "<fontconfig><dir>{fonts}</dir><cachedir>{cache}</cachedir></fontconfig>"
_SWITCHES = (
    "--headless",
    "--no-sandbox",
    "--disable-gpu",
    "--hide-scrollbars",
    "--host-resolver-rules=MAP * ~NOTFOUND, EXCLUDE 127.0.0.1",
)


@dataclass(frozen=True)
class Chromium:
    """The browser, and a folder for what it writes."""

    root: Unpacked
    work: Path

    def run(self, page: Path, *switches: str, folder: str = "profile") -> str:
        """What it prints of a page in a file."""
        done = subprocess.run(self.line(page, *switches, folder=folder), env=self.environ, cwd=self.work,
                              capture_output=True, check=True, timeout=60)  # fmt: skip
        return done.stdout.decode()

    def line(self, page: Path, *switches: str, folder: str = "profile") -> tuple[str, ...]:
        """How it is called. It starts itself anew, so the machine's own loader runs it."""
        program = str(self.root.find("usr/lib/chromium/chromium-headless-shell"))
        return (program, *_SWITCHES, f"--user-data-dir={self.work / folder}", *switches, page.as_uri())

    @property
    def environ(self) -> dict[str, str]:
        """Its own libraries and fonts, and nothing of the machine's."""
        libraries = self.root.find("usr/lib/*/libnss3.so").parent
        folders = (libraries, self.root.root / "lib" / libraries.name, libraries / "pulseaudio")
        fonts = self.work / "fonts.conf"
        fonts.write_text(_FONTS.format(fonts=self.root.root / "usr/share/fonts", cache=self.work / "fonts"))
        return {"PATH": os.environ["PATH"], "HOME": str(self.work), "FONTCONFIG_FILE": str(fonts),
                "LD_LIBRARY_PATH": ":".join(map(str, folders))}  # fmt: skip


def chromium(work: Path) -> Chromium:
    """The browser; a test whose browser cannot be had fails with one sentence."""
    try:
        return Chromium(unpacked(_WANTED), work)
    except DebianError as error:
        pytest.fail(str(error), pytrace=False)
