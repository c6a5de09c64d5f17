/**
 * What the session must supply to build a catalog: the raw contents of the schema tables.
 *
 * Owns: the interface between session and catalog. Must not know: how the rows were read.
 */
import type { SchemaRows } from './schema-rows';
import type { SqlError } from '../syntax/sql-error';
import type { TextEncoding } from './schema';
import type { ModuleDeclaration } from './virtual-table';

/** A BigInt only where a number would not be exact. */
export type Rowid = number | bigint;

/** One row of sqlite_schema. */
export interface SchemaRow {
  readonly rowid: Rowid;
  readonly type: string;
  readonly name: string;
  readonly tableName: string;
  /** Null and 0 both mean none; NaN: it is no number. */
  readonly rootPage: number | null;
  readonly sql: string | null;
}

/** What a SchemaIndex can be asked for; the numbers are those of binding/engine/schema_index.h. */
export const schemaQuestions = {
  /** Rows of this name. */
  named: 0,
  /** Indexes and triggers on the table of this name. */
  ofTable: 1,
  /** Views, triggers, and tables with foreign keys whose text has this word. */
  mentioning: 2,
  viewsAndTriggers: 3,
  /** Indexes with a comparison in their text. */
  literalSensitive: 4,
  /** Rows that can only be found by number: of no known type, or with names that are no text. */
  odd: 5,
  /** Rows that may be malformed. */
  suspect: 6,
} as const;

export type SchemaQuestion = (typeof schemaQuestions)[keyof typeof schemaQuestions];

/** The rows of a schema table as they were at one time, numbered from 0 in rowid order. */
export interface SchemaIndex {
  readonly count: number;
  /** Pages of the file when the rows were read. */
  readonly pageCount: number;
  row(number: number): SchemaRow;
  /** In ascending order. Compares hashes of folded names: rows of other names may be among them. */
  find(question: SchemaQuestion, text: string): readonly number[];
  /** -1 when there is none. */
  numberOf(rowid: Rowid): number;
}

/** One row of sqlite_stat1. */
export interface StatisticsRow {
  readonly table: string;
  /** Null: the figures of the table itself. */
  readonly index: string | null;
  readonly figures: string;
}

/** One row of sqlite_stat4. */
export interface SampleRow {
  readonly table: string;
  readonly index: string;
  readonly equal: string;
  readonly less: string;
  readonly distinctLess: string;
  /** A record. */
  readonly sample: Uint8Array;
}

/** One database as it stands in one transaction's snapshot. */
export interface DatabaseSource {
  /** Schema name: `main`, `temp`, or the name given to ATTACH. */
  readonly name: string;
  /** Full path of the file, '' for a database without one, null for a temp database that nothing has been put into yet. */
  readonly file: string | null;
  readonly cookie: number;
  readonly encoding: TextEncoding;
  /** Schema format number from the file header. */
  readonly formatNumber: number;
  /** Rows of sqlite_schema (sqlite_temp_schema for temp). */
  readonly rows: SchemaRows;
  /** Rows of sqlite_stat1 in rowid order; empty when the table does not exist. */
  readonly statistics: readonly StatisticsRow[];
  /** Rows of sqlite_stat4 in rowid order; none when the table does not exist. */
  readonly samples?: readonly SampleRow[] | undefined;
  /** Of temp: SQLite gives it a cache size when it reads the schema of an open file, not when it opens the file later. */
  readonly cacheSize?: { state: 'unknown' | 'unset' | 'set' };
  /** What makes the schema malformed: nothing can be found in it. */
  readonly fault?: SqlError | undefined;
}

/** Input of `Catalog`: index in `databases` is the database number. */
export interface CatalogSource {
  readonly databases: readonly DatabaseSource[];
  /** By folded name. */
  readonly modules: ReadonlyMap<string, ModuleDeclaration>;
}
