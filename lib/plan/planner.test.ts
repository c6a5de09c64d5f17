/**
 * Plans against real SQLite: the loops that the planner chooses must read as EXPLAIN QUERY PLAN of the same query does.
 */
import BetterSqlite3 from 'better-sqlite3';
import { KnownParameters } from './known-parameters';
import { Catalog, emptyDatabaseSource } from '../catalog/catalog';
import { SchemaRows } from '../catalog/schema-rows';
import type { SchemaRow, StatisticsRow } from '../catalog/source';
import { Binder } from '../resolve/binder';
import type { SelectCore, SortTerm } from '../resolve/ir';
import { defaultOptions } from '../resolve/options';
import type { Select } from '../syntax/ast';
import { parseStatement } from '../syntax/parser';
import { levelText, sourceName } from './explain';
import { estimateOf } from './log-estimate';
import { PathFlag } from './plan';
import { planJoin } from './planner';

function loadCatalog(db: BetterSqlite3.Database): Catalog {
  const rows = db
    .prepare('select rowid, type, name, tbl_name as tableName, rootpage as rootPage, sql from sqlite_schema')
    .all() as SchemaRow[];
  const hasStatistics = rows.some(({ name }) => name === 'sqlite_stat1');
  const statistics = hasStatistics
    ? (db.prepare('select tbl as "table", idx as "index", stat as figures from sqlite_stat1').all() as StatisticsRow[])
    : [];
  return new Catalog({
    databases: [
      { ...emptyDatabaseSource('main'), rows: new SchemaRows(rows), statistics },
      emptyDatabaseSource('temp'),
    ],
    modules: new Map(),
  });
}

/** The loops of a query of plain tables, as select codegen asks for them, and a last line for a sorter. */
function ourPlan(catalog: Catalog, sql: string): string[] {
  const statement = parseStatement(sql, 0).statement as Select;
  const query = new Binder(catalog, defaultOptions, sql).bindQuery(statement);
  const core = query.cores[0] as SelectCore;
  const isGrouped = core.groupBy.length > 0;
  const orderBy: readonly SortTerm[] = isGrouped
    ? core.groupBy.map((expression) => ({ expression, descending: false, bigNulls: false, resultColumn: -1 }))
    : query.orderBy;
  const results = core.columns.map(({ expression }) => expression);
  const limit = query.limit?.kind === 'integer' ? estimateOf(Number(query.limit.value)) : query.limit ? 0 : null;
  const { plan } = planJoin(
    {
      sources: core.sources,
      where: core.where,
      orderBy: orderBy.length > 0 ? orderBy : null,
      purpose: isGrouped ? 'group-by' : 'order-by',
      sortByGroup: false,
      distinctColumns: core.distinct && !isGrouped ? results : null,
      resultWidth: core.columns.length,
      limit: orderBy.length > 0 ? limit : null,
      usedExpressions: isGrouped ? null : results,
      keepAllJoins: false,
      isSelect: true,
      wantsOnePass: false,
      isOrOperand: false,
      isRightJoinPass: false,
      outerRows: 0,
    },
    {
      schema: catalog,
      options: defaultOptions,
      parameters: new KnownParameters(null),
      bindIndex: (source, index) => {
        const binder = new Binder(catalog, defaultOptions, '');
        return {
          expressions: index.columns.map(({ expr }) =>
            expr ? binder.bindTableExpression(expr, source, 'index', index.sql) : null,
          ),
          where: index.where ? binder.bindTableExpression(index.where, source, 'partial-index', index.sql) : null,
        };
      },
      subqueryFacts: () => ({ rows: 200, coroutine: false, correlated: false, orderBy: [] }),
    },
  );
  return plan.levels.map((level) => {
    if (level.path.has(PathFlag.orUnion)) return 'MULTI-INDEX OR';
    // The columns of an automatic index are settled when it is built.
    if (level.path.has(PathFlag.automaticIndex)) return `SEARCH ${sourceName(level.source)} USING AUTOMATIC`;
    return levelText(level, false);
  });
}

