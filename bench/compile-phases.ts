// Runs in a process of its own, bundled by compile.ts: node BUNDLE warm|cold|profile. Prints one line of JSON.
//
// warm: microseconds a statement of each phase, over the second half of the rounds. A phase is measured by running everything up to
// it, so its figure is a difference of two. cold: the first statements of a process, in slices.
// shapes: by shape of statement. first-run: queries, prepared only, and prepared and run once.
// profile: nothing but preparing, for node --cpu-prof and perf; profile-queries: SELECT only.
import { existsSync, readFileSync } from 'node:fs';
import OracleDatabase from 'better-sqlite3';
import { Database } from '../lib/api/database';
import { Catalog, emptyDatabaseSource } from '../lib/catalog/catalog';
import { SchemaRows } from '../lib/catalog/schema-rows';
import type { SchemaRow } from '../lib/catalog/source';
import { compile } from '../lib/compile';
import { Binder } from '../lib/resolve/binder';
import { defaultOptions } from '../lib/resolve/options';
import { loadBinding } from '../lib/session/binding';
import { literalTemplate } from '../lib/session/literal-template';
import { parseStatement } from '../lib/syntax/parser';
import { Token } from '../lib/syntax/token';
import { Tokenizer } from '../lib/syntax/tokenizer';
import { distinctStatements, shapes, statementSchema } from './statements';

const [mode, roundsText] = process.argv.slice(2);
const STATEMENTS = Object.keys(shapes).length * 30;
const SLICE = Object.keys(shapes).length;
const ROUNDS = Number(roundsText ?? 20);

type Preparing = (sql: string) => unknown;

/** CPU time of this thread where Linux tells it (the machine may be busy with others), else wall time. */
const SCHEDULE = '/proc/thread-self/schedstat';
const now_us: () => number = existsSync(SCHEDULE)
  ? () => Number(readFileSync(SCHEDULE, 'latin1').split(' ')[0]) / 1000
  : () => performance.now() * 1000;

function openBoth() {
  const theirs = new OracleDatabase(':memory:');
  const ours = new Database(':memory:');
  theirs.exec(statementSchema());
  ours.exec(statementSchema());
  return { theirs, ours };
}

/** Microseconds a statement. */
function timeOf(statements: readonly string[], prepare: Preparing): number {
  const start = now_us();
  for (const sql of statements) prepare(sql);
  return (now_us() - start) / statements.length;
}

/** What each phase and all before it do with a text. */
function cumulativePhases(rows: readonly SchemaRow[]): Record<string, Preparing> {
  const main = { ...emptyDatabaseSource('main'), rows: new SchemaRows(rows) };
  const schema = new Catalog({ databases: [main, emptyDatabaseSource('temp')], modules: new Map() });
  const { native } = loadBinding(null);
  const connection = native.open(':memory:', false, false, 0, false, -1, -1);
  return {
    tokenize(sql) {
      const tokenizer = new Tokenizer(sql, 0);
      do tokenizer.next();
      while (tokenizer.type !== Token.End);
    },
    parse: (sql) => parseStatement(sql),
    resolve(sql) {
      const { statement } = parseStatement(sql);
      if (statement?.kind === 'select') new Binder(schema, defaultOptions, sql).bindQuery(statement);
    },
    'plan, code, encode': (sql) => compile(sql, schema, defaultOptions),
    load(sql) {
      const compiled = compile(sql, schema, defaultOptions)!;
      native.finalize(native.load(connection, compiled.image));
    },
  };
}

function warm(): object {
  const { theirs, ours } = openBoth();
  const rows = theirs
    .prepare('SELECT rowid, type, name, tbl_name AS tableName, rootpage AS rootPage, sql FROM sqlite_schema')
    .all() as SchemaRow[];
  const phases: Record<string, Preparing> = {
    template: (sql) => literalTemplate(sql),
    ...cumulativePhases(rows),
    prepare: (sql) => ours.prepare(sql),
    'better-sqlite3': (sql) => theirs.prepare(sql),
  };
  const sums = new Map<string, number>(Object.keys(phases).map((name) => [name, 0]));
  for (let round = 0; round < 2 * ROUNDS; round++) {
    const statements = distinctStatements(STATEMENTS, round + 1);
    for (const [name, prepare] of Object.entries(phases)) {
      const spent = timeOf(statements, prepare);
      if (round >= ROUNDS) sums.set(name, sums.get(name)! + spent / ROUNDS);
    }
  }
  return Object.fromEntries(sums);
}

/** Queries, whose code is made when they first run: preparing alone, and with the first run (on empty tables). */
function firstRun(): object {
  const { theirs, ours } = openBoth();
  const run =
    (database: typeof theirs): Preparing =>
    (sql) =>
      database.prepare(sql).all(...new Array<bigint>(sql.split('?').length - 1).fill(1n));
  const measured: Record<string, readonly [Preparing, Preparing]> = {
    prepare: [(sql) => theirs.prepare(sql), (sql) => ours.prepare(sql)],
    'prepare and run': [run(theirs), run(ours as unknown as typeof theirs)],
  };
  const sums = new Map<string, [number, number]>();
  for (let round = 0; round < 2 * ROUNDS; round++) {
    for (const [number, [name, ways]] of Object.entries(measured).entries()) {
      const statements = distinctStatements(STATEMENTS, 2 * round + number + 1).filter(isQuery);
      const spent = ways.map((way) => timeOf(statements, way) / ROUNDS);
      const sum = sums.get(name) ?? [0, 0];
      if (round >= ROUNDS) sums.set(name, [sum[0] + spent[0]!, sum[1] + spent[1]!]);
    }
  }
  return Object.fromEntries(sums);
}

function cold(): object {
  const { theirs, ours } = openBoth();
  const statements = distinctStatements(STATEMENTS, 1);
  const slices: object[] = [];
  for (let at = 0; at < statements.length; at += SLICE) {
    const slice = statements.slice(at, at + SLICE);
    slices.push([timeOf(slice, (sql) => theirs.prepare(sql)), timeOf(slice, (sql) => ours.prepare(sql))]);
  }
  return slices;
}

function shapeTimes(): object {
  const { theirs, ours } = openBoth();
  const names = Object.keys(shapes);
  const sums = names.map(() => [0, 0] as [number, number]);
  for (let round = 0; round < 2 * ROUNDS; round++) {
    const statements = distinctStatements(STATEMENTS, round + 1);
    names.forEach((_name, shape) => {
      const own = statements.filter((_sql, i) => i % names.length === shape);
      const spent = [timeOf(own, (sql) => theirs.prepare(sql)), timeOf(own, (sql) => ours.prepare(sql))] as const;
      if (round < ROUNDS) return;
      sums[shape]![0] += spent[0] / ROUNDS;
      sums[shape]![1] += spent[1] / ROUNDS;
    });
  }
  return Object.fromEntries(names.map((name, i) => [name, sums[i]]));
}

function profile(isChosen: (sql: string) => boolean): object {
  const { ours } = openBoth();
  const rounds: number[] = [];
  for (let round = 0; round < ROUNDS; round++) {
    const statements = distinctStatements(STATEMENTS, round + 1).filter(isChosen);
    rounds.push(timeOf(statements, (sql) => ours.prepare(sql)));
  }
  return rounds;
}

const isQuery = (sql: string): boolean => /^(?:SELECT|WITH)/.test(sql);

const modes: Record<string, () => object> = {
  warm,
  cold,
  shapes: shapeTimes,
  'first-run': firstRun,
  profile: () => profile(() => true),
  'profile-queries': () => profile(isQuery),
};
console.log(JSON.stringify(modes[mode ?? 'warm']!()));
