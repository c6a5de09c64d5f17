import OracleDatabase from 'better-sqlite3';
import { Database } from '../api/database';
import { firstLiteralTemplate, literalTemplate } from './literal-template';

const cut = (sql: string): [string, ...unknown[]] | null => {
  const template = literalTemplate(sql);
  if (template === null) return null;
  const { text, values, names } = template;
  return [
    text.replaceAll(':__literal', '#').replaceAll('__alias', '@'),
    ...values.map((value, i) => value ?? names[i]),
  ];
};

test.each<[string, ...unknown[]]>([
  ["SELECT a FROM t WHERE a = 17 AND b <> 'it''s' OR c >= 1.5", 'SELECT a FROM t WHERE a = #0 AND b <> #1 OR c >= #2', 17n, "it's", 1.5], // prettier-ignore
  ['DELETE FROM t WHERE a IN (2, 3,?)', 'DELETE FROM t WHERE a IN (#0, #1,?)', 2n, 3n],
  ["INSERT INTO t VALUES (1, 'x'), (2, NULL)", 'INSERT INTO t VALUES (#0, #1), (#2, NULL)', 1n, 'x', 2n],
  ["UPDATE t SET a = 5, b = 'y' WHERE id = 99", 'UPDATE t SET a = #0, b = #1 WHERE id = #2', 5n, 'y', 99n],
  ['SELECT * FROM t JOIN (SELECT a FROM u WHERE b > 7) ON x = 8', 'SELECT * FROM t JOIN (SELECT a FROM u WHERE b > #0) ON x = #1', 7n, 8n], // prettier-ignore
  ['SELECT a FROM t WHERE a BETWEEN 5 AND -7 AND b < 0', 'SELECT a FROM t WHERE a BETWEEN #0 AND #1 AND b < #2', 5n, -7n, 0n], // prettier-ignore
  ['SELECT a FROM t WHERE a BETWEEN ? AND 7 AND 8', 'SELECT a FROM t WHERE a BETWEEN ? AND #0 AND 8', 7n],
  ["SELECT a FROM t WHERE a='x'AND b=7", 'SELECT a FROM t WHERE a= #0 AND b= #1', 'x', 7n],
  ['SELECT a FROM [t] WHERE b = 7 -- why', 'SELECT a FROM [t] WHERE b = #0 -- why', 7n],
  ['WITH c AS (SELECT a FROM t WHERE b > 5) SELECT * FROM c', 'WITH c AS (SELECT a FROM t WHERE b > #0) SELECT * FROM c', 5n], // prettier-ignore
  ['SELECT "a = 5" FROM "t" WHERE `b` = 7', 'SELECT "a = 5" FROM "t" WHERE `b` = #0', 7n],
  ["SELECT 5, 'x' AS y, -2.5 FROM t", 'SELECT #0, #1 AS @2, #3 FROM t', 5n, 'x', 'y', -2.5],
  ['SELECT a AS x, count(*) AS "n 1" FROM t LIMIT 10', 'SELECT a AS @0, count(*) AS @1 FROM t LIMIT #2', 'x', 'n 1', 10n], // prettier-ignore
  ['SELECT a FROM t LIMIT 10 OFFSET 0;', 'SELECT a FROM t LIMIT #0 OFFSET #1;', 10n, 0n],
])('%s', (sql, ...expected) => {
  expect(cut(sql)).toEqual(expected);
});

test.each([
  ['SELECT a = 7 FROM t', 'names of result columns'],
  ['SELECT (SELECT a FROM t WHERE b = 9) FROM u', 'names of result columns'],
  ['SELECT a FROM t ORDER BY 2', 'ordinals'],
  ['SELECT 5 AND a, 7 OR a FROM t', 'names of result columns that go on'],
  ['SELECT a FROM t WHERE b IN (5 AND a)', 'elements that go on'],
  ['SELECT 5 FROM t ORDER BY 1', 'result columns of a query that sorts'],
  ['SELECT DISTINCT 5 FROM t', 'result columns of a query that drops duplicates'],
  ['SELECT a AS x FROM t ORDER BY X', 'aliases named elsewhere'],
  ["SELECT a AS 'x' FROM t", 'aliases that are strings'],
  ['SELECT a FROM t LIMIT 5, 10', 'LIMIT the other way round'],
  ['SELECT a FROM t LIMIT 0', 'LIMIT 0, which ends the program at once'],
  ['SELECT a FROM t LIMIT 5 + 5', 'LIMITs that are no literal'],
  ['SELECT a FROM t WHERE b IN (SELECT c FROM u LIMIT 5)', 'LIMITs of subqueries'],
  ["SELECT a FROM t WHERE a LIKE 'x%'", 'patterns'],
  ['SELECT a FROM t WHERE a = 1 AND b = 0 AND c = -1', 'small integers, which estimates look at'],
  ['SELECT a FROM t WHERE a = 5 + 6', 'parts of an expression'],
  ["SELECT a FROM t WHERE a = 'x' COLLATE NOCASE", 'operands with a collation'],
  ["SELECT a FROM t WHERE a ->> 'x'", 'arrows'],
  ['SELECT a FROM t WHERE a << 9', 'shifts'],
  ['SELECT a FROM t WHERE abs(9)', 'function arguments'],
  ['SELECT a FROM t WHERE a = 9223372036854775808', 'long numbers'],
  ['SELECT a FROM t WHERE a = 0x10 AND b = 1e5', 'other numbers'],
  ["SELECT a FROM t WHERE a = x'31'", 'blobs'],
  ['SELECT a FROM t WHERE a = ?2 AND b = 7', 'texts with numbered parameters'],
  ['SELECT * FROM (VALUES (5))', 'VALUES of subqueries'],
  ["SELECT a FROM t WHERE b = 'x", 'strings without an end'],
  ['SELECT a FROM t WHERE b = 7; SELECT 8', 'several statements'],
  ['SELECT __alias0 FROM t WHERE b = 7', 'texts with the names of marks'],
  ['CREATE TABLE t (a DEFAULT 7)', 'other statements'],
])('%s stays: %s', (sql) => {
  expect(literalTemplate(sql)).toBeNull();
});

