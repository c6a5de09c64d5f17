// npm run bench:readers -- [--megabytes 200] [--cache-megabytes 64] [--readers 4] [--seconds 4] [--rounds 3] [--rate 200] [--writer stock|ringlite] [--keys uniform|skewed]
// Readers in processes of their own look items up by an indexed key, in transactions of one statement and of several, while one process commits small
// updates at a steady rate. Rounds with better-sqlite3's and with Ringlite's readers alternate. Printed are lookups per second of all readers, the
// share of page requests that no read call served (from /proc/self/io, for both engines alike), and inconsistent snapshots, of which there must be none.
import { spawn, type ChildProcess } from 'node:child_process';
import { mkdtempSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface, type Interface } from 'node:readline';
import { setTimeout as sleep } from 'node:timers/promises';
import { parseArgs } from 'node:util';
import { openOracle } from '../differential/engines';
import { depthOf, fill, itemCount, type Figures, type Task } from './readers-workload';

const { values: options } = parseArgs({
  options: {
    megabytes: { type: 'string', default: '200' },
    'cache-megabytes': { type: 'string', default: '64' },
    readers: { type: 'string', default: '4' },
    seconds: { type: 'string', default: '4' },
    rounds: { type: 'string', default: '3' },
    rate: { type: 'string', default: '200' },
    writer: { type: 'string', default: 'stock' },
    keys: { type: 'string', default: 'uniform' },
  },
});

type Engine = Task['engine'];

class Worker {
  readonly #process: ChildProcess;
  readonly #lines: Interface;

  constructor(task: Task) {
    const args = [...process.execArgv, join(__dirname, 'readers-process.ts'), JSON.stringify(task)];
    const child = spawn(process.execPath, args, { stdio: ['pipe', 'pipe', 'inherit'] });
    this.#process = child;
    this.#lines = createInterface({ input: child.stdout });
  }
  next(): Promise<string> {
    return new Promise((resolve) => this.#lines.once('line', resolve));
  }
  say(line: string): void {
    this.#process.stdin?.write(`${line}\n`);
  }
}

const items = itemCount(Number(options.megabytes));

function taskOf(role: Task['role'], engine: Engine, file: string, seed: number): Task {
  return {
    role,
    engine,
    file,
    items,
    seed,
    cacheKib: Number(options['cache-megabytes']) * 1024,
    hotLookups: options.keys === 'skewed' ? 0.9 : 0,
    hotItems: 0.1,
    rate: Number(options.rate),
  };
}

interface Round {
  readonly readers: readonly Figures[];
  readonly writer: Figures;
}

async function measure(engine: Engine, file: string, round: number): Promise<Round> {
  const workers: Worker[] = [];
  for (let i = 0; i < Number(options.readers); i++)
    workers.push(new Worker(taskOf('reader', engine, file, round * 100 + i + 1)));
  workers.push(new Worker(taskOf('writer', options.writer as Engine, file, round * 100 + 99)));
  await Promise.all(workers.map((worker) => worker.next()));
  for (const worker of workers) worker.say('go');
  await sleep(Number(options.seconds) * 1000);
  const answers = workers.map((worker) => worker.next());
  for (const worker of workers) worker.say('stop');
  const readers = (await Promise.all(answers)).map((line) => JSON.parse(line) as Figures);
  const [writer] = readers.splice(-1) as [Figures];
  return { readers, writer };
}

const sum = (figures: readonly Figures[], of: (figures: Figures) => number): number =>
  figures.reduce((total, one) => total + of(one), 0);

/** CPU time of a lookup, in seconds: says the same as the throughput when the machine does other things, too. */
const cpuOf = (round: Round): number =>
  sum(round.readers, (one) => one.cpuSeconds) / sum(round.readers, (one) => one.operations);

const throughput = (round: Round): number => sum(round.readers, (one) => one.operations / one.seconds);

/** A round's line; returns its number of violations. */
function report(engine: Engine, round: Round, pagesPerLookup: number): number {
  const { readers, writer } = round;
  const lookups = sum(readers, (one) => one.operations);
  const hits = 1 - sum(readers, (one) => one.reads) / (lookups * pagesPerLookup);
  const violations = sum([...readers, writer], (one) => one.violations);
  const columns = [
    engine.padEnd(10),
    `${throughput(round).toFixed(0)} lookups/s`,
    `${(cpuOf(round) * 1e6).toFixed(2)} us of CPU each`,
    `cache hit rate ${(hits * 100).toFixed(1)} %`,
    `${(writer.operations / writer.seconds).toFixed(0)} commits/s`,
    `${sum(readers, (one) => one.checks)} snapshots looked at, ${violations} inconsistent`,
    `${sum([...readers, writer], (one) => one.busy)} busy`,
  ];
  console.log(columns.join(', '));
  return violations;
}

async function main(): Promise<void> {
  const folder = mkdtempSync(join(tmpdir(), 'ringlite-readers-'));
  const file = join(folder, 'a.db');
  const database = openOracle(file);
  fill(database, items);
  const pagesPerLookup = depthOf(database, 'item') + depthOf(database, 'item_key');
  database.close();
  console.log(
    `${items} items, ${(statSync(file).size / 1e6).toFixed(0)} MB, ${pagesPerLookup} pages a lookup, ${options.keys} keys, ${options['cache-megabytes']} MB of cache for each of ${options.readers} readers, writer: ${options.writer}`,
  );
  const ratios: number[] = [];
  const cpuRatios: number[] = [];
  let violations = 0;
  for (let round = 0; round < Number(options.rounds); round++) {
    const stock = await measure('stock', file, 2 * round);
    violations += report('stock', stock, pagesPerLookup);
    const ours = await measure('ringlite', file, 2 * round + 1);
    violations += report('ringlite', ours, pagesPerLookup);
    ratios.push(throughput(ours) / throughput(stock));
    cpuRatios.push(cpuOf(stock) / cpuOf(ours));
  }
  const median = (list: number[]): string => (list.sort((a, b) => a - b)[list.length >> 1] ?? NaN).toFixed(2);
  console.log(
    `ringlite / stock: throughput ${median(ratios)}, by CPU time ${median(cpuRatios)}; ${violations} violations`,
  );
  rmSync(folder, { recursive: true });
  process.exitCode = violations ? 1 : 0;
}

void main();
