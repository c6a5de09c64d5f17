/**
 * Columns of keys as written in constraints and CREATE INDEX: names, collations.
 */
import type { Expr, OrderingTerm } from '../syntax/ast';
import { SqlError } from '../syntax/sql-error';
import { sameName } from './names';
import type { CollationName } from './schema';

export interface KeyColumn {
  readonly column: number;
  collation: CollationName;
  writtenCollation: string;
  readonly descending: boolean;
}

/** Collations that exist; another name is an error in new statements. */
export function isKnownCollation(name: string): boolean {
  return sameName(name, 'BINARY') || sameName(name, 'NOCASE') || sameName(name, 'RTRIM');
}

/** The spelling under which a collation is kept: upper case for the built-in ones. */
export function collationName(name: string): CollationName {
  return isKnownCollation(name) ? name.toUpperCase() : name;
}

/** NULLS FIRST and LAST are for ORDER BY only. */
export function refuseNullsOrder(terms: readonly OrderingTerm[]): void {
  for (const { nulls, start } of terms) {
    if (nulls !== null) throw new SqlError(`unsupported use of NULLS ${nulls.toUpperCase()}`, start);
  }
}

/** The column that an expression names, perhaps inside COLLATE; a string in the place of a name counts. Null for other expressions. */
export function columnNameOf(expr: Expr): string | null {
  let inner = expr;
  while (inner.kind === 'collate') inner = inner.operand;
  if (inner.kind === 'string') return inner.value;
  return inner.kind === 'column' && inner.table === null ? inner.column.name : null;
}

/** Splits `name COLLATE collation`; name is null for other expressions. The outermost collation counts. */
export function splitCollation(expr: Expr): { name: string | null; collation: string | null } {
  const collation = expr.kind === 'collate' ? expr.collation.name : null;
  return { name: columnNameOf(expr), collation };
}
