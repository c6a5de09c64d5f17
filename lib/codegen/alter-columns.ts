/**
 * ALTER TABLE ADD COLUMN and DROP COLUMN.
 *
 * Owns: their checks and the edit of the table's text.
 */
import { Affinity } from '../../spec/affinity';
import { sameName } from '../catalog/names';
import type { Column, Relation, Table } from '../catalog/schema';
import { TableObject } from '../catalog/table';
import type { ColumnDefinition, CreateTableStatement, Expr, Identifier, ParsedStatement } from '../syntax/ast';
import { parseStoredStatement } from '../syntax/parser';
import { SqlError } from '../syntax/sql-error';
import { isSpaceCode } from '../syntax/tokenizer';
import {
  bindTable,
  buildAltered,
  checkParts,
  codeChanges,
  failWhenRun,
  requireAlterable,
  testColumnChange,
} from './alter-changes';
import { definitionEnd } from './constraint-text';
import { codeFail, codeFailUnlessEmpty, codeRewriteRows, codeRowTests } from './alter-rows';
import { defaultValue } from './column-default';
import { codeTableColumn } from './columns';
import { jumpIfFalse } from './condition';
import type { CodegenContext } from './context';
import { tokenText } from './ddl-schema';
import { Binder } from '../resolve/binder';
import { strictMask } from './integrity-check';
import { explainErrors } from './schema-objects';

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
  const { columns } = ctx.options.limits;
  if (table.columns.length >= columns) throw new SqlError(`too many columns on sqlite_altertab_${table.name}`);
  refuseKeys(table, definition);
  const { columnsEnd } = statementOf(table);
  const newSql = withColumn(table.sql, columnsEnd, text);
  const definitionSql = withColumn(table.sql, columnsEnd, sql.slice(definition.start, definition.end));
  // Comments at the end of the definition may swallow what follows it, and STRICT demands types: both are found when the new text is read back.
  const after = buildAltered(table, definitionSql, null);
  const column = after.columns[after.columns.length - 1] as Column;
  const refusal = codeRefusals(ctx, table, after, column);
  failWhenRun(ctx, table.database, () => {
    // What STRICT demands of types is tested in what is read back only.
    const isRead = newSql === definitionSql && !table.strict;
    const read = isRead ? after : buildAltered(table, newSql, 'after add column');
    refuseOrphans(table, read);
    explainErrors(table, 'after add column', () => {
      bindTable(ctx, read, newSql, true);
    });
    const change = { type: 'table', name: table.name, sql: newSql } as const;
    codeChanges(ctx, table.database, new Map([[table.database, [change]]]), null);
    codeConstraintTests(ctx, table, after, column);
  });
  if (refusal !== null) return [`raise(ABORT,'${refusal}')`];
  return needsTests(table, after, column) ? [TEST_COLUMN] : [];
}

/** A comment at the end of the definition may have swallowed the constraints that indexes were made for. */
function refuseOrphans(table: Table, read: TableObject): void {
  if (table instanceof TableObject && table.automaticIndexes.length === 0) return;
  const kept = new Set(read.automaticIndexes.map(({ name }) => name));
  for (const { name, sql, isTable } of table.indexes) {
    if (sql === '' && !isTable && !kept.has(name))
      throw new SqlError(`error in index ${name} after add column: orphan index`);
  }
}

function withColumn(sql: string, columnsEnd: number, definition: string): string {
  return `${sql.slice(0, columnsEnd)}, ${definition}${sql.slice(columnsEnd)}`;
}

function refuseKeys(table: Table, { name, constraints }: ColumnDefinition): void {
  if (table.columns.some((column) => sameName(column.name, name.name))) {
    throw new SqlError(`duplicate column name: ${name.name}`, name.start);
  }
  if (constraints.some(({ kind }) => kind === 'primaryKey')) throw new SqlError('Cannot add a PRIMARY KEY column');
  if (constraints.some(({ kind }) => kind === 'unique')) throw new SqlError('Cannot add a UNIQUE column');
}

function isNull(expr: Expr | null): boolean {
  return expr === null || expr.kind === 'null';
}

/** Emits what is refused only when the table has rows; returns the first message. */
function codeRefusals(ctx: CodegenContext, table: Table, after: Table, column: Column): string | null {
  const messages = refusals(ctx, table, after, column);
  for (const message of messages) codeFailUnlessEmpty(ctx, table, message);
  return messages[0] ?? null;
}

function refusals(ctx: CodegenContext, table: Table, after: Table, column: Column): readonly string[] {
  if (column.generated !== null) return column.generated.stored ? ['cannot add a STORED column'] : [];
  const hasValue = !isNull(column.default);
  const messages: string[] = [];
  if (ctx.options.pragmas.foreignKeys && hasValue && after.foreignKeys.length > table.foreignKeys.length) {
    messages.push('Cannot add a REFERENCES column with non-NULL default value');
  }
  if (column.notNull !== null && !hasValue) messages.push('Cannot add a NOT NULL column with default value NULL');
  if (column.default !== null && hasValue && defaultValue(column.default, Affinity.blob) === undefined) {
    messages.push('Cannot add a column with non-constant default');
  }
  return messages;
}

/** The new column comes with constraints that rows which are there may not satisfy. */
function needsTests(table: Table, after: Table, column: Column): boolean {
  return after.checks.length > table.checks.length || testsNull(column) || table.strict;
}

const testsNull = ({ notNull, generated }: Column): boolean => notNull !== null && generated !== null;

/** Rows that are there must satisfy the constraints that came with the column. */
function codeConstraintTests(ctx: CodegenContext, table: Table, after: Table, column: Column): void {
  if (!needsTests(table, after, column)) return;
  const { program } = ctx;
  const { sql } = after;
  const newChecks = after.checks.slice(table.checks.length);
  const binder = new Binder(ctx.schema, ctx.options, sql);
  codeRowTests(ctx, table, after, (source, cursor) => {
    if (table.strict && column.generated?.stored === false) codeGeneratedTypeTest(ctx, after, cursor, column);
    if (testsNull(column)) {
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
  });
}

/** As the default: SQLite computes the value within a query of a pragma, which loses the words of the error. */
function codeGeneratedTypeTest(ctx: CodegenContext, table: Table, cursor: number, column: Column): void {
  const { program } = ctx;
  const value = program.register();
  const fine = program.label();
  const start = program.here;
  codeTableColumn(ctx, table, cursor, column.number, value);
  for (let i = start; i < program.here; i++) if (program.isOpcode(i, 'TypeCheck')) program.erase(i);
  program.emit('IsType', -1, fine, value, NULL_TYPE, strictMask(column.declaredType));
  codeFail(ctx, 'constraint failed', 'SQLITE_CONSTRAINT_DATATYPE');
  program.place(fine);
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
  failWhenRun(ctx, table.database, () => {
    testColumnChange(ctx, table.database);
    const newSql = withoutColumn(table.sql, statement, column.number);
    checkParts(ctx, table, newSql, table.indexes, 'after drop column');
    const change = { type: 'table', name: table.name, sql: newSql } as const;
    codeChanges(ctx, table.database, new Map([[table.database, [change]]]), 'after drop column');
    if (column.generated === null || column.generated.stored) codeRewriteRows(ctx, table, column);
  });
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
  return sql.slice(0, definitionEnd(sql, before.start)) + sql.slice(columnsEnd);
}
