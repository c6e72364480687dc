"""`halfway journal` and `halfway journal verify` as a stranger runs them; and who never touches a journal."""

from __future__ import annotations

import io
import subprocess
import sys
from contextlib import redirect_stderr, redirect_stdout
from datetime import timedelta
from pathlib import Path

import pytest

from console.cli import cli, run
from console.core.journal import Topic, broken
from console.store.journal import DiskJournal
from tests.headless import ROOT, Answer, command, environment, halfway
from tests.store.journals import BOB, all_of, journal, tampered, ticking

WRITERS = (DiskJournal.__module__, "console.store.chain", "console.store.making", "console.store.reserve")


def incident(folder: Path) -> Path:
    """A short incident: seen, wanted, done, noted; and another one of somebody else."""
    now = ticking(timedelta(minutes=10))
    with journal(folder, now=now) as shop, journal(folder, "crm on db2", who=BOB, now=now) as crm:
        shop.append(Topic.OPENED, "the console was opened")
        shop.append(Topic.INTENT, "Terminate session 4711")
        sent = shop.append(Topic.ACTING, "session 4711", {"sql": "SELECT pg_terminate_backend(4711)\n-- once"})
        crm.append(Topic.NOTE, "somebody called")
        shop.append(Topic.OUTCOME, "session 4711: gone", {"acting": str(sent.n), "outcome": "gone", "seconds": "0.1"})
        crm.append(Topic.ACTING, "statement 2", {"sql": "ALTER TABLE x"})
    return shop.path


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return incident(tmp_path)


def ran(path: Path | None, *arguments: str) -> Answer:
    """The command in this process, as the script runs it."""
    out, err = (io.TextIOWrapper(io.BytesIO(), "utf-8") for _ in range(2))
    with pytest.MonkeyPatch.context() as patch, redirect_stdout(out), redirect_stderr(err):
        if path is not None:
            patch.setenv("HALFWAY_JOURNAL", str(path))
        code = run(cli, ["journal", *arguments])
        out.seek(0)
        err.seek(0)
        return Answer(code, out.read(), err.read())


def test_one_line_an_entry_newest_last(path: Path) -> None:
    answer = halfway("journal", env={"HALFWAY_JOURNAL": str(path)})
    assert answer == ran(path)
    assert (answer.code, answer.err) == (0, "")
    assert answer.out.splitlines() == [
        "2026-01-31 12:00:00Z  ann@10.0.0.5  shop on db1  opened  the console was opened",
        "2026-01-31 12:10:00Z  ann@10.0.0.5  shop on db1  intent  Terminate session 4711",
        "2026-01-31 12:20:00Z  ann@10.0.0.5  shop on db1  acting  session 4711  [gone]",
        "2026-01-31 12:30:00Z  bob  crm on db2  note  somebody called",
        "2026-01-31 12:40:00Z  ann@10.0.0.5  shop on db1  outcome  session 4711: gone",
        "2026-01-31 12:50:00Z  bob  crm on db2  acting  statement 2  [no outcome is recorded]",
    ]


@pytest.mark.parametrize(
    ("arguments", "minutes"),
    [
        (["--incident", "CRM"], [30, 50]),
        (["--incident", "nothing like it"], []),
        (["--limit", "2"], [40, 50]),
        (["--limit", "1", "--incident", "shop"], [40]),
        (["--since", "2026-01-31T12:30"], [30, 40, 50]),
        (["--since", "2026-01-31T13:30+01:00"], [30, 40, 50]),
        (["--since", "2026-01-31"], [0, 10, 20, 30, 40, 50]),
        (["--since", "2h"], []),
    ],
    ids=["incident", "no-incident", "limit", "both", "time", "zone", "day", "age"],
)
def test_what_is_asked_for(path: Path, arguments: list[str], minutes: list[int]) -> None:
    answer = ran(path, "--json", *arguments)
    assert answer.code == 0
    assert [int(entry["at"][14:16]) for entry in answer.document["entries"]] == minutes
    assert len(ran(path, *arguments).out.splitlines()) == len(minutes)


def test_full_shows_the_sql_and_everything_else(path: Path) -> None:
    lines = ran(path, "--full", "--incident", "shop").out.splitlines()
    at = lines.index("2026-01-31 12:20:00Z  ann@10.0.0.5  shop on db1  acting  session 4711  [gone]")
    assert lines[at + 1 : at + 7] == [
        "    entry: 3", "    run: run-1", "    database user: shop_rw", "    sql:",
        "      SELECT pg_terminate_backend(4711)", "      -- once",
    ]  # fmt: skip


def test_json_holds_the_whole_chain(path: Path) -> None:
    document = ran(path, "--json").document
    assert (document["halfway"], document["journal"]) == (1, str(path))
    assert [entry["n"] for entry in document["entries"]] == [1, 2, 3, 4, 5, 6]
    assert document["entries"][-1]["hash"] == all_of(path)[-1].hash
    assert document["entries"][0]["who"] == {"user": "ann", "origin": "10.0.0.5", "database_user": "shop_rw"}
    assert document["entries"][2]["details"] == {"sql": "SELECT pg_terminate_backend(4711)\n-- once"}


