/**
 * Edits of stored schema text: which identifiers of an object name a table or a column that gets another name.
 *
 * Owns: the finding of those identifiers in every kind of object. Must not know: what else ALTER TABLE does.
 */
import { sameName } from '../catalog/names';
import { TEMP_DATABASE, type Schema, type Table, type Trigger, type View } from '../catalog/schema';
import type { CompileOptions } from '../resolve/options';
import type {
  CreateIndexStatement,
  CreateTableStatement,
  Expr,
  Identifier,
  QualifiedName,
  Select,
  TableKeyConstraint,
  TriggerStep,
} from '../syntax/ast';
import { parseStoredStatement } from '../syntax/parser';
import { quoteName } from '../syntax/printer';
import { findReferences } from '../syntax/references';
import { walkExpr, walkSelect, walkSelectCores, walkStep, type Visitor } from '../syntax/walk';
import { bindTableParts, bindTrigger, bindView, type References } from './schema-objects';

/** What is renamed: the table, or one of its columns. */
export interface Renaming {
  readonly table: Table;
  /** Number of the column; null: the table itself. */
  readonly column: number | null;
  readonly newName: string;
  /** The new name was written with quotes, so that every place gets them; table names always get them. */
  readonly isQuoted: boolean;
}

/** The identifiers of one text that get the new name. */
class Edits {
  private readonly found = new Map<number, Identifier>();

  add(identifier: Identifier): void {
    this.found.set(identifier.start, identifier);
  }

  /** The text with the new name in all places. */
  apply(sql: string, { newName, isQuoted }: Renaming): string {
    if (this.found.size === 0) return sql;
    const quoted = quoteName(newName);
    let text = '';
    let at = 0;
    for (const { start, end, quoting } of [...this.found.values()].sort((a, b) => a.start - b.start)) {
      const isBare = !isQuoted && quoting === 'bare';
      const separator = !isBare && sql.charAt(end) === '"' ? ' ' : '';
      text += sql.slice(at, start) + (isBare ? newName : quoted) + separator;
      at = end;
    }
    return text + sql.slice(at);
  }
}

/** Where a trigger's statements look for tables; null: anywhere. */
const homeOf = ({ database }: Trigger): string | null => (database.number === TEMP_DATABASE ? null : database.name);

/** SQLite overlooks the table of `x IN table`: the object then makes no sense after the table is renamed. */
function forgetTablesAfterIn({ relations }: References, walk: (visitor: Visitor) => void): void {
  walk({
    expr(expr) {
      if (expr.kind === 'in' && expr.source.kind === 'table') relations.delete(expr.source.table);
    },
  });
}

/** Finds edits in the objects of one schema. */
export class Renamer {
  private readonly oldColumn: string | null;
  /** PRAGMA legacy_alter_table: a table's new name goes only to where the table itself is defined, and to foreign keys and triggers on it. */
  private readonly isLegacy: boolean;

  constructor(
    private readonly schema: Schema,
    private readonly options: CompileOptions,
    private readonly renaming: Renaming,
  ) {
    const { table, column } = renaming;
    this.isLegacy = column === null && options.pragmas.legacyAlterTable;
    this.oldColumn = column === null ? null : (table.columns[column]?.name ?? null);
  }

  /** The new text of the table itself. */
  table(): string {
    const { table } = this.renaming;
    const statement = parseStoredStatement(table.sql).statement;
    if (statement?.kind !== 'createTable') return table.sql;
    const edits = new Edits();
    this.ownTable(edits, table, statement);
    this.foreignKeys(edits, table.sql);
    return edits.apply(table.sql, this.renaming);
  }

  /** The new text of another table of the same database: only its foreign keys may name what is renamed. */
  child(sql: string): string {
    const edits = new Edits();
    this.foreignKeys(edits, sql);
    return edits.apply(sql, this.renaming);
  }

  private isColumn(identifier: Identifier): boolean {
    return this.oldColumn !== null && sameName(identifier.name, this.oldColumn);
  }