function oraclePlan(db: BetterSqlite3.Database, sql: string): string[] {
  const rows = db.prepare(`EXPLAIN QUERY PLAN ${sql}`).all() as { parent: number; detail: string }[];
  return rows
    .filter(({ parent, detail }) => parent === 0 && /^(SCAN|SEARCH|MULTI-INDEX) /.test(detail))
    .map(({ detail }) => detail.replace(/ AUTOMATIC .*/, ' AUTOMATIC'));
}

const schema = `
  CREATE TABLE t1(a INTEGER PRIMARY KEY, b INT, c TEXT, d REAL, e BLOB);
  CREATE INDEX t1b ON t1(b);
  CREATE INDEX t1cd ON t1(c, d);
  CREATE TABLE t2(x INT, y TEXT COLLATE NOCASE, z INT NOT NULL UNIQUE);
  CREATE INDEX t2xy ON t2(x, y);
  CREATE INDEX t2part ON t2(y) WHERE x > 5;
  CREATE TABLE t3(k TEXT PRIMARY KEY, v INT, w INT) WITHOUT ROWID;
  CREATE INDEX t3v ON t3(v);
  CREATE TABLE t4(p INT, q INT, r INT, UNIQUE(p, q));
  CREATE INDEX t4expr ON t4(p + q);
  CREATE INDEX t4desc ON t4(r DESC, q);
  CREATE TABLE t5(m, n, o);
  CREATE TABLE t6(g TEXT, h TEXT COLLATE NOCASE, i INT);
  CREATE INDEX t6g ON t6(g);
  CREATE INDEX t6h ON t6(h);
`;

