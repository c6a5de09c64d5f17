// SqliteError.offset of every wrong statement of errors/, against sqlite3_error_offset() as scripts/record-offsets.ts recorded it.
import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import Ringlite, { SqliteError } from '../lib/index';
import { openRinglite, type Database } from './engines';

const folder = join(__dirname, 'errors');
/** By file: statements with the offset of their error, null when they succeed. */
const recorded = new Map<string, [sql: string, offset: number | null][]>();
for (const line of readFileSync(join(folder, 'offsets.tsv'), 'utf8').trimEnd().split('\n')) {
  const [name = '', offset, ...sql] = line.split('\t');
  const list = recorded.get(name) ?? [];
  recorded.set(name, list);
  list.push([sql.join('\t'), offset === 'ok' ? null : Number(offset)]);
}
const scratch = mkdtempSync(join(tmpdir(), 'offsets-'));
const home = process.cwd();

beforeAll(() => {
  process.chdir(scratch);
});
afterAll(() => {
  process.chdir(home);
  rmSync(scratch, { recursive: true });
});

/** The offset of the statement's error; null when there is none; undefined when this API refuses the call before SQLite sees it. */
function offsetOf(database: Database, sql: string): number | null | undefined {
  try {
    const statement = database.prepare(sql);
    if (statement.reader) statement.all();
    else statement.run();
    return null;
  } catch (error) {
    return error instanceof SqliteError ? error.offset : undefined;
  }
}

test('what was recorded are the statements of the files', () => {
  const names = readdirSync(folder).filter((name) => name.endsWith('.sql') && name !== 'readonly.sql');
  expect([...recorded.keys()].sort()).toEqual(names.sort());
  for (const name of names) {
    const lines = readFileSync(join(folder, name), 'utf8').split('\n');
    expect(recorded.get(name)?.map(([sql]) => sql)).toEqual(
      lines.filter((line) => line !== '' && !line.startsWith('--')),
    );
  }
});

test.each([...recorded.keys()])('%s', (name) => {
  const database = openRinglite(':memory:');
  for (const [sql, offset] of recorded.get(name) ?? []) {
    const found = offsetOf(database, sql);
    if (found !== undefined && found !== offset) expect({ sql, offset: found }).toEqual({ sql, offset });
  }
  database.close();
});

test('of several statements the offset counts from the beginning of the text', () => {
  const database = new Ringlite(':memory:');
  let error: unknown;
  try {
    database.exec("SELECT 'é'; SELECT nope");
  } catch (thrown) {
    error = thrown;
  }
  expect(error).toMatchObject({ message: 'no such column: nope', offset: Buffer.byteLength("SELECT 'é'; SELECT ") });
  expect(Object.keys(error as object)).toEqual(['code']);
  expect(new SqliteError('x', 'SQLITE_ERROR').offset).toBe(-1);
  database.close();
});
