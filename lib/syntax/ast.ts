/**
 * The syntax tree of one SQL statement, as the parser builds it and the printer reads it.
 *
 * Owns: the shape of every statement, clause and expression of SQLite's grammar.
 * Must not know: schemas, names' meaning, plans. Nothing here is ever changed after parsing: later phases keep their
 * findings in trees or side tables of their own.
 *
 * Invariants
 * - Every node carries `start` and `end`: offsets of UTF-16 units into the SQL text (end is exclusive).
 * - Every field is always present (`null` when absent) and in one order, so that nodes of a kind share a hidden class.
 * - Parentheses leave no node: an expression's own span excludes the parentheses around it. Spans that
 *   include them (`ResultColumn`, `DefaultConstraint`, ...) belong to the clause.
 */

/** How an identifier was written. `single` is a string literal in the place of a name, which SQLite accepts. */
export type Quoting = 'bare' | 'double' | 'bracket' | 'back' | 'single';

export interface Span {
  readonly start: number;
  readonly end: number;
}

export interface Identifier extends Span {
  /** Without quotes, doubled quotes undone, case as written. */
  readonly name: string;
  readonly quoting: Quoting;
}

/** `database.name`; database is null when not written. */
export interface QualifiedName extends Span {
  readonly database: Identifier | null;
  readonly name: Identifier;
}

export type ConflictAction = 'default' | 'rollback' | 'abort' | 'fail' | 'ignore' | 'replace';

export type SortOrder = 'asc' | 'desc';

// ---------------------------------------------------------------------------------------------------------------------
// Expressions

export type Expr =
  | NullLiteral
  | IntegerLiteral
  | RealLiteral
  | StringLiteral
  | BlobLiteral
  | CurrentTimeLiteral
  | Parameter
  | ColumnReference
  | UnaryExpr
  | BinaryExpr
  | NullTestExpr
  | PatternExpr
  | BetweenExpr
  | InExpr
  | ExistsExpr
  | CaseExpr
  | CastExpr
  | CollateExpr
  | FunctionCall
  | RowValue
  | SubqueryExpr
  | RaiseExpr;

export interface NullLiteral extends Span {
  readonly kind: 'null';
}

/** A decimal or 0x literal. One that does not fit 64 bits is a real (decimal) or an error (hex). */
export interface IntegerLiteral extends Span {
  readonly kind: 'integer';
  /** Digits without separators, without sign. */
  readonly text: string;
}

export interface RealLiteral extends Span {
  readonly kind: 'real';
  /** As written without digit separators, without sign. */
  readonly text: string;
}

export interface StringLiteral extends Span {
  readonly kind: 'string';
  readonly value: string;
}

export interface BlobLiteral extends Span {
  readonly kind: 'blob';
  /** An even number of hexadecimal digits. */
  readonly hex: string;
}

export interface CurrentTimeLiteral extends Span {
  readonly kind: 'currentTime';
  readonly name: 'CURRENT_DATE' | 'CURRENT_TIME' | 'CURRENT_TIMESTAMP';
}

export interface Parameter extends Span {
  readonly kind: 'parameter';
  /** From 1. */
  readonly index: number;
  /** With its prefix (`:a`, `?5`); null for a plain `?`. */
  readonly name: string | null;
}

/**
 * `column`, `table.column` or `database.table.column`. A bare `TRUE` or `FALSE`, `rowid`, and a "double quoted" word arrive here too:
 * the resolver decides what they mean.
 */
export interface ColumnReference extends Span {
  readonly kind: 'column';
  readonly database: Identifier | null;
  readonly table: Identifier | null;
  readonly column: Identifier;
}

export type UnaryOperator = '-' | '+' | '~' | 'not';

export interface UnaryExpr extends Span {
  readonly kind: 'unary';
  readonly operator: UnaryOperator;
  readonly operand: Expr;
}

/** `is` and `isNot` also stand for IS NOT DISTINCT FROM and IS DISTINCT FROM; `==` arrives as `=`, `!=` as `<>`. */
export type BinaryOperator =
  | 'or'
  | 'and'
  | '='
  | '<>'
  | 'is'
  | 'isNot'
  | '<'
  | '<='
  | '>'
  | '>='
  | '&'
  | '|'
  | '<<'
  | '>>'
  | '+'
  | '-'
  | '*'
  | '/'
  | '%'
  | '||'
  | '->'
  | '->>';

