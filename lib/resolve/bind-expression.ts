/**
 * Binding expressions: from syntax to bound tree.
 *
 * Owns: the meaning of every expression form, sizes of row values, IS TRUE, IN forms, parameters. Calls are bound in
 * bind-call.ts, subqueries through the Binder. Must not know clauses of SELECT.
 */
import { Affinity } from '../../spec/affinity';
import { affinityOfType } from '../catalog/names';
import type * as Ast from '../syntax/ast';
import { isConstantSyntax } from '../syntax/constant';
import { SqlError } from '../syntax/sql-error';
import { canonicalCollation } from './affinity';
import { bindCall, bindPattern, operatorCall } from './bind-call';
import type { Binder } from './binder';
import { builtInFunction } from './functions';
import { makeNot, type ArithmeticOperator, type ComparisonOperator, type Expression, type Query } from './ir';
import { columnCount } from './expand';
import { canBeNull } from './properties';
import { lookupColumn, prohibited, purePlace, type Scope } from './scope';

const MAX_INTEGER = 0x7fffffffffffffffn;

/** Binds an expression that must be one value. */
export function bindScalar(binder: Binder, syntax: Ast.Expr, scope: Scope): Expression {
  const expression = bindExpression(binder, syntax, scope);
  if (!binder.isNaming && (binder.checksWidths || expression.kind === 'row')) requireScalar(expression);
  return expression;
}

/** @throws SqlError when the expression is a row of two or more values */
export function requireScalar(expression: Expression): void {
  if (expression.kind === 'row') throw new SqlError('row value misused', expression.start);
  if (expression.kind === 'subquery' && expression.query.columns.length !== 1) {
    throw subqueryColumns(expression.query, 1, expression.start);
  }
}

export const subqueryColumns = (query: Query, expected: number, offset: number): SqlError =>
  new SqlError(`sub-select returns ${query.columns.length} columns - expected ${expected}`, offset);

/** Number of values of an expression: 1, or more for rows. */
export function rowSize(expression: Expression): number {
  if (expression.kind === 'row') return expression.items.length;
  if (expression.kind === 'subquery') return expression.query.columns.length;
  return 1;
}

/** Binds an expression that may be a row. */
export function bindExpression(binder: Binder, syntax: Ast.Expr, scope: Scope): Expression {
  if (binder.isInExpression) return bindNode(binder, syntax, scope);
  binder.isInExpression = true;
  let wrongCall: SqlError | null;
  let bound: Expression;
  try {
    bound = bindNode(binder, syntax, scope);
  } finally {
    ({ wrongCall } = binder);
    binder.isInExpression = false;
    binder.wrongCall = null;
  }
  if (wrongCall) throw wrongCall;
  return bound;
}

/** Names, calls, subqueries and NULL tests; LIKE and its kin and JSON's arrows are calls. */
function isLookedAtAfterWrongCall(syntax: Ast.Expr): boolean {
  switch (syntax.kind) {
    case 'column':
    case 'function':
    case 'nullTest':
    case 'currentTime':
    case 'exists':
    case 'subquery':
      return true;
    case 'in':
      return syntax.source.kind !== 'list' && !syntax.negated;
    case 'pattern':
      return !syntax.negated;
    case 'binary':
      return syntax.operator === '->' || syntax.operator === '->>' || isNullOrTruthTest(syntax);
    default:
      return false;
  }
}

/** `x IS NULL`; `x IS TRUE`, as far as no column has that name. */
function isNullOrTruthTest({ operator, right }: Ast.BinaryExpr): boolean {
  if (operator !== 'is' && operator !== 'isNot') return false;
  const isTruth = right.kind === 'column' && right.table === null && right.column.quoting === 'bare';
  return right.kind === 'null' || (isTruth && /^(true|false)$/i.test(right.column.name));
}

