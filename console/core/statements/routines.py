"""CREATE, ALTER and the addresses of functions and procedures, whose names carry their argument types."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field, replace

from console.core.lexer import TokenKind
from console.core.operations import Create, Operation, Rename
from console.core.schema import Kind, Ref, Routine
from console.core.statements.alter_table import Action, Target, owner_to, read_actions, set_schema
from console.core.statements.cursor import Cursor, Unreadable
from console.core.statements.foreign_keys import Owner
from console.core.statements.verbs import Meaning, opaque
from console.core.types.postgres import without_modifier
from console.core.types.postgres_words import quote_name

_MODES = ("IN", "OUT", "INOUT", "VARIADIC")
_SETTINGS = "Halfway reads the source of a routine, not its other settings."
_BEHIND_TYPE = ("DEFAULT", "=", ":=")


@dataclass
class _Signature:
    """The arguments of a routine."""

    identity: list[str] = field(default_factory=list)
    out: list[str] = field(default_factory=list)

    def ref(self, ref: Ref) -> Ref:
        """The address with the argument types in it."""
        return replace(ref, name=f"{ref.name}({', '.join(self.identity)})")


def _signature(cursor: Cursor) -> _Signature:
    found = _Signature()
    for item in cursor.group().items():
        mode = item.accept_any(*_MODES)
        if mode == "IN" and item.accept("OUT"):
            mode = "INOUT"
        _, type_name, late_mode = _argument(item)
        if "%" in type_name:
            raise Unreadable  # `customers.email%TYPE`: only the server knows which type that is
        mode, type_name = mode or late_mode or "IN", without_modifier(type_name)
        if mode != "OUT":
            found.identity.append(type_name)
        if mode in ("OUT", "INOUT"):
            found.out.append(type_name)
    return found


def _argument(item: Cursor) -> tuple[str, str, str]:
    """(name, type, mode behind the name): an argument is a type, or a name and a type."""
    start = item.at
    try:
        type_name = item.type()
    except Unreadable:
        type_name = ""
    if type_name and (item.done or item.word() in _BEHIND_TYPE):
        return "", type_name, ""
    item.at = start
    name = item.name()
    mode = item.accept_any(*_MODES)
    type_name = item.type()
    if not item.done and item.word() not in _BEHIND_TYPE:
        raise Unreadable
    return name, type_name, mode


def routine_ref(cursor: Cursor) -> Ref | None:
    """`f(integer)`; None when the arguments are left out, because then the text does not say which one is meant."""
    ref = cursor.ref(Kind.ROUTINE)
    return _signature(cursor).ref(ref) if cursor.word() == "(" else None


def create_routine(cursor: Cursor) -> Meaning:
    """Behind `CREATE [OR REPLACE] {FUNCTION | PROCEDURE}`."""
    before = [token.word for token in cursor.found[: cursor.at]]
    sort = "procedure" if before[-1] == "PROCEDURE" else "function"
    ref = cursor.ref(Kind.ROUTINE)
    signature = _signature(cursor)
    returns = _returns(cursor) if cursor.accept("RETURNS") else _returns_of(signature, sort)
    language, body, volatility, security = _options(cursor)
    routine = Routine(
        ref=signature.ref(ref),
        type=sort,
        language=language,
        returns=returns,
        body=body,
        volatility=volatility,
        security=security,
        unread=frozenset({"owner"} if body is not None else {"owner", "body"}),
    )
    return Meaning((Create((routine,), replace="REPLACE" in before),))


def _returns_of(signature: _Signature, sort: str) -> str:
    if sort == "procedure" or not signature.out:
        return ""
    return signature.out[0] if len(signature.out) == 1 else "record"


def _returns(cursor: Cursor) -> str:
    if not cursor.accept("TABLE"):
        return without_modifier(cursor.type())
    columns = []
    for item in cursor.group().items():
        name, type_name, _ = _argument(item)
        columns.append(f"{quote_name(name)} {without_modifier(type_name)}")
    return f"TABLE({', '.join(columns)})"


def _options(cursor: Cursor) -> tuple[str, str | None, str | None, str | None]:
    """Language, source, volatility and security; the source is None where the catalog keeps a parsed body instead."""
    language, body, volatility, security = "sql", None, None, None
    while not cursor.done:
        if cursor.accept("LANGUAGE"):
            token = cursor.token
            is_string = token is not None and token.kind is TokenKind.STRING
            language = cursor.string().lower() if is_string else cursor.name()
        elif cursor.accept("AS"):
            body = cursor.string()
            if cursor.accept(","):
                body = cursor.string()
        elif word := cursor.accept_any("IMMUTABLE", "STABLE", "VOLATILE"):
            volatility = word.lower()
        elif cursor.accept("SECURITY"):
            security = cursor.accept_any("DEFINER", "INVOKER").lower() or None
        elif cursor.accept_any("RETURN", "BEGIN"):
            cursor.rest()
        else:
            cursor.skip_group()
    return language, body, volatility, security


def alter_routine(cursor: Cursor) -> Meaning:
    """Behind `ALTER {FUNCTION | PROCEDURE | ROUTINE}`."""
    ref = routine_ref(cursor)
    if ref is None:
        raise Unreadable
    return Meaning(read_actions(cursor, Target(ref, Owner(ref), if_present=False), _ACTIONS))


def _rename(cursor: Cursor, target: Target) -> Iterator[Operation]:
    _, _, arguments = target.ref.name.partition("(")
    yield Rename(target.ref, replace(target.ref, name=f"{cursor.name()}({arguments}"))


def _attributes(cursor: Cursor, target: Target) -> Iterator[Operation]:
    found = opaque(f"{target.ref.name} {cursor.rest()}", _SETTINGS, harmless=True)
    yield replace(found, unsays=tuple((target.ref, name) for name in ("volatility", "security", "options")))


_ACTIONS: dict[tuple[str, ...], Action] = {
    ("RENAME", "TO"): _rename,
    ("SET", "SCHEMA"): set_schema,
    ("OWNER", "TO"): owner_to,
    (): _attributes,
}
