/**
 * Choice of the join order: keeps the N cheapest partial orders of each length and extends them loop by loop ("N nearest
 * neighbours"). N is 1 for one loop, 5 for two, 12 for more and 18 for star joins: SQLite's numbers, because its choices
 * are visible in the order of rows.
 */
import type { SortTerm } from '../resolve/ir';
import { SqlError } from '../syntax/sql-error';
import type { JoinContext } from './join-context';
import { addEstimates, estimateOf, searchCost, type LogEstimate } from './log-estimate';
import { satisfiedOrder, type OrderTest } from './order';
import { PathFlag, type AccessPath } from './plan';
import { equalSets, hasSource, intersects, isSubsetOf, NO_SOURCES, unionOf, type SourceSet } from './source-set';
import type { WhereClause } from './term';

/** A join order, complete or partial. */
export interface Candidate {
  readonly sources: SourceSet;
  /** Nesting levels that run backwards. */
  readonly reversed: SourceSet;
  readonly rows: LogEstimate;
  readonly cost: LogEstimate;
  /** Cost without sorting. */
  readonly unsortedCost: LogEstimate;
  /** Leading order terms delivered; -1: not decided yet. */
  readonly ordered: number;
  readonly paths: readonly AccessPath[];
}

const MOST_OUTER_ROWS: LogEstimate = 48;

export class Solver {
  #starChecked = false;
  #isStar = false;

  constructor(
    private readonly join: JoinContext,
    private readonly clause: WhereClause,
    private readonly paths: readonly AccessPath[],
    private readonly orderBy: readonly SortTerm[] | null,
    private readonly test: OrderTest,
    /** The query is DISTINCT and its result columns are (part of) the wish. */
    private readonly wantsDistinct: boolean,
  ) {}

  /** The cheapest join order. `rowEstimate` is that of the first pass; 0 in the first pass, which ignores the order. */
  solve(rowEstimate: LogEstimate): Candidate {
    const { loopCount } = this.join;
    const width = loopCount <= 1 ? 1 : loopCount === 2 ? 5 : this.#widthOfLargeJoin();
    const orderCount = !this.orderBy || rowEstimate === 0 ? 0 : this.orderBy.length;
    const sortCosts: LogEstimate[] = [];
    let from: Candidate[] = [
      {
        sources: NO_SOURCES,
        reversed: NO_SOURCES,
        rows: Math.min(this.join.request.outerRows, MOST_OUTER_ROWS),
        cost: 0,
        unsortedCost: 0,
        ordered: orderCount > 0 ? -1 : 0,
        paths: [],
      },
    ];
    for (let level = 0; level < loopCount; level++) {
      const beam = new Beam(width, level, level === loopCount - 1);
      for (const candidate of from) {
        for (const path of this.paths) {
          const extended = this.#extend(candidate, path, orderCount, rowEstimate, sortCosts);
          if (extended) beam.offer(extended);
        }
      }
      from = beam.candidates;
    }
    // All candidates of full length have the same sources, so the beam kept one.
    const best = from[0];
    if (!best) throw new SqlError('no query solution');
    return best;
  }

