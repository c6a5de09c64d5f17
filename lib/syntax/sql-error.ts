/**
 * The compiler's one error: SQLite's message, its result code, and where in the SQL text.
 *
 * Owns: nothing else. The session turns it into better-sqlite3's SqliteError.
 */

import type { CodeName } from '../../spec/errors';

export type { CodeName };

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
