"""Between a thing and its attributes: what a CREATE really said, and the thing that attributes describe."""

from __future__ import annotations

from console.core import schema as made_of
from console.core.schema import Kind, Ref, Thing, Value, attributes
from console.core.state import Attrs
from console.core.thing import LATER

_CLASS_OF: dict[Kind, type[Thing]] = {
    Kind.SCHEMA: made_of.Namespace,
    Kind.EXTENSION: made_of.Extension,
    Kind.TYPE: made_of.UserType,
    Kind.SEQUENCE: made_of.Sequence,
    Kind.TABLE: made_of.Table,
    Kind.COLUMN: made_of.Column,
    Kind.CONSTRAINT: made_of.Constraint,
    Kind.INDEX: made_of.Index,
    Kind.TRIGGER: made_of.Trigger,
    Kind.POLICY: made_of.Policy,
    Kind.VIEW: made_of.View,
    Kind.ROUTINE: made_of.Routine,
    Kind.PROCEDURE: made_of.Routine,
    Kind.EVENT: made_of.Event,
    Kind.RULE: made_of.Other,
    Kind.STATISTICS: made_of.Other,
    Kind.PUBLICATION: made_of.Other,
}


def class_of(kind: Kind) -> type[Thing]:
    """What things of a kind are made of."""
    return _CLASS_OF[kind]


UNSTATED: dict[str, Value] = {
    "comment": None,
    "row_security": "off",
    "replica_identity": "default",
    "options": (),
    "inherits": (),
    "owner": None,
    "attached_to": None,
    "partition_of": None,
    "partition_bound": None,
    "collation": None,
    "charset": None,
    "engine": None,
    "partitions": (),
    "populated": True,
    "enabled": "origin",
    "definition": None,
    "body": None,
    "version": "",
    "language": "",
    **dict.fromkeys(LATER),
}
"""Values that only say "CREATE did not mention it": somebody may have set them since, and it landed all the same."""


def stated(thing: Thing) -> dict[str, Value]:
    """What a CREATE really said about a thing."""
    return {
        name: value
        for name, value in attributes(thing).items()
        if name not in UNSTATED or (value is not None and value != UNSTATED[name])
    }


def thing_at(ref: Ref, attrs: Attrs, *, named: bool = True) -> Thing:
    """The thing that `attributes()` would turn into `attrs`; fields not given are marked unread."""
    kind = _CLASS_OF[ref.kind]
    given = {name: value for name, value in attrs.items() if name in kind.__dataclass_fields__}
    for name in ("type", "table"):
        if name in kind.__dataclass_fields__ and name not in given:
            given[name] = ""
    if kind is made_of.Index:
        given.setdefault("columns", ())
    missing = frozenset(kind.__dataclass_fields__) - frozenset(attrs)
    return kind(ref=ref, unread=missing, named=named, **given)  # type: ignore[arg-type]
