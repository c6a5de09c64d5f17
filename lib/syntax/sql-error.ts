/**
 * The compiler's one error: SQLite's message, its result code, and where in the SQL text.
 *
 * Owns: nothing else. The session turns it into better-sqlite3's SqliteError.
 */

/** Names of result codes that the compiler raises itself. */
export type CodeName =
  | 'SQLITE_ERROR'
  | 'SQLITE_ERROR_MISSING_COLLSEQ'
  | 'SQLITE_AUTH'
  | 'SQLITE_TOOBIG'
  | 'SQLITE_NOMEM'
  | 'SQLITE_SCHEMA'
  | 'SQLITE_CORRUPT'
  | 'SQLITE_READONLY'
  | 'SQLITE_MISUSE'
  | 'SQLITE_RANGE'
  | 'SQLITE_CONSTRAINT';

export class SqlError extends Error {
  readonly code: CodeName;
  /** Offset of UTF-16 units into the SQL text, -1 when the error has no place. */
  readonly offset: number;

  constructor(message: string, offset = -1, code: CodeName = 'SQLITE_ERROR') {
    super(message);
    this.name = 'SqlError';
    this.code = code;
    this.offset = offset;
  }
}
