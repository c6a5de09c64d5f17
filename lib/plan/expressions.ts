/**
 * Facts about bound expressions that only the planner and the loops ask for.
 *
 * Must not know: terms, paths, registers. Pure functions of the tree. Affinity and collation are resolve/affinity's.
 */
import { Affinity, isNumericAffinity } from '../../spec/affinity';
import { affinityOf, combineAffinity, comparisonCollation } from '../resolve/affinity';
import { equalExpressions } from '../resolve/compare';
import type { ComparisonExpression, Expression, FunctionDefinition, Source } from '../resolve/ir';
import { forEachChild, queryOf, someExpression, withoutCollate } from '../resolve/walk';

/** Number of values: that of a row or of a subquery's columns, else 1. */
export function valueCount(expression: Expression): number {
  if (expression.kind === 'row') return expression.items.length;
  if (expression.kind === 'subquery') return expression.query.columns.length;
  return 1;
}

/** Field `index` of a row value. */
export function rowFieldOf(expression: Expression, index: number): Expression {
  if (expression.kind === 'row') return expression.items[index]!;
  if (expression.kind === 'subquery' && expression.query.columns.length > 1) {
    return { kind: 'rowField', start: expression.start, on: null, row: expression, index };
  }
  return expression;
}

/** Gives the same result for the same arguments during one statement. */
const isStable = (definition: FunctionDefinition): boolean =>
  definition.isDeterministic === true || definition.isConstantPerStatement === true || definition.isPureDate === true;

/** Depends on neither rows nor chance: parameters are constant, subqueries are not. */
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
    case 'ifNullRow':
    case 'exists':
    case 'subquery':
    case 'rowField':
    case 'aggregate':
    case 'window':
    case 'raise':
      return false;
    case 'in':
      if (expression.query) return false;
      break;
    case 'function':
      if (!isStable(expression.definition)) return false;
      break;
    default:
  }
  let constant = true;
  forEachChild(expression, (child) => {
    constant &&= isConstant(child);
  });
  return constant;
}

/** Reads nothing but this source's row, constants and stable functions. */
export function isConstantOf(expression: Expression, source: Source): boolean {
  return !someExpression(
    expression,
    (part) => {
      switch (part.kind) {
        case 'column':
          return part.source !== source;
        case 'function':
          return !isStable(part.definition);
        case 'register':
        case 'ifNullRow':
        case 'aggregate':
        case 'window':
        case 'raise':
          return true;
        default:
          return queryOf(part) !== null;
      }
    },
    false,
  );
}

/** Gives the same value for the same row each time; expressions with subqueries are not known to. */
export function isDeterministic(expression: Expression): boolean {
  return !someExpression(
    expression,
    (part) => queryOf(part) !== null || (part.kind === 'function' && !isStable(part.definition)),
    false,
  );
}

/** Calls `visit` for every source that the expression reads, subqueries included. */
export function forEachSource(expression: Expression, visit: (source: Source) => void): void {
  if (expression.kind === 'column') {
    visit(expression.source);
    return;
  }
  if (expression.kind === 'ifNullRow') visit(expression.source);
  const query = queryOf(expression);
  if (query) query.outerSources.forEach(visit);
  forEachChild(expression, (child) => {
    forEachSource(child, visit);
  });
}

/** Contains a subquery, at any depth, that reads rows of enclosing queries. */
export function hasCorrelatedSubquery(expression: Expression): boolean {
  return someExpression(expression, (part) => (queryOf(part)?.outerSources.size ?? 0) > 0);
}

export function hasSubquery(expression: Expression): boolean {
  return someExpression(expression, (part) => queryOf(part) !== null, false);
}

/** False only when the value is never NULL. */
export function canBeNull(expression: Expression): boolean {
  let inner = expression;
  while (inner.kind === 'unary' && (inner.operator === '+' || inner.operator === '-')) inner = inner.operand;
  switch (inner.kind) {
    case 'integer':
    case 'real':
    case 'string':
    case 'blob':
      return false;
    case 'column': {
      const { source, column } = inner;
      if (source.kind !== 'table' || source.join.left || source.join.leftOfRight) return true;
      return column >= 0 && !(source.columns[column]?.notNull ?? false);
    }
    default:
      return true;
  }
}