export interface BinaryExpr extends Span {
  readonly kind: 'binary';
  readonly operator: BinaryOperator;
  readonly left: Expr;
  readonly right: Expr;
}

/** `x ISNULL`, `x NOTNULL`, `x NOT NULL`. (`x IS NULL` is a binary `is`, as in SQLite's grammar.) */
export interface NullTestExpr extends Span {
  readonly kind: 'nullTest';
  readonly operand: Expr;
  /** True for NOTNULL and NOT NULL. */
  readonly negated: boolean;
}

/** LIKE, GLOB, REGEXP and MATCH: calls of the function of that name with (pattern, operand[, escape]). */
export interface PatternExpr extends Span {
  readonly kind: 'pattern';
  readonly operator: 'like' | 'glob' | 'regexp' | 'match';
  /** The operator as written: error messages name the function so. */
  readonly word: string;
  readonly negated: boolean;
  readonly operand: Expr;
  readonly pattern: Expr;
  readonly escape: Expr | null;
}

export interface BetweenExpr extends Span {
  readonly kind: 'between';
  readonly negated: boolean;
  readonly operand: Expr;
  readonly low: Expr;
  readonly high: Expr;
}

export interface InExpr extends Span {
  readonly kind: 'in';
  readonly negated: boolean;
  readonly operand: Expr;
  readonly source: InList | InSelect | InTable;
}

export interface InList extends Span {
  readonly kind: 'list';
  /** Of the query that the list is when the operand is a row; see Select. */
  readonly number: number;
  readonly items: readonly Expr[];
}

export interface InSelect extends Span {
  readonly kind: 'select';
  readonly select: Select;
}

/** `IN table` or `IN function(arguments)`. */
export interface InTable extends Span {
  readonly kind: 'table';
  /** Of the query that it stands for; see Select. */
  readonly number: number;
  readonly table: QualifiedName;
  readonly arguments: readonly Expr[] | null;
}

export interface ExistsExpr extends Span {
  readonly kind: 'exists';
  readonly select: Select;
}

export interface CaseExpr extends Span {
  readonly kind: 'case';
  readonly operand: Expr | null;
  readonly branches: readonly CaseBranch[];
  readonly otherwise: Expr | null;
}

export interface CaseBranch {
  readonly when: Expr;
  readonly then: Expr;
}

export interface CastExpr extends Span {
  readonly kind: 'cast';
  readonly operand: Expr;
  /** Type name as written; '' when left out. */
  readonly type: string;
}

export interface CollateExpr extends Span {
  readonly kind: 'collate';
  readonly operand: Expr;
  readonly collation: Identifier;
}

export interface FunctionCall extends Span {
  readonly kind: 'function';
  readonly name: Identifier;
  readonly arguments: readonly Expr[];
  /** `f(*)`: no arguments. */
  readonly star: boolean;
  readonly distinct: boolean;
  /** `f(x ORDER BY y)`; empty when not written. */
  readonly orderBy: readonly OrderingTerm[];
  readonly filter: Expr | null;
  readonly over: WindowDefinition | null;
}

export interface RowValue extends Span {
  readonly kind: 'row';
  /** At least two. */
  readonly items: readonly Expr[];
}

export interface SubqueryExpr extends Span {
  readonly kind: 'subquery';
  readonly select: Select;
}

export interface RaiseExpr extends Span {
  readonly kind: 'raise';
  readonly action: 'ignore' | 'rollback' | 'abort' | 'fail';
  /** Null only for IGNORE. */
  readonly message: Expr | null;
}

// ---------------------------------------------------------------------------------------------------------------------
// Windows

/** `OVER name` has base = name and `bare` true; `OVER (name ...)` and WINDOW definitions have bare false. */
export interface WindowDefinition extends Span {
  readonly bare: boolean;
  readonly base: Identifier | null;
  readonly partitionBy: readonly Expr[];
  readonly orderBy: readonly OrderingTerm[];
  readonly frame: WindowFrame | null;
}

export interface NamedWindow extends Span {
  readonly name: Identifier;
  readonly definition: WindowDefinition;
}

export interface WindowFrame extends Span {
  readonly unit: 'range' | 'rows' | 'groups';
  readonly from: FrameBound;
  /** CURRENT ROW when BETWEEN was not written. */
  readonly to: FrameBound;
  readonly between: boolean;
  readonly exclude: 'noOthers' | 'currentRow' | 'group' | 'ties' | null;
}

