/**
 * Binding FROM: tables, views, common tables, table-valued functions, subqueries and parenthesized joins; then the joins
 * between them: NATURAL and USING columns, ON clauses as marked terms of the WHERE conjunction.
 */
import { foldName, sameName } from '../catalog/names';
import type { Index, Table, View, VirtualModule } from '../catalog/schema';
import type * as Ast from '../syntax/ast';
import { SqlError, withoutPlace } from '../syntax/sql-error';
import { bindScalar } from './bind-expression';
import { bindQuery, bindCores, checkColumnCounts, finishQuery } from './bind-select';
import type { Binder } from './binder';
import { expansionProblem } from './expand';
import { findCommonTable, pushWith, type CommonTableEntry } from './common-tables';
import {
  makeAnd,
  makeComparison,
  type CommonTableUse,
  type Expression,
  type JoinKind,
  type OnMark,
  type Query,
  type RecursiveSource,
  type Source,
  type SourceColumn,
  type SubquerySource,
} from './ir';
import { candidateName, offeredColumns, offeredNames } from './result-columns';
import { mergedColumn, reference, type Scope, type ScopeSource } from './scope';
import { newSourceId, PLAIN_JOIN, sourceColumnNumber, tableSource } from './sources';
import { mapMarks, someExpression } from './walk';

/** Items of a bound FROM clause with the syntax that ON clauses are bound from later. */
export interface BoundFrom {
  readonly items: readonly BoundItem[];
}

export interface BoundItem extends ScopeSource {
  readonly syntax: Ast.FromItem;
  readonly isOuter: boolean;
  /** USING terms, already complete. */
  readonly terms: Expression | null;
  /** Arguments of a table-valued function, each for a hidden column. */
  readonly functionArguments: readonly Ast.Expr[];
}

/** Binds the sources of a FROM clause. `outer` is the scope around the query: FROM subqueries see it, not each other. */
export function bindFrom(binder: Binder, from: Ast.FromClause, outer: Scope | null): BoundFrom {
  const flat = flattenLeadingGroup(from);
  const items: BoundItem[] = [];
  const kinds = joinKinds(flat);
  const sources = flat.map((item, i) => {
    const source = bindSource(binder, item, outer);
    source.join = kinds[i]!;
    return source;
  });
  flat.forEach((item, i) => {
    const source = sources[i]!;
    const isOuter = item.join !== null && ['left', 'right', 'full'].includes(item.join.type);
    const using = item.join ? joinColumns(item, source, items) : null;
    const mark: OnMark = { source, outer: isOuter };
    const terms = using ? usingTerms(using, item.using === null, source, items, sources, mark) : null;
    items.push({
      syntax: item,
      source,
      using: using && using.map(foldName),
      isOuter,
      terms,
      functionArguments: functionArguments(item, source),
    });
  });
  return { items };
}

/** `(a JOIN b) JOIN c` is `a JOIN b JOIN c` when nothing is said about the parentheses. */
export function flattenLeadingGroup(from: Ast.FromClause): Ast.FromItem[] {
  const [first, ...others] = from;
  const rest = others.map(withoutParentheses);
  if (first?.source.kind === 'group' && first.source.alias === null) {
    return [...flattenLeadingGroup(first.source.items), ...rest];
  }
  return first ? [withoutParentheses(first), ...rest] : [];
}

/** Parentheses around a single item mean nothing, but that the alias is the outer one. */
function withoutParentheses(item: Ast.FromItem): Ast.FromItem {
  if (item.source.kind !== 'group' || item.source.items.length !== 1) return item;
  const { alias } = item.source;
  const inner = withoutParentheses(item.source.items[0]!);
  return { ...item, source: { ...inner.source, alias } };
}

function joinKinds(from: readonly Ast.FromItem[]): JoinKind[] {
  const lastRight = from.findLastIndex(({ join }) => join?.type === 'right' || join?.type === 'full');
  return from.map(({ join }, i) => {
    const type = join?.type;
    const leftOfRight = i < lastRight;
    if (!leftOfRight && (type === undefined || type === 'comma' || type === 'inner')) return PLAIN_JOIN;
    return {
      left: type === 'left' || type === 'full',
      right: type === 'right' || type === 'full',
      cross: type === 'cross',
      leftOfRight,
    };
  });
}

// ---------------------------------------------------------------------------------------------------------------------
// Sources

function bindSource(binder: Binder, item: Ast.FromItem, outer: Scope | null): Source {
  const { source } = item;
  switch (source.kind) {
    case 'table':
      return bindTable(binder, item, source, outer);
    case 'subquery': {
      const query = bindQuery(binder, source.select, outer);
      return subquerySource(binder, query, '', source.alias?.name ?? null, outer);
    }
    case 'group':
      return bindGroup(binder, source, outer);
  }
}

