/**
 * Code for conditions: jumps by the truth of an expression, with short circuit.
 */
import type { Label } from '../bytecode/program-builder';
import { isAlwaysFalse, isAlwaysTrue, simplifyLogical } from '../resolve/properties';
import type { Expression } from '../resolve/ir';
import { jumpIfComparison } from './comparison';
import type { CodegenContext } from './context';
import { betweenTerms, codeToRegister, queryLast } from './expression';
import { jumpIfIn } from './in';

/** Jumps to `target` when the condition is true; also when it is NULL if `jumpIfNull`. Falls through otherwise. */
export function jumpIfTrue(ctx: CodegenContext, condition: Expression, target: Label, jumpIfNull: boolean): void {
  const { program } = ctx;
  switch (condition.kind) {
    case 'logical': {
      const simple = simplifyLogical(condition);
      if (simple !== condition) {
        jumpIfTrue(ctx, simple, target, jumpIfNull);
        return;
      }
      const [first, second] = queryLast(condition);
      if (condition.operator === 'and') {
        const skip = program.label();
        jumpIfFalse(ctx, first, skip, !jumpIfNull);
        jumpIfTrue(ctx, second, target, jumpIfNull);
        program.place(skip);
      } else {
        jumpIfTrue(ctx, first, target, jumpIfNull);
        jumpIfTrue(ctx, second, target, jumpIfNull);
      }
      return;
    }
    case 'unary':
      if (condition.operator !== 'not') break;
      jumpIfFalse(ctx, condition.operand, target, jumpIfNull);
      return;
    case 'comparison':
      jumpIfComparison(ctx, condition, false, target, jumpIfNull);
      return;
    case 'nullTest':
      jumpIfNullTest(ctx, condition.operand, condition.negated, target);
      return;
    case 'truthTest':
      jumpIfTruth(ctx, condition, false, target);
      return;
    case 'between': {
      const mark = program.registers.mark();
      jumpIfTrue(ctx, betweenTerms(ctx, condition), target, jumpIfNull);
      program.registers.releaseTo(mark);
      return;
    }
    case 'in': {
      const isFalse = program.label();
      jumpIfIn(ctx, condition, isFalse, jumpIfNull ? target : isFalse);
      program.goto(target);
      program.place(isFalse);
      return;
    }
    default:
  }
  if (isAlwaysTrue(condition)) {
    program.goto(target);
    return;
  }
  if (isAlwaysFalse(condition) && !(condition.kind === 'null' && jumpIfNull)) return;
  const mark = program.registers.mark();
  program.emit('If', codeToRegister(ctx, condition), target, jumpIfNull ? 1 : 0);
  program.registers.releaseTo(mark);
}

/** Jumps to `target` when the condition is false; also when it is NULL if `jumpIfNull`. */
export function jumpIfFalse(ctx: CodegenContext, condition: Expression, target: Label, jumpIfNull: boolean): void {
  const { program } = ctx;
  switch (condition.kind) {
    case 'logical': {
      const simple = simplifyLogical(condition);
      if (simple !== condition) {
        jumpIfFalse(ctx, simple, target, jumpIfNull);
        return;
      }
      const [first, second] = queryLast(condition);
      if (condition.operator === 'and') {
        jumpIfFalse(ctx, first, target, jumpIfNull);
        jumpIfFalse(ctx, second, target, jumpIfNull);
      } else {
        const skip = program.label();
        jumpIfTrue(ctx, first, skip, !jumpIfNull);
        jumpIfFalse(ctx, second, target, jumpIfNull);
        program.place(skip);
      }
      return;
    }
    case 'unary':
      if (condition.operator !== 'not') break;
      jumpIfTrue(ctx, condition.operand, target, jumpIfNull);
      return;
    case 'comparison':
      jumpIfComparison(ctx, condition, true, target, jumpIfNull);
      return;
    case 'nullTest':
      jumpIfNullTest(ctx, condition.operand, !condition.negated, target);
      return;
    case 'truthTest':
      jumpIfTruth(ctx, condition, true, target);
      return;
    case 'between': {
      const mark = program.registers.mark();
      jumpIfFalse(ctx, betweenTerms(ctx, condition), target, jumpIfNull);
      program.registers.releaseTo(mark);
      return;
    }
    case 'in':
      if (jumpIfNull) {
        jumpIfIn(ctx, condition, target, target);
      } else {
        const isNull = program.label();
        jumpIfIn(ctx, condition, target, isNull);
        program.place(isNull);
      }
      return;
    default:
  }
  if (isAlwaysTrue(condition)) return;
  if (isAlwaysFalse(condition) && (condition.kind !== 'null' || jumpIfNull)) {
    program.goto(target);
    return;
  }
  const mark = program.registers.mark();
  program.emit('IfNot', codeToRegister(ctx, condition), target, jumpIfNull ? 1 : 0);
  program.registers.releaseTo(mark);
}

function jumpIfNullTest(ctx: CodegenContext, operand: Expression, negated: boolean, target: Label): void {
  const { program } = ctx;
  const mark = program.registers.mark();
  program.emit(negated ? 'NotNull' : 'IsNull', codeToRegister(ctx, operand), target);
  program.registers.releaseTo(mark);
}

/** IS [NOT] TRUE and IS [NOT] FALSE are never NULL. */
function jumpIfTruth(
  ctx: CodegenContext,
  test: Extract<Expression, { kind: 'truthTest' }>,
  jumpWhenFails: boolean,
  target: Label,
): void {
  // The test holds when the operand is (value), or is not for a negated one; a NULL operand is neither.
  const wantsHolding = test.negated === jumpWhenFails;
  if (test.value === wantsHolding) jumpIfTrue(ctx, test.operand, target, !wantsHolding);
  else jumpIfFalse(ctx, test.operand, target, !wantsHolding);
}
