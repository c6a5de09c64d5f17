/**
 * Figures of sqlite_stat1 and samples of sqlite_stat4, and SQLite's guesses where there are none.
 *
 * Owns: the text format of sqlite_stat1.stat. Must not know: how plans use the figures.
 */
import { foldName } from './names';
import type { Index, IndexStatistics } from './schema';
import { indexSamples, type IndexSamples } from './samples';
import type { SampleRow, StatisticsRow } from './source';

/** What SQLite assumes of a table that was never analyzed: 2^20 rows. */
export const DEFAULT_TABLE_ROWS = 1048576;

/** Assumed rows per prefix of 1, 2, 3, ... columns of an index. */
const DEFAULT_ROWS_PER_PREFIX = [10, 9, 8, 7, 6] as const;
const DEFAULT_ROWS_PER_LONG_PREFIX = 5;

/** A table has no fewer rows than these when some index of it was not analyzed: the guess for that one lifts the table's own figure. */
export const LEAST_GUESSED_ROWS = 1000;

export interface TableStatistics {
  readonly rows: number;
}

interface Figures {
  readonly numbers: readonly number[];
  readonly averageRowSize: number;
  readonly unordered: boolean;
  readonly noSkipScan: boolean;
}

/** Reads `100 10 1 unordered sz=40 noskipscan`. Words that are not known are skipped, as SQLite does. */
function parseFigures(text: string): Figures {
  const numbers: number[] = [];
  let averageRowSize = 0;
  let unordered = false;
  let noSkipScan = false;
  for (const word of text.split(' ')) {
    if (/^\d+$/.test(word)) numbers.push(Number(word));
    else if (word.startsWith('unordered')) unordered = true;
    else if (/^sz=\d/.test(word)) averageRowSize = Math.max(2, Number.parseInt(word.slice(3), 10));
    else if (word.startsWith('noskipscan')) noSkipScan = true;
  }
  return { numbers, averageRowSize, unordered, noSkipScan };
}

/** The statistics of one database. */
export class Statistics {
  /** By folded table name: figures of the table, and of its indexes by folded name. */
  private readonly tables = new Map<string, { own: Figures | null; indexes: Map<string, Figures> }>();

  /** By folded name of the index. */
  private readonly samples = new Map<string, SampleRow[]>();

  constructor(rows: readonly StatisticsRow[], samples: readonly SampleRow[] = []) {
    for (const row of samples) {
      const key = foldName(row.index);
      const known = this.samples.get(key);
      if (known) known.push(row);
      else this.samples.set(key, [row]);
    }
    for (const row of rows) {
      const key = foldName(row.table);
      let entry = this.tables.get(key);
      if (entry === undefined) {
        entry = { own: null, indexes: new Map() };
        this.tables.set(key, entry);
      }
      const figures = parseFigures(row.figures);
      if (row.index === null) entry.own = figures;
      else entry.indexes.set(foldName(row.index), figures);
    }
  }

  /** Rows of a table; `fullIndexes` are the names of its indexes without WHERE. */
  ofTable(name: string, fullIndexes: readonly string[]): TableStatistics | null {
    const entry = this.tables.get(foldName(name));
    if (entry === undefined) return null;
    let rows = entry.own?.numbers[0];
    for (const index of [...fullIndexes, name]) rows = entry.indexes.get(foldName(index))?.numbers[0] ?? rows;
    return rows === undefined ? null : { rows };
  }

  ofIndex(index: Index): IndexStatistics | null {
    const figures = this.figuresOf(index);
    const exact = figures === null ? null : [figures.rows, ...figures.rowsPerPrefix];
    const samples = this.samplesOf(index, exact);
    if (samples === null) return figures;
    return { ...(figures ?? defaultIndexStatistics(index)), samples };
  }

  isAnalyzed(index: Index): boolean {
    const figures = this.figuresAsStored(index);
    return figures !== undefined && figures.numbers.length > 0;
  }

  /** The primary key of a WITHOUT ROWID table is filed under the table's own name. */
  private figuresAsStored({ isTable, name, table }: Index): Figures | undefined {
    return this.tables.get(foldName(table.name))?.indexes.get(foldName(isTable ? table.name : name));
  }

  private samplesOf(index: Index, exact: readonly number[] | null): IndexSamples | null {
    if (this.samples.size === 0) return null;
    // An index goes before a table of its name, whose samples are those of the primary key.
    const own = this.samples.get(foldName(index.isTable ? index.table.name : index.name));
    return own === undefined ? null : indexSamples(index, own, exact);
  }

  private figuresOf(index: Index): IndexStatistics | null {
    const figures = this.figuresAsStored(index);
    if (figures === undefined || figures.numbers.length === 0) return null;
    const fallback = defaultIndexStatistics(index);
    return {
      exact: true,
      rows: figures.numbers[0] ?? fallback.rows,
      rowsPerPrefix: fallback.rowsPerPrefix.map((guess, i) => figures.numbers[i + 1] ?? guess),
      averageRowSize: figures.averageRowSize,
      unordered: figures.unordered,
      noSkipScan: figures.noSkipScan,
      samples: null,
    };
  }
}

/** SQLite's guess for an index that was never analyzed; a partial index is taken to hold half the rows. */
export function defaultIndexStatistics(index: Index): IndexStatistics {
  const rows = Math.max(LEAST_GUESSED_ROWS, index.table.estimatedRows);
  const rowsPerPrefix = Array.from(
    { length: index.keyColumnCount },
    (_, i): number => DEFAULT_ROWS_PER_PREFIX[i] ?? DEFAULT_ROWS_PER_LONG_PREFIX,
  );
  if (index.unique) rowsPerPrefix[index.keyColumnCount - 1] = 1;
  return {
    exact: false,
    rows: index.where === null ? rows : rows / 2,
    rowsPerPrefix,
    averageRowSize: 0,
    unordered: false,
    noSkipScan: false,
    samples: null,
  };
}
