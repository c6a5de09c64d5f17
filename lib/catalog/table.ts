/**
 * Tables and indexes as objects: what the builder found, plus the indexes that the schema holds.
 *
 * Owns: the layout of index entries, and the lazy list of a table's indexes.
 * Must not know: SQL text of tables (table-builder) and how rows of sqlite_schema are found (database-catalog).
 */
import type { ConflictAction, CreateIndexStatement, Expr } from '../syntax/ast';
import { collationName, splitCollation, type KeyColumn } from './key-columns';
import { foldName, sameName } from './names';
import {
  EXPRESSION_COLUMN,
  ROWID_COLUMN,
  type CheckRule,
  type Column,
  type Database,
  type ForeignKey,
  type Index,
  type IndexColumn,
  type IndexStatistics,
  type Table,
  type VirtualModule,
} from './schema';
import { DEFAULT_TABLE_ROWS, defaultIndexStatistics, type TableStatistics } from './statistics';

/** An index that a UNIQUE or PRIMARY KEY constraint makes. */
export interface AutomaticIndex {
  readonly name: string;
  readonly columns: readonly KeyColumn[];
  readonly conflict: ConflictAction;
  readonly origin: 'u' | 'pk';
  readonly hasAllNotNull: boolean;
}

/** A CREATE INDEX statement with its root page. */
export interface ExplicitIndex {
  readonly name: string;
  readonly rootPage: number;
  readonly sql: string;
  readonly statement: CreateIndexStatement;
}

/** Where a table finds what its own statement does not say. */
export interface TableSurroundings {
  rootPageOfIndex(name: string): number;
  /** In the order of sqlite_schema. */
  explicitIndexes(table: Table): readonly ExplicitIndex[];
  statisticsOfTable(name: string): TableStatistics | null;
  statisticsOfIndex(index: Index): IndexStatistics | null;
}

/** For a table that is not in the schema yet. */
export const noSurroundings: TableSurroundings = {
  rootPageOfIndex: () => 0,
  explicitIndexes: () => [],
  statisticsOfTable: () => null,
  statisticsOfIndex: () => null,
};

export interface TableParts {
  readonly name: string;
  readonly database: Database;
  readonly rootPage: number;
  readonly sql: string;
  readonly columns: readonly Column[];
  readonly rowidAlias: number;
  readonly withoutRowid: boolean;
  readonly strict: boolean;
  readonly autoincrement: boolean;
  readonly rowidConflict: ConflictAction;
  readonly primaryKeyColumns: readonly number[];
  readonly checks: readonly CheckRule[];
  /** In written order. */
  readonly foreignKeys: readonly Omit<ForeignKey, 'child' | 'id'>[];
  readonly module: VirtualModule | null;
  readonly isSchemaTable: boolean;
  /** In order of their numbers. */
  readonly automaticIndexes: readonly AutomaticIndex[];
}

/** Written out: V8 takes microseconds to spread one object into another. */
const foreignKey = (parts: Omit<ForeignKey, 'child' | 'id'>, child: Table, id: number): ForeignKey => ({
  child,
  columns: parts.columns,
  parentName: parts.parentName,
  parentColumns: parts.parentColumns,
  onDelete: parts.onDelete,
  onUpdate: parts.onUpdate,
  deferred: parts.deferred,
  id,
});

export class TableObject implements Table {
  readonly kind = 'table';
  readonly name: string;
  readonly database: Database;
  readonly rootPage: number;
  readonly sql: string;
  readonly columns: readonly Column[];
  readonly rowidAlias: number;
  readonly withoutRowid: boolean;
  readonly strict: boolean;
  readonly autoincrement: boolean;
  readonly rowidConflict: ConflictAction;
  readonly primaryKeyColumns: readonly number[];
  readonly checks: readonly CheckRule[];
  readonly foreignKeys: readonly ForeignKey[];
  readonly hasGeneratedColumns: boolean;
  readonly storedColumnCount: number;
  readonly module: VirtualModule | null;
  readonly isSchemaTable: boolean;
  readonly automaticIndexes: readonly AutomaticIndex[];
  /** Set by the catalog that the table belongs to, before anything else reads the table. */
  surroundings: TableSurroundings = noSurroundings;
  private indexList: readonly IndexObject[] | null = null;
  private columnNumbers: ReadonlyMap<string, number> | null = null;

