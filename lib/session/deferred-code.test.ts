// Queries and changes whose program is made when they first run: prepare() reports all that SQLite's does, and what happens between the two counts.
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import OracleDatabase from 'better-sqlite3';
import { Random } from '../../differential/generator/random';
import { StatementGenerator } from '../../differential/generator/statement';
import { Database } from '../api/database';
import { Catalog, emptyDatabaseSource } from '../catalog/catalog';
import { SchemaRows } from '../catalog/schema-rows';
import type { SchemaRow } from '../catalog/source';
import { compileDeferred } from '../compile';
import { defaultOptions } from '../resolve/options';

type AnyDatabase = OracleDatabase.Database;
const Ringlite = Database as unknown as new (file: string) => AnyDatabase;

function openBoth(setup: string, file = ':memory:'): { ours: AnyDatabase; theirs: AnyDatabase } {
  const ours = new Ringlite(file === ':memory:' ? file : `${file}.ours`);
  const theirs = new OracleDatabase(file === ':memory:' ? file : `${file}.theirs`);
  for (const database of [ours, theirs]) database.exec(setup);
  return { ours, theirs };
}

const attempt = (action: () => unknown): unknown => {
  try {
    return action();
  } catch (error) {
    return `${(error as { code?: string }).code ?? ''}: ${(error as Error).message}`;
  }
};

const setup = `
  CREATE TABLE t (id INTEGER PRIMARY KEY, a, b TEXT COLLATE NOCASE); CREATE INDEX ta ON t (a);
  CREATE TABLE g (x, y AS (x + 1)); CREATE TABLE e (x); CREATE INDEX ex ON e (x + 1); CREATE INDEX ew ON e (x) WHERE x > 5;
  CREATE VIEW v AS SELECT a, count(*) AS n FROM t GROUP BY a;
  CREATE TABLE parent (id INTEGER PRIMARY KEY); CREATE TABLE child (id INTEGER PRIMARY KEY, parent REFERENCES parent ON DELETE CASCADE);
  CREATE TABLE grandchild (id REFERENCES child ON DELETE SET NULL); CREATE TABLE keyed (id INTEGER PRIMARY KEY AUTOINCREMENT, a DEFAULT 5 CHECK (a > 1));
  CREATE TABLE orphan (x REFERENCES missing); CREATE TABLE misfit (x REFERENCES observed (x));
  CREATE TABLE observed (x); CREATE TRIGGER o AFTER DELETE ON observed BEGIN SELECT 1; END;
  CREATE TABLE otherchild (x REFERENCES parent ON DELETE CASCADE); CREATE TRIGGER oc AFTER DELETE ON otherchild BEGIN SELECT 1; END;
  INSERT INTO t (a, b) VALUES (1, 'x'), (2, 'Y'), (3, 'y'); INSERT INTO parent VALUES (1), (2); INSERT INTO child VALUES (1, 1), (2, 2)`;

function isDeferred(sql: string): boolean {
  const rows = new OracleDatabase(':memory:')
    .exec(setup)
    .prepare('SELECT rowid, type, name, tbl_name AS tableName, rootpage AS rootPage, sql FROM sqlite_schema')
    .all() as SchemaRow[];
  const main = { ...emptyDatabaseSource('main'), rows: new SchemaRows(rows) };
  const schema = new Catalog({ databases: [main, emptyDatabaseSource('temp')], modules: new Map() });
  try {
    return compileDeferred(sql, schema, defaultOptions)?.image === null;
  } catch {
    return false;
  }
}

