// INSERT ... SELECT from empty tables: what SQLite does and says, and rows that come after the statement was compiled.
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import OracleDatabase from 'better-sqlite3';
import { Database } from '../api/database';
import { Catalog, emptyDatabaseSource } from '../catalog/catalog';
import { SchemaRows } from '../catalog/schema-rows';
import type { SchemaRow } from '../catalog/source';
import { compile } from '../compile';
import { defaultOptions } from '../resolve/options';

type AnyDatabase = OracleDatabase.Database;
const Ringlite = Database as unknown as new (file: string) => AnyDatabase;

const setup = `
  CREATE TABLE parent (id INTEGER PRIMARY KEY, name UNIQUE); CREATE TABLE old (id INTEGER PRIMARY KEY, a, b DEFAULT 7, p REFERENCES parent);
  CREATE TABLE new (id INTEGER PRIMARY KEY AUTOINCREMENT, a NOT NULL, b CHECK (b > 1), p REFERENCES parent);
  CREATE TABLE wide (a, b, c, d, e); CREATE TABLE bare (a PRIMARY KEY, b) WITHOUT ROWID;
  CREATE TABLE orphan (a REFERENCES missing); CREATE TABLE misfit (a REFERENCES wide (c));
  CREATE TABLE generated (a, b AS (a + 1)); CREATE TABLE logged (a); CREATE TABLE log (a);
  CREATE TRIGGER l AFTER INSERT ON logged BEGIN INSERT INTO absent VALUES (1); END;
  CREATE VIEW v AS SELECT a, b FROM old; CREATE TABLE strange (a COLLATE NOCASE, b DEFAULT (random()));`;

function openBoth(): AnyDatabase[] {
  return [new Ringlite(':memory:'), new OracleDatabase(':memory:')].map((database) => database.exec(setup));
}

const attempt = (action: () => unknown): unknown => {
  try {
    return action();
  } catch (error) {
    return `${(error as { code?: string }).code ?? ''}: ${(error as Error).message}`;
  }
};

const everything = (database: AnyDatabase): unknown =>
  ['parent', 'old', 'new', 'wide', 'bare', 'generated', 'strange', 'sqlite_sequence'].map((table) =>
    database.prepare(`SELECT * FROM ${table}`).raw().all(),
  );

const statements = [
  'INSERT INTO new (id, a, b, p) SELECT id, a, b, p FROM old',
  'INSERT INTO new SELECT * FROM old',
  'INSERT INTO "new" ("a", "b") SELECT coalesce("a", 1), 5 FROM "old"',
  'INSERT OR REPLACE INTO new (a) SELECT DISTINCT a FROM main.old AS o',
  'INSERT INTO new (a) SELECT max(a) FROM old',
  'INSERT INTO new (a) SELECT count(*) FROM old HAVING 1',
  'INSERT INTO new (a) SELECT a FROM old LIMIT 1',
  "INSERT INTO new (a) SELECT a FROM old LIMIT 'x'",
  'INSERT INTO new (a) SELECT abs(-9223372036854775808) FROM old',
  'INSERT INTO new (a) SELECT coalesce(a, abs(-9223372036854775808)) FROM old',
  'INSERT INTO new (a) SELECT a FROM old WHERE abs(-9223372036854775808)',
  'INSERT INTO new (a) SELECT (SELECT 1) FROM old',
  'INSERT INTO new (a, b) SELECT a FROM old',
  'INSERT INTO new SELECT a FROM old',
  'INSERT INTO new (a, z) SELECT a, b FROM old',
  'INSERT INTO new (a) SELECT z FROM old',
  'INSERT INTO new (a) SELECT "z" FROM old',
  'INSERT INTO new (a) SELECT o.a FROM old',
  'INSERT INTO new (a) SELECT coalesce(a) FROM old',
  'INSERT INTO new (a) SELECT coalesce(DISTINCT a, 1) FROM old',
  'INSERT INTO new (a) SELECT a FROM absent',
  'INSERT INTO new (a) SELECT a FROM old INDEXED BY nothing',
  'INSERT INTO new (a) SELECT a FROM v',
  'INSERT INTO v (a) SELECT a FROM old',
  'INSERT INTO new (a) SELECT a FROM old RETURNING id',
  'INSERT INTO new (a) SELECT a FROM old RETURNING z',
  'INSERT INTO new (id, a) SELECT id, a FROM old WHERE true ON CONFLICT (z) DO NOTHING',
  'INSERT INTO new (a) WITH old AS (SELECT 5 AS a) SELECT a FROM old',
  'WITH old AS (SELECT 6 AS a) INSERT INTO new (a) SELECT a FROM old',
  'INSERT INTO new (a) SELECT a FROM old UNION ALL SELECT 3',
  'INSERT INTO new (a) SELECT wide.a FROM wide, old',
  'INSERT INTO bare SELECT a, b FROM wide',
  'INSERT INTO wide (a, b) SELECT a, b FROM bare',
  'INSERT INTO wide SELECT * FROM wide',
  'INSERT INTO orphan SELECT a FROM old',
  'INSERT INTO misfit SELECT a FROM old',
  'INSERT INTO generated SELECT a FROM old',
  'INSERT INTO generated (b) SELECT a FROM old',
  'INSERT INTO wide (a, b) SELECT a, b FROM generated',
  'INSERT INTO logged SELECT a FROM old',
  'INSERT INTO strange (a) SELECT a FROM old',
  'INSERT INTO sqlite_schema SELECT a, a, a, a, a FROM old',
  'INSERT INTO wide (a) SELECT sql FROM sqlite_temp_schema',
  'INSERT INTO pragma_table_info SELECT a FROM old',
  'INSERT INTO wide (a) SELECT value FROM json_each',
  'INSERT INTO wide (a) SELECT a FROM old(1)',
  'INSERT INTO new (a) SELECT a FROM old ON z',
  'INSERT INTO new (a) SELECT a FROM old USING (a)',
  'INSERT INTO new (a) SELECT a FROM old NOT INDEXED',
  'INSERT INTO new (a) SELECT a FROM old WINDOW w AS (PARTITION BY z)',
  'INSERT INTO new (a) SELECT "A" AS z FROM old',
  'INSERT INTO new (a) SELECT rowid FROM old',
  'INSERT INTO new (a) SELECT old.a FROM old AS o',
  'INSERT INTO new (a) SELECT main.old.a FROM old',
];

