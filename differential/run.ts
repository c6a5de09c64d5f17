// npm run differential -- [--seed S] [--statements N] [--per-run N] [--reduce] [--stop-at N] [--self]
// Generates statements and runs each on Ringlite and on the oracle; every difference is printed with its seed, at will reduced.
// After each run both databases must pass integrity_check and hold the same rows. Exit code 1 when anything differs.
import { parseArgs } from 'node:util';
import { compareOutcomes, outcomeOf, type Outcome } from './compare';
import { openOracle, openRinglite, type Database } from './engines';
import { Random } from './generator/random';
import { StatementGenerator } from './generator/statement';
import { reduceStatements } from './reduce';

const { values: options } = parseArgs({
  options: {
    seed: { type: 'string', default: '1' },
    statements: { type: 'string', default: '20000' },
    'per-run': { type: 'string', default: '150' },
    reduce: { type: 'boolean' },
    'stop-at': { type: 'string', default: '20' },
    self: { type: 'boolean' },
    order: { type: 'boolean' },
  },
});

const openOurs = options.self ? openOracle : openRinglite;
const statementTotal = Number(options.statements);
const perRun = Number(options['per-run']);
const stopAt = Number(options['stop-at']);

/** Rows in another order count where the statement asks for an order, or with --order. */
const isDifference = (kind: string | undefined, sql: string): boolean =>
  kind !== undefined && (kind !== 'order' || options.order === true || /ORDER BY [^()]*$/.test(sql));

/** After the largest rowid SQLite draws rowids at random: no two engines agree, and the run cannot go on. */
const isRandomRowid = ({ lastInsertRowid }: Outcome): boolean => Number(lastInsertRowid ?? 0) > 2 ** 50;

function show(outcome: Outcome): string {
  if (outcome.error !== undefined) return outcome.error;
  if (outcome.changes !== undefined)
    return `changes ${outcome.changes}, rowid ${outcome.lastInsertRowid}, in transaction ${outcome.inTransaction}`;
  return `[${outcome.columns.join(', ')}] ${outcome.rows.length} rows: ${outcome.rows.slice(0, 5).join(' // ').slice(0, 600)}`;
}

/** Runs all statements on new databases; the last one's kind of difference. */
function replay(statements: readonly string[]): string | undefined {
  const ours = openOurs(':memory:');
  const oracle = openOracle(':memory:');
  try {
    let kind: string | undefined;
    for (const sql of statements) kind = compareOutcomes(outcomeOf(ours, sql), outcomeOf(oracle, sql));
    return kind;
  } finally {
    ours.close();
    oracle.close();
  }
}

const counts = { statements: 0, failed: 0, orders: 0, errors: 0 };

function report(seed: number, statements: readonly string[], kind: string, ours: Outcome, oracle: Outcome): void {
  counts.failed++;
  console.log(`\n-- seed ${seed}, statement ${statements.length}: ${kind}`);
  const shown = options.reduce ? reduceStatements(statements, (list) => replay(list) === kind) : statements.slice(-1);
  console.log(shown.map((sql) => `${sql};`).join('\n'));
  console.log(`   ours:   ${show(ours)}\n   oracle: ${show(oracle)}`);
}

/** Both databases at the end of a run: integrity and content. */
function compareContent(ours: Database, oracle: Database, generator: StatementGenerator, seed: number): void {
  for (const sql of [
    'ROLLBACK',
    'PRAGMA integrity_check',
    ...generator.schema.tables.map((table) => `SELECT * FROM ${table.name}`),
  ]) {
    const mine = outcomeOf(ours, sql);
    const theirs = outcomeOf(oracle, sql);
    const kind = compareOutcomes(mine, theirs);
    if (kind !== undefined && kind !== 'order') report(seed, [sql], `${kind} at the end`, mine, theirs);
  }
}

for (let seed = Number(options.seed); counts.statements < statementTotal && counts.failed < stopAt; seed++) {
  const ours = openOurs(':memory:');
  const oracle = openOracle(':memory:');
  const generator = new StatementGenerator(new Random(seed));
  const statements: string[] = [];
  let hasDiverged = false;
  while (statements.length < perRun && !hasDiverged) {
    const sql = generator.next();
    statements.push(sql);
    counts.statements++;
    const mine = outcomeOf(ours, sql);
    const theirs = outcomeOf(oracle, sql);
    if (theirs.error !== undefined) counts.errors++;
    const kind = compareOutcomes(mine, theirs);
    if (kind === 'order') counts.orders++;
    if (kind === 'changes' && isRandomRowid(mine) && isRandomRowid(theirs)) {
      hasDiverged = true;
      continue;
    }
    if (isDifference(kind, sql)) {
      report(seed, statements, kind ?? '', mine, theirs);
      hasDiverged = !/^\s*(SELECT|VALUES|WITH|PRAGMA)/.test(sql) || counts.failed >= stopAt;
    }
  }
  if (!hasDiverged) compareContent(ours, oracle, generator, seed);
  ours.close();
  oracle.close();
}

console.log(
  `\nseeds from ${options.seed}; ${counts.errors} statements failed on both as they must; ${counts.orders} results in another order without ORDER BY`,
);
console.log(`${counts.statements - counts.failed} passed, ${counts.failed} failed`);
process.exitCode = counts.failed ? 1 : 0;
