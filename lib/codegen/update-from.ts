/**
 * UPDATE ... FROM: joins the target with other sources, collects the key and the new values of each row to be changed (of
 * several matches the last counts), then changes the rows in key order.
 */
import type { KeyField } from '../bytecode/constant-pool';
import { foldName } from '../catalog/names';
import type { Table } from '../catalog/schema';
import { checkCollation } from '../resolve/affinity';
import type { Binder } from '../resolve/binder';
import { bindOrderingTerm } from '../resolve/bind-call';
import { joinProblem } from '../resolve/expand';
import { makeColumn, type ResultColumn, type TableSource } from '../resolve/ir';
import { Scope } from '../resolve/scope';
import type { Assignment, Expr, UpdateStatement } from '../syntax/ast';
import { SqlError } from '../syntax/sql-error';
import { endSequences } from './autoincrement';
import { beginChangeCount, endChangeCount } from './change-count';
import type { CodegenContext } from './context';
import { bindTargetSource } from './dml-where';
import { bindJoin, joinedItems, makeQuery, type BoundJoin } from './made-query';
import { codeQuery } from './select';
import { affinityConstant, indexAffinity } from './table-access';
import { UpdatePlan } from './update';
import { bindAssignments, checkAssignedNames, type Assignments } from './update-assignments';
import { codeRowUpdate } from './update-row';

export function codeUpdateFrom(
  ctx: CodegenContext,
  binder: Binder,
  statement: UpdateStatement,
  table: Table,
): readonly ResultColumn[] {
  if (statement.orderBy.length > 0 && !statement.limit) throw new SqlError('ORDER BY without LIMIT on UPDATE');
  checkAssignedNames(statement.assignments, table);
  const { join, assignments } = bindRows(ctx, binder, statement, table);
  const plan = new UpdatePlan(ctx, binder, statement, table, assignments);
  ctx.writeDatabase(table.database.number);
  ctx.statement.isMultiWrite = true;
  beginChangeCount(ctx, 'update', plan.returning !== null);
  const source = join ? (join.sources[0] as TableSource) : bindTargetSource(table, statement.target);
  const changes = new Changes(ctx, plan, source);
  if (join) ctx.statement.attempt(() => changes.collect(binder, statement, join));
  plan.target.open(ctx, (cursor) => plan.needsCursor(cursor));
  changes.apply();
  endSequences(ctx);
  plan.returning?.codeRows();
  return plan.returning?.columns ?? endChangeCount(ctx);
}

interface BoundRows {
  /** Null when something is wrong with it, which is noted. */
  readonly join: BoundJoin | null;
  readonly assignments: Assignments;
}

/** What is wrong with the rows doesn't stop SQLite, which goes on to the triggers: what is wrong there is reported instead. */
function bindRows(ctx: CodegenContext, binder: Binder, statement: UpdateStatement, table: Table): BoundRows {
  let assignments: Assignments | null = null;
  let join: BoundJoin | null = null;
  const items = joinedItems(statement);
  ctx.statement.attempt(() => {
    try {
      const bound = bindJoin(binder, items, statement.where, (scope) => {
        assignments = bindAssignments(binder, statement.assignments, table, scope);
      });
      checkTargetIsUnique(bound);
      join = bound;
    } catch (error) {
      const values = statement.assignments.map(({ value }) => value);
      throw (error instanceof SqlError && joinProblem(binder, items, values, statement.where)) || error;
    }
  });
  if (join && assignments) return { join, assignments };
  const unknown = statement.assignments.map(withoutValue);
  return { join: null, assignments: bindAssignments(binder, unknown, table, new Scope(null)) };
}

/** The assignment of NULL. */
function withoutValue(assignment: Assignment): Assignment {
  const { start, end, columns } = assignment;
  const nothing: Expr = { kind: 'null', start, end };
  const value: Expr = columns.length === 1 ? nothing : { kind: 'row', start, end, items: columns.map(() => nothing) };
  return { ...assignment, value };
}

function checkTargetIsUnique({ sources }: BoundJoin): void {
  const [target, ...others] = sources;
  if (target?.kind !== 'table') return;
  const name = target.alias ?? target.table.name;
  for (const other of others) {
    if (other.kind !== 'table' || other.table !== target.table) continue;
    if (foldName(other.alias ?? '') === foldName(target.alias ?? '')) {
      throw new SqlError(`target object/alias may not appear in FROM clause: ${name}`);
    }
  }
}