  private ownTable(edits: Edits, table: Table, statement: CreateTableStatement): void {
    if (this.renaming.column === null) edits.add(statement.name.name);
    const parts: { expr: Expr; place: 'check' | 'generated' }[] = [];
    for (const { name, constraints } of statement.columns) {
      if (this.isColumn(name)) edits.add(name);
      for (const constraint of constraints) {
        if (constraint.kind === 'check' || constraint.kind === 'generated') {
          parts.push({ expr: constraint.expr, place: constraint.kind });
        }
      }
    }
    let isRowid = this.isRowidUntilEnd(statement);
    for (const constraint of statement.constraints) {
      if (constraint.kind === 'check') parts.push({ expr: constraint.expr, place: 'check' });
      else if (constraint.kind === 'foreignKey') this.names(edits, constraint.columns);
      else if (!isRowid) {
        for (const { expr } of constraint.columns) this.keyColumn(edits, expr);
        isRowid = constraint.primary && this.isRowidUntilEnd(statement, constraint);
      }
    }
    if (!this.isLegacy) this.references(edits, bindTableParts(this.schema, this.options, table, parts, table.sql));
  }

  /**
   * The column is INTEGER PRIMARY KEY of a WITHOUT ROWID table: in the keys behind that, SQLite takes its name for the rowid, and leaves it.
   * @param key the PRIMARY KEY of the table; null: that of the column
   */
  private isRowidUntilEnd(
    { columns, withoutRowid }: CreateTableStatement,
    key: TableKeyConstraint | null = null,
  ): boolean {
    const { table, column } = this.renaming;
    if (!withoutRowid || column === null || table.columns[column]?.declaredType !== 'INTEGER') return false;
    if (key === null) {
      return columns[column]?.constraints.some((part) => part.kind === 'primaryKey' && part.order !== 'desc') === true;
    }
    const [first] = key.columns;
    return (
      key.columns.length === 1 &&
      first?.order !== 'desc' &&
      first?.expr.kind === 'column' &&
      this.isColumn(first.expr.column)
    );
  }

  private names(edits: Edits, names: readonly Identifier[] | null): void {
    for (const name of names ?? []) if (this.isColumn(name)) edits.add(name);
  }

  /** A column of a key, perhaps with COLLATE, perhaps written as a string. */
  private keyColumn(edits: Edits, expr: Expr): void {
    if (expr.kind === 'collate') this.keyColumn(edits, expr.operand);
    else if (expr.kind === 'column' && this.isColumn(expr.column)) edits.add(expr.column);
    else if (expr.kind === 'string') {
      const { start, end, value } = expr;
      const name: Identifier = { start, end, name: value, quoting: 'single' };
      if (this.isColumn(name)) edits.add(name);
    }
  }

  private foreignKeys(edits: Edits, sql: string): void {
    if (this.isLegacy && !this.options.pragmas.foreignKeys) return;
    for (const { table, columns } of findReferences(sql)) {
      if (!sameName(table.name, this.renaming.table.name)) continue;
      if (this.renaming.column === null) edits.add(table);
      this.names(edits, columns);
    }
  }

  /** The new text of an index of the table. */
  index(sql: string): string {
    const statement = parseStoredStatement(sql).statement;
    if (statement?.kind !== 'createIndex') return sql;
    const edits = new Edits();
    if (this.renaming.column === null) edits.add(statement.table);
    this.indexColumns(edits, statement, sql);
    return edits.apply(sql, this.renaming);
  }

  private indexColumns(edits: Edits, statement: CreateIndexStatement, sql: string): void {
    const parts: { expr: Expr; place: 'index' | 'partial-index' }[] = [];
    for (const { expr } of statement.columns) {
      this.keyColumn(edits, expr);
      if (expr.kind !== 'string') parts.push({ expr, place: 'index' });
    }
    if (statement.where !== null) parts.push({ expr: statement.where, place: 'partial-index' });
    if (this.isLegacy) return;
    this.references(edits, bindTableParts(this.schema, this.options, this.renaming.table, parts, sql));
  }

