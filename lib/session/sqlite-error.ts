// SqliteError: the class of every error that comes from SQL or the database file. Same construction rules and property
// attributes as better-sqlite3's, so that `instanceof`, `code`, structured logging and error copying behave alike.

export interface SqliteError extends Error {
  /** Name of the extended result code, e.g. `SQLITE_CONSTRAINT_UNIQUE`. */
  code: string;
}

export interface SqliteErrorConstructor {
  new (message: string, code: string): SqliteError;
  (message: string, code: string): SqliteError;
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
): SqliteError {
  if (new.target !== (construct as unknown)) return new construct(message, code);
  if (typeof code !== 'string') throw new TypeError('Expected second argument to be a string');
  Object.defineProperty(this, 'message', hidden(`${message}`));
  Error.captureStackTrace(this, construct);
  this.code = code;
  return this;
} as unknown as SqliteErrorConstructor;

/** The same function by its type: inside of it, its name means the plain function. */
const construct = SqliteError;

// Bundlers rename functions.
Object.defineProperty(SqliteError, 'name', { value: 'SqliteError' });
Object.setPrototypeOf(SqliteError, Error);
Object.setPrototypeOf(SqliteError.prototype, Error.prototype);
Object.defineProperty(SqliteError.prototype, 'name', hidden('SqliteError'));
