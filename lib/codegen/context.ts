/**
 * What code generation of one program knows: the builder, the schema, and where columns are found at the moment.
 *
 * Owns: the tables that connect bound sources to cursors and registers, the databases that the statement touches, and the
 * hoisted constants. Must not know: how any clause is coded.
 *
 * Invariants
 * - A source has a reader exactly while code for its row may be emitted; whoever sets it removes it.
 * - Statement-wide facts live in `statement`, shared with the contexts of subprograms (triggers).
 */
import { ProgramBuilder } from '../bytecode/program-builder';
import type { ChangeCounter } from './change-count';
import type { Column, Schema, Table, Trigger } from '../catalog/schema';
import { KnownParameters } from '../plan/known-parameters';
import type { LogEstimate } from '../plan/log-estimate';
import type { AggregateCall, CommonTableUse, Expression, Query, Source, WindowCall } from '../resolve/ir';
import type { CompileOptions } from '../resolve/options';
import { SqlError } from '../syntax/sql-error';
import type { Sequence } from './autoincrement';

/** Where the columns of a source are found. */
export type ColumnReader = CursorReader | RegisterReader | MappedReader | RecordReader | ParameterReader;

/** A row under a cursor: of a table, a virtual table, or a materialized subquery. */
export interface CursorReader {
  readonly kind: 'cursor';
  readonly cursor: number;
  /** An index cursor on the same row: covering, or with the table cursor's seek deferred. Null without. */
  readonly index: IndexReader | null;
}

export interface IndexReader {
  readonly cursor: number;
  /** The index holds all that is read; the table cursor isn't open. */
  readonly covering: boolean;
  /** Field of the index entry that holds a table column (-1: the rowid); -1 when it is not in the index. */
  fieldOf(column: number): number;
}

/** Consecutive registers, column by column: a coroutine's row, a row being written. */
export interface RegisterReader {
  readonly kind: 'registers';
  readonly first: number;
  /** Register of the rowid, 0 without one. */
  readonly rowid: number;
  /** Table columns of REAL affinity may be held as integers: the reader converts. */
  readonly needsRealAffinity: boolean;
}

/** Some columns in registers: bare columns of an aggregate, a sorter's row. Key -1 is the rowid. */
export interface MappedReader {
  readonly kind: 'mapped';
  readonly registers: ReadonlyMap<number, number>;
}

/** Some columns in the record of a sorter. */
export interface RecordReader {
  readonly kind: 'record';
  readonly cursor: number;
  /** Field that holds a column (-1: the rowid). */
  readonly fields: ReadonlyMap<number, number>;
}

/** OLD and NEW in a trigger program: Param numbers from `first`: the rowid, then the columns. */
export interface ParameterReader {
  readonly kind: 'parameters';
  readonly first: number;
}

/** How the rows of a subquery in FROM are delivered to the loops. */
export type SubqueryRows =
  | {
      readonly kind: 'coroutine';
      /** Estimated number of rows. */
      readonly rows: LogEstimate;
      readonly yieldRegister: number;
      readonly entry: number;
      readonly first: number;
    }
  | MaterializedRows;

/** Rows in an ephemeral table. */
export interface MaterializedRows {
  readonly kind: 'table';
  readonly rows: LogEstimate;
  readonly cursor: number;
  /** They are all the query's rows, with all columns: no condition of one FROM item made them fewer. */
  readonly isWhole: boolean;
  /** What fills the table; null: it is filled already. */
  readonly routine: FillRoutine | null;
}

/** A subroutine that fills the table of a FROM subquery, called where the loop over the table starts. */
export interface FillRoutine {
  readonly returnRegister: number;
  readonly entry: number;
  /** The rows are always the same: one call is enough. */
  readonly isFixed: boolean;
}

/** An expression whose value an open index or register already has. */
export interface KnownExpression {
  readonly expression: Expression;
  /** The register that holds it, or 0: then field `field` of `cursor`. */
  readonly register: number;
  readonly cursor: number;
  readonly field: number;
  /** The source it belongs to; null for registers. */
  readonly source: Source | null;
}

