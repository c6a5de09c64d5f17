// What the engine asks of virtual tables that JavaScript implements, as the session sees it.
import type { SqlInput, SqlOutput } from './parameters';

/**
 * The next rows of a scan: their values row by row; or no more rows; or one row whose columns are asked for one by one, since
 * reading some of them fails.
 */
export type HostRows = readonly SqlInput[] | 'end' | 'byColumn';

/** One scan of a table. */
export interface HostScan {
  readonly table: HostTable;
  /** @throws what the user's code throws */
  next(): HostRows;
  /** A column of the row that next() answered 'byColumn' for. @throws what is wrong with it */
  column(number: number): SqlInput;
}

export interface HostTable {
  /** Values in a row. */
  readonly columnCount: number;
  /** Whether integer arguments are BigInts. */
  readonly safeIntegers: boolean;
  /** Its scans run the user's code: the connection is busy meanwhile. */
  readonly isUserCode: boolean;
  /** `plan` is what bestIndex() decided; the arguments are those that it asked for. */
  scan(plan: number, args: readonly SqlOutput[]): HostScan;
}
