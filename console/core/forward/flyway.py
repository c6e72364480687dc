"""A recovery file for Flyway: SQL alone. PostgreSQL looks in DO blocks, MySQL and MariaDB in a procedure."""

from __future__ import annotations

import re

from console.core.forward.mysql import literal
from console.core.forward.postgres import literal as text_of
from console.core.forward.quoting import remark, remarks, words
from console.core.forward.values import Order, Step, Written
from console.core.plan import CannotWriteError

_FILE = re.compile(r"(?P<prefix>[A-Za-z]*?)(?P<version>\d+(?:[._]\d+)*)(?P<between>__|_|-|\W)(?P<words>.*)\.sql")
_CODE = re.compile(
    r"(?:CREATE|DROP)\s+(?:OR\s+REPLACE\s+)?(?:DEFINER\s*=\s*\S+\s+)?(?:TRIGGER|PROCEDURE|FUNCTION|EVENT)\b",
    re.IGNORECASE,
)
_BLOCK = """
-- {title}
DO {tag}
DECLARE halfway_saw text;
BEGIN
  halfway_saw := ({question});
  IF halfway_saw = 'todo' THEN
    EXECUTE {sql};
  ELSIF halfway_saw <> 'done' THEN
    RAISE EXCEPTION 'Halfway stops: % (before %).', halfway_saw, {what};
  END IF;
END
{tag};
"""
_STEP = """
  -- {title}
  SET halfway_saw = ({question});
  IF halfway_saw = 'todo' THEN
    {sql};
  ELSEIF halfway_saw <> 'done' THEN
    SET halfway_saw = LEFT(CONCAT('Halfway stops: ', halfway_saw, ' (before ', {what}, ')'), 128);
    SIGNAL SQLSTATE '45000' SET MESSAGE_TEXT = halfway_saw;
  END IF;
"""
_PROCEDURE = """DROP PROCEDURE IF EXISTS {name};
DELIMITER //
CREATE PROCEDURE {name}()
BEGIN
  DECLARE halfway_saw TEXT CHARACTER SET utf8mb4;
{steps}END//
DELIMITER ;
CALL {name}();
DROP PROCEDURE {name};
"""


def written(order: Order) -> Written:
    """Its version is the failed one's with a part more, so that it comes directly behind it."""
    found = _FILE.fullmatch(order.file.rpartition("/")[2])
    if found is None:
        raise CannotWriteError("Its file is not named as a versioned migration: nothing comes directly behind it.")
    if order.dialect == "sqlite":
        raise CannotWriteError(
            "SQLite's SQL can look at nothing before it runs a statement: no file of SQL guards one."
        )
    version = _version(order)
    body = _on_postgres(order) if order.dialect == "postgres" else _on_mysql(order, version)
    text = f"{remarks(order.head, '--')}{body}"
    if "${" in text:
        raise CannotWriteError("What is left has ${ in it, which Flyway would take for a placeholder.")
    stem = "_".join(("recover", *words(found["words"])))
    file = f"{order.folder}{found['prefix']}{version.replace('.', '_')}{found['between']}{stem}.sql"
    return Written(file, text, f"flyway -target={version} -outOfOrder=true migrate")


def _version(order: Order) -> str:
    failed = _parts(order.failed)
    others = [_parts(version) for version in order.known if re.fullmatch(r"[\d.]+", version)]
    behind = min((parts for parts in others if parts > failed), default=None)
    for more in ((1,), (0, 1), (0, 0, 1)):
        wanted = (*failed, *more)
        if behind is None or wanted < behind:
            return ".".join(str(part) for part in wanted)
    raise CannotWriteError(f"No version is free directly behind {order.failed}.")


def _parts(version: str) -> tuple[int, ...]:
    """As Flyway orders them: zeros at the end mean nothing."""
    if not re.fullmatch(r"\d+(\.\d+)*", version):
        raise CannotWriteError("It has no version: nothing comes directly behind it.")
    parts = [int(part) for part in version.split(".")]
    while len(parts) > 1 and parts[-1] == 0:
        parts.pop()
    return tuple(parts)


def _on_postgres(order: Order) -> str:
    alone = next((step for step in order.steps if step.alone), None)
    if alone is not None:
        raise CannotWriteError(
            f"Statement {alone.n} cannot run inside a transaction, and SQL alone cannot look before it."
        )
    return "".join(_block(step) for step in order.steps)


def _block(step: Step) -> str:
    if not step.question:
        return f"\n-- {remark(step.title)}\n{step.sql};\n"
    texts = {"question": step.question, "sql": text_of(step.sql), "what": text_of(step.title)}
    tag = _free("halfway", "".join(texts.values()))
    return _BLOCK.format(title=remark(step.title), tag=tag, **texts)


def _free(stem: str, text: str) -> str:
    """A dollar quote that is not in the text."""
    tags = (f"${stem}{n or ''}$" for n in range(len(text) + 1))
    return next(tag for tag in tags if tag not in text)


def _on_mysql(order: Order, version: str) -> str:
    if any("//" in step.sql for step in order.steps):
        raise CannotWriteError("What is left has // in it, which would end the procedure around it.")
    if code := next((step for step in order.steps if _CODE.match(step.sql)), None):
        raise CannotWriteError(
            f"Statement {code.n} makes or drops code, and MySQL does neither from within a procedure."
        )
    name = "halfway_recovery_" + "_".join(words(version))
    return "\n" + _PROCEDURE.format(name=name, steps="".join(_in_procedure(step) for step in order.steps))


def _in_procedure(step: Step) -> str:
    title = remark(step.title)
    if not step.question:
        return f"\n  -- {title}\n  {step.sql};\n"
    return _STEP.format(title=title, question=step.question, sql=step.sql, what=literal(step.title))
