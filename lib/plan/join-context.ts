/**
 * What planning one join works on: its FROM items with their positions, indexes and estimates.
 *
 * Owns: the mapping between sources and positions, and the planner's view of each source's indexes (made on first use).
 * Must not know: terms and paths.
 */
import type { Index, Schema, Table } from '../catalog/schema';
import type { Expression, JoinKind, SortTerm, Source, TableSource } from '../resolve/ir';
import type { CompileOptions } from '../resolve/options';
import { PLAIN_JOIN } from '../resolve/sources';
import { forEachChild, queryOf } from '../resolve/walk';
import type { KnownParameters } from './known-parameters';
import type { LogEstimate } from './log-estimate';
import {
  DEFAULT_ROWS,
  planIndex,
  rowidIndex,
  rowSize,
  tableRows,
  type BoundIndex,
  type IndexBinder,
  type PlanIndex,
} from './plan-index';
import { NO_SOURCES, singleSource, unionOf, type SourceSet } from './source-set';

/** What the requested order is for; it decides how freely the loops may deliver it. */
export type OrderPurpose = 'order-by' | 'group-by' | 'distinct' | 'minimum' | 'maximum';

/** How much of a query a subquery's rows are worth to its reader. */
export interface SubqueryFacts {
  /** Estimated rows. */
  readonly rows: LogEstimate;
  /** Its rows arrive one by one: they can be read only once and forwards. */
  readonly coroutine: boolean;
  /** Reads rows of the outer query. */
  readonly correlated: boolean;
  /** Its own ORDER BY (not of a recursive query), by result columns. */
  readonly orderBy: readonly SortTerm[];
}

/** The join to plan. */
export interface JoinRequest {
  readonly sources: readonly Source[];
  readonly where: Expression | null;
  readonly orderBy: readonly SortTerm[] | null;
  readonly purpose: OrderPurpose;
  readonly sortByGroup: boolean;
  /** Result columns of a DISTINCT query that wants to know whether it may profit. */
  readonly distinctColumns: readonly Expression[] | null;
  /** Number of result columns, for the cost of sorting. */
  readonly resultWidth: number;
  /** LIMIT + OFFSET as an estimate, null: none known. */
  readonly limit: LogEstimate | null;
  /** What the caller evaluates for each row; null: unknown, so that no left join may be dropped. */
  readonly usedExpressions: readonly Expression[] | null;
  readonly keepAllJoins: boolean;
  /** The loops of a SELECT: not of UPDATE or DELETE, nor loops inside others. */
  readonly isSelect: boolean;
  /** UPDATE or DELETE on the first source: a covering scan is of no use. */
  readonly wantsOnePass: boolean;
  /** An operand of an OR whose other sources are not looped over here. */
  readonly isOrOperand: boolean;
  /** The second pass of a right join. */
  readonly isRightJoinPass: boolean;
  /** Estimated number of times the join runs. */
  readonly outerRows: LogEstimate;
}

/** Connection-wide matters the planner depends on. */
export interface PlanEnvironment {
  readonly schema: Schema;
  readonly options: CompileOptions;
  readonly parameters: KnownParameters;
  readonly bindIndex: IndexBinder;
  subqueryFacts(source: Source): SubqueryFacts;
}

/** One FROM item as planned. */
export interface PlanSource {
  readonly source: Source;
  readonly position: number;
  readonly self: SourceSet;
  /** How it is joined; plain in the second pass of a right join. */
  readonly join: JoinKind;
  /** Null for subqueries. */
  readonly table: Table | null;
  readonly rows: LogEstimate;
  /** Estimated row size; see plan-index. */
  readonly rowSize: LogEstimate;
  readonly rowid: PlanIndex;
  /** In the schema's order; empty for subqueries. NOT INDEXED is the caller's to heed. */
  readonly indexes: readonly PlanIndex[];
  readonly hasExpressionIndex: boolean;
  readonly isSubquery: boolean;
  /** Its loop ends with the first match. */
  readonly fromExists: boolean;
  readonly facts: SubqueryFacts | null;
}

/** More sources than these are found by a Map. */
const MOST_SEARCHED = 8;

export class JoinContext {
  readonly sources: readonly PlanSource[];
  readonly #positions: ReadonlyMap<Source, number> | null;
  /** Some source has an index on an expression. */
  readonly hasExpressionIndex: boolean;
  readonly hasVirtualTable: boolean;
  /** How many of the sources, from the first, get a loop: for an operand of OR the rest only tells what isn't ready. */
  readonly loopCount: number;

  constructor(
    readonly request: JoinRequest,
    readonly environment: PlanEnvironment,
  ) {
    const { sources } = request;
    this.#positions = sources.length > MOST_SEARCHED ? new Map(sources.map((source, i) => [source, i])) : null;
    this.sources = sources.map((source, position) =>
      planSource(source, position, request.isRightJoinPass ? PLAIN_JOIN : source.join, environment),
    );
    this.loopCount = request.isOrOperand ? Math.min(1, sources.length) : sources.length;
    this.hasExpressionIndex = this.sources.some((source) => source.hasExpressionIndex);
    this.hasVirtualTable = this.sources.some(({ table }) => table !== null && table.module !== null);
  }

