// npm run bench:planner -- [NAME-PART ...] [--scale 0.05] [--rounds N] [--analyze]
// Runs queries over a TPC-H-like database on better-sqlite3 and on Ringlite in turn: per query the CPU time of the fastest round of each and the ratio
// (better-sqlite3's time over ours: above 1 we are faster), at the end the median and the slowest. The rows must agree.
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { openOracle, openRinglite, type Database } from '../differential/engines';
import { showValue } from '../differential/compare';
import { fillTpch } from './tpch';
import { tpchQueries } from './tpch-queries';

const { values: options, positionals } = parseArgs({
  allowPositionals: true,
  options: {
    scale: { type: 'string', default: '0.05' },
    rounds: { type: 'string', default: '3' },
    analyze: { type: 'boolean', default: false },
  },
});

interface Result {
  readonly name: string;
  readonly ratio: number;
}

/** CPU time of one run: others may use the machine too. */
function timeOf(run: () => unknown, repeats: number): number {
  const start = process.cpuUsage();
  for (let i = 0; i < repeats; i++) run();
  const { user, system } = process.cpuUsage(start);
  return (user + system) / 1000 / repeats;
}

/** Short queries are run as often as makes a round worth measuring. */
const ROUND_MS = 20;

const shown = (rows: readonly unknown[][]): string => rows.map((row) => row.map(showValue).join('|')).join('\n');

function measure(ours: Database, oracle: Database, name: string, sql: string): Result {
  const [mine, theirs] = [ours.prepare(sql).raw(), oracle.prepare(sql).raw()];
  if (shown(mine.all() as unknown[][]) !== shown(theirs.all() as unknown[][])) console.log(`DIFFERENT ROWS: ${name}`);
  const once_ms = timeOf(() => theirs.all(), 1);
  const repeats = Math.min(200, Math.max(1, Math.round(ROUND_MS / once_ms)));
  const best = { ours: Infinity, theirs: Infinity };
  for (let round = 0; round < Number(options.rounds); round++) {
    best.ours = Math.min(
      best.ours,
      timeOf(() => mine.all(), repeats),
    );
    best.theirs = Math.min(
      best.theirs,
      timeOf(() => theirs.all(), repeats),
    );
  }
  const ratio = best.theirs / best.ours;
  const time = (value_ms: number): string => `${value_ms.toFixed(2)} ms`.padStart(12);
  console.log(`${name.padEnd(26)} ${time(best.theirs)} ${time(best.ours)} ${ratio.toFixed(2).padStart(8)}`);
  return { name, ratio };
}

const folder = mkdtempSync(join(tmpdir(), 'ringlite-planner-'));
try {
  const path = join(folder, 'tpch.db');
  const maker = openOracle(path);
  fillTpch(maker, Number(options.scale));
  if (options.analyze) maker.exec('ANALYZE');
  maker.close();
  const [ours, oracle] = [openRinglite(path), openOracle(path)];
  for (const database of [ours, oracle]) database.pragma('cache_size = -200000');
  console.log(
    `${'query'.padEnd(26)} ${'better-sqlite3'.padStart(12)} ${'ringlite'.padStart(11)} ${'ratio'.padStart(8)}`,
  );
  const results = tpchQueries
    .filter(({ name }) => positionals.length === 0 || positionals.some((part) => name.includes(part)))
    .map(({ name, sql }) => measure(ours, oracle, name, sql))
    .sort((a, b) => a.ratio - b.ratio);
  const [slowest] = results;
  const middle = results[results.length >> 1];
  if (slowest && middle) {
    console.log(
      `${results.length} queries, median ${middle.ratio.toFixed(2)}, slowest ${slowest.name} ${slowest.ratio.toFixed(2)}`,
    );
  }
  ours.close();
  oracle.close();
} finally {
  rmSync(folder, { recursive: true, force: true });
}
