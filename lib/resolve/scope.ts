/**
 * Scopes: what names mean at one place of a statement.
 *
 * Owns: the chain of scopes and the lookup of columns with SQLite's rules: innermost scope first, USING columns merged,
 * rowid names last, then result aliases, then the enclosing scope. Must not know: syntax of clauses.
 */
import { foldName, sameName } from '../catalog/names';
import type { Schema } from '../catalog/schema';
import type { ColumnReference as ColumnSyntax, NamedWindow } from '../syntax/ast';
import { SqlError } from '../syntax/sql-error';
import { builtInFunction } from './functions';
import {
  makeColumn,
  type AggregateCall,
  type Expression,
  type ResultColumn,
  type RowSource,
  type Source,
  type WindowCall,
} from './ir';
import { isRowidName, rowidAliasOf, sourceColumnNumber, sourceDatabaseName, sourceHasRowid } from './sources';
import { someExpression } from './walk';

/** A place outside queries where expressions may use less. */
export type RestrictedPlace = 'check' | 'index' | 'partial-index' | 'generated';

/** A source together with the columns that its join merged. */
export interface ScopeSource {
  readonly source: Source;
  /** Folded names of the USING clause (or NATURAL's) by which it is joined, null without. */
  readonly using: readonly string[] | null;
}

let nextLevel = 1;

export class Scope {
  readonly parent: Scope | null;
  readonly sources: ScopeSource[];
  /** Number that aggregate calls of this scope carry. */
  readonly level: number;
  allowAggregates = false;
  allowWindows = false;
  /** Result columns that may be named by their alias. */
  aliases: readonly ResultColumn[] | null = null;
  /** Rows with a fixed name: OLD, NEW, excluded; name null: columns are found unqualified too (RETURNING). */
  readonly rows: readonly { readonly name: string | null; readonly source: RowSource }[];
  readonly place: RestrictedPlace | null;
  /** Inside a stored definition a double-quoted word that names no column is a string. */
  readonly isStored: boolean;
  /** The rows stay the same while the program runs (OLD and NEW): reading them correlates nothing. */
  readonly hasFixedRows: boolean;
  /** The expression stands in a schema object: functions that are not safe there are refused. */
  readonly fromSchema: boolean;
  /** The expression is a column's default, whose names SQLite never looks at before it codes them. */
  readonly isDefault: boolean;
  readonly aggregates: AggregateCall[] = [];
  readonly windowCalls: WindowCall[] = [];
  namedWindows: readonly NamedWindow[] = [];
  /** Sources of enclosing scopes that names inside this one reached. */
  readonly outerSources = new Set<Source>();
  /** A WHERE or ON clause is being bound. */
  inWhere = false;

  constructor(
    parent: Scope | null,
    sources: ScopeSource[] = [],
    extra: {
      rows?: readonly { readonly name: string | null; readonly source: RowSource }[];
      place?: RestrictedPlace | null;
      isStored?: boolean;
      fromSchema?: boolean;
      isDefault?: boolean;
      hasFixedRows?: boolean;
      level?: number;
    } = {},
  ) {
    this.parent = parent;
    this.sources = sources;
    this.level = extra.level ?? nextLevel++;
    this.rows = extra.rows ?? [];
    this.hasFixedRows = extra.hasFixedRows ?? false;
    this.place = extra.place ?? null;
    this.isStored = extra.isStored ?? false;
    this.fromSchema = extra.fromSchema ?? parent?.fromSchema ?? false;
    this.isDefault = extra.isDefault ?? false;
  }

  /** This place and all that enclose it are WHERE clauses. */
  isAllWhere(): boolean {
    return this.inWhere && (this.parent === null || this.parent.isAllWhere());
  }

  /** What names have reached from here outwards, to be restored when they turn out not to be needed. */
  outerReferences(): Source[][] {
    return [[...this.outerSources], ...(this.parent?.outerReferences() ?? [])];
  }

