/**
 * Values of parameters that are known while a statement is planned: those of the run that it is planned for.
 *
 * Owns: which parameters a plan depends on, and in what way; what counts is only what can make a difference there, so that a plan holds for
 * all values that are the same to it. Without values (a statement that is only prepared) nothing is known, but what was asked for is noted.
 */
import type { StoredValue } from '../catalog/stored-record';

/** One way in which a plan depends on a parameter. */
export interface ParameterUse {
  /** Of the parameter, from 1. */
  readonly index: number;
  /** What the value is looked at for: equal for uses that make the same of every value. */
  readonly purpose: string;
  /** What of a value matters; undefined: the plan is as without one. */
  readonly usable: (value: StoredValue) => StoredValue | undefined;
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

  /** What of the parameter's value matters; undefined when that is nothing, or no value is known. */
  value(use: ParameterUse): StoredValue | undefined {
    if (!this.#uses.some((known) => isSameUse(known, use))) this.#uses.push(use);
    return this.#values === null ? undefined : use.usable(this.#values[use.index - 1] ?? null);
  }
}

export const isSameUse = (a: ParameterUse, b: ParameterUse): boolean => a.index === b.index && a.purpose === b.purpose;
