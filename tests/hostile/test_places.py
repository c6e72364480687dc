"""Links that lead out of a project, and archives that swell, are not followed and not unpacked."""

from __future__ import annotations

import bz2
import gzip
import io
import lzma
import sys
import tarfile
import time
import zipfile
import zlib
from collections.abc import Callable
from pathlib import Path

import pytest

from console.core.faults import ProjectFault
from console.readers.php.tool_migration import Beside
from console.readers.settings import read_text
from console.readers.sources import archives, from_folder, gather_given
from console.readers.sources.dumps import dump_text
from console.readers.sources.grounds import STRAYS, strays
from tests.headless import halfway

SECRET = "the secret of somebody else"


def is_sql(name: str) -> bool:
    return name.endswith(".sql")


@pytest.fixture
def project(tmp_path: Path) -> Path:
    """A project beside somebody else's files."""
    (tmp_path / "theirs").mkdir()
    (tmp_path / "theirs" / "secret.sql").write_text(SECRET)
    made = tmp_path / "project"
    (made / "sql").mkdir(parents=True)
    (made / "sql" / "V1__a.sql").write_text("SELECT 1")
    return made


def test_a_linked_file_outside_is_named_and_not_read(project: Path) -> None:
    (project / "sql" / "V2__b.sql").symlink_to("../../theirs/secret.sql")
    found = {file.name: file for file in from_folder(project / "sql", is_sql, project)}
    assert found["V1__a.sql"].text == "SELECT 1"
    assert found["V2__b.sql"].unreadable == STRAYS
    assert SECRET not in repr(found)
    assert not found["V2__b.sql"].data


@pytest.mark.parametrize("where", ["sql/more", "sql"])
def test_a_linked_folder_outside_makes_the_migrations_unknown(project: Path, where: str) -> None:
    (project / "sql" / "V1__a.sql").unlink()
    if where == "sql":
        (project / "sql").rmdir()
    (project / where).symlink_to(project.parent / "theirs")
    with pytest.raises(ProjectFault, match=STRAYS):
        from_folder(project / "sql", is_sql, project)


def test_a_link_to_everything_costs_nothing(project: Path) -> None:
    (project / "sql" / "all").symlink_to("/")
    began = time.monotonic()
    with pytest.raises(ProjectFault):
        from_folder(project / "sql", is_sql, project)
    assert time.monotonic() - began < 1


def test_links_within_a_project_and_within_a_deployment_are_followed(project: Path) -> None:
    (project / "more").mkdir()
    (project / "more" / "V2__b.sql").write_text("SELECT 2")
    (project / "sql" / "more").symlink_to("../more")
    assert len(from_folder(project / "sql", is_sql, project)) == 2
    root = project.parent / "srv"
    release = root / "releases" / "1"
    (root / "shared").mkdir(parents=True)
    (root / "shared" / "V3__c.sql").write_text("SELECT 3")
    (release / "sql").mkdir(parents=True)
    (release / "sql" / "V3__c.sql").symlink_to(root / "shared" / "V3__c.sql")
    (root / "current").symlink_to("releases/1")
    assert [file.text for file in from_folder(release / "sql", is_sql, release)] == ["SELECT 3"]


def test_a_place_that_is_named_is_read_wherever_it_is(project: Path) -> None:
    (project / "elsewhere").symlink_to(project.parent / "theirs")
    assert [file.text for file in gather_given(str(project / "elsewhere"), is_sql)] == [SECRET]


def test_a_dump_and_what_a_migration_reads_beside_it_do_not_lead_outside(project: Path) -> None:
    (project / "schema.sql").symlink_to("../theirs/secret.sql")
    assert dump_text(project / "schema.sql", project).unread == STRAYS
    assert Beside(read_text, strays, str(project))("schema.sql") is None
    assert Beside(read_text, strays, str(project))("sql/V1__a.sql") == "SELECT 1"


def test_the_command_shows_nothing_of_what_a_link_leads_to(project: Path) -> None:
    (project / "flyway.conf").write_text("flyway.url=jdbc:sqlite:shop.db\nflyway.locations=filesystem:sql\n")
    (project / "shop.db").touch()
    (project / "sql" / "V2__b.sql").symlink_to("../../theirs/secret.sql")
    told = halfway("assess", f"sqlite:///{project}/shop.db", "--project", str(project), "--json")
    assert SECRET not in told.out + told.err
    assert told.states["2"] == "unreadable"
    assert STRAYS in told.out


