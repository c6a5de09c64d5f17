/**
 * Code for expressions as values.
 *
 * Owns: one case per node kind; hoisting of constants. Comparisons are in comparison.ts, conditions in condition.ts, IN in
 * in.ts, subqueries in subquery.ts, calls in call.ts.
 *
 * Conventions: codeExpression leaves the value in the register it is given, which must not be read by the expression
 * itself. codeToRegister may answer with a register that others own: never write to it.
 */
import { Affinity } from '../../spec/affinity';
import { affinityOf, collationOf, hasExplicitCollation, operandColumn } from '../resolve/affinity';
import { equalExpressions } from '../resolve/compare';
import type { ColumnReference, Expression } from '../resolve/ir';
import { isConstant, containsCall, containsQuery, isKnownToCall, simplifyLogical } from '../resolve/properties';
import { withoutHints } from '../resolve/walk';
import { SqlError } from '../syntax/sql-error';
import { codeCall, codeRaise } from './call';
import { codeColumn, columnRegister } from './columns';
import { codeComparison, codeOperands, placeNull } from './comparison';
import { jumpIfFalse, jumpIfTrue } from './condition';
import type { CodegenContext } from './context';
import { codeIn } from './in';
import { codeExists, codeRowSubquery, codeScalarSubquery } from './subquery';

export { jumpIfFalse, jumpIfTrue };

/** Code that leaves the value of `expression` in register `target`. */
export function codeExpression(ctx: CodegenContext, expression: Expression, target: number): void {
  const { program } = ctx;
  if (ctx.knownExpressions.length > 0 && codeKnownExpression(ctx, expression, target)) return;
  switch (expression.kind) {
    case 'null':
      program.loadNull(target);
      return;
    case 'integer':
      codeInteger(ctx, expression.value, target);
      return;
    case 'real':
      program.emit('Real', 0, target, 0, program.pool.real(expression.text));
      return;
    case 'string':
      program.loadString(expression.value, target);
      return;
    case 'blob':
      program.emit('Blob', expression.bytes.length, target, 0, program.pool.blob(expression.bytes));
      return;
    case 'parameter':
      program.emit('Variable', expression.index, target);
      return;
    case 'column':
      if (expression.fixed) codeFixedColumn(ctx, expression, expression.fixed, target);
      else codeColumn(ctx, expression.source, expression.column, target);
      return;
    case 'register':
      if (expression.register !== target) program.emit('SCopy', expression.register, target);
      return;
    case 'collate':
      codeExpression(ctx, expression.operand, target);
      // What came out of a subquery has no subtype.
      if (!expression.isExplicit) program.emit('ClrSubtype', target);
      return;
    case 'cast':
      codeExpression(ctx, expression.operand, target);
      program.emit('Cast', target, expression.affinity);
      return;
    case 'unary':
      codeUnary(ctx, expression, target);
      return;
    case 'logical':
      codeLogical(ctx, expression, target);
      return;
    case 'arithmetic':
      codeArithmetic(ctx, expression, target);
      return;
    case 'comparison':
      codeComparison(ctx, expression, target);
      return;
    case 'nullTest':
      codeNullTest(ctx, expression, target);
      return;
    case 'truthTest': {
      const mark = program.registers.mark();
      const operand = codeToRegister(ctx, expression.operand);
      // p3 is what a NULL counts as before p4 flips: NULL IS TRUE and NULL IS FALSE are both false.
      const flips = expression.value === expression.negated ? 1 : 0;
      program.emit('IsTrue', operand, target, expression.value ? 0 : 1, flips);
      program.registers.releaseTo(mark);
      return;
    }
    case 'between':
      codeBetween(ctx, expression, target);
      return;
    case 'in':
      codeIn(ctx, expression, target);
      return;
    case 'exists':
      codeExists(ctx, expression, target);
      return;
    case 'subquery':
      codeScalarSubquery(ctx, expression, target);
      return;
    case 'rowField':
      codeRowField(ctx, expression, target);
      return;
    case 'case':
      codeCase(ctx, expression, target);
      return;
    case 'function':
      codeCall(ctx, expression, target);
      return;
    case 'aggregate': {
      const result = ctx.aggregateResults.get(expression);
      if (result === undefined) {
        ctx.statement.noteInQuery(new SqlError(`misuse of aggregate: ${expression.name}()`, expression.start));
        return;
      }
      program.emit('SCopy', result, target);
      return;
    }
    case 'window': {
      const result = ctx.windowResults.get(expression);
      if (result === undefined) {
        throw new SqlError(`misuse of window function ${expression.definition.name}()`, expression.start);
      }
      program.emit('SCopy', result, target);
      return;
    }
    case 'raise':
      codeRaise(ctx, expression);
      return;
    case 'ifNullRow': {
      const skip = program.emit('IfNullRow', rowCursor(ctx, expression), 0, target);
      const { mayHoist } = ctx;
      ctx.mayHoist = false;
      codeExpression(ctx, expression.operand, target);
      ctx.mayHoist = mayHoist;
      program.jumpHere(skip);
      return;
    }
    case 'row':
      throw new SqlError('row value misused', expression.start);
  }
}

