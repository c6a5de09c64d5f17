/**
 * Code for subqueries in expressions: scalar and row values, EXISTS.
 *
 * Owns: evaluating an uncorrelated subquery once, and calling its code again from other places. The rows come from
 * select.ts.
 */
import type { ExistsExpression, Expression, Query, SubqueryExpression } from '../resolve/ir';
import type { CodegenContext } from './context';
import { codeQuery } from './select';

export function codeScalarSubquery(ctx: CodegenContext, expression: SubqueryExpression, target: number): void {
  ctx.program.emit('Copy', codeRowSubquery(ctx, expression), target);
}

/** Code for the first row of a subquery; returns the first of the registers that hold it, NULLs when there is none. */
export function codeRowSubquery(ctx: CodegenContext, expression: SubqueryExpression): number {
  const { query } = expression;
  return codeShared(ctx, query, 'SCALAR', () => {
    const { program } = ctx;
    const count = query.columns.length;
    const first = program.register(count);
    return {
      first,
      code: (): void => {
        program.loadNull(first, count);
        ctx.statement.attemptQuery(() => codeQuery(ctx, firstRowOf(query), { kind: 'scalar', first }));
      },
    };
  });
}

/** 1 when the subquery has a row, else 0. */
export function codeExists(ctx: CodegenContext, expression: ExistsExpression, target: number): void {
  const { query } = expression;
  const register = codeShared(ctx, query, 'SCALAR', () => {
    const { program } = ctx;
    const first = program.register();
    return {
      first,
      code: (): void => {
        program.emit('Integer', 0, first);
        ctx.statement.attemptQuery(() => codeQuery(ctx, firstRowOf(query), { kind: 'exists', register: first }));
      },
    };
  });
  ctx.program.emit('Copy', register, target);
}

/** The query with LIMIT 1; a limit of its own only counts when it is 0. */
function firstRowOf(query: Query): Query {
  const one: Expression = { kind: 'integer', start: -1, on: null, value: 1n };
  if (!query.limit) return { ...query, limit: one };
  const zero: Expression = { kind: 'integer', start: -1, on: null, value: 0n };
  const limit: Expression = { kind: 'comparison', start: -1, on: null, operator: '<>', left: query.limit, right: zero };
  return { ...query, limit };
}

/**
 * Runs `make().code` where it stands. An uncorrelated subquery is evaluated once, as a subroutine: when the same query is
 * coded again, that is a call of it. Returns the first result register.
 */
function codeShared(
  ctx: CodegenContext,
  query: Query,
  label: string,
  make: () => { first: number; code: () => void },
): number {
  const { program } = ctx;
  if (query.outerSources.size > 0) {
    const { first, code } = make();
    const outer = program.openPlan(`CORRELATED ${label} SUBQUERY ${query.id}`);
    code();
    program.closePlan(outer);
    return first;
  }
  const known = ctx.subroutines.get(query);
  if (known) {
    program.emit('Gosub', known.returnRegister, known.entry);
    return known.result;
  }
  const { first, code } = make();
  const returnRegister = program.register();
  program.emit('BeginSubrtn', 0, returnRegister);
  const entry = program.here;
  ctx.subroutines.set(query, { returnRegister, entry, result: first });
  const skip = program.emit('Once');
  const outer = program.openPlan(`${label} SUBQUERY ${query.id}`);
  program.registers.isolate(code);
  program.closePlan(outer);
  program.jumpHere(skip);
  program.emit('Return', returnRegister, entry, 1);
  return first;
}
