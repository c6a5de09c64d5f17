// Database: the constructor (options, their validation) and its small methods. Larger methods have files of their own.
import { existsSync } from 'node:fs';
import { dirname } from 'node:path';
import { Connection } from '../session/connection';
import { loadBinding } from '../session/binding';
import { SqliteError } from '../session/sqlite-error';
import type { BackupProgress } from '../session/backup';
import { aggregate } from './aggregate';
import { backup } from './backup';
import { defineFunction } from './function';
import { attachedOption, booleanOption, option, optionsArgument, stringArgument, toggle } from './options';
import { skipTail } from './sql-tail';
import {
  connectionKey,
  type HasConnection,
  requireIdle,
  requireNoIterators,
  requireNoIteratorsUnlessUnsafe,
  requireOpen,
} from './state';
import { prepareStatement, Statement } from './statement';
import { defineTable } from './table';
import { transaction, type Transaction } from './transaction';

export interface Database extends HasConnection {
  readonly name: string;
  readonly open: boolean;
  readonly inTransaction: boolean;
  readonly readonly: boolean;
  readonly memory: boolean;
  prepare(sql: string): Statement;
  exec(sql: string): this;
  pragma(source: string, options?: object): unknown;
  explain(source: string): unknown[];
  // eslint-disable-next-line @typescript-eslint/no-explicit-any -- any function can be wrapped
  transaction<F extends (...args: any[]) => unknown>(fn: F): Transaction<F>;
  function(name: string, ...rest: unknown[]): this;
  aggregate(name: string, options: object): this;
  table(name: string, definition: object): this;
  backup(filename: string, options?: object): Promise<BackupProgress>;
  serialize(options?: object): Buffer;
  loadExtension(...args: unknown[]): this;
  close(): this;
  defaultSafeIntegers(...args: unknown[]): this;
  unsafeMode(...args: unknown[]): this;
}

export interface DatabaseConstructor {
  new (filename?: string | Buffer | null, options?: object | null): Database;
  (filename?: string | Buffer | null, options?: object | null): Database;
  readonly prototype: Database;
}

interface OpenOptions {
  readonly filename: string;
  readonly isAnonymous: boolean;
  readonly isReadonly: boolean;
  readonly mustExist: boolean;
  readonly usesUris: boolean;
  readonly timeout: number;
  readonly verbose: ((message: string) => unknown) | null;
  readonly nativeBinding: string | object | null;
}

/** V8 shows the function's name in messages. A bundler that drops the name keeps the key, which then names it. */
const constructors = {
  Database: function Database(this: Database, given?: unknown, options?: unknown): Database {
    if (new.target === undefined) return new constructor(given as string, options as object);
    const image = Buffer.isBuffer(given) ? given : null;
    const name = image === null ? (given ?? '') : ':memory:';
    if (typeof name !== 'string') throw new TypeError('Expected first argument to be a string');
    const open = readOptions(name, optionsArgument(options, 'second'), image !== null);
    const binding = loadBinding(open.nativeBinding);
    if (!open.isAnonymous && !open.filename.startsWith('file:') && !existsSync(dirname(open.filename)))
      throw new TypeError('Cannot open database because the directory does not exist');
    // What better-sqlite3's native constructor alone refuses.
    if (Object.is(open.timeout, -0)) throw new TypeError('Expected sixth argument to be a 32-bit signed integer');
    const connection = new Connection(binding, { ...open, name, image });
    Object.defineProperties(this, { [connectionKey]: { value: connection }, ...getters });
    return this;
  },
};

const constructor = (constructors as { Database: unknown }).Database as DatabaseConstructor;
export { constructor as Database };

/** Checks in better-sqlite3's order: of several mistakes the same one is reported. */
function readOptions(name: string, options: object, hasImage: boolean): OpenOptions {
  if ('readOnly' in options) throw new TypeError('Misspelled option "readOnly" should be "readonly"');
  if ('memory' in options)
    throw new TypeError('Option "memory" was removed in v7.0.0 (use ":memory:" filename instead)');
  const filename = name.trim();
  const isAnonymous = filename === '' || filename === ':memory:';
  const isReadonly = booleanOption(options, 'readonly');
  const mustExist = booleanOption(options, 'fileMustExist');
  const usesUris = booleanOption(options, 'uri');
  const timeout = option(options, 'timeout', 5000);
  const verbose = option(options, 'verbose', null) ?? null;
  const nativeBinding = option(options, 'nativeBinding', null) ?? null;
  if (isReadonly && isAnonymous && !hasImage) throw new TypeError('In-memory/temporary databases cannot be readonly');
  if (typeof timeout !== 'number' || !Number.isInteger(timeout) || timeout < 0)
    throw new TypeError('Expected the "timeout" option to be a positive integer');
  if (timeout > 0x7fffffff) throw new RangeError('Option "timeout" cannot be greater than 2147483647');
  if (verbose !== null && typeof verbose !== 'function')
    throw new TypeError('Expected the "verbose" option to be a function');
  if (nativeBinding !== null && typeof nativeBinding !== 'string' && typeof nativeBinding !== 'object')
    throw new TypeError('Expected the "nativeBinding" option to be a string or addon object');
  return {
    filename,
    isAnonymous,
    isReadonly,
    mustExist,
    usesUris,
    timeout,
    verbose: verbose as OpenOptions['verbose'],
    nativeBinding,
  };
}

