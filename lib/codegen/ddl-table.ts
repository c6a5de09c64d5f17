/**
 * CREATE TABLE, CREATE TABLE AS SELECT and CREATE VIRTUAL TABLE.
 *
 * Owns: the checks that need names resolved (CHECK, generated columns), and the code that makes trees and schema rows.
 * Must not know: what constraints mean (the catalog's table builder).
 */
import { errorActions, operandFlags } from '../../spec/opcodes';
import { Affinity } from '../../spec/affinity';
import type { Column, Database, Table } from '../catalog/schema';
import { buildTable } from '../catalog/table-builder';
import type { TableObject } from '../catalog/table';
import { Binder } from '../resolve/binder';
import { tableSource } from '../resolve/sources';
import type { SourceColumn } from '../resolve/ir';
import { offeredColumns } from '../resolve/result-columns';
import { queryColumnNames } from '../resolve/bind-from';
import type { CreateTableStatement, CreateVirtualTableStatement, Expr, ParsedStatement } from '../syntax/ast';
import { SqlError } from '../syntax/sql-error';
import { walkExpr } from '../syntax/walk';
import { keywordList } from '../syntax/token';
import { foldName } from '../catalog/names';
import type { CodegenContext } from './context';
import { resultCode } from './result-codes';
import {
  beginSchemaChange,
  BTREE_INDEX,
  BTREE_TABLE,
  checkObjectName,
  codeFileFormat,
  codeSchemaChanged,
  codeSchemaRow,
  databaseOf,
  tokenText,
} from './ddl-schema';
import { codeQuery } from './select';

type Named = Pick<CreateTableStatement, 'name' | 'ifNotExists'>;

/** The database of a new table or view. */
export function databaseForNew(
  ctx: CodegenContext,
  sql: string,
  { name, temporary }: { readonly name: CreateTableStatement['name']; readonly temporary: boolean },
): Database {
  const database = databaseOf(ctx, sql, name);
  if (!temporary) return database;
  if (name.database !== null && database.number !== 1) {
    throw new SqlError('temporary table name must be unqualified', name.start);
  }
  return ctx.schema.databases[1] as Database;
}

/** False when the object exists already and the statement says IF NOT EXISTS. @throws SqlError when the name is taken. */
export function isNameFree(
  ctx: CodegenContext,
  sql: string,
  database: Database,
  { name, ifNotExists }: Named,
): boolean {
  ctx.schema.requireReadable();
  const { name: identifier } = name;
  checkObjectName(ctx, identifier);
  const existing = database.findRelation(identifier.name);
  if (existing !== null) {
    if (ifNotExists) {
      ctx.useDatabase(database.number);
      return false;
    }
    throw new SqlError(`${existing.kind} ${tokenText(sql, identifier)} already exists`, identifier.start);
  }
  if (database.has('index', identifier.name)) {
    throw new SqlError(`there is already an index named ${identifier.name}`, identifier.start);
  }
  return true;
}

/** Code of CREATE TABLE. */
export function compileCreateTable(
  ctx: CodegenContext,
  parsed: ParsedStatement,
  statement: CreateTableStatement,
): void {
  const { sql } = parsed;
  const database = databaseForNew(ctx, sql, statement);
  if (!isNameFree(ctx, sql, database, statement)) return;
  if (statement.select !== null) {
    compileCreateTableAs(ctx, sql, database, statement);
    return;
  }
  const table = buildTable({ statement, database, rootPage: 0, sql, isStored: false });
  checkExpressions(ctx, table, sql);
  const end = statement.withoutRowid || statement.strict ? parsed.terminator : statement.end;
  beginSchemaChange(ctx, database);
  codeFileFormat(ctx, database);
  codeNewTable(ctx, table, `CREATE TABLE ${sql.slice(statement.name.name.start, end)}`);
  if (table.autoincrement && database.findRelation('sqlite_sequence') === null) codeSequenceTable(ctx, database);
  codeSchemaChanged(ctx, database);
}

/**
 * Checks a CREATE TABLE statement that ends in a syntax error, as far as it was read.
 * @throws SqlError what is wrong with it before the syntax error
 */
