"""Whole migrations of Knex in the ways people write them, and what the real one sends of each to an empty server."""

from __future__ import annotations

FILES = {
    "by_hand.js": """
exports.up = async function (knex) {
  const { schema } = knex, trx = await knex.transaction();
  try {
    await trx.schema.createTable('held', function () { this.increments('id'); this.string('name', 9).unique(); });
    await trx('held').insert({ name: 'one' });
    await trx.commit();
  } catch (problem) {
    await trx.rollback();
    throw problem;
  }
  await schema.table('held', function (t) { this.integer('n'); t.index('n'); });
  await knex.raw("UPDATE held SET name = 'two?' WHERE id = ?", 1).catch(console.error);
};
exports.down = async function ({ schema }) { await schema.dropTable('held'); };
""",
    "lists.js": """
exports.up = (knex) => knex.schema
  .createTable('lists', (t) => { ['a', 'b'].forEach((c) => t.string(c)); ['d'].map((c) => t.integer(c)); })
  .then(() => knex.schema.hasTable('more'))
  .then((is) => is ? null : knex.schema.createTable('more', (t) => [t.increments(), t.string('e')]));
exports.down = async (knex) => {
  const is = await knex.schema.hasTable('more');
  is || await knex.schema.dropTable('other');
  return Promise.all(['lists'].map((t) => knex.schema.dropTable(t)));
};
""",
    "compiled.js": """
'use strict';
var __awaiter = (this && this.__awaiter) || function (own, given, P, made) {
  return new Promise((done, failed) => {
    const run = made.apply(own, given || []);
    const step = (one) => one.done ? done(one.value)
      : Promise.resolve(one.value).then((value) => step(run.next(value))).catch(failed);
    step(run.next());
  });
};
Object.defineProperty(exports, '__esModule', { value: true });
exports.up = up;
exports.down = down;
function up(knex) {
  return __awaiter(this, void 0, void 0, function* () {
    yield knex.schema.createTable('compiled', (t) => { t.increments(); });
    yield knex('compiled').insert({ id: 1 });
  });
}
function down(knex) {
  return __awaiter(this, void 0, void 0, function* () { yield knex.schema.dropTable('compiled'); });
}
""",
    "promises.js": """
exports.up = function (knex, Promise) {
  return knex.schema
    .createTable('roles', (t) => { t.increments('id').primary(); t.string('name').notNull().unique(); })
    .then(() => knex.schema.createTable('people', function (t) {
      t.increments();
      t.integer('role_id').unsigned().references('roles.id').onDelete('SET NULL').index();
      t.boolean('active').notNullable().defaultTo(true);
      t.timestamp('born').defaultTo(knex.fn.now());
    }))
    .then(function () { return knex('roles').insert([{ name: 'admin' }, { name: 'guest' }]); });
};
exports.down = (knex) => knex.schema.dropTable('people').dropTable('roles');
""",
    "guards.ts": """
import type { Knex } from 'knex';

const TABLE = 'invoices';
const Column = { NUMBER: 'number', AT: 'issued_at' } as const;

async function missing(knex: Knex, table: string, column: string): Promise<boolean> {
  return !(await knex.schema.hasColumn(table, column));
}

export async function up(knex: Knex): Promise<void> {
  if (!(await knex.schema.hasTable(TABLE))) {
    await knex.schema.createTable(TABLE, (t: Knex.CreateTableBuilder) => {
      t.uuid('id').primary().defaultTo(knex.raw('gen_random_uuid()'));
      t.string(Column.NUMBER, 30).notNullable();
      t.decimal('amount', 12, 2).notNullable();
      t.unique([Column.NUMBER], `${TABLE}_by_${Column.NUMBER}`);
    });
  }
  if (await missing(knex, TABLE, Column.AT)) {
    await knex.schema.alterTable(TABLE, (t) => { t.timestamp(Column.AT, { useTz: true }); t.index([Column.AT]); });
  }
}

export async function down(knex: Knex): Promise<void> {
  const there = await knex.schema.hasTable(TABLE);
  if (!there) return;
  await knex.schema.dropTable(TABLE);
}
""",
    "servers.js": """
const isPg = (knex) => knex.client.config.client === 'pg';
const stamps = (t, knex) => {
  for (const name of ['created_at', 'updated_at']) t.timestamp(name).notNullable().defaultTo(knex.fn.now());
};

async function up(knex) {
  const pg = isPg(knex);
  await knex.schema.createTable('rooms', (t) => {
    t.bigIncrements('id');
    if (pg) { t.jsonb('settings').notNullable().defaultTo('{}'); } else { t.json('settings'); }
    t.enu('kind', ['open', 'closed']).notNullable().defaultTo('open');
    stamps(t, knex);
  });
  if (pg) {
    await knex.raw('CREATE INDEX rooms_settings ON rooms USING gin (settings)');
  }
  await knex.raw('UPDATE ?? SET kind = ? WHERE id < ?', ['rooms', "it's", 10]);
  try {
    await knex.schema.table('rooms', (t) => { t.renameColumn('kind', 'sort'); });
  } catch (problem) {
    console.error('no luck', problem.message);
    throw problem;
  }
}
async function down(knex) { await knex.schema.dropTableIfExists('rooms'); }
module.exports = { up, down, config: { transaction: false } };
""",
    "together.mjs": """
export const up = async (knex) => {
  await knex.transaction(async (trx) => {
    await trx.schema.alterTable('a', (t) => { t.dropForeign('b_id'); t.dropColumn('b_id'); });
    await trx('a').where({ kind: 'x' }).whereNull('gone_at').update({ kind: 'y' });
    await trx.schema.raw(`
      ALTER TABLE a ADD CONSTRAINT positive CHECK (n > 0)
    `);
  });
  return Promise.all([knex.schema.renameTable('a', 'c'), knex.raw('ANALYZE')]);
};
export const down = (knex) => Promise.all(['c', 'd'].map((name) => knex.schema.dropTableIfExists(name)));
""",
    "never.js": """
exports.up = async (knex) => {
  knex.schema.dropTable('never');
  await knex.schema.withSchema('shop').createTable('orders', (t) => {
    t.increments('id');
    t.integer('person_id').unsigned;
    t.foreign('person_id', 'by_person').references('id').inTable('shop.people').onUpdate('CASCADE');
    t.comment('all of them');
    t.string('state').comment('of the order').nullable().defaultTo(null);
  });
  const rows = await knex('orders').select('id');
  for (const row of rows) { await knex('orders').where('id', row.id).update({ state: 'x' }); }
  if (rows.length === 0) { await knex.raw('SELECT 1'); }
};
exports.down = async (knex) => { knex.schema.dropTable('orders'); };
""",
}

