"""The headless commands as a stranger runs them: exit codes, streams, secrets, and what can be wrong with input."""

from __future__ import annotations

import os
import pty
import signal
import socket
import subprocess
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from sqlalchemy.engine import URL

from console.drill.server import PrivatePostgres, available
from tests.headless import Answer, command, environment, halfway
from tests.servers import Connect, conninfo, run
from tests.sites import V2, Site, shop
from tests.waiting import eventually

pytestmark = [pytest.mark.slow, pytest.mark.first_of("a command's streams, signals and locale")]

SECRET = "Zw3rg-9un7er-Zaun"
OURS = "SELECT count(*) FROM pg_stat_activity WHERE application_name LIKE 'halfway%%' AND datname = %s"


def one_sentence(answer: Answer, code: int, *said: str) -> None:
    """Nothing on stdout, one sentence on stderr, that exit code."""
    assert (answer.code, answer.out) == (code, ""), answer
    assert answer.err.startswith("halfway: ")
    assert answer.err.count("\n") == 1, answer.err
    for words in said:
        assert words in answer.err


@pytest.mark.parametrize(
    ("arguments", "code", "said"),
    [
        (["assess"], 2, "no database was named"),
        (["asess"], 2, "neither a command (assess, doctor, journal, recovery, preflight, snapshot, report, restore,"),
        (["asess\x1b[2J"], 2, "asess\\e[2J"),
        (["recovery"], 2, "Missing option '--migration'. `halfway recovery --help` tells which there are."),
        (["assess", "db1"], 2, "`db1` is not a database URL"),
        (["assess", "--jsn"], 2, "`halfway assess --help` tells which there are."),
        (["--jsn"], 2, "`halfway console --help` tells which there are."),
        (["assess", "--project"], 2, "requires an argument"),
        (["assess", "--project", "nope"], 2, "No such file"),
        (["assess", "--project", "/etc/passwd"], 2, "is not a folder"),
        (["assess", "--config", "nope.toml"], 2, "cannot read the configuration"),
        (["assess", "--framework", "nothing"], 2, "Known: flyway"),
        (["assess", "oracle://u@h/db"], 2, "oracle is not a server this version knows"),
        (["assess", "postgresql://u@h/db", "--migrations", "nope"], 2, "No such file"),
        (["postgresql://u@nosuchhost.invalid/db"], 3, "nosuchhost.invalid"),
        (["assess", "postgresql://u@127.0.0.1:1/db"], 3, "Connection refused"),
        (["assess", "postgresql://u@127.0.0.1:1/db", "--json"], 3, "Connection refused"),
        (["assess", "postgresql://u@127.0.0.1:99999/db"], 3, "invalid port"),
        (["assess", "postgresql://u@h/db?bogus=1"], 2, "bogus"),
        (["drill", "nope"], 2, "no drill is called"),
        (["observe", "nope"], 2, "not a database URL"),
    ],
)
def test_wrong_input_is_one_sentence(tmp_path: Path, arguments: list[str], code: int, said: str) -> None:
    one_sentence(halfway(*arguments, cwd=tmp_path), code, said)


def test_a_very_long_url_is_a_sentence_too(tmp_path: Path) -> None:
    answer = halfway("assess", f"postgresql://u@127.0.0.1:1/{'x' * 50_000}", cwd=tmp_path)
    assert (answer.code, answer.out) == (3, "")


@contextmanager
def listener(say: bytes) -> Iterator[int]:
    """A server that is no PostgreSQL: takes connections and says the same to everybody; '' for silence."""
    with socket.create_server(("127.0.0.1", 0)) as server:
        taken: list[socket.socket] = []

        def serve() -> None:
            while True:
                try:
                    taken.append(server.accept()[0])
                    taken[-1].sendall(say)
                except OSError:
                    return

        thread = threading.Thread(target=serve, daemon=True)
        thread.start()
        yield server.getsockname()[1]
        server.shutdown(socket.SHUT_RDWR)
        thread.join(5)
        for one in taken:
            one.close()