  restoreOuterReferences(before: readonly Source[][]): void {
    this.outerSources.clear();
    before[0]?.forEach((source) => this.outerSources.add(source));
    this.parent?.restoreOuterReferences(before.slice(1));
  }

  /** The scope around the statements of a trigger. */
  static ofTrigger(rows: readonly { readonly name: 'old' | 'new'; readonly source: RowSource }[]): Scope {
    return new Scope(null, [], { rows, hasFixedRows: true, fromSchema: true });
  }

  /** A scope over sources without joins: the target of UPDATE or DELETE, the table of a CHECK constraint. */
  static of(
    sources: readonly Source[],
    parent: Scope | null = null,
    extra: ConstructorParameters<typeof Scope>[2] = {},
  ) {
    return new Scope(
      parent,
      sources.map((source) => ({ source, using: null })),
      extra,
    );
  }
}

/** What one scope found. */
interface Matches {
  count: number;
  /** Sources that would take the name as their rowid. */
  rowidCandidates: number;
  rowidSource: Source | null;
  rowidColumn: number;
  match: Source | null;
  column: number;
  /** References to be merged by coalesce(), for FULL JOIN USING. */
  merged: Expression[];
}

/** The expression that a column name means. @throws SqlError no such column, ambiguous column name */
export function lookupColumn(syntax: ColumnSyntax, scope: Scope, schema: Schema): Expression {
  const column = foldName(syntax.column.name);
  const table = syntax.table && foldName(syntax.table.name);
  let database = syntax.database && foldName(syntax.database.name);
  if (database !== null && (scope.place === 'check' || scope.place === 'partial-index')) database = null;
  if (table !== null && (scope.place === 'index' || scope.place === 'generated')) {
    throw prohibited('the "." operator', scope, syntax.start);
  }
  if (database !== null) database = foldName(schema.findDatabase(database)?.name ?? `?${database}`);

  for (let at: Scope | null = scope; at; at = at.parent) {
    const found = lookupInScope(syntax, column, table, database, at, scope);
    if (found) {
      noteOuterReference(found, scope, at);
      return found;
    }
  }
  if (table === null && syntax.column.quoting === 'bare' && (column === 'true' || column === 'false')) {
    return { kind: 'integer', start: syntax.start, on: null, value: column === 'true' ? 1n : 0n };
  }
  if (table === null && syntax.column.quoting === 'double' && scope.isStored) {
    return { kind: 'string', start: syntax.start, on: null, value: syntax.column.name };
  }
  const isUnplaced = scope.place === 'check' || scope.place === 'partial-index';
  throw noSuchColumn('no such column', isUnplaced ? { ...syntax, database: null } : syntax);
}

function lookupInScope(
  syntax: ColumnSyntax,
  column: string,
  table: string | null,
  database: string | null,
  at: Scope,
  top: Scope,
): Expression | null {
  const matches: Matches = {
    count: 0,
    rowidCandidates: 0,
    rowidSource: null,
    rowidColumn: -1,
    match: null,
    column: -1,
    merged: [],
  };
  for (const item of at.sources) matchSource(item, column, table, database, matches);
  if (matches.count === 0 && database === null) {
    const row = lookupRow(column, table, at);
    if (row) return row;
  }
  if (matches.count === 0 && matches.rowidCandidates > 0 && isRowidName(column)) {
    const mayUseRowid = at.place !== 'index' && at.place !== 'generated';
    if (mayUseRowid) {
      matches.count = matches.rowidCandidates;
      matches.match = matches.rowidSource;
      matches.column = matches.rowidColumn;
    }
  }
  if (matches.count === 1 && matches.match) return reference(matches.match, matches.column, syntax.start);
  if (matches.count > 1) {
    if (matches.merged.length === matches.count - 1 && matches.match) {
      return mergedColumn([...matches.merged, reference(matches.match, matches.column, syntax.start)], syntax.start);
    }
    throw noSuchColumn('ambiguous column name', syntax);
  }
  return table === null && at.aliases ? lookupAlias(column, at, top, syntax) : null;
}

