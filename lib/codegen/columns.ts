/**
 * Code that reads columns: from table and index cursors, virtual tables, registers, trigger parameters.
 *
 * Owns: where a column's value lies in a record (storage positions, defaults of columns added later, generated columns,
 * REAL columns stored as integers). Must not know which cursor is open: ctx.columnReaders says so.
 */
import { Affinity } from '../../spec/affinity';
import type { Column, Table } from '../catalog/schema';
import { Binder } from '../resolve/binder';
import type { Expression, Source } from '../resolve/ir';
import { canBeNull } from '../resolve/properties';
import { tableSource } from '../resolve/sources';
import { defaultConstant } from './column-default';
import type { CodegenContext, CursorReader } from './context';
import { codeExpression } from './expression';

/** Column p5: what of the value is wanted. */
export type ColumnHint = 0 | 0x40 | 0x80 | 0xc0;

/** Code that leaves column `column` (-1: rowid) of the source's current row in `target`. */
export function codeColumn(
  ctx: CodegenContext,
  source: Source,
  column: number,
  target: number,
  hint: ColumnHint = 0,
): void {
  const { program } = ctx;
  const reader = ctx.columnReaders.get(source);
  if (!reader) throw new Error(`no reader for source ${source.name}`);
  switch (reader.kind) {
    case 'cursor':
      codeCursorColumn(ctx, source, reader, column, target, hint);
      return;
    case 'registers':
      // Values of another row source come without subtypes.
      program.emit('Copy', column < 0 ? reader.rowid : reader.first + column, target, 0, -1, 2);
      if (reader.needsRealAffinity) codeRealAffinity(ctx, source, column, target);
      return;
    case 'mapped': {
      const register = reader.registers.get(column);
      if (register === undefined) throw new Error(`column ${column} of ${source.name} is in no register`);
      program.emit('SCopy', register, target);
      return;
    }
    case 'record': {
      const field = reader.fields.get(column);
      if (field === undefined) throw new Error(`column ${column} of ${source.name} is in no sorter`);
      program.emit('Column', reader.cursor, field, target);
      codeRealAffinity(ctx, source, column, target);
      return;
    }
    case 'parameters':
      program.emit('Param', reader.first + (column < 0 ? 0 : column + 1), target);
      codeRealAffinity(ctx, source, column, target);
  }
}

/** The register that already holds the column, or 0 when code is needed to get it. */
export function columnRegister(ctx: CodegenContext, source: Source, column: number): number {
  const reader = ctx.columnReaders.get(source);
  if (reader?.kind === 'mapped') return reader.registers.get(column) ?? 0;
  if (reader?.kind !== 'registers') return 0;
  if (column < 0) return reader.rowid;
  const needsCode = reader.needsRealAffinity && source.columns[column]!.affinity === Affinity.real;
  return needsCode ? 0 : reader.first + column;
}

/** canBeNull, but that a column of an aggregated source is NULL for an empty group. */
export const mayBeNull = (ctx: CodegenContext, expression: Expression): boolean =>
  (expression.kind === 'column' && ctx.columnReaders.get(expression.source)?.kind !== 'cursor') ||
  canBeNull(expression);

function codeCursorColumn(
  ctx: CodegenContext,
  source: Source,
  reader: CursorReader,
  column: number,
  target: number,
  hint: ColumnHint,
): void {
  const { program } = ctx;
  if (reader.index) {
    const field = column < 0 ? -1 : reader.index.fieldOf(column);
    if (column < 0) {
      program.emit('IdxRowid', reader.index.cursor, target);
      return;
    }
    if (field >= 0) {
      // Rows of a WITHOUT ROWID table may be older than the column.
      const table = source.kind === 'table' ? source.table : null;
      const fallback = table?.withoutRowid ? missingValue(ctx, table.columns[column]!) : -1;
      program.emit('Column', reader.index.cursor, field, target, fallback, hint);
      const definition = table?.columns[column];
      // A virtual column in an index stands for its expression, whose value is given the column's type as where it is computed.
      if (definition?.generated && !definition.generated.stored) codeRealMark(ctx, definition, target);
      else codeRealAffinity(ctx, source, column, target);
      return;
    }
  }
  if (source.kind === 'table' || source.kind === 'row') {
    const definition = source.table.columns[column];
    if (reader.index && definition?.generated && !definition.generated.stored) {
      codeGeneratedColumn(ctx, source.table, reader, definition, target);
    } else {
      codeTableColumn(ctx, source.table, reader.cursor, column, target, hint);
    }
    return;
  }
  program.emit('Column', reader.cursor, column, target, -1, hint);
  codeRealAffinity(ctx, source, column, target);
}