@pytest.mark.parametrize(
    ("say", "said"), [(b"HTTP/1.1 400 Bad Request\r\n", "invalid response"), (b"", "timeout expired")]
)
def test_something_that_is_no_postgres_is_a_sentence(tmp_path: Path, say: bytes, said: str) -> None:
    with listener(say) as port:
        one_sentence(halfway("assess", f"postgresql://u@127.0.0.1:{port}/db", cwd=tmp_path), 3, said)


def test_what_the_server_refuses_is_a_sentence(tmp_path: Path, database: URL) -> None:
    def asked(url: URL) -> Answer:
        return halfway("assess", conninfo(url), cwd=tmp_path)

    one_sentence(asked(database.set(database="no such")), 3, 'database "no such" does not exist')
    one_sentence(asked(database.set(username="no such")), 3, 'role "no such" does not exist')
    one_sentence(asked(database.update_query_dict({"sslmode": "require"})), 3, "SSL")


def test_a_role_that_may_not_connect_is_told_the_grant(tmp_path: Path, database: URL) -> None:
    run(database, f"REVOKE CONNECT ON DATABASE {database.database} FROM PUBLIC", 'CREATE ROLE "Low Role" LOGIN')
    try:
        low = conninfo(database.set(username="Low Role"))
        refused = halfway("assess", low, cwd=tmp_path)
        assert (refused.code, refused.out) == (3, "")
        grant = refused.err.splitlines()[1].strip()
        run(database, grant)
        assert halfway("assess", low, cwd=tmp_path).code == 1
    finally:
        run(database, 'DROP OWNED BY "Low Role"', 'DROP ROLE "Low Role"')


def test_a_healthy_database_ends_0_and_pending_may_end_1(tmp_path: Path, database: URL) -> None:
    site = shop(tmp_path, database)
    healthy = halfway("assess", "--json", cwd=tmp_path)
    assert (healthy.code, healthy.err, healthy.verdict["state"]) == (0, "", "healthy")
    site.file("2", V2)
    assert halfway("assess", cwd=tmp_path).code == 0
    assert halfway("assess", "--require-applied", cwd=tmp_path).code == 1


@pytest.mark.parametrize("arguments", [[], ["observe"], ["assess"]])
def test_without_a_terminal_every_way_in_prints_the_assessment(
    tmp_path: Path, database: URL, arguments: list[str]
) -> None:
    site = shop(tmp_path, database)
    site.file("2", V2)
    site.run(V2.split(";\n")[0])
    answer = halfway(*arguments, site.address, "--project", str(tmp_path))
    assert (answer.code, answer.err) == (1, "")
    assert answer.out.startswith("INCIDENT")


def test_a_url_overrides_the_projects(tmp_path: Path, database: URL) -> None:
    site = shop(tmp_path, database)
    Site(tmp_path, database.set(port=1)).configured()
    assert halfway("assess", cwd=tmp_path).code == 3
    assert halfway("assess", site.address, cwd=tmp_path).code == 0
    assert halfway("assess", cwd=tmp_path, env={"HALFWAY_URL": site.address}).code == 0


@pytest.mark.parametrize("locale", ["C", "POSIX"])
def test_a_plain_locale_prints_everything(tmp_path: Path, database: URL, locale: str) -> None:
    site = shop(tmp_path / "größe", database)
    site.file("2", "ALTER TABLE orders ADD COLUMN größe int;\n")
    answer = halfway("assess", "--json", cwd=site.folder, env={"LANG": locale, "LC_ALL": locale})
    assert answer.migration("2")["statements"][0]["sql"].endswith("größe int")
    plain = halfway("assess", "--json", cwd=site.folder, env={"PYTHONIOENCODING": "ascii"})
    assert plain.document["frameworks"] == answer.document["frameworks"]
    assert halfway("assess", cwd=site.folder, env={"PYTHONIOENCODING": "ascii"}).code == 0


