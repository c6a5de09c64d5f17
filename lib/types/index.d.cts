// Types of the package for CommonJS: `import Database = require('ringlite')`. Shapes are those of @types/better-sqlite3, so
// that code typed against it compiles unchanged; what is more is marked.
/// <reference types="node" />

// eslint-disable-next-line @typescript-eslint/no-explicit-any -- any function can be wrapped
type VariableArgFunction = (...params: any[]) => unknown;
type ArgumentTypes<F extends VariableArgFunction> = F extends (...args: infer A) => unknown ? A : never;
type ElementOf<T> = T extends Array<infer E> ? E : T;

declare class SqliteErrorClass extends Error {
  name: string;
  message: string;
  /** Name of SQLite's extended result code, e.g. `SQLITE_CONSTRAINT_UNIQUE`. */
  code: string;
  constructor(message: string, code: string);
}

declare namespace Ringlite {
  interface Statement<BindParameters extends unknown[], Result = unknown> {
    database: Database;
    /** The text given to prepare(). */
    source: string;
    /** Whether it returns rows. */
    reader: boolean;
    /** Whether it leaves the database file alone. */
    readonly: boolean;
    /** Whether an iterator of it is open. */
    busy: boolean;

    /** Executes once and drops the rows, if any. */
    run(...params: BindParameters): Database.RunResult;
    /** The first row, undefined when there is none. */
    get(...params: BindParameters): Result | undefined;
    /** All rows. */
    all(...params: BindParameters): Result[];
    /** Rows one by one. Until the iterator is done or returned, the connection can only read. */
    iterate(...params: BindParameters): IterableIterator<Result>;
    /** Rows are the value of their first column. */
    pluck(toggleState?: boolean): this;
    /** Rows are objects of one object per table; columns without a table are under `$`. */
    expand(toggleState?: boolean): this;
    /** Rows are arrays. */
    raw(toggleState?: boolean): this;
    /** Binds parameters for good. */
    bind(...params: BindParameters): this;
    columns(): ColumnDefinition[];
    /** Integers are bigints. */
    safeIntegers(toggleState?: boolean): this;
    /** The text with the values of bind() written into it. */
    toString(): string;
  }

  interface ColumnDefinition {
    name: string;
    column: string | null;
    table: string | null;
    database: string | null;
    type: string | null;
  }

  interface Transaction<F extends VariableArgFunction> {
    (...params: ArgumentTypes<F>): ReturnType<F>;
    default(...params: ArgumentTypes<F>): ReturnType<F>;
    deferred(...params: ArgumentTypes<F>): ReturnType<F>;
    immediate(...params: ArgumentTypes<F>): ReturnType<F>;
    exclusive(...params: ArgumentTypes<F>): ReturnType<F>;
  }

  interface VirtualTableOptions {
    /** A generator function: its parameters are the table's, each yield is a row (array, or object by column name). */
    rows: (...params: unknown[]) => Generator;
    columns: string[];
    /** Names of the parameters, hidden columns; by default `$1`, `$2`... */
    parameters?: string[] | undefined;
    safeIntegers?: boolean | undefined;
    /** Only for statements of the application, not for views and triggers. */
    directOnly?: boolean | undefined;
  }

  /** Called for each CREATE VIRTUAL TABLE with the arguments of USING. */
  type VirtualTableFactory = (
    this: { module: string; database: string; table: string },
    ...args: string[]
  ) => VirtualTableOptions;

  interface Database {
    memory: boolean;
    readonly: boolean;
    name: string;
    open: boolean;
    inTransaction: boolean;

