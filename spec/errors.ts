// Result codes, as in SQLite's rescode.html: name, number, and the message of sqlite3_errstr for primary codes.
// Both languages use this table; the numbers are part of better-sqlite3's contract (SqliteError#code is the name).

/** Primary codes: [number, default message]. */
export const primaryCodes = {
  SQLITE_OK: [0, 'not an error'],
  SQLITE_ERROR: [1, 'SQL logic error'],
  SQLITE_INTERNAL: [2, 'unknown error'],
  SQLITE_PERM: [3, 'access permission denied'],
  SQLITE_ABORT: [4, 'query aborted'],
  SQLITE_BUSY: [5, 'database is locked'],
  SQLITE_LOCKED: [6, 'database table is locked'],
  SQLITE_NOMEM: [7, 'out of memory'],
  SQLITE_READONLY: [8, 'attempt to write a readonly database'],
  SQLITE_INTERRUPT: [9, 'interrupted'],
  SQLITE_IOERR: [10, 'disk I/O error'],
  SQLITE_CORRUPT: [11, 'database disk image is malformed'],
  SQLITE_NOTFOUND: [12, 'unknown operation'],
  SQLITE_FULL: [13, 'database or disk is full'],
  SQLITE_CANTOPEN: [14, 'unable to open database file'],
  SQLITE_PROTOCOL: [15, 'locking protocol'],
  SQLITE_EMPTY: [16, 'unknown error'],
  SQLITE_SCHEMA: [17, 'database schema has changed'],
  SQLITE_TOOBIG: [18, 'string or blob too big'],
  SQLITE_CONSTRAINT: [19, 'constraint failed'],
  SQLITE_MISMATCH: [20, 'datatype mismatch'],
  SQLITE_MISUSE: [21, 'bad parameter or other API misuse'],
  SQLITE_NOLFS: [22, 'large file support is disabled'],
  SQLITE_AUTH: [23, 'authorization denied'],
  SQLITE_FORMAT: [24, 'unknown error'],
  SQLITE_RANGE: [25, 'column index out of range'],
  SQLITE_NOTADB: [26, 'file is not a database'],
  SQLITE_NOTICE: [27, 'notification message'],
  SQLITE_WARNING: [28, 'warning message'],
  SQLITE_ROW: [100, 'another row available'],
  SQLITE_DONE: [101, 'no more rows available'],
} as const satisfies Record<string, readonly [number, string]>;

