/**
 * ALTER TABLE ADD COLUMN and DROP COLUMN.
 *
 * Owns: their checks, the edit of the table's text, and the rewriting of rows that lose a column.
 */
import { errorActions, operandFlags } from '../../spec/opcodes';
import { Affinity } from '../../spec/affinity';
import { sameName } from '../catalog/names';
import type { Column, Relation, Table } from '../catalog/schema';
import { buildTable } from '../catalog/table-builder';
import type { ColumnDefinition, CreateTableStatement, Expr, Identifier, ParsedStatement } from '../syntax/ast';
import { parseStoredStatement } from '../syntax/parser';
import { SqlError } from '../syntax/sql-error';
import { isSpaceCode } from '../syntax/tokenizer';
import { codeChanges, requireAlterable } from './alter';
import { codeTableColumn } from './columns';
import { jumpIfFalse } from './condition';
import type { CodegenContext } from './context';
import { tokenText } from './ddl-schema';
import { refuseGeneratedLoops } from './ddl-table';
import { Binder } from '../resolve/binder';
import { tableSource } from '../resolve/sources';
import { resultCode } from './result-codes';
import { strictMask } from './integrity-check';
import { explainErrors, testObjects } from './schema-objects';
import { openTable, storedColumns } from './table-access';

/** IsType's p4: what a value beyond the end of a record is. */
const NULL_TYPE = 5;

/** The statement of a stored table. */
function statementOf(table: Table): CreateTableStatement {
  const { statement } = parseStoredStatement(table.sql);
  if (statement?.kind !== 'createTable') throw new SqlError('malformed database schema', -1, 'SQLITE_CORRUPT');
  return statement;
}

// ---------------------------------------------------------------------------------------------------------------------
// ADD COLUMN

/**
 * SQLite tests the new constraints by a query of its own, whose column the statement then shows: better-sqlite3 takes such a statement
 * for one that returns rows.
 */
const TEST_COLUMN =
  "CASE WHEN quick_check GLOB 'CHECK*' THEN raise(ABORT,'CHECK constraint failed') WHEN quick_check GLOB 'non-* value in*' THEN raise(ABORT,'type mismatch on DEFAULT') ELSE raise(ABORT,'NOT NULL constraint failed') END";

/** Code of ALTER TABLE ADD COLUMN; returns the names of the result columns. */
export function compileAddColumn(
  ctx: CodegenContext,
  parsed: ParsedStatement,
  relation: Relation,
  definition: ColumnDefinition,
): readonly string[] {
  if (relation.kind === 'table' && relation.module !== null) throw new SqlError('virtual tables may not be altered');
  if (relation.kind === 'view') throw new SqlError('Cannot add a column to a view');
  requireAlterable(relation);
  const table = relation;
  const { sql } = parsed;
  let end = parsed.terminator;
  while (isSpaceCode(sql.charCodeAt(end - 1))) end--;
  const text = sql.slice(definition.name.start, end);
  refuseKeys(table, definition);
  const offset = statementOf(table).columnsEnd;
  const newSql = `${table.sql.slice(0, offset)}, ${text}${table.sql.slice(offset)}`;
  const after = buildAddedTable(table, newSql);
  const column = after.columns[after.columns.length - 1] as Column;
  checkNewExpressions(ctx, after, newSql);
  codeRefusals(ctx, table, after, column);
  codeChanges(
    ctx,
    table.database,
    new Map([[table.database, [{ type: 'table', name: table.name, sql: newSql }]]]),
    null,
  );
  return codeConstraintTests(ctx, table, after, column, newSql) ? [TEST_COLUMN] : [];
}

function refuseKeys(table: Table, { name, constraints }: ColumnDefinition): void {
  if (table.columns.some((column) => sameName(column.name, name.name))) {
    throw new SqlError(`duplicate column name: ${name.name}`, name.start);
  }
  if (constraints.some(({ kind }) => kind === 'primaryKey')) throw new SqlError('Cannot add a PRIMARY KEY column');
  if (constraints.some(({ kind }) => kind === 'unique')) throw new SqlError('Cannot add a UNIQUE column');
}

function buildNewTable(table: Table, sql: string): Table {
  const { statement } = parseStoredStatement(sql);
  if (statement?.kind !== 'createTable') throw new SqlError('malformed database schema', -1, 'SQLITE_CORRUPT');
  return buildTable({ statement, database: table.database, rootPage: table.rootPage, sql, isStored: false });
}

function checkNewExpressions(ctx: CodegenContext, table: Table, sql: string): void {
  const binder = new Binder(ctx.schema, ctx.options, sql);
  const source = tableSource(table);
  for (const { expr } of table.checks) binder.bindTableExpression(expr, source, 'check', sql);
  for (const { generated } of table.columns) {
    if (generated !== null) binder.bindTableExpression(generated.expr, source, 'generated', sql);
  }
  refuseGeneratedLoops(table);
}

