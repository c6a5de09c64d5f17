/**
 * Code for compound queries: UNION ALL one after the other; everything else, and every ORDER BY, by merging two sorted
 * coroutines.
 *
 * In a merge both sides are sorted by the ORDER BY terms, for operators other than UNION ALL extended by all other result
 * columns, so that equal rows of both sides meet. Duplicates are dropped at the output, by comparison with the last row.
 */
import type { CollationName } from '../../spec/collations';
import type { Label } from '../bytecode/program-builder';
import { addEstimates, type LogEstimate } from '../plan/log-estimate';
import { collationOf } from '../resolve/affinity';
import type { CompoundOperator, Core, Expression, Query, SortTerm } from '../resolve/ir';
import type { CodegenContext } from './context';
import { deliverRow } from './deliver';
import type { Destination } from './destination';
import { codeLimitReached, codeLimits, codeOffset, type Limits } from './limit';
import { codeQuery } from './select';

export function codeCompound(
  ctx: CodegenContext,
  query: Query,
  destination: Destination,
  given: Limits | null,
): LogEstimate {
  if (query.orderBy.length === 0 && query.operators.at(-1) === 'unionAll') {
    return codeUnionAll(ctx, query, destination, given);
  }
  return new Merge(ctx, query, destination).code(given);
}

/** Part of a compound as a query of its own. */
function partOf(query: Query, from: number, to: number, orderBy: readonly SortTerm[]): Query {
  const cores = query.cores.slice(from, to);
  return {
    ...query,
    cores,
    operators: query.operators.slice(from, to - 1),
    columns: cores[0]!.columns,
    orderBy,
    limit: null,
    offset: null,
    isPart: true,
  };
}

// ---------------------------------------------------------------------------------------------------------------------
// UNION ALL

function codeUnionAll(ctx: CodegenContext, query: Query, destination: Destination, given: Limits | null): LogEstimate {
  const { program } = ctx;
  const end = program.label();
  const limits = given ?? codeLimits(ctx, query, end);
  // The left part up to the last other operator is one query; what follows is a list of cores.
  const first = query.operators.findLastIndex((operator) => operator !== 'unionAll') + 1;
  const outer = program.openPlan('COMPOUND QUERY');
  let rows: LogEstimate = 0;
  for (let at = first; at < query.cores.length; at++) {
    const part = at === first ? partOf(query, 0, first + 1, []) : partOf(query, at, at + 1, []);
    if (at > first && limits.limit > 0) {
      program.emit('IfNot', limits.limit, end);
      if (limits.offset > 0) program.emit('OffsetLimit', limits.limit, limits.offset + 1, limits.offset);
    }
    const inner = program.openPlan(at === first ? 'LEFT-MOST SUBQUERY' : 'UNION ALL');
    const partRows = codeQuery(ctx, part, destination, limits);
    program.closePlan(inner);
    rows = at === first ? partRows : addEstimates(rows, partRows);
  }
  program.closePlan(outer);
  program.place(end);
  return limits.rows === null ? rows : Math.min(limits.rows, rows);
}

// ---------------------------------------------------------------------------------------------------------------------
// Merge

const operatorNames: Record<CompoundOperator, string> = {
  union: 'UNION',
  unionAll: 'UNION ALL',
  intersect: 'INTERSECT',
  except: 'EXCEPT',
};

/** The collation of a result column of a compound: that of the first core that has one. */
export function columnCollation(cores: readonly Core[], column: number): CollationName {
  for (const core of cores) {
    const collation = collationOf(core.columns[column]!.expression);
    if (collation !== null) return collation;
  }
  return 'BINARY';
}

/** The collation of a term of a compound's ORDER BY: its own, or its result column's. */
export const orderCollation = (cores: readonly Core[], { expression, resultColumn }: SortTerm): CollationName =>
  expression.kind === 'collate' && expression.isExplicit
    ? (collationOf(expression) ?? 'BINARY')
    : columnCollation(cores, resultColumn);

/** A sorted side of the merge. */
interface Side {
  readonly yieldRegister: number;
  readonly first: number;
  readonly returnRegister: number;
}

