// node:sqlite as the benchmark calls the other two: what of better-sqlite3's interface the workloads use. It is there from Node 22.13 on.
const { DatabaseSync } = require('node:sqlite');

class Database extends DatabaseSync {
  constructor(file) {
    super(file);
    // What better-sqlite3's build does with a WAL by default; node:sqlite's would sync every commit.
    this.exec('PRAGMA synchronous = NORMAL');
  }

  prepare(sql) {
    const statement = super.prepare(sql);
    statement.raw = () => {
      statement.setReturnArrays(true);
      return statement;
    };
    return statement;
  }

  pragma(source) {
    return this.prepare(`PRAGMA ${source}`).all();
  }

  transaction(body) {
    const [begin, commit] = [this.prepare('BEGIN'), this.prepare('COMMIT')];
    return () => {
      begin.run();
      const result = body();
      commit.run();
      return result;
    };
  }
}

module.exports = Database;
