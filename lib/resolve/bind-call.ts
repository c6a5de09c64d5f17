/**
 * Binding calls: scalar functions, aggregates with the query level they belong to, window functions, LIKE and its kin.
 */
import type * as Ast from '../syntax/ast';
import { SqlError } from '../syntax/sql-error';
import { bindScalar } from './bind-expression';
import { bindWindowCall } from './bind-window';
import type { Binder } from './binder';
import { caseSensitiveLikeFunction, lookupFunction, type FunctionLookup } from './functions';
import { makeNot, type AggregateCall, type Expression, type FunctionDefinition, type SortTerm } from './ir';
import { prohibited, purePlace, type Scope } from './scope';
import { forEachChild, forEachQueryExpression, queryOf } from './walk';

/** LIKE, GLOB, REGEXP, MATCH: the function of that name, called with (pattern, operand[, escape]). */
export function bindPattern(binder: Binder, syntax: Ast.PatternExpr, scope: Scope): Expression {
  const operands = [syntax.pattern, syntax.operand];
  if (syntax.escape) operands.push(syntax.escape);
  const written = binder.textBetween(syntax.operand.end, syntax.pattern.start);
  const word = new RegExp(syntax.operator, 'i').exec(written);
  const name = word?.[0] ?? syntax.operator.toUpperCase();
  const start = syntax.operand.end + (word?.index ?? 0);
  const call = bindCall(binder, { ...operatorCall(syntax, name, operands), start }, scope);
  return syntax.negated ? makeNot(call) : call;
}

/** The call that an operator stands for. */
export const operatorCall = (
  { start, end }: Ast.Expr,
  name: string,
  operands: readonly Ast.Expr[],
): Ast.FunctionCall => ({
  kind: 'function',
  start,
  end,
  name: { start, end, name, quoting: 'bare' },
  star: false,
  distinct: false,
  arguments: operands,
  orderBy: [],
  filter: null,
  over: null,
});

/** The function of that name under the connection's pragmas. */
function findCalled(binder: Binder, name: string, argumentCount: number): FunctionLookup {
  const found = lookupFunction(name, argumentCount, binder.options.hostFunctions);
  const isLike = typeof found !== 'string' && found.pattern === 'like' && !found.isHost;
  return isLike && binder.options.pragmas.caseSensitiveLike ? caseSensitiveLikeFunction : found;
}

/** Where the value of an expression may depend on the row alone. */
const isPure = ({ place }: Scope): boolean => place !== null && place !== 'check';

/** Refuses functions that indexes, generated columns and schema objects may not use. */
function checkPlace(binder: Binder, found: FunctionDefinition, name: string, scope: Scope, start: number): void {
  if (!found.isDeterministic && isPure(scope)) {
    throw prohibited('non-deterministic functions', scope, start);
  }
  if (!scope.fromSchema) return;
  const isUnsafe = found.isNotInnocuous === true || found.isHost;
  if (found.isDirectOnly || (isUnsafe && !binder.options.pragmas.trustedSchema)) {
    throw new SqlError(`unsafe use of ${name}()`, start);
  }
}

export function bindCall(binder: Binder, syntax: Ast.FunctionCall, scope: Scope): Expression {
  const { start } = syntax;
  const { name } = syntax.name;
  if (syntax.arguments.length > binder.options.limits.functionArguments) {
    throw new SqlError(`too many arguments on function ${name}`, start);
  }
  const { allowAggregates, allowWindows } = scope;
  try {
    return bindArguments(binder, syntax, scope);
  } catch (error) {
    if (!(error instanceof SqlError)) throw error;
    scope.allowAggregates = allowAggregates;
    scope.allowWindows = allowWindows;
    binder.wrongCall = error;
    return neverUsed(syntax);
  }
}

/** Stands for a call that is wrong. */
const neverUsed = ({ start }: Ast.FunctionCall): Expression => ({ kind: 'null', start, on: null });

function bindArguments(binder: Binder, syntax: Ast.FunctionCall, scope: Scope): Expression {
  const definition = binder.isRenaming ? findRenamed(binder, syntax, scope) : findCallable(binder, syntax, scope);
  if (definition === 'names') return bindNames(binder, syntax, scope);
  if (!definition) {
    for (const argument of syntax.arguments) bindScalar(binder, argument, scope);
    return neverUsed(syntax);
  }
  if (definition.kind === 'scalar') return bindScalarCall(binder, syntax, definition, scope);
  return syntax.over
    ? bindWindowCall(binder, syntax, syntax.over, definition, scope)
    : bindAggregate(binder, syntax, definition, scope);
}

