// Connection: one database connection: prepares texts (cache, catalog, compiler), runs programs over the border, answers
// host calls. The only code that sees both the compiler and the engine.
//
// Invariants
// 1. `version` moves whenever compiled programs may be wrong (schema, attached databases, functions, pragmas); a program
//    is recompiled before it runs when its version differs.
// 2. `isBusy` is set exactly while user code (functions, logger) runs inside of a statement.
// 3. Between a native call and the decoding of its batch nothing else uses the border.
import { hostOperations, outcomes, reply, request, requestFlags, ROWS_BY_COLUMN } from '../../spec/border';
import { SqlError } from '../syntax/sql-error';
import { Backup } from './backup';
import type { Border } from './border';
import { Compiler } from './compiler';
import { nativeError } from './errors';
import { expandSql } from './expanded-sql';
import { type Accumulators, type FunctionDefinition, HostFunctions, readArguments } from './host-functions';
import { HostModules, type Scans, type TableFactory, textsOf } from './host-modules';
import type { HostRows } from './host-scan';
import { firstLiteralTemplate, type LiteralTemplate, literalTemplate } from './literal-template';
import { writeValues } from './parameter-writer';
import type { SqlInput, SqlOutput } from './parameters';
import { type PlanVariants, storedValues } from './plan-variants';
import { type CompiledProgram, Program, StatementPool, Template } from './program';
import { ProgramCache } from './program-cache';
import { RowCursor } from './row-cursor';
import { type Row, type RowMode, rowModes, type RowShape } from './row-decoder';
import { SqliteError } from './sqlite-error';
import type { TableDefinition } from './user-table';

export interface ConnectionOptions {
  /** As given to the constructor, for the `name` property. */
  readonly name: string;
  readonly filename: string;
  readonly isAnonymous: boolean;
  readonly isReadonly: boolean;
  readonly mustExist: boolean;
  readonly usesUris: boolean;
  /** What to open instead of the file. */
  readonly descriptors: Descriptors | null;
  /** Milliseconds. */
  readonly timeout: number;
  readonly verbose: ((message: string) => unknown) | null;
  /** Content of a database file to be the main database, in memory. */
  readonly image: Buffer | null;
}

/** File descriptors of a database and of its rollback journal. */
export interface Descriptors {
  readonly database: number;
  readonly journal: number;
}

/** What run() returns. */
export interface RunResult {
  changes: number;
  lastInsertRowid: number | bigint;
}

const SQLITE_NOTFOUND = 12;
const SQLITE_SCHEMA = 17;
/** As often as SQLite tries anew when the schema changes under a statement. */
const MAX_SCHEMA_RETRIES = 50;
const NO_LIMIT = 0x7fffffff;
/** Rows that nobody wants. */
const ONE_COLUMN = 1;
const NO_VALUES: readonly SqlInput[] = [];
const { bind, rows, safeIntegers: safeFlag, resetAfter, hostResult } = requestFlags;

/** Thrown inside only: the program must be compiled anew. */
const SCHEMA_CHANGED = Symbol('schema changed');

/** The part of a connection that outlives it, for whoever must not hold the connection itself. */
interface Life {
  readonly border: Border;
  readonly handle: number;
  isOpen: boolean;
}

/** Connections that were dropped without close(). */
const abandoned = new FinalizationRegistry<Life>((life) => {
  if (!life.isOpen) return;
  life.isOpen = false;
  life.border.native.close(life.handle);
});

export class Connection {
  readonly border: Border;
  readonly name: string;
  readonly isReadonly: boolean;
  readonly isAnonymous: boolean;
  isBusy = false;
  openIterators = 0;
  safeIntegers = false;
  unsafeMode = false;
  inTransaction = false;
  version = 0;

