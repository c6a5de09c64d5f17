// Statement and StatementIterator: better-sqlite3's methods on one prepared text. Validation and flags only; running is
// the session's. A Statement holds no engine resource: those belong to the session's Program, shared by equal texts.
//
// Invariants
// 1. While an iterator is open its statement is locked and counts in connection.openIterators; return(), the end of the
//    rows, or the collection of an abandoned iterator undoes both.
// 2. Bound values are copies: buffers that change after bind() don't matter.
import { bytesOf } from '../session/bytes';
import type { Connection, RunResult } from '../session/connection';
import { expandSql } from '../session/expanded-sql';
import type { SqlInput } from '../session/parameters';
import type { ColumnList, Program } from '../session/program';
import { type Row, type RowMode, rowModes } from '../session/row-decoder';
import type { RowCursor } from '../session/row-cursor';
import { collectValues, isSimple } from './arguments';
import type { Database } from './database';
import { toggle } from './options';
import { requireIdle, requireNoIteratorsUnlessUnsafe, requireOpen, setName } from './state';

export interface ColumnDefinition {
  name: string;
  column: string | null;
  table: string | null;
  database: string | null;
  type: string | null;
}

/** Whether a receiver is one of ours. */
let isStatement: (receiver: unknown) => boolean;
let isStatementIterator: (receiver: unknown) => boolean;

/** What a native method says of a wrong `this`. */
const wrongReceiver = (): TypeError => new TypeError('Illegal invocation');

const MAX_ITERATORS = 0xffff;
const NO_VALUES: readonly SqlInput[] = [];

export class Statement {
  /** An iterator of this statement is open. Only shown; a caller may write over it. */
  readonly busy: boolean = false;
  declare readonly reader: boolean;
  declare readonly readonly: boolean;
  declare readonly source: string;
  declare readonly database: Database;

  readonly #connection: Connection;
  readonly #program: Program;
  readonly #isReader: boolean;
  /** Of the program as it was when this statement was prepared or last run: others with its text run it, too. */
  #columnList: ColumnList;
  #mode: RowMode = rowModes.flat;
  #safeIntegers: boolean;
  #bound: readonly SqlInput[] | null = null;
  #isLocked = false;

  static {
    isStatement = (receiver) => typeof receiver === 'object' && receiver !== null && #connection in receiver;
  }