function bindTable(binder: Binder, item: Ast.FromItem, syntax: Ast.TableReference, outer: Scope | null): Source {
  const alias = syntax.alias?.name ?? null;
  const name = syntax.name.name.name;
  if (syntax.name.database === null) {
    const common = findCommonTable(binder, name);
    if (common) return bindCommonTable(binder, item, syntax, common, outer);
  }
  const relation = findRelation(binder, syntax.name);
  binder.countReference(relation);
  if (relation.kind === 'view') {
    if (syntax.arguments) throw notAFunction(name, syntax.start);
    if (syntax.indexedBy?.name) throw new SqlError(`no such index: ${syntax.indexedBy.name.name}`, syntax.start);
    return bindView(binder, relation, alias);
  }
  if (syntax.arguments && !relation.module) throw notAFunction(name, syntax.start);
  if (relation.module) checkRisk(binder, relation.name, relation.module);
  return tableSource(relation, alias, {
    indexedBy: findIndexedBy(relation, syntax.indexedBy),
    notIndexed: syntax.indexedBy !== null && syntax.indexedBy.name === null,
  });
}

/** Views and triggers of other databases than temp may not use every virtual table. @throws SqlError no such module, unsafe */
function checkRisk(binder: Binder, name: string, module: VirtualModule): void {
  const { risk } = module.table;
  if (binder.fixedDatabase === null || risk === 'innocuous') return;
  if (risk === 'normal' && binder.options.pragmas.trustedSchema) return;
  throw new SqlError(`unsafe use of virtual table "${name}"`);
}

/** @throws SqlError for arguments or an index that the relation cannot have */
export function checkReference(relation: Table | View, syntax: Ast.TableReference): void {
  const isModule = relation.kind === 'table' && relation.module !== null;
  if (syntax.arguments && !isModule) throw notAFunction(syntax.name.name.name, syntax.start);
  if (relation.kind === 'table') findIndexedBy(relation, syntax.indexedBy);
}

export const notAFunction = (name: string, offset: number): SqlError =>
  new SqlError(`'${name}' is not a function`, offset);

/** A table or view by name. @throws SqlError no such table */
export function findRelation(binder: Binder, name: Ast.QualifiedName): Table | View {
  const database = name.database?.name ?? binder.fixedDatabase;
  const relation =
    binder.schema.findRelation(name.name.name, database) ??
    (name.database === null && database !== null ? builtInRelation(binder, name.name.name) : null);
  if (relation) {
    if (binder.isRenaming) binder.observer?.relation(name, relation);
    return relation;
  }
  const shown = database === null ? name.name.name : `${database}.${name.name.name}`;
  throw new SqlError(`no such table: ${shown}`, name.start);
}

/** Eponymous virtual tables belong to no database: a view's own database doesn't hide them. */
function builtInRelation(binder: Binder, name: string): Table | null {
  const relation = binder.schema.findRelation(name, null);
  return relation?.kind === 'table' && relation.module?.eponymous ? relation : null;
}

function findIndexedBy(table: Table, syntax: Ast.IndexedBy | null): Index | null {
  if (!syntax?.name) return null;
  const { name } = syntax.name;
  const index = table.indexes.find((candidate) => sameName(candidate.name, name));
  if (!index || index.isTable) throw new SqlError(`no such index: ${name}`, syntax.start);
  return index;
}

const hiddenCount = (source: Source): number => source.columns.filter(({ hidden }) => hidden).length;

const writtenArguments = ({ source }: Ast.FromItem): readonly Ast.Expr[] =>
  source.kind === 'table' ? (source.arguments ?? []) : [];

/** Arguments of a table-valued function that fill hidden columns. */
function functionArguments(item: Ast.FromItem, source: Source): readonly Ast.Expr[] {
  return source.kind === 'table' ? writtenArguments(item).slice(0, hiddenCount(source)) : [];
}

/** What is wrong with names goes before. @throws SqlError for arguments that fill no hidden column */
export function checkArgumentCounts({ items }: BoundFrom): void {
  for (const { syntax, source } of items) {
    if (source.kind !== 'table' || writtenArguments(syntax).length <= hiddenCount(source)) continue;
    throw new SqlError(`too many arguments on ${source.name}() - max ${hiddenCount(source)}`, syntax.start);
  }
}

