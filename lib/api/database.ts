// Database: the constructor (options, their validation) and its small methods. Larger methods have files of their own.
import { existsSync } from 'node:fs';
import { dirname } from 'node:path';
import { Connection, type Descriptors } from '../session/connection';
import { loadBinding } from '../session/binding';
import type { Border } from '../session/border';
import { SqliteError } from '../session/sqlite-error';
import type { BackupProgress } from '../session/backup';
import { defineAggregate } from './aggregate';
import { backup } from './backup';
import { defineFunction } from './function';
import { attachedOption, booleanOption, option, optionsArgument, stringArgument, toggle } from './options';
import { skipTail } from './sql-tail';
import {
  connectionKey,
  connectionOf,
  type HasConnection,
  requireIdle,
  requireNoIterators,
  requireNoIteratorsUnlessUnsafe,
  requireOpen,
  setName,
} from './state';
import { Statement } from './statement';
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
  new (filename?: string | Buffer | number | null, options?: object | null): Database;
  (filename?: string | Buffer | number | null, options?: object | null): Database;
  readonly prototype: Database;
}

interface OpenOptions {
  readonly name: string;
  readonly filename: string;
  readonly image: Buffer | null;
  readonly descriptors: Descriptors | null;
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
    const open = readOptions(readSource(given), optionsArgument(options, 'second'));
    const border = loadBinding(open.nativeBinding);
    const isPath = !open.isAnonymous && open.descriptors === null && !open.filename.startsWith('file:');
    if (isPath && !existsSync(dirname(open.filename)))
      throw new TypeError('Cannot open database because the directory does not exist');
    // What better-sqlite3's native constructor alone refuses.
    if (Object.is(open.timeout, -0)) throw new TypeError('Expected sixth argument to be a 32-bit signed integer');
    if (open.descriptors !== null) requireUsable(border, open.descriptors, open.isReadonly);
    const connection = new Connection(border, open);
    Object.defineProperties(this, { [connectionKey]: { value: connection }, ...getters });
    return this;
  },
};

const constructor = (constructors as { Database: unknown }).Database as DatabaseConstructor;
export { constructor as Database };

/** What the first argument says is to be opened. */
interface Source {
  readonly name: string;
  readonly image: Buffer | null;
  readonly descriptor: number | null;
}

function readSource(given: unknown): Source {
  if (Buffer.isBuffer(given)) return { name: ':memory:', image: given, descriptor: null };
  if (typeof given === 'number') {
    if (!isDescriptor(given)) throw new TypeError('Expected the file descriptor to be a non-negative 32-bit integer');
    return { name: `fd:${String(given)}`, image: null, descriptor: given };
  }
  const name = given ?? '';
  if (typeof name !== 'string') throw new TypeError('Expected first argument to be a string');
  return { name, image: null, descriptor: null };
}

const isDescriptor = (value: unknown): value is number =>
  typeof value === 'number' && Number.isInteger(value) && value >= 0 && value <= 0x7fffffff;

function requireUsable({ native }: Border, { database, journal }: Descriptors, isReadonly: boolean): void {
  const fault = native.descriptorFault(database, journal, isReadonly);
  if (fault !== '') throw new TypeError(fault);
}

/** Checks in better-sqlite3's order: of several mistakes the same one is reported. */
function readOptions({ name, image, descriptor }: Source, options: object): OpenOptions {
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
  const journalDescriptor = option(options, 'journalFd', undefined);
  if (isReadonly && isAnonymous && image === null)
    throw new TypeError('In-memory/temporary databases cannot be readonly');
  if (typeof timeout !== 'number' || !Number.isInteger(timeout) || timeout < 0)
    throw new TypeError('Expected the "timeout" option to be a positive integer');
  if (timeout > 0x7fffffff) throw new RangeError('Option "timeout" cannot be greater than 2147483647');
  if (verbose !== null && typeof verbose !== 'function')
    throw new TypeError('Expected the "verbose" option to be a function');
  const descriptors = descriptorsOf(descriptor, journalDescriptor);
  if (nativeBinding !== null && typeof nativeBinding !== 'string' && typeof nativeBinding !== 'object')
    throw new TypeError('Expected the "nativeBinding" option to be a string or addon object');
  return {
    name,
    filename,
    image,
    descriptors,
    isAnonymous,
    isReadonly,
    mustExist,
    usesUris,
    timeout,
    verbose: verbose as OpenOptions['verbose'],
    nativeBinding,
  };
}

