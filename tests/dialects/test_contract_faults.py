"""What every link says when no connection can be had: one sentence, soon, and never a secret in it."""

from __future__ import annotations

import socket
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager, suppress
from threading import Thread

import pytest
from sqlalchemy.engine import URL

from console.core.faults import Fault, NotPermittedFault, UnreachableFault, UsageFault
from console.dialects import open_dialect
from tests.dialects.contract import SERVED, Site

ON_SERVERS = pytest.mark.parametrize("contract_server", SERVED, indirect=True)
SERVERS = ("postgresql", "mysql", "mariadb")
SECRET = "hush-Hush"
X_PROTOCOL = b"\x05\x00\x00\x00\x0b\x08\x05\x1a\x00"
STRANGERS = {
    "ssh": b"SSH-2.0-OpenSSH_9.2\r\n",
    "http": b"HTTP/1.1 400 Bad Request\r\nContent-Length: 0\r\n\r\n",
    "the X protocol": X_PROTOCOL,
    "half a greeting": b"\x4a\x00\x00\x00\x0a9.7.4\x00",
    "nothing": b"",
    "zeros": b"\x00" * 64,
    "an endless packet": b"\xff\xff\xff\x00",
}


def said(fault: BaseException | None) -> str:
    """Everything that could be printed of a fault and of what it came from."""
    if fault is None:
        return ""
    own = [str(fault), repr(fault), *(str(getattr(fault, name, "")) for name in ("what", "why", "todo", "grant"))]
    return "\n".join([*own, said(fault.__cause__)])


def refused(url: URL, fault: type[Fault] = UnreachableFault) -> Fault:
    """Why no link can be had there."""
    with pytest.raises(fault) as caught:
        open_dialect(url.drivername).open(url, "schema")
    assert SECRET not in said(caught.value)
    assert str(caught.value).endswith((".", "?", "!"))
    return caught.value


def at(server: str, port: int, host: str = "127.0.0.1") -> URL:
    return URL.create(server, "me", SECRET, host, port, "shop")


@contextmanager
def listening(answer: bytes | None) -> Iterator[int]:
    """A port where somebody accepts, says `answer` and hangs up; None: says nothing and holds on."""
    held = []
    with socket.create_server(("127.0.0.1", 0)) as listener:

        def serve() -> None:
            with suppress(OSError):
                while True:
                    held.append(listener.accept()[0])
                    if answer is not None:
                        held[-1].sendall(answer)
                        held[-1].shutdown(socket.SHUT_WR)

        thread = Thread(target=serve, daemon=True)
        thread.start()
        try:
            yield listener.getsockname()[1]
        finally:
            listener.shutdown(socket.SHUT_RDWR)
            thread.join(5)
            for connection in held:
                connection.close()


@pytest.mark.parametrize("server", SERVERS)
def test_a_closed_port_is_unreachable(server: str) -> None:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        assert "refused" in str(refused(at(server, probe.getsockname()[1])))


@pytest.mark.parametrize("server", SERVERS)
def test_a_host_nobody_knows_is_unreachable_and_named(server: str) -> None:
    assert "nowhere.invalid" in str(refused(at(server, 1, "nowhere.invalid")))


@pytest.mark.parametrize("server", SERVERS)
@pytest.mark.parametrize("stranger", STRANGERS)
def test_whatever_else_answers_is_no_server(server: str, stranger: str) -> None:
    with listening(STRANGERS[stranger]) as port:
        began = time.monotonic()
        refused(at(server, port))
        assert time.monotonic() - began < 6


def test_a_server_that_says_nothing_is_given_up() -> None:
    with listening(None) as port, ThreadPoolExecutor(len(SERVERS)) as pool:
        began = time.monotonic()
        faults = list(pool.map(lambda server: refused(at(server, port)), SERVERS))
        assert time.monotonic() - began < 9
    assert all("timed out" in str(fault) or "timeout" in str(fault) for fault in faults), faults


@pytest.mark.parametrize("server", SERVERS)
def test_a_url_without_a_host_or_with_a_strange_port_is_no_traceback(server: str) -> None:
    for url in (
        URL.create(server, "me", SECRET, "127.0.0.1", 99999, "shop"),
        URL.create(server, "me", SECRET, "", None, "shop"),
        URL.create(server, "me", SECRET, "127.0.0.1", 1, "a\x00b"),
        URL.create(server, "m\x00e", SECRET, "127.0.0.1", 1, "shop"),
        URL.create(server, "me", SECRET, "host with spaces", 1, "shop"),
    ):
        with pytest.raises((UnreachableFault, UsageFault)) as caught:
            open_dialect(server).open(url, "schema")
        assert SECRET not in said(caught.value)


@ON_SERVERS
def test_a_database_that_is_not_there_is_named(site: Site) -> None:
    assert "not_there" in str(refused(site.url.set(database="not_there")))


@ON_SERVERS
def test_whoever_may_not_use_the_database_gets_the_grant(site: Site) -> None:
    if site.kind.startswith("pg"):
        site.admin.ask(f"REVOKE CONNECT ON DATABASE {site.url.database} FROM public")
    low = site.user()
    fault = refused(low, NotPermittedFault)
    site.admin.ask(fault.grant)
    assert site.link(url=low).server().user == low.username


@ON_SERVERS
def test_nobody_is_a_sentence(site: Site) -> None:
    assert "nobody_here" in str(refused(site.url.set(username="nobody_here", password=SECRET)))
