// npx tsx bench/open.ts [--tables 10,10000] [--rounds N]
// CPU time of opening a database with many tables (each with an index) and reading a row of one: of the first connection of a process, and of
// those that follow while it is open; and the memory that each of these keeps. Processes of both packages in turn; medians. Ringlite is the
// built package (npm run build).
import { execFileSync } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { openOracle } from '../differential/engines';

interface Figures {
  /** CPU milliseconds. */
  readonly first: number;
  readonly next: number;
  /** Memory of one connection. */
  readonly bytes: number;
}

const { values } = parseArgs({
  options: { tables: { type: 'string', default: '10,10000' }, rounds: { type: 'string', default: '9' } },
});

function fill(path: string, tables: number): void {
  const database = openOracle(path);
  database.exec('PRAGMA synchronous = OFF; BEGIN');
  for (let n = 0; n < tables; n++) {
    database.exec(`CREATE TABLE t${String(n)} (id INTEGER PRIMARY KEY, name TEXT NOT NULL, parent INTEGER REFERENCES t0 (id), note TEXT);
      CREATE INDEX t${String(n)}_name ON t${String(n)} (name)`);
  }
  database.exec('COMMIT');
  database.close();
}

function measure(name: string, path: string): Figures {
  const script = join(__dirname, 'open-process.cjs');
  return JSON.parse(
    execFileSync(process.execPath, ['--expose-gc', script, name, path, 't8'], { encoding: 'utf8' }),
  ) as Figures;
}

const median = (figures: number[]): number => figures.sort((a, b) => a - b)[figures.length >> 1]!;

const packages = { ringlite: join(__dirname, '../dist/index.cjs'), 'better-sqlite3': 'better-sqlite3' };
const folder = mkdtempSync(join(tmpdir(), 'ringlite-open-'));
try {
  console.log(
    'tables'.padEnd(8),
    'package'.padEnd(16),
    'first'.padStart(12),
    'next'.padStart(12),
    'memory'.padStart(12),
  );
  for (const tables of values.tables.split(',').map(Number)) {
    const path = join(folder, `${String(tables)}.db`);
    fill(path, tables);
    const figures = new Map(Object.keys(packages).map((name) => [name, [] as Figures[]]));
    for (let round = 0; round < Number(values.rounds); round++)
      for (const [name, file] of Object.entries(packages)) figures.get(name)!.push(measure(file, path));
    for (const [name, all] of figures) {
      const [first, next, bytes] = (['first', 'next', 'bytes'] as const).map((key) =>
        median(all.map((one) => one[key])),
      );
      console.log(
        String(tables).padEnd(8),
        name.padEnd(16),
        `${first!.toFixed(2)} ms`.padStart(12),
        `${next!.toFixed(2)} ms`.padStart(12),
        `${(bytes! / 1024).toFixed(0)} KiB`.padStart(12),
      );
    }
  }
} finally {
  rmSync(folder, { recursive: true });
}
