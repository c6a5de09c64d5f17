/**
 * Acceptance and messages of the parser against real SQLite: every statement here, and seeded mutations of them, must be accepted or
 * refused alike, with the same message.
 */
import BetterSqlite3 from 'better-sqlite3';
import { parseStatement } from './parser';
import { SqlError } from './sql-error';
import { keywordList } from './token';

const oracle = new BetterSqlite3(':memory:');
oracle.exec('create table s (a, b, c)');

/** SQLite's errors that its parser raises; every other error means that the text is grammatical. */
const syntaxErrors =
  /syntax error|^incomplete input|^unrecognized token|^variable number must|^too many SQL variables|^unknown join type|^unknown table option|^all VALUES must|clause should come|^a JOIN clause is required|^duplicate WITH table|^unsupported frame|columns assigned|^DISTINCT is not supported for window|^the (NOT INDEXED|INDEXED BY) clause|^qualified table names|^cannot use RETURNING/;

/** The message of SQLite's parser; '' when it accepts the text, perhaps with an error of another kind. */
function expected(sql: string): string {
  const message = oracleMessage(sql);
  return syntaxErrors.test(message) ? message : '';
}

function oracleMessage(sql: string): string {
  try {
    oracle.prepare(sql);
    return '';
  } catch (error) {
    return (error as Error).message;
  }
}

/** CREATE and ALTER look at the schema while they are parsed: an error of that kind hides syntax errors behind it. */
function hidesSyntax(sql: string, message: string): boolean {
  return (
    message !== '' && !syntaxErrors.test(message) && /^\W*(explain\s+(query\s+plan\s+)?)?(create|alter)/i.test(sql)
  );
}

function actual(sql: string): string {
  try {
    parseStatement(sql);
    return '';
  } catch (error) {
    if (error instanceof SqlError) return error.message;
    throw error;
  }
}

const statements: readonly string[] = [
  'select',
  'select 1',
  'select a, t.*, main.t.a as "x y" from main.t as t, (select 1) b where a = ?1 group by 1 having count(*) > 1 order by 1 desc nulls last limit 1 offset 2',
  'select distinct a from t left outer join u on t.a = u.b natural join v cross join w using (a, b) limit 5, 6',
  "select 'a'.b, [x y], `q`, \"d\", x'00ff', 1.5e10, .5, 0x1F, 1_000, :a, @b, $c, ?",
  'select case a when 1 then 2 else 3 end, case when a then b end, cast(a as varchar(10, 2)), exists (select 1), not a, -a, ~a',
  "select a like b escape 'x', a not glob b, a in (1, 2), a not in (select 1), a in t, a in main.t, a in f(1), a is not null, a isnull, a notnull, a not null",
  'select a between 1 and 2 and b, a is distinct from b, a is not distinct from b, a -> b ->> c, (a, b) = (1, 2), a collate nocase',
  'select sum(a) filter (where b) over (partition by c order by d rows between 1 preceding and current row exclude ties), count(*) over w from t window w as (order by a)',
  'select f(distinct a, b order by c desc), f(*), f(), replace(a, b, c), raise(ignore), current_timestamp from t indexed by i, u not indexed',
  'with recursive a(x, y) as materialized (select 1 union all select 2), b as not materialized (values (1, 2), (3, 4)) select * from a except select * from b intersect select 1, 2',
  'values (1, 2), (3, 4)',
  'select * from (t join u) as x, (v), f(1, 2) as g, main.h(3)',
  'insert or replace into main.t as x (a, b) values (1, 2) on conflict (a) where b do update set a = excluded.a, (b, c) = (1, 2) where d on conflict do nothing returning *, a as b',
  'replace into t select * from u where true on conflict do nothing',
  'insert into t default values returning a',
  'update or ignore t as x indexed by i set a = 1, (b, c) = (select 1, 2) from u join v on 1 where a returning a order by b limit 3',
  'with a as (select 1) delete from t not indexed where a returning * limit 1',
  "create temp table if not exists t (a integer primary key desc on conflict replace autoincrement, b text not null default 'x' collate nocase unique, c check (c > 0) references u (x) on delete set null on update cascade match full deferrable initially deferred, d generated always as (a + 1) stored, e default (1 + 2), f default -5 null, constraint k unique (a, b desc), unique (a collate nocase) on conflict fail check (a), foreign key (a, b) references v not deferrable) without rowid, strict",
  'create table main.t as select 1',
  'create unique index if not exists main.i on s (a collate nocase desc, b + 1) where c is not null',
  'create temporary view if not exists v (a, b) as select 1, 2',
  'create trigger if not exists tr after update of a, b on s for each row when new.a begin insert into t values (1); select 1; update t set a = 1 where b; delete from t; end',
  'create virtual table v using fts5(a, b = (c, d), tokenize = "x")',
  'drop table if exists main.t',
  'drop index i',
  'drop view v',
  'drop trigger if exists tr',
  'alter table t rename to u',
  'alter table t rename column a to b',
  'alter table t add column a int not null default 5',
  'alter table t add constraint c check (a > 0)',
  'alter table t drop constraint c',
  'alter table t alter column a set not null on conflict ignore',
  'alter table t alter a drop not null',
  'alter table t drop column a',
  'begin exclusive transaction x',
  'commit transaction',
  'end',
  'rollback transaction to savepoint a',
  'savepoint a',
  'release savepoint a',
  "attach database 'x' as y key 'z'",
  'detach database y',
  'pragma main.table_info(t)',
  'pragma foreign_keys = on',
  'pragma cache_size = -2000',
  'pragma x = default',
  'vacuum main into ?',
  'reindex main.i',
  'analyze main.t',
  'explain query plan select 1',
  'explain select 1',
];

