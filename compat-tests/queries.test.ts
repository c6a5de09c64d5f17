/**
 * Queries of every form over tables of mixed values: both packages must give the same column names and rows in the same
 * order, or the same error. One query a line in queries.sql.
 */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import Ringlite from '../lib/index';
import { type Database, loadOracle } from './packages';

const schema = `
  create table t1(a integer primary key, b text, c real, d);
  create table t2(x int, y text collate nocase, z int not null);
  create index i2 on t2(y);
  create table t3(p, q, r, primary key(p, q)) without rowid;
  create table e(k, v);
  create index i1 on t1(b, c);`;

const values = [null, 0, 1, 2, 3, 'a', 'b', 'A', '1', '2.5', 2.5, 1.0, Buffer.from('a'), '', -1];

/** Fills the tables with the same pseudo-random rows every time. */
function fill(database: Database): Database {
  database.exec(schema);
  let seed = 1;
  const below = (limit: number): number => {
    seed = (seed * 1103515245 + 12345) & 0x7fffffff;
    return seed % limit;
  };
  const value = () => values[below(values.length)];
  const first = database.prepare('insert into t1(b, c, d) values (?, ?, ?)');
  for (let i = 0; i < 30; i++) first.run(value(), value(), value());
  const second = database.prepare('insert into t2 values (?, ?, ?)');
  for (let i = 0; i < 40; i++) second.run(value(), value(), below(6));
  const third = database.prepare('insert or ignore into t3 values (?, ?, ?)');
  for (let i = 0; i < 20; i++) third.run(below(5), values[5 + below(5)], value());
  return database;
}

function answer(database: Database, sql: string): unknown {
  try {
    const statement = database.prepare(sql);
    return [statement.columns().map(({ name }) => name), statement.safeIntegers().raw().all()];
  } catch (error) {
    const { code, message } = error as Error & { code?: string };
    return { code, message };
  }
}

const oracle = fill(new (loadOracle())(':memory:'));
const database = fill(new Ringlite(':memory:') as unknown as Database);

afterAll(() => {
  oracle.close();
  database.close();
});

const queries = readFileSync(join(__dirname, 'queries.sql'), 'utf8')
  .split('\n')
  .filter((line) => line !== '' && !line.startsWith('--'));

test.each(queries)('%s', (sql) => {
  expect(answer(database, sql)).toEqual(answer(oracle, sql));
});