PROGRAM = r"""
const Knex = require('knex');
const { formatQuery } = require('knex/lib/execution/internal/query-executioner');
const [folder, names] = JSON.parse(require('fs').readFileSync(0, 'utf8'));
const quiet = { warn() {}, error() {}, deprecate() {}, debug() {} };
console.error = () => {};
const answers = { pg: { rows: [], rowCount: 0, fields: [], command: '' }, mysql2: [[], []] };
(async () => {
  const made = {};
  for (const name of names) {
    for (const [client, base] of [['pg', 'postgres'], ['mysql2', 'mysql2']]) {
      const said = [];
      class Told extends require(`knex/lib/dialects/${base}`) {
        _driver() { return {}; }
        async acquireConnection() { return { __knexUid: 'one' }; }
        async releaseConnection() {}
        async _query(connection, asked) {
          said.push(formatQuery(asked.sql.replace(/\$\d+/g, '?'), asked.bindings || [], undefined, this));
          return Object.assign(asked, { response: answers[client] });
        }
      }
      const db = Knex({ client: Told, log: quiet });
      db.client.config.client = client;
      const file = await import(`${folder}/${name}`);
      for (const way of ['up', 'down']) {
        said.length = 0;
        const run = file[way] || file.default[way];
        await run(db, Promise).catch((problem) => said.push(String(problem.message)));
        made[`${name} ${client} ${way}`] = [...said];
      }
    }
  }
  console.log(JSON.stringify(made));
})();
"""
