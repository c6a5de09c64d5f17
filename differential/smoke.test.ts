// Bounded versions of the long suites, so that `npm test` runs some of each. The full ones: npm run differential, sqllogictest,
// files, fuzz:sql, fuzz:files, faults.
//
// The seeds are ranges in which everything agrees, so that a red test is a regression; differences that are still open are found by
// other seeds (COMPATIBILITY.md, "Known differences").
import { execFileSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { join } from 'node:path';

const root = join(__dirname, '..');
const corpus = join(root, '../shared/corpus/sqllogictest');

/** Runs a suite in a process of its own (a crash of the engine must fail the test, not end jest); its last line. */
function run(script: string, ...args: string[]): string {
  const output = execFileSync(process.execPath, ['--import', 'tsx', join(root, 'differential', script), ...args], {
    cwd: root,
    encoding: 'utf8',
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  return output.trimEnd().split('\n').at(-1) ?? '';
}

const withCorpus = existsSync(corpus) ? test : test.skip;

test('generated statements agree with SQLite', () => {
  expect(run('run.ts', '--seed', '6', '--statements', '2400')).toMatch(/^[1-9]\d* passed, 0 failed$/);
}, 300_000);

test('broken statements agree with SQLite', () => {
  expect(run('fuzz/sql.ts', '--seed', '302', '--statements', '900')).toMatch(/^[1-9]\d* passed, 0 failed$/);
}, 300_000);

test('files of random formats are exchanged with SQLite', () => {
  expect(run('files/run.ts', '--seed', '1', '--sample', '12')).toMatch(/^[1-9]\d* passed, 0 failed$/);
}, 300_000);

test('damaged files give errors only', () => {
  expect(run('fuzz/files.ts', '--seed', '1', '--files', '40')).toMatch(/^[1-9]\d* passed, 0 failed$/);
}, 300_000);

test('faults at some I/O operations lose nothing', () => {
  expect(run('faults/run.ts', '--stride', '37', '--modes', 'DELETE,PERSIST,WAL')).toMatch(
    /^[1-9]\d* passed, 0 failed$/,
  );
}, 600_000);

withCorpus(
  'sqllogictest: select1 and evidence',
  () => {
    expect(run('sqllogictest/run.ts', join(corpus, 'select1.test.gz'), join(corpus, 'evidence'))).toMatch(
      /^[1-9]\d* passed, 0 failed$/,
    );
  },
  300_000,
);
