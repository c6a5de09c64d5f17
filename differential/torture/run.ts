// npx tsx differential/torture/run.ts [--minutes M] [--modes WAL,DELETE,...] [--seed S] [--workers ringlite,ringlite,stock,python]
// Processes of several engines write one database file while some are killed or paused at random. After each round the file is
// opened by Ringlite or by stock SQLite in turn: it must be intact, with every acknowledged commit, and no worker may
// have read what cannot be.
import { spawn, type ChildProcess } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { setTimeout as sleep } from 'node:timers/promises';
import { parseArgs } from 'node:util';
import { openOracle, openRinglite } from '../engines';
import { Random } from '../generator/random';
import { schema, TOTAL } from './workload';

const { values: options } = parseArgs({
  options: {
    minutes: { type: 'string', default: '1' },
    modes: { type: 'string', default: 'WAL,DELETE,TRUNCATE,PERSIST' },
    seed: { type: 'string', default: '1' },
    workers: { type: 'string', default: 'ringlite,ringlite,stock,python' },
    round: { type: 'string', default: '10' },
    keep: { type: 'boolean' },
  },
});
const random = new Random(Number(options.seed));

interface Figures {
  commits: number;
  kills: number;
  pauses: number;
  rounds: number;
  violations: number;
}

class Worker {
  acknowledged = 0;
  #process: ChildProcess | undefined;
  #closed: Promise<void> = Promise.resolve();

  constructor(
    readonly engine: string,
    readonly number: number,
    readonly file: string,
    readonly figures: Figures,
  ) {}

  start(): void {
    const seed = String(random.between(1, 1e9));
    const [command, args] =
      this.engine === 'python'
        ? ['python3', [join(__dirname, 'worker.py'), this.file, String(this.number), seed]]
        : [
            process.execPath,
            [...process.execArgv, join(__dirname, 'worker.ts'), this.engine, this.file, String(this.number), seed],
          ];
    const child = spawn(command, args, { stdio: ['ignore', 'pipe', 'inherit'] });
    this.#process = child;
    const lines = createInterface({ input: child.stdout });
    lines.on('line', (line) => {
      this.#take(line);
    });
    this.#closed = new Promise((resolve) => lines.on('close', resolve));
  }

  #take(line: string): void {
    const acknowledged = /^ack (\d+)$/.exec(line);
    if (acknowledged) {
      this.acknowledged = Number(acknowledged[1]);
      this.figures.commits++;
    } else {
      this.figures.violations++;
      console.log(`worker ${this.number} (${this.engine}): ${line}`);
    }
  }

  signal(name: NodeJS.Signals): void {
    this.#process?.kill(name);
  }
  /** Dies at once, wherever it is; resolves when all that it said has arrived. */
  async kill(): Promise<void> {
    this.signal('SIGKILL');
    await this.#closed;
  }
}

/** What is wrong with the file, opened first by one engine and then by the other. */
function inspect(file: string, workers: readonly Worker[], round: number): string[] {
  const problems: string[] = [];
  const engines = [openRinglite, openOracle];
  if (round % 2) engines.reverse();
  for (const open of engines) {
    const name = open === openOracle ? 'stock' : 'ringlite';
    const database = open(file);
    const integrity = database.pragma('integrity_check', { simple: true }) as string;
    if (integrity !== 'ok') problems.push(`${name}: ${integrity}`);
    const sum = database.prepare('SELECT sum(balance) FROM account').pluck().get();
    if (sum !== TOTAL) problems.push(`${name}: sum ${String(sum)}`);
    for (const worker of workers) {
      const [count, last] = database
        .prepare('SELECT count(*), coalesce(max(n), 0) FROM ledger WHERE worker = ?')
        .raw()
        .get(worker.number) as [number, number];
      if (count !== last) problems.push(`${name}: worker ${worker.number} has ${count} rows up to ${last}`);
      if (last < worker.acknowledged)
        problems.push(`${name}: worker ${worker.number} lost commits ${last + 1}..${worker.acknowledged}`);
    }
    database.close();
  }
  return problems;
}

async function disturb(workers: readonly Worker[], figures: Figures, until: number): Promise<void> {
  while (Date.now() < until) {
    await sleep(random.between(50, 900));
    const worker = random.pick(workers);
    if (random.between(0, 2) > 0) {
      figures.kills++;
      await worker.kill();
      worker.start();
    } else {
      figures.pauses++;
      worker.signal('SIGSTOP');
      await sleep(random.between(1, 1500));
      worker.signal('SIGCONT');
    }
  }
}

async function torture(mode: string): Promise<Figures> {
  const figures: Figures = { commits: 0, kills: 0, pauses: 0, rounds: 0, violations: 0 };
  const folder = mkdtempSync(join(tmpdir(), 'ringlite-torture-'));
  const file = join(folder, 'a.db');
  const end = Date.now() + Number(options.minutes) * 60_000;
  while (Date.now() < end && figures.violations === 0) {
    rmSync(folder, { recursive: true });
    mkdirSync(folder);
    const database = openOracle(file);
    database.pragma(`page_size = ${random.pick([512, 1024, 4096])}`);
    database.pragma(`journal_mode = ${mode}`);
    for (const sql of schema) database.exec(sql);
    database.close();
    const workers = options.workers.split(',').map((engine, i) => new Worker(engine, i + 1, file, figures));
    for (const worker of workers) worker.start();
    await disturb(workers, figures, Math.min(end, Date.now() + Number(options.round) * 1000));
    for (const worker of workers) await worker.kill();
    for (const problem of inspect(file, workers, figures.rounds++)) {
      figures.violations++;
      console.log(`${mode}: ${problem}`);
    }
  }
  if (figures.violations === 0 && !options.keep) rmSync(folder, { recursive: true });
  else console.log(`files: ${folder}`);
  return figures;
}

async function main(): Promise<void> {
  console.log(`seed ${options.seed}, workers ${options.workers}`);
  let violations = 0;
  for (const mode of options.modes.split(',')) {
    const figures = await torture(mode);
    violations += figures.violations;
    console.log(
      `${mode.padEnd(9)} ${figures.commits} commits, ${figures.kills} kills, ${figures.pauses} pauses, ${figures.rounds} recoveries, ${figures.violations} violations`,
    );
  }
  process.exitCode = violations ? 1 : 0;
}

void main();
