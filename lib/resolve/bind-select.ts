/**
 * Binding SELECT: cores, star expansion, GROUP BY, HAVING, ORDER BY, LIMIT, compounds.
 *
 * Owns: the order in which clauses are bound and what each may refer to. FROM is bind-from's.
 */
import type * as Ast from '../syntax/ast';
import { SqlError } from '../syntax/sql-error';
import { affinityOf } from './affinity';
import { bindScalar, containsCollate, integerSyntax } from './bind-expression';
import { sortDirection } from './bind-call';
import { bindFrom, checkArgumentCounts, joinTerms, subquerySource, type BoundFrom } from './bind-from';
import { bindWindowClause } from './bind-window';
import type { Binder } from './binder';
import { pushWith } from './common-tables';
import { equalExpressions, equalIgnoringCollate } from './compare';
import { Affinity } from '../../spec/affinity';
import { foldName, sameName } from '../catalog/names';
import type { Core, Expression, Query, ResultColumn, SelectCore, SortTerm, Source, SourceColumn } from './ir';
import { starColumn, tableName, writtenColumn } from './result-columns';
import { lookupColumn, reference, Scope, type ScopeSource } from './scope';
import { sourceColumnNumber, sourceDatabaseName, sourceHasRowid } from './sources';
import { isConstant } from './properties';
import { mapExpression, someExpression } from './walk';

type Nested = NonNullable<SourceColumn['nested']>;

/** Binds a query. `fromSchema`: its text is a view's or trigger's. */
export function bindQuery(binder: Binder, syntax: Ast.Select, outer: Scope | null, fromSchema = false): Query {
  const { withFrame, isInExpression } = binder;
  if (binder.wrongCall) throw problemAfterWrongCall(binder, syntax, outer, binder.wrongCall);
  binder.isInExpression = false;
  if (syntax.with) pushWith(binder, syntax.with);
  try {
    if (syntax.cores.length > binder.options.limits.compoundSelects) {
      throw new SqlError('too many terms in compound SELECT', syntax.start);
    }
    if (isSortedOutside(syntax)) return bindSortedOutside(binder, syntax, outer, fromSchema);
    const number = binder.numberOf(syntax);
    const { cores, outerSources, scopes, orderBy } = bindCores(binder, syntax, outer, fromSchema);
    const query = finishQuery(binder, syntax, cores, outerSources, null, scopes, orderBy);
    return query.id === number ? query : { ...query, id: number };
  } finally {
    binder.withFrame = withFrame;
    binder.isInExpression = isInExpression;
  }
}

/** Of a subquery behind a wrong call SQLite looks at the first result column; what is wrong there is reported instead. */
function problemAfterWrongCall(binder: Binder, syntax: Ast.Select, outer: Scope | null, wrong: SqlError): SqlError {
  const core = syntax.cores.at(-1)!;
  const [first] = core.kind === 'query' ? core.columns : [];
  const from = core.kind === 'query' ? core.from : null;
  const hasSubquery = from?.some(({ source }) => source.kind !== 'table') ?? false;
  if (first?.kind !== 'expr' || syntax.limit || hasSubquery) return wrong;
  const { isInExpression } = binder;
  binder.wrongCall = null;
  binder.isInExpression = false;
  try {
    bindScalar(binder, first.expr, new Scope(outer, from ? [...bindFrom(binder, from, outer).items] : []));
    return wrong;
  } catch (error) {
    if (error instanceof SqlError) return error;
    throw error;
  } finally {
    binder.isInExpression = isInExpression;
  }
}

/**
 * ORDER BY with COLLATE on a compound that drops duplicates: these go by the columns' collations, not by the one of the
 * order, so SQLite sorts the compound from outside.
 */
const isSortedOutside = ({ orderBy, operators }: Ast.Select): boolean =>
  operators.some((operator) => operator !== 'unionAll') && orderBy.some(({ expr }) => containsCollate(expr));

