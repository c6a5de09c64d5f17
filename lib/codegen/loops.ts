/**
 * Nested loops over the FROM items of a query or of an UPDATE or DELETE: the code around each row.
 *
 * `beginLoops` plans the join, opens the cursors and emits everything up to the point where the columns of one joined
 * row can be read. The caller emits the code for that row (it leaves the row by a jump to `continueLabel`, the whole
 * join by a jump to `breakLabel`) and then calls `end()`, which emits the loop ends, null rows of outer joins and
 * the second pass of right joins. Between the two calls, column references of the sources resolve through
 * `ctx.columnReaders` to whatever cursor or register holds them.
 */
import type { Expression, SortTerm, Source } from '../resolve/ir';
import type { Label } from '../bytecode/program-builder';
import type { CodegenContext } from './context';
import type { DistinctOutcome, Plan } from '../plan/plan';
import type { LogEstimate } from '../plan/log-estimate';

/** What the requested order is for; it decides how freely the loops may deliver it. */
export type OrderPurpose = 'order-by' | 'group-by' | 'distinct' | 'minimum' | 'maximum';

/** One join to run. */
export interface LoopRequest {
  /** FROM items in syntactic order; subqueries are already materialized or set up as coroutines. */
  readonly sources: readonly Source[];
  /** WHERE and ON clauses as one conjunction; ON terms are marked with their join. */
  readonly where: Expression | null;
  /** The order wanted: ORDER BY, GROUP BY or DISTINCT terms (see `orderPurpose`); null: none. */
  readonly orderBy?: readonly SortTerm[] | null;
  readonly orderPurpose?: OrderPurpose;
  /** Group terms must also arrive in the order of ORDER BY, as they replace it. */
  readonly sortByGroup?: boolean;
  /** Result columns, given when the query is DISTINCT and could profit. */
  readonly distinctColumns?: readonly Expression[] | null;
  /** A known LIMIT (+ OFFSET) row count that makes cheap starts worthwhile. */
  readonly limit?: number;
  /** ORDER BY ... LIMIT: a sorter keeps only that many rows. */
  readonly hasOrderByLimit?: boolean;
  /** All expressions the caller will evaluate per row: decides covering indexes and omitted left joins. */
  readonly usedExpressions?: readonly Expression[];
  /** UPDATE and DELETE: try to do without a list of rowids. 'single': only when at most one row; 'multiple': any. */
  readonly onePass?: 'single' | 'multiple';
  /** UPDATE and DELETE: cursor numbers of the target table and its indexes, to reuse in one-pass mode. */
  readonly writeCursors?: { readonly table: number; readonly firstIndex: number };
  /** The rows may be visited more than once (existence tests of an OR operand). */
  readonly duplicatesAllowed?: boolean;
  /** An aggregate with DISTINCT in its argument is the consumer. */
  readonly aggregateDistinct?: boolean;
  /** No left join may be dropped though nothing reads it. */
  readonly keepAllJoins?: boolean;
}

/** The open loops. Valid until `end()`. */
export interface Loops {
  readonly plan: Plan;
  /** Jump here to go on with the next row. */
  readonly continueLabel: Label;
  /** Jump here to leave all loops. */
  readonly breakLabel: Label;
  /** Where a LIMIT that is reached may jump when only the innermost loop is ordered. */
  readonly limitLabel: Label;
  /** Number of leading `orderBy` terms delivered in order. */
  readonly orderedTerms: number;
  /** The rows come sorted, not just grouped. */
  readonly sorted: boolean;
  readonly distinct: DistinctOutcome;
  readonly rowsOut: LogEstimate;
  /** How the target may be changed inside the loops. `off`: collect the keys first. */
  readonly onePass: 'off' | 'single' | 'multiple';
  /** One-pass: the cursors already open for writing (table, one index) or -1. */
  readonly onePassCursors: readonly [number, number];
  /** One-pass: a seek of the table cursor may still be outstanding (emit FinishSeek before writing). */
  readonly deferredSeek: boolean;
  /** min()/max() by index: after the first usable row, jumps out where the rest cannot matter. */
  earlyOut(): void;
  /** Emits the loop ends. */
  end(): void;
}

/** Opens the loops of `request`; see the file header. */
export declare function beginLoops(ctx: CodegenContext, request: LoopRequest): Loops;
