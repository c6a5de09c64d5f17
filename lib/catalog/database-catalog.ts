/**
 * The schema of one database, built from rows of sqlite_schema on first use of each object.
 *
 * Owns: name lookup within one database and the checks of schema rows. Must not know: other databases' contents.
 * Invariant: `source` never changes; a new schema makes a new DatabaseCatalog.
 */
import type { Statement } from '../syntax/ast';
import { parseStoredStatement } from '../syntax/parser';
import { SqlError } from '../syntax/sql-error';
import { schemaTable, schemaTableNames, tempSchemaTableNames, virtualTable } from './builtin-tables';
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
} from './schema';
import type { DatabaseSource, ModuleDeclaration, SchemaRow } from './source';
import { Statistics, type TableStatistics } from './statistics';
import { type TableObject, type ExplicitIndex, type TableSurroundings } from './table';
import { buildTable } from './table-builder';

type ObjectType = 'table' | 'view' | 'index' | 'trigger';

/** Rows by folded name, and by the folded name of the table that they belong to. */
interface RowIndex {
  readonly relations: Map<string, SchemaRow>;
  readonly indexes: Map<string, SchemaRow>;
  readonly triggers: Map<string, SchemaRow>;
  readonly indexesByTable: Map<string, SchemaRow[]>;
  readonly triggersByTable: Map<string, SchemaRow[]>;
}

function pushTo(map: Map<string, SchemaRow[]>, key: string, row: SchemaRow): void {
  const list = map.get(key);
  if (list === undefined) map.set(key, [row]);
  else list.push(row);
}

export class DatabaseCatalog implements Database, TableSurroundings {
  readonly number: number;
  readonly name: string;
  readonly file: string | null;
  readonly cookie: number;
  readonly encoding: TextEncoding;
  readonly formatNumber: number;
  private rowIndex: RowIndex | null = null;
  private readonly built = new Map<SchemaRow, Relation | Trigger>();
  private schemaTableObject: TableObject | null = null;
  private statisticsOfAll: Statistics | null = null;
  private foreignKeyParents: Map<string, Table[]> | null = null;

  constructor(
    number: number,
    readonly source: DatabaseSource,
    private readonly modules: ReadonlyMap<string, ModuleDeclaration>,
  ) {
    this.number = number;
    this.name = source.name;
    this.file = source.file;
    this.cookie = source.cookie;
    this.encoding = source.encoding;
    this.formatNumber = source.formatNumber;
  }

  findRelation(name: string): Relation | null {
    const folded = foldName(name);
    const row = this.rows.relations.get(folded);
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
    const row = this.rows.indexes.get(folded);
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
    const row = this.rows.triggers.get(foldName(name));
    return row === undefined ? null : this.triggerOf(row);
  }

  has(type: ObjectType, name: string): boolean {
    const folded = foldName(name);
    switch (type) {
      case 'index':
        return this.rows.indexes.has(folded) || this.findTableAsIndex(folded) !== null;
      case 'trigger':
        return this.rows.triggers.has(folded);
      default:
        return this.rows.relations.get(folded)?.type === type;
    }
  }

  *relations(): Iterable<Relation> {
    for (const row of this.rows.relations.values()) yield this.relationOf(row);
  }

  *indexes(): Iterable<Index> {
    for (const row of this.rows.indexes.values()) {
      const index = this.findIndex(row.name);
      if (index !== null) yield index;
    }
  }

  *triggers(): Iterable<Trigger> {
    for (const row of this.rows.triggers.values()) yield this.triggerOf(row);
  }

  /** Triggers stored here on a table of this name, in the order of sqlite_schema. */
  triggersOnName(tableName: string): Trigger[] {
    return (this.rows.triggersByTable.get(foldName(tableName)) ?? []).map((row) => this.triggerOf(row));
  }

  /** Tables that have a foreign key to a table of this name, newest first. */
  tablesReferencing(parentName: string): readonly Table[] {
    this.foreignKeyParents ??= this.findForeignKeyParents();
    return this.foreignKeyParents.get(foldName(parentName)) ?? [];
  }

