// The step of a commit that cannot be undone fails: both engines report the same error and leave the same state, also where the commit
// has had its effect already (docs/decisions: failing commit steps).
import { execFileSync, spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

const folder = mkdtempSync(join(tmpdir(), 'ringlite-commit-step-'));
const library = join(folder, 'failing-files.so');
const isSupported = process.platform === 'linux' && spawnSync('cc', ['--version']).status === 0;

interface Answer {
  readonly wasHit: boolean;
  readonly commit: string;
  readonly same: unknown;
}

function answerOf(engine: string, journalMode: string, synchronous: string, step: string): Answer {
  const file = join(folder, `${engine}-${journalMode}-${step}.db`);
  const child = join(__dirname, 'commit-step.ts');
  const output = execFileSync(
    process.execPath,
    ['--import', 'tsx', child, engine, file, journalMode, synchronous, step],
    {
      encoding: 'utf8',
      env: {
        ...process.env,
        LD_PRELOAD: [process.env['LD_PRELOAD'], library].filter(Boolean).join(':'),
        FAULT_FILE: join(folder, 'fault'),
        FAULT_JOURNAL: `${file}-journal`,
      },
    },
  );
  return JSON.parse(output) as Answer;
}

/** Whether the transaction is there although its commit failed. */
const STEPS = [
  ['TRUNCATE', 'FULL', 'truncate-journal', false],
  ['TRUNCATE', 'FULL', 'sync-empty', true],
  ['PERSIST', 'FULL', 'zero-nothing', false],
  ['PERSIST', 'FULL', 'zero-some', true],
  ['PERSIST', 'FULL', 'sync-zeroed', true],
  ['DELETE', 'FULL', 'unlink', false],
  ['DELETE', 'EXTRA', 'sync-directory', true],
  ['DELETE', 'FULL', 'truncate-database', true],
] as const;

(isSupported ? describe : describe.skip)('a failing commit step', () => {
  beforeAll(() => {
    execFileSync('cc', ['-O1', '-shared', '-fPIC', '-o', library, join(__dirname, 'failing-files.c'), '-ldl']);
  });
  afterAll(() => {
    rmSync(folder, { recursive: true, force: true });
  });

  test.each(STEPS)(
    '%s, synchronous %s: %s',
    (journalMode, synchronous, step, isThere) => {
      const theirs = answerOf('stock', journalMode, synchronous, step);
      expect(theirs.wasHit).toBe(true);
      expect(theirs.commit).toMatch(/^SQLITE_IOERR_/);
      expect(String(theirs.same).includes('2')).toBe(isThere);
      expect(answerOf('ringlite', journalMode, synchronous, step)).toEqual(theirs);
    },
    60_000,
  );
});
