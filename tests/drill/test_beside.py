"""Somebody beside a drill, in another terminal."""

from __future__ import annotations

import tempfile
from pathlib import Path

import pytest

from tests.drill.watching import Scene, in_drill
from tests.headless import Answer, halfway

MENDED = {
    "postgresql": "ALTER TABLE orders ALTER COLUMN tracking_number TYPE varchar(64)",
    "mysql": "ALTER TABLE orders MODIFY tracking_number varchar(64) NULL",
}
LEFT = "SELECT count(*), NULL FROM orders WHERE tracking_number LIKE '%a%'"


@pytest.mark.parametrize("server", MENDED)
def test_what_is_left_to_somebody_else_is_done_beside_the_drill(server: str, monkeypatch: pytest.MonkeyPatch) -> None:
    def beside(sql: str) -> Answer:
        return halfway("drill", "--sql", sql, env={"TMPDIR": place})

    def check(scene: Scene) -> None:
        mended = beside(MENDED[server])
        assert (mended.code, mended.out, mended.err) == (0, "", "")
        assert beside(LEFT).out == "0\tNULL\n"
        answer = halfway("assess", "--json", cwd=scene.project)
        assert "2 of 3 statements landed." in answer.out
        rest = halfway("recovery", "--migration", "093000", "--to", "-", cwd=scene.project)
        assert "2026_01_31_093000_add_shipping_to_orders_table" in rest.out + rest.err, "by the key of its phrases"
        refused = beside("SELECT nothing FROM nowhere")
        assert refused.code == 3
        assert refused.err.startswith("halfway: The drill's server refused it: ")

    with tempfile.TemporaryDirectory(prefix="halfway-beside-") as place:
        monkeypatch.setattr(tempfile, "tempdir", place)
        in_drill("laravel-columns", check, server=server)


def test_without_a_drill_it_says_how_to_open_one(tmp_path: Path) -> None:
    answer = halfway("drill", "--sql", "SELECT 1", env={"TMPDIR": str(tmp_path)})
    assert (answer.code, answer.out) == (2, "")
    assert answer.err == "halfway: no drill of yours is open. Open one in another terminal: halfway drill.\n"