/** How a trigger body must react and what it may name. Made by trigger codegen. */
export interface TriggerScope {
  readonly trigger: Trigger;
  /** RAISE and constraint failures inside follow the outer statement's conflict action. */
  readonly conflict: 'default' | 'rollback' | 'abort' | 'fail' | 'ignore' | 'replace';
}

/** Facts about the whole statement, subprograms included. */
export class StatementState {
  /** Database number -> true when written. */
  readonly databases = new Map<number, boolean>();
  /** A statement journal may be needed: it may change several rows and abort in the middle. */
  isMultiWrite = false;
  mayAbort = false;
  /** What is wrong with the statement where SQLite goes on to look for more; thrown when all of it is coded. */
  #problem: SqlError | null = null;
  #lastProblem: SqlError | null = null;
  /** What is wrong in an expression of a query; SQLite codes on until the query's end or its next loop. */
  #queryProblem: SqlError | null = null;
  /** AUTOINCREMENT tables that the statement inserts into. */
  readonly sequences = new Map<Table, Sequence>();
  /** Within DROP TABLE's implied DELETE: no trigger fires, and foreign keys without a fitting parent are no error. */
  isDropping = false;
  /** Counts the changed rows for PRAGMA count_changes; null: they are not counted. */
  changeCounter: ChangeCounter | null = null;
  /** Virtual columns whose expressions are being coded. */
  readonly openColumns = new Set<Column>();
  /** A virtual column that was found to depend on itself: an error of the statement. */
  columnLoop: string | null = null;
  /** Halts the whole statement's program: schema changes to report. */
  changesSchema = false;
  /** Sets a setting of the connection, on which other programs may depend. */
  changesSettings = false;
  /** Number of the next query that code generation makes: those that are bound have the ones before. */
  nextSubqueryNumber = 1;
  /** Values of parameters that plans may depend on. */
  parameters = new KnownParameters(null);
  /** The parameter in the place of a literal LIMIT, and the rows that the planner is to assume (CompileOptions.limit). */
  assumedLimit: { readonly parameter: number; readonly rows: LogEstimate } | null = null;

  constructor(
    /** The outermost program. */
    readonly root: ProgramBuilder,
  ) {}

  /** Codes a part whose error doesn't stop SQLite: a later one is reported instead, but for what is wrong `inTrigger`. */
  attempt(code: () => void, inTrigger = false): void {
    const before = this.#problem;
    if (inTrigger) this.#problem = null;
    try {
      code();
    } catch (error) {
      if (!(error instanceof SqlError)) throw error;
      this.#problem = error;
    }
    if (inTrigger) this.#problem = before ?? this.#problem;
  }

  /** Something is wrong that attempt() has kept: within a trigger, with that trigger. */
  get hasProblem(): boolean {
    return this.#problem !== null;
  }

  /** Binds what SQLite comes to only with the first changed row: RETURNING. An error waits until then. */
  attemptLast(code: () => void): void {
    try {
      code();
    } catch (error) {
      if (!(error instanceof SqlError)) throw error;
      this.#lastProblem ??= error;
    }
  }

  /** What attemptLast() kept is wrong now, unless something else is already. */
  reachLast(): void {
    this.#problem ??= this.#lastProblem;
  }

  /** Notes what is wrong in an expression of a query: of several such problems the last one is reported. */
  noteInQuery(problem: SqlError): void {
    this.#queryProblem = problem;
  }

  /** Codes a query inside an expression: what is wrong with it doesn't stop the expression. */
  attemptQuery(code: () => void): void {
    try {
      code();
    } catch (error) {
      if (!(error instanceof SqlError)) throw error;
      this.#queryProblem = error;
    }
  }

  get hasQueryProblem(): boolean {
    return this.#queryProblem !== null;
  }

