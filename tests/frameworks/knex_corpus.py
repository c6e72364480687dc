"""Pieces of Knex migrations, each held against what the real Knex makes of it on every server."""

from __future__ import annotations

_COLUMNS = (
    "t.increments()", "t.increments('n', { primaryKey: false })", "t.bigIncrements('n')", "t.integer('n')",
    "t.integer('n', 5).unsigned()", "t.tinyint('n', 1)", "t.smallint('n')", "t.mediumint('n')", "t.bigInteger('n')",
    "t.bigint('n').unsigned().notNullable()", "t.text('s')", "t.text('s', 'mediumtext')", "t.text('s', 'longtext')",
    "t.string('s')", "t.string('s', 10).notNullable().defaultTo('it\\'s \"x\" \\\\')", "t.float('f')",
    "t.float('f', 5, 1)", "t.double('f')", "t.decimal('f')", "t.decimal('f', 10, 2).defaultTo(1.50)",
    "t.boolean('b').defaultTo(true)", "t.boolean('b').notNull().defaultTo(false)", "t.bool('b').defaultTo('false')",
    "t.date('d')", "t.dateTime('d')", "t.datetime('d', { useTz: false, precision: 6 })", "t.time('d')",
    "t.timestamp('d').defaultTo(knex.fn.now())", "t.timestamp('d', { precision: 3 }).defaultTo(knex.fn.now(3))",
    "t.timestamp('d', true)", "t.binary('x')", "t.binary('x', 16)", "t.json('j')", "t.jsonb('j').defaultTo({ a: [1] })",
    "t.jsonb('j').notNullable().defaultTo('{}')", "t.uuid('u')", "t.uuid('u').primary().defaultTo(knex.fn.uuid())",
    "t.uuid('u', { primaryKey: true })", "t.uuid('u', { useBinaryUuid: true })", "t.enu('e', ['a', 'b'])",
    "t.enum('e', ['a', 'b']).notNullable().defaultTo('a')",
    "t.enu('e', ['a', 'b'], { useNative: true, enumName: 'kind' })",
    "t.enu('e', null, { useNative: true, existingType: true, enumName: 'kind' })", "t.specificType('x', 'int[]')",
    "t.geometry('g'); t.point('p')", "t.string('s').nullable()", "t.integer('n').defaultTo(0)",
    "t.integer('n').defaultTo(null)", "t.string('s').defaultTo(knex.raw(\"lower('A')\"))",
    "t.string('s').comment('it is')", "t.increments('id').comment('first')", "t.string('s').collate('utf8mb4_bin')",
    "t.integer('n').checkPositive()", "t.integer('n').checkNegative('below')", "t.string('s').checkIn(['a', 'b'])",
    "t.string('s').checkNotIn(['a'], 'out')", "t.integer('n').checkBetween([1, 5])",
    "t.string('s').checkLength('>', 3)", "t.string('s').checkRegex('[a-z]')", "t.timestamps()",
    "t.timestamps(true, true)", "t.timestamps({ useTimestamps: true, defaultToNow: true, useCamelCase: true })",
    "t.integer('n').references('id').inTable('users').onDelete('CASCADE').onUpdate('SET NULL')",
    "t.integer('n').unsigned().notNullable().references('users.id').withKeyName('by_name').index()",
    "t.integer('n').references('id').on('users').notNullable()",
    "t.integer('a'); t.foreign('a').references('users.id')",
    "t.integer('a'); t.integer('b'); t.foreign(['a', 'b'], 'two').references(['x', 'y']).inTable('pairs')",
    "t.string('s').unique()", "t.string('s').index('named')", "t.string('s').primary()",
    "t.integer('a'); t.integer('b'); t.primary(['a', 'b'])",
    "t.integer('a'); t.integer('b'); t.primary(['a', 'b'], { constraintName: 'pk', deferrable: 'deferred' })",
    "t.integer('a'); t.integer('b'); t.primary(['a', 'b'], 'my_pk')", "t.increments('id'); t.primary(['id', 'b'])",
    "t.integer('a'); t.integer('b'); t.unique(['a', 'b'])", "t.string('a'); t.unique('a', { indexName: 'only' })",
    "t.string('a'); t.unique(['a'], { indexName: 'only', useConstraint: false })",
    "t.string('a'); t.unique(['a'], { deferrable: 'deferred' })", "t.string('a'); t.index(['a', 'b'], 'ab')",
    "t.string('a'); t.index('a', null, 'hash')", "t.string('a'); t.index(['a'], 'x', { indexType: 'FULLTEXT' })",
    "t.string('a'); t.index(['a'], 'x', { storageEngineIndexType: 'btree' })", "t.string('a'); t.comment('table of a')",
    "t.string('a'); t.engine('InnoDB'); t.charset('utf8mb4'); t.collate('utf8mb4_bin')",
    "t.string('a'); t.inherits('parent')", "t.integer('n'); t.check('?? > 0', ['n'], 'more')",
    "t.string('a.b'); t.string('Ünï \"q\" `c`')", "t.char('c', 3)", "t.real('r')", "t.year('y')",
)  # fmt: skip
_ALTERS = (
    "t.string('s')", "t.string('s').after('id'); t.integer('n').first()", "t.dropColumn('s')",
    "t.dropColumns('a', 'b')", "t.dropColumn(['a', 'b'])", "t.renameColumn('a', 'b')", "t.dropTimestamps()",
    "t.dropTimestamps(true)", "t.setNullable('s')", "t.dropNullable('s')", "t.dropPrimary()", "t.dropPrimary('pk')",
    "t.dropUnique('s')", "t.dropUnique(['a', 'b'], 'u')", "t.dropIndex(['a', 'b'])", "t.dropIndex([], 'i')",
    "t.dropForeign('n')", "t.dropForeign(['n'], 'fk')", "t.dropUniqueIfExists('s')", "t.dropForeignIfExists('s')",
    "t.dropPrimaryIfExists()", "t.string('s', 50).notNullable().alter()", "t.string('s').defaultTo('x').alter()",
    "t.integer('n').alter({ alterNullable: false })", "t.text('s').nullable().alter({ alterType: false })",
    "t.enu('e', ['a']).alter()", "t.integer('n').unsigned().references('id').inTable('users').onDelete('CASCADE')",
    "t.foreign('n').references('id').inTable('users').deferrable('deferred')", "t.index(['a']); t.unique(['b'])",
    "t.primary(['a', 'b'])", "t.comment('new')", "t.string('s').comment('new').index()", "t.dropChecks('more')",
    "t.check('n > 0', [], 'more')", "t.string('a'); t.dropColumn('b'); t.renameColumn('c', 'd'); t.index('a')",
    "t.timestamps(true, true)", "t.jsonb('j').defaultTo([]).notNullable()",
)  # fmt: skip
_SCHEMA = (
    "knex.schema.dropTable('a').dropTableIfExists('b')", "knex.schema.renameTable('a', 'b')",
    "knex.schema.withSchema('s').createTable('a', t => t.enu('e', ['v'], { useNative: true, enumName: 'k' }))",
    "knex.schema.withSchema('s').createTable('a', t => { t.increments(); t.string('x').index() })",
    "knex.schema.withSchema('s').table('a', t => { t.dropIndex('x'); t.unique('y') })",
    "knex.schema.withSchema('s').renameTable('a', 'b').dropTable('c')",
    "knex.schema.createTableIfNotExists('a', t => { t.increments(); t.string('x').unique() })",
    "knex.schema.createTableLike('a', 'b')", "knex.schema.createSchema('s').dropSchemaIfExists('s', true)",
    "knex.schema.createSchemaIfNotExists('s')", "knex.schema.createExtensionIfNotExists('pg_trgm')",
    "knex.schema.dropExtension('pg_trgm')", "knex.schema.dropView('v').dropViewIfExists('w')",
    "knex.schema.dropMaterializedViewIfExists('v')", "knex.schema.refreshMaterializedView('v', true)",
    "knex.schema.raw('CREATE VIEW v AS SELECT 1')", "knex.schema.raw('UPDATE ?? SET x = ?', ['a.b', 'y'])",
    "knex.schema.raw('SELECT :n, :t:', { n: 1, t: 'u' })", "knex.schema.createView('v', v => v.as(knex('a').select()))",
    "knex.schema.alterTable('a-b.c', t => t.index('x'))", "knex.schema.renameView('v', 'w')",
)  # fmt: skip
_ROWS = (
    "knex('t').insert({ b: 1, a: 'x', c: null, d: true })", "knex('t').insert([{ b: 1, a: 'x' }, { a: 'y', b: 2 }])",
    "knex.insert({ a: 1 }).into('s.t')", "knex('t').insert({ a: knex.fn.now(), b: knex.raw(\"lower('x')\") })",
    "knex('t').insert({ c: { x: 1 } })", "knex('t').where({ a: 1, b: 'x' }).update({ c: 2, d: null })",
    "knex('t').where('a', 1).andWhere('b', '>', 2).del()", "knex('t').whereIn('a', [1, 2]).delete()",
    "knex('t').whereNull('a').whereNotNull('b').update('c', 3)", "knex('t').del()",
    "knex('t').where({ a: null }).update({ x: false })", "knex('t').update({ a: 1.5 }).where('id', 2)",
    "knex.from('t').where('id', 1).del()", "knex('t').withSchema('s').insert({ a: 1 })",
    "knex('t').where('a', 'like', \"x'%\").whereNotIn('b', [1]).del()",
    "knex('t').insert({ a: 1 }).onConflict('a').ignore()", "knex('t').where('a', 1).orWhere('b', 2).del()",
    "knex('t').insert([{ b: 1 }, { a: 'y' }])", "knex('t').increment('n', 1)",
    "knex('t').update({ c: knex.raw('?? + 1', ['c']) })",
)  # fmt: skip

