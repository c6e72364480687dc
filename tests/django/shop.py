"""The migrations of a made-up shop: every operation that is read, in the forms that projects use."""

from __future__ import annotations

from collections.abc import Mapping

_FILE = """import uuid
import datetime
from decimal import Decimal

import django.utils.timezone
import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models


def fill(apps, schema_editor):
    apps.get_model("shop", "Product").objects.count()


class Migration(migrations.Migration):
{atomic}    dependencies = [{dependencies}]
    operations = [
{operations}
    ]
"""
_USER = "migrations.swappable_dependency(settings.AUTH_USER_MODEL)"


def migration(operations: str, *dependencies: str, atomic: bool = True) -> str:
    """A file with these operations, behind the named migrations of the shop."""
    named = [f'("shop", "{name}")' if "(" not in name else name for name in dependencies]
    return _FILE.format(
        operations=operations, dependencies=", ".join(named), atomic="" if atomic else "    atomic = False\n"
    )


CREATE = """
        migrations.CreateModel(
            name="Category",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("slug", models.SlugField(unique=True)),
                ("title", models.CharField(max_length=80)),
                ("rank", models.PositiveIntegerField(default=0)),
            ],
            options={"verbose_name_plural": "categories", "ordering": ["rank"]},
        ),
        migrations.CreateModel(
            name="Product",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("name", models.CharField(db_index=True, max_length=120)),
                ("sku", models.SlugField(max_length=40)),
                ("price", models.DecimalField(decimal_places=2, max_digits=10)),
                ("weight", models.FloatField(null=True)),
                ("notes", models.TextField(blank=True)),
                ("extra", models.JSONField(default=dict)),
                ("active", models.BooleanField(default=True)),
                ("added", models.DateTimeField(auto_now_add=True)),
                ("day", models.DateField(null=True)),
                ("hour", models.TimeField(null=True)),
                ("lasts", models.DurationField(null=True)),
                ("picture", models.ImageField(upload_to="x", null=True)),
                ("mail", models.EmailField(max_length=254)),
                ("link", models.URLField()),
                ("ip", models.GenericIPAddressField(null=True)),
                ("token", models.UUIDField(null=True)),
                ("blob", models.BinaryField(null=True)),
                ("small", models.SmallIntegerField(default=-1)),
                ("stock", models.PositiveSmallIntegerField(default=0)),
                ("big", models.BigIntegerField(null=True)),
                ("category", models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, to="shop.category")),
                ("owner", models.ForeignKey(null=True, on_delete=django.db.models.deletion.SET_NULL,
                                            related_name="+", to=settings.AUTH_USER_MODEL)),
                ("tags", models.ManyToManyField(blank=True, to="shop.category", related_name="tagged")),
                ("likes", models.ManyToManyField(to="self")),
            ],
            options={
                "unique_together": {("name", "category")},
                "indexes": [models.Index(fields=["name", "-price"], name="shop_name_price")],
            },
        ),
        migrations.CreateModel(
            name="ShelfWhoseNameIsSoLongThatDjangoHasToCutItForTheServersLimits",
            fields=[
                ("product", models.OneToOneField(on_delete=django.db.models.deletion.CASCADE, primary_key=True,
                                                 serialize=False, to="shop.product")),
                ("code", models.CharField(max_length=10, db_column="shelf_code")),
            ],
        ),
        migrations.AddConstraint(
            model_name="product",
            constraint=models.CheckConstraint(check=models.Q(("price__gte", 0)), name="shop_price_positive"),
        ),
"""
CHANGE = """
        migrations.AddField("Product", "color", models.CharField(max_length=20, default="it's red")),
        migrations.AddField("Product", "size", models.IntegerField(null=True, db_index=True)),
        migrations.AddField("Product", "count", models.IntegerField(default=-3), preserve_default=False),
        migrations.AddField("Product", "line", models.CharField(max_length=9, blank=True)),
        migrations.AddField("Product", "body", models.TextField(default="")),
        migrations.AddField("Product", "code", models.CharField(max_length=30, unique=True, null=True)),
        migrations.AddField("Product", "maker", models.ForeignKey(
            null=True, on_delete=django.db.models.deletion.PROTECT, to=settings.AUTH_USER_MODEL)),
        migrations.AddField("Category", "parent", models.ForeignKey(
            blank=True, null=True, on_delete=django.db.models.deletion.CASCADE, to="shop.category")),
        migrations.AddField("Category", "watchers", models.ManyToManyField(to=settings.AUTH_USER_MODEL)),
        migrations.AddField("Product", "rating", models.PositiveIntegerField(default=5)),
"""
ALTER = """
        migrations.AlterField("Product", "color", models.CharField(max_length=60, default="it's red")),
        migrations.AlterField("Product", "size", models.BigIntegerField(null=True, db_index=True)),
        migrations.AlterField("Product", "weight", models.FloatField(default=1.5)),
        migrations.AlterField("Product", "sku", models.CharField(max_length=40)),
        migrations.AlterField("Product", "line", models.CharField(max_length=9, blank=True, db_index=True)),
        migrations.AlterField("Product", "mail", models.EmailField(max_length=254, unique=True)),
        migrations.AlterField("Product", "big", models.TextField(null=True)),
        migrations.AlterField("Product", "notes", models.TextField(blank=True, null=True)),
        migrations.AlterField("Product", "day", models.DateField(null=True, help_text="no column hears of it")),
        migrations.AlterField("Product", "category", models.ForeignKey(
            null=True, on_delete=django.db.models.deletion.CASCADE, to="shop.category")),
        migrations.RenameField("Product", "link", "homepage"),
        migrations.AlterUniqueTogether("product", {("sku", "name")}),
        migrations.AddIndex("product", models.Index(fields=["stock"], name="shop_stock")),
        migrations.RenameIndex("product", new_name="shop_stocked", old_name="shop_stock"),
        migrations.AddConstraint("product", models.UniqueConstraint(fields=["sku", "day"], name="shop_sku_day")),
        migrations.AddConstraint("product", models.UniqueConstraint(
            fields=["sku"], condition=models.Q(("active", True)), name="shop_sku_active")),
        migrations.AddConstraint("product", models.CheckConstraint(
            check=models.Q(("stock__lt", 1000), ("small__gt", -5), _connector="OR"), name="shop_amounts")),
"""
REMOVE = """
        migrations.RemoveConstraint("product", "shop_sku_day"),
        migrations.RemoveConstraint("product", "shop_sku_active"),
        migrations.RemoveConstraint("product", "shop_price_positive"),
        migrations.RemoveIndex("product", "shop_stocked"),
        migrations.RemoveField("Product", "maker"),
        migrations.RemoveField("Product", "likes"),
        migrations.RemoveField("Product", "code"),
        migrations.AlterModelTable("ShelfWhoseNameIsSoLongThatDjangoHasToCutItForTheServersLimits", "shelves"),
        migrations.DeleteModel("ShelfWhoseNameIsSoLongThatDjangoHasToCutItForTheServersLimits"),
"""
RENAME = """
        migrations.RenameModel("Category", "Kind"),
"""
"""In an order of its own: what points to the model follows as the models happen to be listed."""
OTHERS = """
        migrations.RunSQL("CREATE TABLE extra_a (id integer)", "DROP TABLE extra_a"),
        migrations.RunSQL([("CREATE TABLE extra_b (id integer)", None)], migrations.RunSQL.noop),
        migrations.RunPython(fill, migrations.RunPython.noop),
        migrations.SeparateDatabaseAndState(
            database_operations=[migrations.RunSQL("ALTER TABLE extra_a ADD COLUMN n integer", migrations.RunSQL.noop)],
            state_operations=[
                migrations.CreateModel("Extra", [("id", models.IntegerField(primary_key=True, serialize=False)),
                                                 ("n", models.IntegerField(null=True))],
                                       options={"db_table": "extra_a"}),
            ],
        ),
        migrations.AddField("Extra", "m", models.IntegerField(null=True)),
        migrations.AlterModelOptions("Kind", {"ordering": ["title"]}),
        migrations.CreateModel("Proxy", [], options={"proxy": True, "indexes": []}, bases=("shop.kind",)),
"""
SHOP: Mapping[str, str] = {
    "0001_initial": migration(CREATE, _USER),
    "0002_change": migration(CHANGE, "0001_initial"),
    "0003_alter": migration(ALTER, "0002_change"),
    "0004_remove": migration(REMOVE, "0003_alter"),
    "0005_rename": migration(RENAME, "0004_remove"),
    "0006_others": migration(OTHERS, "0005_rename"),
}

