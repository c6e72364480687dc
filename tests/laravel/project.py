"""A Laravel project in a folder, on a real database, driven by the real artisan; what it sent is recorded."""

from __future__ import annotations

import os
import shutil
import subprocess
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from sqlalchemy.engine import URL

from tests.laravel.recording import Recording, read_recording
from tests.tools.laravel import Php

_APP = Path(__file__).parent / "app"
_DRIVERS = {"postgresql": "pgsql", "mysql": "mysql", "mariadb": "mysql", "sqlite": "sqlite"}


@dataclass(frozen=True, slots=True)
class Run:
    """What one artisan command left."""

    code: int
    """Negative: the signal that ended it."""
    said: str


@dataclass(frozen=True, slots=True)
class LaravelProject:
    """`folder` is the project; its .env names the database."""

    folder: Path
    php: Php

    @property
    def log(self) -> Path:
        """Where the recorder writes."""
        return self.folder / "storage" / "recorded.jsonl"

    @property
    def recording(self) -> Recording:
        """What was sent so far."""
        return read_recording(self.log)

    def add(self, name: str, text: str) -> Path:
        """A migration file; `name` without .php."""
        path = self.folder / "database" / "migrations" / f"{name}.php"
        path.write_text(text)
        return path

    def artisan(self, *arguments: str, **environment: str) -> Run:
        """Run one command to its end, whatever end that is."""
        done = subprocess.run(
            self.php.command("artisan", *arguments),
            cwd=self.folder,
            env=self._environment(environment),
            capture_output=True,
            text=True,
            check=False,
            timeout=120,
        )
        return Run(done.returncode, done.stdout + done.stderr)

    def started(self, *arguments: str, **environment: str) -> subprocess.Popen[bytes]:
        """Start one command and leave it alone."""
        return subprocess.Popen(
            self.php.command("artisan", *arguments),
            cwd=self.folder,
            env=self._environment(environment),
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
        )

    def _environment(self, more: Mapping[str, str]) -> dict[str, str]:
        return {"PATH": os.defpath, "LC_ALL": "C", "HOME": str(self.folder), "RECORD_TO": str(self.log), **more}

    def migrate(self, *arguments: str, **environment: str) -> Run:
        """`php artisan migrate --force`."""
        return self.artisan("migrate", "--force", *arguments, **environment)


def make_project(folder: Path, php: Php, url: URL, **env: str) -> LaravelProject:
    """The app with an .env for the database, ready for the real framework, and without any migration."""
    write_app(folder, php.laravel, url, env)
    return LaravelProject(folder, php)


def write_app(folder: Path, laravel: str, url: URL, env: Mapping[str, str]) -> None:
    """The app of tests/laravel/app for a version of Laravel, without any migration."""
    shutil.copytree(_APP, folder, dirs_exist_ok=True)
    for part in ("bootstrap/cache", "database/migrations", "storage/logs", "storage/framework/cache"):
        (folder / part).mkdir(parents=True, exist_ok=True)
    for name in ("composer.lock", "vendor/composer/installed.json"):
        path = folder / name
        path.write_text(path.read_text().replace("@VERSION@", laravel))
    if laravel.startswith("10."):
        _change_natively(folder / "app/Providers/AppServiceProvider.php")
    settings = {**_settings(url), **env}
    (folder / ".env").write_text("".join(f"{key}={value}\n" for key, value in settings.items()))


def _change_natively(provider: Path) -> None:
    """Debian's DBAL is too new for Laravel 10, which can do without."""
    text = provider.read_text()
    call = "        \\Illuminate\\Support\\Facades\\Schema::useNativeSchemaOperationsIfPossible();\n"
    before, boot, after = text.partition("boot()\n    {\n")
    provider.write_text(f"{before}{boot}{call}{after}")


def _settings(url: URL) -> dict[str, str]:
    server = {"DB_HOST": url.host, "DB_PORT": url.port, "DB_USERNAME": url.username, "DB_PASSWORD": url.password}
    found = {"APP_NAME": '"Paper Shop"', "APP_ENV": "production", "APP_KEY": "base64:" + "A" * 43 + "="}
    found |= {"DB_CONNECTION": _DRIVERS[url.get_backend_name()], "DB_DATABASE": url.database or ""}
    return found | {key: str(value) for key, value in server.items() if value is not None}