/** Applying `affinity` to the value certainly leaves it as it is. */
export function needsNoAffinityChange(expression: Expression, affinity: Affinity): boolean {
  if (affinity <= Affinity.blob) return true;
  let inner = expression;
  let negated = false;
  while (inner.kind === 'unary' && (inner.operator === '+' || inner.operator === '-')) {
    negated ||= inner.operator === '-';
    inner = inner.operand;
  }
  switch (inner.kind) {
    case 'integer':
      return isNumericAffinity(affinity);
    case 'real':
      return affinity === Affinity.real || affinity === Affinity.numeric;
    case 'string':
      return !negated && affinity === Affinity.text;
    case 'blob':
      return !negated;
    case 'column':
      return isNumericAffinity(affinity) && inner.column < 0;
    default:
      return false;
  }
}

/** The affinity that a comparison of `expression` with something of `affinity` gives to both. */
export const affinityAgainst = (expression: Expression, affinity: Affinity): Affinity =>
  combineAffinity(affinityOf(expression), affinity);

/** The comparison's collation would be another one with its sides exchanged. */
export const sidesDecideCollation = ({ left, right }: ComparisonExpression): boolean =>
  comparisonCollation(left, right) !== comparisonCollation(right, left);

/** The value of an integer literal of 32 bits, perhaps signed; null for anything else. */
export function integerValue(expression: Expression): number | null {
  if (expression.kind === 'unary' && (expression.operator === '-' || expression.operator === '+')) {
    const value = integerValue(expression.operand);
    if (value === null) return null;
    return expression.operator === '-' ? -value : value;
  }
  if (expression.kind !== 'integer') return null;
  const { value } = expression;
  return value >= -0x7fffffffn && value <= 0x7fffffffn ? Number(value) : null;
}

/** Whether `fact`, when true, makes `condition` true: the test for the use of a partial index. */
export function implies(
  fact: Expression,
  condition: Expression,
  on: (a: Expression, b: Expression) => boolean,
): boolean {
  if (on(fact, condition)) return true;
  if (
    condition.kind === 'logical' &&
    condition.operator === 'or' &&
    (implies(fact, condition.left, on) || implies(fact, condition.right, on))
  ) {
    return true;
  }
  return condition.kind === 'nullTest' && condition.negated && impliesNotNull(fact, condition.operand, null, on);
}

/** Operators whose result is only true when both operands are. */
const KEEPS_FALSE: ReadonlySet<string> = new Set(['*', '/', '%', '&']);

/** Whether a true `fact` is only possible when `operand` is not NULL. */
function impliesNotNull(
  fact: Expression,
  operand: Expression,
  seenNot: true | null,
  on: (a: Expression, b: Expression) => boolean,
): boolean {
  if (on(fact, operand)) return operand.kind !== 'null';
  switch (fact.kind) {
    case 'in':
      if (seenNot && fact.query) return false;
      return impliesNotNull(fact.operand, operand, true, on);
    case 'between':
      if (seenNot) return false;
      return (
        impliesNotNull(fact.low, operand, true, on) ||
        impliesNotNull(fact.high, operand, true, on) ||
        impliesNotNull(fact.operand, operand, true, on)
      );
    case 'comparison':
      if (fact.operator === 'is' || fact.operator === 'isNot') return false;
      return impliesNotNull(fact.right, operand, true, on) || impliesNotNull(fact.left, operand, true, on);
    case 'arithmetic': {
      const strict = KEEPS_FALSE.has(fact.operator) ? seenNot : true;
      return impliesNotNull(fact.right, operand, strict, on) || impliesNotNull(fact.left, operand, strict, on);
    }
    case 'collate':
      return impliesNotNull(fact.operand, operand, seenNot, on);
    case 'unary':
      if (fact.operator === '~') return impliesNotNull(fact.operand, operand, true, on);
      return impliesNotNull(fact.operand, operand, fact.operator === 'not' ? true : seenNot, on);
    case 'truthTest':
      if (seenNot || fact.negated) return false;
      return impliesNotNull(fact.operand, operand, true, on);
    default:
      return false;
  }
}

/** Equal, COLLATE at the top ignored. */
export const equalBelowCollate = (a: Expression, b: Expression): boolean =>
  equalExpressions(withoutCollate(a), withoutCollate(b));
