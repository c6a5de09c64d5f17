// One process of `npm run bench:readers`: readers-process.ts TASK-AS-JSON. Says `ready` when it is warm, works from the line `go` on its standard
// input to the line `stop`, then says its figures as JSON.
import { readFileSync } from 'node:fs';
import { createInterface } from 'node:readline';
import { setImmediate as breathe, setTimeout as sleep } from 'node:timers/promises';
import OracleDatabase from 'better-sqlite3';
import type { Database } from '../differential/engines';
import { Random } from '../differential/generator/random';
import { keyOf, PAIR_SUM, type Figures, type Task } from './readers-workload';

const task = JSON.parse(process.argv[2] ?? '') as Task;
const random = new Random(task.seed);
const Engine = task.engine === 'ringlite' ? (require('../dist/index.cjs') as typeof OracleDatabase) : OracleDatabase;
const nativeBinding = task.engine === 'ringlite' ? process.env['RINGLITE_NATIVE_BINDING'] : undefined;
const database: Database = new Engine(task.file, { timeout: 5000, ...(nativeBinding && { nativeBinding }) });
database.pragma(`cache_size = -${task.cacheKib}`);

/** Enough to fill the caches and for V8 to compile what is used. */
const WARM_UP_LOOKUPS = 80_000;

let isStopped = false;
let operations = 0;
let checks = 0;
let violations = 0;
let busy = 0;

function readCalls(): number {
  return Number(/^syscr: (\d+)/m.exec(readFileSync('/proc/self/io', 'utf8'))?.[1]);
}

/** Hot items lie together in the table, and all over the index. */
function pickItem(): number {
  const isHot = random.between(1, 1000) <= task.hotLookups * 1000;
  return random.between(1, isHot ? Math.ceil(task.items * task.hotItems) : task.items);
}

function makeReader(): () => void {
  const find = database.prepare('SELECT id, balance FROM item WHERE key = ?');
  const half = task.items / 2;
  const pairSum = database
    .prepare('SELECT a.balance + b.balance FROM item a JOIN item b ON b.id = a.id + ? WHERE a.key = ?')
    .pluck();
  const check = (pick: number): void => {
    checks++;
    if (pairSum.get(half, keyOf(pick)) !== PAIR_SUM) violations++;
  };
  /** A snapshot that stays while others commit. */
  const checkTwice = database.transaction(() => {
    const pick = random.between(1, half);
    check(pick);
    for (let i = 0; i < 20; i++) find.get(keyOf(pickItem()));
    check(pick);
    operations += 20;
  });
  return () => {
    for (let i = 0; i < 63; i++) {
      const id = pickItem();
      const row = find.get(keyOf(id)) as { id: number } | undefined;
      if (row?.id !== id) violations++;
    }
    check(random.between(1, half));
    operations += 64;
    if (random.between(0, 9) === 0) checkTwice();
  };
}

/** Moves money within a pair. */
function makeWriter(): () => void {
  const change = database.prepare('UPDATE item SET balance = balance + ? WHERE id = ?');
  const transfer = database.transaction((id: number, amount: number) => {
    change.run(-amount, id);
    change.run(amount, id + task.items / 2);
  });
  return () => {
    transfer.immediate(random.between(1, task.items / 2), random.between(1, 50));
    operations++;
  };
}

function attempt(work: () => void): void {
  try {
    work();
  } catch (error) {
    if (!String((error as { code?: unknown }).code).startsWith('SQLITE_BUSY')) throw error;
    busy++;
  }
}

async function run(): Promise<void> {
  const work = task.role === 'reader' ? makeReader() : makeWriter();
  const lines = createInterface({ input: process.stdin });
  const started = new Promise((resolve) => lines.once('line', resolve));
  lines.on('line', (line) => (isStopped ||= line === 'stop'));
  // The caches are full when the measurement begins.
  while (task.role === 'reader' && operations < WARM_UP_LOOKUPS) attempt(work);
  console.log('ready');
  await started;
  [operations, checks] = [0, 0];
  const [start_ms, reads, cpu] = [performance.now(), readCalls(), process.cpuUsage()];
  while (!isStopped) {
    attempt(work);
    const ahead_ms =
      task.role === 'writer' && task.rate ? (operations * 1000) / task.rate - (performance.now() - start_ms) : 0;
    await (ahead_ms > 1 ? sleep(ahead_ms) : breathe());
  }
  const { user, system } = process.cpuUsage(cpu);
  const figures: Figures = {
    seconds: (performance.now() - start_ms) / 1000,
    operations,
    reads: readCalls() - reads,
    cpuSeconds: (user + system) / 1e6,
    checks,
    violations,
    busy,
  };
  console.log(JSON.stringify(figures));
  database.close();
  process.exit();
}

void run();
