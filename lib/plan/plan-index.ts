/**
 * Indexes as the planner uses them: one shape for real indexes, for a table's rowid and for automatic indexes, with bound
 * expressions and with the estimates of sqlite_stat1 or, without it, SQLite's defaults.
 *
 * Must not know: WHERE clauses, costs of paths.
 */
import { Affinity } from '../../spec/affinity';
import type { IndexSamples } from '../catalog/samples';
import { EXPRESSION_COLUMN, ROWID_COLUMN, type Column, type Index, type Table } from '../catalog/schema';
import { affinityOf } from '../resolve/affinity';
import type { Expression, SourceColumn, TableSource } from '../resolve/ir';
import { estimateOf, type LogEstimate } from './log-estimate';

export { EXPRESSION_COLUMN, ROWID_COLUMN };

/** The estimate of a table without statistics: 2^20 rows. */
export const DEFAULT_ROWS: LogEstimate = 200;
/** Without statistics an index is never taken to be smaller than this (about a thousand rows). */
const SMALLEST_DEFAULT_ROWS: LogEstimate = 99;
/** Rows that agree in the first 1, 2, ... columns of an index without statistics: 10, 9, 8, 7, 6 and then 5. */
const DEFAULT_EQUAL_ROWS: readonly LogEstimate[] = [33, 32, 30, 28, 27];
const FURTHER_EQUAL_ROWS: LogEstimate = 23;

/** A column of an index entry. */
export interface PlanIndexColumn {
  /** Table column, ROWID_COLUMN (also for an INTEGER PRIMARY KEY) or EXPRESSION_COLUMN. */
  readonly column: number;
  /** The column's name, for EXPLAIN QUERY PLAN. */
  readonly name: string;
  readonly expression: Expression | null;
  readonly collation: string;
  readonly descending: boolean;
  readonly affinity: Affinity;
  readonly notNull: boolean;
}

/** What the planner needs to know of one index of one source. */
export interface PlanIndex {
  readonly kind: 'rowid' | 'index' | 'automatic';
  /** The schema's index; null for the rowid and for automatic indexes. */
  readonly index: Index | null;
  readonly name: string;
  readonly columns: readonly PlanIndexColumn[];
  readonly keyColumnCount: number;
  readonly unique: boolean;
  readonly uniqueNotNull: boolean;
  /** The primary key of a WITHOUT ROWID table: entries are the rows. */
  readonly isTable: boolean;
  readonly where: Expression | null;
  readonly hasExpressions: boolean;
  /** estimates[0]: entries; estimates[n]: entries that agree in the first n columns. */
  readonly estimates: readonly LogEstimate[];
  readonly hasStatistics: boolean;
  /** Estimated entry size, as an estimate of a quarter of its bytes. */
  readonly entrySize: LogEstimate;
  readonly unordered: boolean;
  readonly noSkipScan: boolean;
  readonly samples: IndexSamples | null;
  /** By column + FIELD_OFFSET: position among `columns`, -1 or nothing for columns that are not there. */
  readonly fields: readonly number[];
}

/** Column numbers begin at EXPRESSION_COLUMN. */
const FIELD_OFFSET = -EXPRESSION_COLUMN;

/** PlanIndex.fields for these columns. */
export function fieldsOf(columns: readonly PlanIndexColumn[]): readonly number[] {
  let last = 0;
  for (const { column } of columns) last = Math.max(last, column + FIELD_OFFSET);
  const fields = new Array<number>(last + 1).fill(-1);
  for (let field = columns.length - 1; field >= 0; field--) fields[columns[field]!.column + FIELD_OFFSET] = field;
  return fields;
}

/** Binds index expressions and conditions to a source; the resolver's part. */
export type IndexBinder = (source: TableSource, index: Index) => BoundIndex;

export interface BoundIndex {
  /** One for each column of the index that is an expression, else null. */
  readonly expressions: readonly (Expression | null)[];
  readonly where: Expression | null;
}

/** Estimated rows of a table. */
export function tableRows(table: Table): LogEstimate {
  if (table.hasStatistics) return estimateOf(table.estimatedRows);
  // A table without statistics has the default.
  return DEFAULT_ROWS;
}

/** Estimated size of a table's row, as an estimate like `entrySize`. */
export function rowSize(table: Table): LogEstimate {
  let width = table.rowidAlias < 0 ? 1 : 0;
  for (const column of table.columns) width += columnWidth(column);
  return estimateOf(width * 4);
}

/** A column's width in units of four bytes: from the N of CHAR(N) or BLOB(N), 5 for other texts and blobs, 1 for numbers. */
function columnWidth(column: Column): number {
  if (column.affinity > Affinity.text) return 1;
  const type = column.declaredType;
  if (type === '') return 1;
  const upper = type.toUpperCase();
  const lengthStart = upper.includes('CHAR') ? upper.indexOf('CHAR') : blobLengthStart(upper);
  const digits = lengthStart < 0 ? null : /\d+/.exec(upper.slice(lengthStart));
  const length = lengthStart < 0 ? 16 : digits ? Number(digits[0]) : 0;
  return Math.min(255, Math.floor(length / 4) + 1);
}

