/**
 * Rows of constants: what most pragmas about the schema return.
 */
import type { CodegenContext } from './context';

/** Emits code that returns one row of constants. */
export function emitRow(ctx: CodegenContext, values: readonly (string | number | null)[]): void {
  const { program } = ctx;
  const mark = program.registers.mark();
  const first = program.registers.temporaryRange(values.length);
  values.forEach((value, i) => {
    if (value === null) program.loadNull(first + i);
    else if (typeof value === 'number') program.loadInteger(value, first + i);
    else program.loadString(value, first + i);
  });
  emitRowFrom(ctx, first, values.length);
  program.registers.releaseTo(mark);
}

/** Returns `count` registers as a row. */
export function emitRowFrom(ctx: CodegenContext, first: number, count: number): void {
  ctx.program.emit('ResultRow', first, count);
}
