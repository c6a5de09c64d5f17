/**
 * Conditions that only a virtual table's module can make use of: MATCH, LIKE, GLOB, REGEXP, <>, IS NOT and NOT NULL on one of
 * its columns.
 *
 * Owns: the inferred terms that tell the planner of them.
 */
import type { IndexOperator } from '../catalog/virtual-table';
import type { ColumnReference, Expression } from '../resolve/ir';
import type { JoinContext } from './join-context';
import { intersects } from './source-set';
import { Relation, TermFlag, type Term } from './term';

interface Condition {
  readonly column: ColumnReference;
  /** Null for NOT NULL. */
  readonly other: Expression | null;
  readonly operator: IndexOperator;
}

const isVirtualColumn = (expression: Expression): expression is ColumnReference =>
  expression.kind === 'column' && expression.source.kind === 'table' && expression.source.table.module !== null;

/** Adds a term for each virtual table's column that the condition is on. */
export function analyzeAuxiliary(join: JoinContext, term: Term): void {
  if (!join.hasVirtualTable || term.clause.operator !== 'and') return;
  for (const { column, other, operator } of conditionsOf(term.expression)) {
    const needs = join.usage(other);
    if (intersects(needs, join.usage(column))) continue;
    const added = term.clause.add(other ?? column, TermFlag.virtual);
    added.on = term.on;
    added.right = other;
    added.rightSources = needs;
    added.leftSource = column.source;
    added.leftColumn = column.column;
    added.relation = Relation.auxiliary;
    added.auxiliaryOperator = operator;
    added.parent = term.index;
    added.truth = term.truth;
    term.childCount++;
    term.flags |= TermFlag.copied;
    added.allSources = term.allSources;
  }
}

function conditionsOf(expression: Expression): Condition[] {
  switch (expression.kind) {
    case 'function': {
      const operator = patternOperator(expression.definition.name);
      const [pattern, column] = expression.arguments;
      if (operator === null || expression.arguments.length !== 2 || !column || !isVirtualColumn(column)) return [];
      return [{ column, other: pattern!, operator }];
    }
    case 'comparison': {
      const { left, right, operator } = expression;
      if (operator !== '<>' && operator !== 'isNot') return [];
      const found: Condition[] = [];
      if (isVirtualColumn(right)) found.push({ column: right, other: left, operator });
      if (isVirtualColumn(left)) found.push({ column: left, other: right, operator });
      return found;
    }
    case 'nullTest':
      if (!expression.negated || !isVirtualColumn(expression.operand)) return [];
      return [{ column: expression.operand, other: null, operator: 'isNotNull' }];
    default:
      return [];
  }
}

function patternOperator(name: string): IndexOperator | null {
  switch (name.toLowerCase()) {
    case 'match':
    case 'like':
    case 'glob':
    case 'regexp':
      return name.toLowerCase() as IndexOperator;
    default:
      return null;
  }
}
