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
import { hasSource, intersects, NO_SOURCES, unionOf, type SourceSet } from './source-set';
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
    let [from, next] = beams;
    from.reset(width, loopCount);
    next.reset(width, loopCount);
    from.start(Math.min(this.join.request.outerRows, MOST_OUTER_ROWS), orderCount > 0 ? -1 : 0);
    for (let level = 0; level < loopCount; level++) {
      next.clear();
      for (let slot = 0; slot < from.count; slot++) {
        for (const path of this.paths) this.#extend(from, slot, path, next, level, orderCount, rowEstimate);
      }
      [from, next] = [next, from];
    }
    if (from.count === 0) throw new SqlError('no query solution');
    // All candidates of full length have the same sources, so the beam kept one.
    const best = from.candidate(0, loopCount);
    for (const beam of beams) beam.forget();
    return best;
  }

  /** Offers the candidate in `slot` of `from`, extended by `path`, to the beam of the next length. */
  #extend(
    from: Beam,
    slot: number,
    path: AccessPath,
    next: Beam,
    level: number,
    orderCount: number,
    rowEstimate: LogEstimate,
  ): void {
    const low = from.low[slot]!;
    const high = from.high[slot]!;
    const { prerequisites, self } = path;
    if ((prerequisites.low & ~low) !== 0 || (prerequisites.high & ~high) !== 0) return;
    if ((self.low & low) !== 0 || (self.high & high) !== 0) return;
    const rowsBefore = from.rows[slot]!;
    if (rowsBefore < 3 && (path.flags & PathFlag.automaticIndex) !== 0) return;
    let unsortedCost = path.runCost + rowsBefore;
    if (path.setupCost !== 0) unsortedCost = addEstimates(path.setupCost, unsortedCost);
    unsortedCost = addEstimates(unsortedCost, from.unsortedCost[slot]!);
    let ordered = from.ordered[slot]!;
    let reversed = from.reversed[slot]!;
    if (ordered < 0) {
      const check = (this.#orderCheck ??= new OrderCheck(this.join, this.clause, this.orderBy!, this.test));
      check.run(from.paths, slot * this.join.loopCount, level, path);
      ordered = check.satisfied;
      reversed = check.reversed;
    }
    let cost = unsortedCost;
    if (ordered >= 0 && ordered < orderCount) {
      const sortCost = (this.#sortCosts[ordered] ??= this.#sortingCost(rowEstimate, orderCount, ordered));
      cost = addEstimates(unsortedCost, sortCost) + 3;
    } else {
      unsortedCost -= 2;
    }
    const rows = rowsBefore + path.rowsOut;
    const isLast = level === this.join.loopCount - 1;
    const place = next.placeFor(
      low | self.low,
      high | self.high,
      rows,
      cost,
      unsortedCost,
      ordered,
      path,
      level,
      isLast,
    );
    if (place < 0) return;
    next.low[place] = low | self.low;
    next.high[place] = high | self.high;
    next.reversed[place] = reversed;
    next.rows[place] = rows;
    next.cost[place] = cost;
    next.unsortedCost[place] = unsortedCost;
    next.ordered[place] = ordered;
    next.setPaths(place, from, slot, path, level);
    next.findWorst();
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
  /** Row by row: the paths of a candidate, as many as the join has loops. */
  readonly paths: AccessPath[] = [];
  #loopCount = 0;
  #worst = 0;
  #worstCost = 0;
  #worstUnsorted = 0;

  /** Starts over for a join. */
  reset(width: number, loopCount: number): void {
    this.width = width;
    this.#loopCount = loopCount;
    this.#worst = 0;
    this.#worstCost = 0;
    this.#worstUnsorted = 0;
    while (this.paths.length < width * loopCount) this.paths.push(NO_PATH);
    this.clear();
  }

  clear(): void {
    this.count = 0;
  }

  /** Lets go of the join's paths. */
  forget(): void {
    this.paths.fill(NO_PATH, 0, this.width * this.#loopCount);
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

  setPaths(slot: number, from: Beam, fromSlot: number, last: AccessPath, level: number): void {
    const to = slot * this.#loopCount;
    const start = fromSlot * this.#loopCount;
    for (let i = 0; i < level; i++) this.paths[to + i] = from.paths[start + i]!;
    this.paths[to + level] = last;
  }

  candidate(slot: number, length: number): Candidate {
    return {
      reversed: this.reversed[slot]!,
      rows: this.rows[slot]!,
      cost: this.cost[slot]!,
      ordered: this.ordered[slot]!,
      paths: this.paths.slice(slot * this.#loopCount, slot * this.#loopCount + length),
    };
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
    for (let i = 0; i < this.count; i++) {
      if (this.low[i] !== low || this.high[i] !== high) continue;
      if (!isLast && this.ordered[i]! < 0 !== ordered < 0) continue;
      return this.#isNoBetter(i, rows, cost, unsortedCost, path, level) ? -1 : i;
    }
    if (this.count < this.width) return this.count++;
    if (cost > this.#worstCost || (cost === this.#worstCost && unsortedCost >= this.#worstUnsorted)) return -1;
    return this.#worst;
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
    return isNoSmaller(path, this.paths[slot * this.#loopCount + level]!);
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

/** One join is solved at a time. */
const beams: readonly [Beam, Beam] = [new Beam(), new Beam()];

/** Of two equally good loops the one by the smaller index is better. */
function isNoSmaller(next: AccessPath, known: AccessPath): boolean {
  if (!next.has(PathFlag.byIndex) || !known.has(PathFlag.byIndex)) return true;
  return next.index!.entrySize >= known.index!.entrySize;
}
