"""A recovery migration for Laravel: a class, statements by DB::unprepared, questions by DB::selectOne."""

from __future__ import annotations

import re

from console.core.forward.quoting import php, remarks, words
from console.core.forward.values import Order, Step, Written
from console.core.plan import CannotWriteError

_NAME = re.compile(r"(\d{4}_\d{2}_\d{2}_\d{6})_(\w+)")
_FILE = """<?php

{head}
use Illuminate\\Database\\Migrations\\Migration;
use Illuminate\\Support\\Facades\\DB;

class {name} extends Migration
{{
{loose}    public function up()
    {{
{steps}    }}

    public function down()
    {{
        // Nothing: what this made belongs to the migration that it completes.
    }}

    private function once($what, $question, $statement)
    {{
        $state = 'todo';
        if ($question !== '' && ! DB::connection()->pretending()) {{
            $state = DB::selectOne($question)->state;
        }}
        if ($state === 'done') {{
            return;
        }}
        if ($state !== 'todo') {{
            throw new \\RuntimeException('Halfway stops: ' . $state . ' (before ' . $what . ').');
        }}
        DB::unprepared($statement);
    }}
}}
"""
_LOOSE = "    public $withinTransaction = false;\n\n"


def written(order: Order) -> Written:
    """Its name is the failed one's with more behind it: it sorts directly after that."""
    found = _NAME.fullmatch(order.failed)
    if found is None:
        raise CannotWriteError(
            "Its file is not named as Laravel names migrations: nothing sorts behind it for certain."
        )
    name = _name(order)
    title = "".join(word.capitalize() for word in words(name[len(found[1]) + 1 :]))
    text = _FILE.format(
        head=remarks(order.head, "//"),
        name=title,
        loose=_LOOSE if order.loose else "",
        steps="".join(_step(step) for step in order.steps),
    )
    file = f"{order.folder}{name}.php"
    return Written(file, text, f"php artisan migrate --force --path={file}")


def _name(order: Order) -> str:
    names = (f"{order.failed}_recovery{more}" for more in ("", *(f"_{n}" for n in range(2, 10))))
    name = next((name for name in names if name not in order.known), "")
    between = [other for other in order.known if order.failed < other < name and not other.startswith(order.failed)]
    if not name or between:
        raise CannotWriteError("No file name is free directly behind it.")
    return name


def _step(step: Step) -> str:
    values = (step.title, step.question, step.sql)
    arguments = ",\n            ".join(php(value) for value in values)
    return f"        $this->once(\n            {arguments}\n        );\n"
