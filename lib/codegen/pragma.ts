/**
 * PRAGMA: dispatch, settings and header fields.
 *
 * Owns: how values of pragmas are read (on/off words, modes, numbers) and the code of those that are settings or opcodes.
 * Must not know: what the settings do.
 */
import { settingNumbers, type SettingName } from '../../spec/settings';
import { foldName } from '../catalog/names';
import type { Database } from '../catalog/schema';
import type { PragmaStatement } from '../syntax/ast';
import { SqlError } from '../syntax/sql-error';
import { isReadable } from './attach';
import type { CodegenContext } from './context';
import { compileForeignKeyCheck } from './foreign-key-check';
import { compileIntegrityCheck } from './integrity-check';
import { compileOptimize } from './analyze';
import { compileOptions, flagPragmas, pragmas, readsSchema, type PragmaDefinition } from './pragma-list';
import { emitRow, emitRowFrom } from './pragma-rows';
import {
  autoVacuumMode,
  booleanValue,
  exactCount,
  int32,
  int32OrZero,
  int64,
  low31Bits,
  synchronousLevel,
  tempStore,
} from './pragma-values';
import { compileSchemaPragma, isSchemaPragma } from './pragma-schema';
import type { UtilityResult } from './utility';

/** Everything that the code of one pragma depends on. */
export interface PragmaCall {
  readonly ctx: CodegenContext;
  /** Folded. */
  readonly name: string;
  readonly value: string | null;
  /** The value was written in quotes. */
  readonly isQuoted: boolean;
  readonly database: Database;
  /** `schema.pragma` was written. */
  readonly isQualified: boolean;
}

const headerFields: ReadonlyMap<string, number> = new Map([
  ['freelist_count', 0],
  ['schema_version', 1],
  ['user_version', 6],
  ['application_id', 8],
  ['data_version', 15],
]);
const INCREMENTAL_VACUUM_FIELD = 7;
const LARGEST_ROOT_FIELD = 4;

const flags = new Set<string>(flagPragmas);

