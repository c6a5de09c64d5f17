// Stock SQLite's side of stock_test.cpp: writes databases for the engine to read, and reads those that it wrote.
//   node stock_check.cjs make <file> <seed> <page size> <auto_vacuum> <encoding>   writes the database and <file>.txt
//   node stock_check.cjs read <file>                                               checks integrity, prints the contents
'use strict';
const fs = require('fs');
const Database = require('better-sqlite3');

/** The contents in the form that stock_test.cpp prints: tables by name, rows in storage order, values as quote() shows them. */
function contents(db) {
  const lines = [];
  for (const { name } of db.prepare("SELECT name FROM sqlite_schema WHERE type = 'table' ORDER BY name").all()) {
    const columns = db.prepare('SELECT name FROM pragma_table_info(?)').pluck().all(name);
    const values = columns.map((column) => `quote("${column}")`).join(` || ',' || `);
    const order = name.startsWith('w') ? '' : ' ORDER BY rowid';
    for (const line of db.prepare(`SELECT ${values} FROM "${name}"${order}`).pluck().all())
      lines.push(`${name}: ${line}`);
  }
  return lines.join('\n') + '\n';
}

function make(file, seed, pageSize, autoVacuum, encoding) {
  let state = BigInt(seed) * 6364136223846793005n + 1442695040888963407n;
  const below = (limit) => {
    state = (state * 6364136223846793005n + 1442695040888963407n) & 0xffffffffffffffffn;
    return Number((state >> 33n) % BigInt(limit));
  };
  const text = (size) => Array.from({ length: size }, () => String.fromCharCode(97 + below(26))).join('');
  const db = new Database(file);
  db.pragma(`page_size = ${pageSize}`);
  db.pragma(`auto_vacuum = ${autoVacuum}`);
  db.pragma(`encoding = '${encoding}'`);
  db.exec(`CREATE TABLE t(a INTEGER PRIMARY KEY, b TEXT, c BLOB); CREATE INDEX tb ON t(b, c); CREATE UNIQUE INDEX tu ON t(b, a);
    CREATE TABLE w(k TEXT, n INT, v TEXT, PRIMARY KEY(n, k)) WITHOUT ROWID; CREATE TABLE gone(x); CREATE TABLE empty(x)`);
  const insert = db.prepare('INSERT OR REPLACE INTO t VALUES (?, ?, ?)');
  const insertW = db.prepare('INSERT OR REPLACE INTO w VALUES (?, ?, ?)');
  db.transaction(() => {
    for (let i = 0; i < 600; i++) {
      insert.run(below(2) ? i : below(1e9), text(below(12)), Buffer.from(text(below(below(20) ? 60 : 3 * pageSize))));
      insertW.run(text(below(8)), below(500), text(below(below(20) ? 40 : 2 * pageSize)));
      db.prepare('INSERT INTO gone VALUES (?)').run(text(100));
    }
    db.exec('DROP TABLE gone; DELETE FROM t WHERE a % 3 = 0; DELETE FROM w WHERE n % 4 = 1');
  })();
  fs.writeFileSync(file + '.txt', contents(db));
  db.close();
}

function read(file) {
  const db = new Database(file, { readonly: true });
  const problems = db.pragma('integrity_check').map((row) => row.integrity_check);
  if (problems.join() !== 'ok') {
    process.stdout.write(problems.join('\n') + '\n');
    process.exit(1);
  }
  process.stdout.write(contents(db));
}

const [command, file, seed, pageSize, autoVacuum, encoding] = process.argv.slice(2);
if (command === 'make') make(file, seed, Number(pageSize), autoVacuum, encoding);
else read(file);
