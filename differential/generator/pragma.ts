// Random pragmas: reading and setting those whose answer doesn't depend on the file, the clock or the build.
import type { Random } from './random';
import type { SchemaModel } from './schema-model';

const READS = [
  'user_version', 'application_id', 'page_size', 'encoding', 'foreign_keys', 'synchronous', 'integrity_check', 'quick_check', 'no_such_pragma', 'cache_size', 'journal_mode', 'auto_vacuum', 'collation_list',
  'freelist_count', 'page_count', 'schema_version', 'recursive_triggers', 'defer_foreign_keys', 'case_sensitive_like', 'automatic_index', 'busy_timeout', 'cell_size_check', 'checkpoint_fullfsync', 'fullfsync',
  'count_changes', 'empty_result_callbacks', 'full_column_names', 'short_column_names', 'ignore_check_constraints', 'journal_size_limit', 'legacy_alter_table', 'locking_mode', 'max_page_count', 'mmap_size', 'query_only',
  'read_uncommitted', 'reverse_unordered_selects', 'secure_delete', 'soft_heap_limit', 'hard_heap_limit', 'temp_store', 'threads', 'trusted_schema', 'wal_autocheckpoint', 'writable_schema', 'analysis_limit',
  'foreign_key_check', 'table_list', 'database_list', 'data_version', 'incremental_vacuum', 'shrink_memory', 'optimize', 'wal_checkpoint', 'module_list', 'function_list', 'pragma_list', 'cache_spill',
]; // prettier-ignore
const SETTINGS = [
  'user_version = 7', 'user_version(-1)', 'application_id = 99', 'foreign_keys = OFF', 'foreign_keys = ON', 'foreign_keys = 1', 'recursive_triggers = ON', 'recursive_triggers = OFF', 'defer_foreign_keys = ON',
  'defer_foreign_keys = 0', 'case_sensitive_like = ON', 'case_sensitive_like = OFF', 'cache_size = -500', 'cache_size = 50', 'automatic_index = OFF', 'automatic_index = ON', 'ignore_check_constraints = ON',
  'ignore_check_constraints = OFF', 'query_only = OFF', 'secure_delete = FAST', 'secure_delete = 0', 'temp_store = MEMORY', 'temp_store = DEFAULT', 'synchronous = NORMAL', 'synchronous = FULL', 'synchronous = 9',
  'journal_size_limit = 100', 'max_page_count = 100000', 'cell_size_check = ON', 'analysis_limit = 5', 'legacy_alter_table = OFF', 'trusted_schema = OFF', 'trusted_schema = ON', 'full_column_names = OFF',
  'incremental_vacuum(3)', 'busy_timeout = 100', 'page_size = 4096', 'encoding = "UTF-8"', 'cache_spill = OFF', 'user_version = abc', 'schema_version = 77',
]; // prettier-ignore

/** Pragmas that answer differently by design: which modules and functions there are, and how memory is used. */
const UNCOMPARABLE = ['module_list', 'function_list', 'pragma_list', 'mmap_size', 'cache_spill', 'optimize', 'data_version', 'table_list']; // prettier-ignore

export function pragma(random: Random, schema: SchemaModel): string {
  const table = random.pick(schema.tables).name;
  const place = random.oneIn(12) ? random.pick(['main.', 'temp.', 'nosuch.']) : '';
  return random.weighted<() => string>([
    [
      4,
      () => {
        const name = random.pick(['table_info', 'table_xinfo', 'index_list', 'foreign_key_list', 'foreign_key_check']);
        return `PRAGMA ${place}${name}(${random.oneIn(20) ? 'nosuch' : table})`;
      },
    ],
    [
      3,
      () =>
        `PRAGMA ${random.oneIn(6) ? place : ''}${random.pick(READS.filter((name) => !UNCOMPARABLE.includes(name)))}`,
    ],
    [3, () => `PRAGMA ${random.pick(SETTINGS)}`],
    [1, () => `PRAGMA ${random.pick(['integrity_check', 'quick_check'])}(${random.oneIn(2) ? table : 5})`],
    [
      2,
      () =>
        schema.indexes.length
          ? `PRAGMA ${random.pick(['index_info', 'index_xinfo'])}(${random.pick(schema.indexes)})`
          : 'PRAGMA integrity_check',
    ],
  ])();
}
