// Database#aggregate: an aggregate function written in JavaScript; with `inverse` also a window function.
import type { Database } from './database';
import { argumentLength, checkedCount, functionName, functionFlags, type UserFunction } from './function';
import { functionOption, option } from './options';
import { connectionOf, requireIdle, requireNoIterators, requireOpen } from './state';

export function defineAggregate(this: Database, name: unknown, options: unknown): Database {
  if (typeof name !== 'string') throw new TypeError('Expected first argument to be a string');
  if (typeof options !== 'object' || options === null)
    throw new TypeError('Expected second argument to be an options object');
  if (name === '') throw new TypeError('User-defined function name cannot be an empty string');
  const start = option(options, 'start', null);
  const step = functionOption(options, 'step', true) as UserFunction;
  const inverse = functionOption(options, 'inverse', false) as UserFunction | null;
  const result = functionOption(options, 'result', false) as UserFunction | null;
  const flags = functionFlags(options);
  const argumentCount = flags.varargs ? -1 : aggregateArguments(step, inverse);
  const connection = connectionOf(this, 'aggregate');
  requireOpen(connection);
  requireIdle(connection);
  requireNoIterators(connection);
  connection.defineFunction({
    kind: 'aggregate',
    name: functionName(name),
    argumentCount,
    deterministic: flags.deterministic,
    directOnly: flags.directOnly,
    safeIntegers: flags.safeIntegers ?? connection.safeIntegers,
    start,
    step,
    inverse,
    result,
  });
  return this;
}

/** The accumulator is not an SQL argument. */
function aggregateArguments(step: UserFunction, inverse: UserFunction | null): number {
  const longest = Math.max(argumentLength(step), inverse === null ? 0 : argumentLength(inverse));
  return checkedCount(longest > 0 ? longest - 1 : 0);
}
