// From the arguments of run(), get(), all(), iterate() and bind() to one value per parameter: better-sqlite3's rules on
// positional and named parameters, arrays and plain objects, with its errors in its order.
//
// Owns no state. Must not know how values are written for the engine.
import { types } from 'node:util';
import { viewLength } from '../session/bytes';
import type { ParameterList, SqlInput } from '../session/parameters';

const NOT_BINDABLE = 'SQLite3 can only bind numbers, strings, bigints, buffers, and null';
const TOO_MANY = 'Too many parameter values were provided';
const TOO_BIG = 'The bound string, buffer, or bigint is too big';
/** SQLite's length limit as better-sqlite3 sets it: V8's longest string. In bytes. */
const MAX_BYTES = 536_870_888;

/** True when the value can be bound without a further check; decides the fast path. */
export function isSimple(value: unknown): boolean {
  switch (typeof value) {
    case 'number':
    case 'undefined':
      return true;
    case 'string':
      return value.length <= MAX_BYTES / 3;
    case 'bigint':
      return BigInt.asIntN(64, value) === value;
    case 'object':
      return value === null || (ArrayBuffer.isView(value) && viewLength(value) <= MAX_BYTES);
    default:
      return false;
  }
}

/**
 * One value per parameter, in parameter order.
 * @throws TypeError, RangeError as better-sqlite3 does, and whatever a getter of the caller's throws.
 */
export function collectValues(args: readonly unknown[], parameters: ParameterList): SqlInput[] {
  return new Collector(parameters).collect(args);
}

class Collector {
  readonly #parameters: ParameterList;
  readonly #values: SqlInput[];
  /** Index of the parameter that the latest positional value went to; -1 before the first. */
  #position = -1;
  #count = 0;
  #sawObject = false;

  constructor(parameters: ParameterList) {
    this.#parameters = parameters;
    this.#values = new Array<SqlInput>(parameters.count).fill(null);
  }

  collect(args: readonly unknown[]): SqlInput[] {
    for (const arg of args) this.#bindArgument(arg);
    const { count, named } = this.#parameters;
    if (this.#count < count) {
      if (!this.#sawObject && named.length > 0) throw new TypeError('Missing named parameters');
      throw new RangeError('Too few parameter values were provided');
    }
    if (this.#count > count) throw new RangeError(TOO_MANY);
    return this.#values;
  }

  #bindArgument(arg: unknown): void {
    // A proxy of anything counts as a plain object: V8 does not ask it for its prototype.
    if (types.isProxy(arg)) return this.#bindObject(arg as object);
    if (Array.isArray(arg)) return this.#bindArray(arg);
    if (isObject(arg) && !ArrayBuffer.isView(arg)) {
      if (isPlainObject(arg)) return this.#bindObject(arg);
      if (this.#parameters.named.length > 0)
        throw new TypeError('Named parameters can only be passed within plain objects');
    }
    this.#bindPosition(arg);
  }

  #bindArray(array: readonly unknown[]): void {
    const { length } = array;
    for (let i = 0; i < length; i++) this.#bindPosition(array[i]);
  }

  #bindObject(object: object): void {
    if (this.#sawObject) throw new TypeError('You cannot specify named parameters in two different objects');
    this.#sawObject = true;
    for (const { name, index } of this.#parameters.named) {
      if (!Object.prototype.hasOwnProperty.call(object, name))
        throw new RangeError(`Missing named parameter "${name}"`);
      this.#bindValue((object as Record<string, unknown>)[name], index);
    }
  }

  #bindPosition(value: unknown): void {
    const { names } = this.#parameters;
    do this.#position++;
    while (typeof names[this.#position] === 'string');
    this.#bindValue(value, this.#position);
  }

  #bindValue(value: unknown, index: number): void {
    const input = checkValue(value);
    if (index >= this.#parameters.count) throw new RangeError(TOO_MANY);
    this.#values[index] = input;
    this.#count++;
  }
}

function checkValue(value: unknown): SqlInput {
  if (isSimple(value)) return value as SqlInput;
  if (typeof value === 'string') {
    if (Buffer.byteLength(value) > MAX_BYTES) throw new RangeError(TOO_BIG);
    return value;
  }
  if (typeof value === 'bigint' || ArrayBuffer.isView(value)) throw new RangeError(TOO_BIG);
  throw new TypeError(NOT_BINDABLE);
}

const isObject = (value: unknown): value is object =>
  (typeof value === 'object' && value !== null) || typeof value === 'function';

/** Prototype null or Object.prototype, also of another realm (`node:vm`). */
function isPlainObject(value: object): boolean {
  const prototype: unknown = Object.getPrototypeOf(value);
  if (prototype === null || prototype === Object.prototype) return true;
  return (
    Object.getPrototypeOf(prototype) === null &&
    Object.prototype.hasOwnProperty.call(prototype, '__lookupGetter__') &&
    Object.prototype.hasOwnProperty.call(prototype, 'isPrototypeOf')
  );
}