/**
 * `SELECT * FROM (compound) ORDER BY ... LIMIT ...`. As in SQLite, GROUP BY and HAVING of the last core move outside too,
 * where they mostly mean nothing; its DISTINCT holds inside and outside.
 */
function bindSortedOutside(binder: Binder, syntax: Ast.Select, outer: Scope | null, fromSchema: boolean): Query {
  const last = syntax.cores.at(-1)!;
  const isQuery = last.kind === 'query';
  const plainLast: Ast.SelectCore = isQuery ? { ...last, groupBy: [], having: null } : last;
  const innerSyntax: Ast.Select = {
    ...syntax,
    with: null,
    cores: [...syntax.cores.slice(0, -1), plainLast],
    orderBy: [],
    limit: null,
    offset: null,
  };
  const inner = bindCores(binder, innerSyntax, outer, fromSchema);
  const positions = syntax.orderBy.map((term, position) =>
    compoundColumn(binder, term, position, inner.cores, inner.scopes),
  );
  const innerQuery = finishQuery(binder, innerSyntax, inner.cores, inner.outerSources, null, inner.scopes);
  const source = subquerySource(binder, innerQuery, '', null, outer);
  const scope = new Scope(outer, [{ source, using: null }], fromSchema ? { fromSchema } : {});
  const columns = source.columns.map(({ name }, i) => starColumn(reference(source, i, -1), name));
  scope.aliases = columns;
  scope.allowAggregates = isQuery && last.groupBy.length > 0;
  if (isQuery && last.having && last.groupBy.length === 0) {
    throw new SqlError('HAVING clause on a non-aggregate query', last.having.start);
  }
  const having = isQuery && last.having ? bindScalar(binder, last.having, scope) : null;
  const groupBy = isQuery ? bindGroupBy(binder, last.groupBy, columns, scope) : [];
  const core: SelectCore = {
    kind: 'select',
    level: scope.level,
    outerLevel: scope.parent?.level ?? 0,
    distinct: isQuery && last.distinct,
    columns,
    sources: [source],
    where: null,
    groupBy,
    having,
    aggregates: scope.aggregates,
    isAggregate: groupBy.length > 0,
    windowCalls: [],
  };
  const orderBy = syntax.orderBy.map((term, i): SortTerm => {
    const resultColumn = positions[i]!;
    const expression = withCollations(term.expr, columns[resultColumn]!.expression, binder, scope);
    return { expression, ...sortDirection(term), resultColumn };
  });
  const outerSources = new Set([...inner.outerSources, ...scope.outerSources]);
  const single: Ast.Select = { ...syntax, cores: [plainLast], operators: [], orderBy: [] };
  return { ...finishQuery(binder, single, [core], outerSources), orderBy, syntax };
}

interface BoundCores {
  readonly cores: Core[];
  readonly outerSources: Set<Source>;
  /** The scope of each core, for ORDER BY. */
  readonly scopes: Scope[];
  /** ORDER BY of a query with one core, bound with it as it sees its scope. */
  readonly orderBy: readonly SortTerm[];
}

interface BoundCore {
  readonly core: Core;
  readonly orderBy: readonly SortTerm[];
}

const NO_TERMS: readonly SortTerm[] = [];

/** Binds the cores of a query, without ORDER BY of compounds and LIMIT. */
export function bindCores(
  binder: Binder,
  syntax: Ast.Select,
  outer: Scope | null,
  fromSchema: boolean,
  nested: Nested[] | null = null,
): BoundCores {
  const outerSources = new Set<Source>();
  const count = syntax.cores.length;
  const cores = new Array<Core>(count);
  const scopes = new Array<Scope>(count);
  const orderSyntax = count === 1 ? syntax.orderBy : [];
  let orderBy = NO_TERMS;
  // From right to left, so that of several errors the one is reported that SQLite meets first.
  for (let i = count - 1; i >= 0; i--) {
    const core = syntax.cores[i]!;
    const from = core.kind === 'query' && core.from ? bindFromOf(binder, core.from, outer, outerSources) : null;
    const scope = new Scope(outer, from ? [...from.items] : [], fromSchema ? { fromSchema: true } : {});
    const bound: BoundCore =
      core.kind === 'values'
        ? bindValues(binder, core, scope)
        : bindCore(binder, core, from, scope, orderSyntax, nested);
    for (const source of scope.outerSources) outerSources.add(source);
    scopes[i] = scope;
    cores[i] = bound.core;
    orderBy = bound.orderBy;
  }
  checkColumnCounts(cores, syntax);
  return { cores, outerSources, scopes, orderBy };
}

