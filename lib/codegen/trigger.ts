/**
 * Triggers as subprograms: which ones fire for a change, their programs, and the instructions that run them.
 *
 * Owns: the numbering of a trigger's parameters (OLD: rowid 0, column c at 1 + c; NEW: rowid n + 1, column c at n + 2 + c) and one
 * program per trigger and conflict action in a statement. Foreign key actions run through here too, as triggers without a name.
 * Must not know: how rows are changed.
 */
import { errorActions } from '../../spec/opcodes';
import type { Label } from '../bytecode/program-builder';
import { foldName } from '../catalog/names';
import type { Relation, Schema, Table, Trigger, View } from '../catalog/schema';
import { Binder } from '../resolve/binder';
import type { RowSource } from '../resolve/ir';
import type { CompileOptions } from '../resolve/options';
import { Scope } from '../resolve/scope';
import { rowSource } from '../resolve/sources';
import type { ConflictAction, TriggerStep } from '../syntax/ast';
import { withoutPlace } from '../syntax/sql-error';
import type { CodegenContext, StatementState } from './context';
import { codeDelete } from './delete';
import { jumpIfFalse } from './expression';
import { codeInsert } from './insert';
import { codeQuery } from './select';
import { codeUpdate } from './update';
import { tableOfView } from './view-table';

export type TriggerEvent = 'insert' | 'update' | 'delete';

/** The triggers that one change fires. */
export interface RowTriggers {
  readonly before: boolean;
  readonly after: boolean;
  readonly insteadOf: boolean;
  readonly relation: Relation;
  readonly list: readonly Trigger[];
}

/**
 * The triggers on a relation for an event; null when there are none.
 * @param names folded names of the columns in an UPDATE's SET, null for INSERT and DELETE
 */
export function rowTriggers(
  ctx: CodegenContext,
  relation: Relation,
  event: TriggerEvent,
  names: ReadonlySet<string> | null,
): RowTriggers | null {
  if (ctx.isDropping) return null;
  const list = ctx.schema
    .triggersOn(relation)
    .filter((trigger) => trigger.statement.event === event && watches(trigger, names));
  if (list.length === 0) return null;
  const has = (time: 'before' | 'after' | 'insteadOf'): boolean =>
    list.some(({ statement }) => statement.time === time);
  return { before: has('before'), after: has('after'), insteadOf: has('insteadOf'), relation, list };
}

/** UPDATE OF goes by the names that SET writes: not by what follows from them, nor by other names of the rowid. */
function watches({ statement: { columns } }: Trigger, names: ReadonlySet<string> | null): boolean {
  return columns === null || names === null || columns.some(({ name }) => names.has(foldName(name)));
}

/**
 * Runs the triggers of one time. `base` is the first of the registers with OLD and NEW; after RAISE(IGNORE) the program goes on at
 * `ignoreLabel`.
 */
export function codeRowTriggers(
  ctx: CodegenContext,
  triggers: RowTriggers,
  time: 'before' | 'after' | 'insteadOf',
  base: number,
  conflict: ConflictAction,
  ignoreLabel: Label,
  which: (trigger: Trigger) => boolean = () => true,
): void {
  for (const trigger of triggers.list) {
    if (trigger.statement.time !== time || !which(trigger)) continue;
    const mayRecurse = ctx.options.pragmas.recursiveTriggers;
    codeRunTrigger(ctx, trigger, triggers.relation, { base, conflict, ignoreLabel, mayRecurse });
  }
}

interface RunOptions {
  readonly base: number;
  readonly conflict: ConflictAction;
  /** 0: the trigger cannot RAISE(IGNORE). */
  readonly ignoreLabel: Label;
  /** False: the trigger does nothing while it is running already. */
  readonly mayRecurse: boolean;
}

/** Makes the programs of all triggers, in the order of their list: which is wrong is found in that order. */
export function codeTriggerPrograms(
  ctx: CodegenContext,
  { list, relation }: RowTriggers,
  conflict: ConflictAction,
): void {
  for (const trigger of list) {
    ctx.statement.attempt(() => {
      triggerProgram(ctx, trigger, relation, conflict);
    }, true);
  }
}

/** Emits the call of a trigger's program, which is made on first use. */
export function codeRunTrigger(ctx: CodegenContext, trigger: Trigger, relation: Relation, options: RunOptions): void {
  const { program } = ctx;
  const number = triggerProgram(ctx, trigger, relation, options.conflict);
  const frame = program.register();
  const subprogram = program.pool.subprogram(number);
  program.emit('Program', options.base, options.ignoreLabel, frame, subprogram, options.mayRecurse ? 0 : 1);
}

