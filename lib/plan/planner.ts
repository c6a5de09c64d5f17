/**
 * Planning of one join: analysis of WHERE, candidate paths, join order, and what follows from them for DISTINCT, for ORDER BY
 * and for left joins that nobody reads.
 *
 * A pure function of the request and the schema. Emits nothing.
 */
import { sortCollation } from '../resolve/affinity';
import type { Expression, SortTerm } from '../resolve/ir';
import { withoutHints } from '../resolve/walk';
import { analyzeClause, splitInto } from './analyze';
import { findTerm, TermScan } from './find-term';
import { JoinContext, type JoinRequest, type PlanEnvironment, type PlanSource } from './join-context';
import { satisfiedOrder } from './order';
import { PathBuilder } from './paths';
import { AccessPath, CONSTRAINT_FLAGS, PathFlag, type DistinctOutcome, type Level, type Plan } from './plan';
import { countsAsHeld, type PlanIndex } from './plan-index';
import { Solver, type Candidate } from './solver';
import { ALL_SOURCES, hasSource, intersects, isEmptySet, NO_SOURCES, unionOf, type SourceSet } from './source-set';
import { Relation, TermFlag, WhereClause, type Term } from './term';

/** Longer ORDER BY lists are sorted without a look at the loops. */
const MOST_ORDER_TERMS = 63;

/** The plan and what it was made from, which code generation needs as well. */
export interface PlannedJoin {
  readonly plan: Plan;
  readonly join: JoinContext;
}

export function planJoin(request: JoinRequest, environment: PlanEnvironment): PlannedJoin {
  const join = new JoinContext(withinLimits(request), environment);
  return { plan: new Planner(join).plan(), join };
}

function withinLimits(request: JoinRequest): JoinRequest {
  if (!request.orderBy || request.orderBy.length < MOST_ORDER_TERMS + 1) return request;
  return { ...request, orderBy: null, distinctColumns: null, keepAllJoins: true };
}

class Planner {
  readonly #clause = new WhereClause('and', null);
  #distinct: DistinctOutcome;
  /** The order that is planned for: the request's, or the DISTINCT columns. */
  #orderBy: readonly SortTerm[] | null;
  #isDistinctOrder: boolean;
  #sorted = false;
  #orderedInnerLoop = false;
  #orderedTerms = 0;

  constructor(private readonly join: JoinContext) {
    const { request } = join;
    this.#orderBy = request.orderBy;
    this.#isDistinctOrder = request.purpose === 'distinct';
    this.#distinct = request.distinctColumns ? 'unordered' : 'unneeded';
  }

  plan(): Plan {
    const { request } = this.join;
    splitInto(this.#clause, request.where);
    analyzeClause(this.join, this.#clause);
    if (this.join.sources.length === 0) return this.#planNoSource();
    this.#considerDistinct();
    const shortcut = this.join.sources.length === 1 && !request.isOrOperand ? this.#shortcut() : null;
    return shortcut ?? this.#search();
  }

  #planNoSource(): Plan {
    return {
      levels: [],
      clause: this.#clause,
      orderedTerms: this.#orderBy?.length ?? 0,
      sorted: false,
      orderedInnerLoop: false,
      distinct: this.join.request.distinctColumns ? 'unique' : 'unneeded',
      rowsOut: 0,
      cost: 0,
    };
  }

  /** DISTINCT that a unique index guarantees; else, without ORDER BY, its columns become the wished order. */
  #considerDistinct(): void {
    const columns = this.join.request.distinctColumns;
    if (!columns) return;
    if (this.#isDistinctRedundant(columns)) {
      this.#distinct = 'unique';
    } else if (!this.#orderBy) {
      this.#isDistinctOrder = true;
      this.#orderBy = columns.map(asSortTerm);
    }
  }

