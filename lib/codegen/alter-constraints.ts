/**
 * ALTER TABLE on constraints: ADD CHECK, DROP CONSTRAINT, ALTER COLUMN ... SET NOT NULL and DROP NOT NULL.
 *
 * Owns: their checks and the tests of rows. Must not know: where constraints stand in the text (constraint-text).
 */
import { sameName } from '../catalog/names';
import type { Column, Relation, Table } from '../catalog/schema';
import { Binder } from '../resolve/binder';
import { tableSource } from '../resolve/sources';
import type { AlterAction, CheckConstraint, Identifier, ParsedStatement } from '../syntax/ast';
import { SqlError } from '../syntax/sql-error';
import { buildAltered, codeChanges, failWhenRun, requireTable } from './alter-changes';
import { codeFail, codeRowTests } from './alter-rows';
import { codeTableColumn } from './columns';
import { jumpIfTrue } from './condition';
import { constraintText, hasConstraint, withConstraint, withoutConstraint } from './constraint-text';
import type { CodegenContext } from './context';

export type ConstraintAction = Extract<
  AlterAction,
  { kind: 'addConstraint' | 'dropConstraint' | 'setNotNull' | 'dropNotNull' }
>;

const FAILED = 'constraint failed';
/** SQLite tests by queries of its own, whose column the statement then shows: it counts as one that returns rows. */
const FAILED_COLUMN = "sqlite_fail('constraint failed', 19)";

/** Code of the statement; returns the names of the result columns. */
export function compileAlterConstraint(
  ctx: CodegenContext,
  parsed: ParsedStatement,
  relation: Relation,
  action: ConstraintAction,
): readonly string[] {
  const table = requireTable(relation, 'edit constraints of');
  switch (action.kind) {
    case 'addConstraint':
      return addCheck(ctx, parsed, table, action.constraint);
    case 'dropConstraint':
      codeEdit(ctx, table, (sql) => withoutConstraint(sql, { name: action.name.name }));
      return [];
    case 'dropNotNull': {
      const column = findColumn(table, action.column).number;
      codeEdit(ctx, table, (sql) => withoutConstraint(sql, { column }));
      return [];
    }
    case 'setNotNull': {
      const column = findColumn(table, action.column);
      const text = constraintText(parsed.sql, action.start, action.end, parsed.terminator);
      return setNotNull(ctx, table, column, text);
    }
  }
}

function findColumn(table: Table, { name }: Identifier): Column {
  const column = table.columns.find((candidate) => sameName(candidate.name, name));
  if (column === undefined) throw new SqlError(`no such column: ${name}`);
  return column;
}

function setNotNull(ctx: CodegenContext, table: Table, column: Column, text: string): readonly string[] {
  const { program } = ctx;
  codeRowTests(ctx, table, table, (_source, cursor, fine) => {
    const value = program.register();
    codeTableColumn(ctx, table, cursor, column.number, value);
    program.emit('NotNull', value, fine);
    codeFail(ctx, FAILED, 'SQLITE_CONSTRAINT');
  });
  codeEdit(ctx, table, (sql) => withConstraint(withoutConstraint(sql, { column: column.number }), text, column.number));
  return [FAILED_COLUMN];
}

/** A row for which the condition is NULL fails too, though it would not when it is written. */
function addCheck(
  ctx: CodegenContext,
  parsed: ParsedStatement,
  table: Table,
  { expr, name, start, end }: CheckConstraint,
): readonly string[] {
  const { sql } = parsed;
  const binder = new Binder(ctx.schema, ctx.options, sql);
  binder.isDefining = true;
  binder.bindTableExpression(expr, tableSource(table), 'check', sql);
  const isTaken = name !== null && hasConstraint(table.sql, name.name);
  if (isTaken) codeFail(ctx, `constraint ${name.name} already exists`);
  codeRowTests(ctx, table, table, (source, _cursor, fine) => {
    jumpIfTrue(ctx, binder.bindTableExpression(expr, source, 'check', sql), fine, false);
    codeFail(ctx, FAILED, 'SQLITE_CONSTRAINT');
  });
  const text = constraintText(sql, start, end, parsed.terminator);
  codeEdit(ctx, table, (before) => withConstraint(before, text, null));
  if (name === null) return [FAILED_COLUMN];
  return [`sqlite_fail('constraint ${name.name.replaceAll("'", "''")} already exists', 1)`];
}

/** Writes the table's new text. */
function codeEdit(ctx: CodegenContext, table: Table, edit: (sql: string) => string): void {
  failWhenRun(ctx, table.database, () => {
    const sql = edit(table.sql);
    buildAltered(table, sql, 'after drop constraint');
    codeChanges(ctx, table.database, new Map([[table.database, [{ type: 'table', name: table.name, sql }]]]), null);
  });
}
