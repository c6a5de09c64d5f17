/**
 * Names, columns and messages as SQLite gives them: each statement is prepared by better-sqlite3 and bound here; result
 * column names, origins and declared types, or the error message, must be equal.
 */
import BetterSqlite3 from 'better-sqlite3';
import { Catalog } from '../catalog/catalog';
import { SchemaRows } from '../catalog/schema-rows';
import type { DatabaseSource, SchemaRow } from '../catalog/source';
import { CodegenContext } from './context';
import { codeQuery } from './select';
import { SqlError } from '../syntax/sql-error';
import { parseStatement } from '../syntax/parser';
import { Binder } from '../resolve/binder';
import { defaultOptions } from '../resolve/options';

const schema = `
create table t1(a integer primary key, b text, c real);
 create table t2(x, y text collate nocase, z int not null, b varchar(10));
 create index i2 on t2(y);

create view v1 as select a, b||'x' as bb, c from t1;
 create view v2(p,q) as select x, y from t2;
 create table t3(a,b,d, primary key(a,b)) without rowid;
 create table t4("weird name", [sel ect]);
 create table abc(a,b,c);

create view v3 as select * from t1 natural join t3;
 create view v4 as select count(*), max(a) from t1;
`;

const statements = `
select x from t1
select t1.x from t1
select main.t1.x from t1
select nope.t1.a from t1
select a from t1, t3
select * from nope
select * from main.nope
select * from foo.nope
select "x" from t1
select "x y" from t1
select f(1)
select abs()
select abs(1,2)
select sum(a) from t1 where sum(a)>1
select a from t1 where sum(a)>1
select a from t1 group by sum(a)
select a from t1 having a>1
select sum(a) from t1 having sum(a)>1
select a, b from t1 order by 3
select a, b from t1 order by 0
select a, b from t1 order by -1
select a from t1 group by 2
select a from t1 group by 0
select a from t1 union select x,y from t2
select a from t1 union all select x,y from t2
select a from t1 except select x,y from t2
select a from t1 union select x from t2 order by q
select a from t1 union select x from t2 order by x
select a+1 from t1 union select x from t2 order by a+1
select a from t1 union select x from t2 order by 2
select (select a,b from t1)
select (select a,b from t1) = 1
select 1 in (select a,b from t1)
select (1,2) in (select a from t1)
select (1,2)
select (1,2) = (1,2,3)
select (1,2) = 3
select (1,2) in ((1,2),(3,4))
select (1,2) in ((1,2,3))
select (1,2) in (1)
select 1 where (1,2)
select * from t1 natural join t2
select * from t1 natural join t3
select a from t1 natural join t3
select * from t1 join t3 using(a)
select * from t1 join t3 using(a,b)
select * from t1 join t3 using(q)
select * from t1 left join t3 using(a)
select * from t1 right join t3 using(a)
select * from t1 full join t3 using(a,b)
select a from t1 full join t3 using(a,b)
select b from t1 join t3 using (a)
select rowid from t1
select rowid, oid, _rowid_ from t1
select rowid from t3
select rowid from t1, t2
select rowid from v1
select t1.rowid from t1,t2
select * from v1
select * from v2
select * from v3
select * from v4
select p from v2
select x from v2
select a as q, q+1 from t1
select a as q from t1 where q>1
select a as q from t1 order by q
select a as q from t1 order by q+1
select a as q from t1 group by q
select count(*) as n from t1 where n>1
select count(*) as n from t1 having n>1
select t1.* from t1
select t9.* from t1
select *
select * from (select 1 as a, 2 as a)
select a from (select 1 as a, 2 as a)
select "a:1" from (select 1 as a, 2 as a)
select * from (select 1, 'x', 2.5, null, x'00')
select * from (select a+1, b from t1)
select A, B from T1
select T1.A, t1."b" from T1
select a aa, b "bb", c 'cc' from t1
select [weird name] from t4
select * from t4
select "weird name"+1 from t4
select a + 1 ,  b   ||  c from t1
select (a), ((b)) from t1
select a /* hi */ , b from t1
select -a, +a, not a from t1
select t1.a from t1 as q
select q.a from t1 as q
select a from t1 q join t1 r on q.a=r.a
select x from (select a as x from t1) where x>1
with c as (select 1 as x) select * from c
with c(a,b) as (select 1 as x) select * from c
with c(a,b) as (select 1,2) select a,b from c
with c as (select * from c) select * from c
with recursive c(n) as (select 1 union all select n+1 from c where n<5) select * from c
with recursive c(n) as (select 1 union all select n+1 from c, c) select * from c
with recursive c(n) as (select 1 union all select n+1 from (select * from c)) select * from c
with recursive c(n) as (select 1 union all select (select n from c) from c) select * from c
with recursive c(n) as (select 1 union all select count(*) from c) select * from c
with c as (select 1), c as (select 2) select * from c
with a as (select * from b), b as (select * from a) select * from a
select * from t1 indexed by nope
select * from t2 indexed by i2
select * from t2 indexed by i2 where y='a'
select * from t1(1)
select count(distinct a,b) from t1
select count(distinct *) from t1
select sum(distinct a) filter (where a>1) from t1
select abs(a) filter (where a) from t1
select max(a,b) filter (where a) from t1
select sum(sum(a)) from t1
select max(count(*)) from t1
select (select sum(t1.a) from t2) from t1
select (select sum(t1.a)) from t1
select a from t1 where (select count(t1.a))
select a from t1 order by count(*)
select a from t1 order by (select count(*) from t2)
select a from t1 limit b
select a from t1 limit 1 offset a
select 1 limit 'a'
select a collate foo from t1
select a from t1 order by b collate bar
select like(1)
select 1 like 2 escape 3
select a regexp b from t1
select a REGEXP b from t1
select true, false, TRUE
select "true"
select 1 is true, 1 is not false
select a is true from t1
select raise(abort,'x')
select likelihood(a, 2) from t1
select likelihood(a, 0.5) from t1
select 9223372036854775807, -9223372036854775808, 9223372036854775808
select 0x7fffffffffffffff, 0xffffffffffffffff
select 0x1ffffffffffffffff
select cast(a as text), cast(a as varchar(10)) from t1
select case a when 1 then 2 else 3 end, case when a then b end from t1
select exists(select 1), not exists(select 1)
select a in (1,2), a not in (1,2), a in () from t1
select a between 1 and 2, a not between 1 and 2 from t1
select current_timestamp, current_date
select * from t1 a, t1 a
select a.a from t1 a, t1 a
select * from t1, (select 2)
select * from (t1)
select * from (t1 join t2 on a=x)
select * from (t1 join t2 on a=x) as j
select t1.a, t2.x from (t1 join t2 on a=x)
select t1.a from t3 left join (t1 join t2 on t1.a=x) on t3.a=t1.a
select * from t3 left join (t1 join t2 on t1.a=x) on t3.a=t1.a
select * from t3 left join (t1 natural join t2) on t3.a=t1.a
select * from t3 left join (t1 join t2 using(b)) using (b)
select t1.b, t2.b, t3.b, b from t3 left join (t1 join t2 using(b)) using (b)
select * from t1 left join t2 on nope=1
select * from t1 left join t2 on t3.a=1 left join t3
select * from t1 join t2 on t3.a=1 join t3
select * from t1 left join t2 on t3.a=1 join t3
values (1,2),(3)
values (1,2),(3,4)
select * from (values (1,2),(3,4))
select column1 from (values (1,2),(3,4))
with x as (values (1,2),(3)) select * from x
select 1 union all values (1),(2)
select a from t1 order by a nulls last, b desc nulls first
select distinct a, b from t1 order by c
select group_concat(b, ',' order by a) from t1
select abs(b order by a) from t1
select sqlite_version()
select sqlite_compileoption_used('x')
select typeof(a), length(b) from t1
select row_number() from t1
select t1.a, (select t1.b) from t1
select (select t1.b) as q, (select x from t2) from t1
select sqlite_master.name from sqlite_master
select name from sqlite_schema
select sqlite_schema.name from sqlite_master
select sqlite_temp_master.name from sqlite_temp_master
select a from t1 union all select z from t2 order by b
select 1 as x union select 2 as y order by y
select a, b from t1 union select y, x from t2 order by t1.a
select a from main.t1 where main.t1.b = 1
select old.a from t1
select a from t1 group by a having count(*) > 1 order by max(b)
select count() from t1
select min() from t1
select min(a), max(a,b) from t1
select group_concat() from t1
select total(*) from t1
select count(*, 1) from t1
select nullif(1), ifnull(1), iif(1), coalesce(1)
select iif(1,2)
select substr('a')
select json('x', 2)
select 'a' -> '$'
select x.y.z.w from t1
select 1 as a, 2 as b order by a, b, a
select abc.a from abc order by abc.b
select * from abc a1 join abc a2 using(a) join abc a3 using(b)
select a1.* from abc a1 natural join abc a2
select * from abc a1 natural left join abc a2 natural left join abc a3
select a from t1 where b = "foo"
select zz from (select 1) group by zz
select unlikely(a), likely(b) from t1
`
  .split('\n')
  .filter((line) => line !== '');

