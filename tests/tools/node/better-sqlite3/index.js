// Stands in for better-sqlite3, whose compiled part cannot be had: the same few calls, on the SQLite that is inside node.
const { DatabaseSync } = require('node:sqlite');

module.exports = class Database {
  constructor(file) {
    this.inner = new DatabaseSync(file);
  }

  prepare(sql) {
    const statement = this.inner.prepare(sql);
    return {
      reader: statement.columns().length > 0,
      all: (values) => statement.all(...values),
      run: (values) => statement.run(...values),
    };
  }

  close() {
    this.inner.close();
  }
};
