// Random sequences of API calls on both packages at once: every call must give the same result or the same error.
// A failure prints fast-check's seed and path; put them into `parameters` to repeat it.
import * as fc from 'fast-check';
import type BetterSqlite3 from 'better-sqlite3';
import { Database as Ringlite } from '../lib/index';
import { loadOracle } from './packages';

type Db = BetterSqlite3.Database;
type Call = (db: Db, state: State) => unknown;

/** What one package has in hand. */
interface State {
  statements: BetterSqlite3.Statement[];
  iterators: IterableIterator<unknown>[];
}

const texts = [
  'select * from t order by id',
  'select id, name from t where id = ?',
  'select name from t where id > $low and id < $high order by id',
  'select count(*) as n, sum(id) as s from t',
  'select ?, ?, $c',
  'insert into t(name, data) values (?, ?)',
  'insert into t(id, name) values (?, ?) returning id, name',
  'insert or ignore into t(id, name) values (@id, @name)',
  'update t set name = ? where id = ?',
  'delete from t where id = ?',
  'delete from t where id > 5 returning id',
  'select u.id, t.id, t.name, u.note from u left join t on t.id = u.t order by u.id',
  'insert into u(t, note) values (?, ?)',
  'begin',
  'begin immediate',
  'commit',
  'rollback',
  'savepoint s',
  'release s',
  'rollback to s',
  'create table if not exists v(x)',
  'drop table if exists v',
  'select * from v',
  'insert into v values (?)',
  'pragma user_version',
  'nonsense',
  'select 1; select 2',
  '',
];

const value = fc.oneof(
  fc.integer({ min: -3, max: 12 }),
  fc.double(),
  fc.string({ unit: 'grapheme', maxLength: 8 }),
  fc.bigInt({ min: -(2n ** 64n), max: 2n ** 64n }),
  fc.uint8Array({ maxLength: 6 }).map((bytes) => Buffer.from(bytes)),
  fc.constantFrom<unknown>(null, undefined, true, {}, NaN),
);
const named = fc.record({ low: value, high: value, c: value, id: value, name: value }, { requiredKeys: [] });
const args = fc.array(fc.oneof({ weight: 5, arbitrary: value }, named, fc.array(value, { maxLength: 3 })), {
  maxLength: 3,
});
const index = fc.nat(30);
const pick = <T>(list: readonly T[], at: number): T | undefined => list[at % Math.max(1, list.length)];

const onStatement = (use: (statement: BetterSqlite3.Statement, db: Db, state: State) => unknown) =>
  index.map((at): Call => (db, state) => {
    const statement = pick(state.statements, at);
    return statement === undefined ? undefined : use(statement, db, state);
  });

const call: fc.Arbitrary<Call> = fc.oneof(
  {
    weight: 4,
    arbitrary: fc.constantFrom(...texts).map((sql): Call => (db, state) => {
      const statement = db.prepare(sql);
      state.statements.push(statement);
      return [statement.reader, statement.readonly, statement.source];
    }),
  },
  {
    weight: 12,
    arbitrary: fc
      .tuple(fc.constantFrom('run', 'get', 'all', 'bind'), index, args)
      .map(([method, at, values]): Call => (_db, state) => {
        const statement = pick(state.statements, at) as unknown as Record<string, (...args: unknown[]) => unknown>;
        if (statement === undefined) return undefined;
        const result = statement[method]!(...values);
        return method === 'bind' ? result === statement : result;
      }),
  },
  {
    weight: 2,
    arbitrary: fc.tuple(index, args).map(([at, values]): Call => (_db, state) => {
      const statement = pick(state.statements, at);
      if (statement !== undefined) state.iterators.push(statement.iterate(...values));
      return state.iterators.length;
    }),
  },
  {
    weight: 3,
    arbitrary: index.map(
      (at): Call =>
        (_db, state) =>
          pick(state.iterators, at)?.next(),
    ),
  },
  {
    weight: 2,
    arbitrary: index.map(
      (at): Call =>
        (_db, state) =>
          pick(state.iterators, at)?.return?.(),
    ),
  },
  {
    weight: 2,
    arbitrary: fc
      .tuple(fc.constantFrom('pluck', 'raw', 'expand', 'safeIntegers'), index, fc.boolean())
      .map(([method, at, on]): Call => (_db, state) => {
        const statement = pick(state.statements, at) as unknown as Record<string, (on: boolean) => unknown>;
        return statement === undefined ? undefined : statement[method]!(on) === statement;
      }),
  },
  { weight: 1, arbitrary: onStatement((statement) => [statement.busy, statement.columns()]) },
  {
    weight: 1,
    arbitrary: fc.constantFrom(...texts).map(
      (sql): Call =>
        (db) =>
          db.exec(sql) === db,
    ),
  },
  {
    weight: 1,
    arbitrary: fc.tuple(index, args, fc.boolean()).map(
      ([at, values, fails]): Call =>
        (db, state) =>
          db.transaction(() => {
            const result = pick(state.statements, at)?.run(...values);
            if (fails) throw new RangeError('undone');
            return result;
          })(),
    ),
  },
  { weight: 1, arbitrary: fc.constant<Call>((db) => [db.inTransaction, db.open, db.pragma('table_info(v)')]) },
  {
    weight: 1,
    arbitrary: fc.boolean().map(
      (on): Call =>
        (db) =>
          db.defaultSafeIntegers(on) === db,
    ),
  },
);

type Outcome = { value: unknown } | { error: [string, string, string | undefined] };

function outcome(use: () => unknown): Outcome {
  try {
    return { value: use() };
  } catch (error) {
    const { name, message, code } = error as Error & { code?: string };
    return { error: [name, message, code] };
  }
}

function open(Database: typeof BetterSqlite3): { db: Db; state: State } {
  const db = new Database(':memory:');
  db.exec(`create table t(id integer primary key, name text unique, data blob);
    create table u(id integer primary key, t references t, note);
    insert into t values (1, 'one', x'01'), (2, 'two', null), (5, 'five', 5.5), (9, 'neun', 'text');
    insert into u values (1, 1, 'a'), (2, null, 'b'), (3, 5, null)`);
  return { db, state: { statements: [], iterators: [] } };
}

test('random call sequences agree', () => {
  fc.assert(
    fc.property(fc.array(call, { minLength: 5, maxLength: 40 }), (calls) => {
      const oracle = open(loadOracle());
      const ours = open(Ringlite as unknown as typeof BetterSqlite3);
      try {
        for (const use of calls) {
          const expected = outcome(() => use(oracle.db, oracle.state));
          expect(outcome(() => use(ours.db, ours.state))).toEqual(expected);
        }
        const dump = (db: Db): unknown => db.prepare('select * from t order by id').raw().all();
        expect(outcome(() => dump(ours.db))).toEqual(outcome(() => dump(oracle.db)));
      } finally {
        for (const { db, state } of [oracle, ours]) {
          for (const iterator of state.iterators) iterator.return?.();
          db.close();
        }
      }
    }),
    { numRuns: Number(process.env['SEQUENCES'] ?? 150) },
  );
}, 120_000);