/** FROM subqueries see the enclosing scope; what they read there, this query reads too. */
function bindFromOf(binder: Binder, from: Ast.FromClause, outer: Scope | null, outerSources: Set<Source>): BoundFrom {
  const bound = bindFrom(binder, from, outer);
  for (const { source } of bound.items) {
    if (source.kind === 'subquery') source.query.outerSources.forEach((read) => outerSources.add(read));
  }
  return bound;
}

/** Puts bound cores together with ORDER BY (`ownOrderBy`: of a single core) and LIMIT. */
export function finishQuery(
  binder: Binder,
  syntax: Ast.Select,
  cores: readonly Core[],
  outerSources: Set<Source>,
  recursion: Query['recursion'] = null,
  scopes: readonly Scope[] = [],
  ownOrderBy: readonly SortTerm[] = NO_TERMS,
): Query {
  const orderBy = syntax.cores.length > 1 ? compoundOrderBy(binder, syntax, cores, scopes) : ownOrderBy;
  return {
    id: syntax.number,
    cores,
    operators: syntax.operators,
    orderBy,
    limit: syntax.limit && binder.bindWithoutNames(syntax.limit),
    offset: syntax.offset && binder.bindWithoutNames(syntax.offset),
    columns: cores[0]!.columns,
    outerSources,
    recursion,
    syntax,
  };
}

const operatorNames: Record<Ast.CompoundOperator, string> = {
  union: 'UNION',
  unionAll: 'UNION ALL',
  intersect: 'INTERSECT',
  except: 'EXCEPT',
};

/** @throws SqlError when the cores of a compound differ in their number of columns */
export function checkColumnCounts(cores: readonly Core[], syntax: Ast.Select): void {
  for (let i = cores.length - 1; i > 0; i--) {
    if (cores[i - 1]!.columns.length === cores[i]!.columns.length) continue;
    if (cores[i]!.kind === 'values') throw new SqlError('all VALUES must have the same number of terms', syntax.start);
    const operator = operatorNames[syntax.operators[i - 1]!];
    throw new SqlError(
      `SELECTs to the left and right of ${operator} do not have the same number of result columns`,
      syntax.start,
    );
  }
}

// ---------------------------------------------------------------------------------------------------------------------
// One core

function bindValues(binder: Binder, syntax: Ast.ValuesCore, scope: Scope): BoundCore {
  const isSelect = !binder.isRowInserted;
  binder.isRowInserted = false;
  scope.allowAggregates = isSelect;
  scope.allowWindows = isSelect && syntax.rows.length === 1;
  if (syntax.rows.some((row) => row.length !== syntax.rows[0]!.length)) {
    throw new SqlError('all VALUES must have the same number of terms', syntax.start);
  }
  // Of their full length at once: V8 keeps an array that is filled from its end as a table of hashes.
  const problems = new Array<SqlError | null>(syntax.rows.length);
  const written = new Array<readonly Expression[]>(syntax.rows.length);
  for (let i = syntax.rows.length - 1; i >= 0; i--) {
    written[i] = bindRow(binder, syntax.rows[i]!, scope, i > 0);
    problems[i] = binder.unresolvedProblem;
    binder.unresolvedProblem = null;
  }
  const runs = constantRuns(binder, scope, written, syntax.isInList ?? false);
  const wrong = problems.findLast((problem, i) => problem !== null && runs[i] === i);
  if (wrong) throw wrong;
  const rows = written.map((row, i) => (runs[i]! < i ? row.map(plainTruth) : row));
  const columns = rows[0]!.map((expression, i): ResultColumn => ({
    expression,
    name: `column${i + 1}`,
    isAlias: false,
    origin: null,
    declaredType: null,
  }));
  const [aggregate] = scope.aggregates;
  if (aggregate && rows.length > 1) throw new SqlError(`misuse of aggregate: ${aggregate.name}()`, aggregate.start);
  if (scope.aggregates.length + scope.windowCalls.length > 0) return { core: coreOfRow(columns, scope), orderBy: [] };
  return { core: { kind: 'values', columns, rows, operandRow: runs.at(-1)! }, orderBy: [] };
}

