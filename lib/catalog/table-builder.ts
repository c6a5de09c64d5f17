/**
 * Builds a table from its CREATE TABLE statement: columns, keys, automatic indexes, checks, foreign keys.
 *
 * Owns: what constraints mean together and SQLite's errors about that, raised in the order of the text.
 * Must not know: where the statement comes from (stored schema or a new statement), and whether expressions resolve: CHECK,
 * generated columns and defaults are kept as syntax.
 */
import { Affinity } from '../../spec/affinity';
import type {
  ColumnConstraint,
  ColumnDefinition,
  ConflictAction,
  CreateTableStatement,
  DefaultConstraint,
  Expr,
  GeneratedConstraint,
  OrderingTerm,
  ReferencesClause,
  TableConstraint,
} from '../syntax/ast';
import { SqlError } from '../syntax/sql-error';
import { isConstantDefault } from './constant-default';
import {
  collationName,
  columnNameOf,
  isKnownCollation,
  refuseNullsOrder,
  splitCollation,
  type KeyColumn,
} from './key-columns';
import { affinityOfType, foldName, sameName } from './names';
import type { CheckRule, CollationName, Column, Database, ForeignKey, GeneratedColumn } from './schema';
import { type AutomaticIndex, TableObject } from './table';

const MAX_COLUMNS = 2000;

/** Types that SQLite knows by name: it shows them in this spelling, and STRICT tables allow no other. */
const standardTypes: ReadonlyMap<string, Affinity> = new Map([
  ['ANY', Affinity.numeric],
  ['BLOB', Affinity.blob],
  ['INT', Affinity.integer],
  ['INTEGER', Affinity.integer],
  ['REAL', Affinity.real],
  ['TEXT', Affinity.text],
]);

/** A type in the spelling that `standardTypes` has it in, if it is there. */
const standardTypeName = (type: string): string =>
  type.length > LONGEST_STANDARD_TYPE || standardTypes.has(type) ? type : type.toUpperCase();

const LONGEST_STANDARD_TYPE = 7;

interface ColumnDraft {
  readonly name: string;
  readonly declaredType: string;
  readonly isStandardType: boolean;
  affinity: Affinity;
  collation: CollationName;
  writtenCollation: string;
  notNull: ConflictAction | null;
  /** Without the NOT NULL that STRICT and WITHOUT ROWID imply for key columns. */
  explicitNotNull: boolean;
  default: Expr | null;
  defaultSql: string | null;
  generated: GeneratedColumn | null;
  inPrimaryKey: boolean;
}

interface IndexDraft {
  readonly name: string;
  readonly columns: KeyColumn[];
  conflict: ConflictAction;
  origin: 'u' | 'pk';
}

export interface TableInput {
  readonly statement: CreateTableStatement;
  readonly database: Database;
  readonly rootPage: number;
  /** Text of the statement, which its offsets refer to. */
  readonly sql: string;
  /** True for text from sqlite_schema: some checks are left out there, as in SQLite. */
  readonly isStored: boolean;
}

class TableBuilder {
  private readonly columns: ColumnDraft[] = [];
  private readonly numbers = new Map<string, number>();
  private readonly indexes: IndexDraft[] = [];
  private readonly checks: CheckRule[] = [];
  private readonly foreignKeys: Omit<ForeignKey, 'child' | 'id'>[] = [];
  private hasPrimaryKey = false;
  private rowidAlias = -1;
  private rowidAliasDescending = false;
  private rowidConflict: ConflictAction = 'default';
  private autoincrement = false;
  private readonly tableName: string;

  constructor(private readonly input: TableInput) {
    this.tableName = input.statement.name.name.name;
  }

  build(): TableObject {
    const { statement } = this.input;
    for (const definition of statement.columns) this.addColumn(definition);
    for (const constraint of statement.constraints) this.addTableConstraint(constraint);
    if (statement.strict) this.makeStrict();
    if (statement.withoutRowid) this.makeWithoutRowid();
    if (this.columns.every((column) => column.generated !== null)) {
      this.fail('must have at least one non-generated column');
    }
    return this.finish();
  }

  private fail(message: string, offset = -1): never {
    throw new SqlError(message, offset);
  }

  private text(start: number, end: number): string {
    return this.input.sql.slice(start, end);
  }

