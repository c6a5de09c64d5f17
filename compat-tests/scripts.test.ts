// SQL scripts run statement by statement on better-sqlite3 and on Ringlite: rows, column names, changes, flags and errors must be
// equal at every step, and the schema and integrity_check at the end. A line of dashes starts a new database.
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import Ringlite from '../lib/index';
import { type Database, loadOracle } from './packages';

const folder = join(__dirname, 'scripts');

/** What a statement does, as text. */
function outcome(database: Database, sql: string): unknown {
  try {
    const statement = database.prepare(sql);
    if (!statement.reader) return [statement.readonly, statement.run().changes];
    const names = statement.columns().map(({ name }) => name);
    return [statement.readonly, names, statement.raw().all()];
  } catch (error) {
    const { code, message } = error as Error & { code?: string };
    return [code, message];
  }
}

const atEnd = ['select type, name, tbl_name, rootpage, sql from sqlite_schema', 'pragma integrity_check'];

describe.each(readdirSync(folder))('%s', (file) => {
  const parts = readFileSync(join(folder, file), 'utf8').split(/^---\n/m);
  test.each(parts.map((part, i) => [i + 1, part] as const))('part %i', (_number, part) => {
    const oracle = new (loadOracle())(':memory:');
    const ours = new Ringlite(':memory:') as unknown as Database;
    const statements = part.split(';\n').filter((text) => text.trim() !== '');
    for (const sql of [...statements, ...atEnd]) {
      expect([sql, outcome(ours, sql)]).toEqual([sql, outcome(oracle, sql)]);
    }
    oracle.close();
    ours.close();
  });
});
