/**
 * What the compiler knows about the databases of a connection: tables, columns, indexes, views, triggers, foreign keys.
 *
 * Owns: the types. `catalog.ts` builds them from the rows of sqlite_schema, lazily.
 * Must not know: the engine, the session, plans.
 *
 * Invariants
 * - Everything is immutable for its readers. A schema change makes a new `Schema`; untouched objects may be shared by both. A database
 *   also remembers what was found out since SQLite would last have read its schema, as the answers of SQLite depend on it: columns of views,
 *   the order of names, the cache size of temp (`noteReading`).
 * - Names compare without case in ASCII only; `name` keeps the case as written.
 * - Column numbers count from 0 in the order of CREATE TABLE, generated columns included.
 */
import type { Affinity } from '../../spec/affinity';
import type { IndexSamples } from './samples';
import type { SchemaRow } from './source';
import type { ConnectedTable, ModuleDeclaration } from './virtual-table';
import type { Expr, Select, CreateTriggerStatement, ForeignKeyAction, ConflictAction } from '../syntax/ast';

export type TextEncoding = 'UTF-8' | 'UTF-16le' | 'UTF-16be';

/** Upper-case name of a built-in collation (`BINARY`, `NOCASE`, `RTRIM`), or an unknown one as written. */
export type CollationName = string;

/** Database numbers: their position in `Schema.databases` and the p1/p3 of opcodes. */
export const MAIN_DATABASE = 0;
export const TEMP_DATABASE = 1;

/** `IndexColumn.column` of the rowid that ends an index entry of a rowid table. */
export const ROWID_COLUMN = -1;
/** `IndexColumn.column` of an indexed expression. */
export const EXPRESSION_COLUMN = -2;

/** All databases of one connection at one moment. */
export interface Schema {
  /** Position is the database number: 0 main, 1 temp, then attached ones in order of ATTACH. */
  readonly databases: readonly Database[];

  /** @throws SqlError malformed database schema. Whoever finds nothing by name calls it where SQLite reads the schemas. */
  requireReadable(): void;

  /** Database by its schema name (`main`, `temp`, ...), any case; null when there is none. `main` also names database 0 when renamed. */
  findDatabase(name: string): Database | null;

  /**
   * Table or view by name. Without a database name the search order is temp, main, attached in order.
   * Eponymous virtual tables are found last. @throws SqlError when the stored SQL is malformed.
   */
  findRelation(name: string, databaseName: string | null): Relation | null;
  findIndex(name: string, databaseName: string | null): Index | null;
  findTrigger(name: string, databaseName: string | null): Trigger | null;
  /** The virtual-table module that CREATE VIRTUAL TABLE may name so; null when there is none. */
  findModule(name: string): ModuleDeclaration | null;
  /** Names of the modules there are; of those made on first use (pragmas, JSON) only the used ones. */
  moduleNames(): readonly string[];

  /** Triggers of a table or view, temp triggers first, newest first in the table's own database: SQLite's firing order. */
  triggersOn(relation: Relation): readonly Trigger[];

  /** The table or view that a trigger is on; null when it is gone. */
  findTriggerTable(trigger: Trigger): Relation | null;

  /** Foreign keys of any table of the same database whose parent is this table's name. */
  foreignKeysTo(table: Table): readonly ForeignKey[];
}

export interface Database {
  readonly number: number;
  readonly name: string;
  /** Full path of the file, '' for a database without one, null for a temp database that nothing has been put into yet. */
  readonly file: string | null;
  /** The schema cookie that programs check. */
  readonly cookie: number;
  readonly encoding: TextEncoding;
  /** Schema format number of the file header (1 to 4; 0 for an empty file). Descending indexes need 4, which we always write. */
  readonly formatNumber: number;

  findRelation(name: string): Relation | null;
  findIndex(name: string): Index | null;
  findTrigger(name: string): Trigger | null;
  /** Every object, in the order of sqlite_schema. Builds them all. */
  relations(): Iterable<Relation>;
  /** In the order in which SQLite walks the schema, the schema table among them. */
  relationsInHashOrder(): Iterable<Relation>;
  indexes(): Iterable<Index>;
  /** What may name any object of the schema. */
  viewsAndTriggers(): Iterable<View | Trigger>;
  /**
   * Those of them that ALTER TABLE has to look at: which are not known to make sense, and which a change of objects of these names may
   * concern. @param circumstances what else the sense depends on, by identity
   */
  doubtful(names: readonly string[], circumstances: unknown): readonly (View | Trigger)[];
  /** A view or trigger of this database makes sense. */
  verify(object: View | Trigger, circumstances: unknown): void;
  /** Tables with foreign keys which are not known to fit their parents. */
  doubtfulChildren(): readonly Table[];
  /** The foreign keys of a table of this database fit their parents. */
  verifyChild(table: Table): void;
  /** The row of this type and name as it is stored; null when there is none. */
  schemaRow(type: 'table' | 'view' | 'index' | 'trigger', name: string): SchemaRow | null;
  /** The rows of tables that may have a foreign key to a table of this name. */
  referringRows(parent: string): readonly SchemaRow[];
  /** The row of a table or view and those of its indexes, as they are stored. */
  rowsOfRelation(relation: Relation): readonly SchemaRow[];
  /** True when there is a row of this type and name, without building the object. */
  has(type: 'table' | 'view' | 'index' | 'trigger', name: string): boolean;