/** Adds what one FROM item makes of the name. */
function matchSource(
  item: ScopeSource,
  column: string,
  table: string | null,
  database: string | null,
  matches: Matches,
): void {
  const { source } = item;
  if (source.kind === 'subquery' && source.isJoinGroup) {
    const hit = matchJoinGroup(item, column, table, database, matches);
    if (hit || table === null) return;
  }
  if (table !== null && !sourceAnswersTo(source, table, database)) return;
  const number = sourceColumnNumber(source, column);
  if (number !== undefined) addMatch(item, number, column, matches);
  if (matches.count === 0 && sourceHasRowid(source)) {
    matches.rowidCandidates++;
    matches.rowidSource = source;
    matches.rowidColumn = -1;
  }
}

/** Counts a match unless a USING clause merges it with an earlier one. */
function addMatch(item: ScopeSource, number: number, column: string, matches: Matches): void {
  const { source } = item;
  if (matches.count > 0) {
    if (!item.using?.includes(column) || matches.match === source) {
      matches.merged = [];
    } else if (!source.join.right) {
      return;
    } else if (!source.join.left) {
      matches.count = 0;
      matches.merged = [];
    } else if (matches.match) {
      matches.merged.push(reference(matches.match, matches.column, -1));
    }
  }
  matches.count++;
  matches.match = source;
  matches.column = number;
}

/** A parenthesized join answers to the names of the tables inside it. */
function matchJoinGroup(
  item: ScopeSource,
  column: string,
  table: string | null,
  database: string | null,
  matches: Matches,
): boolean {
  const { source } = item;
  let hit = false;
  for (let number = 0; number < source.columns.length; number++) {
    const nested = source.columns[number]!.nested;
    if (!nested || !nestedAnswersTo(nested, table, database)) continue;
    const isRowid = nested.isRowid && !sameName(nested.column, column) && isRowidName(column);
    if (!isRowid && !sameName(nested.column, column)) continue;
    if (nested.isRowid) {
      if (matches.count > 0) continue;
      matches.rowidCandidates++;
      matches.rowidSource = source;
      matches.rowidColumn = number;
      continue;
    }
    if (matches.count > 0 && hit && matches.match === source && nested.noExpand && table === null) continue;
    addMatch(item, number, column, matches);
    hit = true;
    if (nested.isUsing) break;
  }
  return hit;
}

const nestedAnswersTo = (
  nested: { readonly database: string | null; readonly table: string | null; readonly isUsing: boolean },
  table: string | null,
  database: string | null,
): boolean =>
  table === null ||
  (!nested.isUsing &&
    nested.table !== null &&
    sameName(nested.table, table) &&
    (database === null || (nested.database !== null && sameName(nested.database, database))));

/** Whether `table.column` may mean this source. Names are folded. */
export function sourceAnswersTo(source: Source, table: string, database: string | null): boolean {
  if (database !== null) {
    const own = sourceDatabaseName(source);
    if (own === null || foldName(own) !== database) return false;
  }
  if (source.alias !== null) return sameName(source.alias, table);
  if (sameName(source.name, table)) return true;
  return isSchemaTableName(source, table, database);
}

/** sqlite_schema and sqlite_master are one table. */
function isSchemaTableName(source: Source, table: string, database: string | null): boolean {
  if (source.kind !== 'table' || !source.table.isSchemaTable) return false;
  if (source.database !== 1) return table === 'sqlite_schema' || table === 'sqlite_master';
  if (table === 'sqlite_temp_schema' || table === 'sqlite_temp_master') return true;
  return database !== null && (table === 'sqlite_schema' || table === 'sqlite_master');
}

