"""Keeps secrets out of what is written and shown: those that are known, and whatever is written like one.

What is known comes from the database URL and the environment. The rest is found by how SQL and connection strings are
written (PASSWORD '...', IDENTIFIED BY '...', ://user:...@); there one character too many is hidden rather than one too
few: of such a statement the journal does not keep the exact text.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Mapping
from typing import TYPE_CHECKING
from urllib.parse import quote, quote_plus, unquote, unquote_plus

if TYPE_CHECKING:
    from sqlalchemy.engine import URL

HIDDEN = "***"
_LITERAL = (
    r"(?:(?:[ENXB]|U&)?'(?:[^'\\]|''|\\(?:.|\Z))*+(?:'|\Z)"
    r"|\"(?:[^\"\\]|\"\"|\\(?:.|\Z))*+(?:\"|\Z)"
    r"|\$(?P<tag>\w{0,60})\$.*?(?:\$(?P=tag)\$|\Z)"
    r"|0x[0-9a-f]+)"
)
"""A text in SQL, in any server's way; one that does not end goes on to the end."""
_S = r"\s{0,20}"
_KEY = r"(?:password|passwd|passphrase|secret|token|api_?key|access_?key|pwd)\w{0,30}"
_CALL = rf"(?:(?:old_)?password{_S})?\(?{_S}"
_SIGN = (
    rf"(?:\\?['\"`\]]{{1,2}}+{_S}(?:=>|:=|=|:){_S}\\?"
    rf"|'{_S},{_S}(?=')"
    rf"|(?:\s{{1,20}}(?:=>|:=|=|:)?|=>|:=|=|:|(?=\()){_S}{_CALL}"
    rf"|(?!['\"]\s*[,)\]]|\"))"
)
"""What stands between a key and its value: a quoted key and its sign, two texts in a list, a plain key, nothing."""
_PLUGIN = r"(?:[\w\s]|'\w{0,60}'\s|\"\w{0,60}\"\s){0,200}?"
_RULES = (
    (r"(-----BEGIN [A-Z ]{0,40}PRIVATE KEY-----).*?(?:-----END [A-Z ]{0,40}PRIVATE KEY-----|\Z)", rf"\1{HIDDEN}"),
    (r"(://[^\s:/@'\"]{0,200}:)[^\s'\"]{1,1000}@", rf"\1{HIDDEN}@"),
    (rf"(\bset\s+password\s+for\s[^=]{{1,200}}={_S}(?:password{_S}\()?{_S}){_LITERAL}", rf"\1'{HIDDEN}'"),
    (rf"(\bidentified\s{_PLUGIN}\b(?:by|as|using){_S}(?:password{_S}\(?)?{_S}){_LITERAL}", rf"\1'{HIDDEN}'"),
    (rf"('{re.escape(HIDDEN)}'\s+replace\s+){_LITERAL}", rf"\1'{HIDDEN}'"),
    (rf"({_KEY}{_SIGN}){_LITERAL}", rf"\1'{HIDDEN}'"),
    (rf"({_KEY}=)(?!null\b|default\b|[$:?'\"*])[^\s'\",;)&]+", rf"\1{HIDDEN}"),
)
_WRITTEN = tuple((re.compile(pattern, re.IGNORECASE | re.DOTALL), with_) for pattern, with_ in _RULES)
_ALWAYS = frozenset({"PGPASSWORD", "MYSQL_PWD", "DB_PASSWORD", "FLYWAY_PASSWORD", "SPRING_DATASOURCE_PASSWORD"})
_SECRET_NAME = re.compile(r"PASSWORD|PASSWD|PASSPHRASE|_PWD$|SECRET|TOKEN|API_?KEY|ACCESS_?KEY|PRIVATE_?KEY")
_NO_SECRET_NAME = re.compile(r"_(FILE|PATH|DIR|URL|HOST|NAME|USER)$")
_IN_URL = re.compile(r"://[^\s:/@]*:(\S+)@")


def mask(text: str, secrets: Iterable[str] = ()) -> str:
    """The text with every known secret, and everything that is written like one, as `***`."""
    for spelling in _spellings(secrets):
        if len(spelling) > 3:
            text = text.replace(spelling, HIDDEN)
        else:
            text = re.sub(rf"(?<!\w){re.escape(spelling)}(?!\w)", HIDDEN, text)
    for pattern, with_ in _WRITTEN:
        text = pattern.sub(with_, text)
    return text


def known_secrets(environ: Mapping[str, str], url: URL | None = None) -> frozenset[str]:
    """What may never be written down: the URL's password and what the environment calls one."""
    found = {str(url.password)} if url is not None and url.password else set()
    if url is not None:
        found |= {str(value) for name, value in url.query.items() if _SECRET_NAME.search(name.upper())}
    for name, value in environ.items():
        found.update(_of_variable(name.upper(), value))
    return frozenset(secret for secret in found if secret)


def _of_variable(name: str, value: str) -> Iterable[str]:
    # A shorter one is more often a setting (PASSWORD_MIN_LENGTH=12): hidden everywhere it would spoil the account.
    called_so = _SECRET_NAME.search(name) and not _NO_SECRET_NAME.search(name) and len(value) >= 8
    if name in _ALWAYS or called_so:
        yield value
    for password in _IN_URL.findall(value):
        yield from (password, unquote(password), unquote_plus(password))


def _spellings(secrets: Iterable[str]) -> list[str]:
    """How secrets may stand in SQL, URLs and JSON, the longest first."""
    ways: set[str] = set()
    for secret in secrets:
        escaped = secret.replace("\\", "\\\\")
        plain = secret.encode("utf-8", "replace")
        ways |= {secret, secret.replace("'", "''"), secret.replace('"', '""'), escaped, escaped.replace("'", "\\'"),
                 escaped.replace("'", "''"), escaped.replace('"', '\\"'), quote(plain, safe=""), quote(plain),
                 quote(plain, safe="").lower(), quote_plus(plain), json.dumps(secret)[1:-1],
                 json.dumps(secret, ensure_ascii=False)[1:-1]}  # fmt: skip
    return sorted((way for way in ways if way), key=lambda way: (-len(way), way))