/** Own properties of each Database; accessors, so that they follow the connection. */
const getters: PropertyDescriptorMap & ThisType<Database> = {
  name: {
    get() {
      return this[connectionKey].name;
    },
    enumerable: true,
  },
  open: {
    get() {
      return this[connectionKey].isOpen;
    },
    enumerable: true,
  },
  inTransaction: {
    get() {
      return this[connectionKey].inTransaction;
    },
    enumerable: true,
  },
  readonly: {
    get() {
      return this[connectionKey].isReadonly;
    },
    enumerable: true,
  },
  memory: {
    get() {
      return this[connectionKey].isAnonymous;
    },
    enumerable: true,
  },
};

interface PrepareModes {
  /** Empty results are results too, and open iterators forbid it. */
  readonly pragma?: boolean;
  readonly explain?: boolean;
}

function prepareWith(database: Database, source: unknown, modes: PrepareModes): Statement {
  const connection = database[connectionKey];
  const sql = stringArgument(source, 'first');
  requireOpen(connection);
  requireIdle(connection);
  if (modes.pragma === true) requireNoIteratorsUnlessUnsafe(connection);
  const { program, tail } = connection.prepare(sql);
  if (program === null) throw new RangeError('The supplied SQL string contains no statements');
  if (tail < sql.length && skipTail(sql, tail) < sql.length)
    throw new RangeError('The supplied SQL string contains more than one statement');
  const statement = prepareStatement(connection, program, sql, database, modes.pragma === true);
  return modes.explain === true ? Statement.bindNulls(statement) : statement;
}

/** Prepares a statement of the library's own. */
export const prepareInternal = (database: Database, sql: string): Statement => prepareWith(database, sql, {});

/** Node's key for a custom console.log form. */
const inspectKey = Symbol.for('nodejs.util.inspect.custom');

/** In better-sqlite3's order; what it lacks stands at the end. */
const methods: Record<PropertyKey, unknown> & ThisType<Database> = {
  prepare(sql: unknown): Statement {
    return prepareWith(this, sql, {});
  },

  transaction,

  pragma(source: unknown, options?: unknown): unknown {
    const text = stringArgument(source, 'first');
    const isSimple = booleanOption(optionsArgument(options, 'second'), 'simple');
    const statement = prepareWith(this, `PRAGMA ${text}`, { pragma: true });
    return isSimple ? statement.pluck().get() : statement.all();
  },

  backup,

  serialize(options?: unknown): Buffer {
    const connection = this[connectionKey];
    const database = attachedOption(optionsArgument(options, 'first'));
    requireOpen(connection);
    requireIdle(connection);
    requireNoIterators(connection);
    const image = connection.serialize(database);
    // better-sqlite3's words for a database that is not there.
    if (image === undefined) throw new Error('Out of memory');
    return image;
  },

  function: defineFunction,

  aggregate,

  table: defineTable,

  loadExtension(...args: unknown[]): Database {
    const connection = this[connectionKey];
    const file = stringArgument(args[0], 'first');
    if (args.length > 1) stringArgument(args[1], 'second');
    requireOpen(connection);
    requireIdle(connection);
    requireNoIterators(connection);
    throw new SqliteError(
      `cannot load ${file}: extensions written in C link to SQLite itself, which is not here; define functions with db.function() and db.aggregate() instead`,
      'SQLITE_ERROR',
    );
  },

  exec(sql: unknown): Database {
    const connection = this[connectionKey];
    const text = stringArgument(sql, 'first');
    requireOpen(connection);
    requireIdle(connection);
    requireNoIteratorsUnlessUnsafe(connection);
    connection.exec(text);
    return this;
  },

  close(): Database {
    const connection = this[connectionKey];
    if (connection.isOpen) {
      requireIdle(connection);
      requireNoIterators(connection);
      connection.close();
    }
    return this;
  },

  defaultSafeIntegers(...args: unknown[]): Database {
    this[connectionKey].safeIntegers = toggle(args);
    return this;
  },

  unsafeMode(...args: unknown[]): Database {
    this[connectionKey].setUnsafeMode(toggle(args));
    return this;
  },

  explain(source: unknown): unknown[] {
    return prepareWith(this, `EXPLAIN ${stringArgument(source, 'first')}`, { explain: true }).all();
  },

  [inspectKey](): object {
    return Object.assign(new inspection.Database(), this);
  },
};

Object.assign(constructor.prototype, methods);
// Bundlers rename functions.
Object.defineProperty(constructor, 'name', { value: 'Database' });

/** A plain object that console.log shows under the name Database. */
const inspection = { Database: class Database {} };
