// npm run faults -- [--stride N] [--modes DELETE,WAL] [--kinds fFtc] [--workload PART] [--variant debug|asan] [--build FOLDER]
// A fault at every single I/O operation of small write workloads: the operation fails, everything fails from it on, a write is torn, or the machine
// crashes and only some of what was not synced survives. The file is then recovered by Ringlite and by stock SQLite. Both must find it
// intact, with every acknowledged commit, and with no commit that was not acknowledged (but for the one in flight at a crash).
// MEMORY and OFF promise nothing for the file: there the process must survive, and reading what is left.
import { execFileSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { cpSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { openOracle, openRinglite, type Database, type OpenDatabase } from '../engines';
import { workloadImage } from './compile';
import { contentQueries, workloads, type FaultWorkload } from './workloads';

const { values: options } = parseArgs({
  options: {
    stride: { type: 'string', default: '1' },
    modes: { type: 'string', default: 'DELETE,DELETE+EXTRA,TRUNCATE,PERSIST,WAL,MEMORY,OFF' },
    kinds: { type: 'string', default: 'fFtc' },
    workload: { type: 'string', default: '' },
    keep: { type: 'boolean' },
    variant: { type: 'string', default: 'debug' },
    build: { type: 'string', default: join(__dirname, '../../build-native') },
  },
});
const binding = join(__dirname, '../../binding');
const runner = join(options.build, options.variant, 'fault-runner');

/** Modes that give up durability: the process must survive, the file may not. */
const UNSAFE_MODES = ['MEMORY', 'OFF'];

const contentOf = (database: Database): string =>
  JSON.stringify(contentQueries.map((sql) => database.prepare(sql).raw().all()));
const markersOf = (database: Database): number[] =>
  database.prepare('SELECT number FROM done ORDER BY 1').pluck().all() as number[];

/** Content after exactly the given transactions, by real SQLite. */
class Expectation {
  readonly #known = new Map<string, string>();

  constructor(
    private readonly workload: FaultWorkload,
    private readonly numberOf: (transaction: readonly string[]) => number | undefined,
  ) {}

  after(markers: readonly number[]): string {
    const key = markers.join();
    let content = this.#known.get(key);
    if (content === undefined) {
      const database = openOracle(':memory:');
      for (const sql of this.workload.base) database.exec(sql);
      for (const transaction of this.workload.transactions) {
        const number = this.numberOf(transaction);
        if (number === undefined || markers.includes(number)) for (const sql of transaction) database.exec(sql);
      }
      content = contentOf(database);
      database.close();
      this.#known.set(key, content);
    }
    return content;
  }
}

const numberOf = (transaction: readonly string[]): number | undefined => {
  const match = /INTO done VALUES \((\d+)\)/.exec(transaction.join(';'));
  return match ? Number(match[1]) : undefined;
};

interface Line {
  readonly id: string;
  readonly kind: string;
  readonly operation: string;
  readonly answers: string;
  /** The commit was done, only not known to be durable: SQLite, too, reports an error and cannot say which. */
  readonly isUncertain: boolean;
}

/** undefined when the file recovers to a state that the answers allow. */
function check(
  open: OpenDatabase,
  folder: string,
  line: Line,
  workload: FaultWorkload,
  expectation: Expectation,
): string | undefined {
  const copy = `${folder}-copy`;
  cpSync(folder, copy, { recursive: true });
  let database: Database | undefined;
  try {
    database = open(join(copy, 'a.db'));
    const found = markersOf(database);
    let inFlight = line.kind === 'c' || line.kind === 'F' || line.isUncertain ? 1 : 0;
    for (const [index, transaction] of workload.transactions.entries()) {
      const number = numberOf(transaction);
      if (number === undefined) continue;
      const isThere = found.includes(number);
      const answer = line.answers[index];
      if (answer === '1' && !isThere) return `acknowledged transaction ${number} is lost`;
      if (answer !== '1' && isThere && inFlight-- <= 0) return `transaction ${number} failed, yet it is there`;
    }
    const content = contentOf(database);
    const expected = expectation.after(found);
    return content === expected
      ? undefined
      : `after [${found.join()}]: ${content.slice(-300)}\n   expected ${expected.slice(-300)}`;
  } catch (error) {
    return (error as Error).message;
  } finally {
    database?.close();
    rmSync(copy, { recursive: true });
  }
}

/** Reading what is left must give an answer or an error. */
function survive(open: OpenDatabase, folder: string): undefined {
  let database: Database | undefined;
  try {
    database = open(join(folder, 'a.db'));
    contentOf(database);
  } catch {
    // The file may be anything.
  } finally {
    database?.close();
  }
}

/** Equal for dumps that are judged alike: many faults leave the same files and answers. */
function fingerprint(folder: string, line: Line): string {
  const hash = createHash('sha1').update(`${line.answers} ${String(line.isUncertain || 'cF'.includes(line.kind))}`);
  for (const name of readdirSync(folder).sort()) hash.update(`|${name}|`).update(readFileSync(join(folder, name)));
  return hash.digest('hex');
}

let checked = 0;
let failed = 0;

function sweep(workload: FaultWorkload, mode: string, folder: string): void {
  const [journalMode = '', synchronous = 'FULL'] = mode.split('+');
  const base = join(folder, 'base.db');
  const database = openOracle(base);
  database.pragma('page_size = 1024');
  for (const sql of workload.base) database.exec(sql);
  if (journalMode === 'WAL') database.pragma('journal_mode = WAL');
  database.close();
  // Compiled along a run on a copy, so that schema changes are seen by the statements after them.
  const scratch = join(folder, 'scratch.db');
  cpSync(base, scratch);
  const settings = [
    [`PRAGMA synchronous = ${synchronous}`],
    ...(journalMode === 'WAL' ? [] : [[`PRAGMA journal_mode = ${journalMode}`]]),
  ];
  const faulty: FaultWorkload = { ...workload, transactions: [...settings, ...workload.transactions] };
  const ours = openRinglite(scratch);
  writeFileSync(join(folder, 'programs'), workloadImage(ours, faulty.transactions));
  ours.close();

  // Only EXTRA syncs the directory after the unlink that commits in DELETE mode.
  const removals = journalMode === 'DELETE' && synchronous === 'FULL' ? 'durable' : 'both';
  const out = join(folder, 'out');
  mkdirSync(out);
  const output = execFileSync(runner, [base, join(folder, 'programs'), options.kinds, options.stride, removals, out], {
    encoding: 'utf8',
    maxBuffer: 2 ** 28,
    env: { ...process.env, ASAN_OPTIONS: 'detect_leaks=0' },
  });
  const lines = output.trim().split('\n');
  const operations = lines.pop()?.split(' ')[1] ?? '0';
  const expectation = new Expectation(workload, numberOf);
  const verdicts = new Map<string, string | undefined>();
  let failures = 0;
  for (const text of lines) {
    const [id = '', kind = '', operation = '', answers = '', certainty = ''] = text.split(' ');
    const line = { id, kind, operation, answers, isUncertain: certainty === 'finalization' };
    const state = fingerprint(join(out, id), line);
    for (const [name, open] of [
      ['ringlite', openRinglite],
      ['stock', openOracle],
    ] as const) {
      checked++;
      const key = `${name} ${state}`;
      if (!verdicts.has(key))
        verdicts.set(
          key,
          UNSAFE_MODES.includes(mode)
            ? survive(open, join(out, id))
            : check(open, join(out, id), line, faulty, expectation),
        );
      const problem = verdicts.get(key);
      if (problem === undefined) continue;
      failures++;
      if (failures <= 5)
        console.log(
          `  ${mode}, ${workload.name}: fault ${kind} at operation ${operation} (answers ${answers}), recovered by ${name}: ${problem}`,
        );
    }
  }
  failed += failures;
  console.log(
    `${mode.padEnd(12)} ${workload.name.padEnd(24)} ${operations.padStart(5)} operations, ${lines.length} crashes and faults (${verdicts.size / 2} outcomes), ${failures} failed`,
  );
}

const make = ['-s', '-j2', '-C', binding, 'fault-runner', `VARIANT=${options.variant}`, `BUILD=${options.build}`];
execFileSync('make', make, { stdio: 'inherit' });
for (const mode of options.modes.split(','))
  for (const workload of workloads) {
    if (!workload.name.includes(options.workload)) continue;
    const folder = mkdtempSync(join(tmpdir(), 'ringlite-faults-'));
    try {
      sweep(workload, mode, folder);
    } finally {
      if (!options.keep) rmSync(folder, { recursive: true, force: true });
    }
  }
console.log(`${checked - failed} passed, ${failed} failed`);
process.exitCode = failed ? 1 : 0;
