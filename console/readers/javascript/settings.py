"""Values of a configuration of Node: what is written down, and variables of the environment by their names."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from urllib.parse import quote

from console.readers.javascript.values import Chain, Many, Pairs, Undefined, Value, why_not

_NUMBERS = frozenset({"parseInt", "Number", "parseFloat", "String"})


def plain(value: Value, known: Mapping[str, str]) -> str | None:
    """A value as text; None where it is not given, or not known."""
    if isinstance(value, str):
        return value
    if isinstance(value, bool):
        return str(value).lower()
    if isinstance(value, int):
        return str(value)
    name = variable(value)
    return known.get(name) if name else None


def variable(value: Value) -> str:
    """The variable of the environment that a value is; '' where it is none."""
    if not isinstance(value, Chain) or value.root.kind != "global":
        return ""
    names = [step.name for step in value.steps]
    if value.root.name == "process" and len(names) == 2 and names[0] == "env":
        return names[1]
    last = value.steps[-1] if value.steps else None
    if value.root.name in _NUMBERS and last is not None and last.args:
        return variable(last.args[0])
    return ""


def unknown(values: Mapping[str, Value], known: Mapping[str, str], names: tuple[str, ...]) -> Iterator[str]:
    """Why those of these values are not known that are given: one sentence each."""
    for name in names:
        value = values.get(name)
        if value is None or isinstance(value, Undefined) or plain(value, known) is not None:
            continue
        told = variable(value)
        why = f"{told} is not set" if told else why_not(value) or "it is not written down"
        yield f"{name}: {why}."


def environment(known: Mapping[str, str]) -> tuple[tuple[str, str], ...]:
    """Variables as a file of Node reads them."""
    return tuple((f"process.env.{name}", known[name]) for name in sorted(known))


def chosen_by(known: Mapping[str, str]) -> tuple[str, str]:
    """The environment of which these tools take the settings, and how that is called: nobody's word is development."""
    named = known.get("NODE_ENV")
    return (named, named) if named else ("development", "development, as NODE_ENV is not set")


def address(family: str, given: Mapping[str, str | None]) -> str:
    """The URL that settings of Node's drivers come to: username, password, host, port and database."""
    user, password, port = (given.get(name) for name in ("username", "password", "port"))
    who = quote(user, safe="") + (f":{quote(password, safe='')}" if password else "") + "@" if user else ""
    where = (given.get("host") or "localhost") + (f":{port}" if port else "")
    return f"{family}://{who}{where}/{quote(given.get('database') or '', safe='')}"


def json_object(text: str) -> Pairs | None:
    """A JSON file as an object of values; None where it is none. Of a list the first counts."""
    try:
        found = json.loads(text)
    except (ValueError, RecursionError):
        return None
    value = _value(found[0] if isinstance(found, list) and found else found)
    return value if isinstance(value, Pairs) else None


def _value(found: object) -> Value:
    if isinstance(found, dict):
        return Pairs({str(name): _value(value) for name, value in found.items()})
    if isinstance(found, list):
        return Many(tuple(_value(one) for one in found))
    return found if isinstance(found, (str, int, float)) else None
