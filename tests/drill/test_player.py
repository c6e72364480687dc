"""The player is Flyway where it counts: names, order, checksums, lock."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from console.drill import shop
from console.drill.history import MYSQL, POSTGRES, lock_name
from console.drill.player import checksum, scripts


def test_the_lock_is_the_one_flyway_takes() -> None:
    assert POSTGRES.key == 77433833903597
    assert lock_name("`app`.`flyway_schema_history`") == "Flyway--320650056"
    assert MYSQL.key == lock_name("`shop`.`flyway_schema_history`")


@given(st.lists(st.text(st.characters(exclude_characters="\r\n", exclude_categories=["Cs"]))))
def test_the_checksum_does_not_see_how_lines_end(lines: list[str]) -> None:
    assert len({checksum(end.join(lines)) for end in ("\n", "\r\n", "\r")}) == 1


@given(st.text(st.characters(exclude_categories=["Cs"])))
def test_the_checksum_is_a_signed_32_bit_number(text: str) -> None:
    assert -(2**31) <= checksum(text) < 2**31


@pytest.mark.parametrize(
    ("text", "same"),
    [("\ufeffSELECT 1", "SELECT 1"), ("SELECT 1\n", "SELECT 1"), ("a\nb", "ab")],
    ids=["byte order mark", "final newline", "only lines count"],
)
def test_what_the_checksum_cannot_tell_apart(text: str, same: str) -> None:
    assert checksum(text) == checksum(same)


def test_versions_run_by_number_and_repeatables_last(tmp_path: Path) -> None:
    for name in ("V10__ten.sql", "V2__two.sql", "R__view.sql", "V2.1__more.sql", "notes.txt", "V2__two.sql.conf"):
        (tmp_path / name).write_text("")
    assert [script.path.name for script in scripts(tmp_path)] == [
        "V2__two.sql",
        "V2.1__more.sql",
        "V10__ten.sql",
        "R__view.sql",
    ]


def test_the_conf_beside_a_file_takes_it_out_of_the_transaction(tmp_path: Path) -> None:
    (tmp_path / "sql").mkdir()
    shop.add_migration(tmp_path, "V1__a.sql", "SELECT 1;\n")
    shop.add_migration(tmp_path, "V2__b.sql", "SELECT 1;\nSELECT 2;\n", loose=True)
    assert [script.transactional for script in scripts(tmp_path / "sql")] == [True, False]
    assert [len(script.statements) for script in scripts(tmp_path / "sql")] == [1, 2]
