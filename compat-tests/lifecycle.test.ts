// Connections that end in unusual ways: worker threads that stop or are terminated, processes that exit in the middle of
// something, objects that are dropped without close().
import { spawnSync } from 'node:child_process';
import { join } from 'node:path';
import { Worker } from 'node:worker_threads';
import { onBothPackages, oracle } from './packages';

const root = join(__dirname, '..');

onBothPackages('Lifecycle', (fixture) => {
  /** Source text that defines `Database`. */
  const load =
    fixture.packageName === 'ringlite'
      ? `require('tsx/cjs'); const Database = require(${JSON.stringify(join(root, 'lib/index.ts'))}).default;`
      : `const Database = require(${JSON.stringify(oracle)});`;
  const prelude = `
    module.paths.unshift(${JSON.stringify(join(root, 'node_modules'))});
    ${load}
    const { parentPort, workerData } = require('node:worker_threads');
  `;

  interface Ended {
    readonly code: number;
    readonly messages: unknown[];
  }

  /** Runs `code` in a worker until it ends; `terminateOn` ends it when it posts that message. */
  const runWorker = (code: string, file: string, terminateOn?: string): Promise<Ended> =>
    new Promise((resolve, reject) => {
      const worker = new Worker(prelude + code, { eval: true, workerData: file });
      const messages: unknown[] = [];
      worker.on('message', (message) => {
        messages.push(message);
        if (message === terminateOn) setTimeout(() => void worker.terminate(), 20);
      });
      worker.on('error', reject);
      worker.on('exit', (code) => {
        resolve({ code, messages });
      });
    });

  /** Runs `code` in a process of its own. */
  const runProcess = (code: string, file: string): { status: number | null; signal: string | null; output: string } => {
    const script = `${prelude} const file = ${JSON.stringify(file)}; ${code}`;
    const { status, signal, stdout, stderr } = spawnSync(process.execPath, ['--expose-gc', '-e', script], {
      cwd: root,
      encoding: 'utf8',
    });
    return { status, signal, output: status === 0 ? stdout.trim() : stderr };
  };

  const create = (rows: number): string => {
    const file = fixture.file();
    const db = fixture.open(file);
    db.exec('create table t(a)');
    const insert = db.prepare('insert into t values (?)');
    db.transaction(() => {
      for (let i = 0; i < rows; i++) insert.run(i);
    })();
    db.close();
    return file;
  };
  const count = (file: string): unknown => fixture.open(file).prepare('select count(*) from t').pluck().get();

  test('a worker with its own connection', async () => {
    const file = create(10);
    const { code, messages } = await runWorker(
      "const db = new Database(workerData); parentPort.postMessage(db.prepare('select sum(a) from t').pluck().get()); db.close();",
      file,
    );
    expect([code, messages]).toEqual([0, [45]]);
  }, 30_000);

  test('workers that write one file at once', async () => {
    const file = create(0);
    const code = `
      const db = new Database(workerData, { timeout: 30000 });
      const insert = db.prepare('insert into t values (?)');
      for (let i = 0; i < 10; i++) insert.run(i);
    `;
    const ended = await Promise.all([1, 2, 3].map(() => runWorker(code, file)));
    expect(ended.map(({ code }) => code)).toEqual([0, 0, 0]);
    expect(count(file)).toBe(30);
  }, 60_000);

  test('a worker that ends with an open transaction and iterators', async () => {
    const file = create(1000);
    const { code } = await runWorker(
      `const db = new Database(workerData);
       db.exec('begin; insert into t values (-1)');
       const iterator = db.prepare('select * from t').iterate(); iterator.next();
       const other = db.prepare('select a from t where a > ?').iterate(5); other.next();`,
      file,
    );
    expect(code).toBe(0);
    expect(count(file)).toBe(1000);
  }, 30_000);

  test('a worker that is terminated in a loop of queries', async () => {
    const file = create(1000);
    await runWorker(
      `const db = new Database(workerData);
       db.function('f', (x) => x);
       const iterator = db.prepare('select f(a) from t').iterate(); iterator.next();
       const statement = db.prepare('select sum(f(a)) from t');
       parentPort.postMessage('running');
       for (;;) statement.get();`,
      file,
      'running',
    );
    expect(count(file)).toBe(1000);
  }, 30_000);

  test('a process that exits with everything open', () => {
    const file = create(100);
    const code = `
      const db = new Database(file);
      db.exec('begin; insert into t values (-1)');
      const iterator = db.prepare('select * from t').iterate(); iterator.next();
      globalThis.kept = [db, iterator];
      console.log('done');
    `;
    expect(runProcess(code, file)).toEqual({ status: 0, signal: null, output: 'done' });
    expect(runProcess(`${code} process.exit(0);`, file)).toEqual({ status: 0, signal: null, output: 'done' });
    expect(count(file)).toBe(100);
  }, 30_000);

  test('a process that exits inside of a user function', () => {
    const file = create(100);
    const code = `
      const db = new Database(file);
      db.function('leave', () => { console.log('leaving'); process.exit(0); });
      db.prepare('select leave() from t').all();
    `;
    expect(runProcess(code, file)).toEqual({ status: 0, signal: null, output: 'leaving' });
  }, 30_000);

  test('connections and statements that are dropped are collected', () => {
    const code = `
      const tick = () => new Promise((resolve) => setTimeout(resolve, 5));
      (async () => {
        const round = async (rounds) => {
          for (let i = 0; i < rounds; i++) {
            const db = new Database(':memory:');
            db.exec('create table t(a, b, c)');
            db.prepare('insert into t values (?, ?, ?)').run(i, 'text', Buffer.alloc(100));
            db.prepare('select * from t').all();
            if (i % 2 === 0) db.close();
            if (i % 20 === 0) { gc(); await tick(); }
          }
          gc(); await tick(); gc(); await tick();
          return process.memoryUsage().rss / 2 ** 20;
        };
        const first = await round(300);
        const last = await round(900);
        console.log(last - first < 40 ? 'flat' : 'grew by ' + (last - first) + ' MiB');
      })();
    `;
    expect(runProcess(code, '')).toEqual({ status: 0, signal: null, output: 'flat' });
  }, 60_000);

  test('statements of many texts are collected', () => {
    const code = `
      const tick = () => new Promise((resolve) => setTimeout(resolve, 5));
      (async () => {
        const db = new Database(':memory:');
        db.exec('create table t(a, b, c)');
        const round = async (from, to) => {
          for (let i = from; i < to; i++) {
            db.prepare('select a, b, c, ' + i + ' from t where a = ?').all(i);
            if (i % 200 === 0) { gc(); await tick(); }
          }
          gc(); await tick(); gc(); await tick();
          return process.memoryUsage().rss / 2 ** 20;
        };
        const first = await round(0, 2000);
        const last = await round(2000, 6000);
        console.log(last - first < 40 ? 'flat' : 'grew by ' + (last - first) + ' MiB');
      })();
    `;
    expect(runProcess(code, '')).toEqual({ status: 0, signal: null, output: 'flat' });
  }, 60_000);
});