def stdin_of(monkeypatch: pytest.MonkeyPatch, data: bytes) -> None:
    """What somebody pipes in."""
    archives._stdin.cache_clear()
    monkeypatch.setattr(sys, "stdin", io.TextIOWrapper(io.BytesIO(data)))


def tar(members: dict[str, int]) -> bytes:
    """Files of nothing but zeros."""
    out = io.BytesIO()
    with tarfile.open(fileobj=out, mode="w") as archive:
        for name, size in members.items():
            info = tarfile.TarInfo(name)
            info.size = size
            archive.addfile(info, io.BytesIO(bytes(size)))
    return out.getvalue()


def squeezed_zeros(squeeze: Callable[[bytes], bytes]) -> bytes:
    """A tar whose one file, which nobody wants, is 300 MB of nothing."""
    return squeeze(tar({"layer.bin": 300 * 1024**2}))


SQUEEZES: dict[str, Callable[[bytes], bytes]] = {
    "gz": lambda data: gzip.compress(data, 1),
    "bz2": lambda data: bz2.compress(data, 1),
    "xz": lambda data: lzma.compress(data, preset=0),
}


@pytest.mark.parametrize("kind", ["gz", "xz"])
def test_a_tar_bomb_on_stdin_is_refused(monkeypatch: pytest.MonkeyPatch, kind: str) -> None:
    bomb = squeezed_zeros(SQUEEZES[kind])
    assert len(bomb) < 2 * 1024**2
    stdin_of(monkeypatch, bomb)
    began = time.monotonic()
    with pytest.raises(ProjectFault, match="swells to more than 100 times"):
        gather_given("-", is_sql)
    assert time.monotonic() - began < 5


def zipped(files: dict[str, bytes]) -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, data in files.items():
            archive.writestr(name, data)
    return out.getvalue()


def test_a_zip_on_stdin_is_read_like_a_tar(monkeypatch: pytest.MonkeyPatch) -> None:
    stdin_of(monkeypatch, zipped({"app/sql/V1__a.sql": b"SELECT 1", "../../etc/V2__b.sql": b"SELECT 2", "c.txt": b""}))
    assert [(file.inside, file.text) for file in gather_given("-", is_sql)] == [
        ("app/sql/V1__a.sql", "SELECT 1"),
        ("etc/V2__b.sql", "SELECT 2"),
    ]


def test_a_zip_bomb_on_stdin_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    stdin_of(monkeypatch, zipped({f"V{n}__a.sql": bytes(17 * 1024**2) for n in range(12)}))
    began = time.monotonic()
    with pytest.raises(ProjectFault, match="holds too many migration files"):
        gather_given("-", is_sql)
    assert time.monotonic() - began < 5


def test_a_zip_whose_files_share_their_bytes_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    body = zlib.compressobj(9, zlib.DEFLATED, -15)
    packed = body.compress(bytes(17 * 1024**2)) + body.flush()
    first = zipped({"V0__a.sql": bytes(17 * 1024**2)})
    at = first.index(b"PK\x01\x02")
    entry = first[at : first.index(b"PK\x05\x06")]
    many = 5_000
    end = b"PK\x05\x06" + bytes(4) + many.to_bytes(2, "little") * 2 + (len(entry) * many).to_bytes(4, "little")
    stdin_of(monkeypatch, first[:at] + entry * many + end + at.to_bytes(4, "little") + bytes(2))
    assert packed in first
    with pytest.raises(ProjectFault, match="holds too many migration files"):
        gather_given("-", is_sql)


STARTS = {"zip": b"PK\x03\x04", "gz": b"\x1f\x8b", "bz2": b"BZh", "xz": b"\xfd7zXZ\x00"}


@pytest.mark.parametrize("kind", STARTS)
def test_half_an_archive_is_one_sentence(monkeypatch: pytest.MonkeyPatch, kind: str) -> None:
    for rest in (b"", bytes(600), b"\xff" * 600):
        stdin_of(monkeypatch, STARTS[kind] + rest)
        with pytest.raises(ProjectFault, match="that can be read"):
            gather_given("-", is_sql)


def test_a_bomb_is_one_sentence_of_the_command(tmp_path: Path) -> None:
    (tmp_path / "x.db").touch()
    told = halfway("assess", f"sqlite:///{tmp_path}/x.db", "--framework", "flyway", "--migrations", "-",
                   stdin=zipped({f"V{n}__a.sql": bytes(17 * 1024**2) for n in range(9)}))  # fmt: skip
    assert told.code in (1, 2, 3)
    assert "too many migration files" in told.out + told.err
