/**
 * Which rows UPDATE and DELETE are about: the target as a source, and WHERE with ORDER BY and LIMIT folded in.
 */
import { sameName } from '../catalog/names';
import type { Index, Table } from '../catalog/schema';
import type { Binder } from '../resolve/binder';
import { bindScalar } from '../resolve/bind-expression';
import { makeColumn, type Expression, type InExpression, type TableSource } from '../resolve/ir';
import type { Scope } from '../resolve/scope';
import { tableSource } from '../resolve/sources';
import type { DeleteStatement, Expr, IndexedBy, Select, TargetTable, UpdateStatement } from '../syntax/ast';
import { SqlError } from '../syntax/sql-error';

/** The target table as the statement's expressions read it. */
export function bindTargetSource(table: Table, target: TargetTable): TableSource {
  return tableSource(table, target.alias?.name ?? null, {
    indexedBy: findIndexedBy(table, target.indexedBy),
    notIndexed: target.indexedBy !== null && target.indexedBy.name === null,
  });
}

function findIndexedBy(table: Table, syntax: IndexedBy | null): Index | null {
  if (!syntax?.name) return null;
  const { name } = syntax.name;
  const index = table.indexes.find((candidate) => sameName(candidate.name, name));
  if (!index || index.isTable) throw new SqlError(`no such index: ${name}`, syntax.start);
  return index;
}

/** WHERE; with a LIMIT the condition that the key is among those of the limited query. */
export function limitedWhere(
  binder: Binder,
  statement: DeleteStatement | UpdateStatement,
  source: TableSource,
  scope: Scope,
  verb: 'UPDATE' | 'DELETE',
): Expression | null {
  const { where, orderBy, limit } = statement;
  if (orderBy.length > 0 && !limit) throw new SqlError(`ORDER BY without LIMIT on ${verb}`);
  if (!limit) return where ? bindScalar(binder, where, scope) : null;
  const query = binder.bindQuery(keyQuery(statement, source.table, binder.nextQueryNumber++), scope);
  const keys = keyColumns(source.table).map((column) => makeColumn(source, column));
  const [only] = keys;
  const operand: Expression = keys.length === 1 && only ? only : { kind: 'row', start: -1, on: null, items: keys };
  const condition: InExpression = { kind: 'in', start: -1, on: null, operand, list: null, query };
  return condition;
}

function keyColumns(table: Table): readonly number[] {
  if (!table.withoutRowid) return [-1];
  const key = table.primaryKey!;
  return key.columns.slice(0, key.keyColumnCount).map(({ column }) => column);
}

/** SELECT key FROM target WHERE ... ORDER BY ... LIMIT ... */
function keyQuery(statement: DeleteStatement | UpdateStatement, table: Table, number: number): Select {
  const { start, end, target, where, orderBy, limit, offset } = statement;
  const span = { start, end };
  const column = (name: string): Expr => ({
    ...span,
    kind: 'column',
    database: null,
    table: null,
    column: { ...span, name, quoting: 'double' },
  });
  const names = keyColumns(table).map((number) => (number < 0 ? 'rowid' : table.columns[number]!.name));
  return {
    ...span,
    kind: 'select',
    number,
    with: null,
    operators: [],
    orderBy,
    limit,
    offset,
    cores: [
      {
        ...span,
        kind: 'query',
        distinct: false,
        columns: names.map((name) => ({ ...span, kind: 'expr', expr: column(name), alias: null })),
        from: [
          {
            ...span,
            source: {
              ...span,
              kind: 'table',
              name: target.name,
              alias: target.alias,
              arguments: null,
              indexedBy: target.indexedBy,
            },
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
  };
}