  private findForeignKeyParents(): Map<string, Table[]> {
    const parents = new Map<string, Table[]>();
    for (const row of this.rows.relations.values()) {
      // A token scan would find the word too; looking for it first spares the parsing of most tables.
      if (row.type !== 'table' || !/references/i.test(row.sql ?? '')) continue;
      const table = this.relationOf(row);
      if (table.kind !== 'table') continue;
      for (const parent of new Set(table.foreignKeys.map((key) => foldName(key.parentName)))) {
        const list = parents.get(parent);
        if (list === undefined) parents.set(parent, [table]);
        else list.unshift(table);
      }
    }
    return parents;
  }

  rootPageOfIndex(name: string): number {
    return this.rows.indexes.get(foldName(name))?.rootPage ?? 0;
  }

  explicitIndexes(table: Table): readonly ExplicitIndex[] {
    const found: ExplicitIndex[] = [];
    for (const row of this.rows.indexesByTable.get(foldName(table.name)) ?? []) {
      if (row.sql === null || row.sql === '') continue;
      const statement = parseRow(row);
      if (statement.kind !== 'createIndex' || !sameName(statement.name.name.name, row.name))
        throw malformedSchema(row.name);
      found.push({ name: row.name, rootPage: this.checkedRootPage(row), sql: row.sql, statement });
    }
    return found;
  }

  statisticsOfTable(name: string): TableStatistics | null {
    if (this.source.statistics.length === 0) return null;
    const table = this.rows.relations.get(foldName(name));
    const relation = table === undefined ? null : this.relationOf(table);
    if (relation?.kind !== 'table') return null;
    const full = relation.indexes.filter(({ where }) => where === null).map((index) => index.name);
    return this.statistics.ofTable(name, full);
  }

  statisticsOfIndex(index: Index): ReturnType<Statistics['ofIndex']> {
    return this.source.statistics.length === 0 ? null : this.statistics.ofIndex(index);
  }

  private get statistics(): Statistics {
    this.statisticsOfAll ??= new Statistics(this.source.statistics);
    return this.statisticsOfAll;
  }

  private get rows(): RowIndex {
    this.rowIndex ??= this.indexRows();
    return this.rowIndex;
  }

  private indexRows(): RowIndex {
    const index: RowIndex = {
      relations: new Map(),
      indexes: new Map(),
      triggers: new Map(),
      indexesByTable: new Map(),
      triggersByTable: new Map(),
    };
    for (const row of this.source.rows) {
      switch (row.type) {
        case 'table':
        case 'view':
          index.relations.set(foldName(row.name), row);
          break;
        case 'index':
          index.indexes.set(foldName(row.name), row);
          pushTo(index.indexesByTable, foldName(row.tableName), row);
          break;
        case 'trigger':
          index.triggers.set(foldName(row.name), row);
          pushTo(index.triggersByTable, foldName(row.tableName), row);
          break;
        default:
          throw malformedSchema(row.name);
      }
    }
    return index;
  }

  private checkedRootPage(row: SchemaRow): number {
    if (row.rootPage === null) throw malformedSchema(row.name);
    if (row.rootPage < 2) throw malformedSchema(row.name, 'invalid rootpage');
    return row.rootPage;
  }

  private relationOf(row: SchemaRow): Relation {
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
      const rootPage = this.checkedRootPage(row);
      try {
        table = buildTable({ statement, database: this, rootPage, sql, isStored: true });
      } catch (error) {
        throw error instanceof SqlError ? malformedSchema(row.name, error.message) : error;
      }
    } else if (statement.kind === 'createVirtualTable') {
      const module = this.modules.get(foldName(statement.module.name));
      if (module === undefined) throw new SqlError(`no such module: ${statement.module.name}`);
      table = virtualTable(row.name, this, module, statement.arguments, sql);
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

/** The statement of a row. @throws SqlError when it is missing or does not parse. */
function parseRow(row: SchemaRow): Statement {
  if (row.sql === null || !/^cr/i.test(row.sql)) throw malformedSchema(row.name);
  try {
    const { statement } = parseStoredStatement(row.sql);
    if (statement === null) throw malformedSchema(row.name);
    return statement;
  } catch (error) {
    throw error instanceof SqlError && error.code === 'SQLITE_ERROR' ? malformedSchema(row.name, error.message) : error;
  }
}