  /** The set of just this source; empty when it is not part of the join. */
  setOf(source: Source): SourceSet {
    const position = this.positionOf(source);
    return position < 0 ? NO_SOURCES : singleSource(position);
  }

  positionOf(source: Source): number {
    return this.#positions ? (this.#positions.get(source) ?? -1) : this.request.sources.indexOf(source);
  }

  /** Every source of the join that the expression reads, subqueries included. */
  usage(expression: Expression | null): SourceSet {
    if (!expression) return NO_SOURCES;
    switch (expression.kind) {
      case 'column':
        return expression.fixed ? NO_SOURCES : this.setOf(expression.source);
      case 'null':
      case 'integer':
      case 'real':
      case 'string':
      case 'blob':
      case 'parameter':
      case 'register':
        return NO_SOURCES;
      case 'comparison':
      case 'arithmetic':
      case 'logical':
        return unionOf(this.usage(expression.left), this.usage(expression.right));
      case 'collate':
      case 'unary':
      case 'nullTest':
        return this.usage(expression.operand);
      case 'ifNullRow':
        return unionOf(this.setOf(expression.source), this.usage(expression.operand));
      default: {
        let set = NO_SOURCES;
        queryOf(expression)?.outerSources.forEach((source) => {
          set = unionOf(set, this.setOf(source));
        });
        forEachChild(expression, (child) => {
          set = unionOf(set, this.usage(child));
        });
        return set;
      }
    }
  }

  usageOfList(expressions: readonly Expression[]): SourceSet {
    let set = NO_SOURCES;
    for (const expression of expressions) set = unionOf(set, this.usage(expression));
    return set;
  }
}

function planSource(source: Source, position: number, join: JoinKind, environment: PlanEnvironment): PlanSource {
  const self = singleSource(position);
  if (source.kind !== 'table') {
    const facts = environment.subqueryFacts(source);
    return {
      source,
      position,
      self,
      join,
      table: null,
      rows: facts.rows,
      rowSize: DEFAULT_ROWS,
      rowid: rowidIndex(null, facts.rows),
      indexes: [],
      hasExpressionIndex: false,
      isSubquery: true,
      fromExists: false,
      facts,
    };
  }
  const { table } = source;
  const known = tableFacts(source);
  return {
    source,
    position,
    self,
    join,
    table,
    rows: known.rows,
    rowSize: known.rowSize,
    rowid: known.rowid,
    indexes: known.isBound
      ? table.indexes.map((index, i) => indexOf(source, index, known.indexes[i]!, environment))
      : known.indexes,
    hasExpressionIndex: known.hasExpressionIndex,
    isSubquery: false,
    fromExists: source.fromExists === true,
    facts: null,
  };
}

/** What every statement sees alike of a table. */
interface TableFacts {
  readonly rows: LogEstimate;
  readonly rowSize: LogEstimate;
  readonly rowid: PlanIndex;
  /** Without what must be bound to the statement's source. */
  readonly indexes: readonly PlanIndex[];
  /** Some index has expressions or a condition. */
  readonly isBound: boolean;
  readonly hasExpressionIndex: boolean;
}

const factsOfTables = new WeakMap<Table, TableFacts>();

function tableFacts(source: TableSource): TableFacts {
  const { table } = source;
  let known = factsOfTables.get(table);
  if (!known) {
    const rows = tableRows(table);
    known = {
      rows,
      rowSize: rowSize(table),
      rowid: rowidIndex(table, rows),
      indexes: table.indexes.map((index) => planIndex(source, index, NOTHING_BOUND)),
      isBound: table.indexes.some((index) => index.hasExpressions || index.where !== null),
      hasExpressionIndex: table.indexes.some((index) => index.hasExpressions),
    };
    factsOfTables.set(table, known);
  }
  return known;
}

function indexOf(source: TableSource, index: Index, plain: PlanIndex, environment: PlanEnvironment): PlanIndex {
  if (!index.hasExpressions && !index.where) return plain;
  return planIndex(source, index, bindDefinition(source, index, environment));
}

const NOTHING_BOUND: BoundIndex = { expressions: [], where: null };

/** Binding notes the columns it meets as used by the statement; those of index definitions are not. */
function bindDefinition(source: TableSource, index: Index, environment: PlanEnvironment): BoundIndex {
  const used = new Set(source.usedColumns);
  const { usesRowid } = source;
  const bound = environment.bindIndex(source, index);
  for (const column of source.usedColumns) {
    if (!used.has(column)) source.usedColumns.delete(column);
  }
  source.usesRowid = usesRowid;
  return bound;
}
