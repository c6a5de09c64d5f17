/**
 * Binding window function calls: OVER clauses with the named windows they refer to, frames, and the frames that built-in
 * functions have whatever is written.
 */
import { foldName } from '../catalog/names';
import type * as Ast from '../syntax/ast';
import { SqlError } from '../syntax/sql-error';
import { walkExpr } from '../syntax/walk';
import { chainConflict, chainedWindow, findWindow, resolveWindows } from '../syntax/window-chain';
import { attempt, bindOrderingTerm } from './bind-call';
import { bindScalar } from './bind-expression';
import type { Binder } from './binder';
import type { BoundFrame, BoundWindow, Expression, FunctionDefinition } from './ir';
import type { Scope } from './scope';

export function bindWindowCall(
  binder: Binder,
  syntax: Ast.FunctionCall,
  over: Ast.WindowDefinition,
  definition: FunctionDefinition,
  scope: Scope,
): Expression {
  const { allowWindows } = scope;
  scope.allowWindows = false;
  const bindFilter = (): Expression | null => syntax.filter && bindScalar(binder, syntax.filter, scope);
  const bound = attempt(binder, () => syntax.arguments.map((argument) => bindScalar(binder, argument, scope)));
  if (!bound || binder.wrongCall) {
    // After wrong arguments only FILTER is looked at.
    attempt(binder, bindFilter);
    throw binder.wrongCall ?? new SqlError('misuse of window function');
  }
  const resolved = attempt(binder, () => windowOf(binder, syntax, over, definition, scope)) ?? over;
  const window = bindWindow(binder, resolved, definition, scope);
  const filter = attempt(binder, bindFilter);
  scope.allowWindows = allowWindows;
  if (binder.wrongCall || !window || filter === undefined) {
    throw binder.wrongCall ?? new SqlError('misuse of window function');
  }
  const { start } = syntax;
  const call = { kind: 'window' as const, start, on: null, definition, arguments: bound, filter, window };
  scope.windowCalls.push(call);
  return call;
}

/** The window, when the call may use it. What observes the names of a schema object asks for those alone. */
function windowOf(
  binder: Binder,
  syntax: Ast.FunctionCall,
  over: Ast.WindowDefinition,
  definition: FunctionDefinition,
  scope: Scope,
): Ast.WindowDefinition {
  if (binder.isRenaming) return over;
  const window = resolveOver(over, scope.namedWindows);
  const { frame, orderBy } = window;
  if (frame?.unit === 'range' && (frame.from.offset || frame.to.offset) && orderBy.length !== 1) {
    throw new SqlError('RANGE with offset PRECEDING/FOLLOWING requires one ORDER BY expression', window.start);
  }
  if (syntax.filter && definition.kind === 'window') {
    throw new SqlError('FILTER clause may only be used with aggregate window functions', syntax.start);
  }
  return window;
}

/** The window that OVER means, with what it takes over from named ones. */
function resolveOver(over: Ast.WindowDefinition, clause: readonly Ast.NamedWindow[]): Ast.WindowDefinition {
  if (!over.base) return over;
  // The parser has reported what is wrong with the clause itself.
  const named = findWindow(
    resolveWindows(clause, () => undefined),
    over.base.name,
  );
  if (!named) throw new SqlError(`no such window: ${over.base.name}`, over.start);
  if (over.bare) return named.definition;
  const conflict = chainConflict(over, named.definition);
  if (conflict !== null) throw new SqlError(conflict, over.start);
  return chainedWindow(over, named.definition);
}

const DEFAULT_FRAME: BoundFrame = {
  unit: 'range',
  from: { kind: 'unboundedPreceding', offset: null },
  to: { kind: 'currentRow', offset: null },
  exclude: null,
};

type FrameShape = Pick<BoundFrame, 'unit'> & { from: BoundFrame['from']['kind']; to: BoundFrame['to']['kind'] };

