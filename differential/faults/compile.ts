// Compiles SQL for the fault runner, which has no compiler: each statement against the schema that the statements before it left.
import { Catalog, emptyDatabaseSource } from '../../lib/catalog/catalog';
import { SchemaRows } from '../../lib/catalog/schema-rows';
import type { DatabaseSource, SchemaRow } from '../../lib/catalog/source';
import { nativeModules } from '../../lib/catalog/native-modules';
import { compile } from '../../lib/compile';
import { defaultOptions } from '../../lib/resolve/options';
import type { Database } from '../engines';

/** Without the connection's protections: journal_mode=OFF is one of the modes under test. */
const OPTIONS = { ...defaultOptions, pragmas: { ...defaultOptions.pragmas, defensive: false } };

function sourceOf(database: Database): DatabaseSource {
  const rows = database
    .prepare('SELECT rowid, type, name, tbl_name AS tableName, rootpage AS rootPage, sql FROM sqlite_schema')
    .all() as SchemaRow[];
  return {
    name: 'main',
    file: '/a.db',
    cookie: database.pragma('schema_version', { simple: true }) as number,
    encoding: 'UTF-8',
    formatNumber: 4,
    rows: new SchemaRows(rows),
    statistics: [],
  };
}

/** The image of one statement against the database's schema as it is now. */
export function imageOf(database: Database, sql: string): Uint8Array {
  const catalog = new Catalog(
    {
      databases: [sourceOf(database), emptyDatabaseSource('temp')],
      modules: new Map(nativeModules.map((module) => [module.name, module])),
    },
    null,
  );
  const compiled = compile(sql, catalog, OPTIONS);
  if (compiled === null) throw new Error(`no statement: ${sql}`);
  return Uint8Array.from(compiled.image);
}

export const word = (value: number): Buffer => {
  const bytes = Buffer.alloc(4);
  bytes.writeUInt32LE(value);
  return bytes;
};
export const withLength = (image: Uint8Array): Buffer => Buffer.concat([word(image.length), image]);

/** The runner's workload file. Runs the transactions on `database`, whose file layout must be the runner's. */
export function workloadImage(database: Database, transactions: readonly (readonly string[])[]): Buffer {
  const parts = [word(transactions.length)];
  for (const transaction of transactions) {
    parts.push(word(transaction.length));
    for (const sql of transaction) {
      parts.push(withLength(imageOf(database, sql)));
      database.exec(sql);
    }
  }
  parts.push(withLength(imageOf(database, 'ROLLBACK')));
  return Buffer.concat(parts);
}
