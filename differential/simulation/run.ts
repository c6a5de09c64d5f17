// npm run simulate -- [--seed S] [--count N] [--minutes M] [--set NAME=VALUE]... [--trace] [--no-minimize]
// npm run simulate -- --mutants [--only PART] [--count N]
// Runs of virtual processes on a virtual machine (binding/testing/sim), one for each seed from S on. Of the first run that fails the
// trace is written to a file, and a smaller run that fails as well is looked for. With --mutants engines that are broken on purpose
// take the place of ours: each must fail within N seeds.
import { spawnSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { parseArgs } from 'node:util';
import { buildMutant, buildPrograms, buildSimulator } from './build';
import { minimize } from './minimize';
import { mutants } from './mutants';

const { values: options } = parseArgs({
  options: {
    seed: { type: 'string', default: '1' },
    count: { type: 'string' },
    minutes: { type: 'string' },
    set: { type: 'string', multiple: true, default: [] },
    trace: { type: 'boolean' },
    'no-minimize': { type: 'boolean' },
    mutants: { type: 'boolean' },
    only: { type: 'string', default: '' },
  },
});

const TRACE_LINES = 60;

/** Output of the simulator. */
function simulate(simulator: string, programs: string, ...parameters: readonly string[]): string {
  const { stdout, status } = spawnSync(simulator, [programs, ...parameters], {
    encoding: 'utf8',
    maxBuffer: 2 ** 28,
    stdio: ['ignore', 'pipe', options.mutants ? 'ignore' : 'inherit'],
  });
  if (status !== 0 && status !== 1) throw new Error(`the simulator ended with ${status}`);
  return stdout;
}

/** The first failure's seed and settings. */
function firstFailure(output: string): { seed: string; settings: string[] } | undefined {
  const seed = /^FAILED seed (\d+):/m.exec(output)?.[1];
  const settings = /^ {2}(schedule=.*)$/m.exec(output)?.[1]?.split(' ');
  return seed !== undefined && settings ? { seed, settings } : undefined;
}

function explain(simulator: string, programs: string, seed: string, settings: readonly string[]): void {
  const small = options['no-minimize'] ? settings : minimize(simulator, programs, settings);
  const trace = join(dirname(simulator), `trace-${seed}`);
  const output = simulate(simulator, programs, '--count', '1', '--trace', trace, ...small);
  const lines = readFileSync(trace, 'utf8').trimEnd().split('\n');
  console.log(`The end of ${trace}:\n${lines.slice(-TRACE_LINES).join('\n')}\n${output}`);
  console.log(`Again: npm run simulate -- --count 1 --trace ${small.map((text) => `--set ${text}`).join(' ')}`);
}

function runSeeds(): void {
  const simulator = buildSimulator();
  const programs = buildPrograms();
  const limits = options.minutes === undefined ? ['--count', options.count ?? '1000'] : ['--minutes', options.minutes];
  if (options.count !== undefined && options.minutes !== undefined) limits.push('--count', options.count);
  if (options.trace) {
    explain(simulator, programs, options.seed, ['--from', options.seed, ...options.set]);
    return;
  }
  const output = simulate(simulator, programs, '--from', options.seed, ...limits, ...options.set);
  process.stdout.write(output);
  const failure = firstFailure(output);
  if (!failure) return;
  process.exitCode = 1;
  explain(simulator, programs, failure.seed, failure.settings);
}

function runMutants(): void {
  buildSimulator();
  const programs = buildPrograms();
  let survivors = 0;
  for (const mutant of mutants) {
    if (!mutant.name.includes(options.only)) continue;
    const output = simulate(
      buildMutant(mutant),
      programs,
      '--from',
      options.seed,
      '--count',
      options.count ?? '3000',
      '--stop-at',
      '1',
      ...options.set,
    );
    const failure = firstFailure(output);
    const seeds = failure && Number(failure.seed) - Number(options.seed) + 1;
    const reason = /^FAILED seed \d+: (.*)$/m.exec(output)?.[1] ?? '';
    console.log(
      seeds === undefined
        ? `SURVIVED  ${mutant.name}`
        : `${String(seeds).padStart(5)} seeds  ${mutant.name} (${reason})`,
    );
    if (!failure) survivors++;
  }
  process.exitCode = survivors > 0 ? 1 : 0;
}

if (options.mutants) runMutants();
else runSeeds();
