/**
 * A virtual table as an object of the schema.
 *
 * Owns: asking the module for the table's columns, when somebody wants to know them and not before: a schema may hold tables
 * of modules that are not there, and only using such a table is an error.
 */
import { buildTable } from './table-builder';
import { parseTable } from './builtin-tables';
import { affinityOfType } from './names';
import type { Column, Database, Table, VirtualModule } from './schema';
import { DEFAULT_TABLE_ROWS } from './statistics';
import { TableObject } from './table';
import type { ConnectedTable, ModuleDeclaration } from './virtual-table';

/** HIDDEN as a word of a type makes a hidden column; the word is no part of the type. */
function hideColumn(column: Column): Column {
  const words = column.declaredType.split(' ');
  const at = words.findIndex((word) => word.toLowerCase() === 'hidden');
  if (at < 0) return column;
  words.splice(at, 1);
  const declaredType = words.join(' ');
  return { ...column, hidden: true, declaredType, affinity: affinityOfType(declaredType) };
}

/** Gives the module of a table. @throws SqlError no such module */
export type ModuleFinder = () => ModuleDeclaration;

/** Sees to it that the table's module is there. @throws SqlError no such module, or what its constructor throws */
export function connectModule({ module }: Table): ConnectedTable | null {
  return module === null ? null : module.table;
}

class TableModule implements VirtualModule {
  readonly arguments: readonly string[];
  private connected: ConnectedTable | null = null;

  constructor(
    readonly name: string,
    given: readonly string[],
    readonly eponymous: boolean,
    private readonly owner: { readonly name: string; readonly database: Database },
    private readonly find: ModuleFinder,
  ) {
    this.arguments = given;
  }

  get isConnected(): boolean {
    return this.connected !== null;
  }

  get table(): ConnectedTable {
    const { name: module, arguments: given, owner } = this;
    const request = { module, database: owner.database.name, table: owner.name, arguments: given };
    this.connected ??= this.find().connect(request);
    return this.connected;
  }
}

export class VirtualTable implements Table {
  readonly kind = 'table';
  readonly rootPage = 0;
  readonly strict = false;
  readonly autoincrement = false;
  readonly rowidConflict = 'default';
  readonly indexes = [];
  readonly checks = [];
  readonly foreignKeys = [];
  readonly hasGeneratedColumns = false;
  readonly isSchemaTable = false;
  readonly estimatedRows = DEFAULT_TABLE_ROWS;
  readonly hasStatistics = false;
  readonly module: VirtualModule;
  private declared: TableObject | null = null;

  /** `sql` is the CREATE VIRTUAL TABLE text, '' for a table that exists by its module's name alone. */
  constructor(
    readonly name: string,
    readonly database: Database,
    readonly sql: string,
    module: { readonly name: string; readonly arguments: readonly string[]; readonly find: ModuleFinder },
  ) {
    this.module = new TableModule(module.name, module.arguments, sql === '', this, module.find);
  }

  get columns(): readonly Column[] {
    return this.definition.columns;
  }

  get rowidAlias(): number {
    return this.definition.rowidAlias;
  }

  get withoutRowid(): boolean {
    return this.definition.withoutRowid;
  }

  get primaryKeyColumns(): readonly number[] {
    return this.definition.primaryKeyColumns;
  }

  get primaryKey(): Table['primaryKey'] {
    return this.withoutRowid ? this.definition.primaryKey : null;
  }

  get storedColumnCount(): number {
    return this.definition.columns.length;
  }

  /** The table that the module declares. */
  private get definition(): TableObject {
    this.declared ??= this.build();
    return this.declared;
  }

  private build(): TableObject {
    const { declaration } = this.module.table;
    const statement = parseTable(declaration);
    const parts = buildTable({ statement, database: this.database, rootPage: 0, sql: declaration, isStored: true });
    return new TableObject({ ...parts, columns: parts.columns.map(hideColumn) });
  }
}
