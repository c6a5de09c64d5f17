// npx tsx bench/compile.ts [warm|cold|shapes|first-run|profile|profile-queries] [ROUNDS]
// What preparing distinct statements costs, phase by phase (warm), by shape (shapes), with the first run (first-run), at the start of a process (cold), beside
// better-sqlite3. `profile` only builds build/bench/compile-phases.cjs, runs it under --cpu-prof and sums self time by source file.
import { execFileSync } from 'node:child_process';
import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { buildSync } from 'esbuild';

const root = join(__dirname, '..');
const bundle = join(root, 'build/bench/compile-phases.cjs');
const [mode = 'warm', rounds = '20'] = process.argv.slice(2);

buildSync({
  entryPoints: [join(__dirname, 'compile-phases.ts')],
  outfile: bundle,
  bundle: true,
  platform: 'node',
  target: 'node20.9',
  format: 'cjs',
  packages: 'external',
});

function runBundle(flags: readonly string[]): unknown {
  const output = execFileSync(process.execPath, [...flags, bundle, mode, rounds], { encoding: 'utf8' });
  return JSON.parse(output);
}

const cell = (value: number): string => value.toFixed(1).padStart(10);

function showWarm(us: Record<string, number>): void {
  let before = 0;
  for (const phase of ['template', 'tokenize', 'parse', 'resolve', 'plan, code, encode', 'load']) {
    const upTo = us[phase]!;
    console.log(`${phase.padEnd(20)} ${cell(phase === 'template' ? upTo : upTo - before)} µs`);
    if (phase !== 'template') before = upTo;
  }
  console.log(`${'rest of prepare'.padEnd(20)} ${cell(us['prepare']! - before - us['template']!)} µs`);
  console.log(`${'prepare'.padEnd(20)} ${cell(us['prepare']!)} µs`);
  console.log(`${'better-sqlite3'.padEnd(20)} ${cell(us['better-sqlite3']!)} µs`);
}

interface Profile {
  readonly nodes: readonly { id: number; callFrame: { functionName: string; url: string; lineNumber: number } }[];
  readonly samples: readonly number[];
  readonly timeDeltas: readonly number[];
}

/** The source file of each line of the bundle, by esbuild's comments. */
function sourceOfLines(): string[] {
  let source = '';
  return readFileSync(bundle, 'utf8')
    .split('\n')
    .map((line) => (source = /^\/\/ (\S+\.ts)$/.exec(line)?.[1] ?? source));
}

function showProfile(): void {
  const folder = mkdtempSync(join(tmpdir(), 'ringlite-profile-'));
  runBundle(['--cpu-prof', '--cpu-prof-interval=200', `--cpu-prof-dir=${folder}`]);
  const profile = JSON.parse(readFileSync(join(folder, readdirSync(folder)[0]!), 'utf8')) as Profile;
  rmSync(folder, { recursive: true });
  const lines = sourceOfLines();
  const frames = new Map(profile.nodes.map(({ id, callFrame }) => [id, callFrame]));
  const files = new Map<string, number>();
  const functions = new Map<string, number>();
  let total = 0;
  profile.samples.forEach((id, i) => {
    const { functionName, url, lineNumber } = frames.get(id)!;
    const file = url.endsWith('compile-phases.cjs') ? lines[lineNumber]! : '(node)';
    const spent = profile.timeDeltas[i]!;
    total += spent;
    files.set(file, (files.get(file) ?? 0) + spent);
    const name = `${functionName || '(anonymous)'} ${file}:${lineNumber + 1}`;
    functions.set(name, (functions.get(name) ?? 0) + spent);
  });
  for (const [title, table] of Object.entries({ files, functions })) {
    console.log(`--- self time by ${title}, percent`);
    const sorted = [...table].sort((a, b) => b[1] - a[1]).slice(0, 60);
    for (const [name, spent] of sorted) console.log(`${((spent / total) * 100).toFixed(2).padStart(6)} ${name}`);
  }
}

if (mode.startsWith('profile')) {
  showProfile();
} else {
  const result = runBundle([]);
  if (mode === 'warm') showWarm(result as Record<string, number>);
  else {
    console.log(`${''.padEnd(20)} better-sqlite3   ringlite      ratio`);
    for (const [name, [theirs, ours]] of Object.entries(result as Record<string, [number, number]>))
      console.log(`${name.padEnd(20)} ${cell(theirs)} ${cell(ours)} ${cell(ours / theirs)}`);
  }
}
