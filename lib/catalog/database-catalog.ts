/**
 * The schema of one database, built from rows of sqlite_schema on first use of each object.
 *
 * Owns: name lookup within one database and the checks of schema rows. Must not know: other databases' contents.
 * Invariant: objects are made anew when a row that they come from changes; readers keep no object from one statement to the next.
 */
import type { Statement } from '../syntax/ast';
import { parseStoredStatement } from '../syntax/parser';
import { SqlError } from '../syntax/sql-error';
import { schemaTable, schemaTableNames, tempSchemaTableNames } from './builtin-tables';
import { NamesInHashOrder } from './hash-order';
import { malformedSchema } from './malformed';
import { foldName, sameName } from './names';
import {
  TEMP_DATABASE,
  type Database,
  type Index,
  type Relation,
  type Table,
  type TextEncoding,
  type Trigger,
  type View,
  type ViewColumn,
} from './schema';
import { schemaFault } from './schema-fault';
import type { SchemaRows } from './schema-rows';
import type { DatabaseSource, SchemaRow } from './source';
import { LEAST_GUESSED_ROWS, Statistics, type TableStatistics } from './statistics';
import { type TableObject, type ExplicitIndex, type TableSurroundings } from './table';
import { buildTable } from './table-builder';
import type { ModuleDeclaration } from './virtual-table';
import { VirtualTable } from './virtual-table-object';

type ObjectType = 'table' | 'view' | 'index' | 'trigger';

/** What the session keeps of a table with foreign keys until the table or one of its parents changes. */
export interface ChildMemo {
  /** The program that checks its rows. */
  check: unknown;
}

export class DatabaseCatalog implements Database, TableSurroundings {
  #source: DatabaseSource;
  readonly number: number;
  readonly name: string;
  readonly file: string | null;
  readonly encoding: TextEncoding;
  readonly formatNumber: number;
  private readonly built = new Map<SchemaRow, Relation | Trigger>();
  /** Rows of tables whose foreign keys fit their parents, with what holds as long as both stay as they are. */
  private readonly fitting = new Map<SchemaRow, ChildMemo>();
  private readonly columnsOfViews = new Map<View, readonly ViewColumn[]>();
  private readonly relationNames: NamesInHashOrder;
  private readonly triggerNames: NamesInHashOrder;
  private schemaTableObject: TableObject | null = null;
  private statisticsOfAll: Statistics | null = null;

  constructor(
    number: number,
    source: DatabaseSource,
    private readonly modules: ReadonlyMap<string, ModuleDeclaration>,
  ) {
    this.#source = source;
    this.number = number;
    this.name = source.name;
    this.file = source.file;
    this.encoding = source.encoding;
    this.formatNumber = source.formatNumber;
    const ownNames = number === TEMP_DATABASE ? tempSchemaTableNames : schemaTableNames;
    const rows = (isMember: (row: SchemaRow) => boolean) => () => [...this.rows.all()].filter(isMember);
    this.relationNames = new NamesInHashOrder(rows(isRelation), ownNames[0]);
    this.triggerNames = new NamesInHashOrder(rows(isTrigger), null);
  }

  get source(): DatabaseSource {
    return this.#source;
  }

  get cookie(): number {
    return this.#source.cookie;
  }

  /** Takes over a source whose rows were changed in place. */
  refresh(source: DatabaseSource, removed: readonly SchemaRow[], added: readonly SchemaRow[]): void {
    this.#source = source;
    this.statisticsOfAll = null;
    this.relationNames.change({ removed: removed.filter(isRelation), added: added.filter(isRelation) });
    this.triggerNames.change({ removed: removed.filter(isTrigger), added: added.filter(isTrigger) });
    for (const row of [...removed, ...added]) {
      const old = this.built.get(row);
      if (old?.kind === 'view') this.columnsOfViews.delete(old);
      this.built.delete(row);
      const table = row.type === 'index' ? source.rows.relation(foldName(row.tableName)) : undefined;
      if (table !== undefined) this.built.delete(table);
      if (this.fitting.size === 0) continue;
      this.fitting.delete(row);
      const parent = foldName(row.type === 'index' ? row.tableName : row.name);
      for (const child of source.rows.childrenOf(parent)) this.fitting.delete(child);
    }
  }