/** One row of VALUES may call aggregates, as a SELECT without FROM may. */
const coreOfRow = (columns: readonly ResultColumn[], scope: Scope): SelectCore => ({
  kind: 'select',
  level: scope.level,
  outerLevel: scope.parent?.level ?? 0,
  distinct: false,
  columns,
  sources: [],
  where: null,
  groupBy: [],
  having: null,
  aggregates: scope.aggregates,
  isAggregate: scope.aggregates.length > 0,
  windowCalls: scope.windowCalls,
});

/** `mayFollow`: the row may be one of a run of constants (constantRuns), whose names nobody looks at. */
function bindRow(binder: Binder, row: readonly Ast.Expr[], scope: Scope, mayFollow: boolean): readonly Expression[] {
  const { mayStayUnresolved } = binder;
  binder.mayStayUnresolved = mayFollow;
  try {
    return row.map((item) => bindScalar(binder, item, scope));
  } catch (error) {
    if (!binder.unresolvedProblem) throw error;
    binder.mayStayUnresolved = false;
    return row.map((item) => bindScalar(binder, item, scope));
  } finally {
    binder.mayStayUnresolved = mayStayUnresolved;
  }
}

/**
 * Rows of constants that follow a row of constants, without a CAST when they are the first to do so, are one query over a
 * co-routine in SQLite, which has the first one's types; TRUE has become 1 already in the others: `x IS TRUE` is `x IS 1` there.
 * Not in schema objects, below WITH and in IN lists. The result: of each row the first of its run.
 */
function constantRuns(
  binder: Binder,
  scope: Scope,
  rows: readonly (readonly Expression[])[],
  isInList: boolean,
): number[] {
  const starts = rows.map((_, i) => i);
  if (isInList || binder.withFrame || scope.fromSchema) return starts;
  rows.forEach((row, i) => {
    const before = rows[i - 1];
    if (!before || !row.every(isConstant)) return;
    const isRunning = starts[i - 1]! < i - 1;
    const mayFollow = before.every((item) => isConstant(item) && affinityOf(item) <= Affinity.none);
    if (isRunning || mayFollow) starts[i] = starts[i - 1]!;
  });
  return starts;
}

const plainTruth = (expression: Expression): Expression =>
  mapExpression(expression, (node) => {
    if (node.kind !== 'truthTest') return null;
    const { start, on, negated, value } = node;
    const right: Expression = { kind: 'integer', start, on: null, value: value ? 1n : 0n };
    return { kind: 'comparison', start, on, operator: negated ? 'isNot' : 'is', left: plainTruth(node.operand), right };
  });

