/**
 * Affinity and collation of bound expressions, and of comparisons between them (datatype3.html, sections 3 and 7).
 *
 * Must not know: registers, plans. Pure functions of the tree.
 */
import { Affinity, isNumericAffinity } from '../../spec/affinity';
import { collationNumbers, type CollationName } from '../../spec/collations';
import { SqlError } from '../syntax/sql-error';
import type { Expression, Query } from './ir';
import { forEachChild } from './walk';

/** The expression whose affinity and collation column `i` of a query has as an operand: of a compound, the last core's. */
export function operandColumn(query: Query, i: number): Expression {
  const core = query.cores.at(-1)!;
  return core.kind === 'values' ? core.rows[core.operandRow]![i]! : core.columns[i]!.expression;
}

/** Affinity of an expression: a column's own, a cast's, else none. */
export function affinityOf(expression: Expression): Affinity {
  let inner = expression;
  for (;;) {
    switch (inner.kind) {
      case 'column':
        return inner.column < 0 ? Affinity.integer : (inner.source.columns[inner.column]?.affinity ?? Affinity.none);
      case 'cast':
      case 'register':
        return inner.affinity;
      case 'subquery':
        inner = operandColumn(inner.query, 0);
        continue;
      case 'rowField':
        inner = operandColumn(inner.row.query, inner.index);
        continue;
      case 'row':
        inner = inner.items[0]!;
        continue;
      case 'collate':
      case 'ifNullRow':
        inner = inner.operand;
        continue;
      case 'function':
        if (!inner.isUsingColumn) return Affinity.none;
        inner = inner.arguments[0]!;
        continue;
      default:
        return Affinity.none;
    }
  }
}

/** The affinity that both sides of a comparison get: numeric if one side is, the column's if only one side is a column. */
export function combineAffinity(a: Affinity, b: Affinity): Affinity {
  if (a > Affinity.none && b > Affinity.none) {
    return isNumericAffinity(a) || isNumericAffinity(b) ? Affinity.numeric : Affinity.blob;
  }
  return a <= Affinity.none ? b : a;
}

export const comparisonAffinity = (left: Expression, right: Expression): Affinity =>
  combineAffinity(affinityOf(left), affinityOf(right));

/** A COLLATE operator is part of the expression and decides its collation. */
export function hasExplicitCollation(expression: Expression): boolean {
  switch (expression.kind) {
    case 'collate':
      return expression.isExplicit;
    case 'null':
    case 'integer':
    case 'real':
    case 'string':
    case 'blob':
    case 'parameter':
    case 'column':
    case 'exists':
    case 'subquery':
      return false;
    case 'register':
      return expression.explicitCollation;
    default: {
      let found = false;
      forEachChild(expression, (child) => {
        found ||= hasExplicitCollation(child);
      });
      return found;
    }
  }
}

/** The collation an expression brings into a comparison, null when it has none. @throws no such collation sequence */
export function collationOf(expression: Expression): CollationName | null {
  let inner: Expression | null = expression;
  while (inner) {
    switch (inner.kind) {
      case 'column': {
        if (inner.column < 0) return null;
        const name: string | null = inner.source.columns[inner.column]?.collation ?? null;
        return name === null ? null : checkCollation(name);
      }
      case 'register':
        return inner.collation;
      case 'collate':
        return checkCollation(inner.collation);
      case 'cast':
        inner = inner.operand;
        continue;
      case 'row':
        inner = inner.items[0]!;
        continue;
      case 'ifNullRow':
        inner = inner.operand;
        continue;
      case 'unary':
        if (inner.operator === '+') {
          inner = inner.operand;
          continue;
        }
        break;
      case 'function':
        if (inner.isUsingColumn) {
          inner = inner.arguments[0]!;
          continue;
        }
        break;
      default:
    }
    if (!hasExplicitCollation(inner)) return null;
    inner = firstWithCollation(inner);
  }
  return null;
}

function firstWithCollation(expression: Expression): Expression | null {
  let first: Expression | null = null;
  forEachChild(expression, (child) => {
    if (!first && hasExplicitCollation(child)) first = child;
  });
  return first;
}

/** The collation of a comparison: an explicit one first, the left operand's before the right's; BINARY if there is none. */
export function comparisonCollation(left: Expression, right: Expression): CollationName {
  if (hasExplicitCollation(left)) return collationOf(left) ?? 'BINARY';
  if (hasExplicitCollation(right)) return collationOf(right) ?? 'BINARY';
  return collationOf(left) ?? collationOf(right) ?? 'BINARY';
}

/** The collation to sort or group an expression by. */
export const sortCollation = (expression: Expression): CollationName => collationOf(expression) ?? 'BINARY';

/** A known collation's name in upper case, an unknown one's as it is. */
export function canonicalCollation(name: string): string {
  const upper = name.toUpperCase();
  return upper in collationNumbers ? upper : name;
}

/** The collation of that name, any case. @throws SqlError no such collation sequence */
export function checkCollation(name: string, offset = -1): CollationName {
  if (name === 'BINARY' || name === 'NOCASE' || name === 'RTRIM') return name;
  const canonical = canonicalCollation(name);
  if (canonical in collationNumbers) return canonical as CollationName;
  throw new SqlError(`no such collation sequence: ${name}`, offset, 'SQLITE_ERROR_MISSING_COLLSEQ');
}

/** Types that a value of the expression may have: bits 1 numeric, 2 text, 4 blob. */
export function possibleTypes(expression: Expression): number {
  switch (expression.kind) {
    case 'null':
      return 0;
    case 'string':
      return 2;
    case 'blob':
      return 4;
    case 'collate':
    case 'ifNullRow':
      return possibleTypes(expression.operand);
    case 'unary':
      return expression.operator === '+' ? possibleTypes(expression.operand) : 1;
    case 'arithmetic':
      return expression.operator === '||' ? 6 : 1;
    case 'parameter':
    case 'function':
    case 'aggregate':
    case 'window':
      return 7;
    case 'column':
    case 'subquery':
    case 'cast':
    case 'rowField':
    case 'row':
    case 'register': {
      const affinity = affinityOf(expression);
      if (isNumericAffinity(affinity)) return 5;
      return affinity === Affinity.text ? 6 : 7;
    }
    case 'case': {
      let types = expression.otherwise ? possibleTypes(expression.otherwise) : 0;
      for (const { then } of expression.branches) types |= possibleTypes(then);
      return types;
    }
    default:
      return 1;
  }
}
