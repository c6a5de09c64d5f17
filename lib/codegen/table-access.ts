/**
 * Opening tables and indexes, and what their keys and records look like to the engine.
 *
 * Must not know: plans, statements.
 */
import { Affinity } from '../../spec/affinity';
import type { OpcodeName } from '../../spec/opcodes';
import { SORT_DESCENDING, type KeyField } from '../bytecode/constant-pool';
import { ROWID_COLUMN, type Column, type Index, type Table } from '../catalog/schema';
import { affinityOf, checkCollation } from '../resolve/affinity';
import type { Expression } from '../resolve/ir';
import type { CodegenContext } from './context';

type OpenOpcode = Extract<OpcodeName, 'OpenRead' | 'OpenWrite' | 'ReopenIdx'>;

// Tables and indexes never change: what is derived from them alone is kept.
const keyFieldsOfIndexes = new WeakMap<Index, readonly KeyField[]>();
const affinityOfIndexes = new WeakMap<Index, string>();
const storedColumnsOfTables = new WeakMap<Table, readonly Column[]>();
const affinityOfTables = new WeakMap<Table, string>();

/** The value that the cache has for the key, made when it has none. */
function remembered<K extends object, V>(cache: WeakMap<K, V>, key: K, make: (key: K) => V): V {
  let value = cache.get(key);
  if (value === undefined) {
    value = make(key);
    cache.set(key, value);
  }
  return value;
}

const keyFieldsOf = ({ columns }: Index): readonly KeyField[] =>
  columns.map(({ collation, descending }) => ({
    collation: checkCollation(collation),
    flags: descending ? SORT_DESCENDING : 0,
  }));

/** Pool number of the key description of an index. */
export function keyInfoOfIndex(ctx: CodegenContext, index: Index): number {
  const fields = remembered(keyFieldsOfIndexes, index, keyFieldsOf);
  return ctx.program.keyInfo(fields, index.uniqueNotNull ? index.keyColumnCount : fields.length);
}

/** Pool number of the description of `count` plain keys under BINARY. */
export function plainKeyInfo(ctx: CodegenContext, count: number): number {
  return ctx.program.keyInfo(Array.from({ length: count }, (): KeyField => ({ collation: 'BINARY', flags: 0 })));
}

/** Pool number of the description of the primary key alone, for sets of keys of a WITHOUT ROWID table. */
export function keyInfoOfPrimaryKey(ctx: CodegenContext, table: Table): number {
  const key = table.primaryKey!;
  return ctx.program.keyInfo(remembered(keyFieldsOfIndexes, key, keyFieldsOf).slice(0, key.keyColumnCount));
}

/** Opens the tree of the table's rows: by rowid, or by primary key for WITHOUT ROWID. */
export function openTable(ctx: CodegenContext, op: OpenOpcode, cursor: number, table: Table, flags = 0): void {
  if (table.withoutRowid) {
    openIndex(ctx, op, cursor, table.primaryKey!, flags);
    return;
  }
  noteUse(ctx, op, table.database.number);
  ctx.program.emit(op, cursor, table.rootPage, table.database.number, -1, flags);
}

export function openIndex(ctx: CodegenContext, op: OpenOpcode, cursor: number, index: Index, flags = 0): void {
  const root = index.isTable ? index.table.rootPage : index.rootPage;
  noteUse(ctx, op, index.database.number);
  ctx.program.emit(op, cursor, root, index.database.number, keyInfoOfIndex(ctx, index), flags);
}

function noteUse(ctx: CodegenContext, op: OpenOpcode, database: number): void {
  if (op === 'OpenWrite') ctx.writeDatabase(database);
  else ctx.useDatabase(database);
}

/** The columns of a stored row in storage order. */
export const storedColumns = (table: Table): readonly Column[] =>
  remembered(storedColumnsOfTables, table, ({ columns }) =>
    columns
      .filter(({ generated }) => !generated || generated.stored)
      .sort((a, b) => a.storagePosition - b.storagePosition),
  );

/** Affinities of a stored row in storage order, without trailing blanks of no effect; null when there are none at all. */
export function tableAffinity(table: Table): string | null {
  const characters = remembered(affinityOfTables, table, () =>
    storedColumns(table)
      .map(({ affinity }) => String.fromCharCode(affinity))
      .join('')
      .replace(/A+$/, ''),
  );
  return characters === '' ? null : characters;
}

/** Affinity of each column of an index entry as keys are made for it: numbers are not told apart. */
export function indexAffinity(index: Index, expressions: readonly (Expression | null)[]): string {
  if (index.hasExpressions && expressions.length > 0) return makeIndexAffinity(index, expressions);
  return remembered(affinityOfIndexes, index, () => makeIndexAffinity(index, []));
}

function makeIndexAffinity(index: Index, expressions: readonly (Expression | null)[]): string {
  return index.columns
    .map(({ column }, position) => {
      if (column === ROWID_COLUMN) return 'C';
      const expression = expressions[position];
      const affinity = expression ? affinityOf(expression) : (index.table.columns[column]?.affinity ?? Affinity.blob);
      return keyAffinity(affinity);
    })
    .join('');
}

/** The affinity character that keys get for a column of this affinity. */
export function keyAffinity(affinity: Affinity): string {
  return String.fromCharCode(Math.min(Math.max(affinity, Affinity.blob), Affinity.numeric));
}

/** A p4 for an affinity string: -1 for none. */
export function affinityConstant(ctx: CodegenContext, affinity: string | null): number {
  return affinity === null ? -1 : ctx.program.string(affinity);
}
