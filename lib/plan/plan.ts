/**
 * The plan of one join as data: which FROM item runs at which nesting level, by which access path, and which WHERE terms
 * each path consumes. Made by planJoin (planner.ts), turned into bytecode by codegen/loops*.ts, into text by explain.ts.
 * Knows nothing of registers, cursors or labels.
 *
 * Invariants
 *  1. `levels` holds every FROM item at most once (left joins that cannot matter are left out); the prerequisites of a
 *     path are at earlier levels.
 *  2. A path's `terms` are in index-column order: `equalityCount` terms (null for skipped columns), then the lower bound,
 *     then the upper bound.
 *  3. A term that no path consumes is tested at the first level where its sources are ready.
 */
import type { Source } from '../resolve/ir';
import type { LogEstimate } from './log-estimate';
import type { PlanIndex } from './plan-index';
import { NO_SOURCES, type SourceSet } from './source-set';
import type { Term, WhereClause } from './term';

/** What an access path does, bits of `AccessPath.flags`. */
export const PathFlag = {
  equality: 0x0000_0001,
  range: 0x0000_0002,
  in: 0x0000_0004,
  isNull: 0x0000_0008,
  upperBound: 0x0000_0010,
  lowerBound: 0x0000_0020,
  /** The index holds everything that is read. */
  covering: 0x0000_0040,
  /** By rowid, or a full scan of the table (or of a subquery's rows). */
  byRowid: 0x0000_0100,
  byIndex: 0x0000_0200,
  virtualTable: 0x0000_0400,
  /** At most one row a run. */
  oneRow: 0x0000_1000,
  /** One index walk for each operand of an OR. */
  orUnion: 0x0000_2000,
  automaticIndex: 0x0000_4000,
  skipScan: 0x0000_8000,
  /** A full key of a unique index that may hold NULLs. */
  uniqueWanted: 0x0001_0000,
  /** The automatic index leaves out rows that constant terms exclude. */
  partialIndex: 0x0002_0000,
  /** ORDER BY wants the NULLs of the first unconstrained column at the other end. */
  nullsAtOtherEnd: 0x0008_0000,
  /** Step forward instead of seeking for each value of IN. */
  inSeekScan: 0x0010_0000,
  /** Uses an equality inferred through another column. */
  transitive: 0x0020_0000,
  bloomFilter: 0x0040_0000,
  /** Further terms on this source alone reduce its rows. */
  selfCulling: 0x0080_0000,
  coroutine: 0x0200_0000,
  /** Covers everything only through its indexed expressions. */
  expressionCovering: 0x0400_0000,
} as const;

export const CONSTRAINT_FLAGS = PathFlag.equality | PathFlag.range | PathFlag.in | PathFlag.isNull;
export const BOUND_FLAGS = PathFlag.lowerBound | PathFlag.upperBound;

/** What a virtual table's module answered. */
export interface VirtualTableChoice {
  /** What the scan is told. */
  readonly number: number;
  /** As EXPLAIN QUERY PLAN shows it. */
  readonly shown: string;
  /** Bit i: the module guarantees terms[i]. */
  readonly guaranteedMask: number;
  /** The rows come in the wished order. */
  readonly ordered: boolean;
}

/** One way to run the loop of one FROM item. Changed while the planner tries variants, constant once chosen. */
export class AccessPath {
  position = 0;
  self: SourceSet = NO_SOURCES;
  /** FROM items that must be outer loops of this one. */
  prerequisites: SourceSet = NO_SOURCES;
  /** Numbers the index among those that could deliver the requested order; 0: none of it. */
  sortIndex = 0;
  /** Paid once: building an automatic index. */
  setupCost: LogEstimate = 0;
  /** Paid for each run of the loop. */
  runCost: LogEstimate = 0;
  /** Rows a run. */
  rowsOut: LogEstimate = 0;
  flags = 0;
  /** Leading index columns fixed by =, IS, IN or IS NULL, skipped ones included. */
  equalityCount = 0;
  /** Fields of the lower and the upper bound: 1, or more for rows. */
  lowerCount = 0;
  upperCount = 0;
  /** Leading index columns stepped over by a skip-scan. */
  skipCount = 0;
  /** Leading index columns that decide DISTINCT. */
  distinctColumns = 0;
  index: PlanIndex | null = null;
  /** The source is a subquery with an ORDER BY of its own. */
  subqueryOrdered = false;
  virtualTable: VirtualTableChoice | null = null;
  terms: (Term | null)[] = [];

  has(flags: number): boolean {
    return (this.flags & flags) !== 0;
  }

  copy(): AccessPath {
    const path = new AccessPath();
    path.assign(this);
    return path;
  }

  /** Becomes equal to `other`. */
  assign(other: AccessPath): void {
    this.position = other.position;
    this.self = other.self;
    this.prerequisites = other.prerequisites;
    this.sortIndex = other.sortIndex;
    this.setupCost = other.setupCost;
    this.runCost = other.runCost;
    this.rowsOut = other.rowsOut;
    this.flags = other.flags;
    this.equalityCount = other.equalityCount;
    this.lowerCount = other.lowerCount;
    this.upperCount = other.upperCount;
    this.skipCount = other.skipCount;
    this.distinctColumns = other.distinctColumns;
    this.index = other.index;
    this.subqueryOrdered = other.subqueryOrdered;
    this.virtualTable = other.virtualTable;
    this.terms = other.terms.slice();
  }
}

/** One nesting level, outermost first in `Plan.levels`. */
export interface Level {
  readonly source: Source;
  /** Position in the FROM clause. */
  readonly position: number;
  readonly path: AccessPath;
  /** The walk goes from the last entry to the first. */
  readonly reverse: boolean;
}

/**
 * What the planner found out about DISTINCT. `unneeded`: it was not asked for; `unique`: the rows are unique anyway;
 * `ordered`: equal rows are adjacent; `unordered`: a table of the rows seen is needed.
 */
export type DistinctOutcome = 'unneeded' | 'unique' | 'ordered' | 'unordered';

/** The decision for one join. */
export interface Plan {
  readonly levels: Level[];
  readonly clause: WhereClause;
  /** Leading terms of the requested order that the loops deliver; all of them: no sorter is needed. */
  readonly orderedTerms: number;
  /** The loops deliver rows in the requested order, not only grouped by it. */
  readonly sorted: boolean;
  /** Only the innermost loop is in order: a LIMIT may leave it early. */
  readonly orderedInnerLoop: boolean;
  readonly distinct: DistinctOutcome;
  /** Estimated rows of the whole join. */
  readonly rowsOut: LogEstimate;
  readonly cost: LogEstimate;
}
