// Leak and stress runs: one kind of work over and over, with the resident memory of the process printed at intervals.
//
//   tsx compat-tests/stress/run.ts <scenario> [--seconds 600] [--interval 30] [--package ringlite|better-sqlite3]
//
// Fails when the memory of the last quarter is more than 10% above that of the second one (the first warms up caches and
// the JavaScript engine), or when a round goes wrong. Without a scenario it lists them.
import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { type Scenario, scenarios } from './scenarios';

const ALLOWED_GROWTH = 1.1;
/** Rounds between collections: what is abandoned at one time must not depend on the speed of the machine. */
const COLLECTION_ROUNDS = 200;
const MIB = 2 ** 20;

const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: {
    seconds: { type: 'string', default: '600' },
    interval: { type: 'string', default: '30' },
    package: { type: 'string', default: 'ringlite' },
  },
});

const tick = (): Promise<void> => new Promise((resolve) => setTimeout(resolve, 5));

/** What is left after two collections, with the finalizers of the first run in between. In bytes. */
async function residentBytes(): Promise<number> {
  for (let i = 0; i < 3; i++) {
    globalThis.gc?.();
    await tick();
  }
  return process.memoryUsage().rss;
}

const mean = (numbers: readonly number[]): number => numbers.reduce((sum, n) => sum + n, 0) / numbers.length;

async function measure(scenario: Scenario, seconds: number, interval: number): Promise<boolean> {
  const folder = mkdtempSync(join(tmpdir(), 'ringlite-stress-'));
  const samples: { at: number; bytes: number }[] = [];
  const started = Date.now();
  const elapsed = (): number => (Date.now() - started) / 1000;
  let rounds = 0;
  let next = 0;
  try {
    const round = scenario.start(folder, values.package);
    while (elapsed() < seconds) {
      await round(rounds++);
      if (rounds % COLLECTION_ROUNDS === 0) await residentBytes();
      else if (rounds % 50 === 0) await tick();
      if (elapsed() < next) continue;
      const bytes = await residentBytes();
      samples.push({ at: elapsed(), bytes });
      console.log(
        `${elapsed().toFixed(0).padStart(6)} s ${String(rounds).padStart(9)} rounds ${(bytes / MIB).toFixed(1)} MiB`,
      );
      next += interval;
    }
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
  const quarter = (from: number): number[] =>
    samples.filter(({ at }) => at >= (seconds * from) / 4 && at < (seconds * (from + 1)) / 4).map(({ bytes }) => bytes);
  const growth = mean(quarter(3)) / mean(quarter(1));
  console.log(`growth ${((growth - 1) * 100).toFixed(1)}% over ${String(rounds)} rounds`);
  return growth <= ALLOWED_GROWTH;
}

async function main(): Promise<void> {
  const [name] = positionals;
  const scenario = scenarios.find((each) => each.name === name);
  if (scenario === undefined) {
    for (const each of scenarios) console.log(`${each.name.padEnd(12)} ${each.title}`);
    process.exitCode = name === undefined ? 0 : 1;
    return;
  }
  if (globalThis.gc === undefined) {
    // tsx passes no V8 flags on.
    const { status } = spawnSync(process.execPath, ['--expose-gc', ...process.execArgv, ...process.argv.slice(1)], {
      stdio: 'inherit',
    });
    process.exitCode = status ?? 1;
    return;
  }
  const isFlat = await measure(scenario, Number(values.seconds), Number(values.interval));
  process.exitCode = isFlat ? 0 : 1;
}

void main();