HOSTILE = "\x1b[2J\x07\r\n\u202eevil\0\udc80\x9b1m"


def test_hostile_text_moves_no_cursor(tmp_path: Path) -> None:
    with journal(tmp_path, f"shop {HOSTILE}") as one:
        one.append(Topic.NOTE, HOSTILE, {"sql": HOSTILE, HOSTILE: "x"})
    for arguments in ([], ["--full"], ["--json"]):
        out = ran(one.path, *arguments).out
        assert not set("\x1b\x07\r\0\x9b\u202e\udc80") & set(out)
    assert len(ran(one.path).out.splitlines()) == 1
    assert ran(one.path, "--json").document["entries"][0]["text"] == HOSTILE


def test_nobody_reading_on_is_no_traceback(tmp_path: Path) -> None:
    with journal(tmp_path) as one:
        for n in range(300):
            one.append(Topic.NOTE, f"{n} " + "x" * 1000)
    listing = subprocess.Popen(
        command("journal", "--journal", str(one.path)), env=environment(), cwd=ROOT,
        stdout=subprocess.PIPE, stderr=subprocess.PIPE,
    )  # fmt: skip
    assert listing.stdout is not None
    assert len(listing.stdout.read(10)) == 10
    listing.stdout.close()
    assert listing.stderr is not None
    assert listing.stderr.read() == b""
    listing.stderr.close()
    assert listing.wait() == 0


def test_verify_says_how_far_it_goes(path: Path) -> None:
    answer = ran(path, "verify")
    assert (answer.code, answer.err) == (0, "")
    assert answer.out == f"ok: 6 entries, last hash {all_of(path)[-1].hash}\n"


def test_verify_names_the_first_broken_entry(path: Path) -> None:
    with tampered(path) as link:
        link.execute("UPDATE entries SET text = 'session 4712' WHERE n = 3")
        link.execute("DELETE FROM entries WHERE n = 5")
    answer = ran(path, "verify")
    assert (answer.code, answer.out) == (1, "")
    assert answer.err == f"halfway: the journal {path} is broken: entry 3 was changed after it was written.\n"


def test_a_lost_end_is_found_by_the_mark_and_without_one_that_is_said(path: Path) -> None:
    with tampered(path) as link:
        link.execute("DELETE FROM entries WHERE n = 6")
    answer = ran(path, "verify")
    assert (answer.code, answer.err) == (1, f"halfway: the journal {path} is broken: entry 6 is missing.\n")
    path.with_name("journal.db-mark").unlink()
    answer = ran(path, "verify")
    assert (answer.code, answer.out[:14]) == (0, "ok: 5 entries,")
    assert answer.err == "halfway: journal.db-mark is gone: entries missing at the end would not show\n"


def test_what_stands_before_a_changed_row_is_shown_and_then_said(path: Path) -> None:
    with tampered(path) as link:
        link.execute("UPDATE entries SET details = 'x' WHERE n = 3")
    answer = ran(path)
    assert answer.code == 1
    assert len(answer.out.splitlines()) == 2
    assert "entry 3 was changed after it was written" in answer.err


def continued(folder: Path) -> tuple[Path, Path]:
    """A journal, and the one that goes on elsewhere."""
    old = incident(folder)
    with journal(folder, path=str(folder / "new.db")) as new:
        new.append(Topic.NOTE, "here")
    return old, new.path


def test_verify_follows_a_journal_to_where_it_goes_on(tmp_path: Path) -> None:
    old, new = continued(tmp_path)
    alone = ran(None, "verify", "--journal", str(new))
    assert (alone.code, alone.out.splitlines()[1]) == (
        0, f"not looked at: it continues {old} after entry 6; name both with --journal"
    )  # fmt: skip
    both = ran(None, "verify", "--journal", str(old), "--journal", str(new))
    assert both.code == 0
    assert both.out.splitlines() == [
        f"ok: {old}: 6 entries, last hash {all_of(old)[-1].hash}",
        f"ok: {new}: 3 entries, last hash {all_of(new)[-1].hash}",
        f"ok: {new} continues {old} after entry 6",
    ]


def test_verify_finds_what_is_missing_between_the_two(tmp_path: Path) -> None:
    old, new = continued(tmp_path)
    with tampered(old) as link:
        link.execute("DELETE FROM entries WHERE n = 6")
    old.with_name("journal.db-mark").unlink()
    both = ran(None, "verify", "--journal", str(old), "--journal", str(new))
    assert both.code == 1
    assert both.out.splitlines()[-1] == f"broken: {new} continues {old} after entry 6, which is missing there"


