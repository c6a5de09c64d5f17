/**
 * Whether a sequence of loops delivers rows in a wished order.
 *
 * Walks the loops from the outside in. An order term is satisfied when an equality fixes it, when the next free column of
 * the loop's index (or the rowid) is it, or when everything it reads is constant by then. The walk goes on to the next
 * loop only while the rows so far are distinct in what they are ordered by.
 */
import { sortCollation } from '../resolve/affinity';
import type { Expression, SortTerm } from '../resolve/ir';
import { withoutHints } from '../resolve/walk';
import { termCollation } from './analyze';
import { equalBelowCollate, isConstant } from './expressions';
import { findTerm } from './find-term';
import type { JoinContext, OrderPurpose } from './join-context';
import { PathFlag, type AccessPath } from './plan';
import { EXPRESSION_COLUMN, ROWID_COLUMN, type PlanIndex } from './plan-index';
import {
  ALL_SOURCES,
  isEmptySet,
  isSubsetOf,
  NO_SOURCES,
  singleSource,
  unionOf,
  withoutSources,
  type SourceSet,
} from './source-set';
import { Relation, type WhereClause } from './term';

/** More order terms than this are always sorted. */
const MOST_ORDER_TERMS = 62;

/** What to check; `inner-limit` asks for the innermost loop only. */
export type OrderTest = OrderPurpose | 'inner-limit' | 'plain';

/** -1 satisfied: so far, but undecided until more loops are known; else the number of leading terms satisfied. */
export interface OrderAnswer {
  readonly satisfied: number;
  /** Loops that must run backwards, by nesting level. */
  readonly reversed: SourceSet;
}

/** What is asked about one order term again and again. */
class Wish {
  /** Without COLLATE. */
  readonly inner: Expression;
  readonly expression: Expression;
  /** What it reads; known once it was asked for. */
  reads: SourceSet | null = null;
  #collation: string | null = null;

  constructor(term: SortTerm) {
    this.expression = term.expression;
    this.inner = withoutHints(term.expression);
  }

  get collation(): string {
    return (this.#collation ??= sortCollation(this.expression));
  }
}

export function satisfiedOrder(
  join: JoinContext,
  clause: WhereClause,
  orderBy: readonly SortTerm[],
  outer: readonly AccessPath[],
  last: AccessPath,
  test: OrderTest,
): OrderAnswer {
  const check = new OrderCheck(join, clause, orderBy, test);
  check.run(outer, outer.length, last);
  return check;
}

/** Checks the same wish for many sequences of loops. */
export class OrderCheck {
  /** Of the last `run`: see OrderAnswer. */
  satisfied = 0;
  reversed: SourceSet = NO_SOURCES;
  readonly #wishes: readonly Wish[];
  /** Per order term: satisfied. */
  readonly #done: boolean[];
  #left = 0;
  /** Rows are distinct in the terms satisfied so far, so that inner loops can continue the order. */
  #isDistinct = true;
  readonly #equalities: number;

  constructor(
    private readonly join: JoinContext,
    private readonly clause: WhereClause,
    private readonly orderBy: readonly SortTerm[],
    private readonly test: OrderTest,
  ) {
    this.#wishes = orderBy.length > MOST_ORDER_TERMS ? [] : orderBy.map((term) => new Wish(term));
    this.#done = this.#wishes.map(() => false);
    const mayFixByIn = test === 'inner-limit' || test === 'minimum' || test === 'maximum';
    this.#equalities = Relation.equal | Relation.is | Relation.isNull | (mayFixByIn ? Relation.in : 0);
  }

