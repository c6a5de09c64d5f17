// Virtual tables on both engines: random queries on the JSON tables, every pragma as a table, dbstat; and generate_series, which
// better-sqlite3's build lacks, against a model of its own.
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { compareOutcomes, outcomeOf } from './compare';
import { type Database, openOracle, openRinglite } from './engines';
import { JsonTableQueries } from './generator/json-tables';
import { Random } from './generator/random';

function expectSame(ours: Database, oracle: Database, sql: string): void {
  const [mine, theirs] = [outcomeOf(ours, sql), outcomeOf(oracle, sql)];
  if (compareOutcomes(mine, theirs) !== undefined) expect({ sql, ...mine }).toEqual({ sql, ...theirs });
}

function onBoth(file: string, run: (check: (sql: string) => void) => void): void {
  const [ours, oracle] = [openRinglite(file), openOracle(file)];
  try {
    run((sql) => {
      expectSame(ours, oracle, sql);
    });
  } finally {
    ours.close();
    oracle.close();
  }
}

const SEED = Number(process.env['SEED'] ?? 1);
const QUERIES = Number(process.env['QUERIES'] ?? 800);

test(`json_each and its like, seed ${String(SEED)}`, () => {
  onBoth(':memory:', (check) => {
    const queries = new JsonTableQueries(new Random(SEED));
    queries.setup().forEach(check);
    for (let i = 0; i < QUERIES; i++) check(queries.next());
  });
});

const SCHEMA = [
  `CREATE TABLE t(id INTEGER PRIMARY KEY, a TEXT NOT NULL DEFAULT 'x', b REAL UNIQUE, c AS (a || b), d BLOB AS (1) STORED)`,
  'CREATE TABLE u(x, y, PRIMARY KEY (y, x)) WITHOUT ROWID',
  'CREATE TABLE s(i INT, t TEXT) STRICT',
  'CREATE INDEX ta ON t(a COLLATE NOCASE DESC, lower(b)) WHERE b > 1',
  'CREATE TABLE child(p REFERENCES t(id) ON DELETE CASCADE, q, r, FOREIGN KEY (q, r) REFERENCES u(y, x))',
  'CREATE VIEW v(m, n) AS SELECT id, a FROM t',
  'CREATE VIEW broken AS SELECT * FROM nosuch',
  `ATTACH ':memory:' AS aux1`,
  'CREATE TABLE aux1.t(other)',
  'CREATE TEMP TABLE tt(z)',
  'PRAGMA foreign_keys = 0',
  `INSERT INTO t(id, a, b) VALUES (1, 'q', 2)`,
  'INSERT INTO child VALUES (9, 8, 7)',
];
const NAMES = [
  't',
  'u',
  's',
  'child',
  'v',
  'ta',
  'sqlite_autoindex_t_1',
  'nosuch',
  'broken',
  'sqlite_schema',
  'json_each',
];
const ARGUMENTS = [...NAMES.map((name) => `'${name}'`), `'main'`, `'temp'`, `'aux1'`, 'NULL', '1', `''`, `x'74'`];
/** What they show depends on the build. */
const OF_THE_BUILD = /^(function_list|module_list|compile_options|soft_heap_limit|hard_heap_limit|optimize)$/;

test('pragmas as tables', () => {
  const names = openOracle(':memory:').prepare('SELECT name FROM pragma_pragma_list').pluck().all() as string[];
  expect(names.length).toBeGreaterThan(60);
  onBoth(':memory:', (check) => {
    SCHEMA.forEach(check);
    for (const name of names) {
      check(`SELECT * FROM pragma_table_xinfo('pragma_${name}')`);
      if (OF_THE_BUILD.test(name)) continue;
      check(`SELECT * FROM pragma_${name}`);
      for (const argument of ARGUMENTS) {
        if (name === 'cache_size' && argument === `'temp'`) continue;
        check(`SELECT *, rowid FROM pragma_${name}(${argument})`);
        check(`SELECT * FROM pragma_${name}(${argument}, 'main')`);
        check(`SELECT * FROM pragma_${name} WHERE arg = ${argument} AND schema = 'aux1'`);
      }
    }
  });
});

