// The benchmark's workloads. Each prepares a database once and then runs a body many times; both engines get the same calls.
import type { Database } from '../differential/engines';

export interface Workload {
  readonly name: string;
  /** Operations per call of the body, for the ns/op figure. */
  readonly operations: number;
  /** 'file' workloads get a new WAL database on disk, 'memory' ones :memory:. */
  readonly storage: 'file' | 'memory';
  /** Prepares the database and returns the timed body. */
  prepare(database: Database): () => unknown;
  /** Calls of the body per round; 1 for heavy bodies. */
  readonly repeats: number;
}

const ROWS = 100_000;

/** t(id, key unique text, n, r, s): ROWS rows. */
function fill(database: Database, rows = ROWS): void {
  database.exec('CREATE TABLE t (id INTEGER PRIMARY KEY, key TEXT UNIQUE, n INTEGER, r REAL, s TEXT)');
  const insert = database.prepare('INSERT INTO t (key, n, r, s) VALUES (?, ?, ?, ?)');
  database.transaction(() => {
    for (let i = 1; i <= rows; i++) insert.run(`key${i}`, i % 1000, i / 7, `some text ${i}`);
  })();
}

/** A cheap sequence of ids that jumps around in 1..ROWS. */
function idSequence(): () => number {
  let id = 1;
  return () => (id = (id * 7919 + 13) % ROWS) + 1;
}

const wideColumns = Array.from({ length: 20 }, (_value, i) => `c${i}`);