function bindCore(
  binder: Binder,
  syntax: Ast.QueryCore,
  from: BoundFrom | null,
  scope: Scope,
  orderSyntax: readonly Ast.OrderingTerm[],
  nested: Nested[] | null,
): { core: SelectCore; orderBy: readonly SortTerm[] } {
  scope.namedWindows = syntax.windows;
  scope.allowAggregates = true;
  scope.allowWindows = true;
  const columns = bindResultColumns(binder, syntax.columns, scope, nested);
  scope.allowWindows = false;

  const isAggregate = syntax.groupBy.length > 0 || scope.aggregates.length > 0;
  scope.allowAggregates = isAggregate;
  scope.aliases = columns;
  if (syntax.having && !isAggregate) throw new SqlError('HAVING clause on a non-aggregate query', syntax.having.start);
  const having = syntax.having && bindScalar(binder, syntax.having, scope);

  const where = bindWhere(binder, syntax, from, scope);

  scope.allowAggregates = true;
  if (binder.isRenaming) bindWindowClause(binder, syntax.windows, scope);
  scope.allowWindows = true;
  const orderBy = bindOrderBy(binder, orderSyntax, columns, scope);
  scope.allowWindows = false;
  const groupBy = bindGroupBy(binder, syntax.groupBy, columns, scope);
  if (from && !binder.isNaming) checkArgumentCounts(from);

  const core: SelectCore = {
    kind: 'select',
    level: scope.level,
    outerLevel: scope.parent?.level ?? 0,
    distinct: syntax.distinct,
    columns,
    sources: scope.sources.map(({ source }) => source),
    where,
    groupBy,
    having,
    aggregates: scope.aggregates,
    isAggregate,
    windowCalls: scope.windowCalls,
  };
  return { core, orderBy };
}

/** WHERE with the terms of joins. */
function bindWhere(binder: Binder, syntax: Ast.QueryCore, from: BoundFrom | null, scope: Scope): Expression | null {
  scope.inWhere = true;
  const where = syntax.where && bindScalar(binder, syntax.where, scope);
  const terms = from ? joinTerms(binder, from, scope, where) : where;
  scope.inWhere = false;
  return terms;
}

// ---------------------------------------------------------------------------------------------------------------------
// Result columns and stars

export function bindResultColumns(
  binder: Binder,
  syntax: readonly Ast.ResultColumn[],
  scope: Scope,
  nested: Nested[] | null = null,
): ResultColumn[] {
  const columns: ResultColumn[] = [];
  for (const item of syntax) {
    if (item.kind === 'star') expandStar(binder, item, scope, columns, nested);
    else columns.push(writtenColumn(binder, item, bindScalar(binder, item.expr, scope)));
  }
  if (columns.length > binder.options.limits.columns) throw new SqlError('too many columns in result set');
  return columns;
}

/** `*` and `table.*`. With `nested`, the columns are those of a parenthesized join, rowids and USING columns included. */
function expandStar(
  binder: Binder,
  star: Ast.ResultStar,
  scope: Scope,
  columns: ResultColumn[],
  nested: Nested[] | null,
): void {
  const table = star.table && foldName(star.table.name);
  const sources = starSources(scope);
  const { shortColumnNames, fullColumnNames } = binder.options.pragmas;
  const isLongName = fullColumnNames && !shortColumnNames && !nested;
  let seen = false;
  sources.forEach((item, position) => {
    const { source } = item;
    const isGroup = source.kind === 'subquery' && source.isJoinGroup;
    if (table !== null && !isGroup && !sameName(source.alias ?? source.name, table)) return;
    const usingNext = nested ? (sources[position + 1]?.using ?? null) : null;
    if (nested && usingNext) addMergedColumns(binder, usingNext, scope, columns, nested);
    source.columns.forEach((column, number) => {
      const inside = isGroup ? column.nested : null;
      if (inside?.isRowid) return;
      if (inside && table !== null && (inside.table === null || !sameName(inside.table, table))) return;
      if (column.hidden) return;
      if (inside?.noExpand && table === null && !nested) return;
      seen = true;
      const isUsed = item.using?.includes(foldName(column.name)) ?? false;
      if (position > 0 && table === null && !nested && isUsed) return;
      const expression = starExpression(binder, item, number, position, scope, nested);
      columns.push(
        starColumn(expression, isLongName ? `${source.alias ?? tableName(source)}.${column.name}` : column.name),
      );
      if (!nested) return;
      const name = inside ?? nestedName(source, column.name, false);
      const isMerged = isUsed || (usingNext?.includes(foldName(column.name)) ?? false);
      nested.push({ ...name, isUsing: false, noExpand: name.noExpand || isMerged });
    });
    if (nested && sourceHasRowid(source)) {
      const name = rowidNames.find((alias) => sourceColumnNumber(source, foldName(alias)) === undefined);
      if (name === undefined) return;
      columns.push(starColumn(reference(source, -1, star.start), name));
      nested.push({ ...nestedName(source, name, false), isRowid: true });
    }
  });
  if (seen) return;
  throw new SqlError(star.table ? `no such table: ${star.table.name}` : 'no tables specified', star.start);
}

