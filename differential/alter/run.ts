// npm run alter -- [--seed S] [--runs N] [--stop-at N]
// ALTER TABLE on random schemas, on both engines: outcomes, the text of every object, and all rows are compared after each statement.
// Every difference is printed with the statements that lead to it. Exit code 1 when anything differs.
import { parseArgs } from 'node:util';
import { compareOutcomes, outcomeOf } from '../compare';
import { openOracle, openRinglite, type Database, type OpenDatabase } from '../engines';
import { Random } from '../generator/random';
import { reduceStatements } from '../reduce';
import { SchemaGenerator } from './objects';

const { values: options } = parseArgs({
  options: {
    seed: { type: 'string', default: '1' },
    runs: { type: 'string', default: '300' },
    'stop-at': { type: 'string', default: '10' },
  },
});

const ALTERS_PER_RUN = 12;

/** The text of every object and the rows of every table. */
function describe(database: Database): string {
  const parts: unknown[] = [];
  for (const name of ['main', 'temp', 'aux']) {
    const objects = database.prepare(`SELECT type, name, tbl_name, sql FROM ${name}.sqlite_schema`).raw().all();
    parts.push(name, ...objects);
    for (const [type, , table] of objects as string[][]) {
      if (type === 'table')
        parts.push(outcomeOf(database, `SELECT * FROM ${name}."${table?.replaceAll('"', '""')}"`).rows);
    }
  }
  return parts.map((part) => JSON.stringify(part)).join('\n');
}

interface Difference {
  readonly kind: string;
  readonly ours: string;
  readonly oracle: string;
}

function open(engine: OpenDatabase): Database {
  return engine(':memory:').exec("ATTACH ':memory:' AS aux");
}

/** Runs all statements; what differs after the last one. */
function replay(statements: readonly string[]): Difference | undefined {
  const [ours, oracle] = [open(openRinglite), open(openOracle)];
  try {
    let difference: Difference | undefined;
    for (const [at, sql] of statements.entries()) {
      const [mine, theirs] = [outcomeOf(ours, sql), outcomeOf(oracle, sql)];
      if (at < statements.length - 1) continue;
      const kind = compareOutcomes(mine, theirs);
      const [before, expected] = kind === undefined ? [describe(ours), describe(oracle)] : ['', ''];
      if (kind !== undefined)
        difference = { kind, ours: JSON.stringify(mine, showBig), oracle: JSON.stringify(theirs, showBig) };
      else if (before !== expected) difference = { kind: 'schema', ...firstDifference(before, expected) };
    }
    return difference;
  } finally {
    ours.close();
    oracle.close();
  }
}

const showBig = (_: string, value: unknown): unknown => (typeof value === 'bigint' ? String(value) : value);

function firstDifference(ours: string, oracle: string): { ours: string; oracle: string } {
  const [mine, theirs] = [ours.split('\n'), oracle.split('\n')];
  const at = mine.findIndex((line, i) => line !== theirs[i]);
  return { ours: mine[at] ?? '', oracle: theirs[at] ?? '' };
}

const counts = { statements: 0, failed: 0, errors: 0 };

function report(seed: number, statements: readonly string[], difference: Difference): void {
  counts.failed++;
  const shown = reduceStatements(statements, (list) => replay(list)?.kind === difference.kind);
  const found = replay(shown) ?? difference;
  console.log(`\n-- seed ${seed}: ${found.kind}\n${shown.map((sql) => `${sql};`).join('\n')}`);
  console.log(`   ours:   ${found.ours}\n   oracle: ${found.oracle}`);
}

for (let run = 0; run < Number(options.runs) && counts.failed < Number(options['stop-at']); run++) {
  const seed = Number(options.seed) + run;
  const [ours, oracle] = [open(openRinglite), open(openOracle)];
  const generator = new SchemaGenerator(new Random(seed));
  const statements: string[] = [];
  const setup = generator.setup();
  for (let step = 0; step < setup.length + ALTERS_PER_RUN; step++) {
    const sql = setup[step] ?? generator.alter();
    statements.push(sql);
    counts.statements++;
    const [mine, theirs] = [outcomeOf(ours, sql), outcomeOf(oracle, sql)];
    if (theirs.error !== undefined) counts.errors++;
    if (compareOutcomes(mine, theirs) !== undefined || (step >= setup.length && describe(ours) !== describe(oracle))) {
      report(seed, statements, replay(statements) ?? { kind: 'lost', ours: '', oracle: '' });
      break;
    }
  }
  ours.close();
  oracle.close();
}

console.log(`\nseeds from ${options.seed}; ${counts.errors} statements failed on both as they must`);
console.log(`${counts.statements - counts.failed} passed, ${counts.failed} failed`);
process.exitCode = counts.failed ? 1 : 0;
