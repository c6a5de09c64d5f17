/**
 * The SET clause of UPDATE and of ON CONFLICT DO UPDATE: which columns change, and to what.
 */
import { foldName } from '../catalog/names';
import type { Table } from '../catalog/schema';
import { bindExpression, requireScalar } from '../resolve/bind-expression';
import type { Binder } from '../resolve/binder';
import { rowFieldOf, valueCount } from '../plan/expressions';
import type { Expression } from '../resolve/ir';
import type { Scope } from '../resolve/scope';
import { isRowidName, tableSource } from '../resolve/sources';
import type { Assignment } from '../syntax/ast';
import { SqlError } from '../syntax/sql-error';
import { readsChanged } from './constraints';

export interface Assignments {
  /** New value by column number; of a column assigned twice the last counts. */
  readonly values: ReadonlyMap<number, Expression>;
  /** New value of the rowid, null when it stays. */
  readonly rowid: Expression | null;
  /** The rowid or a column of a WITHOUT ROWID primary key is assigned. */
  readonly changesKey: boolean;
  readonly changesRowid: boolean;
  /** Columns that change: the assigned ones and generated ones that depend on them. */
  readonly changed: ReadonlySet<number>;
  /** Folded names that SET writes, by which UPDATE OF knows the change. */
  readonly names: ReadonlySet<string>;
  /** Every assigned expression in the order written, for evaluation elsewhere (UPDATE FROM). */
  readonly written: readonly WrittenAssignment[];
}

export interface WrittenAssignment {
  /** Column number; -1 for the rowid. */
  readonly column: number;
  readonly value: Expression;
}

export const namesInSet = (syntax: readonly Assignment[]): ReadonlySet<string> =>
  new Set(syntax.flatMap(({ columns }) => columns.map(({ name }) => foldName(name))));

/** @throws SqlError no such column: SET names one that the table doesn't have */
export function checkAssignedNames(syntax: readonly Assignment[], table: Table): void {
  for (const { columns } of syntax) for (const { name } of columns) columnNumber(table, name);
}

/** Binds the assignments. @throws SqlError no such column, generated column, wrong number of values */
export function bindAssignments(
  binder: Binder,
  syntax: readonly Assignment[],
  table: Table,
  scope: Scope,
): Assignments {
  const written: WrittenAssignment[] = [];
  const bound = syntax.map((assignment) => {
    const value = bindExpression(binder, assignment.value, scope);
    if (!assignment.row) requireScalar(value);
    return { assignment, value, columns: assignment.columns.map(({ name }) => columnNumber(table, name)) };
  });
  // Names first: how many columns a subquery has SQLite only asks when it codes it.
  for (const { assignment, value, columns } of bound) {
    const values = splitValue(assignment, value);
    columns.forEach((column, i) => written.push({ column, value: values[i]! }));
  }
  return settle(binder, table, written, namesInSet(syntax));
}

function splitValue(assignment: Assignment, value: Expression): readonly Expression[] {
  const { columns } = assignment;
  const count = valueCount(value);
  if (columns.length === 1 && count === 1) return [value];
  if (count !== columns.length) {
    throw new SqlError(`${columns.length} columns assigned ${count} values`);
  }
  return columns.map((_, i) => rowFieldOf(value, i));
}

function columnNumber(table: Table, name: string): number {
  const folded = foldName(name);
  const number = table.columns.findIndex((column) => foldName(column.name) === folded);
  if (number >= 0) {
    if (number === table.rowidAlias) return -1;
    const { generated, name: declared, primaryKeyPosition } = table.columns[number]!;
    if (generated && !(table.withoutRowid && primaryKeyPosition > 0)) {
      throw new SqlError(`cannot UPDATE generated column "${declared}"`);
    }
    return number;
  }
  if (!table.withoutRowid && isRowidName(folded)) return -1;
  throw new SqlError(`no such column: ${name}`);
}

function settle(
  binder: Binder,
  table: Table,
  written: readonly WrittenAssignment[],
  names: ReadonlySet<string>,
): Assignments {
  const values = new Map<number, Expression>();
  let rowid: Expression | null = null;
  for (const { column, value } of written) {
    if (column < 0) rowid = value;
    else values.set(column, value);
  }
  const changesPrimaryKey =
    table.withoutRowid && [...values.keys()].some((column) => table.columns[column]!.primaryKeyPosition > 0);
  const changed = new Set(values.keys());
  if (rowid && table.rowidAlias >= 0) changed.add(table.rowidAlias);
  addGeneratedColumns(binder, table, changed, rowid !== null);
  return {
    values,
    rowid,
    changesKey: rowid !== null || changesPrimaryKey,
    changesRowid: rowid !== null,
    changed,
    names,
    written,
  };
}

/** Generated columns that read a changed column change too. */
function addGeneratedColumns(binder: Binder, table: Table, changed: Set<number>, rowidChanges: boolean): void {
  if (!table.hasGeneratedColumns) return;
  const source = tableSource(table);
  const generated = table.columns.flatMap((column) =>
    column.generated
      ? [
          {
            number: column.number,
            value: binder.bindTableExpression(column.generated.expr, source, 'generated', table.sql),
          },
        ]
      : [],
  );
  let grew = true;
  while (grew) {
    grew = false;
    for (const { number, value } of generated) {
      if (changed.has(number) || !readsChanged(value, changed, rowidChanges)) continue;
      changed.add(number);
      grew = true;
    }
  }
}
