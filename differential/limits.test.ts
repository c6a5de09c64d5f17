// SQLite's limits (limits.html): statements at and beyond each, on both engines.
import { compareOutcomes, outcomeOf } from './compare';
import { openOracle, openRinglite } from './engines';

/** `part` for 0 to count - 1, joined. */
const n = (count: number, part: (i: number) => string, separator = ','): string =>
  Array.from({ length: count }, (_, i) => part(i)).join(separator);

const statements: readonly (readonly [name: string, sql: string])[] = [
  ['cols 2000', `create table c2000(${n(2000, (i) => 'c' + i)})`],
  ['cols 2001', `create table c2001(${n(2001, (i) => 'c' + i)})`],
  ['select 2000', `select ${n(2000, () => '1')}`],
  ['select 2001', `select ${n(2001, () => '1')}`],
  ['select * c2000, 1', `select *, 1 from c2000`],
  ['values 2001', `values(${n(2001, () => '1')})`],
  ['group by 2001', `select 1 group by ${n(2001, () => '1')}`],
  ['order by 2001', `select 1 order by ${n(2001, () => '1')}`],
  ['index 2001', `create index ii on c2000(${n(2001, (i) => 'c' + (i % 2000))})`],
  ['set 2001', `update c2000 set ${n(2001, (i) => 'c' + (i % 2000) + '=1')}`],
  ['insert cols 2001', `insert into c2000(${n(2001, (i) => 'c' + (i % 2000))}) values(1)`],
  ['view 2001', `create view v2001 as select *, 1 from c2000`],
  ['use view', `select * from v2001`],
  ['with cols', `with x(${n(2001, (i) => 'c' + i)}) as (select 1) select 1 from x`],
  ['add col to 2000', 'alter table c2000 add x'],
  ['ctas 2001', `create table ctas as select *, 1 from c2000`],
  ['depth 1000', `select ${n(1000, () => '1', '+')}`],
  ['depth 1001', `select ${n(1001, () => '1', '+')}`],
  ['depth 1002', `select ${n(1002, () => '1', '+')}`],
  ['parens 900', `select ${'('.repeat(900)}1${')'.repeat(900)}`],
  ['parens 2500', `select ${'('.repeat(2500)}1${')'.repeat(2500)}`],
  ['case 500', `select ${'case when 1 then '.repeat(500)}1${' end'.repeat(500)}`],
  ['in select 500', `select ${'1 in (select '.repeat(500)}1${')'.repeat(500)}`],
  ['rows 999', `select ${'(1,'.repeat(999)}1${')'.repeat(999)}`],
  ['from parens 1000', `select 1 from ${'('.repeat(1000)}c2000${')'.repeat(1000)}`],
  ['collate 1001', `select 1${' collate nocase'.repeat(1001)}`],
  ['join 500', `select 1 from c2000${' join c2000'.repeat(500)}`],
  ['parens 2600', `select ${'('.repeat(2600)}1${')'.repeat(2600)}`],
  ['not 1001', `select ${'not '.repeat(1001)}1`],
  ['minus 1001', `select ${'- '.repeat(1001)}a from c2000`],
  ['and 1001', `select 1 where ${n(1001, () => '1', ' and ')}`],
  ['concat 1001', `select ${n(1002, () => "'a'", '||')}`],
  ['compound 500', n(500, (i) => 'select ' + i, ' union all ')],
  ['compound 501', n(501, (i) => 'select ' + i, ' union all ')],
  ['union 501', n(501, (i) => 'select ' + i, ' union ')],
  ['values rows 600', `values ${n(600, () => '(1)')}`],
  ['values in compound', `select 1 union all values ${n(600, () => '(1)')}`],
  ['args 1000', `select max(${n(1000, (i) => '' + i)})`],
  ['args 1001', `select max(${n(1001, (i) => '' + i)})`],
  ['coalesce 1001', `select coalesce(${n(1001, (i) => '' + i)})`],
  ['unknown 1001', `select nope(${n(1001, (i) => '' + i)})`],
  ['in 5000', `select 1 in (${n(5000, (i) => '' + i)})`],
  ['like 50000', `select 'a' like '${'a'.repeat(50000)}'`],
  ['like 50001', `select 'a' like '${'a'.repeat(50001)}'`],
  ['glob 50001', `select 'a' glob '${'a'.repeat(50001)}'`],
  ['like short 50001', `select '' like '${'%'.repeat(50001)}'`],
  ['case 2000', `select case ${n(2000, (i) => `when ${i} then ${i}`, ' ')} end`],
  ['nested from 120', `select * from ${'(select * from '.repeat(120)}c2000${')'.repeat(120)}`],
  ['tables 64', `select 1 from ${n(64, (i) => `c2000 t${i}`)} where t0.c0=1`],
  ['tables 65', `select 1 from ${n(65, (i) => `c2000 t${i}`)}`],
  ['tables 65 view', `select count(*) from ${n(65, (i) => `(select 1) t${i}`)}`],
  ['join 65', `delete from c2000 where c0 in (select 1 from ${n(65, (i) => `c2000 t${i}`)})`],
  ['params 32766', `select ?32766`],
  ['params many', `select 1 in (${n(32767, () => '?')})`],
  ['trigger', `create trigger tr after insert on c2000 begin ${n(600, () => 'select 1;', ' ')} end`],
  ['blob too big', `select length(zeroblob(1000000001))`],
  ['repeat', `select length(replace(hex(zeroblob(30000)),'0','${'x'.repeat(20000)}'))`],
  ['printf width', `select length(printf('%1000000001d',1))`],
  ['long name', `select 1 as "${'n'.repeat(100000)}"`],
  ['exprs in index', `create index ie on c2000(${n(1002, () => '1', '+')})`],
  ['check depth', `create table ckd(a check(${n(1002, () => 'a', '+')}))`],
  ['default depth', `create table dd(a default (${n(1002, () => '1', '+')}))`],
  ['cte 300', `with ${n(300, (i) => `t${i} as (select ${i ? `* from t${i - 1}` : '1'})`)} select * from t299`],
];

test("limits are SQLite's", () => {
  const [ours, oracle] = [openRinglite(':memory:'), openOracle(':memory:')];
  const differences: unknown[] = [];
  for (const [name, sql] of statements) {
    const [mine, theirs] = [outcomeOf(ours, sql), outcomeOf(oracle, sql)];
    if (compareOutcomes(mine, theirs) !== undefined) differences.push({ name, ours: mine.error, oracle: theirs.error });
  }
  expect(differences).toEqual([]);
  ours.close();
  oracle.close();
});