  /**
   * The columns that a view of this database had when it was first used; null: not since they were forgotten. They hold though the
   * tables below may have gone.
   */
  viewColumns(view: View): readonly ViewColumn[] | null;
  learnViewColumns(view: View, columns: readonly ViewColumn[]): void;
  /** Of all views, as SQLite does when a table or view of this database goes. */
  forgetViewColumns(): void;
  /** SQLite reads the schema again: what depends on the changes since it did so is forgotten. */
  noteReading(): void;
  /** PRAGMA cache_size shows 0. */
  readonly isCacheSizeUnset: boolean;
  noteCacheSize(): void;
}

export type Relation = Table | View;

export interface Table {
  readonly kind: 'table';
  readonly name: string;
  readonly database: Database;
  /** 0 for virtual tables. */
  readonly rootPage: number;
  /** Stored CREATE TABLE text ('' for built-in tables): the text that the offsets of column expressions refer to. */
  readonly sql: string;
  readonly columns: readonly Column[];
  /** Number of the INTEGER PRIMARY KEY column that aliases the rowid, -1 without one. */
  readonly rowidAlias: number;
  readonly withoutRowid: boolean;
  readonly strict: boolean;
  readonly autoincrement: boolean;
  /** What a conflict on the rowid itself does: the INTEGER PRIMARY KEY's ON CONFLICT. */
  readonly rowidConflict: ConflictAction;
  /** Column numbers of the declared primary key in order (also of a rowid alias); empty without one. */
  readonly primaryKeyColumns: readonly number[];
  /**
   * The primary key's index: for WITHOUT ROWID the table's own tree (it holds every stored column in storage order), otherwise the automatic
   * index of a PRIMARY KEY that is not a rowid alias. Null when there is none. Also a member of `indexes`.
   */
  readonly primaryKey: Index | null;
  /** In SQLite's order (newest first, except that those with ON CONFLICT REPLACE come last): constraint checks run in it. */
  readonly indexes: readonly Index[];
  readonly checks: readonly CheckRule[];
  /** As child; newest first as SQLite numbers them (id 0 is the last one written). */
  readonly foreignKeys: readonly ForeignKey[];
  readonly hasGeneratedColumns: boolean;
  /** How many columns a stored row holds: all but virtual generated ones. */
  readonly storedColumnCount: number;
  /** The module of a virtual table with its arguments, null for an ordinary table. */
  readonly module: VirtualModule | null;
  /** sqlite_schema and its aliases: readable, never writable by DML. */
  readonly isSchemaTable: boolean;
  /** Estimated number of rows: sqlite_stat1's, otherwise SQLite's default of 1,048,576 (2^20). */
  readonly estimatedRows: number;
  /** True when sqlite_stat1 gave `estimatedRows`. */
  readonly hasStatistics: boolean;
}

export interface VirtualModule {
  readonly name: string;
  readonly arguments: readonly string[];
  /** Usable without CREATE VIRTUAL TABLE, under the module's own name. */
  readonly eponymous: boolean;
  /** Somebody has asked for `table`. */
  readonly isConnected: boolean;
  /** What the module made of the arguments. @throws SqlError no such module, or what its constructor throws */
  readonly table: ConnectedTable;
}

export interface Column {
  readonly name: string;
  /** Position in `Table.columns`. */
  readonly number: number;
  /** As written in CREATE TABLE, blanks normalised as SQLite does; '' without a type. */
  readonly declaredType: string;
  readonly affinity: Affinity;
  readonly collation: CollationName;
  /** The collation's name as written, which PRAGMA index_xinfo shows for indexes of this column. */
  readonly writtenCollation: string;
  /** Null when NULLs are allowed; else what a NULL does ('default' is ABORT). */
  readonly notNull: ConflictAction | null;
  readonly default: Expr | null;
  /** Text of the default as PRAGMA table_info shows it. */
  readonly defaultSql: string | null;
  readonly generated: GeneratedColumn | null;
  /** Hidden column of a virtual table: not in `*`, an argument of the table-valued function. */
  readonly hidden: boolean;
  /** From 1 in the declared primary key, 0 when not part of it. */
  readonly primaryKeyPosition: number;
  /**
   * Position in the record of a rowid table's row (virtual generated columns follow all stored ones: not in the record). For WITHOUT
   * ROWID the position in the primary key index's columns; -1 for its virtual generated columns.
   */
  readonly storagePosition: number;
}

