// Compiler: one connection's catalog and compile options, kept in step with the engine, and the call into the compiler.
//
// The catalog is made of the rows of the schema tables. Of a schema that this connection has changed only the rows that it wrote are read
// again; all of them when somebody else has changed it.
import { reply } from '../../spec/border';
import { settingNumbers } from '../../spec/settings';
import { Catalog, NEWEST_FORMAT } from '../catalog/catalog';
import type { ChildMemo } from '../catalog/database-catalog';
import { MAIN_DATABASE, TEMP_DATABASE, type TextEncoding } from '../catalog/schema';
import { sameName } from '../catalog/names';
import { SchemaRows } from '../catalog/schema-rows';
import type { DatabaseSource, SampleRow, SchemaRow, StatisticsRow } from '../catalog/source';
import { StoredRows } from '../catalog/stored-rows';
import { needsSchemas } from '../codegen/pragma-list';
import { compile, compileDeferred } from '../compile';
import { type CompileOptions, type CompilePragmas, defaultLimits } from '../resolve/options';
import { SqlError } from '../syntax/sql-error';
import type { RawSchema } from './binding';
import type { Border } from './border';
import type { Connection } from './connection';
import type { HostFunctions } from './host-functions';
import type { HostModules } from './host-modules';
import type { CompiledProgram } from './program';
import { EngineSchemaIndex, schemaRows } from './schema-index';
import { fromSqlError } from './errors';
import { SqliteError } from './sqlite-error';

const encodings: readonly TextEncoding[] = ['UTF-8', 'UTF-8', 'UTF-16le', 'UTF-16be'];
const STATISTICS_TABLE = 'sqlite_stat1';
const SAMPLES_TABLE = 'sqlite_stat4';
/** Values of a database in the list of them. */
const DATABASE_WIDTH = 3;

/** A database as it was last read. */
interface LoadedDatabase {
  readonly name: string;
  /** The engine's count of schema changes when it was read. */
  readonly generation: number;
  readonly source: DatabaseSource;
}

/** What the compiler made of one statement of a text; `tail` is where the next one starts. */
interface Compilation {
  readonly compiled: CompiledProgram | null;
  readonly tail: number;
}

/** What a text is compiled for. */
interface Circumstances {
  /** See CompileOptions. */
  readonly limit?: CompileOptions['limit'];
  /** See CompileOptions. */
  readonly parameterValues?: CompileOptions['parameterValues'];
  /** Nothing is gained by leaving its code for later. */
  readonly isRunAtOnce?: boolean;
  /** See CompileOptions. */
  readonly isSchemaCertain?: boolean;
}

export class Compiler {
  readonly #connection: Connection;
  readonly #handle: number;
  readonly #functions: HostFunctions;
  readonly #modules: HostModules;
  readonly #isMainAdopted: boolean;
  readonly #tempCacheSize: { state: 'unknown' | 'unset' | 'set' } = { state: 'unknown' };
  /** SQLite would have had no need to read any schema yet. */
  #isSchemaUnread = true;
  #databases: LoadedDatabase[] = [];
  #catalog: Catalog | null = null;
  /** The latest catalog, from which a new one takes over what is still right. */
  #previous: Catalog | null = null;
  /** Lower-case names of tables and views, see allowsTemplate(). */
  #literalSensitive: readonly string[] | null = null;
  #pragmas: Omit<CompilePragmas, 'defensive'> | null = null;
  #options: CompileOptions | null = null;
  /** By their pragmas. */
  readonly #knownOptions = new Map<string, CompileOptions>();

  /** `isMainAdopted`: the main database was opened by file descriptors. */
  constructor(
    connection: Connection,
    handle: number,
    functions: HostFunctions,
    modules: HostModules,
    isMainAdopted: boolean,
  ) {
    this.#connection = connection;
    this.#handle = handle;
    this.#functions = functions;
    this.#modules = modules;
    this.#isMainAdopted = isMainAdopted;
  }

