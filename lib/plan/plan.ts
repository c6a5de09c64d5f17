/**
 * The plan of one join as pure data: which FROM item runs at which nesting level, by which access path, and which
 * WHERE terms each path consumes. Made by `planJoin` (planner.ts), turned into bytecode by codegen/loops.ts,
 * turned into text by explain.ts. Knows nothing of registers, cursors or labels.
 *
 * Invariants
 *  1. `levels` holds every FROM item exactly once; a level's `prerequisites` are all at earlier levels.
 *  2. A path's `terms` are in index-column order: `equalityCount` terms (nulls for skipped columns first), then the
 *     lower-bound terms, then the upper-bound terms.
 *  3. A term that no path consumes stays in the clause and is tested at the first level where its sources are ready.
 */
import type { Source } from '../resolve/ir';
import type { IndexSchema } from '../catalog/schema';
import type { LogEstimate } from './log-estimate';
import type { SourceSet } from './source-set';
import type { Term, WhereClause } from './term';

/** Fields that every access path has. */
export interface PathBase {
  /** Position in the FROM clause. */
  readonly position: number;
  /** FROM items that must be outer loops of this one. */
  readonly prerequisites: SourceSet;
  /** Cost of making the path usable, paid once (automatic index). */
  readonly setupCost: LogEstimate;
  /** Cost of one run of the loop. */
  readonly runCost: LogEstimate;
  /** Rows produced per run. */
  readonly rowsOut: LogEstimate;
  /** Consumed terms in index-column order; null where a skip-scan skips the column. */
  readonly terms: readonly (Term | null)[];
}

/** A b-tree walk: full scan, seek with an equality prefix, or range, over the table or one index. */
export interface BtreePath extends PathBase {
  readonly kind: 'btree';
  /** The index used; null: the table's own b-tree by rowid. */
  readonly index: IndexSchema | null;
  /** The rowid (true) or the index columns (false) are what the terms constrain; scans of a table have no terms. */
  readonly byRowid: boolean;
  /** Leading index columns fixed by =, IS, IN or IS NULL, including the skipped ones. */
  readonly equalityCount: number;
  /** Leading columns stepped over by a skip-scan. */
  readonly skipCount: number;
  /** Fields of the lower bound (0 or 1; more for row values). */
  readonly lowerCount: number;
  /** Fields of the upper bound. */
  readonly upperCount: number;
  /** The table itself need not be read. */
  readonly covering: boolean;
  /** At most one row per run. */
  readonly oneRow: boolean;
  /** Some equality term is an IN list: the walk is a loop of seeks. */
  readonly hasIn: boolean;
  /** The IN loop may stop early or seek forward instead of starting over. */
  readonly inEarlyOut: boolean;
  readonly inSeekScan: boolean;
  /** The index is built at run time for this join; its columns are in `automaticIndex`. */
  readonly automaticIndex: AutomaticIndex | null;
  /** A Bloom filter on the equality terms is worth its cost. */
  readonly bloomFilter: boolean;
  /** ORDER BY wants NULLs at the other end of the first unconstrained column. */
  readonly nullsAtOtherEnd: boolean;
}

/** The transient index of one level. */
export interface AutomaticIndex {
  /** Table columns of the key, one per equality term. */
  readonly keyColumns: readonly number[];
  /** Further columns the statement reads, so that the table is not needed. */
  readonly extraColumns: readonly number[];
  /** Only rows that pass the constant terms of this source are entered. */
  readonly partial: boolean;
}

/** Several index walks, one per operand of an OR, whose rowids are united in a row set. */
export interface OrUnionPath extends PathBase {
  readonly kind: 'or-union';
  /** The OR term. */
  readonly term: Term;
}

/** A subquery's rows: read from a coroutine's registers or from its materialized table. */
export interface VirtualTablePath extends PathBase {
  readonly kind: 'virtual-table';
  readonly indexNumber: number;
  readonly indexString: string;
  /** For each argument of the filter the term it comes from, by position. */
  readonly arguments: readonly Term[];
  /** Terms the table module guarantees. */
  readonly omitted: readonly Term[];
  readonly ordered: boolean;
}

export type AccessPath = BtreePath | OrUnionPath | VirtualTablePath;

/** One nesting level, outermost first in `Plan.levels`. */
export interface Level {
  readonly source: Source;
  readonly position: number;
  readonly path: AccessPath;
  /** The walk goes from the last entry to the first. */
  readonly reverse: boolean;
}

/**
 * What the planner found out about DISTINCT. `unneeded`: rows are unique anyway; `unique`: each result row equals no
 * other because of a unique index; `ordered`: equal rows are adjacent; `unordered`: a table of seen rows is needed.
 */
export type DistinctOutcome = 'unneeded' | 'unique' | 'ordered' | 'unordered';

/** The decision for one join. */
export interface Plan {
  readonly levels: readonly Level[];
  readonly clause: WhereClause;
  /** Leading terms of the requested order that the loops deliver; all of them: no sorter is needed. */
  readonly orderedTerms: number;
  /** The loops deliver rows in the requested order, not only grouped by it. */
  readonly sorted: boolean;
  /** Only the innermost loop is in order: a LIMIT may leave it early. */
  readonly orderedInnerLoop: boolean;
  readonly distinct: DistinctOutcome;
  /** Estimated result rows of the whole join. */
  readonly rowsOut: LogEstimate;
  readonly cost: LogEstimate;
  /** Left-joined items that cannot influence the result and have no level. */
  readonly omitted: readonly Source[];
}