test.each([
  'SELECT * FROM t WHERE a = ? ORDER BY b LIMIT 5',
  'SELECT a, count(*) FROM t GROUP BY a HAVING count(*) > 1',
  'SELECT (SELECT max(a) FROM t AS u WHERE u.id < t.id) FROM t WHERE EXISTS (SELECT a, b FROM v)',
  'WITH c AS (SELECT a FROM t) SELECT * FROM c JOIN t USING (a) WHERE b COLLATE rtrim = ?',
  'SELECT a FROM t UNION SELECT b FROM t ORDER BY 1',
  'WITH RECURSIVE c(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM c WHERE i < 5) SELECT * FROM c',
  'INSERT INTO t (a) SELECT a FROM t',
  'INSERT INTO t VALUES (1, 2, 3), (4, 5, 6) RETURNING id, b AS c',
  'INSERT INTO t (id, a) VALUES (1, 2) ON CONFLICT (id) DO UPDATE SET a = excluded.a + t.a WHERE t.b IS NULL',
  'INSERT OR REPLACE INTO child (id, parent) VALUES (?, ?)',
  'INSERT INTO keyed DEFAULT VALUES',
  'UPDATE t SET a = (SELECT max(a) FROM t), b = upper(b) WHERE id IN (1, 2)',
  'UPDATE child SET parent = 5',
  'DELETE FROM t AS x WHERE x.a > ? RETURNING *',
  'DELETE FROM child',
])('deferred: %s', (sql) => {
  expect(isDeferred(sql)).toBe(true);
});

test.each([
  'SELECT * FROM t INDEXED BY ta WHERE a = 1',
  'SELECT a COLLATE whatever FROM t',
  'SELECT * FROM g',
  'SELECT * FROM e',
  'SELECT a FROM t ORDER BY count(*)',
  'SELECT (SELECT sum(t.a)) FROM t',
  'SELECT row_number() OVER () FROM t',
  'SELECT * FROM t WHERE (a, b) = (1, 2)',
  'WITH RECURSIVE c(i) AS (SELECT 1 UNION ALL SELECT max(i) FROM c) SELECT * FROM c',
  'EXPLAIN SELECT * FROM t',
  'INSERT INTO g (x) VALUES (1)',
  'UPDATE e SET x = 1',
  'INSERT INTO v (a) VALUES (1)',
  'INSERT INTO t (a) VALUES (count(*))',
  'INSERT INTO t (a) VALUES (1) RETURNING t.*',
  'INSERT INTO t (a, b) VALUES (1)',
  'INSERT INTO t (a, c) VALUES (1, 2)',
  'INSERT INTO t (id) VALUES (1) ON CONFLICT (a) DO NOTHING',
  'UPDATE t SET c = 1',
  'UPDATE t SET a = 1 ORDER BY a',
  'UPDATE t SET (a, b) = (1, 2)',
  'UPDATE t SET a = u.a FROM t AS u WHERE u.id = t.id',
  'DELETE FROM t INDEXED BY ta WHERE a = 1',
  'WITH c AS (SELECT 1) DELETE FROM t',
  'DELETE FROM observed',
  'INSERT INTO orphan VALUES (1)',
  'INSERT INTO misfit VALUES (1)',
  'DELETE FROM parent',
  'UPDATE parent SET id = 2',
  'INSERT INTO sqlite_schema (name) VALUES (1)',
])('coded at once: %s', (sql) => {
  expect(isDeferred(sql)).toBe(false);
});

const mayBeDeferred = (sql: string): boolean => /^(?:SELECT|VALUES|WITH|INSERT|REPLACE|UPDATE|DELETE)/.test(sql);

test('prepare() of queries and changes fails where the oracle does', () => {
  for (let seed = 1; seed <= 6; seed++) {
    const { ours, theirs } = openBoth('');
    const generator = new StatementGenerator(new Random(seed));
    for (let i = 0; i < 150; i++) {
      const { sql, parameters } = generator.next();
      const [mine, expected] = [ours, theirs].map((database) => typeof attempt(() => database.prepare(sql)));
      if (mayBeDeferred(sql) && mine !== expected) expect({ seed, sql, mine }).toEqual({ seed, sql, mine: expected });
      for (const database of [ours, theirs])
        attempt(() => {
          const statement = database.prepare(sql);
          return statement.reader ? statement.all(...parameters) : statement.run(...parameters);
        });
    }
    ours.close();
    theirs.close();
  }
});