  /** The engine has changed a schema: what changed is read again before the next compilation. */
  invalidate(): void {
    this.#catalog = null;
  }

  /** SQLite would read all schemas again. */
  noteReading(): void {
    for (const database of this.#previous?.databases ?? []) database.noteReading();
  }

  /** The file was changed by someone else: everything is read again. */
  forget(): void {
    this.#catalog = null;
    this.#databases = [];
  }

  /**
   * Compiles the statement at `offset`; `compiled` is null when there is none.
   * @throws SqliteError with SQLite's message.
   */
  compile(sql: string, offset: number, circumstances: Circumstances): Compilation {
    try {
      return this.#compileTwice(sql, offset, circumstances);
    } finally {
      this.#noteReading(sql, offset);
    }
  }

  #compileTwice(sql: string, offset: number, circumstances: Circumstances): Compilation {
    try {
      return this.#compile(sql, offset, circumstances);
    } catch (error) {
      if (!(error instanceof SqlError)) throw error;
      // What is missing may have been made by another connection since the schema was read; what is malformed is always read again.
      if (!this.#hasFault && !this.#isOutdated()) throw fromSqlError(error, sql);
    }
    this.forget();
    this.#connection.version++;
    try {
      return this.#compile(sql, offset, circumstances);
    } catch (error) {
      throw error instanceof SqlError ? fromSqlError(error, sql) : error;
    }
  }

  #compile(
    sql: string,
    offset: number,
    { limit, isRunAtOnce, isSchemaCertain, parameterValues }: Circumstances,
  ): Compilation {
    const current = this.#currentOptions();
    const options = this.#isSchemaUnread ? { ...current, isSchemaUnread: true } : current;
    const given =
      limit || parameterValues || isSchemaCertain === true
        ? {
            ...options,
            limit: limit ?? null,
            parameterValues: parameterValues ?? null,
            isSchemaCertain: isSchemaCertain === true,
          }
        : options;
    const make = isRunAtOnce === true ? compile : compileDeferred;
    const statement = make(sql, this.#currentCatalog(), given, offset);
    return statement === null ? { compiled: null, tail: sql.length } : { compiled: statement, tail: statement.tail };
  }

  /** After a statement for which SQLite has read the schemas; those of open files, without which temp gets no cache size. */
  #noteReading(sql: string, offset: number): void {
    const isUnknown = this.#tempCacheSize.state === 'unknown';
    const isTempClosed = isUnknown && this.#databases[TEMP_DATABASE]?.source.file === null;
    if (!this.#isSchemaUnread && !isTempClosed) return;
    const text = offset === 0 ? sql : sql.slice(offset);
    if (!needsSchemas(text)) return;
    this.#isSchemaUnread = false;
    if (isTempClosed && !/^\s*pragma\s+temp\s*\./i.test(text)) this.#tempCacheSize.state = 'unset';
  }

  /**
   * Whether literals of `sql` may be taken out. Where an index is partial or on a comparison, the literal decides whether it can be used:
   * not in texts that mention its table, or a view, which may hide it.
   */
  allowsTemplate(sql: string): boolean {
    if (this.#isSchemaUnread) return false;
    this.#currentCatalog();
    this.#literalSensitive ??= literalSensitiveNames(this.#databases);
    if (this.#literalSensitive.length === 0) return true;
    const text = sql.toLowerCase();
    return !this.#literalSensitive.some((name) => text.includes(name));
  }

  /** Names of the tables of a database which may have foreign keys and are not empty, in SQLite's order. @throws SqliteError */
  filledChildren(name: string): readonly string[] {
    const database = this.#currentCatalog().findDatabase(name);
    if (database === null) return [];
    const tables = database.source.rows.referringTables();
    const roots = tables.map(({ rootPage }) => rootPage ?? 0);
    const filled = this.#connection.border.native.filledTrees(this.#handle, database.number, roots);
    if (filled === undefined) throw this.#connection.lastError();
    const names = tables.filter((_table, i) => filled[i]).map((table) => table.name);
    return names.length < 2 ? names : database.inHashOrder(names);
  }

  /** See DatabaseCatalog. */
  childMemo(database: string, table: string): ChildMemo | null {
    return this.#currentCatalog().findDatabase(database)?.childMemo(table) ?? null;
  }

  /** Reads the pragmas that influence compilation; true when one has changed. */
  reloadSettings(): boolean {
    const before = JSON.stringify(this.#pragmas);
    this.#pragmas = null;
    this.#options = null;
    this.#currentOptions();
    // An empty database may get another encoding; malformed rows are none with writable_schema.
    const isStale = this.#hasFault || this.#databases[MAIN_DATABASE]?.source.rows.isEmpty === true;
    if (isStale) this.forget();
    return isStale || JSON.stringify(this.#pragmas) !== before;
  }

  #currentOptions(): CompileOptions {
    const { declarations } = this.#functions;
    const defensive = !this.#connection.unsafeMode;
    const known = this.#options;
    if (known?.hostFunctions === declarations && known.pragmas.defensive === defensive) return known;
    this.#pragmas ??= readPragmas(this.#connection.border.native.settings(this.#handle));
    this.#options = this.#optionsWith({ ...this.#pragmas, defensive });
    return this.#options;
  }

  /** The same object for the same pragmas: what was found out with it holds again when a pragma is set back. */
  #optionsWith(pragmas: CompilePragmas): CompileOptions {
    const hostFunctions = this.#functions.declarations;
    const key = JSON.stringify(pragmas);
    const known = this.#knownOptions.get(key);
    if (known?.hostFunctions === hostFunctions) return known;
    const isEmptyTree = (database: number, root: number): boolean =>
      this.#connection.border.native.filledTrees(this.#handle, database, [root])?.[0] === false;
    const isMainAdopted = this.#isMainAdopted;
    const options: CompileOptions = { pragmas, limits: defaultLimits, hostFunctions, isEmptyTree, isMainAdopted };
    this.#knownOptions.set(key, options);
    return options;
  }

  #isOutdated(): boolean {
    const { native, words } = this.#connection.border;
    return this.#databases.some(({ source }, number) => {
      const cookie = native.schemaCookie(this.#handle, number);
      return words[reply.errorCode] === 0 && cookie !== source.cookie;
    });
  }

  #currentCatalog(): Catalog {
    if (this.#catalog !== null) return this.#catalog;
    const previous = new Map(this.#databases.map((database) => [database.name, database]));
    const listed = this.#connection.border.native.databases(this.#handle);
    const databases: LoadedDatabase[] = [];
    for (let i = 0; i < listed.length; i += DATABASE_WIDTH) {
      const name = listed[i] as string;
      const file = listed[i + 1] as string | null;
      const generation = listed[i + 2] as number;
      const known = previous.get(name);
      if (known?.generation === generation && known.source.file === file) databases.push(known);
      else
        databases.push(
          this.#refresh(i / DATABASE_WIDTH, known, file, generation) ??
            this.#load(i / DATABASE_WIDTH, name, file, generation),
        );
    }
    this.#forgetVerified(databases);
    this.#databases = databases;
    this.#literalSensitive = null;
    this.#catalog = this.#makeCatalog();
    if (this.#findFaults(previous)) this.#catalog = this.#makeCatalog();
    else if (this.#loadStatistics(previous)) this.#catalog = this.#makeCatalog();
    return this.#catalog;
  }

  /** Objects of temp may name those of any database. */
  #forgetVerified(databases: readonly LoadedDatabase[]): void {
    const isSame = ({ source }: LoadedDatabase, i: number): boolean => source.rows === this.#databases[i]?.source.rows;
    if (databases.length === this.#databases.length && databases.every(isSame)) return;
    databases[TEMP_DATABASE]?.source.rows.invalidate(null);
  }

  #makeCatalog(): Catalog {
    const databases = this.#databases.map(({ source }) => source);
    this.#previous = new Catalog({ databases, modules: this.#modules.declarations }, this.#previous);
    return this.#previous;
  }

  #load(number: number, name: string, file: string | null, generation: number): LoadedDatabase {
    const { border } = this.#connection;
    const raw = border.native.loadSchema(this.#handle, number);
    if (raw === undefined) throw this.#connection.lastError();
    const source = databaseSource(name, file, raw, border);
    if (number !== TEMP_DATABASE) return { name, generation, source };
    return { name, generation, source: { ...source, cacheSize: this.#tempCacheSize } };
  }

  /** Takes over what this connection has changed itself; null when that is not all that may be new. */
  #refresh(
    number: number,
    known: LoadedDatabase | undefined,
    file: string | null,
    generation: number,
  ): LoadedDatabase | null {
    const catalog = this.#previous?.databases[number];
    if (known === undefined || catalog?.source !== known.source || known.source.file !== file) return null;
    const { native } = this.#connection.border;
    const raw = native.readSchemaChanges(this.#handle, number);
    if (raw === undefined) return null;
    const { removed, added, names } = known.source.rows.apply(
      schemaRows(raw.rows),
      (object) => this.#databases[TEMP_DATABASE]?.source.rows.mentions(object) === true,
    );
    // ANALYZE, which changes no row but those of a new statistics table: everything that was derived from the old figures goes.
    const isAnalyzed = removed.length + added.length === 0 || added.some(({ name }) => name === STATISTICS_TABLE);
    if (isAnalyzed && known.source.rows.relation(STATISTICS_TABLE) !== undefined) return null;
    this.#databases[TEMP_DATABASE]?.source.rows.invalidate(names);
    const gone = removed.filter(({ rowid }) => !added.some((row) => row.rowid === rowid));
    const { rows, samples, fault, statistics } = known.source;
    const source: DatabaseSource = {
      name: known.name,
      file,
      cookie: raw.cookie,
      encoding: encodings[raw.encoding] ?? 'UTF-8',
      formatNumber: raw.format,
      rows,
      statistics: statisticsWithout(statistics, gone),
      samples,
      fault,
    };
    catalog.refresh(source, removed, added);
    return { name: known.name, generation, source };
  }

  /** Looks for malformed rows in databases that were read anew; true when there was one. With writable_schema they are what is to be repaired. */
  #findFaults(previous: ReadonlyMap<string, LoadedDatabase>): boolean {
    if (this.#currentOptions().pragmas.writableSchema) return false;
    this.#databases.forEach((database, number) => {
      if (previous.get(database.name)?.source.rows === database.source.rows) return;
      const fault = this.#catalog?.databases[number]?.findFault() ?? null;
      if (fault !== null) this.#databases[number] = { ...database, source: { ...database.source, fault } };
    });
    return this.#hasFault;
  }

  get #hasFault(): boolean {
    return this.#databases.some(({ source }) => source.fault !== undefined);
  }

  /** Reads sqlite_stat1 and sqlite_stat4 of databases that were read anew; true when there was one. */
  #loadStatistics(previous: ReadonlyMap<string, LoadedDatabase>): boolean {
    let found = false;
    this.#databases.forEach((database, number) => {
      if (previous.get(database.name)?.source.rows === database.source.rows) return;
      const statistics = this.#rowsOf(database, STATISTICS_TABLE, 'tbl, idx, stat').flatMap(statisticsRow);
      const columns = 'tbl, idx, neq, nlt, ndlt, sample';
      const samples = this.#rowsOf(database, SAMPLES_TABLE, columns).flatMap(sampleRow);
      if (statistics.length + samples.length === 0) return;
      this.#databases[number] = { ...database, source: { ...database.source, statistics, samples } };
      found = true;
    });
    return found;
  }

  /** Rows of a statistics table; none when there is no such table, or one without these columns. */
  #rowsOf({ name, source }: LoadedDatabase, table: string, columns: string): readonly unknown[][] {
    if (source.rows.relation(table)?.type !== 'table') return [];
    try {
      return this.#connection.query(`SELECT ${columns} FROM "${name.replaceAll('"', '""')}".${table}`);
    } catch (error) {
      if (error instanceof SqliteError && error.code === 'SQLITE_ERROR') return [];
      throw error;
    }
  }
}

