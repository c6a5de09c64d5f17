/**
 * The compiler's one error: SQLite's message, its result code, and where in the SQL text.
 *
 * Owns: nothing else. The session turns it into better-sqlite3's SqliteError.
 */

import type { CodeName } from '../../spec/errors';
import type { CreateTableStatement, CreateTriggerStatement } from './ast';

export type { CodeName };

/** SQLite keeps them as three bytes each, which are no UTF-8 and come back as three replacement characters. */
const LONE_SURROGATES = /\p{Surrogate}/gu;

export class SqlError extends Error {
  readonly code: CodeName;
  /** Offset of UTF-16 units into the SQL text, -1 when the error has no place. */
  readonly offset: number;
  /**
   * The CREATE TABLE or CREATE TRIGGER in which a syntax error was met, as far as it had been read: SQLite checks it while it parses, so its
   * errors go before those of later text.
   */
  unfinished: CreateTableStatement | CreateTriggerStatement | null = null;

  constructor(message: string, offset = -1, code: CodeName = 'SQLITE_ERROR') {
    super(message.replace(LONE_SURROGATES, '\uFFFD\uFFFD\uFFFD'));
    this.name = 'SqlError';
    this.code = code;
    this.offset = offset;
  }
}