class Merge {
  readonly #ctx: CodegenContext;
  readonly #query: Query;
  readonly #destination: Destination;
  readonly #operator: CompoundOperator;
  readonly #width: number;
  /** The order of both sides: result column, direction and collation. */
  readonly #order: readonly (SortTerm & { readonly collation: CollationName })[];
  /** Register that is 1 once a row was delivered, followed by that row; 0 for UNION ALL. */
  readonly #previous: number;
  readonly #end: Label;

  constructor(ctx: CodegenContext, query: Query, destination: Destination) {
    this.#ctx = ctx;
    this.#query = query;
    this.#destination = destination;
    this.#operator = query.operators.at(-1)!;
    this.#width = query.columns.length;
    this.#order = this.#fullOrder();
    this.#previous = this.#operator === 'unionAll' ? 0 : ctx.program.register(this.#width + 1);
    this.#end = ctx.program.label();
  }

  #fullOrder(): (SortTerm & { collation: CollationName })[] {
    const { cores, columns } = this.#query;
    const order = this.#query.orderBy.map((term) => ({ ...term, collation: orderCollation(cores, term) }));
    if (this.#operator === 'unionAll') return order;
    columns.forEach(({ expression }, resultColumn) => {
      if (order.some((term) => term.resultColumn === resultColumn)) return;
      const collation = columnCollation(cores, resultColumn);
      order.push({ expression, descending: false, bigNulls: false, resultColumn, collation });
    });
    return order;
  }

