"""Rows of a backup are read so many at a time that any length of them fits."""

from __future__ import annotations

import re

import pytest

from console.core.observation import Server
from console.core.row_values import Shape
from console.core.schema import Column, Schema, column_ref
from console.dialects.comparing import _BOUNDED, _PAGE_BYTES, PAGE, Side, _pages

SERVER = Server("postgresql", "16.4", 160004, "shop", "db1", "ann")
SHAPE = Shape("public", "orders", ("id",), ("id", "note"))


class Wire:
    """Gives rows of one length, and keeps how many were asked for."""

    def __init__(self, length: int, most: int) -> None:
        self.length, self.left = length, most
        self.asked: list[int] = []

    def read(self, sql: str) -> list[tuple[str, str]]:
        limit = re.search(r"LIMIT (\d+)", sql)
        assert limit is not None
        self.asked.append(int(limit[1]))
        count = min(self.asked[-1], self.left)
        self.left -= count
        return [("'1'", f"'{'x' * self.length}'")] * count


def asked(type_: str, length: int, most: int) -> list[int]:
    types = {"id": "bigint", "note": type_}
    columns = tuple(Column(ref=column_ref("public", "orders", n), type=t) for n, t in types.items())
    wire = Wire(length, most)
    assert sum(len(page) for page, _ in _pages(Side(wire, SERVER, Schema(columns), SHAPE))) == most
    return wire.asked


def test_a_page_is_as_short_as_its_rows_are_long() -> None:
    assert max(asked("varchar(80)", 10, 5000)) == PAGE
    assert max(asked("bytea", 10, 500)) == 50
    assert asked("bytea", _PAGE_BYTES // 2, 3) == [1, 1, 1, 1]
    assert max(asked("bytea", _PAGE_BYTES // 8, 40)) * (_PAGE_BYTES // 8) <= _PAGE_BYTES


@pytest.mark.parametrize(
    "type_", ["text", "integer[]", "bit varying", "longblob", "varchar", "int4multirange", "jsonb"]
)
def test_a_type_of_any_length_is_known(type_: str) -> None:
    assert not _BOUNDED.match(type_)


@pytest.mark.parametrize(
    "type_", ["int unsigned", "bigint", "numeric(10,2)", "character varying(80)", "timestamp with time zone"]
)
def test_a_short_type_is_known(type_: str) -> None:
    assert _BOUNDED.match(type_)
