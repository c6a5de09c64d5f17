/**
 * CREATE INDEX and REINDEX.
 *
 * Owns: the bulk build of an index through a sorter. Must not know: plans.
 */
import { errorActions, operandFlags } from '../../spec/opcodes';

import { sameName } from '../catalog/names';
import { isKnownCollation, refuseNullsOrder } from '../catalog/key-columns';
import type { Database, Index, Table } from '../catalog/schema';
import { explicitIndex, type TableObject } from '../catalog/table';
import { Binder } from '../resolve/binder';
import type { TableSource } from '../resolve/ir';
import { tableSource } from '../resolve/sources';
import type { CreateIndexStatement, Expr, OrderingTerm, ParsedStatement, ReindexStatement } from '../syntax/ast';
import { SqlError } from '../syntax/sql-error';
import type { CodegenContext } from './context';
import {
  beginSchemaChange,
  BTREE_INDEX,
  checkObjectName,
  codeSchemaChanged,
  codeSchemaRow,
  databaseOf,
} from './ddl-schema';
import { IndexedRow, uniqueFailureMessage } from './index-entries';
import { resultCode } from './result-codes';
import { keyInfoOfIndex, openTable } from './table-access';

const MAX_INDEX_COLUMNS = 2000;

/** Code of CREATE INDEX. */
export function compileCreateIndex(
  ctx: CodegenContext,
  parsed: ParsedStatement,
  statement: CreateIndexStatement,
): void {
  const { sql } = parsed;
  const { program } = ctx;
  refuseNullsOrder(statement.columns);
  const found = findIndexedTable(ctx, sql, statement);
  const { table, database } = found;
  if (!isIndexNameFree(ctx, database, statement)) return;
  if (statement.columns.length > MAX_INDEX_COLUMNS) throw new SqlError('too many columns in index', statement.start);
  checkIndexExpressions(ctx, table, statement, sql);

  const { name } = statement.name.name;
  const unique = statement.unique ? ' UNIQUE' : '';
  const text = `CREATE${unique} INDEX ${sql.slice(statement.name.name.start, parsed.terminator)}`;
  const index = explicitIndex(
    table,
    { name, rootPage: 0, sql, statement },
    table.withoutRowid ? table.primaryKey : null,
  );
  beginSchemaChange(ctx, database);
  const root = program.register();
  program.emit('CreateBtree', database.number, root, BTREE_INDEX);
  codeSchemaRow(ctx, database, { type: 'index', name, tableName: table.name, root, sql: text });
  codeBuildIndex(ctx, index, root);
  codeSchemaChanged(ctx, database);
}

/** The table to index and the database of the index, with SQLite's checks of both. */
function findIndexedTable(
  ctx: CodegenContext,
  sql: string,
  statement: CreateIndexStatement,
): { table: TableObject; database: Database } {
  let database = databaseOf(ctx, sql, statement.name);
  const isQualified = statement.name.database !== null;
  if (!isQualified) {
    const anywhere = ctx.schema.findRelation(statement.table.name, null);
    if (anywhere?.database.number === 1) ({ database } = anywhere);
  }
  const isTempIndex = database.number === 1;
  const relation = ctx.schema.findRelation(statement.table.name, isTempIndex ? null : database.name);
  if (relation === null) {
    const shown = isTempIndex ? statement.table.name : `${database.name}.${statement.table.name}`;
    throw new SqlError(`no such table: ${shown}`, statement.table.start);
  }
  if (isTempIndex && relation.database.number !== 1) {
    throw new SqlError(`cannot create a TEMP index on non-TEMP table "${relation.name}"`, statement.table.start);
  }
  if (/^sqlite_/i.test(relation.name)) throw new SqlError(`table ${relation.name} may not be indexed`);
  if (relation.kind === 'view') throw new SqlError('views may not be indexed');
  if (relation.module !== null) throw new SqlError('virtual tables may not be indexed');
  return { table: relation as TableObject, database };
}

function isIndexNameFree(ctx: CodegenContext, database: Database, statement: CreateIndexStatement): boolean {
  const { name: identifier } = statement.name;
  checkObjectName(ctx, identifier);
  if (database.findRelation(identifier.name) !== null) {
    throw new SqlError(`there is already a table named ${identifier.name}`, identifier.start);
  }
  if (!database.has('index', identifier.name)) return true;
  if (!statement.ifNotExists) throw new SqlError(`index ${identifier.name} already exists`, identifier.start);
  ctx.useDatabase(database.number);
  return false;
}

/** Binds every expression of the index, so that its errors come out now: a first key that is no column goes before WHERE. */
function checkIndexExpressions(ctx: CodegenContext, table: Table, statement: CreateIndexStatement, sql: string): void {
  const binder = new Binder(ctx.schema, ctx.options, sql);
  binder.isDefining = true;
  const source: TableSource = tableSource(table);
  const check = ({ expr }: OrderingTerm): void => {
    if (expr.kind !== 'string') binder.bindTableExpression(expr, source, 'index', sql);
  };
  const [first, ...others] = statement.columns as [OrderingTerm, ...OrderingTerm[]];
  if (statement.where !== null) {
    const wrong = errorOf(() => binder.bindTableExpression(statement.where as Expr, source, 'partial-index', sql));
    if (wrong !== null) {
      if (first.expr.kind === 'column') check(first);
      throw wrong;
    }
  }
  for (const column of [first, ...others]) {
    check(column);
    const { expr } = column;
    if (expr.kind === 'collate' && !isKnownCollation(expr.collation.name)) {
      const message = `no such collation sequence: ${expr.collation.name}`;
      throw new SqlError(message, expr.collation.start, 'SQLITE_ERROR_MISSING_COLLSEQ');
    }
  }
}