/** The collected changes: a table by rowid, or an index by primary key, with the assigned values. */
class Changes {
  readonly #cursor: number;
  readonly #key: number;
  readonly #keyCount: number;
  /** Fields before the assigned values. */
  readonly #offset: number;

  constructor(
    private readonly ctx: CodegenContext,
    private readonly plan: UpdatePlan,
    private readonly source: TableSource,
  ) {
    const { program } = ctx;
    const primary = plan.target.primaryKey;
    const count = plan.assignments.written.length;
    this.#cursor = program.cursor();
    this.#keyCount = primary ? primary.index.keyColumnCount : 1;
    this.#offset = primary ? this.#keyCount : 0;
    this.#key = primary ? program.register(this.#keyCount) : plan.rows.old.rowid;
    let keyInfo = -1;
    if (primary) {
      const key = primary.index.columns.slice(0, this.#keyCount).map(({ collation, descending }): KeyField => ({
        collation: checkCollation(collation),
        flags: descending ? 1 : 0,
      }));
      const values = plan.assignments.written.map((): KeyField => ({ collation: 'BINARY', flags: 0 }));
      keyInfo = program.keyInfo([...key, ...values], this.#keyCount);
    }
    program.emit('OpenEphemeral', this.#cursor, this.#offset + count, 0, keyInfo);
  }

  collect(binder: Binder, statement: UpdateStatement, join: BoundJoin): void {
    const { ctx, plan, source } = this;
    const primary = plan.target.primaryKey;
    const keyColumns = primary ? primary.index.columns.slice(0, this.#keyCount).map(({ column }) => column) : [-1];
    const key = keyColumns.map((column) => makeColumn(source, column));
    const query = makeQuery(binder, join, {
      columns: [...key, ...plan.assignments.written.map(({ value }) => value)],
      orderBy: statement.orderBy.map((term) => bindOrderingTerm(binder, term, join.scope)),
      groupBy: statement.limit ? key : [],
      limit: statement.limit && binder.bindWithoutNames(statement.limit),
      offset: statement.offset && binder.bindWithoutNames(statement.offset),
      isUpdateFrom: true,
    });
    codeQuery(ctx, query, {
      kind: 'each',
      emit: (first, count) => {
        this.#note(first, count);
      },
    });
  }

  #note(first: number, count: number): void {
    const { ctx, plan } = this;
    const { program } = ctx;
    const record = program.register();
    const primary = plan.target.primaryKey;
    if (!primary) {
      program.emit('MakeRecord', first + 1, count - 1, record);
      program.emit('Insert', this.#cursor, record, first);
      return;
    }
    const affinity = indexAffinity(primary.index, primary.expressions).slice(0, this.#keyCount);
    program.emit('MakeRecord', first, count, record, affinityConstant(ctx, affinity));
    program.emit('IdxInsert', this.#cursor, record, first, this.#keyCount);
  }

  apply(): void {
    const { ctx, plan, source } = this;
    const { program } = ctx;
    const { target, assignments, hooks, rows, entries, recordRegister, conflict, choice } = plan;
    const done = program.label();
    const endOfRow = program.label();
    const top = program.emit('Rewind', this.#cursor, done) + 1;
    if (target.primaryKey) {
      for (let i = 0; i < this.#keyCount; i++) program.emit('Column', this.#cursor, i, this.#key + i);
      program.emit('NotFound', target.dataCursor, endOfRow, this.#key, this.#keyCount);
    } else {
      program.emit('Rowid', this.#cursor, this.#key);
      program.emit('NotExists', target.dataCursor, endOfRow, this.#key);
    }
    codeRowUpdate(ctx, {
      target,
      source,
      assignments,
      hooks,
      rows,
      entries,
      recordRegister,
      conflict,
      endOfRow,
      key: this.#key,
      keyCount: this.#keyCount,
      keepsPosition: false,
      deferredSeek: false,
      mayReplace: choice.mayReplace,
      assigned: (column, register) => {
        const field = assignments.written.findLastIndex((assignment) => assignment.column === column);
        program.emit('Column', this.#cursor, this.#offset + field, register);
      },
    });
    program.place(endOfRow);
    program.emit('Next', this.#cursor, top);
    program.place(done);
  }
}