export interface FrameBound {
  readonly kind: 'unboundedPreceding' | 'preceding' | 'currentRow' | 'following' | 'unboundedFollowing';
  /** For `preceding` and `following` only. */
  readonly offset: Expr | null;
}

// ---------------------------------------------------------------------------------------------------------------------
// Queries

/** A query: one core, or several joined by compound operators (left-associative). */
export interface Select extends Span {
  readonly kind: 'select';
  /**
   * EXPLAIN QUERY PLAN calls the query by it: SQLite numbers the cores of a statement as their texts end, and a query is called by its
   * last core.
   */
  readonly number: number;
  readonly with: WithClause | null;
  /** At least one. */
  readonly cores: readonly SelectCore[];
  /** operators[i] stands between cores[i] and cores[i + 1]. */
  readonly operators: readonly CompoundOperator[];
  readonly orderBy: readonly OrderingTerm[];
  readonly limit: Expr | null;
  readonly offset: Expr | null;
}

export type CompoundOperator = 'union' | 'unionAll' | 'intersect' | 'except';

export type SelectCore = QueryCore | ValuesCore;

export interface QueryCore extends Span {
  readonly kind: 'query';
  readonly distinct: boolean;
  readonly columns: readonly ResultColumn[];
  /** Null without a FROM clause. */
  readonly from: FromClause | null;
  readonly where: Expr | null;
  readonly groupBy: readonly Expr[];
  readonly having: Expr | null;
  readonly windows: readonly NamedWindow[];
}

export interface ValuesCore extends Span {
  readonly kind: 'values';
  /** At least one row, all of one width (the parser checks it, but for statements with a WITH clause). */
  readonly rows: readonly (readonly Expr[])[];
  /** The binder made it of the row values in an IN list. */
  readonly isInList?: true;
}

export type ResultColumn = ResultExpr | ResultStar;

/** start..end is the expression's text with its parentheses, without the alias: SQLite's name for an unnamed column. */
export interface ResultExpr extends Span {
  readonly kind: 'expr';
  readonly expr: Expr;
  readonly alias: Identifier | null;
}

/** `*` or `table.*`. */
export interface ResultStar extends Span {
  readonly kind: 'star';
  readonly table: Identifier | null;
}

export interface OrderingTerm extends Span {
  readonly expr: Expr;
  /** Null when neither ASC nor DESC was written. */
  readonly order: SortOrder | null;
  readonly nulls: 'first' | 'last' | null;
}

export interface WithClause extends Span {
  readonly recursive: boolean;
  readonly tables: readonly CommonTable[];
}

export interface CommonTable extends Span {
  readonly name: Identifier;
  /** Empty when not written. */
  readonly columns: readonly Identifier[];
  readonly materialized: 'yes' | 'no' | 'any';
  readonly select: Select;
}

/** Items in written order; each says how it is joined to all those before it. */
export type FromClause = readonly FromItem[];

export interface FromItem extends Span {
  readonly source: TableSource;
  /** Null for the first item. */
  readonly join: JoinOperator | null;
  readonly on: Expr | null;
  /** Null when USING was not written. */
  readonly using: readonly Identifier[] | null;
}

export interface JoinOperator {
  /** `comma` joins as `inner`; the difference only shows in printing. `cross` forbids reordering. */
  readonly type: 'comma' | 'inner' | 'cross' | 'left' | 'right' | 'full';
  readonly natural: boolean;
}

export type TableSource = TableReference | SubquerySource | JoinGroup;

/** A table, view, common table, or table-valued function. */
export interface TableReference extends Span {
  readonly kind: 'table';
  readonly name: QualifiedName;
  readonly alias: Identifier | null;
  /** Arguments of a table-valued function; null without parentheses. */
  readonly arguments: readonly Expr[] | null;
  readonly indexedBy: IndexedBy | null;
}

export interface SubquerySource extends Span {
  readonly kind: 'subquery';
  readonly select: Select;
  readonly alias: Identifier | null;
}

/** `(a JOIN b ...) AS alias`. */
export interface JoinGroup extends Span {
  readonly kind: 'group';
  /** Of the query that it is; see Select. */
  readonly number: number;
  readonly items: FromClause;
  readonly alias: Identifier | null;
}

