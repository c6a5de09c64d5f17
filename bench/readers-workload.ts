// The database of `npm run bench:readers` and what its processes agree on. Items come in pairs whose balances have a constant sum: a
// reader that finds another sum has seen half a transaction.
import type { Database } from '../differential/engines';

export const PAIR_SUM = 2000;

/** Bytes of an item in the file: 222 in the table, 14 in the index. */
const ITEM_BYTES = 236;
export const itemCount = (megabytes: number): number => Math.floor((megabytes * 1e6) / ITEM_BYTES / 2) * 2;

/** Keys that lie in the index in another order than the items in the table. */
export const keyOf = (id: number): number => Math.imul(id, 2654435761) >>> 0;

/** Items 1..count/2 and their partners count/2 further on: never on one page. */
export function fill(database: Database, count: number): void {
  database.pragma('journal_mode = WAL');
  database.exec('CREATE TABLE item (id INTEGER PRIMARY KEY, key INT, balance INT, payload BLOB)');
  const insert = database.prepare('INSERT INTO item VALUES (?, ?, ?, zeroblob(200))');
  database.transaction(() => {
    for (let id = 1; id <= count; id++) insert.run(id, keyOf(id), PAIR_SUM / 2);
  })();
  database.exec('CREATE INDEX item_key ON item (key)');
  database.pragma('wal_checkpoint(TRUNCATE)');
}

/** Pages from the root to a leaf. */
export function depthOf(database: Database, btree: string): number {
  const sql = "SELECT max(length(path) - length(replace(path, '/', ''))) FROM dbstat WHERE name = ?";
  return database.prepare(sql).pluck().get(btree) as number;
}

/** What a process does, as its argument. */
export interface Task {
  readonly role: 'reader' | 'writer';
  readonly engine: 'ringlite' | 'stock';
  readonly file: string;
  readonly items: number;
  readonly seed: number;
  readonly cacheKib: number;
  /** Of all lookups, so many go to `hotItems` of all items. */
  readonly hotLookups: number;
  readonly hotItems: number;
  /** Commits a second; 0: as many as it can. */
  readonly rate: number;
}

export interface Figures {
  readonly seconds: number;
  /** Lookups by a key of the index, or commits. */
  readonly operations: number;
  /** System calls that read. */
  readonly reads: number;
  readonly cpuSeconds: number;
  /** Snapshots whose consistency was looked at, and how many were not. */
  readonly checks: number;
  readonly violations: number;
  readonly busy: number;
}