/** While names are observed any call will do: `names` when there is no such function, or not with these clauses. */
function findRenamed(binder: Binder, syntax: Ast.FunctionCall, scope: Scope): FunctionDefinition | 'names' {
  const { name } = syntax.name;
  const found = findCalled(binder, name, syntax.arguments.length);
  if (typeof found === 'string') return 'names';
  if (!found.isDeterministic && isPure(scope)) throw prohibited('non-deterministic functions', scope, syntax.start);
  const hasClauses = syntax.over !== null || syntax.filter !== null || syntax.orderBy.length > 0;
  return found.kind === 'scalar' && hasClauses ? 'names' : found;
}

/** Binds all parts of a call for their names' sake. */
function bindNames(binder: Binder, syntax: Ast.FunctionCall, scope: Scope): Expression {
  const { over, filter } = syntax;
  for (const argument of syntax.arguments) bindScalar(binder, argument, scope);
  for (const term of syntax.orderBy) bindOrderingTerm(binder, term, scope);
  for (const expression of over?.partitionBy ?? []) bindScalar(binder, expression, scope);
  for (const term of over?.orderBy ?? []) bindOrderingTerm(binder, term, scope);
  if (filter) bindScalar(binder, filter, scope);
  return neverUsed(syntax);
}

/** The function; null when the call is wrong, which is noted as the binder's wrongCall. */
function findCallable(binder: Binder, syntax: Ast.FunctionCall, scope: Scope): FunctionDefinition | null {
  try {
    return requireCallable(binder, syntax, scope);
  } catch (error) {
    if (!(error instanceof SqlError)) throw error;
    binder.wrongCall = error;
    return null;
  }
}

/** The function, allowed here with these clauses. Checks come in SQLite's order, as the first failure is the message. */
function requireCallable(binder: Binder, syntax: Ast.FunctionCall, scope: Scope): FunctionDefinition {
  const { name, start } = { name: syntax.name.name, start: syntax.start };
  const found = findCalled(binder, name, syntax.arguments.length);
  if (scope.isDefault && !syntax.over && (typeof found === 'string' || found.kind !== 'scalar'))
    throw new SqlError(`unknown function: ${name}()`);
  if (typeof found !== 'string') {
    checkClauses(syntax, found, scope);
    checkPlace(binder, found, name, scope, start);
    return found;
  }
  if (found === 'unknown') throw new SqlError(`no such function: ${name}`, start);
  throw new SqlError(`wrong number of arguments to function ${name}()`, start);
}

/** Refuses calls whose clauses the function has no use for, and aggregates where there is nothing to aggregate. */
function checkClauses(syntax: Ast.FunctionCall, found: FunctionDefinition, scope: Scope): void {
  const { name, start } = { name: syntax.name.name, start: syntax.start };
  if (syntax.over && !found.mayBeWindow) {
    throw new SqlError(`${name}() may not be used as a window function`, start);
  }
  const isAggregate = found.kind !== 'scalar';
  const isForbidden =
    isAggregate &&
    (!scope.allowAggregates || (found.kind === 'window' && !syntax.over) || (syntax.over && !scope.allowWindows));
  if (isForbidden) {
    const kind = found.kind === 'window' || syntax.over ? 'window' : 'aggregate';
    throw new SqlError(`misuse of ${kind} function ${name}()`, start);
  }
  if (!isAggregate && syntax.filter) {
    throw new SqlError(`FILTER may not be used with non-aggregate ${name}()`, start);
  }
  if (!isAggregate && syntax.orderBy.length > 0) {
    throw new SqlError(`ORDER BY may not be used with non-aggregate ${name}()`, start);
  }
}

function bindScalarCall(
  binder: Binder,
  syntax: Ast.FunctionCall,
  definition: FunctionDefinition,
  scope: Scope,
): Expression {
  if (definition.name === 'likelihood' && !definition.isHost && !scope.isDefault) checkLikelihood(binder, syntax);
  const bound = syntax.arguments.map((argument) => bindScalar(binder, argument, scope));
  return {
    kind: 'function',
    start: syntax.start,
    on: null,
    definition,
    arguments: bound,
    isUsingColumn: false,
    purePlace: purePlace(scope),
  };
}

