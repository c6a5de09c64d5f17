// What the stress runs do in each round.
import assert from 'node:assert/strict';
import { join } from 'node:path';
import { Worker } from 'node:worker_threads';
import type BetterSqlite3 from 'better-sqlite3';

type DatabaseConstructor = typeof BetterSqlite3;

/** One round of work; gets its number. */
type Round = (round: number) => void | Promise<void>;

export interface Scenario {
  readonly name: string;
  readonly title: string;
  /** Prepares the work in `folder` on the package of that name. */
  start(folder: string, packageName: string): Round;
}

const root = join(__dirname, '../..');

const load = (packageName: string): DatabaseConstructor =>
  packageName === 'ringlite'
    ? (require('../../lib/index') as { default: DatabaseConstructor }).default
    : (require(packageName) as DatabaseConstructor);

/** Source text that defines `Database` in a worker. */
const loader = (packageName: string): string => `
  module.paths.unshift(${JSON.stringify(join(root, 'node_modules'))});
  const Database = ${
    packageName === 'ringlite'
      ? `(require('tsx/cjs'), require(${JSON.stringify(join(root, 'lib/index.ts'))})).default`
      : `require(${JSON.stringify(packageName)})`
  };
  const { parentPort, workerData } = require('node:worker_threads');
`;

const FILL =
  "insert into t with recursive c(x) as (select 1 union all select x + 1 from c where x < ?) select x, x || ' row' from c";

const openClose: Scenario = {
  name: 'open-close',
  title: 'open a file, write and read, close it (every tenth is left to the collector)',
  start(folder, packageName) {
    const Database = load(packageName);
    return (round) => {
      const db = new Database(round % 2 === 0 ? join(folder, 'open.db') : ':memory:');
      if (round % 4 === 0) db.pragma(`journal_mode = ${round % 8 === 0 ? 'wal' : 'delete'}`);
      db.exec('create table if not exists t(a, b); delete from t');
      db.prepare(FILL).run(20);
      assert.equal(db.prepare('select count(*) from t').pluck().get(), 20);
      if (round % 10 !== 1) db.close();
    };
  },
};

const prepareFinalize: Scenario = {
  name: 'prepare',
  title: 'prepare ever new texts, run them, drop them',
  start(_folder, packageName) {
    const db = new (load(packageName))(':memory:');
    db.exec('create table t(a, b)');
    db.prepare(FILL).run(100);
    return (round) => {
      const name = `n${String(round)}`;
      assert.equal(
        db
          .prepare(`select a + ${String(round)} as ${name} from t where a = ?`)
          .pluck()
          .get(1),
        round + 1,
      );
      db.prepare(`update t set b = ? where a = ${String(round % 100)} and b <> '${name}'`).run('x');
      assert.throws(() => db.prepare(`select ${name} from t`), { code: 'SQLITE_ERROR' });
      if (round % 100 === 0) db.exec(`create table x(${name}); drop table x`);
    };
  },
};

const iterators: Scenario = {
  name: 'iterators',
  title: 'iterators that are finished, returned, or abandoned to the collector; statements likewise',
  start(folder, packageName) {
    const Database = load(packageName);
    const file = join(folder, 'iterators.db');
    const writer = new Database(file);
    writer.exec('create table t(a, b)');
    writer.prepare(FILL).run(2000);
    let db = new Database(file);
    return (round) => {
      const rows = db.prepare('select * from t where a > ? order by b').iterate(round % 1000);
      for (let i = 0; i <= round % 7; i++) assert.equal(rows.next().done, false);
      if (round % 3 === 0) rows.return?.();
      if (round % 3 === 1) for (const row of rows) assert.ok(row);
      if (round % 500 === 499 && packageName !== 'ringlite') db = new Database(file);
    };
  },
};

const functions: Scenario = {
  name: 'functions',
  title: 'user functions, aggregates and virtual tables, some of which throw',
  start(_folder, packageName) {
    const db = new (load(packageName))(':memory:');
    db.exec('create table t(a, b)');
    db.prepare(FILL).run(50);
    db.function('twice', (x: number) => x * 2);
    db.aggregate<unknown[]>('gather', {
      start: () => [],
      step: (list, next) => void list.push(next),
      result: (list) => list.length,
    });
    db.table('numbers', {
      columns: ['n'],
      parameters: ['count'],
      *rows(count: unknown) {
        for (let n = 0; n < (count as number); n++) yield [n];
      },
    });
    return (round) => {
      db.function('fail', (x: number) => {
        if (x === round % 50) throw new RangeError('stop');
        return x;
      });
      assert.equal(db.prepare('select sum(twice(a)) from t').pluck().get(), 2550);
      assert.equal(db.prepare('select gather(a) from t group by a % 5').pluck().all().length, 5);
      assert.equal(db.prepare('select count(*) from numbers(?)').pluck().get(20), 20);
      if (round % 50 > 0) assert.throws(() => db.prepare('select fail(a) from t').all(), RangeError);
    };
  },
};

const backups: Scenario = {
  name: 'backups',
  title: 'backups that finish, that fail, and that are cut off by close(); serialize and deserialize',
  start(folder, packageName) {
    const Database = load(packageName);
    return async (round) => {
      const db = new Database(join(folder, 'source.db'));
      db.exec('create table if not exists t(a, b); delete from t');
      db.prepare(FILL).run(1000);
      const progress = (): number => {
        if (round % 4 === 1) throw new RangeError('enough');
        if (round % 4 === 2) db.close();
        return 5;
      };
      const backup = db.backup(join(folder, `copy${String(round % 3)}.db`), { progress });
      if (round % 4 === 1 || round % 4 === 2) await assert.rejects(backup);
      else await backup;
      if (!db.open) return;
      const copy = new Database(db.serialize());
      assert.equal(copy.prepare('select count(*) from t').pluck().get(), 1000);
      copy.close();
      db.close();
    };
  },
};

const workers: Scenario = {
  name: 'workers',
  title: 'worker threads on one file that end, exit, or are terminated in the middle of a query',
  start(folder, packageName) {
    const Database = load(packageName);
    const file = join(folder, 'workers.db');
    const db = new Database(file);
    db.exec('create table t(a, b)');
    db.prepare(FILL).run(1000);
    const endings = [
      '',
      'process.exit(0);',
      "parentPort.postMessage('busy'); for (;;) db.prepare('select sum(f(a)) from t').get();",
    ];
    return async (round) => {
      const ending = endings[round % endings.length] ?? '';
      const code = `${loader(packageName)}
        const db = new Database(workerData, { timeout: 60000 });
        db.function('f', (x) => x);
        db.prepare('update t set b = ? where a = ?').run('changed', ${String(round % 1000)});
        const iterator = db.prepare('select * from t').iterate(); iterator.next();
        ${ending}`;
      await new Promise<void>((resolve, reject) => {
        const worker = new Worker(code, { eval: true, workerData: file });
        worker.on('message', () => void worker.terminate());
        worker.on('error', reject);
        worker.on('exit', () => {
          resolve();
        });
      });
      assert.equal(db.prepare('select count(*) from t').pluck().get(), 1000);
    };
  },
};

export const scenarios: readonly Scenario[] = [openClose, prepareFinalize, iterators, functions, backups, workers];
