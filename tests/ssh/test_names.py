"""Whose name counts behind a tunnel: the certificate and the password are those of the database's own host and port."""

from __future__ import annotations

import datetime as dt
import tempfile
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pymysql
import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID
from psycopg.conninfo import conninfo_to_dict
from sqlalchemy.engine import URL, make_url

from console.core.observation import Machine
from console.dialects.mysql.doors import doors
from console.dialects.postgres.credentials import password_for
from console.dialects.postgres.wire import conninfo
from console.tunnel import Beyond
from tests.headless import halfway
from tests.mysql_servers import private
from tests.ssh.far import DATABASE, HOSTS, Seat
from tests.tools.sshd import sshd

_PGPASS = """# db1:5432:shop:ann:not this
db1:5433:*:*:of another port
db1:5432:shop:ann:it\\:has\\\\marks
*:*:*:ann:of ann
"""


@pytest.fixture(scope="module")
def server() -> Iterator[tuple[URL, Path]]:
    """A MySQL whose certificate is for the name that only the bastion knows, and who signed it."""
    with tempfile.TemporaryDirectory() as name, private("mysql") as made:
        folder = Path(name)
        folder.chmod(0o755)
        _certify(folder)
        with pymysql.connect(host="127.0.0.1", port=made.url.port or 0, user="root", autocommit=True) as connection:
            cursor = connection.cursor()
            for variable in ("ssl_ca", "ssl_cert", "ssl_key"):
                cursor.execute(f"SET GLOBAL {variable} = '{folder}/{variable}'")
            cursor.execute("ALTER INSTANCE RELOAD TLS")
        yield made.url, folder / "ssl_ca"


def _certify(folder: Path) -> None:
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, DATABASE)])
    now = dt.datetime.now(dt.UTC)
    made = (
        x509.CertificateBuilder(name, name, key.public_key(), x509.random_serial_number())
        .not_valid_before(now - dt.timedelta(days=1))
        .not_valid_after(now + dt.timedelta(days=1))
        .add_extension(x509.SubjectAlternativeName([x509.DNSName(DATABASE)]), critical=False)
        .add_extension(x509.BasicConstraints(ca=True, path_length=None), critical=True)
        .sign(key, hashes.SHA256())
    )
    pem = serialization.Encoding.PEM
    text = key.private_bytes(pem, serialization.PrivateFormat.PKCS8, serialization.NoEncryption())
    for variable, data in (("ssl_ca", made.public_bytes(pem)), ("ssl_cert", made.public_bytes(pem)), ("ssl_key", text)):
        (folder / variable).write_bytes(data)
        (folder / variable).chmod(0o644)


@pytest.mark.server
@pytest.mark.parametrize(("host", "code"), [(DATABASE, 1), ("other", 3)])
def test_the_certificate_that_counts_is_the_databases(
    server: tuple[URL, Path], tmp_path: Path, host: str, code: int
) -> None:
    """`other` is the same machine by another name, which the certificate does not hold."""
    url, authority = server
    there = url.set(drivername="mysql", host=host, database="mysql").update_query_dict(
        {"ssl_ca": str(authority), "ssl_verify_cert": "true", "ssl_verify_identity": "true"}
    )
    with sshd("", "", f"{HOSTS}127.0.0.1 other\n") as bastion, Seat.at(bastion, tmp_path) as seat:
        text = there.render_as_string(hide_password=False)
        answer = halfway("assess", "--ssh", "bastion", text, env=seat.environ)
    assert answer.code == code, answer.err
    assert (f"mysql on {host}" in answer.out) == (code == 1)
    assert ("certificate" in answer.err) == (code == 3)


def test_libpq_verifies_the_databases_name_and_connects_to_the_tunnel() -> None:
    given = conninfo_to_dict(conninfo(make_url("postgresql://ann@db1/shop?tunnel=127.0.0.1:4711"), "test", ""))
    assert (given["host"], given["hostaddr"], given["port"]) == ("db1", "127.0.0.1", "4711")
    assert "tunnel" not in given


@pytest.mark.parametrize(
    ("given", "password"),
    [
        ({"host": "db1", "dbname": "shop", "user": "ann"}, "it:has\\marks"),
        ({"host": "db1", "dbname": "shop", "user": "bob"}, None),
        ({"host": "db1", "port": 5433, "dbname": "shop", "user": "bob"}, "of another port"),
        ({"host": "db2", "dbname": "shop", "user": "ann"}, "of ann"),
        ({"host": "db1", "dbname": "shop", "user": "ann", "password": "said"}, "said"),
    ],
)
def test_the_password_file_is_asked_for_the_databases_port(
    tmp_path: Path, given: dict[str, object], password: str | None
) -> None:
    file = tmp_path / "pgpass"
    file.write_text(_PGPASS)
    file.chmod(0o600)
    assert password_for({**given, "passfile": file}, {}) == password
    assert password_for({**given, "passfile": file}, {"PGPASSWORD": "x"}) == given.get("password")


def test_a_password_file_that_others_may_read_is_not_read(tmp_path: Path) -> None:
    file = tmp_path / "pgpass"
    file.write_text("*:*:*:*:secret\n")
    file.chmod(0o644)
    assert password_for({"host": "db1", "user": "ann", "passfile": file}, {}) is None


def test_a_tunnel_has_no_other_doors() -> None:
    assert list(doors(make_url("mysql://root@db1/shop?tunnel=127.0.0.1:4711&admin_port=33062"), {})) == []


def test_connections_of_this_machine_prove_nothing_behind_a_tunnel() -> None:
    """A session that a far server sees as 127.0.0.1:50000 is not the one that this machine has there."""

    class Here:
        def look(self) -> Machine:
            return Machine(frozenset({("127.0.0.1", 50000)}), frozenset({"127.0.0.1"}))

    assert Beyond(Here()).look() == replace(Here().look(), sockets=frozenset(), addresses=frozenset())
