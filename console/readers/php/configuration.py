"""PHP files that return an array: `config/database.php`, `bootstrap/cache/config.php`, read without running them."""

from __future__ import annotations

from collections.abc import Callable

from console.readers.php.classes import read_file
from console.readers.php.compilers import Laravel
from console.readers.php.draft import Connection, UnreadableError
from console.readers.php.language import PHP
from console.readers.php.lookup import NoLookup
from console.readers.php.machine import Machine, ThrownError
from console.readers.php.scope import Frame
from console.readers.php.syntax import LARGEST, Node, is_broken, only, parts
from console.readers.php.things import Case, Collected, FilePlace, On
from console.readers.php.values import Listing, Raw, Unknown, Value


class _Environment(NoLookup):
    """Only the environment is known while configuration is read."""

    def __init__(self, env: Callable[[str], Value]) -> None:
        """`env` gives the value of a variable; None: it is not set."""
        self._env = env

    def env(self, key: str) -> Value:
        """The value of a variable."""
        return self._env(key)


def read_config(text: str, env: Callable[[str], Value]) -> Value:
    """What a PHP file returns: a list whose unknown values are Unknown one by one.

    A path of the project (`database_path('x.sqlite')`) is the text `{base}/database/x.sqlite`.
    """
    if len(text) > LARGEST:
        return Unknown("the file is larger than any that is read")
    file = read_file(text)
    machine = Machine(_Environment(env), On(Connection()), Laravel(), PHP, folder="config")
    frame = Frame(file)
    found: Value = Unknown("the file returns nothing")
    for node in parts(file.root):
        try:
            if node.type == "return_statement":
                return _spoken(_returned(machine, node, frame))
            if node.type == "expression_statement" and not is_broken(node):
                machine.value(only(node), frame)
        except (UnreadableError, ThrownError, RecursionError) as error:
            found = Unknown(str(error) or "the file throws")
    return found


def _returned(machine: Machine, node: Node, frame: Frame) -> Value:
    if is_broken(node):
        return Unknown("the file has an error")
    return machine.value(only(node), frame)


def _spoken(value: Value) -> Value:
    """Without anything only the walker understands."""
    if isinstance(value, Listing):
        return Listing(tuple((key, _spoken(one)) for key, one in value.items))
    if isinstance(value, Collected):
        return _spoken(value.items)
    if isinstance(value, Case):
        return value.value
    if isinstance(value, FilePlace):
        return f"{{base}}/{value.path.lstrip('/')}".rstrip("/")
    if isinstance(value, Unknown):
        return Unknown(value.why, value.never_null)
    return value.sql if isinstance(value, Raw) else value
