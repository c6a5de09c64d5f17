/**
 * A view seen as a table: for OLD and NEW of INSTEAD OF triggers, whose rows have the view's columns.
 */
import { Affinity } from '../../spec/affinity';
import type { Schema, Table, View } from '../catalog/schema';
import { TableObject } from '../catalog/table';
import { Binder } from '../resolve/binder';
import type { SourceColumn } from '../resolve/ir';
import { queryColumnNames } from '../resolve/bind-from';
import { offeredColumns } from '../resolve/result-columns';
import { withoutPlace } from '../syntax/sql-error';
import type { CodegenContext } from './context';

const tables = new WeakMap<Schema, Map<View, Table>>();

/** The table that has the view's columns; one object per view and schema. It has no rows of its own. */
export function tableOfView(ctx: CodegenContext, view: View): Table {
  let known = tables.get(ctx.schema);
  if (known === undefined) {
    known = new Map();
    tables.set(ctx.schema, known);
  }
  let table = known.get(view);
  if (table === undefined) {
    table = makeTable(ctx, view);
    known.set(view, table);
  }
  return table;
}

const unknownColumn = (name: string): Pick<SourceColumn, 'name' | 'declaredType' | 'affinity' | 'collation'> => ({
  name,
  declaredType: null,
  affinity: Affinity.blob,
  collation: null,
});

function makeTable(ctx: CodegenContext, view: View): Table {
  const binder = new Binder(ctx.schema, ctx.options, view.sql);
  binder.fixedDatabase = view.database.number === 1 ? null : view.database.name;
  binder.isNaming = true;
  const query = withoutPlace(() => binder.bindQuery(view.select, null, view.database.number !== 1));
  const names = view.columnNames ?? queryColumnNames(binder, query, true);
  // With a wrong number of names the view has columns that nothing is known of.
  const isWrongSize = names.length !== query.columns.length;
  const offered = isWrongSize ? names.map(unknownColumn) : offeredColumns(query.cores, names);
  const columns = offered.map(({ name, declaredType, affinity, collation }, number) => ({
    name,
    number,
    declaredType: declaredType ?? '',
    affinity,
    collation: collation ?? 'BINARY',
    writtenCollation: collation ?? 'BINARY',
    notNull: null,
    default: null,
    defaultSql: null,
    generated: null,
    hidden: false,
    primaryKeyPosition: 0,
    storagePosition: number,
  }));
  return new TableObject({
    name: view.name,
    database: view.database,
    rootPage: 0,
    sql: '',
    columns,
    rowidAlias: -1,
    withoutRowid: false,
    strict: false,
    autoincrement: false,
    rowidConflict: 'default',
    primaryKeyColumns: [],
    checks: [],
    foreignKeys: [],
    module: null,
    isSchemaTable: false,
    automaticIndexes: [],
  });
}