/** INDEXED BY name, or NOT INDEXED when name is null. */
export interface IndexedBy extends Span {
  readonly name: Identifier | null;
}

// ---------------------------------------------------------------------------------------------------------------------
// Statements

export type Statement =
  | Select
  | InsertStatement
  | UpdateStatement
  | DeleteStatement
  | CreateTableStatement
  | CreateVirtualTableStatement
  | CreateIndexStatement
  | CreateViewStatement
  | CreateTriggerStatement
  | DropStatement
  | AlterTableStatement
  | BeginStatement
  | CommitStatement
  | RollbackStatement
  | SavepointStatement
  | ReleaseStatement
  | AttachStatement
  | DetachStatement
  | PragmaStatement
  | VacuumStatement
  | ReindexStatement
  | AnalyzeStatement;

export type ExplainMode = 'none' | 'explain' | 'queryPlan';

/** The table that INSERT, UPDATE or DELETE changes. */
export interface TargetTable extends Span {
  readonly name: QualifiedName;
  readonly alias: Identifier | null;
  /** UPDATE and DELETE only. */
  readonly indexedBy: IndexedBy | null;
}

export interface InsertStatement extends Span {
  readonly kind: 'insert';
  readonly with: WithClause | null;
  /** `INSERT OR x`; REPLACE INTO is `replace`. */
  readonly conflict: ConflictAction;
  readonly target: TargetTable;
  /** Null when no column list was written. */
  readonly columns: readonly Identifier[] | null;
  /** Null for DEFAULT VALUES. */
  readonly source: Select | null;
  readonly upserts: readonly UpsertClause[];
  /** Null without RETURNING. */
  readonly returning: readonly ResultColumn[] | null;
}

export interface UpsertClause extends Span {
  /** Null: any conflict. */
  readonly target: readonly OrderingTerm[] | null;
  readonly targetWhere: Expr | null;
  /** Null: DO NOTHING. */
  readonly assignments: readonly Assignment[] | null;
  readonly where: Expr | null;
}

/** `column = value` or `(column, ...) = value`. */
export interface Assignment extends Span {
  /** At least one. */
  readonly columns: readonly Identifier[];
  /** True when written in parentheses (also with one column). */
  readonly row: boolean;
  readonly value: Expr;
}

export interface UpdateStatement extends Span {
  readonly kind: 'update';
  readonly with: WithClause | null;
  readonly conflict: ConflictAction;
  readonly target: TargetTable;
  readonly assignments: readonly Assignment[];
  readonly from: FromClause | null;
  readonly where: Expr | null;
  readonly returning: readonly ResultColumn[] | null;
  readonly orderBy: readonly OrderingTerm[];
  readonly limit: Expr | null;
  readonly offset: Expr | null;
}

export interface DeleteStatement extends Span {
  readonly kind: 'delete';
  readonly with: WithClause | null;
  readonly target: TargetTable;
  readonly where: Expr | null;
  readonly returning: readonly ResultColumn[] | null;
  readonly orderBy: readonly OrderingTerm[];
  readonly limit: Expr | null;
  readonly offset: Expr | null;
}

// ---------------------------------------------------------------------------------------------------------------------
// Schema statements

export interface CreateTableStatement extends Span {
  readonly kind: 'createTable';
  readonly temporary: boolean;
  readonly ifNotExists: boolean;
  readonly name: QualifiedName;
  /** Null when columns are defined. */
  readonly select: Select | null;
  readonly columns: readonly ColumnDefinition[];
  readonly constraints: readonly TableConstraint[];
  readonly withoutRowid: boolean;
  readonly strict: boolean;
  /**
   * Where the list of columns ends: the offset of `)`, or of the comma that precedes table constraints. ALTER TABLE ADD COLUMN
   * inserts there. -1 for CREATE TABLE AS.
   */
  readonly columnsEnd: number;
}

export interface ColumnDefinition extends Span {
  readonly name: Identifier;
  /** Text of the type name as written, '' when left out. */
  readonly type: string;
  readonly constraints: readonly ColumnConstraint[];
}

export type ColumnConstraint =
  | NullConstraint
  | NotNullConstraint
  | PrimaryKeyConstraint
  | UniqueConstraint
  | CheckConstraint
  | DefaultConstraint
  | CollateConstraint
  | GeneratedConstraint
  | ReferencesConstraint;

