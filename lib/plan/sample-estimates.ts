/**
 * Estimates by the samples of an index (sqlite_stat4): how many entries equal a constant, and how many lie between two.
 *
 * Owns: finding a key's place among the samples, and what is assumed of the gaps between them. Must not know: costs of paths.
 */
import type { Affinity } from '../../spec/affinity';
import type { IndexSample } from '../catalog/samples';
import type { StoredValue } from '../catalog/stored-record';
import type { Expression } from '../resolve/ir';
import { withoutHints } from '../resolve/walk';
import { constantValue } from './constant-value';
import { rowFieldOf, valueCount } from './expressions';
import type { KnownParameters } from './known-parameters';
import { estimateOf, type LogEstimate } from './log-estimate';
import type { AccessPath } from './plan';
import type { PlanIndex } from './plan-index';
import { compareStored, convertStored } from './stored-value';
import { Relation, type Term } from './term';

/** How many entries are less than a key, how many equal it, and the sample that it was measured by. */
interface Place {
  readonly less: number;
  readonly equal: number;
  readonly sample: number;
}

/** Estimates for one index at a time. */
export class SampleEstimates {
  #index: PlanIndex | null = null;
  /** Values of the leading columns that terms fix. */
  readonly #key: StoredValue[] = [];
  /** How many of them are known. */
  known = 0;

  constructor(private readonly parameters: KnownParameters) {}

  start(index: PlanIndex): void {
    this.#index = index;
    this.known = 0;
  }

  /** Entries that the equality of `path` on its last column leaves; null: no estimate. `value` null: IS NULL. */
  equal(path: AccessPath, value: Expression | null): number | null {
    const index = this.#index!;
    const count = path.equalityCount;
    if (this.known < count - 1) return null;
    if (count >= index.columns.length) return 1;
    const stored = value === null ? null : this.#valueOf(value, index.columns[count - 1]!.affinity);
    if (stored === undefined) return null;
    this.#key[count - 1] = stored;
    this.known = count;
    return this.#place(count, false).equal;
  }

  /** The same for IN with a list. */
  amongList(path: AccessPath, list: readonly Expression[], rows: number): number | null {
    const before = this.known;
    let sum = 0;
    for (const item of list) {
      const equal = this.equal(path, item);
      this.known = before;
      if (equal === null) return null;
      sum += equal;
    }
    return Math.min(sum, rows);
  }

  /** Rows between two bounds; the bounds that it could not make use of are left for other assumptions. */
  between(path: AccessPath, lower: Term | null, upper: Term | null): RangeEstimate {
    const count = path.equalityCount;
    return this.known === count ? this.#ofRange(path, lower, upper) : this.#ofSkippedRange(path, lower, upper);
  }