/** Tables with samples too: plans depend on how often a literal is in them. */
function literalSensitiveNames(databases: readonly LoadedDatabase[]): string[] {
  const names = databases.flatMap(({ source: { rows, samples } }) => {
    if (samples === undefined || samples.length === 0) return rows.literalSensitiveNames();
    const views = rows.viewsAndTriggers().filter(({ type }) => type === 'view');
    const sampled = new Set(samples.map(({ table }) => table));
    return [...rows.literalSensitiveNames(), ...sampled, ...views.map(({ name }) => name)];
  });
  return names.map((name) => name.toLowerCase());
}

function sampleRow([table, index, equal, less, distinctLess, sample]: readonly unknown[]): SampleRow[] {
  if (typeof index !== 'string') return [];
  const text = (value: unknown): string => (typeof value === 'string' ? value : '');
  const bytes = sample instanceof Uint8Array ? sample : new Uint8Array();
  return [
    {
      table: text(table),
      index,
      equal: text(equal),
      less: text(less),
      distinctLess: text(distinctLess),
      sample: bytes,
    },
  ];
}

function statisticsRow([table, index, figures]: readonly unknown[]): StatisticsRow[] {
  if (typeof table !== 'string' || typeof figures !== 'string') return [];
  return [{ table, index: typeof index === 'string' ? index : null, figures }];
}

