"""Halfway loaded once and forked for each command: a process of its own each time, without a second of loading.

`python -m tests.forked` has a socket as its stdin. A request is one message: arguments, folder and environment, with
the files that are the command's streams and one for its end. A grandchild answers it, from `main` to the end of its
interpreter; a child in between waits for it, so that several may run at once.
"""

from __future__ import annotations

import atexit
import gc
import json
import os
import pkgutil
import select
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Mapping, Sequence
from functools import cache
from importlib import import_module
from pathlib import Path
from tempfile import TemporaryFile
from typing import IO

PATIENCE = 60.0
_LARGEST = 1 << 18
_STREAMS = 3
_ROOMS = ("console.cli", "console.dialects", "console.frameworks", "console.readers", "console.report")
_FOR_THE_INTERPRETER = ("PYTHON", "LANG", "LC_")
_SERVED = frozenset({"assess", "doctor", "snapshot"})


def serves(arguments: Sequence[str], env: Mapping[str, str]) -> bool:
    """Whether a fork does the same: nothing of this was looked at when the interpreter started."""
    return bool(_SERVED & set(arguments[:1])) and not any(name.startswith(_FOR_THE_INTERPRETER) for name in env)


def done(
    arguments: Sequence[str], cwd: Path, env: Mapping[str, str], stdin: bytes
) -> subprocess.CompletedProcess[bytes]:
    """What the command left."""
    request = json.dumps([list(arguments), str(cwd), dict(env)]).encode()
    with TemporaryFile() as given, TemporaryFile() as out, TemporaryFile() as err:
        given.write(stdin)
        given.seek(0)
        ended, ends = os.pipe()
        with os.fdopen(ended, "rb", buffering=0) as told:
            socket.send_fds(_server(), [request], [given.fileno(), out.fileno(), err.fileno(), ends])
            os.close(ends)
            code = _end(told, arguments)
        return subprocess.CompletedProcess(list(arguments), code, _all(out), _all(err))


def _end(told: IO[bytes], arguments: Sequence[str]) -> int:
    """The exit code; a command that takes too long is ended."""
    process = int(told.readline())
    if not select.select([told], [], [], PATIENCE)[0]:
        os.kill(process, signal.SIGKILL)
        raise subprocess.TimeoutExpired(list(arguments), PATIENCE)
    return int(told.readline())


def _all(file: IO[bytes]) -> bytes:
    file.seek(0)
    return file.read()


@cache
def _server() -> socket.socket:
    """The way to the one that forks, one for each process that runs tests; it ends when this way is closed."""
    ours, theirs = socket.socketpair(socket.AF_UNIX, socket.SOCK_SEQPACKET)
    with theirs:
        ours.setsockopt(socket.SOL_SOCKET, socket.SO_SNDBUF, _LARGEST)
        root = Path(__file__).resolve().parent.parent
        child = subprocess.Popen(
            [sys.executable, "-m", __name__],
            cwd=root,
            stdin=theirs.fileno(),
            stdout=subprocess.DEVNULL,
            start_new_session=True,
        )
    atexit.register(ours.close)
    child.returncode = 0  # nobody waits for it: it ends with the process that runs the tests
    return ours


def _load() -> None:
    """All that a command may load, but not what can write: who asks whether it is there must find it is not."""
    from console.core.proof import writers

    for room in map(import_module, _ROOMS):
        for module in pkgutil.walk_packages(room.__path__, f"{room.__name__}."):
            if not writers([module.name]):
                import_module(module.name)
    gc.freeze()


def _serve(requests: socket.socket) -> list[str]:
    """Forks for each request; returns in the process that is to do it, with the arguments."""
    signal.signal(signal.SIGCHLD, signal.SIG_IGN)
    while True:
        request, files, _, _ = socket.recv_fds(requests, _LARGEST, _STREAMS + 1)
        if not request:
            os._exit(0)
        if not os.fork():
            signal.signal(signal.SIGCHLD, signal.SIG_DFL)
            if (process := os.fork()) == 0:
                return _become(request, files)
            _wait(process, files[-1])
        for file in files:
            os.close(file)


def _wait(process: int, ends: int) -> None:
    os.write(ends, b"%d\n" % process)
    _, status = os.waitpid(process, 0)
    os.write(ends, b"%d\n" % os.waitstatus_to_exitcode(status))
    os._exit(0)


def _become(request: bytes, files: list[int]) -> list[str]:
    """The command's streams, folder and environment."""
    arguments, folder, env = json.loads(request)
    for number, file in enumerate(files):
        if number < _STREAMS:
            os.dup2(file, number)
        os.close(file)
    os.chdir(folder)
    os.environ.clear()
    os.environ.update(env)
    time.tzset()
    return list(arguments)


if __name__ == "__main__":
    from screens.__main__ import main

    _load()
    with socket.socket(fileno=os.dup(0)) as way:
        sys.argv[1:] = _serve(way)
    main()
