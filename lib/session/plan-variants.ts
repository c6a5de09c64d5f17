// Plans of one program for values of parameters that its plan depends on: as SQLite, which prepares a statement anew when such a parameter
// is bound; here the plans are kept, for the values that were used last.
import type { StoredValue } from '../catalog/stored-record';
import { isSameUse, type ParameterUse } from '../plan/known-parameters';
import { bytesOf } from './bytes';
import type { SqlInput } from './parameters';
import type { StatementPool } from './program';

/** Plans that are kept. */
const MAX_PLANS = 16;

export class PlanVariants {
  #uses: readonly ParameterUse[];
  /** By key. */
  readonly #pools = new Map<string, StatementPool>();

  constructor(uses: readonly ParameterUse[]) {
    this.#uses = uses;
  }

  /** What of the values matters to the plan, '' when nothing is known by them. */
  keyOf(values: readonly StoredValue[]): string {
    let key = '';
    this.#uses.forEach(({ index, usable }, i) => {
      const value = usable(values[index - 1] ?? null);
      if (value === undefined) return;
      const text = describe(value);
      // With its length: a text may hold what stands between two values.
      key += `${i} ${text.length} ${text}`;
    });
    return key;
  }

  /** The plan under a key, as the one that was used last. */
  find(key: string): StatementPool | undefined {
    const pool = this.#pools.get(key);
    if (pool === undefined) return undefined;
    this.#pools.delete(key);
    this.#pools.set(key, pool);
    return pool;
  }

  /** Keeps the plan for `values`; it may depend on more parameters than those before. */
  add(values: readonly StoredValue[], uses: readonly ParameterUse[], pool: StatementPool): void {
    const more = uses.filter((use) => !this.#uses.some((known) => isSameUse(known, use)));
    if (more.length > 0) {
      this.retire();
      this.#uses = [...this.#uses, ...more];
    }
    if (this.#pools.size === MAX_PLANS) {
      const [oldest, unused] = this.#pools.entries().next().value!;
      this.#pools.delete(oldest);
      unused.retire();
    }
    this.#pools.set(this.keyOf(values), pool);
  }

  /** No more runs of these plans. */
  retire(): void {
    for (const pool of this.#pools.values()) pool.retire();
    this.#pools.clear();
  }
}

/** The values of a run as the engine takes them. */
export const storedValues = (values: readonly SqlInput[]): readonly StoredValue[] => values.map(storedValue);

function storedValue(value: SqlInput): StoredValue {
  if (typeof value === 'object' && value !== null) return bytesOf(value);
  return value === undefined || Number.isNaN(value) ? null : value;
}

function describe(value: StoredValue): string {
  if (value === null) return 'null';
  if (value instanceof Uint8Array) return `blob ${Buffer.from(value).toString('base64')}`;
  return `${typeof value} ${value}`;
}
