// npm run files -- [--seed S] [--rounds N] [--sample N] [--self]
// Exchanges files of every page size, encoding, auto_vacuum mode and journal mode between Ringlite and better-sqlite3, in both
// directions, and files abandoned by a killed process (WAL and hot journal). --sample N takes N random formats a round.
import { spawnSync } from 'node:child_process';
import { copyFileSync, existsSync } from 'node:fs';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { openOracle, openRinglite } from '../engines';
import { Random } from '../generator/random';
import { exchange, withDatabase, withFolder } from './exchange';
import {
  allFormats,
  contentOf,
  createSchema,
  describeFormat,
  setFormat,
  writeRandomly,
  type FileFormat,
} from './workload';

const { values: options } = parseArgs({
  options: {
    seed: { type: 'string', default: '1' },
    rounds: { type: 'string', default: '1' },
    sample: { type: 'string' },
    self: { type: 'boolean' },
  },
});
const openOurs = options.self ? openOracle : openRinglite;
const ourModule = options.self ? 'better-sqlite3' : join(__dirname, '../../lib/index');

/** A file left by a killed process of one engine must read equal on both. */
function abandon(engineModule: string, format: FileFormat, mode: 'wal' | 'journal', seed: number): string | undefined {
  return withFolder((folder) => {
    const path = join(folder, 'a.db');
    withDatabase(openOracle, path, (database) => {
      setFormat(database, format);
      createSchema(database);
      writeRandomly(database, new Random(seed), 10);
    });
    spawnSync(process.execPath, ['--import', 'tsx', join(__dirname, 'crash.cjs'), engineModule, path, mode], {
      stdio: 'inherit',
    });
    if (!existsSync(`${path}-${mode}`)) return `${describeFormat(format)}: nothing was left behind (${mode})`;
    // Recovery changes the files: each engine gets its own.
    const copy = join(folder, 'b.db');
    copyFileSync(path, copy);
    copyFileSync(`${path}-${mode}`, `${copy}-${mode}`);
    const mine = withDatabase(openOurs, path, contentOf);
    const theirs = withDatabase(openOracle, copy, contentOf);
    const at = mine.findIndex((line, i) => line !== theirs[i]);
    if (at < 0) return undefined;
    return `${describeFormat(format)} ${mode} left by ${engineModule}, seed ${seed}: ${mine[at]?.slice(0, 300)}\n   <> ${theirs[at]?.slice(0, 300)}`;
  });
}

let passed = 0;
let failed = 0;
function count(problem: string | undefined): void {
  if (problem === undefined) passed++;
  else {
    failed++;
    console.log(problem);
  }
}

const caught = (body: () => string | undefined, format: FileFormat): string | undefined => {
  try {
    return body();
  } catch (error) {
    return `${describeFormat(format)}: ${(error as Error).stack}`;
  }
};

for (let round = 0; round < Number(options.rounds); round++) {
  const seed = Number(options.seed) + round;
  const random = new Random(seed);
  const formats = options.sample ? random.times(Number(options.sample), () => random.pick(allFormats)) : allFormats;
  for (const format of formats) {
    count(caught(() => exchange(openOurs, openOracle, format, seed), format));
    count(caught(() => exchange(openOracle, openOurs, format, seed), format));
    const mode =
      format.journalMode === 'WAL'
        ? 'wal'
        : ['DELETE', 'TRUNCATE', 'PERSIST'].includes(format.journalMode)
          ? 'journal'
          : undefined;
    if (mode === undefined) continue;
    count(caught(() => abandon('better-sqlite3', format, mode, seed), format));
    count(caught(() => abandon(ourModule, format, mode, seed), format));
  }
}
console.log(`seed ${options.seed}, ${options.rounds} rounds`);
console.log(`${passed} passed, ${failed} failed`);
process.exitCode = failed ? 1 : 0;
