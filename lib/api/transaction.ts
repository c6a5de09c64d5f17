// Database#transaction: wraps a function so that it runs inside a transaction, or inside a savepoint when one is open.
import { type Database, prepareInternal } from './database';
import { connectionOf, setName } from './state';
import type { Statement } from './statement';

// eslint-disable-next-line @typescript-eslint/no-explicit-any -- any function can be wrapped
type AnyFunction = (...args: any[]) => unknown;

/** A wrapped function; each variant begins its transaction its own way. All variants carry all variants. */
export interface Transaction<F extends AnyFunction> {
  (...args: Parameters<F>): ReturnType<F>;
  default(...args: Parameters<F>): ReturnType<F>;
  deferred(...args: Parameters<F>): ReturnType<F>;
  immediate(...args: Parameters<F>): ReturnType<F>;
  exclusive(...args: Parameters<F>): ReturnType<F>;
  readonly database: Database;
}

const variants = {
  default: 'BEGIN',
  deferred: 'BEGIN DEFERRED',
  immediate: 'BEGIN IMMEDIATE',
  exclusive: 'BEGIN EXCLUSIVE',
};

/** The statements that bracket a transaction of one database. */
interface Brackets {
  readonly begin: Readonly<Record<keyof typeof variants, Statement>>;
  readonly commit: Statement;
  readonly rollback: Statement;
  readonly savepoint: Statement;
  readonly release: Statement;
  readonly rollbackTo: Statement;
}

/** Name of the savepoints of nested transactions: better-sqlite3's, which applications see in verbose output. */
const SAVEPOINT = '`\t_bs3.\t`';

const bracketsOf = new WeakMap<object, Brackets>();

function brackets(database: Database): Brackets {
  const connection = connectionOf(database, 'prepare');
  let found = bracketsOf.get(connection);
  if (found === undefined) {
    const prepare = (sql: string): Statement => prepareInternal(database, sql);
    const shared = {
      commit: prepare('COMMIT'),
      rollback: prepare('ROLLBACK'),
      savepoint: prepare(`SAVEPOINT ${SAVEPOINT}`),
      release: prepare(`RELEASE ${SAVEPOINT}`),
      rollbackTo: prepare(`ROLLBACK TO ${SAVEPOINT}`),
    };
    found = {
      ...shared,
      begin: {
        default: prepare(variants.default),
        deferred: prepare(variants.deferred),
        immediate: prepare(variants.immediate),
        exclusive: prepare(variants.exclusive),
      },
    };
    bracketsOf.set(connection, found);
  }
  return found;
}

export function transaction<F extends AnyFunction>(this: Database, fn: F): Transaction<F> {
  if (typeof fn !== 'function') throw new TypeError('Expected first argument to be a function');
  const statements = brackets(this);
  const wrap = (begin: Statement): AnyFunction => wrapFunction(fn, this, statements, begin);
  const wrapped = {
    default: wrap(statements.begin.default),
    deferred: wrap(statements.begin.deferred),
    immediate: wrap(statements.begin.immediate),
    exclusive: wrap(statements.begin.exclusive),
  };
  const properties: PropertyDescriptorMap = {};
  for (const [name, value] of Object.entries(wrapped)) properties[name] = { value };
  properties['database'] = { value: this, enumerable: true };
  for (const value of Object.values(wrapped)) Object.defineProperties(value, properties);
  return wrapped.default as Transaction<F>;
}

function wrapFunction(fn: AnyFunction, database: Database, statements: Brackets, begin: Statement): AnyFunction {
  const connection = connectionOf(database, 'prepare');
  const wrapped = function sqliteTransaction(this: unknown, ...args: unknown[]): unknown {
    const isNested = connection.inTransaction;
    const after = isNested ? statements.release : statements.commit;
    (isNested ? statements.savepoint : begin).run();
    try {
      const result: unknown = Reflect.apply(fn, this, args);
      if (isThenable(result)) throw new TypeError('Transaction function cannot return a promise');
      after.run();
      return result;
    } catch (error) {
      // An error may have rolled everything back already (SQLITE_FULL, ON CONFLICT ROLLBACK...).
      if (connection.inTransaction) {
        (isNested ? statements.rollbackTo : statements.rollback).run();
        if (isNested) statements.release.run();
      }
      throw error;
    }
  };
  setName(wrapped, 'sqliteTransaction');
  return wrapped;
}

/** Truthy with a `then` method: what `await` would wait for, and primitives whose prototype was given one. */
function isThenable(value: unknown): boolean {
  return Boolean(value) && typeof (value as { then?: unknown }).then === 'function';
}