/** Built-in window functions look at frames of their own, whatever is written. */
const builtInFrames: Record<string, FrameShape> = {
  row_number: { unit: 'rows', from: 'unboundedPreceding', to: 'currentRow' },
  dense_rank: { unit: 'range', from: 'unboundedPreceding', to: 'currentRow' },
  rank: { unit: 'range', from: 'unboundedPreceding', to: 'currentRow' },
  percent_rank: { unit: 'groups', from: 'currentRow', to: 'unboundedFollowing' },
  cume_dist: { unit: 'groups', from: 'following', to: 'unboundedFollowing' },
  ntile: { unit: 'rows', from: 'currentRow', to: 'unboundedFollowing' },
  lead: { unit: 'rows', from: 'unboundedPreceding', to: 'unboundedFollowing' },
  lag: { unit: 'rows', from: 'unboundedPreceding', to: 'currentRow' },
};

/** Binds the windows of a WINDOW clause for their names' sake, used or not. */
export function bindWindowClause(binder: Binder, windows: readonly Ast.NamedWindow[], scope: Scope): void {
  for (const { definition } of windows) {
    for (const term of definition.orderBy) bindOrderingTerm(binder, term, scope);
    for (const expression of definition.partitionBy) bindScalar(binder, expression, scope);
  }
}

/** The window's parts; null when some are wrong, which is noted as the binder's wrongCall: the last of them. */
function bindWindow(
  binder: Binder,
  syntax: Ast.WindowDefinition,
  definition: FunctionDefinition,
  scope: Scope,
): BoundWindow | null {
  const partitionBy = attempt(binder, () =>
    syntax.partitionBy.map((expression) => bindScalar(binder, expression, scope)),
  );
  const orderBy = attempt(binder, () => syntax.orderBy.map((term) => bindOrderingTerm(binder, term, scope)));
  const frame = attempt(binder, () => (syntax.frame ? bindFrame(binder, syntax.frame, scope) : DEFAULT_FRAME));
  if (!partitionBy || !orderBy || !frame) return null;
  const own = definition.isHost ? undefined : builtInFrames[foldName(definition.name)];
  return { partitionBy, orderBy, frame: own ? builtInFrame(own) : frame };
}

const builtInFrame = ({ unit, from, to }: FrameShape): BoundFrame => ({
  unit,
  from: { kind: from, offset: from === 'following' ? { kind: 'integer', start: -1, on: null, value: 1n } : null },
  to: { kind: to, offset: null },
  exclude: null,
});

function bindFrame(binder: Binder, syntax: Ast.WindowFrame, scope: Scope): BoundFrame {
  const { from, to, unit } = syntax;
  const isImpossible =
    from.kind === 'unboundedFollowing' ||
    to.kind === 'unboundedPreceding' ||
    (from.kind === 'currentRow' && to.kind === 'preceding') ||
    (from.kind === 'following' && (to.kind === 'preceding' || to.kind === 'currentRow'));
  if (isImpossible) throw new SqlError('unsupported frame specification', syntax.start);
  const bound = (edge: Ast.FrameBound): BoundFrame['from'] => ({
    kind: edge.kind,
    offset: edge.offset && bindFrameOffset(binder, edge.offset, scope),
  });
  return { unit, from: bound(from), to: bound(to), exclude: syntax.exclude };
}

/** What is no constant as it is written stands for NULL, which no frame accepts; its names are not looked up. */
const bindFrameOffset = (binder: Binder, syntax: Ast.Expr, scope: Scope): Expression =>
  isWrittenConstant(syntax) ? bindScalar(binder, syntax, scope) : { kind: 'null', start: syntax.start, on: null };

/** Literals and parameters, and operators on them. Calls are not constant: nobody knows their functions yet. */
function isWrittenConstant(syntax: Ast.Expr): boolean {
  let isConstant = true;
  const refuse = (): void => {
    isConstant = false;
  };
  walkExpr(syntax, {
    core: refuse,
    table: refuse,
    expr: (part) => {
      if (part.kind === 'column') isConstant &&= isTruthName(part);
      else if (part.kind === 'binary') isConstant &&= !part.operator.startsWith('->');
      else if (variableKinds.has(part.kind)) isConstant = false;
    },
  });
  return isConstant;
}

const variableKinds: ReadonlySet<Ast.Expr['kind']> = new Set([
  'currentTime',
  'exists',
  'function',
  'pattern',
  'raise',
  'subquery',
]);

const isTruthName = ({ table, column }: Ast.ColumnReference): boolean =>
  table === null && column.quoting === 'bare' && /^(true|false)$/i.test(column.name);
