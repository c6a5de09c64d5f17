// Runs one test source on better-sqlite3 (the oracle) and on Ringlite. COMPAT_PACKAGE=<name> picks one of them;
// COMPAT_ORACLE=<folder> is another better-sqlite3 than the repository's.
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type BetterSqlite3 from 'better-sqlite3';

/** Both packages' constructor, typed as better-sqlite3's. */
export type DatabaseConstructor = typeof BetterSqlite3;
export type Database = BetterSqlite3.Database;

/** What to require for better-sqlite3. */
export const oracle = process.env['COMPAT_ORACLE'] ?? 'better-sqlite3';

export const loadOracle = (): DatabaseConstructor => require(oracle) as DatabaseConstructor;

export const loadRinglite = (): DatabaseConstructor =>
  (require('../lib/index') as { default: DatabaseConstructor }).default;

const loaders: Record<string, () => DatabaseConstructor> = {
  'better-sqlite3': loadOracle,
  ringlite: loadRinglite,
};

/** The better-sqlite3 that serves as oracle. Where 12 and 13 disagree Ringlite does as 12, which runs on Node 20. */
export const oracleVersion = Number((require(`${oracle}/package.json`) as { version: string }).version.split('.')[0]);

export interface Fixture {
  readonly packageName: string;
  /** The package does what better-sqlite3 12 does. */
  readonly isVersion12: boolean;
  readonly Database: DatabaseConstructor;
  /** Opens a database that is closed after the test. */
  open(filename?: string | Buffer, options?: BetterSqlite3.Options): Database;
  /** A path in a folder of its own that is removed after the tests. */
  file(name?: string): string;
}

/** Declares the tests once for each package. */
export function onBothPackages(title: string, define: (fixture: Fixture) => void): void {
  for (const [packageName, load] of Object.entries(loaders)) {
    const only = process.env['COMPAT_PACKAGE'];
    if (only !== undefined && only !== packageName) continue;
    describe(`${title} (${packageName})`, () => {
      let folder: string | undefined;
      let count = 0;
      const opened: Database[] = [];
      const fixture: Fixture = {
        packageName,
        isVersion12: packageName === 'ringlite' || oracleVersion < 13,
        get Database() {
          return load();
        },
        open(filename = ':memory:', options = {}) {
          const database = new (load())(filename, options);
          opened.push(database);
          return database;
        },
        file(name) {
          folder ??= mkdtempSync(join(tmpdir(), 'ringlite-compat-'));
          return join(folder, name ?? `${String(++count)}.db`);
        },
      };
      afterEach(() => {
        for (const database of opened.splice(0)) closeQuietly(database);
      });
      afterAll(() => {
        if (folder !== undefined) rmSync(folder, { recursive: true, force: true });
      });
      define(fixture);
    });
  }
}

function closeQuietly(database: Database): void {
  try {
    database.close();
  } catch {
    // A test may leave an iterator open on purpose.
  }
}

/** What a call throws, as plain data. */
export function thrown(call: () => unknown): { name: string; message: string; code?: string } {
  try {
    call();
  } catch (error) {
    const { name, message, code } = error as Error & { code?: string };
    return code === undefined ? { name, message } : { name, message, code };
  }
  throw new Error('expected the call to throw');
}

export const typeError = (message: string): object => ({ name: 'TypeError', message });
export const rangeError = (message: string): object => ({ name: 'RangeError', message });
export const sqliteError = (code: string, message: string): object => ({ name: 'SqliteError', message, code });
