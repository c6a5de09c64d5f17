// Column affinities: the characters that stand for them in affinity strings (Affinity, MakeRecord) and, as numbers, in p5 of
// the comparison opcodes and p2 of Cast. Both languages use these values; they are SQLite's.

export const Affinity = {
  /** No affinity at all: an expression that is no column. */
  none: 0x40,
  blob: 0x41,
  text: 0x42,
  numeric: 0x43,
  integer: 0x44,
  real: 0x45,
  /** Numeric, but text is left as it is unless it looks like a number: columns of subqueries. */
  flexnum: 0x46,
} as const;

export type Affinity = (typeof Affinity)[keyof typeof Affinity];

/** True for the affinities that turn text into numbers. */
export const isNumericAffinity = (affinity: Affinity): boolean => affinity >= Affinity.numeric;
