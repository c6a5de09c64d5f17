// Plans that depend on the values of parameters: SQLite prepares a statement anew when such a parameter is bound, so that LIKE with a
// prefix uses an index, a partial index is used for the value of its condition, and samples are looked up. Plans and rows on both engines,
// which also shows the order of rows.
import { answer } from './answer';
import { type Database, openOracle, openRinglite } from './engines';

const SCHEMA = `
  create table t(a integer primary key, b text, c text, d, e);
  create index tb on t(b collate nocase);
  create index tp on t(c) where d = 'act';
  create index tq on t(e) where d = 5 and c is not null;
  create index tg on t(c);
  create table big(a integer primary key, b, c, d);
  create index bb on big(b);
  create index bc on big(c);`;

function fill(db: Database): Database {
  db.exec(SCHEMA);
  const insert = db.prepare('insert into t(b, c, d, e) values (?, ?, ?, ?)');
  for (let i = 0; i < 50; i++)
    insert.run(`k${(i * 7) % 50}`, `c${i}`, i % 3 ? 'act' : BigInt(i % 7), BigInt((i * 11) % 50));
  const more = db.prepare('insert into big(b, c, d) values (?, ?, ?)');
  db.transaction(() => {
    for (let i = 0; i < 2000; i++) more.run(i % 10 ? 'most' : `b${i}`, BigInt(i % 400 ? i % 5 : i), i);
  })();
  return db;
}

let oracle: Database;
let ringlite: Database;

beforeAll(() => {
  oracle = fill(openOracle(':memory:'));
  ringlite = fill(openRinglite(':memory:'));
});

afterAll(() => {
  oracle.close();
  ringlite.close();
});

type Values = readonly (string | number | bigint | Buffer | null)[];

/** The plan, and the rows of one statement for each list of values in turn. */
const seen = (db: Database, sql: string, runs: readonly Values[]): unknown =>
  answer(() => {
    const plan = db.prepare(`explain query plan ${sql}`);
    const statement = db.prepare(sql).raw();
    return runs.map((values) => [
      plan.all(...values).map((row) => (row as { detail: string }).detail),
      statement.all(...values),
    ]);
  });

const LIKE: readonly Values[] = [['k1%'], ['K2%'], ['%1'], [null], ['k3'], ['k1_'], [5], ['5%'], ['k1%'], [''], [Buffer.from('k1%')]]; // prettier-ignore
const VALUES: readonly Values[] = [
  ['act', 'c3'],
  ['x', 'c3'],
  [5, 'c1'],
  [5n, 'c1'],
  [null, 'c1'],
  ['act', 'c4'],
];

const cases: readonly (readonly [sql: string, runs: readonly Values[]])[] = [
  ['select a, b from t where b like ?', LIKE],
  ['select a, b from t where b like ?1 and ?1 > 0', LIKE],
  ['select x from (select a as x, b from t where b like ?) where x > 3', LIKE],
  ['select a from t where b like ? and e > 10', LIKE],
  ['select a from t where b glob ?', LIKE],
  ["select a from t where b like ? escape '\\'", [['k\\%'], ['k1\\%%'], ['\\']]],
  ['select a, b from t where b like ?1 || ?2', [['k', '1%']]],
  ['delete from t where b like ? and a < 0', LIKE],
  ['select c from t where d = ? and c > ?', VALUES],
  ['select c from t where d is ? and c > ?', VALUES],
  ['select c from t where d = +? and c > ?', VALUES],
  ['select e from t where d = ? and e > 3 and c = ?', VALUES],
  ['select e from t where d = ? and e > 3 and c is not ?', VALUES],
  ['select c, (select count(*) from t y where y.d = ?1 and y.c > x.c) from t x where x.c > ?2', VALUES],
  ['select a, b from t order by c limit ?', [[5n], [5], [0n], [-1n], [4611686018427387904n]]],
  [
    'select a, d from big where d > 5 order by c limit ? offset ?',
    [
      [1n, 0n],
      [1n, 10n],
      [1n, 1000n],
      [100n, 1n],
    ],
  ],
  ['select a, d from big where d > 5 and a > 0 order by c, d limit 1', [[]]],
  ['select a, d from big where d > 5 and a > 0 order by c, d limit 1 offset 10', [[]]],
  ['select a, d from big where d > 5 order by c limit 2 offset 1000', [[]]],
  [
    'select a from t order by c limit ? offset ?',
    [
      [5n, 2n],
      [5, 2],
    ],
  ],
  [
    'select a from big where b = ? and c = ?',
    [
      ['most', 3n],
      ['b20', 3n],
      ['most', 400n],
      [null, null],
      ['zz', 3],
    ],
  ],
  [
    'select a from big where b > ? and c < ?',
    [
      ['b1', 1n],
      ['n', 1n],
      ['b1', 500n],
      ['a', 'x'],
      [3, 3n],
    ],
  ],
  [
    'select a from big where b in (?, ?) and c = 3',
    [
      ['most', 'b20'],
      ['b20', 'b40'],
    ],
  ],
  [
    'select a from big where b between ? and ? and c > 2',
    [
      ['b', 'b2'],
      ['a', 'z'],
      ['b20', 'b20'],
    ],
  ],
];

describe.each([['without statistics'], ['analyzed']])('%s', (state) => {
  beforeAll(() => {
    if (state === 'analyzed') for (const db of [oracle, ringlite]) db.exec('analyze');
  });

  test.each(cases)('%s', (sql, runs) => {
    expect(seen(ringlite, sql, runs)).toEqual(seen(oracle, sql, runs));
  });
});

test('more values than plans are kept for, and values of a run within another', () => {
  const sql = 'select a, b from t where b like ?';
  const patterns = Array.from({ length: 40 }, (_, i) => [`k${i}%`] as const);
  const runs = [...patterns, ...patterns.reverse()];
  expect(seen(ringlite, sql, runs)).toEqual(seen(oracle, sql, runs));
  const nested = (db: Database): unknown => {
    const outer = db.prepare(sql).raw().iterate('k1%');
    const rows = [...outer].map((row) => [
      row,
      db
        .prepare(sql)
        .raw()
        .all(`k${String((row as [number])[0] % 5)}%`),
    ]);
    return [rows, db.prepare(sql).raw().get('k4%')];
  };
  expect(nested(ringlite)).toEqual(nested(oracle));
});

test('a plan holds until the schema changes', () => {
  const [first, second] = [ringlite, oracle].map((db) => {
    const statement = db.prepare('select a, b from t where b like ?').raw();
    const before = statement.all('k1%');
    db.exec('drop index tb');
    const without = statement.all('k1%');
    db.exec('create index tb on t(b collate nocase)');
    return [before, without, statement.all('k1%')];
  });
  expect(first).toEqual(second);
});
