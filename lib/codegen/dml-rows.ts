/**
 * Rows in registers while they are written: one register a column, in the order of column numbers, after that of the rowid.
 *
 * Owns: conversion to column types, generated columns, and making records and index keys from such rows.
 * Must not know: constraints or statements.
 *
 * The register of an INTEGER PRIMARY KEY column stays NULL: its value is the rowid.
 */
import { Affinity } from '../../spec/affinity';
import { ROWID_COLUMN, type Column, type Table } from '../catalog/schema';
import type { Expression } from '../resolve/ir';
import { someExpression } from '../resolve/walk';
import { SqlError } from '../syntax/sql-error';
import type { CodegenContext } from './context';
import type { WriteIndex, WriteTable } from './dml-target';
import { codeExpression } from './expression';
import { codeGeneratedType, strictTypeOf } from './columns';
import { affinityConstant, storedColumns, tableAffinity } from './table-access';

/** Registers of one row. */
export interface RowRegisters {
  readonly rowid: number;
  /** Register of column 0. */
  readonly first: number;
}

/** OLD and NEW as triggers see them: rowid and columns of the one, then of the other, in consecutive registers. */
export interface RowPair {
  readonly base: number;
  readonly old: RowRegisters;
  readonly new: RowRegisters;
}

export function allocateRowPair(ctx: CodegenContext, columnCount: number): RowPair {
  const base = ctx.program.register(2 * (columnCount + 1));
  return {
    base,
    old: { rowid: base, first: base + 1 },
    new: { rowid: base + columnCount + 1, first: base + columnCount + 2 },
  };
}

/** Runs `emit` while the columns of the target's own expressions are read from registers. */
export function withRowInRegisters(ctx: CodegenContext, target: WriteTable, row: RowRegisters, emit: () => void): void {
  const before = ctx.columnReaders.get(target.self);
  ctx.columnReaders.set(target.self, {
    kind: 'registers',
    first: row.first,
    rowid: row.rowid,
    needsRealAffinity: false,
  });
  emit();
  if (before) ctx.columnReaders.set(target.self, before);
  else ctx.columnReaders.delete(target.self);
}

/** Runs `emit` while the columns of the target's own expressions are read from the row under its cursor. */
export function withRowUnderCursor(ctx: CodegenContext, target: WriteTable, emit: () => void): void {
  const before = ctx.columnReaders.get(target.self);
  ctx.columnReaders.set(target.self, { kind: 'cursor', cursor: target.dataCursor, index: null });
  emit();
  if (before) ctx.columnReaders.set(target.self, before);
  else ctx.columnReaders.delete(target.self);
}

// --- column types ---------------------------------------------------------------------------------------------------

/** Converts the row's values to the columns' types; of a STRICT table, refuses those that do not fit. */
export function applyColumnTypes(ctx: CodegenContext, table: Table, row: RowRegisters, beforeGenerated = false): void {
  const { program } = ctx;
  if (table.strict) {
    const types = table.columns.map((column) => strictType(column, beforeGenerated)).join('');
    const names = table.columns.map(({ name }) => `${table.name}.${name}\0`).join('');
    program.emit('TypeCheck', row.first, table.columns.length, 0, program.string(types + names));
    return;
  }
  const affinities = table.columns
    .map((column) => (isConverted(column, beforeGenerated) ? String.fromCharCode(column.affinity) : 'A'))
    .join('')
    .replace(/A+$/, '');
  if (affinities !== '') program.emit('Affinity', row.first, affinities.length, 0, program.string(affinities));
}

/** Virtual columns are converted when they are computed; stored ones too, so not before. */
function isConverted({ generated }: Column, beforeGenerated: boolean): boolean {
  return generated === null || (generated.stored && !beforeGenerated);
}

function strictType(column: Column, beforeGenerated: boolean): string {
  if (!isConverted(column, beforeGenerated)) return '-';
  return strictTypeOf(column);
}

// --- generated columns ----------------------------------------------------------------------------------------------