/** Names of the rowid, in SQLite's order of preference. */
const rowidNames = ['_ROWID_', 'ROWID', 'OID'];

/** RETURNING's `*` means the changed row. */
const starSources = (scope: Scope): readonly ScopeSource[] =>
  scope.sources.length > 0 ? scope.sources : scope.rows.map(({ source }) => ({ source, using: null }));

const nestedName = (source: Source, column: string, noExpand: boolean): Nested => ({
  database: sourceDatabaseName(source),
  table: source.alias ?? source.name,
  column,
  isRowid: false,
  isUsing: false,
  noExpand,
});

/** The merged columns of a USING clause stand before those of the tables that they merge. */
function addMergedColumns(
  binder: Binder,
  using: readonly string[],
  scope: Scope,
  columns: ResultColumn[],
  nested: Nested[],
): void {
  for (const name of using) {
    columns.push(starColumn(lookupColumn(bareColumn(name), scope, binder.schema), name));
    nested.push({ database: null, table: null, column: name, isRowid: false, isUsing: true, noExpand: false });
  }
}

const bareColumn = (name: string): Ast.ColumnReference => ({
  kind: 'column',
  start: -1,
  end: -1,
  database: null,
  table: null,
  column: { name, quoting: 'back', start: -1, end: -1 },
});

/** The column itself, or what its name means when a RIGHT or FULL join merges it. */
function starExpression(
  binder: Binder,
  item: ScopeSource,
  number: number,
  position: number,
  scope: Scope,
  nested: Nested[] | null,
): Expression {
  const { source } = item;
  const { name } = source.columns[number]!;
  const isLoneGroup = source.kind === 'subquery' && source.isJoinGroup && scope.sources.length === 1;
  if (isLoneGroup) return lookupColumn(bareColumn(name), scope, binder.schema);
  checkUnambiguous(item, name, scope);
  const isMerged =
    !nested &&
    source.join.leftOfRight &&
    scope.sources.slice(position + 1).some(({ using }) => using?.includes(foldName(name)) ?? false);
  return isMerged ? lookupColumn(bareColumn(name), scope, binder.schema) : reference(source, number, -1);
}

/** Two sources of one name cannot be told apart by `*`. */
function checkUnambiguous(item: ScopeSource, column: string, scope: Scope): void {
  if (scope.sources.length < 2) return;
  const { source } = item;
  const shown = source.alias ?? source.name;
  if (shown === '') return;
  const database = sourceDatabaseName(source);
  const folded = foldName(column);
  // Tables within parentheses are seen from outside.
  const isWithin = (other: Source): boolean =>
    other.kind === 'subquery' &&
    other.isJoinGroup &&
    other.columns.some(
      ({ nested }) =>
        nested?.table != null &&
        !nested.isRowid &&
        sameName(nested.table, shown) &&
        sameName(nested.column, column) &&
        nested.database === database,
    );
  const isTwin = ({ source: other, using }: ScopeSource): boolean =>
    other !== source &&
    (isWithin(other) ||
      (sameName(other.alias ?? other.name, shown) &&
        sourceDatabaseName(other) === database &&
        sourceColumnNumber(other, folded) !== undefined)) &&
    !using?.includes(folded) &&
    !item.using?.includes(folded);
  if (scope.sources.some(isTwin)) {
    throw new SqlError(`ambiguous column name: ${database ?? '*'}.${shown}.${column}`);
  }
}

// ---------------------------------------------------------------------------------------------------------------------
// ORDER BY and GROUP BY

const ordinal = (n: number): string => {
  const tens = n % 100;
  const suffix = tens >= 11 && tens <= 13 ? 'th' : (['th', 'st', 'nd', 'rd'][n % 10] ?? 'th');
  return `${n}${suffix}`;
};

