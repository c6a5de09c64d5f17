/**
 * The catalog against real SQLite: what the pragmas say about tables built there must be what the catalog builds from the same rows, and
 * refused definitions must be refused with the same message.
 */
import BetterSqlite3 from 'better-sqlite3';
import { parseStatement } from '../syntax/parser';
import { SqlError } from '../syntax/sql-error';
import { Catalog, emptyDatabaseSource } from './catalog';
import type { Column, Table } from './schema';
import { SchemaRows } from './schema-rows';
import type { SchemaRow, StatisticsRow } from './source';
import { buildTable } from './table-builder';

type Row = Record<string, unknown>;

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

function hiddenKind({ hidden, generated }: Column): number {
  if (hidden) return 1;
  return generated === null ? 0 : generated.stored ? 3 : 2;
}

function describeColumns(table: Table): Row[] {
  return table.columns.map((column) => ({
    cid: column.number,
    name: column.name,
    type: column.declaredType,
    notnull: column.notNull === null ? 0 : 1,
    dflt_value: column.defaultSql,
    pk: column.primaryKeyPosition,
    hidden: hiddenKind(column),
  }));
}

function describeIndexes(table: Table): Row[] {
  return table.indexes.map((index, seq) => ({
    seq,
    name: index.name,
    unique: index.unique ? 1 : 0,
    origin: index.origin,
    partial: index.where === null ? 0 : 1,
  }));
}

function describeIndexColumns(table: Table): unknown {
  return table.indexes.map((index) =>
    index.columns.map(({ column, writtenCollation, descending }, seqno) => ({
      seqno,
      cid: column,
      name: column >= 0 ? table.columns[column]?.name : null,
      desc: descending ? 1 : 0,
      coll: writtenCollation,
      key: seqno < index.keyColumnCount ? 1 : 0,
    })),
  );
}

const actions = {
  noAction: 'NO ACTION',
  setNull: 'SET NULL',
  setDefault: 'SET DEFAULT',
  cascade: 'CASCADE',
  restrict: 'RESTRICT',
};

function describeForeignKeys(table: Table): Row[] {
  return table.foreignKeys.flatMap((key) =>
    key.columns.map((column, seq) => ({
      id: key.id,
      seq,
      table: key.parentName,
      from: table.columns[column]?.name,
      to: key.parentColumns?.[seq] ?? null,
      on_update: actions[key.onUpdate],
      on_delete: actions[key.onDelete],
      match: 'NONE',
    })),
  );
}

const definitions: readonly string[] = [
  'create table t (a, b INT, c varchar(10), d "my type", e integer, f Real, g any, h blob, i floating point, j charint)',
  'create table t (a integer primary key, b text not null)',
  'create table t (a integer primary key desc, b)',
  'create table t (a int primary key, b)',
  'create table t (a integer primary key autoincrement)',
  'create table t (a INTEGER, b, primary key (a))',
  'create table t (a INTEGER, b, primary key (a desc))',
  "create table t (a integer, b, primary key ('a'))",
  'create table t (a unique, b primary key collate nocase, c unique not null, unique (a), unique (c, a), unique (b collate binary))',
  'create table t (a collate nocase unique, b unique on conflict replace, c unique, unique (a collate rtrim) on conflict replace)',
  'create table t (a, b, primary key (b, a), unique (b, a), unique (a, b))',
  'create table t (a, b, unique (b), primary key (b))',
  'create table t (a primary key, b) without rowid',
  'create table t (a integer primary key, b unique, c) without rowid',
  'create table t (a, b, c, primary key (c, a, c), unique (b, a)) without rowid',
  'create table t (a, b, c, d as (a), e as (b) stored, primary key (b desc, a collate nocase)) without rowid',
  'create table t (a unique, b, c, primary key (b, c collate nocase, c)) without rowid',
  'create table t (a int primary key, b any, c text) strict',
  'create table t (a int, b any, c text, primary key (c, b)) strict, without rowid',
  "create table t (a default 1, b default -5, c default (1 + 2), d default 'x', e default abc, f default \"q\", g default current_time, h default true, i default + 3, j default null, k default x'00')",
  'create table t (a, b generated always as (a + 1) stored, c int as (a * 2) virtual not null, d as (b))',
  'create table t (a int not null on conflict ignore, b not null default 3 unique)',
  'create table t (a references u, b references u (x) on delete cascade on update set null, c, foreign key (a, b) references v (x, y) on delete restrict deferrable initially deferred, foreign key (c) references w on update set default)',
  'create table t (a constraint x check (a > 0), b, check (a < b), constraint y check (b))',
  'create table "t" ("a b" integer primary key, [c d] text, `e`)',
  'create table t (a, b, c); create index i1 on t (b); create unique index i2 on t (c desc, a collate nocase); create index i3 on t (a + b, c) where b > 0; create index i4 on t (lower(a) collate nocase desc)',
  'create table t (a primary key, b, c) without rowid; create index i1 on t (b); create unique index i2 on t (c, a); create index i3 on t (b, a collate nocase)',
];

