/**
 * Entries of an index made from the row under a table cursor: for CREATE INDEX, REINDEX and integrity_check.
 *
 * Owns: the order and form of an entry's fields as read back from a stored row. Must not know: how rows are changed.
 */
import type { Label } from '../bytecode/program-builder';
import { EXPRESSION_COLUMN, type Index, type IndexColumn, type Table } from '../catalog/schema';
import { Binder } from '../resolve/binder';
import type { Expression, TableSource } from '../resolve/ir';
import { tableSource } from '../resolve/sources';
import { codeTableColumn } from './columns';
import { jumpIfFalse } from './condition';
import type { CodegenContext } from './context';
import { codeExpression } from './expression';

/** A table under a cursor, with the expressions of its indexes bound to it. */
export class IndexedRow {
  readonly source: TableSource;

  constructor(
    private readonly ctx: CodegenContext,
    readonly table: Table,
    readonly cursor: number,
  ) {
    this.source = tableSource(table);
    ctx.columnReaders.set(this.source, { kind: 'cursor', cursor, index: null });
  }

  /** Ends the use of the row. */
  close(): void {
    this.ctx.columnReaders.delete(this.source);
  }

  private bind(index: Index, syntax: NonNullable<IndexColumn['expr']>, place: 'index' | 'partial-index'): Expression {
    const binder = new Binder(this.ctx.schema, this.ctx.options, index.sql);
    return binder.bindTableExpression(syntax, this.source, place, index.sql);
  }

  /** Code that jumps to `target` when the row is not in a partial index. */
  jumpIfNotIn(index: Index, target: Label): void {
    const { where } = index;
    if (where === null) return;
    this.inRowCode(() => {
      jumpIfFalse(this.ctx, this.bind(index, where, 'partial-index'), target, true);
    });
  }

  /** Code that leaves all fields of the row's entry in the registers from `first`; returns how many there are. */
  codeFields(index: Index, first: number, count = index.columns.length): number {
    index.columns.slice(0, count).forEach((column, position) => {
      this.codeField(index, column, first + position);
    });
    return count;
  }

  /** As codeFields(), but the values that the row's columns have: whole numbers of REAL columns are reals. */
  codeValues(index: Index, first: number, count: number): void {
    index.columns.slice(0, count).forEach((column, position) => {
      if (column.column === EXPRESSION_COLUMN) this.codeField(index, column, first + position);
      else codeTableColumn(this.ctx, this.table, this.cursor, column.column, first + position);
    });
  }

  private codeField(index: Index, { column, expr }: IndexColumn, target: number): void {
    if (column !== EXPRESSION_COLUMN) {
      this.codeStoredValue(column, target);
      return;
    }
    if (expr === null) throw new Error(`index ${index.name} has an expression column without an expression`);
    this.inRowCode(() => {
      codeExpression(this.ctx, this.bind(index, expr, 'index'), target);
    });
  }

  /** A column as it is stored: integers of REAL columns stay integers in index entries too. */
  private codeStoredValue(column: number, target: number): void {
    const { program } = this.ctx;
    codeTableColumn(this.ctx, this.table, this.cursor, column, target);
    const last = program.here - 1;
    const generated = column >= 0 ? (this.table.columns[column]?.generated ?? null) : null;
    if ((generated === null || generated.stored) && program.isOpcode(last, 'RealAffinity')) program.erase(last);
  }

  /** Runs code generation that reads the row: nothing of it may move to the setup section. */
  private inRowCode(emit: () => void): void {
    const { mayHoist } = this.ctx;
    this.ctx.mayHoist = false;
    emit();
    this.ctx.mayHoist = mayHoist;
  }
}

/** SQLite's message for a duplicate in a unique index: its columns, or its name when it has expressions. */
export function uniqueFailureMessage(index: Index): string {
  const keys = index.columns.slice(0, index.keyColumnCount);
  if (keys.some(({ column }) => column === EXPRESSION_COLUMN)) return `UNIQUE constraint failed: index '${index.name}'`;
  const names = keys.map(({ column }) => `${index.table.name}.${index.table.columns[column]?.name ?? 'rowid'}`);
  return `UNIQUE constraint failed: ${names.join(', ')}`;
}