  /** The loops are the first `count` of `outer`, and inside of them `last`. */
  run(outer: readonly AccessPath[], count: number, last: AccessPath): void {
    this.satisfied = 0;
    this.reversed = NO_SOURCES;
    if (this.orderBy.length > MOST_ORDER_TERMS) return;
    for (let i = 0; i < this.#done.length; i++) this.#done[i] = false;
    this.#left = this.#done.length;
    this.#isDistinct = true;
    let ready = NO_SOURCES;
    let distinctSources = NO_SOURCES;
    let path: AccessPath | null = null;
    for (let level = 0; this.#isDistinct && this.#left > 0 && level <= count; level++) {
      if (path) ready = unionOf(ready, path.self);
      path = level < count ? outer[level]! : last;
      if (level < count && this.test === 'inner-limit') continue;
      if (path.has(PathFlag.virtualTable)) {
        const isDistinctOnly = this.test === 'distinct' && !this.join.request.sortByGroup;
        if (path.virtualTable!.ordered && !isDistinctOnly) this.#finishAll();
        else this.#isDistinct = false;
        break;
      }
      this.#takeEqualities(path, ready);
      if (!path.has(PathFlag.oneRow) && !this.#takeLoop(path, level)) {
        this.reversed = NO_SOURCES;
        return;
      }
      if (this.#isDistinct) {
        distinctSources = unionOf(distinctSources, path.self);
        this.#takeConstants(distinctSources);
      }
    }
    this.satisfied = this.#answer();
  }

  #answer(): number {
    if (this.#left === 0) return this.orderBy.length;
    if (this.#isDistinct) return -1;
    const leading = this.#done.indexOf(false);
    return leading;
  }

  #finish(term: number): void {
    this.#done[term] = true;
    this.#left--;
  }

  #finishAll(): void {
    this.#done.fill(true);
    this.#left = 0;
  }

  /** Terms that an equality in WHERE makes constant within this loop. */
  #takeEqualities(path: AccessPath, ready: SourceSet): void {
    const { source } = this.join.sources[path.position]!;
    const notReady = withoutSources(ALL_SOURCES, ready);
    for (let i = 0; i < this.#wishes.length; i++) {
      if (this.#done[i]) continue;
      const wish = this.#wishes[i]!;
      const { inner } = wish;
      if (inner.kind !== 'column' || inner.source !== source) continue;
      const term = findTerm(this.clause, source, inner.column, notReady, this.#equalities, null);
      if (!term) continue;
      if (term.relation === Relation.in && !path.terms.includes(term)) continue;
      if ((term.relation & (Relation.equal | Relation.is)) !== 0 && inner.column >= 0) {
        if (wish.collation !== termCollation(term)) continue;
      }
      this.#finish(i);
    }
  }

  /** Terms that the loop's own order satisfies. False: the loop has no order. */
  #takeLoop(path: AccessPath, level: number): boolean {
    const item = this.join.sources[path.position]!;
    let index: PlanIndex | null = null;
    let columnCount = 1;
    if (path.has(PathFlag.byRowid)) {
      if (path.subqueryOrdered && this.#takeSubqueryOrder(path, level)) {
        columnCount = 0;
        this.#isDistinct = false;
      }
    } else {
      index = path.index;
      if (!index || index.unordered) return false;
      columnCount = index.columns.length;
      this.#isDistinct = index.unique && !path.has(PathFlag.skipScan);
    }
    const walk = new IndexWalk(index, index ? index.keyColumnCount : 0);
    for (let column = 0; column < columnCount; column++) {
      const step = this.#takeColumn(path, item.source, walk, column, level);
      if (step === 'stop') break;
    }
    if (walk.sawRowid) this.#isDistinct = true;
    return true;
  }