function isNull(expr: Expr | null): boolean {
  return expr === null || expr.kind === 'null';
}

/** Literals, with a sign: what rows written before can be given without being rewritten. */
function isLiteral(expr: Expr): boolean {
  switch (expr.kind) {
    case 'integer':
    case 'real':
    case 'string':
    case 'blob':
    case 'null':
      return true;
    case 'unary':
      return (expr.operator === '-' || expr.operator === '+') && isLiteral(expr.operand);
    case 'cast':
      return isLiteral(expr.operand);
    case 'column':
      return true;
    default:
      return false;
  }
}

/** What is refused only when the table has rows. */
function codeRefusals(ctx: CodegenContext, table: Table, after: Table, column: Column): void {
  const refuse = (message: string): void => {
    codeFailUnlessEmpty(ctx, table, message);
  };
  if (column.generated !== null) {
    if (column.generated.stored) refuse('cannot add a STORED column');
    return;
  }
  const hasValue = !isNull(column.default);
  if (ctx.options.pragmas.foreignKeys && hasValue && after.foreignKeys.length > table.foreignKeys.length) {
    refuse('Cannot add a REFERENCES column with non-NULL default value');
  }
  if (column.notNull !== null && !hasValue) refuse('Cannot add a NOT NULL column with default value NULL');
  if (column.default !== null && hasValue && !isLiteral(column.default)) {
    refuse('Cannot add a column with non-constant default');
  }
}

function codeFailUnlessEmpty(ctx: CodegenContext, table: Table, message: string): void {
  const { program } = ctx;
  const cursor = program.cursor();
  const isEmpty = program.label();
  openTable(ctx, 'OpenRead', cursor, table);
  program.emit('Rewind', cursor, isEmpty);
  codeFail(ctx, message);
  program.place(isEmpty);
  program.emit('Close', cursor);
}

function codeFail(ctx: CodegenContext, message: string): void {
  ctx.statement.mayAbort = true;
  ctx.program.emit('Halt', resultCode('SQLITE_ERROR'), errorActions.abort, 0, ctx.program.string(message));
}

/** What a STRICT table demands of its columns' types is found when the new definition is read back. */
function buildAddedTable(table: Table, sql: string): Table {
  try {
    return buildNewTable(table, sql);
  } catch (error) {
    if (!(error instanceof SqlError) || !/^(unknown|missing) datatype/.test(error.message)) throw error;
    throw new SqlError(`error in table ${table.name} after add column: ${error.message}`);
  }
}

/** Rows that are there must satisfy the constraints that came with the column; returns whether there are any. */
function codeConstraintTests(ctx: CodegenContext, table: Table, after: Table, column: Column, sql: string): boolean {
  const newChecks = after.checks.slice(table.checks.length);
  const testsNull = column.notNull !== null && column.generated !== null;
  if (newChecks.length === 0 && !testsNull && !table.strict) return false;
  const { program } = ctx;
  const cursor = program.cursor();
  const end = program.label();
  const binder = new Binder(ctx.schema, ctx.options, sql);
  const source = tableSource(after);
  openTable(ctx, 'OpenRead', cursor, table);
  ctx.columnReaders.set(source, { kind: 'cursor', cursor, index: null });
  ctx.mayHoist = false;
  program.emit('Rewind', cursor, end);
  const top = program.here;
  if (testsNull) {
    const value = program.register();
    codeTableColumn(ctx, after, cursor, column.number, value);
    const isSet = program.emit('NotNull', value);
    codeFail(ctx, 'NOT NULL constraint failed');
    program.jumpHere(isSet);
  }
  if (table.strict) codeTypeTest(ctx, after, cursor, column);
  for (const { expr } of newChecks) {
    const failed = program.label();
    const fine = program.label();
    jumpIfFalse(ctx, binder.bindTableExpression(expr, source, 'check', sql), failed, false);
    program.goto(fine);
    program.place(failed);
    codeFail(ctx, 'CHECK constraint failed');
    program.place(fine);
  }
  program.emit('Next', cursor, top);
  program.place(end);
  program.emit('Close', cursor);
  ctx.columnReaders.delete(source);
  return true;
}

/** The default must be of the column's type. */
function codeTypeTest(ctx: CodegenContext, table: Table, cursor: number, column: Column): void {
  const { program } = ctx;
  const value = program.register();
  const fine = program.label();
  codeTableColumn(ctx, table, cursor, column.number, value);
  program.emit('IsType', -1, fine, value, NULL_TYPE, strictMask(column.declaredType));
  codeFail(ctx, 'type mismatch on DEFAULT');
  program.place(fine);
}

