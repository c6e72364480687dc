"""The migrations whose statements Rails 6.1 was recorded with (`truth/`), written as files."""

from __future__ import annotations

from pathlib import Path

ALL = """
class Gold < ActiveRecord::Migration[6.1]
  def up
    create_table :orgs do |t|
      t.timestamps
    end
    create_table :users do |t|
      t.string :s
      t.string :s50, limit: 50, default: "x", null: false
      t.text :tx
      t.integer :i
      t.integer :i8, limit: 8
      t.integer :i2, limit: 2
      t.bigint :bi
      t.float :f
      t.decimal :d
      t.decimal :d2, precision: 10, scale: 2
      t.datetime :dt
      t.datetime :dt6, precision: 6
      t.timestamp :ts
      t.time :tm
      t.date :da
      t.binary :bin
      t.boolean :b, default: false, null: false
      t.json :j
      t.references :org, foreign_key: true
      t.references :owner, polymorphic: true
      t.string :email, index: { unique: true }
      t.column :cc, "char(3)"
      t.timestamps
    end
    create_table :a_bs, id: false do |t|
      t.bigint :a_id, null: false
      t.bigint :b_id, null: false
      t.index [:a_id, :b_id]
    end
    add_column :users, :c1, :string, default: "q", null: false
    add_column :users, :c2, :integer, comment: "hi"
    add_timestamps :a_bs, null: true
    add_reference :a_bs, :user, foreign_key: { on_delete: :cascade }
    add_index :users, [:s, :i]
    add_index :users, :s50, unique: true, name: "ux", length: 10
    add_foreign_key :a_bs, :users, column: :a_id
    add_check_constraint :users, "i > 0"
    change_column :users, :s, :string, limit: 100
    change_column :users, :i, :bigint, default: 0, null: false
    change_column_default :users, :s, "z"
    change_column_null :users, :tx, false, "e"
    rename_column :users, :s, :s2
    rename_index :users, "ux", "ux2"
    change_table :users, bulk: true do |t|
      t.string :n1
      t.remove :da
      t.index :n1
      t.change :f, :decimal
    end
    change_table :users do |t|
      t.string :n2
      t.remove :tm
    end
    remove_index :users, :n1
    remove_foreign_key :a_bs, column: :a_id
    remove_reference :users, :org, foreign_key: true
    remove_column :users, :bi
    remove_columns :users, :i8, :i2
    remove_timestamps :users
    remove_check_constraint :users, "i > 0"
    rename_table :users, :people
    drop_table :people, if_exists: true
  end
end
"""
POSTS = """
class Posts < ActiveRecord::Migration[%s]
  def up
    create_table :posts, force: :cascade do |t|
      t.references :org
      t.references :own, polymorphic: true
      t.datetime :at
      t.timestamps
    end
  end
end
"""
FILES = (ALL, *(POSTS % version for version in ("5.0", "5.1", "5.2", "6.0", "6.1")))


def recorded(name: str) -> list[str]:
    """The statements of one recording, those on Rails' own tables left out."""
    text = (Path(__file__).parent / "truth" / f"rails61_{name}.txt").read_text(encoding="utf-8")
    lines = [line.strip() for line in text.splitlines() if line.startswith("   ")]
    own = ("schema_migrations", "ar_internal_metadata")
    return [line for line in lines if not line.startswith("!!") and not any(word in line for word in own)]
