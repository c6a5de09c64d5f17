/**
 * Properties of bound expressions that decide how they may be coded: constant, nullable, with calls or subqueries.
 */
import { sortCollation } from './affinity';
import { equalExpressions } from './compare';
import { conjuncts, forEachChild, queryOf } from './walk';
import type { Expression } from './ir';

/** No row decides the value: no columns, subqueries, aggregates; only calls that are constant within a statement. */
export function isConstant(expression: Expression): boolean {
  switch (expression.kind) {
    case 'null':
    case 'integer':
    case 'real':
    case 'string':
    case 'blob':
    case 'parameter':
      return true;
    case 'column':
    case 'register':
    case 'exists':
    case 'subquery':
    case 'rowField':
    case 'aggregate':
    case 'window':
    case 'raise':
    case 'ifNullRow':
      return false;
    case 'function': {
      const { definition } = expression;
      const isStable = definition.isDeterministic === true || definition.isConstantPerStatement === true;
      return isStable && expression.arguments.every(isConstant);
    }
    case 'in':
      return expression.query === null && childrenAre(expression, isConstant);
    default:
      return childrenAre(expression, isConstant);
  }
}

/** The expression is made of constants and of `keys` that compare under BINARY: equal keys decide its value. */
export function isMadeOf(expression: Expression, keys: readonly Expression[]): boolean {
  if (isConstant(expression)) return true;
  if (keys.some((key) => equalExpressions(key, expression) && sortCollation(key) === 'BINARY')) return true;
  const isLeaf = ['column', 'aggregate', 'subquery', 'exists', 'rowField', 'window', 'register'].includes(
    expression.kind,
  );
  if (isLeaf || queryOf(expression)) return false;
  if (expression.kind === 'function' && expression.definition.isDeterministic !== true) return false;
  return childrenAre(expression, (child) => isMadeOf(child, keys));
}

function childrenAre(expression: Expression, test: (child: Expression) => boolean): boolean {
  let all = true;
  forEachChild(expression, (child) => {
    all &&= test(child);
  });
  return all;
}

/** The expression calls a function: evaluating it may fail. */
export function containsCall(expression: Expression): boolean {
  if (expression.kind === 'function') return true;
  return !childrenAre(expression, (child) => !containsCall(child));
}

/**
 * SQLite knows the expression for one with a call, because of how it was written. It doesn't where the call stands below COLLATE,
 * which also marks what merging has put in the place of a column.
 */
export function isKnownToCall(expression: Expression): boolean {
  switch (expression.kind) {
    case 'function':
      return true;
    case 'collate':
      return false;
    default:
      return !childrenAre(expression, (child) => !isKnownToCall(child));
  }
}

/** The expression contains a subquery: evaluating it may be expensive. */
export function containsQuery(expression: Expression): boolean {
  switch (expression.kind) {
    case 'exists':
    case 'subquery':
    case 'rowField':
      return true;
    case 'in':
      if (expression.query) return true;
      break;
    default:
  }
  return !childrenAre(expression, (child) => !containsQuery(child));
}

/** False only if the value can certainly not be NULL. */
export function canBeNull(expression: Expression): boolean {
  switch (expression.kind) {
    case 'integer':
    case 'real':
    case 'string':
    case 'blob':
    case 'exists':
    case 'nullTest':
    case 'truthTest':
      return false;
    case 'column': {
      const { source, column } = expression;
      if (source.join.left || source.join.leftOfRight) return true;
      if (source.kind !== 'table') return true;
      return column >= 0 && !source.columns[column]!.notNull;
    }
    case 'unary':
      return expression.operator !== '+' || canBeNull(expression.operand);
    case 'collate':
      return canBeNull(expression.operand);
    default:
      return true;
  }
}

/** The condition is certainly false or NULL, whatever the row. */
export const isAlwaysFalse = (expression: Expression): boolean =>
  expression.kind === 'null' || (expression.kind === 'integer' && expression.value === 0n);

export const isAlwaysTrue = (expression: Expression): boolean =>
  expression.kind === 'integer' && expression.value !== 0n;

/**
 * An AND or OR that a constant operand decides, or leaves to the other one, is that operand alone: no code is made for the
 * rest. Anything else comes back as it is.
 */
export function simplifyLogical(expression: Expression): Expression {
  if (expression.kind !== 'logical') return expression;
  const left = simplifyLogical(expression.left);
  const right = simplifyLogical(expression.right);
  const isAnd = expression.operator === 'and';
  if (holdsAlways(left) || failsAlways(right)) return isAnd ? right : left;
  if (holdsAlways(right) || failsAlways(left)) return isAnd ? left : right;
  return expression;
}

/** Terms of an outer join's ON clause say nothing about rows without a match. */
const holdsAlways = (expression: Expression): boolean => isAlwaysTrue(expression) && !expression.on?.outer;
const failsAlways = (expression: Expression): boolean =>
  expression.kind === 'integer' && expression.value === 0n && !expression.on?.outer;

/** Some conjunct, not of an outer join's ON clause, is certainly false. */
export const hasFalseConjunct = (where: Expression | null): boolean =>
  conjuncts(where).some((term) => isAlwaysFalse(term) && !term.on?.outer);
