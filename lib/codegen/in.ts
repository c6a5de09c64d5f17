/**
 * Code for IN as a test of membership.
 *
 * Owns: SQLite's three-valued result: x IN (...) is NULL when x is NULL or, not finding x, the set has a NULL. The sets are
 * in-set.ts's.
 */
import type { Label } from '../bytecode/program-builder';
import { affinityOf, collationOf } from '../resolve/affinity';
import { rowSize } from '../resolve/bind-expression';
import type { Expression, InExpression } from '../resolve/ir';
import { mayBeNull } from './columns';
import { rowFields } from './comparison';
import type { CodegenContext } from './context';
import { codeExpression, codeToRegister } from './expression';
import { fieldCollation, inAffinity, openMembershipSet, type InSet } from './in-set';

/** The value of x IN (...): 1, 0 or NULL. */
export function codeIn(ctx: CodegenContext, expression: InExpression, target: number): void {
  const { program } = ctx;
  const isFalse = program.label();
  const isNull = program.label();
  program.loadNull(target);
  jumpIfIn(ctx, expression, isFalse, isNull);
  program.emit('Integer', 1, target);
  program.place(isFalse);
  // AddImm makes an integer of the NULL: 0 for false, 1 for true.
  program.emit('AddImm', target, 0);
  program.place(isNull);
}

/** Goes on when the operand is in the set, else to `isFalse` or, when that is unknown, to `isNull`. */
export function jumpIfIn(ctx: CodegenContext, expression: InExpression, isFalse: Label, isNull: Label): void {
  const { program } = ctx;
  const mark = program.registers.mark();
  const set = openMembershipSet(ctx, expression, isFalse !== isNull);
  const size = rowSize(expression.operand);
  const left = program.registers.temporaryRange(size);
  const fields = rowFields(ctx, expression.operand);
  const { mayHoist } = ctx;
  ctx.mayHoist = false;
  fields.forEach((field, i) => {
    codeExpression(ctx, field, left + i);
  });
  ctx.mayHoist = mayHoist;
  if (set.kind === 'comparisons') compareWithList(ctx, expression, left, isFalse, isNull);
  else searchSet(ctx, expression, set, fields, left, isFalse, isNull);
  program.registers.releaseTo(mark);
}

function compareWithList(
  ctx: CodegenContext,
  { operand, list }: InExpression,
  left: number,
  isFalse: Label,
  isNull: Label,
): void {
  const { program } = ctx;
  const isTrue = program.label();
  const collation = collationOf(operand) ?? 'BINARY';
  const p4 = collation === 'BINARY' ? -1 : program.pool.collation(collation);
  const affinity = affinityOf(operand);
  const wantsNull = isFalse !== isNull;
  const seenNull = wantsNull ? program.registers.temporary() : 0;
  if (wantsNull) program.emit('BitAnd', left, left, seenNull);
  list!.forEach((item, i) => {
    const mark = program.registers.mark();
    const right = codeToRegister(ctx, item);
    if (wantsNull && mayBeNull(ctx, item)) program.emit('BitAnd', seenNull, right, seenNull);
    if (i < list!.length - 1 || wantsNull) program.emit('Eq', left, isTrue, right, p4, affinity);
    else program.emit('Ne', left, isFalse, right, p4, affinity | 0x10);
    program.registers.releaseTo(mark);
  });
  if (wantsNull) {
    program.emit('IsNull', seenNull, isNull);
    program.goto(isFalse);
  }
  program.place(isTrue);
}

function searchSet(
  ctx: CodegenContext,
  expression: InExpression,
  set: Exclude<InSet, { kind: 'comparisons' }>,
  fields: readonly Expression[],
  operands: number,
  isFalse: Label,
  isNull: Label,
): void {
  const { program } = ctx;
  const size = fields.length;
  const wantsNull = isFalse !== isNull;
  const unknown = wantsNull ? program.label() : isFalse;
  let left = operands;
  if (set.kind === 'index') {
    program.emit('Affinity', left, size, 0, program.string(inAffinity(expression, fields)));
    left = reorder(ctx, set.fieldOf, left);
  }
  fields.forEach((field, i) => {
    const register = set.kind === 'index' ? left + set.fieldOf[i]! : left + i;
    if (mayBeNull(ctx, field)) program.emit('IsNull', register, unknown);
  });
  if (set.kind === 'rowid') {
    program.emit('SeekRowid', set.cursor, isFalse, left);
    if (!wantsNull) return;
    const found = program.emit('Goto');
    program.place(unknown);
    program.emit('Rewind', set.cursor, isFalse);
    program.goto(isNull);
    program.jumpHere(found);
    return;
  }
  if (!wantsNull) {
    if (set.filter > 0) program.emit('Filter', set.filter, isFalse, left, size);
    program.emit('NotFound', set.cursor, isFalse, left, size);
    return;
  }
  const isTrue = program.label();
  program.emit('Found', set.cursor, isTrue, left, size);
  if (set.hasNull > 0 && size === 1) program.emit('NotNull', set.hasNull, isFalse);
  program.place(unknown);
  compareWithRows(ctx, expression, set, fields, left, isFalse, isNull);
  program.place(isTrue);
}

function reorder(ctx: CodegenContext, fields: readonly number[], left: number): number {
  if (fields.every((field, i) => field === i)) return left;
  const { program } = ctx;
  const ordered = program.registers.temporaryRange(fields.length);
  fields.forEach((field, i) => program.emit('Copy', left + i, ordered + field));
  return ordered;
}

/** NULL if some row of the set could equal the operand but for NULLs, else false. One row tells for a single value. */
function compareWithRows(
  ctx: CodegenContext,
  expression: InExpression,
  set: Extract<InSet, { kind: 'index' }>,
  fields: readonly Expression[],
  left: number,
  isFalse: Label,
  isNull: Label,
): void {
  const { program } = ctx;
  const size = fields.length;
  const top = program.emit('Rewind', set.cursor, isFalse);
  const differs = size > 1 ? program.label() : isFalse;
  const value = program.registers.temporary();
  fields.forEach((field, i) => {
    const collation = fieldCollation(expression, field, i);
    const p4 = collation === 'BINARY' ? -1 : program.pool.collation(collation);
    program.emit('Column', set.cursor, set.fieldOf[i], value);
    program.emit('Ne', left + set.fieldOf[i]!, differs, value, p4);
  });
  program.goto(isNull);
  if (size === 1) return;
  program.place(differs);
  program.emit('Next', set.cursor, top + 1);
  program.goto(isFalse);
}
