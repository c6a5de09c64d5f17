// A database file that is renamed, deleted or replaced while a connection has it open: what can be done with it, as SQLite has it, and nothing done to
// the file that has taken its place.
import { mkdtempSync, readdirSync, renameSync, rmSync, unlinkSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { openOracle, openRinglite, type Database } from './engines';

type Move = 'delete' | 'rename' | 'replace';
type Open = (file: string) => Database;

let folder: string;

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'ringlite-moved-'));
});

afterEach(() => {
  rmSync(folder, { recursive: true });
});

function move(how: Move, file: string): void {
  if (how === 'delete') unlinkSync(file);
  if (how === 'rename') renameSync(file, join(folder, 'elsewhere.db'));
  if (how !== 'replace') return;
  const other = openOracle(join(folder, 'other.db'));
  other.exec('CREATE TABLE t (a); INSERT INTO t VALUES (77)');
  other.close();
  renameSync(join(folder, 'other.db'), file);
}

/** What each step answers: rows, or the error's code and message. */
function answers(open: Open, journalMode: string, lockingMode: string, how: Move): unknown[] {
  const file = join(folder, 'a.db');
  const database = open(file);
  database.pragma(`locking_mode = ${lockingMode}`);
  database.pragma(`journal_mode = ${journalMode}`);
  database.exec('CREATE TABLE t (a); INSERT INTO t VALUES (1)');
  move(how, file);
  const result: unknown[] = [];
  const note = (step: () => unknown): void => {
    try {
      result.push(step());
    } catch (error) {
      result.push(`${(error as { code?: string }).code}: ${(error as Error).message}`);
    }
  };
  const rows = (): unknown => database.prepare('SELECT * FROM t').all();
  const run = (sql: string): void => void database.exec(sql);
  note(rows);
  note(() => run('INSERT INTO t VALUES (2)'));
  note(() => run('BEGIN; INSERT INTO t VALUES (3)'));
  note(() => run('INSERT INTO t VALUES (4)'));
  note(() => database.inTransaction);
  note(() => run('COMMIT'));
  note(() => run('BEGIN IMMEDIATE; ROLLBACK'));
  note(rows);
  note(() => run('CREATE TABLE u (b)'));
  note(() => run('VACUUM'));
  note(() => void database.close());
  return result;
}

describe.each(['DELETE', 'TRUNCATE', 'PERSIST', 'MEMORY', 'WAL'])('journal mode %s', (mode) => {
  describe.each<Move>(['delete', 'rename', 'replace'])('%s', (how) => {
    test.each(['NORMAL', 'EXCLUSIVE'])('locking mode %s', (locking) => {
      const expected = answers(openOracle, mode, locking, how);
      rmSync(folder, { recursive: true });
      folder = mkdtempSync(join(tmpdir(), 'ringlite-moved-'));
      expect(answers(openRinglite, mode, locking, how)).toEqual(expected);
    });
  });
});

test.each([
  ['Ringlite', openRinglite],
  ['SQLite', openOracle],
])('a connection to the file that was there before leaves the log of %s at its place', (_name, open) => {
  const file = join(folder, 'a.db');
  const before = openRinglite(file);
  before.pragma('journal_mode = WAL');
  before.exec('CREATE TABLE t (a); INSERT INTO t VALUES (1)');
  for (const name of readdirSync(folder)) renameSync(join(folder, name), join(folder, name.replace('a.db', 'old.db')));
  const after = open(file);
  after.pragma('journal_mode = WAL');
  after.exec('CREATE TABLE t (a); INSERT INTO t VALUES (2)');
  before.close();
  expect(readdirSync(folder)).toEqual(expect.arrayContaining(['a.db', 'a.db-wal', 'a.db-shm']));
  const third = openOracle(file);
  expect(third.prepare('SELECT a FROM t').pluck().all()).toEqual([2]);
  third.close();
  after.close();
});