CORPUS: tuple[str, ...] = (
    *(f"knex.schema.createTable('people', t => {{ {body} }})" for body in _COLUMNS),
    *(f"knex.schema.alterTable('people', function (t) {{ {body} }})" for body in _ALTERS),
    *_SCHEMA,
    *_ROWS,
)

PROGRAM = r"""
const knex = require('knex');
const { formatQuery } = require('knex/lib/execution/internal/query-executioner');
const pieces = JSON.parse(require('fs').readFileSync(0, 'utf8'));
const quiet = { warn() {}, error() {}, deprecate() {}, debug() {} };
const made = {};
for (const [grammar, client] of [['postgres', 'pg'], ['mysql', 'mysql2'], ['mariadb', 'mariadb'],
                                 ['sqlite', 'better-sqlite3']]) {
  const db = knex({ client, useNullAsDefault: true, log: quiet });
  made[grammar] = pieces.map((piece) => {
    try {
      const found = [].concat(new Function('knex', `return ${piece}`)(db).toSQL());
      const text = (one) => formatQuery(one.sql, one.bindings || [], undefined, db.client);
      return found.map((one) => (one.output || one.statementsProducer ? null : text(one)));
    } catch (problem) { return String(problem.message); }
  });
}
console.log(JSON.stringify(made));
"""