const queries = [
  'SELECT z FROM t2',
  'SELECT DISTINCT z, x FROM t2',
  'SELECT z FROM t2 WHERE z > 3',
  'SELECT * FROM t1',
  'SELECT b FROM t1',
  'SELECT a, b FROM t1',
  'SELECT c FROM t1',
  'SELECT * FROM t1 WHERE a = 5',
  'SELECT * FROM t1 WHERE a > 5',
  'SELECT * FROM t1 WHERE a BETWEEN 5 AND 10',
  'SELECT * FROM t1 WHERE a IN (1, 2, 3)',
  'SELECT * FROM t1 WHERE b = 5',
  'SELECT * FROM t1 WHERE b > 5',
  'SELECT * FROM t1 WHERE b > 5 AND b < 10',
  'SELECT * FROM t1 WHERE b IS NULL',
  'SELECT * FROM t1 WHERE b IS NOT NULL',
  'SELECT * FROM t1 WHERE b IN (1, 2, 3)',
  'SELECT * FROM t1 WHERE b IN (SELECT x FROM t2) AND c = 5',
  "SELECT * FROM t1 WHERE c = 'x' AND d > 3",
  "SELECT * FROM t1 WHERE c = 'x' AND d > 3 AND b = 2",
  "SELECT * FROM t1 WHERE c = 'x' AND b = 2",
  "SELECT * FROM t1 WHERE b = 'x'",
  'SELECT * FROM t1 WHERE c = 5',
  'SELECT * FROM t1 WHERE c = b',
  "SELECT * FROM t1 WHERE c COLLATE NOCASE = 'x'",
  "SELECT * FROM t1 WHERE c LIKE 'x%'",
  "SELECT * FROM t1 WHERE c GLOB 'x*'",
  "SELECT * FROM t6 WHERE h LIKE 'abc%'",
  "SELECT * FROM t6 WHERE g GLOB 'abc*'",
  "SELECT * FROM t6 WHERE g GLOB '1*'",
  "SELECT * FROM t6 WHERE h LIKE 'abc'",
  "SELECT * FROM t6 WHERE h LIKE 'a\\%b%' ESCAPE '\\'",
  'SELECT * FROM t1 WHERE b = 1 OR b = 2',
  'SELECT * FROM t1 WHERE b = 1 OR a = 2',
  "SELECT * FROM t1 WHERE b = 1 OR c = 'x'",
  'SELECT * FROM t1 WHERE b = 1 OR e = 2',
  'SELECT * FROM t1 WHERE b < 1 OR b = 1',
  "SELECT * FROM t1 WHERE (b = 1 AND c = 'y') OR (c = 'x' AND d > 2)",
  'SELECT * FROM t1 ORDER BY a',
  'SELECT * FROM t1 ORDER BY a DESC',
  'SELECT * FROM t1 ORDER BY b',
  'SELECT * FROM t1 ORDER BY b DESC',
  'SELECT b FROM t1 ORDER BY b',
  'SELECT * FROM t1 ORDER BY c, d',
  'SELECT * FROM t1 ORDER BY c, d DESC',
  'SELECT * FROM t1 ORDER BY c DESC, d DESC',
  'SELECT * FROM t1 ORDER BY c LIMIT 10',
  "SELECT * FROM t1 WHERE c = 'x' ORDER BY d",
  'SELECT * FROM t1 WHERE b > 5 ORDER BY b',
  'SELECT * FROM t1 WHERE b > 5 ORDER BY c',
  'SELECT * FROM t1 WHERE b = 5 ORDER BY c, d',
  'SELECT * FROM t1 WHERE b = 5 ORDER BY a',
  'SELECT * FROM t4 ORDER BY r DESC, q',
  'SELECT * FROM t4 ORDER BY r, q DESC',
  'SELECT * FROM t4 ORDER BY r, q',
  'SELECT * FROM t4 WHERE p + q = 5',
  'SELECT * FROM t4 WHERE p + q > 5 ORDER BY p + q',
  'SELECT p + q FROM t4 ORDER BY p + q',
  'SELECT * FROM t4 WHERE p = 1 AND q = 2',
  'SELECT * FROM t4 WHERE p = 1 AND q = 2 AND r = 3',
  'SELECT * FROM t4 WHERE (p, q) = (1, 2)',
  'SELECT * FROM t4 WHERE (p, q) > (1, 2)',
  'SELECT * FROM t4 WHERE (p, q) IN (SELECT x, z FROM t2)',
  'SELECT * FROM t2 WHERE z = 4',
  "SELECT * FROM t2 WHERE x = 5 AND y = 'a'",
  "SELECT * FROM t2 WHERE x = 5 AND y = 'a' COLLATE BINARY",
  "SELECT * FROM t2 WHERE x > 5 AND y = 'a'",
  "SELECT * FROM t2 WHERE x > 6 AND y = 'a'",
  'SELECT x, y FROM t2',
  'SELECT x, y, z FROM t2',
  'SELECT x FROM t2 GROUP BY x',
  'SELECT y FROM t2 GROUP BY y',
  'SELECT DISTINCT x FROM t2',
  'SELECT DISTINCT z FROM t2',
  'SELECT DISTINCT c FROM t1 WHERE b = 2',
  'SELECT * FROM t3',
  "SELECT * FROM t3 WHERE k = 'a'",
  'SELECT * FROM t3 WHERE v = 1',
  'SELECT k, v FROM t3 WHERE v = 1',
  'SELECT v FROM t3',
  'SELECT * FROM t3 ORDER BY k DESC',
  'SELECT * FROM t1, t2 WHERE t1.b = t2.x',
  'SELECT * FROM t1, t2 WHERE t1.a = t2.x',
  'SELECT * FROM t1, t2 WHERE t1.a = t2.x AND t2.z = 3',
  'SELECT * FROM t2, t1 WHERE t1.a = t2.x AND t1.b = 3',
  'SELECT * FROM t1, t2',
  'SELECT * FROM t5, t5 AS t5b WHERE t5.m = t5b.n',
  'SELECT * FROM t5 LEFT JOIN t1 ON t5.m = t1.a',
  'SELECT * FROM t5 LEFT JOIN t5 AS s ON t5.m = s.n',
  'SELECT t5.m FROM t5 LEFT JOIN t1 ON t5.m = t1.a',
  'SELECT * FROM t1 LEFT JOIN t2 ON t1.b = t2.x WHERE t2.z IS NULL',
  'SELECT * FROM t1 JOIN t2 ON t1.b = t2.x JOIN t3 ON t2.z = t3.v',
  'SELECT * FROM t1 JOIN t2 ON t1.b = t2.x JOIN t3 ON t2.z = t3.v ORDER BY t1.a',
  'SELECT * FROM t1 JOIN t2 ON t1.b = t2.x JOIN t3 ON t2.z = t3.v JOIN t4 ON t4.p = t3.w WHERE t4.q = 6',
  'SELECT * FROM t1 CROSS JOIN t2 WHERE t2.z = 7',
  'SELECT * FROM t1 RIGHT JOIN t2 ON t1.b = t2.x',
  'SELECT * FROM t1 FULL JOIN t2 ON t1.b = t2.x',
  'SELECT * FROM t1, t2, t3, t4, t5 WHERE t1.b = t5.m AND t2.x = t5.n AND t3.v = t5.o AND t4.p = t5.m',
  'SELECT * FROM t1 WHERE a = b AND b = 5',
  'SELECT * FROM t1, t2 WHERE t1.b = t2.x AND t2.x = 5',
  'SELECT * FROM t1 WHERE +b = 5',
  'SELECT * FROM t1 WHERE unlikely(b = 5) AND c > 1',
  'SELECT * FROM t1 WHERE likely(b > 5)',
  'SELECT * FROM t1 INDEXED BY t1b WHERE b > 5 AND c = 1',
  'SELECT * FROM t1 NOT INDEXED WHERE b = 5',
  'SELECT * FROM t1 WHERE b = 1 ORDER BY b, a',
  'SELECT * FROM t1, t2 WHERE t1.a = t2.z ORDER BY t1.a',
  'SELECT * FROM t1, t2 WHERE t1.a = t2.z ORDER BY t2.z',
  'SELECT t1.a FROM t1, t2 WHERE t1.b = t2.x ORDER BY t1.b LIMIT 5',
  'SELECT * FROM t1 WHERE b IN (1,2,3) ORDER BY b',
  'SELECT * FROM t1 WHERE b IN (1,2,3) ORDER BY b LIMIT 3',
  "SELECT * FROM t1 WHERE c IN ('a','b') ORDER BY d",
  'SELECT b FROM t1 WHERE b > 3 AND d < 5',
  'SELECT count(*) FROM t1 WHERE b > 3 GROUP BY c',
  'SELECT * FROM t1 ORDER BY b NULLS LAST',
  'SELECT * FROM t1 ORDER BY b DESC NULLS FIRST',
  'SELECT * FROM t2 WHERE x IS 5 AND y IS NULL',
  'SELECT * FROM t1 AS u WHERE u.b = 5 AND EXISTS (SELECT 1)',
];

