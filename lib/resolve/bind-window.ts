/**
 * Binding window function calls: OVER clauses with the named windows they refer to, frames, and the frames that built-in
 * functions have whatever is written.
 */
import { foldName } from '../catalog/names';
import type * as Ast from '../syntax/ast';
import { SqlError } from '../syntax/sql-error';
import { walkExpr } from '../syntax/walk';
import { chainConflict, chainedWindow, findWindow, resolveWindows } from '../syntax/window-chain';
import { bindOrderingTerm } from './bind-call';
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
  const bound = syntax.arguments.map((argument) => bindScalar(binder, argument, scope));
  const window = bindWindow(binder, resolveOver(over, scope.namedWindows), definition, scope);
  const filter = syntax.filter ? bindScalar(binder, syntax.filter, scope) : null;
  scope.allowWindows = allowWindows;
  if (filter && definition.kind === 'window') {
    throw new SqlError('FILTER clause may only be used with aggregate window functions', syntax.start);
  }
  const call = {
    kind: 'window' as const,
    start: syntax.start,
    on: null,
    definition,
    arguments: bound,
    filter,
    window,
  };
  scope.windowCalls.push(call);
  return call;
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

function bindWindow(
  binder: Binder,
  syntax: Ast.WindowDefinition,
  definition: FunctionDefinition,
  scope: Scope,
): BoundWindow {
  const partitionBy = syntax.partitionBy.map((expression) => bindScalar(binder, expression, scope));
  const orderBy = syntax.orderBy.map((term) => bindOrderingTerm(binder, term, scope));
  const frame = syntax.frame ? bindFrame(binder, syntax.frame, scope) : DEFAULT_FRAME;
  if (frame.unit === 'range' && (frame.from.offset || frame.to.offset) && orderBy.length !== 1) {
    throw new SqlError('RANGE with offset PRECEDING/FOLLOWING requires one ORDER BY expression', syntax.start);
  }
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
