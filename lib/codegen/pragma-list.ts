/**
 * The pragmas there are: their result columns and when they return rows.
 *
 * Owns: data only. A pragma that is not here does nothing and returns nothing, as in SQLite.
 */
import type { SettingName } from '../../spec/settings';

/** When a pragma has result columns: always, without a value only, or never. */
export type PragmaColumns = 'always' | 'query' | 'never';

export interface PragmaDefinition {
  readonly hasColumns: PragmaColumns;
  /** Names of the result columns; null: the one column is named like the pragma. */
  readonly columns: readonly string[] | null;
}

const define = (hasColumns: PragmaColumns, columns: readonly string[] | null = null): PragmaDefinition => ({
  hasColumns,
  columns,
});

const tableInfoColumns = ['cid', 'name', 'type', 'notnull', 'dflt_value', 'pk'];
const indexInfoColumns = ['seqno', 'cid', 'name'];

/** On-off settings of the connection: shown without a value, set with one. */
export const flagPragmas = [
  'automatic_index',
  'cell_size_check',
  'checkpoint_fullfsync',
  'count_changes',
  'defer_foreign_keys',
  'empty_result_callbacks',
  'foreign_keys',
  'full_column_names',
  'fullfsync',
  'ignore_check_constraints',
  'legacy_alter_table',
  'query_only',
  'read_uncommitted',
  'recursive_triggers',
  'reverse_unordered_selects',
  'short_column_names',
  'trusted_schema',
  'writable_schema',
] as const satisfies readonly SettingName[];

export const pragmas: ReadonlyMap<string, PragmaDefinition> = new Map([
  ...flagPragmas.map((name) => [name, define('query')] as const),
  ['analysis_limit', define('always')],
  ['application_id', define('query')],
  ['auto_vacuum', define('query')],
  ['busy_timeout', define('always', ['timeout'])],
  ['cache_size', define('query')],
  ['cache_spill', define('query')],
  ['case_sensitive_like', define('never')],
  ['collation_list', define('always', ['seq', 'name'])],
  ['compile_options', define('always')],
  ['data_version', define('always')],
  ['database_list', define('always', ['seq', 'name', 'file'])],
  ['encoding', define('query')],
  ['foreign_key_check', define('always', ['table', 'rowid', 'parent', 'fkid'])],
  ['foreign_key_list', define('always', ['id', 'seq', 'table', 'from', 'to', 'on_update', 'on_delete', 'match'])],
  ['freelist_count', define('always')],
  ['function_list', define('always', ['name', 'builtin', 'type', 'enc', 'narg', 'flags'])],
  ['hard_heap_limit', define('always')],
  ['incremental_vacuum', define('never')],
  ['index_info', define('always', indexInfoColumns)],
  ['index_list', define('always', ['seq', 'name', 'unique', 'origin', 'partial'])],
  ['index_xinfo', define('always', [...indexInfoColumns, 'desc', 'coll', 'key'])],
  ['integrity_check', define('always')],
  ['journal_mode', define('always')],
  ['journal_size_limit', define('always')],
  ['locking_mode', define('always')],
  ['max_page_count', define('always')],
  ['mmap_size', define('always')],
  ['module_list', define('always', ['name'])],
  ['optimize', define('always')],
  ['page_count', define('always')],
  ['page_size', define('query')],
  ['pragma_list', define('always', ['name'])],
  ['quick_check', define('always')],
  ['schema_version', define('query')],
  ['secure_delete', define('always')],
  ['shrink_memory', define('never')],
  ['soft_heap_limit', define('always')],
  ['synchronous', define('query')],
  ['table_info', define('always', tableInfoColumns)],
  ['table_list', define('always', ['schema', 'name', 'type', 'ncol', 'wr', 'strict'])],
  ['table_xinfo', define('always', [...tableInfoColumns, 'hidden'])],
  ['temp_store', define('query')],
  ['temp_store_directory', define('query')],
  ['threads', define('always')],
  ['user_version', define('query')],
  ['wal_autocheckpoint', define('always')],
  ['wal_checkpoint', define('always', ['busy', 'log', 'checkpointed'])],
]);

/** Pragmas for which SQLite reads the schemas first. */
export const readsSchema: ReadonlySet<string> = new Set(
  `auto_vacuum cache_size encoding foreign_key_check foreign_key_list incremental_vacuum index_info index_list index_xinfo integrity_check
   journal_mode max_page_count optimize page_count quick_check synchronous table_info table_list table_xinfo wal_checkpoint`.split(
    /\s+/,
  ),
);

/** What PRAGMA compile_options shows: the choices of better-sqlite3's build that hold here too. */
export const compileOptions: readonly string[] = [
  'DEFAULT_AUTOVACUUM',
  'DEFAULT_CACHE_SIZE=-16000',
  'DEFAULT_FILE_FORMAT=4',
  'DEFAULT_FOREIGN_KEYS',
  'DEFAULT_JOURNAL_SIZE_LIMIT=-1',
  'DEFAULT_MMAP_SIZE=0',
  'DEFAULT_PAGE_SIZE=4096',
  'DEFAULT_RECURSIVE_TRIGGERS',
  'DEFAULT_SECTOR_SIZE=4096',
  'DEFAULT_SYNCHRONOUS=2',
  'DEFAULT_WAL_AUTOCHECKPOINT=1000',
  'DEFAULT_WAL_SYNCHRONOUS=1',
  'DEFAULT_WORKER_THREADS=0',
  'DQS=0',
  'ENABLE_COLUMN_METADATA',
  'ENABLE_MATH_FUNCTIONS',
  'ENABLE_PERCENTILE',
  'ENABLE_UPDATE_DELETE_LIMIT',
  'LIKE_DOESNT_MATCH_BLOBS',
  'MAX_ATTACHED=10',
  'MAX_COLUMN=2000',
  'MAX_COMPOUND_SELECT=500',
  'MAX_EXPR_DEPTH=1000',
  'MAX_FUNCTION_ARG=1000',
  'MAX_LENGTH=1000000000',
  'MAX_LIKE_PATTERN_LENGTH=50000',
  'MAX_PAGE_COUNT=0xfffffffe',
  'MAX_PAGE_SIZE=65536',
  'MAX_SQL_LENGTH=1000000000',
  'MAX_TRIGGER_DEPTH=1000',
  'MAX_VARIABLE_NUMBER=32766',
  'OMIT_DEPRECATED',
  'OMIT_SHARED_CACHE',
  'OMIT_TCL_VARIABLE',
  'SOUNDEX',
  'TEMP_STORE=1',
];

/** Statements without a need for any schema. */
const WITHOUT_SCHEMA = /^(?:begin|commit|end|rollback|savepoint|release|vacuum)\b/i;
const PRAGMA = /^pragma\s+(?:\w+\s*\.\s*)?(\w+)\s*([=(])?/i;
const LEADING_BLANKS = /^(?:\s|--[^\n]*|\/\*[^]*?\*\/)*/;

/** Whether SQLite reads the schemas to compile this. */
export function needsSchemas(sql: string): boolean {
  const text = sql.replace(LEADING_BLANKS, '');
  if (!/^pragma\b/i.test(text)) return !WITHOUT_SCHEMA.test(text);
  const [, name = '', hasValue] = PRAGMA.exec(text) ?? [];
  return readsSchema.has(name.toLowerCase()) && (name.toLowerCase() !== 'encoding' || hasValue === undefined);
}
