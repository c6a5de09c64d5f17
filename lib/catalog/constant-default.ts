/**
 * Decides whether an expression may be a column's DEFAULT.
 *
 * Owns: that rule: constants and function calls of constants, no names, subqueries or RAISE.
 */
import type { Expr } from '../syntax/ast';

/** `isStored`: parameters are accepted in stored schemas (they read as NULL). */
export function isConstantDefault(expr: Expr, isStored: boolean): boolean {
  const all = (items: readonly (Expr | null)[]): boolean =>
    items.every((item) => item === null || isConstantDefault(item, isStored));
  switch (expr.kind) {
    case 'null':
    case 'integer':
    case 'real':
    case 'string':
    case 'blob':
    case 'currentTime':
      return true;
    case 'parameter':
      return isStored;
    case 'column':
      return expr.table === null && expr.column.quoting === 'bare' && /^(?:true|false)$/i.test(expr.column.name);
    case 'unary':
    case 'cast':
    case 'collate':
    case 'nullTest':
      return all([expr.operand]);
    case 'binary':
      return all([expr.left, expr.right]);
    case 'pattern':
      return all([expr.operand, expr.pattern, expr.escape]);
    case 'between':
      return all([expr.operand, expr.low, expr.high]);
    case 'in':
      return expr.source.kind === 'list' && all([expr.operand, ...expr.source.items]);
    case 'case':
      return all([expr.operand, expr.otherwise, ...expr.branches.flatMap(({ when, then }) => [when, then])]);
    case 'function':
      return expr.over === null && all([...expr.arguments, expr.filter]);
    case 'row':
      return all(expr.items);
    case 'exists':
    case 'subquery':
    case 'raise':
      return false;
  }
}