/** Computes every generated column of the row, those first that others read. */
export function computeGeneratedColumns(ctx: CodegenContext, target: WriteTable, row: RowRegisters): void {
  const { table, binder } = target;
  if (!table.hasGeneratedColumns) return;
  applyColumnTypes(ctx, table, row, true);
  const open = table.columns.filter(({ generated }) => generated !== null);
  const bound = new Map(
    open.map((column) => [
      column.number,
      binder.bindTableExpression(column.generated!.expr, target.self, 'generated', table.sql),
    ]),
  );
  withRowInRegisters(ctx, target, row, () => {
    let waiting = open;
    while (waiting.length > 0) {
      const numbers = new Set(waiting.map(({ number }) => number));
      const blocked: Column[] = [];
      for (const column of waiting) {
        if (readsColumn(bound.get(column.number)!, numbers)) {
          blocked.push(column);
          continue;
        }
        numbers.delete(column.number);
        codeGenerated(ctx, table, column, bound.get(column.number)!, row.first + column.number);
      }
      if (blocked.length === waiting.length) {
        throw new SqlError(`generated column loop on "${blocked[blocked.length - 1]!.name}"`);
      }
      waiting = blocked;
    }
  });
}

function readsColumn(expression: Expression, columns: ReadonlySet<number>): boolean {
  return someExpression(expression, (part) => part.kind === 'column' && columns.has(part.column));
}

function codeGenerated(
  ctx: CodegenContext,
  table: Table,
  column: Column,
  expression: Expression,
  target: number,
): void {
  codeExpression(ctx, expression, target);
  codeGeneratedType(ctx, table, column, target);
}

// --- records --------------------------------------------------------------------------------------------------------

/** The record of a rowid table's row. */
export function makeTableRecord(ctx: CodegenContext, table: Table, row: RowRegisters, record: number): void {
  const { program } = ctx;
  const columns = storedColumns(table);
  const affinity = affinityConstant(ctx, tableAffinity(table));
  if (columns.every(({ number }, position) => number === position)) {
    program.emit('MakeRecord', row.first, columns.length, record, affinity);
    return;
  }
  const mark = program.registers.mark();
  const first = program.registers.temporaryRange(columns.length);
  columns.forEach(({ number }, position) => program.emit('SCopy', row.first + number, first + position));
  program.emit('MakeRecord', first, columns.length, record, affinity);
  program.registers.releaseTo(mark);
}

/** Loads the columns of an index entry from a row in registers into those from `first`. */
export function loadIndexEntry(
  ctx: CodegenContext,
  target: WriteTable,
  { index, expressions }: WriteIndex,
  row: RowRegisters,
  first: number,
): void {
  const { program } = ctx;
  const { rowidAlias } = target.table;
  index.columns.forEach(({ column }, position) => {
    const expression = expressions[position];
    if (expression) {
      withRowInRegisters(ctx, target, row, () => {
        codeExpression(ctx, expression, first + position);
      });
    } else if (column === ROWID_COLUMN || column === rowidAlias) {
      program.emit('IntCopy', row.rowid, first + position);
    } else {
      program.emit('SCopy', row.first + column, first + position);
    }
  });
}

/** The record of an index entry: reals of REAL columns that are whole are stored as integers, as in the table. */
export function makeIndexRecord(ctx: CodegenContext, { index }: WriteIndex, first: number, record: number): void {
  const { program } = ctx;
  const affinities = index.columns
    .map(({ column }) => (column >= 0 && index.table.columns[column]!.affinity === Affinity.real ? 'E' : 'A'))
    .join('')
    .replace(/A+$/, '');
  program.emit('MakeRecord', first, index.columns.length, record, affinities === '' ? -1 : program.string(affinities));
}

/** Loads the key of the index entry that belongs to the row under the data cursor; expressions are evaluated on it. */
export function loadStoredIndexEntry(
  ctx: CodegenContext,
  target: WriteTable,
  { index, expressions }: WriteIndex,
  count: number,
  first: number,
  readColumn: (column: number, target: number) => void,
): void {
  for (let position = 0; position < count; position++) {
    const expression = expressions[position];
    if (expression) {
      withRowUnderCursor(ctx, target, () => {
        codeExpression(ctx, expression, first + position);
      });
    } else {
      readColumn(index.columns[position]!.column, first + position);
    }
  }
}

/** How many fields identify an entry of the index. */
export const entryKeyCount = ({ index }: WriteIndex): number =>
  index.uniqueNotNull ? index.keyColumnCount : index.columns.length;