// Each shape with several literals and names, so that all but the first run on the program of the first: rows, types, names as SQLite's.
const shapes: readonly ((n: number, s: string, name: string) => string)[] = [
  (n, s, name) => `SELECT id, s AS ${name} FROM t WHERE n > ${n} AND s <> '${s}' ORDER BY id LIMIT ${n + 1}`,
  (n, _s, name) => `SELECT n AS ${name}, count(*) FROM t WHERE id BETWEEN ${n} AND ${n + 9} GROUP BY n ORDER BY 1`,
  (n, _s, name) => `SELECT n AS ${name}, id FROM t GROUP BY ${name} HAVING count(*) > ${n % 3} ORDER BY ${name}`,
  (n, s, name) => `SELECT ${n}, '${s}', ${n}.5 AS ${name}, -${n} FROM t WHERE id = ${n}`,
  (n, s) => `SELECT ${n}, '${s}', typeof(${n}), max(id) FROM t WHERE id > ${n}`,
  (n, s) => `SELECT '${s}', id FROM t WHERE s = '${s}' UNION SELECT s, ${n} FROM t WHERE n = ${n} ORDER BY 1, 2`,
  (n) => `SELECT id FROM t WHERE n = ${n} ORDER BY s, id DESC LIMIT ${n + 2} OFFSET ${n % 4}`,
  (n) => `SELECT id, n FROM t LIMIT ${n}`,
  (n) => `SELECT n FROM t ORDER BY n LIMIT 3 OFFSET ${n}`,
  (n, s) => `SELECT id FROM t WHERE n IN (${n}, ${n + 1}) AND r < ${n}.25 AND s >= '${s}'`,
  (n) => `SELECT id FROM t WHERE n IN (${n})`,
  (n) => `WITH RECURSIVE c(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM c WHERE i < ${n}) SELECT sum(i), max(i) FROM c`,
  (n, s) => `SELECT t.id, u.id FROM t LEFT JOIN t AS u ON u.n = t.id AND u.s > '${s}' WHERE t.id <= ${n} ORDER BY 1, 2`,
  (n, s, name) => `SELECT x.${name} FROM (SELECT s AS ${name} FROM t WHERE n = ${n}) AS x WHERE x.${name} <> '${s}'`,
  (n, s) => `SELECT id FROM p WHERE n = ${n} AND s = '${s}'`,
  (n) => `SELECT id FROM q WHERE (n > ${n}) AND id < 50`,
  (n) => `SELECT id FROM t WHERE n > ${n % 5} OR (n = ${n % 8} AND id > 20)`,
  (n, s) => `SELECT 3, id FROM t WHERE n > ${n % 5} OR n = 3 AND s < '${s}' OR s = '${s}' LIMIT 30`,
  (n, _s, name) => `SELECT id AS ${name}, r FROM t WHERE n = ${n} ORDER BY "${name}"`,
  (n, s, name) => `INSERT INTO u (a, b) VALUES (${n}, '${s}') RETURNING a AS ${name}, b, ${n}`,
  (n, s) => `INSERT INTO u (a, b) SELECT ${n}, '${s}' FROM t WHERE id < ${n} RETURNING *`,
  (n, s, name) => `UPDATE u SET b = '${s}', a = -${n} WHERE a = ${n} RETURNING rowid, a AS ${name}, b`,
  (n) => `DELETE FROM u WHERE a < ${n} RETURNING a`,
];

const values: readonly [number, string, string][] = [
  [7, 'x', 'first'],
  [3, 'text 5', 'b'],
  [0, "it''s", 'id2'],
  [1, '', 'N'],
  [12, 'é\u{1f600}', '"two words"'],
  [2, 'text 9', 'Id'],
  [40, 'zz', 'limit_'],
];

