"""What a dump in SQL says of itself in its first and last lines."""

from __future__ import annotations

import re
from dataclasses import replace
from datetime import datetime

from console.core.recover.given import Known
from console.core.restore.found import Form, Found
from console.store.backups.stream import Scan

_NAMES = {Form.POSTGRES: "pg_dump", Form.MYSQL: "mysqldump"}
_FORMS = (
    (Form.POSTGRES, re.compile(r"^-- PostgreSQL database (?:cluster )?dump\b", re.MULTILINE)),
    (Form.MYSQL, re.compile(r"^-- (?:MySQL|MariaDB) dump\b", re.MULTILINE)),
)
_POSTGRES = re.compile(r"^-- Dumped from database version (\S+)", re.MULTILINE)
_MYSQL = re.compile(r"^-- Server version\s+(\S+)", re.MULTILINE)
_DATABASE = {
    Form.POSTGRES: re.compile(r"^\\connect (?:-reuse-previous=\w+ )?\"?([^\"\s]+)\"?\s*$", re.MULTILINE),
    Form.MYSQL: re.compile(r"^-- Host: .*?Database: (\S+)\s*$", re.MULTILINE),
}
_ENDED = re.compile(r"^-- Dump completed(?: on (\d{4}-\d\d-\d\d {1,2}\d{1,2}:\d\d:\d\d))?\s*$", re.MULTILINE)
_COMPLETE = re.compile(r"^-- PostgreSQL database (?:cluster )?dump complete\s*$", re.MULTILINE)
_AFTER = re.compile(r"(?:\s|--[^\n]*(?:\n|$)|\\unrestrict [^\n]*(?:\n|$))*")
"""What may stand behind the last line."""


def of_text(found: Found, scan: Scan) -> Found | None:
    """What is known of a file whose first and last bytes are these; None: it is no dump of these programs."""
    head = scan.head.decode("utf-8", "replace")
    form = next((form for form, mark in _FORMS if mark.search(head[:4096])), None)
    if form is None:
        return None
    version = (_POSTGRES if form is Form.POSTGRES else _MYSQL).search(head)
    named = _DATABASE[form].search(head)
    server = "postgresql" if form is Form.POSTGRES else "mariadb" if "MariaDB" in head[:4096] else "mysql"
    return _ended(replace(
        found, form=form, server=server, version=version[1] if version else "", database=named[1] if named else "",
        unpacked=scan.size,
    ), scan)  # fmt: skip


def _ended(found: Found, scan: Scan) -> Found:
    """With whether its last line is there, and the time in it."""
    if scan.whole is not Known.YES:
        return replace(found, whole=scan.whole, why=scan.why)
    tail = scan.tail.decode("utf-8", "replace")
    ends = list((_COMPLETE if found.form is Form.POSTGRES else _ENDED).finditer(tail))
    if ends and _AFTER.fullmatch(tail, ends[-1].end()):
        return replace(found, whole=Known.YES, said=_moment(ends[-1]), said_end=found.form is Form.MYSQL)
    name = _NAMES[found.form]
    return replace(found, whole=Known.NO, why=f"its last line is not the one that {name} ends with")


def _moment(end: re.Match[str]) -> datetime | None:
    text = end[1] if end.re.groups else None
    try:
        return datetime.strptime(" ".join(text.split()), "%Y-%m-%d %H:%M:%S") if text else None  # noqa: DTZ007 - no zone
    except ValueError:
        return None
