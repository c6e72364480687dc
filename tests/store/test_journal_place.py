"""Where a journal may lie: every place that others could reach, and every file that is not one, is one sentence."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from console.core.faults import Fault, JournalFault, UsageFault
from console.core.journal import Mark, Topic, continued
from console.store import place
from console.store.journal import open_journal
from console.store.reading import first_of, verified
from tests.headless import environment
from tests.store.journals import ANN, all_of, journal

MKFIFO = shutil.which("mkfifo") or ""


def written(folder: Path) -> Path:
    """A journal with three entries, closed."""
    with journal(folder) as one:
        for n in range(3):
            one.append(Topic.NOTE, str(n))
    return one.path


def refused(folder: Path, said: str) -> None:
    """Opening it is one sentence with a way out."""
    with pytest.raises(JournalFault) as caught:
        journal(folder)
    text = str(caught.value)
    assert said in text
    assert "--journal" in text
    assert "\n" not in text


@pytest.mark.parametrize("beside", ["", *place.BESIDE])
def test_a_symbolic_link_is_not_followed(tmp_path: Path, beside: str) -> None:
    written(tmp_path)
    victim = tmp_path / "victim"
    victim.write_text("untouched")
    link = tmp_path / "halfway" / f"journal.db{beside}"
    link.unlink(missing_ok=True)
    link.symlink_to(victim)
    refused(tmp_path, "it is a symbolic link")
    assert victim.read_text() == "untouched"


def test_a_link_to_nowhere_is_not_followed_either(tmp_path: Path) -> None:
    (tmp_path / "halfway").mkdir()
    (tmp_path / "halfway/journal.db").symlink_to(tmp_path / "made-by-root")
    refused(tmp_path, "it is a symbolic link")
    assert not (tmp_path / "made-by-root").exists()


def test_a_folder_that_is_a_link_is_refused(tmp_path: Path) -> None:
    (tmp_path / "elsewhere").mkdir()
    (tmp_path / "halfway").symlink_to(tmp_path / "elsewhere")
    refused(tmp_path, "is a symbolic link")
    assert list((tmp_path / "elsewhere").iterdir()) == []


def test_a_folder_of_ours_that_others_could_read_is_closed(tmp_path: Path) -> None:
    path = written(tmp_path)
    path.parent.chmod(0o755)
    path.chmod(0o644)
    journal(tmp_path).close()
    assert path.parent.stat().st_mode & 0o777 == 0o700
    assert path.stat().st_mode & 0o777 == 0o600


def test_a_folder_where_others_write_is_refused_and_one_of_our_own_in_it_is_made(tmp_path: Path) -> None:
    shared = tmp_path / "shared"
    shared.mkdir()
    shared.chmod(0o1777)
    with pytest.raises(JournalFault, match=f"others can write in {shared}. Name the folder alone"):
        open_journal("shop", ANN, "run", {}, tmp_path / "halfway", path=str(shared / "j.db"))
    with open_journal("shop", ANN, "run", {}, tmp_path / "halfway", path=str(shared)) as one:
        assert one.path == shared / "halfway" / "journal.db"
        assert one.path.parent.stat().st_mode & 0o777 == 0o700


def test_somebody_elses_file_or_folder_is_refused(tmp_path: Path) -> None:
    path = written(tmp_path)
    with pytest.raises(JournalFault, match="its folder belongs to"):
        place.prepare(path, os.geteuid() + 1)
    with pytest.raises(JournalFault, match="it belongs to"):
        place.check_file(path, os.geteuid() + 1)


@pytest.mark.parametrize(
    ("do", "said"),
    [
        (lambda path: path.chmod(0o400), "it is set to be read only"),
        (lambda path: (path.unlink(), path.mkdir()), "it is not a plain file"),
        (lambda path: [path.unlink(), subprocess.run([MKFIFO, path], check=True)], "it is not a plain file"),
        (lambda path: path.write_bytes(b"garbage " * 1000), "it is damaged, or was never a journal"),
        (lambda path: path.write_bytes(b""), "it is not a journal of Halfway"),
        (lambda path: os.truncate(path, 5000), "it is damaged"),
        (lambda path: path.write_bytes(path.read_bytes()[:100] + b"\xff" * 8000), "it is damaged"),
        (lambda path: path.unlink(), "entries 1 to 3 are missing: the file itself is gone"),
    ],
    ids=["read-only", "folder", "pipe", "garbage", "empty", "truncated", "overwritten", "removed"],
)
def test_a_file_that_is_no_journal_of_ours_is_one_sentence(
    tmp_path: Path, do: Callable[[Path], object], said: str
) -> None:
    path = written(tmp_path)
    do(path)
    refused(tmp_path, said)


def test_a_console_killed_while_it_made_the_file_stops_nobody(tmp_path: Path) -> None:
    path = written(tmp_path)
    (path.parent / "journal.db-new-4711").hardlink_to(path)
    (path.parent / f"other.db-new-{os.getpid()}").write_bytes(b"half")
    with journal(tmp_path) as one:
        assert one.append(Topic.NOTE, "goes on").n == 4
    with journal(tmp_path / "other", path=str(path.with_name("other.db"))) as other:
        assert other.append(Topic.NOTE, "begins").n == 1


def test_a_lost_log_is_noticed(tmp_path: Path) -> None:
    console = "from tests.store.appender import main; from pathlib import Path; import os, sys\n"
    console += "main(Path(sys.argv[1]), 3, 'killed'); os.kill(os.getpid(), 9)"
    done = subprocess.run([sys.executable, "-c", console, str(tmp_path)], check=False, capture_output=True,
                          cwd=Path(__file__).parents[2])  # fmt: skip
    assert done.returncode == -9, done.stderr
    path = tmp_path / "halfway/journal.db"
    assert path.with_name("journal.db-wal").stat().st_size > 0
    path.with_name("journal.db-wal").unlink()
    with pytest.raises(JournalFault, match=r"(entry 3 is|entries \d to 3 are) missing"):
        verified(path)
    refused(tmp_path, "it lost its end")


def test_an_older_copy_put_back_is_noticed(tmp_path: Path) -> None:
    path = written(tmp_path)
    copy = path.read_bytes()
    with journal(tmp_path) as one:
        one.append(Topic.NOTE, "later")
    path.write_bytes(copy)
    refused(tmp_path, "entry 4 is missing: it lost its end")


def test_a_journal_of_another_format_is_left_alone(tmp_path: Path) -> None:
    path = written(tmp_path)
    data = bytearray(path.read_bytes())
    data[60:64] = (7).to_bytes(4, "big")
    path.write_bytes(data)
    refused(tmp_path, "it was written by another version of Halfway (format 7)")


def test_another_programs_database_is_left_alone(tmp_path: Path) -> None:
    import sqlite3

    (tmp_path / "halfway").mkdir()
    link = sqlite3.connect(tmp_path / "halfway/journal.db")
    link.execute("CREATE TABLE entries (n)")
    link.close()
    (tmp_path / "halfway/journal.db").chmod(0o600)
    before = (tmp_path / "halfway/journal.db").read_bytes()
    refused(tmp_path, "it is not a journal of Halfway")
    assert (tmp_path / "halfway/journal.db").read_bytes()[100:] == before[100:]


@pytest.mark.parametrize(
    ("named", "said"),
    [
        ("/nowhere/at/all/j.db", "there is no folder /nowhere/at/all"),
        ("/proc/self/j.db", "its folder /proc/self is a symbolic link"),
        ("/etc/passwd/j.db", "/etc/passwd is not a folder"),
        ("a\0b", "cannot be a journal"),
        ("~nobody-of-that-name/j.db", "cannot be a journal"),
        ("x" * 5000, "File name too long"),
    ],
    ids=["no-folder", "proc", "below-a-file", "nul", "no-home", "long"],
)
def test_a_place_that_cannot_be_is_one_sentence(tmp_path: Path, named: str, said: str) -> None:
    with pytest.raises(Fault) as caught:
        open_journal("shop", ANN, "run", {"HALFWAY_JOURNAL": named}, tmp_path / "halfway")
    assert "\n" not in str(caught.value)
    assert isinstance(caught.value, JournalFault | UsageFault)
    assert said in str(caught.value)


def test_another_place_continues_the_usual_one(tmp_path: Path) -> None:
    path = written(tmp_path)
    other = tmp_path / "other.db"
    for _ in range(2):
        with open_journal("shop on db1", ANN, "run", {"HALFWAY_JOURNAL": str(other)}, tmp_path / "halfway") as one:
            one.append(Topic.NOTE, "here")
    first = first_of(other)
    assert first is not None
    assert continued(first) == (str(path), Mark(3, all_of(path)[-1].hash))
    assert [entry.topic for entry in all_of(other)] == [Topic.OPENED, Topic.NOTE, Topic.NOTE]


def test_a_third_place_continues_the_second(tmp_path: Path) -> None:
    written(tmp_path)
    second = str(tmp_path / "second.db")
    open_journal("shop", ANN, "run", {"HALFWAY_JOURNAL": second}, tmp_path / "halfway").close()
    with open_journal(
        "shop", ANN, "run", {"HALFWAY_JOURNAL": second}, tmp_path / "halfway", path=str(tmp_path / "third.db")
    ) as third:
        first = first_of(third.path)
    assert first is not None
    assert (continued(first) or ("",))[0] == second


def test_another_place_knows_what_is_in_flight(tmp_path: Path) -> None:
    with journal(tmp_path) as one:
        sent = one.append(Topic.ACTING, "statement 3", {"sql": "ALTER ...", "session": "4711"})
    with journal(tmp_path, path=str(tmp_path / "other.db")) as other:
        (flies,) = other.in_flight()
        assert (flies.n, flies.text, flies.details["sql"]) == (2, "statement 3", "ALTER ...")
        assert flies.details["carried_from"] == f"entry 1 of {one.path}"
        assert flies.details["carried_hash"] == sent.hash
        other.append(Topic.OUTCOME, "done", {"acting": "2", "outcome": "done"})
        assert other.in_flight() == ()


def test_a_usual_journal_that_cannot_be_read_is_said_in_the_first_entry(tmp_path: Path) -> None:
    path = written(tmp_path)
    path.write_bytes(b"garbage " * 1000)
    with journal(tmp_path, path=str(tmp_path / "other.db")) as other:
        (first,) = other.entries()
    assert (
        first.text == f"This journal continues {path}, which could not be read: it is damaged, or was never a journal"
    )
    assert continued(first) == (str(path), None)


def test_a_journal_on_another_machine_uses_no_shared_memory(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    written(tmp_path)
    mounts = tmp_path / "mounts"
    mounts.write_text(f"/dev/vda / ext4 rw 0 0\nserver:/home {tmp_path} nfs4 rw 0 0\n")
    monkeypatch.setattr(place, "MOUNTS", mounts)
    for folder, n in ((tmp_path, 4), (tmp_path / "new", 1)):
        folder.mkdir(exist_ok=True)
        with journal(folder) as one:
            with one._engine.connect() as link:
                assert link.exec_driver_sql("PRAGMA journal_mode").scalar() == "persist"
                assert link.exec_driver_sql("PRAGMA synchronous").scalar() == 2
            assert one.append(Topic.NOTE, "over there").n == n
            assert not one.path.with_name("journal.db-shm").exists()
        assert verified(one.path).n == n


@pytest.mark.parametrize(
    ("mounts", "remote"),
    [
        ("/dev/vda / ext4 rw 0 0", False),
        ("server:/x / nfs rw 0 0", True),
        ("/dev/vda / ext4 rw 0 0\nserver:/x /home nfs4 rw 0 0", True),
        ("server:/x /home nfs4 rw 0 0\n/dev/vdb /home/ann ext4 rw 0 0", False),
        ("/dev/vda / ext4 rw 0 0\nserver:/x /home/an nfs4 rw 0 0", False),
        ("/dev/vda / ext4 rw 0 0\nann@server: /home/ann fuse.sshfs rw 0 0", True),
        ("", False),
        ("odd", False),
    ],
    ids=["local", "all", "home", "local-in-home", "other-name", "sshfs", "nothing", "odd"],
)
def test_what_lies_on_another_machine(tmp_path: Path, mounts: str, remote: bool) -> None:
    table = tmp_path / "mounts"
    table.write_text(mounts)
    assert place.over_network(Path("/home/ann/halfway/journal.db"), table) is remote


LOOK = "from console.store.place import default; print(default())"


def looked(env: dict[str, str]) -> str:
    done = subprocess.run([sys.executable, "-c", LOOK], capture_output=True, text=True, check=False, env=env)
    return done.stdout.strip() or done.stderr.strip().splitlines()[-1]


def test_the_usual_place_is_the_users_state_folder(tmp_path: Path) -> None:
    bare = {name: value for name, value in environment().items() if not name.startswith("XDG")}
    assert looked({**bare, "HOME": str(tmp_path)}) == f"{tmp_path}/.local/state/halfway"
    assert looked({**bare, "XDG_STATE_HOME": str(tmp_path)}) == f"{tmp_path}/halfway"


@pytest.mark.parametrize("raises", [True, False], ids=["new", "old"])
def test_without_a_home_another_place_must_be_named(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, raises: bool
) -> None:
    """What platformdirs does for a user whom nobody knows: newer releases raise, older ones give it back as it is."""

    def homeless(*_: object, **__: object) -> Path:
        if raises:
            raise RuntimeError("could not determine the home directory")
        return Path("~/.local/state/halfway")

    monkeypatch.setattr("platformdirs.user_state_path", homeless)
    with pytest.raises(UsageFault, match="there is no home for the journal") as caught:
        open_journal("shop", ANN, "run", {})
    assert "--journal PATH" in str(caught.value)
    with open_journal("shop", ANN, "run", {"HALFWAY_JOURNAL": str(tmp_path / "j.db")}) as one:
        assert one.append(Topic.NOTE, "here").n == 1