  findRelation(name: string): Relation | null {
    const folded = foldName(name);
    const row = this.rows.relation(folded);
    if (row !== undefined) return this.relationOf(row);
    if (!folded.startsWith('sqlite_')) return null;
    const isSchemaName = (names: readonly string[]): boolean => names.includes(folded);
    if (isSchemaName(schemaTableNames) || (this.number === TEMP_DATABASE && isSchemaName(tempSchemaTableNames))) {
      this.schemaTableObject ??= schemaTable(this, this.number === TEMP_DATABASE);
      return this.schemaTableObject;
    }
    return null;
  }

  findIndex(name: string): Index | null {
    const folded = foldName(name);
    const row = this.rows.index(folded);
    if (row === undefined) return this.findTableAsIndex(folded);
    const table = this.findRelation(row.tableName);
    if (table?.kind !== 'table') throw malformedSchema(row.name, `no such table: ${this.name}.${row.tableName}`);
    const index = table.indexes.find((candidate) => foldName(candidate.name) === folded);
    if (index === undefined) throw malformedSchema(row.name, 'orphan index');
    return index;
  }

  /** The primary key of a WITHOUT ROWID table has an index name but no row. */
  private findTableAsIndex(folded: string): Index | null {
    const match = /^sqlite_autoindex_(.*)_\d+$/.exec(folded);
    const table = match === null ? null : this.findRelation(match[1] as string);
    if (table?.kind !== 'table') return null;
    return table.indexes.find(({ name }) => foldName(name) === folded) ?? null;
  }

  findTrigger(name: string): Trigger | null {
    const row = this.rows.trigger(foldName(name));
    return row === undefined ? null : this.triggerOf(row);
  }

  has(type: ObjectType, name: string): boolean {
    const folded = foldName(name);
    switch (type) {
      case 'index':
        return this.rows.index(folded) !== undefined || this.findTableAsIndex(folded) !== null;
      case 'trigger':
        return this.rows.trigger(folded) !== undefined;
      default:
        return this.rows.relation(folded)?.type === type;
    }
  }

  schemaRow(type: ObjectType, name: string): SchemaRow | null {
    const folded = foldName(name);
    const row =
      type === 'index'
        ? this.rows.index(folded)
        : type === 'trigger'
          ? this.rows.trigger(folded)
          : this.rows.relation(folded);
    return row?.type === type ? row : null;
  }

  referringRows(parent: string): readonly SchemaRow[] {
    return this.rows.childrenOf(foldName(parent));
  }

  rowsOfRelation({ kind, name }: Relation): readonly SchemaRow[] {
    const row = this.schemaRow(kind, name);
    const indexes = this.rows.indexesOf(foldName(name));
    return row === null ? indexes : [row, ...indexes];
  }

  *relations(): Iterable<Relation> {
    for (const row of this.rows.all()) {
      if (row.type === 'table' || row.type === 'view') yield this.relationOf(row);
    }
  }

  *relationsInHashOrder(): Iterable<Relation> {
    for (const name of [...this.relationNames.names()]) {
      const relation = this.findRelation(name);
      if (relation !== null) yield relation;
    }
  }

  /** Names of relations, as they are stored, in the order in which SQLite walks the schema. */
  inHashOrder(names: readonly string[]): readonly string[] {
    const wanted = new Set(names);
    return [...this.relationNames.names()].filter((name) => wanted.has(name));
  }

  *indexes(): Iterable<Index> {
    for (const row of this.rows.all()) {
      if (row.type !== 'index') continue;
      const index = this.findIndex(row.name);
      if (index !== null) yield index;
    }
  }

  *viewsAndTriggers(): Iterable<View | Trigger> {
    for (const row of this.rows.viewsAndTriggers()) yield this.viewOrTriggerOf(row);
  }

