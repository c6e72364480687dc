"""django-tenants from PyPI with its Django, in the tests' cache, and a project that keeps its tenants apart with it."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

from sqlalchemy.engine import URL

from tests.tools.packages import PYTHON, wanted_by_tests

_WANTED = ("django-tenants==4.0.1", "Django==5.2.19", "psycopg[binary]==3.3.*")
_SETTINGS = """
SECRET_KEY = "x"
SHARED_APPS = ["django_tenants", "customers", "django.contrib.contenttypes"]
TENANT_APPS = ["django.contrib.contenttypes", "shop"]
INSTALLED_APPS = list(SHARED_APPS) + [app for app in TENANT_APPS if app not in SHARED_APPS]
TENANT_MODEL = "customers.Client"
TENANT_DOMAIN_MODEL = "customers.Domain"
DATABASES = {{"default": {{"ENGINE": "django_tenants.postgresql_backend", "NAME": "{database}", "USER": "{user}",
    "HOST": "{host}", "PORT": "{port}"}}}}
DATABASE_ROUTERS = ("django_tenants.routers.TenantSyncRouter",)
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"
USE_TZ = True
"""
_MANAGE = """
import os, sys
os.environ.setdefault("DJANGO_SETTINGS_MODULE", "site_settings")
from django.core.management import execute_from_command_line
execute_from_command_line(sys.argv)
"""
_CUSTOMERS = """
from django.db import models
from django_tenants.models import DomainMixin, TenantMixin
class Client(TenantMixin):
    name = models.CharField(max_length=100)
    auto_create_schema = False
class Domain(DomainMixin):
    pass
"""
_SHOP = """
from django.db import models
class Order(models.Model):
    client = models.ForeignKey("customers.Client", on_delete=models.CASCADE)
    status = models.CharField(max_length=20, default="open", db_index=True)
"""
CARRIER = """
from django.db import migrations, models
class Migration(migrations.Migration):
    atomic = False
    dependencies = [("shop", "0001_initial")]
    operations = [
        migrations.AddField("order", "carrier", models.CharField(max_length=40, null=True)),
        migrations.AddField("order", "shipped_at", models.DateTimeField(null=True)),
    ]
"""
_MAKE = """
import os
os.environ["DJANGO_SETTINGS_MODULE"] = "site_settings"
import django
django.setup()
from django.core.management import call_command
from customers.models import Client
call_command("makemigrations", "customers", "shop", verbosity=0)
call_command("migrate_schemas", shared=True, verbosity=0)
for name in {names!r}:
    tenant = Client(schema_name=name, name=name)
    tenant.save()
    tenant.create_schema(check_if_exists=True, sync_schema=True, verbosity=0)
open("shop/migrations/0002_carrier.py", "w").write({carrier!r})
for name in {done!r}:
    call_command("migrate_schemas", schema_name=name, verbosity=0)
"""


def shop_of_tenants(folder: Path, url: URL, names: list[str], done: list[str]) -> None:
    """A project in `folder`, a schema for each of `names` made by the package itself, and its newest migration run by
    the package in those of `done`."""
    for name, text in {
        "manage.py": _MANAGE, "customers/__init__.py": "", "customers/models.py": _CUSTOMERS,
        "shop/__init__.py": "", "shop/models.py": _SHOP,
        "site_settings.py": _SETTINGS.format(database=url.database, user=url.username, host=url.host, port=url.port),
    }.items():  # fmt: skip
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / name).write_text(text)
    packages = wanted_by_tests(f"django-tenants-4.0.1-5.2.19-{PYTHON}", _WANTED)
    code = _MAKE.format(names=names, done=done, carrier=CARRIER)
    env = {**os.environ, "PYTHONPATH": str(packages)}
    finished = subprocess.run(
        [sys.executable, "-c", code], cwd=folder, env=env, capture_output=True, text=True, check=False
    )
    assert finished.returncode == 0, finished.stderr