/** `name` is the CONSTRAINT name that precedes the constraint, null without one. */
export interface NullConstraint extends Span {
  readonly kind: 'null';
  readonly name: Identifier | null;
  readonly conflict: ConflictAction;
}

export interface NotNullConstraint extends Span {
  readonly kind: 'notNull';
  readonly name: Identifier | null;
  readonly conflict: ConflictAction;
}

export interface PrimaryKeyConstraint extends Span {
  readonly kind: 'primaryKey';
  readonly name: Identifier | null;
  readonly order: SortOrder | null;
  readonly conflict: ConflictAction;
  readonly autoincrement: boolean;
}

export interface UniqueConstraint extends Span {
  readonly kind: 'unique';
  readonly name: Identifier | null;
  readonly conflict: ConflictAction;
}

export interface CheckConstraint extends Span {
  readonly kind: 'check';
  readonly name: Identifier | null;
  readonly expr: Expr;
  /** The text between the parentheses: part of the failure message. */
  readonly exprStart: number;
  readonly exprEnd: number;
  /** Accepted by the grammar for table constraints and ignored. */
  readonly conflict: ConflictAction;
}

export interface DefaultConstraint extends Span {
  readonly kind: 'default';
  readonly name: Identifier | null;
  /** A bare word arrives as a string literal, a signed number as a unary expression. */
  readonly expr: Expr;
  /** Text of the value, which PRAGMA table_info shows. */
  readonly exprStart: number;
  readonly exprEnd: number;
  readonly parenthesized: boolean;
}

export interface CollateConstraint extends Span {
  readonly kind: 'collate';
  readonly name: Identifier | null;
  readonly collation: Identifier;
}

export interface GeneratedConstraint extends Span {
  readonly kind: 'generated';
  readonly name: Identifier | null;
  readonly expr: Expr;
  readonly exprStart: number;
  readonly exprEnd: number;
  /** The word after the parentheses; null when left out (VIRTUAL). Anything but STORED and VIRTUAL is an error of the schema builder. */
  readonly storage: Identifier | null;
}

export interface ReferencesConstraint extends Span {
  readonly kind: 'references';
  readonly name: Identifier | null;
  readonly clause: ReferencesClause;
}

export interface ReferencesClause extends Span {
  readonly table: Identifier;
  /** Null when no columns were named: the parent's primary key. */
  readonly columns: readonly Identifier[] | null;
  readonly onDelete: ForeignKeyAction;
  readonly onUpdate: ForeignKeyAction;
  /** DEFERRABLE INITIALLY DEFERRED. */
  readonly deferred: boolean;
}

export type ForeignKeyAction = 'noAction' | 'setNull' | 'setDefault' | 'cascade' | 'restrict';

export type TableConstraint = TableKeyConstraint | CheckConstraint | ForeignKeyConstraint;

/** PRIMARY KEY (...) or UNIQUE (...). */
export interface TableKeyConstraint extends Span {
  readonly kind: 'key';
  readonly name: Identifier | null;
  readonly primary: boolean;
  readonly columns: readonly OrderingTerm[];
  readonly autoincrement: boolean;
  readonly conflict: ConflictAction;
}

export interface ForeignKeyConstraint extends Span {
  readonly kind: 'foreignKey';
  readonly name: Identifier | null;
  readonly columns: readonly Identifier[];
  readonly clause: ReferencesClause;
}

export interface CreateVirtualTableStatement extends Span {
  readonly kind: 'createVirtualTable';
  readonly ifNotExists: boolean;
  readonly name: QualifiedName;
  readonly module: Identifier;
  /** Text of each argument as written, trimmed; empty without parentheses. */
  readonly arguments: readonly string[];
}

export interface CreateIndexStatement extends Span {
  readonly kind: 'createIndex';
  readonly unique: boolean;
  readonly ifNotExists: boolean;
  readonly name: QualifiedName;
  readonly table: Identifier;
  readonly columns: readonly OrderingTerm[];
  readonly where: Expr | null;
}

export interface CreateViewStatement extends Span {
  readonly kind: 'createView';
  readonly temporary: boolean;
  readonly ifNotExists: boolean;
  readonly name: QualifiedName;
  /** Null when no column list was written. */
  readonly columns: readonly Identifier[] | null;
  readonly select: Select;
}