/** A register that holds the value: an existing one when there is one, else a temporary of the current mark. */
export function codeToRegister(ctx: CodegenContext, expression: Expression): number {
  const { program } = ctx;
  const existing = existingRegister(ctx, expression);
  if (existing > 0) return existing;
  const plain = withoutHints(expression);
  if (ctx.mayHoist && isConstant(plain)) {
    const hoisted = hoist(ctx, plain);
    if (hoisted > 0) return hoisted;
  }
  const target = program.registers.temporary();
  codeExpression(ctx, expression, target);
  return target;
}

/** Values of a list in consecutive registers from `first`. */
export function codeExpressionList(ctx: CodegenContext, expressions: readonly Expression[], first: number): void {
  for (let i = 0; i < expressions.length; i++) {
    const expression = expressions[i]!;
    const isShared = ctx.mayHoist && expression.kind === 'function' && isConstant(expression);
    const register = isShared ? codeToRegister(ctx, expression) : 0;
    if (register > 0) ctx.program.emit('SCopy', register, first + i);
    else codeExpression(ctx, expression, first + i);
  }
}

/** The constant that a column equals, as the column would hold it. */
function codeFixedColumn(ctx: CodegenContext, column: ColumnReference, value: Expression, target: number): void {
  const { program } = ctx;
  codeExpression(ctx, value, target);
  const affinity = affinityOf(column);
  if (affinity > Affinity.blob) program.emit('Affinity', target, 1, 0, program.string(String.fromCharCode(affinity)));
}

/** The register that already holds the value, 0 when there is none. */
function existingRegister(ctx: CodegenContext, expression: Expression): number {
  switch (expression.kind) {
    case 'register':
      return expression.register;
    case 'collate':
      return existingRegister(ctx, expression.operand);
    case 'column':
      if (expression.fixed) return 0;
      return knownRegister(ctx, expression) || columnRegister(ctx, expression.source, expression.column);
    case 'aggregate':
      return ctx.aggregateResults.get(expression) ?? 0;
    case 'window':
      return ctx.windowResults.get(expression) ?? 0;
    default:
      return knownRegister(ctx, expression);
  }
}

function knownRegister(ctx: CodegenContext, expression: Expression): number {
  for (const known of ctx.knownExpressions) {
    if (known.register > 0 && equalExpressions(known.expression, expression)) return known.register;
  }
  return 0;
}

/** Reads the value from an index on the expression, or from the register that has it. */
function codeKnownExpression(ctx: CodegenContext, expression: Expression, target: number): boolean {
  const { program } = ctx;
  for (const known of ctx.knownExpressions) {
    if (!equalExpressions(known.expression, expression)) continue;
    if (known.register > 0) {
      program.emit('SCopy', known.register, target);
      return true;
    }
    const mayBeNullRow = known.source !== null && (known.source.join.left || known.source.join.leftOfRight);
    if (!mayBeNullRow) {
      program.emit('Column', known.cursor, known.field, target);
      return true;
    }
    const isNullRow = program.label();
    const done = program.label();
    program.emit('IfNullRow', known.cursor, isNullRow, target);
    program.emit('Column', known.cursor, known.field, target);
    program.goto(done);
    program.place(isNullRow);
    const all = ctx.knownExpressions;
    ctx.knownExpressions = [];
    codeExpression(ctx, expression, target);
    ctx.knownExpressions = all;
    program.place(done);
    return true;
  }
  return false;
}

// ---------------------------------------------------------------------------------------------------------------------
// Constants

/**
 * A register that holds a constant, loaded once: literals in the setup section, shared by all uses; what SQLite knows to call
 * something at its first use, as that may fail. 0 when hoisting is not worth it.
 */
function hoist(ctx: CodegenContext, expression: Expression): number {
  const { program } = ctx;
  if (mayFailLate(ctx, expression)) return hoistCall(ctx, expression);
  const key = literalKey(expression);
  if (key !== null) {
    const known = ctx.constants.get(key);
    if (known !== undefined) return known;
  }
  const register = program.register();
  if (key !== null) ctx.constants.set(key, register);
  program.setup(() => {
    const { mayHoist } = ctx;
    ctx.mayHoist = false;
    codeExpression(ctx, expression, register);
    ctx.mayHoist = mayHoist;
  });
  return register;
}