describe('catalog', () => {
  it.each(definitions)('reads %s', (sql) => {
    const db = new BetterSqlite3(':memory:');
    db.exec(sql);
    const table = loadCatalog(db).findRelation('T', null);
    if (table?.kind !== 'table') throw new Error('t is not there');
    expect(describeColumns(table)).toEqual(db.pragma('table_xinfo(t)'));
    expect(describeIndexes(table)).toEqual(db.pragma('index_list(t)'));
    expect(describeIndexColumns(table)).toEqual(table.indexes.map(({ name }) => db.pragma(`index_xinfo("${name}")`)));
    expect(describeForeignKeys(table)).toEqual(db.pragma('foreign_key_list(t)'));
    const roots = db.prepare("select name, rootpage from sqlite_schema where type = 'index' order by name").all();
    const ours = table.indexes
      .filter(({ isTable }) => !isTable)
      .map(({ name, rootPage }) => ({ name, rootpage: rootPage }));
    expect(ours.sort((x, y) => (x.name < y.name ? -1 : 1))).toEqual(roots);
  });

  it.each([
    'create table t (a, A)',
    'create table t (a primary key, b primary key)',
    'create table t (a primary key, b, primary key (b))',
    'create table t (a text primary key autoincrement)',
    'create table t (a integer, b, primary key (a, b autoincrement))',
    'create table t (a int primary key desc autoincrement)',
    'create table t (a, b default (a))',
    'create table t (a default (?1))',
    'create table t (a default ((select 1)))',
    'create table t (a default ("x"))',
    'create table t (a as (1) default 2)',
    'create table t (a default 2 as (1))',
    'create table t (a as (1) foo)',
    'create table t (a as (1) primary key, b)',
    'create table t (b, a as (1), primary key (a))',
    'create table t (a as (1))',
    'create table t (a collate foo)',
    'create table t (a, unique (a collate foo))',
    'create table t (a, unique (b))',
    'create table t (a, unique (a + 1))',
    'create table t (a, primary key (b))',
    'create table t (a, unique (a nulls first))',
    'create table t (a unique on conflict ignore, unique (a) on conflict fail)',
    'create table t (a references u (x, y))',
    'create table t (a, foreign key (a) references u (x, y))',
    'create table t (a, foreign key (b) references u)',
    'create table t (a) strict',
    'create table t (a foo) strict',
    'create table t (a int) without rowid',
    'create table t (a integer primary key autoincrement) without rowid',
    'create table t (a, rowid, unique (rowid))',
    'create table t (a, constraint c unique (a) on conflict replace)',
  ])('judges %s as SQLite does', (sql) => {
    const db = new BetterSqlite3(':memory:');
    let wanted = '';
    try {
      db.prepare(sql);
    } catch (error) {
      wanted = `${(error as { code: string }).code} ${(error as Error).message}`;
    }
    const { statement } = parseStatement(sql);
    if (statement?.kind !== 'createTable') throw new Error('not a table');
    const database = loadCatalog(db).databases[0];
    if (database === undefined) throw new Error('no database');
    let actual = '';
    try {
      buildTable({ statement, database, rootPage: 2, sql, isStored: false });
    } catch (error) {
      if (!(error instanceof SqlError)) throw error;
      actual = `${error.code} ${error.message}`;
    }
    expect(actual).toBe(wanted);
  });

  it('reads statistics', () => {
    const db = new BetterSqlite3(':memory:');
    db.exec('create table t (a, b); create index i on t (a, b); create table u (x)');
    const insert = db.prepare('insert into t values (?, ?)');
    for (let i = 0; i < 100; i++) insert.run(i % 5, i % 20);
    db.exec('insert into u select a from t; analyze');
    const catalog = loadCatalog(db);
    const table = catalog.findRelation('t', null) as Table;
    expect(table.estimatedRows).toBe(100);
    expect(table.indexes[0]?.statistics).toMatchObject({ exact: true, rows: 100, rowsPerPrefix: [20, 5] });
    expect((catalog.findRelation('u', 'main') as Table).estimatedRows).toBe(100);
  });

  it('finds names in temp, main and attached databases in this order', () => {
    const row = (name: string, i: number): SchemaRow => ({
      rowid: i + 1,
      type: 'table',
      name,
      tableName: name,
      rootPage: 2,
      sql: `CREATE TABLE ${name}(a)`,
    });
    const named = (name: string, tables: string[]) => ({
      ...emptyDatabaseSource(name),
      rows: new SchemaRows(tables.map(row)),
    });
    const source = {
      databases: [named('main', ['a', 'b']), named('temp', ['b']), named('aux', ['a', 'b', 'c'])],
      modules: new Map(),
    };
    const catalog = new Catalog(source);
    const home = (name: string, database: string | null = null) => catalog.findRelation(name, database)?.database.name;
    expect([
      home('A'),
      home('b'),
      home('c'),
      home('b', 'MAIN'),
      home('a', 'aux'),
      home('a', 'temp'),
      home('d'),
    ]).toEqual(['main', 'temp', 'aux', 'main', 'aux', undefined, undefined]);
    expect([
      home('sqlite_schema'),
      home('sqlite_master', 'temp'),
      home('sqlite_temp_schema'),
      home('sqlite_schema', 'aux'),
    ]).toEqual(['main', 'temp', 'temp', 'aux']);
    const next = new Catalog(
      { ...source, databases: [source.databases[0]!, named('temp', []), source.databases[2]!] },
      catalog,
    );
    expect(next.databases[0]).toBe(catalog.databases[0]);
    expect(next.findRelation('b', null)?.database.name).toBe('main');
  });

  it("reports malformed rows in SQLite's words", () => {
    const rows: SchemaRow[] = [
      { rowid: 1, type: 'table', name: 't', tableName: 't', rootPage: 2, sql: 'CREATE TABLE t(a,)' },
      { rowid: 2, type: 'table', name: 'u', tableName: 'u', rootPage: null, sql: 'CREATE TABLE u(a)' },
      { rowid: 3, type: 'index', name: 'i', tableName: 'v', rootPage: 3, sql: null },
      { rowid: 4, type: 'table', name: 'v', tableName: 'v', rootPage: 4, sql: 'CREATE TABLE v(a)' },
    ];
    const catalog = new Catalog({
      databases: [{ ...emptyDatabaseSource('main'), rows: new SchemaRows(rows) }, emptyDatabaseSource('temp')],
      modules: new Map(),
    });
    expect(() => catalog.findRelation('t', null)).toThrow('malformed database schema (t) - near ")": syntax error');
    expect(() => catalog.findRelation('u', null)).toThrow('malformed database schema (u)');
    expect(() => catalog.findIndex('i', null)).toThrow('malformed database schema (i) - orphan index');
  });
});
