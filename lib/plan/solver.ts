/**
 * Choice of the join order: keeps the N cheapest partial orders of each length and extends them loop by loop ("N nearest
 * neighbours"). N is 1 for one loop, 5 for two, 12 for more and 18 for star joins: SQLite's numbers, because its choices
 * are visible in the order of rows.
 */
import type { SortTerm } from '../resolve/ir';
import { SqlError } from '../syntax/sql-error';
import type { JoinContext } from './join-context';
import { addEstimates, estimateOf, searchCost, type LogEstimate } from './log-estimate';
import { OrderCheck, type OrderTest } from './order';
import { AccessPath, PathFlag } from './plan';
import { hasSource, intersects, MAX_SOURCES, NO_SOURCES, unionOf, type SourceSet } from './source-set';
import type { WhereClause } from './term';

/** A join order. */
export interface Candidate {
  /** Nesting levels that run backwards. */
  readonly reversed: SourceSet;
  readonly rows: LogEstimate;
  readonly cost: LogEstimate;
  /** Leading order terms delivered; -1: all, by every loop's being distinct. */
  readonly ordered: number;
  readonly paths: readonly AccessPath[];
}

const MOST_OUTER_ROWS: LogEstimate = 48;

export class Solver {
  #starChecked = false;
  #isStar = false;
  /** Cost of sorting by how many terms are in order already. */
  #sortCosts: LogEstimate[] = [];
  #orderCheck: OrderCheck | null = null;
  /** The loops of the candidate that is being extended, as long as the order matters. */
  readonly #outer: AccessPath[] = [];
  /** Of this pass: how many order terms are wanted, and the estimate of the rows to sort. */
  #orderCount = 0;
  #rowEstimate: LogEstimate = 0;

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
    this.#sortCosts = [];
    this.#orderCount = orderCount;
    this.#rowEstimate = rowEstimate;
    const figures = figuresOf(this.paths);
    const end = this.paths.length * FIGURES;
    let [from, next] = beams;
    from.reset(width);
    next.reset(width);
    from.start(Math.min(this.join.request.outerRows, MOST_OUTER_ROWS), orderCount > 0 ? -1 : 0);
    for (let level = 0; level < loopCount; level++) {
      next.clear();
      for (let slot = 0; slot < from.count; slot++) {
        const low = from.low[slot]!;
        const high = from.high[slot]!;
        if (from.ordered[slot]! < 0) trail.copy(level, slot, this.#outer);
        for (let at = 0; at < end; at += FIGURES) {
          // Its outer loops are there, itself is not.
          if (((figures[at]! & ~low) | (figures[at + 1]! & ~high)) !== 0) continue;
          if (((figures[at + 2]! & low) | (figures[at + 3]! & high)) !== 0) continue;
          this.#extend(from, slot, figures, at, next, level);
        }
      }
      [from, next] = [next, from];
    }
    if (from.count === 0) throw new SqlError('no query solution');
    // All candidates of full length have the same sources, so the beam kept one.
    const paths: AccessPath[] = [];
    trail.copy(loopCount, 0, paths);
    trail.forget(loopCount);
    return {
      reversed: from.reversed[0]!,
      rows: from.rows[0]!,
      cost: from.cost[0]!,
      ordered: from.ordered[0]!,
      paths,
    };
  }

