// Builds the simulator, whole or with a mutant's change, and its programs.
import { execFileSync } from 'node:child_process';
import { existsSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import type { Mutant } from './mutants';
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
export function mutate(mutant: Mutant): string {
  const source = readFileSync(join(binding, mutant.file), 'utf8');
  const parts = source.split(mutant.from);
  if (parts.length !== 2)
    throw new Error(`mutant "${mutant.name}": its text is ${parts.length - 1} times in ${mutant.file}, not once`);
  return parts.join(mutant.to);
}

/** Path of a simulator with the mutant's change in place of the original. */
export function buildMutant(mutant: Mutant): string {
  const folder = join(build, 'mutants', mutant.name.replace(/\W+/g, '-'));
  rmSync(folder, { recursive: true, force: true });
  const target = join(folder, mutant.file);
  mkdirSync(dirname(target), { recursive: true });
  writeFileSync(target, mutate(mutant));
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
