/**
 * How a foreign key meets its parent: the unique index of the parent's key, and which child column belongs to which part of it.
 */
import { sameName } from '../catalog/names';
import type { ForeignKey, Index, Relation, Schema, Table } from '../catalog/schema';
import { SqlError } from '../syntax/sql-error';

export interface ParentKey {
  /** The unique index; null: the parent key is the parent's rowid. */
  readonly index: Index | null;
  /** Child columns, one for each column of the parent key in the order of the index. */
  readonly childColumns: readonly number[];
  /** Parent columns in the same order (of a rowid key: the alias column). */
  readonly parentColumns: readonly number[];
}

/** The parent as named: in the child's database. Null when there is none. */
export function findParent(schema: Schema, key: ForeignKey): Relation | null {
  return schema.findRelation(key.parentName, key.child.database.name);
}

/** The parent's key, null when no unique index has exactly its columns. */
export function findParentKey(parent: Relation, key: ForeignKey): ParentKey | null {
  if (parent.kind !== 'table') return null;
  const rowidKey = rowidParentKey(parent, key);
  if (rowidKey !== null) return rowidKey;
  for (const index of parent.indexes) {
    if (index.keyColumnCount !== key.columns.length || !index.unique || index.where !== null) continue;
    const childColumns = matchIndex(parent, index, key);
    if (childColumns === null) continue;
    const parentColumns = index.columns.slice(0, index.keyColumnCount).map(({ column }) => column);
    return { index, childColumns, parentColumns };
  }
  return null;
}

function rowidParentKey(parent: Table, key: ForeignKey): ParentKey | null {
  if (key.columns.length !== 1 || parent.rowidAlias < 0) return null;
  const named = key.parentColumns?.[0];
  const alias = parent.columns[parent.rowidAlias];
  if (named !== undefined && alias !== undefined && !sameName(named, alias.name)) return null;
  return { index: null, childColumns: key.columns, parentColumns: [parent.rowidAlias] };
}

/** Child columns in the order of the index, null when the index is not the parent key. */
function matchIndex(parent: Table, index: Index, key: ForeignKey): readonly number[] | null {
  const { parentColumns } = key;
  if (parentColumns === null) return index.origin === 'pk' ? key.columns : null;
  const childColumns: number[] = [];
  for (const { column, collation } of index.columns.slice(0, index.keyColumnCount)) {
    const definition = column < 0 ? undefined : parent.columns[column];
    if (definition === undefined || !sameName(collation, definition.collation)) return null;
    const position = parentColumns.findIndex((name) => sameName(name, definition.name));
    if (position < 0) return null;
    childColumns.push(key.columns[position] as number);
  }
  return childColumns;
}

/** @throws SqlError `foreign key mismatch - "child" referencing "parent"`. */
export function requireParentKey(parent: Relation, key: ForeignKey): ParentKey {
  const found = findParentKey(parent, key);
  if (found === null) {
    const [child, named] = [key.child.name, key.parentName].map((name) => name.replaceAll('"', '""'));
    throw new SqlError(`foreign key mismatch - "${child}" referencing "${named}"`);
  }
  return found;
}

/** @throws SqlError `no such table: main.parent`. */
export function requireParent(schema: Schema, key: ForeignKey): Relation {
  const parent = findParent(schema, key);
  if (parent === null) throw new SqlError(`no such table: ${key.child.database.name}.${key.parentName}`);
  return parent;
}