  private addColumn(definition: ColumnDefinition): void {
    const { name } = definition.name;
    if (this.columns.length + 1 > MAX_COLUMNS) this.fail(`too many columns on ${this.tableName}`);
    const folded = foldName(name);
    if (this.numbers.has(folded)) this.fail(`duplicate column name: ${name}`, definition.start);
    const upper = standardTypeName(definition.type);
    const standard = standardTypes.get(upper);
    const column: ColumnDraft = {
      name,
      declaredType: standard === undefined ? definition.type : upper,
      isStandardType: standard !== undefined,
      affinity: standard ?? affinityOfType(definition.type),
      collation: 'BINARY',
      writtenCollation: 'BINARY',
      notNull: null,
      explicitNotNull: false,
      default: null,
      defaultSql: null,
      generated: null,
      inPrimaryKey: false,
    };
    this.numbers.set(folded, this.columns.length);
    this.columns.push(column);
    for (const constraint of definition.constraints) this.addColumnConstraint(column, constraint);
  }

  private addColumnConstraint(column: ColumnDraft, constraint: ColumnConstraint): void {
    const number = this.columns.length - 1;
    switch (constraint.kind) {
      case 'null':
        return;
      case 'notNull':
        column.notNull = constraint.conflict;
        column.explicitNotNull = true;
        return;
      case 'primaryKey': {
        const key = ownKey(column, number, constraint.order === 'desc');
        this.startPrimaryKey();
        this.markPrimaryKey(column);
        if (this.isInteger(column) && constraint.order !== 'desc') {
          this.setRowidAlias(number, constraint.conflict, constraint.autoincrement, false);
        } else {
          if (constraint.autoincrement) this.failAutoincrement();
          this.addIndex([key], constraint.conflict, 'pk');
        }
        return;
      }
      case 'unique':
        this.addIndex([ownKey(column, number, false)], constraint.conflict, 'u');
        return;
      case 'check':
        this.addCheck(constraint);
        return;
      case 'default':
        this.setDefault(column, constraint);
        return;
      case 'collate':
        this.setCollation(column, number, constraint.collation.name);
        return;
      case 'generated':
        this.setGenerated(column, constraint);
        return;
      case 'references':
        this.addColumnForeignKey(column, number, constraint.clause);
    }
  }

  private isInteger(column: ColumnDraft): boolean {
    return column.declaredType === 'INTEGER';
  }

  private startPrimaryKey(): void {
    if (this.hasPrimaryKey) this.fail(`table "${this.tableName}" has more than one primary key`);
    this.hasPrimaryKey = true;
  }

  private markPrimaryKey(column: ColumnDraft): void {
    column.inPrimaryKey = true;
    if (column.generated !== null) this.fail('generated columns cannot be part of the PRIMARY KEY');
  }

  private failAutoincrement(): never {
    this.fail('AUTOINCREMENT is only allowed on an INTEGER PRIMARY KEY');
  }

  private setRowidAlias(number: number, conflict: ConflictAction, autoincrement: boolean, descending: boolean): void {
    this.rowidAlias = number;
    this.rowidConflict = conflict;
    this.autoincrement = autoincrement;
    this.rowidAliasDescending = descending;
  }

  private setCollation(column: ColumnDraft, number: number, name: string): void {
    if (!this.input.isStored && !isKnownCollation(name)) {
      throw new SqlError(`no such collation sequence: ${name}`, -1, 'SQLITE_ERROR_MISSING_COLLSEQ');
    }
    column.collation = collationName(name);
    column.writtenCollation = name;
    for (const index of this.indexes) {
      const [first] = index.columns;
      if (index.columns.length !== 1 || first?.column !== number) continue;
      first.collation = column.collation;
      first.writtenCollation = name;
    }
  }

  private setDefault(column: ColumnDraft, constraint: DefaultConstraint): void {
    if (!isConstantDefault(constraint.expr, this.input.isStored)) {
      this.fail(`default value of column [${column.name}] is not constant`, constraint.start);
    }
    if (column.generated !== null) this.fail('cannot use DEFAULT on a generated column', constraint.start);
    column.default = constraint.expr;
    column.defaultSql = this.text(constraint.exprStart, constraint.exprEnd);
  }

  private setGenerated(column: ColumnDraft, constraint: GeneratedConstraint): void {
    const storage =
      constraint.storage === null ? 'virtual' : foldName(this.text(constraint.storage.start, constraint.storage.end));
    if (column.default !== null || column.generated !== null || (storage !== 'virtual' && storage !== 'stored')) {
      this.fail(`error in generated column "${column.name}"`, constraint.start);
    }
    const sql = this.text(constraint.exprStart, constraint.exprEnd);
    column.generated = { expr: constraint.expr, sql, stored: storage === 'stored' };
    if (column.inPrimaryKey) this.markPrimaryKey(column);
  }

  private addCheck({ name, expr, exprStart, exprEnd }: Extract<TableConstraint, { kind: 'check' }>): void {
    this.checks.push({ expr, name: name?.name ?? null, sql: this.text(exprStart, exprEnd) });
  }