  doubtful(names: readonly string[], circumstances: unknown): readonly (View | Trigger)[] {
    return this.rows.doubtful(names, circumstances).map((row) => this.viewOrTriggerOf(row));
  }

  verify({ kind, name }: View | Trigger, circumstances: unknown): void {
    const row = this.schemaRow(kind, name);
    if (row !== null) this.rows.verify(row, circumstances);
  }

  doubtfulChildren(): readonly Table[] {
    const doubtful = this.rows.referringTables().filter((row) => !this.fitting.has(row));
    return doubtful.map((row) => this.relationOf(row)).filter((relation) => relation.kind === 'table');
  }

  verifyChild({ name }: Table): void {
    const row = this.schemaRow('table', name);
    if (row !== null) this.fitting.set(row, { check: null });
  }

  /** Null when the table's foreign keys are not known to fit. */
  childMemo(name: string): ChildMemo | null {
    const row = this.schemaRow('table', name);
    return (row && this.fitting.get(row)) ?? null;
  }

  viewColumns(view: View): readonly ViewColumn[] | null {
    return this.columnsOfViews.get(view) ?? null;
  }

  learnViewColumns(view: View, columns: readonly ViewColumn[]): void {
    this.columnsOfViews.set(view, columns);
  }

  forgetViewColumns(): void {
    this.columnsOfViews.clear();
  }

  noteReading(): void {
    this.forgetViewColumns();
    this.relationNames.forget();
    this.triggerNames.forget();
    if (this.file !== null) this.noteCacheSize();
  }

  get isCacheSizeUnset(): boolean {
    return this.#source.cacheSize?.state === 'unset';
  }