export const workloads: readonly Workload[] = [
  {
    name: 'get by rowid',
    operations: 1,
    storage: 'file',
    repeats: 30_000,
    prepare(database) {
      fill(database);
      const statement = database.prepare('SELECT * FROM t WHERE id = ?');
      const next = idSequence();
      return () => statement.get(next());
    },
  },
  {
    name: 'get by unique text index',
    operations: 1,
    storage: 'file',
    repeats: 20_000,
    prepare(database) {
      fill(database);
      const statement = database.prepare('SELECT * FROM t WHERE key = ?');
      const next = idSequence();
      return () => statement.get(`key${next()}`);
    },
  },
  {
    name: 'all, 100 rows',
    operations: 1,
    storage: 'file',
    repeats: 500,
    prepare(database) {
      fill(database);
      const statement = database.prepare('SELECT * FROM t WHERE id > ? LIMIT 100');
      const next = idSequence();
      return () => statement.all(next() - 100);
    },
  },
  {
    name: 'iterate, 10,000 rows',
    operations: 10_000,
    storage: 'file',
    repeats: 5,
    prepare(database) {
      fill(database);
      const statement = database.prepare('SELECT * FROM t LIMIT 10000');
      return () => {
        let sum = 0;
        for (const row of statement.iterate()) sum += (row as { n: number }).n;
        return sum;
      };
    },
  },
  {
    name: 'all, 1,000 rows x 20 columns',
    operations: 1000,
    storage: 'memory',
    repeats: 10,
    prepare(database) {
      database.exec(`CREATE TABLE w (${wideColumns.join(', ')})`);
      const insert = database.prepare(`INSERT INTO w VALUES (${wideColumns.map(() => '?').join(', ')})`);
      for (let i = 0; i < 1000; i++)
        insert.run(
          ...wideColumns.map((_name, c) => (c % 3 === 0 ? i * c : c % 3 === 1 ? `text ${i} ${c}` : i / (c + 1))),
        );
      const statement = database.prepare('SELECT * FROM w');
      return () => statement.all();
    },
  },
  {
    name: 'run, 4 parameters, in a transaction',
    operations: 100,
    storage: 'file',
    repeats: 100,
    prepare(database) {
      database.exec('CREATE TABLE t (id INTEGER PRIMARY KEY, key TEXT, n INTEGER, r REAL, s TEXT)');
      const insert = database.prepare('INSERT INTO t (key, n, r, s) VALUES (?, ?, ?, ?)');
      let i = 0;
      return database.transaction(() => {
        for (let k = 0; k < 100; k++, i++) insert.run(`key${i}`, i, i / 3, 'some text');
      });
    },
  },
  {
    name: 'autocommit insert',
    operations: 1,
    storage: 'file',
    repeats: 1000,
    prepare(database) {
      database.exec('CREATE TABLE t (id INTEGER PRIMARY KEY, n INTEGER, s TEXT)');
      const insert = database.prepare('INSERT INTO t (n, s) VALUES (?, ?)');
      let i = 0;
      return () => insert.run(i++, 'some text');
    },
  },
  {
    name: 'bulk insert, 200,000 rows',
    operations: 200_000,
    storage: 'file',
    repeats: 1,
    prepare(database) {
      return () => {
        database.exec('DROP TABLE IF EXISTS t');
        fill(database, 200_000);
      };
    },
  },
  {
    name: 'update by key',
    operations: 100,
    storage: 'file',
    repeats: 50,
    prepare(database) {
      fill(database);
      const update = database.prepare('UPDATE t SET n = n + 1, s = ? WHERE id = ?');
      const next = idSequence();
      return database.transaction(() => {
        for (let k = 0; k < 100; k++) update.run(`changed ${k}`, next());
      });
    },
  },
  {
    name: 'scan 1M rows with aggregates',
    operations: 1_000_000,
    storage: 'memory',
    repeats: 1,
    prepare(database) {
      fillMillion(database);
      const statement = database.prepare('SELECT count(*), sum(n), avg(r), min(r), max(n) FROM m WHERE n <> 17');
      return () => statement.get();
    },
  },
  {
    name: 'group by, 1M rows',
    operations: 1_000_000,
    storage: 'memory',
    repeats: 1,
    prepare(database) {
      fillMillion(database);
      const statement = database.prepare('SELECT n, count(*), sum(r) FROM m GROUP BY n');
      return () => statement.all();
    },
  },
  {
    name: 'join 100,000 x 100,000',
    operations: ROWS,
    storage: 'memory',
    repeats: 1,
    prepare(database) {
      fill(database);
      database.exec('CREATE TABLE u (tid INTEGER, v INTEGER)');
      database.exec('INSERT INTO u SELECT (id * 7919) % 100000 + 1, n FROM t');
      const statement = database.prepare('SELECT count(*), sum(t.n + u.v) FROM u JOIN t ON t.id = u.tid');
      return () => statement.get();
    },
  },
  {
    name: 'sort 100,000 rows',
    operations: ROWS,
    storage: 'memory',
    repeats: 1,
    prepare(database) {
      fill(database);
      const statement = database.prepare('SELECT s, r FROM t ORDER BY n, s DESC').raw();
      return () => {
        let count = 0;
        for (const _row of statement.iterate()) count++;
        return count;
      };
    },
  },
  {
    name: 'create index, 1M rows',
    operations: 1_000_000,
    storage: 'memory',
    repeats: 1,
    prepare(database) {
      fillMillion(database);
      return () => {
        database.exec('DROP INDEX IF EXISTS mr');
        database.exec('CREATE INDEX mr ON m (n, r)');
      };
    },
  },
  {
    name: 'prepare 2,000 distinct statements',
    operations: 2000,
    storage: 'memory',
    repeats: 1,
    prepare(database) {
      fill(database, 100);
      let round = 0;
      return () => {
        round++;
        for (let i = 0; i < 2000; i++)
          database.prepare(
            `SELECT t.id, t.key, a.n AS n${i} FROM t JOIN t AS a ON a.id = t.n WHERE t.n > ${i} AND a.key = 'k${round}' ORDER BY t.r LIMIT ${i + 1}`,
          );
      };
    },
  },
  {
    name: 'window sum, 1M rows',
    operations: 1_000_000,
    storage: 'memory',
    repeats: 1,
    prepare(database) {
      fillMillion(database);
      const statement = database.prepare('SELECT max(s) FROM (SELECT sum(n) OVER (ORDER BY rowid) AS s FROM m)');
      return () => statement.get();
    },
  },
  {
    name: 'recursive CTE to 1M',
    operations: 1_000_000,
    storage: 'memory',
    repeats: 1,
    prepare(database) {
      const statement = database.prepare(
        'WITH RECURSIVE c(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM c WHERE i < 1000000) SELECT sum(i) FROM c',
      );
      return () => statement.get();
    },
  },
  {
    name: 'json_extract scan',
    operations: ROWS,
    storage: 'memory',
    repeats: 1,
    prepare(database) {
      database.exec('CREATE TABLE j (id INTEGER PRIMARY KEY, document TEXT)');
      const insert = database.prepare('INSERT INTO j (document) VALUES (?)');
      database.transaction(() => {
        for (let i = 0; i < ROWS; i++)
          insert.run(
            JSON.stringify({ id: i, name: `name ${i}`, tags: ['a', 'b', `t${i % 10}`], size: { w: i, h: 2 } }),
          );
      })();
      const statement = database.prepare(
        "SELECT sum(json_extract(document, '$.size.w')), count(DISTINCT document ->> '$.tags[2]') FROM j",
      );
      return () => statement.get();
    },
  },
  {
    name: 'LIKE scan',
    operations: ROWS,
    storage: 'memory',
    repeats: 3,
    prepare(database) {
      fill(database);
      const statement = database.prepare("SELECT count(*) FROM t WHERE s LIKE '%TEXT 77%'");
      return () => statement.get();
    },
  },
  {
    name: 'ORDER BY ... LIMIT',
    operations: ROWS,
    storage: 'memory',
    repeats: 3,
    prepare(database) {
      fill(database);
      const statement = database.prepare('SELECT id, s, r FROM t ORDER BY n DESC, s LIMIT 20');
      return () => statement.all();
    },
  },
];

function fillMillion(database: Database): void {
  database.exec('CREATE TABLE m (n INTEGER, r REAL)');
  const insert = database.prepare('INSERT INTO m VALUES (?, ?)');
  database.transaction(() => {
    for (let i = 0; i < 1_000_000; i++) insert.run((i * 7919) % 1000, (i * 31) / 7);
  })();
}
