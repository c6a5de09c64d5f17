/**
 * Logarithmic estimates: the planner's only number type.
 *
 * An estimate `e` stands for the quantity 2^(e/10), rounded to an integer: 0 is one row, 10 two rows, 33 ten rows,
 * 99 a thousand, 200 a million. Costs of alternatives are compared exactly, so the arithmetic here has to give the
 * same integers as SQLite's planner, whose choices are visible in the row order of unordered queries.
 */

/** Ten times the base-2 logarithm of a row count or a cost. Always an integer. */
export type LogEstimate = number;

const ADDENDS = [10, 10, 9, 9, 8, 8, 7, 7, 7, 6, 6, 6, 5, 5, 5, 4, 4, 4, 4, 3, 3, 3, 3, 3, 3, 2, 2, 2, 2, 2, 2, 2];

/** The estimate of the sum of two quantities: log(2^a + 2^b). */
export function addEstimates(a: LogEstimate, b: LogEstimate): LogEstimate {
  const high = a >= b ? a : b;
  const distance = a >= b ? a - b : b - a;
  if (distance > 49) return high;
  return distance > 31 ? high + 1 : high + ADDENDS[distance]!;
}

const EIGHTHS = [0, 2, 3, 5, 6, 7, 8, 9];

/** The estimate of a non-negative integer quantity. Quantities below 2 count as one. */
export function estimateOf(quantity: number): LogEstimate {
  if (quantity < 2) return 0;
  let exponent = 40;
  let scaled = Math.floor(quantity);
  if (scaled < 8) {
    while (scaled < 8) {
      exponent -= 10;
      scaled *= 2;
    }
  } else {
    while (scaled > 255) {
      exponent += 40;
      scaled = Math.floor(scaled / 16);
    }
    while (scaled > 15) {
      exponent += 10;
      scaled = Math.floor(scaled / 2);
    }
  }
  return (EIGHTHS[scaled & 7] ?? 0) + exponent - 10;
}

/** The quantity an estimate stands for, rounded down as SQLite does; at most 2^62. */
export function quantityOf(estimate: LogEstimate): number {
  let fraction = estimate % 10;
  const exponent = (estimate - fraction) / 10;
  if (fraction >= 5) fraction -= 2;
  else if (fraction >= 1) fraction -= 1;
  if (exponent > 60) return 2 ** 62;
  if (exponent < 0) return 0;
  return exponent >= 3 ? (fraction + 8) * 2 ** (exponent - 3) : Math.floor((fraction + 8) / 2 ** (3 - exponent));
}

/** Estimated comparisons of a binary search among `rows`: log2(rows) as an estimate. */
export function searchCost(rows: LogEstimate): LogEstimate {
  return rows <= 10 ? 0 : estimateOf(rows) - 33;
}
