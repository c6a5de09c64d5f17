/**
 * Pragmas that show the schema: their programs are rows of constants behind a check of the schema cookie.
 *
 * Owns: the contents of those rows.
 */
import { functionDeclarations, type FunctionDeclaration } from '../../spec/functions';
import { sameName } from '../catalog/names';
import type { Column, Index, Relation, Table } from '../catalog/schema';
import type { ForeignKeyAction } from '../syntax/ast';
import { SqlError } from '../syntax/sql-error';
import type { CodegenContext } from './context';
import type { PragmaCall } from './pragma';
import { pragmas } from './pragma-list';
import { emitRow } from './pragma-rows';
import { tableOfView } from './view-table';

type Emitter = (call: PragmaCall) => void;

const emitters: Readonly<Record<string, Emitter>> = {
  table_info: (call) => {
    emitTableInfo(call, false);
  },
  table_xinfo: (call) => {
    emitTableInfo(call, true);
  },
  table_list: emitTableList,
  index_list: emitIndexList,
  index_info: (call) => {
    emitIndexInfo(call, false);
  },
  index_xinfo: (call) => {
    emitIndexInfo(call, true);
  },
  foreign_key_list: emitForeignKeyList,
  database_list: emitDatabaseList,
  collation_list: ({ ctx }) => {
    ['RTRIM', 'NOCASE', 'BINARY'].forEach((name, seq) => {
      emitRow(ctx, [seq, name]);
    });
  },
  function_list: emitFunctionList,
  module_list: ({ ctx }) => {
    for (const name of ctx.schema.moduleNames()) emitRow(ctx, [name]);
  },
  pragma_list: ({ ctx }) => {
    for (const name of [...pragmas.keys()].sort()) emitRow(ctx, [name]);
  },
};

/** True for the pragmas of this file. */
export function isSchemaPragma(name: string): boolean {
  return Object.hasOwn(emitters, name);
}

/** Emits the rows. Always reads only. */
export function compileSchemaPragma(call: PragmaCall): true {
  emitters[call.name]?.(call);
  return true;
}

/** The result depends on the schema of these databases: all, or the one that was named. */
function verifySchemas({ ctx, database, isQualified }: PragmaCall): void {
  for (const { number, file } of isQualified ? [database] : ctx.schema.databases) {
    if (file !== null) ctx.useDatabase(number);
  }
}

function findRelation({ ctx, value, database, isQualified }: PragmaCall): Relation | null {
  return value === null ? null : ctx.schema.findRelation(value, isQualified ? database.name : null);
}

// ---------------------------------------------------------------------------------------------------------------------
// Tables

interface ShownColumn {
  readonly name: string;
  readonly type: string;
  readonly notNull: boolean;
  readonly defaultSql: string | null;
  readonly primaryKeyPosition: number;
  /** 0 ordinary, 1 hidden, 2 virtual generated, 3 stored generated. */
  readonly hidden: number;
}

function hiddenKind({ hidden, generated }: Column): number {
  if (hidden) return 1;
  return generated === null ? 0 : generated.stored ? 3 : 2;
}

function columnsOf(ctx: CodegenContext, relation: Relation): readonly ShownColumn[] {
  const { columns } = relation.kind === 'view' ? tableOfView(ctx, relation) : relation;
  return columns.map((column) => ({
    name: column.name,
    type: column.declaredType,
    notNull: column.notNull !== null,
    defaultSql: column.defaultSql,
    primaryKeyPosition: column.primaryKeyPosition,
    hidden: hiddenKind(column),
  }));
}

function emitTableInfo(call: PragmaCall, extended: boolean): void {
  const { ctx, value } = call;
  if (value === null) return;
  verifySchemas(call);
  const relation = findRelation(call);
  if (relation === null) return;
  let number = 0;
  for (const column of columnsOf(ctx, relation)) {
    if (column.hidden !== 0 && !extended) continue;
    const row = [
      number++,
      column.name,
      column.type,
      column.notNull ? 1 : 0,
      column.defaultSql,
      column.primaryKeyPosition,
    ];
    emitRow(ctx, extended ? [...row, column.hidden] : row);
  }
}

/** 0 where nobody knows: a view that doesn't resolve, a virtual table that was not used yet. */
function countColumns(ctx: CodegenContext, relation: Relation): number {
  if (relation.kind === 'table') return relation.module?.isConnected === false ? 0 : relation.columns.length;
  try {
    return columnsOf(ctx, relation).length;
  } catch (error) {
    if (error instanceof SqlError) return 0;
    throw error;
  }
}

/** The schema tables are shown under their modern names. */
function shownName({ name }: Relation): string {
  if (name === 'sqlite_master') return 'sqlite_schema';
  return name === 'sqlite_temp_master' ? 'sqlite_temp_schema' : name;
}

