/**
 * Result columns: their names (SQLite's short_column_names rules), origins and declared types, and the columns that a
 * subquery, view or common table offers to the query around it.
 */
import { Affinity, isNumericAffinity } from '../../spec/affinity';
import { affinityOfType, foldName } from '../catalog/names';
import type * as Ast from '../syntax/ast';
import { affinityOf, collationOf, possibleTypes } from './affinity';
import type { Binder } from './binder';
import type { ColumnOrigin, Core, Expression, ResultColumn, Source, SourceColumn } from './ir';
import { withoutHints } from './walk';

/** A written result column: named by its alias, else by the column it is, else by its text. */
export function writtenColumn(binder: Binder, syntax: Ast.ResultExpr, expression: Expression): ResultColumn {
  const { origin, declaredType } = describe(expression);
  const alias = syntax.alias;
  const name = alias ? alias.name : derivedName(binder, expression, syntax);
  return { expression, name, isAlias: alias !== null, origin, declaredType };
}

function derivedName(binder: Binder, expression: Expression, syntax: Ast.ResultExpr): string {
  const { shortColumnNames, fullColumnNames } = binder.options.pragmas;
  if (expression.kind === 'column' && (shortColumnNames || fullColumnNames)) {
    const name = columnName(expression);
    return fullColumnNames ? `${tableName(expression.source)}.${name}` : name;
  }
  return binder.textBetween(syntax.start, syntax.end).trim();
}

/** What long column names call a source: a subquery by its alias or number. */
export const tableName = (source: Source): string =>
  source.kind === 'subquery' && source.name === ''
    ? (source.alias ?? `(${source.isJoinGroup ? 'join' : 'subquery'}-${source.query.id})`)
    : source.name;

/** The name of the column that a reference means: rowid aliases by their declared name. */
function columnName({ source, column }: Extract<Expression, { kind: 'column' }>): string {
  if (column >= 0) return source.columns[column]!.name;
  const alias = source.kind === 'table' || source.kind === 'row' ? source.table.rowidAlias : -1;
  return alias >= 0 ? source.columns[alias]!.name : 'rowid';
}

/** A column that `*` stands for. */
export function starColumn(expression: Expression, name: string): ResultColumn {
  return { expression, name, isAlias: true, ...describe(expression) };
}

/** Table column and declared type that an expression shows, through subqueries. */
export function describe(expression: Expression): { origin: ColumnOrigin | null; declaredType: string | null } {
  // Of a compound, SQLite looks at the last core.
  if (expression.kind === 'subquery') return describe(expression.query.cores.at(-1)!.columns[0]!.expression);
  if (expression.kind !== 'column') return { origin: null, declaredType: null };
  const { source, column } = expression;
  switch (source.kind) {
    case 'subquery': {
      const inner = source.query.cores.at(-1)!.columns[column];
      return inner ? { origin: inner.origin, declaredType: inner.declaredType } : { origin: null, declaredType: null };
    }
    case 'recursive':
      return { origin: null, declaredType: null };
    case 'table':
    case 'row': {
      const number = column >= 0 ? column : source.table.rowidAlias;
      if (number >= 0) {
        const { origin, declaredType } = source.columns[number]!;
        return { origin, declaredType };
      }
      const { table } = source;
      return {
        origin: { database: table.database.name, table: table.name, column: 'rowid' },
        declaredType: 'INTEGER',
      };
    }
  }
}

/** Names that a subquery's columns have outside: unique, TRUE and FALSE avoided. */
export function offeredNames(candidates: readonly (string | null)[]): string[] {
  const taken = new Set<string>();
  return candidates.map((candidate, i) => {
    let name = candidate ?? `column${i + 1}`;
    const folded = foldName(name);
    if (folded === 'true' || folded === 'false') name = `column${i + 1}`;
    let suffix = 0;
    while (taken.has(foldName(name))) name = `${name.replace(/:\d*$/, '')}:${++suffix}`;
    taken.add(foldName(name));
    return name;
  });
}

/**
 * The name a column of a subquery goes by: alias, column name as written, or text. (Views are bound before they are
 * asked for names, so theirs are the declared ones.)
 */
export function candidateName(
  binder: Binder,
  column: ResultColumn,
  syntax: Ast.ResultExpr | null,
  isView: boolean,
): string {
  if (column.isAlias || !syntax) return column.name;
  if (isView) {
    const inner = withoutHints(column.expression);
    if (inner.kind === 'column') return columnName(inner);
  } else {
    let inner = syntax.expr;
    while (inner.kind === 'collate') inner = inner.operand;
    if (inner.kind === 'column') return inner.column.name;
  }
  return binder.textBetween(syntax.start, syntax.end).trim();
}

const standardTypes: Partial<Record<Affinity, string>> = {
  [Affinity.blob]: 'BLOB',
  [Affinity.text]: 'TEXT',
  [Affinity.numeric]: 'NUM',
  [Affinity.integer]: 'INT',
  [Affinity.real]: 'REAL',
  [Affinity.flexnum]: 'NUM',
};

/** The columns that a query offers as a source; types from all its cores (SQLite's rules for compounds). */
export function offeredColumns(cores: readonly Core[], names: readonly string[]): SourceColumn[] {
  const first = cores[0]!;
  return names.map((name, i) => {
    const result = first.columns[i]!;
    const affinity = offeredAffinity(cores, i);
    return {
      name,
      affinity,
      // As a column it always has one.
      collation: collationOf(result.expression) ?? 'BINARY',
      hidden: false,
      notNull: false,
      origin: result.origin,
      declaredType: offeredType(result.declaredType, affinity),
      nested: null,
    };
  });
}

/** The type as written where the affinity agrees with it, else the affinity's standard name. */
function offeredType(declared: string | null, affinity: Affinity): string | null {
  if (declared !== null && affinityOfType(declared) === affinity) return declared;
  return standardTypes[affinity] ?? null;
}

function offeredAffinity(cores: readonly Core[], column: number): Affinity {
  let types = 0;
  let at = 0;
  const first = cores[0]!.columns[column]!.expression;
  let affinity = affinityOf(first);
  while (affinity <= Affinity.none && at + 1 < cores.length) {
    types |= possibleTypes(cores[at]!.columns[column]!.expression);
    affinity = affinityOf(cores[++at]!.columns[column]!.expression);
  }
  if (affinity < Affinity.text || cores.length === 1) return affinity;
  for (let rest = at + 1; rest < cores.length; rest++) types |= possibleTypes(cores[rest]!.columns[column]!.expression);
  if (affinity === Affinity.text && (types & 1) !== 0) return Affinity.blob;
  if (isNumericAffinity(affinity) && (types & 2) !== 0) return Affinity.blob;
  return isNumericAffinity(affinity) && first.kind === 'cast' ? Affinity.flexnum : affinity;
}