/** @throws SqlError what is wrong with the view's query, or that it reads itself */
export function bindView(binder: Binder, view: View, alias: string | null): Source {
  const key = `${view.database.number}.${foldName(view.name)}`;
  if (binder.openViews.has(key)) throw new SqlError(`view ${view.name} is circularly defined`);
  const known = binder.viewProblems.get(key);
  if (known) throw known;
  return withinView(binder, view, () => {
    try {
      return boundView(binder, view, alias);
    } catch (error) {
      if (!(error instanceof SqlError)) throw error;
      const problem = (expansionProblem(binder, view.select) ?? error).elsewhere();
      if (binder.openViews.size === 1) binder.viewProblems.set(key, problem);
      throw problem;
    }
  });
}

function boundView(binder: Binder, view: View, alias: string | null): Source {
  const { database } = view;
  const query = bindQuery(binder, view.select, null, database.number !== 1);
  const known = database.viewColumns(view);
  const names = known?.map(({ name }) => name) ?? view.columnNames;
  if (names && names.length !== query.columns.length) {
    throw new SqlError(`expected ${names.length} columns for '${view.name}' but got ${query.columns.length}`);
  }
  const source = subquerySource(binder, query, view.name, alias, null, { view, names });
  if (known === null) database.learnViewColumns(view, source.columns);
  return source;
}

/** Does something where names mean what they mean in the view. @throws SqlError when that is inside of the same view */
export function withinView<T>(binder: Binder, view: View, action: () => T): T {
  const key = `${view.database.number}.${foldName(view.name)}`;
  if (binder.openViews.has(key)) throw new SqlError(`view ${view.name} is circularly defined`);
  const { sql, fixedDatabase, withFrame } = binder;
  binder.openViews.add(key);
  binder.sql = view.sql;
  binder.withFrame = null;
  binder.fixedDatabase = view.database.number === 1 ? null : view.database.name;
  try {
    return action();
  } finally {
    binder.openViews.delete(key);
    binder.sql = sql;
    binder.withFrame = withFrame;
    binder.fixedDatabase = fixedDatabase;
  }
}

/** The source for a bound query. */
export function subquerySource(
  binder: Binder,
  query: Query,
  name: string,
  alias: string | null,
  outer: Scope | null,
  options: { view?: View; names?: readonly string[] | null; commonTable?: CommonTableUse } = {},
): SubquerySource {
  if (outer) query.outerSources.forEach((source) => outer.outerSources.add(source));
  const names = options.names ?? queryColumnNames(binder, query, options.view !== undefined);
  return {
    kind: 'subquery',
    id: newSourceId(),
    name,
    alias,
    columns: offeredColumns(query.cores, names),
    join: PLAIN_JOIN,
    usedColumns: new Set(),
    usesRowid: false,
    query,
    commonTable: options.commonTable ?? null,
    view: options.view ?? null,
    isJoinGroup: false,
  };
}

/** Names of a query's columns for the query around it. */
export function queryColumnNames(binder: Binder, query: Query, isView: boolean): string[] {
  const core = query.syntax.cores[0]!;
  const written = core.kind === 'query' && core.columns.every(({ kind }) => kind === 'expr') ? core.columns : null;
  return offeredNames(
    query.columns.map((column, i) => {
      const syntax = written?.[i];
      return candidateName(binder, column, syntax?.kind === 'expr' ? syntax : null, isView);
    }),
  );
}

/** A parenthesized join: a subquery of all columns that still answers to the names inside. */
function bindGroup(binder: Binder, group: Ast.JoinGroup, outer: Scope | null): Source {
  const { start, end } = group;
  const core: Ast.QueryCore = {
    kind: 'query',
    start,
    end,
    distinct: false,
    columns: [{ kind: 'star', start, end, table: null }],
    from: group.items,
    where: null,
    groupBy: [],
    having: null,
    windows: [],
  };
  const select: Ast.Select = {
    kind: 'select',
    start,
    end,
    number: group.number,
    with: null,
    cores: [core],
    operators: [],
    orderBy: [],
    limit: null,
    offset: null,
  };
  const nested: NonNullable<SourceColumn['nested']>[] = [];
  const { cores, outerSources } = bindCores(binder, select, outer, false, nested);
  const query = finishQuery(binder, select, cores, outerSources);
  const source = subquerySource(binder, query, '', group.alias?.name ?? null, outer);
  const columns = source.columns.map((column, i) => ({ ...column, nested: nested[i]! }));
  return { ...source, columns, isJoinGroup: true };
}

// ---------------------------------------------------------------------------------------------------------------------
// Common tables