  #takeColumn(
    path: AccessPath,
    source: (typeof this.join.sources)[number]['source'],
    walk: IndexWalk,
    column: number,
    level: number,
  ): 'next' | 'stop' {
    const { index } = walk;
    let maySatisfy = true;
    if (column < path.equalityCount && column >= path.skipCount) {
      const term = path.terms[column]!;
      if ((term.relation & this.#equalities) !== 0) {
        if ((term.relation & (Relation.isNull | Relation.is)) !== 0) this.#isDistinct = false;
        return 'next';
      }
      // A row-valued IN fixes several columns at once: only its last one is in order.
      for (let later = column + 1; later < path.equalityCount; later++) {
        if (path.terms[later]?.expression === term.expression) maySatisfy = false;
      }
    }
    const entry = index?.columns[column];
    const tableColumn = entry ? entry.column : ROWID_COLUMN;
    if (this.#isDistinct && entry) {
      if (tableColumn >= 0 && column >= path.equalityCount && !entry.notNull) this.#isDistinct = false;
      if (tableColumn === EXPRESSION_COLUMN) this.#isDistinct = false;
    }
    const matched = maySatisfy ? this.#match(path, source, walk, column, tableColumn) : -1;
    if (matched >= 0 && this.#fitsDirection(path, walk, column, matched, level)) {
      if (tableColumn === ROWID_COLUMN) walk.sawRowid = true;
      this.#finish(matched);
      return 'next';
    }
    if (column === 0 || column < walk.keyColumnCount) this.#isDistinct = false;
    return 'stop';
  }

  /** The open order term that asks for this index column, -1 for none. ORDER BY only allows its next term. */
  #match(
    path: AccessPath,
    source: (typeof this.join.sources)[number]['source'],
    walk: IndexWalk,
    column: number,
    tableColumn: number,
  ): number {
    const anyOrder = this.test === 'group-by' || this.test === 'distinct';
    const entry = walk.index?.columns[column];
    for (let i = 0; i < this.orderBy.length; i++) {
      if (this.#done[i]) continue;
      const wish = this.#wishes[i]!;
      const { inner } = wish;
      const fits =
        tableColumn === EXPRESSION_COLUMN
          ? entry!.expression !== null && equalBelowCollate(inner, entry!.expression)
          : inner.kind === 'column' && inner.source === source && inner.column === tableColumn;
      if (fits && (tableColumn === ROWID_COLUMN || wish.collation === entry!.collation)) {
        if (this.test === 'distinct') path.distinctColumns = column + 1;
        return i;
      }
      if (!anyOrder) return -1;
    }
    return -1;
  }

  /** ASC, DESC and the place of NULLs: the first matched column decides the loop's direction, others must agree. */
  #fitsDirection(path: AccessPath, walk: IndexWalk, column: number, matched: number, level: number): boolean {
    const wish = this.orderBy[matched]!;
    const descending = walk.index?.columns[column]?.descending ?? false;
    if (this.test !== 'group-by') {
      if (walk.reverse === null) {
        walk.reverse = descending !== wish.descending;
        if (walk.reverse) this.reversed = unionOf(this.reversed, singleSource(level));
      } else if (walk.reverse !== (descending !== wish.descending)) {
        return false;
      }
    }
    if (wish.bigNulls) {
      if (column !== path.equalityCount) return false;
      path.flags |= PathFlag.nullsAtOtherEnd;
    }
    return true;
  }

  /** A subquery with its own ORDER BY delivers its rows in that order. */
  #takeSubqueryOrder(path: AccessPath, level: number): boolean {
    const item = this.join.sources[path.position]!;
    const own = item.facts!.orderBy;
    let wished = this.#done.indexOf(false);
    let reverse = false;
    let taken = 0;
    for (; taken < own.length && wished >= 0 && wished < this.orderBy.length; taken++, wished++) {
      const delivered = own[taken]!;
      const wish = this.orderBy[wished]!;
      if (delivered.resultColumn < 0) break;
      const { expression } = wish;
      if (expression.kind !== 'column' || expression.source !== item.source) break;
      if (expression.column !== delivered.resultColumn) break;
      if (this.test !== 'group-by') {
        if (delivered.bigNulls !== wish.bigNulls) break;
        if (taken > 0) {
          if ((reverse !== delivered.descending) !== wish.descending) break;
        } else {
          reverse = delivered.descending !== wish.descending;
          if (reverse) {
            if (path.has(PathFlag.coroutine)) break;
            this.reversed = unionOf(this.reversed, singleSource(level));
          }
        }
      }
      if (!this.#done[wished]) this.#finish(wished);
    }
    return taken > 0;
  }

  /** Terms that read nothing but sources whose rows are distinct by now. */
  #takeConstants(distinctSources: SourceSet): void {
    for (let i = 0; i < this.#wishes.length; i++) {
      if (this.#done[i]) continue;
      const wish = this.#wishes[i]!;
      wish.reads ??= this.join.usage(wish.expression);
      if (isEmptySet(wish.reads) && !isConstant(wish.expression)) continue;
      if (isSubsetOf(wish.reads, distinctSources)) this.#finish(i);
    }
  }
}

/** Progress along the columns of one loop's index. */
class IndexWalk {
  /** Null until a column was matched. */
  reverse: boolean | null = null;
  sawRowid = false;

  constructor(
    readonly index: PlanIndex | null,
    readonly keyColumnCount: number,
  ) {}
}