/** Code of a PRAGMA statement. */
export function compilePragma(ctx: CodegenContext, sql: string, statement: PragmaStatement): UtilityResult {
  const { database: qualifier } = statement;
  let database = ctx.schema.databases[0] as Database;
  if (qualifier !== null) {
    const found = ctx.schema.findDatabase(qualifier.name);
    if (found === null) {
      throw new SqlError(`unknown database ${sql.slice(qualifier.start, qualifier.end)}`, qualifier.start);
    }
    database = found;
  }
  const name = foldName(statement.name.name);
  // Naming temp opens it.
  if (database.file === null) {
    ctx.program.emit('SettingGet', database.number, ctx.program.register(), settingNumbers.page_size);
  }
  if (readsSchema.has(name) && (name !== 'encoding' || statement.value === null)) ctx.schema.requireReadable();
  const isMain = database === ctx.schema.databases[0];
  if (isMain && ctx.options.isMainAdopted === true) refuseLog(name, statement.value?.text ?? null);
  const definition = pragmas.get(name);
  if (definition === undefined) return { columns: [], isReadonly: true };
  const value = statement.value?.text ?? null;
  const isReadonly = codePragma({
    ctx,
    name,
    value,
    isQuoted: statement.value !== null && /^["'`[]/.test(sql.charAt(statement.value.start)),
    database,
    isQualified: qualifier !== null,
  });
  return { columns: columnsOf(definition, name, value), isReadonly };
}

function columnsOf({ hasColumns, columns }: PragmaDefinition, name: string, value: string | null): readonly string[] {
  if (hasColumns === 'never' || (hasColumns === 'query' && value !== null)) return [];
  return columns ?? [name];
}

/** Emits the code; returns whether the statement only reads. */
function codePragma(call: PragmaCall): boolean {
  const { name, value } = call;
  if (flags.has(name)) return codeFlag(call);
  const field = headerFields.get(name);
  if (field !== undefined) return codeHeaderField(call, field);
  if (isSchemaPragma(name)) return compileSchemaPragma(call);
  switch (name) {
    case 'integrity_check':
    case 'quick_check':
      compileIntegrityCheck(call);
      return true;
    case 'foreign_key_check':
      compileForeignKeyCheck(call);
      return true;
    case 'optimize':
      compileOptimize(call);
      return true;
    case 'journal_mode':
      return codeJournalMode(call);
    case 'wal_checkpoint':
      return codeCheckpoint(call);
    case 'auto_vacuum':
      return codeAutoVacuum(call);
    case 'incremental_vacuum':
      return codeIncrementalVacuum(call);
    case 'page_count':
    case 'max_page_count':
      return codePageCount(call);
    case 'encoding':
      return codeEncoding(call);
    case 'locking_mode':
      return codeLockingMode(call);
    case 'synchronous':
      return codeSetting(call, value === null ? null : synchronousLevel(value));
    case 'secure_delete':
      return codeSecureDelete(call);
    case 'temp_store':
      return codeSetting(call, value === null ? null : tempStore(value));
    case 'temp_store_directory':
      return codeTempDirectory(call);
    case 'case_sensitive_like':
      return value === null || codeSetting(call, booleanValue(value) ? 1 : 0);
    case 'cache_spill':
      return codeSetting(call, value === null ? null : cacheSpill(value));
    case 'shrink_memory':
      return codeSetting(call, 1);
    case 'compile_options':
      for (const option of compileOptions) emitRow(call.ctx, [option]);
      return true;
    default:
      return codeNumber(call);
  }
}

// ---------------------------------------------------------------------------------------------------------------------
// Settings

/** A number of pages; 1 turns spilling on with the number there is. */
function cacheSpill(text: string): number {
  const size = int32(text);
  if (size === null) return booleanValue(text, true) ? 1 : 0;
  return booleanValue(text, size !== 0) ? size : 0;
}

/** Sets the setting of the pragma's name when there is a value, else shows it. */
function codeSetting({ ctx, name, database }: PragmaCall, value: number | string | null): true {
  const { program } = ctx;
  const setting = settingNumbers[name as SettingName];
  const register = program.register();
  if (value === null) {
    program.emit('SettingGet', database.number, register, setting);
    program.emit('ResultRow', register, 1);
    return true;
  }
  if (typeof value === 'string') program.loadString(value, register);
  else program.loadInteger(value, register);
  ctx.statement.changesSettings = true;
  program.emit('SettingSet', database.number, register, setting);
  return true;
}

/** No row for the default directory. */
function codeTempDirectory(call: PragmaCall): true {
  const { program } = call.ctx;
  if (call.value !== null) return codeSetting(call, call.value);
  const directory = program.register();
  const empty = program.register();
  const done = program.label();
  program.emit('SettingGet', 0, directory, settingNumbers.temp_store_directory);
  program.loadString('', empty);
  program.emit('Eq', empty, done, directory);
  emitRowFrom(call.ctx, directory, 1);
  program.place(done);
  return true;
}

function codeFlag(call: PragmaCall): true {
  const { ctx, name, value } = call;
  if (value === null) return codeSetting(call, null);
  const isOn = booleanValue(value);
  if (isOn && name === 'writable_schema' && ctx.options.pragmas.defensive) return true;
  return codeSetting(call, isOn ? 1 : 0);
}

function codeCacheSize(call: PragmaCall): true {
  const { ctx, value, database } = call;
  if (value !== null) database.noteCacheSize();
  if (!database.isCacheSizeUnset) return codeSetting(call, value === null ? null : int32OrZero(value));
  emitRow(ctx, [0]);
  return true;
}

/** A setting whose pragma shows the value in force after setting it. */
function codeNumber(call: PragmaCall): true {
  const { name, value } = call;
  switch (name) {
    case 'cache_size':
      return codeCacheSize(call);
    case 'page_size':
      return codeSetting(call, value === null ? null : int32OrZero(value));
    case 'journal_size_limit': {
      const limit = value === null ? null : int64(value).value;
      if (limit !== null) codeSetting(call, limit < -1n ? -1 : Number(limit));
      return codeSetting(call, null);
    }
    case 'soft_heap_limit':
    case 'hard_heap_limit': {
      const limit = exactCount(value);
      if (limit !== null) codeSetting(call, Number(limit));
      return codeSetting(call, null);
    }
    case 'mmap_size':
      if (value !== null) codeMmapSize(call, Math.max(0, Number(int64(value).value)));
      return call.database.file === '' || call.database.file === null || codeSetting(call, null);
    case 'threads':
    case 'analysis_limit': {
      const limit = exactCount(value);
      if (limit !== null) codeSetting(call, name === 'threads' ? Math.min(low31Bits(limit), 8) : low31Bits(limit));
      return codeSetting(call, null);
    }
    default:
      if (value !== null) codeSetting(call, Math.max(0, int32OrZero(value)));
      return codeSetting(call, null);
  }
}

/** Without a schema's name it is set on all databases. */
function codeMmapSize(call: PragmaCall, size: number): void {
  const targets = call.isQualified ? [call.database] : call.ctx.schema.databases;
  for (const database of targets) if (database.file !== null) codeSetting({ ...call, database }, size);
}

function codeSecureDelete(call: PragmaCall): true {
  const { ctx, value, isQualified } = call;
  if (value !== null) {
    const mode = foldName(value) === 'fast' ? 2 : booleanValue(value) ? 1 : 0;
    const targets = isQualified ? [call.database] : ctx.schema.databases;
    for (const database of targets) codeSetting({ ...call, database }, mode);
  }
  return codeSetting(call, null);
}

function codeLockingMode(call: PragmaCall): true {
  const { ctx, value, database, isQualified } = call;
  const { program } = ctx;
  const mode = value === null ? '' : foldName(value);
  if (mode === 'exclusive' || mode === 'normal') codeSetting(call, mode === 'exclusive' ? 1 : 0);
  const register = program.register();
  // Setting it shows the mode in force, which is exclusive for a database without a file whatever is asked for.
  if (database.file === '' && (mode === 'normal' || (isQualified && mode !== 'exclusive'))) {
    emitRow(ctx, ['exclusive']);
    return true;
  }
  program.emit('SettingGet', database.number, register, settingNumbers.locking_mode);
  const isNormal = program.emit('IfNot', register, 0, 1);
  program.loadString('exclusive', register);
  const done = program.emit('Goto');
  program.jumpHere(isNormal);
  program.loadString('normal', register);
  program.jumpHere(done);
  program.emit('ResultRow', register, 1);
  return true;
}

const encodings: ReadonlyMap<string, string> = new Map([
  ['utf8', 'UTF-8'],
  ['utf-8', 'UTF-8'],
  ['utf16', 'UTF-16le'],
  ['utf-16', 'UTF-16le'],
  ['utf16le', 'UTF-16le'],
  ['utf-16le', 'UTF-16le'],
  ['utf16be', 'UTF-16be'],
  ['utf-16be', 'UTF-16be'],
]);

const hasObjects = (database: Database): boolean => [...database.relations()].length > 0;

function codeEncoding(call: PragmaCall): true {
  const { value } = call;
  if (value === null) {
    call.ctx.useDatabase(0);
    return codeSetting(call, null);
  }
  // The encoding is settled by the first object that is seen in any schema: whatever is asked for afterwards is ignored.
  const { schema, options } = call.ctx;
  const isSettled = !isReadable(call.ctx) || schema.databases.some(hasObjects);
  if (isSettled && options.isSchemaUnread !== true) return true;
  const encoding = encodings.get(foldName(value));
  if (encoding === undefined) throw new SqlError(`unsupported encoding: ${value}`);
  if (isSettled) return true;
  return codeSetting(call, encoding);
}

// ---------------------------------------------------------------------------------------------------------------------
// Header fields and files

function codeHeaderField({ ctx, name, value, database }: PragmaCall, field: number): boolean {
  const { program } = ctx;
  const { number } = database;
  if (value !== null && name !== 'data_version' && name !== 'freelist_count') {
    program.emit('Transaction', number, 1);
    if (name === 'schema_version' && ctx.options.pragmas.defensive) return false;
    program.emit('SetCookie', number, field, int32OrZero(value), -1, 1);
    if (name === 'schema_version') {
      ctx.statement.changesSchema = true;
      program.emit('SchemaChanged', number);
    }
    return false;
  }
  const register = program.register();
  program.emit('Transaction', number, 0);
  program.emit('ReadCookie', number, register, field);
  program.emit('ResultRow', register, 1);
  return true;
}

const journalModes = ['delete', 'persist', 'off', 'truncate', 'memory', 'wal'] as const;
const QUERY_MODE = -1;

function codeJournalMode({ ctx, value, database, isQualified }: PragmaCall): false {
  const { program } = ctx;
  const register = program.register();
  const prefix = value === null ? null : foldName(value);
  const named = prefix === null ? QUERY_MODE : journalModes.findIndex((name) => name.startsWith(prefix));
  const isRefused = journalModes[named] === 'off' && ctx.options.pragmas.defensive;
  const found = isRefused ? QUERY_MODE : named;
  const isQuery = found === QUERY_MODE;
  const all = [...ctx.schema.databases].reverse();
  const targets = isQualified || isQuery ? [database] : all.filter(({ file }) => file !== null);
  for (const { number } of targets) program.emit('JournalMode', number, register, found);
  program.emit('ResultRow', register, 1);
  return false;
}

/** A WAL and its index would be files that nobody gave descriptors of. */
function refuseLog(name: string, value: string | null): void {
  if (name !== 'journal_mode' || value === null || foldName(value) !== 'wal') return;
  throw new SqlError('journal_mode WAL is not supported for databases opened from file descriptors', -1);
}

const checkpointModes: ReadonlyMap<string, number> = new Map([
  ['noop', -1],
  ['full', 1],
  ['restart', 2],
  ['truncate', 3],
]);
const ALL_DATABASES = -1;

function codeCheckpoint({ ctx, value, database, isQualified }: PragmaCall): false {
  const { program } = ctx;
  const first = program.register(3);
  const mode = value === null ? 0 : (checkpointModes.get(foldName(value)) ?? 0);
  program.emit('Checkpoint', isQualified ? database.number : ALL_DATABASES, mode, first);
  emitRowFrom(ctx, first, 3);
  return false;
}

/** Setting a mode other than none also notes in the header which of the two it is, if the file has auto-vacuum at all. */
function codeAutoVacuum(call: PragmaCall): boolean {
  const { ctx, value, database } = call;
  const { program } = ctx;
  if (value === null) return codeSetting(call, null);
  const mode = autoVacuumMode(value);
  codeSetting(call, mode);
  if (mode === 0) return true;
  const register = program.register();
  // A database that has pages keeps its kind.
  program.emit('SettingGet', database.number, register, settingNumbers.auto_vacuum);
  const isFixed = program.emit('IfNot', register, 0, 1);
  program.emit('Transaction', database.number, 1);
  program.emit('ReadCookie', database.number, register, LARGEST_ROOT_FIELD);
  const skip = program.emit('IfNot', register, 0, 1);
  program.emit('SetCookie', database.number, INCREMENTAL_VACUUM_FIELD, mode - 1);
  program.jumpHere(skip);
  program.jumpHere(isFixed);
  return false;
}

function codeIncrementalVacuum({ ctx, value, database }: PragmaCall): false {
  const { program } = ctx;
  const limit = value === null ? null : int32(value);
  const left = program.register();
  ctx.writeDatabase(database.number);
  program.emit('Integer', limit === null || limit <= 0 ? 0x7fffffff : limit, left);
  const top = program.emit('IncrVacuum', database.number);
  program.emit('AddImm', left, -1);
  program.emit('IfPos', left, top);
  program.jumpHere(top);
  return false;
}

const LARGEST_PAGE_COUNT = 0xfffffffe;

function codePageCount({ ctx, name, value, database }: PragmaCall): true {
  const { program } = ctx;
  const register = program.register();
  ctx.useDatabase(database.number);
  if (name === 'page_count') {
    program.emit('Pagecount', database.number, register);
  } else {
    const asked = exactCount(value) ?? 0n;
    // Operands are 32 bits, of which large negative numbers mean labels.
    const limit = asked > 0x7fffffffn ? LARGEST_PAGE_COUNT : Number(asked);
    program.emit('MaxPgcnt', database.number, register, limit | 0);
  }
  program.emit('ResultRow', register, 1);
  return true;
}
