/**
 * Pragmas as table-valued functions: pragma_table_info('t') and its like.
 *
 * Owns: which pragmas are tables, their columns and their plans. Must not know: how the rows are made (the session runs the
 * pragma).
 */
import { UNKNOWN_ROWS, type IndexChoice, type IndexRequest } from '../catalog/virtual-table';
import { pragmas } from './pragma-list';

/** Hidden columns: the pragma's argument and the database. */
export type PragmaArgument = 'arg' | 'schema';

export interface PragmaTable {
  readonly pragma: string;
  /** `CREATE TABLE x(...)`. */
  readonly declaration: string;
  /** Number of result columns; the hidden ones follow. */
  readonly columnCount: number;
  readonly hidden: readonly PragmaArgument[];
}

/** Pragmas that do something rather than answer. */
const withoutTable = new Set([
  'case_sensitive_like',
  'incremental_vacuum',
  'mmap_size',
  'shrink_memory',
  'temp_store_directory',
  'wal_autocheckpoint',
  'wal_checkpoint',
]);

const withSchema = new Set([
  'auto_vacuum',
  'cache_size',
  'cache_spill',
  'journal_mode',
  'journal_size_limit',
  'locking_mode',
  'max_page_count',
  'page_count',
  'page_size',
  'synchronous',
]);

const withArgument = new Set(['optimize', 'table_list']);

const withBoth = new Set([
  'foreign_key_check',
  'foreign_key_list',
  'index_info',
  'index_list',
  'index_xinfo',
  'integrity_check',
  'quick_check',
  'table_info',
  'table_xinfo',
]);

function hiddenColumns(pragma: string): readonly PragmaArgument[] {
  if (withBoth.has(pragma)) return ['arg', 'schema'];
  if (withArgument.has(pragma)) return ['arg'];
  return withSchema.has(pragma) ? ['schema'] : [];
}

/** A plan that the pragma itself has, not bestIndex(): it goes through a database; its one argument is the database's name. */
export const WHOLE_DATABASE_PLAN = -1;

let all: readonly PragmaTable[] | null = null;

/** Every pragma that is a table, in a fixed order. */
export function pragmaTables(): readonly PragmaTable[] {
  all ??= makePragmaTables();
  return all;
}

function makePragmaTables(): readonly PragmaTable[] {
  const tables: PragmaTable[] = [];
  for (const [pragma, { columns }] of pragmas) {
    if (withoutTable.has(pragma)) continue;
    const names = columns ?? [pragma];
    const hidden = hiddenColumns(pragma);
    const list = [...names.map((name) => `"${name}"`), ...hidden.map((name) => `${name} HIDDEN`)].join(',');
    tables.push({ pragma, declaration: `CREATE TABLE x(${list})`, columnCount: names.length, hidden });
  }
  return tables;
}

const UNBOUND = 2147483647;
const BOUND = 20;

/** Wants the first hidden column above all. */
export function bestPragmaIndex(table: PragmaTable, { constraints }: IndexRequest): IndexChoice | null {
  const common = { ordered: false, number: 0 };
  if (table.hidden.length === 0) return { ...common, arguments: [], cost: 1, rows: UNKNOWN_ROWS };
  const found = [-1, -1];
  for (const [position, { column, operator, usable }] of constraints.entries()) {
    if (column < table.columnCount || operator !== '=') continue;
    if (!usable) return null;
    found[column - table.columnCount] = position;
  }
  const [first = -1, second = -1] = found;
  if (first < 0) return { ...common, arguments: [], cost: UNBOUND, rows: UNBOUND };
  return { ...common, arguments: second < 0 ? [first] : [first, second], cost: BOUND, rows: BOUND };
}