@pytest.mark.parametrize(
    ("redirection", "code"), [("<&-", 0), (">&-", 0), ("2>&-", 0), ("<&- 2>&-", 0), (">/dev/full", 2), ("| true", 0)]
)
def test_closed_streams_change_no_exit_code(tmp_path: Path, database: URL, redirection: str, code: int) -> None:
    shop(tmp_path, database)
    line = f"set -o pipefail; {' '.join(command('assess'))} {redirection}"
    done = subprocess.run(
        ["/bin/bash", "-c", line], cwd=tmp_path, env=environment(), capture_output=True, check=False, timeout=60
    )
    assert done.returncode == code, done
    assert b"Traceback" not in done.stderr
    assert b"Exception ignored" not in done.stderr


@pytest.mark.parametrize(("number", "code"), [(signal.SIGINT, 130), (signal.SIGTERM, 143), (signal.SIGHUP, 129)])
def test_a_signal_during_a_sweep_ends_it_and_its_sessions(
    tmp_path: Path, database: URL, connect: Connect, number: signal.Signals, code: int
) -> None:
    site = shop(tmp_path, database)
    with listener(b"") as port:
        silent = site.address.replace(str(database.port), str(port))
        child = subprocess.Popen(
            command("assess", silent), cwd=tmp_path, env=environment(), stdout=subprocess.PIPE, stderr=subprocess.PIPE
        )
        threads = Path(f"/proc/{child.pid}/task")
        eventually(lambda: any("halfway" in (t / "comm").read_text() for t in threads.iterdir()) or _tasks(threads) > 3)
        child.send_signal(number)
        out, err = child.communicate(timeout=5)
    assert (child.returncode, out) == (code, b"")
    assert b"Traceback" not in err
    with connect().cursor() as cursor:
        eventually(lambda: cursor.execute(OURS, [database.database]).fetchall() == [(0,)])


def _tasks(folder: Path) -> int:
    return len(list(folder.iterdir()))


@pytest.fixture(scope="module")
def guarded() -> Iterator[URL]:
    """A server that wants a password from the role `asked`."""
    with PrivatePostgres(max(available())) as server:
        run(
            server.url,
            f"CREATE ROLE asked LOGIN SUPERUSER PASSWORD '{SECRET}'",
            "DO $$ BEGIN EXECUTE format('COPY (VALUES (''host all asked all scram-sha-256''),"
            " (''host all all all trust'')) TO %L', current_setting('hba_file')); END $$",
            "SELECT pg_reload_conf()",
        )
        yield server.url.set(username="asked")


def safe(answer: Answer) -> Answer:
    """Says the secret nowhere."""
    assert SECRET not in answer.out + answer.err
    return answer


def test_a_missing_password_names_the_ways_to_give_it(tmp_path: Path, guarded: URL) -> None:
    one_sentence(halfway("assess", conninfo(guarded), cwd=tmp_path), 3, "PGPASSWORD", "pgpass", "service")
    answer = halfway("doctor", conninfo(guarded), cwd=tmp_path)
    assert (answer.code, "CONNECTION" in answer.out, "PGPASSWORD" in answer.err) == (3, True, True)


def test_every_way_to_give_a_password_works_and_none_shows_it(tmp_path: Path, guarded: URL) -> None:
    url, passfile, services = conninfo(guarded), tmp_path / "pgpass", tmp_path / "services"
    passfile.write_text(f"*:*:*:asked:{SECRET}\n")
    passfile.chmod(0o600)
    services.write_text(
        f"[shop]\nhost=127.0.0.1\nport={guarded.port}\nuser=asked\npassword={SECRET}\ndbname=postgres\n"
    )
    config = tmp_path / "halfway.toml"
    config.write_text(f'url = "{url.replace("asked", "asked:" + SECRET)}"\n')
    project = Site(tmp_path / "shop", guarded).configured(password=SECRET)
    ways: list[tuple[list[str], dict[str, str]]] = [
        ([url], {"PGPASSWORD": SECRET}),
        ([url], {"PGPASSFILE": str(passfile)}),
        (["postgresql://"], {"PGSERVICEFILE": str(services), "PGSERVICE": "shop"}),
        (["postgresql://?service=shop"], {"PGSERVICEFILE": str(services)}),
        ([url.replace("asked", f"asked:{SECRET}")], {}),
        ([f"{url}?password={SECRET}"], {}),
        (["--config", str(config)], {}),
        ([], {"HALFWAY_URL": url.replace("asked", f"asked:{SECRET}")}),
        (["--project", str(project.folder)], {}),
    ]
    for arguments, env in ways:
        assert safe(halfway("assess", "--json", *arguments, cwd=tmp_path, env=env)).code == 1, (arguments, env)
        assert "SERVER" in safe(halfway("doctor", *arguments, cwd=tmp_path, env=env)).out


