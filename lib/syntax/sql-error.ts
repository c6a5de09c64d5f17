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

/** SQLite knows the place only of what its message quotes: a token or a part of an expression. */
const PLACED = [
  /^near "[^]*": syntax error$/,
  /^unrecognized token: /,
  /^no such (column|function): /,
  /^ambiguous column name: /,
  /^wrong number of arguments to function /,
  /^too many arguments on function /,
  /^misuse of (aggregate|window) function /,
  /^misuse of aggregate: /,
  /^second argument to /,
  /^unsafe use of [^]*\(\)$/,
  /^unknown (database|join type)/,
  /^(hex literal too big|oversized integer): /,
  /^variable number must be /,
  /^too many SQL variables$/,
  /^(table|view|trigger) [^]* already exists$/,
  /^(trigger|view|index) [^]* cannot reference objects in database /,
  /(may not be used as a window function|may not be used with non-aggregate [^]*)$/,
  /^(?!subqueries)[^]* prohibited in (index expressions|partial index|generated columns|CHECK constraints)/,
  / term out of range /,
  /^foreign key on [^]* should reference only one column /,
];

const hasPlace = (message: string): boolean => PLACED.some((pattern) => pattern.test(message));

export class SqlError extends Error {
  readonly code: CodeName;
  /** Offset of UTF-16 units into the SQL text, -1 when the error has no place, as in SQLite. */
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
    this.offset = hasPlace(message) ? offset : -1;
  }

  /** The same error without its place, which is in another text than the statement's: a view's or a trigger's. */
  elsewhere(): SqlError {
    return this.offset === -1 ? this : new SqlError(this.message, -1, this.code);
  }
}

/** Runs `action` on a text that is not the statement's own: its errors have no place. */
export function withoutPlace<T>(action: () => T): T {
  try {
    return action();
  } catch (error) {
    throw error instanceof SqlError ? error.elsewhere() : error;
  }
}
