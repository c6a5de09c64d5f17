/**
 * Structural equality of bound expressions: the same value whenever both are evaluated on the same row.
 *
 * "Unequal" is always safe: it only costs an optimization, except where SQLite's rules ask for a match (ORDER BY terms
 * of compounds, GROUP BY), and there this agrees with SQLite: subqueries never match, functions match by name.
 */
import type { BoundFrame, BoundWindow, Expression, Parameter, SortTerm } from './ir';

/** Whether a parameter has the value of an expression that is a constant. */
export type ParameterTest = (parameter: Parameter, constant: Expression) => boolean;

/**
 * Whether both expressions are equal, COLLATE operators included. With `hasValue` a parameter in `a`, outside of lists, also equals what it
 * has the value of.
 */
export function equalExpressions(a: Expression, b: Expression, hasValue: ParameterTest | null = null): boolean {
  if (a === b) return true;
  if (hasValue !== null && a.kind === 'parameter' && b.kind !== 'parameter') return hasValue(a, b);
  if (a.kind !== b.kind) return false;
  switch (a.kind) {
    case 'null':
      return true;
    case 'integer':
      return b.kind === 'integer' && a.value === b.value;
    case 'real':
      return b.kind === 'real' && a.text === b.text;
    case 'string':
      return b.kind === 'string' && a.value === b.value;
    case 'blob':
      return b.kind === 'blob' && Buffer.compare(a.bytes, b.bytes) === 0;
    case 'parameter':
      return b.kind === 'parameter' && a.index === b.index;
    case 'column':
      return b.kind === 'column' && a.source === b.source && a.column === b.column;
    case 'unary':
      return b.kind === 'unary' && a.operator === b.operator && equalExpressions(a.operand, b.operand, hasValue);
    case 'logical':
    case 'comparison':
    case 'arithmetic':
      return (
        b.kind === a.kind &&
        a.operator === b.operator &&
        equalExpressions(a.left, b.left, hasValue) &&
        equalExpressions(a.right, b.right, hasValue)
      );
    case 'nullTest':
      return b.kind === 'nullTest' && a.negated === b.negated && equalExpressions(a.operand, b.operand, hasValue);
    case 'truthTest':
      return (
        b.kind === 'truthTest' &&
        a.negated === b.negated &&
        a.value === b.value &&
        equalExpressions(a.operand, b.operand, hasValue)
      );
    case 'between':
      return (
        b.kind === 'between' &&
        equalExpressions(a.operand, b.operand, hasValue) &&
        equalExpressions(a.low, b.low) &&
        equalExpressions(a.high, b.high)
      );
    case 'in':
      return (
        b.kind === 'in' &&
        a.list !== null &&
        b.list !== null &&
        equalExpressions(a.operand, b.operand, hasValue) &&
        equalLists(a.list, b.list)
      );
    case 'row':
      return b.kind === 'row' && equalLists(a.items, b.items);
    case 'case':
      return b.kind === 'case' && equalLists(caseParts(a), caseParts(b)) && !a.operand === !b.operand;
    case 'cast':
      return b.kind === 'cast' && a.affinity === b.affinity && equalExpressions(a.operand, b.operand, hasValue);
    case 'collate':
      return b.kind === 'collate' && a.collation === b.collation && equalExpressions(a.operand, b.operand, hasValue);
    case 'function':
      return b.kind === 'function' && sameFunction(a, b) && equalLists(a.arguments, b.arguments);
    case 'aggregate':
      return (
        b.kind === 'aggregate' &&
        sameFunction(a, b) &&
        a.level === b.level &&
        a.distinct === b.distinct &&
        equalLists(a.arguments, b.arguments) &&
        equalMaybe(a.filter, b.filter) &&
        equalSortTerms(a.orderBy, b.orderBy)
      );
    case 'window':
      return (
        b.kind === 'window' &&
        sameFunction(a, b) &&
        equalLists(a.arguments, b.arguments) &&
        equalMaybe(a.filter, b.filter) &&
        sameWindow(a.window, b.window)
      );
    case 'register':
      return b.kind === 'register' && a.register === b.register;
    case 'ifNullRow':
      return b.kind === 'ifNullRow' && a.source === b.source && equalExpressions(a.operand, b.operand, hasValue);
    case 'exists':
    case 'subquery':
    case 'rowField':
    case 'raise':
      return false;
  }
}

/** Equal when COLLATE operators at the top of either are ignored. */
export function equalIgnoringCollate(a: Expression, b: Expression): boolean {
  let x = a;
  let y = b;
  while (x.kind === 'collate') x = x.operand;
  while (y.kind === 'collate') y = y.operand;
  return equalExpressions(x, y);
}

export function equalLists(a: readonly Expression[], b: readonly Expression[]): boolean {
  return a.length === b.length && a.every((item, i) => equalExpressions(item, b[i]!));
}

export function equalSortTerms(a: readonly SortTerm[], b: readonly SortTerm[]): boolean {
  return (
    a.length === b.length &&
    a.every((term, i) => {
      const other = b[i]!;
      return (
        term.descending === other.descending &&
        term.bigNulls === other.bigNulls &&
        equalExpressions(term.expression, other.expression)
      );
    })
  );
}

const equalMaybe = (a: Expression | null, b: Expression | null): boolean =>
  a === b || (a !== null && b !== null && equalExpressions(a, b));

type Call = Extract<Expression, { kind: 'function' | 'aggregate' | 'window' }>;

const sameFunction = (a: Call, b: Call): boolean =>
  a.definition.id === b.definition.id && a.definition.isHost === b.definition.isHost;

/** Whether one pass over the rows can compute functions of both windows. */
export const sameWindow = (a: BoundWindow, b: BoundWindow): boolean =>
  sameFrame(a.frame, b.frame) && equalLists(a.partitionBy, b.partitionBy) && equalSortTerms(a.orderBy, b.orderBy);

const sameFrame = (a: BoundFrame, b: BoundFrame): boolean =>
  a.unit === b.unit &&
  a.exclude === b.exclude &&
  a.from.kind === b.from.kind &&
  a.to.kind === b.to.kind &&
  equalMaybe(a.from.offset, b.from.offset) &&
  equalMaybe(a.to.offset, b.to.offset);

function caseParts(expression: Extract<Expression, { kind: 'case' }>): Expression[] {
  const parts: Expression[] = [];
  if (expression.operand) parts.push(expression.operand);
  for (const { when, then } of expression.branches) parts.push(when, then);
  if (expression.otherwise) parts.push(expression.otherwise);
  return parts;
}