function bindNode(binder: Binder, syntax: Ast.Expr, scope: Scope): Expression {
  const { start } = syntax;
  if (binder.wrongCall && !isLookedAtAfterWrongCall(syntax)) throw binder.wrongCall;
  switch (syntax.kind) {
    case 'null':
      return { kind: 'null', start, on: null };
    case 'integer':
      return integerLiteral(syntax.text, false, start);
    case 'real':
      return { kind: 'real', start, on: null, text: syntax.text };
    case 'string':
      return { kind: 'string', start, on: null, value: syntax.value };
    case 'blob':
      return { kind: 'blob', start, on: null, bytes: Buffer.from(syntax.hex, 'hex') };
    case 'currentTime':
      return bindCurrentTime(syntax, scope);
    case 'parameter':
      if (scope.place !== null) throw prohibited('parameters', scope, start);
      return { kind: 'parameter', start, on: null, index: syntax.index };
    case 'column': {
      const found = lookupColumn(syntax, scope, binder.schema);
      if (binder.isRenaming) binder.observer?.column(syntax, found);
      return found;
    }
    case 'unary':
      return bindUnary(binder, syntax, scope);
    case 'binary':
      return bindBinary(binder, syntax, scope);
    case 'nullTest':
      return bindNullTest(binder, syntax.operand, syntax.negated, start, scope);
    case 'pattern':
      return bindPattern(binder, syntax, scope);
    case 'between':
      return bindBetween(binder, syntax, scope);
    case 'in':
      return bindIn(binder, syntax, scope);
    case 'exists':
      return { kind: 'exists', start, on: null, query: bindSubquery(binder, syntax.select, scope, start) };
    case 'case':
      return bindCase(binder, syntax, scope);
    case 'cast':
      return {
        kind: 'cast',
        start,
        on: null,
        operand: bindScalar(binder, syntax.operand, scope),
        affinity: syntax.type === '' ? Affinity.numeric : affinityOfType(syntax.type),
      };
    case 'collate':
      return {
        kind: 'collate',
        start,
        on: null,
        operand: bindScalar(binder, syntax.operand, scope),
        collation: canonicalCollation(syntax.collation.name),
        isExplicit: true,
      };
    case 'function':
      return bindCall(binder, syntax, scope);
    case 'row':
      return {
        kind: 'row',
        start,
        on: null,
        items: syntax.items.map((item) => bindScalar(binder, item, scope)),
      };
    case 'subquery':
      return { kind: 'subquery', start, on: null, query: bindSubquery(binder, syntax.select, scope, start) };
    case 'raise':
      return bindRaise(binder, syntax, scope);
  }
}

function bindSubquery(binder: Binder, select: Ast.Select, scope: Scope, start: number): Query {
  if (scope.place !== null) throw prohibited('subqueries', scope, start);
  return binder.bindQuery(select, scope);
}

function bindCurrentTime(syntax: Ast.CurrentTimeLiteral, scope: Scope): Expression {
  if (scope.place !== null && scope.place !== 'check') {
    throw prohibited('non-deterministic functions', scope, syntax.start);
  }
  return {
    kind: 'function',
    start: syntax.start,
    on: null,
    definition: builtInFunction(syntax.name.toLowerCase(), 0),
    arguments: [],
    isUsingColumn: false,
    purePlace: purePlace(scope),
  };
}

/** An integer literal; one beyond 64 bits is a real (decimal) or an error (hexadecimal). */
function integerLiteral(text: string, negative: boolean, start: number): Expression {
  const isHex = text.startsWith('0x') || text.startsWith('0X');
  if (isHex) {
    if (text.slice(2).replace(/^0+/, '').length > 16) {
      throw new SqlError(`hex literal too big: ${negative ? '-' : ''}${text}`, start);
    }
    const value = BigInt.asIntN(64, BigInt(text));
    return { kind: 'integer', start, on: null, value: negative ? BigInt.asIntN(64, -value) : value };
  }
  const value = BigInt(text);
  if (value <= MAX_INTEGER) return { kind: 'integer', start, on: null, value: negative ? -value : value };
  if (negative && value === MAX_INTEGER + 1n) return { kind: 'integer', start, on: null, value: -value };
  return { kind: 'real', start, on: null, text: (negative ? '-' : '') + text };
}

function bindUnary(binder: Binder, syntax: Ast.UnaryExpr, scope: Scope): Expression {
  const { start, operator } = syntax;
  let { operand } = syntax;
  // A plus below another sign is nothing, so that `-+1` is a literal too.
  while ((operator === '-' || operator === '+') && operand.kind === 'unary' && operand.operator === '+') {
    ({ operand } = operand);
  }
  if (operator === '-') {
    if (operand.kind === 'integer') return { ...integerLiteral(operand.text, true, operand.start), start };
    if (operand.kind === 'real') return { kind: 'real', start, on: null, text: `-${operand.text}` };
  }
  return { kind: 'unary', start, on: null, operator, operand: bindScalar(binder, operand, scope) };
}

