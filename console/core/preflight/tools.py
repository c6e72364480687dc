"""How each migration tool holds its transactions: what a file says to be run without one, and who holds one for all.

Facts of the tools' own sources and documents (docs/frameworks.md); a tool that is not here is not guessed about.
"""

from __future__ import annotations

_OUTSIDE = {
    "alembic": "put it inside `with op.get_context().autocommit_block():`",
    "atlas": "put `-- atlas:txmode none` at the top of the file",
    "dbmate": "write `-- migrate:up transaction:false`",
    "django": "set `atomic = False` on the Migration class",
    "doctrine": "let `isTransactional()` of the migration return false",
    "efcore": "pass `suppressTransaction: true`",
    "flyway": "put `executeInTransaction=false` into a file beside it that ends in `.sql.conf`",
    "golang-migrate": "let it be the only statement of its file",
    "goose": "put `-- +goose NO TRANSACTION` at the top of the file",
    "knex": "export `config = { transaction: false }` from the file",
    "laravel": "set `public $withinTransaction = false;` in the migration",
    "liquibase": 'set `runInTransaction="false"` on the changeset',
    "prisma": "let it be the only statement of its file",
    "rails": "call `disable_ddl_transaction!` in the migration",
    "sequelize": "open no transaction around it in the file",
    "sqitch": "leave BEGIN and COMMIT out of its script",
    "typeorm": "set `transaction = false` in the class, and let `migrationsTransactionMode` be each or none",
}
_NEVER = {
    "drizzle": "Drizzle runs all pending files in one transaction and has no switch for it",
    "phinx": "Phinx opens a transaction around every migration and has no switch for it",
}
WHOLE_RUN = {
    "alembic": "Alembic (unless env.py says transaction_per_migration)",
    "drizzle": "Drizzle",
    "knex": "Knex's migrate:latest (unless a file opts out)",
    "typeorm": "TypeORM (unless its transaction mode is each or none)",
}
"""Tools that hold one transaction around all pending migrations, not around each."""


def outside(framework: str) -> str:
    """How a file is run without a transaction, as the end of a sentence."""
    if framework in _NEVER:
        return f"{_NEVER[framework]}: run it by hand before"
    return _OUTSIDE.get(framework, "run it outside BEGIN and COMMIT")