function emitTableList(call: PragmaCall): void {
  const { ctx, value, database, isQualified } = call;
  verifySchemas(call);
  for (const candidate of isQualified ? [database] : ctx.schema.databases) {
    for (const relation of candidate.relationsInHashOrder()) {
      if (value !== null && !sameName(value, relation.name)) continue;
      const isTable = relation.kind === 'table';
      const type = isTable && relation.module !== null ? 'virtual' : relation.kind;
      const isKnown = isTable && relation.module?.isConnected !== false;
      const withoutRowid = isKnown && relation.withoutRowid ? 1 : 0;
      const strict = isTable && relation.strict ? 1 : 0;
      const count = countColumns(ctx, relation);
      emitRow(ctx, [candidate.name, shownName(relation), type, count, withoutRowid, strict]);
    }
  }
}

// ---------------------------------------------------------------------------------------------------------------------
// Indexes

function emitIndexList(call: PragmaCall): void {
  const { ctx, value } = call;
  if (value === null) return;
  verifySchemas(call);
  const relation = findRelation(call);
  if (relation?.kind !== 'table') return;
  relation.indexes.forEach(({ name, unique, origin, where }, seq) => {
    emitRow(ctx, [seq, name, unique ? 1 : 0, origin, where === null ? 0 : 1]);
  });
}

/** An index by name, or the primary key of a WITHOUT ROWID table by the table's name. */
function findIndex(call: PragmaCall): Index | null {
  const { ctx, value, database, isQualified } = call;
  if (value === null) return null;
  const index = ctx.schema.findIndex(value, isQualified ? database.name : null);
  if (index !== null) return index;
  const relation = findRelation(call);
  return relation?.kind === 'table' && relation.withoutRowid ? relation.primaryKey : null;
}

function emitIndexInfo(call: PragmaCall, extended: boolean): void {
  const { ctx, value } = call;
  if (value === null) return;
  verifySchemas(call);
  const index = findIndex(call);
  if (index === null) return;
  const columns = extended ? index.columns : index.columns.slice(0, index.keyColumnCount);
  columns.forEach(({ column, descending, writtenCollation }, seqno) => {
    const row = [seqno, column, column < 0 ? null : (index.table.columns[column]?.name ?? null)];
    const more = [descending ? 1 : 0, writtenCollation, seqno < index.keyColumnCount ? 1 : 0];
    emitRow(ctx, extended ? [...row, ...more] : row);
  });
}

// ---------------------------------------------------------------------------------------------------------------------
// The rest

const actionNames: Readonly<Record<ForeignKeyAction, string>> = {
  noAction: 'NO ACTION',
  setNull: 'SET NULL',
  setDefault: 'SET DEFAULT',
  cascade: 'CASCADE',
  restrict: 'RESTRICT',
};

function emitForeignKeyList(call: PragmaCall): void {
  const { ctx, value } = call;
  if (value === null) return;
  verifySchemas(call);
  const relation = findRelation(call);
  if (relation?.kind !== 'table') return;
  emitForeignKeys(ctx, relation);
}

function emitForeignKeys(ctx: CodegenContext, table: Table): void {
  for (const key of table.foreignKeys) {
    key.columns.forEach((column, seq) => {
      emitRow(ctx, [
        key.id,
        seq,
        key.parentName,
        table.columns[column]?.name ?? null,
        key.parentColumns?.[seq] ?? null,
        actionNames[key.onUpdate],
        actionNames[key.onDelete],
        'NONE',
      ]);
    });
  }
}

function emitDatabaseList({ ctx }: PragmaCall): void {
  for (const { number, name, file } of ctx.schema.databases) {
    if (file !== null) emitRow(ctx, [number, name, file]);
  }
}

const DETERMINISTIC_FLAG = 0x800;
const DIRECT_ONLY_FLAG = 0x80000;
const SUBTYPE_FLAG = 0x100000;
const INNOCUOUS_FLAG = 0x200000;

function functionFlags(declaration: FunctionDeclaration): number {
  let flags = 0;
  if (declaration.isDeterministic === true) flags |= DETERMINISTIC_FLAG;
  if (declaration.isDirectOnly === true) flags |= DIRECT_ONLY_FLAG;
  if (declaration.usesSubtype === true) flags |= SUBTYPE_FLAG;
  if (declaration.isNotInnocuous !== true) flags |= INNOCUOUS_FLAG;
  return flags;
}

function emitFunctionList({ ctx }: PragmaCall): void {
  const types = { scalar: 's', aggregate: 'w', window: 'w' } as const;
  for (const declaration of functionDeclarations) {
    if (declaration.isInternal === true) continue;
    const { name, minimum, maximum, kind } = declaration;
    const flags = functionFlags(declaration);
    const counts = maximum < 0 ? [-1] : Array.from({ length: maximum - minimum + 1 }, (_, i) => minimum + i);
    for (const count of counts) emitRow(ctx, [name, 1, types[kind], 'utf8', count, flags]);
  }
  for (const { name, argumentCount, kind, isDeterministic, isDirectOnly } of ctx.options.hostFunctions) {
    const flags = (isDeterministic ? DETERMINISTIC_FLAG : 0) | (isDirectOnly ? DIRECT_ONLY_FLAG : 0);
    const type = { scalar: 's', aggregate: 'a', window: 'w' }[kind];
    emitRow(ctx, [name, 0, type, 'utf8', argumentCount, flags]);
  }
}