function bindBinary(binder: Binder, syntax: Ast.BinaryExpr, scope: Scope): Expression {
  const { operator } = syntax;
  switch (operator) {
    case 'and':
    case 'or':
      return bindLogical(binder, syntax, scope);
    case 'is':
    case 'isNot':
      return bindIs(binder, syntax, operator, scope);
    case '=':
    case '<>':
    case '<':
    case '<=':
    case '>':
    case '>=':
      return bindComparison(binder, syntax, operator, scope);
    case '->':
    case '->>':
      return bindCall(binder, operatorCall(syntax, operator, [syntax.left, syntax.right]), scope);
    default:
      return bindArithmetic(binder, syntax, scope);
  }
}

/** A long chain of one left-associative operator is bound without recursion in depth. */
function leftSpine(syntax: Ast.BinaryExpr, isPart: (operator: Ast.BinaryOperator) => boolean): Ast.BinaryExpr[] {
  const spine = [syntax];
  let left = syntax.left;
  while (left.kind === 'binary' && isPart(left.operator)) {
    spine.push(left);
    left = left.left;
  }
  return spine;
}

function bindLogical(binder: Binder, syntax: Ast.BinaryExpr, scope: Scope): Expression {
  const spine = leftSpine(syntax, (operator) => operator === 'and' || operator === 'or');
  // Where an AND is false already for SQLite's parser, nothing below it is looked at, but for what ALTER TABLE renames.
  const folded = binder.isRenaming ? -1 : spine.findIndex(isFalseSyntax);
  const first = folded < 0 ? spine.length : folded;
  let bound: Expression =
    folded < 0
      ? bindScalar(binder, spine.at(-1)!.left, scope)
      : { kind: 'integer', start: syntax.start, on: null, value: 0n };
  for (let i = first - 1; i >= 0; i--) {
    const { operator, start, right } = spine[i]!;
    bound = {
      kind: 'logical',
      start,
      on: null,
      operator: operator as 'and' | 'or',
      left: bound,
      right: bindScalar(binder, right, scope),
    };
  }
  return bound;
}

const arithmeticOperators = new Set<string>(['&', '|', '<<', '>>', '+', '-', '*', '/', '%', '||']);

function bindArithmetic(binder: Binder, syntax: Ast.BinaryExpr, scope: Scope): Expression {
  const spine = leftSpine(syntax, (operator) => arithmeticOperators.has(operator));
  let bound = bindScalar(binder, spine.at(-1)!.left, scope);
  for (let i = spine.length - 1; i >= 0; i--) {
    const { operator, start, right } = spine[i]!;
    bound = {
      kind: 'arithmetic',
      start,
      on: null,
      operator: operator as ArithmeticOperator,
      left: bound,
      right: bindScalar(binder, right, scope),
    };
  }
  return bound;
}

function bindIs(binder: Binder, syntax: Ast.BinaryExpr, operator: 'is' | 'isNot', scope: Scope): Expression {
  const { start, right } = syntax;
  if (right.kind === 'null') {
    return bindNullTest(binder, syntax.left, operator === 'isNot', start, scope);
  }
  const truth = truthLiteral(binder, right, scope);
  if (truth !== null) {
    const operand = bindScalar(binder, syntax.left, scope);
    return { kind: 'truthTest', start, on: null, operand, value: truth, negated: operator === 'isNot' };
  }
  return bindComparison(binder, syntax, operator, scope);
}

/** A test of a column that is never NULL is a constant, in WHERE: elsewhere the column may belong to an empty group. */
function bindNullTest(binder: Binder, syntax: Ast.Expr, negated: boolean, start: number, scope: Scope): Expression {
  // Already SQLite's parser knows the answer.
  if (isLiteral(syntax)) return { kind: 'integer', start, on: null, value: negated ? 1n : 0n };
  if (!scope.isAllWhere()) {
    return { kind: 'nullTest', start, on: null, operand: bindScalar(binder, syntax, scope), negated };
  }
  const before = scope.outerReferences();
  const operand = bindScalar(binder, syntax, scope);
  const isNever = operand.kind === 'column' && !canBeNull(operand);
  if (!isNever) return { kind: 'nullTest', start, on: null, operand, negated };
  scope.restoreOuterReferences(before);
  return { kind: 'integer', start, on: null, value: negated ? 1n : 0n };
}

