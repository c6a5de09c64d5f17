// npm run plans -- [--seed S] [--seeds N] [--per-run N] [--analyze] [--costs] [--show N] [--class TEXT]
// EXPLAIN QUERY PLAN of generated statements on both engines: how many plans differ, and in which ways, the most frequent first.
// The lines and their tree count, the numbers of the lines do not.
// --analyze: statistics are made now and then. --costs: the estimates of loops count too. --show: examples of each way.
import { parseArgs } from 'node:util';
import { outcomeOf } from './compare';
import { openOracle, openRinglite, type Database } from './engines';
import { Random } from './generator/random';
import { ALL_FEATURES, StatementGenerator, type Step } from './generator/statement';

const { values: options } = parseArgs({
  options: {
    seed: { type: 'string', default: '1' },
    seeds: { type: 'string', default: '20' },
    'per-run': { type: 'string', default: '150' },
    analyze: { type: 'boolean', default: false },
    costs: { type: 'boolean', default: false },
    show: { type: 'string', default: '1' },
    class: { type: 'string', default: '' },
  },
});

interface PlanRow {
  readonly id: number;
  readonly parent: number;
  readonly notused: number;
  readonly detail: string;
}

interface Example {
  readonly seed: number;
  readonly sql: string;
  readonly ours: readonly string[];
  readonly oracle: readonly string[];
}

/** Lines of the plan, indented by their depth; null when the statement is refused. */
function planOf(database: Database, { sql, parameters }: Step): readonly string[] | null {
  let rows: PlanRow[];
  try {
    rows = database.prepare(`EXPLAIN QUERY PLAN ${sql}`).all(...parameters) as PlanRow[];
  } catch {
    return null;
  }
  const lines: string[] = [];
  const addBelow = (parent: number, depth: number): void => {
    for (const row of rows.filter((candidate) => candidate.parent === parent)) {
      lines.push('  '.repeat(depth) + row.detail + (options.costs ? ` [${row.notused}]` : ''));
      addBelow(row.id, depth + 1);
    }
  };
  addBelow(0, 0);
  return lines;
}

/** A line without the names of the schema. */
function shapeOf(line: string): string {
  return line
    .trim()
    .replace(/\b(SCAN|SEARCH|ON|MATERIALIZE|CO-ROUTINE|INDEX) (?!VIRTUAL|USING)("?[\w-]+"?|\(subquery-\d+\))/g, '$1 x')
    .replace(/SUBQUERY \d+/g, 'SUBQUERY n')
    .replace(/\([^)]*[=<>][^)]*\)/g, '(..)');
}

/** How two plans differ: the first lines that do, or the same lines in another tree. */
function classOf(ours: readonly string[], oracle: readonly string[]): string {
  const at = ours.findIndex((line, i) => line !== oracle[i]);
  const place = at < 0 ? ours.length : at;
  const [mine, theirs] = [ours[place] ?? '(end)', oracle[place] ?? '(end)'];
  if (mine.trim() === theirs.trim()) return `depth of: ${shapeOf(mine)}`;
  const [ourShape, theirShape] = [shapeOf(mine), shapeOf(theirs)];
  return ourShape === theirShape ? `names in: ${ourShape}` : `${ourShape}  <->  ${theirShape}`;
}

const EXPLAINABLE = /^\s*(SELECT|VALUES|WITH|INSERT|REPLACE|UPDATE|DELETE)\b/i;
const ANALYZE_EVERY = 40;

const classes = new Map<string, Example[]>();
const counts = { plans: 0, different: 0 };

function comparePlans(seed: number, step: Step, ours: Database, oracle: Database): void {
  const [mine, theirs] = [planOf(ours, step), planOf(oracle, step)];
  if (mine === null || theirs === null) return;
  counts.plans++;
  if (mine.join('\n') === theirs.join('\n')) return;
  counts.different++;
  const name = classOf(mine, theirs);
  const examples = classes.get(name) ?? [];
  examples.push({ seed, sql: step.sql, ours: mine, oracle: theirs });
  classes.set(name, examples);
}

const firstSeed = Number(options.seed);
for (let seed = firstSeed; seed < firstSeed + Number(options.seeds); seed++) {
  const [ours, oracle] = [openRinglite(':memory:'), openOracle(':memory:')];
  const generator = new StatementGenerator(new Random(seed), ALL_FEATURES);
  for (let i = 0; i < Number(options['per-run']); i++) {
    const step = generator.next();
    if (EXPLAINABLE.test(step.sql)) comparePlans(seed, step, ours, oracle);
    for (const engine of [ours, oracle]) outcomeOf(engine, step.sql, step.parameters);
    if (options.analyze && i % ANALYZE_EVERY === ANALYZE_EVERY - 1)
      for (const engine of [ours, oracle]) outcomeOf(engine, 'ANALYZE');
  }
  ours.close();
  oracle.close();
}

const sorted = [...classes].sort(([, a], [, b]) => b.length - a.length);
for (const [name, examples] of sorted.filter(([text]) => text.includes(options.class))) {
  console.log(`\n${String(examples.length).padStart(5)}  ${name}`);
  for (const { seed, sql, ours, oracle } of examples.slice(0, Number(options.show))) {
    console.log(`       seed ${seed}: ${sql}`);
    console.log(`       ours:\n         ${ours.join('\n         ')}`);
    console.log(`       oracle:\n         ${oracle.join('\n         ')}`);
  }
}
console.log(`\n${counts.plans} plans, ${counts.different} differ in ${classes.size} ways`);
process.exitCode = counts.different > 0 ? 1 : 0;
