"""Migrations that use the whole language, for a real Rails to run up and down; the reader has to say the same."""

from __future__ import annotations

from tests.rails.making import change, ruby

SHOP = """
create_table :people, comment: "who buys" do |t|
  t.string :email, null: false, comment: "as typed", index: { unique: true }
  t.string :name, limit: 80, default: "it's \\\\ \\"so\\""
  t.boolean :active, default: true, null: false
  t.integer :place, default: 0
  t.integer :small, limit: 2, default: "7"
  t.decimal :credit, precision: 10, scale: 2, default: 0
  t.decimal :whole, precision: 8, default: 3
  t.decimal :free, default: 1.5
  t.float :weight, default: 0
  t.text :notes
  t.datetime :seen_at, precision: 6
  t.date :born_on
  t.binary :picture
  t.timestamps null: true
end
create_table :categories, id: :integer do |t|
  t.belongs_to :parent, foreign_key: { to_table: :categories, on_delete: :nullify }, type: :integer
  t.column :slug, :string, limit: 40
  t.index [:slug, :parent_id], name: "by_slug", unique: true
  t.check_constraint "slug <> 'a'", name: "positive"
end
create_table :orders, primary_key: :number do |t|
  t.references :person, null: false, foreign_key: true, index: { name: "of_person" }
  t.references :payable, polymorphic: { null: false }, index: true
  t.timestamps
end
create_join_table :people, :categories do |t|
  t.index :person_id
end
create_table :tags, id: false do |t|
  t.string :word, primary_key: true
end
create_table :boxes, id: :string, limit: 36 do |t|
  t.bigint :a, :b
  t.primary_key :c if false
end
""".replace("  t.primary_key :c if false\n", "")

CHANGES = """
add_column :people, :nick, :string, limit: 30, default: "x", null: false
add_column :people, :city, :string, if_not_exists: true
add_index :people, [:name, :city], name: "by_name", if_not_exists: true
add_index :people, :nick, length: { nick: 10 }
add_reference :orders, :seller, foreign_key: { to_table: :people, on_delete: :cascade, on_update: :cascade }
add_belongs_to :orders, :thing, polymorphic: true, null: true
add_foreign_key :categories_people, :people, name: "own_name"
add_check_constraint :people, "place >= 0"
add_timestamps :tags, null: true
rename_column :people, :city, :town
rename_index :people, "by_name", "by_names"
rename_column :orders, :seller_id, :vendor_id
change_column_default :people, :nick, from: "x", to: "y"
change_column_null :people, :notes, true
remove_column :people, :born_on, :date
remove_index :people, column: :nick
remove_foreign_key :categories_people, :people, name: "own_name"
change_table :people do |t|
  t.integer :age, :shoe, default: 1
  t.string :code, index: true
  t.index :age, name: "aged"
  t.rename :age, :years
  t.references :boss, foreign_key: { to_table: :people }
  t.timestamp :left_at
end
drop_table :tags do |t|
  t.string :word
  t.timestamps null: true
end
rename_table :boxes, :crates
reversible do |dir|
  dir.up do
    execute "UPDATE people SET notes = 'a' WHERE notes IS NULL"
    execute <<~SQL.squish
      UPDATE people
         SET notes = 'b'
       WHERE notes = 'a'
    SQL
  end
  dir.down { execute "UPDATE people SET notes = NULL" }
end
up_only { execute "UPDATE people SET place = 1 WHERE place IS NULL" }
%w[one two].each do |word|
  add_column :crates, :"is_#{word}", :boolean, default: false, null: false
end
[[:three, :string], [:four, :integer]].each { |name, kind| add_column :crates, name, kind }
"""