  private addTableConstraint(constraint: TableConstraint): void {
    switch (constraint.kind) {
      case 'check':
        this.addCheck(constraint);
        return;
      case 'foreignKey': {
        const { clause } = constraint;
        if (clause.columns !== null && clause.columns.length !== constraint.columns.length) {
          this.fail(
            'number of columns in foreign key does not match the number of columns in the referenced table',
            constraint.start,
          );
        }
        const columns = constraint.columns.map(({ name, start }) => {
          const number = this.numbers.get(foldName(name));
          return number ?? this.fail(`unknown column "${name}" in foreign key definition`, start);
        });
        this.addForeignKey(columns, clause);
        return;
      }
      case 'key':
        if (constraint.primary) this.addTablePrimaryKey(constraint);
        else this.addIndex(this.keyColumns(constraint.columns), constraint.conflict, 'u');
    }
  }

  private addTablePrimaryKey(constraint: Extract<TableConstraint, { kind: 'key' }>): void {
    this.startPrimaryKey();
    let last: ColumnDraft | null = null;
    let lastNumber = -1;
    for (const term of constraint.columns) {
      const name = columnNameOf(term.expr);
      const number = name === null ? undefined : this.numbers.get(foldName(name));
      if (number === undefined) continue;
      last = this.columns[number] as ColumnDraft;
      lastNumber = number;
      this.markPrimaryKey(last);
    }
    const [term] = constraint.columns;
    if (constraint.columns.length === 1 && last !== null && this.isInteger(last)) {
      this.setRowidAlias(lastNumber, constraint.conflict, constraint.autoincrement, term?.order === 'desc');
      refuseNullsOrder(constraint.columns);
      return;
    }
    if (constraint.autoincrement) this.failAutoincrement();
    this.addIndex(this.keyColumns(constraint.columns), constraint.conflict, 'pk');
  }

  /** In a stored definition a double-quoted word that names no column is a string. */
  private failUnknownKey(name: string, { expr, start }: OrderingTerm): never {
    const inner = expr.kind === 'collate' ? expr.operand : expr;
    const isString = this.input.isStored && inner.kind === 'column' && inner.column.quoting === 'double';
    if (isString) this.fail('expressions prohibited in PRIMARY KEY and UNIQUE constraints', start);
    this.fail(`no such column: ${name}`, start);
  }

  /** Columns of a UNIQUE or PRIMARY KEY constraint; anything but names of columns is an error. */
  private keyColumns(terms: readonly OrderingTerm[]): KeyColumn[] {
    refuseNullsOrder(terms);
    if (terms.length > MAX_COLUMNS) this.fail('too many columns in index');
    return terms.map((term) => {
      const { name, collation } = splitCollation(term.expr);
      if (name === null) this.fail('expressions prohibited in PRIMARY KEY and UNIQUE constraints', term.start);
      const number = this.numbers.get(foldName(name));
      if (number === undefined) this.failUnknownKey(name, term);
      if (collation !== null && !this.input.isStored && !isKnownCollation(collation)) {
        throw new SqlError(`no such collation sequence: ${collation}`, term.start, 'SQLITE_ERROR_MISSING_COLLSEQ');
      }
      const key = ownKey(this.columns[number] as ColumnDraft, number, term.order === 'desc');
      if (collation === null) return key;
      return { ...key, collation: collationName(collation), writtenCollation: collation };
    });
  }

  /** An automatic index, unless the table has one of the same columns and collations already. */
  private addIndex(columns: KeyColumn[], conflict: ConflictAction, origin: 'u' | 'pk'): void {
    const same = this.indexes.find((other) => isSameKey(other.columns, columns));
    if (same === undefined) {
      const name = `sqlite_autoindex_${this.tableName}_${this.indexes.length + 1}`;
      this.indexes.push({ name, columns, conflict, origin });
      return;
    }
    if (same.conflict !== conflict) {
      if (same.conflict !== 'default' && conflict !== 'default') this.fail('conflicting ON CONFLICT clauses specified');
      if (same.conflict === 'default') same.conflict = conflict;
    }
    if (origin === 'pk') same.origin = 'pk';
  }

  private addColumnForeignKey(column: ColumnDraft, number: number, clause: ReferencesClause): void {
    if (clause.columns !== null && clause.columns.length !== 1) {
      const parent = this.text(clause.table.start, clause.table.end);
      this.fail(
        `foreign key on ${column.name} should reference only one column of table ${parent}`,
        clause.table.start,
      );
    }
    this.addForeignKey([number], clause);
  }

  private addForeignKey(columns: number[], clause: ReferencesClause): void {
    this.foreignKeys.push({
      columns,
      parentName: clause.table.name,
      parentColumns: clause.columns?.map(({ name }) => name) ?? null,
      onDelete: clause.onDelete,
      onUpdate: clause.onUpdate,
      deferred: clause.deferred,
    });
  }

