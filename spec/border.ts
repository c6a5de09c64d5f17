// The language border: the layout of the buffer that JavaScript owns and both sides read and write.
// Used by lib/session and (as binding/engine/border.gen.h) by binding/engine and binding/addon.
//
// Word 0 .. CONTROL_WORDS-1 are int32 control words; the data area follows. Before a call JavaScript writes the words of
// `request` and the parameters; afterwards the engine has written the words of `reply` and the rows.
//
// A value is a cell of 8 bytes. SQLite has no NaN, so a cell whose high word is `CELL_TAG | tag` (a negative quiet NaN
// that no arithmetic makes) is not a double:
//
//   OFFSET  SIZE  MEANING
//        0     4  low word: see `tags`
//        4     4  high word: CELL_TAG | tag, or the upper half of a double
//
// Rows lie one after the other from the start of the data area, column by column. Blobs and 64-bit integers lie in the
// side area, which grows down from the end of the buffer; offsets of the side area count bytes from the buffer's start.
// Text is not in the buffer: all Latin-1 text of a batch comes back as one string (the call's return value), all other
// text as one UTF-16 string (fetched by a second call); a text cell holds the offset of its end in that string.
//
// N parameters lie at the start of the data area as N such cells, N int64 (only read for int64 cells), then the bytes of
// text and blobs, in order, without padding; text and blob cells hold the number of bytes (text: UTF-8).

/** Size of the control area in words of 4 bytes. Even, so that cells are aligned. */
export const CONTROL_WORDS = 64;

/** Upper 29 bits of a cell that is not a double. */
export const CELL_TAG = 0xfff80000 | 0;

export const tags = {
  /** SQL NULL. */
  null: 0,
  /** The low word is the integer. */
  int32: 1,
  /** Rows: end offset in the batch's Latin-1 string. Parameters: length in bytes, UTF-8. */
  text: 2,
  /** Rows only: end offset in the batch's UTF-16 string. */
  wideText: 3,
  /** Rows: offset of a uint32 length, followed by the bytes. Parameters: length in bytes. */
  blob: 4,
  /** Offset of an int64, aligned to 8 bytes, in the side area (parameters: see above). */
  int64: 5,
  /** Rows: a text or blob that is fetched by its own call before the statement moves on. Parameters: set by its own call. */
  far: 6,
} as const;

/** Control words that JavaScript writes. */
export const request = {
  /** Number of the statement (from `load`). */
  statement: 0,
  /** Bits of `requestFlags`. */
  flags: 1,
  /** Stop after this many rows. */
  rowLimit: 2,
  /** Columns to write of each row; 0: all. */
  columnLimit: 4,
  /** Host calls: 0 the answer is in the parameter cells, 1 the function threw. */
  hostFailed: 3,
  /** Answers to `filter` and `next`: number of values in the data area, row by row; ROWS_BY_COLUMN: one row, whose columns are asked for. */
  hostValues: 5,
  /** Values of one such row. */
  hostColumns: 6,
} as const;

export const requestFlags = {
  /** Parameters are in the data area: reset the statement, bind them and start. */
  bind: 1,
  /** Reset the statement, keep its parameters, and start. */
  start: 2,
  /** Rows are written (otherwise the statement is stepped once and its row, if any, is dropped). */
  rows: 4,
  /** Integers that are no int32 become int64 cells (otherwise doubles). */
  safeIntegers: 8,
  /** Reset the statement after `rowLimit` rows, unless a far value is left to fetch. */
  resetAfter: 16,
  /** The answer to a host call is in the data area. */
  hostResult: 32,
  /** After the last rows the statement still counts as running: its outcome is `row`, and the next call's `done`. */
  holdEnd: 64,
} as const;

/** Control words that the engine writes. */
export const reply = {
  /** One of `outcomes`. */
  outcome: 16,
  /** Complete rows in the data area. */
  rowCount: 17,
  /** Length of the batch's UTF-16 string; 0: don't fetch it. */
  wideLength: 18,
  /** 1: the last row has far values. */
  hasFar: 19,
  /** Extended result code (outcome error). */
  errorCode: 20,
  /** 1: a transaction is open. */
  inTransaction: 21,
  /** Counts statements that changed a schema, on any database of the connection. */
  schemaChanges: 22,
  /** Rows changed by the statement (outcomes row and done of a statement without `rows`). */
  changes: 23,
  /** int64 in two words, aligned to 8 bytes: last_insert_rowid(). */
  lastInsertRowid: 24,
  /** Bytes that the data area must have for the next row (outcome space). */
  spaceNeeded: 26,
  /** Host calls: index of the function, number of arguments, one of `hostOperations`, number of the accumulator. */
  hostFunction: 27,
  hostArgumentCount: 28,
  hostOperation: 29,
  hostAccumulator: 30,
  /** Host calls: the plan of a `filter`, the column of a `column`. */
  hostNumber: 31,
} as const;

export const outcomes = {
  /** The statement has finished and is reset. */
  done: 0,
  /** The row limit was reached or the batch is full; the statement is still running unless `resetAfter` applied. */
  row: 1,
  /** A JavaScript function is to be called: its arguments are a row in the data area. `rowCount` is 0. */
  hostCall: 2,
  /** The buffer is too small for the next row. `rowCount` is 0. */
  space: 3,
  /** `errorCode` is set; `rowCount` rows before it are valid. The statement is reset. */
  error: 4,
} as const;

export const hostOperations = {
  scalar: 0,
  step: 1,
  inverse: 2,
  /** Current value of a window aggregate. */
  value: 3,
  /** Final value; the accumulator is forgotten afterwards. */
  final: 4,
  /** The accumulator is forgotten without a result. */
  drop: 5,
  /** Starts the scan `hostAccumulator` of a table; answered with its first rows. */
  filter: 6,
  /** The next rows of a scan. */
  next: 7,
  /** One column of the row that a scan is on. */
  column: 8,
  /** CREATE VIRTUAL TABLE; `hostFunction` is the number of the module. */
  create: 9,
} as const;

/** In `hostValues`: there is a row, but its values are to be asked for one by one. */
export const ROWS_BY_COLUMN = -1;

/** A batch ends when its text exceeds this many characters: a kept substring keeps the whole string alive. */
export const BATCH_TEXT_LIMIT = 1024;
/** Text and blobs of more bytes than this travel on their own. */
export const FAR_BYTES = 4096;
/** Initial size of the buffer in bytes. */
export const BUFFER_BYTES = 65536;
