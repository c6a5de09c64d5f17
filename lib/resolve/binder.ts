/**
 * The binder of one statement: gives names their meaning.
 *
 * Owns: what lasts for the statement (schema, options, SQL text, visible common tables, views being expanded). The work
 * is in bind-expression, bind-call, bind-from and bind-select, which take the binder as first parameter.
 * Must not know: plans, code.
 */
import type { Relation, Schema, Table } from '../catalog/schema';
import type * as Ast from '../syntax/ast';
import { SqlError } from '../syntax/sql-error';
import { bindScalar } from './bind-expression';
import { bindQuery, bindResultColumns } from './bind-select';
import { expansionProblem } from './expand';
import type { WithFrame } from './common-tables';
import { pushWith } from './common-tables';
import type { Expression, Query, ResultColumn, RowSource, TableSource } from './ir';
import type { CompileOptions } from './options';
import { Scope, type RestrictedPlace } from './scope';
import { tableSource } from './sources';

/** Is told what names were found to mean; ALTER TABLE finds by it what must be renamed. */
export interface ReferenceObserver {
  /** The text whose names are of interest: not those of views and definitions that are bound on the way. */
  readonly sql: string;
  column(syntax: Ast.ColumnReference, found: Expression): void;
  relation(syntax: Ast.QualifiedName, found: Relation): void;
}

/** To one relation, of which its own schema has one. */
const MAX_REFERENCES = 65535;

export class Binder {
  readonly schema: Schema;
  readonly options: CompileOptions;
  /** The text that the offsets of the syntax being bound refer to: the statement's, or a view's. */
  sql: string;
  /** Inside a trigger: RAISE is allowed. */
  inTrigger = false;
  /** Encloses every statement of a trigger program: its rows are OLD and NEW (Scope.ofTrigger). */
  triggerScope: Scope | null = null;
  /** Inside a schema object: its database, where unqualified tables are looked up; null: anywhere. */
  fixedDatabase: string | null = null;
  /** Common tables in sight. */
  withFrame: WithFrame | null = null;
  /** Views being expanded, against circular definitions. */
  readonly openViews = new Set<string>();
  /** How often each relation is read. */
  readonly #references = new Map<Relation, number>();
  /** What is wrong with views that were expanded outside of others. */
  readonly viewProblems = new Map<string, SqlError>();
  /** The next query of a view gets it; those of the text have the numbers before. */
  nextQueryNumber = 1;
  #isBindingQuery = false;
  observer: ReferenceObserver | null = null;
  /** Names alone are asked for: what is wrong with the widths of rows passes, as SQLite finds it when it makes code. */
  isNaming = false;
  /** Subqueries must have as many columns as they are compared with. */
  checksWidths = true;
  /** Expressions of tables are those of the statement itself, not of a stored definition. */
  isDefining = false;
  /** Below the root of an expression tree. */
  isInExpression = false;
  /**
   * What is wrong with a call, or its arguments, inside the expression being bound. SQLite goes on to the names and calls that
   * follow, and reports what is wrong with those instead; so this is thrown by the root of the expression, or at the first
   * node of another kind.
   */
  wrongCall: SqlError | null = null;

  /** In a row of VALUES whose names SQLite may never look at, so that what it would find wrong then is only noted. */
  mayStayUnresolved = false;
  unresolvedProblem: SqlError | null = null;
  /** The row of VALUES to be bound next is what INSERT inserts: a list of expressions, not a SELECT that may call aggregates. */
  isRowInserted = false;

  constructor(schema: Schema, options: CompileOptions, sql: string) {
    this.schema = schema;
    this.options = options;
    this.sql = sql;
  }

