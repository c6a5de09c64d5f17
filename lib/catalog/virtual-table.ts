/**
 * Virtual-table modules as the compiler sees them: the table that a module declares, and how it answers the planner.
 *
 * Owns: the types only. Native modules are described in native-modules.ts; the session adds those that JavaScript runs.
 * Must not know: plans, code, how rows are produced.
 */

/** What a constraint on a column of a virtual table says, the column on its left side. */
export type IndexOperator =
  '=' | '>' | '<=' | '<' | '>=' | 'match' | 'like' | 'glob' | 'regexp' | '<>' | 'is' | 'isNot' | 'isNull' | 'isNotNull';

export interface IndexConstraint {
  /** Column number, -1 for the rowid. */
  readonly column: number;
  readonly operator: IndexOperator;
  /** Its right side is known when the scan starts. */
  readonly usable: boolean;
}

/** What the planner asks: SQLite's sqlite3_index_info. */
export interface IndexRequest {
  readonly constraints: readonly IndexConstraint[];
  /** The wished order, when it is one of this table's columns alone; otherwise empty. */
  readonly orderBy: readonly { readonly column: number; readonly descending: boolean }[];
}

/** A plan that a module offers. */
export interface IndexChoice {
  /** What the scan is told: the plan number of VFilter. */
  readonly number: number;
  /** The number is shown in hexadecimal. */
  readonly isHexadecimal?: boolean;
  /** Positions in `constraints` of those whose right sides become the scan's arguments, in their order. */
  readonly arguments: readonly number[];
  /** Those of `arguments` that the module doesn't guarantee: they are tested for each row. */
  readonly retested?: readonly number[];
  /** The rows come in the wished order. */
  readonly ordered: boolean;
  readonly cost: number;
  readonly rows: number;
}

/** Cost of a plan that says nothing about it: practically never. */
export const UNKNOWN_COST = 5e98;
/** Rows of a plan that says nothing about them. */
export const UNKNOWN_ROWS = 25;

/** Where a virtual table may be used: anywhere, not in an untrusted schema's views and triggers, in none at all. */
export type VirtualTableRisk = 'innocuous' | 'normal' | 'directOnly';

/** A virtual table as its module made it for one set of arguments. */
export interface ConnectedTable {
  /** `CREATE TABLE x(...)` that declares the columns; HIDDEN as a word of a type makes a hidden one. */
  readonly declaration: string;
  readonly risk: VirtualTableRisk;
  /** Number by which the session knows the table; -1: the engine's own. */
  readonly hostNumber: number;
  /** A plan for the request; null when its usable constraints are not enough. @throws SqlError */
  bestIndex(request: IndexRequest): IndexChoice | null;
}

/** What CREATE VIRTUAL TABLE says. For a table that exists by its module's name alone: no arguments. */
export interface ConnectRequest {
  /** The module's name as it is written. */
  readonly module: string;
  readonly database: string;
  readonly table: string;
  readonly arguments: readonly string[];
}

export interface ModuleDeclaration {
  readonly name: string;
  /** A table under the module's own name exists without CREATE VIRTUAL TABLE. */
  readonly isEponymous: boolean;
  /** CREATE VIRTUAL TABLE may name it. */
  readonly isCreatable: boolean;
  /** Number by which the session knows the module; -1: the engine's own. */
  readonly hostNumber: number;
  /** @throws what the module's constructor throws */
  connect(request: ConnectRequest): ConnectedTable;
}