def test_verify_cannot_tell_where_the_older_one_was_not_read(tmp_path: Path) -> None:
    old = incident(tmp_path)
    good = old.read_bytes()
    old.write_bytes(b"garbage" * 1000)
    with journal(tmp_path, path=str(tmp_path / "new.db")) as new:
        new.append(Topic.NOTE, "here")
    old.write_bytes(good)
    both = ran(None, "verify", "--journal", str(old), "--journal", str(new.path))
    assert both.code == 1
    assert both.out.splitlines()[-1] == f"cannot tell: {new.path} continues {old}, which could not be read then"


@pytest.mark.parametrize("words", [[], ["verify"]], ids=["list", "verify"])
@pytest.mark.parametrize("given", ["option", "group", "environment", "usual"])
def test_the_journal_may_be_named_in_every_way(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, words: list[str], given: str
) -> None:
    path = incident(tmp_path)
    name = ["--journal", str(path)]
    arguments = {"option": [*words, *name], "group": [*name, *words]}.get(given, words)
    where = {"environment": {"HALFWAY_JOURNAL": str(path)}, "usual": {"XDG_STATE_HOME": str(tmp_path)}}
    for variable, value in where.get(given, {}).items():
        monkeypatch.setenv(variable, value)
    answer = ran(None, *arguments)
    assert (answer.code, answer.err) == (0, "")
    assert answer.out


@pytest.mark.parametrize(
    ("arguments", "code", "said"),
    [
        (["--journal", "nope.db"], 2, "there is no journal at"),
        (["verify", "--journal", "nope.db"], 2, "there is no journal at"),
        (["--journal", "/etc/passwd"], 3, "it is damaged, or was never a journal"),
        (["--journal", "/dev/null"], 3, "it is not a plain file"),
        (["--journal", "a\x1b[2J"], 2, "\\e[2J"),
        (["--since", "yesterday"], 2, "`yesterday` is not a time"),
        (["--since", "999999d"], 2, "is not a time"),
        (["--since", ""], 2, "there is no journal"),
        (["--limit", "0"], 2, "--limit"),
        (["--limit", "x"], 2, "--limit"),
        (["verfy"], 2, "No such command 'verfy'"),
    ],
    ids="none verify-none other-file device hostile word too-far empty zero no-number typo".split(),
)
def test_wrong_input_is_one_sentence(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, arguments: list[str], code: int, said: str
) -> None:
    monkeypatch.chdir(tmp_path)
    answer = ran(None, *arguments)
    assert (answer.code, answer.out) == (code, "")
    assert answer.err.startswith("halfway: ")
    assert answer.err.count("\n") == 1, answer.err
    assert said in answer.err


def test_a_symbolic_link_is_not_read_through(path: Path, tmp_path: Path) -> None:
    (tmp_path / "link.db").symlink_to(path)
    answer = ran(None, "--journal", str(tmp_path / "link.db"))
    assert (answer.code, "it is a symbolic link" in answer.err) == (3, True)


def test_reading_changes_nothing_and_needs_no_right_to_write(path: Path) -> None:
    before = path.read_bytes()
    path.chmod(0o400)
    assert ran(path).code == ran(path, "verify").code == 0
    assert path.read_bytes() == before


def test_an_open_console_is_read_too(tmp_path: Path) -> None:
    with journal(tmp_path) as one:
        one.append(Topic.NOTE, "not merged yet")
        assert "not merged yet" in ran(one.path).out
        one.append(Topic.NOTE, "and goes on")
    assert broken(all_of(one.path)) == ""


def loaded(*arguments: str, env: dict[str, str]) -> set[str]:
    """Which modules of the store a command imports."""
    code = (
        "import contextlib, sys\n"
        f"sys.argv = ['halfway', *{list(arguments)!r}]\n"
        "from screens.__main__ import main\n"
        "with contextlib.suppress(SystemExit): main()\n"
        "print(' ', *(name for name in sys.modules if name.startswith('console.store')))"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True, cwd=ROOT,
                          env=environment(env))  # fmt: skip
    return set(done.stdout.splitlines()[-1].split())


@pytest.mark.parametrize(
    "words", [["observe"], ["assess"], ["doctor"], ["journal"], ["journal", "verify"]],
    ids=["observe", "assess", "doctor", "journal", "verify"],
)  # fmt: skip
def test_who_only_looks_loads_nothing_that_writes_a_journal(path: Path, words: list[str], tmp_path: Path) -> None:
    state = tmp_path / "state"
    url = ["postgresql://nobody@127.0.0.1:1/none"] if words[0] in {"observe", "assess", "doctor"} else []
    modules = loaded(*words, *url, env={"HALFWAY_JOURNAL": str(path), "XDG_STATE_HOME": str(state)})
    assert not modules & set(WRITERS)
    assert ("console.store.reading" in modules) is (words[0] == "journal")
    assert not state.exists()
