// npm run differential -- [--seed S] [--statements N] [--per-run N] [--reduce] [--stop-at N] [--self] [--coverage] [--without F,G]
// Generates statements and runs each on Ringlite and on the oracle; every difference is printed with its seed, at will reduced.
// After each run both databases must pass integrity_check and hold the same schema and rows. Exit code 1 when anything differs.
// --seed today: seeds that nobody used before, for a run every night.
// --coverage: what of SQL the statements had, and what they never had. --without: features to leave out (generator/statement.ts).
import { parseArgs } from 'node:util';
import { compareOutcomes, outcomeOf, type Outcome } from './compare';
import { openOracle, openRinglite, type Database } from './engines';
import { Random } from './generator/random';
import { Coverage } from './generator/coverage';
import { ALL_FEATURES, StatementGenerator, type Features, type Step } from './generator/statement';
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
    coverage: { type: 'boolean' },
    without: { type: 'string', default: '' },
  },
});

const SEEDS_A_DAY = 10_000;
const firstSeed = options.seed === 'today' ? Math.floor(Date.now() / 86_400_000) * SEEDS_A_DAY : Number(options.seed);

const openOurs = options.self ? openOracle : openRinglite;
const statementTotal = Number(options.statements);
const perRun = Number(options['per-run']);
const stopAt = Number(options['stop-at']);
const coverage = options.coverage ? new Coverage() : null;
const features: Features = {
  ...ALL_FEATURES,
  ...Object.fromEntries(options.without.split(',').map((name) => [name, false])),
};

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

const run = (database: Database, { sql, parameters }: Step): Outcome => outcomeOf(database, sql, parameters);

function showStep({ sql, parameters }: Step): string {
  const values = parameters.map((value) =>
    value instanceof Uint8Array ? `x'${Buffer.from(value).toString('hex')}'` : String(value),
  );
  return `${sql};${values.length > 0 ? ` -- ${values.join(', ')}` : ''}`;
}

/** Runs all statements on new databases; the last one's kind of difference. */
function replay(steps: readonly Step[]): string | undefined {
  const ours = openOurs(':memory:');
  const oracle = openOracle(':memory:');
  try {
    let kind: string | undefined;
    for (const step of steps) kind = compareOutcomes(run(ours, step), run(oracle, step));
    return kind;
  } finally {
    ours.close();
    oracle.close();
  }
}

/** INSERT and UPDATE: OR ROLLBACK may undo schema changes. */
const CHANGES_SCHEMA = /^(CREATE|ALTER|DROP|ROLLBACK|DETACH|(INSERT|UPDATE) OR ROLLBACK)/;

const ALL_NAMES = 'SELECT name FROM sqlite_schema UNION ALL SELECT name FROM sqlite_temp_schema';

/** The generator's model follows what there really is. Both engines are asked: it opens the temp database. */
function syncSchema(ours: Database, oracle: Database, generator: StatementGenerator): void {
  outcomeOf(ours, ALL_NAMES);
  try {
    const rows = oracle.prepare(ALL_NAMES).pluck().all();
    generator.schema.keepOnly(new Set(rows as string[]));
  } catch {
    return; // A schema that a pragma made unreadable.
  }
}

const counts = { statements: 0, failed: 0, orders: 0, errors: 0 };

function report(seed: number, statements: readonly Step[], kind: string, ours: Outcome, oracle: Outcome): void {
  counts.failed++;
  console.log(`\n-- seed ${seed}, statement ${statements.length}: ${kind}`);
  const shown = options.reduce ? reduceStatements(statements, (list) => replay(list) === kind) : statements.slice(-1);
  console.log(shown.map(showStep).join('\n'));
  console.log(`   ours:   ${show(ours)}\n   oracle: ${show(oracle)}`);
}

/** The table has the largest rowid: later ones are drawn at random. */
const drawsRowids = (oracle: Database, table: string): boolean =>
  outcomeOf(oracle, `SELECT 1 FROM ${table} WHERE rowid = 9223372036854775807`).rows.length > 0;

/** Both databases at the end of a run: integrity and content. */
function compareContent(
  ours: Database,
  oracle: Database,
  generator: StatementGenerator,
  seed: number,
  steps: Step[],
): void {
  outcomeOf(ours, 'ROLLBACK');
  outcomeOf(oracle, 'ROLLBACK');
  for (const sql of [
    'PRAGMA integrity_check',
    'PRAGMA foreign_key_check',
    'SELECT type, name, tbl_name, sql FROM sqlite_schema',
    'SELECT type, name, tbl_name, sql FROM sqlite_temp_schema',
    ...generator.schema.tables
      .filter(({ name }) => !drawsRowids(oracle, name))
      .map(({ name }) => `SELECT * FROM ${name}`),
  ]) {
    const mine = outcomeOf(ours, sql);
    const theirs = outcomeOf(oracle, sql);
    const kind = compareOutcomes(mine, theirs);
    if (kind !== undefined && kind !== 'order') report(seed, [...steps, { sql, parameters: [] }], kind, mine, theirs);
  }
}

for (let seed = firstSeed; counts.statements < statementTotal && counts.failed < stopAt; seed++) {
  const ours = openOurs(':memory:');
  const oracle = openOracle(':memory:');
  const generator = new StatementGenerator(new Random(seed), features);
  const statements: Step[] = [];
  let hasDiverged = false;
  while (statements.length < perRun && !hasDiverged) {
    const step = generator.next();
    const { sql } = step;
    statements.push(step);
    counts.statements++;
    coverage?.add(sql);
    const mine = run(ours, step);
    const theirs = run(oracle, step);
    if (theirs.error !== undefined) counts.errors++;
    if (CHANGES_SCHEMA.test(sql)) syncSchema(ours, oracle, generator);
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
  if (!hasDiverged) compareContent(ours, oracle, generator, seed, statements);
  ours.close();
  oracle.close();
}

if (coverage) console.log(coverage.report().join('\n'));
console.log(
  `\nseeds from ${firstSeed}; ${counts.errors} statements failed on both as they must; ${counts.orders} results in another order without ORDER BY`,
);
console.log(`${counts.statements - counts.failed} passed, ${counts.failed} failed`);
process.exitCode = counts.failed ? 1 : 0;
