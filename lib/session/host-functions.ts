// User functions and aggregates: their registry, and answering the engine's host calls.
//
// Invariant: an accumulator lives from its first step to its final (or drop), or until its statement starts anew.
import { CONTROL_WORDS, hostOperations, reply } from '../../spec/border';
import type { HostFunction } from '../resolve/options';
import type { Border } from './border';
import type { SqlInput, SqlOutput } from './parameters';
import { CellReader } from './row-decoder';

type UserFunction = (...args: unknown[]) => unknown;

interface DefinitionBase {
  readonly name: string;
  /** -1: any number. */
  readonly argumentCount: number;
  readonly deterministic: boolean;
  readonly directOnly: boolean;
  readonly safeIntegers: boolean;
}

export interface ScalarDefinition extends DefinitionBase {
  readonly kind: 'scalar';
  readonly call: UserFunction;
}

export interface AggregateDefinition extends DefinitionBase {
  readonly kind: 'aggregate';
  /** The accumulator's first value, or a function that makes it. */
  readonly start: unknown;
  readonly step: UserFunction;
  readonly inverse: UserFunction | null;
  readonly result: UserFunction | null;
}

export type FunctionDefinition = ScalarDefinition | AggregateDefinition;

/** What a statement's aggregates have in hand, by accumulator number. */
export type Accumulators = Map<number, { value: unknown; isWindow: boolean }>;

export class HostFunctions {
  readonly #definitions: FunctionDefinition[] = [];
  #declarations: readonly HostFunction[] = [];

  /** For the compiler; another array after each change. */
  get declarations(): readonly HostFunction[] {
    return this.#declarations;
  }

  define(definition: FunctionDefinition): void {
    const index = this.#definitions.push(definition) - 1;
    const kind = definition.kind === 'scalar' ? 'scalar' : definition.inverse === null ? 'aggregate' : 'window';
    this.#declarations = [
      ...this.#declarations.filter(
        ({ name, argumentCount }) =>
          argumentCount !== definition.argumentCount || name.toLowerCase() !== definition.name.toLowerCase(),
      ),
      {
        name: definition.name,
        argumentCount: definition.argumentCount,
        kind,
        isDeterministic: definition.deterministic,
        isDirectOnly: definition.directOnly,
        index,
      },
    ];
  }

  /**
   * Carries out the call that the reply words describe. Its arguments are read before any user code runs.
   * @throws what the user's function throws; TypeError or RangeError for results that are no SQL values.
   * @returns the answer, undefined where none is wanted (steps).
   */
  call(border: Border, latin1: string, accumulators: () => Accumulators): SqlInput {
    const { words } = border;
    const definition = this.#definitions[words[reply.hostFunction]!]!;
    const operation = words[reply.hostOperation]!;
    const accumulator = words[reply.hostAccumulator]!;
    const args = readArguments(border, latin1, words[reply.hostArgumentCount]!, definition.safeIntegers);
    if (definition.kind === 'scalar') return checkResult(definition, Reflect.apply(definition.call, undefined, args));
    return aggregate(definition, operation, accumulator, accumulators(), args);
  }
}

const plainReader = new CellReader(false);
const safeReader = new CellReader(true);

/** The arguments of the host call that the reply words describe. */
export function readArguments(border: Border, latin1: string, count: number, safe: boolean): SqlOutput[] {
  const wide = border.words[reply.wideLength]! > 0 ? border.native.wideText() : '';
  const reader = safe ? safeReader : plainReader;
  reader.start(border, latin1, wide);
  const args: SqlOutput[] = [];
  for (let i = 0; i < count; i++) args.push(reader.read(CONTROL_WORDS + i * 2, i));
  return args;
}

function aggregate(
  definition: AggregateDefinition,
  operation: number,
  number: number,
  accumulators: Accumulators,
  args: SqlOutput[],
): SqlInput {
  if (operation === hostOperations.drop) {
    accumulators.delete(number);
    return undefined;
  }
  let accumulator = accumulators.get(number);
  if (accumulator === undefined) {
    const { start } = definition;
    accumulator = { value: typeof start === 'function' ? (start as UserFunction)() : start, isWindow: false };
    accumulators.set(number, accumulator);
  }
  if (operation === hostOperations.step || operation === hostOperations.inverse) {
    const fn = operation === hostOperations.step ? definition.step : definition.inverse!;
    const value = Reflect.apply(fn, undefined, [accumulator.value, ...args]);
    if (value !== undefined) accumulator.value = value;
    return undefined;
  }
  if (operation === hostOperations.value) accumulator.isWindow = true;
  else {
    accumulators.delete(number);
    if (accumulator.isWindow) return undefined;
  }
  const { result } = definition;
  return checkResult(
    definition,
    result === null ? accumulator.value : Reflect.apply(result, undefined, [accumulator.value]),
  );
}

function checkResult(definition: FunctionDefinition, value: unknown): SqlInput {
  switch (typeof value) {
    case 'number':
    case 'string':
    case 'undefined':
      return value;
    case 'bigint':
      if (BigInt.asIntN(64, value) !== value)
        throw new RangeError(`User-defined function ${definition.name}() returned a bigint that was too big`);
      return value;
    case 'object':
      if (value === null || ArrayBuffer.isView(value)) return value;
      break;
    default:
      break;
  }
  throw new TypeError(`User-defined function ${definition.name}() returned an invalid value`);
}