/** The constant calls something, and not before it is needed. In outer joins' ON nothing is evaluated ahead. */
export const mayFailLate = (ctx: CodegenContext, expression: Expression): boolean =>
  containsCall(expression) && (ctx.isOuterOn || isKnownToCall(expression));

/** A constant call runs at most once, when it is first needed. */
export function hoistCall(ctx: CodegenContext, expression: Expression): number {
  const { program } = ctx;
  const register = program.register();
  const skip = program.emit('Once');
  ctx.mayHoist = false;
  codeExpression(ctx, expression, register);
  ctx.mayHoist = true;
  program.jumpHere(skip);
  return register;
}

function literalKey(expression: Expression): string | null {
  switch (expression.kind) {
    case 'null':
      return 'n';
    case 'integer':
      return `i${expression.value}`;
    case 'real':
      return `r${expression.text}`;
    case 'string':
      return `s${expression.value}`;
    case 'parameter':
      return `p${expression.index}`;
    default:
      return null;
  }
}

function codeInteger(ctx: CodegenContext, value: bigint, target: number): void {
  const { program } = ctx;
  if (value >= -0x3fffffffn && value <= 0x7fffffffn) program.emit('Integer', Number(value), target);
  else program.emit('Int64', 0, target, 0, program.pool.integer(value.toString()));
}

// ---------------------------------------------------------------------------------------------------------------------
// Operators

type Kind<K extends Expression['kind']> = Extract<Expression, { kind: K }>;

function codeUnary(ctx: CodegenContext, expression: Kind<'unary'>, target: number): void {
  const { program } = ctx;
  if (expression.operator === '+') {
    codeExpression(ctx, expression.operand, target);
    return;
  }
  const mark = program.registers.mark();
  const operand = codeToRegister(ctx, expression.operand);
  if (expression.operator === '-') program.emit('Subtract', operand, program.integerRegister(0), target);
  else program.emit(expression.operator === 'not' ? 'Not' : 'BitNot', operand, target);
  program.registers.releaseTo(mark);
}

const arithmeticOpcodes = {
  '+': 'Add',
  '-': 'Subtract',
  '*': 'Multiply',
  '/': 'Divide',
  '%': 'Remainder',
  '&': 'BitAnd',
  '|': 'BitOr',
  '<<': 'ShiftLeft',
  '>>': 'ShiftRight',
  '||': 'Concat',
} as const;

function codeArithmetic(ctx: CodegenContext, expression: Kind<'arithmetic'>, target: number): void {
  const { program } = ctx;
  const mark = program.registers.mark();
  const isNull = program.label();
  const operands = codeOperands(ctx, expression, isNull);
  program.emit(arithmeticOpcodes[expression.operator], operands.right, operands.left, target);
  placeNull(ctx, operands, isNull, target);
  program.registers.releaseTo(mark);
}

/** The operands in the order of their evaluation: one that contains a subquery comes after one that doesn't. */
export const queryLast = ({ left, right, isBetween }: Kind<'logical'>): readonly [Expression, Expression] =>
  !isBetween && containsQuery(left) && !containsQuery(right) ? [right, left] : [left, right];

/** AND and OR as values. A subquery on the right is skipped when the left side decides. */
function codeLogical(ctx: CodegenContext, expression: Kind<'logical'>, target: number): void {
  const { program } = ctx;
  const simple = simplifyLogical(expression);
  if (simple !== expression) {
    codeExpression(ctx, simple, target);
    program.emit('And', target, target, target);
    return;
  }
  const isAnd = expression.operator === 'and';
  const mark = program.registers.mark();
  const [first, second] = queryLast(expression);
  const one = codeFirstOperand(ctx, first);
  if (!containsQuery(second) || expression.isBetween) {
    const other = codeToRegister(ctx, second);
    program.emit(isAnd ? 'And' : 'Or', other, one, target);
  } else {
    const decided = program.label();
    const done = program.label();
    program.emit(isAnd ? 'IfNot' : 'If', one, decided);
    const { mayHoist } = ctx;
    const other = codeToRegister(ctx, second);
    ctx.mayHoist = mayHoist;
    program.emit(isAnd ? 'And' : 'Or', other, one, target);
    program.goto(done);
    program.place(decided);
    program.emit('Or', one, one, target);
    program.place(done);
  }
  program.registers.releaseTo(mark);
}

