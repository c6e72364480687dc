"""What a migration of Django takes out of the models alone: RemoveField among the state_operations of
SeparateDatabaseAndState. The column stays; no code of that release names it."""

from __future__ import annotations

import ast
from collections.abc import Iterator


def removed_in_state(text: str) -> Iterator[tuple[str, str, int]]:
    """(model, field, line), where they are written down plainly."""
    if "SeparateDatabaseAndState" not in text:
        return
    try:
        tree = ast.parse(text)
    except (SyntaxError, ValueError, RecursionError):
        return
    for node in ast.walk(tree):
        if isinstance(node, ast.Call) and _name(node.func) == "SeparateDatabaseAndState":
            yield from _of(node)


def _of(node: ast.Call) -> Iterator[tuple[str, str, int]]:
    given = {keyword.arg: keyword.value for keyword in node.keywords}
    state = given.get("state_operations") or (node.args[1] if len(node.args) > 1 else None)
    database = given.get("database_operations") or (node.args[0] if node.args else None)
    if database is not None and _name_of_any(database, "RemoveField"):
        return
    for call in state.elts if isinstance(state, ast.List | ast.Tuple) else ():
        if isinstance(call, ast.Call) and _name(call.func) == "RemoveField":
            words = [_text(argument) for argument in call.args]
            named = {keyword.arg: _text(keyword.value) for keyword in call.keywords}
            model = named.get("model_name") or next(iter(words), "")
            field = named.get("name") or next(iter(words[1:]), "")
            if model and field:
                yield model, field, call.lineno


def _name_of_any(node: ast.expr, wanted: str) -> bool:
    return any(isinstance(each, ast.Call) and _name(each.func) == wanted for each in ast.walk(node))


def _name(node: ast.expr) -> str:
    return node.attr if isinstance(node, ast.Attribute) else node.id if isinstance(node, ast.Name) else ""


def _text(node: ast.expr) -> str:
    return node.value if isinstance(node, ast.Constant) and isinstance(node.value, str) else ""
