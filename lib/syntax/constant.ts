/**
 * Which expressions are constants for the parser, before any name is known.
 */
import type { Expr } from './ast';

/** Constant as the parser of SQLite sees it, before names are known: no names, calls or subqueries. */
export function isConstantSyntax(syntax: Expr): boolean {
  switch (syntax.kind) {
    case 'null':
    case 'integer':
    case 'real':
    case 'string':
    case 'blob':
    case 'parameter':
      return true;
    case 'column': {
      const name = syntax.column.name.toLowerCase();
      return syntax.table === null && syntax.column.quoting === 'bare' && (name === 'true' || name === 'false');
    }
    case 'unary':
    case 'cast':
    case 'collate':
    case 'nullTest':
      return isConstantSyntax(syntax.operand);
    case 'binary':
      return (
        syntax.operator !== '->' &&
        syntax.operator !== '->>' &&
        isConstantSyntax(syntax.left) &&
        isConstantSyntax(syntax.right)
      );
    case 'between':
      return isConstantSyntax(syntax.operand) && isConstantSyntax(syntax.low) && isConstantSyntax(syntax.high);
    default:
      return false;
  }
}