  /** `pragma`: results are expected even without columns. */
  constructor(connection: Connection, program: Program, source: string, database: Database, pragma: boolean) {
    this.#connection = connection;
    this.#program = program;
    this.#columnList = program.columnList;
    this.#isReader = program.columnCount > 0 || pragma;
    this.#safeIntegers = connection.safeIntegers;
    Object.defineProperty(this, 'reader', { value: this.#isReader, enumerable: true });
    Object.defineProperty(this, 'readonly', { value: program.isReadonly, enumerable: true });
    Object.defineProperty(this, 'source', { value: source, enumerable: true });
    Object.defineProperty(this, 'database', { value: database, enumerable: true });
  }

  /** Executes once; rows that the statement returns are dropped. */
  run(...args: unknown[]): RunResult {
    if (!isStatement(this)) throw wrongReceiver();
    const connection = this.#connection;
    if (!connection.isOpen || connection.isBusy || this.#isLocked || connection.openIterators !== 0) {
      requireOpen(connection);
      requireIdle(connection);
      this.#requireUnlocked();
      requireNoIteratorsUnlessUnsafe(connection);
    }
    const result = connection.run(this.#program, this.#values(args), this.#safeIntegers);
    this.#columnList = this.#program.columnList;
    return result;
  }

  /** The first row, undefined when there is none. */
  get(...args: unknown[]): unknown {
    if (!isStatement(this)) throw wrongReceiver();
    this.#requireStartable();
    const row = this.#connection.get(this.#program, this.#values(args), this.#mode, this.#safeIntegers);
    this.#columnList = this.#program.columnList;
    return row;
  }

  /** All rows. */
  all(...args: unknown[]): unknown[] {
    if (!isStatement(this)) throw wrongReceiver();
    this.#requireStartable();
    const rows = this.#connection.all(this.#program, this.#values(args), this.#mode, this.#safeIntegers);
    this.#columnList = this.#program.columnList;
    return rows;
  }

  /** Rows one by one; the connection can only read until the iterator is done. */
  iterate(...args: unknown[]): StatementIterator {
    if (!isStatement(this)) throw wrongReceiver();
    this.#requireStartable();
    if (this.#connection.openIterators === MAX_ITERATORS) throw new RangeError('Too many active database iterators');
    const values = copyBuffers(this.#values(args));
    const cursor = this.#connection.iterate(this.#program, values, this.#mode, this.#safeIntegers);
    this.#lock(true);
    return new StatementIterator(this, this.#connection, cursor, () => {
      this.#lock(false);
    });
  }

  /** Binds parameters for good. */
  bind(...args: unknown[]): this {
    if (!isStatement(this)) throw wrongReceiver();
    if (this.#bound !== null) throw new TypeError('The bind() method can only be invoked once per statement object');
    requireOpen(this.#connection);
    requireIdle(this.#connection);
    this.#requireUnlocked();
    this.#bound = copyBuffers(this.#values(args));
    return this;
  }

  pluck(...args: unknown[]): this {
    if (!isStatement(this)) throw wrongReceiver();
    return this.#setMode('pluck', rowModes.pluck, args);
  }

  expand(...args: unknown[]): this {
    if (!isStatement(this)) throw wrongReceiver();
    return this.#setMode('expand', rowModes.expand, args);
  }

  raw(...args: unknown[]): this {
    if (!isStatement(this)) throw wrongReceiver();
    return this.#setMode('raw', rowModes.raw, args);
  }

  safeIntegers(...args: unknown[]): this {
    if (!isStatement(this)) throw wrongReceiver();
    requireIdle(this.#connection);
    this.#requireUnlocked();
    this.#safeIntegers = toggle(args);
    return this;
  }

  columns(): ColumnDefinition[] {
    if (!isStatement(this)) throw wrongReceiver();
    if (!this.#isReader) throw new TypeError('The columns() method is only for statements that return data');
    requireOpen(this.#connection);
    requireIdle(this.#connection);
    if (this.#isLocked) this.#columnList = this.#program.columnList;
    return this.#columnList.columns.map(({ name, column, table, database, type }) => ({
      name,
      column,
      table,
      database,
      type,
    }));
  }

  /** The text with the values of bind() written into it; the text itself when nothing is bound. */
  toString(): string {
    if (!isStatement(this)) throw wrongReceiver();
    if (this.#bound === null || !this.#connection.isOpen) return this.source;
    return expandSql(this.#program, this.#bound);
  }

  /** For explain(): parameters keep NULL. */
  static bindNulls(statement: Statement): Statement {
    statement.#bound = new Array<SqlInput>(statement.#program.parameters.count).fill(null);
    return statement;
  }

  #setMode(method: string, mode: RowMode, args: readonly unknown[]): this {
    if (!this.#isReader) throw new TypeError(`The ${method}() method is only for statements that return data`);
    requireIdle(this.#connection);
    this.#requireUnlocked();
    if (toggle(args)) this.#mode = mode;
    else if (this.#mode === mode) this.#mode = rowModes.flat;
    return this;
  }

  #lock(isLocked: boolean): void {
    this.#isLocked = isLocked;
    this.#columnList = this.#program.columnList;
    if (this.busy === !isLocked) Reflect.set(this, 'busy', isLocked);
  }

  #requireUnlocked(): void {
    if (this.#isLocked) throw new TypeError('This statement is busy executing a query');
  }

  #requireStartable(): void {
    if (!this.#isReader) throw new TypeError('This statement does not return data. Use run() instead');
    requireOpen(this.#connection);
    requireIdle(this.#connection);
    this.#requireUnlocked();
  }

  /** One value per parameter. Positional values of simple types are taken as they are, without a copy. */
  #values(args: readonly unknown[]): readonly SqlInput[] {
    if (this.#bound !== null) {
      if (args.length > 0) throw new TypeError('This statement already has bound parameters');
      return this.#bound;
    }
    const { parameters } = this.#program;
    if (args.length === parameters.count && parameters.named.length === 0) {
      let i = 0;
      while (i < args.length && isSimple(args[i])) i++;
      if (i === args.length) return args.length === 0 ? NO_VALUES : (args as readonly SqlInput[]);
    }
    return collectValues(args, parameters);
  }
}

function copyBuffers(values: readonly SqlInput[]): readonly SqlInput[] {
  return values.map((value) => {
    if (typeof value !== 'object' || value === null) return value;
    return Buffer.from(bytesOf(value));
  });
}

/** The open iteration behind a StatementIterator, which must not hold its iterator: it outlives an abandoned one. */
class Iteration {
  readonly connection: Connection;
  cursor: RowCursor | null;
  readonly #unlock: () => void;

  constructor(connection: Connection, cursor: RowCursor, unlock: () => void) {
    this.connection = connection;
    this.cursor = cursor;
    this.#unlock = unlock;
    connection.openIterators++;
  }

  close(): void {
    const { cursor } = this;
    if (cursor === null) return;
    this.cursor = null;
    this.#unlock();
    this.connection.openIterators--;
    cursor.close();
  }
}

/** Iterators that were dropped in the middle of their rows. */
const abandoned = new FinalizationRegistry<Iteration>((iteration) => {
  iteration.close();
});

/** What iterate() returns. */
export class StatementIterator implements IterableIterator<unknown> {
  declare readonly statement: Statement;
  readonly #iteration: Iteration;

  static {
    isStatementIterator = (receiver) => typeof receiver === 'object' && receiver !== null && #iteration in receiver;
  }

  constructor(statement: Statement, connection: Connection, cursor: RowCursor, unlock: () => void) {
    this.#iteration = new Iteration(connection, cursor, unlock);
    abandoned.register(this, this.#iteration);
    Object.defineProperty(this, 'statement', { value: statement, enumerable: true });
  }

  next(): IteratorResult<unknown, undefined> {
    if (!isStatementIterator(this)) throw wrongReceiver();
    const iteration = this.#iteration;
    requireIdle(iteration.connection);
    const { cursor } = iteration;
    if (cursor === null) return { value: undefined, done: true };
    let row: Row;
    try {
      row = cursor.next();
    } catch (error) {
      iteration.close();
      throw error;
    }
    if (cursor.isDone) return this.#finish();
    return { value: row, done: false };
  }

  return(): IteratorResult<unknown, undefined> {
    if (!isStatementIterator(this)) throw wrongReceiver();
    requireIdle(this.#iteration.connection);
    return this.#finish();
  }

  [Symbol.iterator](): this {
    if (!isStatementIterator(this)) throw wrongReceiver();
    return this;
  }

  #finish(): IteratorResult<unknown, undefined> {
    this.#iteration.close();
    return { value: undefined, done: true };
  }
}

/** Methods are seen by `for in`, as those of better-sqlite3's native classes. */
function showMethods(prototype: object, names: readonly string[]): void {
  for (const name of names) Object.defineProperty(prototype, name, { enumerable: true });
}

showMethods(Statement.prototype, [
  'run',
  'get',
  'all',
  'iterate',
  'bind',
  'pluck',
  'expand',
  'raw',
  'safeIntegers',
  'columns',
]);
showMethods(StatementIterator.prototype, ['next', 'return']);

/** What an object's `constructor` is: the class itself is for prepare() and iterate() alone. With and without `new` it refuses. */
function hideClass(type: { readonly prototype: object }, name: string, refusal: string): void {
  const disabled = function (): never {
    throw new TypeError(refusal);
  };
  setName(disabled, name);
  Object.defineProperty(disabled, 'prototype', { value: type.prototype, writable: false });
  Object.defineProperty(type.prototype, 'constructor', { value: disabled });
}

hideClass(Statement, 'Statement', 'Statements can only be constructed by the db.prepare() method');
hideClass(StatementIterator, 'StatementIterator', 'Disabled constructor');
