"""Links through something that takes no settings: a pooler between Halfway and PostgreSQL."""

from __future__ import annotations

import socket
from collections.abc import Iterator
from contextlib import suppress
from threading import Thread

import pytest
from sqlalchemy.engine import URL

from console.core.faults import (
    LinkLostFault,
    TimedOutFault,
)
from console.core.statements import DataProbe
from tests.dialects.conftest import OpenLink
from tests.servers import Connect, run


class Pooler:
    """A proxy that refuses start-up options, as poolers do, and passes everything else on."""

    def __init__(self, url: URL) -> None:
        self._target = (url.host or "127.0.0.1", url.port or 5432)
        self._listener = socket.create_server(("127.0.0.1", 0))
        self.url = url.set(host="127.0.0.1", port=self._listener.getsockname()[1]).update_query_dict(
            {"sslmode": "disable", "gssencmode": "disable"}
        )
        self._threads = [Thread(target=self._serve, daemon=True)]
        self._threads[0].start()

    def close(self) -> None:
        self._listener.shutdown(socket.SHUT_RDWR)
        self._listener.close()
        for thread in self._threads:
            thread.join(5)

    def _serve(self) -> None:
        with suppress(OSError):
            while True:
                client, _ = self._listener.accept()
                self._threads.append(Thread(target=self._one, args=(client,), daemon=True))
                self._threads[-1].start()

    def _one(self, client: socket.socket) -> None:
        with client:
            start = client.recv(65536)
            if b"options\0" in start:
                body = b"SFATAL\0C08P01\0Munsupported startup parameter: options\0\0"
                client.sendall(b"E" + (len(body) + 4).to_bytes(4, "big") + body)
                return
            with socket.create_connection(self._target) as server:
                server.sendall(start)
                back = Thread(target=self._pump, args=(server, client), daemon=True)
                back.start()
                self._pump(client, server)
                back.join()

    def _pump(self, source: socket.socket, sink: socket.socket) -> None:
        with suppress(OSError):
            while data := source.recv(65536):
                sink.sendall(data)
        for end in (source, sink):
            with suppress(OSError):
                end.shutdown(socket.SHUT_RDWR)


@pytest.fixture
def pooler(database: URL, open_link: OpenLink) -> Iterator[Pooler]:
    proxy = Pooler(database)
    yield proxy
    run(database, "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE application_name LIKE 'halfway%'")
    proxy.close()


def test_through_a_pooler_everything_is_read_and_no_setting_stays_behind(
    pooler: Pooler, open_link: OpenLink, connect: Connect
) -> None:
    connection = connect()
    connection.execute("CREATE TABLE t (a int PRIMARY KEY)")
    direct, pooled = open_link(), open_link(url=pooler.url)
    assert pooled.schema().things == direct.schema().things
    assert pooled.rows("public", "t").columns == ("a",)
    assert pooled.fingerprint() == direct.fingerprint()
    assert pooled.count(DataProbe("SELECT count(*) FROM t", ("public", "t")), 1.0) == 0
    raw = pooled._wire._connection
    left = [raw.execute(f"SHOW {name}").fetchone() for name in ("lock_timeout", "default_transaction_read_only")]
    assert left == [("0",), ("off",)]
    state = "SELECT state FROM pg_stat_activity WHERE pid = %s"
    assert connection.execute(state, (raw.info.backend_pid,)).fetchone() == ("idle",)


def test_through_a_pooler_limits_hold_for_each_read(pooler: Pooler, open_link: OpenLink) -> None:
    link = open_link("locks", url=pooler.url)
    assert link._wire.read("SHOW lock_timeout") == [("250ms",)]
    assert link._wire.read("SHOW transaction_read_only") == [("on",)]
    with pytest.raises(TimedOutFault):
        link._wire.read("SELECT pg_sleep(10)")
    assert link.server().name


def test_a_link_over_a_dead_network_is_lost_within_seconds(pooler: Pooler, open_link: OpenLink) -> None:
    link = open_link("locks", url=pooler.url)
    link._wire._connection.pgconn.finish()
    with pytest.raises(LinkLostFault):
        link.sessions()
