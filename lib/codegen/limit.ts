/**
 * LIMIT and OFFSET: the counters and the jumps.
 *
 * A limit counter counts down at each delivered row; negative: no limit. An offset counter counts down at each skipped row.
 */
import type { Label } from '../bytecode/program-builder';
import type { StoredValue } from '../catalog/stored-record';
import { estimateOf, type LogEstimate } from '../plan/log-estimate';
import type { Expression, Query } from '../resolve/ir';
import type { CodegenContext } from './context';
import { codeExpression } from './expression';

const MAX_LIMIT = 0x7fffffffn;

/** Counter registers of a query, 0 where it has no such clause. */
export interface Limits {
  readonly limit: number;
  readonly offset: number;
  /** limit + offset: the rows that a sorter must keep; 0 without OFFSET. */
  readonly total: number;
  /** Estimate of the rows of LIMIT, when they are known. SQLite leaves OFFSET out of account. */
  readonly rows: LogEstimate | null;
}

export const NO_LIMITS: Limits = { limit: 0, offset: 0, total: 0, rows: null };

/** The value of a constant LIMIT, also of a negated one. */
export function constantLimit(limit: Expression | null): number | null {
  return limit?.kind === 'integer' && limit.value >= -0x7fffffffn && limit.value <= 0x7fffffffn
    ? Number(limit.value)
    : null;
}

/** Evaluates LIMIT and OFFSET; goes to `end` when no row is wanted. */
export function codeLimits(ctx: CodegenContext, query: Query, end: Label): Limits {
  if (!query.limit) return NO_LIMITS;
  const { program } = ctx;
  const limit = program.register();
  const known = constantLimit(query.limit);
  if (known !== null) {
    program.emit('Integer', known, limit);
    if (known === 0) program.goto(end);
  } else {
    codeExpression(ctx, query.limit, limit);
    program.emit('MustBeInt', limit);
    program.emit('IfNot', limit, end);
  }
  const rows = known === null ? assumedLimit(ctx, query.limit) : estimateOfLimit(known);
  if (!query.offset) return { limit, offset: 0, total: 0, rows };
  const offset = program.register(2);
  codeExpression(ctx, query.offset, offset);
  program.emit('MustBeInt', offset);
  program.emit('OffsetLimit', limit, offset + 1, offset);
  return { limit, offset, total: offset + 1, rows };
}

/** Rows that LIMIT with a parameter lets the planner expect. */
function assumedLimit({ statement }: CodegenContext, limit: Expression): LogEstimate | null {
  if (limit.kind !== 'parameter') return null;
  const assumed = statement.assumedLimit;
  if (assumed?.parameter === limit.index) return assumed.rows;
  return (
    (statement.parameters.value({ index: limit.index, purpose: 'limit', usable: usableLimit }) as
      LogEstimate | undefined) ?? null
  );
}

/** The estimate of an integer that SQLite looks at. */
const usableLimit = (value: StoredValue): LogEstimate | undefined =>
  (typeof value === 'bigint' && value <= MAX_LIMIT ? estimateOfLimit(Number(value)) : null) ?? undefined;

const estimateOfLimit = (rows: number): LogEstimate | null => (rows > 0 ? estimateOf(rows) : null);

/** Skips a row while the offset lasts. */
export function codeOffset(ctx: CodegenContext, limits: Limits, next: Label): void {
  if (limits.offset > 0) ctx.program.emit('IfPos', limits.offset, next, 1);
}

/** Counts a delivered row; goes to `end` after the last one. */
export function codeLimitReached(ctx: CodegenContext, limits: Limits, end: Label): void {
  if (limits.limit > 0) ctx.program.emit('DecrJumpZero', limits.limit, end);
}
