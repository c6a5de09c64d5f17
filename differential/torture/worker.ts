// One process of the torture run: worker.ts ENGINE FILE NUMBER SEED. Runs until it is killed. Standard output: a line `ack N` after each commit of
// its transaction N, `bad ...` when it reads what cannot be.
import { writeSync } from 'node:fs';
import { openOracle, openRinglite, type Database } from '../engines';
import { Random } from '../generator/random';
import { ACCOUNTS, TOTAL } from './workload';

const [engine = '', file = '', worker = '', seed = ''] = process.argv.slice(2);
const random = new Random(Number(seed));

const say = (line: string): void => {
  writeSync(1, `${line}\n`);
};
const isBusy = (error: unknown): boolean => String((error as { code?: unknown }).code).startsWith('SQLITE_BUSY');

function connect(): Database {
  const database = (engine === 'ringlite' ? openRinglite : openOracle)(file, { timeout: 2000 });
  database.pragma(`cache_size = ${random.pick([10, 100, 2000])}`);
  database.pragma(`synchronous = ${random.pick(['OFF', 'NORMAL', 'FULL'])}`);
  database.pragma(`wal_autocheckpoint = ${random.pick([10, 100, 1000])}`);
  return database;
}

/** A transfer and a numbered row in one transaction; its number is acknowledged when it is in the file. */
function write(database: Database, number: number): boolean {
  database.exec('BEGIN IMMEDIATE');
  const amount = random.between(1, 50);
  const [from, to] = [random.between(1, ACCOUNTS), random.between(1, ACCOUNTS)];
  database.prepare('UPDATE account SET balance = balance - ? WHERE id = ?').run(amount, from);
  database.prepare('INSERT INTO ledger VALUES (?, ?, zeroblob(?))').run(worker, number, random.between(0, 3000));
  if (random.between(0, 9) === 0)
    database.prepare('UPDATE ledger SET payload = randomblob(700) WHERE worker = ? AND n > ? - 40').run(worker, number);
  database.prepare('UPDATE account SET balance = balance + ? WHERE id = ?').run(amount, to);
  if (random.between(0, 14) === 0) {
    database.exec('ROLLBACK');
    return false;
  }
  database.exec('COMMIT');
  return true;
}

/** One snapshot: money is conserved, the rows of every worker are numbered without gaps, and nothing moves while it is read. */
function read(database: Database): void {
  database.exec('BEGIN');
  const look = (): unknown[] => [
    database.prepare('SELECT sum(balance) FROM account').pluck().get(),
    database
      .prepare('SELECT worker, count(*) = max(n), count(*), sum(length(payload)) FROM ledger GROUP BY worker')
      .raw()
      .all(),
  ];
  const [before, after] = [look(), look()];
  database.exec('COMMIT');
  if (before[0] !== TOTAL) say(`bad sum ${String(before[0])}`);
  for (const row of before[1] as [number, number][])
    if (row[1] !== 1) say(`bad ledger of worker ${row[0]}: ${JSON.stringify(row)}`);
  if (JSON.stringify(before) !== JSON.stringify(after))
    say(`bad snapshot ${JSON.stringify(before)} then ${JSON.stringify(after)}`);
}

/** Others may hold the file for longer than the timeout, a paused one above all. */
function connectPatiently(): Database {
  for (;;) {
    try {
      return connect();
    } catch (error) {
      if (!isBusy(error)) throw error;
    }
  }
}

let database = connectPatiently();
for (;;) {
  try {
    if (random.between(0, 2) === 0) read(database);
    const last = database
      .prepare('SELECT coalesce(max(n), 0) FROM ledger WHERE worker = ?')
      .pluck()
      .get(worker) as number;
    if (write(database, last + 1)) say(`ack ${last + 1}`);
    if (random.between(0, 60) === 0)
      database.pragma(`wal_checkpoint(${random.pick(['PASSIVE', 'FULL', 'RESTART', 'TRUNCATE'])})`);
    if (random.between(0, 80) === 0) {
      database.close();
      database = connectPatiently();
    }
  } catch (error) {
    if (!isBusy(error)) say(`bad ${(error as Error).message} ${String((error as { code?: unknown }).code)}`);
    if (database.inTransaction) database.exec('ROLLBACK');
  }
}
