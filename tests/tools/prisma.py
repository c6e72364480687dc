"""The engine of Prisma Migrate as it is published for programs: it deploys and resolves as the command does.

The command itself fetches a program from elsewhere; the engine in WebAssembly is a package of npm. It speaks to
PostgreSQL: the driver of MariaDB it refuses (`Unsupported adapter flavour`).
"""

from __future__ import annotations

import os
from pathlib import Path

from tests.tools.npm import modules, node
from tests.tools.programs import Program

VERSION = "6.19.0"
_PROGRAM = """
import fs from "node:fs";
import path from "node:path";
import { createRequire } from "node:module";
import { pathToFileURL } from "node:url";
const [root, url, folder, command, name] = process.argv.slice(1);
const require = createRequire(path.join(root, "node_modules", "x.js"));
const here = path.dirname(require.resolve("@prisma/schema-engine-wasm"));
const glue = await import(pathToFileURL(path.join(here, "schema_engine_bg.js")));
const bytes = fs.readFileSync(path.join(here, "schema_engine_bg.wasm"));
const { exports } = (await WebAssembly.instantiate(bytes, { "./schema_engine_bg.js": glue })).instance;
global.PRISMA_WASM_PANIC_REGISTRY = { set_message: (said) => console.error(said) };
glue.__wbg_set_wasm(exports);
exports.__wbindgen_start();
// the engine reads names of the catalog as text, and this driver tells it their own type
const asText = (found) => {
  for (const one of [found].flat())
    for (const field of one.fields || []) if (field.dataTypeID === 19) field.dataTypeID = 25;
  return found;
};
for (const kind of [require("pg").Client, require("pg").Pool]) {
  const query = kind.prototype.query;
  kind.prototype.query = function (...given) {
    const asked = query.apply(this, given);
    return asked && asked.then ? asked.then(asText) : asked;
  };
}
const { bindMigrationAwareSqlAdapterFactory: bind } = require("@prisma/driver-adapter-utils");
const driver = new (require("@prisma/adapter-pg").PrismaPg)({ connectionString: url });
const content = (file) => fs.readFileSync(path.join(folder, file), "utf8");
const migrationsList = {
  baseDir: folder, shadowDbInitScript: "",
  lockfile: { path: "migration_lock.toml", content: content("migration_lock.toml") },
  migrationDirectories: fs.readdirSync(folder).filter((each) => !each.includes(".")).sort().map((each) => ({
    path: each,
    migrationFile: { path: "migration.sql", content: { tag: "ok", value: content(`${each}/migration.sql`) } },
  })),
};
const schema = `datasource db {\\n provider = "postgresql"\\n url = "${url}"\\n}\\n`;
try {
  const engine = await glue.SchemaEngine.new({ datamodels: [["schema.prisma", schema]] }, () => {}, bind(driver));
  if (command === "applied") await engine.markMigrationApplied({ migrationName: name, migrationsList });
  else if (command === "rolled-back") await engine.markMigrationRolledBack({ migrationName: name });
  else await engine.applyMigrations({ migrationsList, filters: { externalTables: [], externalEnums: [] } });
  process.exit(0);
} catch (problem) {
  console.error(problem.message || problem);
  process.exit(1);
}
"""


def command(url: str, folder: Path, *words: str) -> Program:
    """`deploy`, `applied NAME` or `rolled-back NAME` for the migrations in a folder."""
    packages = modules(f"prisma-{VERSION}")
    line = [node(), "--input-type=module", "-e", _PROGRAM, str(packages), url, str(folder), *words]
    return Program(line, folder, {"PATH": os.environ["PATH"]})
