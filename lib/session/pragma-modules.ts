// pragma_table_info and the like: virtual tables whose rows are those of a pragma that the session runs.
//
// Invariant: a scan runs its pragma to the end before its first row is shown, so that nothing can change in between.
import type { ModuleDeclaration } from '../catalog/virtual-table';
import { bestPragmaIndex, type PragmaTable, pragmaTables, WHOLE_DATABASE_PLAN } from '../codegen/pragma-tables';
import type { HostRows, HostScan, HostTable } from './host-scan';
import type { SqlInput, SqlOutput } from './parameters';

const tables: readonly PragmaTable[] = pragmaTables();

/** Tables of user modules are numbered from here. */
export const PRAGMA_TABLE_COUNT = tables.length;

/** Rows of a statement, integers as BigInts. */
export type Query = (sql: string) => readonly (readonly SqlOutput[])[];

export const pragmaModules: readonly ModuleDeclaration[] = tables.map((table, hostNumber) => ({
  name: `pragma_${table.pragma}`,
  isEponymous: true,
  isCreatable: false,
  hostNumber,
  connect: () => ({
    declaration: table.declaration,
    risk: 'normal',
    hostNumber,
    bestIndex: (request) => bestPragmaIndex(table, request),
  }),
}));

/** What pragmas ask of the connection. */
export interface PragmaHost {
  readonly query: Query;
  /** Names of the tables of a database which may have foreign keys and are not empty. */
  readonly filledChildren: (database: string) => readonly string[];
  /** Rows of foreign_key_check of one of these. */
  readonly violations: (database: string, table: string) => readonly (readonly SqlOutput[])[];
}

/** The table of that number. */
export function pragmaTable(number: number, pragmas: PragmaHost): HostTable {
  const table = tables[number]!;
  const host: HostTable = {
    columnCount: table.columnCount + table.hidden.length,
    safeIntegers: true,
    isUserCode: false,
    scan: (plan, args) =>
      plan === WHOLE_DATABASE_PLAN
        ? new ForeignKeyScan(host, pragmas, String(args[0]))
        : new PragmaScan(host, table, args, pragmas.query),
  };
  return host;
}

class PragmaScan implements HostScan {
  #rows: HostRows | null = null;
  readonly table: HostTable;
  readonly #pragma: PragmaTable;
  readonly #args: readonly (string | null)[];
  readonly #query: Query;

  constructor(table: HostTable, pragma: PragmaTable, args: readonly SqlOutput[], query: Query) {
    this.table = table;
    this.#pragma = pragma;
    this.#query = query;
    const texts = args.map(textOf);
    this.#args = pragma.hidden[0] === 'arg' ? texts : [null, ...texts];
  }

  next(): HostRows {
    if (this.#rows !== null) return 'end';
    const [value = null, schema = null] = this.#args;
    const { pragma, hidden } = this.#pragma;
    const qualifier = schema === null ? '' : `${quoted(schema)}.`;
    const rows = this.#query(`PRAGMA ${qualifier}${pragma}${value === null ? '' : `=${quoted(value)}`}`);
    // As in SQLite, the first hidden column shows the argument even where the pragma has none.
    const shown: SqlInput[] = hidden.map((_, i) => this.#args[i] ?? null);
    const values = rows.flatMap((row) => [...(row as readonly SqlInput[]), ...shown]);
    this.#rows = values.length === 0 ? 'end' : values;
    return this.#rows;
  }

  column(): SqlInput {
    return null;
  }
}

/** foreign_key_check of a whole database, one table after the other. */
class ForeignKeyScan implements HostScan {
  #tables: Iterator<string> | null = null;
  readonly table: HostTable;
  readonly #pragmas: PragmaHost;
  readonly #database: string;

  constructor(table: HostTable, pragmas: PragmaHost, database: string) {
    this.table = table;
    this.#pragmas = pragmas;
    this.#database = database;
  }

  next(): HostRows {
    this.#tables ??= this.#pragmas.filledChildren(this.#database)[Symbol.iterator]();
    for (let step = this.#tables.next(); step.done !== true; step = this.#tables.next()) {
      const rows = this.#pragmas.violations(this.#database, step.value);
      // The hidden columns.
      if (rows.length > 0) return rows.flatMap((row) => [...(row as readonly SqlInput[]), null, null]);
    }
    return 'end';
  }

  column(): SqlInput {
    return null;
  }
}

const quoted = (text: string): string => `'${text.replaceAll("'", "''")}'`;

/** A value as a C string. */
function textOf(value: SqlOutput): string | null {
  if (value === null) return null;
  let text: string;
  if (typeof value === 'string') text = value;
  else if (typeof value === 'number') text = Number.isInteger(value) ? `${String(value)}.0` : String(value);
  else if (typeof value === 'bigint') text = String(value);
  else text = value.toString('utf8');
  const end = text.indexOf('\0');
  return end < 0 ? text : text.slice(0, end);
}
