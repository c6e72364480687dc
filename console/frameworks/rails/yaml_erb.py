"""`config/database.yml`: YAML with the few tags of ERB that can be told without Ruby, all of them about variables."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

from console.core.faults import ProjectFault

UNKNOWN = "\N{REPLACEMENT CHARACTER}unknown\N{REPLACEMENT CHARACTER}"
"""Stands for what only Ruby could tell."""

_TAG = re.compile(r"<%(=?)-?\s*(.*?)\s*-?%>", re.DOTALL)
_TEXT = r"""(?:"([^"#]*)"|'([^']*)')"""
_NAME = r"""["']([A-Za-z_][A-Za-z0-9_]*)["']"""
_BARE = re.compile(rf"ENV\[\s*{_NAME}\s*\]")
_OR = re.compile(rf"ENV\[\s*{_NAME}\s*\]\s*\|\|\s*(?:{_TEXT}|(\d+))")
_PRESENCE = re.compile(rf"ENV\[\s*{_NAME}\s*\]\.presence\s*\|\|\s*(?:{_TEXT}|(\d+))")
_FETCH = re.compile(rf"ENV\.fetch\(?\s*{_NAME}\s*(?:,\s*(?:{_TEXT}|(\d+)|(nil)))?\s*\)?")
_BLOCK = re.compile(rf"ENV\.fetch\(?\s*{_NAME}\s*\)?\s*\{{\s*(?:{_TEXT}|(\d+))\s*\}}")
_CHAINED = re.compile(rf"ENV\.fetch\(?\s*{_NAME}\s*\)?\s*\{{\s*(ENV.+)\}}", re.DOTALL)


def rendered(text: str, environ: Mapping[str, str]) -> str:
    """The YAML without its tags."""
    return _TAG.sub(lambda tag: _value(tag[2], environ) if tag[1] else _silent(tag[2]), text)


def _silent(code: str) -> str:
    """A comment says nothing; any other code could do anything."""
    return "" if code.startswith("#") else UNKNOWN


def _value(code: str, environ: Mapping[str, str]) -> str:
    for pattern in (_BARE, _OR, _PRESENCE, _FETCH, _BLOCK):
        found = pattern.fullmatch(code)
        if found is not None:
            given = environ.get(found[1], "" if pattern is _BARE else None)
            if given is None or (pattern is _PRESENCE and not given):
                return _default(found)
            return given
    chained = _CHAINED.fullmatch(code)
    if chained is not None:
        return environ[chained[1]] if chained[1] in environ else _value(chained[2].strip(), environ)
    return UNKNOWN


def _default(found: re.Match[str]) -> str:
    given = [text for text in found.groups()[1:] if text is not None]
    if found.re is _FETCH and not given:
        return UNKNOWN
    return "" if given == ["nil"] else given[0] if given else ""


def databases(text: str, environ: Mapping[str, str], env: str, path: str) -> dict[str, dict[str, Any]]:
    """The databases of one environment by name; a single one is called `primary`."""
    import yaml

    try:
        found = yaml.safe_load(rendered(text, environ))
    except yaml.YAMLError as error:
        mark = getattr(error, "problem_mark", None)
        where = f"line {mark.line + 1}" if mark is not None else "it is not YAML"
        raise ProjectFault(f"{path} cannot be read", where) from None
    section = found.get(env) if isinstance(found, dict) else None
    if not isinstance(section, dict):
        return {}
    if section and all(isinstance(value, dict) for value in section.values()):
        return {str(name): value for name, value in section.items()}
    return {"primary": section}