POSTGRES = """
enable_extension "plpgsql"
create_table :things, id: :uuid do |t|
  t.jsonb :data, default: {}, null: false
  t.json :more
  t.string :words, array: true, default: []
  t.string :tags, array: true, default: ["a", "b-c", "d_1"]
  t.integer :nums, array: true, default: [1, 2], null: false
  t.jsonb :opts, default: { a: [1, nil, true, 1.5], "b" => { c: "it's \\"so\\"" } }
  t.jsonb :list, default: ["a", 1]
  t.json :empty, default: "{}"
  t.date :since, default: "2020-01-31"
  t.inet :address
  t.citext :loose if false
  t.tsvector :search
  t.daterange :during
  t.uuid :other, default: -> { "gen_random_uuid()" }
  t.column :state, "char(3)"
  t.interval :lasting
  t.timestamptz :x if false
end
add_index :things, :data, using: :gin, name: "in_data"
add_index :things, :data, using: :gin, opclass: :jsonb_path_ops, name: "in_paths"
add_index :things, "lower(state)", where: "state IS NOT NULL"
add_index :things, [:state, :address], order: { state: :desc }
add_index :people, :email, name: "patterns", opclass: { email: :varchar_pattern_ops }
add_foreign_key :categories_people, :people, validate: false, on_delete: :cascade
add_foreign_key :categories_people, :categories, validate: false
reversible { |dir| dir.up { validate_foreign_key :categories_people, :people } }
change_column_comment :people, :notes, from: nil, to: "it's said"
change_table_comment :things, from: nil, to: "all"
""".replace("  t.citext :loose if false\n", "").replace("  t.timestamptz :x if false\n", "")

SEVEN = """
create_enum :mood, %w[happy it's]
create_table :moods do |t|
  t.enum :now, enum_type: :mood, default: "happy", null: false
  t.string :name, collation: "C"
  t.virtual :low, type: :string, limit: 9, as: "lower(name)", stored: true
  t.integer :place
  t.daterange :during
  t.timestamptz :at
  t.datetime :plain, precision: nil
  t.unique_constraint :place, deferrable: :deferred
  t.exclusion_constraint "during WITH &&", using: :gist, where: "place > 0"
  t.check_constraint "place > 1"
  t.timestamps
end
add_unique_constraint :moods, [:place, :at], name: "both"
add_exclusion_constraint :moods, "during WITH =", using: :gist, name: "same"
add_index :moods, [:place, :during], include: [:at], name: "with_more"
add_column :moods, :more, :virtual, type: :integer, as: "place * 2", stored: true
add_timestamps :things, null: true
up_only { add_reference :moods, :seller, foreign_key: { to_table: :people }, if_not_exists: true }
up_only { add_foreign_key :moods, :people, column: :place, if_not_exists: true, deferrable: :deferred, validate: false }
add_check_constraint :moods, "place > 2", name: "two", if_not_exists: true
rename_table :moods, :feelings
"""
"""What PostgreSQL has from 7.0 and 7.1 on."""

MYSQL = """
create_table :things, charset: "utf8mb4", collation: "utf8mb4_bin", comment: "it's \\\\ \\"all\\"" do |t|
  t.text :long, limit: 16777215
  t.text :tiny, size: :tiny
  t.binary :raw, limit: 100
  t.blob :big, size: :long
  t.unsigned_integer :count
  t.integer :mid, limit: 3, unsigned: true
  t.string :exact, collation: "utf8mb4_bin", charset: "utf8mb4"
  t.timestamp :at
  t.json :data
  t.virtual :doubled, type: :integer, as: "count * 2", stored: true, comment: "twice"
  t.virtual :short, type: :string, limit: 5, as: "left(exact, 5)"
  t.index :exact, length: 20, comment: "some"
end
add_column :things, :early, :integer, first: true
add_column :things, :behind, :string, after: :exact
add_index :things, :count, algorithm: :inplace
"""