const outOfRange = (position: number, clause: string, count: number, offset: number): SqlError =>
  new SqlError(`${ordinal(position + 1)} ${clause} BY term out of range - should be between 1 and ${count}`, offset);

function checkTermCount(count: number, clause: string, binder: Binder): void {
  if (count > binder.options.limits.columns) throw new SqlError(`too many terms in ${clause} BY clause`);
}

const withoutCollateSyntax = (syntax: Ast.Expr): Ast.Expr => {
  let inner = syntax;
  while (inner.kind === 'collate') inner = inner.operand;
  return inner;
};

const unsigned = (syntax: Ast.Expr): Ast.Expr => {
  let inner = syntax;
  while (inner.kind === 'unary') inner = inner.operand;
  return inner;
};

/** Index of the result column with that alias, -1 without. */
function aliasIndex(syntax: Ast.Expr, columns: readonly ResultColumn[]): number {
  if (syntax.kind !== 'column' || syntax.table !== null) return -1;
  return columns.findIndex(({ isAlias, name }) => isAlias && sameName(name, syntax.column.name));
}

function bindOrderBy(
  binder: Binder,
  terms: readonly Ast.OrderingTerm[],
  columns: readonly ResultColumn[],
  scope: Scope,
): SortTerm[] {
  const bound = terms.map((term, position): SortTerm => {
    const direction = sortDirection(term);
    const index = termColumn(term.expr, position, 'ORDER', columns, true);
    if (index >= columns.length) return { expression: NO_VALUE, ...direction, resultColumn: index };
    if (index >= 0) {
      return {
        expression: withCollations(term.expr, columns[index]!.expression, binder, scope),
        ...direction,
        resultColumn: index,
      };
    }
    const expression = bindScalar(binder, term.expr, scope);
    const equal = columns.findLastIndex((column) => equalExpressions(expression, column.expression));
    return { expression: equal >= 0 ? columns[equal]!.expression : expression, ...direction, resultColumn: equal };
  });
  const numbers = bound.map(({ resultColumn }) => resultColumn);
  checkTerms(binder, 'ORDER', numbers, columns.length);
  return bound;
}

/** Stands for the column of a number that is too large: what is wrong with other terms goes before. */
const NO_VALUE: Expression = { kind: 'null', start: -1, on: null };

/** `numbers`: of each term the result column that it means, -1 for none. @throws SqlError for too many terms, or one beyond the last column */
function checkTerms(binder: Binder, clause: 'ORDER' | 'GROUP', numbers: readonly number[], columnCount: number): void {
  if (binder.isRenaming) return;
  checkTermCount(numbers.length, clause, binder);
  const tooLarge = numbers.findIndex((number) => number >= columnCount);
  // SQLite knows no places any more.
  if (tooLarge >= 0) throw outOfRange(tooLarge, clause, columnCount, -1);
}

const MAX_TERM_NUMBER = 0xffff;

/** Result column that a term names by alias or number (but in compounds perhaps one too large), -1 when it is an expression. */
function termColumn(
  syntax: Ast.Expr,
  position: number,
  clause: 'ORDER' | 'GROUP',
  columns: readonly ResultColumn[],
  useAliases: boolean,
  isCompound = false,
): number {
  const inner = withoutCollateSyntax(syntax);
  if (useAliases) {
    const alias = aliasIndex(inner, columns);
    if (alias >= 0) return alias;
  }
  const number = integerSyntax(inner);
  if (number === null) return -1;
  if (number < 1 || number > (isCompound ? columns.length : MAX_TERM_NUMBER)) {
    throw outOfRange(position, clause, columns.length, unsigned(inner).start);
  }
  return number - 1;
}

/** The expression under the COLLATE operators that the term writes around its name or number. */
function withCollations(syntax: Ast.Expr, expression: Expression, binder: Binder, scope: Scope): Expression {
  if (syntax.kind !== 'collate') return expression;
  const probe = bindScalar(
    binder,
    { ...syntax, operand: { kind: 'null', start: syntax.start, end: syntax.end } },
    scope,
  );
  return probe.kind === 'collate'
    ? { ...probe, operand: withCollations(syntax.operand, expression, binder, scope) }
    : expression;
}

