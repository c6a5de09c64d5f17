// vitest runs each test file in a context or worker of its own, so the addon is loaded many times in one process.
const { execFileSync } = require('node:child_process');
const { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } = require('node:fs');
const { join } = require('node:path');
const { main, step } = require('./_steps.cjs');

const FILES = 6;

const testFile = (index) => `
import Database from 'better-sqlite3';
import { Worker } from 'node:worker_threads';
import { createRequire } from 'node:module';
import { expect, test } from 'vitest';

const db = new Database(':memory:');
db.exec('create table t(a integer primary key, b)');

test('rows ${index}', () => {
  const insert = db.prepare('insert into t(b) values (?)');
  db.transaction(() => { for (let i = 0; i < 100; i++) insert.run('row ' + i); })();
  expect(db.prepare('select count(*) c, max(b) m from t').get()).toEqual({ c: 100, m: 'row 99' });
  expect([...db.prepare('select b from t where a < 3').pluck().iterate()]).toEqual(['row 0', 'row 1']);
});

test('errors ${index}', () => {
  expect(() => db.prepare('nonsense')).toThrow(expect.objectContaining({ name: 'SqliteError', code: 'SQLITE_ERROR' }));
  expect(() => db.prepare('insert into t values (1, 2)').run()).toThrow(/UNIQUE constraint failed: t.a/);
});

test('functions ${index}', () => {
  db.function('twice', (x) => x * 2);
  expect(db.prepare('select twice(?)').pluck().get(${index})).toBe(${index * 2});
});

test('a worker of its own ${index}', async () => {
  const path = createRequire(import.meta.url).resolve('better-sqlite3');
  const code = \`const D = require(\${JSON.stringify(path)}); require('node:worker_threads').parentPort.postMessage(new D(':memory:').prepare('select 6 * 7').pluck().get())\`;
  const worker = new Worker(code, { eval: true });
  const answer = await new Promise((resolve, reject) => { worker.once('message', resolve); worker.once('error', reject); });
  await worker.terminate();
  expect(answer).toBe(42);
});
`;

main(async () => {
  // Beside the installed packages, so that the tests' imports are found.
  const folder = mkdtempSync(join(__dirname, '..', 'vitest-'));
  try {
    mkdirSync(join(folder, 'tests'));
    for (let i = 0; i < FILES; i++) writeFileSync(join(folder, 'tests', `file${i}.test.mjs`), testFile(i));
    writeFileSync(join(folder, 'vitest.config.mjs'), 'export default {};\n');
    for (const options of [['forks'], ['threads'], ['vmThreads'], ['threads', '--no-isolate']])
      await step(`vitest ${options.join(' ')}`, () => {
        const report = join(folder, 'report.json');
        const [pool, ...others] = options;
        const cli = join(__dirname, '..', 'node_modules', 'vitest', 'vitest.mjs');
        execFileSync(
          process.execPath,
          [cli, 'run', '--root', folder, `--pool=${pool}`, '--reporter=json', `--outputFile=${report}`, ...others],
          { stdio: 'pipe' },
        );
        const { numPassedTests, numFailedTests, success } = JSON.parse(readFileSync(report, 'utf8'));
        return { numPassedTests, numFailedTests, success };
      });
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
});
