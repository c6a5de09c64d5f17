// What the simulator runs, which has no compiler: database files to start from, and the clients' statements compiled against each
// of them. binding/testing/sim/programs.h reads the file.
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { openOracle, openRinglite } from '../engines';
import { imageOf, withLength } from '../faults/compile';

const PAGE_SIZES = [512, 1024, 4096];
const AUTO_VACUUM = [0, 1, 2];
/** Lists of even keys are texts, those of odd keys rows of `log`: see binding/testing/sim/client.cpp. */
const KEYS = 8;

const schema = [
  // The padding gives each list a page of its own.
  'CREATE TABLE lists (key INTEGER PRIMARY KEY, items TEXT NOT NULL, padding BLOB NOT NULL)',
  'CREATE TABLE log (key INTEGER NOT NULL, position INTEGER NOT NULL, value INTEGER NOT NULL UNIQUE, UNIQUE (key, position))',
  'CREATE TABLE filler (id INTEGER PRIMARY KEY, class INTEGER NOT NULL, content BLOB)',
  'CREATE INDEX filler_class ON filler (class, content)',
];

const statements: Record<string, string> = {
  begin: 'BEGIN',
  begin_immediate: 'BEGIN IMMEDIATE',
  begin_exclusive: 'BEGIN EXCLUSIVE',
  commit: 'COMMIT',
  rollback: 'ROLLBACK',
  savepoint: 'SAVEPOINT s',
  rollback_to: 'ROLLBACK TO s',
  release: 'RELEASE s',
  append_text: `UPDATE lists SET items = items || ' ' || ?2 WHERE key = ?1`,
  read_text: 'SELECT items FROM lists WHERE key = ?1',
  append_log: `INSERT INTO log (key, position, value)
    SELECT ?1, (SELECT coalesce(max(position), 0) + 1 FROM log WHERE key = ?1), ?2`,
  read_log: 'SELECT value FROM log WHERE key = ?1 ORDER BY position',
  filler_replace: 'REPLACE INTO filler (id, class, content) VALUES (?1, ?1 % 8, randomblob(?2))',
  filler_update: 'UPDATE filler SET content = randomblob(?2) WHERE class = ?1',
  filler_delete: 'DELETE FROM filler WHERE class = ?1',
  integrity_check: 'PRAGMA integrity_check',
  checkpoint_passive: 'PRAGMA wal_checkpoint(PASSIVE)',
  checkpoint_full: 'PRAGMA wal_checkpoint(FULL)',
  checkpoint_restart: 'PRAGMA wal_checkpoint(RESTART)',
  checkpoint_truncate: 'PRAGMA wal_checkpoint(TRUNCATE)',
  journal_mode_wal: 'PRAGMA journal_mode = WAL',
  journal_mode_delete: 'PRAGMA journal_mode = DELETE',
  journal_mode_truncate: 'PRAGMA journal_mode = TRUNCATE',
  journal_mode_persist: 'PRAGMA journal_mode = PERSIST',
  locking_mode_exclusive: 'PRAGMA locking_mode = EXCLUSIVE',
};

/** Entries of one kind of database file: the file, made by real SQLite, and each statement's image. */
function variantEntries(folder: string, pageSize: number, autoVacuum: number): Buffer[] {
  const name = `${pageSize}-${autoVacuum}`;
  const file = join(folder, `${name}.db`);
  const base = openOracle(file);
  base.pragma(`page_size = ${pageSize}`);
  base.pragma(`auto_vacuum = ${autoVacuum}`);
  for (const sql of schema) base.exec(sql);
  for (let key = 0; key < KEYS; key++)
    base.exec(`INSERT INTO lists VALUES (${key}, '', zeroblob(${Math.floor(pageSize * 0.6)}))`);
  base.close();
  const entry = (key: string, bytes: Uint8Array): Buffer =>
    Buffer.concat([withLength(Buffer.from(`${name}/${key}`)), withLength(bytes)]);
  const entries = [entry('base', readFileSync(file))];
  const database = openRinglite(file);
  for (const [key, sql] of Object.entries(statements)) entries.push(entry(key, imageOf(database, sql)));
  database.close();
  return entries;
}

/** Writes the simulator's input. */
export function writePrograms(path: string): void {
  const folder = mkdtempSync(join(tmpdir(), 'ringlite-simulation-'));
  try {
    writeFileSync(
      path,
      Buffer.concat(PAGE_SIZES.flatMap((size) => AUTO_VACUUM.flatMap((mode) => variantEntries(folder, size, mode)))),
    );
  } finally {
    rmSync(folder, { recursive: true });
  }
}