function blobLengthStart(type: string): number {
  const at = type.indexOf('BLOB(');
  return at < 0 ? -1 : at;
}

const ROWID_COLUMNS: readonly PlanIndexColumn[] = [
  {
    column: ROWID_COLUMN,
    name: 'rowid',
    expression: null,
    collation: 'BINARY',
    descending: false,
    affinity: Affinity.integer,
    notNull: true,
  },
];
const ROWID_FIELDS = fieldsOf(ROWID_COLUMNS);

/** The rowid as an index of one column. */
export function rowidIndex(table: Table | null, rows: LogEstimate): PlanIndex {
  return {
    kind: 'rowid',
    index: null,
    name: table ? table.name : '',
    columns: ROWID_COLUMNS,
    keyColumnCount: 1,
    unique: true,
    uniqueNotNull: false,
    isTable: true,
    where: null,
    hasExpressions: false,
    estimates: [rows, 0],
    hasStatistics: false,
    entrySize: 3,
    unordered: false,
    noSkipScan: false,
    samples: null,
    fields: ROWID_FIELDS,
  };
}

/** An index of a table as the planner sees it. */
export function planIndex(source: TableSource, index: Index, bound: BoundIndex): PlanIndex {
  const { table } = source;
  const columns = index.columns.map((entry, position): PlanIndexColumn => {
    const column = entry.column === table.rowidAlias ? ROWID_COLUMN : entry.column;
    const sourceColumn = column >= 0 ? source.columns[column] : undefined;
    const expression = bound.expressions[position] ?? null;
    return {
      column,
      name: sourceColumn?.name ?? 'rowid',
      expression,
      collation: entry.collation,
      descending: entry.descending,
      affinity: expression ? affinityOf(expression) : columnAffinity(column, sourceColumn),
      notNull: column === ROWID_COLUMN || (column >= 0 && (table.columns[column]?.notNull ?? null) !== null),
    };
  });
  return {
    kind: 'index',
    index,
    name: index.name,
    columns,
    keyColumnCount: index.keyColumnCount,
    unique: index.unique,
    uniqueNotNull: index.uniqueNotNull,
    isTable: index.isTable,
    where: bound.where,
    hasExpressions: index.hasExpressions,
    estimates: estimatesOf(table, index),
    hasStatistics: index.statistics.exact,
    entrySize: entrySizeOf(table, index),
    unordered: index.statistics.unordered,
    noSkipScan: index.statistics.noSkipScan,
    samples: index.statistics.samples,
    fields: fieldsOf(columns),
  };
}

function columnAffinity(column: number, sourceColumn: SourceColumn | undefined): Affinity {
  if (column === ROWID_COLUMN) return Affinity.integer;
  return sourceColumn ? sourceColumn.affinity : Affinity.none;
}

/** Estimated size of an index entry, as `rowSize` of a row. */
export function entrySizeOf(table: Table, index: Index): LogEstimate {
  if (index.statistics.averageRowSize > 0) return estimateOf(Math.max(2, index.statistics.averageRowSize));
  let width = 0;
  for (const { column } of index.columns) {
    const tableColumn = column >= 0 ? table.columns[column] : undefined;
    width += tableColumn ? columnWidth(tableColumn) : 1;
  }
  return estimateOf(width * 4);
}

function estimatesOf(table: Table, index: Index): LogEstimate[] {
  const { statistics } = index;
  if (statistics.exact) return [statistics.rows, ...statistics.rowsPerPrefix].map(estimateOf);
  let rows = Math.max(tableRows(table), SMALLEST_DEFAULT_ROWS);
  if (index.where) rows -= 10;
  const estimates = [rows];
  for (let i = 0; i < index.keyColumnCount; i++) estimates.push(DEFAULT_EQUAL_ROWS[i] ?? FURTHER_EQUAL_ROWS);
  if (index.unique) estimates[index.keyColumnCount] = 0;
  return estimates;
}

/** Position of a table column (ROWID_COLUMN for the rowid) among the columns of an index entry, -1 when it is not there. */
export function fieldOfColumn(index: PlanIndex, column: number): number {
  return index.fields[column + FIELD_OFFSET] ?? -1;
}

/**
 * Whether the column counts when SQLite asks if the index holds all that is read. The primary key at the end of the entries
 * of a WITHOUT ROWID table's UNIQUE constraint does not: SQLite notes what such an index holds before it appends the key.
 */
export function countsAsHeld(index: PlanIndex, column: number): boolean {
  const field = fieldOfColumn(index, column);
  if (field < index.keyColumnCount) return field >= 0;
  return index.isTable || index.index?.origin !== 'u' || !index.index.table.withoutRowid;
}