  /** Offers the candidate in `slot` of `from`, extended by the path whose figures are `at`, to the beam of the next length. */
  #extend(from: Beam, slot: number, figures: Int32Array, at: number, next: Beam, level: number): void {
    const rowsBefore = from.rows[slot]!;
    const setupCost = figures[at + 5]!;
    if (rowsBefore < 3 && (figures[at + 7]! & PathFlag.automaticIndex) !== 0) return;
    let unsortedCost = figures[at + 4]! + rowsBefore;
    if (setupCost !== 0) unsortedCost = addEstimates(setupCost, unsortedCost);
    unsortedCost = addEstimates(unsortedCost, from.unsortedCost[slot]!);
    const path = this.paths[at / FIGURES]!;
    let ordered = from.ordered[slot]!;
    let reversed = from.reversed[slot]!;
    if (ordered < 0) {
      const check = (this.#orderCheck ??= new OrderCheck(this.join, this.clause, this.orderBy!, this.test));
      check.run(this.#outer, level, path);
      ordered = check.satisfied;
      reversed = check.reversed;
    }
    let cost = unsortedCost;
    if (ordered >= 0 && ordered < this.#orderCount) {
      cost = addEstimates(unsortedCost, (this.#sortCosts[ordered] ??= this.#sortingCost(ordered))) + 3;
    } else {
      unsortedCost -= 2;
    }
    const rows = rowsBefore + figures[at + 6]!;
    const low = from.low[slot]! | figures[at + 2]!;
    const high = from.high[slot]! | figures[at + 3]!;
    const isLast = level === this.join.loopCount - 1;
    const place = next.placeFor(low, high, rows, cost, unsortedCost, ordered, path, level, isLast);
    if (place < 0) return;
    next.low[place] = low;
    next.high[place] = high;
    next.reversed[place] = reversed;
    next.rows[place] = rows;
    next.cost[place] = cost;
    next.unsortedCost[place] = unsortedCost;
    next.ordered[place] = ordered;
    trail.set(level, place, path, slot);
    next.findWorst();
  }

  /** Cost of sorting the result when `sorted` of the terms are in order already. */
  #sortingCost(sorted: number): LogEstimate {
    const { resultWidth, limit } = this.join.request;
    const rows = this.#rowEstimate;
    const orderCount = this.#orderCount;
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
      for (let i = start; i < this.paths.length; i++) {
        const path = this.paths[i]!;
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
    for (let i = start; i < this.paths.length && this.paths[i]!.position <= fact; i++) {
      const path = this.paths[i]!;
      if (path.position === fact) highest = Math.max(highest, path.runCost);
    }
    for (let i = start; i < this.paths.length; i++) {
      const path = this.paths[i]!;
      if (intersects(path.self, dimensions) && path.terms.length === 0) {
        path.runCost = Math.max(path.runCost, highest + 1);
      }
    }
  }
}

/** What the search reads of a path, as numbers: prerequisites, self (low and high bits), run cost, setup cost, rows, flags. */
const FIGURES = 8;
let figureBuffer = new Int32Array(64 * FIGURES);

/** The figures of all paths, one after the other. Overwritten by the next call. */
function figuresOf(paths: readonly AccessPath[]): Int32Array {
  if (figureBuffer.length < paths.length * FIGURES) figureBuffer = new Int32Array(paths.length * 2 * FIGURES);
  const figures = figureBuffer;
  let at = 0;
  for (const { prerequisites, self, runCost, setupCost, rowsOut, flags } of paths) {
    figures[at] = prerequisites.low;
    figures[at + 1] = prerequisites.high;
    figures[at + 2] = self.low;
    figures[at + 3] = self.high;
    figures[at + 4] = runCost;
    figures[at + 5] = setupCost;
    figures[at + 6] = rowsOut;
    figures[at + 7] = flags;
    at += FIGURES;
  }
  return figures;
}

/** The most candidates that are kept: those of a star join. */
const MOST_CANDIDATES = 18;
const NO_PATH = new AccessPath();

/** The best partial orders of one length, as columns of numbers: a join of many tables offers hundreds of thousands. */
class Beam {
  count = 0;
  width = 0;
  /** Bits of the sources. */
  readonly low = new Int32Array(MOST_CANDIDATES);
  readonly high = new Int32Array(MOST_CANDIDATES);
  readonly rows = new Int32Array(MOST_CANDIDATES);
  readonly cost = new Int32Array(MOST_CANDIDATES);
  readonly unsortedCost = new Int32Array(MOST_CANDIDATES);
  readonly ordered = new Int32Array(MOST_CANDIDATES);
  readonly reversed = new Array<SourceSet>(MOST_CANDIDATES).fill(NO_SOURCES);
  #worst = 0;
  #worstCost = 0;
  #worstUnsorted = 0;

  /** Starts over for a join. */
  reset(width: number): void {
    this.width = width;
    this.#worst = 0;
    this.#worstCost = 0;
    this.#worstUnsorted = 0;
    this.clear();
  }

  clear(): void {
    this.count = 0;
  }

  /** One candidate without loops. */
  start(rows: LogEstimate, ordered: number): void {
    this.count = 1;
    this.low[0] = 0;
    this.high[0] = 0;
    this.rows[0] = rows;
    this.cost[0] = 0;
    this.unsortedCost[0] = 0;
    this.ordered[0] = ordered;
    this.reversed[0] = NO_SOURCES;
  }

  /** Where a new candidate belongs: in place of a worse one, behind the others, or nowhere (-1). */
  placeFor(
    low: number,
    high: number,
    rows: LogEstimate,
    cost: LogEstimate,
    unsortedCost: LogEstimate,
    ordered: number,
    path: AccessPath,
    level: number,
    isLast: boolean,
  ): number {
    const isFull = this.count === this.width;
    if (isFull && cost > this.#worstCost) return -1;
    for (let i = 0; i < this.count; i++) {
      if (this.low[i] !== low || this.high[i] !== high) continue;
      if (!isLast && this.ordered[i]! < 0 !== ordered < 0) continue;
      return this.#isNoBetter(i, rows, cost, unsortedCost, path, level) ? -1 : i;
    }
    if (!isFull) return this.count++;
    return cost === this.#worstCost && unsortedCost >= this.#worstUnsorted ? -1 : this.#worst;
  }

  #isNoBetter(
    slot: number,
    rows: LogEstimate,
    cost: LogEstimate,
    unsortedCost: LogEstimate,
    path: AccessPath,
    level: number,
  ): boolean {
    const known = this.cost[slot]!;
    if (known !== cost) return known < cost;
    if (this.rows[slot] !== rows) return this.rows[slot]! < rows;
    if (this.unsortedCost[slot] !== unsortedCost) return this.unsortedCost[slot]! < unsortedCost;
    return isNoSmaller(path, trail.last(level, slot));
  }

  /** Notes which candidate goes first when the beam is full. */
  findWorst(): void {
    if (this.count < this.width) return;
    this.#worst = 0;
    this.#worstCost = this.cost[0]!;
    // The first candidate's row estimate stands in for its unsorted cost, as in SQLite.
    this.#worstUnsorted = this.rows[0]!;
    for (let i = 1; i < this.width; i++) {
      const cost = this.cost[i]!;
      if (cost > this.#worstCost || (cost === this.#worstCost && this.unsortedCost[i]! > this.#worstUnsorted)) {
        this.#worst = i;
        this.#worstCost = cost;
        this.#worstUnsorted = this.unsortedCost[i]!;
      }
    }
  }
}

/** The loops of all candidates: of each length, by slot, the innermost one and the slot of the candidate that it extends. */
class Trail {
  readonly #paths: AccessPath[] = new Array<AccessPath>(MAX_SOURCES * MOST_CANDIDATES).fill(NO_PATH);
  readonly #parents = new Int32Array(MAX_SOURCES * MOST_CANDIDATES);

  set(level: number, slot: number, path: AccessPath, parent: number): void {
    const at = level * MOST_CANDIDATES + slot;
    this.#paths[at] = path;
    this.#parents[at] = parent;
  }

  last(level: number, slot: number): AccessPath {
    return this.#paths[level * MOST_CANDIDATES + slot]!;
  }

  /** Puts the loops of a candidate of `length` loops into `into`. */
  copy(length: number, slot: number, into: AccessPath[]): void {
    for (let level = length - 1, at = slot; level >= 0; level--) {
      into[level] = this.#paths[level * MOST_CANDIDATES + at]!;
      at = this.#parents[level * MOST_CANDIDATES + at]!;
    }
  }

  /** Lets go of the paths of a join. */
  forget(loopCount: number): void {
    this.#paths.fill(NO_PATH, 0, loopCount * MOST_CANDIDATES);
  }
}

// One join is solved at a time.
const trail = new Trail();
const beams: readonly [Beam, Beam] = [new Beam(), new Beam()];

/** Of two equally good loops the one by the smaller index is better. */
function isNoSmaller(next: AccessPath, known: AccessPath): boolean {
  if (!next.has(PathFlag.byIndex) || !known.has(PathFlag.byIndex)) return true;
  return next.index!.entrySize >= known.index!.entrySize;
}