  /** @throws SqlError what noteInQuery() and attemptQuery() kept */
  throwQueryProblem(): void {
    if (this.#queryProblem !== null) throw this.#queryProblem;
  }

  /** @throws SqlError what was kept by any of these */
  throwProblem(): void {
    const problem = this.#queryProblem ?? this.#problem ?? this.#lastProblem;
    if (problem !== null) throw problem;
  }
}

export class CodegenContext {
  readonly program: ProgramBuilder;
  readonly schema: Schema;
  readonly options: CompileOptions;
  readonly statement: StatementState;
  /** Set inside a trigger program. */
  readonly trigger: TriggerScope | null;

  readonly columnReaders = new Map<Source, ColumnReader>();
  /** Expressions found by structural equality before anything else is tried. */
  knownExpressions: KnownExpression[] = [];
  // Made when first asked for: most statements need none of them.
  #subqueryRows: Map<Source, SubqueryRows> | null = null;
  #commonTables: Map<CommonTableUse, MaterializedTable> | null = null;
  #aggregateResults: Map<AggregateCall, number> | null = null;
  #windowResults: Map<WindowCall, number> | null = null;
  #subroutines: Map<Query, SubqueryRoutine> | null = null;
  /** Constants loaded in the setup section, by their key. */
  readonly constants = new Map<string, number>();
  /** False where code may not be moved to the setup section. */
  mayHoist = true;
  /** In a condition of an outer join's ON clause. */
  isOuterOn = false;

  constructor(
    schema: Schema,
    options: CompileOptions,
    parent: { context: CodegenContext; program: ProgramBuilder; trigger: TriggerScope } | null = null,
  ) {
    this.schema = schema;
    this.options = options;
    this.program = parent ? parent.program : new ProgramBuilder();
    this.statement = parent ? parent.context.statement : new StatementState(this.program);
    this.trigger = parent ? parent.trigger : null;
  }

  /** In DROP TABLE's implied DELETE itself: what a foreign key's action does is an ordinary change. */
  get isDropping(): boolean {
    return this.statement.isDropping && this.trigger === null;
  }

  /** Rows of FROM subqueries that were set up before beginLoops. */
  get subqueryRows(): Map<Source, SubqueryRows> {
    return (this.#subqueryRows ??= new Map());
  }

  /** Materialized common tables. */
  get commonTables(): Map<CommonTableUse, MaterializedTable> {
    return (this.#commonTables ??= new Map());
  }

  /** Results of finished aggregate calls. */
  get aggregateResults(): Map<AggregateCall, number> {
    return (this.#aggregateResults ??= new Map());
  }

  /** Registers of window function results for the row being coded. */
  get windowResults(): Map<WindowCall, number> {
    return (this.#windowResults ??= new Map());
  }

  /** Subqueries already coded as subroutines, to be called again. */
  get subroutines(): Map<Query, SubqueryRoutine> {
    return (this.#subroutines ??= new Map());
  }

  /** A context for a subprogram of this statement; `number` goes to pool.subprogram(). */
  createSubprogram(trigger: TriggerScope): { context: CodegenContext; number: number } {
    const { builder, number } = this.program.createSubprogram();
    const context = new CodegenContext(this.schema, this.options, { context: this, program: builder, trigger });
    return { context, number };
  }

  /** The statement reads this database: compile.ts emits its Transaction. */
  useDatabase(database: number): void {
    if (!this.statement.databases.has(database)) this.statement.databases.set(database, false);
  }

  /** The statement writes this database. */
  writeDatabase(database: number): void {
    this.statement.databases.set(database, true);
  }

  /** Number of a made query in EXPLAIN QUERY PLAN. */
  nextSubqueryNumber(): number {
    return this.statement.nextSubqueryNumber++;
  }
}

/** A common table that a subroutine materializes: later uses reopen its cursor with OpenDup. */
export interface MaterializedTable {
  readonly cursor: number;
  readonly returnRegister: number;
  readonly entry: number;
  readonly rows: LogEstimate;
}

/** A subquery coded as a subroutine: its result can be had again by Gosub. */
export interface SubqueryRoutine {
  readonly returnRegister: number;
  readonly entry: number;
  /** First result register, or the cursor of an IN set. */
  readonly result: number;
}