export function checkUnfinishedTable(ctx: CodegenContext, sql: string, statement: CreateTableStatement): void {
  const database = databaseForNew(ctx, sql, statement);
  if (!isNameFree(ctx, sql, database, statement) || statement.columns.length === 0) return;
  // What a table lacks as a whole is no error before it ends.
  const complete = { ...statement, columns: statement.columns.filter(({ constraints }) => !isGenerated(constraints)) };
  if (complete.columns.length > 0) buildTable({ statement: complete, database, rootPage: 0, sql, isStored: false });
}

function isGenerated(constraints: CreateTableStatement['columns'][number]['constraints']): boolean {
  return constraints.some(({ kind }) => kind === 'generated');
}

/** Trees and schema rows of a table and its automatic indexes. */
function codeNewTable(ctx: CodegenContext, table: TableObject, sql: string): void {
  const { program } = ctx;
  const { database, name } = table;
  const root = program.register();
  program.emit('CreateBtree', database.number, root, table.withoutRowid ? BTREE_INDEX : BTREE_TABLE);
  codeSchemaRow(ctx, database, { type: 'table', name, tableName: name, root, sql });
  for (const index of table.automaticIndexes) {
    if (table.withoutRowid && index.origin === 'pk') continue;
    const indexRoot = program.register();
    program.emit('CreateBtree', database.number, indexRoot, BTREE_INDEX);
    codeSchemaRow(ctx, database, { type: 'index', name: index.name, tableName: name, root: indexRoot, sql: null });
  }
}

/** sqlite_sequence comes into being with the first AUTOINCREMENT table of a database. */
function codeSequenceTable(ctx: CodegenContext, database: Database): void {
  const root = ctx.program.register();
  const name = 'sqlite_sequence';
  ctx.program.emit('CreateBtree', database.number, root, BTREE_TABLE);
  codeSchemaRow(ctx, database, { type: 'table', name, tableName: name, root, sql: `CREATE TABLE ${name}(name,seq)` });
}

/** CHECK constraints and generated columns must resolve, and the latter must not go in circles. */
function checkExpressions(ctx: CodegenContext, table: TableObject, sql: string): void {
  const binder = new Binder(ctx.schema, ctx.options, sql);
  binder.isDefining = true;
  const source = tableSource(table);
  for (const { expr } of table.checks) binder.bindTableExpression(expr, source, 'check', sql);
  for (const { generated } of table.columns) {
    if (generated !== null) binder.bindTableExpression(generated.expr, source, 'generated', sql);
  }
  if (table.hasGeneratedColumns) refuseGeneratedLoops(table);
}

/**
 * SQLite reads the new table once, which fails when a virtual column depends on itself by way of virtual columns; a loop through a stored
 * column shows when a row is written.
 * @throws SqlError for the loop found last
 */
function refuseGeneratedLoops(table: Table): void {
  const numbers = new Map(table.columns.map(({ name, number }) => [foldName(name), number]));
  const open = new Set<Column>();
  let found: Column | null = null;
  const read = (column: Column): void => {
    const { generated } = column;
    if (generated === null || generated.stored) return;
    if (open.has(column)) {
      found = column;
      return;
    }
    open.add(column);
    for (const number of columnsNamedIn(generated.expr, numbers)) read(table.columns[number] as Column);
    open.delete(column);
  };
  table.columns.forEach(read);
  if (found !== null) throw new SqlError(`generated column loop on "${(found as Column).name}"`);
}

function columnsNamedIn(expr: Expr, numbers: ReadonlyMap<string, number>): Set<number> {
  const found = new Set<number>();
  walkExpr(expr, {
    expr(part) {
      if (part.kind !== 'column') return;
      const number = numbers.get(foldName(part.column.name));
      if (number !== undefined) found.add(number);
    },
  });
  return found;
}

// ---------------------------------------------------------------------------------------------------------------------
// CREATE TABLE AS