function bindGroupBy(
  binder: Binder,
  terms: readonly Ast.Expr[],
  columns: readonly ResultColumn[],
  scope: Scope,
): Expression[] {
  let misplaced: number | null = null;
  const numbers: number[] = [];
  const bound = terms.map((term, position) => {
    const index = termColumn(term, position, 'GROUP', columns, false);
    numbers.push(index);
    if (index >= columns.length) return NO_VALUE;
    const before = scope.aggregates.length;
    const expression =
      index >= 0
        ? withCollations(term, columns[index]!.expression, binder, scope)
        : resultColumnOr(bindScalar(binder, term, scope), columns);
    // A number under COLLATE escapes SQLite's check; evaluating the term fails later.
    const isExempt = index >= 0 && term.kind === 'collate';
    const isOwn = (inner: Expression): boolean => inner.kind === 'aggregate' && inner.level === scope.level;
    const hasAggregate = !isExempt && someExpression(expression, isOwn, false);
    if (hasAggregate || scope.aggregates.length > before) misplaced ??= term.start;
    return expression;
  });
  checkTerms(binder, 'GROUP', numbers, columns.length);
  if (misplaced !== null) throw new SqlError('aggregate functions are not allowed in the GROUP BY clause', misplaced);
  return bound;
}

/** The last result column that equals the expression, in its place. */
const resultColumnOr = (expression: Expression, columns: readonly ResultColumn[]): Expression =>
  columns.findLast((column) => equalExpressions(expression, column.expression))?.expression ?? expression;

/** Terms of a compound's ORDER BY are result columns: by number, alias, or equality in any core, left to right. */
function compoundOrderBy(
  binder: Binder,
  syntax: Ast.Select,
  cores: readonly Core[],
  scopes: readonly Scope[],
): SortTerm[] {
  checkTermCount(syntax.orderBy.length, 'ORDER', binder);
  return syntax.orderBy.map((term, position) => {
    const index = compoundColumn(binder, term, position, cores, scopes);
    const column = cores[0]!.columns[index]!.expression;
    const scope = new Scope(null);
    return {
      expression: withCollations(term.expr, column, binder, scope),
      ...sortDirection(term),
      resultColumn: index,
    };
  });
}

function compoundColumn(
  binder: Binder,
  term: Ast.OrderingTerm,
  position: number,
  cores: readonly Core[],
  scopes: readonly Scope[],
): number {
  const inner = withoutCollateSyntax(term.expr);
  const index = compoundTerm(binder, inner, position, cores, scopes);
  if (index >= 0) return index;
  throw new SqlError(`${ordinal(position + 1)} ORDER BY term does not match any column in the result set`, inner.start);
}

function compoundTerm(
  binder: Binder,
  syntax: Ast.Expr,
  position: number,
  cores: readonly Core[],
  scopes: readonly Scope[],
): number {
  for (let i = 0; i < cores.length; i++) {
    const { columns } = cores[i]!;
    const named = termColumn(syntax, position, 'ORDER', columns, true, true);
    if (named >= 0) return named;
    const scope = scopes[i];
    const expression = scope && tryBind(binder, syntax, scope);
    if (!expression) continue;
    const equal = columns.findIndex((column) => equalIgnoringCollate(column.expression, expression));
    if (equal >= 0) return equal;
  }
  return -1;
}

/** The expression in that core's scope, or null when it has no meaning there. */
function tryBind(binder: Binder, syntax: Ast.Expr, scope: Scope): Expression | null {
  const alone = new Scope(null, scope.sources, { level: scope.level });
  alone.allowAggregates = true;
  alone.aliases = scope.aliases;
  try {
    return bindScalar(binder, syntax, alone);
  } catch (error) {
    if (error instanceof SqlError) return null;
    throw error;
  }
}
