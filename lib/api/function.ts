// Database#function: a scalar SQL function written in JavaScript.
import type { Database } from './database';
import { SqliteError } from '../session/sqlite-error';
import { booleanOption, untilNul } from './options';
import { connectionOf, requireIdle, requireNoIterators, requireOpen } from './state';

/** Most arguments a function may declare. */
const MAX_ARGUMENTS = 100;
const MAX_NAME_BYTES = 255;

export type UserFunction = (...args: unknown[]) => unknown;

/** function(name, fn) or function(name, options, fn). */
export function defineFunction(this: Database, name: unknown, second: unknown, third: unknown): Database {
  let options: unknown = second ?? {};
  let fn = third;
  if (typeof options === 'function') {
    fn = options;
    options = {};
  }
  if (typeof name !== 'string') throw new TypeError('Expected first argument to be a string');
  if (typeof fn !== 'function') throw new TypeError('Expected last argument to be a function');
  if (typeof options !== 'object') throw new TypeError('Expected second argument to be an options object');
  if (name === '') throw new TypeError('User-defined function name cannot be an empty string');
  const flags = functionFlags(options as object);
  const argumentCount = flags.varargs ? -1 : checkedCount(argumentLength(fn));
  const connection = connectionOf(this, 'function');
  requireOpen(connection);
  requireIdle(connection);
  requireNoIterators(connection);
  connection.defineFunction({
    kind: 'scalar',
    name: functionName(name),
    argumentCount,
    deterministic: flags.deterministic,
    directOnly: flags.directOnly,
    safeIntegers: flags.safeIntegers ?? connection.safeIntegers,
    call: fn as UserFunction,
  });
  return this;
}

export interface FunctionFlags {
  /** Undefined: as the connection. */
  readonly safeIntegers: boolean | undefined;
  readonly deterministic: boolean;
  readonly directOnly: boolean;
  readonly varargs: boolean;
}

export function functionFlags(options: object): FunctionFlags {
  return {
    safeIntegers: 'safeIntegers' in options ? booleanOption(options, 'safeIntegers') : undefined,
    deterministic: booleanOption(options, 'deterministic'),
    directOnly: booleanOption(options, 'directOnly'),
    varargs: booleanOption(options, 'varargs'),
  };
}

/** `fn.length`, which a proxy or a redefined property can make anything. */
export function argumentLength(fn: unknown): number {
  const length: unknown = (fn as { length: unknown }).length;
  if (typeof length === 'number' && Number.isInteger(length) && length >= 0) return length;
  throw new TypeError('Expected function.length to be a positive integer');
}

/** What SQLite takes of a function's name. Longer ones are a misuse, which sets no error of the connection. */
export function functionName(given: string): string {
  const name = untilNul(given);
  if (Buffer.byteLength(name) > MAX_NAME_BYTES) throw new SqliteError('not an error', 'SQLITE_OK');
  return name;
}

export function checkedCount(count: number): number {
  if (count > MAX_ARGUMENTS) throw new RangeError('User-defined functions cannot have more than 100 arguments');
  return count;
}
