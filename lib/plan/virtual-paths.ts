/**
 * Access paths of virtual tables: the module is asked for a plan once for each set of outer loops that could come before it.
 *
 * Owns: which constraints and which order the module is told about, and in which situations it is asked (SQLite's sequence,
 * since a module may answer with an error). Must not know: what modules do with the answers.
 */
import type { IndexChoice, IndexConstraint, IndexOperator, IndexRequest } from '../catalog/virtual-table';
import type { SortTerm } from '../resolve/ir';
import { withoutHints } from '../resolve/walk';
import { isConstant, valueCount } from './expressions';
import { fitsOuterJoin } from './find-term';
import type { PlanSource } from './join-context';
import { estimateOf, type LogEstimate } from './log-estimate';
import { PathFlag, type AccessPath } from './plan';
import { ALL_SOURCES, isEmptySet, isSubsetOf, intersects, unionOf, withoutSources, type SourceSet } from './source-set';
import { Relation, TermFlag, type Term, type WhereClause } from './term';

/** Only the first constraints can be left to the module: SQLite keeps 16 bits for them. */
const MOST_GUARANTEED = 16;

/** What the paths of a virtual table must respect. */
export interface VirtualWish {
  readonly prerequisites: SourceSet;
  /** FROM items that may not be outer loops of it. */
  readonly unusable: SourceSet;
  readonly orderBy: readonly SortTerm[] | null;
}

/** Offers every path of the virtual table `item`. */
export function addVirtualPaths(
  clause: WhereClause,
  item: PlanSource,
  wish: VirtualWish,
  draft: AccessPath,
  offer: (path: AccessPath) => void,
): void {
  new VirtualPaths(clause, item, wish, draft, offer).addAll();
}

class VirtualPaths {
  readonly #constraints: readonly { readonly term: Term; readonly operator: IndexOperator }[];
  /** Bounds that are rows: the module sees their first fields only, so they are tested again. */
  readonly #rowBounds = new Set<number>();
  readonly #orderBy: IndexRequest['orderBy'];
  readonly #prerequisites: SourceSet;
  /** The plan offered last walks the values of an IN. */
  #usesIn = false;

  constructor(
    clause: WhereClause,
    private readonly item: PlanSource,
    wish: VirtualWish,
    private readonly draft: AccessPath,
    private readonly offer: (path: AccessPath) => void,
  ) {
    this.#prerequisites = wish.prerequisites;
    const terms = termsOn(clause, item).filter(({ rightSources }) => !intersects(rightSources, wish.unusable));
    this.#constraints = terms.map((term, position) => ({ term, operator: this.#operatorOf(term, position) }));
    this.#orderBy = wishedOrder(wish.orderBy, item);
  }

