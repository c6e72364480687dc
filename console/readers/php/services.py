"""Laravel's container and the services it gives out: `app()`, `config()`, `Artisan`."""

from __future__ import annotations

from console.readers.php.arguments import Args, unknown_call
from console.readers.php.collected import each_unknown
from console.readers.php.database import db_call
from console.readers.php.machine import Machine
from console.readers.php.models import FACTORY, object_call
from console.readers.php.roles import HARMLESS_COMMANDS, SCHEMA_COMMANDS, role_of
from console.readers.php.schema import schema_call
from console.readers.php.scope import Frame
from console.readers.php.syntax import Node
from console.readers.php.things import Closure, ConnectionHandle, FilePlace, Foreign, Harmless, SchemaHandle
from console.readers.php.values import Listing, Unknown, Value

_APP_QUIET = frozenset(
    """
    forgetinstance forgetinstances forgetscopedinstances bind singleton instance register booted terminating setlocale
    bound resolved extend alias refresh rebinding flush offsetunset offsetset
    """.split()
)
PLACES = {
    "base_path": "",
    "database_path": "database",
    "app_path": "app",
    "config_path": "config",
    "resource_path": "resources",
    "storage_path": "storage",
    "public_path": "public",
    "lang_path": "lang",
    "basepath": "",
    "databasepath": "database",
    "path": "app",
}
_NEVER_SET = frozenset({"permission.testing"})
"""Only a package's own tests set it, and its migrations ask for it: spatie/laravel-permission."""
_SPOKEN: dict[str, Value] = {"true": True, "false": False, "null": None, "empty": ""}
"""Words that Laravel's env() takes for values, in brackets too."""


def service(name: Value) -> Value:
    """`app('db')`, `app(Cache::class)`, `resolve(...)`."""
    return Foreign(of=name) if isinstance(name, str) else Foreign(of="app" if name is None else "")


def service_call(machine: Machine, holder: Foreign, name: str, args: Args, node: Node, frame: Frame) -> Value:
    """A method of a service, or of an object of a class that is not read."""
    if holder.of.endswith(FACTORY) and not name.lower().startswith(("create", "make")):
        return holder
    role = role_of(holder.of)
    if role in ("db", "schema", "config", "app", "artisan", "harmless"):
        return role_call(machine, role, name, args, node, frame)
    if holder.of.endswith(FACTORY):
        return unknown_call(machine, node, holder.of, args, frame, data=True)
    return object_call(machine, holder.of or "an object", name, args, node, frame)


def role_call(machine: Machine, role: str, name: str, args: Args, node: Node, frame: Frame) -> Value:
    """A call on what a class or a service is known to be, statically or on its object."""
    if role == "db":
        return db_call(machine, machine.on, name, args, node, frame)
    if role == "schema":
        return schema_call(machine, machine.on, name, args, node, frame)
    if role == "config":
        return _config_call(machine, name, args, node, frame)
    if role == "app":
        return app_call(machine, name, args, node, frame)
    if role == "artisan":
        return artisan_call(machine, name, args, node, frame)
    each_unknown(machine, args, node, frame)
    return Unknown("it is known only when the file is run") if name.lower() in ("get", "pull", "find") else Harmless()


def object_of(machine: Machine, role: str) -> Value:
    """The object behind a role."""
    if role == "db":
        return ConnectionHandle(on=machine.on)
    return SchemaHandle(on=machine.on) if role == "schema" else Harmless() if role == "harmless" else Foreign(of=role)


def app_call(machine: Machine, name: str, args: Args, node: Node, frame: Frame) -> Value:
    """`app()->environment('production')`, `App::isLocal()`."""
    word, environment = name.lower(), machine.on.connection.environment
    if word == "environment":
        return _environment(environment, args)
    if word in ("islocal", "isproduction"):
        return environment == ("local" if word == "islocal" else "production")
    if word in ("runningunittests", "isdownformaintenance"):
        return environment == "testing" if word == "runningunittests" else Unknown("it is known only when it runs")
    if word in ("runninginconsole", "isbooted"):
        return True
    if word == "version":
        return ".".join(map(str, machine.on.connection.laravel))
    if word in ("make", "get", "makewith", "offsetget"):
        return service(args.at(0))
    if word in PLACES:
        return place(PLACES[word], args.at(0))
    if word in _APP_QUIET:
        return Harmless()
    return object_call(machine, "app()", name, args, node, frame)