export interface GeneratedColumn {
  readonly expr: Expr;
  readonly sql: string;
  readonly stored: boolean;
}

export interface Index {
  readonly kind: 'index';
  readonly name: string;
  readonly database: Database;
  readonly table: Table;
  readonly rootPage: number;
  /** Stored CREATE INDEX text, '' for automatic indexes: the text that offsets of expressions and `where` refer to. */
  readonly sql: string;
  /**
   * Columns of an index entry in order: the `keyColumnCount` declared ones, then what makes the entry unique (the rowid, or those
   * columns of a WITHOUT ROWID primary key that are not there yet; for the primary key of a WITHOUT ROWID table: all other stored columns).
   */
  readonly columns: readonly IndexColumn[];
  readonly keyColumnCount: number;
  readonly unique: boolean;
  /** Every key column is NOT NULL and `unique`: a full key match is at most one row. */
  readonly uniqueNotNull: boolean;
  readonly origin: 'c' | 'u' | 'pk';
  /** What a duplicate key does; meaningful when `unique`. */
  readonly conflict: ConflictAction;
  readonly where: Expr | null;
  readonly hasExpressions: boolean;
  /** True for the primary key of a WITHOUT ROWID table: the entries are the table's rows. */
  readonly isTable: boolean;
  /** sqlite_stat1's figures, or SQLite's defaults (see `hasStatistics`). */
  readonly statistics: IndexStatistics;
}

export interface IndexColumn {
  /** Column number, ROWID_COLUMN or EXPRESSION_COLUMN. */
  readonly column: number;
  /** The indexed expression, for EXPRESSION_COLUMN only. */
  readonly expr: Expr | null;
  readonly collation: CollationName;
  /** The collation's name as written, which PRAGMA index_xinfo shows. */
  readonly writtenCollation: string;
  readonly descending: boolean;
}

export interface IndexStatistics {
  /** True when the figures come from sqlite_stat1. */
  readonly exact: boolean;
  /** Number of entries. */
  readonly rows: number;
  /** rowsPerPrefix[i]: average number of entries that agree in the first i + 1 columns; as long as `keyColumnCount`. */
  readonly rowsPerPrefix: readonly number[];
  /** Average row size in bytes when sqlite_stat1 says `sz=N`, else 0. */
  readonly averageRowSize: number;
  readonly unordered: boolean;
  readonly noSkipScan: boolean;
  /** Entries of the index as sqlite_stat4 has them; null: none. */
  readonly samples: IndexSamples | null;
}

export interface CheckRule {
  readonly expr: Expr;
  /** Constraint name, or null: then the message shows `sql`. */
  readonly name: string | null;
  readonly sql: string;
}

export interface ForeignKey {
  readonly child: Table;
  /** Column numbers of the child. */
  readonly columns: readonly number[];
  readonly parentName: string;
  /** Names of the parent's columns; null: the parent's primary key. */
  readonly parentColumns: readonly string[] | null;
  readonly onDelete: ForeignKeyAction;
  readonly onUpdate: ForeignKeyAction;
  readonly deferred: boolean;
  /** PRAGMA foreign_key_list's id. */
  readonly id: number;
}

export interface View {
  readonly kind: 'view';
  readonly name: string;
  readonly database: Database;
  /** Stored CREATE VIEW text: the text that the offsets of `select` refer to. */
  readonly sql: string;
  /** Column names of CREATE VIEW v(a, b); null when not written. */
  readonly columnNames: readonly string[] | null;
  readonly select: Select;
}

/** A column of a view as its users see it. */
export interface ViewColumn {
  readonly name: string;
  readonly declaredType: string | null;
  readonly affinity: Affinity;
  readonly collation: CollationName | null;
}

export interface Trigger {
  readonly kind: 'trigger';
  readonly name: string;
  /** Where the trigger is stored: temp for a TEMP trigger on a table of another database. */
  readonly database: Database;
  /** The database as written in a temp trigger's ON clause; null when not written. */
  readonly tableDatabaseName: string | null;
  readonly tableName: string;
  /** Stored CREATE TRIGGER text. */
  readonly sql: string;
  readonly statement: CreateTriggerStatement;
}