/** The value of a bare TRUE or FALSE that is no column's name, else null. */
function truthLiteral(binder: Binder, syntax: Ast.Expr, scope: Scope): boolean | null {
  let inner = syntax;
  while (inner.kind === 'collate') inner = inner.operand;
  if (isEmptyIn(inner) && !containsCall(inner.operand)) return inner.negated;
  if (inner.kind !== 'column' || inner.table !== null || inner.column.quoting !== 'bare') return null;
  const name = inner.column.name.toLowerCase();
  if (name !== 'true' && name !== 'false') return null;
  return lookupColumn(inner, scope, binder.schema).kind === 'integer' ? name === 'true' : null;
}

function bindComparison(
  binder: Binder,
  syntax: Ast.BinaryExpr,
  operator: ComparisonOperator,
  scope: Scope,
): Expression {
  requireEqualSizes(syntax.start, syntax.left, syntax.right);
  const left = bindExpression(binder, syntax.left, scope);
  const right = bindExpression(binder, syntax.right, scope);
  if (rowSize(left) !== rowSize(right)) throw new SqlError('row value misused', syntax.start);
  return { kind: 'comparison', start: syntax.start, on: null, operator, left, right };
}

/** SQLite compares the sizes before it looks at what is inside. */
function requireEqualSizes(start: number, ...operands: readonly Ast.Expr[]): void {
  const sizes = operands.map(writtenSize);
  if (!sizes.includes(null) && new Set(sizes).size > 1) throw new SqlError('row value misused', start);
}

/** Number of values that an expression is written with; null when stars hide it. */
function writtenSize(syntax: Ast.Expr): number | null {
  if (syntax.kind === 'row') return syntax.items.length;
  return syntax.kind === 'subquery' ? columnCount(syntax.select.cores.at(-1)!) : 1;
}

function bindBetween(binder: Binder, syntax: Ast.BetweenExpr, scope: Scope): Expression {
  requireEqualSizes(syntax.start, syntax.operand, syntax.low, syntax.high);
  const operand = bindExpression(binder, syntax.operand, scope);
  const low = bindExpression(binder, syntax.low, scope);
  const high = bindExpression(binder, syntax.high, scope);
  if (rowSize(operand) !== rowSize(low) || rowSize(operand) !== rowSize(high)) {
    throw new SqlError('row value misused', syntax.start);
  }
  const between: Expression = { kind: 'between', start: syntax.start, on: null, operand, low, high };
  return syntax.negated ? makeNot(between) : between;
}

/** A row as operand, written or a subquery's, is compared with each WHEN; other operands are evaluated once. */
function bindCase(binder: Binder, syntax: Ast.CaseExpr, scope: Scope): Expression {
  const { start } = syntax;
  const isRow = syntax.operand?.kind === 'row' && !binder.isNaming;
  const operand = isRow ? null : bindCaseOperand(binder, syntax.operand, scope);
  const row = operand === null ? syntax.operand : null;
  const conditionOf = (when: Ast.Expr): Ast.Expr =>
    row === null ? when : { kind: 'binary', start: when.start, end: when.end, operator: '=', left: row, right: when };
  return {
    kind: 'case',
    start,
    on: null,
    operand,
    branches: syntax.branches.map(({ when, then }) => ({
      when: bindScalar(binder, conditionOf(when), scope),
      then: bindScalar(binder, then, scope),
    })),
    otherwise: syntax.otherwise ? bindScalar(binder, syntax.otherwise, scope) : null,
  };
}

/** The operand of CASE; null without, and for a row, which each WHEN binds for itself. */
function bindCaseOperand(binder: Binder, syntax: Ast.Expr | null, scope: Scope): Expression | null {
  if (syntax === null) return null;
  const operand = bindExpression(binder, syntax, scope);
  return rowSize(operand) === 1 || binder.isNaming ? operand : null;
}

function bindRaise(binder: Binder, syntax: Ast.RaiseExpr, scope: Scope): Expression {
  if (!binder.inTrigger && !binder.isNaming)
    throw new SqlError('RAISE() may only be used within a trigger-program', syntax.start);
  const message = syntax.message ? bindScalar(binder, syntax.message, scope) : null;
  return { kind: 'raise', start: syntax.start, on: null, action: syntax.action, message };
}

// ---------------------------------------------------------------------------------------------------------------------
// IN

