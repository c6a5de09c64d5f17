/**
 * Constants that WHERE gives to columns: with `a = 5 AND b = a`, b is 5 too.
 *
 * The column stays what the term compares by: only its value is the constant's (ColumnReference.fixed), since the constant itself might be
 * compared under another affinity or collation.
 */
import { Affinity } from '../../spec/affinity';
import { affinityOf, comparisonCollation } from './affinity';
import type { ColumnReference, ComparisonExpression, Expression, SelectCore } from './ir';
import { isConstant } from './properties';
import { conjuncts, mapExpression } from './walk';

/** A column with its value, and the term that says so. */
interface Known {
  readonly column: ColumnReference;
  readonly value: Expression;
}

/** The core with columns of WHERE fixed that other terms give a value. */
export function propagateConstants(core: SelectCore): SelectCore {
  const { where } = core;
  if (where?.kind !== 'logical' || where.operator !== 'and') return core;
  const hasRightJoin = core.sources[0]?.join.leftOfRight === true;
  // Arguments of table-valued functions become conditions only later.
  const isExcluded = ({ on }: Expression): boolean =>
    on !== null && (hasRightJoin || on.outer || on.isArgument === true);
  let current: Expression = where;
  for (;;) {
    const known = knownColumns(current, isExcluded);
    const next: Expression = known.length === 0 ? current : new Fixing(known, isExcluded).rewrite(current);
    if (next === current) break;
    current = next;
  }
  return current === where ? core : { ...core, where: current };
}

/** From the last term to the first, each column once. */
function knownColumns(where: Expression, isExcluded: (term: Expression) => boolean): Known[] {
  const known: Known[] = [];
  const note = (column: Expression, value: Expression, term: ComparisonExpression): void => {
    if (column.kind !== 'column' || column.fixed || affinityOf(value) > Affinity.none || !isConstant(value)) return;
    if (comparisonCollation(term.left, term.right) !== 'BINARY') return;
    if (known.some((other) => isSame(other.column, column))) return;
    known.push({ column, value });
  };
  for (const term of conjuncts(where).reverse()) {
    if (term.kind !== 'comparison' || term.operator !== '=' || isExcluded(term)) continue;
    note(term.right, term.left, term);
    note(term.left, term.right, term);
  }
  return known;
}

const isSame = (a: ColumnReference, b: ColumnReference): boolean => a.source === b.source && a.column === b.column;

class Fixing {
  /** A column without affinity may only be replaced where it is compared: elsewhere the type of its value shows. */
  readonly #hasTypeless: boolean;

  constructor(
    private readonly known: readonly Known[],
    private readonly isExcluded: (term: Expression) => boolean,
  ) {
    this.#hasTypeless = known.some(({ column }) => affinityOf(column) <= Affinity.blob);
  }

  rewrite(expression: Expression): Expression {
    if (this.isExcluded(expression)) return expression;
    if (expression.kind === 'logical' && expression.operator === 'and') {
      const left = this.rewrite(expression.left);
      const right = this.rewrite(expression.right);
      return left === expression.left && right === expression.right ? expression : { ...expression, left, right };
    }
    let hasChanged = false;
    const fix = (node: Expression): Expression | null => {
      const fixed = this.#fixed(node, this.#hasTypeless) ?? this.#comparison(node, fix);
      if (fixed) hasChanged = true;
      return fixed;
    };
    const rewritten = mapExpression(expression, fix);
    return hasChanged ? rewritten : expression;
  }

  #fixed(node: Expression, leavesTypeless: boolean): ColumnReference | null {
    if (node.kind !== 'column' || node.fixed) return null;
    const found = this.known.find(({ column }) => column !== node && isSame(column, node));
    if (!found || (leavesTypeless && affinityOf(found.column) <= Affinity.blob)) return null;
    return { ...node, fixed: found.value };
  }

  /** The operands of a comparison, which converts them as it would the column. */
  #comparison(node: Expression, fix: (node: Expression) => Expression | null): Expression | null {
    if (!this.#hasTypeless || node.kind !== 'comparison' || node.operator === '<>' || node.operator === 'isNot')
      return null;
    const left = this.#fixed(node.left, false);
    const right = affinityOf(node.left) === Affinity.text ? null : this.#fixed(node.right, false);
    if (!left && !right) return null;
    return { ...node, left: left ?? mapExpression(node.left, fix), right: right ?? mapExpression(node.right, fix) };
  }
}