  private makeStrict(): void {
    this.columns.forEach((column, number) => {
      const name = `${this.tableName}.${column.name}`;
      if (!column.isStandardType) {
        if (column.declaredType === '') this.fail(`missing datatype for ${name}`);
        this.fail(`unknown datatype for ${name}: "${column.declaredType}"`);
      }
      if (column.declaredType === 'ANY') column.affinity = Affinity.blob;
      if (column.inPrimaryKey && this.rowidAlias !== number) column.notNull ??= 'abort';
    });
  }

  private makeWithoutRowid(): void {
    if (this.autoincrement) this.fail('AUTOINCREMENT not allowed on WITHOUT ROWID tables');
    if (!this.hasPrimaryKey) this.fail(`PRIMARY KEY missing on table ${this.tableName}`);
    for (const column of this.columns) {
      if (column.inPrimaryKey) column.notNull ??= 'abort';
    }
    if (this.rowidAlias >= 0) {
      const column = this.rowidAlias;
      const key = ownKey(this.columns[column] as ColumnDraft, column, this.rowidAliasDescending);
      this.rowidAlias = -1;
      this.addIndex([key], this.rowidConflict, 'pk');
      return;
    }
    const key = this.indexes.find(({ origin }) => origin === 'pk');
    if (key !== undefined) removeDuplicates(key.columns);
  }

  private finish(): TableObject {
    const { statement, database, rootPage, sql } = this.input;
    const primaryIndex = this.indexes.find(({ origin }) => origin === 'pk') ?? null;
    const keyOrder =
      this.rowidAlias >= 0 ? [this.rowidAlias] : (primaryIndex?.columns.map(({ column }) => column) ?? []);
    const stored = this.storagePositions(statement.withoutRowid ? keyOrder : null);
    const columns = this.columns.map((draft, number): Column => {
      const position = keyOrder.indexOf(number);
      return {
        name: draft.name,
        number,
        declaredType: draft.declaredType,
        affinity: draft.affinity,
        collation: draft.collation,
        writtenCollation: draft.writtenCollation,
        notNull: draft.notNull,
        default: draft.default,
        defaultSql: draft.defaultSql,
        generated: draft.generated,
        hidden: false,
        primaryKeyPosition: draft.inPrimaryKey ? position + 1 : 0,
        storagePosition: stored[number] as number,
      };
    });
    return new TableObject({
      name: this.tableName,
      database,
      rootPage,
      sql,
      columns,
      rowidAlias: this.rowidAlias,
      withoutRowid: statement.withoutRowid,
      strict: statement.strict,
      autoincrement: this.autoincrement,
      rowidConflict: this.rowidConflict,
      primaryKeyColumns: keyOrder,
      checks: this.checks,
      foreignKeys: this.foreignKeys,
      module: null,
      isSchemaTable: false,
      automaticIndexes: this.indexes.map((draft): AutomaticIndex => ({
        ...draft,
        hasAllNotNull: draft.columns.every(({ column }) => (this.columns[column] as ColumnDraft).explicitNotNull),
      })),
    });
  }

  /** See Column.storagePosition. `keyOrder` is the primary key of a WITHOUT ROWID table. */
  private storagePositions(keyOrder: readonly number[] | null): number[] {
    const positions = new Array<number>(this.columns.length).fill(-1);
    let next = 0;
    keyOrder?.forEach((column) => {
      positions[column] = next++;
    });
    this.columns.forEach(({ generated }, number) => {
      if (positions[number] === -1 && (generated === null || generated.stored)) positions[number] = next++;
    });
    if (keyOrder === null) {
      positions.forEach((position, number) => {
        if (position === -1) positions[number] = next++;
      });
    }
    return positions;
  }
}

/** A column as key column, with its own collation. */
function ownKey({ collation, writtenCollation }: ColumnDraft, column: number, descending: boolean): KeyColumn {
  return { column, collation, writtenCollation, descending };
}

function isSameKey(a: readonly KeyColumn[], b: readonly KeyColumn[]): boolean {
  if (a.length !== b.length) return false;
  return a.every((column, i) => {
    const other = b[i] as KeyColumn;
    return column.column === other.column && sameName(column.collation, other.collation);
  });
}

/** A column that a WITHOUT ROWID primary key names twice with one collation counts once. */
function removeDuplicates(columns: KeyColumn[]): void {
  const kept = columns.filter(
    (column, i) =>
      columns.findIndex((other) => other.column === column.column && sameName(other.collation, column.collation)) === i,
  );
  columns.length = 0;
  columns.push(...kept);
}

/** @throws SqlError with SQLite's message for constraints that contradict each other. */
export function buildTable(input: TableInput): TableObject {
  return new TableBuilder(input).build();
}