export interface CreateTriggerStatement extends Span {
  readonly kind: 'createTrigger';
  readonly temporary: boolean;
  readonly ifNotExists: boolean;
  readonly name: QualifiedName;
  readonly time: 'before' | 'after' | 'insteadOf';
  readonly event: 'insert' | 'update' | 'delete';
  /** UPDATE OF columns; null for any column. */
  readonly columns: readonly Identifier[] | null;
  readonly table: QualifiedName;
  readonly when: Expr | null;
  readonly body: readonly TriggerStep[];
}

export type TriggerStep = Select | InsertStatement | UpdateStatement | DeleteStatement;

export interface DropStatement extends Span {
  readonly kind: 'drop';
  readonly object: 'table' | 'index' | 'view' | 'trigger';
  readonly ifExists: boolean;
  readonly name: QualifiedName;
}

export interface AlterTableStatement extends Span {
  readonly kind: 'alterTable';
  readonly table: QualifiedName;
  readonly action: AlterAction;
}

export type AlterAction =
  | { readonly kind: 'renameTable'; readonly to: Identifier }
  | { readonly kind: 'renameColumn'; readonly column: Identifier; readonly to: Identifier }
  | { readonly kind: 'addColumn'; readonly column: ColumnDefinition }
  | { readonly kind: 'dropColumn'; readonly column: Identifier }
  | { readonly kind: 'dropConstraint'; readonly name: Identifier }
  | { readonly kind: 'dropNotNull'; readonly column: Identifier }
  | {
      readonly kind: 'setNotNull';
      readonly column: Identifier;
      readonly conflict: ConflictAction;
      readonly start: number;
      readonly end: number;
    }
  | { readonly kind: 'addConstraint'; readonly constraint: CheckConstraint };

// ---------------------------------------------------------------------------------------------------------------------
// Transactions, connection and maintenance statements

export interface BeginStatement extends Span {
  readonly kind: 'begin';
  readonly mode: 'deferred' | 'immediate' | 'exclusive';
}

export interface CommitStatement extends Span {
  readonly kind: 'commit';
}

/** ROLLBACK, or ROLLBACK TO savepoint. */
export interface RollbackStatement extends Span {
  readonly kind: 'rollback';
  readonly savepoint: Identifier | null;
}

export interface SavepointStatement extends Span {
  readonly kind: 'savepoint';
  readonly name: Identifier;
}

export interface ReleaseStatement extends Span {
  readonly kind: 'release';
  readonly name: Identifier;
}

export interface AttachStatement extends Span {
  readonly kind: 'attach';
  readonly file: Expr;
  readonly schema: Expr;
  readonly key: Expr | null;
}

export interface DetachStatement extends Span {
  readonly kind: 'detach';
  readonly schema: Expr;
}

export interface PragmaStatement extends Span {
  readonly kind: 'pragma';
  readonly database: Identifier | null;
  readonly name: Identifier;
  readonly value: PragmaValue | null;
}

export interface PragmaValue extends Span {
  /** The value as text: dequoted word or string, or number with its minus sign. */
  readonly text: string;
  /** How the value was given: `= value` or `(value)`. */
  readonly form: 'assign' | 'call';
}

export interface VacuumStatement extends Span {
  readonly kind: 'vacuum';
  readonly database: Identifier | null;
  readonly into: Expr | null;
}

/** REINDEX; REINDEX collation, table or index. */
export interface ReindexStatement extends Span {
  readonly kind: 'reindex';
  readonly target: QualifiedName | null;
}

/** ANALYZE; ANALYZE database, table or index. */
export interface AnalyzeStatement extends Span {
  readonly kind: 'analyze';
  readonly target: QualifiedName | null;
}

// ---------------------------------------------------------------------------------------------------------------------

/** What the parser returns for one statement of a text. */
export interface ParsedStatement {
  readonly sql: string;
  /** Null when the text holds only blanks, comments and semicolons up to its end or the next statement. */
  readonly statement: Statement | null;
  readonly explain: ExplainMode;
  /** How many queries were numbered. */
  readonly queryCount: number;
  /** parameterNames[i] is the name of parameter i + 1, null for one without a name. Its length is the parameter count. */
  readonly parameterNames: readonly (string | null)[];
  /** Offset of the statement's semicolon, or the text's end: blanks and comments after the last token lie before it. */
  readonly terminator: number;
  /** Offset after the statement's semicolon, or the text's end: where the next statement starts. */
  readonly tail: number;
}
