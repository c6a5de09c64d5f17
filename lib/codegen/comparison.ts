/**
 * Code for comparisons, of values and of rows, as values and as jumps.
 *
 * Owns: affinity and collation operands, NULL handling, element-wise comparison of rows.
 */
import { collationNumbers } from '../../spec/collations';
import type { Label } from '../bytecode/program-builder';
import type { OpcodeName } from '../../spec/opcodes';
import { comparisonAffinity, comparisonCollation } from '../resolve/affinity';
import type { ComparisonExpression, ComparisonOperator, Expression } from '../resolve/ir';
import { rowSize } from '../resolve/bind-expression';
import { containsQuery } from '../resolve/properties';
import { mayBeNull } from './columns';
import type { CodegenContext } from './context';
import { codeExpression, codeToRegister, onceEvaluated } from './expression';

const JUMP_IF_NULL = 0x10;
const NULLS_EQUAL = 0x80;

const opcodes: Record<ComparisonOperator, OpcodeName> = {
  '=': 'Eq',
  '<>': 'Ne',
  '<': 'Lt',
  '<=': 'Le',
  '>': 'Gt',
  '>=': 'Ge',
  is: 'Eq',
  isNot: 'Ne',
};

const negations: Record<ComparisonOperator, ComparisonOperator> = {
  '=': '<>',
  '<>': '=',
  '<': '>=',
  '<=': '>',
  '>': '<=',
  '>=': '<',
  is: 'isNot',
  isNot: 'is',
};

const isNullSafe = (operator: ComparisonOperator): boolean => operator === 'is' || operator === 'isNot';

/** The value of a comparison: 1, 0 or NULL. */
export function codeComparison(ctx: CodegenContext, comparison: ComparisonExpression, target: number): void {
  if (rowSize(comparison.left) > 1) {
    codeRowComparison(ctx, comparison, target);
    return;
  }
  const { program } = ctx;
  const { operator, left, right } = comparison;
  const mark = program.registers.mark();
  const isNull = program.label();
  const operands = codeOperands(ctx, comparison, isNullSafe(operator) || comparison.isBetween ? null : isNull);
  program.emit('Integer', 1, target);
  const flags = isNullSafe(operator) ? NULLS_EQUAL : 0;
  emitComparison(ctx, operator, left, right, operands, program.here + 2, flags);
  if (isNullSafe(operator)) program.emit('Integer', 0, target);
  else program.emit('ZeroOrNull', operands.left, target, operands.right);
  placeNull(ctx, operands, isNull, target);
  program.registers.releaseTo(mark);
}

/** Where codeOperands() jumps to when an operand is NULL: so is the value. */
export function placeNull(ctx: CodegenContext, { skipsOnNull }: Operands, isNull: Label, target: number): void {
  const { program } = ctx;
  const done = skipsOnNull ? program.emit('Goto') : -1;
  program.place(isNull);
  if (!skipsOnNull) return;
  program.loadNull(target);
  program.jumpHere(done);
}

interface Operands {
  readonly left: number;
  readonly right: number;
  /** A jump to the label for NULL was coded. */
  readonly skipsOnNull: boolean;
}

/** Both operands in registers. A subquery is not run when the other operand is NULL already. */
export function codeOperands(
  ctx: CodegenContext,
  { left, right }: { readonly left: Expression; readonly right: Expression },
  isNull: Label | null,
): Operands {
  const { program } = ctx;
  const leftQuery = isNull !== null && containsQuery(left);
  const rightQuery = isNull !== null && containsQuery(right);
  if (leftQuery && !rightQuery && mayBeNull(ctx, right)) {
    const second = codeToRegister(ctx, right);
    program.emit('IsNull', second, isNull);
    return { left: codeToRegister(ctx, left), right: second, skipsOnNull: true };
  }
  const first = codeToRegister(ctx, left);
  const skipsOnNull = rightQuery && mayBeNull(ctx, left);
  if (skipsOnNull) program.emit('IsNull', first, isNull);
  return { left: first, right: codeToRegister(ctx, right), skipsOnNull };
}

function emitComparison(
  ctx: CodegenContext,
  operator: ComparisonOperator,
  left: Expression,
  right: Expression,
  registers: { readonly left: number; readonly right: number },
  target: Label,
  flags: number,
): void {
  const { program } = ctx;
  const collation = comparisonCollation(left, right);
  const p4 = collationNumbers[collation] === 0 ? -1 : program.pool.collation(collation);
  const p5 = comparisonAffinity(left, right) | flags;
  program.emit(opcodes[operator], registers.right, target, registers.left, p4, p5);
}