// ---------------------------------------------------------------------------------------------------------------------
// DROP COLUMN

/** Code of ALTER TABLE DROP COLUMN. */
export function compileDropColumn(ctx: CodegenContext, sql: string, table: Table, name: Identifier): void {
  const column = table.columns.find((candidate) => sameName(candidate.name, name.name));
  if (column === undefined) throw new SqlError(`no such column: "${tokenText(sql, name)}"`, name.start);
  const statement = statementOf(table);
  refuseDropOfKey(table, statement, column, name);
  if (!ctx.options.pragmas.legacyAlterTable) testObjects(ctx.schema, ctx.options, table.database, '');
  const newSql = withoutColumn(table.sql, statement, column.number);
  checkRest(ctx, table, newSql);
  codeChanges(
    ctx,
    table.database,
    new Map([[table.database, [{ type: 'table', name: table.name, sql: newSql }]]]),
    'after drop column',
  );
  if (column.generated === null || column.generated.stored) codeRewriteRows(ctx, table, column);
}

function refuseDropOfKey(table: Table, statement: CreateTableStatement, column: Column, name: Identifier): void {
  if (column.primaryKeyPosition > 0) throw new SqlError(`cannot drop PRIMARY KEY column: "${name.name}"`, name.start);
  const definition = statement.columns[column.number] as ColumnDefinition;
  if (definition.constraints.some(({ kind }) => kind === 'unique')) {
    throw new SqlError(`cannot drop UNIQUE column: "${name.name}"`, name.start);
  }
  if (table.columns.length <= 1) {
    throw new SqlError(`cannot drop column "${name.name}": no other columns exist`, name.start);
  }
}

/** The table's text without a column: from the column's name to the next one's, or from the comma before it to the list's end. */
function withoutColumn(sql: string, { columns, columnsEnd }: CreateTableStatement, number: number): string {
  const own = columns[number] as ColumnDefinition;
  const next = columns[number + 1];
  if (next !== undefined) return sql.slice(0, own.start) + sql.slice(next.start);
  const before = columns[number - 1] as ColumnDefinition;
  return sql.slice(0, sql.indexOf(',', before.end)) + sql.slice(columnsEnd);
}

/** The rest of the table and its indexes must do without the column. */
function checkRest(ctx: CodegenContext, table: Table, sql: string): void {
  const after = explainErrors(table, 'after drop column', () => {
    const built = buildNewTable(table, sql);
    checkNewExpressions(ctx, built, sql);
    return built;
  });
  const source = tableSource(after);
  for (const index of [...table.indexes].reverse()) {
    const statement = index.sql === '' ? null : parseStoredStatement(index.sql).statement;
    if (statement?.kind !== 'createIndex') continue;
    explainErrors(index, 'after drop column', () => {
      const binder = new Binder(ctx.schema, ctx.options, index.sql);
      for (const { expr } of statement.columns) {
        if (expr.kind !== 'string') binder.bindTableExpression(expr, source, 'index', index.sql);
      }
      if (statement.where !== null) binder.bindTableExpression(statement.where, source, 'partial-index', index.sql);
    });
  }
}

/** Rewrites every row without the column. */
function codeRewriteRows(ctx: CodegenContext, table: Table, dropped: Column): void {
  const { program } = ctx;
  const cursor = program.cursor();
  const end = program.label();
  const kept = storedColumns(table).filter(({ number }) => number !== dropped.number);
  const count = Math.max(1, kept.length);
  const rowid = program.register();
  const first = program.register(count);
  const record = program.register();
  openTable(ctx, 'OpenWrite', cursor, table);
  program.emit('Rewind', cursor, end);
  const top = program.here;
  if (!table.withoutRowid) program.emit('Rowid', cursor, rowid);
  if (kept.length === 0) program.loadNull(first);
  kept.forEach(({ number, affinity }, position) => {
    if (number === table.rowidAlias) {
      program.loadNull(first + position);
      return;
    }
    codeTableColumn(ctx, table, cursor, number, first + position);
    const last = program.here - 1;
    if (affinity === Affinity.real && program.isOpcode(last, 'RealAffinity')) program.erase(last);
  });
  program.emit('MakeRecord', first, count, record);
  if (table.withoutRowid) {
    const keyCount = table.primaryKey?.keyColumnCount ?? 0;
    program.emit('IdxInsert', cursor, record, first, keyCount, operandFlags.SAVEPOSITION);
  } else {
    program.emit('Insert', cursor, record, rowid, -1, operandFlags.SAVEPOSITION);
  }
  program.emit('Next', cursor, top);
  program.place(end);
  program.emit('Close', cursor);
}
