/**
 * Offsets of frame bounds: their checks, and the comparison of rows that RANGE with an offset makes.
 */
import { Affinity } from '../../spec/affinity';
import { errorActions, operandFlags } from '../../spec/opcodes';
import { sortCollation } from '../resolve/affinity';
import type { SortTerm } from '../resolve/ir';
import type { CodegenContext } from './context';
import { resultCode } from './result-codes';

const messages = {
  start: 'frame starting offset must be a non-negative integer',
  end: 'frame ending offset must be a non-negative integer',
  rangeStart: 'frame starting offset must be a non-negative number',
  rangeEnd: 'frame ending offset must be a non-negative number',
  nthValue: 'second argument to nth_value must be a positive integer',
} as const;

export type OffsetUse = keyof typeof messages;

/** Fails unless the register holds what an offset must be; an integer given as text or real becomes one. */
export function checkOffset(ctx: CodegenContext, register: number, use: OffsetUse): void {
  const { program } = ctx;
  const bad = program.label();
  const good = program.label();
  if (use === 'rangeStart' || use === 'rangeEnd') {
    // Text and blobs are at least the empty text.
    const text = emptyText(ctx);
    program.emit('Ge', text, bad, register, -1, Affinity.numeric | operandFlags.JUMPIFNULL);
  } else {
    program.emit('MustBeInt', register, bad);
  }
  const zero = program.integerRegister(0);
  program.emit(use === 'nthValue' ? 'Gt' : 'Ge', zero, good, register, -1, Affinity.numeric);
  program.place(bad);
  program.emit('Halt', resultCode('SQLITE_ERROR'), errorActions.abort, 0, program.string(messages[use]));
  program.place(good);
  ctx.statement.mayAbort = true;
}

/** A register that holds '' from the start of the program on. */
function emptyText(ctx: CodegenContext): number {
  const { program } = ctx;
  const known = ctx.constants.get('s');
  if (known !== undefined) return known;
  const register = program.register();
  ctx.constants.set('s', register);
  program.setup(() => {
    program.loadString('', register);
  });
  return register;
}

/**
 * Goes to `target` if `left + offset` stands in the relation to `right`, both values of the window's only ORDER BY term,
 * in registers (`left` is overwritten). For a descending term the offset is subtracted and the relation turns round. Only
 * numbers are moved by the offset: other values are compared as they are.
 */
export function compareAtDistance(
  ctx: CodegenContext,
  term: SortTerm,
  relation: 'Ge' | 'Gt' | 'Le',
  left: number,
  offset: number,
  right: number,
  target: number,
): void {
  const { program } = ctx;
  const done = program.label();
  const turned = { Ge: 'Le', Gt: 'Lt', Le: 'Ge' } as const;
  const compare = term.descending ? turned[relation] : relation;
  if (term.bigNulls) compareBigNulls(ctx, compare, left, right, target, done);
  const collation = sortCollation(term.expression);
  const p4 = collation === 'BINARY' ? -1 : program.pool.collation(collation);
  const isNoNumber = program.emit('Ge', emptyText(ctx), 0, left);
  // Adding may overflow into a real and lose digits: what holds already holds afterwards.
  if (relation === 'Ge') program.emit(compare, right, target, left);
  program.emit(term.descending ? 'Subtract' : 'Add', offset, left, left);
  program.jumpHere(isNoNumber);
  program.emit(compare, right, target, left, p4, operandFlags.NULLEQ);
  program.place(done);
}

/** NULLs at the other end than comparisons put them. Goes on to the comparison when neither value is NULL. */
function compareBigNulls(
  ctx: CodegenContext,
  compare: 'Ge' | 'Gt' | 'Le' | 'Lt',
  left: number,
  right: number,
  target: number,
  done: number,
): void {
  const { program } = ctx;
  const isGreater = compare === 'Ge' || compare === 'Gt';
  const leftHasValue = program.emit('NotNull', left);
  if (compare === 'Ge') program.goto(target);
  else if (compare === 'Gt') program.emit('NotNull', right, target);
  else if (compare === 'Le') program.emit('IsNull', right, target);
  program.goto(done);
  program.jumpHere(leftHasValue);
  program.emit('IsNull', right, isGreater ? done : target);
}
