'use strict';
// Calls of Sequelize: read by Halfway, and run by the real one against a server that only listens.
const cases = {
  types: async (queryInterface, Sequelize) => {
    await queryInterface.createTable('types', {
      a: Sequelize.STRING, b: Sequelize.STRING(10), c: { type: Sequelize.STRING.BINARY }, d: Sequelize.STRING(12, true), e: Sequelize.CHAR(3),
      f: Sequelize.TEXT, g: Sequelize.TEXT('long'), h: Sequelize.INTEGER, i: Sequelize.INTEGER.UNSIGNED, j: Sequelize.INTEGER(11),
      k: Sequelize.BIGINT, l: Sequelize.BIGINT(20).UNSIGNED, m: Sequelize.SMALLINT, n: Sequelize.TINYINT(1), o: Sequelize.MEDIUMINT,
      p: Sequelize.FLOAT, q: Sequelize.FLOAT(11), r: Sequelize.FLOAT(11, 2), s: Sequelize.DOUBLE, t: Sequelize.DOUBLE(11, 2), u: Sequelize.REAL,
      v: Sequelize.DECIMAL, w: Sequelize.DECIMAL(10), x: Sequelize.DECIMAL(10, 2), y: Sequelize.NUMERIC(8, 3), z: Sequelize.DECIMAL(10, 0),
      aa: Sequelize.BOOLEAN, ab: Sequelize.DATE, ac: Sequelize.DATE(6), ad: Sequelize.DATEONLY, ae: Sequelize.TIME, af: Sequelize.UUID,
      ag: Sequelize.JSON, ah: Sequelize.JSONB, ai: Sequelize.BLOB, aj: Sequelize.BLOB('medium'), ak: Sequelize.ENUM('x', "y'z"), al: 'VARCHAR(7)',
      am: Sequelize.INTEGER.UNSIGNED.ZEROFILL, an: Sequelize.DECIMAL(5, 2).UNSIGNED, ao: Sequelize.FLOAT.UNSIGNED, ap: Sequelize.INTEGER({ length: 5, unsigned: true }),
      aq: Sequelize.DataTypes.TEXT('tiny'), ar: Sequelize.GEOMETRY,
    });
  },
  postgresTypes: async (queryInterface, { DataTypes }) => {
    await queryInterface.createTable('pg', {
      a: DataTypes.ARRAY(DataTypes.STRING), b: { type: DataTypes.ARRAY(DataTypes.INTEGER), defaultValue: [] }, c: DataTypes.HSTORE, d: DataTypes.INET,
      e: DataTypes.CIDR, f: DataTypes.MACADDR, g: DataTypes.CITEXT, h: DataTypes.TSVECTOR, i: DataTypes.GEOMETRY('POINT', 4326), j: DataTypes.GEOGRAPHY('POINT'),
      k: { type: DataTypes.ARRAY(DataTypes.TEXT), defaultValue: ['x', "y'"] }, l: { type: DataTypes.ARRAY(DataTypes.ENUM('p', 'q')) },
    });
  },
  defaults: async (queryInterface, Sequelize) => {
    await queryInterface.createTable('defaults', {
      a: { type: Sequelize.STRING, defaultValue: 'it\'s "\\ x\n' }, b: { type: Sequelize.INTEGER, defaultValue: 0 }, c: { type: Sequelize.BOOLEAN, defaultValue: false, allowNull: false },
      d: { type: Sequelize.BOOLEAN, defaultValue: true }, e: { type: Sequelize.FLOAT, defaultValue: 1.5 }, f: { type: Sequelize.DECIMAL(10, 2), defaultValue: 0.25 },
      g: { type: Sequelize.DATE, defaultValue: Sequelize.NOW }, h: { type: Sequelize.DATE, defaultValue: Sequelize.literal('CURRENT_TIMESTAMP') },
      i: { type: Sequelize.DATE, defaultValue: Sequelize.fn('NOW') }, j: { type: Sequelize.UUID, defaultValue: Sequelize.UUIDV4 }, k: { type: Sequelize.TEXT, defaultValue: 'x' },
      l: { type: Sequelize.ENUM('a', 'b'), defaultValue: 'a' }, m: { type: Sequelize.DATEONLY, defaultValue: '2024-01-31' }, n: { type: Sequelize.STRING, defaultValue: null },
      o: { type: Sequelize.ENUM, values: ['u', 'v'], allowNull: false }, p: { type: Sequelize.INTEGER, allowNull: true, unique: true, comment: 'a; "b"' }, q: { type: Sequelize.BIGINT, defaultValue: -5 },
      r: { type: Sequelize.DECIMAL(10, 2), defaultValue: '0.00' }, s: { type: Sequelize.TEXT('long'), defaultValue: 'x' }, t: { field: 'other_name', type: Sequelize.STRING(5) },
    });
  },
  json: async (queryInterface, Sequelize) => {
    await queryInterface.addColumn('t', 'a', { type: Sequelize.JSONB, defaultValue: { a: [1, 'x', true, null], "b c": {} }, allowNull: false });
  },
  keys: async (queryInterface, Sequelize) => {
    await queryInterface.createTable('keys', {
      id: { type: Sequelize.INTEGER, primaryKey: true, autoIncrement: true, allowNull: false },
      userId: { type: Sequelize.INTEGER, allowNull: false, references: { model: 'Users', key: 'id' }, onUpdate: 'CASCADE', onDelete: 'set null' },
      other: { type: Sequelize.BIGINT, references: { model: { tableName: 'others', schema: 'shop' } } },
    }, { uniqueKeys: { one_of: { fields: ['userId', 'other'] } }, comment: 'a table', charset: 'utf8mb4', collate: 'utf8mb4_bin', engine: 'MyISAM' });
  },
  bigKeys: async (queryInterface, Sequelize) => {
    await queryInterface.createTable('big', { id: { type: Sequelize.BIGINT, primaryKey: true, autoIncrement: true }, x: Sequelize.INTEGER });
    await queryInterface.createTable('small', { id: { type: Sequelize.SMALLINT, primaryKey: true, autoIncrement: true, allowNull: false } });
    await queryInterface.createTable('identity', { id: { type: Sequelize.INTEGER, primaryKey: true, autoIncrement: true, autoIncrementIdentity: true } });
    await queryInterface.createTable('both', { a: { type: Sequelize.INTEGER, primaryKey: true, allowNull: false }, b: { type: Sequelize.STRING(5), primaryKey: true } });
    await queryInterface.createTable('guid', { id: { type: Sequelize.UUID, primaryKey: true, allowNull: false, defaultValue: Sequelize.UUIDV4 } });
  },
  schemas: async (queryInterface, Sequelize) => {
    await queryInterface.createTable({ tableName: 'x', schema: 'shop' }, { a: Sequelize.STRING, b: { type: Sequelize.ENUM('a'), allowNull: false } });
    await queryInterface.createTable('y', { a: Sequelize.STRING }, { schema: 'shop' });
    await queryInterface.addColumn({ tableName: 'x', schema: 'shop' }, 'c', Sequelize.STRING);
    await queryInterface.addIndex({ tableName: 'x', schema: 'shop' }, ['c'], { name: 'by_c' });
    await queryInterface.dropTable({ tableName: 'x', schema: 'shop' });
  },
  drops: async (queryInterface, Sequelize) => {
    await queryInterface.dropTable('a');
    await queryInterface.dropTable('b', { cascade: true });
    await queryInterface.renameTable('c', 'd');
  },
  columns: async (queryInterface, Sequelize) => {
    await queryInterface.addColumn('users', 'nick', Sequelize.STRING(40));
    await queryInterface.addColumn('users', 'state', { type: Sequelize.ENUM('on', 'off'), defaultValue: 'on', allowNull: false });
    await queryInterface.addColumn('users', 'teamId', { type: Sequelize.INTEGER, references: { model: 'teams', key: 'id' }, onDelete: 'CASCADE' });
    await queryInterface.addColumn('users', 'about', { type: Sequelize.TEXT, comment: "it's", after: 'nick' });
    await queryInterface.addColumn('users', 'flag', { type: Sequelize.BOOLEAN, defaultValue: true, allowNull: false });
    await queryInterface.addColumn('users', 'code', { type: Sequelize.STRING, unique: true });
  },
  removed: async (queryInterface, Sequelize) => {
    await queryInterface.addColumn('users', 'nick', Sequelize.STRING(40));
    await queryInterface.removeColumn('users', 'nick');
  },
  changed: async (queryInterface, Sequelize) => {
    await queryInterface.changeColumn('users', 'nick', { type: Sequelize.STRING(80), allowNull: false });
    await queryInterface.changeColumn('users', 'nick', { type: Sequelize.TEXT, defaultValue: 'x' });
    await queryInterface.changeColumn('users', 'nick', Sequelize.STRING);
    await queryInterface.changeColumn('users', 'n', { type: Sequelize.BIGINT, unique: true, allowNull: true });
    await queryInterface.changeColumn('users', 'teamId', { type: Sequelize.INTEGER, references: { model: 'teams', key: 'id' }, onDelete: 'CASCADE', onUpdate: 'CASCADE' });
    await queryInterface.changeColumn('users', 'nick', { type: Sequelize.STRING, comment: 'why' });
  },
  renamed: async (queryInterface, Sequelize) => { await queryInterface.renameColumn('users', 'a', 'b'); },
  indexes: async (queryInterface, Sequelize) => {
    await queryInterface.addIndex('users', ['email']);
    await queryInterface.addIndex('userNames', ['firstName', 'last_name'], { unique: true });
    await queryInterface.addIndex('users', ['email'], { name: 'by_email', type: 'UNIQUE' });
    await queryInterface.addIndex('users', { fields: ['email'], unique: true, name: 'other' });
    await queryInterface.addIndex('users', ['a'], { concurrently: true, using: 'BTREE' });
    await queryInterface.addIndex('users', ['a'], { where: { deletedAt: null, kind: 'x', n: 5, ok: true } });
    await queryInterface.addIndex('users', [{ name: 'a', order: 'DESC', length: 10 }, 'b'], { name: 'ordered' });
    await queryInterface.addIndex('users', ['a'], { type: 'FULLTEXT', name: 'words' });
    await queryInterface.addIndex('users', [Sequelize.fn('lower', Sequelize.col('email'))], { name: 'lowered' });
    await queryInterface.addIndex('users', [Sequelize.literal('(email || 1)')], { name: 'literal' });
    await queryInterface.addIndex('users', ['data'], { using: 'gin', operator: 'jsonb_path_ops' });
    await queryInterface.addIndex('shop.users', ['a']);
    await queryInterface.removeIndex('users', 'by_email');
    await queryInterface.removeIndex('userNames', ['firstName', 'last_name']);
    await queryInterface.removeIndex('users', 'by_email', { concurrently: true });
  },
  constraints: async (queryInterface, Sequelize) => {
    await queryInterface.addConstraint('users', { fields: ['email'], type: 'unique' });
    await queryInterface.addConstraint('users', { fields: ['email', 'b'], type: 'unique', name: 'named' });
    await queryInterface.addConstraint('users', { fields: ['role'], type: 'check', where: { role: ['a', 'b'] } });
    await queryInterface.addConstraint('users', { fields: ['id'], type: 'primary key', name: 'pk' });
    await queryInterface.addConstraint('users', { fields: ['teamId'], type: 'foreign key', name: 'fk_team', references: { table: 'teams', field: 'id' }, onDelete: 'cascade', onUpdate: 'cascade' });
    await queryInterface.addConstraint('users', { fields: ['a', 'b'], type: 'FOREIGN KEY', references: { table: 'teams', fields: ['x', 'y'] } });
    await queryInterface.removeConstraint('users', 'named');
  },
  rows: async (queryInterface, Sequelize) => {
    await queryInterface.bulkInsert('users', [{ name: "it's", n: 1, ok: true, none: null }, { name: 'b', extra: 1.5 }]);
    await queryInterface.bulkInsert('users', [{ name: 'a' }], { ignoreDuplicates: true });
    await queryInterface.bulkUpdate('users', { name: 'x', ok: false }, { id: 5, gone: null });
    await queryInterface.bulkUpdate('users', { n: Sequelize.literal('n + 1') }, {});
    await queryInterface.bulkDelete('users', { id: [1, 2], name: 'x' });
    await queryInterface.bulkDelete('users', null, {});
    await queryInterface.bulkDelete('users', {}, { truncate: true });
  },
  operators: async (queryInterface, Sequelize) => {
    const { Op } = Sequelize;
    await queryInterface.addIndex('users', ['a'], { name: 'partly', unique: true, where: { gone: { [Op.ne]: null }, n: { [Op.gte]: 5 } } });
    await queryInterface.addConstraint('users', { fields: ['n'], type: 'check', name: 'ck', where: { n: { [Sequelize.Op.between]: [1, 5] }, k: { [Op.in]: ['a', 'b'] } } });
    await queryInterface.bulkDelete('users', { name: { [Op.like]: 'a%' }, n: { [Op.gt]: 1, [Op.lt]: 9 } });
  },
  typesGone: async (queryInterface) => {
    await queryInterface.dropEnum('enum_users_state');
    await queryInterface.createSchema('shop');
  },
  listed: (queryInterface, Sequelize) => {
    Object.keys({ a: 1 }).forEach((name) => queryInterface.addColumn('t', name, Sequelize.TEXT));
    ['b', 'c'].map((name) => queryInterface.addColumn('t', name, Sequelize.TEXT));
    return [queryInterface.addColumn('t', 'd', Sequelize.TEXT), queryInterface.addColumn('t', 'e', Sequelize.TEXT)];
  },
  raw: async (queryInterface, Sequelize) => {
    await queryInterface.sequelize.query('CREATE EXTENSION IF NOT EXISTS citext;');
    await queryInterface.sequelize.query(`UPDATE a SET b = :b, c = :c WHERE d IN (:d)`, { replacements: { b: "x'", c: null, d: [1, 2] } });
  },
  back: async (queryInterface, Sequelize) => {
    await queryInterface.addColumn('users', 'nick', Sequelize.STRING(40));
    await queryInterface.removeIndex('users', ['nick']);
    await queryInterface.addConstraint('users', { fields: ['teamId'], type: 'foreign key', name: 'fk_team', references: { table: 'teams', field: 'id' } });
    await queryInterface.bulkDelete('users', { nick: null });
    await queryInterface.dropTable('users', {});
  },
};
exports.cases = cases;
exports.up = cases.back;
exports.down = cases.back;