function bindIn(binder: Binder, syntax: Ast.InExpr, scope: Scope): Expression {
  const { start, source } = syntax;
  let bound: Expression;
  switch (source.kind) {
    case 'list':
      return bindInList(binder, syntax, source.items, scope);
    case 'select':
      bound = bindInQuery(binder, syntax, source.select, scope);
      break;
    case 'table':
      bound = bindInQuery(binder, syntax, tableSelect(source), scope);
      break;
  }
  return syntax.negated ? makeNot(bound) : { ...bound, start };
}

function bindInQuery(binder: Binder, syntax: Ast.InExpr, select: Ast.Select, scope: Scope): Expression {
  // In SQLite's order, so that of two errors the same one is reported.
  const query = bindSubquery(binder, select, scope, syntax.start);
  const operand = bindExpression(binder, syntax.operand, scope);
  // ALTER TABLE only asks for names.
  const isWrongSize = query.columns.length !== rowSize(operand) && !binder.isNaming && binder.checksWidths;
  if (isWrongSize) throw subqueryColumns(query, rowSize(operand), syntax.start);
  return { kind: 'in', start: syntax.start, on: null, operand, list: null, query };
}

/** `IN table` is `IN (SELECT * FROM table)`. */
export function tableSelect(source: Ast.InTable): Ast.Select {
  const { start, end } = source;
  const table: Ast.TableReference = {
    kind: 'table',
    start,
    end,
    name: source.table,
    alias: null,
    arguments: source.arguments,
    indexedBy: null,
  };
  const core: Ast.QueryCore = {
    kind: 'query',
    start,
    end,
    distinct: false,
    columns: [{ kind: 'star', start, end, table: null }],
    from: [{ start, end, source: table, join: null, on: null, using: null }],
    where: null,
    groupBy: [],
    having: null,
    windows: [],
  };
  return {
    kind: 'select',
    start,
    end,
    number: source.number,
    with: null,
    cores: [core],
    operators: [],
    orderBy: [],
    limit: null,
    offset: null,
  };
}

function bindInList(binder: Binder, syntax: Ast.InExpr, items: readonly Ast.Expr[], scope: Scope): Expression {
  const { start, negated, operand: operandSyntax } = syntax;
  const finish = (bound: Expression): Expression => (negated ? makeNot(bound) : bound);
  if (items.length === 0) return bindEmptyIn(binder, syntax, scope);
  const only = items.length === 1 ? items[0]! : null;
  if (only?.kind === 'subquery') return finish(bindInQuery(binder, syntax, only.select, scope));
  if (operandSyntax.kind === 'row') return finish(bindRowInList(binder, syntax, scope));
  const operand = bindScalar(binder, operandSyntax, scope);
  if (only && isConstantSyntax(only)) {
    const value = bindScalar(binder, only, scope);
    const right: Expression = { kind: 'unary', start: value.start, on: null, operator: '+', operand: value };
    return finish({ kind: 'comparison', start, on: null, operator: '=', left: operand, right });
  }
  const list = items.map((item) => bindScalar(binder, item, scope));
  return finish({ kind: 'in', start, on: null, operand, list, query: null });
}

/** `x IN ()`, which is the word FALSE for SQLite: `y IS (x IN ())` is `y IS FALSE`. */
export const isEmptyIn = (syntax: Ast.Expr): syntax is Ast.InExpr =>
  syntax.kind === 'in' && syntax.source.kind === 'list' && syntax.source.items.length === 0;

/** IN () is false whatever the operand, which only counts when it might be an aggregate. */
function bindEmptyIn(binder: Binder, syntax: Ast.InExpr, scope: Scope): Expression {
  const { start, negated, operand } = syntax;
  const result: Expression = { kind: 'integer', start, on: null, value: negated ? 1n : 0n };
  if (!containsCall(operand)) return result;
  const right = bindScalar(binder, operand, scope);
  return { kind: 'logical', start, on: null, operator: negated ? 'or' : 'and', left: result, right };
}