/** SQLite never evaluates the first operand of AND and OR ahead as a whole, constant or not: its calls may fail. */
function codeFirstOperand(ctx: CodegenContext, operand: Expression): number {
  if (operand.kind === 'function' || !containsCall(operand)) return codeToRegister(ctx, operand);
  const target = ctx.program.registers.temporary();
  codeExpression(ctx, operand, target);
  return target;
}

function codeNullTest(ctx: CodegenContext, expression: Kind<'nullTest'>, target: number): void {
  const { program } = ctx;
  const mark = program.registers.mark();
  const operand = codeToRegister(ctx, expression.operand);
  program.emit('Integer', 1, target);
  const skip = program.emit(expression.negated ? 'NotNull' : 'IsNull', operand);
  program.emit('Integer', 0, target);
  program.jumpHere(skip);
  program.registers.releaseTo(mark);
}

/** `x BETWEEN a AND b` is `x >= a AND x <= b` with x evaluated once. */
function codeBetween(ctx: CodegenContext, expression: Kind<'between'>, target: number): void {
  const mark = ctx.program.registers.mark();
  codeExpression(ctx, betweenTerms(ctx, expression), target);
  ctx.program.registers.releaseTo(mark);
}

/** The two comparisons of BETWEEN, the operand in registers. */
export function betweenTerms(ctx: CodegenContext, expression: Kind<'between'>): Expression {
  const operand = onceEvaluated(ctx, expression.operand);
  const { start } = expression;
  const isBetween = true;
  return {
    kind: 'logical',
    start,
    on: null,
    operator: 'and',
    left: { kind: 'comparison', start, on: null, operator: '>=', left: operand, right: expression.low, isBetween },
    right: { kind: 'comparison', start, on: null, operator: '<=', left: operand, right: expression.high, isBetween },
    isBetween,
  };
}

/** An expression that stands for the value of another, evaluated here once into temporaries. */
export function onceEvaluated(ctx: CodegenContext, expression: Expression): Expression {
  if (expression.kind === 'row') {
    return { ...expression, items: expression.items.map((item) => onceEvaluated(ctx, item)) };
  }
  if (expression.kind === 'subquery' && expression.query.columns.length > 1) {
    const first = codeRowSubquery(ctx, expression);
    const { query } = expression;
    const items = query.columns.map((_, i) => inRegister(operandColumn(query, i), first + i));
    return { kind: 'row', start: expression.start, on: null, items };
  }
  return inRegister(expression, codeToRegister(ctx, expression));
}

function codeRowField(ctx: CodegenContext, { row, index }: Kind<'rowField'>, target: number): void {
  ctx.program.emit('SCopy', codeRowSubquery(ctx, row) + index, target);
  if (!ctx.statement.hasQueryProblem) return;
  // A subquery that is wrong counts as one value for SQLite.
  ctx.statement.noteInQuery(new SqlError(`${row.query.columns.length} columns assigned 1 values`));
}

/** An expression that stands for the value of another in a register. */
export const inRegister = (expression: Expression, register: number): Expression => ({
  kind: 'register',
  start: expression.start,
  on: null,
  register,
  affinity: affinityOf(expression),
  collation: collationOf(expression),
  explicitCollation: hasExplicitCollation(expression),
});

function codeCase(ctx: CodegenContext, expression: Kind<'case'>, target: number): void {
  const { program } = ctx;
  const mark = program.registers.mark();
  const end = program.label();
  const operand = expression.operand && onceEvaluated(ctx, expression.operand);
  const { mayHoist } = ctx;
  for (const { when, then } of expression.branches) {
    const next = program.label();
    const condition: Expression = operand
      ? { kind: 'comparison', start: when.start, on: null, operator: '=', left: operand, right: when }
      : when;
    jumpIfFalse(ctx, condition, next, true);
    codeExpression(ctx, then, target);
    program.goto(end);
    program.place(next);
  }
  ctx.mayHoist = mayHoist;
  if (expression.otherwise) codeExpression(ctx, expression.otherwise, target);
  else program.loadNull(target);
  program.place(end);
  program.registers.releaseTo(mark);
}

/** The cursor that tells whether the source stands on a null row. */
function rowCursor(ctx: CodegenContext, expression: Kind<'ifNullRow'>): number {
  const reader = ctx.columnReaders.get(expression.source);
  if (reader?.kind !== 'cursor') throw new Error(`source ${expression.source.name} has no cursor`);
  return reader.index?.covering ? reader.index.cursor : reader.cursor;
}
