"""How Debian's packages are obtained: once, and with one sentence when they cannot be."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.tools import debian
from tests.tools.debian import DebianError, Unpacked, Wanted, unpacked

WANTED = Wanted("bookworm", ("php-cli", "php-xml"))


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setattr(debian, "_GIVEN", str(tmp_path))
    monkeypatch.setattr(debian, "_mirror", lambda: "http://127.0.0.1:9/debian")
    return tmp_path


def test_without_a_network_one_sentence_says_what_is_missing_and_where_it_would_lie(folder: Path) -> None:
    with pytest.raises(DebianError) as caught:
        unpacked(WANTED)
    said = str(caught.value)
    assert said.startswith("php-cli of Debian bookworm could not be had from http://127.0.0.1:9/debian (")
    assert said.endswith(f"It is needed once; afterwards it lies in {folder}.")
    assert [path.name for path in folder.iterdir()] == [f"php-cli-{WANTED.mark}.lock"]


def test_what_was_unpacked_before_is_taken_as_it_is(folder: Path) -> None:
    made = folder / f"php-cli_8.2+93_all_{WANTED.mark}"
    made.mkdir()
    assert unpacked(WANTED) == Unpacked(made)


def test_an_epoch_never_reaches_a_path() -> None:
    archives = [Path("libc6_2.36_amd64.deb"), Path("php-cli_2%3a8.2+93_all.deb")]
    assert debian._name(WANTED, archives) == f"php-cli_8.2+93_all_{WANTED.mark}"


def test_a_program_runs_through_the_loader_of_its_packages(tmp_path: Path) -> None:
    for name in ("lib/x-linux-gnu/ld-linux-x.so.2", "usr/bin/php8.2"):
        (tmp_path / name).parent.mkdir(parents=True)
        (tmp_path / name).touch()
    loader, *_, libraries, program, argument = Unpacked(tmp_path).command("usr/bin/php[0-9]*", "-v")
    assert (loader, argument) == (str(tmp_path / "lib/x-linux-gnu/ld-linux-x.so.2"), "-v")
    assert (libraries, program) == (
        f"{tmp_path}/lib/x-linux-gnu:{tmp_path}/usr/lib/x-linux-gnu",
        str(tmp_path / "usr/bin/php8.2"),
    )


def test_a_cache_that_lost_a_file_says_what_to_do(tmp_path: Path) -> None:
    with pytest.raises(DebianError, match="remove that folder"):
        Unpacked(tmp_path).find("usr/sbin/mariadbd")
