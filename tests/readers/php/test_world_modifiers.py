"""What people chain to columns that Laravel has no use for: it keeps any word as an attribute, and no grammar asks."""

from __future__ import annotations

import pytest

from console.readers.php.blueprint import compile_blueprint
from console.readers.php.draft import Blueprint, Connection
from tests.readers.php.golden import line_of

VERSIONS = [(8, 83, 26), (10, 48, 29), (12, 60, 0)]


def _sql(*chains: str, laravel: tuple[int, int, int] = VERSIONS[-1]) -> list[str]:
    blueprint = Blueprint("orders", False, tuple(map(line_of, chains)), "Schema::table(...)")
    return [one.sql or f"?? {one.unreadable}" for one in compile_blueprint(blueprint, Connection(laravel=laravel))]


CHAINS = {
    'integer("a")->size(11)->required()': ['alter table "orders" add column "a" integer not null'],
    'string("a")->lenght(50)->nullabe()': ['alter table "orders" add column "a" varchar(255) not null'],
    'boolean("a")->defualt(false)->notNull()': ['alter table "orders" add column "a" boolean not null'],
    'bigInteger("a")->foreign("a")->references("id")->on("users")->cascade()': [
        'alter table "orders" add column "a" bigint not null'
    ],
    'foreign("a")->references("id")->on("users")->onDeleteCascade()': [
        'alter table "orders" add constraint "orders_a_foreign" foreign key ("a") references "users" ("id")'
    ],
    'foreignId("a")->onDelete("cascade")->onUpdateCascade()': ['alter table "orders" add column "a" bigint not null'],
}


@pytest.mark.parametrize("laravel", VERSIONS, ids=["8", "10", "12"])
@pytest.mark.parametrize("chain", CHAINS)
def test_slips_and_words_of_other_tools_change_nothing(chain: str, laravel: tuple[int, int, int]) -> None:
    assert _sql(chain, laravel=laravel) == CHAINS[chain]


@pytest.mark.parametrize("word", ["where", "compression", "include", "sortable"])
def test_a_word_a_package_may_give_a_meaning_to_is_not_taken_for_nothing(word: str) -> None:
    assert _sql(f'string("a")->{word}("x")') == [f"?? {word}() is none of Laravel's modifiers"]
