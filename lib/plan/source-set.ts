/**
 * Sets of FROM items of one query level, at most 64: the masks of the planner.
 *
 * A set is immutable. Two 32-bit halves instead of a bigint, because planning a join of a dozen tables does
 * some hundred thousand set operations. Bit n is the n-th FROM item of the query level being planned.
 */

/** An immutable set of positions 0..63 in the FROM clause. */
export interface SourceSet {
  readonly low: number;
  readonly high: number;
}

/** The most FROM items one join may have. */
export const MAX_SOURCES = 64;

/** The sets of the first eight positions are shared: few joins have more. */
const SMALL: readonly SourceSet[] = Array.from({ length: 256 }, (_, low) => ({ low, high: 0 }));

function setOf(low: number, high: number): SourceSet {
  return high === 0 && low >= 0 && low < 256 ? SMALL[low]! : { low, high };
}

/** The set without members. */
export const NO_SOURCES: SourceSet = SMALL[0]!;

/** The set of every FROM item. */
export const ALL_SOURCES: SourceSet = { low: -1, high: -1 };

const SINGLES: SourceSet[] = Array.from({ length: MAX_SOURCES }, (_, position) =>
  position < 32 ? setOf(1 << position, 0) : { low: 0, high: 1 << (position - 32) },
);

/** The set of one position. */
export function singleSource(position: number): SourceSet {
  const set = SINGLES[position];
  if (set === undefined) throw new RangeError(`no FROM item ${position}`);
  return set;
}

/** Every member of either set. */
export function unionOf(a: SourceSet, b: SourceSet): SourceSet {
  const low = a.low | b.low;
  const high = a.high | b.high;
  if (low === a.low && high === a.high) return a;
  if (low === b.low && high === b.high) return b;
  return setOf(low, high);
}

/** The members of both sets. */
export const commonSources = (a: SourceSet, b: SourceSet): SourceSet => setOf(a.low & b.low, a.high & b.high);

/** The members of `a` that are not in `b`. */
export function withoutSources(a: SourceSet, b: SourceSet): SourceSet {
  const low = a.low & ~b.low;
  const high = a.high & ~b.high;
  return low === a.low && high === a.high ? a : setOf(low, high);
}

/** Whether the sets share a member. */
export function intersects(a: SourceSet, b: SourceSet): boolean {
  return ((a.low & b.low) | (a.high & b.high)) !== 0;
}

/** Whether every member of `inner` is in `outer`. */
export function isSubsetOf(inner: SourceSet, outer: SourceSet): boolean {
  return ((inner.low & ~outer.low) | (inner.high & ~outer.high)) === 0;
}

/** Whether the set has no members. */
export function isEmptySet(set: SourceSet): boolean {
  return (set.low | set.high) === 0;
}

/** Whether the set contains the position. */
export function hasSource(set: SourceSet, position: number): boolean {
  return position < 32 ? (set.low & (1 << position)) !== 0 : (set.high & (1 << (position - 32))) !== 0;
}

/** The set of all positions below `position`. */
export function sourcesBefore(position: number): SourceSet {
  if (position >= MAX_SOURCES) return ALL_SOURCES;
  if (position >= 32) return { low: -1, high: position === 32 ? 0 : (1 << (position - 32)) - 1 };
  return { low: position === 0 ? 0 : (1 << position) - 1, high: 0 };
}