  #isDistinctRedundant(columns: readonly Expression[]): boolean {
    const [item] = this.join.sources;
    if (!item || this.join.sources.length !== 1) return false;
    for (const expression of columns) {
      const inner = withoutHints(expression);
      if (inner.kind === 'column' && inner.source === item.source && inner.column < 0) return true;
    }
    return item.indexes.some((index) => {
      if (!index.unique || index.where) return false;
      for (let i = 0; i < index.keyColumnCount; i++) {
        if (findTerm(this.#clause, item.source, i, ALL_SOURCES, Relation.equal, index)) continue;
        if (!isAmong(columns, item, index, i) || !index.columns[i]!.notNull) return false;
      }
      return true;
    });
  }

  // --- one row by a unique key --------------------------------------------------------------------------------------

  /** A single table with constants for a unique key: the commonest query needs no search. */
  #shortcut(): Plan | null {
    const item = this.join.sources[0]!;
    const { source } = item;
    if (source.kind === 'table' && (source.indexedBy || source.notIndexed || source.table.module)) return null;
    const path = new AccessPath();
    path.self = item.self;
    path.rowsOut = 1;
    if (!this.#byRowidEquality(item, path) && !this.#byUniqueKey(item, path)) return null;
    return {
      levels: [{ source, position: 0, path, reverse: false }],
      clause: this.#clause,
      orderedTerms: this.#orderBy?.length ?? 0,
      sorted: false,
      orderedInnerLoop: false,
      distinct: this.join.request.distinctColumns ? 'unique' : 'unneeded',
      rowsOut: 1,
      cost: path.runCost,
    };
  }

  #byRowidEquality(item: PlanSource, path: AccessPath): boolean {
    if (item.table?.withoutRowid) return false;
    const scan = new TermScan(this.#clause, item.source, -1, Relation.equal | Relation.is, null);
    const term = constantTerm(scan);
    if (!term) return false;
    path.flags = PathFlag.equality | PathFlag.byRowid | PathFlag.oneRow | (scan.isTransitive ? PathFlag.transitive : 0);
    path.index = item.rowid;
    path.terms = [term];
    path.equalityCount = 1;
    path.runCost = 33;
    return true;
  }

  #byUniqueKey(item: PlanSource, path: AccessPath): boolean {
    for (const index of item.indexes) {
      if (!index.unique || index.where || index.keyColumnCount > 3) continue;
      const relations = index.uniqueNotNull ? Relation.equal | Relation.is : Relation.equal;
      const terms: Term[] = [];
      let isTransitive = false;
      for (let i = 0; i < index.keyColumnCount; i++) {
        const scan = new TermScan(this.#clause, item.source, i, relations, index);
        const term = constantTerm(scan);
        if (!term) break;
        isTransitive ||= scan.isTransitive;
        terms.push(term);
      }
      if (terms.length !== index.keyColumnCount) continue;
      path.flags = PathFlag.equality | PathFlag.oneRow | PathFlag.byIndex | (isTransitive ? PathFlag.transitive : 0);
      if (index.isTable || [...item.source.usedColumns].every((column) => countsAsHeld(index, column))) {
        path.flags |= PathFlag.covering;
      }
      path.index = index;
      path.terms = terms;
      path.equalityCount = terms.length;
      path.runCost = 39;
      return true;
    }
    return false;
  }

  // --- search -------------------------------------------------------------------------------------------------------

  #search(): Plan {
    const { request } = this.join;
    const builder = new PathBuilder(this.join, this.#clause, this.#orderBy);
    builder.addAll();
    const { paths } = builder.list;
    const test = this.#isDistinctOrder ? 'distinct' : request.purpose;
    const wantsDistinct = request.distinctColumns !== null;
    const solver = new Solver(this.join, this.#clause, paths, this.#orderBy, test, wantsDistinct);
    let best = solver.solve(0);
    if (this.#orderBy) {
      preferConstrained(best, paths);
      best = solver.solve(best.rows < 0 ? 1 : best.rows + 1);
    }
    const reversed = this.#settleOrder(best, solverTest(test));
    const rowsOut = wantsDistinct ? best.rows - 30 : best.rows;
    const levels = this.#levels(best, reversed);
    this.#dropUnreadJoins(levels);
    markBloomFilters(levels, this.join);
    return {
      levels,
      clause: this.#clause,
      orderedTerms: this.#orderedTerms,
      sorted: this.#sorted,
      orderedInnerLoop: this.#orderedInnerLoop,
      distinct: this.#distinct,
      rowsOut,
      cost: best.cost,
    };
  }

  #levels(best: Candidate, reversed: SourceSet): Level[] {
    const { request, environment } = this.join;
    const reverseAll = !this.#orderBy && environment.options.pragmas.reverseUnorderedSelects;
    return best.paths.map((path, level) => ({
      source: request.sources[path.position]!,
      position: path.position,
      path,
      reverse: reverseAll || hasSource(reversed, level),
    }));
  }

  /** What the chosen loops deliver of the wished order; gives the loops that run backwards. */
  #settleOrder(best: Candidate, test: 'limited' | 'any'): SourceSet {
    const { request } = this.join;
    const outer = best.paths.slice(0, -1);
    const last = best.paths[best.paths.length - 1]!;
    if (request.distinctColumns && !this.#isDistinctOrder && this.#distinct === 'unordered') {
      const wish = request.distinctColumns.map(asSortTerm);
      const answer = satisfiedOrder(this.join, this.#clause, wish, outer, last, 'distinct');
      if (answer.satisfied === wish.length) this.#distinct = 'ordered';
    }
    if (!this.#orderBy) return NO_SOURCES;
    let reversed = NO_SOURCES;
    this.#orderedTerms = best.ordered;
    if (this.#isDistinctOrder) {
      if (best.ordered === this.#orderBy.length && request.distinctColumns) this.#distinct = 'ordered';
    } else {
      reversed = best.reversed;
      if (this.#orderedTerms <= 0) {
        this.#orderedTerms = 0;
        const isSingleSeek = last.has(PathFlag.oneRow) || (last.has(PathFlag.byRowid) && last.has(PathFlag.in));
        if (!isSingleSeek) {
          const answer = satisfiedOrder(this.join, this.#clause, this.#orderBy, outer, last, 'inner-limit');
          if (answer.satisfied === this.#orderBy.length) {
            this.#orderedInnerLoop = true;
            reversed = answer.reversed;
          }
        }
      } else if (this.#orderedTerms === 1 && test === 'limited') {
        this.#orderedInnerLoop = true;
      }
    }
    this.#orderedTerms = Math.max(0, this.#orderedTerms);
    if (request.sortByGroup && this.#orderedTerms === this.#orderBy.length) {
      const answer = satisfiedOrder(this.join, this.#clause, this.#orderBy, outer, last, 'plain');
      if (answer.satisfied === this.#orderBy.length) {
        this.#sorted = true;
        reversed = answer.reversed;
      }
    }
    return reversed;
  }

  // --- left joins that nobody reads ---------------------------------------------------------------------------------

  /** Takes out left joins whose columns are not used and that cannot multiply rows that matter. */
  #dropUnreadJoins(levels: Level[]): void {
    const { request } = this.join;
    if (levels.length < 2 || !request.usedExpressions || request.keepAllJoins) return;
    let used = this.join.usageOfList(request.usedExpressions);
    for (const { expression } of this.#orderBy ?? []) used = unionOf(used, this.join.usage(expression));
    for (let i = levels.length - 1; i >= 1; i--) {
      const { source, path } = levels[i]!;
      if (!source.join.left || source.join.right) continue;
      if (!request.distinctColumns && !path.has(PathFlag.oneRow)) continue;
      if (intersects(used, path.self)) continue;
      const isRead = this.#clause.terms.some(
        (term) => intersects(term.allSources, path.self) && !(term.isOuterOn && term.on!.source === source),
      );
      if (isRead) continue;
      for (const term of this.#clause.terms) {
        if (!intersects(term.allSources, path.self)) continue;
        term.flags |= TermFlag.coded;
        term.allSources = NO_SOURCES;
      }
      levels.splice(i, 1);
    }
  }
}

const asSortTerm = (expression: Expression, resultColumn: number): SortTerm => ({
  expression,
  descending: false,
  bigNulls: false,
  resultColumn,
});

const solverTest = (test: string): 'limited' | 'any' => (test === 'minimum' || test === 'maximum' ? 'limited' : 'any');

function constantTerm(scan: TermScan): Term | null {
  for (let term = scan.next(); term; term = scan.next()) {
    if (isEmptySet(term.rightSources)) return term;
  }
  return null;
}

/** The index column is one of the expressions, under the same collation. */
function isAmong(columns: readonly Expression[], item: PlanSource, index: PlanIndex, position: number): boolean {
  const entry = index.columns[position]!;
  return columns.some((expression) => {
    const inner = withoutHints(expression);
    return (
      inner.kind === 'column' &&
      inner.source === item.source &&
      inner.column === entry.column &&
      sortCollation(expression) === entry.collation
    );
  });
}

/**
 * When the first pass, which ignored the order, begins with indexed equalities, the second pass may not give them up for a
 * scan in order: the estimate of an equality is the better one.
 */
function preferConstrained(best: Candidate, paths: readonly AccessPath[]): void {
  for (const chosen of best.paths) {
    if (chosen.has(PathFlag.virtualTable)) return;
    if (!chosen.has(PathFlag.equality | PathFlag.isNull | PathFlag.in)) return;
    for (const path of paths) {
      if (path.position !== chosen.position || path.has(CONSTRAINT_FLAGS | PathFlag.automaticIndex)) continue;
      path.prerequisites = ALL_SOURCES;
    }
  }
}

/** Many lookups that mostly fail are worth a Bloom filter; only statistics can tell. */
function markBloomFilters(levels: readonly Level[], join: JoinContext): void {
  if (levels.length < 2) return;
  let lookups = 0;
  for (let i = 0; i < levels.length; i++) {
    const { path, position } = levels[i]!;
    const { table, rows } = join.sources[position]!;
    if (!table?.hasStatistics) return;
    if (i >= 1 && path.has(PathFlag.selfCulling) && path.has(PathFlag.equality) && lookups > rows) {
      path.flags = (path.flags | PathFlag.bloomFilter) & ~PathFlag.covering;
    }
    lookups += path.rowsOut;
  }
}