  addAll(): void {
    const { draft } = this;
    const prerequisites = this.#prerequisites;
    this.#ask(ALL_SOURCES, false);
    const best = withoutSources(draft.prerequisites, prerequisites);
    if (isEmptySet(best) && !this.#usesIn) return;
    let hasFreePlan = false;
    let hasFreePlanWithoutIn = false;
    let bestWithoutIn: SourceSet | null = null;
    if (this.#usesIn) {
      this.#ask(ALL_SOURCES, true);
      bestWithoutIn = withoutSources(draft.prerequisites, prerequisites);
      if (isEmptySet(bestWithoutIn)) hasFreePlan = hasFreePlanWithoutIn = true;
    }
    for (const outer of this.#outerLoops()) {
      if (sameSet(outer, best) || (bestWithoutIn && sameSet(outer, bestWithoutIn))) continue;
      this.#ask(unionOf(outer, prerequisites), false);
      if (sameSet(draft.prerequisites, prerequisites)) {
        hasFreePlan = true;
        if (!this.#usesIn) hasFreePlanWithoutIn = true;
      }
    }
    if (!hasFreePlan) {
      this.#ask(prerequisites, false);
      if (!this.#usesIn) hasFreePlanWithoutIn = true;
    }
    if (!hasFreePlanWithoutIn) this.#ask(prerequisites, true);
  }

  /** The different sets of outer loops that single constraints need, in rising order. */
  #outerLoops(): SourceSet[] {
    const found: SourceSet[] = [];
    for (const { term } of this.#constraints) {
      const set = withoutSources(term.rightSources, this.#prerequisites);
      if (!isEmptySet(set) && !found.some((other) => sameSet(other, set))) found.push(set);
    }
    return found.sort((a, b) => (a.high >>> 0) - (b.high >>> 0) || (a.low >>> 0) - (b.low >>> 0));
  }

  #operatorOf(term: Term, position: number): IndexOperator {
    const { relation } = term;
    if ((relation & Relation.auxiliary) !== 0) return term.auxiliaryOperator!;
    if ((relation & Relation.isNull) !== 0) return 'isNull';
    if ((relation & Relation.is) !== 0) return 'is';
    if ((relation & (Relation.equal | Relation.in)) !== 0) return '=';
    const isRow = term.right !== null && valueCount(term.right) > 1;
    if (isRow) this.#rowBounds.add(position);
    if ((relation & (Relation.less | Relation.lessEqual)) !== 0) {
      return isRow || (relation & Relation.lessEqual) !== 0 ? '<=' : '<';
    }
    return isRow || (relation & Relation.greaterEqual) !== 0 ? '>=' : '>';
  }

  /** Asks for a plan in which the sources of `usable` are known, and offers it. */
  #ask(usable: SourceSet, withoutIn: boolean): void {
    const { draft, item } = this;
    this.#usesIn = false;
    draft.prerequisites = this.#prerequisites;
    const constraints = this.#constraints.map(({ term, operator }): IndexConstraint => ({
      column: term.leftColumn,
      operator,
      usable: isSubsetOf(term.rightSources, usable) && !(withoutIn && (term.relation & Relation.in) !== 0),
    }));
    const choice = item.table!.module!.table.bestIndex({ constraints, orderBy: this.#orderBy });
    if (choice === null) return;
    this.#apply(choice);
    this.offer(draft);
  }

  #apply(choice: IndexChoice): void {
    const { draft } = this;
    let guaranteed = 0;
    draft.terms = choice.arguments.map((position, i) => {
      const { term } = this.#constraints[position]!;
      draft.prerequisites = unionOf(draft.prerequisites, term.rightSources);
      if ((term.relation & Relation.in) !== 0) this.#usesIn = true;
      const isKept =
        position >= MOST_GUARANTEED || this.#rowBounds.has(position) || choice.retested?.includes(position) === true;
      if (!isKept) guaranteed |= 1 << i;
      return term;
    });
    draft.flags = PathFlag.virtualTable;
    draft.setupCost = 0;
    draft.runCost = costEstimate(choice.cost);
    draft.rowsOut = estimateOf(choice.rows);
    draft.virtualTable = {
      number: choice.number,
      shown: choice.isHexadecimal === true ? `0x${choice.number.toString(16)}` : String(choice.number),
      guaranteedMask: guaranteed,
      // Rows for one value of IN after the other are in no order.
      ordered: choice.ordered && this.#orderBy.length > 0 && !this.#usesIn,
    };
  }
}

/** Terms of the clause, and of those around an operand of OR, that constrain a column of the table. */
function termsOn(clause: WhereClause, item: PlanSource): Term[] {
  const { source, join } = item;
  const isOuter = join.left || join.right || join.leftOfRight;
  const found: Term[] = [];
  for (let at: WhereClause | null = clause; at; at = at.outer) {
    for (const term of at.terms) {
      if (term.leftSource !== source || (term.relation & ~Relation.equivalent) === 0) continue;
      if ((term.flags & TermFlag.notNull) !== 0 || (isOuter && !fitsOuterJoin(term, item))) continue;
      found.push(term);
    }
  }
  return found;
}

/** ORDER BY (or what else is wished for) as columns of this table; empty when it has other terms. */
function wishedOrder(orderBy: readonly SortTerm[] | null, item: PlanSource): IndexRequest['orderBy'] {
  const order: { column: number; descending: boolean }[] = [];
  for (const { expression, descending, bigNulls } of orderBy ?? []) {
    if (isConstant(expression)) continue;
    const inner = withoutHints(expression);
    if (bigNulls || inner.kind !== 'column' || inner.source !== item.source) return [];
    if (expression.kind === 'collate' && inner.column >= 0) {
      const own = item.table!.columns[inner.column]!.collation;
      if (expression.collation.toUpperCase() !== own.toUpperCase()) return [];
    }
    order.push({ column: inner.column, descending });
  }
  return order;
}

const sameSet = (a: SourceSet, b: SourceSet): boolean => a.low === b.low && a.high === b.high;

/** A module's cost as an estimate: beyond 2e9 only its binary exponent counts. */
function costEstimate(cost: number): LogEstimate {
  if (cost <= 1) return 0;
  if (cost <= 2e9) return estimateOf(Math.floor(cost));
  return (Math.floor(Math.log2(cost)) + 1) * 10;
}
