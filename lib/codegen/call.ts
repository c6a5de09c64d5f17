/**
 * Code for function calls: the ones the compiler expands itself, host and built-in functions; RAISE.
 *
 * Owns: argument registers (constant arguments are loaded once), hints to Column for length() and typeof(), collations.
 */
import { operandFlags, errorActions } from '../../spec/opcodes';
import { allCodes } from '../../spec/errors';
import type { CollationName } from '../../spec/collations';
import { collationOf } from '../resolve/affinity';
import type { Expression, FunctionCall, RaiseExpression } from '../resolve/ir';
import { isConstant } from '../resolve/properties';
import { codeColumn, type ColumnHint } from './columns';
import { jumpIfFalse } from './condition';
import type { CodegenContext } from './context';
import { codeExpression, codeToRegister, hoistCall, mayFailLate } from './expression';

const CONSTRAINT_TRIGGER = allCodes.find(([name]) => name === 'SQLITE_CONSTRAINT_TRIGGER')![1];

const columnHints: Record<string, ColumnHint> = {
  type: operandFlags.TYPEOFARG,
  length: operandFlags.LENGTHARG,
  octetLength: operandFlags.BYTELENARG,
};

export function codeCall(ctx: CodegenContext, call: FunctionCall, target: number): void {
  const { program } = ctx;
  if (ctx.mayHoist && isConstant(call)) {
    program.emit('SCopy', hoistCall(ctx, call), target);
    return;
  }
  switch (call.definition.inline) {
    case 'coalesce':
      codeCoalesce(ctx, call.arguments, target);
      return;
    case 'iif':
      codeIif(ctx, call, target);
      return;
    case 'unlikely':
      codeExpression(ctx, call.arguments[0]!, target);
      return;
    case undefined:
  }
  const mark = program.registers.mark();
  const { first, constants } = codeArguments(ctx, call);
  const { definition } = call;
  // Any function may fail, after other rows have been changed.
  ctx.statement.mayAbort = true;
  const reference = program.function({
    id: definition.id,
    isHost: definition.isHost,
    argumentCount: call.arguments.length,
    collation: callCollation(call),
  });
  if (call.purePlace > 0 && definition.isPureDate === true) {
    program.emit('PureFunc', call.purePlace, first, target, reference, call.arguments.length);
  } else {
    program.emit('Function', constants, first, target, reference, call.arguments.length);
  }
  program.registers.releaseTo(mark);
}

/** Arguments in consecutive registers; bit i of `constants` is set when argument i is constant in the statement. */
function codeArguments(ctx: CodegenContext, call: FunctionCall): { first: number; constants: number } {
  const { program } = ctx;
  const count = call.arguments.length;
  if (count === 0) return { first: 0, constants: 0 };
  let constants = 0;
  for (let i = 0; i < count && i < 31; i++) if (isConstant(call.arguments[i]!)) constants |= 1 << i;
  const first = constants !== 0 ? program.register(count) : program.registers.temporaryRange(count);
  const hint = columnHints[call.definition.columnHint ?? ''] ?? 0;
  call.arguments.forEach((argument, i) => {
    if (ctx.mayHoist && i < 31 && (constants & (1 << i)) !== 0) codeConstantOnce(ctx, argument, first + i);
    else if (
      hint !== 0 &&
      argument.kind === 'column' &&
      !argument.fixed &&
      ctx.columnReaders.get(argument.source)?.kind === 'cursor'
    ) {
      codeColumn(ctx, argument.source, argument.column, first + i, hint);
    } else codeExpression(ctx, argument, first + i);
  });
  return { first, constants };
}

/** Loads a constant into `target` before anything else is done, or, when it may fail, when it is first needed. */
export function codeConstantOnce(ctx: CodegenContext, constant: Expression, target: number): void {
  const { program } = ctx;
  const code = (): void => {
    const { mayHoist } = ctx;
    ctx.mayHoist = false;
    codeExpression(ctx, constant, target);
    ctx.mayHoist = mayHoist;
  };
  if (!mayFailLate(ctx, constant)) {
    program.setup(code);
    return;
  }
  const skip = program.emit('Once');
  code();
  program.jumpHere(skip);
}

/** The collation a comparing function uses: that of its first argument that has one. */
export function callCollation(call: {
  readonly definition: FunctionCall['definition'];
  readonly arguments: readonly Expression[];
}): CollationName {
  if (!call.definition.needsCollation) return 'BINARY';
  for (const argument of call.arguments) {
    const collation = collationOf(argument);
    if (collation !== null) return collation;
  }
  return 'BINARY';
}

function codeCoalesce(ctx: CodegenContext, operands: readonly Expression[], target: number): void {
  const { program } = ctx;
  const end = program.label();
  operands.forEach((operand, i) => {
    if (i > 0) program.emit('NotNull', target, end);
    codeExpression(ctx, operand, target);
  });
  program.place(end);
}

/** iif(a, x, b, y, z): CASE WHEN a THEN x WHEN b THEN y ELSE z END */
function codeIif(ctx: CodegenContext, call: FunctionCall, target: number): void {
  const { program } = ctx;
  const operands = call.arguments;
  const end = program.label();
  for (let i = 0; i + 1 < operands.length; i += 2) {
    const next = program.label();
    jumpIfFalse(ctx, operands[i]!, next, true);
    codeExpression(ctx, operands[i + 1]!, target);
    program.goto(end);
    program.place(next);
  }
  if (operands.length % 2 === 1) codeExpression(ctx, operands.at(-1)!, target);
  else program.loadNull(target);
  program.place(end);
}

/** RAISE() ends the trigger program. */
export function codeRaise(ctx: CodegenContext, raise: RaiseExpression): void {
  const { program } = ctx;
  if (raise.action === 'ignore') {
    program.emit('Halt', 0, errorActions.ignore);
    return;
  }
  if (raise.action === 'abort') ctx.statement.mayAbort = true;
  const mark = program.registers.mark();
  const message = raise.message ? codeToRegister(ctx, raise.message) : 0;
  program.emit('Halt', CONSTRAINT_TRIGGER, errorActions[raise.action], message);
  program.registers.releaseTo(mark);
}
