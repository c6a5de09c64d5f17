// The virtual tables of a connection that JavaScript implements: pragmas as tables, and what the user has defined.
//
// Invariants
// 1. Table numbers below PRAGMA_TABLE_COUNT are those of pragmas, the same in every connection; the user's follow.
// 2. `declarations` is another map after each change of it.
import { foldName } from '../catalog/names';
import type { ConnectedTable, ConnectRequest, ModuleDeclaration } from '../catalog/virtual-table';
import type { HostScan, HostTable } from './host-scan';
import { builtInModules } from './modules';
import type { SqlOutput } from './parameters';
import { PRAGMA_TABLE_COUNT, type PragmaHost, pragmaTable } from './pragma-modules';
import { connectUserTable, type TableDefinition, userTable } from './user-table';

/** Makes a table for CREATE VIRTUAL TABLE. */
export type TableFactory = (
  module: string,
  database: string,
  table: string,
  args: readonly string[],
) => TableDefinition;

/** The scans that a statement has open, by their numbers. */
export type Scans = Map<number, HostScan>;

export class HostModules {
  readonly #pragmas: PragmaHost;
  readonly #defaultSafeIntegers: () => boolean;
  /** User tables, by number less PRAGMA_TABLE_COUNT. */
  readonly #tables: HostTable[] = [];
  readonly #factories: { readonly name: string; readonly factory: TableFactory }[] = [];
  /** What CREATE VIRTUAL TABLE made in this connection, by database and table name. */
  readonly #created = new Map<string, ConnectedTable>();
  #declarations: ReadonlyMap<string, ModuleDeclaration> = builtInModules();

  constructor(pragmas: PragmaHost, defaultSafeIntegers: () => boolean) {
    this.#pragmas = pragmas;
    this.#defaultSafeIntegers = defaultSafeIntegers;
  }

  /** Every module, by folded name. */
  get declarations(): ReadonlyMap<string, ModuleDeclaration> {
    return this.#declarations;
  }

  /** A module whose one table has the module's name. */
  defineTable(name: string, definition: TableDefinition): void {
    let connected: ConnectedTable | null = null;
    this.#declare({
      name,
      isEponymous: true,
      isCreatable: false,
      hostNumber: -1,
      connect: () => (connected ??= this.#connect(name, name, name, definition)),
    });
  }

  /** A module for CREATE VIRTUAL TABLE. */
  defineFactory(name: string, factory: TableFactory): void {
    const hostNumber = this.#factories.push({ name, factory }) - 1;
    this.#declare({
      name,
      isEponymous: false,
      isCreatable: true,
      hostNumber,
      connect: (request) => this.#created.get(keyOf(hostNumber, request)) ?? this.#make(hostNumber, request),
    });
  }

  /** CREATE VIRTUAL TABLE: `args` are module, database and table, then what stands in the parentheses. */
  create(factoryNumber: number, args: readonly string[]): void {
    const [module = '', database = '', table = '', ...given] = args;
    this.#make(factoryNumber, { module, database, table, arguments: given });
  }

  table(number: number): HostTable {
    if (number < PRAGMA_TABLE_COUNT) return pragmaTable(number, this.#pragmas);
    return this.#tables[number - PRAGMA_TABLE_COUNT]!;
  }

  #make(factoryNumber: number, request: ConnectRequest): ConnectedTable {
    const { name, factory } = this.#factories[factoryNumber]!;
    const { module, database, table, arguments: given } = request;
    const connected = this.#connect(name, module, table, factory(module, database, table, given));
    this.#created.set(keyOf(factoryNumber, request), connected);
    return connected;
  }

  /** `name` is the module's as it was defined, `written` as a statement named it. */
  #connect(name: string, written: string, table: string, definition: TableDefinition): ConnectedTable {
    const safeIntegers = definition.safeIntegers ?? this.#defaultSafeIntegers();
    const index = this.#tables.push(userTable(name, written, definition, safeIntegers)) - 1;
    return connectUserTable(table, definition, PRAGMA_TABLE_COUNT + index);
  }

  #declare(module: ModuleDeclaration): void {
    this.#declarations = new Map(this.#declarations).set(foldName(module.name), module);
  }
}

const keyOf = (factory: number, { database, table }: ConnectRequest): string =>
  `${String(factory)} ${foldName(database)}.${foldName(table)}`;

/** Arguments of CREATE VIRTUAL TABLE as they cross the border. */
export const textsOf = (args: readonly SqlOutput[]): string[] => args.map(String);
