// One round of file exchange: a writer engine makes a file of a format, a reader engine must see the same content, write on, and the
// first engine must agree again. Used with Ringlite on either side.
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Database, OpenDatabase } from '../engines';
import { Random } from '../generator/random';
import { contentOf, createSchema, describeFormat, setFormat, writeRandomly, type FileFormat } from './workload';

export function withFolder<T>(body: (folder: string) => T): T {
  const folder = mkdtempSync(join(tmpdir(), 'ringlite-files-'));
  try {
    return body(folder);
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

export function withDatabase<T>(open: OpenDatabase, path: string, body: (database: Database) => T): T {
  const database = open(path);
  try {
    return body(database);
  } finally {
    database.close();
  }
}

function firstDifference(left: string[], right: string[]): string | undefined {
  const at = left.findIndex((line, i) => line !== right[i]);
  return at < 0 ? undefined : `${left[at]?.slice(0, 300)}\n   <> ${right[at]?.slice(0, 300)}`;
}

/** undefined when both engines agree at every stage, else what differs. */
export function exchange(
  writer: OpenDatabase,
  reader: OpenDatabase,
  format: FileFormat,
  seed: number,
): string | undefined {
  return withFolder((folder) => {
    const path = join(folder, 'a.db');
    const random = new Random(seed);
    const stages: [string, OpenDatabase, OpenDatabase][] = [
      ['written', writer, reader],
      ['written on', reader, writer],
    ];
    for (const [stage, one, other] of stages) {
      const mine = withDatabase(one, path, (database) => {
        if (stage === 'written') {
          setFormat(database, format);
          createSchema(database);
        }
        writeRandomly(database, random, 12);
        return contentOf(database);
      });
      const theirs = withDatabase(other, path, contentOf);
      const difference = firstDifference(mine, theirs) ?? (mine.at(-1)?.endsWith('[["ok"]]') ? undefined : mine.at(-1));
      if (difference !== undefined) return `${describeFormat(format)} seed ${seed}, ${stage}: ${difference}`;
    }
    return undefined;
  });
}
