/**
 * The rows of sqlite_stat4: entries of an index, with how many entries equal them, lie below them, and how many different ones do.
 *
 * Owns: the table's formats, and the average that SQLite assumes for what lies between the samples. Must not know: how plans use them.
 */
import type { Index } from './schema';
import type { SampleRow } from './source';
import { decodeRecord, type StoredValue } from './stored-record';

export interface IndexSample {
  /** The entry's fields. */
  readonly fields: readonly StoredValue[];
  /** Of each prefix of the fields. */
  readonly equal: readonly number[];
  readonly less: readonly number[];
  readonly distinctLess: readonly number[];
}

/** All samples of an index, in its order. */
export interface IndexSamples {
  readonly samples: readonly IndexSample[];
  /** Entries of the index. */
  readonly rows: number;
  /** Of each prefix: how many entries are assumed to equal a value that is no sample. */
  readonly averageEqual: readonly number[];
}

/** `exact`: rows and rows per prefix as sqlite_stat1 has them, null without. Null when there are no samples. */
export function indexSamples(
  index: Index,
  rows: readonly SampleRow[],
  exact: readonly number[] | null,
): IndexSamples | null {
  if (rows.length === 0) return null;
  const count = index.isTable ? index.keyColumnCount : index.columns.length;
  const { encoding } = index.database;
  const samples = rows.map(({ equal, less, distinctLess, sample }) => ({
    fields: decodeRecord(sample, encoding),
    equal: numbersOf(equal, count),
    less: numbersOf(less, count),
    distinctLess: numbersOf(distinctLess, count),
  }));
  return { samples, ...averages(index, samples, count, exact) };
}

function numbersOf(text: string, count: number): number[] {
  const words = text.split(' ');
  return Array.from({ length: count }, (_, i) => Number.parseInt(words[i] ?? '', 10) || 0);
}

function averages(
  index: Index,
  samples: readonly IndexSample[],
  count: number,
  exact: readonly number[] | null,
): Pick<IndexSamples, 'rows' | 'averageEqual'> {
  const averageEqual: number[] = [];
  const last = samples[samples.length - 1]!;
  const columns = count > 1 ? count - 1 : 1;
  let rows = 0;
  for (let column = 0; column < columns; column++) {
    let distinct: number;
    let counted = samples.length;
    const perPrefix = column < index.keyColumnCount ? (exact?.[column + 1] ?? 0) : 0;
    if (exact === null || perPrefix === 0) {
      rows = last.less[column]!;
      distinct = 100 * last.distinctLess[column]!;
      counted--;
    } else {
      rows = exact[0]!;
      distinct = Math.floor((100 * rows) / perPrefix);
    }
    let sum = 0;
    let known = 0;
    for (let i = 0; i < counted; i++) {
      const isLast = i === samples.length - 1;
      if (!isLast && samples[i]!.distinctLess[column] === samples[i + 1]!.distinctLess[column]) continue;
      sum += samples[i]!.equal[column]!;
      known += 100;
    }
    const average = distinct > known && sum < rows ? Math.floor((100 * (rows - sum)) / (distinct - known)) : 0;
    averageEqual.push(Math.max(1, average));
  }
  // With the row's key behind it every entry is unique.
  if (count > 1) averageEqual.push(1);
  return { rows, averageEqual };
}
