/**
 * Sources: what FROM items, DML targets and trigger rows are made of, and how their columns are found by name.
 *
 * Owns: construction of Source objects and the per-table caches of column lists and name tables.
 */
import { Affinity } from '../../spec/affinity';
import { foldName } from '../catalog/names';
import type { Index, Table } from '../catalog/schema';
import type { JoinKind, RowSource, Source, SourceColumn, TableSource } from './ir';

export const PLAIN_JOIN: JoinKind = { left: false, right: false, cross: false, leftOfRight: false };

let nextSourceId = 1;

/** The next unique source id. */
export const newSourceId = (): number => nextSourceId++;

const tableColumns = new WeakMap<Table, readonly SourceColumn[]>();
const columnNumbers = new WeakMap<readonly SourceColumn[], ReadonlyMap<string, number>>();
const rowColumns = new WeakMap<Table, readonly SourceColumn[]>();

/** The columns of a table as a source offers them; one list per table. */
export function columnsOfTable(table: Table): readonly SourceColumn[] {
  let columns = tableColumns.get(table);
  if (columns) return columns;
  const database = table.database?.name ?? 'main';
  columns = table.columns.map((column) => ({
    name: column.name,
    affinity: column.affinity,
    collation: column.collation,
    hidden: column.hidden,
    notNull: column.notNull !== null,
    origin: { database, table: table.name, column: column.name },
    // A hidden column had a type once: HIDDEN.
    declaredType: column.declaredType === '' && !column.hidden ? null : column.declaredType,
    nested: null,
  }));
  tableColumns.set(table, columns);
  return columns;
}

export function tableSource(
  table: Table,
  alias: string | null = null,
  options: { indexedBy?: Index | null; notIndexed?: boolean; join?: JoinKind } = {},
): TableSource {
  return {
    kind: 'table',
    id: newSourceId(),
    name: table.name,
    alias,
    columns: columnsOfTable(table),
    join: options.join ?? PLAIN_JOIN,
    usedColumns: new Set(),
    usesRowid: false,
    table,
    database: table.database.number,
    indexedBy: options.indexedBy ?? null,
    notIndexed: options.notIndexed ?? false,
  };
}

/**
 * A row in registers or trigger parameters. Columns of OLD, NEW and excluded have their collation but no affinity in
 * SQLite; those of RETURNING and of rows being checked have both (`hasAffinity`).
 */
export function rowSource(table: Table, name: string, hasAffinity: boolean): RowSource {
  return {
    kind: 'row',
    id: newSourceId(),
    name,
    alias: null,
    columns: hasAffinity ? columnsOfTable(table) : columnsWithoutAffinity(table),
    join: PLAIN_JOIN,
    usedColumns: new Set(),
    usesRowid: false,
    table,
    database: table.database.number,
  };
}

function columnsWithoutAffinity(table: Table): readonly SourceColumn[] {
  let columns = rowColumns.get(table);
  if (!columns) {
    columns = columnsOfTable(table).map((column) => ({ ...column, affinity: Affinity.none }));
    rowColumns.set(table, columns);
  }
  return columns;
}

/** Number of the column with that folded name. */
export function sourceColumnNumber(source: Source, foldedName: string): number | undefined {
  let numbers = columnNumbers.get(source.columns);
  if (!numbers) {
    const made = new Map<string, number>();
    source.columns.forEach(({ name }, number) => {
      const folded = foldName(name);
      if (!made.has(folded)) made.set(folded, number);
    });
    numbers = made;
    columnNumbers.set(source.columns, numbers);
  }
  return numbers.get(foldedName);
}

/** Number of the INTEGER PRIMARY KEY column, -1 without. */
export const rowidAliasOf = (source: Source): number =>
  source.kind === 'table' || source.kind === 'row' ? source.table.rowidAlias : -1;

/** Whether `rowid` may mean this source: not the row of a view, which is no table of the file. */
export const sourceHasRowid = (source: Source): boolean =>
  source.kind === 'row'
    ? !source.table.withoutRowid && (source.table.rootPage !== 0 || source.table.module !== null)
    : source.kind === 'table' && !source.table.withoutRowid;

/** Name of the database that qualifies the source, null when none does. */
export const sourceDatabaseName = (source: Source): string | null => {
  switch (source.kind) {
    case 'table':
    case 'row':
      return source.table.database.name;
    case 'subquery':
      return source.view ? source.view.database.name : null;
    case 'recursive':
      return null;
  }
};

export const isRowidName = (foldedName: string): boolean =>
  foldedName === 'rowid' || foldedName === 'oid' || foldedName === '_rowid_';