/** OLD, NEW and excluded, and the changed row in RETURNING. */
function lookupRow(column: string, table: string | null, at: Scope): Expression | null {
  for (const { name, source } of at.rows) {
    if (name === null ? table !== null && !sourceAnswersTo(source, table, null) : table !== name) continue;
    const number = sourceColumnNumber(source, column);
    if (number !== undefined) return reference(source, number, -1);
    if (isRowidName(column) && sourceHasRowid(source)) return reference(source, -1, -1);
  }
  return null;
}

function lookupAlias(column: string, at: Scope, top: Scope, syntax: ColumnSyntax): Expression | null {
  const aliased = at.aliases?.find(({ name, isAlias }) => isAlias && sameName(name, column));
  if (!aliased) return null;
  const { expression, name } = aliased;
  const contains = (kind: 'aggregate' | 'window'): boolean =>
    someExpression(expression, (inner) => inner.kind === kind, false);
  if (!at.allowAggregates && contains('aggregate')) {
    throw new SqlError(`misuse of aliased aggregate ${name}`, syntax.start);
  }
  if (!(at.allowWindows && at === top) && contains('window')) {
    throw new SqlError(`misuse of aliased window function ${name}`, syntax.start);
  }
  if (expression.kind === 'row' || (expression.kind === 'subquery' && expression.query.columns.length !== 1)) {
    throw new SqlError('row value misused', syntax.start);
  }
  return expression;
}

/** A column reference; the rowid's alias column is the rowid. Notes the use. */
export function reference(source: Source, column: number, start: number): Expression {
  const number = column >= 0 && column === rowidAliasOf(source) ? -1 : column;
  if (number >= 0) source.usedColumns.add(number);
  else source.usesRowid = true;
  return makeColumn(source, number, start);
}

/** The value of a column merged by USING when a FULL JOIN is among the joins: the first side that has one. */
export const mergedColumn = (parts: readonly Expression[], start: number): Expression => ({
  kind: 'function',
  start,
  on: null,
  definition: builtInFunction('coalesce', 2),
  arguments: parts,
  isUsingColumn: true,
  purePlace: 0,
});

/** All queries between the name and its scope read sources of that scope. */
function noteOuterReference(found: Expression, from: Scope, to: Scope): void {
  if (from === to) return;
  const isRead = (source: Source): boolean =>
    to.sources.some((item) => item.source === source) ||
    (!to.hasFixedRows && to.rows.some((row) => row.source === source));
  const note = (inner: Expression): boolean => {
    if (inner.kind === 'column' && isRead(inner.source)) {
      for (let at: Scope = from; at !== to; at = at.parent!) at.outerSources.add(inner.source);
    }
    return false;
  };
  someExpression(found, note);
}

function noSuchColumn(problem: string, syntax: ColumnSyntax): SqlError {
  const parts = [syntax.database, syntax.table, syntax.column].filter((part) => part !== null).map(({ name }) => name);
  const isQuoted = parts.length === 1 && syntax.column.quoting === 'double' && problem === 'no such column';
  const name = isQuoted
    ? `"${syntax.column.name}" - should this be a string literal in single-quotes?`
    : parts.join('.');
  return new SqlError(`${problem}: ${name}`, syntax.start);
}

const placeNames: Record<RestrictedPlace, string> = {
  check: 'CHECK constraints',
  index: 'index expressions',
  'partial-index': 'partial index WHERE clauses',
  generated: 'generated columns',
};

const purePlaces: Record<RestrictedPlace, number> = { index: 1, 'partial-index': 1, check: 2, generated: 3 };

/** FunctionCall.purePlace of calls in this scope. */
export const purePlace = (scope: Scope): number => (scope.place === null ? 0 : purePlaces[scope.place]);

export const prohibited = (what: string, scope: Scope, offset: number): SqlError =>
  new SqlError(`${what} prohibited in ${placeNames[scope.place ?? 'partial-index']}`, offset);
