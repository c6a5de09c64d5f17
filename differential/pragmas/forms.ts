// Every form in which a pragma can be written: without a value, with values good and bad, qualified or not, and as a table-valued function.
// Owns: which statements there are. Must not know: engines.
import { pragmas } from '../../lib/codegen/pragma-list';

/** What can be read and set without danger to the process that both engines share. */
const HEAP_LIMITS = ['0', '-1', '1000000000000', 'abc'];

/** Pragmas of older versions and other builds do nothing; nor do words that are none. */
const UNKNOWN = ['default_cache_size', 'default_synchronous', 'lock_status', 'stats', 'vdbe_listing', 'parser_trace', 'data_store_directory', 'lock_proxy_file', 'key', 'nothing']; // prettier-ignore

const NUMBERS = ['0', '1', '2', '3', '5', '-1', '-2', '+7', '512', '1024', '8192', '65536', '4294967295', '4294967296', '2147483648', '9223372036854775807', '9223372036854775808', '-9223372036854775808', '1.5', '1e3', '-0.5', '0x10', '007', '1_000']; // prettier-ignore
const WORDS = ['on', 'off', 'yes', 'no', 'true', 'false', 'ON', 'full', 'normal', 'extra', 'fast', 'none', 'incremental', 'exclusive', 'memory', 'file', 'default', 'delete', 'truncate', 'persist', 'wal', 'passive', 'restart', 'noop', 'reset', 'abc', 'null']; // prettier-ignore
const STRINGS = ["''", "' '", "'1'", "' 1'", "'1 '", "'-3'", "'+3'", "'3abc'", "'on'", "'ON '", "'0x10'", "'UTF-8'", "'utf16le'", "'utf-16'", '"UTF-16be"', '"on"', '[off]', '`2`', "'é'", "'t1'", "'nosuch'"]; // prettier-ignore
const OBJECTS = ['t1', 't2', 'w1', 'v1', 'i1', 'sqlite_schema', 'sqlite_sequence', 'sqlite_autoindex_t2_1', 'temp1', 'aux1', 'vt', '"t 3"']; // prettier-ignore
/**
 * Values that no grammar rule takes, and those that only look odd. Left out: what is well-formed up to a point (`1+1`); SQLite applies
 * such a pragma before it meets the syntax error behind it.
 */
const WRONG = ['', '(1)', '?', "x'01'", '-abc', '+on', '- 5', 'current_time', 'select', 'begin', 'index', '--5']; // prettier-ignore

const VALUES = [...NUMBERS, ...WORDS, ...STRINGS, ...OBJECTS, ...WRONG];

export const QUALIFIERS = ['', 'main.', 'temp.', 'aux.', 'nosuch.', '"main".', 'MAIN.'];

/** Pragmas whose answer depends on the build, the process or the directory, not on what they are given. */
const OF_THE_BUILD = new Set([
  'compile_options',
  'function_list',
  'module_list',
  'pragma_list',
  'temp_store_directory',
]);

export const pragmaNames: readonly string[] = [...[...pragmas.keys()].filter((name) => !OF_THE_BUILD.has(name)), ...UNKNOWN]; // prettier-ignore

const valuesOf = (name: string): readonly string[] => (name.endsWith('heap_limit') ? HEAP_LIMITS : VALUES);

/** The pragma as statement, in all forms. */
export function statements(name: string, qualifier: string): string[] {
  const pragma = `PRAGMA ${qualifier}${name}`;
  const list = [pragma];
  for (const value of valuesOf(name)) list.push(`${pragma} = ${value}`, pragma, `${pragma}(${value})`, pragma);
  return list;
}

const ARGUMENTS = ["'t1'", "'t2'", "'w1'", "'v1'", "'i1'", "'sqlite_autoindex_t2_1'", "'vt'", "'temp1'", "'aux1'", "'nosuch'", '1', '0', '-5', '1.5', 'NULL', "''", "x'7431'", "'main'", "'temp'"]; // prettier-ignore
const SCHEMAS = ["'main'", "'temp'", "'aux'", "'nosuch'", 'NULL', "''", "'MAIN'", '1'];