const words: readonly string[] = [
  ...keywordList,
  ...'( ) , . * + - / % || -> ->> & | ~ << >> < <= > >= = == != <> ;'.split(' '),
  ...[
    'a',
    't',
    '"q"',
    "'s'",
    '[b]',
    '1',
    '2.5',
    "x'ab'",
    '?',
    '?3',
    ':p',
    '1_0',
    '0x1',
    '--c\n',
    '/*c*/',
    '#1',
    '!',
    '{',
    '$',
  ],
];

/** A small linear congruential generator, so that a failure repeats by its seed. */
function generator(seed: number): (limit: number) => number {
  let state = seed >>> 0;
  return (limit) => {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
    return Math.floor((state / 2 ** 32) * limit);
  };
}

function splitTokens(sql: string): string[] {
  return sql.match(/'[^']*'|"[^"]*"|\[[^\]]*\]|`[^`]*`|[\w$?:@#.]*\w|->>?|[<>=!|]{2}|\S/g) ?? [];
}

function mutate(tokens: readonly string[], random: (limit: number) => number): string {
  const result = [...tokens];
  const count = 1 + random(2);
  for (let i = 0; i < count; i++) {
    const at = random(result.length + 1);
    const word = words[random(words.length)] as string;
    switch (random(4)) {
      case 0:
        result.splice(at, 1);
        break;
      case 1:
        result.splice(at, 1, word);
        break;
      case 2:
        result.splice(at, 0, word);
        break;
      default:
        result.length = Math.max(1, at);
    }
  }
  return result.join(' ');
}

describe('parser', () => {
  it.each(statements.slice(1))('accepts %s', (sql) => {
    expect(expected(sql)).toBe('');
    expect(actual(sql)).toBe('');
  });

  it.each(keywordList)('treats %s as a name exactly where SQLite does', (word) => {
    const places = [
      `select ${word} from t`,
      `select ${word}(1)`,
      `select a ${word} from t`,
      `select a as ${word} from t`,
      `select * from ${word}`,
      `select * from t ${word}`,
      `select * from t as ${word}`,
      `select t.${word}, ${word}.a`,
      `create table ${word} (a)`,
      `create table t (${word} int)`,
      `create table t (a ${word})`,
      `create table t (a default ${word})`,
      `create index ${word} on t (a)`,
      `create index i on t (${word})`,
      `insert into t (${word}) values (1)`,
      `update t set ${word} = 1`,
      `drop table ${word}`,
      `with ${word} as (select 1) select 1`,
      `select 1 over (${word})`,
      `select sum(1) over ${word}`,
      `select sum(1) ${word} (order by 1)`,
      `select 1 ${word} w as (order by a)`,
      `savepoint ${word}`,
      `release ${word}`,
      `rollback to ${word}`,
      `begin ${word}`,
      `begin transaction ${word}`,
      `pragma ${word}`,
      `pragma a = ${word}`,
      `vacuum ${word}`,
      `reindex ${word}`,
      `attach ${word} as b`,
      `detach ${word}`,
      `select 1 collate ${word}`,
      `select cast(1 as ${word})`,
      `alter table t rename ${word} to b`,
      `alter table t add ${word}`,
      `alter table t drop ${word}`,
      `alter table t rename to ${word}`,
      `create table t (a) ${word}`,
      `create view ${word} as select 1`,
      `create trigger ${word} after insert on t begin select 1; end`,
      `select 1 order by ${word}`,
      `select 1 order by a ${word}`,
      `select * from t join u ${word}`,
      `select a ${word} b`,
      `select a not ${word} b`,
      `select a is ${word}`,
      `delete from t ${word}`,
      word,
      `${word} a`,
      `explain ${word}`,
    ];
    for (const sql of places) expect([sql, actual(sql)]).toEqual([sql, expected(sql)]);
  });

  it.each([1, 2, 3, 4, 5, 6, 7, 8])('refuses mutated statements as SQLite does (seed %i)', (seed) => {
    const random = generator(seed);
    for (let i = 0; i < 800; i++) {
      const sql = mutate(splitTokens(statements[random(statements.length)] as string), random);
      if (hidesSyntax(sql, oracleMessage(sql))) continue;
      expect([seed, sql, actual(sql)]).toEqual([seed, sql, expected(sql)]);
    }
  });
});
