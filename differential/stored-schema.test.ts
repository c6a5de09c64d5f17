/**
 * Schemas that were in the file before the connection was opened, which connections of a process share: each script runs on real SQLite and on
 * Ringlite, over several connections to one file, and must give the same answers.
 */
import { copyFileSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { openOracle, openRinglite, type Database, type OpenDatabase } from './engines';

/** Rows, the number of changes, or the message. */
function outcome(db: Database, sql: string): unknown {
  try {
    const statement = db.prepare(sql);
    if (!statement.reader) return statement.run().changes;
    const rows = statement.raw().all();
    // SQLite goes through the tables in the order of a hash table.
    return sql.includes('foreign_key_check') ? rows.map((row) => JSON.stringify(row)).sort() : rows;
  } catch (error) {
    return (error as Error).message;
  }
}

/** `open` a connection by number, or `connection: statement`. */
type Script = readonly string[];

/** `isFresh`: the script's statements are the first ones; else one before them has read the schemas. */
function run(open: OpenDatabase, path: string, script: Script, isFresh: boolean): unknown[] {
  const connections = new Map<string, Database>();
  const answers: unknown[] = [];
  for (const line of script) {
    const [number = '', sql = ''] = line.split(/: (.*)/s);
    const db = connections.get(number);
    if (sql === 'close') {
      db?.close();
      connections.delete(number);
    } else {
      const used = db ?? open(path);
      if (db === undefined && !isFresh) outcome(used, 'pragma synchronous = off');
      connections.set(number, used);
      answers.push([line, outcome(used, sql)]);
    }
  }
  for (const db of connections.values()) db.close();
  return answers;
}

let folder = '';
let count = 0;
beforeAll(() => (folder = mkdtempSync(join(tmpdir(), 'ringlite-stored-'))));
afterAll(() => {
  rmSync(folder, { recursive: true });
});

function compare(setup: string, script: Script, isFresh = false): void {
  const path = join(folder, `${String(++count)}.db`);
  const maker = openOracle(path);
  maker.unsafeMode(true);
  maker.pragma('foreign_keys = off');
  maker.exec(setup);
  maker.close();
  const copy = `${path}-copy`;
  copyFileSync(path, copy);
  expect(run(openRinglite, copy, script, isFresh)).toEqual(run(openOracle, path, script, isFresh));
}

const parts = `create table "A b"(id integer primary key, x); create table child(p references "a B" on delete cascade, q references other);
  create table "größe"(id text primary key, "naïve" text); create index "größe 2" on "größe"("naïve");
  create index part on child(q) where q > 5; create view w as select x from "A b"; create view v as select * from w;
  create table log(t); create trigger tr after insert on "A B" begin insert into log values (new.x); end;
  insert into "a b" values (1, 'one'), (2, 'two'); insert into child values (1, null), (2, null), (2, null);`;

const everything = 'select type, name, tbl_name, sql from sqlite_schema order by rowid';

const changes = [
  'select * from v',
  'begin',
  'drop view v',
  'alter table child rename to kid',
  'drop table "größe"',
  'create table v(a)',
  everything,
  'rollback',
  'select * from v',
  'select * from "GRÖSSE"',
  'select "naïve" from "GRößE"',
  'select * from "größe" indexed by "GRößE 2"',
  'drop index sqlite_autoindex_größe_1',
  'drop index "GRößE 2"',
  'delete from "A B" where id = 2',
  'select * from child where q > 7',
  'select * from child',
  `insert into "a b" values (3, 'three')`,
  'select * from log',
  'alter table "a b" rename column x to "x y"',
  everything,
  'drop trigger TR',
  'alter table "a b" rename to renamed',
  everything,
  'select * from v',
  'drop table child',
  'create table child(p)',
  'create index part on child(p)',
  everything,
  'drop view w',
  'select * from v',
  'drop table renamed',
  'select schema, name, type, ncol from pragma_table_list order by schema, name',
  'pragma integrity_check',
];

test.each(['UTF-8', 'UTF-16le', 'UTF-16be'])('in %s is found, changed and undone part by part', (encoding) => {
  compare(`pragma encoding = '${encoding}'; ${parts}`, [
    '1: select * from v',
    '2: select * from log',
    ...changes.map((sql) => `2: ${sql}`),
    // The first connection has the schema of another time, and the third one none at all.
    `1: ${everything}`,
    `3: ${everything}`,
    '1: insert into child values (7)',
    '3: insert into child values (8)',
    '1: create table "A b"(y)',
    '2: create table child2(p references "A b"(y))',
    '3: drop table "a b"',
    '1: select * from child2',
    `2: ${everything}`,
  ]);
});

/** Edits that don't change the cookie: who reads the schema afterwards must see them, though another connection has shared the old one. */
test.each(['delete', 'wal'])('edited by hand is what the next connection sees (%s)', (mode) => {
  const long = `/* ${'long '.repeat(3000)}*/`;
  const edit = (from: string, to: string): string => `update sqlite_schema set sql = replace(sql, '${from}', '${to}')`;
  compare(
    `pragma journal_mode = ${mode}; create table t(a, ${long} b_first, c); create table u(a);
     ${Array.from({ length: 200 }, (_, i) => `create table filler${String(i)}(a, b default '${'x'.repeat(100)}')`).join(';')}`,
    [
      '1: select b_first from t',
      '2: select b_first from t',
      '1: insert into u values (1)',
      '3: select b_first from t',
      '3: pragma writable_schema = 1',
      `3: ${edit('b_first', 'other_b')}`,
      '1: select b_first from t',
      '4: select other_b from t',
      '4: select b_first from t',
      '5: begin',
      '5: select * from u',
      `3: ${edit('other_b', 'third_b')}`,
      '5: select other_b from t',
      '6: select third_b from t',
      '5: select other_b from t',
      '6: select b from filler150',
      '3: update sqlite_schema set tbl_name = lower(tbl_name)',
      `3: ${edit('b default', 'c default')}`,
      '7: select c from filler150',
      '7: select b from filler150',
    ].filter((line) => mode === 'wal' || !line.startsWith('5:')),
  );
});

test('of many tables is changed by one connection while others use it', () => {
  const tables = Array.from(
    { length: 300 },
    (_, i) =>
      `create table t${String(i)}(id integer primary key, p references t${String(i >> 3)}); create index i${String(i)} on t${String(i)}(p)`,
  ).join(';');
  const script = Array.from({ length: 25 }, (_, i) => {
    const [a, b] = [`${String(i % 3)}: `, `${String((i + 1) % 3)}: `];
    const n = String(i * 7);
    return [
      `${a}alter table t${n} rename to s${n}`,
      `${b}insert into s${n} values (${n}, null)`,
      `${b}select sql from sqlite_schema where sql like '%s${n}%'`,
      `${a}delete from s${n} where id = ${n}`,
      `${b}drop table s${n}`,
      `${a}select count(*) from sqlite_schema`,
    ];
  }).flat();
  compare(tables, [...script, '4: pragma foreign_key_check', '4: pragma integrity_check']);
});

test('foreign keys are checked table by table, whatever has changed', () => {
  const check = ['pragma foreign_key_check', 'select * from pragma_foreign_key_check', 'pragma main.foreign_key_check'];
  compare(
    `create table p(id integer primary key, a unique, b); create table c1(x references p, y references p(a));
     create table c2(k primary key, x references p(a) on delete cascade, z /* references comment */) without rowid;
     create table c3(x references gone, y references p(a)); create table c4(note text default 'references p'); create view w as select 1 as id;
     create table "c""5'"(x references p(a), foreign key (x, x) references p(a, b)); create unique index pab on p(a, b);
     create table empty(x references p(a)); insert into p values (1, 'one', 1), (2, 'two', 2); insert into c4 values ('none');`,
    [
      ...check.map((sql) => `1: ${sql}`),
      '1: pragma foreign_keys = off',
      `1: insert into c1 values (1, 'one'), (3, 'two'), (null, 'three'), (4, 'four')`,
      ...check.map((sql) => `1: ${sql}`),
      `1: insert into c2 values ('k', 'none', 1), ('l', 'one', 2)`,
      `1: insert into c3 values (null, null), (7, 'two')`,
      `1: insert into "c""5'" values ('one'), (null), ('two'), ('five')`,
      ...check.map((sql) => `1: ${sql}`),
      `1: select "table", count(*) from pragma_foreign_key_check where parent = 'p' group by 1`,
      `1: select * from pragma_foreign_key_check('c1'), pragma_foreign_key_check('c2', 'main')`,
      '2: select count(*) from sqlite_schema',
      '2: pragma foreign_key_check',
      '2: begin',
      '2: pragma foreign_keys = off',
      '2: delete from c1',
      '2: select count(*) from sqlite_schema',
      '2: pragma foreign_key_check',
      '2: drop table p',
      '2: select count(*) from sqlite_schema',
      '2: pragma foreign_key_check',
      '2: rollback',
      '2: select count(*) from sqlite_schema',
      '2: pragma foreign_key_check',
      // The parent key goes, and comes again; the empty table counts too.
      '1: drop index pab',
      ...check.map((sql) => `1: ${sql}`),
      '2: select count(*) from sqlite_schema',
      '2: pragma foreign_key_check',
      '1: create unique index pab on p(b, a)',
      ...check.map((sql) => `1: ${sql}`),
      `1: attach ':memory:' as more`,
      '1: create table more.child(x references p)',
      '1: create table more.p(id integer primary key)',
      '1: insert into more.child values (1)',
      '1: pragma more.foreign_key_check',
      '1: pragma temp.foreign_key_check',
      '1: create temp table child(x references p)',
      '1: insert into child values (1)',
      '1: pragma temp.foreign_key_check',
      '1: pragma foreign_key_check',
      '1: alter table p rename column a to aa',
      '1: alter table p rename to parents',
      '1: pragma foreign_key_check',
      '2: select count(*) from sqlite_schema',
      '2: pragma foreign_key_check',
      '1: drop table c1',
      '1: create table c1(x references w)',
      '1: pragma foreign_key_check',
      '2: select count(*) from sqlite_schema',
      '2: pragma foreign_key_check',
      '1: drop view w',
      '1: create table w(id)',
      '2: select count(*) from sqlite_schema',
      '2: pragma foreign_key_check',
      '1: drop table w',
      '1: insert into c1 values (5)',
      '2: select count(*) from sqlite_schema',
      '2: pragma foreign_key_check',
    ],
  );
});

/** What is wrong with one row, by the edit that made it so. */
const edits = [
  `rootpage = null where name = 'u'`,
  `rootpage = 99 where name = 'u'`,
  `rootpage = 0 where name = 'u'`,
  `rootpage = 1 where name = 'u'`,
  `rootpage = -1 where name = 'u'`,
  `rootpage = '5' where name = 'u'`,
  `rootpage = 99 where name = 'i'`,
  `rootpage = 0 where name = 'i'`,
  `rootpage = 3 where name = 'i'`,
  `rootpage = 'abc' where name = 'i'`,
  `rootpage = 0 where name like 'sqlite_auto%'`,
  `rootpage = 4 where name like 'sqlite_auto%'`,
  `rootpage = 5 where name = 'v'`,
  `rootpage = 500 where name = 'g'`,
  `rootpage = null where name = 'g'`,
  `sql = null where name = 'u'`,
  `sql = '' where name = 'u'`,
  `sql = 'drop table u' where name = 'u'`,
  `sql = 'create table' where name = 'u'`,
  `sql = 'create table u(' where name = 'u'`,
  `sql = 'create table w(x)' where name = 'u'`,
  `sql = 'create table u as select 1' where name = 'u'`,
  `sql = 'create table main.u(x)' where name = 'u'`,
  `sql = 'create table if not exists u(x)' where name = 'u'`,
  `sql = 'create view u as select 1' where name = 'u'`,
  `sql = 'create table u(x) foo' where name = 'u'`,
  `sql = 'create table u(x); create table w(x)' where name = 'u'`,
  `sql = 'create table u(x) -- comment' where name = 'u'`,
  `sql = 'CREATE/**/TABLE"u"(x)' where name = 'u'`,
  `type = 'index' where name = 'u'`,
  `type = 'tablex' where name = 'u'`,
  `type = 'TABLE' where name = 'u'`,
  `type = null where name = 'u'`,
  `name = 'w' where name = 'u'`,
  `name = 'U' where name = 'u'`,
  `name = null where name = 'u'`,
  `name = null, sql = null where name = 'u'`,
  `tbl_name = 'w' where name = 'u'`,
  `tbl_name = null where name = 'u'`,
  `tbl_name = 'u' where name = 'i'`,
  `tbl_name = 'u' where name = 'g'`,
  `name = 't' where name = 'u'`,
  `name = 't', sql = 'create table t(x)', tbl_name = 't' where name = 'u'`,
  `sql = 'create index i on u(x)' where name = 'i'`,
  `sql = 'create index i on u(x)', tbl_name = 'u' where name = 'i'`,
  `sql = 'create index i on nope(x)', tbl_name = 'nope' where name = 'i'`,
  `sql = 'create index j on t(b)' where name = 'i'`,
  `sql = 'create view v as select * from nope' where name = 'v'`,
  `sql = 'create trigger g after insert on nope begin select 1; end', tbl_name = 'nope' where name = 'g'`,
  `sql = 'create trigger g after update of nope on t begin select 1; end' where name = 'g'`,
  `sql = 'create trigger h after insert on t begin select 1; end' where name = 'g'`,
  `rowid = 100 where name = 't'`,
].map((edit) => `update sqlite_schema set ${edit}`);

test.each([
  ...edits,
  `delete from sqlite_schema where name = 't'`,
  `delete from sqlite_schema where name like 'sqlite_auto%'`,
  `insert into sqlite_schema values ('index', 'sqlite_autoindex_t_2', 't', 4, null)`,
  `insert into sqlite_schema values ('foo', 'bar', 't', 4, null)`,
  `insert into sqlite_schema values ('table', 'x', 'x', 0, 'create virtual table x using nope')`,
  `insert into sqlite_schema values (null, null, null, null, null)`,
  `insert into sqlite_schema values (null, null, null, 0, null)`,
])('that is malformed is what the first statement reports: %s', (edit) => {
  compare(
    `create table t(a unique, b); create index i on t(b); create view v as select 1; create trigger g after insert on t begin select 1; end;
     create table u(x); pragma writable_schema = on; ${edit}`,
    [
      '1: select count(*) from t',
      '1: begin',
      '1: pragma user_version',
      '1: pragma page_count',
      '1: commit',
      '1: insert into t values (1, 2)',
      '1: create temp table own(a)',
      '1: pragma table_info(t)',
      '1: drop table if exists nothing',
      '2: select * from temp.sqlite_schema',
      '2: insert into u values (1)',
      '3: analyze',
      `3: attach ':memory:' as more`,
      '3: create temp view own as select 1',
    ],
  );
});

test('the first statements on a malformed schema: what doesn’t need a schema, and queries until one was read', () => {
  const firsts = [
    'SELECT 1',
    '/* so */ VALUES (1) -- and so',
    'WITH x AS (SELECT 1) SELECT * FROM x',
    'EXPLAIN SELECT 1',
    'PRAGMA user_version',
    'PRAGMA cache_size',
    'PRAGMA foreign_keys',
    'PRAGMA encoding',
    `PRAGMA encoding = 'UTF-16'`,
    'BEGIN',
    'SAVEPOINT s',
    'VACUUM',
    'REINDEX',
    'DETACH y',
    'CREATE TEMP TABLE x (a)',
  ];
  compare(
    `CREATE TABLE t (a); PRAGMA writable_schema = on; UPDATE sqlite_schema SET sql = 'create tabl t(a)';`,
    firsts.flatMap((first, i) => [`${i}: ${first}`, `${i}: SELECT 1`, `${i}: SELECT 2`]),
    true,
  );
});

test('an encoding is checked until a schema was read', () => {
  compare(
    'CREATE TABLE t (a)',
    [
      '1: PRAGMA encoding = bogus',
      `1: PRAGMA encoding = 'UTF-16le'`,
      '1: PRAGMA encoding = bogus',
      '1: SELECT * FROM t',
      '1: PRAGMA encoding = bogus',
      '1: PRAGMA encoding',
    ],
    true,
  );
});
