// better-sqlite3 and Ringlite on one file in one process, opening, working and closing in every order, while another process writes. POSIX locks of a process vanish when
// any descriptor of the file closes: what the other process may do shows whether all locks are still there.
import { spawn, type ChildProcess } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface, type Interface } from 'node:readline';
import { openOracle, openRinglite, type Database, type OpenDatabase } from './engines';

/** Another process, of stock SQLite, that does one thing when told to: keeps its connection open if `stays`. */
class Outsider {
  readonly #process: ChildProcess;
  readonly #lines: Interface;
  static readonly #script = `
    const Database = require(${JSON.stringify(require.resolve('better-sqlite3'))});
    let database;
    const close = () => { database?.close(); database = undefined; };
    const insert = (file, stays) => {
      database ??= new Database(file, { timeout: 0 });
      try { database.pragma('synchronous = off'); database.exec("INSERT INTO t VALUES ('outsider')"); return 'written'; }
      catch (error) { return error.code; }
      finally { if (!stays) close(); }
    };
    require('node:readline').createInterface({ input: process.stdin }).on('line', (line) => {
      const [file, stays, isLast] = JSON.parse(line);
      const answer = isLast ? 'closed' : insert(file, stays);
      if (isLast) close();
      console.log(answer);
    });`;

  constructor() {
    this.#process = spawn(process.execPath, ['-e', Outsider.#script], { stdio: ['pipe', 'pipe', 'inherit'] });
    if (!this.#process.stdout) throw new Error('no standard output');
    this.#lines = createInterface({ input: this.#process.stdout });
  }
  #ask(request: readonly unknown[]): Promise<string> {
    const answer = new Promise<string>((resolve) => this.#lines.once('line', resolve));
    this.#process.stdin?.write(`${JSON.stringify(request)}\n`);
    return answer;
  }
  write(file: string, stays: boolean): Promise<string> {
    return this.#ask([file, stays, false]);
  }
  async leave(): Promise<void> {
    await this.#ask(['', false, true]);
  }
  end(): void {
    this.#process.kill();
  }
}

type Kind = 'reads' | 'writes';
const kinds: readonly (readonly [Kind, Kind])[] = [
  ['writes', 'writes'],
  ['writes', 'reads'],
  ['reads', 'writes'],
  ['reads', 'reads'],
];

/** What each connection goes through. */
const STEPS = 4;

/** One connection: opens, begins, ends, closes, as far as it gets. */
class Guest {
  readonly #open: OpenDatabase;
  readonly kind: Kind;
  #database: Database | undefined;
  #next = 0;
  holds: Kind | undefined;
  commits = 0;

  constructor(open: OpenDatabase, kind: Kind) {
    this.#open = open;
    this.kind = kind;
  }

  step(file: string): void {
    const step = this.#next++;
    if (step === 0) this.#database = this.#open(file, { timeout: 0 });
    if (step === 1) this.#begin();
    if (step === 2) this.#end();
    if (step === 3) this.#database?.close();
  }
  #begin(): void {
    const sql = "BEGIN IMMEDIATE; INSERT INTO t VALUES ('guest')";
    try {
      this.#database?.pragma('synchronous = off');
      this.#database?.exec(this.kind === 'writes' ? sql : 'BEGIN; SELECT count(*) FROM t');
      this.holds = this.kind;
    } catch (error) {
      expect((error as { code: string }).code).toBe('SQLITE_BUSY');
    }
  }
  #end(): void {
    if (!this.holds) return;
    try {
      this.#database?.exec('COMMIT');
      if (this.holds === 'writes') this.commits++;
    } catch (error) {
      expect((error as { code: string }).code).toBe('SQLITE_BUSY');
      this.#database?.exec('ROLLBACK');
    }
    this.holds = undefined;
  }
}

/** All orders of the first's and the second's steps: bit i of the result says who makes step i. */
function interleavings(): number[] {
  const bitCount = (bits: number): number => (bits === 0 ? 0 : (bits & 1) + bitCount(bits >> 1));
  return [...Array(1 << (2 * STEPS)).keys()].filter((bits) => bitCount(bits) === STEPS);
}

let folder = '';
let outsider: Outsider;
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'ringlite-process-'));
  outsider = new Outsider();
});
afterAll(() => {
  outsider.end();
  rmSync(folder, { recursive: true });
});

/** The other process may write when no guest does, and in rollback modes when none reads either. */
function mayWrite(mode: string, guests: readonly Guest[]): boolean {
  return guests.every((guest) => !guest.holds || (mode === 'wal' && guest.holds === 'reads'));
}

async function run(
  file: string,
  mode: string,
  order: number,
  guests: readonly [Guest, Guest],
  stays: boolean,
): Promise<void> {
  const setup = openOracle(file);
  setup.pragma('synchronous = off');
  setup.pragma(`journal_mode = ${mode}`);
  setup.exec('CREATE TABLE t (a)');
  setup.close();
  let written = 0;
  for (let step = 0; step < 2 * STEPS; step++) {
    guests[(order >> step) & 1]?.step(file);
    const answer = await outsider.write(file, stays);
    if (answer === 'written') written++;
    if (answer !== (mayWrite(mode, guests) ? 'written' : 'SQLITE_BUSY'))
      throw new Error(
        `order ${order.toString(2)}, ${guests.map((guest) => guest.kind).join()}, step ${step}: ${answer}`,
      );
  }
  await outsider.leave();
  const last = openOracle(file);
  expect(last.pragma('integrity_check', { simple: true })).toBe('ok');
  expect(last.prepare('SELECT count(*) FROM t').pluck().get()).toBe(written + guests[0].commits + guests[1].commits);
  last.close();
  for (const suffix of ['', '-wal', '-shm', '-journal']) rmSync(file + suffix, { force: true });
}

describe.each(['wal', 'delete', 'truncate', 'persist'])('both engines in one process, journal mode %s', (mode) => {
  test('no lock is lost, whoever comes and goes when', async () => {
    for (const [number, order] of interleavings().entries()) {
      const [first, second] = kinds[(number + Math.floor(number / 4)) % 4] ?? kinds[0]!;
      const guests = [new Guest(openOracle, first), new Guest(openRinglite, second)] as const;
      await run(join(folder, `${mode}-${number}.db`), mode, order, guests, number % 2 === 0);
    }
  }, 120_000);
});
