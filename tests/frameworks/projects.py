"""Finding a Flyway project in a folder, and the database it names."""

from pathlib import Path

from console.core.ports import Project
from tests.frameworks.making import FLYWAY

PASSWORD = "s3cr&t:/@?x"
CONF = f"flyway.url=jdbc:postgresql://db/app\nflyway.user=app\nflyway.password={PASSWORD}\n"
V1 = {"sql/V1__x.sql": "select 1"}
YML = """
spring:
  application: {name: shop}
  datasource:
    url: jdbc:postgresql://${DB_HOST:localhost}:${DB_PORT:5432}/shop
    username: ${DB_USER:shop}
    password: ${DB_PASSWORD:}
  flyway:
    default-schema: shop
    placeholders: {tenant: t1}
---
spring:
  config: {activate: {on-profile: prod}}
  datasource: {url: "jdbc:postgresql://prod/shop"}
"""
APP = "src/main/resources/application.yml"
RESOURCES = "src/main/resources/"
MIGRATION = {RESOURCES + "db/migration/V1__x.sql": "select 1"}


def found(folder: Path, **environ: str) -> Project:
    project = FLYWAY.detect(folder, environ)
    assert project is not None
    return project


def shown(project: Project) -> str | None:
    return project.url.render_as_string(hide_password=False) if project.url is not None else None