/** Jumps to `target` when the comparison is true (or NULL, if `jumpIfNull`). */
export function jumpIfComparison(
  ctx: CodegenContext,
  comparison: ComparisonExpression,
  negated: boolean,
  target: Label,
  jumpIfNull: boolean,
): void {
  const { program } = ctx;
  const { left, right } = comparison;
  const operator = negated ? negations[comparison.operator] : comparison.operator;
  const mark = program.registers.mark();
  if (rowSize(left) > 1) {
    const value = program.registers.temporary();
    codeRowComparison(ctx, comparison, value);
    program.emit(negated ? 'IfNot' : 'If', value, target, jumpIfNull ? 1 : 0);
    program.registers.releaseTo(mark);
    return;
  }
  const skip = program.label();
  const nullLabel = isNullSafe(operator) || comparison.isBetween ? null : jumpIfNull ? target : skip;
  const operands = codeOperands(ctx, comparison, nullLabel);
  const flags = isNullSafe(operator) ? NULLS_EQUAL : jumpIfNull ? JUMP_IF_NULL : 0;
  emitComparison(ctx, operator, left, right, operands, target, flags);
  program.place(skip);
  program.registers.releaseTo(mark);
}

// ---------------------------------------------------------------------------------------------------------------------
// Rows

/** Fields of a row-valued expression. A row subquery is evaluated here, once. */
export function rowFields(ctx: CodegenContext, expression: Expression): readonly Expression[] {
  const evaluated = expression.kind === 'subquery' ? onceEvaluated(ctx, expression) : expression;
  return evaluated.kind === 'row' ? evaluated.items : [evaluated];
}

/** Rows compare field by field; the first pair that differs, or has a NULL, decides. */
function codeRowComparison(ctx: CodegenContext, comparison: ComparisonExpression, target: number): void {
  const { program } = ctx;
  const { operator } = comparison;
  const mark = program.registers.mark();
  const left = rowFields(ctx, comparison.left);
  const right = rowFields(ctx, comparison.right);
  switch (operator) {
    case '=':
    case 'is':
      codeRowEquality(ctx, operator, left, right, target);
      break;
    case '<>':
    case 'isNot':
      codeRowEquality(ctx, operator === '<>' ? '=' : 'is', left, right, target);
      program.emit('Not', target, target);
      break;
    default:
      codeRowOrder(ctx, operator, left, right, target);
  }
  program.registers.releaseTo(mark);
}

/** The conjunction of the fields' comparisons. */
function codeRowEquality(
  ctx: CodegenContext,
  operator: '=' | 'is',
  left: readonly Expression[],
  right: readonly Expression[],
  target: number,
): void {
  const { program } = ctx;
  const end = program.label();
  const field = program.registers.temporary();
  left.forEach((item, i) => {
    const other = right[i]!;
    // Subqueries of rows are evaluated though the other field is NULL.
    const hasQuery = containsQuery(item) || containsQuery(other);
    const values = hasQuery
      ? { left: onceEvaluated(ctx, item), right: onceEvaluated(ctx, other) }
      : { left: item, right: other };
    const pair: ComparisonExpression = { kind: 'comparison', start: -1, on: null, operator, ...values };
    codeExpression(ctx, pair, i === 0 ? target : field);
    if (i > 0) program.emit('And', field, target, target);
    // A field that is certainly different decides, whatever NULLs there are.
    if (i < left.length - 1) program.emit('IfNot', target, end);
  });
  program.place(end);
}

function codeRowOrder(
  ctx: CodegenContext,
  operator: '<' | '<=' | '>' | '>=',
  left: readonly Expression[],
  right: readonly Expression[],
  target: number,
): void {
  const { program } = ctx;
  const end = program.label();
  const strict = operator === '<' || operator === '<=' ? '<' : '>';
  left.forEach((item, i) => {
    // Fields behind the one that decides are not evaluated.
    const values = { left: onceEvaluated(ctx, item), right: onceEvaluated(ctx, right[i]!) };
    const pair = { kind: 'comparison' as const, start: -1, on: null, ...values };
    const isLast = i === left.length - 1;
    codeExpression(ctx, { ...pair, operator: isLast ? operator : strict }, target);
    if (isLast) return;
    // True decides; NULL decides; when false, only equality goes on to the next field.
    const isFalse = program.label();
    program.emit('IfNot', target, isFalse);
    program.goto(end);
    program.place(isFalse);
    jumpIfComparison(ctx, { ...pair, operator: '=' }, true, end, true);
  });
  program.place(end);
}
