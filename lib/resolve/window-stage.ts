/**
 * Window functions as a stage over a subquery: the subquery computes the rows and puts them in order, the query around it
 * adds the window functions of one window and does the rest (DISTINCT, ORDER BY, LIMIT).
 *
 * Owns: which calls share a stage; what of the query moves into the subquery; the subquery's columns. Calls of other windows
 * become columns of the subquery, which is a window query itself then: as in SQLite, the window met first is outermost,
 * and that decides the order of rows that ORDER BY leaves open. Must not know cursors and registers.
 */
import { collationOf, hasExplicitCollation } from './affinity';
import { equalExpressions, equalSortTerms, sameWindow } from './compare';
import {
  makeColumn,
  makeInteger,
  type BoundWindow,
  type Expression,
  type Query,
  type ResultColumn,
  type SelectCore,
  type SortTerm,
  type Source,
  type SourceColumn,
  type SubquerySource,
  type WindowCall,
} from './ir';
import { QueryRewriter } from './query-rewriter';
import { offeredColumns } from './result-columns';
import { newSourceId, PLAIN_JOIN } from './sources';
import { forEachChild, mapExpression, withoutCollate } from './walk';

/** A call of the stage's window, and the columns of the subquery that it needs. */
export interface StagedCall {
  readonly call: WindowCall;
  /** Column of each argument; null when the arguments are evaluated where they are used, from `arguments`. */
  readonly argumentColumns: readonly number[] | null;
  /** The arguments over columns of the subquery: a value in a column would lose its subtype. */
  readonly arguments: readonly Expression[];
  /** Column of the FILTER condition, -1 without. */
  readonly filterColumn: number;
}

export interface WindowStage {
  /** The query around the subquery; its only core is `core`, whose only source is `source`. */
  readonly query: Query;
  readonly core: SelectCore;
  readonly source: SubquerySource;
  readonly window: BoundWindow;
  readonly calls: readonly StagedCall[];
  /** First column of the PARTITION BY values, and of the ORDER BY values. */
  readonly partitionColumn: number;
  readonly orderColumn: number;
}

/**
 * The stage of the query's first window function; null when no result column or ORDER BY term calls one. `nextId`: numbers of
 * made queries.
 */
export function windowStage(query: Query, core: SelectCore, nextId: () => number): WindowStage | null {
  const calls = windowCalls(core, query.orderBy);
  return calls.length > 0 ? new StageBuilder(query, core, calls).build(nextId()) : null;
}

/** The window function calls of result columns and ORDER BY, in the order of the text. */
export function windowCalls(core: SelectCore, orderBy: readonly SortTerm[]): WindowCall[] {
  const calls = new Set<WindowCall>();
  const visit = (expression: Expression): void => {
    if (expression.kind === 'window') calls.add(expression);
    else forEachChild(expression, visit);
  };
  for (const { expression } of core.columns) visit(expression);
  for (const { expression } of orderBy) visit(expression);
  return [...calls];
}

class StageBuilder extends QueryRewriter {
  readonly #query: Query;
  readonly #core: SelectCore;
  readonly #calls: readonly WindowCall[];
  readonly #window: BoundWindow;
  readonly #hasOtherWindows: boolean;
  readonly #owned: ReadonlySet<Source>;
  /** Expressions of the subquery's columns, and their descriptions as `source` offers them, both filled as they are met. */
  readonly #columns: Expression[] = [];
  readonly #offered: SourceColumn[] = [];
  readonly #source: SubquerySource;

  constructor(query: Query, core: SelectCore, calls: readonly WindowCall[]) {
    const offered: SourceColumn[] = [];
    const source: SubquerySource = {
      kind: 'subquery',
      id: newSourceId(),
      name: '',
      alias: null,
      columns: offered,
      join: PLAIN_JOIN,
      usedColumns: new Set(),
      usesRowid: false,
      query,
      commonTable: null,
      view: null,
      isJoinGroup: false,
    };
    const owned = new Set(core.sources);
    super(owned, new Set([source]));
    this.#query = query;
    this.#core = core;
    this.#owned = owned;
    this.#window = calls[0]!.window;
    this.#calls = calls.filter((call) => sameWindow(call.window, this.#window));
    this.#hasOtherWindows = this.#calls.length < calls.length;
    this.#offered = offered;
    this.#source = source;
  }

