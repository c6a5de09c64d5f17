// Runs real clients of better-sqlite3 on both engines and compares what they report.
//
//   tsx compat-tests/clients/run.ts [--folder <where to install>] [client ...]
//
// Each engine has an install of its own: the clients of package.json with "better-sqlite3" aliased, to the repository's
// better-sqlite3 or to Ringlite packed as a package (`npm run build` first). The clients' code is not changed. The second
// run finds the installs there; remove the folder to start anew.
import { spawnSync } from 'node:child_process';
import { cpSync, existsSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { basename, join, resolve } from 'node:path';
import { isDeepStrictEqual, parseArgs } from 'node:util';

const root = resolve(__dirname, '../..');
const exercises = join(__dirname, 'exercises');
const engines = ['better-sqlite3', 'ringlite'] as const;
type Engine = (typeof engines)[number];

/** A step of an exercise: its name and what it gave. */
type Step = readonly [name: string, result: unknown];

const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: { folder: { type: 'string', default: join(tmpdir(), 'ringlite-clients') } },
});

function run(command: string, args: string[], cwd: string): string {
  const { status, stdout, stderr, error } = spawnSync(command, args, { cwd, encoding: 'utf8', maxBuffer: 1 << 28 });
  if (status !== 0) throw new Error(`${command} ${args.join(' ')}: ${error?.message ?? stderr + stdout}`);
  return stdout;
}

/** The packed package, as npm would publish it, with this platform's addon as its prebuilt binary. */
function pack(): string {
  const staging = mkdtempSync(join(tmpdir(), 'ringlite-pack-'));
  for (const entry of ['package.json', 'README.md', 'LICENSE', 'binding.gyp', 'dist', 'binding', 'scripts'])
    cpSync(join(root, entry), join(staging, entry), { recursive: true });
  const prebuild = join(staging, 'prebuilds', `${process.platform}-${process.arch}`);
  mkdirSync(prebuild, { recursive: true });
  cpSync(join(root, 'build/Release/ringlite.node'), join(prebuild, 'ringlite.node'));
  const archive = run('npm', ['pack', '--ignore-scripts', '--silent', '--pack-destination', values.folder], staging);
  rmSync(staging, { recursive: true });
  return join(values.folder, archive.trim());
}

function install(engine: Engine): string {
  const folder = join(values.folder, engine);
  mkdirSync(folder, { recursive: true });
  const isFirst = !existsSync(join(folder, 'node_modules'));
  if (isFirst) {
    const manifest = JSON.parse(readFileSync(join(__dirname, 'package.json'), 'utf8')) as {
      dependencies: Record<string, string>;
      overrides?: Record<string, string>;
    };
    const target = engine === 'ringlite' ? pack() : join(root, 'node_modules/better-sqlite3');
    manifest.dependencies['better-sqlite3'] = `file:${target}`;
    // For the clients that ask for a version of it themselves.
    manifest.overrides = { 'better-sqlite3': '$better-sqlite3' };
    writeFileSync(join(folder, 'package.json'), JSON.stringify(manifest, null, 2));
    console.log(`installing the clients for ${engine} in ${folder}`);
    // The aliased package has another version than the clients' peer dependencies name; nothing has to be compiled.
    run('npm', ['install', '--legacy-peer-deps', '--ignore-scripts', '--no-audit', '--no-fund'], folder);
  }
  cpSync(exercises, join(folder, 'exercises'), { recursive: true });
  return folder;
}

/** The last line that an exercise prints is its report. */
function exercise(folder: string, client: string): Step[] {
  const work = mkdtempSync(join(tmpdir(), `ringlite-client-${client}-`));
  try {
    const output = run(process.execPath, [join(folder, 'exercises', `${client}.cjs`), work], folder);
    const text = output.trim().split('\n').at(-1) ?? '[]';
    return JSON.parse(text.replaceAll(work, '<work>')) as Step[];
  } finally {
    rmSync(work, { recursive: true, force: true });
  }
}

function compare(client: string, expected: Step[], actual: Step[]): boolean {
  let equal = expected.length === actual.length;
  for (const [index, step] of expected.entries()) {
    if (isDeepStrictEqual(step, actual[index])) continue;
    equal = false;
    console.log(`${client}: ${step[0]}\n  better-sqlite3: ${JSON.stringify(step[1])}`);
    console.log(`  ringlite:       ${JSON.stringify(actual[index]?.[1])}`);
  }
  console.log(`${client}: ${equal ? 'equal' : 'DIFFERENT'}, ${String(expected.length)} steps`);
  return equal;
}

mkdirSync(values.folder, { recursive: true });
const folders = engines.map(install);
const names = readdirSync(exercises).map((file) => basename(file, '.cjs'));
const clients = positionals.length > 0 ? positionals : names.filter((name) => !name.startsWith('_'));
let failures = 0;
for (const client of clients) {
  try {
    const [expected, actual] = folders.map((folder) => exercise(folder, client));
    if (!compare(client, expected ?? [], actual ?? [])) failures++;
  } catch (error) {
    failures++;
    console.log(`${client}: FAILED\n${(error as Error).message}`);
  }
}
process.exitCode = failures === 0 ? 0 : 1;
