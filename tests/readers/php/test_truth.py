"""The reader against what the real Laravels 8.83, 10.48 and 13.31 sent for 58 realistic migrations."""

from __future__ import annotations

import sys

import pytest

from console.core.statements import Sent
from tests.laravel.corpus import VARIANTS, truth
from tests.laravel.reading import difference, php_migration, statements_of

TRUTHS = [(variant.name, one) for variant in VARIANTS for one in truth(variant.name)[1]]


def _read(variant: str, migration: str, method: str) -> list[Sent]:
    found = php_migration(variant, migration)
    assert found.unreadable == ""
    return statements_of(found.up if method == "up" else found.down)


@pytest.mark.parametrize("n", range(len(TRUTHS)), ids=[f"{name}-{one.migration}-{one.method}" for name, one in TRUTHS])
def test_the_reader_says_what_laravel_sends(n: int) -> None:
    name, one = TRUTHS[n]
    assert difference(_read(name, one.migration, one.method), one.sent) == ""


def test_nearly_every_statement_is_readable() -> None:
    lines, exact, judged, total = [], 0, 0, 0
    for variant in VARIANTS:
        read = [sent for name, one in TRUTHS if name == variant.name for sent in _read(name, one.migration, one.method)]
        known = sum(bool(sent.sql) for sent in read)
        by_effect = sum(bool(sent.effect) for sent in read if not sent.sql)
        lines.append(f"{variant.name}: {known} exact and {by_effect} by their effect, of {len(read)}")
        exact, judged, total = exact + known, judged + known + by_effect, total + len(read)
        assert variant.driver == "sqlite" or (known + by_effect) / len(read) >= 0.95
    lines.append(f"readable: {judged / total:.1%} of {total} statements, {exact / total:.1%} character for character")
    sys.stdout.write("\n".join(lines))
    assert judged / total >= 0.95