function bindCommonTable(
  binder: Binder,
  item: Ast.FromItem,
  reference: Ast.TableReference,
  entry: CommonTableEntry,
  outer: Scope | null,
): Source {
  const alias = reference.alias?.name ?? null;
  if (entry.recursive?.references.has(item)) return entry.recursive.makeSource(alias);
  if (entry.problem) throw new SqlError(entry.problem, reference.start);
  if (reference.arguments) throw notAFunction(entry.use.name, reference.start);
  if (reference.indexedBy?.name) throw new SqlError(`no such index: "${reference.indexedBy.name.name}"`);
  entry.use.uses++;
  const { withFrame } = binder;
  binder.withFrame = entry.frame;
  try {
    const query = bindCommonQuery(binder, entry, outer);
    const names = commonColumnNames(binder, entry, query);
    return subquerySource(binder, query, entry.use.name, alias, outer, { names, commonTable: entry.use });
  } finally {
    entry.problem = null;
    entry.recursive = null;
    binder.withFrame = withFrame;
  }
}

function commonColumnNames(binder: Binder, entry: CommonTableEntry, query: Query): string[] {
  const { columns, name } = entry.syntax;
  if (columns.length === 0) return queryColumnNames(binder, query, false);
  if (columns.length !== query.columns.length) {
    throw new SqlError(`table ${name.name} has ${query.columns.length} values for ${columns.length} columns`);
  }
  return offeredNames(columns.map((column) => column.name));
}

/** Number of the first core of a recursive common table that reads the table itself, -1 when none does. */
export function firstRecursiveCore({ name, select }: Ast.CommonTable, references: Set<Ast.FromItem>): number {
  const { cores, operators } = select;
  const last = operators.at(-1);
  if (last !== 'union' && last !== 'unionAll') return -1;
  let first = -1;
  for (let i = cores.length - 1; i > 0 && operators[i - 1] === last; i--) {
    const found = recursiveReferences(cores[i]!, name.name);
    if (found.length === 0) break;
    if (found.length > 1) throw new SqlError(`multiple references to recursive table: ${name.name}`);
    references.add(found[0]!);
    first = i;
  }
  return first;
}

function recursiveReferences(core: Ast.SelectCore, name: string): Ast.FromItem[] {
  if (core.kind === 'values' || !core.from) return [];
  return flattenLeadingGroup(core.from).filter(
    ({ source }) => source.kind === 'table' && source.name.database === null && sameName(source.name.name.name, name),
  );
}

function bindCommonQuery(binder: Binder, entry: CommonTableEntry, outer: Scope | null): Query {
  const { select } = entry.syntax;
  const references = new Set<Ast.FromItem>();
  const first = firstRecursiveCore(entry.syntax, references);
  entry.problem = `circular reference: ${entry.use.name}`;
  if (first < 0) return bindQuery(binder, select, outer);

  if (select.with) pushWith(binder, select.with);
  const plain = { ...select, with: null, orderBy: [], limit: null };
  const initial = { ...plain, cores: select.cores.slice(0, first), operators: select.operators.slice(0, first - 1) };
  const start = bindCores(binder, initial, outer, false);
  const mark = { name: entry.use.name };
  const columns: SourceColumn[] = recursiveColumns(binder, entry, start.cores, initial);
  entry.recursive = {
    references,
    makeSource: (alias): RecursiveSource => ({
      kind: 'recursive',
      id: newSourceId(),
      name: entry.use.name,
      alias,
      columns,
      join: PLAIN_JOIN,
      usedColumns: new Set(),
      usesRowid: false,
      recursion: mark,
    }),
  };
  entry.problem = `multiple recursive references: ${entry.use.name}`;
  const recursive = { ...plain, cores: select.cores.slice(first), operators: select.operators.slice(first) };
  const rest = bindCores(binder, recursive, outer, false);
  const cores = [...start.cores, ...rest.cores];
  checkColumnCounts(cores, select);
  rest.outerSources.forEach((source) => start.outerSources.add(source));
  const names = columns.map(({ name }) => name);
  columns.splice(0, columns.length, ...offeredColumns(cores, names));
  const scopes = [...start.scopes, ...rest.scopes];
  return finishQuery(binder, select, cores, start.outerSources, { mark, firstRecursive: first }, scopes);
}

/** The columns as the recursive cores see them; their affinities become final when all cores are bound. */
function recursiveColumns(
  binder: Binder,
  entry: CommonTableEntry,
  cores: Query['cores'],
  syntax: Ast.Select,
): SourceColumn[] {
  const shape: Query = {
    id: 0,
    cores,
    operators: [],
    orderBy: [],
    limit: null,
    offset: null,
    columns: cores[0]!.columns,
    outerSources: new Set(),
    recursion: null,
    syntax,
  };
  return offeredColumns(cores, commonColumnNames(binder, entry, shape));
}

