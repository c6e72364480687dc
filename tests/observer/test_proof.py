"""The proof itself: what it finds on real servers, that what it prints mends it, and that it never guesses."""

from __future__ import annotations

import psycopg
import pytest
from sqlalchemy.engine import URL

from console import dialects
from console.core.faults import NotPermittedFault
from console.core.proof import Power, Proof, Tried, fix_words, sheet, writers
from console.dialects.postgres import proof as of_postgres
from console.lanes.proving import Prover
from tests.dialects.my_fixtures import NewUser, OpenMyLink
from tests.mysql_servers import run as my_run
from tests.servers import conninfo, run


def labels(proof: Proof) -> list[tuple[str, bool]]:
    return [(finding.label, finding.holds) for finding in sheet(proof, ())]


def test_nothing_holds_before_it_was_tested() -> None:
    assert labels(Proof()) == [("CLIENT", True), ("SESSION", False), ("GRANTS", False)]


def test_what_other_people_may_do_in_the_process_is_not_known() -> None:
    (client, *_) = sheet(Proof(strangers=("halfway-toy",)), ())
    assert (client.label, client.holds) == ("CLIENT", False)
    assert client.text.endswith("what the package halfway-toy may do in it is not known")
    assert "can write" in sheet(Proof(strangers=("halfway-toy",)), ("console.acting",))[0].text


def test_the_worst_session_is_the_one_that_counts() -> None:
    told = [Tried(True, "no"), Tried(None, "perhaps"), Tried(False, "yes")]
    assert [sheet(Proof(tuple(told[: n + 1])), ())[1].text.split(":")[0] for n in range(3)] == [
        "read only, tested", "cannot tell", "NOT READ ONLY",
    ]  # fmt: skip


def test_rights_that_cannot_be_read_are_no_proof() -> None:
    assert sheet(Proof(untold="denied"), ())[2].text == "cannot tell: denied"


@pytest.mark.parametrize("name", ["console.acting", "console.dialects.mysql.hand", "console.frameworks.flyway.marks"])
def test_a_writer_in_the_process_is_named(name: str) -> None:
    assert writers([name, "console.incident"]) == (name,)
    assert not sheet(Proof(), [name])[0].holds


def test_a_fix_says_whom_else_it_concerns() -> None:
    assert "from everybody" in fix_words("REVOKE CREATE ON SCHEMA public FROM PUBLIC")
    assert "only observers" in fix_words('REVOKE "app" FROM "low"')


def test_the_attempt_changes_nothing_even_where_it_is_accepted(database: URL) -> None:
    with psycopg.connect(conninfo(database), autocommit=True) as connection:
        before = connection.execute("SELECT pg_current_xact_id_if_assigned()").fetchall()
        assert connection.execute(of_postgres.ATTEMPT).fetchall() == []
        assert connection.execute("SELECT pg_current_xact_id_if_assigned()").fetchall() == before


def test_what_postgres_grants_is_found_and_its_fix_mends_it(database: URL) -> None:
    low = f"low_{database.database}"
    run(database, f"CREATE ROLE {low} LOGIN CREATEDB", f"CREATE ROLE app_{low}", f"GRANT app_{low} TO {low}",
        'CREATE TABLE "o""x" (id int)', f'GRANT INSERT, SELECT ON "o""x" TO {low}', "CREATE TABLE t (id int)",
        "GRANT UPDATE (id) ON t TO PUBLIC", f"GRANT DELETE ON t TO app_{low}",
        f"GRANT CREATE ON SCHEMA public TO {low}",
        f"GRANT pg_signal_backend TO {low}",
        "CREATE FUNCTION up() RETURNS int LANGUAGE sql SECURITY DEFINER AS 'SELECT 1'")  # fmt: skip
    try:
        link = dialects.open_dialect("postgresql").open(database.set(username=low), "schema")
        try:
            assert link.try_to_write().refused
            found = link.powers()
            said = " / ".join(power.may for power in found)
            for word in (
                "end other sessions",
                "INSERT",
                "UPDATE",
                "DELETE",
                "CREATE on schema",
                "create databases",
                "up",
            ):
                assert word in said
            run(database, *dict.fromkeys(fix for power in found for fix in power.fix))
            assert link.powers() == ()
        finally:
            link.close()
    finally:
        run(database, f"DROP OWNED BY {low}", f"DROP OWNED BY app_{low}", f"DROP ROLE {low}", f"DROP ROLE app_{low}")


def test_a_superuser_is_told_to_come_as_somebody_else(database: URL) -> None:
    link = dialects.open_dialect("postgresql").open(database, "schema")
    try:
        assert [(power.may, power.fix) for power in link.powers()] == [("do everything", ())]
    finally:
        link.close()


@pytest.mark.parametrize("grants", [
    ("GRANT SELECT, INSERT ON {db}.* TO {user} WITH GRANT OPTION",),
    ("GRANT ALL ON {db}.* TO {user}",),
    ("CREATE TABLE {db}.t (id INT, b INT)", "GRANT SELECT, UPDATE (id, b), TRIGGER ON {db}.t TO {user}"),
    ("GRANT SELECT ON {db}.* TO {user}", "GRANT FILE ON *.* TO {user}"),
], ids=["some", "all", "columns", "file"])  # fmt: skip
def test_what_mysql_grants_is_found_and_its_fix_mends_it(
    my_user: NewUser, my_database: URL, open_my_link: OpenMyLink, grants: tuple[str, ...]
) -> None:
    url = my_user(*grants)
    link = open_my_link("schema", url)
    assert link.try_to_write().refused
    found = link.powers()
    assert found
    my_run(my_database, *(fix for power in found for fix in power.fix))
    again = open_my_link("schema", url)
    assert again.powers() == ()


def test_who_may_only_read_has_no_power(my_user: NewUser, open_my_link: OpenMyLink) -> None:
    link = open_my_link(
        "schema", my_user("GRANT SELECT, SHOW VIEW ON {db}.* TO {user}", "GRANT PROCESS ON *.* TO {user}")
    )
    assert link.powers() == ()


class _Link:
    def __init__(self) -> None:
        self.tries = 0

    def try_to_write(self) -> Tried:
        self.tries += 1
        return Tried(True, "no")

    def powers(self) -> tuple[Power, ...]:
        raise NotPermittedFault("The rights may not be read")


def prover(now: list[float]) -> Prover:
    made = Prover(lambda: now[0])
    made.on = True
    return made


def test_a_session_is_tried_when_it_is_new_and_again_after_a_while() -> None:
    now, link = [0.0], _Link()
    made = prover(now)
    for now[0] in (0.0, 59.0, 61.0):
        made.turn("schema", link)  # type: ignore[arg-type]
    assert link.tries == 2
    assert made.proof == Proof((Tried(True, "no"),), None, "The rights may not be read.")


def test_nobody_else_is_tried() -> None:
    link = _Link()
    made = Prover()
    made.turn("schema", link)  # type: ignore[arg-type]
    assert (link.tries, made.proof) == (0, None)