/** `(a, b) IN ((1, 2), (3, 4))` is a subquery of VALUES. */
function bindRowInList(binder: Binder, syntax: Ast.InExpr, scope: Scope): Expression {
  const { start, end, source } = syntax;
  if (source.kind !== 'list') throw new SqlError('row value misused', start);
  const rows = source.items.map((item) => {
    // The parser has refused others.
    if (item.kind !== 'row') throw new SqlError('row value misused', item.start);
    return item.items;
  });
  const select: Ast.Select = {
    kind: 'select',
    start,
    end,
    number: source.number,
    with: null,
    cores: [{ kind: 'values', start, end, rows, isInList: true }],
    operators: [],
    orderBy: [],
    limit: null,
    offset: null,
  };
  return bindInQuery(binder, syntax, select, scope);
}

export const containsCall = (syntax: Ast.Expr): boolean =>
  syntax.kind === 'function' ||
  syntax.kind === 'pattern' ||
  syntax.kind === 'currentTime' ||
  syntaxChildren(syntax).some(containsCall);

/** A COLLATE operator is written somewhere in the expression, subqueries aside. */
export const containsCollate = (syntax: Ast.Expr): boolean =>
  syntax.kind === 'collate' || syntaxChildren(syntax).some(containsCollate);

/** Operands of an expression; subqueries are not entered. */
function syntaxChildren(syntax: Ast.Expr): readonly Ast.Expr[] {
  switch (syntax.kind) {
    case 'unary':
    case 'cast':
    case 'collate':
    case 'nullTest':
      return [syntax.operand];
    case 'binary':
      return [syntax.left, syntax.right];
    case 'between':
      return [syntax.operand, syntax.low, syntax.high];
    case 'case':
      return [syntax.operand, ...syntax.branches.flatMap(({ when, then }) => [when, then]), syntax.otherwise].filter(
        (child) => child !== null,
      );
    case 'in':
      return syntax.source.kind === 'list' ? [syntax.operand, ...syntax.source.items] : [syntax.operand];
    case 'row':
      return syntax.items;
    case 'function':
      return syntax.arguments;
    case 'pattern':
      return syntax.escape ? [syntax.operand, syntax.pattern, syntax.escape] : [syntax.operand, syntax.pattern];
    default:
      return [];
  }
}

/** The expression's value when it is an integer literal (COLLATE and signs ignored), else null: ORDER BY 2. */
export function integerSyntax(syntax: Ast.Expr): number | null {
  let inner = syntax;
  let sign = 1;
  for (;;) {
    if (inner.kind === 'collate') inner = inner.operand;
    else if (inner.kind === 'unary' && (inner.operator === '-' || inner.operator === '+')) {
      if (inner.operator === '-') sign = -sign;
      inner = inner.operand;
    } else break;
  }
  const folded =
    inner.kind === 'binary' && inner.operator === 'and' && isFalseSyntax(inner) ? 0 : literalNullTest(inner);
  if (folded !== null) return sign * folded;
  if (inner.kind !== 'integer') return null;
  const value = Number(inner.text);
  return value <= 0x7fffffff ? sign * value : null;
}

/** Certainly false for SQLite's parser: 0, `literal IS NULL`, `x IN ()`, and AND with such an operand and without calls. */
export function isFalseSyntax(syntax: Ast.Expr): boolean {
  switch (syntax.kind) {
    case 'integer':
      return /^0+$/.test(syntax.text);
    case 'in':
      return isEmptyIn(syntax) && !syntax.negated;
    case 'binary':
      if (syntax.operator !== 'and') return literalNullTest(syntax) === 0;
      return (isFalseSyntax(syntax.left) || isFalseSyntax(syntax.right)) && !containsCall(syntax);
    default:
      return literalNullTest(syntax) === 0;
  }
}

/** `literal IS [NOT] NULL` is the integer 0 or 1 already in SQLite's parser. */
function literalNullTest(syntax: Ast.Expr): number | null {
  if (syntax.kind === 'nullTest') return isLiteral(syntax.operand) ? (syntax.negated ? 1 : 0) : null;
  const isNullTest =
    syntax.kind === 'binary' &&
    (syntax.operator === 'is' || syntax.operator === 'isNot') &&
    syntax.right.kind === 'null' &&
    isLiteral(syntax.left);
  return isNullTest ? (syntax.operator === 'isNot' ? 1 : 0) : null;
}

function isLiteral(syntax: Ast.Expr): boolean {
  let inner = syntax;
  while (inner.kind === 'unary' && (inner.operator === '-' || inner.operator === '+')) inner = inner.operand;
  return inner.kind === 'integer' || inner.kind === 'real' || inner.kind === 'string' || inner.kind === 'blob';
}
