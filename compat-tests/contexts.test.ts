// The package loaded more than once: several times in one process, in other realms (node:vm, as test runners do it), in
// worker threads at the same time.
import { spawnSync } from 'node:child_process';
import { join } from 'node:path';
import { createContext, runInContext } from 'node:vm';
import { onBothPackages, oracle } from './packages';

const root = join(__dirname, '..');

jest.setTimeout(120_000);

onBothPackages('Contexts', (fixture) => {
  const load =
    fixture.packageName === 'ringlite'
      ? `require(${JSON.stringify(join(root, 'lib/index.ts'))}).default`
      : `require(${JSON.stringify(oracle)})`;
  /** Runs `code`, which has `load()`, in a process of its own; it prints JSON. */
  const run = (code: string): unknown => {
    const script = `
      if (${String(fixture.packageName === 'ringlite')}) require('tsx/cjs');
      const load = () => ${load};
      const reload = () => {
        for (const key of Object.keys(require.cache)) if (!key.endsWith('.node')) delete require.cache[key];
        return load();
      };
      ${code}`;
    const { stdout, stderr } = spawnSync(process.execPath, ['-e', script], { cwd: root, encoding: 'utf8' });
    expect(stderr).toBe('');
    return JSON.parse(stdout);
  };

  test('loaded twice, on one file', () => {
    const file = fixture.file();
    const code = `
      const [A, B] = [load(), reload()];
      const a = new A(${JSON.stringify(file)}), b = new B(${JSON.stringify(file)});
      a.exec('create table t(a)');
      b.prepare('insert into t values (?)').run(1);
      let error;
      try { b.exec('nonsense'); } catch (caught) { error = caught; }
      console.log(JSON.stringify([A === B, a.prepare('select * from t').all(), error.name, error.code]));
    `;
    expect(run(code)).toEqual([false, [{ a: 1 }], 'SqliteError', 'SQLITE_ERROR']);
  });

  test('loaded many times', () => {
    const code = `
      const sums = [];
      for (let i = 0; i < 20; i++) {
        const db = new (reload())(':memory:');
        db.function('twice', (x) => x * 2);
        sums.push(db.prepare('select twice(?)').pluck().get(i));
        if (i % 2 === 0) db.close();
      }
      console.log(JSON.stringify(sums));
    `;
    expect(run(code)).toEqual(Array.from({ length: 20 }, (_, i) => i * 2));
  });

  test('in worker threads at the same time', () => {
    const code = `
      const { Worker } = require('node:worker_threads');
      const source = \`
        if (${String(fixture.packageName === 'ringlite')}) require('tsx/cjs');
        const Database = ${load};
        const db = new Database(':memory:');
        require('node:worker_threads').parentPort.postMessage(db.prepare('select 1 + 1').pluck().get());
      \`;
      const results = [];
      for (let i = 0; i < 4; i++)
        new Worker(source, { eval: true }).on('message', (sum) => {
          results.push(sum);
          if (results.length === 4) console.log(JSON.stringify([results, new (load())(':memory:').prepare('select 3').pluck().get()]));
        });
    `;
    expect(run(code)).toEqual([[2, 2, 2, 2], 3]);
  });

  test('values of another realm', () => {
    const db = fixture.open();
    db.exec('create table t(a, b)');
    const realm = createContext({ db, Buffer });
    const evaluate = (code: string): unknown => runInContext(code, realm);
    evaluate("db.prepare('insert into t values ($a, $b)').run({ a: 1, b: 'x' })");
    evaluate("db.prepare('insert into t values (?, ?)').run([2, null])");
    evaluate("db.prepare('insert into t values (@a, @b)').run(Object.assign(Object.create(null), { a: 3, b: 4n }))");
    evaluate("db.prepare('insert into t values (?, ?)').run(new Uint8Array([1, 2]), Buffer.from('z'))");
    expect(db.prepare('select a, b from t').raw().all()).toEqual([
      [1, 'x'],
      [2, null],
      [3, 4],
      [Buffer.from([1, 2]), Buffer.from('z')],
    ]);
    evaluate("db.function('plus', (a, b) => a + b)");
    evaluate(
      "db.aggregate('joined', { start: () => [], step(list, next) { list.push(next); }, result: (list) => list.join() })",
    );
    expect(db.prepare('select plus(1, 2), joined(a) from t where a < 3').raw().get()).toEqual([3, '1,2']);
    evaluate("db.function('fail', () => { throw new RangeError('of the realm'); })");
    expect(() => db.prepare('select fail()').get()).toThrow('of the realm');
    expect(evaluate("db.transaction(() => db.prepare('delete from t').run().changes)()")).toBe(4);
    expect(() => evaluate("db.prepare('select ?').get(new (class Point {})())")).toThrow();
  });
});
