// Child of commit-step.test.ts: ENGINE FILE JOURNAL-MODE SYNCHRONOUS STEP. Commits a transaction of which one step fails, and prints what
// the connection says then and what it, another connection and later statements find.
import { existsSync, rmSync, writeFileSync } from 'node:fs';
import { openOracle, openRinglite } from '../engines';

const [engine = '', file = '', journalMode = '', synchronous = '', step = ''] = process.argv.slice(2);
const faultFile = process.env['FAULT_FILE'] ?? '';

const answerOf = (ask: () => unknown): unknown => {
  try {
    return ask();
  } catch (error) {
    return (error as { code?: string }).code;
  }
};

const database = (engine === 'ringlite' ? openRinglite : openOracle)(file);
const numbers = (): unknown => database.prepare('SELECT group_concat(a) FROM t').pluck().get();
database.exec('PRAGMA auto_vacuum = FULL; VACUUM; CREATE TABLE t (a, b); INSERT INTO t VALUES (1, zeroblob(20000))');
database.pragma(`journal_mode = ${journalMode}`);
database.pragma(`synchronous = ${synchronous}`);
database.exec('BEGIN');
database.exec(
  step === 'truncate-database' ? 'DELETE FROM t; INSERT INTO t VALUES (2, 0)' : 'INSERT INTO t VALUES (2, 0)',
);
writeFileSync(faultFile, step);
const commit = answerOf(() => database.exec('COMMIT') && 'done');
const wasHit = !existsSync(faultFile);
rmSync(faultFile, { force: true });
const other = openOracle(file);
const result = {
  wasHit,
  commit,
  inTransaction: database.inTransaction,
  same: answerOf(numbers),
  other: answerOf(() => other.prepare('SELECT group_concat(a) FROM t').pluck().get()),
  integrity: other.pragma('integrity_check', { simple: true }),
  next: answerOf(() => database.exec('INSERT INTO t VALUES (3, 0)') && numbers()),
};
other.close();
database.close();
console.log(JSON.stringify(result));
