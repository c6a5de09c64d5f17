// Connection: one database connection: prepares texts (cache, catalog, compiler), runs programs over the border, answers
// host calls. The only code that sees both the compiler and the engine.
//
// Invariants
// 1. `version` moves whenever compiled programs may be wrong (schema, attached databases, functions, pragmas); a program
//    is recompiled before it runs when its version differs.
// 2. `isBusy` is set exactly while user code (functions, logger) runs inside of a statement.
import { outcomes, reply, request, requestFlags } from '../../spec/border';
import type { Border } from './border';
import { Compiler } from './compiler';
import { nativeError } from './errors';
import { expandSql } from './expanded-sql';
import { type Accumulators, type FunctionDefinition, HostFunctions } from './host-functions';
import { writeValues } from './parameter-writer';
import type { SqlInput } from './parameters';
import { Program, StatementPool } from './program';
import { ProgramCache } from './program-cache';
import { RowCursor } from './row-cursor';
import type { Row, RowMode, RowShape } from './row-decoder';
import { SqliteError } from './sqlite-error';

export interface ConnectionOptions {
  /** As given to the constructor, for the `name` property. */
  readonly name: string;
  readonly filename: string;
  readonly isAnonymous: boolean;
  readonly isReadonly: boolean;
  readonly mustExist: boolean;
  /** Milliseconds. */
  readonly timeout: number;
  readonly verbose: ((message: string) => unknown) | null;
}

/** A statement that has been started. */
export interface Started {
  readonly statement: number;
  readonly pool: StatementPool;
  readonly shape: RowShape;
  readonly latin1: string;
}

const SQLITE_SCHEMA = 17;
/** As often as SQLite tries anew when the schema changes under a statement. */
const MAX_SCHEMA_RETRIES = 50;
const NO_LIMIT = 0x7fffffff;
const { bind, rows, safeIntegers: safeFlag, resetAfter, hostResult } = requestFlags;
const NO_VALUES: readonly SqlInput[] = [];

/** Thrown inside only: the program must be compiled anew. */
const SCHEMA_CHANGED = Symbol('schema changed');

