/**
 * PRAGMA count_changes: INSERT, UPDATE and DELETE give one row, with the number of rows that they changed.
 *
 * Owns: the register that counts, one for the statement: what triggers and foreign keys change besides doesn't count.
 */
import type { ResultColumn } from '../resolve/ir';
import type { CodegenContext } from './context';

export type ChangeEvent = 'insert' | 'update' | 'delete';

/** What is counted: the rows of the statement itself, not those that ON CONFLICT updates or deletes for it. */
export interface ChangeCounter {
  readonly event: ChangeEvent;
  readonly register: number;
}

/** Starts to count, where the pragma is on and the statement gives no rows of its own. */
export function beginChangeCount(ctx: CodegenContext, event: ChangeEvent, isReturning: boolean): void {
  const { statement, program } = ctx;
  if (!ctx.options.pragmas.countChanges || isReturning || ctx.trigger !== null || statement.isDropping) return;
  const register = program.register();
  statement.changeCounter = { event, register };
  program.emit('Integer', 0, register);
}

/** What counts in this program; null: nothing does. */
const counterOf = (ctx: CodegenContext): ChangeCounter | null =>
  ctx.trigger === null ? ctx.statement.changeCounter : null;

/** Counts one row. */
export function countChange(ctx: CodegenContext, event: ChangeEvent): void {
  const counter = counterOf(ctx);
  if (counter?.event === event) ctx.program.emit('AddImm', counter.register, 1);
}

/** p3 of Clear: where deleted rows are counted. */
export const clearCounter = (ctx: CodegenContext): number => counterOf(ctx)?.register ?? -1;

/** Delivers the row; gives its column, or none when nothing is counted. */
export function endChangeCount(ctx: CodegenContext): readonly ResultColumn[] {
  const counter = counterOf(ctx);
  if (counter === null) return [];
  const { event, register } = counter;
  ctx.program.emit('FkCheck');
  ctx.program.emit('ResultRow', register, 1);
  const expression = { kind: 'null', start: -1, on: null } as const;
  return [
    {
      expression,
      name: `rows ${event === 'insert' ? 'insert' : event.slice(0, -1)}ed`,
      isAlias: false,
      origin: null,
      declaredType: null,
    },
  ];
}
