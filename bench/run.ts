// npm run bench -- [NAME-PART ...] [--rounds N] [--node-sqlite] [--cpu]
// Runs each workload on better-sqlite3 and on Ringlite in turn, in one process, and prints the median of the per-round ratios
// (better-sqlite3's time over ours: above 1 we are faster). Cold start and peak memory are measured in processes of their own.
// --node-sqlite: node:sqlite in turn with them, and its time over ours. --cpu: CPU time of the process instead of time, for machines
// that are busy with other work. COMPAT_ORACLE=FOLDER: another better-sqlite3 than the installed one, as for the suites.
import { execFileSync } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import type OracleDatabase from 'better-sqlite3';
import type { Database } from '../differential/engines';
import { workloads, type Workload } from './workloads';

const { values: options, positionals } = parseArgs({
  allowPositionals: true,
  options: {
    rounds: { type: 'string', default: '5' },
    'node-sqlite': { type: 'boolean' },
    cpu: { type: 'boolean' },
  },
});
const rounds = Number(options.rounds);

type Engine = typeof OracleDatabase;

/** What is compared, Ringlite last: what tells of the engine, and the module it comes from, as process.cjs finds it. */
const engines = [
  { name: 'better-sqlite3', module: process.env['COMPAT_ORACLE'] ?? 'better-sqlite3' },
  ...(options['node-sqlite'] ? [{ name: 'node:sqlite', module: './node-sqlite.cjs' }] : []),
  { name: 'ringlite', module: '../dist/index.cjs' },
].map((engine) => ({ ...engine, Engine: require(engine.module) as Engine }));

const median = (values: readonly number[]): number => {
  const sorted = [...values].sort((a, b) => a - b);
  return sorted[sorted.length >> 1] ?? NaN;
};

function open(Database: Engine, workload: Workload, folder: string, name: string): Database {
  if (workload.storage === 'memory') return new Database(':memory:');
  const database = new Database(join(folder, name));
  database.pragma('journal_mode = WAL');
  return database;
}

function now_ns(): number {
  if (!options.cpu) return Number(process.hrtime.bigint());
  const { user, system } = process.cpuUsage();
  return (user + system) * 1000;
}

function timeRound(body: () => unknown, repeats: number): number {
  const start = now_ns();
  for (let i = 0; i < repeats; i++) body();
  return now_ns() - start;
}

/** One line: what was measured of each engine, and the others' over ours by round. */
function row(name: string, measured: readonly (readonly number[])[], show: (value: number) => string): void {
  const ours = measured[measured.length - 1]!;
  const ratios = measured.slice(0, -1).map((values) => median(values.map((value, round) => value / ours[round]!)));
  const cells = [
    ...measured.map((values) => show(median(values)).padStart(14)),
    ...ratios.map((ratio) => ratio.toFixed(2).padStart(8)),
  ];
  console.log(`${name.padEnd(38)} ${cells.join(' ')}`);
}

function runWorkload(workload: Workload): void {
  const folder = mkdtempSync(join(tmpdir(), 'ringlite-bench-'));
  const databases = engines.map(({ Engine }, i) => open(Engine, workload, folder, `${i}.db`));
  try {
    const bodies = databases.map((database) => workload.prepare(database));
    const measured = bodies.map((): number[] => []);
    for (let round = -1; round < rounds; round++) {
      bodies.forEach((body, i) => {
        const spent_ns = timeRound(body, workload.repeats);
        if (round >= 0) measured[i]!.push(spent_ns); // the first round is for warming up
      });
    }
    const operations = workload.repeats * workload.operations;
    row(workload.name, measured, (spent_ns) => `${(spent_ns / operations).toFixed(0)} ns`);
  } finally {
    for (const database of databases) database.close();
    rmSync(folder, { recursive: true, force: true });
  }
}

/** Runs bench/process.cjs in a new process: [wall milliseconds, peak resident MiB]. */
function runProcess(module: string, task: string): [wall_ms: number, peak_mib: number] {
  const start = performance.now();
  const output = execFileSync(process.execPath, [join(__dirname, 'process.cjs'), module, task], { encoding: 'utf8' });
  return [performance.now() - start, Number(output)];
}

function runProcesses(name: string, task: string, part: 0 | 1, unit: string): void {
  const measured = engines.map((): number[] => []);
  for (let round = 0; round < rounds; round++)
    engines.forEach(({ module }, i) => measured[i]!.push(runProcess(module, task)[part]));
  row(name, measured, (value) => `${value.toFixed(0)} ${unit}`);
}

const isChosen = (name: string): boolean => positionals.length === 0 || positionals.some((part) => name.includes(part));

const names = engines.map(({ name }) => name);
console.log(
  [
    'workload'.padEnd(38),
    ...names.map((name) => name.padStart(14)),
    ...names.slice(0, -1).map((name) => name.slice(0, 8).padStart(8)),
  ].join(' '),
);
for (const workload of workloads) if (isChosen(workload.name)) runWorkload(workload);
if (isChosen('cold start')) runProcesses('cold start', 'start', 0, 'ms');
if (isChosen('peak memory, scan')) runProcesses('peak memory, scan of 1M rows', 'scan', 1, 'MiB');
if (isChosen('peak memory, bulk insert')) runProcesses('peak memory, bulk insert of 200k', 'insert', 1, 'MiB');