  /** A relation is read once more. @throws SqlError too many references */
  countReference(relation: Relation): void {
    const count = (this.#references.get(relation) ?? 0) + 1;
    if (count >= MAX_REFERENCES) throw new SqlError(`too many references to "${relation.name}": max ${MAX_REFERENCES}`);
    this.#references.set(relation, count);
  }

  /**
   * Binding the text whose names are observed, not a view that is bound on the way: SQLite then lets pass wrong calls of functions
   * and terms of ORDER BY out of range too.
   */
  get isRenaming(): boolean {
    return this.observer !== null && this.observer.sql === this.sql;
  }

  /** Number of a query (Query.id): those of views are numbered where they are used, the last core first. */
  numberOf({ number, cores }: Ast.Select): number {
    if (this.openViews.size === 0) return number;
    this.nextQueryNumber += cores.length;
    return this.nextQueryNumber - cores.length;
  }

  textBetween(start: number, end: number): string {
    return this.sql.slice(start, end);
  }

  /** A SELECT; `scope` is the enclosing one for subqueries; `fromSchema`: of a view that is not in temp. */
  bindQuery(syntax: Ast.Select, scope: Scope | null = this.triggerScope, fromSchema = false): Query {
    if (this.#isBindingQuery) return bindQuery(this, syntax, scope, fromSchema);
    this.#isBindingQuery = true;
    try {
      return bindQuery(this, syntax, scope, fromSchema);
    } catch (error) {
      if (!(error instanceof SqlError)) throw error;
      if (isOfWidths(error)) throw this.#problemOfNames(syntax, scope, fromSchema) ?? error;
      throw expansionProblem(this, syntax) ?? error;
    } finally {
      this.#isBindingQuery = false;
    }
  }

  /** SQLite knows of widths of subqueries when it makes code: what is wrong with any name or call goes before. */
  #problemOfNames(syntax: Ast.Select, scope: Scope | null, fromSchema: boolean): SqlError | null {
    this.checksWidths = false;
    this.viewProblems.clear();
    try {
      bindQuery(this, syntax, scope, fromSchema);
      return null;
    } catch (problem) {
      if (!(problem instanceof SqlError)) throw problem;
      return expansionProblem(this, syntax) ?? problem;
    } finally {
      this.checksWidths = true;
    }
  }

  /** What INSERT inserts. One row of VALUES is a list of expressions, bound one after the other; a WITH clause of its own is lost. */
  bindInsertSource(syntax: Ast.Select): Query {
    const [core] = syntax.cores;
    const isOneRow = syntax.cores.length === 1 && core?.kind === 'values' && core.rows.length === 1;
    if (!isOneRow) return this.bindQuery(syntax);
    this.isRowInserted = true;
    return bindQuery(this, { ...syntax, with: null }, this.triggerScope);
  }

  /** An expression that must be a single value. */
  bindExpression(syntax: Ast.Expr, scope: Scope): Expression {
    return bindScalar(this, syntax, scope);
  }

  /** RETURNING. */
  bindResultColumns(syntax: readonly Ast.ResultColumn[], scope: Scope): ResultColumn[] {
    return bindResultColumns(this, syntax, scope);
  }

  /** An expression that no name may occur in: LIMIT, ATTACH, VACUUM INTO. */
  bindWithoutNames(syntax: Ast.Expr): Expression {
    return bindScalar(this, syntax, new Scope(this.triggerScope));
  }

  /** Opens the common tables of a statement (INSERT, UPDATE, DELETE); SELECT does so by itself. */
  openWith(syntax: Ast.WithClause | null): void {
    if (syntax) pushWith(this, syntax);
  }

  /**
   * An expression of a table's own definition: CHECK, an index's expression or WHERE, a generated column. Its columns
   * belong to `source`, the table as its user reads it; `sql` is the definition's text.
   */
  bindTableExpression(
    syntax: Ast.Expr,
    source: TableSource | RowSource,
    place: RestrictedPlace,
    sql: string,
  ): Expression {
    const outer = this.sql;
    this.sql = sql;
    try {
      const fromSchema = source.table.database.number !== 1;
      return bindScalar(this, syntax, Scope.of([source], null, { place, fromSchema, isStored: !this.isDefining }));
    } catch (error) {
      throw error instanceof SqlError && !this.isDefining ? error.elsewhere() : error;
    } finally {
      this.sql = outer;
    }
  }

  /** A source for the table itself. */
  tableSource(table: Table, alias: string | null = null): TableSource {
    return tableSource(table, alias);
  }
}

const isOfWidths = ({ message }: SqlError): boolean => message.startsWith('sub-select returns ');
