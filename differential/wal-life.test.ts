// What happens around a WAL: limits of its size, modes changed beside others, files that are replaced, transactions over
// several files. Each scenario is played by Ringlite and by real SQLite, beside a connection of real SQLite; the answers must be the same.
import { existsSync, mkdtempSync, readdirSync, renameSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { openOracle, openRinglite, type Database, type OpenDatabase } from './engines';

function answer(call: () => unknown): unknown {
  try {
    return call();
  } catch (error) {
    const { code, message } = error as { code: string; message: string };
    return `${code}: ${message}`;
  }
}

type Scenario = (open: OpenDatabase, folder: string) => unknown[];

function makeWal(open: OpenDatabase, file: string): Database {
  const database = open(file, { timeout: 0 });
  database.pragma('journal_mode = wal');
  database.exec('CREATE TABLE t (a, b); INSERT INTO t VALUES (1, zeroblob(50000))');
  return database;
}

const count = (database: Database): unknown => answer(() => database.prepare('SELECT count(*) FROM t').pluck().get());
const insert = (database: Database): unknown =>
  answer(() => database.prepare('INSERT INTO t VALUES (2, zeroblob(9000))').run().changes);
const size = (file: string): number => (existsSync(file) ? statSync(file).size : -1);

const scenarios: Record<string, Scenario> = {
  'journal_size_limit cuts the log when it is started over'(open, folder) {
    const file = join(folder, 'a.db');
    const database = makeWal(open, file);
    const log: unknown[] = [];
    for (const limit of [-1, 0, 20_000, 1_000_000]) {
      log.push(database.pragma(`journal_size_limit = ${limit}`));
      for (let i = 0; i < 10; i++) insert(database);
      const [checkpoint] = database.pragma('wal_checkpoint(restart)') as { busy: number; log: number }[];
      // Which free pages are written is each engine's own affair, so what a limit does not cut differs a little.
      log.push(checkpoint?.busy, insert(database), limit >= 0 && limit < 100_000 && size(`${file}-wal`));
    }
    log.push(database.pragma('wal_checkpoint(truncate)'), size(`${file}-wal`));
    database.close();
    return [...log, readdirSync(folder)];
  },

  'the journal mode stays while others are connected'(open, folder) {
    const file = join(folder, 'a.db');
    const database = makeWal(open, file);
    const peer = openOracle(file, { timeout: 0 });
    const log: unknown[] = [count(peer)];
    for (const mode of ['delete', 'truncate', 'wal', 'memory', 'off'])
      log.push(
        answer(() => database.pragma(`journal_mode = ${mode}`)),
        insert(database),
        count(peer),
      );
    peer.close();
    log.push(
      answer(() => database.pragma('journal_mode = truncate')),
      insert(database),
      readdirSync(folder),
    );
    const reader = openOracle(file, { timeout: 0 });
    reader.exec('BEGIN');
    log.push(
      count(reader),
      answer(() => database.pragma('journal_mode = wal')),
    );
    reader.exec('COMMIT');
    log.push(
      answer(() => database.pragma('journal_mode = wal')),
      insert(database),
      count(reader),
    );
    reader.close();
    database.close();
    return [...log, readdirSync(folder)];
  },

  'a file that is renamed away goes on under its new name'(open, folder) {
    const file = join(folder, 'a.db');
    const database = makeWal(open, file);
    renameSync(file, join(folder, 'b.db'));
    const log: unknown[] = [insert(database), count(database)];
    const fresh = open(file, { timeout: 0 });
    log.push(answer(() => fresh.exec('CREATE TABLE other (x)')) === fresh);
    fresh.close();
    log.push(count(database));
    database.close();
    return log;
  },

  'a transaction over two files with readers beside it'(open, folder) {
    const [one, two] = [join(folder, 'one.db'), join(folder, 'two.db')];
    for (const file of [one, two]) {
      const setup = openOracle(file);
      setup.exec('CREATE TABLE t (a, b)');
      setup.close();
    }
    const database = open(one, { timeout: 0 });
    database.exec(`ATTACH '${two}' AS two`);
    const peer = openOracle(two, { timeout: 0 });
    const both = (): unknown =>
      answer(() => {
        database.exec('BEGIN; INSERT INTO main.t VALUES (1, 1); INSERT INTO two.t VALUES (1, 1)');
        database.exec('COMMIT');
        return 'committed';
      });
    const log: unknown[] = [both(), count(peer)];
    peer.exec('BEGIN');
    log.push(count(peer), both(), database.inTransaction, count(peer));
    log.push(answer(() => database.exec('COMMIT')) === database);
    peer.exec('COMMIT');
    log.push(answer(() => database.exec('COMMIT')) === database, database.inTransaction, count(peer));
    peer.exec('BEGIN IMMEDIATE');
    log.push(both(), database.inTransaction);
    if (database.inTransaction) database.exec('ROLLBACK');
    peer.exec('ROLLBACK');
    log.push(count(database), count(peer));
    peer.close();
    database.close();
    return [...log, readdirSync(folder)];
  },

  'the last one out leaves no log, others leave it'(open, folder) {
    const file = join(folder, 'a.db');
    const database = makeWal(open, file);
    const peer = openOracle(file, { timeout: 0 });
    const log: unknown[] = [count(peer)];
    database.close();
    log.push(readdirSync(folder), insert(peer));
    const again = open(file, { timeout: 0 });
    log.push(count(again));
    peer.close();
    log.push(readdirSync(folder), count(again), again.pragma('wal_checkpoint(noop)'));
    again.close();
    return [...log, readdirSync(folder)];
  },
};

test.each(Object.keys(scenarios))('%s', (name) => {
  const [ours, theirs] = [openRinglite, openOracle].map((open) => {
    const folder = mkdtempSync(join(tmpdir(), 'ringlite-life-'));
    const log = JSON.stringify(scenarios[name]?.(open, folder), null, 1);
    rmSync(folder, { recursive: true });
    return log;
  });
  expect(ours).toBe(theirs);
});
