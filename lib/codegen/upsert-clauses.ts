/**
 * ON CONFLICT clauses of INSERT: which constraint each one is about.
 *
 * Owns: binding of the conflict targets and their match with unique indexes. The update itself is in upsert.ts.
 */
import { refuseNullsOrder } from '../catalog/key-columns';
import type { Table } from '../catalog/schema';
import type { Binder } from '../resolve/binder';
import { equalExpressions } from '../resolve/compare';
import type { Expression } from '../resolve/ir';
import type { Scope } from '../resolve/scope';
import type { Assignment, Expr, UpsertClause as UpsertSyntax } from '../syntax/ast';
import { SqlError } from '../syntax/sql-error';
import type { WriteIndex, WriteTable } from './dml-target';

/** One clause. */
export interface UpsertClause {
  /** The constraint; `any` without a conflict target. */
  readonly target: WriteIndex | 'rowid' | 'any';
  readonly isUpdate: boolean;
  readonly assignments: readonly Assignment[];
  readonly where: Expr | null;
  /** An earlier clause is about the same constraint, so this one is never used. */
  readonly isDuplicate: boolean;
}

/** The clauses of one INSERT, in order. */
export class UpsertClauses {
  readonly clauses: readonly UpsertClause[];

  constructor(
    syntax: readonly UpsertSyntax[],
    target: WriteTable,
    scope: Scope,
    /** Emits the update of the row that conflicts on the index (null: on the rowid). */
    private readonly update: (clause: UpsertClause, index: WriteIndex | null) => void,
  ) {
    const clauses: UpsertClause[] = [];
    syntax.forEach((clause, number) => {
      const constraint = findConstraint(clause, target, scope, number, syntax.length);
      clauses.push({
        target: constraint,
        isUpdate: clause.assignments !== null,
        assignments: clause.assignments ?? [],
        where: clause.where,
        isDuplicate: clauses.some((earlier) => earlier.target === constraint || earlier.target === 'any'),
      });
    });
    this.clauses = clauses;
  }

  /** The clause that a violation of the constraint falls under, null for none. */
  clauseFor(constraint: WriteIndex | 'rowid'): UpsertClause | null {
    return this.clauses.find(({ target }) => target === 'any' || target === constraint) ?? null;
  }

  /** After this clause's constraint the rowid is the next to be checked. */
  nextIsRowid(clause: UpsertClause): boolean {
    for (const next of this.clauses.slice(this.clauses.indexOf(clause) + 1)) {
      if (next.target === 'any' || next.target === 'rowid') return true;
      if (!next.isDuplicate) return false;
    }
    return true;
  }

  codeUpdate(index: WriteIndex | null): void {
    const clause = this.clauseFor(index ?? 'rowid');
    if (clause) this.update(clause, index);
  }
}

/** An index as conflict targets are compared with it. */
type MatchedIndex = Pick<WriteIndex, 'index' | 'expressions' | 'where'>;

/**
 * The constraint of a clause, the `number`th of `count`.
 * @throws SqlError no such column, ON CONFLICT clause does not match any ...
 */
export function findConstraint<T extends MatchedIndex>(
  clause: UpsertSyntax,
  target: { readonly binder: Binder; readonly table: Table; readonly indexes: readonly T[] },
  scope: Scope,
  number: number,
  count: number,
): T | 'rowid' | 'any' {
  if (!clause.target) return 'any';
  const { binder, table } = target;
  refuseNullsOrder(clause.target);
  const columns = clause.target.map(({ expr }) => binder.bindExpression(expr, scope));
  const where = clause.targetWhere ? binder.bindExpression(clause.targetWhere, scope) : null;
  const [only] = columns;
  if (!table.withoutRowid && columns.length === 1 && only?.kind === 'column' && only.column === -1) return 'rowid';
  const found = target.indexes.find((index) => matches(index, columns, where));
  if (found) return found;
  const which = number === 0 && count === 1 ? '' : `${ordinal(number + 1)} `;
  throw new SqlError(`${which}ON CONFLICT clause does not match any PRIMARY KEY or UNIQUE constraint`);
}

/** An index with the INTEGER PRIMARY KEY is never found: the written name means the rowid, the index has the column. */
function matches(index: MatchedIndex, columns: readonly Expression[], where: Expression | null): boolean {
  const { index: schema, expressions } = index;
  if (!schema.unique || columns.length !== schema.keyColumnCount) return false;
  if (index.where && (!where || !equalDefinitions(where, index.where))) return false;
  return schema.columns.slice(0, schema.keyColumnCount).every(({ column, collation }, position) =>
    columns.some((written) => {
      let inner = written;
      if (inner.kind === 'collate') {
        if (inner.collation !== collation && !expressions[position]) return false;
        inner = inner.operand;
      }
      const expression = expressions[position];
      if (!expression) return inner.kind === 'column' && inner.column === column;
      const bare = expression.kind === 'collate' ? expression.operand : expression;
      return equalDefinitions(inner, bare);
    }),
  );
}

/** Equal when both are read as expressions on the same table. */
function equalDefinitions(written: Expression, defined: Expression): boolean {
  return equalExpressions(written, defined);
}

function ordinal(number: number): string {
  const lastTwo = number % 100;
  if (lastTwo >= 11 && lastTwo <= 13) return `${number}th`;
  return `${number}${['th', 'st', 'nd', 'rd'][number % 10] ?? 'th'}`;
}
