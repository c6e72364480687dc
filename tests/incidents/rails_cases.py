"""Rails migrations that really fail, at the first, a middle and the last statement, as they fail in production."""

from __future__ import annotations

from dataclasses import dataclass

from tests.rails.making import change, ruby

FIRST, BROKEN = "20240101000000", "20240505120000"
BASE = change(
    """
create_table :customers do |t|
  t.string :email, null: false
  t.string :name
  t.timestamps
end
create_table :orders do |t|
  t.bigint :customer_id
  t.string :code, limit: 40
  t.decimal :total, precision: 10, scale: 2, default: 0
  t.timestamps
end
""",
    name="MakeShop",
)
ROWS = (
    "INSERT INTO customers (email, name, created_at, updated_at) VALUES ('a@x', 'Ada', '2024-01-01', '2024-01-01')",
    "INSERT INTO customers (email, name, created_at, updated_at) VALUES ('a@x', NULL, '2024-01-01', '2024-01-01')",
    "INSERT INTO orders (customer_id, code, created_at, updated_at) VALUES (99, 'longer', '2024-01-01', '2024-01-01')",
)
NICK = "add_column :customers, :nick, :string, limit: 40"
UNIQUE = "add_index :customers, :email, unique: true"
NOTES = "create_table(:notes) { |t| t.text :body }"
OWNER = "add_reference :orders, :owner, foreign_key: { to_table: :customers }"
ORPHANS = "add_foreign_key :orders, :customers"
LATE = "add_column :orders, :carrier, :string, default: 'post', null: false"


@dataclass(frozen=True, slots=True)
class Case:
    """One failure."""

    name: str
    lines: tuple[str, ...]
    loose: str
    """Verdicts without a transaction, a letter a statement: L(anded), N(ot landed), P(artial), U(nknowable)."""
    state: str
    by_hand: tuple[str, ...] = ()
    dies_after: str = ""
    head: str = "disable_ddl_transaction!"
    only: str = ""
    """`postgres`; empty: all servers."""

    def text(self, *, loose: bool) -> str:
        """The migration file."""
        return change("\n".join(self.lines), name="ChangeShop", head=self.head if loose else "")


CASES = (
    Case("first", (UNIQUE, NICK, NOTES), "NNN", "pending"),
    Case("middle", (NICK, UNIQUE, NOTES), "LNN", "half_applied"),
    Case("last", (NICK, NOTES, UNIQUE), "LLN", "half_applied"),
    Case("orphans_last", (LATE, OWNER, ORPHANS), "LLLLN", "half_applied"),
    Case(
        "table_options",
        (
            "change_table :orders, bulk: true do |t|\n  t.string :a\n  t.integer :b, default: 7, null: false\nend",
            "change_column_null :customers, :name, false",
            NOTES,
        ),
        "LNN",
        "half_applied",
    ),
    Case(
        "renames",
        (
            "rename_column :orders, :code, :number",
            "rename_table :customers, :buyers",
            "add_index :buyers, :email, unique: true",
        ),
        "LLLLN",
        "half_applied",
        only="postgres",
    ),
    Case(
        "nulls_are_filled_first",
        (NICK, "change_column_null :customers, :name, false, 'nobody'", UNIQUE),
        "LLLN",
        "half_applied",
    ),
    Case(
        "concurrently",
        (NICK, "add_index :customers, :email, unique: true, algorithm: :concurrently", NOTES),
        "LPN",
        "half_applied",
        only="postgres",
    ),
    Case(
        "column_by_hand",
        (NICK, LATE, NOTES),
        "LPN",
        "half_applied",
        by_hand=("ALTER TABLE orders ADD COLUMN carrier varchar(99)",),
    ),
    Case("killed_after_the_first", (NICK, NOTES, UNIQUE), "LNN", "half_applied", dies_after="nick"),
    Case("killed_before_its_row", (NICK, NOTES), "LL", "unrecorded", dies_after="CREATE TABLE"),
)


def up_and_down(up: str, down: str, *, loose: bool = True) -> str:
    """A migration with a way back of its own."""
    body = f"def up\n  {up}\nend\ndef down\n  {down}\nend"
    return ruby(body, name="ChangeShop", head="disable_ddl_transaction!" if loose else "")
