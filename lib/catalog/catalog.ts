/**
 * The schema of a connection: its databases and the order in which names are looked up.
 *
 * Owns: name resolution across databases. Must not know: how objects are built (database-catalog).
 * Invariant: changes only through DatabaseCatalog.refresh; when the list of databases changes, the session makes a new Catalog from the
 * old one, which takes over the databases that are the same.
 */
import type { SqlError } from '../syntax/sql-error';
import { DatabaseCatalog } from './database-catalog';
import { foldName, sameName } from './names';
import {
  MAIN_DATABASE,
  TEMP_DATABASE,
  type ForeignKey,
  type Index,
  type Relation,
  type Schema,
  type Table,
  type Trigger,
} from './schema';
import { SchemaRows } from './schema-rows';
import type { CatalogSource, DatabaseSource, SchemaRow } from './source';
import type { ModuleDeclaration } from './virtual-table';
import { VirtualTable } from './virtual-table-object';

const WITHOUT_ATTACHED: readonly number[] = [TEMP_DATABASE, MAIN_DATABASE];

/** Search order of unqualified names: temp, main, attached databases in order. */
function searchOrder(count: number): readonly number[] {
  if (count === WITHOUT_ATTACHED.length) return WITHOUT_ATTACHED;
  const rest = Array.from({ length: Math.max(0, count - 2) }, (_, i) => i + 2);
  return [TEMP_DATABASE, MAIN_DATABASE, ...rest].filter((number) => number < count);
}

const NO_KEYS: readonly ForeignKey[] = [];

export class Catalog implements Schema {
  readonly databases: readonly DatabaseCatalog[];
  /** Whatever is looked for, SQLite reads the schemas of all databases first. */
  private readonly fault: SqlError | undefined;
  private readonly order: readonly number[];
  private readonly eponymous = new Map<string, VirtualTable>();
  private readonly modules: ReadonlyMap<string, ModuleDeclaration>;

  /** `previous`: databases whose source object is the same are taken over with all that has been parsed. */
  constructor(source: CatalogSource, previous: Catalog | null = null) {
    this.modules = source.modules;
    this.databases = source.databases.map((database, number) => {
      const old = previous?.databases[number];
      const isSame = old !== undefined && old.source === database && previous?.modules === source.modules;
      return isSame ? old : new DatabaseCatalog(number, database, source.modules);
    });
    this.order = searchOrder(this.databases.length);
    // SQLite reads main first, then the others from the last to the first.
    this.fault =
      source.databases[MAIN_DATABASE]?.fault ?? source.databases.findLast(({ fault }) => fault !== undefined)?.fault;
  }

  requireReadable(): void {
    if (this.fault !== undefined) throw this.fault;
  }

  findDatabase(name: string): DatabaseCatalog | null {
    for (let number = this.databases.length - 1; number >= 0; number--) {
      const database = this.databases[number] as DatabaseCatalog;
      if (sameName(database.name, name) || (number === MAIN_DATABASE && sameName(name, 'main'))) return database;
    }
    return null;
  }

  findRelation(name: string, databaseName: string | null): Relation | null {
    this.requireReadable();
    if (databaseName !== null) {
      // What exists by its module's name alone is in every database, even in one that there is not.
      return this.findDatabase(databaseName)?.findRelation(name) ?? this.findEponymous(foldName(name));
    }
    const folded = foldName(name);
    if (folded === 'sqlite_schema' || folded === 'sqlite_master') {
      return (this.databases[MAIN_DATABASE] as DatabaseCatalog).findRelation(name);
    }
    for (const number of this.order) {
      const relation = (this.databases[number] as DatabaseCatalog).findRelation(name);
      if (relation !== null) return relation;
    }
    return this.findEponymous(folded);
  }

  /** A catalog in which some rows of one database's schema are replaced: how the schema will be after a change. */
  replacing(number: number, replaced: Map<SchemaRow, SchemaRow>): Catalog {
    const databases = this.databases.map(({ source }) => source);
    const changed = databases[number] as DatabaseSource;
    databases[number] = { ...changed, rows: changed.rows.replacing(replaced) };
    return new Catalog({ databases, modules: this.modules }, this);
  }

  /** A virtual table that exists by its module's name alone. */
  private findEponymous(folded: string): Table | null {
    const known = this.eponymous.get(folded);
    if (known !== undefined) return known;
    const module = this.modules.get(folded);
    if (module === undefined || !module.isEponymous) return null;
    const { name } = module;
    const database = this.databases[MAIN_DATABASE] as DatabaseCatalog;
    const table = new VirtualTable(name, database, '', { name, arguments: [], find: () => module });
    this.eponymous.set(folded, table);
    return table;
  }

  findIndex(name: string, databaseName: string | null): Index | null {
    this.requireReadable();
    if (databaseName !== null) return this.findDatabase(databaseName)?.findIndex(name) ?? null;
    for (const number of this.order) {
      const index = (this.databases[number] as DatabaseCatalog).findIndex(name);
      if (index !== null) return index;
    }
    return null;
  }

  findTrigger(name: string, databaseName: string | null): Trigger | null {
    this.requireReadable();
    if (databaseName !== null) return this.findDatabase(databaseName)?.findTrigger(name) ?? null;
    for (const number of this.order) {
      const trigger = (this.databases[number] as DatabaseCatalog).findTrigger(name);
      if (trigger !== null) return trigger;
    }
    return null;
  }

  findModule(name: string): ModuleDeclaration | null {
    const module = this.modules.get(foldName(name));
    return module?.isCreatable === true ? module : null;
  }

  moduleNames(): readonly string[] {
    const isLazy = /^(pragma_|jsonb?_)/;
    return [...this.modules]
      .filter(([key]) => !isLazy.test(key) || this.eponymous.has(key))
      .map(([, { name }]) => name);
  }

  triggersOn(relation: Relation): readonly Trigger[] {
    const home = relation.database.number;
    const own = (this.databases[home] as DatabaseCatalog).triggersOnName(relation.name).reverse();
    const isOnRelation = (trigger: Trigger): boolean => this.findTriggerTable(trigger) === relation;
    if (home === TEMP_DATABASE) return own.filter(isOnRelation);
    const temp = this.databases[TEMP_DATABASE];
    if (temp === undefined || temp.triggersOnName(relation.name).length === 0) return own;
    return [...temp.triggersInHashOrder().filter(isOnRelation).reverse(), ...own];
  }

  /** The table or view that a trigger is on. */
  findTriggerTable(trigger: Trigger): Relation | null {
    const databaseName = trigger.database.number === TEMP_DATABASE ? trigger.tableDatabaseName : trigger.database.name;
    return this.findRelation(trigger.tableName, databaseName);
  }

  foreignKeysTo(table: Table): readonly ForeignKey[] {
    const children = (this.databases[table.database.number] as DatabaseCatalog).tablesReferencing(table.name);
    if (children.length === 0) return NO_KEYS;
    const keys: ForeignKey[] = [];
    for (const child of children)
      for (const key of child.foreignKeys) if (sameName(key.parentName, table.name)) keys.push(key);
    return keys;
  }
}

/** Schema format of new databases. */
export const NEWEST_FORMAT = 4;

/** The contents of a database that has none: before the first CREATE, and temp. */
export function emptyDatabaseSource(name: string): DatabaseSource {
  return {
    name,
    file: name === 'temp' ? null : '',
    cookie: 0,
    encoding: 'UTF-8',
    formatNumber: NEWEST_FORMAT,
    rows: new SchemaRows([]),
    statistics: [],
    samples: undefined,
    fault: undefined,
  };
}
