// npm run bench:writers -- [--processes 4] [--threads 4] [--seconds 4] [--timeout 5000] [--rounds 2]
// Processes, or worker threads of one process, insert rows into one WAL database, each row a transaction of its own. Printed are commits per second of all, those of the
// slowest and of the fastest, the longest wait of one insert, and how often SQLITE_BUSY came before the timeout, which must be never.
import { spawn } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { parseArgs } from 'node:util';
import { openOracle } from '../differential/engines';

const { values: options } = parseArgs({
  options: {
    processes: { type: 'string', default: '4' },
    threads: { type: 'string', default: '4' },
    seconds: { type: 'string', default: '4' },
    timeout: { type: 'string', default: '5000' },
    rounds: { type: 'string', default: '2' },
  },
});

interface Figures {
  readonly commits: number;
  readonly longest_ms: number;
  readonly busy: number;
}

/** Runs as a process or, `threads` times, as worker threads of one; says one line of Figures for each. */
const worker = `
  const { Worker, isMainThread, workerData } = require('node:worker_threads');
  const task = isMainThread ? JSON.parse(process.argv[1]) : workerData;
  if (isMainThread && task.threads > 0) {
    for (let i = 0; i < task.threads; i++) {
      const thread = new Worker(task.source, { eval: true, workerData: { ...task, number: i } });
      thread.on('message', (line) => console.log(line));
    }
  } else {
    const Database = require(task.module);
    const database = new Database(task.file, task.options);
    const insert = database.prepare('INSERT INTO t (writer, n) VALUES (?, ?)');
    let commits = 0, longest_ms = 0, busy = 0;
    const wait = task.start - Date.now();
    setTimeout(() => {
      while (Date.now() < task.end) {
        const before = performance.now();
        try { insert.run(task.number, commits); commits++; }
        catch (error) { if (!/^SQLITE_BUSY/.test(error.code)) throw error; busy++; }
        longest_ms = Math.max(longest_ms, performance.now() - before);
      }
      const line = JSON.stringify({ commits, longest_ms, busy });
      if (isMainThread) console.log(line); else require('node:worker_threads').parentPort.postMessage(line);
      database.close();
    }, Math.max(0, wait));
  }`;

const START_MS = 3000;

async function measure(engine: string, kind: string, count: number): Promise<readonly Figures[]> {
  const folder = mkdtempSync(join(tmpdir(), 'ringlite-writers-'));
  const file = join(folder, 'a.db');
  const setup = openOracle(file);
  setup.pragma('journal_mode = WAL');
  setup.exec('CREATE TABLE t (id INTEGER PRIMARY KEY, writer INT, n INT)');
  setup.close();
  const nativeBinding = engine === 'ringlite' ? process.env['RINGLITE_NATIVE_BINDING'] : undefined;
  const start = Date.now() + START_MS;
  const task = {
    module: engine === 'ringlite' ? join(__dirname, '../dist/index.cjs') : require.resolve('better-sqlite3'),
    file,
    options: { timeout: Number(options.timeout), ...(nativeBinding && { nativeBinding }) },
    threads: kind === 'threads' ? count : 0,
    source: worker,
    start,
    end: start + Number(options.seconds) * 1000,
  };
  const figures: Figures[] = [];
  const ends: Promise<unknown>[] = [];
  for (let number = 0; number < (kind === 'threads' ? 1 : count); number++) {
    const child = spawn(process.execPath, ['-e', worker, JSON.stringify({ ...task, number })], {
      stdio: ['ignore', 'pipe', 'inherit'],
    });
    const lines = createInterface({ input: child.stdout });
    lines.on('line', (line) => figures.push(JSON.parse(line) as Figures));
    ends.push(new Promise((resolve) => lines.on('close', resolve)));
  }
  await Promise.all(ends);
  const check = openOracle(file);
  const rows = check.prepare('SELECT count(*) FROM t').pluck().get();
  const commits = figures.reduce((sum, one) => sum + one.commits, 0);
  if (rows !== commits || check.pragma('integrity_check', { simple: true }) !== 'ok')
    throw new Error(`${commits} commits, ${String(rows)} rows`);
  check.close();
  rmSync(folder, { recursive: true });
  return figures;
}

function report(engine: string, kind: string, figures: readonly Figures[]): void {
  const perSecond = figures.map((one) => one.commits / Number(options.seconds));
  const total = perSecond.reduce((sum, one) => sum + one, 0);
  const longest = Math.max(...figures.map((one) => one.longest_ms));
  const busy = figures.reduce((sum, one) => sum + one.busy, 0);
  console.log(
    `${engine.padEnd(9)} ${figures.length} ${kind.padEnd(9)} ${total.toFixed(0)} commits/s, each ${Math.min(...perSecond).toFixed(0)} to ${Math.max(...perSecond).toFixed(0)}, longest wait ${longest.toFixed(0)} ms, ${busy} busy`,
  );
}

async function main(): Promise<void> {
  for (let round = 0; round < Number(options.rounds); round++)
    for (const [kind, count] of [
      ['threads', Number(options.threads)],
      ['processes', Number(options.processes)],
    ] as const)
      // prettier-ignore
      for (const engine of ['stock', 'ringlite']) if (count > 0) report(engine, kind, await measure(engine, kind, count));
}

void main();
