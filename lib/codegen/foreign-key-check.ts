/**
 * PRAGMA foreign_key_check: finds rows without a parent.
 */
import type { Database, Relation, Table } from '../catalog/schema';
import { SqlError } from '../syntax/sql-error';
import { codeTableColumn } from './columns';
import type { CodegenContext } from './context';
import { findParent, requireParentKey, type ParentKey } from './parent-key';
import type { PragmaCall } from './pragma';
import { pragmaTables, WHOLE_DATABASE_PLAN } from './pragma-tables';
import { indexAffinity, openIndex, openTable } from './table-access';

/**
 * Emits a scan of the table that is named, or of every table with foreign keys: the latter by a virtual table of the session, which does it
 * table by table and leaves out the empty ones.
 */
export function compileForeignKeyCheck(call: PragmaCall): void {
  const { ctx, value, database, isQualified } = call;
  ctx.useDatabase(database.number);
  if (value === null) {
    requireFittingChildren(ctx, database);
    codePragmaScan(ctx, 'foreign_key_check', database);
    return;
  }
  const relation = ctx.schema.findRelation(value, isQualified ? database.name : null);
  if (relation === null) {
    throw new SqlError(`no such table: ${isQualified ? `${database.name}.` : ''}${value}`);
  }
  if (relation.kind === 'table' && relation.module === null && relation.foreignKeys.length > 0)
    checkTable(ctx, relation);
}

/** @throws SqlError foreign key mismatch, of the first table that SQLite comes to */
function requireFittingChildren(ctx: CodegenContext, database: Database): void {
  const problems = new Map<Relation, SqlError>();
  for (const table of database.doubtfulChildren()) {
    try {
      requireParentKeys(ctx, table);
      database.verifyChild(table);
    } catch (error) {
      if (!(error instanceof SqlError)) throw error;
      problems.set(table, error);
    }
  }
  if (problems.size === 0) return;
  for (const relation of database.relationsInHashOrder()) {
    const problem = problems.get(relation);
    if (problem !== undefined) throw problem;
  }
}

/** @throws SqlError foreign key mismatch */
function requireParentKeys(ctx: CodegenContext, table: Table): void {
  for (const key of table.foreignKeys) {
    const parent = findParent(ctx.schema, key);
    if (parent !== null) requireParentKey(parent, key);
  }
}

/** Emits a scan of a pragma's table for a whole database. */
function codePragmaScan(ctx: CodegenContext, pragma: string, database: Database): void {
  const { program } = ctx;
  const hostModule = pragmaTables().findIndex((table) => table.pragma === pragma);
  const { columnCount } = pragmaTables()[hostModule]!;
  const cursor = program.cursor();
  const first = program.register(3);
  const result = program.register(columnCount);
  const end = program.label();
  const module = `pragma_${pragma}`;
  program.emit(
    'VOpen',
    cursor,
    0,
    0,
    program.pool.vtab({ module, hostModule, arguments: [module, database.name, module] }),
  );
  program.loadInteger(WHOLE_DATABASE_PLAN, first);
  program.loadInteger(1, first + 1);
  program.loadString(database.name, first + 2);
  program.emit('VFilter', cursor, end, first);
  const top = program.here;
  for (let column = 0; column < columnCount; column++) program.emit('VColumn', cursor, column, result + column);
  program.emit('ResultRow', result, columnCount);
  program.emit('VNext', cursor, top);
  program.place(end);
}

interface OpenParent {
  readonly parent: Table | null;
  readonly parentKey: ParentKey | null;
  readonly cursor: number;
}

function openParents(ctx: CodegenContext, table: Table): readonly OpenParent[] {
  return table.foreignKeys.map((key) => {
    const parent = findParent(ctx.schema, key);
    if (parent === null) return { parent: null, parentKey: null, cursor: -1 };
    const parentKey = requireParentKey(parent, key);
    const cursor = ctx.program.cursor();
    if (parentKey.index === null) openTable(ctx, 'OpenRead', cursor, parent as Table);
    else openIndex(ctx, 'OpenRead', cursor, parentKey.index);
    return { parent: parent as Table, parentKey, cursor };
  });
}

function checkTable(ctx: CodegenContext, table: Table): void {
  const { program } = ctx;
  const cursor = program.cursor();
  const result = program.register(4);
  const end = program.label();
  openTable(ctx, 'OpenRead', cursor, table);
  const parents = openParents(ctx, table);
  program.loadString(table.name, result);
  program.emit('Rewind', cursor, end);
  const top = program.here;
  table.foreignKeys.forEach((key, number) => {
    const { parentKey, cursor: parentCursor } = parents[number] as OpenParent;
    const fine = program.label();
    const childColumns = parentKey?.childColumns ?? key.columns;
    const first = program.register(childColumns.length);
    childColumns.forEach((column, i) => {
      codeTableColumn(ctx, table, cursor, column, first + i);
      program.emit('IsNull', first + i, fine);
    });
    if (parentKey !== null) codeLookup(ctx, parentKey, parentCursor, first, fine);
    if (table.withoutRowid) program.loadNull(result + 1);
    else program.emit('Rowid', cursor, result + 1);
    program.loadString(key.parentName, result + 2);
    program.loadInteger(number, result + 3);
    program.emit('ResultRow', result, 4);
    program.place(fine);
  });
  program.emit('Next', cursor, top);
  program.place(end);
}

/** Goes to `fine` when the parent has the key. */
function codeLookup(
  ctx: CodegenContext,
  { index, childColumns }: ParentKey,
  cursor: number,
  first: number,
  fine: number,
): void {
  const { program } = ctx;
  const count = childColumns.length;
  if (index !== null) {
    program.emit('Affinity', first, count, 0, program.string(indexAffinity(index, []).slice(0, count)));
    program.emit('Found', cursor, fine, first, count);
    return;
  }
  const missing = program.label();
  program.emit('SeekRowid', cursor, missing, first);
  program.goto(fine);
  program.place(missing);
}
