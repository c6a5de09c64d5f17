// npm run pragmas -- [--only NAME,NAME] [--stop-at N]
// Every pragma in every form (forms.ts) on both engines: in memory, on files, on an empty database, in WAL mode, inside a transaction and
// outside of one. After each statement that sets something, what it set is read. Exit code 1 when anything differs.
import { mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { compareOutcomes, outcomeOf, type Outcome } from '../compare';
import { openOracle, openRinglite, type Database, type OpenDatabase } from '../engines';
import { pragmaNames, QUALIFIERS, SETUP, statements, tableForms } from './forms';

const { values: options } = parseArgs({
  options: { only: { type: 'string' }, 'stop-at': { type: 'string', default: '200' } },
});

interface Place {
  readonly name: string;
  readonly file: boolean;
  readonly qualifiers: readonly string[];
  readonly before: readonly string[];
}

/** Enough where the schema matters less than the state of the file. */
const FEW = ['', 'aux.'];

const places: readonly Place[] = [
  { name: 'empty', file: false, qualifiers: FEW, before: [] },
  { name: 'memory', file: false, qualifiers: QUALIFIERS, before: SETUP },
  { name: 'file', file: true, qualifiers: FEW, before: SETUP },
  { name: 'transaction', file: false, qualifiers: FEW, before: [...SETUP, 'BEGIN'] },
  {
    name: 'write transaction',
    file: true,
    qualifiers: FEW,
    before: [...SETUP, 'BEGIN', 'INSERT INTO t1(a) VALUES(50)'],
  },
  { name: 'wal', file: true, qualifiers: FEW, before: ['PRAGMA journal_mode = wal', ...SETUP] },
];

const directory = mkdtempSync(join(tmpdir(), 'pragmas-'));
let opened = 0;

/** A database of one engine, in a directory of its own; the directories' names are equally long. */
function open(engine: OpenDatabase, home: string, { file, before }: Place): Database {
  const place = join(directory, `${home}${opened}`);
  if (file) mkdirSync(place, { recursive: true });
  const database = engine(file ? join(place, 'main.db') : ':memory:');
  outcomeOf(database, `ATTACH '${file ? join(place, 'aux.db') : ':memory:'}' AS aux`);
  for (const sql of before) outcomeOf(database, sql);
  return database;
}

/** Files are called by the same name on both sides. */
const withoutPlace = (outcome: Outcome): Outcome => ({
  ...outcome,
  rows: outcome.rows.map((row) => row.replaceAll(/(ours|them)\d+\//g, '')),
});

const only = options.only?.split(',');
const counts = { statements: 0, failed: 0 };

const show = ({ error, rows, columns, changes }: Outcome): string =>
  error ?? (changes !== undefined ? `changes ${changes}` : `[${columns.join()}] ${rows.slice(0, 6).join(' // ')}`);

/** Runs the statements one after the other on both engines; after a difference on new databases. */
function compare(place: Place, list: readonly string[]): void {
  let pair: readonly [Database, Database] | null = null;
  const close = (): void => {
    pair?.forEach((database) => {
      database.close();
    });
    pair = null;
  };
  let previous = '';
  for (const sql of list) {
    opened++;
    pair ??= [open(openRinglite, 'ours', place), open(openOracle, 'them', place)];
    const [mine, theirs] = pair.map((database) => withoutPlace(outcomeOf(database, sql))) as [Outcome, Outcome];
    counts.statements++;
    const kind = compareOutcomes(mine, theirs);
    const after = previous;
    previous = sql;
    if (kind === undefined) continue;
    counts.failed++;
    console.log(
      `${kind} (${place.name}): ${after === '' ? '' : `${after}; `}${sql}\n   ours   ${show(mine)}\n   oracle ${show(theirs)}`,
    );
    if (counts.failed >= Number(options['stop-at'])) break;
    close();
  }
  close();
}

for (const name of pragmaNames) {
  if (only !== undefined && !only.includes(name)) continue;
  for (const place of places) {
    for (const qualifier of place.qualifiers) compare(place, statements(name, qualifier));
    if (!place.file) compare(place, tableForms(name));
  }
  if (counts.failed >= Number(options['stop-at'])) break;
}
rmSync(directory, { recursive: true, force: true });

console.log(`\n${counts.statements - counts.failed} passed, ${counts.failed} failed`);
process.exitCode = counts.failed ? 1 : 0;