function codeRealAffinity(ctx: CodegenContext, source: Source, column: number, target: number): void {
  if (column < 0) return;
  const isReal =
    source.kind === 'table' || source.kind === 'row'
      ? source.table.columns[column]!.affinity === Affinity.real
      : source.columns[column]!.affinity === Affinity.real;
  if (isReal) ctx.program.emit('RealAffinity', target);
}

/** Code that reads a column (-1: rowid) of a table under a table cursor. */
export function codeTableColumn(
  ctx: CodegenContext,
  table: Table,
  cursor: number,
  column: number,
  target: number,
  hint: ColumnHint = 0,
): void {
  const { program } = ctx;
  if (column < 0 || column === table.rowidAlias) {
    program.emit('Rowid', cursor, target);
    return;
  }
  if (table.module) {
    program.emit('VColumn', cursor, column, target);
    return;
  }
  const definition = table.columns[column]!;
  if (definition.generated && !definition.generated.stored) {
    codeGeneratedColumn(ctx, table, { kind: 'cursor', cursor, index: null }, definition, target);
    return;
  }
  program.emit('Column', cursor, definition.storagePosition, target, missingValue(ctx, definition), hint);
  if (definition.affinity === Affinity.real) program.emit('RealAffinity', target);
}

/** A virtual generated column is computed from the row's other columns; that of a row of NULLs (an outer join's) is NULL. */
function codeGeneratedColumn(
  ctx: CodegenContext,
  table: Table,
  reader: CursorReader,
  column: Column,
  target: number,
): void {
  const { openColumns } = ctx.statement;
  if (openColumns.has(column)) {
    ctx.statement.columnLoop = column.name;
    return;
  }
  openColumns.add(column);
  const source = tableSource(table);
  const binder = new Binder(ctx.schema, ctx.options, table.sql);
  const expression = binder.bindTableExpression(column.generated!.expr, source, 'generated', table.sql);
  ctx.columnReaders.set(source, reader);
  const whenNull = ctx.program.emit('IfNullRow', reader.index?.cursor ?? reader.cursor, 0, target);
  const { mayHoist } = ctx;
  codeExpression(ctx, expression, target);
  ctx.mayHoist = mayHoist;
  ctx.columnReaders.delete(source);
  openColumns.delete(column);
  codeGeneratedType(ctx, table, column, target);
  ctx.program.jumpHere(whenNull);
}

/** Characters of TypeCheck. */
const STRICT_TYPES: Readonly<Record<string, string>> = {
  BLOB: 'b',
  INT: 'n',
  INTEGER: 'i',
  TEXT: 't',
  REAL: 'r',
  ANY: 'a',
};

/** The character that TypeCheck knows the column's type by. */
export const strictTypeOf = ({ declaredType }: Column): string => STRICT_TYPES[declaredType.toUpperCase()] ?? 'a';

/**
 * Converts a generated column's value to its type; a virtual one of a STRICT table is checked whenever it is computed. Whole reals are
 * marked as what a REAL column holds (Affinity).
 */
export function codeGeneratedType(ctx: CodegenContext, table: Table, column: Column, target: number): void {
  const { program } = ctx;
  if (table.strict && column.generated && !column.generated.stored) {
    program.emit('TypeCheck', target, 1, 0, program.string(`${strictTypeOf(column)}${table.name}.${column.name}\0`));
  }
  if (column.affinity >= Affinity.text) {
    program.emit('Affinity', target, 1, 0, program.string(String.fromCharCode(column.affinity)), 1);
  }
}

/** A whole number in a REAL column's register becomes what such a column computes: whole reals, stored in records as integers. */
function codeRealMark({ program }: CodegenContext, column: Column, target: number): void {
  if (column.affinity !== Affinity.real) return;
  program.emit('Affinity', target, 1, 0, program.string(String.fromCharCode(column.affinity)), 1);
}

/** Pool index of the value that rows written before the column was added have, -1 for NULL. */
function missingValue(ctx: CodegenContext, column: Column): number {
  return column.default ? defaultConstant(ctx, column.default, column.affinity) : -1;
}