  noteCacheSize(): void {
    if (this.#source.cacheSize !== undefined) this.#source.cacheSize.state = 'set';
  }

  private viewOrTriggerOf(row: SchemaRow): View | Trigger {
    return row.type === 'trigger' ? this.triggerOf(row) : (this.relationOf(row) as View);
  }

  /** Triggers stored here on a table of this name, in the order of sqlite_schema. */
  triggersOnName(tableName: string): Trigger[] {
    return this.rows.triggersOf(foldName(tableName)).map((row) => this.triggerOf(row));
  }

  triggersInHashOrder(): Trigger[] {
    return Array.from(this.triggerNames.names()).flatMap((name) => this.findTrigger(name) ?? []);
  }

  /** Tables that have a foreign key to a table of this name, newest first. */
  tablesReferencing(parentName: string): readonly Table[] {
    const children: Table[] = [];
    for (const row of this.rows.childrenOf(foldName(parentName))) {
      const table = this.relationOf(row);
      if (table.kind !== 'table') continue;
      if (table.foreignKeys.some((key) => sameName(key.parentName, parentName))) children.unshift(table);
    }
    return children;
  }

  rootPageOfIndex(name: string): number {
    return this.rows.index(foldName(name))?.rootPage ?? 0;
  }

  explicitIndexes(table: Table): readonly ExplicitIndex[] {
    const found: ExplicitIndex[] = [];
    for (const row of this.rows.indexesOf(foldName(table.name))) {
      if (row.sql === null || row.sql === '') continue;
      const statement = parseRow(row);
      if (statement.kind !== 'createIndex' || !sameName(statement.name.name.name, row.name))
        throw malformedSchema(row.name);
      found.push({ name: row.name, rootPage: rootPageOf(row), sql: row.sql, statement });
    }
    return found;
  }

  statisticsOfTable(name: string): TableStatistics | null {
    if (this.#source.statistics.length === 0) return null;
    const table = this.rows.relation(foldName(name));
    const relation = table === undefined ? null : this.relationOf(table);
    if (relation?.kind !== 'table') return null;
    const full = relation.indexes.filter(({ where }) => where === null).map((index) => index.name);
    const figures = this.statistics.ofTable(name, full);
    if (figures === null || relation.indexes.every((index) => this.statistics.isAnalyzed(index))) return figures;
    return { rows: Math.max(LEAST_GUESSED_ROWS, figures.rows) };
  }

  statisticsOfIndex(index: Index): ReturnType<Statistics['ofIndex']> {
    const { statistics, samples = [] } = this.#source;
    return statistics.length + samples.length === 0 ? null : this.statistics.ofIndex(index);
  }

  private get statistics(): Statistics {
    this.statisticsOfAll ??= new Statistics(this.#source.statistics, this.#source.samples);
    return this.statisticsOfAll;
  }

  private get rows(): SchemaRows {
    const { rows, fault } = this.#source;
    if (fault !== undefined) throw fault;
    return rows;
  }

  /** What SQLite would say when it reads the schema; null: nothing. */
  findFault(): SqlError | null {
    return schemaFault(this, this.#source.rows.stored);
  }

  /** The table or view of a row of this type. @throws SqlError what SQLite says of a malformed one */
  relationOf(row: SchemaRow): Relation {
    const found = this.built.get(row);
    if (found !== undefined && found.kind !== 'trigger') return found;
    const relation = this.buildRelation(row);
    this.built.set(row, relation);
    return relation;
  }

  private buildRelation(row: SchemaRow): Relation {
    const statement = parseRow(row);
    const sql = row.sql as string;
    if (row.type === 'view') {
      if (statement.kind !== 'createView') throw malformedSchema(row.name);
      return this.buildView(row, sql, statement);
    }
    let table: TableObject;
    if (statement.kind === 'createTable' && statement.select === null) {
      if (!sameName(statement.name.name.name, row.name)) throw malformedSchema(row.name);
      const rootPage = rootPageOf(row);
      try {
        table = buildTable({ statement, database: this, rootPage, sql, isStored: true });
      } catch (error) {
        throw error instanceof SqlError ? malformedSchema(row.name, error.message) : error;
      }
    } else if (statement.kind === 'createVirtualTable') {
      const { name } = statement.module;
      const find = (): ModuleDeclaration => creatableModule(this.modules, name);
      return new VirtualTable(row.name, this, sql, { name, arguments: statement.arguments, find });
    } else {
      throw malformedSchema(row.name);
    }
    table.surroundings = this;
    return table;
  }

  private buildView(row: SchemaRow, sql: string, statement: Extract<Statement, { kind: 'createView' }>): View {
    return {
      kind: 'view',
      name: row.name,
      database: this,
      sql,
      columnNames: statement.columns?.map(({ name }) => name) ?? null,
      select: statement.select,
    };
  }

  private triggerOf(row: SchemaRow): Trigger {
    const found = this.built.get(row);
    if (found?.kind === 'trigger') return found;
    const statement = parseRow(row);
    if (statement.kind !== 'createTrigger') throw malformedSchema(row.name);
    const trigger: Trigger = {
      kind: 'trigger',
      name: row.name,
      database: this,
      tableDatabaseName: statement.table.database?.name ?? null,
      tableName: row.tableName,
      sql: row.sql as string,
      statement,
    };
    this.built.set(row, trigger);
    return trigger;
  }
}

const isRelation = ({ type }: SchemaRow): boolean => type === 'table' || type === 'view';
const isTrigger = ({ type }: SchemaRow): boolean => type === 'trigger';

/** @throws SqlError no such module */
export function creatableModule(modules: ReadonlyMap<string, ModuleDeclaration>, name: string): ModuleDeclaration {
  const module = modules.get(foldName(name));
  if (module?.isCreatable !== true) throw new SqlError(`no such module: ${name}`);
  return module;
}

/** That there is no such page is found out when it is used. */
function rootPageOf({ rootPage, name }: SchemaRow): number {
  if (rootPage === null) throw malformedSchema(name);
  return rootPage;
}

/** The statement of a row. @throws SqlError when it is missing or does not parse. */
export function parseRow(row: SchemaRow): Statement {
  if (row.sql === null || !/^cr/i.test(row.sql)) throw malformedSchema(row.name);
  try {
    const { statement } = parseStoredStatement(row.sql);
    if (statement === null) throw malformedSchema(row.name);
    return statement;
  } catch (error) {
    throw error instanceof SqlError && error.code === 'SQLITE_ERROR' ? malformedSchema(row.name, error.message) : error;
  }
}
