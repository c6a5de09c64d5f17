/**
 * A view seen as a table: for OLD and NEW of INSTEAD OF triggers, whose rows have the view's columns.
 */
import { Affinity } from '../../spec/affinity';
import { TEMP_DATABASE, type Schema, type Table, type View, type ViewColumn } from '../catalog/schema';
import { TableObject } from '../catalog/table';
import { Binder } from '../resolve/binder';
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

const unknownColumn = (name: string): ViewColumn => ({
  name,
  declaredType: null,
  affinity: Affinity.blob,
  collation: null,
});

/** @throws SqlError what is wrong with the view's query, unless its columns are known already */
function columnsOfView({ schema, options }: CodegenContext, view: View): readonly ViewColumn[] {
  const { database } = view;
  const known = database.viewColumns(view);
  if (known !== null) return known;
  const binder = new Binder(schema, options, view.sql);
  binder.fixedDatabase = database.number === TEMP_DATABASE ? null : database.name;
  binder.isNaming = true;
  const query = withoutPlace(() => binder.bindQuery(view.select, null, database.number !== TEMP_DATABASE));
  const names = view.columnNames ?? queryColumnNames(binder, query, true);
  // With a wrong number of names the view has columns that nothing is known of.
  const isWrongSize = names.length !== query.columns.length;
  const columns = isWrongSize ? names.map(unknownColumn) : offeredColumns(query.cores, names);
  database.learnViewColumns(view, columns);
  return columns;
}

function makeTable(ctx: CodegenContext, view: View): Table {
  const columns = columnsOfView(ctx, view).map(({ name, declaredType, affinity, collation }, number) => ({
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