    prepare<BindParameters extends unknown[] | object = unknown[], Result = unknown>(
      source: string,
    ): BindParameters extends unknown[] ? Statement<BindParameters, Result> : Statement<[BindParameters], Result>;
    /** A function that runs `fn` inside of a transaction, or of a savepoint when one is open. */
    transaction<F extends VariableArgFunction>(fn: F): Transaction<F>;
    /** Runs every statement of a script. */
    exec(source: string): this;
    pragma(source: string, options?: Database.PragmaOptions): unknown;
    /** The rows of EXPLAIN. */
    explain(source: string): unknown[];
    // eslint-disable-next-line @typescript-eslint/no-explicit-any -- any function can be registered
    function(name: string, cb: (...params: any[]) => any): this;
    // eslint-disable-next-line @typescript-eslint/no-explicit-any -- any function can be registered
    function(name: string, options: Database.RegistrationOptions, cb: (...params: any[]) => any): this;
    aggregate<T>(
      name: string,
      options: Database.RegistrationOptions & {
        start?: T | (() => T);
        // eslint-disable-next-line @typescript-eslint/no-invalid-void-type -- as better-sqlite3 types it
        step: (total: T, next: ElementOf<T>) => T | void;
        inverse?: ((total: T, dropped: T) => T) | undefined;
        result?: ((total: T) => unknown) | undefined;
      },
    ): this;
    /** Copies the database into a file, page by page, while the connection goes on working. */
    backup(destinationFile: string, options?: Database.BackupOptions): Promise<Database.BackupMetadata>;
    /** Registers a virtual table, or a module for CREATE VIRTUAL TABLE. */
    table(name: string, options: VirtualTableOptions | VirtualTableFactory): this;
    /** The database file as its bytes. */
    serialize(options?: Database.SerializeOptions): Buffer;
    /** Always fails: SQLite's C extensions link to SQLite itself. */
    loadExtension(path: string): this;
    close(): this;
    /** Whether statements prepared from now on give integers as bigints. */
    defaultSafeIntegers(toggleState?: boolean): this;
    /** Allows writing while iterators are open. */
    unsafeMode(unsafe?: boolean): this;
  }

  interface DatabaseConstructor {
    /** With a number: the database that is open as this file descriptor; needs the option `journalFd`. */
    new (filename?: string | Buffer | number, options?: Database.Options): Database;
    (filename?: string | Buffer | number, options?: Database.Options): Database;
    prototype: Database;
    SqliteError: typeof SqliteErrorClass;
  }
}

declare namespace Database {
  interface RunResult {
    changes: number;
    lastInsertRowid: number | bigint;
  }

  interface Options {
    readonly?: boolean | undefined;
    fileMustExist?: boolean | undefined;
    /** Names of the form `file:path?mode=ro&...` are URIs, as SQLite understands them; also in ATTACH and VACUUM INTO. */
    uri?: boolean | undefined;
    /** Milliseconds to wait for a lock; 5000 by default. */
    timeout?: number | undefined;
    /** Called with each statement before it runs. */
    verbose?: ((message?: unknown, ...additionalArgs: unknown[]) => void) | undefined;
    /** Descriptor of the rollback journal, when the database is opened by its file descriptor. */
    journalFd?: number | undefined;
    /** Path of a ringlite addon to use instead of the package's own. */
    nativeBinding?: string | undefined;
  }

  interface BackupMetadata {
    totalPages: number;
    remainingPages: number;
  }

  interface BackupOptions {
    /** Called after each step but the last; returns the number of pages of the next steps (0 pauses), 100 at first. */
    // eslint-disable-next-line @typescript-eslint/no-invalid-void-type -- returning nothing is fine
    progress?: ((info: BackupMetadata) => number | void) | undefined;
    /** Schema name; `main` by default. */
    attached?: string | undefined;
  }

  interface SerializeOptions {
    /** Schema name; `main` by default. */
    attached?: string;
  }

  interface PragmaOptions {
    /** Only the first column of the first row. */
    simple?: boolean | undefined;
  }

  interface RegistrationOptions {
    varargs?: boolean | undefined;
    deterministic?: boolean | undefined;
    safeIntegers?: boolean | undefined;
    directOnly?: boolean | undefined;
  }

  type AggregateOptions = Parameters<Ringlite.Database['aggregate']>[1];
  type SqliteError = typeof SqliteErrorClass;
  type Statement<
    BindParameters extends unknown[] | object = unknown[],
    Result = unknown,
  > = BindParameters extends unknown[]
    ? Ringlite.Statement<BindParameters, Result>
    : Ringlite.Statement<[BindParameters], Result>;
  type ColumnDefinition = Ringlite.ColumnDefinition;
  type Transaction<T extends VariableArgFunction = VariableArgFunction> = Ringlite.Transaction<T>;
  type Database = Ringlite.Database;
}

declare const Database: Ringlite.DatabaseConstructor;
export = Database;
