"""What counts as DDL when the holders of metadata locks are guessed: whatever stands before its first word."""

from __future__ import annotations

import pytest

from console.dialects.mysql.lock_reader import Running


@pytest.mark.parametrize(
    ("statement", "ddl"),
    [
        ("-- add carrier\nALTER TABLE orders ADD c int", True),
        ("# why\nlock tables orders write", True),
        ("/*!50003 ALTER TABLE orders ADD c int */", True),
        ("SET STATEMENT lock_wait_timeout=5 FOR ALTER TABLE orders ADD c int", True),
        ("SET lock_wait_timeout=5", False),
        ("SELECT 'ALTER TABLE orders'", False),
        ("-- ALTER TABLE orders\nSELECT 1", False),
        ("", False),
    ],
    ids=str,
)
def test_a_statement_is_ddl_behind_remarks_and_settings(statement: str, ddl: bool) -> None:
    assert Running("1", "shop", "", 0.0, statement).is_ddl is ddl