  #ofRange(path: AccessPath, lower: Term | null, upper: Term | null): RangeEstimate {
    const index = this.#index!;
    const count = path.equalityCount;
    const whole = count === 0 ? null : this.#place(count, false);
    let from = whole ? whole.less : 0;
    let to = whole ? whole.less + whole.equal : index.samples!.rows;
    const isDescending = index.columns[count]!.descending;
    let [start, end] = isDescending ? [upper, lower] : [lower, upper];
    let [startCount, endCount] = [path.lowerCount, path.upperCount];
    if (isDescending) [startCount, endCount] = [endCount, startCount];
    let rows = path.rowsOut;
    let startSample = -2;
    let endSample = -1;
    const first = start ? this.#bound(start, count, startCount, false) : null;
    if (first) {
      startSample = first.sample;
      from = Math.max(from, first.less);
      rows--;
      start = null;
    }
    const last = end ? this.#bound(end, count, endCount, true) : null;
    if (last) {
      endSample = last.sample;
      to = Math.min(to, last.less);
      rows--;
      end = null;
    }
    // Both in one gap: as selective as without samples.
    const found = to > from ? estimateOf(to - from) - (startSample === endSample ? 20 : 0) : 10;
    return { rows: Math.min(found, rows), lower: start, upper: end, isFinal: false };
  }

  /** Where the bound is, its `less` counting what equals it when it is beyond that. */
  #bound(term: Term, column: number, fields: number, roundUp: boolean): Place | null {
    const right = term.right!;
    const size = valueCount(right);
    let taken = 0;
    for (; taken < fields; taken++) {
      const value = size > 1 ? rowFieldOf(right, taken) : right;
      const stored = this.#valueOf(value, this.#index!.columns[column + taken]!.affinity);
      if (stored === undefined) break;
      this.#key[column + taken] = stored;
    }
    if (taken === 0) return null;
    const place = this.#place(column + taken, roundUp);
    const beyond = size > taken ? Relation.lessEqual | Relation.less : Relation.greater | Relation.lessEqual;
    return (term.relation & beyond) !== 0 ? { ...place, less: place.less + place.equal } : place;
  }

  /** Behind a column of unknown value (skip-scan): the share of samples between the bounds. */
  #ofSkippedRange(path: AccessPath, lower: Term | null, upper: Term | null): RangeEstimate {
    const index = this.#index!;
    const column = path.equalityCount;
    const { affinity, collation } = index.columns[column]!;
    const { samples } = index.samples!;
    const low = lower ? this.#valueOf(lower.right!, affinity) : undefined;
    const high = upper ? this.#valueOf(upper.right!, affinity) : undefined;
    const unchanged: RangeEstimate = { rows: path.rowsOut, lower, upper, isFinal: false };
    if (low === undefined && high === undefined) return unchanged;
    const notAbove = (value: StoredValue): number =>
      samples.filter(({ fields }) => compareStored(value, fields[column] ?? null, collation) >= 0).length;
    const below = lower ? (low === undefined ? 0 : notAbove(low)) : -1;
    const upTo = upper ? (high === undefined ? samples.length : notAbove(high)) : samples.length + 1;
    const between = Math.max(1, upTo - below);
    if (between === 1 && lower && upper) return unchanged;
    return {
      rows: path.rowsOut - (estimateOf(samples.length) - estimateOf(between)),
      lower: null,
      upper: null,
      isFinal: true,
    };
  }

  /**
   * The place of the key's first `count` fields among the samples, which are taken to stand there with each of their prefixes. Between
   * two of them the key is assumed at a third of the way, or with `roundUp` at two thirds.
   */
  #place(count: number, roundUp: boolean): Place {
    const index = this.#index!;
    const { samples, rows, averageEqual } = index.samples!;
    const fieldCount = Math.min(count, averageEqual.length);
    let low = 0;
    let high = samples.length * fieldCount;
    let column = 0;
    let lower = 0;
    let isEqual = false;
    while (!isEqual && low < high) {
      const middle = (low + high) >> 1;
      const at = Math.floor(middle / fieldCount);
      const fields = prefixLength(samples, at, middle, fieldCount);
      const sample = samples[at]!;
      const order = this.#compare(sample, fields);
      if (order < 0) {
        lower = sample.less[fields - 1]! + sample.equal[fields - 1]!;
        low = middle + 1;
      } else if (order === 0 && fields < fieldCount) {
        lower = sample.less[fields - 1]!;
        low = middle + 1;
      } else {
        high = middle;
        column = fields - 1;
        isEqual = order === 0;
      }
    }
    const at = Math.floor(high / fieldCount);
    if (isEqual) return { less: samples[at]!.less[column]!, equal: samples[at]!.equal[column]!, sample: at };
    const upper = at >= samples.length ? rows : samples[at]!.less[column]!;
    const gap = Math.max(0, upper - lower);
    const share = Math.floor(roundUp ? (gap * 2) / 3 : gap / 3);
    return { less: lower + share, equal: averageEqual[fieldCount - 1]!, sample: at };
  }

  /** The value of a constant, or of a parameter, after the column's affinity; undefined: unknown before the statement runs. */
  #valueOf(expression: Expression, affinity: Affinity): StoredValue | undefined {
    const inner = withoutHints(expression);
    if (inner.kind !== 'parameter') return constantValue(inner, affinity);
    const value = this.parameters.value({ index: inner.index, purpose: 'sample', usable: (given) => given });
    return value === undefined ? undefined : convertStored(value, affinity);
  }

  #compare({ fields }: IndexSample, count: number): number {
    const { columns } = this.#index!;
    for (let i = 0; i < count; i++) {
      if (i >= fields.length) return 0;
      const order = compareStored(fields[i]!, this.#key[i]!, columns[i]!.collation);
      if (order !== 0) return columns[i]!.descending ? -order : order;
    }
    return 0;
  }
}

export interface RangeEstimate {
  readonly rows: LogEstimate;
  /** Bounds that it does not take into account. */
  readonly lower: Term | null;
  readonly upper: Term | null;
  /** Nothing is to be taken off for the bounds any more. */
  readonly isFinal: boolean;
}

/** Fields of the prefix that stands at `place`: the shortest one that is greater than the sample before. */
function prefixLength(samples: readonly IndexSample[], at: number, place: number, fieldCount: number): number {
  if (at === 0) return place + 1;
  let fields = (place % fieldCount) + 1;
  while (fields < fieldCount && samples[at - 1]!.less[fields - 1] === samples[at]!.less[fields - 1]) fields++;
  return fields;
}