SQLITE = """
add_index :people, [:name, :active], name: "by_name", if_not_exists: true
add_index :people, :notes, where: "notes IS NOT NULL", order: :desc
add_index :people, "lower(name)", unique: true
rename_index :people, "by_name", "by_names"
change_table :people, bulk: true do |t|
  t.index :place, name: "placed"
end
drop_table :tags, force: :cascade do |t|
  t.string :word
  t.timestamps null: true
end
rename_table :boxes, :crates
rename_table :categories, :kinds
reversible do |dir|
  dir.up { execute "UPDATE people SET notes = 'a'" }
  dir.down { execute "UPDATE people SET notes = NULL" }
end
create_table :things, force: true, comment: "all" do |t|
  t.column :data, :jsonb
  t.json :more, default: { a: [1, nil] }
  t.date :since, default: "2020-01-31"
  t.timestamp :at
  t.string :plain, collation: "NOCASE", default: true
  t.index :plain, length: 10, using: :btree, comment: "x"
end
create_table :kept, if_not_exists: true do |t|
  t.references :person, foreign_key: { on_delete: :cascade }, index: { unique: true }
end
"""
SQLITE_COLUMNS = """
add_column :people, :nick, :string, limit: 30, default: "it's x", null: false
add_column :people, :city, :string, if_not_exists: true
add_column :people, :fine, :boolean, default: false, null: false
add_column :people, :half, :decimal, precision: 5, scale: 1, default: 0.5
add_reference :orders, :seller
add_belongs_to :orders, :thing, polymorphic: true, null: true
change_table :people, bulk: true do |t|
  t.integer :age, :shoe, default: 1
  t.string :code, index: true
  t.references :boss
  t.timestamp :left_at
  t.bigint :big, limit: 4
end
rename_table :orders, :sales
rename_table :sales, :orders
"""
"""None of it is taken back without a rebuild."""
REBUILDS = """
change_column :people, :name, :text
change_column_default :people, :place, from: 0, to: 1
change_column_null :people, :notes, true
add_column :people, :must, :string, null: false
add_timestamps :tags
add_foreign_key :orders, :people, column: :payable_id
remove_foreign_key :orders, column: :payable_id, to_table: :people
add_check_constraint :people, "place >= 0", name: "placed"
remove_check_constraint :people, "place >= 0", name: "placed"
remove_column :people, :picture, :binary
remove_columns :people, :born_on, :weight
remove_reference :orders, :person, foreign_key: true
add_reference :tags, :owner, foreign_key: { to_table: :people }
"""
"""Each is at least one table made anew; a line for each."""

UP_DOWN = ruby(
    """
def up
  change_column :people, :notes, :string, limit: 100
  change_column :people, :place, :bigint, default: 5, null: false
  change_column_default :people, :credit, 2
  change_column_default :people, :active, false
  change_column_default :people, :code, nil
  change_column_null :people, :code, false, "none"
  change_table :orders, bulk: true do |t|
    t.string :p
    t.integer :q, null: false, default: 2
    t.rename :thing_type, :kind if false
    t.index :p
    t.remove :thing_type
    t.change_default :q, 3
  end
  remove_columns :crates, :is_one, :is_two
  remove_reference :people, :boss, foreign_key: { to_table: :people }
  remove_timestamps :orders
  remove_check_constraint :people, name: "chk_rails_03a2a6ebd4"
  drop_join_table :people, :categories
end

def down
  create_join_table :people, :categories
  add_timestamps :orders, null: true
  change_column :people, :notes, :text
end
""".replace("    t.rename :thing_type, :kind if false\n", ""),
    name="UpDown",
)
OLD = {
    version: change(
        f"create_table :old{at} do |t|\n  t.references :own, polymorphic: true\n  t.belongs_to :other\n"
        f"  t.timestamps\n  t.datetime :at\nend\nadd_timestamps :people{at}, null: true\n"
        f"create_join_table :o{at}, :p{at}\nadd_reference :old{at}, :late",
        version,
        name=f"Old{at}",
    ).replace(f"  add_timestamps :people{at}, null: true\n", "")
    for at, version in enumerate(("4.2", "5.0", "5.1", "5.2", "6.0"))
}

_OLD_NAMES = tuple(f"old{at}" for at in range(len(OLD)))


def files(server: str, *, reversible: bool = False) -> dict[str, str]:
    """File names without their ending, and texts, for `postgresql` or another server; all, or those that go back."""
    if server == "sqlite":
        texts = [change(SHOP, name="Shop"), change(SQLITE, name="Changes"), change(SQLITE_COLUMNS, name="Columns")]
        found = _named(["shop", "changes", "columns", *_OLD_NAMES], [*texts, *OLD.values()])
        return dict(list(found.items())[: 2 if reversible else None])
    own = POSTGRES if server == "postgresql" else MYSQL
    texts = [
        change(SHOP, name="Shop"),
        change(CHANGES, name="Changes"),
        change(own, name="Own"),
        UP_DOWN,
        *OLD.values(),
    ]
    made = _named(["shop", "changes", "own", "up_down", *_OLD_NAMES], texts)
    return {name: text for name, text in made.items() if not (reversible and name.endswith("up_down"))}


def _named(names: list[str], texts: list[str]) -> dict[str, str]:
    """In this order."""
    return {f"2024010100{at:04}_{name}": text for at, (name, text) in enumerate(zip(names, texts, strict=True))}