test.each([
  'SELECT m.type, m.name, p.* FROM sqlite_schema m, pragma_table_info(m.name) p',
  `SELECT m.name, il.name, ii.* FROM sqlite_schema m, pragma_index_list(m.name) il, pragma_index_xinfo(il.name) ii`,
  'SELECT m.name, f.* FROM sqlite_schema m LEFT JOIN pragma_foreign_key_list(m.name) f',
  'SELECT * FROM pragma_table_list ORDER BY schema, name',
  'SELECT l.schema, l.name, x.name FROM pragma_table_list l JOIN pragma_table_xinfo(l.name, l.schema) x ORDER BY 1, 2, 3',
  'SELECT m.name, (SELECT count(*) FROM pragma_table_info(m.name)) FROM sqlite_schema m',
  `SELECT 'id' IN (SELECT name FROM pragma_table_info('t'))`,
  'SELECT d.name, t.name FROM pragma_database_list d LEFT JOIN pragma_table_list t ON t.schema = d.name ORDER BY 1, 2',
  `WITH a AS (SELECT name FROM sqlite_schema WHERE type = 'table') SELECT a.name, p.* FROM a JOIN pragma_table_info(a.name) p`,
  `SELECT * FROM main.pragma_table_info('t')`,
  `SELECT * FROM nosuch.pragma_table_info('t')`,
  'SELECT * FROM pragma_nosuch',
  'SELECT * FROM pragma_wal_checkpoint',
  `SELECT * FROM PRAGMA_TABLE_INFO('t')`,
  'SELECT * FROM pragma_table_info(1, 2, 3)',
  'INSERT INTO pragma_table_info VALUES (1)',
  'DROP TABLE pragma_table_info',
  'CREATE VIEW tables AS SELECT m.name t, p.name c FROM sqlite_schema m, pragma_table_info(m.name) p',
  `SELECT * FROM t('x')`,
  `SELECT * FROM v(1)`,
  'WITH c AS (SELECT 1) SELECT * FROM c(1)',
  `SELECT * FROM JSON_EACH('[]', '$', 3)`,
])('%s', (sql) => {
  onBoth(':memory:', (check) => {
    SCHEMA.forEach(check);
    check(sql);
  });
});

