// What is known about foreign keys from one statement to the next - programs of foreign_key_check, that a table was empty when DROP TABLE
// was compiled - against schemas and rows that change in between, by this connection and by others.
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { openOracle, openRinglite, type Database, type OpenDatabase } from './engines';

const setup = `CREATE TABLE p (id INTEGER PRIMARY KEY, code TEXT UNIQUE); CREATE TABLE q (a, b, PRIMARY KEY (a, b)) WITHOUT ROWID;
  CREATE TABLE c1 (x REFERENCES p, y REFERENCES p (code)); CREATE TABLE c2 (a, b, FOREIGN KEY (a, b) REFERENCES q);
  CREATE TABLE c3 (x REFERENCES nowhere); CREATE TABLE self (id INTEGER PRIMARY KEY, up REFERENCES self);
  PRAGMA foreign_keys = OFF; INSERT INTO p VALUES (1, 'a'), (2, 'b'); INSERT INTO q VALUES (1, 2);
  INSERT INTO c1 VALUES (1, 'a'), (9, 'z'); INSERT INTO c2 VALUES (1, 2), (3, 4), (NULL, 5); INSERT INTO c3 VALUES (1), (NULL);
  INSERT INTO self VALUES (1, 1), (2, 7)`;

const attempt = (action: () => unknown): unknown => {
  try {
    return action();
  } catch (error) {
    return `${(error as { code?: string }).code ?? ''}: ${(error as Error).message}`;
  }
};

const exec = (database: Database, sql: string): unknown =>
  attempt(() => {
    database.exec(sql);
    return sql;
  });

/** Runs `body` on both engines, each with a file of its own, and compares what it returns. */
function compare(body: (database: Database, openOther: () => Database) => unknown): void {
  const folder = mkdtempSync(join(tmpdir(), 'ringlite-foreign-keys-'));
  try {
    const [ours, theirs] = [openRinglite, openOracle].map((open: OpenDatabase, i) => {
      const file = join(folder, `${String(i)}.db`);
      const database = open(file);
      database.exec(setup);
      try {
        return body(database, () => openOracle(file));
      } finally {
        database.close();
      }
    });
    expect(ours).toEqual(theirs);
  } finally {
    rmSync(folder, { recursive: true });
  }
}

/** Violations in an order of their own: SQLite visits tables in the order of a hash table. */
const violations = (database: Database): unknown =>
  attempt(() => {
    const rows = database.pragma('foreign_key_check') as object[];
    return rows.map((row) => JSON.stringify(row)).sort();
  });

const changes = [
  'INSERT INTO p VALUES (9, NULL)',
  'ALTER TABLE p RENAME TO r',
  "INSERT INTO r VALUES (10, 'z')",
  'ALTER TABLE c1 ADD COLUMN z INTEGER REFERENCES self (id)',
  'UPDATE c1 SET z = 5',
  'CREATE TABLE nowhere (id INTEGER PRIMARY KEY)',
  'INSERT INTO nowhere VALUES (1)',
  'DROP TABLE nowhere',
  'CREATE TABLE nowhere (id)',
  'CREATE UNIQUE INDEX n ON nowhere (id)',
  'DROP TABLE nowhere; CREATE TABLE nowhere (id PRIMARY KEY); INSERT INTO nowhere VALUES (2)',
  'DROP TABLE q; CREATE TABLE q (b, a, PRIMARY KEY (b, a)); INSERT INTO q VALUES (3, 4)',
  'ALTER TABLE r RENAME TO p',
  'ALTER TABLE r RENAME COLUMN code TO text',
  'BEGIN; DROP TABLE r; CREATE TABLE r (id INTEGER PRIMARY KEY, text TEXT UNIQUE); INSERT INTO r VALUES (1, NULL)',
  'ROLLBACK',
  "PRAGMA writable_schema = ON; UPDATE sqlite_schema SET sql = replace(sql, 'q', 'qq') WHERE name = 'c2'; PRAGMA writable_schema = RESET",
  'VACUUM',
];

test('foreign_key_check after every kind of change', () => {
  compare((database) => {
    const results = [violations(database)];
    for (const sql of changes) results.push([exec(database, sql), violations(database), violations(database)]);
    return results;
  });
});

/** Transactions, and keys that fit nothing: SQLite then stays with the schema as it knows it. */
const ofOneConnection = /^(BEGIN|ROLLBACK|CREATE TABLE nowhere \(id\)|CREATE UNIQUE)/;

test('foreign_key_check after changes of another connection', () => {
  compare((database, openOther) => {
    const results = [violations(database)];
    for (const sql of changes.filter((change) => !ofOneConnection.test(change))) {
      const other = openOther();
      other.pragma('foreign_keys = OFF');
      results.push([exec(other, sql), violations(database)]);
      other.close();
    }
    return results;
  });
});

test('DROP TABLE of a table that was empty when it was prepared', () => {
  compare((database, openOther) => {
    database.exec(
      `PRAGMA foreign_keys = OFF; DELETE FROM p; DELETE FROM c1; PRAGMA foreign_keys = ON; DELETE FROM self`,
    );
    const statements = ['DROP TABLE p', 'DROP TABLE self'].map((sql) => database.prepare(sql));
    const other = openOther();
    other.exec("INSERT INTO p VALUES (1, 'a'); INSERT INTO c1 VALUES (1, NULL)");
    const results: unknown[] = statements.map((statement) => attempt(() => statement.run()));
    database.exec('CREATE TABLE self (id INTEGER PRIMARY KEY, up REFERENCES self)');
    results.push(attempt(() => statements[1]!.run()));
    database.exec('BEGIN; DELETE FROM c1');
    results.push(attempt(() => statements[0]!.run()));
    database.exec('ROLLBACK');
    results.push(violations(database), database.prepare('SELECT name FROM sqlite_schema ORDER BY 1').all());
    other.close();
    return results;
  });
});

test('DROP TABLE of tables with and without rows', () => {
  compare((database) => {
    database.exec(
      'PRAGMA foreign_keys = ON; CREATE TABLE e (id INTEGER PRIMARY KEY); CREATE TABLE f (x REFERENCES e ON DELETE CASCADE)',
    );
    const sqls = [
      'DROP TABLE e',
      'DROP TABLE p',
      'DROP TABLE q',
      'DROP TABLE f',
      'DROP TABLE c2',
      'DROP TABLE q',
      'DROP TABLE self',
      'DROP TABLE c3',
    ];
    return sqls.map((sql) => [exec(database, sql), violations(database)]);
  });
});
