"""What query tests ask, in a few words."""

from __future__ import annotations

from console.core.statements import DataProbe, Guard, Nature, Sent, read_sent
from console.readers.php.draft import Call, Connection, Line
from console.readers.php.query import compile_query
from console.readers.php.values import Listing, Unknown, Value
from tests.readers.php.chains import line

PGSQL = Connection("pgsql", laravel=(12, 20, 0))
NAME = Unknown("the value of $name is not known")
MADE = Unknown("a text is put together", never_null=True)


def sent(php: str, connection: Connection = PGSQL) -> Sent:
    """The one statement a chain sends."""
    found = compile_query(line(php), connection)
    assert found is not None
    assert len(found) == 1
    return found[0]


def sql(php: str, driver: str = "pgsql", laravel: tuple[int, int, int] = (12, 20, 0), prefix: str = "") -> str:
    """Its SQL."""
    return sent(php, Connection(driver, laravel=laravel, prefix=prefix)).sql


def chain(*calls: Call, table: str = "users") -> Line:
    return Line((Call("DB::table", (table,)), *calls), "the source", 7, (Guard("if ($x)"),))


def one(*calls: Call, connection: Connection = PGSQL) -> Sent:
    found = compile_query(chain(*calls), connection)
    assert found is not None
    assert len(found) == 1
    return found[0]


def where(*args: Value) -> Call:
    return Call("where", args)


def update(**values: Value) -> Call:
    return Call("update", (Listing(tuple(values.items())),))


def probe(found: Sent) -> DataProbe | None:
    """The question to the data that the statement allows."""
    (statement,) = read_sent([found])
    assert statement.nature is Nature.DATA
    return statement.probe


def model(*, softly: Value = False, **named: Value) -> Call:
    return Call("model", ("App\\Models\\User", softly), named)