@pytest.mark.parametrize("place", ["nosuchhost.invalid/db", "127.0.0.1:1/db", "127.0.0.1:1/a b", "h:port/db", "h/x@y"])
def test_a_password_is_never_repeated_in_a_complaint(tmp_path: Path, place: str) -> None:
    for url in (f"postgresql://u:{SECRET}@{place}", f"postgresql://u:x@{SECRET}@{place}"):
        assert safe(halfway("assess", url, cwd=tmp_path)).code in (2, 3)
        assert safe(halfway("doctor", url, cwd=tmp_path, env={"HALFWAY_DEBUG": "1"})).code in (2, 3)


@pytest.mark.parametrize("arguments", [["assess", "--json"], ["doctor"]])
@pytest.mark.parametrize(("typed", "code"), [(SECRET, 1), ("wrong", 3)])
def test_a_person_is_asked_once_and_what_they_type_is_not_echoed(
    tmp_path: Path, guarded: URL, arguments: list[str], typed: str, code: int
) -> None:
    ours, theirs = pty.openpty()
    child = subprocess.Popen(
        command(*arguments, conninfo(guarded)),
        cwd=tmp_path,
        env=environment({"TERM": "xterm"}),
        stdin=theirs,
        stderr=theirs,
        stdout=subprocess.PIPE,
        start_new_session=True,
    )
    os.close(theirs)
    said = b""
    while b"Password: " not in said:
        said += os.read(ours, 1000)
    os.write(ours, typed.encode() + b"\n")
    out, _ = child.communicate(timeout=30)
    while True:
        try:
            said += os.read(ours, 1000)
        except OSError:
            break
    os.close(ours)
    assert child.returncode == code, said
    assert typed.encode() not in said.replace(b"wrong password", b"") + out
    assert said.count(b"Password: ") == 1


def test_a_mistake_of_ours_is_told_and_shown_where_it_is_asked_for(tmp_path: Path, database: URL) -> None:
    shop(tmp_path, database)
    broken = (
        "import console.dialects.postgres.link as link\n"
        "def locks(self): raise ZeroDivisionError('halves')\n"
        "link.PostgresLink.locks = locks\n"
        "from screens.__main__ import main\nmain()"
    )
    for debug in ("", "1"):
        line = [command()[0], "-c", broken, "assess", "--json"]
        env = environment({"HALFWAY_DEBUG": debug})
        done = subprocess.run(line, cwd=tmp_path, env=env, capture_output=True, check=False, timeout=60)
        answer = Answer(done.returncode, done.stdout.decode(), done.stderr.decode())
        assert answer.code == 1
        assert "ZeroDivisionError" in answer.gaps["locks"]["reason"]
        assert answer.verdict["summary"].startswith("cannot tell:")
        assert ("Traceback" in answer.err) is bool(debug)
        assert answer.states == {"1": "applied"}


def test_no_session_of_ours_is_left_after_a_command(tmp_path: Path, database: URL, connect: Connect) -> None:
    shop(tmp_path, database)
    halfway("assess", cwd=tmp_path)
    halfway("doctor", cwd=tmp_path)
    watch = connect()
    eventually(lambda: watch.execute(OURS, [database.database]).fetchall() == [(0,)])
