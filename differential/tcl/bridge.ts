// tsx differential/tcl/bridge.ts FILE SUITE: runs one file of SQLite's TCL test suite (driver.tcl) with every statement on both engines.
// Each engine has a folder of its own. What the file sees are SQLite's answers; what differs is printed.
import { spawn } from 'node:child_process';
import { copyFileSync, existsSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { basename, join } from 'node:path';
import { createInterface } from 'node:readline';
import { compareOutcomes, showValue, type Outcome } from '../compare';
import { splitStatements } from '../documentation/extract';
import { isPlan, isUnsteady } from '../documentation/unsteady';
import { openOracle, openRinglite, type Database, type OpenDatabase } from '../engines';

const ROW_LIMIT = 20_000;
const SHOWN_ROWS = 8;
const SIDECARS = ['', '-wal', '-journal'];

/** From the fourth column of a name on, SQLite numbers them by chance. */
const CHANCE = /:\d+$/;
/** A table of ours that better-sqlite3's build lacks. */
const isAddition = /\bgenerate_series\b/i;
const [file = '', suite = ''] = process.argv.slice(2);
const root = mkdtempSync(join(tmpdir(), 'ringlite-tcl-'));
const counts = { statements: 0, different: 0 };
let test = '';

class Engine {
  readonly folder: string;
  readonly connections = new Map<string, Database>();
  readonly #open: OpenDatabase;

  constructor(name: string, open: OpenDatabase) {
    this.folder = mkdtempSync(join(root, name));
    this.#open = open;
  }

  path(name: string): string {
    return name === '' || name === ':memory:' ? name : join(this.folder, basename(name));
  }

  /** The error's text, or '' when it opened. */
  open(name: string, path: string, readonly: boolean, fileMustExist: boolean): string {
    this.close(name);
    try {
      this.connections.set(name, this.#open(this.path(path), { readonly, fileMustExist, timeout: 0 }));
      return '';
    } catch (error) {
      return (error as Error).message;
    }
  }

  close(name: string): void {
    this.connections.get(name)?.close();
    this.connections.delete(name);
  }

  run(name: string, sql: string, parameters: Record<string, unknown>): { outcome: Outcome; raw: unknown[][] } {
    process.chdir(this.folder);
    const raw: unknown[][] = [];
    let columns: string[] = [];
    let error: string | undefined;
    let changes: number | bigint | undefined;
    let lastInsertRowid: number | bigint | undefined;
    const database = this.connections.get(name);
    if (database === undefined) return { outcome: failure('no connection'), raw };
    try {
      const statement = database.prepare(sql);
      const bound = Object.keys(parameters).length > 0 ? [parameters] : [];
      if (statement.reader) {
        columns = statement.columns().map((column) => `${column.name.replace(CHANCE, '')}~${column.type}`);
        for (const row of statement
          .raw()
          .safeIntegers()
          .iterate(...bound)) {
          raw.push(isPlan(sql) ? (row as unknown[]).slice(3) : (row as unknown[]));
          if (raw.length === ROW_LIMIT) break;
        }
      } else ({ changes, lastInsertRowid } = statement.run(...bound));
    } catch (thrown) {
      const { name: type, message, code } = thrown as Error & { code?: string };
      error = `${type} ${code ?? ''}: ${message}`.replaceAll(this.folder, '');
    }
    const rows = raw.map((row) => row.map(showValue).join(' | ').replaceAll(this.folder, ''));
    return {
      outcome: { columns, rows, changes, lastInsertRowid, error, inTransaction: database.inTransaction },
      raw,
    };
  }
}

const failure = (error: string): Outcome => ({
  columns: [],
  rows: [],
  changes: undefined,
  lastInsertRowid: undefined,
  error,
  inTransaction: false,
});

const ours = new Engine('ringlite-', openRinglite);
const oracle = new Engine('sqlite-', openOracle);
const opened = new Map<string, string>();
/** Connections of ours that were opened again: they don't know the rowid of the last insert. */
const reopened = new Set<string>();

/** A value as Tcl shows it, behind a letter that tells NULL from text. */
function tclValue(value: unknown): string {
  if (value === null) return 'n';
  if (Buffer.isBuffer(value)) return `v${value.toString('latin1')}`;
  if (typeof value === 'number') return `v${Number.isInteger(value) ? value.toFixed(1) : value}`;
  return `v${value as string | bigint}`;
}

const tclWord = (text: string): string =>
  text === '' ? '{}' : text.replace(/[\\{}[\]$"\s;#]/g, (c) => (c === '\n' ? '\\n' : `\\${c}`));
const tclList = (words: readonly string[]): string => words.map(tclWord).join(' ');

function lines(outcome: Outcome): string {
  if (outcome.error !== undefined) return outcome.error;
  const state = outcome.inTransaction ? ' (in a transaction)' : '';
  if (outcome.changes !== undefined) return `changes ${outcome.changes}, last rowid ${outcome.lastInsertRowid}${state}`;
  return [`[${outcome.columns.join(', ')}]${state}`, ...outcome.rows.slice(0, SHOWN_ROWS)].join('\n             ');
}

/** After a difference both go on from SQLite's file, where that can be done. */
function align(name: string): void {
  const path = opened.get(name);
  if (path === undefined || path === '' || path === ':memory:' || oracle.connections.get(name)?.inTransaction) return;
  const sharers = [...opened].filter(([, other]) => other === path).map(([sharer]) => sharer);
  if (sharers.some((sharer) => oracle.connections.get(sharer)?.inTransaction)) return;
  for (const sharer of sharers) ours.close(sharer);
  for (const suffix of SIDECARS) {
    rmSync(ours.path(path) + suffix, { force: true });
    if (existsSync(oracle.path(path) + suffix)) copyFileSync(oracle.path(path) + suffix, ours.path(path) + suffix);
  }
  for (const sharer of sharers) {
    ours.open(sharer, path, false, false);
    reopened.add(sharer);
  }
}

/** The kind of difference that counts. */
function differenceOf(name: string, sql: string, mine: Outcome, theirs: Outcome): string | undefined {
  if (isUnsteady(sql) || isAddition.test(sql)) return undefined;
  if (/^\s*(?:insert|replace|with)\b/i.test(sql)) reopened.delete(name);
  return compareOutcomes(reopened.has(name) ? { ...mine, lastInsertRowid: theirs.lastInsertRowid } : mine, theirs);
}

function evaluate(name: string, sql: string, parameters: Record<string, unknown>): string[] {
  const answer = ['ok'];
  for (const statement of splitStatements(sql)) {
    counts.statements++;
    const [mine, theirs] = [ours.run(name, statement, parameters), oracle.run(name, statement, parameters)];
    const kind = differenceOf(name, statement, mine.outcome, theirs.outcome);
    if (kind !== undefined) {
      counts.different++;
      console.log(
        `\n-- ${basename(file)} ${test}: ${kind}\n${statement};${
          Object.keys(parameters).length > 0 ? ` -- ${Object.values(parameters).map(showValue).join(', ')}` : ''
        }\n   ringlite: ${lines(mine.outcome)}\n   SQLite:   ${lines(theirs.outcome)}`,
      );
      if (kind !== 'order') align(name);
    }
    if (theirs.outcome.error !== undefined) return ['error', theirs.outcome.error.replace(/^.*?: /, '')];
    const columns = theirs.outcome.columns.map((column) => column.replace(/~[^~]*$/, ''));
    const rows = theirs.raw.map((row) => tclList(row.map(tclValue)));
    if (columns.length > 0) answer.push(tclList([tclList(columns), tclList(rows)]));
  }
  return answer;
}

/** Bound variables by name; those that the file never set are NULL. */
function parametersOf(sql: string, fields: readonly string[]): Record<string, unknown> {
  const bound: Record<string, unknown> = {};
  const text = sql.replace(/'(?:[^']|'')*'|"(?:[^"]|"")*"/g, '');
  for (const [, name] of text.matchAll(/[$:@]((?:\w|::)+(?:\([^)]*\))?)/g)) bound[name as string] = null;
  for (let i = 0; i + 2 < fields.length; i += 3) {
    const [name, type, value] = fields.slice(i, i + 3) as [string, string, string];
    if (!(name in bound)) continue;
    if (type === 'i') bound[name] = BigInt(value);
    else if (type === 'r') bound[name] = Number(value);
    else if (type === 'b') bound[name] = Buffer.from(value, 'hex');
    else bound[name] = value;
  }
  return bound;
}

function answerTo([command = '', ...fields]: readonly string[]): string[] {
  const [name = '', argument = ''] = fields;
  switch (command) {
    case 'test':
      test = name;
      return ['ok'];
    case 'open': {
      const [readonly, mustExist] = [fields[2] === '1', fields[3] === '1'];
      const [mine, theirs] = [ours, oracle].map((engine) => engine.open(name, argument, readonly, mustExist)) as [
        string,
        string,
      ];
      opened.set(name, argument);
      reopened.delete(name);
      if ((mine === '') !== (theirs === '')) {
        counts.different++;
        console.log(`\n-- ${basename(file)} ${test}: open ${argument}\n   ringlite: ${mine}\n   SQLite:   ${theirs}`);
      }
      return theirs === '' ? ['ok'] : ['error', theirs];
    }
    case 'close':
      for (const engine of [ours, oracle]) engine.close(name);
      opened.delete(name);
      return ['ok'];
    case 'delete':
      for (const engine of [ours, oracle])
        for (const path of fields) rmSync(engine.path(path), { force: true, recursive: true });
      return ['ok'];
    case 'copy':
      for (const engine of [ours, oracle])
        if (existsSync(engine.path(name))) copyFileSync(engine.path(name), engine.path(argument));
      return ['ok'];
    case 'eval':
      return evaluate(name, argument, parametersOf(argument, fields.slice(2)));
    default:
      if (name !== '') console.log(`(${basename(file)} ended early: ${name.split('\n')[0] ?? ''})`);
      return ['ok'];
  }
}

const driver = spawn('tclsh', [join(__dirname, 'driver.tcl'), file, suite], {
  stdio: ['pipe', 'pipe', 'inherit'],
  cwd: root,
});
createInterface({ input: driver.stdout }).on('line', (line) => {
  const fields = line.split(' ').map((field) => Buffer.from(field.slice(1), 'base64').toString());
  const answer = answerTo(fields).map((field) => `.${Buffer.from(field).toString('base64')}`);
  driver.stdin.write(`${answer.join(' ')}\n`);
});
driver.on('close', () => {
  process.chdir(tmpdir());
  rmSync(root, { recursive: true, force: true });
  console.log(`${basename(file)}: ${counts.statements} statements, ${counts.different} different`);
});
