// npm run django -- migrate.jsonl.gz [orm.jsonl.gz ...] [--functions functions.mjs] [--failures N] [--rounds N] [--built]
// Replays traces of statements, one after the other on a new file database (each trace on a new connection), with Ringlite and with
// better-sqlite3; compares rows, changes and errors with the recorded ones, both databases' contents at the end, and prints the CPU time
// of each by kind of statement. --built takes the built package (npm run build) instead of the sources. Exit code 1 when something differs.
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { basename, join, resolve } from 'node:path';
import { pathToFileURL } from 'node:url';
import { parseArgs } from 'node:util';
import { openBuilt, openOracle, openRinglite, type Database, type OpenDatabase } from '../engines';
import { parameterOf, readTrace, sameRows, type TraceLine, type Value } from './trace';

type RegisterFunctions = (database: Database) => void;

interface Failure {
  readonly line: number;
  readonly sql: string;
  readonly reason: string;
}

interface Replay {
  readonly failures: Failure[];
  /** Milliseconds of user and system CPU time by kind of statement. */
  readonly cpu_ms: Map<string, number>;
}

const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: {
    functions: { type: 'string' },
    failures: { type: 'string', default: '5' },
    rounds: { type: 'string', default: '1' },
    built: { type: 'boolean', default: false },
  },
});

function kindOf(sql: string): string {
  const words: readonly string[] = sql.toUpperCase().match(/[A-Z_]+/g) ?? [];
  switch (words[0]) {
    case 'CREATE':
    case 'DROP':
      return `${words[0]} ${words[1] === 'UNIQUE' ? 'INDEX' : (words[1] ?? '')}`;
    case 'ALTER':
      return words.includes('COLUMN') ? 'ALTER RENAME COLUMN' : 'ALTER RENAME TO';
    case 'PRAGMA':
      return `PRAGMA ${words[1] ?? ''}`;
    default:
      return words[0] ?? '';
  }
}

/** Runs one statement; the reason why its result is not the recorded one, or null. */
function replayLine(database: Database, line: TraceLine): string | null {
  try {
    const statement = database.prepare(line.sql);
    const params = line.params.map(parameterOf);
    if (statement.reader) {
      const rows = statement.raw().all(...params) as Value[][];
      if (line.error !== undefined) return `expected the error: ${line.error}`;
      if (line.rows === null) return 'expected no result columns';
      return sameRows(line, rows) ? null : `rows differ: ${inspect(rows)}\n    recorded: ${inspect(line.rows)}`;
    }
    const { changes } = statement.run(...params);
    if (line.error !== undefined) return `expected the error: ${line.error}`;
    if (line.rows !== null) return 'expected result columns';
    return line.changes === null || changes === line.changes ? null : `${changes} changes, recorded ${line.changes}`;
  } catch (error) {
    const { message } = error as Error;
    return message === line.error ? null : `error: ${message}; recorded ${line.error ?? 'no error'}`;
  }
}

const inspect = (rows: readonly unknown[]): string =>
  JSON.stringify(rows.slice(0, 5), (_key, value: unknown) => (typeof value === 'bigint' ? `${value}n` : value));

function replay(database: Database, trace: readonly TraceLine[]): Replay {
  const failures: Failure[] = [];
  const cpu_ms = new Map<string, number>();
  trace.forEach((line, i) => {
    const before = process.cpuUsage();
    const reason = replayLine(database, line);
    const { user, system } = process.cpuUsage(before);
    const kind = kindOf(line.sql);
    cpu_ms.set(kind, (cpu_ms.get(kind) ?? 0) + (user + system) / 1000);
    if (reason !== null) failures.push({ line: i + 1, sql: line.sql, reason });
  });
  return { failures, cpu_ms };
}

interface Engine {
  readonly name: string;
  readonly open: OpenDatabase;
}

const engines: readonly Engine[] = [
  { name: 'ringlite', open: values.built ? openBuilt : openRinglite },
  { name: 'better-sqlite3', open: openOracle },
];

interface TraceFile {
  readonly name: string;
  readonly lines: readonly TraceLine[];
}

