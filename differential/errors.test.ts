// Wrong statements: every file of errors/ runs on both engines, statement by statement (one a line). Messages and extended codes must
// agree; those that must succeed to set the scene are compared as well.
import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { compareOutcomes, outcomeOf, type Outcome } from './compare';
import { openOracle, openRinglite, type Database, type OpenDatabase } from './engines';

const folder = join(__dirname, 'errors');
const LEAST_WRONG_STATEMENTS = 500;

const scratch = mkdtempSync(join(tmpdir(), 'errors-'));
let wrongStatements = 0;

/** A new database in memory, or a file that is opened read-only. */
function open(engine: OpenDatabase, isReadonly: boolean, place: string): Database {
  mkdirSync(place, { recursive: true });
  if (!isReadonly) return engine(':memory:');
  const file = join(place, 'readonly.db');
  const database = openOracle(file);
  database.exec(
    'CREATE TABLE t(a, b); CREATE INDEX i ON t(a); CREATE VIEW v AS SELECT * FROM t; INSERT INTO t VALUES(1, 2)',
  );
  database.close();
  return engine(file, { readonly: true });
}

/** The outcome of a statement that finds files in `place`, which does not show in messages. */
function outcomeIn(place: string, database: Database, sql: string): Outcome {
  process.chdir(place);
  const { error, ...rest } = outcomeOf(database, sql);
  return { ...rest, error: error?.replaceAll(place, '') };
}

const home = process.cwd();

afterAll(() => {
  process.chdir(home);
  rmSync(scratch, { recursive: true });
});

test.each(readdirSync(folder).filter((name) => name.endsWith('.sql')))('%s', (name) => {
  const text = readFileSync(join(folder, name), 'utf8');
  const isReadonly = text.startsWith('-- database: readonly');
  const places = ['ours', 'oracle'].map((engine) => join(scratch, name, engine)) as [string, string];
  const [ours, oracle] = [open(openRinglite, isReadonly, places[0]), open(openOracle, isReadonly, places[1])];
  const differences: unknown[] = [];
  for (const sql of text.split('\n')) {
    if (sql === '' || sql.startsWith('--')) continue;
    const [mine, theirs] = [outcomeIn(places[0], ours, sql), outcomeIn(places[1], oracle, sql)];
    if (theirs.error !== undefined) wrongStatements++;
    if (compareOutcomes(mine, theirs) !== undefined) differences.push({ sql, ours: mine, oracle: theirs });
  }
  expect(differences).toEqual([]);
  ours.close();
  oracle.close();
});

test('there are enough of them', () => {
  expect(wrongStatements).toBeGreaterThanOrEqual(LEAST_WRONG_STATEMENTS);
});