const setup = `
  CREATE TABLE t (id INTEGER PRIMARY KEY, n, r REAL, s TEXT);
  WITH RECURSIVE c(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM c WHERE i < 60)
    INSERT INTO t SELECT i, i % 7, i / 8.0, 'text ' || (i * 7 % 20) FROM c;
  CREATE INDEX tn ON t (n);
  CREATE TABLE p (id INTEGER PRIMARY KEY, n, s); CREATE INDEX pn ON p (s) WHERE n = 3;
  INSERT INTO p SELECT id, n, s FROM t;
  CREATE TABLE q (id INTEGER PRIMARY KEY, n); CREATE INDEX qn ON q ((n > 2));
  INSERT INTO q SELECT id, n FROM t;
  CREATE TABLE u (a INT, b TEXT)`;

/** Everything a caller sees of one run. */
function observed(database: OracleDatabase.Database, sql: string): unknown {
  try {
    const statement = database.prepare(sql);
    return [statement.all(), statement.raw().get(), statement.columns(), statement.source];
  } catch (error) {
    return (error as Error).message;
  }
}

test.each(shapes.map((shape) => [shape(7, 'x', 'first'), shape] as const))('%s', (_name, shape) => {
  const ours = new Database(':memory:') as unknown as OracleDatabase.Database;
  const theirs = new OracleDatabase(':memory:');
  for (const database of [ours, theirs]) database.exec(setup);
  for (const [n, s, name] of [...values, ...values]) {
    const sql = shape(n, s, name);
    expect(observed(ours, sql)).toEqual(observed(theirs, sql));
  }
  ours.exec('DROP INDEX tn; ALTER TABLE t ADD COLUMN extra');
  theirs.exec('DROP INDEX tn; ALTER TABLE t ADD COLUMN extra');
  for (const [n, s, name] of values) {
    const sql = shape(n, s, name);
    expect(observed(ours, sql)).toEqual(observed(theirs, sql));
  }
});

test.each<[string, string | null]>([
  ['INSERT INTO t VALUES (5); SELECT 1', 'INSERT INTO t VALUES (5);'],
  ["INSERT INTO t VALUES ('a; b', 5); SELECT 1", "INSERT INTO t VALUES ('a; b', 5);"],
  ['INSERT INTO t SELECT \'"\' || "a;b" WHERE c = 5; SELECT 1', 'INSERT INTO t SELECT \'"\' || "a;b" WHERE c = 5;'],
  ['DELETE FROM t WHERE a = 5 -- so; far\n AND b = 7; SELECT 1', 'DELETE FROM t WHERE a = 5 -- so; far\n AND b = 7;'],
  ['DELETE FROM t WHERE a = 5 /* so; far */; SELECT 1', 'DELETE FROM t WHERE a = 5 /* so; far */;'],
  ['DELETE FROM t WHERE a = 5 -- the; end', 'DELETE FROM t WHERE a = 5 -- the; end'],
  ['UPDATE t SET a = 5', 'UPDATE t SET a = 5'],
  ['CREATE TRIGGER x AFTER INSERT ON t BEGIN DELETE FROM t WHERE a = 5; END; SELECT 1', null],
  ["INSERT INTO t VALUES (';;;;;;;;;;', 5); SELECT 1", null],
  ['DELETE FROM t; DELETE FROM t WHERE a = 5', null],
  ["INSERT INTO t VALUES ('x; SELECT 1", null],
])('the first statement of %s', (script, statement) => {
  expect(firstLiteralTemplate(script, 0)?.statement ?? null).toBe(statement);
  expect(firstLiteralTemplate(`ROLLBACK;${script}`, 9)?.statement ?? null).toBe(statement);
});

test('a script runs as on the oracle', () => {
  const logs: [string[], string[]] = [[], []];
  const rows = [Database, OracleDatabase].map((Engine, i) => {
    const verbose = (sql?: unknown): void => void logs[i]!.push(String(sql));
    const database = new (Engine as typeof OracleDatabase)(':memory:', { verbose });
    database.exec(`CREATE TABLE t (id INTEGER PRIMARY KEY, a, b); CREATE TRIGGER r AFTER INSERT ON t BEGIN UPDATE t SET b = 7 WHERE id = new.id AND b = 9; END;
      INSERT INTO t VALUES (1, 'x; y', 9);
      INSERT INTO t VALUES (2, 'it''s', -2.5); -- a comment; with one
      INSERT INTO t (a, b) VALUES (?, 5), (NULL, 6);
      ALTER TABLE t ADD COLUMN c DEFAULT 8; INSERT INTO t VALUES (7, 'z', 0, 1);INSERT INTO t VALUES (8, 'z', 0, 2);
      UPDATE t SET a = 'last' WHERE id = 8;
      DELETE FROM t WHERE id = 1`);
    for (const wrong of [
      'INSERT INTO t VALUES (9, 9, 9, 9); INSERT INTO t VALUES (9, 1, 1, 1); SELECT 1',
      'INSERT INTO t VALUES (1, 2); SELECT 5',
    ])
      expect(() => database.exec(wrong)).toThrow(/UNIQUE constraint failed: t.id|table t has 4 columns but 2 values/);
    return database.prepare('SELECT * FROM t').all();
  });
  expect(rows[0]).toEqual(rows[1]);
  expect(logs[0]).toEqual(logs[1]);
});