  /**
   * When the object is found to make no sense, for explainErrors. A trigger of temp on a table of another database is tested for what it
   * will be on before it is edited.
   */
  stageOf(object: View | Trigger): string {
    const { table, column } = this.renaming;
    const isTested =
      column === null &&
      object.kind === 'trigger' &&
      object.database.number === TEMP_DATABASE &&
      table.database.number !== TEMP_DATABASE &&
      sameName(object.tableName, table.name);
    return isTested ? 'after rename' : '';
  }

  /** The new text of a view. */
  view(view: View): string {
    if (this.isLegacy) return view.sql;
    const edits = new Edits();
    const references = bindView(this.schema, this.options, view);
    forgetTablesAfterIn(references, (visitor) => {
      walkSelect(view.select, visitor);
    });
    this.references(edits, references);
    this.stars(edits, view.select, references);
    return edits.apply(view.sql, this.renaming);
  }

  /** The new text of a trigger. */
  trigger(trigger: Trigger): string {
    const edits = new Edits();
    const { statement } = trigger;
    if (this.schema.findTriggerTable(trigger) === this.renaming.table) {
      if (this.renaming.column === null) edits.add(statement.table.name);
      this.names(edits, statement.columns);
    }
    if (!this.isLegacy) {
      const references = bindTrigger(this.schema, this.options, trigger);
      forgetTablesAfterIn(references, (visitor) => {
        walkExpr(statement.when, visitor);
        for (const step of statement.body) walkStep(step, visitor);
      });
      this.references(edits, references);
      for (const step of statement.body) this.step(edits, trigger, step, references);
    }
    return edits.apply(trigger.sql, this.renaming);
  }

  private step(edits: Edits, trigger: Trigger, step: TriggerStep, references: References): void {
    if (step.kind === 'select') {
      this.stars(edits, step, references);
      return;
    }
    if (this.renaming.column === null) this.stepTables(edits, step);
    else if (this.schema.findRelation(step.target.name.name.name, homeOf(trigger)) === this.renaming.table) {
      this.assignedColumns(edits, step);
    }
  }

  /** Tables that a step writes, or joins in UPDATE ... FROM, go by their name alone. */
  private stepTables(edits: Edits, step: Exclude<TriggerStep, Select>): void {
    const add = ({ name }: QualifiedName): void => {
      if (sameName(name.name, this.renaming.table.name)) edits.add(name);
    };
    add(step.target.name);
    if (step.kind !== 'update') return;
    for (const { source } of step.from ?? []) if (source.kind === 'table') add(source.name);
  }

  /** Columns that a step assigns are plain names of its target's columns; of several ON CONFLICT clauses SQLite looks at the first. */
  private assignedColumns(edits: Edits, step: Exclude<TriggerStep, Select>): void {
    if (step.kind === 'insert') {
      this.names(edits, step.columns);
      for (const { columns } of step.upserts[0]?.assignments ?? []) this.names(edits, columns);
    } else if (step.kind === 'update') {
      for (const { columns } of step.assignments) this.names(edits, columns);
    }
  }

  private references(edits: Edits, { columns, relations }: References): void {
    const { table, column } = this.renaming;
    for (const [syntax, found] of columns) {
      if (found.table !== table) continue;
      if (column !== null) {
        if (this.isColumn(syntax.column)) edits.add(syntax.column);
      } else if (syntax.table !== null && !found.isAliased) {
        // `excluded` too: SQLite takes it for the table that it stands for.
        edits.add(syntax.table);
      }
    }
    if (column !== null) return;
    for (const [syntax, relation] of relations) if (relation === table) edits.add(syntax.name);
  }

  /** `t.*` names the table too. */
  private stars(edits: Edits, select: Select, { relations }: References): void {
    const { table, column } = this.renaming;
    if (column !== null) return;
    walkSelectCores(select, (core) => {
      const isNamed = (core.from ?? []).some(
        ({ source }) => source.kind === 'table' && source.alias === null && relations.get(source.name) === table,
      );
      if (!isNamed) return;
      for (const result of core.columns) {
        if (result.kind === 'star' && result.table !== null && sameName(result.table.name, table.name)) {
          edits.add(result.table);
        }
      }
    });
  }
}
