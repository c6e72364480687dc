"""Who Sqitch says that recorded a change, as far as environment and settings tell: the system is not asked."""

from __future__ import annotations

import re
from collections.abc import Mapping
from pathlib import Path

from console.frameworks.sqitch.layout import CONFIG, config_of

NAME, EMAIL = "user.name", "user.email"
_ODD = re.compile(r'[#;"\\\x00-\x1f<>]')
"""Where a setting is written in another way than plainly."""


def person_of(folder: Path, project: Mapping[str, str], environ: Mapping[str, str]) -> dict[str, str]:
    """`user.name` and `user.email`, those that are known; `project`: what its own sqitch.conf says."""
    if environ.get("SQITCH_CONFIG"):
        return {}
    told = {**_settings(environ), **project}
    found = {
        key: environ.get(f"SQITCH_{name}") or told.get(key) or environ.get(f"SQITCH_ORIG_{name}") or ""
        for key, name in ((NAME, "FULLNAME"), (EMAIL, "EMAIL"))
    }
    return {key: text for key, text in found.items() if text and not _ODD.search(text)}


def _settings(environ: Mapping[str, str]) -> dict[str, str]:
    """The system's and the user's, the user's above."""
    home = environ.get("HOME", "")
    places = (
        environ.get("SQITCH_SYSTEM_CONFIG") or f"/etc/sqitch/{CONFIG}",
        environ.get("SQITCH_USER_CONFIG") or (f"{home}/.sqitch/{CONFIG}" if home else ""),
    )
    named = (Path(place) for place in places if place.endswith(f"/{CONFIG}"))
    return {key: text for place in named for key, text in config_of(place.parent).items()}
