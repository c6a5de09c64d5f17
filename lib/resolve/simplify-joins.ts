/**
 * Outer joins that WHERE makes inner ones: a term that cannot be true for a null row removes the rows that the outer join
 * would add (SQLite's outer join strength reduction).
 *
 * The kind of a join is a property of its Source, so the result is remembered per core: doing it twice would find the joins
 * changed already and leave the marks of their ON terms behind.
 */
import type { Expression, JoinKind, OnMark, SelectCore, Source } from './ir';
import { withoutHints } from './walk';

const simplified = new WeakMap<SelectCore, SelectCore>();

export function simplifyJoins(core: SelectCore): SelectCore {
  let result = simplified.get(core);
  if (!result) {
    result = simplify(core);
    simplified.set(core, result);
    simplified.set(result, result);
  }
  return result;
}

function simplify(core: SelectCore): SelectCore {
  if (!core.where || !core.sources.some(({ join }) => join.left || join.leftOfRight)) return core;
  let { where } = core;
  core.sources.forEach((source, position) => {
    const { join } = source;
    if (!(join.left || join.leftOfRight) || !excludesNullRow(where, source, join.leftOfRight)) return;
    if (join.left) {
      source.join = { ...source.join, left: false };
      if (!join.right) where = withoutOuterMark(where, source);
    }
    if (join.leftOfRight) where = dropRightJoins(core, position, where);
  });
  return where === core.where ? core : { ...core, where };
}

/** Rows of sources further right without a match would have a null row here, which WHERE excludes. */
function dropRightJoins(core: SelectCore, position: number, where: Expression): Expression {
  let result = where;
  for (const source of core.sources.slice(position + 1)) {
    if (!source.join.right) continue;
    source.join = { ...source.join, right: false };
    if (!source.join.left) result = withoutOuterMark(result, source);
  }
  for (let i = core.sources.length - 1; i >= 0; i--) {
    const source = core.sources[i]!;
    source.join = { ...source.join, leftOfRight: false } satisfies JoinKind;
    if (source.join.right) break;
  }
  return result;
}

/** ON terms of the source's join become those of an inner join. */
function withoutOuterMark(expression: Expression, source: Source): Expression {
  const on: OnMark | null = expression.on?.source === source ? { ...expression.on, outer: false } : expression.on;
  if (expression.kind === 'logical' && expression.operator === 'and') {
    const left = withoutOuterMark(expression.left, source);
    const right = withoutOuterMark(expression.right, source);
    return { ...expression, on, left, right };
  }
  return on === expression.on ? expression : { ...expression, on };
}

/** The condition cannot be true when all columns of the source are NULL. */
function excludesNullRow(where: Expression, source: Source, isLeftOfRight: boolean): boolean {
  let condition = withoutHints(where);
  if (condition.kind === 'nullTest' && condition.negated)
    return !isExempt(condition, isLeftOfRight) && isNullWith(condition.operand, source);
  while (condition.kind === 'logical' && condition.operator === 'and') {
    if (excludesNullRow(condition.left, source, isLeftOfRight)) return true;
    condition = withoutHints(condition.right);
  }
  return !isExempt(condition, isLeftOfRight) && isNullWith(condition, source);
}

/** ON terms of outer joins, all ON terms left of a RIGHT JOIN and arguments of table-valued functions remove no rows. */
const isExempt = ({ on }: Expression, isLeftOfRight: boolean): boolean =>
  on !== null && (on.outer || isLeftOfRight || on.isArgument === true);

/** A virtual table may take a comparison with its column for something else. */
const isVirtualColumn = (expression: Expression): boolean =>
  expression.kind === 'column' && expression.source.kind === 'table' && expression.source.table.module !== null;

/** The value is NULL, or false, when all columns of the source are NULL. False when that isn't obvious. */
function isNullWith(expression: Expression, source: Source): boolean {
  switch (expression.kind) {
    case 'column':
      return expression.source === source;
    case 'logical':
      return isNullWith(expression.left, source) && isNullWith(expression.right, source);
    case 'comparison': {
      if (expression.operator === 'is' || expression.operator === 'isNot') return false;
      if (expression.left.kind === 'row' || expression.right.kind === 'row') return false;
      if (isVirtualColumn(expression.left) || isVirtualColumn(expression.right)) return false;
      return isNullWith(expression.left, source) || isNullWith(expression.right, source);
    }
    case 'arithmetic':
      return isNullWith(expression.left, source) || isNullWith(expression.right, source);
    case 'between':
      return (
        isNullWith(expression.operand, source) ||
        (isNullWith(expression.low, source) && isNullWith(expression.high, source))
      );
    case 'in':
      return expression.list !== null && expression.list.length > 0 && isNullWith(expression.operand, source);
    case 'unary':
    case 'collate':
    case 'cast':
      return isNullWith(expression.operand, source);
    default:
      return false;
  }
}
