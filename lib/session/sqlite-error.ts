// SqliteError: the class of every error that comes from SQL or the database file. Same construction rules and property
// attributes as better-sqlite3's, so that `instanceof`, `code`, structured logging and error copying behave alike.

export interface SqliteError extends Error {
  /** Name of the extended result code, e.g. `SQLITE_CONSTRAINT_UNIQUE`. */
  code: string;
  /**
   * Where in the SQL text the error is: an offset in bytes of its UTF-8 form, as sqlite3_error_offset() gives it; -1 when it has no place in
   * it. Not enumerable: better-sqlite3's errors have no such property.
   */
  offset: number;
}

export interface SqliteErrorConstructor {
  new (message: string, code: string, offset?: number): SqliteError;
  (message: string, code: string, offset?: number): SqliteError;
  readonly prototype: SqliteError;
}

const hidden = (value: unknown): PropertyDescriptor => ({
  value,
  writable: true,
  enumerable: false,
  configurable: true,
});

export const SqliteError: SqliteErrorConstructor = function SqliteError(
  this: SqliteError,
  message: string,
  code: string,
  offset = -1,
): SqliteError {
  if (new.target !== (construct as unknown)) return new construct(message, code, offset);
  if (typeof code !== 'string') throw new TypeError('Expected second argument to be a string');
  // As better-sqlite3, which calls Error first: what is no string is asked for one twice, in two ways.
  if (typeof message !== 'string') Error(message);
  Object.defineProperty(this, 'message', hidden('' + message));
  Error.captureStackTrace(this, construct);
  this.code = code;
  Object.defineProperty(this, 'offset', hidden(offset));
  return this;
} as unknown as SqliteErrorConstructor;

/** The same function by its type: inside of it, its name means the plain function. */
const construct = SqliteError;

// Bundlers rename functions.
Object.defineProperty(SqliteError, 'name', { value: 'SqliteError' });
Object.setPrototypeOf(SqliteError, Error);
Object.setPrototypeOf(SqliteError.prototype, Error.prototype);
Object.defineProperty(SqliteError.prototype, 'name', hidden('SqliteError'));
