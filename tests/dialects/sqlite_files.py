"""SQLite files in every state an incident leaves them in, and programs that hold them open."""

from __future__ import annotations

import os
import sqlite3
import subprocess
import sys
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path

from sqlalchemy.engine import URL

from console.dialects.sqlite import make
from console.dialects.sqlite.link import SQLiteLink

SHOP = """
CREATE TABLE customers (id integer PRIMARY KEY AUTOINCREMENT, email text COLLATE nocase, name text NOT NULL);
CREATE TABLE orders (id integer PRIMARY KEY, customer_id int REFERENCES customers (id), total int CHECK (total >= 0));
CREATE INDEX orders_total ON orders (total);
INSERT INTO customers (email, name) VALUES ('a@x', 'Ada'), ('A@X', 'Bob'), ('c@x', 'Cy');
INSERT INTO orders (customer_id, total) VALUES (1, 5), (99, 6), (NULL, 7);
"""
_MIDDLE = """
import os, sqlite3, sys
connection = sqlite3.connect(sys.argv[1], isolation_level=None)
connection.execute("PRAGMA cache_size = 2")
connection.execute("BEGIN")
connection.execute("CREATE TABLE half (a)")
for _ in range(200):
    connection.execute("INSERT INTO half VALUES (?)", ("x" * 2000,))
os.kill(os.getpid(), 9)
"""
_LOGGED = """
import os, sqlite3, sys
connection = sqlite3.connect(sys.argv[1], isolation_level=None)
connection.execute("CREATE TABLE late (a)")
os.kill(os.getpid(), 9)
"""
_PROGRAM = """
import sqlite3, sys
connection = sqlite3.connect(sys.argv[1], isolation_level=None, timeout=30)
for line in sys.stdin:
    connection.execute(line).fetchall()
    print("done", flush=True)
"""


def made(path: Path, *, journal: str = "delete", sql: str = SHOP) -> Path:
    """A file with a shop in it."""
    with closing(sqlite3.connect(path, isolation_level=None)) as connection:
        connection.execute(f"PRAGMA journal_mode = {journal}")
        connection.executescript(sql)
    return path


def opened(path: Path, lane: str = "schema") -> SQLiteLink:
    """Halfway's way to it."""
    return make().open(URL.create("sqlite", database=str(path)), lane)


def killed(path: Path, program: str) -> Path:
    """After a program was ended with kill -9."""
    done = subprocess.run([sys.executable, "-c", program, str(path)], check=False)
    assert done.returncode == -9
    return path


def with_hot_journal(folder: Path) -> Path:
    """A writer was killed in the middle of a transaction: the file holds half of it."""
    path = killed(made(folder / "shop.sqlite"), _MIDDLE)
    assert (folder / "shop.sqlite-journal").stat().st_size > 0
    return path


def with_left_log(folder: Path, *, index: bool = True) -> Path:
    """A program with a write-ahead log was killed: what it did last is only in the log."""
    path = killed(made(folder / "shop.sqlite", journal="wal"), _LOGGED)
    if not index:
        (folder / "shop.sqlite-shm").unlink()
    return path


class Program:
    """Another process that has the file open."""

    def __init__(self, process: subprocess.Popen[str]) -> None:
        self.process = process

    def sends(self, sql: str) -> None:
        """Begin a statement."""
        assert self.process.stdin is not None
        self.process.stdin.write(sql + "\n")
        self.process.stdin.flush()

    def does(self, sql: str) -> None:
        """A statement to its end."""
        self.sends(sql)
        assert self.process.stdout is not None
        assert self.process.stdout.readline() == "done\n"


@contextmanager
def program(path: Path) -> Iterator[Program]:
    """An application."""
    process = subprocess.Popen(
        [sys.executable, "-c", _PROGRAM, str(path)], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    )
    with process:
        yield Program(process)
        assert process.stdin is not None
        process.stdin.close()


def contents(folder: Path) -> dict[str, tuple[bytes, int]]:
    """Every file with its bytes and the time of its last change; of a log's index only that it is there."""
    return {
        path.name: (b"", 0) if path.name.endswith("-shm") else (path.read_bytes(), path.stat().st_mtime_ns)
        for path in sorted(folder.iterdir())
        if path.is_file()
    }


@contextmanager
def as_nobody() -> Iterator[None]:
    """Without the rights of root, for which no permission counts."""
    if os.geteuid():
        yield
        return
    os.seteuid(65534)
    try:
        yield
    finally:
        os.seteuid(0)