const abandoned = new FinalizationRegistry<{ border: Border; handle: number; isOpen: boolean }>((held) => {
  if (held.isOpen) held.border.native.close(held.handle);
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
  /** Shared with the finalization registry, which must not hold the connection. */
  readonly #life: { border: Border; handle: number; isOpen: boolean };
  readonly #logger: ((message: string) => unknown) | null;
  readonly #functions = new HostFunctions();
  readonly #cache = new ProgramCache();
  readonly #compiler: Compiler;
  #schemaChanges = 0;
  readonly #accumulators = new Map<number, Accumulators>();
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
    this.#handle = native.open(options.filename, options.isReadonly, options.mustExist, options.timeout);
    if (this.#handle < 0) throw nativeError(native, border.words[reply.errorCode]!);
    this.#life = { border, handle: this.#handle, isOpen: true };
    abandoned.register(this, this.#life);
    this.#compiler = new Compiler(this, this.#handle, this.#functions);
  }

  get isOpen(): boolean {
    return this.#life.isOpen;
  }

  close(): void {
    this.#life.isOpen = false;
    this.inTransaction = false;
    this.#cache.clear();
    this.border.native.close(this.#handle);
  }

  setUnsafeMode(unsafe: boolean): void {
    this.unsafeMode = unsafe;
  }

  sqliteError(message: string, code: string): SqliteError {
    return new SqliteError(message, code);
  }

  defineFunction(definition: FunctionDefinition): void {
    this.#functions.define(definition);
    this.version++;
  }

  // Preparing --------------------------------------------------------------------------------------------------------

  /** Compiles the first statement of `sql`, or finds it compiled. `program` is null when there is none. */
  prepare(sql: string): { program: Program | null; tail: number } {
    this.#refresh();
    const cached = this.#cache.get(sql);
    if (cached !== undefined) {
      this.current(cached);
      return { program: cached, tail: sql.length };
    }
    const end = sql.indexOf('\0');
    const text = end < 0 ? sql : sql.slice(0, end);
    const result = this.#compile(text, 0);
    if (result.program !== null && result.tail === sql.length) this.#cache.set(sql, result.program);
    return result;
  }

  /** The program, compiled for what is in force now. */
  current(program: Program): Program {
    this.#refresh();
    if (program.version !== this.version) this.#recompile(program);
    return program;
  }

  #compile(sql: string, offset: number): { program: Program | null; tail: number } {
    const { compiled, tail } = this.#compiler.compile(sql, offset);
    if (compiled === null) return { program: null, tail };
    const program = new Program(sql.slice(offset, tail));
    program.update(compiled, this.version, this.#load(compiled.image));
    return { program, tail };
  }

  #recompile(program: Program): void {
    const { compiled } = this.#compiler.compile(program.sql, 0);
    if (compiled === null) throw new SqliteError('not an error', 'SQLITE_OK');
    program.update(compiled, this.version, this.#load(compiled.image));
  }

  #load(image: Uint8Array): StatementPool {
    const { native, words } = this.border;
    const statement = native.load(this.#handle, image);
    if (statement < 0) throw nativeError(native, words[reply.errorCode]!);
    return new StatementPool(native, statement, this.#life);
  }

  /** Notices schema changes that the engine counted since the last look. */
  #refresh(): void {
    if (this.#compiler.isStale(this.#schemaChanges)) this.version++;
  }

  // Running ----------------------------------------------------------------------------------------------------------

  run(
    program: Program,
    values: readonly SqlInput[],
    safe: boolean,
  ): { changes: number; lastInsertRowid: number | bigint } {
    this.log(program, values);
    const { statement, pool } = this.#begin(program, values, 0, 0, 0);
    pool.release(statement);
    const { words, integers } = this.border;
    const changes = words[reply.changes]!;
    const lastInsertRowid = safe
      ? integers[reply.lastInsertRowid >> 1]!
      : words[reply.lastInsertRowid + 1]! * 4294967296 + (words[reply.lastInsertRowid]! >>> 0);
    if (program.changesSettings) this.#settingsChanged();
    return { changes, lastInsertRowid };
  }

  get(program: Program, values: readonly SqlInput[], mode: RowMode, safe: boolean): Row {
    this.log(program, values);
    const { statement, pool, shape, latin1 } = this.start(program, values, mode, safe, 1, resetAfter);
    const { border } = this;
    let row: Row;
    if (border.words[reply.rowCount] === 1) {
      row = shape.one(border, latin1, border.words[reply.wideLength] === 0 ? '' : border.native.wideText());
      shape.count(1);
      if (border.words[reply.hasFar] !== 0) this.resetStatement(statement);
    }
    pool.release(statement);
    if (program.changesSettings) this.#settingsChanged();
    return row;
  }

  all(program: Program, values: readonly SqlInput[], mode: RowMode, safe: boolean): Row[] {
    this.log(program, values);
    const { statement, pool, shape, latin1 } = this.start(program, values, mode, safe, NO_LIMIT, 0);
    const result: Row[] = [];
    const flags = rows | (safe ? safeFlag : 0);
    let text = latin1;
    try {
      for (;;) {
        const isDone = this.border.words[reply.outcome] === outcomes.done;
        this.decodeBatch(shape, text, result);
        if (isDone) break;
        text = this.resume(statement, flags, NO_LIMIT, shape.columnLimit);
      }
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
      this.#execute(this.current(cached));
      return;
    }
    const end = sql.indexOf('\0');
    const text = end < 0 ? sql : sql.slice(0, end);
    let offset = skipBlanks(text, 0);
    while (offset < text.length) {
      this.#refresh();
      const { program, tail } = this.#compile(text, offset);
      if (program === null) return;
      this.#execute(program);
      if (offset === 0 && tail === sql.length) this.#cache.set(sql, program);
      else program.pool?.retire();
      offset = skipBlanks(text, tail);
    }
  }

  /** To the end, its rows dropped. */
  #execute(program: Program): void {
    const { count } = program.parameters;
    const values = count === 0 ? NO_VALUES : new Array<SqlInput>(count).fill(null);
    this.log(program, values);
    const { statement, pool, shape } = this.start(program, values, 0, false, NO_LIMIT, 0);
    try {
      while (this.border.words[reply.outcome] !== outcomes.done)
        this.resume(statement, rows, NO_LIMIT, shape.columnLimit);
    } finally {
      pool.release(statement);
    }
    if (program.changesSettings) this.#settingsChanged();
  }

  /** Binds and starts a statement that returns rows; the first batch is in the border. */
  start(
    program: Program,
    values: readonly SqlInput[],
    mode: RowMode,
    safe: boolean,
    rowLimit: number,
    moreFlags: number,
  ): Started {
    this.current(program);
    const shape = program.shape(mode, safe);
    const flags = rows | (safe ? safeFlag : 0) | moreFlags;
    return this.#begin(program, values, flags, rowLimit, shape.columnLimit, mode, safe);
  }

  #begin(
    program: Program,
    values: readonly SqlInput[],
    flags: number,
    rowLimit: number,
    columnLimit: number,
    mode: RowMode = 0,
    safe = false,
  ): Started {
    let limit = columnLimit;
    for (let attempt = 0; ; attempt++) {
      this.current(program);
      const pool = program.pool!;
      const statement = pool.acquire();
      if (statement < 0) throw nativeError(this.border.native, this.border.words[reply.errorCode]!);
      try {
        if (this.#accumulators.size > 0) this.#accumulators.delete(statement);
        writeValues(this.border, values, statement, false);
        const latin1 = this.#drive(statement, flags | bind, flags, rowLimit, limit);
        return { statement, pool, shape: program.shape(mode, safe), latin1 };
      } catch (error) {
        pool.release(statement);
        if (error !== SCHEMA_CHANGED) throw error;
        if (attempt === MAX_SCHEMA_RETRIES) throw nativeError(this.border.native, SQLITE_SCHEMA);
        this.#compiler.forget();
        this.version++;
        this.current(program);
        if ((flags & rows) !== 0) limit = program.shape(mode, safe).columnLimit;
      }
    }
  }

  /** Goes on with a running statement. */
  resume(statement: number, flags: number, rowLimit: number, columnLimit: number): string {
    return this.#drive(statement, flags, flags, rowLimit, columnLimit);
  }

  /** Executes until there are rows or the end; returns the batch's Latin-1 text. */
  #drive(statement: number, firstFlags: number, flags: number, rowLimit: number, columnLimit: number): string {
    let nextFlags = firstFlags;
    for (;;) {
      const { border } = this;
      const { words } = border;
      words[request.statement] = statement;
      words[request.flags] = nextFlags;
      words[request.rowLimit] = rowLimit;
      words[request.columnLimit] = columnLimit;
      const latin1 = border.native.execute() ?? '';
      this.inTransaction = words[reply.inTransaction] === 1;
      this.#schemaChanges = words[reply.schemaChanges]!;
      switch (words[reply.outcome]) {
        case outcomes.done:
        case outcomes.row:
          return latin1;
        case outcomes.hostCall:
          this.#answer(statement, latin1);
          nextFlags = flags | hostResult;
          break;
        case outcomes.space:
          border.growForRow();
          nextFlags = flags;
          break;
        default:
          throw this.#failure(words[reply.errorCode]!);
      }
    }
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

  /** Calls the user's function and writes its answer; an exception is kept until the engine has unwound. */
  #answer(statement: number, latin1: string): void {
    const { border } = this;
    this.isBusy = true;
    let failed = 0;
    let answer: SqlInput;
    try {
      answer = this.#functions.call(border, latin1, () => this.#accumulatorsOf(statement));
    } catch (value) {
      this.#exception = { value };
      failed = 1;
    } finally {
      this.isBusy = false;
    }
    writeValues(border, [answer], statement, true);
    border.words[request.hostFailed] = failed;
  }

  #accumulatorsOf(statement: number): Accumulators {
    let found = this.#accumulators.get(statement);
    if (found === undefined) this.#accumulators.set(statement, (found = new Map()));
    return found;
  }

  /** Appends the batch in the border to `into`. */
  decodeBatch(shape: RowShape, latin1: string, into: Row[]): void {
    const { border } = this;
    const count = border.words[reply.rowCount]!;
    if (count === 0) return;
    const wide = border.words[reply.wideLength] === 0 ? '' : border.native.wideText();
    shape.batch(border, count, latin1, wide, into);
    shape.count(count);
  }

  resetStatement(statement: number): void {
    const { border } = this;
    border.native.reset(statement);
    this.inTransaction = border.words[reply.inTransaction] === 1;
    this.#schemaChanges = border.words[reply.schemaChanges]!;
  }

  #settingsChanged(): void {
    if (this.#compiler.reloadSettings()) this.version++;
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

  /** Rows of a query of the library's own, as arrays. */
  query(sql: string): unknown[][] {
    const { program } = this.#compile(sql, 0);
    if (program === null) return [];
    const { statement, pool, shape, latin1 } = this.start(program, NO_VALUES, 3, false, NO_LIMIT, 0);
    const result: unknown[] = [];
    let text = latin1;
    for (;;) {
      const isDone = this.border.words[reply.outcome] === outcomes.done;
      this.decodeBatch(shape, text, result);
      if (isDone) break;
      text = this.resume(statement, rows, NO_LIMIT, 0);
    }
    pool.release(statement);
    pool.retire();
    return result as unknown[][];
  }

  errorOf(code: number): SqliteError {
    return nativeError(this.border.native, code);
  }
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