/** Programs of the triggers of one statement. */
interface TriggerPrograms {
  /** Numbers from 1, the same for all programs of a trigger. */
  readonly triggerNumbers: Map<Trigger, number>;
  /** Subprogram numbers by trigger number and conflict action. */
  readonly programs: Map<string, number>;
}

const programsOfStatement = new WeakMap<StatementState, TriggerPrograms>();

function programsOf(ctx: CodegenContext): TriggerPrograms {
  let found = programsOfStatement.get(ctx.statement);
  if (found === undefined) {
    found = { triggerNumbers: new Map(), programs: new Map() };
    programsOfStatement.set(ctx.statement, found);
  }
  return found;
}

function triggerProgram(ctx: CodegenContext, trigger: Trigger, relation: Relation, conflict: ConflictAction): number {
  const { triggerNumbers, programs } = programsOf(ctx);
  let triggerNumber = triggerNumbers.get(trigger);
  if (triggerNumber === undefined) {
    triggerNumber = triggerNumbers.size + 1;
    triggerNumbers.set(trigger, triggerNumber);
  }
  const key = `${triggerNumber} ${conflict}`;
  const known = programs.get(key);
  if (known !== undefined) return known;
  const { context, number } = ctx.createSubprogram({ trigger, conflict });
  // Noted before the body is coded: a trigger may fire itself.
  programs.set(key, number);
  context.program.trigger = triggerNumber;
  withoutPlace(() => {
    codeBody(context, trigger, tableOf(ctx, relation));
  });
  return number;
}

/** OLD and NEW as far as the trigger has them. */
export type TriggerRows = readonly { readonly name: 'old' | 'new'; readonly source: RowSource }[];

export function triggerRows({ statement }: Trigger, table: Table): TriggerRows {
  const rows: { name: 'old' | 'new'; source: RowSource }[] = [];
  if (statement.event !== 'insert') rows.push({ name: 'old', source: rowSource(table, 'old', false) });
  if (statement.event !== 'delete') rows.push({ name: 'new', source: rowSource(table, 'new', false) });
  return rows;
}

/** A binder for one statement of a trigger, or for its WHEN clause. */
export function triggerBinder(schema: Schema, options: CompileOptions, trigger: Trigger, rows: TriggerRows): Binder {
  const { database, sql } = trigger;
  const binder = new Binder(schema, options, sql);
  binder.inTrigger = true;
  binder.triggerScope = Scope.ofTrigger(rows);
  binder.fixedDatabase = database.number === 1 ? null : database.name;
  return binder;
}

/** Emits the body of a trigger's program into the context of a subprogram. */
function codeBody(ctx: CodegenContext, trigger: Trigger, table: Table): void {
  const { program } = ctx;
  const { statement } = trigger;
  const rows = triggerRows(trigger, table);
  for (const { name, source } of rows) {
    const first = name === 'old' ? 0 : table.columns.length + 1;
    ctx.columnReaders.set(source, { kind: 'parameters', first });
  }
  const newBinder = (): Binder => triggerBinder(ctx.schema, ctx.options, trigger, rows);
  const end = program.label();
  if (statement.when !== null) {
    const binder = newBinder();
    const condition = binder.bindExpression(statement.when, new Scope(binder.triggerScope));
    jumpIfFalse(ctx, condition, end, true);
  }
  for (const step of statement.body) {
    codeStep(ctx, newBinder(), step);
    // What is wrong with a trigger of this step is kept for later; SQLite doesn't look at further steps.
    if (ctx.statement.hasProblem) break;
  }
  program.place(end);
  program.emit('Halt', 0, errorActions.none);
}

function codeStep(ctx: CodegenContext, binder: Binder, step: TriggerStep): void {
  const { program } = ctx;
  switch (step.kind) {
    case 'select':
      codeQuery(ctx, binder.bindQuery(step), { kind: 'discard' });
      return;
    case 'insert':
      codeInsert(ctx, binder, step);
      break;
    case 'update':
      codeUpdate(ctx, binder, step);
      break;
    case 'delete':
      codeDelete(ctx, binder, step);
  }
  program.emit('ResetCount');
}

/** The relation's columns as a table's, for rows in registers. */
export function tableOf(ctx: CodegenContext, relation: Table | View): Table {
  return relation.kind === 'view' ? tableOfView(ctx, relation) : relation;
}
