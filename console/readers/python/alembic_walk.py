"""`upgrade()` walked through as Python would run it: what is known is followed, what is not is said where it stands.

A statement under a condition that is not known carries the condition; a loop over what is not known, a call of what is
not known is one `unreadable` statement with the file's own text.
"""

from __future__ import annotations

import ast
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from typing import Any

from console.core.statements import Guard, Sent
from console.readers.python.alembic_calls import COPIED, Batch, Sender, of_batch
from console.readers.python.alembic_values import CONTEXT, Handle, Values
from console.readers.python.static import MUTATORS, UNKNOWN, UnreadableError, changed_names, shown, unpacked

_DEEPEST = 12
_MOST = 5000
"""Statements of one migration."""
Env = dict[str, Any]


class _ReturnedError(Exception):
    """The function ends here, with a value."""

    def __init__(self, value: Any = UNKNOWN) -> None:  # noqa: ANN401 - any value
        super().__init__()
        self.value = value


class Walk:
    """One run of one function of one file."""

    def __init__(self, text: str, values: Values, sender: Sender, functions: Mapping[str, ast.FunctionDef]) -> None:
        """`functions` are the file's own."""
        self.out: list[Sent] = []
        self._text = text
        self._values = values
        self._sender = sender
        self._functions = functions
        self._guards: tuple[Guard, ...] = ()
        self._exits: list[str] = []
        """Conditions under which the function has ended before this place."""
        self._depth = 0
        self._batches: list[tuple[Batch, list[Sent]]] = []

    def run(self, function: ast.FunctionDef, env: Mapping[str, Any]) -> Any:  # noqa: ANN401 - any value
        """Everything the function sends goes to `out`; its conditions end with it. What it gives back, if known."""
        guards, exits, self._depth = self._guards, self._exits, self._depth + 1
        self._exits = []
        try:
            if self._depth > _DEEPEST:
                raise UnreadableError("it is nested too deeply")
            self._body(function.body, dict(env))
        except _ReturnedError as end:
            return end.value if self._guards == guards else UNKNOWN
        finally:
            self._guards, self._exits, self._depth = guards, exits, self._depth - 1
        return UNKNOWN

    def _body(self, nodes: Iterable[ast.stmt], env: Env) -> None:
        for node in nodes:
            read: Callable[[Any, Env], None] = getattr(self, f"_{type(node).__name__.lower()}", self._other)
            read(node, env)
            if len(self.out) > _MOST:
                raise UnreadableError("it sends more statements than are read")

    def _pass(self, node: ast.stmt, env: Env) -> None:
        """`pass`, an import, a docstring."""

    _import = _importfrom = _global = _pass

    def _expr(self, node: ast.Expr, env: Env) -> None:
        if isinstance(node.value, ast.Call):
            self._call(node.value, node, env)
        elif not isinstance(node.value, ast.Constant):
            self._other(node, env)

    def _assign(self, node: ast.Assign | ast.AnnAssign, env: Env) -> None:
        targets = node.targets if isinstance(node, ast.Assign) else [node.target]
        if node.value is None:
            return
        try:
            value = self._values.of(node.value, env)
        except UnreadableError:
            value = self._call(node.value, node, env, used=True) if self._sends(node.value, env) else UNKNOWN
        for target in targets:
            self._bind(target, value, env)

    _annassign = _assign

    def _bind(self, target: ast.expr, value: Any, env: Env) -> None:  # noqa: ANN401 - any value
        try:
            env.update(unpacked(target, value))
        except UnreadableError:
            env.update(dict.fromkeys((n.id for n in ast.walk(target) if isinstance(n, ast.Name)), UNKNOWN))

    def _if(self, node: ast.If, env: Env) -> None:
        try:
            test = self._values.of(node.test, env)
        except UnreadableError:
            self._either(node, env)
            return
        self._body(node.body if test else node.orelse, env)

    def _either(self, node: ast.If, env: Env) -> None:
        """Both branches, each under its condition; a branch that returns leaves its opposite to the rest."""
        words = " ".join(shown(node.test, self._text).split())
        if self._sends(node.test, env):
            self._unreadable(node, f"`{words}` is only known at run time")
        else:
            before, exits = self._guards, self._exits
            found = [
                self._under(text, body, env) for text, body in ((words, node.body), (f"not ({words})", node.orelse))
            ]
            if all(ended for ended, _ in found):
                raise _ReturnedError
            left = [text for _, texts in found for text in texts]
            opposite = {words: f"not ({words})", f"not ({words})": words}
            self._guards = (*before, *(Guard(opposite.get(text, f"not ({text})")) for text in left))
            self._exits = [*exits, *left]
        self._forget([node], env)

    def _under(self, text: str, body: Iterable[ast.stmt], env: Env) -> tuple[bool, list[str]]:
        """Follow a branch; whether it always ends the function, and under which conditions it does."""
        guards = self._guards
        self._guards, self._exits = (*guards, Guard(text)), []
        ended = self._branch(body, dict(env))
        self._guards = guards
        return ended, [text] if ended else [f"{text} and {one}" for one in self._exits]

    def _branch(self, body: Iterable[ast.stmt], env: Env) -> bool:
        try:
            self._body(body, env)
        except _ReturnedError:
            return True
        return False

    def _forget(self, nodes: Sequence[ast.stmt], env: Env) -> None:
        """What these statements bind is not known after them."""
        inside = [ast.Pass(), *nodes]
        stored = {n.id for node in nodes for n in ast.walk(node)
                  if isinstance(n, ast.Name) and isinstance(n.ctx, ast.Store)}  # fmt: skip
        env.update(dict.fromkeys(stored | changed_names(inside), UNKNOWN))

    def _for(self, node: ast.For, env: Env) -> None:
        try:
            items = self._items(node, env)
        except UnreadableError as error:
            self._whole(node, env, str(error))
            return
        for item in items:
            self._bind(node.target, item, env)
            self._body(node.body, env)
        self._body(node.orelse, env)

    def _items(self, node: ast.For, env: Env) -> Iterable[Any]:
        items = self._values.of(node.iter, env)
        leaves = any(isinstance(inside, (ast.Break, ast.Continue)) for inside in ast.walk(node))
        if leaves or not isinstance(items, (list, tuple, dict, range, str)):
            raise UnreadableError("how often it runs, or in which order, is only known at run time")
        return items

    def _with(self, node: ast.With, env: Env) -> None:
        if len(node.items) != 1:
            self._whole(node, env, "what it runs in is not read")
            return
        item = node.items[0]
        manager = item.context_expr
        if isinstance(manager, ast.Call) and self._values.name(manager.func, env) == "alembic.op.batch_alter_table":
            self._batch(node, manager, item.optional_vars, env)
        elif self._is_autocommit(manager, env):
            with self._outside():
                self._body(node.body, env)
        else:
            self._whole(node, env, "what it runs in is not read")

    def _is_autocommit(self, manager: ast.expr, env: Env) -> bool:
        if not (isinstance(manager, ast.Call) and isinstance(manager.func, ast.Attribute)):
            return False
        if manager.func.attr != "autocommit_block":
            return False
        try:
            return bool(self._values.of(manager.func.value, env) == CONTEXT)
        except UnreadableError:
            return False

    @contextmanager
    def _outside(self) -> Iterator[None]:
        """Alembic commits what came before and begins anew after it."""
        self.out.append(Sent("COMMIT"))
        yield
        self.out.append(Sent("BEGIN"))

    def _batch(self, node: ast.With, manager: ast.Call, name: ast.expr | None, env: Env) -> None:
        try:
            args, words = self._values.arguments(manager, env)
            batch = of_batch(args, words, self._sender.dialect)
        except UnreadableError as error:
            self._unreadable(node, str(error))
            self._forget([node], env)
            return
        held: list[Sent] = []
        self._batches.append((batch, held))
        if isinstance(name, ast.Name):
            env[name.id] = batch
        try:
            self._body(node.body, env)
        finally:
            self._batches.pop()
        if batch.copies:
            self.out.append(self._copy(node, held))
        else:
            self.out.extend(held)

    def _copy(self, node: ast.With, held: Sequence[Sent]) -> Sent:
        """One copy for all that is asked of the table: what it leaves is known where none of it has a condition."""
        plain = all(one.guards == self._guards for one in held)
        effect = ";\n".join(one.effect or one.sql for one in held) if plain else ""
        return Sent("", shown(node, self._text), node.lineno, self._guards, COPIED, effect)

    def _call(self, node: ast.expr, statement: ast.stmt, env: Env, *, used: bool = False) -> Any:  # noqa: ANN401 - any value
        """Send what a call sends; its value, where that is known."""
        try:
            if isinstance(node, ast.Call) and (function := self._own(node, env)) is not None:
                value = self.run(function, {**self._sender.env, **self._values.parameters(function, node, env)})
                self._handed(function, node, env)
                return value
            found = self._sender.send(node, env, used=used)
        except UnreadableError as error:
            self._unreadable(statement, str(error), data=_inserts(node))
            self._touched(node, env, MUTATORS | {_method(node)})
            return UNKNOWN
        self._touched(node, env, MUTATORS)
        target = next((held for batch, held in self._batches if batch is found.batch), self.out)
        for sql in found.sql:
            target.append(self._sent(statement, sql, (*self._guards, *found.guards)))
        for effect in found.effects:
            target.append(Sent("", "", node.lineno, self._guards, COPIED, effect))
        return found.value

    def _own(self, node: ast.Call, env: Env) -> ast.FunctionDef | None:
        """The file's own function that is called."""
        name = node.func.id if isinstance(node.func, ast.Name) else ""
        return self._functions.get(name) if name not in env else None

    def _handed(self, function: ast.FunctionDef, node: ast.Call, env: Env) -> None:
        """What a function got and may have changed is not known any more."""
        if changed_names(function.body) & {one.arg for one in ast.walk(function) if isinstance(one, ast.arg)}:
            env.update(
                dict.fromkeys((n.id for n in ast.walk(node) if isinstance(n, ast.Name) and n.id in env), UNKNOWN)
            )

    def _touched(self, node: ast.expr, env: Env, methods: frozenset[str] | set[str]) -> None:
        """A list that something was appended to, under each of its names."""
        of = node.func.value if isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute) else None
        if not isinstance(of, ast.Name) or of.id not in env or _method(node) not in methods:
            return
        value = env[of.id]
        if not isinstance(value, Handle):
            env.update(dict.fromkeys((name for name, other in env.items() if other is value), UNKNOWN))

    def _sends(self, node: ast.AST, env: Env) -> bool:
        """Whether something in it might reach the database."""
        calls = [inside for inside in ast.walk(node) if isinstance(inside, ast.Call)]
        return any(not self._sender.is_harmless(call, env) for call in calls)

    def _return(self, node: ast.Return, env: Env) -> None:
        value: Any = UNKNOWN
        if node.value is not None:
            try:
                value = self._values.of(node.value, env)
            except UnreadableError:
                value = self._call(node.value, node, env) if self._sends(node.value, env) else UNKNOWN
        raise _ReturnedError(value)

    def _raise(self, node: ast.Raise, env: Env) -> None:
        self._unreadable(node, "it stops here, so nothing after it is sent")
        raise _ReturnedError

    def _other(self, node: ast.stmt, env: Env) -> None:
        self._whole(node, env, "it is only known at run time what this sends")

    def _whole(self, node: ast.stmt, env: Env, why: str) -> None:
        """One unreadable statement, unless it cannot reach the database at all."""
        if self._sends(node, env):
            self._unreadable(node, why)
        self._forget([node], env)

    def _unreadable(self, node: ast.stmt, why: str, *, data: bool = False) -> None:
        self.out.append(Sent("", shown(node, self._text), node.lineno, self._guards, why, data=data))

    def _sent(self, node: ast.stmt, sql: str, guards: tuple[Guard, ...]) -> Sent:
        return Sent(sql, shown(node, self._text), node.lineno, guards)


def _method(node: ast.expr) -> str:
    return node.func.attr if isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute) else ""


def _inserts(node: ast.expr) -> bool:
    """It changes rows of a table, whichever they are: `bulk_insert`, `execute(users.update()...)`."""
    if _method(node) == "bulk_insert":
        return True
    inner = node.args[0] if isinstance(node, ast.Call) and _method(node) == "execute" and node.args else None
    while isinstance(inner, ast.Call) and _method(inner) in {"values", "where", "returning"}:
        inner = inner.func.value if isinstance(inner.func, ast.Attribute) else None
    return inner is not None and _method(inner) in {"update", "insert", "delete"}
