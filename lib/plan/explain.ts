/**
 * The words of EXPLAIN QUERY PLAN for loops.
 */
import type { Core, Source, SubquerySource } from '../resolve/ir';
import { BOUND_FLAGS, CONSTRAINT_FLAGS, PathFlag, type AccessPath, type Level } from './plan';
import { EXPRESSION_COLUMN, ROWID_COLUMN, type PlanIndex } from './plan-index';

/** Rows of constants that have the first one's types: SQLite codes them as it reads them, others as a compound query. */
export const isInlineValues = (core: Core): boolean =>
  core.kind === 'values' && core.rows.length > 1 && core.operandRow === 0;

/** How a FROM item is called. */
export function sourceName(source: Source): string {
  if (source.kind === 'subquery' && source.isInline === true) return subqueryName(source);
  if (source.alias !== null) return source.alias;
  if (source.name !== '') return source.name;
  return source.kind === 'subquery' ? subqueryName(source) : source.name;
}

/** How the query of a FROM item is called where its rows are made: by the name of the view or common table first. */
export function queryName(source: SubquerySource): string {
  return source.name === '' ? (source.alias ?? subqueryName(source)) : source.name;
}

function subqueryName({ query, isJoinGroup }: SubquerySource): string {
  const [core] = query.cores;
  if (isJoinGroup) return `(join-${query.id})`;
  if (core?.kind === 'values' && isInlineValues(core)) return `${core.rows.length}-ROW VALUES CLAUSE`;
  return `(subquery-${query.id})`;
}

/**
 * `SEARCH t USING INDEX i (a=?)` and the like. `extreme`: the loop is after one extreme row. `isJoin`: false in the second pass
 * of a right join, where the source stands alone.
 */
export function levelText(level: Level, extreme: boolean, isJoin = true): string {
  const { source, path } = level;
  const isSearch = path.has(BOUND_FLAGS) || (!path.has(PathFlag.virtualTable) && path.equalityCount > 0) || extreme;
  const exists = source.kind === 'table' && source.fromExists ? ' EXISTS' : '';
  let text = `${isSearch ? 'SEARCH' : 'SCAN'} ${sourceName(source)}${exists}`;
  if (path.has(PathFlag.virtualTable)) {
    text += ` VIRTUAL TABLE INDEX ${path.virtualTable!.shown}:`;
  } else if (path.has(PathFlag.byRowid)) {
    if (path.has(CONSTRAINT_FLAGS)) text += ` USING INTEGER PRIMARY KEY (${rowidConstraint(path)})`;
  } else {
    text += indexText(path, isSearch);
  }
  return source.join.left && isJoin ? `${text} LEFT-JOIN` : text;
}

function indexText(path: AccessPath, isSearch: boolean): string {
  const index = path.index!;
  let name: string;
  if (index.isTable) {
    if (!isSearch) return '';
    name = 'PRIMARY KEY';
  } else if (path.has(PathFlag.partialIndex)) {
    name = 'AUTOMATIC PARTIAL COVERING INDEX';
  } else if (path.has(PathFlag.automaticIndex)) {
    name = 'AUTOMATIC COVERING INDEX';
  } else if (path.has(PathFlag.covering | PathFlag.expressionCovering)) {
    name = `COVERING INDEX ${index.name}`;
  } else {
    name = `INDEX ${index.name}`;
  }
  return ` USING ${name}${rangeText(path, index)}`;
}

function rowidConstraint(path: AccessPath): string {
  if (path.has(PathFlag.equality | PathFlag.in)) return 'rowid=?';
  if ((path.flags & BOUND_FLAGS) === BOUND_FLAGS) return 'rowid>? AND rowid<?';
  return path.has(PathFlag.lowerBound) ? 'rowid>?' : 'rowid<?';
}

function rangeText(path: AccessPath, index: PlanIndex): string {
  const parts: string[] = [];
  for (let i = 0; i < path.equalityCount; i++) {
    const name = columnName(index, i);
    parts.push(i >= path.skipCount ? `${name}=?` : `ANY(${name})`);
  }
  if (path.has(PathFlag.lowerBound)) parts.push(boundText(index, path.equalityCount, path.lowerCount, '>'));
  if (path.has(PathFlag.upperBound)) parts.push(boundText(index, path.equalityCount, path.upperCount, '<'));
  return parts.length === 0 ? '' : ` (${parts.join(' AND ')})`;
}

function boundText(index: PlanIndex, column: number, fields: number, operator: string): string {
  const names = Array.from({ length: fields }, (_, i) => columnName(index, column + i)).join(',');
  const values = Array.from({ length: fields }, () => '?').join(',');
  return fields > 1 ? `(${names})${operator}(${values})` : `${names}${operator}${values}`;
}

function columnName(index: PlanIndex, position: number): string {
  const { column, name } = index.columns[position]!;
  if (column === EXPRESSION_COLUMN) return '<expr>';
  return column === ROWID_COLUMN ? 'rowid' : name;
}

/** `BLOOM FILTER ON t (a=?)`. */
export function bloomFilterText(level: Level): string {
  const { source, path } = level;
  const name = sourceName(source);
  if (path.has(PathFlag.byRowid)) {
    const alias = source.kind === 'table' && source.table.rowidAlias >= 0;
    const column = alias ? source.table.columns[source.table.rowidAlias]!.name : 'rowid';
    return `BLOOM FILTER ON ${name} (${column}=?)`;
  }
  const parts: string[] = [];
  for (let i = path.skipCount; i < path.equalityCount; i++) parts.push(`${columnName(path.index!, i)}=?`);
  return `BLOOM FILTER ON ${name} (${parts.join(' AND ')})`;
}
