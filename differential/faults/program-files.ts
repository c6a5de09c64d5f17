// The two files that the native runners start from: a database, and programs compiled against it.
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { openOracle, openRinglite } from '../engines';
import { imageOf, withLength, word } from './compile';
import { memoryBase } from './memory-statements';

/** Programs that run before and after each statement. */
const CONTROL = ['SAVEPOINT s', 'ROLLBACK TO s', 'RELEASE s'];

/** `body` gets the paths of the database and of the programs; both are gone afterwards. */
export function withProgramFiles(statements: readonly string[], body: (base: string, programs: string) => void): void {
  const folder = mkdtempSync(join(tmpdir(), 'ringlite-programs-'));
  try {
    const base = join(folder, 'base.db');
    const oracle = openOracle(base);
    oracle.pragma('page_size = 1024');
    for (const sql of memoryBase) oracle.exec(sql);
    oracle.close();
    const database = openRinglite(base);
    const images = [...CONTROL, ...statements].map((sql) => withLength(imageOf(database, sql)));
    database.close();
    const programs = join(folder, 'programs');
    writeFileSync(programs, Buffer.concat([word(statements.length), ...images]));
    body(base, programs);
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}
