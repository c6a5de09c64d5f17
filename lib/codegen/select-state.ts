/**
 * One SELECT core being coded: its clauses, sorter, table of distinct rows and counters; and the code for one result row.
 *
 * Owns: the inner loop's end: evaluate the result columns, drop duplicates, skip the offset, sort or deliver, count.
 */
import type { Label } from '../bytecode/program-builder';
import type { Expression, Query, SelectCore, SortTerm } from '../resolve/ir';
import type { CodegenContext } from './context';
import { deliverRow, wantedRegisters, wantsValues } from './deliver';
import type { Destination } from './destination';
import { codeDistinct, openDistinct, settleDistinct, type Distinct } from './distinct';
import { codeExpressionList } from './expression';
import { codeLimitReached, codeLimits, codeOffset, NO_LIMITS, type Limits } from './limit';
import { codeSortTail, openSort, pushRow, type Sort } from './sort';

export class SelectState {
  readonly ctx: CodegenContext;
  readonly query: Query;
  readonly core: SelectCore;
  readonly destination: Destination;
  /** Expressions of the result columns: may be replaced before rows are coded. */
  columns: readonly Expression[];
  readonly orderBy: readonly SortTerm[];
  /** After the last row. */
  readonly end: Label;
  limits: Limits = NO_LIMITS;
  sort: Sort | null = null;
  /** Leading ORDER BY terms that the rows are in the order of when they are sorted. */
  orderedTerms = 0;
  distinct: Distinct | null = null;
  #previousRow = 0;

  /** Counters that a compound query shares with its parts. */
  readonly #given: Limits | null;

  constructor(ctx: CodegenContext, query: Query, core: SelectCore, destination: Destination, limits: Limits | null) {
    this.#given = limits;
    this.ctx = ctx;
    this.query = query;
    this.core = core;
    this.destination = destination;
    this.columns = core.columns.map(({ expression }) => expression);
    this.orderBy = destination.kind === 'exists' ? [] : query.orderBy;
    this.end = ctx.program.label();
  }

  /** The same before `open`, for a rewritten core. */
  withCore(core: SelectCore): SelectState {
    return core === this.core ? this : new SelectState(this.ctx, this.query, core, this.destination, this.#given);
  }

  /** Counters, sorter and table of distinct rows, as far as the clauses may need them. */
  open(): void {
    const { ctx, core } = this;
    this.limits = this.#given ?? codeLimits(ctx, this.query, this.end);
    if (this.orderBy.length > 0) this.sort = openSort(ctx, this.orderBy, core.columns, this.limits);
    if (core.distinct) this.distinct = openDistinct(ctx, this.columns);
  }

  /** The rows come in the wanted order: no sorter. */
  dropSort(): void {
    if (!this.sort) return;
    this.ctx.program.erase(this.sort.openAddress);
    this.sort = null;
  }

  /** What is known of duplicates; before the first row is coded. */
  settleDistinct(outcome: Distinct['outcome']): void {
    if (!this.distinct) return;
    this.#previousRow = settleDistinct(this.ctx, this.distinct, outcome, this.columns.length);
    if (outcome === 'unneeded') this.distinct = null;
  }

  /** Code for one row of the result; goes to `next` to skip it and to `done` after the last one that LIMIT allows. */
  codeRow(next: Label, done: Label): void {
    const { ctx, sort, distinct, destination, columns, limits } = this;
    const { program } = ctx;
    if (!sort && !distinct) codeOffset(ctx, limits, next);
    const mark = program.registers.mark();
    let first = 0;
    if (distinct || (!sort && wantsValues(destination))) {
      const wanted = sort ? 0 : wantedRegisters(destination);
      first = wanted > 0 ? wanted : program.registers.temporaryRange(columns.length);
      codeExpressionList(ctx, columns, first);
    }
    if (distinct) {
      codeDistinct(ctx, distinct, this.#previousRow, columns, first, next);
      if (!sort) codeOffset(ctx, limits, next);
    }
    if (sort) {
      pushRow(ctx, sort, columns, first, limits);
    } else {
      deliverRow(ctx, destination, first, columns.length);
      codeLimitReached(ctx, limits, done);
    }
    program.registers.releaseTo(mark);
  }

  /** Delivers sorted rows, and ends the core. */
  close(): void {
    const { ctx, sort } = this;
    if (this.distinct?.outcome === 'unordered') ctx.program.explain('USE TEMP B-TREE FOR DISTINCT');
    if (sort) codeSortTail(ctx, sort, this.orderedTerms, this.destination, this.limits, this.end);
    ctx.program.place(this.end);
  }
}
