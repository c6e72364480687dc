"""Bodies of `upgrade()` as people write them, for every server or for some."""

from __future__ import annotations

from dataclasses import dataclass

EVERY = ("postgres", "mysql", "mariadb", "sqlite")
SERVERS = ("postgres", "mysql", "mariadb")


@dataclass(frozen=True)
class Body:
    """One body; on the servers it is for the real Alembic writes SQL of it."""

    name: str
    text: str
    on: tuple[str, ...] = SERVERS


CORPUS = (
    Body(
        "create_table",
        """
op.create_table(
    "users",
    sa.Column("id", sa.Integer(), nullable=False),
    sa.Column("email", sa.String(length=120), nullable=False, comment="the e-mail"),
    sa.Column("score", sa.Numeric(10, 2), server_default="0", nullable=False),
    sa.Column("made_at", sa.DateTime(timezone=True), server_default=sa.func.now(), nullable=False),
    sa.Column("changed_at", sa.TIMESTAMP(), server_default=sa.text("CURRENT_TIMESTAMP")),
    sa.Column("active", sa.Boolean(), server_default=sa.true(), nullable=False),
    sa.Column("boss_id", sa.Integer, sa.ForeignKey("users.id", ondelete="CASCADE"), index=True),
    sa.Column("data", sa.JSON(), nullable=True),
    sa.Column("note", sa.Text().with_variant(mysql.LONGTEXT(), "mysql"), nullable=True),
    sa.PrimaryKeyConstraint("id"),
    sa.UniqueConstraint("email", name=op.f("uq_users_email")),
    sa.CheckConstraint("score >= 0", name="ck_users_score"),
    comment="all users",
)
op.create_index(op.f("ix_users_made_at"), "users", ["made_at"], unique=False)
op.create_index("ix_users_two", "users", ["email", "active"], unique=True)
""",
        EVERY,
    ),
    Body(
        "types",
        """
op.create_table("kinds",
    sa.Column("id", sa.BigInteger, primary_key=True), sa.Column("a", sa.SmallInteger), sa.Column("b", sa.Float),
    sa.Column("c", sa.Date), sa.Column("d", sa.Time), sa.Column("e", sa.LargeBinary), sa.Column("f", sa.Uuid()),
    sa.Column("g", sa.Double), sa.Column("h", sa.Unicode(30)), sa.Column("Mixed Case", sa.CHAR(3)),
    sa.Column("i", sa.VARCHAR(10)), sa.Column("order", sa.Integer) if True else None)
""",
        EVERY,
    ),
    Body(
        "postgres_types",
        """
op.create_table("kinds",
    sa.Column("id", postgresql.UUID(as_uuid=True), server_default=sa.text("gen_random_uuid()"), primary_key=True),
    sa.Column("a", postgresql.JSONB(astext_type=sa.Text()), server_default=sa.text("'{}'::jsonb"), nullable=False),
    sa.Column("b", postgresql.ARRAY(sa.String(length=9)), server_default="{}"), sa.Column("c", postgresql.INET()),
    sa.Column("d", postgresql.TSVECTOR()), sa.Column("e", postgresql.INTERVAL()), sa.Column("f", sa.ARRAY(sa.Integer)),
    sa.Column("g", postgresql.TIMESTAMP(timezone=True, precision=3)),
    sa.Column("h", sa.Integer, sa.Identity(always=True)),
    sa.Column("i", sa.Integer, sa.Computed("h * 2", persisted=True)), schema="shop")
op.create_index("ix_kinds_a", "kinds", ["a"], schema="shop", postgresql_using="gin")
op.create_index("ix_kinds_b", "kinds", [sa.text("lower(c::text)"), "h"], schema="shop",
                postgresql_where=sa.text("h > 1"), postgresql_include=["i"])
""",
        ("postgres",),
    ),
    Body(
        "enum",
        """
mood = sa.Enum("sad", "it's", name="mood")
op.create_table("people", sa.Column("id", sa.Integer, primary_key=True), sa.Column("mood", mood, nullable=False))
op.create_table("pets", sa.Column("id", sa.Integer, primary_key=True), sa.Column("mood", mood))
""",
        EVERY,
    ),
    Body(
        "enum_by_hand",
        """
mood = postgresql.ENUM("a", "b", name="grade", create_type=False)
mood.create(op.get_bind(), checkfirst=False)
op.add_column("users", sa.Column("grade", mood, nullable=True))
op.drop_column("users", "grade")
mood.drop(op.get_bind(), checkfirst=False)
""",
        ("postgres",),
    ),
    Body(
        "add_columns",
        """
op.add_column("users", sa.Column("phone", sa.String(20), nullable=True, comment="a phone"))
op.add_column("users", sa.Column("code", sa.String(20), server_default="", nullable=False))
op.add_column("users", sa.Column("tag", sa.String(20), unique=True))
op.add_column("users", sa.Column("ref_id", sa.Integer, sa.ForeignKey("users.id", name="fk_ref")))
op.add_column("users", sa.Column("level", sa.Integer, index=True))
""",
    ),
    Body("add_column_plainly", 'op.add_column("users", sa.Column("x", sa.Integer(), nullable=True))', EVERY),
    Body(
        "alter_columns",
        """
op.alter_column("users", "phone", existing_type=sa.String(20), type_=sa.String(40), nullable=False)
op.alter_column("users", "phone", existing_type=sa.String(40), server_default="it's", existing_nullable=False)
op.alter_column("users", "phone", existing_type=sa.String(40), server_default=None)
op.alter_column("users", "phone", existing_type=sa.String(40), new_column_name="tel", existing_nullable=False)
op.alter_column("users", "made_at", existing_type=sa.DateTime(), nullable=False)
op.alter_column("users", "made_at", existing_type=sa.DateTime(), server_default=sa.func.now())
op.alter_column("users", "score", existing_type=sa.Numeric(10, 2), comment="a 'score'", existing_nullable=False)
op.alter_column("users", "data", existing_type=sa.JSON(), type_=sa.Text(), postgresql_using="data::text")
""",
    ),
    Body(
        "constraints",
        """
op.create_foreign_key("fk_x", "pets", "people", ["id"], ["id"], ondelete="SET NULL", onupdate="CASCADE")
op.create_foreign_key(None, "pets", "people", ["id"], ["id"])
op.create_foreign_key("fk_self", "users", "users", ["boss_id"], ["id"])
op.create_unique_constraint("uq_x", "pets", ["id", "mood"])
op.create_check_constraint("ck_x", "pets", sa.text("id > 0"))
op.create_check_constraint("ck_y", "pets", "id < 100")
op.create_primary_key("pk_z", "levels", ["a", "b"])
op.drop_constraint("fk_x", "pets", type_="foreignkey")
op.drop_constraint("uq_x", "pets", type_="unique")
op.drop_constraint("ck_x", "pets", type_="check")
op.drop_constraint("pk_z", "levels", type_="primary")
""",
    ),
    Body(
        "exclude",
        """
op.create_table("stays", sa.Column("room", sa.Integer), sa.Column("during", postgresql.TSRANGE()),
    postgresql.ExcludeConstraint(("room", "="), (sa.column("during"), "&&"), using="gist", name="no_overlap"))
op.create_exclude_constraint("no_twice", "stays", ("room", "="), ("during", "&&"), where=sa.text("room > 0"),
                             using="gist", deferrable=True, initially="DEFERRED")
op.create_exclude_constraint("lower_twice", "stays", (sa.column("during"), "="), ("room", "="),
                             schema="shop")
with op.batch_alter_table("stays") as batch_op:
    batch_op.create_exclude_constraint("again", (sa.column("room"), "="), using="gist")
op.drop_constraint("no_twice", "stays")
""",
        ("postgres",),
    ),
    Body(
        "batch",
        """
with op.batch_alter_table("users", schema=None) as batch_op:
    batch_op.add_column(sa.Column("z", sa.Integer(), nullable=True))
    batch_op.create_index(batch_op.f("ix_users_z"), ["z"], unique=False)
    batch_op.create_unique_constraint("uq_z", ["z"])
    batch_op.create_foreign_key("fk_z", "people", ["z"], ["id"])
    batch_op.alter_column("z", existing_type=sa.Integer(), nullable=False)
    batch_op.drop_constraint("uq_z", type_="unique")
    batch_op.drop_index(batch_op.f("ix_users_z"))
    batch_op.drop_column("z")
""",
    ),
    Body("drop", 'op.drop_index("ix_a", table_name="users")\nop.drop_table("pets")\nop.rename_table("a", "b")', EVERY),
    Body("comments", 'op.create_table_comment("users", "all", existing_comment=None)\nop.drop_table_comment("users")'),
    Body(
        "executed",
        """
op.execute("UPDATE users SET email = lower(email) WHERE email LIKE 'a%'")
op.execute(sa.text("UPDATE users SET made_at = now() WHERE made_at < '2020-01-01 10\\\\:20'"))
conn = op.get_bind()
conn.execute(sa.text("DELETE FROM users WHERE id = 1"))
for name in ("users", "pets"):
    op.execute(f"ANALYZE {name}")
if conn.dialect.name == "postgresql":
    op.execute("CREATE EXTENSION IF NOT EXISTS pg_trgm")
elif op.get_context().dialect.name in ("mysql", "mariadb"):
    op.execute("ALTER TABLE users ENGINE=InnoDB")
""",
        EVERY,
    ),
    Body(
        "inserted",
        """
kinds = op.create_table("colours", sa.Column("id", sa.Integer, primary_key=True), sa.Column("name", sa.String(9)))
op.bulk_insert(kinds, [{"id": 1, "name": "a%b\\\\x:y"}, {"id": 2, "name": "it's"}])
again = sa.table("colours", sa.column("id", sa.Integer), sa.column("name", sa.String))
op.bulk_insert(again, [{"id": 3, "name": None}])
""",
        EVERY,
    ),
    Body(
        "helpers",
        """
more = [sa.Column(f"c{n}", sa.Integer) for n in range(3)]
op.create_table("many", sa.Column("id", sa.Integer, primary_key=True), *more)
""",
        EVERY,
    ),
    Body(
        "concurrently",
        """
with op.get_context().autocommit_block():
    op.create_index("ix_c", "users", ["tel"], postgresql_concurrently=True, if_not_exists=True)
    op.drop_index("ix_c", table_name="users", postgresql_concurrently=True, if_exists=True)
""",
        ("postgres",),
    ),
    Body(
        "mysql_types",
        """
op.create_table("kinds", sa.Column("id", mysql.BIGINT(unsigned=True), primary_key=True, autoincrement=True),
    sa.Column("a", mysql.TINYINT(1)), sa.Column("b", mysql.LONGTEXT()), sa.Column("c", mysql.DATETIME(fsp=6)),
    sa.Column("d", mysql.ENUM("x", "y")), sa.Column("e", mysql.VARCHAR(20, collation="utf8mb4_bin")),
    mysql_charset="utf8mb4", mariadb_engine="InnoDB")
op.create_index("ix_b", "kinds", ["b"], mysql_length={"b": 10})
""",
        ("mysql", "mariadb"),
    ),
)