test.each([true, false])('statements from empty tables, foreign keys %s', (hasKeys) => {
  const [ours, theirs] = openBoth();
  for (const database of [ours!, theirs!]) database.pragma(`foreign_keys = ${String(hasKeys)}`);
  for (const sql of statements) {
    const [mine, real] = [ours!, theirs!].map((database) => [
      attempt(() => void database.exec(sql)),
      database.prepare('SELECT changes(), total_changes(), last_insert_rowid()').raw().get(),
      everything(database),
    ]);
    expect([sql, mine]).toEqual([sql, real]);
  }
});

test('rows that come between two runs, and go again', () => {
  const steps = openBoth().map((database) => {
    const copy = database.prepare('INSERT INTO new (a, b, p) SELECT a, b, p FROM old');
    const seen: unknown[] = [];
    const run = (): void =>
      void seen.push(
        attempt(() => copy.run()),
        everything(database),
      );
    run();
    database.exec('INSERT INTO parent VALUES (1, 1); INSERT INTO old VALUES (1, 2, 3, 1), (2, 3, 4, NULL)');
    run();
    database.exec('DELETE FROM old');
    run();
    database.exec('BEGIN; INSERT INTO old VALUES (1, NULL, 3, 1)');
    run();
    database.exec('ROLLBACK');
    run();
    return seen;
  });
  expect(steps[0]).toEqual(steps[1]);
});

test('it begins to write all the same', () => {
  const file = join(mkdtempSync(join(tmpdir(), 'ringlite-')), 'database');
  const writer = new OracleDatabase(file, { timeout: 0 }).exec(setup);
  const ours = new Ringlite(file);
  ours.pragma('busy_timeout = 0');
  writer.exec('BEGIN IMMEDIATE');
  expect(attempt(() => ours.exec('INSERT INTO bare SELECT a, b FROM old'))).toBe('SQLITE_BUSY: database is locked');
  writer.exec('ROLLBACK');
  ours.exec('BEGIN; INSERT INTO bare SELECT a, b FROM old');
  expect(attempt(() => writer.prepare('BEGIN IMMEDIATE').run())).toBe('SQLITE_BUSY: database is locked');
  ours.close();
  writer.close();
  rmSync(dirname(file), { recursive: true });
});

test('such a statement has no loop, however many constraints there are', () => {
  const rows = new OracleDatabase(':memory:')
    .exec(setup)
    .prepare('SELECT rowid, type, name, tbl_name AS tableName, rootpage AS rootPage, sql FROM sqlite_schema')
    .all() as SchemaRow[];
  const main = { ...emptyDatabaseSource('main'), rows: new SchemaRows(rows) };
  const schema = new Catalog({ databases: [main, emptyDatabaseSource('temp')], modules: new Map() });
  const size = (isEmpty: boolean): number =>
    compile(statements[2]!, schema, { ...defaultOptions, isEmptyTree: () => isEmpty })!.image.length;
  expect(size(true)).toBeLessThan(size(false) / 1.5);
});
