// Wrong statements: every file of errors/ runs on both engines, statement by statement (one a line). Messages and extended codes must
// agree; those that must succeed to set the scene are compared as well.
import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { compareOutcomes, outcomeOf, type Outcome } from './compare';
import { openOracle, openRinglite, type Database, type OpenDatabase } from './engines';

const folder = join(__dirname, 'errors');
const LEAST_WRONG_STATEMENTS = 500;

const scratch = mkdtempSync(join(tmpdir(), 'errors-'));
let wrongStatements = 0;

/** A new database in memory, or a file that is opened read-only. */
function open(engine: OpenDatabase, isReadonly: boolean, name: string): Database {
  if (!isReadonly) return engine(':memory:');
  const file = join(scratch, `${name}.db`);
  const database = openOracle(file);
  database.exec('CREATE TABLE t(a, b); CREATE INDEX i ON t(a); CREATE VIEW v AS SELECT * FROM t; INSERT INTO t VALUES(1, 2)');
  database.close();
  return engine(file, { readonly: true });
}

/** Messages that show where a file is. */
const withoutPaths = ({ error, ...rest }: Outcome): Outcome => ({
  ...rest,
  error: error?.replaceAll(scratch, ''),
});

afterAll(() => {
  rmSync(scratch, { recursive: true });
});

test.each(readdirSync(folder).filter((name) => name.endsWith('.sql')))('%s', (name) => {
  const text = readFileSync(join(folder, name), 'utf8');
  const isReadonly = text.startsWith('-- database: readonly');
  const [ours, oracle] = [open(openRinglite, isReadonly, 'ours'), open(openOracle, isReadonly, 'oracle')];
  const differences: unknown[] = [];
  for (const sql of text.split('\n')) {
    if (sql === '' || sql.startsWith('--')) continue;
    const [mine, theirs] = [withoutPaths(outcomeOf(ours, sql)), withoutPaths(outcomeOf(oracle, sql))];
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