const oracle = new BetterSqlite3(':memory:');
oracle.exec(schema);

function catalogOf(database: BetterSqlite3.Database): Catalog {
  const rows = database
    .prepare('SELECT rowid, type, name, tbl_name AS tableName, rootpage AS rootPage, sql FROM sqlite_master')
    .all() as SchemaRow[];
  const source = (name: string, content: SchemaRow[]): DatabaseSource => ({
    name,
    file: '',
    cookie: 1,
    encoding: 'UTF-8',
    formatNumber: 4,
    rows: new SchemaRows(content),
    statistics: [],
  });
  return new Catalog({ databases: [source('main', rows), source('temp', [])], modules: new Map() });
}

const catalog = catalogOf(oracle);

const shown = (parts: readonly (string | null | undefined)[]): string => parts.map((part) => part ?? '').join('/');

function expected(sql: string): string {
  try {
    const columns = oracle.prepare(sql).columns();
    return columns
      .map(({ name, column, table, database, type }) => shown([name, column, table, database, type]))
      .join('; ');
  } catch (error) {
    return `error: ${(error as Error).message}`;
  }
}

function actual(sql: string): string {
  try {
    const { statement } = parseStatement(sql);
    if (statement?.kind !== 'select') throw new Error('not a query');
    const query = new Binder(catalog, defaultOptions, sql).bindQuery(statement);
    // Some problems only show when the expression is coded.
    const ctx = new CodegenContext(catalog, defaultOptions);
    codeQuery(ctx, query, { kind: 'output' });
    return query.columns
      .map(({ name, origin, declaredType }) =>
        shown([name, origin?.column, origin?.table, origin?.database, declaredType]),
      )
      .join('; ');
  } catch (error) {
    if (!(error instanceof SqlError)) throw error;
    return `error: ${error.message}`;
  }
}

test.each(statements)('%s', (sql) => {
  expect(actual(sql)).toBe(expected(sql));
});