/** Extended codes: [primary code, ordinal]; the number is primary | ordinal << 8. */
export const extendedCodes = {
  SQLITE_ERROR_MISSING_COLLSEQ: ['SQLITE_ERROR', 1],
  SQLITE_ERROR_RETRY: ['SQLITE_ERROR', 2],
  SQLITE_ERROR_SNAPSHOT: ['SQLITE_ERROR', 3],
  SQLITE_IOERR_READ: ['SQLITE_IOERR', 1],
  SQLITE_IOERR_SHORT_READ: ['SQLITE_IOERR', 2],
  SQLITE_IOERR_WRITE: ['SQLITE_IOERR', 3],
  SQLITE_IOERR_FSYNC: ['SQLITE_IOERR', 4],
  SQLITE_IOERR_DIR_FSYNC: ['SQLITE_IOERR', 5],
  SQLITE_IOERR_TRUNCATE: ['SQLITE_IOERR', 6],
  SQLITE_IOERR_FSTAT: ['SQLITE_IOERR', 7],
  SQLITE_IOERR_UNLOCK: ['SQLITE_IOERR', 8],
  SQLITE_IOERR_RDLOCK: ['SQLITE_IOERR', 9],
  SQLITE_IOERR_DELETE: ['SQLITE_IOERR', 10],
  SQLITE_IOERR_BLOCKED: ['SQLITE_IOERR', 11],
  SQLITE_IOERR_NOMEM: ['SQLITE_IOERR', 12],
  SQLITE_IOERR_ACCESS: ['SQLITE_IOERR', 13],
  SQLITE_IOERR_CHECKRESERVEDLOCK: ['SQLITE_IOERR', 14],
  SQLITE_IOERR_LOCK: ['SQLITE_IOERR', 15],
  SQLITE_IOERR_CLOSE: ['SQLITE_IOERR', 16],
  SQLITE_IOERR_DIR_CLOSE: ['SQLITE_IOERR', 17],
  SQLITE_IOERR_SHMOPEN: ['SQLITE_IOERR', 18],
  SQLITE_IOERR_SHMSIZE: ['SQLITE_IOERR', 19],
  SQLITE_IOERR_SHMLOCK: ['SQLITE_IOERR', 20],
  SQLITE_IOERR_SHMMAP: ['SQLITE_IOERR', 21],
  SQLITE_IOERR_SEEK: ['SQLITE_IOERR', 22],
  SQLITE_IOERR_DELETE_NOENT: ['SQLITE_IOERR', 23],
  SQLITE_IOERR_MMAP: ['SQLITE_IOERR', 24],
  SQLITE_IOERR_GETTEMPPATH: ['SQLITE_IOERR', 25],
  SQLITE_IOERR_CONVPATH: ['SQLITE_IOERR', 26],
  SQLITE_IOERR_VNODE: ['SQLITE_IOERR', 27],
  SQLITE_IOERR_AUTH: ['SQLITE_IOERR', 28],
  SQLITE_IOERR_CORRUPTFS: ['SQLITE_IOERR', 33],
  SQLITE_LOCKED_SHAREDCACHE: ['SQLITE_LOCKED', 1],
  SQLITE_LOCKED_VTAB: ['SQLITE_LOCKED', 2],
  SQLITE_BUSY_RECOVERY: ['SQLITE_BUSY', 1],
  SQLITE_BUSY_SNAPSHOT: ['SQLITE_BUSY', 2],
  SQLITE_BUSY_TIMEOUT: ['SQLITE_BUSY', 3],
  SQLITE_CANTOPEN_NOTEMPDIR: ['SQLITE_CANTOPEN', 1],
  SQLITE_CANTOPEN_ISDIR: ['SQLITE_CANTOPEN', 2],
  SQLITE_CANTOPEN_FULLPATH: ['SQLITE_CANTOPEN', 3],
  SQLITE_CANTOPEN_CONVPATH: ['SQLITE_CANTOPEN', 4],
  SQLITE_CANTOPEN_DIRTYWAL: ['SQLITE_CANTOPEN', 5],
  SQLITE_CANTOPEN_SYMLINK: ['SQLITE_CANTOPEN', 6],
  SQLITE_CORRUPT_VTAB: ['SQLITE_CORRUPT', 1],
  SQLITE_CORRUPT_SEQUENCE: ['SQLITE_CORRUPT', 2],
  SQLITE_CORRUPT_INDEX: ['SQLITE_CORRUPT', 3],
  SQLITE_READONLY_RECOVERY: ['SQLITE_READONLY', 1],
  SQLITE_READONLY_CANTLOCK: ['SQLITE_READONLY', 2],
  SQLITE_READONLY_ROLLBACK: ['SQLITE_READONLY', 3],
  SQLITE_READONLY_DBMOVED: ['SQLITE_READONLY', 4],
  SQLITE_READONLY_CANTINIT: ['SQLITE_READONLY', 5],
  SQLITE_READONLY_DIRECTORY: ['SQLITE_READONLY', 6],
  SQLITE_ABORT_ROLLBACK: ['SQLITE_ABORT', 2],
  SQLITE_CONSTRAINT_CHECK: ['SQLITE_CONSTRAINT', 1],
  SQLITE_CONSTRAINT_COMMITHOOK: ['SQLITE_CONSTRAINT', 2],
  SQLITE_CONSTRAINT_FOREIGNKEY: ['SQLITE_CONSTRAINT', 3],
  SQLITE_CONSTRAINT_FUNCTION: ['SQLITE_CONSTRAINT', 4],
  SQLITE_CONSTRAINT_NOTNULL: ['SQLITE_CONSTRAINT', 5],
  SQLITE_CONSTRAINT_PRIMARYKEY: ['SQLITE_CONSTRAINT', 6],
  SQLITE_CONSTRAINT_TRIGGER: ['SQLITE_CONSTRAINT', 7],
  SQLITE_CONSTRAINT_UNIQUE: ['SQLITE_CONSTRAINT', 8],
  SQLITE_CONSTRAINT_VTAB: ['SQLITE_CONSTRAINT', 9],
  SQLITE_CONSTRAINT_ROWID: ['SQLITE_CONSTRAINT', 10],
  SQLITE_CONSTRAINT_PINNED: ['SQLITE_CONSTRAINT', 11],
  SQLITE_CONSTRAINT_DATATYPE: ['SQLITE_CONSTRAINT', 12],
} as const satisfies Record<string, readonly [keyof typeof primaryCodes, number]>;

export type CodeName = keyof typeof primaryCodes | keyof typeof extendedCodes;

/**
 * Failures that SQLite has no extended code for, with better-sqlite3's words: [primary code, ordinal, message]. The ordinals are
 * out of reach of SQLite's; callers see the primary code.
 */
export const reasons = {
  CANTOPEN_REPLACED: [
    'SQLITE_CANTOPEN',
    0x1001,
    'The database file or its journal file was deleted or replaced while the database was open (the database must be reopened)',
  ],
  CANTOPEN_OTHER_JOURNAL: [
    'SQLITE_CANTOPEN',
    0x1002,
    'Cannot open database because a different journal file is already being used for this database',
  ],
  CANTOPEN_SUPER_JOURNAL: [
    'SQLITE_CANTOPEN',
    0x1003,
    'Transactions that write to multiple databases are not supported by databases opened from file descriptors',
  ],
} as const satisfies Record<string, readonly [keyof typeof primaryCodes, number, string]>;

const numberOf = (primary: keyof typeof primaryCodes, ordinal: number): number =>
  primaryCodes[primary][0] | (ordinal << 8);

/** Every code: [name, number], primary codes first. */
export const allCodes: readonly (readonly [CodeName, number])[] = [
  ...Object.entries(primaryCodes).map(([name, [number]]) => [name as CodeName, number] as const),
  ...Object.entries(extendedCodes).map(
    ([name, [primary, ordinal]]) => [name as CodeName, numberOf(primary, ordinal)] as const,
  ),
];

/** Every reason: [its own name, number, name of the primary code, message]. */
export const allReasons: readonly (readonly [string, number, CodeName, string])[] = Object.entries(reasons).map(
  ([name, [primary, ordinal, message]]) => [name, numberOf(primary, ordinal), primary, message] as const,
);