  readonly #handle: number;
  readonly #life: Life;
  readonly #logger: ((message: string) => unknown) | null;
  readonly #functions = new HostFunctions();
  readonly #modules = new HostModules(
    {
      query: (sql) => this.#rowsOf(sql),
      filledChildren: (database) => this.#compiler.filledChildren(database),
      violations: (database, table) => this.#violationsOf(database, table),
    },
    () => this.safeIntegers,
  );
  readonly #cache = new ProgramCache<Program>();
  readonly #templates = new ProgramCache<Template>();
  readonly #compiler: Compiler;
  /** The engine's count of schema changes, when last heard. */
  #schemaChanges = 0;
  /** Where the statement comes from that start() has returned last. */
  startedPool: StatementPool | null = null;
  /** Rows that came before the last error of the engine; they are still in the border. */
  rowsBeforeError = 0;
  /** Latin-1 text of the batch in the border. */
  #latin1 = '';
  readonly #accumulators = new Map<number, Accumulators>();
  readonly #scans = new Map<number, Scans>();
  /** What a user function threw, while the engine unwinds. */
  #exception: { value: unknown } | null = null;

  /** @throws SqliteError when the file cannot be opened. */
  constructor(border: Border, options: ConnectionOptions) {
    const { native } = border;
    this.border = border;
    this.name = options.name;
    this.isReadonly = options.isReadonly;
    this.isAnonymous = options.isAnonymous;
    this.#logger = options.verbose;
    const { filename, isReadonly, mustExist, timeout, usesUris } = options;
    const { database, journal } = options.descriptors ?? { database: -1, journal: -1 };
    this.#handle = native.open(filename, isReadonly, mustExist, timeout, usesUris, database, journal);
    if (this.#handle < 0) throw this.lastError();
    this.#life = { border, handle: this.#handle, isOpen: true };
    if (options.image !== null) this.#deserialize(options.image);
    abandoned.register(this, this.#life);
    this.#compiler = new Compiler(this, this.#handle, this.#functions, this.#modules, options.descriptors !== null);
  }

  get isOpen(): boolean {
    return this.#life.isOpen;
  }

  close(): void {
    this.#life.isOpen = false;
    this.inTransaction = false;
    this.#cache.clear();
    this.#templates.clear();
    this.border.native.close(this.#handle);
  }

  #deserialize(image: Buffer): void {
    const { native, words } = this.border;
    native.deserialize(this.#handle, image);
    if (words[reply.errorCode] === 0) return;
    const error = this.lastError();
    native.close(this.#handle);
    throw error;
  }

  /** The file of a database as its bytes; undefined when there is none of that name. */
  serialize(database: string): Buffer | undefined {
    const { native, words } = this.border;
    const image = native.serialize(this.#handle, database);
    if (image === undefined && words[reply.errorCode] !== SQLITE_NOTFOUND) throw this.lastError();
    return image;
  }

  /** Starts copying a database into `file`. @throws SqliteError. */
  backup(database: string, file: string, removeUnfinished: boolean): Backup {
    const number = this.border.native.openBackup(this.#handle, database, file, removeUnfinished);
    if (number < 0) throw this.lastError();
    return new Backup(this.border, this.#life, number);
  }

  setUnsafeMode(unsafe: boolean): void {
    if (this.unsafeMode !== unsafe) this.version++;
    this.unsafeMode = unsafe;
  }

  defineFunction(definition: FunctionDefinition): void {
    this.#functions.define(definition);
    this.version++;
  }

  defineTable(name: string, definition: TableDefinition): void {
    this.#modules.defineTable(name, definition);
    this.#modulesChanged();
  }

  defineTableFactory(name: string, factory: TableFactory): void {
    this.#modules.defineFactory(name, factory);
    this.#modulesChanged();
  }

  /** Statements that are prepared keep the tables they were prepared with. */
  #modulesChanged(): void {
    this.#compiler.invalidate();
    this.#cache.forget();
    this.#templates.forget();
  }

  /** The error that the last native call reported. */
  lastError(): SqliteError {
    return nativeError(this.border.native, this.border.words[reply.errorCode]!);
  }

  // Preparing --------------------------------------------------------------------------------------------------------

  /** Compiles the first statement of `sql`, or finds it compiled. `program` is null when there is none. */
  prepare(sql: string): { program: Program | null; tail: number } {
    const cached = this.#cache.get(sql);
    if (cached !== undefined) return { program: this.current(cached), tail: sql.length };
    const instance = this.#instantiate(sql, literalTemplate(sql));
    if (instance !== null) {
      this.#cache.set(sql, instance);
      return { program: instance, tail: sql.length };
    }
    const result = this.#compile(untilNul(sql), 0, false);
    if (result.tail === sql.length && result.program !== null) this.#cache.set(sql, result.program);
    else result.program?.leaveCache();
    return result;
  }

  /** The program, compiled for what is in force now. */
  current(program: Program): Program {
    if (program.version !== this.version) this.#recompile(program, false);
    return program;
  }

  #compile(sql: string, offset: number, isRunAtOnce: boolean): { program: Program | null; tail: number } {
    const { compiled, tail } = this.#compiler.compile(sql, offset, { isRunAtOnce });
    if (compiled === null) return { program: null, tail };
    const program = new Program(sql.slice(offset, tail));
    program.update(compiled, this.version, this.#poolOf(compiled));
    return { program, tail };
  }

  /** The text on the program of its template; null when it has none, or when that doesn't compile. */
  #instantiate(sql: string, parts: LiteralTemplate | null): Program | null {
    if (parts === null) return null;
    let template = this.#templates.get(parts.key);
    if (template === undefined) {
      template = new Template(parts);
      if (!this.#compileTemplate(template)) return null;
      this.#templates.set(parts.key, template);
    } else if (template.program.version !== this.version && !this.#compileTemplate(template)) {
      return null;
    }
    return Program.instantiate(sql, template, parts);
  }

  /** False when the text must be compiled as it is, which also tells what is wrong with it. */
  #compileTemplate(template: Template): boolean {
    const { text, limit } = template;
    try {
      if (!this.#compiler.allowsTemplate(text)) return false;
      const { compiled, tail } = this.#compiler.compile(text, 0, { limit });
      if (compiled === null || tail !== text.length) return false;
      template.update(compiled, this.version, this.#poolOf(compiled));
      return true;
    } catch (error) {
      if (error instanceof SqliteError) return false;
      throw error;
    }
  }

  #recompile(program: Program, isRunAtOnce: boolean): void {
    const { template } = program;
    if (template !== null) {
      if (template.program.version === this.version || this.#compileTemplate(template)) {
        program.adopt(template);
        return;
      }
      program.leaveTemplate();
    }
    const { compiled } = this.#compiler.compile(program.sql, 0, { isRunAtOnce });
    if (compiled !== null) program.update(compiled, this.version, this.#poolOf(compiled));
  }

  /** Null when the code is made later. */
  #poolOf({ image }: CompiledProgram): StatementPool | null {
    return image === null ? null : this.#load(image);
  }

  /** Makes the code of a query that has not run yet. @throws SqliteError */
  #realize(program: Program): void {
    try {
      program.realize((image) => this.#load(image));
    } catch (error) {
      throw error instanceof SqlError ? new SqliteError(error.message, error.code) : error;
    }
  }

  #load(image: Uint8Array): StatementPool {
    const { native } = this.border;
    const statement = native.load(this.#handle, image);
    if (statement < 0) throw this.lastError();
    return new StatementPool(native, statement, this.#life);
  }

  #schemaMoved(schemaChanges: number): void {
    this.#schemaChanges = schemaChanges;
    this.#compiler.invalidate();
    this.version++;
  }

  /** After a statement that moved the schema: one that is there to change it, or one that took changes back. */
  #noteRollback({ changesSchema }: Program, hasFailed: boolean): void {
    if (!changesSchema || (hasFailed && !this.inTransaction)) this.#compiler.noteReading();
  }

  #settingsChanged(): void {
    if (this.#compiler.reloadSettings()) this.version++;
  }

  // Running ----------------------------------------------------------------------------------------------------------

  run(program: Program, values: readonly SqlInput[], safe: boolean): RunResult {
    if (this.#logger !== null) this.log(program, values);
    const statement = this.start(program, values, 0, 0, 0);
    this.startedPool!.release(statement);
    const { words, integers } = this.border;
    const changes = words[reply.changes]!;
    const lastInsertRowid = safe
      ? integers[reply.lastInsertRowid >> 1]!
      : words[reply.lastInsertRowid + 1]! * 4294967296 + (words[reply.lastInsertRowid]! >>> 0);
    if (program.changesSettings) this.#settingsChanged();
    return { changes, lastInsertRowid };
  }

  get(program: Program, values: readonly SqlInput[], mode: RowMode, safe: boolean): Row {
    if (this.#logger !== null) this.log(program, values);
    const flags = rows | resetAfter | (safe ? safeFlag : 0);
    const statement = this.start(program, values, flags, 1, columnLimitOf(mode));
    const pool = this.startedPool!;
    const { border } = this;
    let row: Row;
    if (border.words[reply.rowCount] !== 0) {
      const shape = program.shape(mode, safe);
      row = shape.one(border, this.#latin1, border.words[reply.wideLength] === 0 ? '' : border.native.wideText());
      shape.count(1);
      if (border.words[reply.hasFar] !== 0) this.resetStatement(statement);
    }
    pool.release(statement);
    if (program.changesSettings) this.#settingsChanged();
    return row;
  }

  all(program: Program, values: readonly SqlInput[], mode: RowMode, safe: boolean): Row[] {
    if (this.#logger !== null) this.log(program, values);
    const flags = rows | (safe ? safeFlag : 0);
    const columnLimit = columnLimitOf(mode);
    const statement = this.start(program, values, flags, NO_LIMIT, columnLimit);
    const pool = this.startedPool!;
    const shape = program.shape(mode, safe);
    const result: Row[] = [];
    try {
      while (!this.takeBatch(shape, result)) this.resume(statement, flags, NO_LIMIT, columnLimit);
    } finally {
      pool.release(statement);
    }
    if (program.changesSettings) this.#settingsChanged();
    return result;
  }

  iterate(program: Program, values: readonly SqlInput[], mode: RowMode, safe: boolean): RowCursor {
    return new RowCursor(this, program, values, mode, safe);
  }

  /** Runs every statement of a script. Parameters are NULL. */
  exec(sql: string): void {
    const cached = this.#cache.get(sql);
    if (cached !== undefined) {
      this.#execute(cached);
      return;
    }
    const text = untilNul(sql);
    let offset = skipBlanks(text, 0);
    while (offset < text.length) {
      // Scripts are mostly rows: statements that differ in literals.
      const first = firstLiteralTemplate(text, offset);
      const instance = first && this.#instantiate(first.statement, first.template);
      if (instance !== null) {
        this.#execute(instance);
        offset = skipBlanks(text, offset + instance.sql.length);
        continue;
      }
      const { program, tail } = this.#compile(text, offset, true);
      if (program === null) return;
      this.#execute(program);
      if (offset === 0 && tail === sql.length) this.#cache.set(sql, program);
      else program.retire();
      offset = skipBlanks(text, tail);
    }
  }

  /** To the end, its rows dropped. */
  #execute(program: Program): void {
    const { count } = program.parameters;
    const values = count === 0 ? NO_VALUES : new Array<SqlInput>(count).fill(null);
    if (this.#logger !== null) this.log(program, values);
    const statement = this.start(program, values, rows, NO_LIMIT, ONE_COLUMN);
    const pool = this.startedPool!;
    try {
      while (this.border.words[reply.outcome] !== outcomes.done) this.resume(statement, rows, NO_LIMIT, ONE_COLUMN);
    } finally {
      pool.release(statement);
    }
    if (program.changesSettings) this.#settingsChanged();
  }

  /** Rows of a query of the library's own, as arrays. */
  query(sql: string): unknown[][] {
    const { program } = this.#compile(sql, 0, true);
    if (program === null) return [];
    const result = this.all(program, NO_VALUES, rowModes.raw, false);
    program.retire();
    return result as unknown[][];
  }

  /** As query(), integers as BigInts, and nothing is logged. */
  #rowsOf(sql: string): SqlOutput[][] {
    const { program } = this.prepare(sql);
    return program === null ? [] : this.#rowsFrom(program);
  }

  #rowsFrom(program: Program): SqlOutput[][] {
    const result: Row[] = [];
    const flags = rows | safeFlag;
    const statement = this.start(program, NO_VALUES, flags, NO_LIMIT, 0);
    const pool = this.startedPool!;
    try {
      const shape = program.shape(rowModes.raw, true);
      while (!this.takeBatch(shape, result)) this.resume(statement, flags, NO_LIMIT, 0);
    } finally {
      pool.release(statement);
    }
    return result as SqlOutput[][];
  }

  /** Rows of foreign_key_check of a table. The program is kept until the table or one of its parents changes. */
  #violationsOf(database: string, table: string): SqlOutput[][] {
    const sql = `PRAGMA "${database.replaceAll('"', '""')}".foreign_key_check="${table.replaceAll('"', '""')}"`;
    const memo = this.#compiler.childMemo(database, table);
    if (memo === null) return this.#rowsOf(sql);
    if (memo.check === null) {
      const { compiled } = this.#compiler.compile(sql, 0, { isRunAtOnce: true, isSchemaCertain: true });
      const program = new Program(sql);
      program.update(compiled!, this.version, this.#poolOf(compiled!));
      program.leaveCache();
      memo.check = program;
    }
    const program = memo.check as Program;
    program.version = this.version;
    return this.#rowsFrom(program);
  }

  /**
   * Binds and starts a statement, up to its first outcome for the caller: row or done. The caller gives the returned number
   * back to `startedPool`, where it came from.
   */
  start(program: Program, values: readonly SqlInput[], flags: number, rowLimit: number, columnLimit: number): number {
    for (let attempt = 0; ; attempt++) {
      if (program.version !== this.version) this.#recompile(program, true);
      if (program.pool === null) this.#realize(program);
      const bound = program.template === null ? values : program.withLiterals(values);
      const pool = program.plans === null ? program.pool! : this.#planned(program, program.plans, bound);
      const statement = pool.acquire();
      if (statement < 0) throw this.lastError();
      const before = this.#schemaChanges;
      try {
        if (this.#accumulators.size > 0) this.#accumulators.delete(statement);
        if (this.#scans.size > 0) this.#scans.delete(statement);
        if (bound.length > 0) writeValues(this.border, bound, statement, 'parameters');
        this.#drive(statement, flags | bind, flags, rowLimit, columnLimit);
        this.startedPool = pool;
        if (this.#schemaChanges !== before) this.#noteRollback(program, false);
        return statement;
      } catch (error) {
        pool.release(statement);
        if (this.#schemaChanges !== before) this.#noteRollback(program, true);
        if (error !== SCHEMA_CHANGED) throw error;
        if (attempt === MAX_SCHEMA_RETRIES) throw nativeError(this.border.native, SQLITE_SCHEMA);
        this.#compiler.forget();
        this.version++;
      }
    }
  }

  /** Statements for a run with these values, on which the plan depends. */
  #planned(program: Program, plans: PlanVariants, bound: readonly SqlInput[]): StatementPool {
    const parameterValues = storedValues(bound);
    const key = plans.keyOf(parameterValues);
    const known = key === '' ? program.pool! : plans.find(key);
    if (known !== undefined) return known;
    const { text, limit } = program.template ?? { text: program.sql, limit: null };
    const { compiled } = this.#compiler.compile(text, 0, { limit, isRunAtOnce: true, parameterValues });
    const pool = this.#load(compiled!.image!);
    plans.add(parameterValues, compiled!.parameterUses!, pool);
    return pool;
  }

  /** Goes on with a running statement. */
  resume(statement: number, flags: number, rowLimit: number, columnLimit: number): void {
    this.#drive(statement, flags, flags, rowLimit, columnLimit);
  }

  /** Executes until there are rows or the end. */
  #drive(statement: number, firstFlags: number, flags: number, rowLimit: number, columnLimit: number): void {
    let nextFlags = firstFlags;
    for (;;) {
      const { border } = this;
      const { words } = border;
      words[request.statement] = statement;
      words[request.flags] = nextFlags;
      words[request.rowLimit] = rowLimit;
      words[request.columnLimit] = columnLimit;
      const latin1 = border.native.execute();
      this.inTransaction = words[reply.inTransaction] !== 0;
      if (words[reply.schemaChanges] !== this.#schemaChanges) this.#schemaMoved(words[reply.schemaChanges]!);
      const outcome = words[reply.outcome]!;
      this.#latin1 = latin1 ?? '';
      if (outcome <= outcomes.row) return;
      if (outcome === outcomes.hostCall) {
        this.#answer(statement, this.#latin1);
        nextFlags = flags | hostResult;
      } else if (outcome === outcomes.space) {
        border.growForRow();
        nextFlags = flags;
      } else {
        this.rowsBeforeError = words[reply.rowCount]!;
        throw this.#failure(words[reply.errorCode]!);
      }
    }
  }

  /** Appends the batch in the border to `into`; true when it was the last one. */
  takeBatch(shape: RowShape, into: Row[]): boolean {
    const { border } = this;
    const { words } = border;
    const isDone = words[reply.outcome] === outcomes.done;
    const count = words[reply.rowCount]!;
    if (count > 0) {
      const wide = words[reply.wideLength] === 0 ? '' : border.native.wideText();
      shape.batch(border, count, this.#latin1, wide, into);
      shape.count(count);
    }
    return isDone;
  }

  resetStatement(statement: number): void {
    const { border } = this;
    border.native.reset(statement);
    this.inTransaction = border.words[reply.inTransaction] !== 0;
    if (border.words[reply.schemaChanges] !== this.#schemaChanges)
      this.#schemaMoved(border.words[reply.schemaChanges]!);
  }

  #failure(code: number): unknown {
    const exception = this.#exception;
    if (exception !== null) {
      this.#exception = null;
      return exception.value;
    }
    if (code === SQLITE_SCHEMA) return SCHEMA_CHANGED;
    return nativeError(this.border.native, code);
  }

  // User code --------------------------------------------------------------------------------------------------------

  /** Does what the engine asks for and writes the answer; an exception is kept until the engine has unwound. */
  #answer(statement: number, latin1: string): void {
    const { border } = this;
    const isScan = border.words[reply.hostOperation]! >= hostOperations.filter;
    const outerBusy = this.isBusy;
    this.isBusy = true;
    let failed = 0;
    let answer: SqlInput;
    try {
      if (isScan) this.#answerModule(statement, latin1);
      else answer = this.#functions.call(border, latin1, () => this.#accumulatorsOf(statement));
    } catch (value) {
      this.#exception = { value };
      failed = 1;
    } finally {
      this.isBusy = outerBusy;
    }
    if (!isScan) writeValues(border, [answer], statement, 'answer');
    border.words[request.hostFailed] = failed;
  }

  /** As #answer, for virtual tables. Arguments are read before anything else runs. */
  #answerModule(statement: number, latin1: string): void {
    const { border } = this;
    const { words } = border;
    const operation = words[reply.hostOperation]!;
    const count = words[reply.hostArgumentCount]!;
    const number = words[reply.hostNumber]!;
    const scanNumber = words[reply.hostAccumulator]!;
    if (operation === hostOperations.create) {
      this.#modules.create(words[reply.hostFunction]!, textsOf(readArguments(border, latin1, count, true)));
      return;
    }
    const scans = this.#scansOf(statement);
    if (operation === hostOperations.filter) {
      const table = this.#modules.table(words[reply.hostFunction]!);
      scans.set(scanNumber, table.scan(number, readArguments(border, latin1, count, table.safeIntegers)));
    }
    const scan = scans.get(scanNumber)!;
    this.isBusy = scan.table.isUserCode;
    if (operation === hostOperations.column) writeValues(border, [scan.column(number)], statement, 'answer');
    else this.#writeRows(statement, scan.next(), scan.table.columnCount);
  }

  #writeRows(statement: number, rows: HostRows, columnCount: number): void {
    const { border } = this;
    if (typeof rows !== 'string') writeValues(border, rows, statement, 'rows');
    const { words } = border;
    words[request.hostValues] = rows === 'end' ? 0 : rows === 'byColumn' ? ROWS_BY_COLUMN : rows.length;
    words[request.hostColumns] = columnCount;
  }

  #scansOf(statement: number): Scans {
    let found = this.#scans.get(statement);
    if (found === undefined) this.#scans.set(statement, (found = new Map() as Scans));
    return found;
  }

  #accumulatorsOf(statement: number): Accumulators {
    let found = this.#accumulators.get(statement);
    if (found === undefined) this.#accumulators.set(statement, (found = new Map() as Accumulators));
    return found;
  }

  /** Tells the logger what is about to run. @throws what it throws. */
  log(program: Program, values: readonly SqlInput[]): void {
    if (this.#logger === null) return;
    this.isBusy = true;
    try {
      this.#logger(expandSql(program, values));
    } finally {
      this.isBusy = false;
    }
  }
}

/** Columns that are asked of the engine: pluck() needs one, 0 is all. */
export const columnLimitOf = (mode: RowMode): number => (mode === rowModes.pluck ? 1 : 0);

/** SQL ends at the first NUL. */
function untilNul(sql: string): string {
  const end = sql.indexOf('\0');
  return end < 0 ? sql : sql.slice(0, end);
}

/** What better-sqlite3 skips between the statements of exec(). */
function skipBlanks(sql: string, from: number): number {
  let at = from;
  for (; at < sql.length; at++) {
    const code = sql.charCodeAt(at);
    if (code !== 0x20 && code !== 0x3b && (code < 9 || code > 13)) break;
  }
  return at;
}