def _environment(environment: str, args: Args) -> Value:
    if not args.values and not args.why:
        return environment
    wanted = args.at(0).values if isinstance(args.at(0), Listing) else args.values  # type: ignore[union-attr]  # a list
    if args.why or any(not isinstance(one, str) or "*" in one for one in wanted):
        return Unknown("the environment's name is not known")
    return environment in wanted


def place(folder: str, inside: Value) -> Value:
    """`database_path('sql/x.sql')`."""
    if inside is None or inside == "":
        return FilePlace(path=folder)
    if not isinstance(inside, str):
        return Unknown(inside.why if isinstance(inside, Unknown) else "a path is no text")
    return FilePlace(path=f"{folder}/{inside.lstrip('/')}".lstrip("/"))


def _config_call(machine: Machine, name: str, args: Args, node: Node, frame: Frame) -> Value:
    word = name.lower()
    if word in ("get", "string", "integer", "float", "boolean", "array"):
        return config(machine, args, node, frame)
    if word == "set":
        return set_config(machine, args.at(0), node, frame)
    if word in ("has", "all", "push", "prepend", "getmany"):
        return Unknown("the configuration is not known")
    return unknown_call(machine, node, f"Config::{name}", args, frame)


def config(machine: Machine, args: Args, node: Node, frame: Frame) -> Value:
    """`config('a.b', 'default')`: the default stands in for what is not known, and that is said."""
    key = args.at(0)
    if isinstance(key, Listing):
        return set_config(machine, key, node, frame)
    if key is None:
        return Foreign(of="config")
    if not isinstance(key, str):
        return Unknown("it is not known what is looked up in the configuration")
    found = None if key in _NEVER_SET else machine.lookup.config(key)
    return or_default(machine, found, f"config('{key}')", args, node)


def env(machine: Machine, args: Args, node: Node) -> Value:
    """`env('A', 'default')`; what is not set is its default."""
    key = args.at(0)
    if not isinstance(key, str):
        return Unknown("it is not known what is looked up in the environment")
    found = machine.lookup.env(key)
    if found is None:
        return _default(machine, args, node)
    spoken = _SPOKEN.get(found.lower().strip("()"), found) if isinstance(found, str) else found
    return or_default(machine, spoken, f"env('{key}')", args, node)


def or_default(machine: Machine, found: Value, what: str, args: Args, node: Node) -> Value:
    """What was looked up, or its default when nothing is known of it."""
    if not isinstance(found, Unknown) or (len(args.values) < 2 and "default" not in args.named):
        return found
    machine.note(f"{what} is not known: its default is taken")
    return _default(machine, args, node)


def _default(machine: Machine, args: Args, node: Node) -> Value:
    default = args.at(1, "default")
    return machine.call(default, (), node) if isinstance(default, Closure) else default


def set_config(machine: Machine, key: Value, node: Node, frame: Frame) -> Value:
    """A configuration that is set by the file; what concerns the database makes the rest uncertain."""
    keys = [name for name, _ in key.items] if isinstance(key, Listing) else [key]
    if all(isinstance(name, str) and not name.startswith("database") for name in keys):
        return None
    return machine.unread(node, "the file changes the configuration of the database", frame)


def artisan_call(machine: Machine, name: str, args: Args, node: Node, frame: Frame) -> Value:
    """`Artisan::call('db:seed')`: what a command does is not read."""
    command = args.at(0)
    if name.lower() in ("output", "all"):
        return Unknown("it is known only when the file is run")
    if isinstance(command, str) and command.startswith(HARMLESS_COMMANDS):
        return 0
    changes_schema = not isinstance(command, str) or command.startswith(SCHEMA_COMMANDS)
    why = f"what the command {command} does is not read" if isinstance(command, str) else "the command is not known"
    return machine.unread(node, why, frame, data=not changes_schema)
