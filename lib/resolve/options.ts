/**
 * What besides the SQL text and the schema decides how a statement compiles: host functions, pragmas, limits.
 *
 * Owns: the types. The session fills them; the compiler only reads. Two compilations with equal text, schema and options
 * give equal programs.
 */

import type { StoredValue } from '../catalog/stored-record';

/** A function that the application registered (better-sqlite3's function() and aggregate()). */
export interface HostFunction {
  /** As registered; names compare without case in ASCII. */
  readonly name: string;
  /** Number of arguments, -1 for any. */
  readonly argumentCount: number;
  readonly kind: 'scalar' | 'aggregate' | 'window';
  readonly isDeterministic: boolean;
  readonly isDirectOnly: boolean;
  /** Index by which programs call it. */
  readonly index: number;
}

/** Pragmas of the connection that change code. */
export interface CompilePragmas {
  readonly foreignKeys: boolean;
  readonly recursiveTriggers: boolean;
  readonly deferForeignKeys: boolean;
  readonly ignoreCheckConstraints: boolean;
  readonly caseSensitiveLike: boolean;
  readonly reverseUnorderedSelects: boolean;
  readonly automaticIndex: boolean;
  readonly countChanges: boolean;
  readonly fullColumnNames: boolean;
  readonly shortColumnNames: boolean;
  readonly writableSchema: boolean;
  readonly trustedSchema: boolean;
  readonly queryOnly: boolean;
  readonly legacyAlterTable: boolean;
  readonly cellSizeCheck: boolean;
  /** SQLITE_DBCONFIG_DEFENSIVE, which better-sqlite3 has on unless unsafeMode() is: some pragmas do nothing then. */
  readonly defensive: boolean;
}

/** SQLite's limits (limits.html) as better-sqlite3 leaves them. */
export interface CompileLimits {
  readonly columns: number;
  readonly compoundSelects: number;
  readonly expressionDepth: number;
  readonly functionArguments: number;
  readonly attached: number;
  readonly likePatternLength: number;
  readonly variableNumber: number;
  readonly triggerDepth: number;
  readonly sqlLength: number;
}

export interface CompileOptions {
  readonly pragmas: CompilePragmas;
  readonly limits: CompileLimits;
  /** In order of registration; a later one replaces an earlier one of the same name and argument count. */
  readonly hostFunctions: readonly HostFunction[];
  /** Whether a tree has no entries now: a hint for code which must find out again when it runs. */
  readonly isEmptyTree?: (database: number, rootPage: number) => boolean;
  /** The caller vouches for the schema: the program does not look whether it has changed. */
  readonly isSchemaCertain?: boolean;
  /** SQLite would read the schemas for this statement, if it needs them: nothing of them is settled yet. */
  readonly isSchemaUnread?: boolean;
  /** The main database was opened by file descriptors: it can have no WAL. */
  readonly isMainAdopted?: boolean;
  /** Values of the parameters in the run that the statement is compiled for, by index from 0; null before there is one. */
  readonly parameterValues?: readonly StoredValue[] | null;
  /** The text has a parameter in the place of a literal LIMIT: its name, and its estimate. */
  readonly limit?: { readonly parameter: string; readonly rows: number } | null;
}

export const defaultPragmas: CompilePragmas = {
  foreignKeys: true,
  recursiveTriggers: false,
  deferForeignKeys: false,
  ignoreCheckConstraints: false,
  caseSensitiveLike: false,
  reverseUnorderedSelects: false,
  automaticIndex: true,
  countChanges: false,
  fullColumnNames: false,
  shortColumnNames: true,
  writableSchema: false,
  trustedSchema: true,
  queryOnly: false,
  legacyAlterTable: false,
  cellSizeCheck: false,
  defensive: true,
};

export const defaultLimits: CompileLimits = {
  columns: 2000,
  compoundSelects: 500,
  expressionDepth: 1000,
  functionArguments: 1000,
  attached: 10,
  likePatternLength: 50000,
  variableNumber: 32766,
  triggerDepth: 1000,
  sqlLength: 1_000_000_000,
};

export const defaultOptions: CompileOptions = { pragmas: defaultPragmas, limits: defaultLimits, hostFunctions: [] };