function checkLikelihood(binder: Binder, { arguments: [, probability], name, start }: Ast.FunctionCall): void {
  if (probability?.kind === 'real' && Number(probability.text) <= 1) return;
  const problem = new SqlError(`second argument to ${name.name}() must be a constant between 0.0 and 1.0`, start);
  if (binder.mayStayUnresolved) binder.unresolvedProblem ??= problem;
  else binder.wrongCall = problem;
}

// ---------------------------------------------------------------------------------------------------------------------
// Aggregates

function bindAggregate(
  binder: Binder,
  syntax: Ast.FunctionCall,
  definition: FunctionDefinition,
  scope: Scope,
): Expression {
  const { allowAggregates, allowWindows } = scope;
  scope.allowAggregates = false;
  scope.allowWindows = false;
  const bound = attempt(binder, () => syntax.arguments.map((argument) => bindScalar(binder, argument, scope)));
  const orderBy = attempt(binder, () => syntax.orderBy.map((term) => bindOrderingTerm(binder, term, scope)));
  const filter = attempt(binder, () => (syntax.filter ? bindScalar(binder, syntax.filter, scope) : null));
  scope.allowAggregates = allowAggregates;
  scope.allowWindows = allowWindows;
  if (!bound || !orderBy || filter === undefined) throw binder.wrongCall ?? new SqlError('misuse of aggregate');
  if (syntax.distinct && bound.length !== 1 && !binder.isRenaming) {
    throw new SqlError('DISTINCT aggregates must have exactly one argument', syntax.start);
  }
  const parts = [...bound, ...orderBy.map((term) => term.expression)];
  if (filter) parts.push(filter);
  const owner = aggregateOwner(parts, scope);
  const call: AggregateCall = {
    kind: 'aggregate',
    start: syntax.start,
    on: null,
    name: syntax.name.name,
    definition,
    arguments: bound,
    distinct: syntax.distinct,
    filter,
    orderBy,
    level: owner.level,
  };
  owner.aggregates.push(call);
  return call;
}

/** Several parts of an aggregate call may be wrong: SQLite goes on, as after any wrong call, and reports the last problem. */
export function attempt<T>(binder: Binder, bind: () => T): T | undefined {
  try {
    return bind();
  } catch (error) {
    if (!(error instanceof SqlError)) throw error;
    binder.wrongCall = error;
    return undefined;
  }
}

/** The innermost scope whose sources the call's arguments read; this one when they read none. */
function aggregateOwner(parts: readonly Expression[], scope: Scope): Scope {
  for (let at: Scope | null = scope; at; at = at.parent) {
    if (belongsTo(parts, at)) return at;
  }
  return scope;
}

/** True when the parts read the scope's sources, or nothing from outside themselves. */
function belongsTo(parts: readonly Expression[], scope: Scope): boolean {
  let readsOwn = false;
  let readsOther = false;
  const inner = new Set<unknown>();
  const visit = (expression: Expression): void => {
    if (expression.kind === 'column') {
      if (scope.sources.some(({ source }) => source === expression.source)) readsOwn = true;
      else if (!inner.has(expression.source)) readsOther = true;
    }
    const query = queryOf(expression);
    if (query) {
      for (const core of query.cores) if (core.kind === 'select') core.sources.forEach((source) => inner.add(source));
      forEachQueryExpression(query, visit);
    }
    forEachChild(expression, visit);
  };
  parts.forEach(visit);
  return readsOwn || !readsOther;
}

/** A term of ORDER BY that is neither a number nor an alias. */
export function bindOrderingTerm(binder: Binder, term: Ast.OrderingTerm, scope: Scope): SortTerm {
  return { expression: bindScalar(binder, term.expr, scope), ...sortDirection(term), resultColumn: -1 };
}

/** Direction of an ordering term. NULLs are smallest unless they are asked to the other end. */
export const sortDirection = (term: Ast.OrderingTerm): { descending: boolean; bigNulls: boolean } => {
  const descending = term.order === 'desc';
  return { descending, bigNulls: term.nulls === (descending ? 'first' : 'last') };
};
