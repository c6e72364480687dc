'use strict';
const { Table, TableCheck, TableColumn, TableForeignKey, TableIndex, TableUnique } = require('typeorm');

// Calls of TypeORM: read by Halfway, and run by the real one against a server that only listens.
const cases = {
  types: async (queryRunner) => {
    await queryRunner.createTable(new Table({ name: 'types', columns: [
      { name: 'a', type: 'varchar' }, { name: 'b', type: 'varchar', length: '40', isNullable: true }, { name: 'c', type: 'int' },
      { name: 'd', type: 'decimal', precision: 10, scale: 2, default: 0 }, { name: 'e', type: 'timestamp', default: 'now()' },
      { name: 'f', type: 'boolean', default: false }, { name: 'g', type: 'text', isNullable: true }, { name: 'h', type: 'bigint', default: "'5'" },
      { name: 'i', type: 'varchar', length: '10', default: "'it''s'" }, { name: 'j', type: 'json', isNullable: true }, { name: 'k', type: 'char', length: '3' },
      { name: 'l', type: 'numeric', precision: 5 }, { name: 'm', type: 'int', comment: "the 'm'" },
    ] }));
  },
  postgresTypes: async (queryRunner) => {
    await queryRunner.createTable(new Table({ name: 'pg', columns: [
      { name: 'a', type: 'timestamp with time zone', precision: 3 }, { name: 'b', type: 'timestamp without time zone' },
      { name: 'c', type: 'text', isArray: true }, { name: 'd', type: 'uuid', default: 'uuid_generate_v4()' },
      { name: 'e', type: 'enum', enum: ['x', "y'z"], default: "'x'" }, { name: 'f', type: 'enum', enum: ['x'], enumName: 'kind', isArray: true },
      { name: 'g', type: 'jsonb', default: "'{}'" }, { name: 'h', type: 'time without time zone', isNullable: true },
      { name: 'i', type: 'varchar', collation: 'C' },
    ] }), true);
  },
  generated: async (queryRunner) => {
    await queryRunner.createTable(new Table({ name: 'one', columns: [
      { name: 'id', type: 'int', isPrimary: true, isGenerated: true, generationStrategy: 'increment' }, { name: 'x', type: 'int', isUnique: true },
    ] }));
    await queryRunner.createTable(new Table({ name: 'two', columns: [
      { name: 'id', type: 'bigint', isPrimary: true, isGenerated: true, generationStrategy: 'increment' },
    ] }), true, true, true);
    await queryRunner.createTable(new Table({ name: 'three', columns: [
      new TableColumn({ name: 'a', type: 'int', isPrimary: true }), new TableColumn({ name: 'b', type: 'int', isPrimary: true }),
    ] }));
  },
  keys: async (queryRunner) => {
    await queryRunner.createTable(new Table({ name: 'orders', columns: [
      { name: 'id', type: 'int', isPrimary: true, primaryKeyConstraintName: 'pk_orders' }, { name: 'userId', type: 'int' }, { name: 'code', type: 'varchar', length: '20', isUnique: true },
    ], foreignKeys: [
      { columnNames: ['userId'], referencedTableName: 'users', referencedColumnNames: ['id'], onDelete: 'CASCADE', onUpdate: 'NO ACTION' },
      { name: 'fk_named', columnNames: ['userId'], referencedTableName: 'people', referencedColumnNames: ['id'] },
    ], indices: [{ columnNames: ['userId'] }, { name: 'by_code', columnNames: ['code', 'userId'], isUnique: true }],
      uniques: [{ name: 'uq_both', columnNames: ['userId', 'code'] }] }));
  },
  checks: async (queryRunner) => {
    await queryRunner.createTable(new Table({ name: 'checked', columns: [{ name: 'n', type: 'int' }], checks: [{ expression: 'n > 0' }, { name: 'ck', expression: 'n < 9' }], comment: "a 'table'" }));
  },
  columns: async (queryRunner) => {
    await queryRunner.addColumn('users', new TableColumn({ name: 'nick', type: 'varchar', length: '40', isNullable: true }));
    await queryRunner.addColumns('users', [new TableColumn({ name: 'a', type: 'int', default: 1 }), new TableColumn({ name: 'b', type: 'varchar', isUnique: true })]);
    await queryRunner.addColumn('users', new TableColumn({ name: 'c', type: 'int', comment: 'why', isNullable: true }));
  },
  enums: async (queryRunner) => {
    await queryRunner.addColumn('users', new TableColumn({ name: 'Kind', type: 'enum', enum: ['a', 'b'], default: "'a'" }));
  },
  indexes: async (queryRunner) => {
    await queryRunner.createIndex('users', new TableIndex({ columnNames: ['email'] }));
    await queryRunner.createIndex('users', new TableIndex({ name: 'by_email', columnNames: ['email', 'nick'], isUnique: true }));
    await queryRunner.createIndices('users', [new TableIndex({ name: 'one', columnNames: ['a'] }), new TableIndex({ name: 'two', columnNames: ['b'] })]);
    await queryRunner.dropIndex('users', new TableIndex({ name: 'by_email', columnNames: ['email'] }));
    await queryRunner.createIndex('users', new TableIndex({ name: 'words', columnNames: ['about'], isFulltext: true, parser: 'ngram' }));
  },
  partial: async (queryRunner) => {
    await queryRunner.createIndex('users', new TableIndex({ columnNames: ['email'], where: '"gone" IS NULL' }));
    await queryRunner.createIndex('shop.users', new TableIndex({ name: 'far', columnNames: ['email'] }));
    await queryRunner.createIndex('public.users', new TableIndex({ name: 'near', columnNames: ['place'], isSpatial: true }));
    await queryRunner.createIndex('users', new TableIndex({ name: 'beside', columnNames: ['email'], isConcurrent: true }));
  },
  foreign: async (queryRunner) => {
    await queryRunner.createForeignKey('orders', new TableForeignKey({ columnNames: ['userId'], referencedTableName: 'users', referencedColumnNames: ['id'], onDelete: 'SET NULL' }));
    await queryRunner.createForeignKeys('orders', [new TableForeignKey({ name: 'fk', columnNames: ['a', 'b'], referencedTableName: 'others', referencedColumnNames: ['x', 'y'] })]);
    await queryRunner.dropForeignKey('orders', new TableForeignKey({ name: 'fk', columnNames: ['a'], referencedTableName: 'others', referencedColumnNames: ['x'] }));
  },
  constraints: async (queryRunner) => {
    await queryRunner.createUniqueConstraint('users', new TableUnique({ columnNames: ['email', 'a'] }));
    await queryRunner.createCheckConstraint('users', new TableCheck({ expression: 'a > 0' }));
    await queryRunner.dropUniqueConstraint('users', new TableUnique({ name: 'uq', columnNames: ['email'] }));
  },
  primary: async (queryRunner) => { await queryRunner.createPrimaryKey('users', ['a', 'b']); },
  raw: async (queryRunner) => {
    await queryRunner.query(`CREATE TABLE "x" ("id" int)`);
    await queryRunner.query('UPDATE x SET a = 1');
  },
  cleared: async (queryRunner) => { await queryRunner.clearTable('users'); },
};
exports.cases = cases;
