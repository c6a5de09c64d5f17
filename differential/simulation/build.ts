// Builds the simulator, whole or with a mutant's change, and its programs.
import { execFileSync } from 'node:child_process';
import { existsSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import type { Change, Mutant } from './mutants';
import { writePrograms } from './programs';

const binding = join(__dirname, '../../binding');
/** Where the native tests' objects go, too. */
const build = process.env.RINGLITE_NATIVE_BUILD ?? join(binding, '../build-native');

function make(...targets: readonly string[]): void {
  execFileSync('make', ['-s', '-j2', '-C', binding, `BUILD=${build}`, ...targets], { stdio: 'inherit' });
}

/** Path of the simulator. */
export function buildSimulator(): string {
  make('simulator');
  return join(build, 'debug/simulator');
}

/** The source file with the change. Fails when the file is no longer what the mutant expects. */
function apply(name: string, change: Change): string {
  const source = readFileSync(join(binding, change.file), 'utf8');
  const parts = source.split(change.from);
  if (parts.length !== 2)
    throw new Error(`mutant "${name}": its text is ${parts.length - 1} times in ${change.file}, not once`);
  return parts.join(change.to);
}

/** The mutant's source files, by name below binding/. */
export function mutate(mutant: Mutant): Map<string, string> {
  const changes = [mutant, ...(mutant.also ? [mutant.also] : [])];
  return new Map(changes.map((change) => [change.file, apply(mutant.name, change)]));
}

/** Path of a simulator with the mutant's sources in place of the originals. */
export function buildMutant(mutant: Mutant): string {
  const folder = join(build, 'mutants', mutant.name.replace(/\W+/g, '-'));
  rmSync(folder, { recursive: true, force: true });
  for (const [file, source] of mutate(mutant)) {
    const target = join(folder, file);
    mkdirSync(dirname(target), { recursive: true });
    writeFileSync(target, source);
  }
  make('simulator', `MUTANT=${folder}`);
  return join(folder, 'simulator');
}

/** Path of the compiled programs, made when they are not there or `fresh`. */
export function buildPrograms(fresh = true): string {
  const path = join(build, 'simulator-programs');
  mkdirSync(build, { recursive: true });
  if (fresh || !existsSync(path)) writePrograms(path);
  return path;
}