  build(id: number): WindowStage {
    const core = this.#core;
    const { partitionBy, orderBy } = this.#window;
    const outerOrder = this.#isOrderedAlready() ? [] : this.#query.orderBy;
    const written = core.columns.map((column) => ({ ...column, expression: this.#around(column.expression) }));
    const outerTerms = outerOrder.map((term) => this.#outerTerm(term));
    const columns = core.distinct ? written : withSortedValues(written, outerTerms);
    const partitionColumn = this.#columns.length;
    for (const expression of partitionBy) this.#add(expression);
    const orderColumn = this.#columns.length;
    for (const { expression } of orderBy) this.#add(expression);
    // SQLite steps the calls from the last to the first: of several that fail, the last one's message is seen.
    const calls = this.#calls.map((call) => this.#stage(call)).reverse();
    if (this.#columns.length === 0) this.#add(makeInteger(0));
    this.#source.query = this.#subquery(partitionColumn, id);
    const outer: SelectCore = {
      ...core,
      columns,
      sources: [this.#source],
      where: null,
      groupBy: [],
      having: null,
      aggregates: [],
      isAggregate: false,
      windowCalls: this.#calls,
    };
    const query = { ...this.#query, cores: [outer], columns, orderBy: outerTerms };
    return { query, core: outer, source: this.#source, window: this.#window, calls, partitionColumn, orderColumn };
  }

  /**
   * A term that means a result column is a copy of it in SQLite, whose window functions belong to no stage but the innermost that
   * they can: where there are several stages that may be another than the column's own, in which rows come in another order.
   */
  #outerTerm(term: SortTerm): SortTerm {
    if (term.resultColumn < 0 || !this.#hasOtherWindows) return { ...term, expression: this.#around(term.expression) };
    return { ...term, expression: mapExpression(term.expression, this.#replaceCopy, this.query) };
  }

  /** ORDER BY asks for no more than the order that the window needs. */
  #isOrderedAlready(): boolean {
    const { orderBy } = this.#query;
    const terms = this.#sortTerms(0);
    return orderBy.length <= terms.length && equalSortTerms(orderBy, terms.slice(0, orderBy.length));
  }

  #sortTerms(firstColumn: number): SortTerm[] {
    const { partitionBy, orderBy } = this.#window;
    const partition = partitionBy.map((expression) => ({ expression, descending: false, bigNulls: false }));
    return [...partition, ...orderBy].map((term, i) => ({ ...term, resultColumn: firstColumn + i }));
  }

  /** The rows of the window query before its window functions, in the order of the window. */
  #subquery(partitionColumn: number, id: number): Query {
    const core = this.#core;
    const columns = this.#columns.map((expression): ResultColumn => ({
      expression,
      name: '',
      isAlias: false,
      origin: null,
      declaredType: null,
    }));
    const orderBy = this.#sortTerms(partitionColumn);
    const inner: SelectCore = { ...core, distinct: false, columns, windowCalls: [] };
    return {
      ...this.#query,
      id,
      cores: [{ ...inner, windowCalls: windowCalls(inner, []) }],
      columns,
      orderBy,
      limit: null,
      offset: null,
    };
  }

  #stage(call: WindowCall): StagedCall {
    const readsSubtype = call.definition.usesSubtype === true;
    const around = readsSubtype ? call.arguments.map((argument) => this.#around(argument)) : call.arguments;
    const argumentColumns = readsSubtype ? null : call.arguments.map((argument) => this.#argument(argument));
    const filterColumn = call.filter ? this.#add(call.filter) : -1;
    return { call, arguments: around, argumentColumns, filterColumn };
  }

  #argument(argument: Expression): number {
    return argument.kind === 'column' ? this.#find(argument) : this.#add(argument);
  }

  /** An expression of the query around: what it reads of the rows becomes a column of the subquery. */
  #around(expression: Expression): Expression {
    return mapExpression(expression, this.#replace, this.query);
  }

  readonly #replace = (node: Expression): Expression | null => {
    switch (node.kind) {
      case 'window':
        return this.#calls.includes(node) ? node : this.#column(node);
      case 'aggregate':
        return node.level === this.#core.level ? this.#column(node) : null;
      default:
        return this.#replaceInside(node);
    }
  };

  readonly #replaceCopy = (node: Expression): Expression | null =>
    node.kind === 'window' ? this.#column({ ...node }) : this.#replace(node);

  /** The same inside subqueries. An aggregate of this query that stands there is left alone: nobody computes it. */
  readonly #replaceInside = (node: Expression): Expression | null => {
    const isRow = node.kind === 'column' || node.kind === 'ifNullRow';
    return isRow && this.#owned.has(node.source) ? this.#column(node) : null;
  };

  override readonly expression = (expression: Expression): Expression =>
    mapExpression(expression, this.#replaceInside, this.query);

  /** A COLLATE within a call still counts for what is around it. */
  #column(expression: Expression): Expression {
    const column = { ...makeColumn(this.#source, this.#find(expression), expression.start), on: expression.on };
    if (!hasExplicitCollation(expression)) return column;
    const collation = collationOf(expression) ?? 'BINARY';
    return { kind: 'collate', start: expression.start, on: null, operand: column, collation, isExplicit: true };
  }

  #find(expression: Expression): number {
    const known = this.#columns.findIndex((column) => equalExpressions(column, expression));
    return known >= 0 ? known : this.#add(expression);
  }

  #add(expression: Expression): number {
    const column: ResultColumn = { expression, name: '', isAlias: false, origin: null, declaredType: null };
    this.#offered.push(offeredColumns([{ kind: 'values', columns: [column], rows: [], operandRow: 0 }], [''])[0]!);
    this.#source.usedColumns.add(this.#columns.length);
    return this.#columns.push(expression) - 1;
  }
}

/** A result column that rows are sorted by has the value that they were sorted by. */
const withSortedValues = (columns: readonly ResultColumn[], terms: readonly SortTerm[]): ResultColumn[] =>
  columns.map((column, i) => {
    const term = terms.find(({ resultColumn }) => resultColumn === i);
    return term ? { ...column, expression: withoutCollate(term.expression) } : column;
  });