/** The pragma as table, with arguments of all kinds; the first of them fail where there is no such table. */
export function tableForms(name: string): string[] {
  const table = `pragma_${name}`;
  const list = [
    `SELECT * FROM ${table}`,
    `SELECT rowid, * FROM ${table}()`,
    `SELECT * FROM main.${table}`,
    `SELECT arg FROM ${table}`,
    `SELECT schema FROM ${table}`,
    `SELECT * FROM ${table}(1, 2, 3)`,
    `SELECT a.*, b.* FROM ${table} AS a, ${table} AS b LIMIT 9`,
    `SELECT count(*) FROM ${table}`,
    `INSERT INTO ${table} VALUES(1)`,
    `DELETE FROM ${table}`,
  ];
  for (const argument of ARGUMENTS) {
    list.push(`SELECT * FROM ${table}(${argument})`, `SELECT *, arg FROM ${table} WHERE arg = ${argument}`);
  }
  for (const schema of SCHEMAS) {
    list.push(
      `SELECT *, schema FROM ${table} WHERE schema = ${schema}`,
      `SELECT * FROM ${table}('t1', ${schema})`,
      `SELECT * FROM ${table}('t1') WHERE schema = ${schema}`,
    );
  }
  list.push(
    `SELECT s.name, p.* FROM sqlite_schema AS s, ${table}(s.name) AS p ORDER BY 1, 2, 3`,
    `SELECT s.name, p.* FROM sqlite_schema AS s LEFT JOIN ${table}(s.tbl_name) AS p ON p.schema = 'main' ORDER BY 1, 2, 3`,
    `SELECT * FROM ${table}((SELECT name FROM sqlite_schema LIMIT 1))`,
    `SELECT * FROM ${table} WHERE arg IN ('t1', 't2')`,
  );
  return list;
}

/** A schema that gives every pragma something to say. */
export const SETUP = [
  "CREATE TABLE t1(a INTEGER PRIMARY KEY, b TEXT NOT NULL DEFAULT 'x', c REAL AS (a + 1), d AS (b || 'y') STORED, e COLLATE nocase CHECK (e <> 7))",
  'CREATE TABLE t2(k TEXT PRIMARY KEY, a REFERENCES t1 ON DELETE CASCADE, b, FOREIGN KEY (a, b) REFERENCES t1(a, b) DEFERRABLE INITIALLY DEFERRED)',
  'CREATE TABLE w1(x, y DESC_, z, PRIMARY KEY (y, x)) WITHOUT ROWID, STRICT',
  'CREATE TABLE w1(x INT, y TEXT, z ANY, PRIMARY KEY (y, x)) WITHOUT ROWID, STRICT',
  'CREATE TABLE "t 3"(n INTEGER PRIMARY KEY AUTOINCREMENT, v)',
  'CREATE VIEW v1(p, q) AS SELECT a, b FROM t1',
  'CREATE INDEX i1 ON t1(b DESC, e COLLATE binary, a + 1) WHERE b IS NOT NULL',
  'CREATE UNIQUE INDEX i2 ON w1(z)',
  'CREATE TEMP TABLE temp1(a, b UNIQUE)',
  'CREATE TABLE aux.aux1(a PRIMARY KEY, b)',
  'CREATE VIRTUAL TABLE vt USING dbstat',
  "INSERT INTO t1(a, b) VALUES(1, 'one'), (2, 'two')",
  'INSERT INTO "t 3"(v) VALUES(1), (2)',
  "INSERT INTO w1 VALUES(1, 'a', NULL)",
  'PRAGMA foreign_keys = off',
  "INSERT INTO t2 VALUES('k', 99, NULL)",
  'PRAGMA foreign_keys = on',
  'INSERT INTO aux.aux1 VALUES(1, 2)',
];