/** Replays all traces on one new database with one engine; the contents of the database in the end come last. */
function replayAll(engine: Engine, traces: readonly TraceFile[], register: RegisterFunctions | null) {
  const folder = mkdtempSync(join(tmpdir(), 'ringlite-traces-'));
  const path = join(folder, 'traces.db');
  try {
    const replays = traces.map(({ lines }) => {
      const database = engine.open(path);
      database.pragma('synchronous = OFF');
      register?.(database);
      const result = replay(database, lines);
      database.close();
      return result;
    });
    return { replays, contents: contentsOf(path) };
  } finally {
    rmSync(folder, { recursive: true });
  }
}

/** Schema, rows per table and integrity, as real SQLite reads the file. */
function contentsOf(path: string): string[] {
  const database = openOracle(path, { readonly: true });
  try {
    const schema = database.prepare('SELECT type, name, tbl_name, sql FROM sqlite_schema ORDER BY 1, 2').raw().all();
    const tables = database.prepare("SELECT name FROM sqlite_schema WHERE type = 'table' ORDER BY 1").pluck().all();
    const rows = tables.flatMap((name) =>
      database
        .prepare(`SELECT * FROM "${String(name)}"`)
        .raw()
        .all()
        .map((row) => JSON.stringify([name, row]))
        .sort(),
    );
    return [
      `integrity_check: ${String(database.pragma('integrity_check', { simple: true }))}`,
      `foreign_key_check: ${JSON.stringify(database.pragma('foreign_key_check'))}`,
      ...schema.map((row) => JSON.stringify(row)),
      ...rows,
    ];
  } finally {
    database.close();
  }
}

const total = (times: ReadonlyMap<string, number>): number => [...times.values()].reduce((sum, time) => sum + time, 0);

function reportTimes(name: string, ours: Replay, oracle: Replay): void {
  console.log(`${name.padEnd(28)} ${'ringlite'.padStart(12)} ${'better-sqlite3'.padStart(15)} ${'ratio'.padStart(7)}`);
  const print = (label: string, a: number, b: number): void =>
    console.log(
      `  ${label.padEnd(26)} ${a.toFixed(0).padStart(9)} ms ${b.toFixed(0).padStart(12)} ms ${(b / a).toFixed(2).padStart(7)}`,
    );
  const kinds = [...oracle.cpu_ms].sort((a, b) => b[1] - a[1]).slice(0, 12);
  for (const [kind, time] of kinds) print(kind, ours.cpu_ms.get(kind) ?? 0, time);
  print('total CPU', total(ours.cpu_ms), total(oracle.cpu_ms));
}

async function main(): Promise<void> {
  const traces = positionals.map((path) => ({ name: basename(path).replace(/\..*/, ''), lines: readTrace(path) }));
  const register =
    values.functions === undefined
      ? null
      : (
          (await import(pathToFileURL(resolve(values.functions)).href)) as {
            registerDjangoFunctions: RegisterFunctions;
          }
        ).registerDjangoFunctions;
  let failed = traces.length === 0 ? 1 : 0;
  for (let round = 0; round < Number(values.rounds); round++) {
    const [ours, oracle] = engines.map((engine) => replayAll(engine, traces, register)) as [
      ReturnType<typeof replayAll>,
      ReturnType<typeof replayAll>,
    ];
    traces.forEach(({ name, lines }, i) => {
      const failures = ours.replays[i]!.failures;
      console.log(
        `${name}: ${lines.length} statements, ${failures.length} differ from the record (better-sqlite3: ${oracle.replays[i]!.failures.length})`,
      );
      for (const { line, sql, reason } of failures.slice(0, Number(values.failures)))
        console.log(`  line ${line}: ${reason}\n    ${sql.slice(0, 400)}`);
      reportTimes(name, ours.replays[i]!, oracle.replays[i]!);
      failed += failures.length;
    });
    const difference = ours.contents.findIndex((line, i) => line !== oracle.contents[i]);
    const same = difference < 0 && ours.contents.length === oracle.contents.length;
    console.log(
      same
        ? `databases equal: ${ours.contents.length} lines of schema and rows; ${ours.contents[0]}`
        : `databases differ: ${ours.contents[difference]?.slice(0, 300)}\n  better-sqlite3: ${oracle.contents[difference]?.slice(0, 300)}`,
    );
    if (!same) failed++;
  }
  process.exitCode = failed > 0 ? 1 : 0;
}

void main();