function databaseSource(name: string, file: string | null, raw: RawSchema, border: Border): DatabaseSource {
  const isEmpty = raw.count === 0 && raw.format === 0;
  return {
    name,
    file,
    cookie: raw.cookie,
    encoding: encodings[raw.encoding] ?? 'UTF-8',
    formatNumber: isEmpty ? NEWEST_FORMAT : raw.format,
    rows: isEmpty ? new SchemaRows([]) : new SchemaRows([], new StoredRows(new EngineSchemaIndex(border, raw))),
    statistics: [],
    samples: undefined,
    fault: undefined,
  };
}

/** The figures of objects that are gone go with them. */
function statisticsWithout(statistics: readonly StatisticsRow[], gone: readonly SchemaRow[]): readonly StatisticsRow[] {
  if (statistics.length === 0 || gone.length === 0) return statistics;
  const isGone = (type: string, name: string | null): boolean =>
    name !== null && gone.some((row) => row.type === type && sameName(row.name, name));
  return statistics.filter(({ table, index }) => !isGone('table', table) && !isGone('index', index));
}

function readPragmas(settings: readonly number[]): Omit<CompilePragmas, 'defensive'> {
  const flag = (name: keyof typeof settingNumbers): boolean => settings[settingNumbers[name]] === 1;
  return {
    foreignKeys: flag('foreign_keys'),
    recursiveTriggers: flag('recursive_triggers'),
    deferForeignKeys: flag('defer_foreign_keys'),
    ignoreCheckConstraints: flag('ignore_check_constraints'),
    caseSensitiveLike: flag('case_sensitive_like'),
    reverseUnorderedSelects: flag('reverse_unordered_selects'),
    automaticIndex: flag('automatic_index'),
    countChanges: flag('count_changes'),
    fullColumnNames: flag('full_column_names'),
    shortColumnNames: flag('short_column_names'),
    writableSchema: flag('writable_schema'),
    trustedSchema: flag('trusted_schema'),
    queryOnly: flag('query_only'),
    legacyAlterTable: flag('legacy_alter_table'),
    cellSizeCheck: flag('cell_size_check'),
  };
}