// ---------------------------------------------------------------------------------------------------------------------
// Joins

/** Names that a NATURAL or USING join compares, null without. */
function joinColumns(item: Ast.FromItem, source: Source, left: readonly BoundItem[]): string[] | null {
  if (!item.join?.natural) return item.using && item.using.map(({ name }) => name);
  if (item.on || item.using) {
    throw new SqlError('a NATURAL join may not have an ON or USING clause', item.start);
  }
  const names = source.columns
    .filter(({ hidden, name }) => !hidden && left.some((other) => visibleColumn(other.source, name) !== undefined))
    .map(({ name }) => name);
  return names.length > 0 ? names : null;
}

const visibleColumn = (source: Source, name: string): number | undefined => {
  const number = sourceColumnNumber(source, foldName(name));
  return number !== undefined && !source.columns[number]!.hidden ? number : undefined;
};

/** `left.x = right.x AND ...` for the merged columns. */
function usingTerms(
  names: readonly string[],
  isNatural: boolean,
  source: Source,
  left: readonly BoundItem[],
  all: readonly Source[],
  mark: OnMark,
): Expression | null {
  const find = (from: Source, name: string): number | undefined =>
    isNatural ? visibleColumn(from, name) : sourceColumnNumber(from, foldName(name));
  let terms: Expression | null = null;
  for (const name of names) {
    const right = sourceColumnNumber(source, foldName(name));
    const holders = left.filter((item) => find(item.source, name) !== undefined);
    if (right === undefined || holders.length === 0) {
      throw new SqlError(`cannot join using column ${name} - column not present in both tables`, -1);
    }
    const column = (item: BoundItem): Expression => reference(item.source, find(item.source, name)!, -1);
    let value = column(holders[0]!);
    if (all[0]!.join.leftOfRight && holders.length > 1) {
      for (const other of holders.slice(1)) {
        if (!other.using?.includes(foldName(name))) throw new SqlError(`ambiguous reference to ${name} in USING()`);
      }
      value = mergedColumn(holders.map(column), -1);
    }
    terms = makeAnd(terms, makeComparison('=', value, reference(source, right, -1), mark));
  }
  return terms;
}

/** WHERE and the join terms as one conjunction. ON clauses are bound in `scope`, which has all sources. */
export function joinTerms(binder: Binder, from: BoundFrom, scope: Scope, where: Expression | null): Expression | null {
  let terms = where;
  from.items.forEach((item, i) => {
    const mark: OnMark = { source: item.source, outer: item.isOuter };
    if (item.terms) terms = makeAnd(terms, item.terms);
    else if (item.syntax.on) {
      // SQLite knows no places in ON clauses.
      const written = item.syntax.on;
      const on = withoutPlace(() => bindScalar(binder, written, scope));
      checkOnClause(on, item, i, from);
      terms = makeAnd(terms, markConjuncts(on, mark));
    }
    if (item.functionArguments.length > 0) {
      terms = makeAnd(terms, markConjuncts(argumentTerms(binder, item, scope), { ...mark, isArgument: true }));
    }
  });
  return terms;
}

/** Every conjunct says which join it belongs to. */
export const markConjuncts = (expression: Expression, mark: OnMark): Expression => mapMarks(expression, () => mark);

/** @throws SqlError when the clause of an outer join (or left of one) names a source further right */
function checkOnClause(on: Expression, item: BoundItem, position: number, from: BoundFrom): void {
  const hasOuterJoin = from.items.some(({ isOuter }) => isOuter);
  if (!hasOuterJoin) return;
  const later = new Set(from.items.slice(position + 1).map(({ source }) => source));
  const hasRight = from.items[0]!.source.join.leftOfRight;
  const readsLater = someExpression(on, (inner) => inner.kind === 'column' && later.has(inner.source));
  if (readsLater && (item.isOuter || hasRight)) {
    throw new SqlError('ON clause references tables to its right', item.syntax.start);
  }
}

function argumentTerms(binder: Binder, item: BoundItem, scope: Scope): Expression {
  const { source } = item;
  const hidden = source.columns.flatMap((column, number) => (column.hidden ? [number] : []));
  let terms: Expression | null = null;
  item.functionArguments.forEach((argument, i) => {
    const operand = bindScalar(binder, argument, scope);
    const value: Expression = { kind: 'unary', start: operand.start, on: null, operator: '+', operand };
    terms = makeAnd(terms, makeComparison('=', reference(source, hidden[i]!, -1), value));
  });
  return terms!;
}
