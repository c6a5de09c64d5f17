// Small write workloads for the fault sweep. Each transaction leaves its number in the table `done`, so that the surviving file says
// which transactions it holds.

export interface FaultWorkload {
  readonly name: string;
  /** What the database holds before, checkpointed and closed. */
  readonly base: readonly string[];
  /** Statements run first, outside any transaction: settings. They count as transaction number -1 and cannot be checked. */
  readonly transactions: readonly (readonly string[])[];
}

const marker = (number: number): string => `INSERT INTO done VALUES (${number})`;

const numbered = (transactions: readonly (readonly string[])[]): string[][] =>
  transactions.map((body, number) => ['BEGIN', ...body, marker(number), 'COMMIT']);

const SERIES = 'WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 60)';

const BASE = [
  'CREATE TABLE done (number INTEGER PRIMARY KEY)',
  'CREATE TABLE a (id INTEGER PRIMARY KEY, n INT, t TEXT)',
  'CREATE INDEX a_n ON a (n)',
  `${SERIES} INSERT INTO a SELECT i, i % 7, 'text ' || i FROM n`,
];

export const workloads: readonly FaultWorkload[] = [
  {
    name: 'small changes',
    base: BASE,
    transactions: numbered([
      ["INSERT INTO a VALUES (100, 1, 'one hundred')"],
      ["UPDATE a SET t = t || '!' WHERE id < 20"],
      ['DELETE FROM a WHERE n = 3'],
    ]),
  },
  {
    name: 'growing and shrinking',
    base: BASE,
    transactions: numbered([
      ['INSERT INTO a SELECT id + 1000, n, zeroblob(3000) FROM a WHERE id < 12'],
      ['DELETE FROM a WHERE id > 1000'],
      ['INSERT INTO a VALUES (2000, 5, zeroblob(20000))', 'DELETE FROM a WHERE id BETWEEN 10 AND 40'],
    ]),
  },
  {
    name: 'schema changes',
    base: BASE,
    transactions: numbered([
      ['CREATE TABLE b (x UNIQUE, y)', 'INSERT INTO b SELECT id, t FROM a'],
      ['CREATE INDEX b_y ON b (y)', "UPDATE b SET y = 'z' WHERE x < 10"],
      ['DROP TABLE b'],
    ]),
  },
  {
    name: 'full auto-vacuum',
    base: ['PRAGMA auto_vacuum = FULL', ...BASE, 'INSERT INTO a VALUES (100, 1, zeroblob(12000))'],
    transactions: numbered([
      ['DELETE FROM a WHERE id = 100'],
      ['UPDATE a SET t = t || zeroblob(1500) WHERE id < 8', 'DELETE FROM a WHERE id > 30'],
    ]),
  },
  {
    name: 'spilling',
    base: [...BASE, `${SERIES} INSERT INTO a SELECT i + 500, i, zeroblob(900) FROM n`],
    transactions: [
      ['PRAGMA cache_size = 4'],
      ...numbered([["UPDATE a SET t = 'spilled ' || hex(zeroblob(200)), n = n + 1"], ['DELETE FROM a WHERE id > 530']]),
    ],
  },
];

export const contentQueries: readonly string[] = [
  'SELECT * FROM a ORDER BY id',
  'SELECT n, id FROM a ORDER BY n, id',
  'SELECT name, sql FROM sqlite_schema ORDER BY name',
  'PRAGMA integrity_check',
];