function compileCreateTableAs(
  ctx: CodegenContext,
  sql: string,
  database: Database,
  statement: CreateTableStatement,
): void {
  const { program } = ctx;
  const { name } = statement.name.name;
  // The columns are never called by long names.
  const pragmas = { ...ctx.options.pragmas, shortColumnNames: true, fullColumnNames: false };
  const binder = new Binder(ctx.schema, { ...ctx.options, pragmas }, sql);
  const query = binder.bindQuery(statement.select as NonNullable<CreateTableStatement['select']>);
  const columns = offeredColumns(query.cores, queryColumnNames(binder, query, false));
  beginSchemaChange(ctx, database);
  codeFileFormat(ctx, database);
  const root = program.register();
  const record = program.register();
  const rowid = program.register();
  const cursor = program.cursor();
  program.emit('CreateBtree', database.number, root, BTREE_TABLE);
  program.emit('OpenWrite', cursor, root, database.number, -1, operandFlags.P2ISREG);
  const affinity = program.string(columns.map((column) => String.fromCharCode(storedAffinity(column))).join(''));
  codeQuery(ctx, query, {
    kind: 'each',
    emit: (first, count) => {
      program.emit('MakeRecord', first, count, record, affinity);
      program.emit('NewRowid', cursor, rowid);
      program.emit('Insert', cursor, record, rowid, -1, operandFlags.APPEND);
    },
  });
  program.emit('Close', cursor);
  const text = createTableText(name, columns);
  codeSchemaRow(ctx, database, { type: 'table', name, tableName: name, root, sql: text });
  codeSchemaChanged(ctx, database);
}

/** Affinity of a column of the new table: expressions without one give a column without a type. */
function storedAffinity({ affinity }: SourceColumn): Affinity {
  if (affinity === Affinity.flexnum) return Affinity.numeric;
  return affinity < Affinity.blob ? Affinity.blob : affinity;
}

const typeNames: ReadonlyMap<Affinity, string> = new Map([
  [Affinity.text, ' TEXT'],
  [Affinity.numeric, ' NUM'],
  [Affinity.integer, ' INT'],
  [Affinity.real, ' REAL'],
]);

/** The CREATE TABLE text that SQLite stores for a table made from a query: on one line when it is short. */
function createTableText(name: string, columns: readonly SourceColumn[]): string {
  const width = identifierWidth(name) + columns.reduce((sum, column) => sum + identifierWidth(column.name) + 5, 0);
  const [open, separator, close] = width < 50 ? ['', ',', ')'] : ['\n  ', ',\n  ', '\n)'];
  const list = columns.map((column) => quoteIfNeeded(column.name) + (typeNames.get(storedAffinity(column)) ?? ''));
  return `CREATE TABLE ${quoteIfNeeded(name)}(${open}${list.join(separator)}${close}`;
}

/** Bytes of a name in double quotes, with its inner quotes doubled. */
function identifierWidth(name: string): number {
  return Buffer.byteLength(name) + (name.match(/"/g)?.length ?? 0) + 2;
}

const keywords = new Set(keywordList);

function quoteIfNeeded(name: string): string {
  if (/^[A-Za-z_][A-Za-z0-9_]*$/.test(name) && !keywords.has(name.toLowerCase())) return name;
  return `"${name.replaceAll('"', '""')}"`;
}

// ---------------------------------------------------------------------------------------------------------------------
// CREATE VIRTUAL TABLE

/** Code of CREATE VIRTUAL TABLE. */
export function compileCreateVirtualTable(
  ctx: CodegenContext,
  parsed: ParsedStatement,
  statement: CreateVirtualTableStatement,
): void {
  const { sql } = parsed;
  const { program } = ctx;
  const database = databaseOf(ctx, sql, statement.name);
  if (!isNameFree(ctx, sql, database, statement)) return;
  const { name } = statement.name.name;
  const moduleName = statement.module.name;
  beginSchemaChange(ctx, database);
  codeFileFormat(ctx, database);
  const text = `CREATE VIRTUAL TABLE ${sql.slice(statement.name.name.start, statement.end)}`;
  codeSchemaRow(ctx, database, { type: 'table', name, tableName: name, root: 0, sql: text });
  codeSchemaChanged(ctx, database);
  const module = ctx.schema.findModule(moduleName);
  if (module === null) {
    ctx.statement.mayAbort = true;
    program.emit(
      'Halt',
      resultCode('SQLITE_ERROR'),
      errorActions.abort,
      0,
      program.string(`no such module: ${moduleName}`),
    );
    return;
  }
  const given = [moduleName, database.name, name, ...statement.arguments];
  const first = program.register(given.length);
  given.forEach((argument, i) => {
    program.loadString(argument, first + i);
  });
  const vtab = program.pool.vtab({ module: moduleName, hostModule: module.hostNumber, arguments: given });
  ctx.statement.mayAbort = true;
  program.emit('VCreate', database.number, given.length, first, vtab);
}