  constructor(parts: TableParts) {
    this.name = parts.name;
    this.database = parts.database;
    this.rootPage = parts.rootPage;
    this.sql = parts.sql;
    this.columns = parts.columns;
    this.rowidAlias = parts.rowidAlias;
    this.withoutRowid = parts.withoutRowid;
    this.strict = parts.strict;
    this.autoincrement = parts.autoincrement;
    this.rowidConflict = parts.rowidConflict;
    this.primaryKeyColumns = parts.primaryKeyColumns;
    this.checks = parts.checks;
    const last = parts.foreignKeys.length - 1;
    this.foreignKeys = parts.foreignKeys.map((key, i) => foreignKey(key, this, last - i)).reverse();
    this.hasGeneratedColumns = parts.columns.some(({ generated }) => generated !== null);
    this.storedColumnCount = parts.columns.filter(({ generated }) => generated === null || generated.stored).length;
    this.module = parts.module;
    this.isSchemaTable = parts.isSchemaTable;
    this.automaticIndexes = parts.automaticIndexes;
  }

  get indexes(): readonly IndexObject[] {
    this.indexList ??= this.buildIndexes();
    return this.indexList;
  }

  get primaryKey(): IndexObject | null {
    return this.indexes.find(({ origin }) => origin === 'pk') ?? null;
  }

  get hasStatistics(): boolean {
    return this.surroundings.statisticsOfTable(this.name) !== null;
  }

  get estimatedRows(): number {
    return this.surroundings.statisticsOfTable(this.name)?.rows ?? DEFAULT_TABLE_ROWS;
  }

  /** Number of a column by name, -1 when there is none. */
  columnNumber(name: string): number {
    this.columnNumbers ??= new Map(this.columns.map((column) => [foldName(column.name), column.number]));
    return this.columnNumbers.get(foldName(name)) ?? -1;
  }

  private buildIndexes(): readonly IndexObject[] {
    const automatic = this.automaticIndexes.map((draft) => this.automaticIndex(draft));
    const key = automatic.find(({ origin }) => origin === 'pk') ?? null;
    const explicit = this.surroundings
      .explicitIndexes(this)
      .map((definition) => explicitIndex(this, definition, this.withoutRowid ? key : null));
    const newestFirst = [...automatic, ...explicit].reverse();
    const isLate = ({ unique, conflict }: IndexObject): boolean => unique && conflict === 'replace';
    return [...newestFirst.filter((index) => !isLate(index)), ...newestFirst.filter(isLate)];
  }

  private automaticIndex(draft: AutomaticIndex): IndexObject {
    const isTable = this.withoutRowid && draft.origin === 'pk';
    const keyColumns = draft.columns.map((key): IndexColumn => ({ ...key, expr: null }));
    const primaryColumns = this.withoutRowid ? this.automaticIndexes.find(({ origin }) => origin === 'pk') : undefined;
    return new IndexObject({
      name: draft.name,
      table: this,
      rootPage: isTable ? this.rootPage : this.surroundings.rootPageOfIndex(draft.name),
      sql: '',
      columns: isTable
        ? [...keyColumns, ...this.payloadColumns(keyColumns)]
        : [...keyColumns, ...appendedColumns(keyColumns, primaryColumns?.columns ?? null)],
      keyColumnCount: keyColumns.length,
      unique: true,
      uniqueNotNull: isTable || draft.hasAllNotNull,
      origin: draft.origin,
      conflict: draft.conflict,
      where: null,
      isTable,
    });
  }

  /** Stored columns of a WITHOUT ROWID table that are not in its primary key. */
  private payloadColumns(keyColumns: readonly IndexColumn[]): IndexColumn[] {
    return this.columns
      .filter(({ number, generated }) => {
        if (generated !== null && !generated.stored) return false;
        return !keyColumns.some(({ column }) => column === number);
      })
      .map(({ number, collation, writtenCollation }) => ({
        column: number,
        expr: null,
        collation,
        writtenCollation,
        descending: false,
      }));
  }
}