_FIRST = """
        migrations.CreateModel("Item", [
            ("id", models.AutoField(primary_key=True)),
            ("code", models.CharField(max_length=9)),
            ("amount", models.IntegerField(default=0)),
            ("names", django.contrib.postgres.fields.ArrayField(models.CharField(max_length=9), null=True)),
        ], options={"indexes": [models.Index(fields=["code"], name="item_one", condition=models.Q(amount__gt=3))]}),
"""
_REST = """
        AddIndexConcurrently("Item", models.Index(fields=["amount"], name="item_two", include=["code"])),
        AddIndexConcurrently("Item", GinIndex(fields=["names"], name="item_three")),
        RemoveIndexConcurrently("Item", "item_one"),
        AddConstraintNotValid("Item", models.CheckConstraint(check=models.Q(amount__lte=9), name="item_amount")),
        ValidateConstraint("Item", "item_amount"),
        migrations.AddConstraint("Item", models.UniqueConstraint(
            fields=["code"], deferrable=models.Deferrable.DEFERRED, name="item_code")),
"""
_IMPORTS = """import django.contrib.postgres.fields
from django.contrib.postgres.indexes import GinIndex
from django.contrib.postgres.operations import (
    AddConstraintNotValid, AddIndexConcurrently, RemoveIndexConcurrently, ValidateConstraint
)
"""
ONLY_POSTGRESQL: Mapping[str, str] = {
    "0001_initial": _IMPORTS + migration(_FIRST),
    "0002_rest": _IMPORTS + migration(_REST, "0001_initial", atomic=False),
}
_TOGETHER = """
        migrations.CreateModel("Pair", [
            ("id", models.AutoField(primary_key=True)), ("a", models.IntegerField()), ("b", models.IntegerField()),
        ], options={"index_together": {("a", "b")}}),
        migrations.CreateModel("Other", [("id", models.AutoField(primary_key=True))]),
"""
_NAMED = 'migrations.RenameIndex("pair", new_name="pair_a_b", old_fields=("a", "b")),'
NAMED_LATER: Mapping[str, str] = {"0001_initial": migration(_TOGETHER), "0002_named": migration(_NAMED, "0001_initial")}
_KEYED = """
        migrations.CreateModel("Kind", [("id", models.AutoField(auto_created=True, primary_key=True)),
                                        ("code", models.CharField(max_length=9, unique=True))]),
        migrations.CreateModel("Item", [
            ("id", models.AutoField(auto_created=True, primary_key=True)),
            ("kind", models.ForeignKey("shop.kind", models.CASCADE)),
            ("also", models.ForeignKey("shop.kind", models.CASCADE, null=True, related_name="others")),
            ("coded", models.ForeignKey("shop.kind", models.CASCADE, to_field="code", related_name="by_code")),
            ("loose", models.ForeignKey("shop.kind", models.CASCADE, related_name="loosely", db_constraint=False)),
            ("kinds", models.ManyToManyField("shop.kind", related_name="+")),
        ]),
        migrations.CreateModel("Part", [
            ("item", models.OneToOneField("shop.item", models.CASCADE, primary_key=True))]),
        migrations.CreateModel("Piece", [
            ("id", models.BigAutoField(primary_key=True)), ("part", models.ForeignKey("shop.part", models.CASCADE))]),
"""
_WIDER = """
        migrations.AlterField("Kind", "id", models.BigAutoField(auto_created=True, primary_key=True)),
        migrations.AlterField("Kind", "code", models.CharField(max_length=30, unique=True)),
        migrations.AlterField("Item", "id", models.BigAutoField(auto_created=True, primary_key=True)),
"""
KEYS: Mapping[str, str] = {"0001_initial": migration(_KEYED), "0002_wider": migration(_WIDER, "0001_initial")}
_KEPT = """
        migrations.CreateModel("Kept", [
            ("id", models.BigAutoField(auto_created=True, primary_key=True)),
            ("state", models.CharField(max_length=9, db_default="it's new")),
            ("zero", models.IntegerField(db_default=0)),
            ("off", models.BooleanField(db_default=models.Value(False), db_index=True)),
            ("at", models.DateTimeField(db_default=django.db.models.functions.Now())),
            ("said", models.CharField(max_length=9, null=True, unique=True, db_comment="what they said")),
        ], options={"db_table_comment": "all that is kept", "constraints": [
            models.CheckConstraint(check=models.Q(zero__gte=0), name="kept_zero"),
            models.UniqueConstraint(fields=["state", "zero"], name="kept_once"),
        ]}),
"""
_MORE = """
        migrations.AddField("Kept", "text", models.TextField(db_default="x")),
        migrations.AddField("Kept", "minus", models.IntegerField(db_default=-1, null=True)),
        migrations.AddField("Kept", "value", models.IntegerField(db_default=models.Value(7), null=True)),
        migrations.AddField("Kept", "later", models.DateTimeField(db_default=django.db.models.functions.Now())),
        migrations.AddField("Kept", "noted", models.IntegerField(default=1, db_comment="50 it's")),
        migrations.AlterModelTableComment("Kept", "some of it"),
"""
_FUNCTIONS = "import django.db.models.functions\n"
_CHANGED = """
        migrations.AlterField("Kept", "state", models.CharField(max_length=20, db_default="newer")),
        migrations.AlterField("Kept", "zero", models.IntegerField()),
        migrations.AlterField("Kept", "said", models.CharField(max_length=9, unique=True, db_default="-",
                                                               db_comment="what")),
        migrations.AlterField("Kept", "noted", models.IntegerField(default=1)),
"""
_ORDERED = """
        migrations.CreateModel("Word", [
            ("id", models.BigAutoField(auto_created=True, primary_key=True)),
            ("text", models.CharField(max_length=40)),
            ("rank", models.IntegerField(null=True)),
            ("kind", models.CharField(max_length=9, null=True)),
        ], options={
            "indexes": [models.Index(models.F("rank").desc(), Lower("text"), name="word_by_rank")],
            "constraints": [
                models.UniqueConstraint(Lower("text"), "kind", name="word_once"),
                models.UniqueConstraint(fields=["rank", "kind"], name="word_rank", nulls_distinct=False),
            ],
        }),
"""
_AGAIN = """
        migrations.AddIndex("Word", models.Index(models.OrderBy(Upper("kind"), descending=True), name="word_kind")),
        migrations.AddIndex("Word", models.Index(models.F("rank").asc(), name="word_asc")),
        migrations.AddConstraint("Word", models.UniqueConstraint(
            models.F("rank"), Upper("text"), name="word_upper", condition=models.Q(rank__gt=3))),
        migrations.AddConstraint("Word", models.UniqueConstraint(
            fields=["kind"], name="word_kinds", nulls_distinct=True, include=["rank"])),
        migrations.AddConstraint("Word", models.UniqueConstraint(
            fields=["text"], name="word_nulls", nulls_distinct=False)),
        migrations.AddConstraint("Word", models.CheckConstraint(
            check=models.Q(("text", "x"), _negated=True), name="word_not_x")),
        migrations.AddConstraint("Word", models.CheckConstraint(check=models.Q(
            ("rank__isnull", False), models.Q(("text", "a"), ("text", "b"), _negated=True), _connector="OR"),
            name="word_o")),
        migrations.AddConstraint("Word", models.CheckConstraint(
            check=~models.Q(rank__isnull=True), name="word_ranked")),
        migrations.RemoveConstraint("Word", "word_once"),
        migrations.RemoveIndex("Word", "word_by_rank"),
"""
_LOWER = "from django.db.models.functions import Lower, Upper\n"
_MADE = """
        migrations.CreateModel("Side", [
            ("id", models.BigAutoField(auto_created=True, primary_key=True)),
            ("a", models.IntegerField()), ("b", models.IntegerField()), ("name", models.CharField(max_length=9)),
            ("area", models.GeneratedField(expression=models.F("a") * models.F("b"), db_persist=True,
                                           output_field=models.BigIntegerField())),
            ("low", models.GeneratedField(expression=Lower("name"), db_persist=True, unique=True,
                                          output_field=models.CharField(max_length=9))),
        ]),
"""
_AND = """
        migrations.AddField("Side", "sum", models.GeneratedField(
            expression=models.F("a") + models.F("b"), db_persist=True, output_field=models.IntegerField())),
        migrations.AddField("Side", "c", models.IntegerField(default=1)),
        migrations.RemoveField("Side", "low"),
"""
_PARTS = {"0001_initial": _KEPT, "0002_more": _MORE, "0003_words": _ORDERED, "0004_again": _AGAIN, "0005_sides": _MADE,
          "0006_and": _AND, "0007_changed": _CHANGED}  # fmt: skip
NEWER: Mapping[str, str] = {
    name: _FUNCTIONS + _LOWER + migration(operations, *([before] if before else []))
    for before, (name, operations) in zip((None, *_PARTS), _PARTS.items(), strict=False)
}
"""What came with 5.0: defaults, comments, generated columns; expressions beside them."""
_PAIR = """
        migrations.CreateModel("Place", [
            ("pk", models.CompositePrimaryKey("shelf", "row", blank=True, editable=False, primary_key=True,
                                              serialize=False)),
            ("shelf", models.IntegerField()), ("row", models.IntegerField(db_column="at_row")),
            ("what", models.CharField(max_length=9, null=True)),
        ]),
"""
_PAIRED = """
        migrations.AddField("Place", "n", models.IntegerField(default=1)),
        migrations.AlterField("Place", "what", models.CharField(max_length=20, null=True)),
"""
PAIRS: Mapping[str, str] = {"0001_initial": migration(_PAIR), "0002_paired": migration(_PAIRED, "0001_initial")}
