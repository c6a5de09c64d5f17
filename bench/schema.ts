// npm run bench:schema -- [--tables 100,1000,10000] [--rounds N] [--warm N] [--source]
// CPU time of one schema change on databases with many (empty) tables, each with an index, every tenth with a view on it and every
// tenth with a trigger: renames, columns added and dropped, the remake of a table as Django does it, and of opening such a database and
// reading one row of it. Both engines in turn; the figure is the median of 2 N operations, after `warm` rounds on a small database. Ringlite
// is the built package (npm run build), with --source the sources as tests run them, which is a quarter slower.
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { openBuilt, openOracle, openRinglite, type Database, type OpenDatabase } from '../differential/engines';

const { values } = parseArgs({
  options: {
    tables: { type: 'string', default: '100,1000,10000' },
    rounds: { type: 'string', default: '15' },
    warm: { type: 'string', default: '150' },
    source: { type: 'boolean', default: false },
  },
});
const openOurs = values.source ? openRinglite : openBuilt;

interface Operation {
  readonly name: string;
  /** SQL of round `i`, on table `t<n>`. */
  readonly sql: (n: number, i: number) => string;
}

const operations: readonly Operation[] = [
  {
    name: 'RENAME COLUMN',
    sql: (n, i) => `ALTER TABLE t${n} RENAME COLUMN ${i % 2 ? 'renamed' : 'note'} TO ${i % 2 ? 'note' : 'renamed'}`,
  },
  {
    name: 'RENAME TABLE',
    sql: (n, i) => `ALTER TABLE ${i % 2 ? `other${n}` : `t${n}`} RENAME TO ${i % 2 ? `t${n}` : `other${n}`}`,
  },
  { name: 'ADD COLUMN', sql: (n, i) => `ALTER TABLE t${n} ADD COLUMN added${i} INTEGER` },
  { name: 'DROP COLUMN', sql: (n, i) => `ALTER TABLE t${n} DROP COLUMN added${i}` },
  {
    name: 'remake',
    sql: (n) => `BEGIN;
      CREATE TABLE "new__t${n}" (id INTEGER PRIMARY KEY, name TEXT NOT NULL, parent INTEGER REFERENCES "t0" (id), note TEXT);
      INSERT INTO "new__t${n}" (id, name, parent, note) SELECT id, name, parent, note FROM "t${n}";
      DROP TABLE "t${n}";
      ALTER TABLE "new__t${n}" RENAME TO "t${n}";
      CREATE INDEX "t${n}_name" ON "t${n}" (name);
      COMMIT`,
  },
  { name: 'CREATE TABLE', sql: (n, i) => `CREATE TABLE created${n}_${i} (id INTEGER PRIMARY KEY, name TEXT)` },
];

/** Makes the database with real SQLite. */
function fill(path: string, tables: number): void {
  const database = openOracle(path);
  database.exec('PRAGMA synchronous = OFF; BEGIN');
  for (let n = 0; n < tables; n++) {
    const parent = n === 0 ? 0 : Math.floor(n / 10);
    database.exec(`CREATE TABLE t${n} (id INTEGER PRIMARY KEY, name TEXT NOT NULL, parent INTEGER REFERENCES "t${parent}" (id), note TEXT);
      CREATE INDEX t${n}_name ON t${n} (name)`);
    if (n % 10 === 1) database.exec(`CREATE VIEW v${n} AS SELECT id, name FROM t${n} WHERE name IS NOT NULL`);
    if (n % 10 === 2)
      database.exec(
        `CREATE TRIGGER r${n} AFTER INSERT ON t${n} BEGIN UPDATE t${n} SET name = new.name WHERE id = new.id; END`,
      );
  }
  database.exec('COMMIT');
  database.close();
}

function cpu_ms(body: () => void): number {
  const before = process.cpuUsage();
  body();
  const { user, system } = process.cpuUsage(before);
  return (user + system) / 1000;
}

const median = (times: number[]): number => times.sort((a, b) => a - b)[times.length >> 1]!;

function openAndRead(open: OpenDatabase, path: string, table: string): Database {
  const database = open(path);
  database.prepare(`SELECT * FROM ${table} WHERE id = 1`).get();
  return database;
}

function measure(open: OpenDatabase, path: string, rounds: number): Map<string, number> {
  const results = new Map<string, number>();
  let database: Database | undefined;
  results.set(
    'open, first',
    cpu_ms(() => (database = openAndRead(open, path, 't7'))),
  );
  const next = Array.from({ length: rounds }, () => cpu_ms(() => openAndRead(open, path, 't8').close()));
  results.set('open, next', median(next));
  database!.pragma('synchronous = OFF');
  for (const { name, sql } of operations) {
    const n = name === 'remake' ? 6 : 5;
    const times = Array.from({ length: rounds * 2 }, (_value, i) => cpu_ms(() => database!.exec(sql(n, i))));
    results.set(name, median(times));
  }
  database!.close();
  return results;
}

const folder = mkdtempSync(join(tmpdir(), 'ringlite-schema-'));
try {
  measure(openOurs, (fill(join(folder, 'warm.db'), 100), join(folder, 'warm.db')), Number(values.warm));
  for (const tables of values.tables.split(',').map(Number)) {
    const [ours, oracle] = [openOurs, openOracle].map((open, i) => {
      const path = join(folder, `${tables}-${i}.db`);
      fill(path, tables);
      return measure(open, path, Number(values.rounds));
    }) as [Map<string, number>, Map<string, number>];
    console.log(
      `${tables} tables`.padEnd(20),
      'ringlite'.padStart(12),
      'better-sqlite3'.padStart(15),
      'ratio'.padStart(8),
    );
    for (const [name, time] of ours) {
      const other = oracle.get(name)!;
      console.log(
        `  ${name.padEnd(18)} ${time.toFixed(2).padStart(9)} ms ${other.toFixed(2).padStart(12)} ms ${(other / time).toFixed(2).padStart(8)}`,
      );
    }
  }
} finally {
  rmSync(folder, { recursive: true });
}
