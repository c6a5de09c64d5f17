// VACUUM of files: what is left has stock SQLite's size and header. It used to take the mark of WAL mode out of the header, so that the file
// was in another journal mode when it was opened next, and to leave the tail of the last old page where pages became smaller.
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { outcomeOf } from './compare';
import { openOracle, openRinglite, type OpenDatabase } from './engines';

const READ_VERSION = 18;
const directory = mkdtempSync(join(tmpdir(), 'vacuum-'));

afterAll(() => {
  rmSync(directory, { recursive: true });
});

let files = 0;

/** Size, versions and count of pages of the file that the statements leave. */
function fileAfter(engine: OpenDatabase, statements: readonly string[]): unknown {
  const name = join(directory, `${files++}.db`);
  const database = engine(name);
  const errors = statements.map((sql) => outcomeOf(database, sql).error);
  database.close();
  const content = readFileSync(name);
  const versions = [content[READ_VERSION], content[READ_VERSION + 1]];
  const reopened = openOracle(name);
  const mode = reopened.pragma('journal_mode', { simple: true });
  const check = reopened.pragma('integrity_check', { simple: true });
  reopened.close();
  return {
    errors,
    size: content.length,
    versions,
    pageSize: content.readUInt16BE(16),
    pages: content.readUInt32BE(28),
    mode,
    check,
  };
}

test.each([
  ['PRAGMA journal_mode = wal', 'CREATE TABLE t(a)', 'VACUUM'],
  ['CREATE TABLE t(a)', 'PRAGMA journal_mode = wal', 'PRAGMA page_size = 512', 'VACUUM'],
  ['CREATE TABLE t(a)', 'PRAGMA page_size = 1024', 'VACUUM'],
  ['CREATE TABLE t(a)', 'INSERT INTO t VALUES(zeroblob(10000))', 'PRAGMA page_size = 512', 'VACUUM'],
  ['PRAGMA page_size = 512', 'CREATE TABLE t(a)', 'PRAGMA page_size = 8192', 'PRAGMA auto_vacuum = 1', 'VACUUM'],
])('%s; %s; %s', (...statements) => {
  const list = statements.filter((sql) => typeof sql === 'string');
  expect(fileAfter(openRinglite, list)).toEqual(fileAfter(openOracle, list));
});

test('which rows are numbered anew is known from the schema as it is', () => {
  const name = join(directory, 'schema.db');
  const [ours, theirs] = [openRinglite(name), openOracle(name)];
  ours.exec('CREATE TABLE t(a, b); INSERT INTO t(rowid, a) VALUES (7, 1)');
  const vacuum = ours.prepare('VACUUM');
  theirs.exec('DROP TABLE t; CREATE TABLE t(a INTEGER PRIMARY KEY, b); INSERT INTO t VALUES (7, 1), (9, 2)');
  vacuum.run();
  expect(theirs.prepare('SELECT rowid, * FROM t').raw().all()).toEqual([[7, 7, 1], [9, 9, 2]]); // prettier-ignore
  theirs.exec('DROP TABLE t; CREATE TABLE t(a, b); INSERT INTO t(rowid, a) VALUES (7, 1), (9, 2)');
  vacuum.run();
  expect(theirs.prepare('SELECT rowid, a FROM t').raw().all()).toEqual([[1, 1], [2, 2]]); // prettier-ignore
  ours.close();
  theirs.close();
});
