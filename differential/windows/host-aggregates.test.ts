// Aggregates written in JavaScript as window functions, on both engines.
import { outcomeOf } from '../compare';
import { openOracle, openRinglite, type Database } from '../engines';

interface Definition {
  readonly start: unknown;
  readonly step: (...values: never[]) => unknown;
  readonly inverse?: (...values: never[]) => unknown;
  readonly result?: (total: never) => unknown;
  readonly varargs?: boolean;
}

const definitions: Readonly<Record<string, Definition>> = {
  mysum: {
    start: 0,
    step: (total: number, value: number | null) => total + (value ?? 0),
    inverse: (total: number, value: number | null) => total - (value ?? 0),
    result: (total: number) => `=${total}`,
  },
  plain: { start: 0, step: (total: number, value: number) => total + value },
  failing: {
    start: 0,
    step: (total: number, value: number) => {
      if (value === 7) throw new RangeError('seven');
      return total + value;
    },
    inverse: (total: number, value: number) => total - value,
  },
  listed: {
    start: () => [],
    step: (list: unknown[], ...values: unknown[]) => {
      list.push(values);
    },
    inverse: (list: unknown[]) => {
      list.shift();
    },
    result: (list: unknown[]) => JSON.stringify(list),
    varargs: true,
  },
  row_number: { start: 100, step: (count: number) => count + 1, inverse: (count: number) => count },
  max: {
    start: 0,
    step: (total: number, value: number) => total + value * 10,
    inverse: (total: number, value: number) => total - value * 10,
  },
};

const queries: readonly string[] = [
  'SELECT a, mysum(b) OVER (ORDER BY a ROWS BETWEEN 1 PRECEDING AND 1 FOLLOWING) FROM t',
  'SELECT a, mysum(b) OVER (ORDER BY c), mysum(a) OVER (ORDER BY c) FROM t',
  'SELECT a, mysum(b) OVER (PARTITION BY c ORDER BY a ROWS UNBOUNDED PRECEDING) FROM t',
  'SELECT mysum(b) OVER (ORDER BY a ROWS 1 PRECEDING EXCLUDE CURRENT ROW) FROM t',
  'SELECT mysum(b) OVER (ORDER BY a GROUPS 1 PRECEDING EXCLUDE TIES) FROM t',
  'SELECT mysum(b) FILTER (WHERE a % 2) OVER (ORDER BY a ROWS 2 PRECEDING) FROM t',
  'SELECT mysum(b) OVER () FROM t WHERE 0',
  'SELECT mysum(b) OVER (ROWS BETWEEN 2 FOLLOWING AND 3 FOLLOWING) FROM t',
  'SELECT mysum(b) OVER (ROWS BETWEEN 3 FOLLOWING AND 2 FOLLOWING) FROM t',
  'SELECT mysum(a), sum(mysum(a)) OVER () FROM t GROUP BY c',
  'SELECT plain(b) OVER () FROM t',
  'SELECT failing(a + 2) OVER (ORDER BY a) FROM t',
  'SELECT failing(a) OVER (ORDER BY a ROWS 1 PRECEDING) FROM t',
  'SELECT listed(b) OVER (ORDER BY a ROWS 1 PRECEDING), listed(a, b) OVER (ORDER BY a ROWS 1 PRECEDING) FROM t',
  'SELECT row_number() OVER (ORDER BY a DESC) FROM t',
  'SELECT max(a) OVER (ROWS 1 PRECEDING), max(a) OVER (ORDER BY c) FROM t',
  'SELECT mysum(a, b) OVER () FROM t',
  'SELECT mysum(DISTINCT b) OVER () FROM t',
];

function prepared(database: Database): Database {
  database.exec(
    "CREATE TABLE t (a INTEGER PRIMARY KEY, b, c); INSERT INTO t VALUES (1, 5, 'x'), (2, NULL, 'x'), (3, 7, 'y'), (4, 1, 'y'), (5, 2, 'y')",
  );
  for (const [name, definition] of Object.entries(definitions)) database.aggregate(name, definition as never);
  return database;
}

test('user-defined window functions', () => {
  const [ours, oracle] = [prepared(openRinglite(':memory:')), prepared(openOracle(':memory:'))];
  for (const sql of queries) expect({ sql, ...outcomeOf(ours, sql) }).toEqual({ sql, ...outcomeOf(oracle, sql) });
  ours.close();
  oracle.close();
});
