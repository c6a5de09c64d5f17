// One WAL database under connections of both engines in one process: whoever opens first, the answers are those of
// two connections of real SQLite.
import { spawnSync } from 'node:child_process';
import { existsSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { openOracle, openRinglite, type Database, type OpenDatabase } from './engines';

const pairs: readonly (readonly [string, OpenDatabase, OpenDatabase])[] = [
  ['ringlite and ringlite', openRinglite, openRinglite],
  ['ringlite and stock', openRinglite, openOracle],
  ['stock and ringlite', openOracle, openRinglite],
];

let folder = '';
let file = '';
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'ringlite-shared-'));
  file = join(folder, 'a.db');
});
afterEach(() => {
  rmSync(folder, { recursive: true });
});

/** What a call gives, or its error. */
function answer(call: () => unknown): unknown {
  try {
    return call();
  } catch (error) {
    const { code, message } = error as { code: string; message: string };
    return `${code}: ${message}`;
  }
}

const checkpoint = (database: Database, mode: string): unknown =>
  answer(() => database.pragma(`wal_checkpoint(${mode})`));

/** Everything that two connections say to each other's transactions and checkpoints. */
function converse(openFirst: OpenDatabase, openSecond: OpenDatabase): unknown[] {
  const log: unknown[] = [];
  const first = openFirst(file, { timeout: 0 });
  log.push(first.pragma('journal_mode = wal'));
  first.exec('CREATE TABLE t (a)');
  const second = openSecond(file, { timeout: 0 });
  const rows = (database: Database): unknown => answer(() => database.prepare('SELECT a FROM t').pluck().all());
  const insert = (database: Database, value: number): unknown =>
    answer(() => database.prepare('INSERT INTO t VALUES (?)').run(value).changes);
  for (const mode of ['noop', 'passive', 'full', 'restart', 'truncate']) log.push(checkpoint(first, mode));
  log.push(insert(first, 1), rows(second), insert(second, 2), rows(first));
  second.exec('BEGIN');
  log.push(rows(second), insert(first, 3), rows(second), rows(first));
  for (const mode of ['passive', 'full', 'restart', 'truncate']) log.push(checkpoint(first, mode));
  log.push(checkpoint(second, 'passive'), insert(second, 4));
  second.exec('COMMIT');
  log.push(rows(second));
  first.exec('BEGIN IMMEDIATE');
  log.push(
    insert(first, 5),
    rows(second),
    insert(second, 6),
    answer(() => second.exec('BEGIN IMMEDIATE')),
  );
  log.push(checkpoint(first, 'passive'), checkpoint(second, 'passive'), checkpoint(second, 'full'));
  first.exec('ROLLBACK');
  log.push(rows(first), insert(second, 7), rows(first));
  log.push(
    answer(() => second.pragma('journal_mode = delete')),
    answer(() => second.pragma('locking_mode')),
  );
  for (let i = 0; i < 40; i++) log.push(insert(i % 2 ? first : second, 100 + i));
  for (const mode of ['full', 'restart', 'truncate']) log.push(checkpoint(second, mode));
  log.push(insert(first, 200), rows(second), existsSync(`${file}-wal`), existsSync(`${file}-shm`));
  first.close();
  log.push(insert(second, 201), existsSync(`${file}-wal`));
  log.push(
    answer(() => second.pragma('journal_mode = delete')),
    existsSync(`${file}-wal`),
    rows(second),
  );
  second.close();
  const again = openOracle(file);
  log.push(again.pragma('integrity_check'), rows(again));
  again.close();
  return log;
}

describe('a WAL database shared by two connections', () => {
  test.each(pairs)('%s', (_, openFirst, openSecond) => {
    const log = converse(openFirst, openSecond);
    rmSync(file, { force: true });
    expect(log).toEqual(converse(openOracle, openOracle));
  });
});

test('a read-only connection checkpoints as far as there is nothing to write', () => {
  const answers = [openRinglite, openOracle].map((open) => {
    for (const suffix of ['', '-wal', '-shm']) rmSync(file + suffix, { force: true });
    const writer = openOracle(file);
    writer.pragma('journal_mode = wal');
    writer.exec('CREATE TABLE t (a); INSERT INTO t VALUES (1)');
    const reader = open(file, { readonly: true });
    const log = [reader.prepare('SELECT a FROM t').all(), checkpoint(reader, 'noop'), checkpoint(reader, 'passive')];
    writer.pragma('wal_checkpoint');
    log.push(checkpoint(reader, 'passive'), checkpoint(reader, 'full'));
    writer.close();
    log.push(reader.prepare('SELECT a FROM t').all());
    reader.close();
    log.push(existsSync(`${file}-wal`));
    return log;
  });
  expect(answers[0]).toEqual(answers[1]);
});

/** What another process gets when it wants to write. */
function writeElsewhere(): string {
  const script = `const D = require(${JSON.stringify(require.resolve('better-sqlite3'))});
    const d = new D(${JSON.stringify(file)}, { timeout: 0 });
    try { d.exec('INSERT INTO t VALUES (9)'); console.log('written'); } catch (e) { console.log(e.code); }`;
  return spawnSync(process.execPath, ['-e', script], { encoding: 'utf8' }).stdout.trim();
}

describe.each(['wal', 'delete'])('locks of both engines in one process, %s', (mode) => {
  test('closing one connection takes no lock from another', () => {
    const setup = openOracle(file);
    setup.pragma(`journal_mode = ${mode}`);
    setup.exec('CREATE TABLE t (a)');
    setup.close();
    // Every order of who holds a write transaction while the other comes and goes.
    for (const [openHolder, openGuest] of [
      [openOracle, openRinglite],
      [openRinglite, openOracle],
      [openRinglite, openRinglite],
    ] as const) {
      const holder = openHolder(file, { timeout: 0 });
      holder.exec('BEGIN IMMEDIATE; INSERT INTO t VALUES (1)');
      const guest = openGuest(file, { timeout: 0 });
      expect(guest.prepare('SELECT count(*) FROM t WHERE a = 1').pluck().get()).toBe(0);
      expect(answer(() => guest.exec('INSERT INTO t VALUES (2)'))).toBe('SQLITE_BUSY: database is locked');
      guest.close();
      expect(writeElsewhere()).toBe('SQLITE_BUSY');
      holder.exec('ROLLBACK');
      expect(writeElsewhere()).toBe('written');
      holder.close();
    }
  });
});

test("a writer waits as long as its timeout says, and stands in nobody's way afterwards", () => {
  const [holder, waiting] = [openRinglite(file, { timeout: 0 }), openRinglite(file, { timeout: 150 })];
  holder.pragma('journal_mode = wal');
  holder.exec('CREATE TABLE t (a)');
  expect(waiting.prepare('SELECT count(*) FROM t').pluck().get()).toBe(0);
  holder.exec('BEGIN IMMEDIATE');
  const start_ms = performance.now();
  expect(answer(() => waiting.exec('INSERT INTO t VALUES (1)'))).toBe('SQLITE_BUSY: database is locked');
  expect(performance.now() - start_ms).toBeGreaterThanOrEqual(149);
  holder.exec('COMMIT');
  for (const database of [holder, waiting, holder]) expect(database.exec('INSERT INTO t VALUES (2)')).toBe(database);
  holder.close();
  waiting.close();
});
