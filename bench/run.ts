// npm run bench -- [NAME-PART ...] [--rounds N]
// Runs each workload on better-sqlite3 and on Ringlite in turn, in one process, and prints the median of the per-round ratios
// (better-sqlite3's time over ours: above 1 we are faster). Cold start and peak memory are measured in processes of their own.
import { execFileSync } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import OracleDatabase from 'better-sqlite3';
import type { Database } from '../differential/engines';
import { workloads, type Workload } from './workloads';

const { values: options, positionals } = parseArgs({
  allowPositionals: true,
  options: { rounds: { type: 'string', default: '5' } },
});
const rounds = Number(options.rounds);
const Ringlite = require('../dist/index.cjs') as typeof OracleDatabase;

const median = (values: number[]): number => {
  const sorted = [...values].sort((a, b) => a - b);
  return sorted[sorted.length >> 1] ?? NaN;
};

function open(Engine: typeof OracleDatabase, workload: Workload, folder: string, name: string): Database {
  if (workload.storage === 'memory') return new Engine(':memory:');
  const database = new Engine(join(folder, name));
  database.pragma('journal_mode = WAL');
  return database;
}

function timeRound(body: () => unknown, repeats: number): number {
  const start = process.hrtime.bigint();
  for (let i = 0; i < repeats; i++) body();
  return Number(process.hrtime.bigint() - start);
}

function row(name: string, theirs: string, ours: string, ratio: number): void {
  console.log(`${name.padEnd(38)} ${theirs.padStart(14)} ${ours.padStart(14)} ${ratio.toFixed(2).padStart(8)}`);
}

function runWorkload(workload: Workload): void {
  const folder = mkdtempSync(join(tmpdir(), 'ringlite-bench-'));
  const theirs = open(OracleDatabase, workload, folder, 'oracle.db');
  const ours = open(Ringlite, workload, folder, 'ringlite.db');
  try {
    const theirBody = workload.prepare(theirs);
    const ourBody = workload.prepare(ours);
    const times = { theirs: [] as number[], ours: [] as number[], ratios: [] as number[] };
    for (let round = -1; round < rounds; round++) {
      const their_ns = timeRound(theirBody, workload.repeats);
      const our_ns = timeRound(ourBody, workload.repeats);
      if (round < 0) continue; // warm-up
      times.theirs.push(their_ns);
      times.ours.push(our_ns);
      times.ratios.push(their_ns / our_ns);
    }
    const perOperation = (list: number[]): string =>
      `${(median(list) / workload.repeats / workload.operations).toFixed(0)} ns`;
    row(workload.name, perOperation(times.theirs), perOperation(times.ours), median(times.ratios));
  } finally {
    theirs.close();
    ours.close();
    rmSync(folder, { recursive: true, force: true });
  }
}

/** Runs bench/process.cjs in a new process: [wall milliseconds, peak resident MiB]. */
function runProcess(engine: string, task: string): [wall_ms: number, peak_mib: number] {
  const start = performance.now();
  const output = execFileSync(process.execPath, [join(__dirname, 'process.cjs'), engine, task], { encoding: 'utf8' });
  return [performance.now() - start, Number(output)];
}

function runProcesses(name: string, task: string, part: 0 | 1, unit: string): void {
  const measured = { theirs: [] as number[], ours: [] as number[] };
  for (let round = 0; round < rounds; round++) {
    measured.theirs.push(runProcess('better-sqlite3', task)[part]);
    measured.ours.push(runProcess('../dist/index.cjs', task)[part]);
  }
  const [theirs, ours] = [median(measured.theirs), median(measured.ours)];
  row(name, `${theirs.toFixed(0)} ${unit}`, `${ours.toFixed(0)} ${unit}`, theirs / ours);
}

const isChosen = (name: string): boolean => positionals.length === 0 || positionals.some((part) => name.includes(part));

console.log(
  `${'workload'.padEnd(38)} ${'better-sqlite3'.padStart(14)} ${'ringlite'.padStart(14)} ${'ratio'.padStart(8)}`,
);
for (const workload of workloads) if (isChosen(workload.name)) runWorkload(workload);
if (isChosen('cold start')) runProcesses('cold start', 'start', 0, 'ms');
if (isChosen('peak memory, scan')) runProcesses('peak memory, scan of 1M rows', 'scan', 1, 'MiB');
if (isChosen('peak memory, bulk insert')) runProcesses('peak memory, bulk insert of 200k', 'insert', 1, 'MiB');
