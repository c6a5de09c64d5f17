// The native addon: its types, and loading it. Nothing else in lib/ requires it.
import { existsSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join, resolve } from 'node:path';
import { Border } from './border';

/** What a schema has besides its rows. */
interface RawSchemaHeader {
  readonly cookie: number;
  /** 1 UTF-8, 2 UTF-16le, 3 UTF-16be; of an empty file, the one it would get. */
  readonly encoding: number;
  readonly format: number;
}

/** Whether it exists, rowid, type, name, table, root page and SQL of one object after the other. */
export type RawSchemaRows = readonly (boolean | bigint | string | number | Uint8Array | null)[];

/** What readSchemaChanges gives. */
export interface RawSchemaChanges extends RawSchemaHeader {
  readonly rows: RawSchemaRows;
}

/** What loadSchema gives: all rows, in the engine. */
export interface RawSchema extends RawSchemaHeader {
  readonly count: number;
  readonly pageCount: number;
  readonly index: NativeSchemaIndex;
}

/** binding/engine/schema_index.h */
export interface NativeSchemaIndex {
  readonly nativeSchemaIndex: unique symbol;
}

/**
 * binding/addon/calls.cpp. Connections and statements are small numbers, -1 for a failure. Calls that can fail in SQLite's
 * way put the extended code into the reply words (0: fine).
 */
export interface NativeBinding {
  attachBuffer(buffer: ArrayBuffer): void;
  /** Why descriptors of a database file and of its journal cannot be opened; '' when they can. */
  descriptorFault(database: number, journal: number, isReadonly: boolean): string;
  /** The last two are descriptors to open instead of the file; -1 without. */
  open(
    file: string,
    isReadonly: boolean,
    mustExist: boolean,
    timeoutMs: number,
    usesUris: boolean,
    databaseDescriptor: number,
    journalDescriptor: number,
  ): number;
  close(connection: number): void;
  deserialize(connection: number, image: Buffer): void;
  serialize(connection: number, database: string): Buffer | undefined;
  /** The number of a backup of `database` into `file`. */
  openBackup(connection: number, database: string, file: string, removeUnfinished: boolean): number;
  /** Pages in all and pages that remain. */
  stepBackup(backup: number, pages: number): [number, number] | undefined;
  closeBackup(backup: number): void;
  load(connection: number, image: Uint8Array): number;
  clone(statement: number): number;
  reset(statement: number): void;
  finalize(statement: number): void;
  /** Runs the statement of the request words; returns the batch's Latin-1 text. */
  execute(): string | undefined;
  wideText(): string;
  farValue(column: number): string | Buffer;
  setFar(statement: number, index: number, value: string | Uint8Array, isText: boolean): void;
  errorMessage(): string;
  /** All rows as they are now; connections of the process that see the same rows share the index. */
  loadSchema(connection: number, database: number): RawSchema | undefined;
  schemaRow(index: NativeSchemaIndex, number: number): RawSchemaRows | undefined;
  /** Numbers of rows, in rowid order; the names of some may be others. */
  schemaFind(index: NativeSchemaIndex, question: number, text: string): readonly number[] | undefined;
  /** -1 when there is none. */
  schemaNumber(index: NativeSchemaIndex, rowid: number | bigint): number;
  /** Rows that this connection has written; undefined without an error when others may be new too. */
  readSchemaChanges(connection: number, database: number): RawSchemaChanges | undefined;
  /** Of each tree of the database, by its root page, whether it has entries. */
  filledTrees(connection: number, database: number, roots: readonly number[]): readonly boolean[] | undefined;
  schemaCookie(connection: number, database: number): number;
  /** Of each database: schema name, file ('' without one, null for a temp database not open yet), number of schema changes. */
  databases(connection: number): (string | number | null)[];
  /** By setting number. */
  settings(connection: number): number[];
}

/** Paths are only known at run time, so bundlers must leave these calls alone. */
const requireFile = createRequire(__filename);

/** What the addon's file exports. */
interface Addon {
  /** The functions, on connections and a buffer of their own: the file is loaded once, this module maybe several times. */
  instance(): NativeBinding;
}

const borders = new WeakMap<Addon, Border>();
let defaultAddon: Addon | undefined;

/** The border of the addon that the `nativeBinding` option names: a path, a loaded addon, or null for the package's own. */
export function loadBinding(nativeBinding: string | object | null): Border {
  const addon = findAddon(nativeBinding);
  let border = borders.get(addon);
  if (border === undefined) {
    border = new Border(addon.instance());
    borders.set(addon, border);
  }
  return border;
}

function findAddon(nativeBinding: string | object | null): Addon {
  if (typeof nativeBinding === 'string') {
    const file = resolve(nativeBinding).replace(/(\.node)?$/, '.node');
    return requireFile(file) as Addon;
  }
  if (nativeBinding !== null) return nativeBinding as Addon;
  defaultAddon ??= loadDefault();
  return defaultAddon;
}

function loadDefault(): Addon {
  const load = requireFile('node-gyp-build') as (root: string) => Addon;
  return load(packageRoot(__dirname));
}

/** The nearest folder upwards that has a binding.gyp. */
function packageRoot(folder: string): string {
  if (existsSync(join(folder, 'binding.gyp'))) return folder;
  const parent = dirname(folder);
  if (parent === folder) throw new Error('ringlite: the package folder was not found');
  return packageRoot(parent);
}
