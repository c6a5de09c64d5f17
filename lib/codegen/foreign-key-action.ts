/**
 * Foreign key actions as triggers: CASCADE is an UPDATE or DELETE of the child rows, SET NULL and SET DEFAULT an UPDATE, RESTRICT a SELECT
 * that raises when it finds one.
 *
 * Owns: the syntax trees of these triggers, made once per foreign key and event.
 */
import type { ForeignKey, Table, Trigger } from '../catalog/schema';
import type {
  Assignment,
  BinaryOperator,
  CreateTriggerStatement,
  Expr,
  Identifier,
  QualifiedName,
  TargetTable,
  TriggerStep,
} from '../syntax/ast';
import type { CodegenContext } from './context';
import { requireParentKey, type ParentKey } from './parent-key';

type ActionEvent = 'update' | 'delete';

const NOWHERE = { start: 0, end: 0 } as const;

const identifier = (name: string): Identifier => ({ ...NOWHERE, name, quoting: 'double' });
const unqualified = (name: string): QualifiedName => ({ ...NOWHERE, database: null, name: identifier(name) });
const column = (table: string | null, name: string): Expr => ({
  kind: 'column',
  ...NOWHERE,
  database: null,
  table: table === null ? null : identifier(table),
  column: identifier(name),
});
const binary = (operator: BinaryOperator, left: Expr, right: Expr): Expr => ({
  kind: 'binary',
  ...NOWHERE,
  operator,
  left,
  right,
});
const conjunction = (terms: readonly Expr[]): Expr => terms.reduce((left, right) => binary('and', left, right));

/** Triggers made so far: a foreign key belongs to one schema, so they live as long as that. */
const triggers = new WeakMap<ForeignKey, Map<ActionEvent, Trigger | null>>();

/** The trigger that carries out a foreign key's action; null for NO ACTION. */
export function actionTrigger(ctx: CodegenContext, parent: Table, key: ForeignKey, event: ActionEvent): Trigger | null {
  const action = event === 'delete' ? key.onDelete : key.onUpdate;
  if (action === 'restrict' && ctx.options.pragmas.deferForeignKeys) return null;
  let made = triggers.get(key);
  if (made === undefined) {
    made = new Map();
    triggers.set(key, made);
  }
  let trigger = made.get(event);
  if (trigger === undefined) {
    trigger = action === 'noAction' ? null : makeTrigger(parent, key, event);
    made.set(event, trigger);
  }
  return trigger;
}

/** True inside the SET NULL of this very key: the row that it writes has no parent to look for. */
export function isSetNullTrigger(ctx: CodegenContext, key: ForeignKey): boolean {
  const running = ctx.trigger?.trigger;
  if (running === undefined) return false;
  const made = triggers.get(key);
  return (
    (made?.get('delete') === running && key.onDelete === 'setNull') ||
    (made?.get('update') === running && key.onUpdate === 'setNull')
  );
}

function makeTrigger(parent: Table, key: ForeignKey, event: ActionEvent): Trigger {
  const parentKey = requireParentKey(parent, key);
  const names = namesOf(parent, key, parentKey);
  const where = conjunction(names.map((pair) => binary('=', column('old', pair.parent), column(null, pair.child))));
  const sameKey = names.map((pair) => binary('is', column('old', pair.parent), column('new', pair.parent)));
  const when: Expr | null =
    event === 'update' ? { kind: 'unary', ...NOWHERE, operator: 'not', operand: conjunction(sameKey) } : null;
  const statement: CreateTriggerStatement = {
    kind: 'createTrigger',
    ...NOWHERE,
    temporary: false,
    ifNotExists: false,
    name: unqualified(''),
    time: 'after',
    event,
    columns: null,
    table: unqualified(parent.name),
    when,
    body: [makeStep(key, parentKey, names, event, where)],
  };
  return {
    kind: 'trigger',
    name: '',
    database: parent.database,
    tableDatabaseName: null,
    tableName: parent.name,
    sql: '',
    statement,
  };
}

interface ColumnPair {
  readonly parent: string;
  readonly child: string;
}

function namesOf(parent: Table, key: ForeignKey, { childColumns, parentColumns }: ParentKey): readonly ColumnPair[] {
  return childColumns.map((child, i) => ({
    parent: parent.columns[parentColumns[i] as number]?.name ?? 'rowid',
    child: key.child.columns[child]?.name ?? 'rowid',
  }));
}

function makeStep(
  key: ForeignKey,
  parentKey: ParentKey,
  names: readonly ColumnPair[],
  event: ActionEvent,
  where: Expr,
): TriggerStep {
  const action = event === 'delete' ? key.onDelete : key.onUpdate;
  const target: TargetTable = { ...NOWHERE, name: unqualified(key.child.name), alias: null, indexedBy: null };
  const rest = { returning: null, orderBy: [], limit: null, offset: null } as const;
  if (action === 'restrict') return raisingSelect(target, where);
  if (action === 'cascade' && event === 'delete')
    return { kind: 'delete', ...NOWHERE, with: null, target, where, ...rest };
  const assignments = names.map((pair, i): Assignment => ({
    ...NOWHERE,
    columns: [identifier(pair.child)],
    row: false,
    value: newValue(key, parentKey.childColumns[i] as number, action === 'cascade' ? pair.parent : null, action),
  }));
  return {
    kind: 'update',
    ...NOWHERE,
    with: null,
    conflict: 'default',
    target,
    assignments,
    from: null,
    where,
    ...rest,
  };
}

function newValue(key: ForeignKey, child: number, cascadeFrom: string | null, action: ForeignKey['onDelete']): Expr {
  if (cascadeFrom !== null) return column('new', cascadeFrom);
  const definition = key.child.columns[child];
  if (
    action === 'setDefault' &&
    definition !== undefined &&
    definition.generated === null &&
    definition.default !== null
  ) {
    return definition.default;
  }
  return { kind: 'null', ...NOWHERE };
}

/** SELECT RAISE(ABORT, ...) FROM child WHERE ... */
function raisingSelect({ name }: TargetTable, where: Expr): TriggerStep {
  const message: Expr = { kind: 'string', ...NOWHERE, value: 'FOREIGN KEY constraint failed' };
  return {
    kind: 'select',
    ...NOWHERE,
    number: 0,
    with: null,
    cores: [
      {
        kind: 'query',
        ...NOWHERE,
        distinct: false,
        columns: [
          { kind: 'expr', ...NOWHERE, expr: { kind: 'raise', ...NOWHERE, action: 'abort', message }, alias: null },
        ],
        from: [
          {
            ...NOWHERE,
            source: { kind: 'table', ...NOWHERE, name, alias: null, arguments: null, indexedBy: null },
            join: null,
            on: null,
            using: null,
          },
        ],
        where,
        groupBy: [],
        having: null,
        windows: [],
      },
    ],
    operators: [],
    orderBy: [],
    limit: null,
    offset: null,
  };
}