function errorOf(action: () => unknown): SqlError | null {
  try {
    action();
    return null;
  } catch (error) {
    if (error instanceof SqlError) return error;
    throw error;
  }
}

/**
 * Fills an empty index from its table: entries go through a sorter and are appended in order. `root` is the register of the
 * index's root page, or 0 to use the index's own after clearing it.
 */
export function codeBuildIndex(ctx: CodegenContext, index: Index, root: number): void {
  const { program } = ctx;
  const { table } = index;
  const database = table.database.number;
  const keyInfo = keyInfoOfIndex(ctx, index);
  const tableCursor = program.cursor();
  const sorter = program.cursor();
  const indexCursor = program.cursor();
  const first = program.register(index.columns.length);
  const record = program.register();
  const scanned = program.label();
  const nextRow = program.label();

  openTable(ctx, 'OpenRead', tableCursor, table);
  program.emit('SorterOpen', sorter, index.columns.length, index.keyColumnCount, keyInfo);
  program.emit('Rewind', tableCursor, scanned);
  const topOfScan = program.here;
  const row = new IndexedRow(ctx, table, tableCursor);
  row.jumpIfNotIn(index, nextRow);
  const count = row.codeFields(index, first);
  row.close();
  program.emit('MakeRecord', first, count, record);
  program.emit('SorterInsert', sorter, record);
  program.place(nextRow);
  program.emit('Next', tableCursor, topOfScan);
  program.place(scanned);

  if (root === 0) program.emit('Clear', index.rootPage, database);
  if (root === 0) program.emit('OpenWrite', indexCursor, index.rootPage, database, keyInfo);
  else program.emit('OpenWrite', indexCursor, root, database, keyInfo, operandFlags.P2ISREG);
  codeDrainSorter(ctx, index, { sorter, indexCursor, record });
  program.emit('Close', tableCursor);
  program.emit('Close', indexCursor);
  program.emit('Close', sorter);
}

/** Moves the sorted entries into the index; two neighbours with one key are a violation of a unique index. */
function codeDrainSorter(
  ctx: CodegenContext,
  index: Index,
  { sorter, indexCursor, record }: { readonly sorter: number; readonly indexCursor: number; readonly record: number },
): void {
  const { program } = ctx;
  const done = program.label();
  const store = program.label();
  const previous = index.unique ? program.register() : 0;
  program.emit('SorterSort', sorter, done);
  let top = program.here;
  if (index.unique) {
    program.goto(store);
    top = program.here;
    program.emit('SorterCompare', sorter, store, previous, index.keyColumnCount);
    const message = program.string(uniqueFailureMessage(index));
    program.emit('Halt', resultCode('SQLITE_CONSTRAINT_UNIQUE'), errorActions.abort, 0, message);
  }
  program.place(store);
  if (!index.unique) top = program.here;
  program.emit('SorterData', sorter, record, indexCursor);
  program.emit('SeekEnd', indexCursor);
  program.emit('IdxInsert', indexCursor, record, 0, 0, operandFlags.USESEEKRESULT);
  // The sorter takes its record back when it moves on.
  if (index.unique) program.emit('Copy', record, previous);
  program.emit('SorterNext', sorter, top);
  program.place(done);
}

// ---------------------------------------------------------------------------------------------------------------------
// REINDEX

/** Code of REINDEX: all indexes, those that use a collation, those of a table, or one. */
export function compileReindex(ctx: CodegenContext, sql: string, statement: ReindexStatement): void {
  for (const index of indexesToRebuild(ctx, sql, statement)) {
    ctx.writeDatabase(index.database.number);
    ctx.statement.isMultiWrite = true;
    ctx.statement.mayAbort = true;
    codeBuildIndex(ctx, index, 0);
  }
}

function indexesToRebuild(ctx: CodegenContext, sql: string, { target }: ReindexStatement): readonly Index[] {
  const all = (matches: (index: Index) => boolean): Index[] =>
    ctx.schema.databases.flatMap((database) =>
      [...database.relations()].flatMap((relation) =>
        relation.kind === 'table' ? relation.indexes.filter((index) => !index.isTable && matches(index)) : [],
      ),
    );
  if (target === null) return all(() => true);
  const { name } = target.name;
  if (target.database === null && isKnownCollation(name)) {
    return all(({ columns }) => columns.some(({ column, collation }) => column !== -1 && sameName(collation, name)));
  }
  const databaseName = target.database === null ? null : databaseOf(ctx, sql, target).name;
  const relation = ctx.schema.findRelation(name, databaseName);
  const isBuiltIn = relation?.kind === 'table' && relation.module?.eponymous === true;
  if (relation && !isBuiltIn)
    return relation.kind === 'table' ? relation.indexes.filter(({ isTable }) => !isTable) : [];
  const index = ctx.schema.findIndex(name, databaseName);
  if (index !== null && !index.isTable) return [index];
  if (target.database === null && /^expressions$/i.test(name)) return all(({ hasExpressions }) => hasExpressions);
  throw new SqlError(`unable to identify the object to be reindexed`, target.start);
}