test.each([
  'ALTER TABLE t ADD COLUMN c DEFAULT 7',
  'DROP INDEX ta',
  'DROP TABLE t',
  'ALTER TABLE t RENAME TO u',
  'DROP TABLE t; CREATE TABLE t (b, a, id)',
  'PRAGMA reverse_unordered_selects = 1',
  'BEGIN; CREATE TABLE other (x); ROLLBACK',
])('%s between prepare() and the first run', (change) => {
  const { ours, theirs } = openBoth(setup);
  const queries = ['SELECT * FROM t WHERE a > 1', 'SELECT a AS first FROM t WHERE b = ?', 'SELECT * FROM v'];
  const [mine, expected] = [ours, theirs].map((database) => {
    const statements = queries.map((sql) => database.prepare(sql));
    const names = statements.map((statement) => statement.columns());
    database.exec(change);
    const values = (sql: string) => (sql.includes('?') ? ['y'] : []);
    return [names, statements.map((statement) => attempt(() => statement.all(...values(statement.source))))];
  });
  expect(mine).toEqual(expected);
});

test.each([
  'ALTER TABLE t ADD COLUMN c DEFAULT 7',
  'DROP TABLE t',
  'CREATE TRIGGER tt AFTER INSERT ON t BEGIN DELETE FROM parent; END',
  'CREATE UNIQUE INDEX tb ON t (b)',
  'PRAGMA foreign_keys = OFF',
  'DROP TABLE parent',
])('%s between prepare() and the first run of a change', (change) => {
  const { ours, theirs } = openBoth(setup);
  const changes = [
    'INSERT INTO t (a, b) VALUES (?, 5) RETURNING *',
    'UPDATE t SET b = ? WHERE a = 2',
    'INSERT INTO child VALUES (?, 9)',
    'DELETE FROM t WHERE a = ?',
  ];
  const [mine, expected] = [ours, theirs].map((database) => {
    const statements = changes.map((sql) => database.prepare(sql));
    const names = statements.map((statement) => attempt(() => statement.columns()));
    attempt(() => database.exec(change));
    const results = statements.map((statement) =>
      attempt(() => (statement.reader ? statement.all('x') : statement.run('x'))),
    );
    return [names, results, attempt(() => database.prepare('SELECT * FROM t').all())];
  });
  expect(mine).toEqual(expected);
});

test('another connection changes the schema between prepare() and the first run', () => {
  const folder = mkdtempSync(join(tmpdir(), 'ringlite-deferred-'));
  const { ours, theirs } = openBoth(setup, join(folder, 'a.db'));
  const [mine, expected] = [ours, theirs].map((database) => {
    const statements = ['SELECT * FROM t', 'SELECT b AS x FROM t WHERE a = 2'].map((sql) => database.prepare(sql));
    const other = new OracleDatabase(database.name);
    other.exec('ALTER TABLE t ADD COLUMN c DEFAULT 9; DROP INDEX ta');
    other.close();
    return statements.map((statement) => [statement.get(), statement.all(), [...statement.iterate()]]);
  });
  expect(mine).toEqual(expected);
  ours.close();
  theirs.close();
  rmSync(folder, { recursive: true });
});

test('statements that have left the cache run', () => {
  const { ours } = openBoth(setup);
  const own = ours.prepare('SELECT count(*) AS n FROM t');
  const shared = ours.prepare('SELECT a AS x FROM t WHERE b = ? AND a < 100');
  for (let i = 0; i < 2000; i++) ours.prepare(`SELECT a + ${i} FROM t WHERE abs(b) + ${i}`);
  expect(own.get()).toEqual({ n: 3 });
  expect(shared.all('y')).toEqual([{ x: 2 }, { x: 3 }]);
  expect(ours.prepare('SELECT a AS z FROM t WHERE b = ? AND a < 3').all('y')).toEqual([{ z: 2 }]);
});