test.each([512, 1024, 65536])('dbstat, pages of %d bytes', (pageSize) => {
  const folder = mkdtempSync(join(tmpdir(), 'ringlite-dbstat-'));
  const file = join(folder, 'x.db');
  try {
    const writer = openOracle(file);
    writer.exec(
      `PRAGMA page_size = ${String(pageSize)}; CREATE TABLE t(a INTEGER PRIMARY KEY, b, c); CREATE INDEX tb ON t(b)`,
    );
    writer.exec('CREATE TABLE w(k PRIMARY KEY, v) WITHOUT ROWID; CREATE TABLE empty(x); CREATE TABLE big(x)');
    writer.exec(`INSERT INTO big VALUES (zeroblob(100000))`);
    writer.exec('BEGIN');
    const insert = writer.prepare('INSERT INTO t VALUES (?, ?, ?)');
    for (let i = 0; i < 1000; i++) insert.run(i, 'x'.repeat(i % 40), i % 97 === 0 ? 'y'.repeat(5000 + i) : null);
    for (let i = 0; i < 200; i++) writer.prepare('INSERT INTO w VALUES (?, ?)').run(`k${String(i)}`, 'v'.repeat(i * 5));
    writer.exec('DELETE FROM t WHERE a % 3 = 0; COMMIT');
    writer.close();
    onBoth(file, (check) => {
      check(`ATTACH ':memory:' AS aux1`);
      check('CREATE TABLE aux1.q(z)');
      for (const clause of [
        '',
        ' ORDER BY name',
        ' ORDER BY name, path',
        ` WHERE name = 'tb'`,
        ' WHERE aggregate = TRUE',
      ])
        check(`SELECT *, schema, aggregate, rowid FROM dbstat${clause}`);
      for (const call of [
        `('main', 1)`,
        `('aux1')`,
        `('temp')`,
        `('nosuch')`,
        '(NULL)',
        `('main', 2)`,
        `('main', NULL)`,
      ])
        check(`SELECT * FROM dbstat${call}`);
      check(`SELECT * FROM dbstat WHERE name IN ('t', 'w') AND aggregate = 1`);
      check('SELECT m.name, (SELECT sum(pgsize) FROM dbstat d WHERE d.name = m.name) FROM sqlite_schema m');
      check('CREATE VIRTUAL TABLE temp.st USING dbstat(main)');
      check('SELECT count(*) FROM st');
      check('CREATE VIRTUAL TABLE temp.st2 USING dbstat(nosuch)');
      check('SELECT sql FROM temp.sqlite_schema');
      check('DROP TABLE st');
    });
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
});

// ---------------------------------------------------------------------------------------------------------------------
// generate_series

const SMALLEST = -(2n ** 63n);
const LARGEST = 2n ** 63n - 1n;

/** start, start + step, ... up to stop. */
function series(start: bigint, stop: bigint, step: bigint): bigint[] {
  const values: bigint[] = [];
  const stride = step === 0n ? 1n : step;
  for (let value = start; stride > 0n ? value <= stop : value >= stop; value += stride) values.push(value);
  return values;
}

test('generate_series', () => {
  const random = new Random(SEED);
  const database = openRinglite(':memory:');
  const bounds = [0n, 1n, -7n, 10n, 25n, LARGEST, LARGEST - 3n, SMALLEST, SMALLEST + 5n];
  const steps = [1n, 2n, 7n, -1n, -3n, 0n, LARGEST, SMALLEST, 2n ** 61n];
  const conditions: [string, (value: bigint, limit: bigint) => boolean][] = [
    ['=', (value, limit) => value === limit],
    ['>', (value, limit) => value > limit],
    ['>=', (value, limit) => value >= limit],
    ['<', (value, limit) => value < limit],
    ['<=', (value, limit) => value <= limit],
  ];
  const show = (value: bigint): string => (value === SMALLEST ? `(-9223372036854775807 - 1)` : String(value));
  let checked = 0;
  while (checked < 500) {
    const [start, stop, step] = [random.pick(bounds), random.pick(bounds), random.pick(steps)];
    const stride = step === 0n ? 1n : step;
    if ((stop - start) / stride > 100n) continue;
    checked++;
    let expected = series(start, stop, step);
    let sql = `SELECT value FROM generate_series(${show(start)}, ${show(stop)}, ${show(step)})`;
    for (let i = random.below(3); i > 0; i--) {
      const [operator, holds] = random.pick(conditions);
      const limit = random.pick(expected.length > 0 ? expected : bounds);
      sql += ` ${sql.includes('WHERE') ? 'AND' : 'WHERE'} ${random.oneIn(4) ? '+' : ''}value ${operator} ${show(limit)}`;
      expected = expected.filter((value) => holds(value, limit));
    }
    if (random.oneIn(3)) {
      const order = random.pick(['ASC', 'DESC']);
      sql += ` ORDER BY value ${order}`;
      const sign = order === 'ASC' ? 1 : -1;
      expected = [...expected].sort((a, b) => (a < b ? -sign : a > b ? sign : 0));
    }
    expect({ sql, rows: database.prepare(sql).pluck().safeIntegers().all() }).toEqual({ sql, rows: expected });
  }
  database.close();
});

test.each([
  ['SELECT value FROM generate_series(1, 5, 2)', [1, 3, 5]],
  ['SELECT value FROM generate_series(5, 1, -2)', [5, 3, 1]],
  ['SELECT value FROM generate_series(5, 1)', []],
  ['SELECT value FROM generate_series(3) LIMIT 2', [3, 4]],
  ['SELECT stop FROM generate_series(4294967294)', [4294967295, 4294967295]],
  ['SELECT value FROM generate_series(1, NULL)', []],
  ['SELECT value FROM generate_series(NULL)', []],
  [`SELECT value FROM generate_series('2', 4.9)`, [2, 3, 4]],
  ['SELECT rowid FROM generate_series(7, 9)', [7, 8, 9]],
  ['SELECT start + stop + step FROM generate_series(1, 2)', [4, 4]],
  ['SELECT value FROM generate_series WHERE start = 1 AND stop = 3', [1, 2, 3]],
  ['SELECT value FROM generate_series WHERE value BETWEEN 4 AND 6', [4, 5, 6]],
  ['SELECT value FROM generate_series WHERE value = 5', [5]],
  ['SELECT value FROM generate_series(1, 10) WHERE value > 2.5 AND value < 4.5', [3, 4]],
  ['SELECT value FROM generate_series(1, 10) WHERE value >= 2.0 AND value <= 3.0', [2, 3]],
  ['SELECT value FROM generate_series(1, 10) WHERE value = 2.5', []],
  ['SELECT value FROM generate_series(1, 10) WHERE value IN (9, 3, 11)', [3, 9]],
  ['SELECT value FROM generate_series(1, 10) WHERE rowid = 3 OR value = 8', [3, 8]],
  ['SELECT sum(value) FROM generate_series(1, 100)', [5050]],
  ['SELECT a.value * 10 + b.value FROM generate_series(1, 2) a, generate_series(a.value, 2) b', [11, 12, 22]],
  ['SELECT b.value FROM generate_series(1, 3) a LEFT JOIN generate_series(3, a.value) b', [null, null, 3]],
  [
    'WITH RECURSIVE c(n) AS (VALUES (1) UNION ALL SELECT n + value FROM c, generate_series(1, 1) WHERE n < 4) SELECT n FROM c',
    [1, 2, 3, 4],
  ],
])('%s', (sql, expected) => {
  const database = openRinglite(':memory:');
  expect(database.prepare(sql).pluck().all()).toEqual(expected);
  database.close();
});

test('generate_series needs a start', () => {
  const database = openRinglite(':memory:');
  for (const sql of ['SELECT * FROM generate_series', 'SELECT * FROM generate_series WHERE stop = 3'])
    expect(() => database.prepare(sql)).toThrow('first argument to "generate_series()" missing or unusable');
  expect(() => database.prepare('SELECT * FROM generate_series(1, 2, 3, 4)')).toThrow(
    'too many arguments on generate_series() - max 3',
  );
  expect(() => database.exec('CREATE VIRTUAL TABLE x USING generate_series')).toThrow(
    'no such module: generate_series',
  );
  database.close();
});
