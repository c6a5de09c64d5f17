// npm run documentation -- DIRECTORY [--page NAME] [--stop-at N] [--show] [--all]
// Runs every example statement of SQLite's documentation (HTML pages in DIRECTORY) on both engines, page by page on new databases with the
// statements in order, and prints what differs. Of EXPLAIN QUERY PLAN the described steps are compared, of EXPLAIN nothing.
import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { compareOutcomes, showValue, type Outcome } from '../compare';
import { openOracle, openRinglite, type Database } from '../engines';
import { exampleStatements } from './extract';
import { isPlan, isUnsteady } from './unsteady';

const { values: options, positionals } = parseArgs({
  allowPositionals: true,
  options: {
    page: { type: 'string' },
    show: { type: 'boolean' },
    all: { type: 'boolean' },
    'stop-at': { type: 'string', default: '1000' },
  },
});

const directory = positionals[0];
if (directory === undefined) throw new Error('usage: npm run documentation -- DIRECTORY');

/** Some examples go on for ever. */
const ROW_LIMIT = 3000;

/** Pages of modules that are missing (COMPATIBILITY.md), and of one that better-sqlite3's build lacks; --all runs them too. */
const OTHER_MODULES = new Set(['fts3', 'fts5', 'rtree', 'geopoly', 'rbu', 'profile', 'series']);

/** What one statement does; parameters are NULL. Never throws. */
function outcomeOf(database: Database, sql: string): Outcome {
  const outcome = { columns: [] as string[], rows: [] as string[], error: undefined as string | undefined };
  let changes: number | bigint | undefined;
  let lastInsertRowid: number | bigint | undefined;
  try {
    const statement = database.prepare(sql);
    const parameters = /[?:@$]\w*/.test(sql.replace(/'(?:[^']|'')*'/g, '')) && hasParameters(statement);
    if (parameters) database.exec(sql);
    else if (statement.reader) {
      outcome.columns = statement.columns().map((column) => `${column.name}~${column.type}`);
      for (const row of statement.raw().safeIntegers().iterate()) {
        const values = isPlan(sql) ? (row as unknown[]).slice(3) : (row as unknown[]);
        outcome.rows.push(values.map(showValue).join(' | '));
        if (outcome.rows.length === ROW_LIMIT) break;
      }
    } else ({ changes, lastInsertRowid } = statement.run());
  } catch (error) {
    const { name, message, code } = error as Error & { code?: string };
    outcome.error = `${name} ${code ?? ''}: ${message}`;
  }
  return { ...outcome, changes, lastInsertRowid, inTransaction: database.inTransaction };
}

function hasParameters(statement: ReturnType<Database['prepare']>): boolean {
  try {
    statement.bind([]);
    return false;
  } catch {
    return true;
  }
}

const counts = { pages: 0, statements: 0, errors: 0, failed: 0 };

function lines(outcome: Outcome): string {
  if (outcome.error !== undefined) return outcome.error;
  if (outcome.changes !== undefined) return `changes ${outcome.changes}, last rowid ${outcome.lastInsertRowid}`;
  return [`[${outcome.columns.join(', ')}]`, ...outcome.rows.slice(0, 12)].join('\n             ');
}

/** An engine works in a directory of its own: some examples attach files. */
interface Engine {
  readonly database: Database;
  readonly folder: string;
}

function runPage(name: string, html: string): void {
  const statements = exampleStatements(html);
  if (statements.length === 0) return;
  counts.pages++;
  const engines = [openRinglite, openOracle].map((open): Engine => {
    const folder = mkdtempSync(join(tmpdir(), 'documentation-'));
    process.chdir(folder);
    return { folder, database: open(join(folder, 'example.db')) };
  });
  for (const sql of statements) {
    counts.statements++;
    if (options.show) console.log(`${name}: ${sql}`);
    const [ours, oracle] = engines.map(({ database, folder }) => {
      process.chdir(folder);
      return outcomeOf(database, sql);
    }) as [Outcome, Outcome];
    if (oracle.error !== undefined) counts.errors++;
    const [mine, theirs] = isUnsteady(sql)
      ? [
          { ...ours, rows: [] },
          { ...oracle, rows: [] },
        ]
      : [ours, oracle];
    const [left, right] = engines.map(({ folder }) => folder) as [string, string];
    const kind = compareOutcomes(
      mine,
      JSON.parse(JSON.stringify(theirs, bigAsText).replaceAll(right, left), textAsBig) as Outcome,
    );
    if (kind === undefined) continue;
    counts.failed++;
    console.log(`\n-- ${name}: ${kind}\n${sql};\n   ringlite: ${lines(ours)}\n   SQLite:   ${lines(oracle)}`);
  }
  process.chdir(tmpdir());
  for (const { database, folder } of engines) {
    database.close();
    rmSync(folder, { recursive: true });
  }
}

const bigAsText = (_: string, value: unknown): unknown => (typeof value === 'bigint' ? `${value}n` : value);
const textAsBig = (_: string, value: unknown): unknown =>
  typeof value === 'string' && /^-?\d+n$/.test(value) ? BigInt(value.slice(0, -1)) : value;

for (const file of readdirSync(directory).sort()) {
  if (!file.endsWith('.html') || (options.page !== undefined && file !== `${options.page}.html`)) continue;
  if (!options.all && OTHER_MODULES.has(file.replace('.html', ''))) continue;
  if (counts.failed >= Number(options['stop-at'])) break;
  runPage(file, readFileSync(join(directory, file), 'utf8'));
}
console.log(`\n${counts.pages} pages; ${counts.errors} statements failed on both as they must`);
console.log(`${counts.statements - counts.failed} passed, ${counts.failed} failed`);
process.exitCode = counts.failed ? 1 : 0;
