"""What drivers write of a connection that is gone or never was; a server's own words count before it."""

from __future__ import annotations

import pytest

from console.core.errors import Sort, refusal_in

LOST = (
    "Error: Connection terminated unexpectedly",
    "Error: read ECONNRESET",
    "org.postgresql.util.PSQLException: An I/O error occurred while sending to the backend.",
    "com.mysql.cj.jdbc.exceptions.CommunicationsException: Communications link failure",
    "error: driver: bad connection",
    "Error: invalid connection",
    "error: failed to run migration: unexpected EOF",
    "Error: PROTOCOL_CONNECTION_LOST",
    "Npgsql.NpgsqlException (0x80004005): Exception while reading from stream",
    "SQLSTATE[HY000]: General error: 7 no connection to the server",
    "sqlalchemy.exc.OperationalError: SSL SYSCALL error: EOF detected",
)
UNREACHED = (
    "Error: connect ECONNREFUSED 127.0.0.1:5432",
    "Error: P1001: Can't reach database server at `db:5432`",
    "SQLSTATE[HY000] [2002] Connection refused",
)


@pytest.mark.parametrize("dialect", ["postgresql", "mysql", "mariadb"])
@pytest.mark.parametrize(("texts", "word"), [(LOST, "was lost"), (UNREACHED, "not reached")], ids=["lost", "unreached"])
def test_a_connection_that_is_gone_is_known_by_its_drivers_words(
    texts: tuple[str, ...], word: str, dialect: str
) -> None:
    for text in texts:
        refusal = refusal_in(text, dialect)
        assert refusal is not None, text
        assert (refusal.rule.sort, word in refusal.rule.means) == (Sort.LOST, True), text


def test_what_a_server_says_itself_counts_before_it() -> None:
    text = "connect ECONNREFUSED, trying again\nERROR: canceling statement due to lock timeout"
    refusal = refusal_in(text, "postgresql")
    assert refusal is not None
    assert refusal.rule.sort is Sort.LOCK
    assert refusal_in("sh: unexpected EOF while looking for matching `'", "postgresql") is None
    assert refusal_in("Error: read ECONNRESET", "sqlite") is None
