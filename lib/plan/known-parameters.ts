/**
 * Values of parameters that are known while a statement is planned: those of the run that it is planned for.
 *
 * Owns: which parameters a plan depends on, and in what way; what counts is only what can make a difference there, so that a plan holds for
 * all values that are the same to it. Without values (a statement that is only prepared) nothing is known, but what was asked for is noted.
 */
import type { StoredValue } from '../catalog/stored-record';

/**
 * What a parameter's value is looked at for: the pattern of LIKE or GLOB, the rows of LIMIT, an equal literal in the condition of a partial
 * index, the share of an index's samples.
 */
export type ParameterPurpose = 'pattern' | 'limit' | 'condition' | 'sample';

export interface ParameterUse {
  /** From 1. */
  readonly index: number;
  readonly purpose: ParameterPurpose;
}

const MAX_LIMIT = 0x7fffffffn;

/** The value as far as it matters for `purpose`; undefined: as good as unknown. */
export function usableValue(value: StoredValue, purpose: ParameterPurpose): StoredValue | undefined {
  switch (purpose) {
    case 'pattern':
      return typeof value === 'string' ? value : undefined;
    case 'limit':
      return typeof value === 'bigint' && value >= 0n && value <= MAX_LIMIT ? value : undefined;
    case 'condition':
      return value ?? undefined;
    case 'sample':
      return value;
  }
}

export class KnownParameters {
  readonly #values: readonly StoredValue[] | null;
  readonly #uses: ParameterUse[] = [];

  /** `values`: by index from 0; null when there are none yet. */
  constructor(values: readonly StoredValue[] | null) {
    this.#values = values;
  }

  /** What was asked for. */
  get uses(): readonly ParameterUse[] {
    return this.#uses;
  }

  /** The value of the parameter (from 1); undefined when nothing that could be used is known. */
  value(index: number, purpose: ParameterPurpose): StoredValue | undefined {
    if (!this.#uses.some((use) => use.index === index && use.purpose === purpose)) this.#uses.push({ index, purpose });
    return this.#values === null ? undefined : usableValue(this.#values[index - 1] ?? null, purpose);
  }
}