  code(given: Limits | null): LogEstimate {
    const ctx = this.#ctx;
    const { program } = ctx;
    if (this.#previous > 0) program.emit('Integer', 0, this.#previous);
    const limits = given ?? codeLimits(ctx, this.#query, this.#end);
    const split = this.#split();
    const limitA = this.#sideLimits(limits);
    const limitB = this.#sideLimits(limits);
    const outer = program.openPlan(`MERGE (${operatorNames[this.#operator]})`);
    const a = this.#codeSide('LEFT', 0, split, limitA);
    const b = this.#codeSide('RIGHT', split, this.#query.cores.length, limitB);
    const start = program.emit('Goto');
    const outA = this.#codeOutput(a.side, limits);
    const outB = this.#hasRightOutput() ? this.#codeOutput(b.side, limits) : -1;
    this.#codeMerge(a.side, b.side, outA, outB, start);
    program.closePlan(outer);
    program.place(this.#end);
    const rows = this.#hasRightOutput() ? addEstimates(a.rows, b.rows) : a.rows;
    return limits.rows === null ? rows : Math.min(limits.rows, rows);
  }

  #hasRightOutput(): boolean {
    return this.#operator === 'unionAll' || this.#operator === 'union';
  }

  /** Number of cores on the left: all but one, but half of a long chain of one operator. */
  #split(): number {
    const { cores, operators } = this.#query;
    let chain = 1;
    if (this.#hasRightOutput()) {
      while (chain < cores.length && operators[cores.length - 1 - chain] === this.#operator) chain++;
    }
    return chain <= 3 ? cores.length - 1 : cores.length - Math.floor(chain / 2);
  }

  /** With UNION ALL, no side needs to deliver more rows than the whole. */
  #sideLimits(limits: Limits): Limits | null {
    if (this.#operator !== 'unionAll' || limits.limit === 0) return null;
    const { program } = this.#ctx;
    const limit = program.register();
    program.emit('Copy', limits.total > 0 ? limits.total : limits.limit, limit);
    return { limit, offset: 0, total: 0, rows: limits.rows };
  }

  #codeSide(label: string, from: number, to: number, limits: Limits | null): { side: Side; rows: LogEstimate } {
    const ctx = this.#ctx;
    const { program } = ctx;
    const columns = this.#query.cores[from]!.columns;
    const orderBy = this.#order.map((term): SortTerm => {
      const operand = columns[term.resultColumn]!.expression;
      return { ...term, expression: collated(operand, term.collation) };
    });
    const yieldRegister = program.register();
    const first = program.register(this.#width);
    const init = program.emit('InitCoroutine', yieldRegister);
    program.setOperand(init, 3, program.here);
    const outer = program.openPlan(label);
    const rows = program.registers.isolate(() =>
      codeQuery(
        ctx,
        { ...partOf(this.#query, from, to, orderBy), isMergeSide: true },
        { kind: 'coroutine', yieldRegister, first },
        limits,
      ),
    );
    program.closePlan(outer);
    program.emit('EndCoroutine', yieldRegister);
    program.jumpHere(init);
    return { side: { yieldRegister, first, returnRegister: program.register() }, rows };
  }

  /** Subroutine: delivers the row of one side unless it equals the row delivered last. Returns its address. */
  #codeOutput(side: Side, limits: Limits): number {
    const ctx = this.#ctx;
    const { program } = ctx;
    const entry = program.here;
    const back = program.label();
    if (this.#previous > 0) {
      const isNew = program.label();
      const fields = Array.from({ length: this.#width }, (_, i) => ({
        collation: columnCollation(this.#query.cores, i),
        flags: 0,
      }));
      program.emit('IfNot', this.#previous, isNew);
      program.emit('Compare', side.first, this.#previous + 1, this.#width, program.keyInfo(fields));
      program.emit('Jump', isNew, back, isNew);
      program.place(isNew);
      program.emit('Copy', side.first, this.#previous + 1, this.#width - 1);
      program.emit('Integer', 1, this.#previous);
    }
    codeOffset(ctx, limits, back);
    program.registers.isolate(() => {
      deliverRow(ctx, this.#destination, side.first, this.#width);
    });
    codeLimitReached(ctx, limits, this.#end);
    program.place(back);
    program.emit('Return', side.returnRegister);
    return entry;
  }

  #codeMerge(a: Side, b: Side, outA: number, outB: number, start: number): void {
    const { program } = this.#ctx;
    const compare = program.label();
    const eofA = program.label();
    const eofAtStart = program.label();
    const eofB = program.label();
    const less = program.label();
    const equal = program.label();
    const greater = program.label();
    const operator = this.#operator;

    // Only B has rows: `eofA` with one in hand, `eofAtStart` before it was asked for one.
    if (this.#hasRightOutput()) {
      program.place(eofA);
      program.emit('Gosub', b.returnRegister, outB);
      program.place(eofAtStart);
      program.emit('Yield', b.yieldRegister, this.#end);
      program.goto(eofA);
    } else {
      program.place(eofA);
      program.place(eofAtStart);
      program.goto(this.#end);
    }

    // Only A has rows.
    program.place(eofB);
    if (operator === 'intersect') {
      program.goto(this.#end);
    } else {
      const loop = program.here;
      program.emit('Gosub', a.returnRegister, outA);
      program.emit('Yield', a.yieldRegister, this.#end);
      program.emit('Goto', 0, loop);
    }

    // A < B: INTERSECT skips A's row, the others deliver it.
    program.place(less);
    if (operator !== 'intersect') program.emit('Gosub', a.returnRegister, outA);
    program.emit('Yield', a.yieldRegister, eofA);
    program.goto(compare);

    // A = B: UNION ALL and INTERSECT deliver A's row; UNION leaves it to B's, EXCEPT drops it.
    program.place(equal);
    if (operator === 'unionAll' || operator === 'intersect') program.emit('Gosub', a.returnRegister, outA);
    program.emit('Yield', a.yieldRegister, eofA);
    program.goto(compare);

    // A > B
    program.place(greater);
    if (this.#hasRightOutput()) program.emit('Gosub', b.returnRegister, outB);
    program.emit('Yield', b.yieldRegister, eofB);
    program.goto(compare);

    program.jumpHere(start);
    program.emit('Yield', a.yieldRegister, eofAtStart);
    program.emit('Yield', b.yieldRegister, eofB);
    program.place(compare);
    this.#codeCompare(a, b);
    program.emit('Jump', less, equal, greater);
  }

  #codeCompare(a: Side, b: Side): void {
    const { program } = this.#ctx;
    const order = this.#order.map((term) => term.resultColumn);
    const isPermuted = order.some((column, i) => column !== i);
    const keyInfo = program.keyInfo(
      this.#order.map(({ collation, descending, bigNulls }) => ({
        collation,
        flags: (descending ? 1 : 0) | (bigNulls ? 2 : 0),
      })),
    );
    if (isPermuted) program.emit('Permutation', 0, 0, 0, program.pool.intArray(order));
    program.emit('Compare', a.first, b.first, order.length, keyInfo, isPermuted ? 1 : 0);
  }
}

const collated = (operand: Expression, collation: CollationName): Expression =>
  collationOf(operand) === collation || (collation === 'BINARY' && collationOf(operand) === null)
    ? operand
    : { kind: 'collate', start: -1, on: null, operand, collation, isExplicit: true };