/** What follows the declared columns in an index entry: the rowid, or the primary key columns that are not there yet. */
function appendedColumns(keyColumns: readonly IndexColumn[], primaryKey: readonly KeyColumn[] | null): IndexColumn[] {
  if (primaryKey === null) {
    return [{ column: ROWID_COLUMN, expr: null, collation: 'BINARY', writtenCollation: 'BINARY', descending: false }];
  }
  return primaryKey
    .filter(
      ({ column, collation }) => !keyColumns.some((own) => own.column === column && sameName(own.collation, collation)),
    )
    .map((key) => ({ ...key, expr: null }));
}

interface IndexParts {
  readonly name: string;
  readonly table: TableObject;
  readonly rootPage: number;
  readonly sql: string;
  readonly columns: readonly IndexColumn[];
  readonly keyColumnCount: number;
  readonly unique: boolean;
  readonly uniqueNotNull: boolean;
  readonly origin: 'c' | 'u' | 'pk';
  readonly conflict: ConflictAction;
  readonly where: Expr | null;
  readonly isTable: boolean;
}

export class IndexObject implements Index {
  readonly kind = 'index';
  readonly name: string;
  readonly database: Database;
  readonly table: TableObject;
  readonly rootPage: number;
  readonly sql: string;
  readonly columns: readonly IndexColumn[];
  readonly keyColumnCount: number;
  readonly unique: boolean;
  readonly uniqueNotNull: boolean;
  readonly origin: 'c' | 'u' | 'pk';
  readonly conflict: ConflictAction;
  readonly where: Expr | null;
  readonly hasExpressions: boolean;
  readonly isTable: boolean;
  private figures: IndexStatistics | null = null;

  constructor(parts: IndexParts) {
    this.name = parts.name;
    this.database = parts.table.database;
    this.table = parts.table;
    this.rootPage = parts.rootPage;
    this.sql = parts.sql;
    this.columns = parts.columns;
    this.keyColumnCount = parts.keyColumnCount;
    this.unique = parts.unique;
    this.uniqueNotNull = parts.uniqueNotNull;
    this.origin = parts.origin;
    this.conflict = parts.conflict;
    this.where = parts.where;
    this.hasExpressions = parts.columns.some(({ column }) => {
      if (column === EXPRESSION_COLUMN) return true;
      const generated = column >= 0 ? (parts.table.columns[column]?.generated ?? null) : null;
      return generated !== null && !generated.stored;
    });
    this.isTable = parts.isTable;
  }

  get statistics(): IndexStatistics {
    this.figures ??= this.table.surroundings.statisticsOfIndex(this) ?? defaultIndexStatistics(this);
    return this.figures;
  }
}

/** The index of a CREATE INDEX statement; `primaryKey` is that of a WITHOUT ROWID table. */
export function explicitIndex(table: TableObject, definition: ExplicitIndex, primaryKey: Index | null): IndexObject {
  const { statement, name, rootPage, sql } = definition;
  const keyColumns = statement.columns.map((term): IndexColumn => {
    const { name: column, collation } = splitCollation(term.expr);
    const number = column === null ? -1 : table.columnNumber(column);
    const own = table.columns[number];
    const writtenCollation = collation ?? own?.writtenCollation ?? 'BINARY';
    return {
      column: own === undefined ? EXPRESSION_COLUMN : number,
      expr: own === undefined ? term.expr : null,
      collation: collationName(writtenCollation),
      writtenCollation,
      descending: term.order === 'desc' && table.database.formatNumber >= 4,
    };
  });
  const primaryColumns = primaryKey === null ? null : primaryKey.columns.slice(0, primaryKey.keyColumnCount);
  return new IndexObject({
    name,
    table,
    rootPage,
    sql,
    columns: [...keyColumns, ...appendedColumns(keyColumns, primaryColumns)],
    keyColumnCount: keyColumns.length,
    unique: statement.unique,
    uniqueNotNull:
      statement.unique && keyColumns.every(({ column }) => column >= 0 && table.columns[column]?.notNull != null),
    origin: 'c',
    conflict: statement.unique ? 'abort' : 'default',
    where: statement.where,
    isTable: false,
  });
}