function compareAll(db: BetterSqlite3.Database): void {
  const catalog = loadCatalog(db);
  const differences: string[] = [];
  for (const sql of queries) {
    const expected = oraclePlan(db, sql).filter((line) => !/^S\w+ CONSTANT/.test(line));
    const own = ourPlan(catalog, sql);
    const agrees = own.join('; ') === expected.join('; ');
    if (!agrees) differences.push(`${sql}\n  SQLite: ${expected.join('; ')}\n  ours:   ${own.join('; ')}`);
  }
  expect(differences.join('\n')).toBe('');
}

test('without statistics', () => {
  const db = new BetterSqlite3(':memory:');
  db.exec(schema);
  compareAll(db);
});

test('with statistics', () => {
  const db = new BetterSqlite3(':memory:');
  db.exec(schema);
  db.exec(`
    WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 2000)
    INSERT INTO t1 SELECT i, i % 50, 'c' || (i % 7), i / 3.0, NULL FROM n;
    INSERT INTO t2 SELECT a % 3, 'y' || a, a FROM t1 LIMIT 1000;
    INSERT INTO t3 SELECT 'k' || a, a % 10, a FROM t1 LIMIT 300;
    INSERT INTO t4 SELECT a, a % 4, a % 5 FROM t1 LIMIT 20;
    INSERT INTO t5 SELECT a, b, c FROM t1 LIMIT 100;
    INSERT INTO t6 SELECT c, c, b FROM t1;
    ANALYZE;
    DROP TABLE IF EXISTS sqlite_stat4;
  `);
  const fresh = new BetterSqlite3(db.serialize());
  compareAll(fresh);
});