function descriptorsOf(database: number | null, journal: unknown): Descriptors | null {
  if (database !== null && journal === undefined)
    throw new TypeError('The "journalFd" option is required when opening a database from a file descriptor');
  if (database === null && journal !== undefined)
    throw new TypeError('The "journalFd" option can only be used when opening a database from a file descriptor');
  if (database === null) return null;
  if (!isDescriptor(journal))
    throw new TypeError('Expected the "journalFd" option to be a non-negative 32-bit integer');
  return { database, journal };
}

/** Own properties of each Database; accessors, so that they follow the connection. */
const getters: PropertyDescriptorMap & ThisType<Database> = {
  name: {
    get() {
      return connectionOf(this, 'name').name;
    },
    enumerable: true,
  },
  open: {
    get() {
      return connectionOf(this, 'open').isOpen;
    },
    enumerable: true,
  },
  inTransaction: {
    get() {
      return connectionOf(this, 'inTransaction').inTransaction;
    },
    enumerable: true,
  },
  readonly: {
    get() {
      return connectionOf(this, 'readonly').isReadonly;
    },
    enumerable: true,
  },
  memory: {
    get() {
      return connectionOf(this, 'memory').isAnonymous;
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
  const connection = connectionOf(database, 'prepare');
  const sql = stringArgument(source, 'first');
  requireOpen(connection);
  requireIdle(connection);
  if (modes.pragma === true) requireNoIteratorsUnlessUnsafe(connection);
  const { program, tail } = connection.prepare(sql);
  if (program === null) throw new RangeError('The supplied SQL string contains no statements');
  if (tail < sql.length && skipTail(sql, tail) < sql.length)
    throw new RangeError('The supplied SQL string contains more than one statement');
  const statement = new Statement(connection, program, sql, database, modes.pragma === true);
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
    const database = attachedOption(optionsArgument(options, 'first'));
    const connection = connectionOf(this, 'serialize');
    requireOpen(connection);
    requireIdle(connection);
    requireNoIterators(connection);
    const image = connection.serialize(database);
    // better-sqlite3's words for a database that is not there.
    if (image === undefined) throw new Error('Out of memory');
    return image;
  },

  function: defineFunction,

  aggregate: defineAggregate,

  table: defineTable,

  loadExtension(...args: unknown[]): Database {
    const connection = connectionOf(this, 'loadExtension');
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
    const connection = connectionOf(this, 'exec');
    const text = stringArgument(sql, 'first');
    requireOpen(connection);
    requireIdle(connection);
    requireNoIteratorsUnlessUnsafe(connection);
    connection.exec(text);
    return this;
  },

  close(): Database {
    const connection = connectionOf(this, 'close');
    if (connection.isOpen) {
      requireIdle(connection);
      requireNoIterators(connection);
      connection.close();
    }
    return this;
  },

  defaultSafeIntegers(...args: unknown[]): Database {
    connectionOf(this, 'defaultSafeIntegers').safeIntegers = toggle(args);
    return this;
  },

  unsafeMode(...args: unknown[]): Database {
    connectionOf(this, 'unsafeMode').setUnsafeMode(toggle(args));
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
setName(constructor, 'Database');
const imported = { transaction, backup, defineFunction, defineAggregate, defineTable };
for (const [name, method] of Object.entries(imported)) setName(method, name);

/** A plain object that console.log shows under the name Database. */
const inspection = { Database: class Database {} };