  #extend(
    from: Candidate,
    path: AccessPath,
    orderCount: number,
    rowEstimate: LogEstimate,
    sortCosts: LogEstimate[],
  ): Candidate | null {
    if (!isSubsetOf(path.prerequisites, from.sources) || intersects(path.self, from.sources)) return null;
    if (path.has(PathFlag.automaticIndex) && from.rows < 3) return null;
    let unsortedCost = path.runCost + from.rows;
    if (path.setupCost !== 0) unsortedCost = addEstimates(path.setupCost, unsortedCost);
    unsortedCost = addEstimates(unsortedCost, from.unsortedCost);
    let { ordered, reversed } = from;
    if (ordered < 0) {
      const answer = satisfiedOrder(this.join, this.clause, this.orderBy!, from.paths, path, this.test);
      ordered = answer.satisfied;
      reversed = answer.reversed;
    }
    let cost = unsortedCost;
    if (ordered >= 0 && ordered < orderCount) {
      const sortCost = (sortCosts[ordered] ??= this.#sortingCost(rowEstimate, orderCount, ordered));
      cost = addEstimates(unsortedCost, sortCost) + 3;
    } else {
      unsortedCost -= 2;
    }
    return {
      sources: unionOf(from.sources, path.self),
      reversed,
      rows: from.rows + path.rowsOut,
      cost,
      unsortedCost,
      ordered,
      paths: [...from.paths, path],
    };
  }

  #sortingCost(rows: LogEstimate, orderCount: number, sorted: number): LogEstimate {
    const { resultWidth, limit } = this.join.request;
    let cost = rows + estimateOf(Math.floor((resultWidth + 59) / 30));
    if (sorted > 0) cost += estimateOf(Math.floor(((orderCount - sorted) * 100) / orderCount)) - 66;
    let compared = rows;
    if (limit !== null) {
      cost += 10;
      if (sorted !== 0) cost += 6;
      compared = Math.min(compared, limit);
    } else if (this.wantsDistinct && compared > 10) {
      compared -= 10;
    }
    return cost + searchCost(compared);
  }

  /** In a star join scans of the dimension tables are made to look dearer than the fact table's, once. */
  #widthOfLargeJoin(): number {
    const { loopCount } = this.join;
    if (loopCount >= 4 && !this.#starChecked) {
      this.#starChecked = true;
      this.#findStar(loopCount);
    }
    return this.#isStar ? 18 : 12;
  }

  #findStar(loopCount: number): void {
    const { sources } = this.join;
    const isFixed = (position: number): boolean => {
      const { join } = sources[position]!;
      return join.left || join.right || join.cross;
    };
    let start = 0;
    let selfJoins = NO_SOURCES;
    for (let fact = 0; fact < loopCount; fact++) {
      if (isFixed(fact)) {
        if (fact + 3 > loopCount) break;
        while (start < this.paths.length && this.paths[start]!.position <= fact) start++;
      }
      let dimensions = NO_SOURCES;
      let dimensionCount = 0;
      for (const path of this.paths.slice(start)) {
        if (isFixed(path.position)) break;
        if (!hasSource(path.prerequisites, fact)) continue;
        if (intersects(path.self, dimensions) || intersects(path.self, selfJoins)) continue;
        const { table } = sources[path.position]!;
        if (table !== null && table === sources[fact]!.table) {
          selfJoins = unionOf(selfJoins, sources[fact]!.self);
        } else {
          dimensionCount++;
          dimensions = unionOf(dimensions, path.self);
        }
      }
      if (dimensionCount <= 2) continue;
      this.#isStar = true;
      this.#raiseDimensionScans(start, fact, dimensions);
    }
  }

  #raiseDimensionScans(start: number, fact: number, dimensions: SourceSet): void {
    let highest = -32768;
    for (const path of this.paths.slice(start)) {
      if (path.position === fact) highest = Math.max(highest, path.runCost);
      if (path.position > fact) break;
    }
    for (const path of this.paths.slice(start)) {
      if (intersects(path.self, dimensions) && path.terms.length === 0) {
        path.runCost = Math.max(path.runCost, highest + 1);
      }
    }
  }
}

/** The best partial orders of one length. */
class Beam {
  readonly candidates: Candidate[] = [];
  #worst = 0;
  #worstCost = 0;
  #worstUnsorted = 0;

  constructor(
    private readonly width: number,
    private readonly level: number,
    private readonly isLast: boolean,
  ) {}

  offer(next: Candidate): void {
    const { candidates } = this;
    let slot = candidates.findIndex(
      (known) => equalSets(known.sources, next.sources) && (this.isLast || known.ordered < 0 === next.ordered < 0),
    );
    if (slot < 0) {
      const isFull = candidates.length >= this.width;
      if (
        isFull &&
        (next.cost > this.#worstCost || (next.cost === this.#worstCost && next.unsortedCost >= this.#worstUnsorted))
      ) {
        return;
      }
      slot = isFull ? this.#worst : candidates.length;
    } else if (this.#isNoBetter(next, candidates[slot]!)) {
      return;
    }
    candidates[slot] = next;
    if (candidates.length >= this.width) this.#findWorst();
  }

  #isNoBetter(next: Candidate, known: Candidate): boolean {
    if (known.cost !== next.cost) return known.cost < next.cost;
    if (known.rows !== next.rows) return known.rows < next.rows;
    if (known.unsortedCost !== next.unsortedCost) return known.unsortedCost < next.unsortedCost;
    return isNoSmaller(next.paths[this.level]!, known.paths[this.level]!);
  }

  #findWorst(): void {
    const { candidates } = this;
    this.#worst = 0;
    this.#worstCost = candidates[0]!.cost;
    // The first candidate's row estimate stands in for its unsorted cost, as in SQLite.
    this.#worstUnsorted = candidates[0]!.rows;
    for (let i = 1; i < this.width; i++) {
      const { cost, unsortedCost } = candidates[i]!;
      if (cost > this.#worstCost || (cost === this.#worstCost && unsortedCost > this.#worstUnsorted)) {
        this.#worst = i;
        this.#worstCost = cost;
        this.#worstUnsorted = unsortedCost;
      }
    }
  }
}

/** Of two equally good loops the one by the smaller index is better. */
function isNoSmaller(next: AccessPath, known: AccessPath): boolean {
  if (!next.has(PathFlag.byIndex) || !known.has(PathFlag.byIndex)) return true;
  return next.index!.entrySize >= known.index!.entrySize;
}
