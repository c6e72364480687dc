"""A real Django is stopped, and Halfway tells without running any of the project what it left."""

from __future__ import annotations

from dataclasses import dataclass

from console.core.assessment import Assessment, JudgedMigration
from tests.django.project import DjangoProject
from tests.django.shop import migration as file
from tests.incidents import told
from tests.incidents.told import assessed, letters, states, texts

__all__ = ["assess", "judged_of", "letters", "shop", "texts"]

FIRST, BROKEN = "shop.0001_initial", "shop.0002_change"
BASE = """
        migrations.CreateModel("Customer", [
            ("id", models.BigAutoField(primary_key=True)),
            ("email", models.CharField(max_length=80)),
            ("name", models.CharField(max_length=80, null=True)),
        ]),
        migrations.CreateModel("Order", [
            ("id", models.BigAutoField(primary_key=True)),
            ("customer_number", models.BigIntegerField(default=0)),
            ("code", models.CharField(max_length=40, default="x")),
            ("amount", models.IntegerField(default=0)),
        ]),
"""
ROWS = (
    "INSERT INTO shop_customer (email, name) VALUES ('a@x', NULL), ('a@x', 'Bo')",
    "INSERT INTO shop_order (customer_number, code, amount) VALUES (1, 'short', -1), (77, 'much too long for it', 2)",
)
NICK = 'migrations.AddField("Customer", "nick", models.CharField(max_length=40, null=True)),'
NOTES = 'migrations.CreateModel("Note", [("id", models.BigAutoField(primary_key=True)), ("body", models.TextField())]),'
INDEX = 'migrations.AddIndex("Order", models.Index(fields=["code"], name="shop_order_code")),'
UNIQUE = 'migrations.AddConstraint("Customer", models.UniqueConstraint(fields=["email"], name="shop_customer_email")),'
CHECK = 'migrations.AddConstraint("Order", models.CheckConstraint(check=models.Q(amount__gte=0), name="shop_amount")),'
NOT_NULL = 'migrations.AlterField("Customer", "name", models.CharField(max_length=80)),'
KEY = """migrations.AlterField("Order", "customer_number", models.ForeignKey("shop.Customer",
            models.CASCADE, db_column="customer_number")),"""
RENAMED = 'migrations.RenameField("Customer", "name", "title"),'
DEFAULT = 'migrations.AddField("Order", "state", models.CharField(max_length=9, default="new")),'


@dataclass(frozen=True)
class Case:
    """A migration that fails, and what is told of it where every statement commits by itself."""

    name: str
    operations: str
    verdicts: str

    @property
    def done(self) -> int:
        """How many statements the server carried out."""
        return self.verdicts.count("L")

    def text(self, *, atomic: bool = True) -> str:
        """The file."""
        return file(self.operations, "0001_initial", atomic=atomic)


CASES = (
    Case("duplicates_first", UNIQUE + NICK + NOTES, "NNN"),
    Case("duplicates_middle", NICK + UNIQUE + NOTES, "LNN"),
    Case("duplicates_last", NICK + NOTES + UNIQUE, "LLN"),
    Case("default_then_check", DEFAULT + CHECK + INDEX, "LLNN"),
    Case("nulls_last", INDEX + RENAMED + NOT_NULL.replace('"name"', '"title"'), "LLN"),
    Case("orphans_middle", NOTES + KEY + NICK, "LLNN"),
)


def assess(project: DjangoProject) -> Assessment:
    """What Halfway says in the project's folder."""
    return assessed(project.folder, {})


def judged_of(found: Assessment, name: str = BROKEN) -> JudgedMigration:
    """One of them."""
    return told.judged_of(found, name)


def shop(found: Assessment) -> dict[str, str]:
    """The state of each of the shop's migrations."""
    return states(found, "shop.")
