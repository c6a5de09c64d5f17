// Settings that PRAGMA reads and writes through SettingGet and SettingSet. The position of an entry is its number.
// Pragmas that are opcodes of their own (journal_mode, wal_checkpoint, max_page_count, header fields) are not here.

export interface SettingDeclaration {
  readonly doc: string;
  /** Whose it is: the connection's (p1 of the instruction is ignored) or one database's. */
  readonly scope: 'connection' | 'database';
  /** The value in the register: 0 or 1, a 64-bit integer, or text. SettingGet gives the same type. */
  readonly type: 'boolean' | 'integer' | 'text';
  /** Programs compiled before a change are no longer right. */
  readonly changesCompilation: boolean;
}

const flag = (doc: string, changesCompilation = false): SettingDeclaration => ({
  doc,
  scope: 'connection',
  type: 'boolean',
  changesCompilation,
});
const connection = (doc: string): SettingDeclaration => ({
  doc,
  scope: 'connection',
  type: 'integer',
  changesCompilation: false,
});
const database = (doc: string): SettingDeclaration => ({
  doc,
  scope: 'database',
  type: 'integer',
  changesCompilation: false,
});

export const settings = {
  // Flags of the connection.
  automatic_index: flag('The planner may build automatic indexes.', true),
  case_sensitive_like: flag('LIKE is case sensitive.', true),
  cell_size_check: flag('Pages are checked more thoroughly when they are read.'),
  checkpoint_fullfsync: flag('Checkpoints use full syncs.'),
  count_changes: flag('INSERT, UPDATE and DELETE return a row with their count.', true),
  defer_foreign_keys: flag('All foreign keys are deferred until COMMIT; off again after it.'),
  empty_result_callbacks: flag('Without effect.'),
  foreign_keys: flag('Foreign keys are enforced. No effect inside a transaction.', true),
  full_column_names: flag('Result columns are named table.column.', true),
  fullfsync: flag('Full syncs where the platform has them.'),
  ignore_check_constraints: flag('CHECK constraints are not enforced.', true),
  legacy_alter_table: flag('ALTER TABLE RENAME as before 3.26.', true),
  query_only: flag('Statements that write fail with SQLITE_READONLY.'),
  read_uncommitted: flag('Without effect: there is no shared cache.'),
  recursive_triggers: flag('Triggers may fire themselves.', true),
  reverse_unordered_selects: flag('SELECT without ORDER BY scans backward.', true),
  short_column_names: flag('Result columns are named by their column.', true),
  trusted_schema: flag('Functions with side effects may be used by schema objects.', true),
  writable_schema: flag('sqlite_schema may be written; corruption of the schema is tolerated.', true),

  // Numbers of the connection.
  analysis_limit: connection('Rows that ANALYZE looks at; 0: all.'),
  busy_timeout: connection('Milliseconds to wait for a lock.'),
  hard_heap_limit: connection('Bytes; 0: none. Setting can only lower it.'),
  soft_heap_limit: connection('Bytes; 0: none.'),
  temp_store: connection(
    'Where temporary tables are: 0 default (file), 1 file, 2 memory. Setting drops the temp database; fails inside a transaction.',
  ),
  threads: connection('Helper threads of a statement.'),
  wal_autocheckpoint: connection('Frames in the WAL that start a checkpoint; 0 or less: never.'),
  /** An action: SettingSet releases what memory can be released; SettingGet gives 0. */
  shrink_memory: connection('Releases memory.'),
  temp_store_directory: {
    doc: 'Directory of temporary files; an empty text for the default.',
    scope: 'connection',
    type: 'text',
    changesCompilation: false,
  },

  // Settings of one database.
  auto_vacuum: database('0 none, 1 full, 2 incremental.'),
  cache_size: database('Pages, or KiB when negative.'),
  cache_spill: database(
    '0: dirty pages are never spilled; otherwise spilling starts at this many pages (1: as many as fit the cache). Gives 0 or the threshold.',
  ),
  default_cache_size: database('Pages, kept in the file (deprecated).'),
  encoding: {
    doc: 'UTF-8, UTF-16le or UTF-16be. Setting has no effect once the main database exists.',
    scope: 'connection',
    type: 'text',
    changesCompilation: true,
  },
  journal_size_limit: database('Bytes; -1: none.'),
  locking_mode: database(
    '0 normal, 1 exclusive; set on main, it is set on all attached ones and the default of later ones.',
  ),
  mmap_size: database('Most bytes of the file to map. Kept and shown; files are not mapped.'),
  page_size: database('Bytes; setting has an effect on an empty database only, or at VACUUM.'),
  secure_delete: database('0 off, 1 on, 2 fast.'),
  synchronous: database('0 off, 1 normal, 2 full, 3 extra. Setting fails inside a transaction.'),
} as const satisfies Record<string, SettingDeclaration>;

export type SettingName = keyof typeof settings;

/** Names by number. */
export const settingNames = Object.keys(settings) as SettingName[];

/** Numbers by name: p3 of SettingGet and SettingSet. */
export const settingNumbers = Object.fromEntries(settingNames.map((name, number) => [name, number])) as Record<
  SettingName,
  number
>;
